//! The host's own say in who sees and does what.

use crate::model::{Actor, Case, Scope, StageId};

/// Narrows what permissions allow; it can never widen them.
///
/// A host's authorizer runs under no lock and no transaction. If it fails, the answer is no.
pub trait Authorizer: Send + Sync {
    /// What an actor may see. It governs lists, counts, search and exports, so it is data.
    fn scope(&self, actor: &Actor) -> Result<Scope, AuthorizerFailed>;

    /// Whether an actor may not do this to this case: asked when one case is opened (`read_case`, `read_thread`,
    /// `read_history`) or changed (the command's word, such as `edit_case`), and when the actions on a case are listed, for
    /// each command once.
    ///
    /// A command that brings the case to another stage is asked about once more, with that stage in `to`; a list of
    /// actions asks that for each stage. A command that raises a case (`raise_case`, `receive_request`, `import`) is asked
    /// about with the case as it would be, whose number is not assigned yet, and with its stage in `to`.
    fn forbids(
        &self,
        actor: &Actor,
        action: &str,
        case: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed>;
}

/// The host's authorizer could not tell.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the application's access check failed")]
pub struct AuthorizerFailed;
