//! A kit that is open, with a source of data and a folder where answers go.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use casekit::{
    Actor, CaseKit, ColumnKind, DataColumn, DataSource, DataTable, DataValue, Desk, Durability, Error, Fault,
    OpenOptions, PackageBuilder, PackageContent, Role, SettingsEdit, SourceQuestion, SqliteOptions,
    SqliteStore, Trust, WebformTarget,
};

use crate::world::World;

/// How an office is opened.
#[derive(Clone)]
pub struct How {
    /// When a commit counts as written.
    pub durability: Durability,
    /// Whether every page is looked at first.
    pub trust: Trust,
    /// Its time and randomness.
    pub world: World,
    /// How many rows the source finds about a customer.
    pub rows: usize,
    /// How long to wait for other processes.
    pub busy: Duration,
    /// Packages as text, without PDF, where very many are built.
    pub plain_packages: bool,
}

impl How {
    /// The defaults of the library, in this world.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            durability: Durability::Full,
            trust: Trust::Trusted,
            world,
            rows: 50,
            busy: Duration::from_secs(5),
            plain_packages: false,
        }
    }

    /// Every page is looked at first.
    #[must_use]
    pub fn untrusted(self) -> Self {
        Self { trust: Trust::Untrusted, ..self }
    }

    /// What a kit is made with: this world, and a source of data.
    #[must_use]
    pub fn options(&self) -> OpenOptions {
        let options = OpenOptions::new().env(self.world.clone()).source("shop", Shop { rows: self.rows });
        if self.plain_packages { options.package_builder(Plain) } else { options }
    }
}

/// An open kit, and its store for who looks behind it.
pub struct Office {
    /// The kit.
    pub kit: CaseKit,
    /// Its store.
    pub store: Arc<SqliteStore>,
    /// Where its answers go.
    pub answers: PathBuf,
}

/// Opens the file at `path`, or creates it. Answers go to the folder `answers`, once the office is furnished.
///
/// # Errors
/// As for [`CaseKit::open`].
pub fn open(path: &Path, answers: &Path, how: &How) -> Result<Office, Error> {
    let options = SqliteOptions {
        durability: how.durability,
        trust: how.trust,
        busy_timeout: how.busy,
        ..SqliteOptions::default()
    };
    let store = Arc::new(SqliteStore::open(path, &options)?);
    let kit = how.options().allow_folder(answers).with_store(Arc::<SqliteStore>::clone(&store))?;
    Ok(Office { kit, store, answers: answers.to_owned() })
}

impl Office {
    /// Puts the settings in place, once for a file.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn furnish(&self) -> Result<(), Error> {
        let path = self.answers.display().to_string();
        root(&self.kit).change_settings(SettingsEdit {
            webform: Some(WebformTarget::Directory { path }),
            organisation: Some("Lampenhaus".into()),
            ..SettingsEdit::default()
        })?;
        Ok(())
    }
}

/// The desk of somebody with a role.
#[must_use]
pub fn desk(kit: &CaseKit, id: &str, role: Role) -> Desk {
    kit.desk(Actor::new(id, id).with_role(role))
}

/// The desk of who may do everything.
#[must_use]
pub fn root(kit: &CaseKit) -> Desk {
    desk(kit, "root", Role::Administrator)
}

/// Removes a file and what SQLite keeps beside it, if they are there.
pub fn wipe(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        // Mostly because it is not there; whoever makes the file anew is told of anything else.
        let _ = fs::remove_file(beside(path, suffix));
    }
}

/// The path with something at its end.
#[must_use]
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut whole = path.as_os_str().to_owned();
    whole.push(suffix);
    whole.into()
}

/// About whom the shop answers with a fault, so that their case fails.
pub const SHUT_OUT: &str = "Bob Eze";

/// Finds as many orders for everybody else.
struct Shop {
    rows: usize,
}

impl DataSource for Shop {
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        if question.requester == SHUT_OUT {
            return Err(Fault::configuration("shop_closed", "sources.shop", "open the shop"));
        }
        let text = |text: &str| DataValue::Text(text.into());
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Text };
        let row = |place| {
            let number = format!("{}-{place}", question.case_number);
            vec![text(&number), text(&"lamp ".repeat(20)), text("remark of ours")]
        };
        Ok(vec![DataTable {
            name: "orders".into(),
            columns: vec![column("number"), column("article"), column("remark")],
            rows: (0..self.rows).map(row).collect(),
        }])
    }
}

struct Plain;

impl PackageBuilder for Plain {
    fn build(&self, content: &PackageContent, _: u64) -> Result<Vec<u8>, Fault> {
        Ok(format!("{content:?}").into_bytes())
    }
}
