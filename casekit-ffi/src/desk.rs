//! A kit as one actor sees it, for hosts: every method of the façade's desk, under the same name.
//!
//! Methods that hosts get exactly as core has them are generated into `pass_through`. A method that is written here by
//! hand is not generated.

mod heads;
mod import;
mod live;
mod notes;
mod pass_through;
mod verify;

use std::sync::Arc;

use casekit::{Actor, PageRequest, Sharing};

use crate::error::{CasekitError, Told};
use crate::fonts::HostFonts;
use crate::guard::guard;
use crate::language::Language;

/// A kit as one actor sees it: every command and every read goes through a desk.
///
/// A desk is cheap to make, can be used from many threads, and checks the actor's permissions first. Every method that
/// fails throws the one error of the library; after it nothing was changed, unless its code is `uncertain`: then the
/// command may have been carried out.
#[derive(uniffi::Object)]
pub struct Desk {
    pub(crate) desk: casekit::Desk,
    pub(crate) fonts: Arc<HostFonts>,
    pub(crate) sharing: Sharing,
}

impl Desk {
    pub(crate) fn new(desk: casekit::Desk, fonts: Arc<HostFonts>, sharing: Sharing) -> Self {
        Self { desk, fonts, sharing }
    }

    /// [`guard`], with the messages of errors in the desk's language.
    pub(crate) fn guard<T, E: Told>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, CasekitError> {
        guard(|| call().map_err(|error| error.told(self.desk.language())))
    }
}

#[uniffi::export]
impl Desk {
    /// Returns the same desk with a request id of the caller's choice, under which a command is carried out at most
    /// once.
    ///
    /// The next command claims the id, which is scoped to this actor. If the command is called again with the same id,
    /// the answer is the receipt of the first call, and nothing is changed. Another command with the same id is refused
    /// with `request_id_reused`.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    ///
    /// An id has 1 to 200 characters: beyond, the next command answers `Invalid` with `too_long`.
    pub fn request(&self, id: String) -> Arc<Desk> {
        Arc::new(Self::new(self.desk.request(id), Arc::clone(&self.fonts), self.sharing))
    }

    /// Returns the same desk, whose next command is carried out only if what it changes still has the revision that the
    /// caller saw.
    ///
    /// Every command that changes a case, a note of it or a customer, and an edit of a case type, can be given so. Where the record has another
    /// revision by now, the command is refused with `Conflict`, before any other reason but a missing permission. A
    /// command on something else is refused. A repeated request is answered as the first time, whatever was seen.
    ///
    /// # Arguments
    ///
    /// - `revision`: the revision of the case, the customer or the case type, as it was shown.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn seen(&self, revision: u64) -> Arc<Desk> {
        Arc::new(Self::new(self.desk.seen(revision), Arc::clone(&self.fonts), self.sharing))
    }

    /// Returns the same desk in another language.
    ///
    /// The language applies to all text for people, and to the names by which callers refer to case types, stages and
    /// workflows. Codes and ids are the same in every language. The time zone of the text stays that of the kit.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn in_language(&self, language: Arc<Language>) -> Arc<Desk> {
        Arc::new(Self::new(self.desk.in_language(language.inner()), Arc::clone(&self.fonts), self.sharing))
    }

    /// The language of the text that this desk returns: the kit's, unless another one was chosen.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn language(&self) -> Arc<Language> {
        Language::new(self.desk.language())
    }

    /// The actor whose permissions this desk checks, and who is recorded in the history.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn actor(&self) -> Actor {
        self.desk.actor().clone()
    }
}

/// The page that the caller asked for; the first one by default.
fn page(page: Option<PageRequest>) -> PageRequest {
    page.unwrap_or_default()
}
