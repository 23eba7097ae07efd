//! An office with work in it: what the application brings to the library, and thirty days of its cases, made through the library
//! as any application makes them.

mod acts;
mod office;
mod past;

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::prelude::*;
pub(crate) use acts::{demo, fix, request, section, start_over, webform};
pub(crate) use office::make;

/// The desk's kit: its sources of data, and how answers leave it.
pub(crate) fn options(folder: &Path) -> OpenOptions {
    OpenOptions::new()
        .source("shop", Shop)
        .delivery("webform", Webform::in_folder(folder))
        .allow_folder(folder)
}

/// The shop's own code, which the library asks what it holds about a person.
struct Shop;

/// What the shop holds about everybody: `WHO` stands for their name.
const HELD: &str = include_str!("../assets/office/shop.json");

impl DataSource for Shop {
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        match question.requester.as_str() {
            "Noor van Dijk" => Err(Fault::transient(
                "shop_closed",
                "the shop is being moved to another server: try again tonight",
            )),
            "Emil Sund" => Ok(Vec::new()),
            who => {
                let held = HELD.replace("\"WHO\"", &json!(who).to_string());
                serde_json::from_str(&held)
                    .map_err(|_| Fault::transient("shop_unreadable", "look at shop.json"))
            }
        }
    }
}

/// The webform, which takes answers into a folder. It can be broken, to see what happens then, and slow as long as there is a file
/// `webform.slow` beside the folder.
pub(crate) struct Webform {
    folder: PathBuf,
}

impl Webform {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.join("webform") }
    }

    /// Whether it is broken: a file says so, that everybody can see and remove.
    pub(crate) fn is_broken(&self) -> bool {
        self.mark().exists()
    }

    pub(crate) fn set_broken(&self, broken: bool) -> std::io::Result<()> {
        if !broken {
            return std::fs::remove_file(self.mark());
        }
        std::fs::write(self.mark(), "The webform does not answer as long as this file is here.\n")
    }

    fn mark(&self) -> PathBuf {
        self.folder.with_extension("broken")
    }
}

impl Delivery for Webform {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        if self.is_broken() {
            let hint = "the webform does not answer: fix it in the settings, and retry";
            return Err(Fault::configuration("webform_unreachable", "webform", hint));
        }
        if self.folder.with_extension("slow").exists() {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
        DirectoryDelivery::new(&self.folder).deliver(outgoing)
    }
}
