//! Who acts, and what they may do.

use casekit::{Actor, CaseTypeId, Permission, Role, Scope, ScopeCases};

/// Who acts, as the host vouches for them.
///
/// The id is what the audit trail keeps; choose it opaque and never give it to somebody else. The name is for
/// the host's own screens and is not stored.
#[uniffi::remote(Record)]
pub struct Actor {
    /// 1 to 200 characters on one line; two actors are the same person when their ids are the same to the letter.
    pub id: String,
    /// The name a screen shows.
    #[uniffi(default = "")]
    pub name: String,
    /// Bundles of permissions.
    #[uniffi(default = [])]
    pub roles: Vec<Role>,
    /// Permissions beyond those of the roles.
    #[uniffi(default = [])]
    pub permissions: Vec<Permission>,
    /// The id of the person for whom they act; it counts as a doer too.
    #[uniffi(default = None)]
    pub on_behalf_of: Option<String>,
}

/// One thing that an actor may be allowed to do.
#[uniffi::remote(Enum)]
pub enum Permission {
    /// Read profiles and lists of customers.
    ReadCustomers,
    /// Create and update customers.
    EditCustomers,
    /// Read cases, lists, counts and search.
    ReadCases,
    /// Raise cases.
    RaiseCases,
    /// Edit type, stage, title, description and customer of cases.
    EditCases,
    /// Read the text of notes.
    ReadNotes,
    /// Add notes, reply, edit and retract one's own, change their visibility.
    WriteNotes,
    /// Take cases, and return one's own.
    TakeCases,
    /// Put a case in another's hands, or take it out of them.
    AssignCases,
    /// Take a case that another holds.
    TakeOverCases,
    /// Approve and deny steps.
    DecideSteps,
    /// Release cases.
    ReleaseCases,
    /// Retry what failed.
    RetryFailures,
    /// Revoke approvals that others gave.
    RevokeApprovals,
    /// Hand in requests that arrived at the webform.
    ReceiveRequests,
    /// Create and edit case types.
    ConfigureCaseTypes,
    /// Create and edit workflows.
    ConfigureWorkflows,
    /// Export lists and cases.
    Export,
    /// Import customers and cases.
    Import,
    /// Read the history of cases, customers and definitions.
    ReadHistory,
    /// Verify the audit trail and take its head.
    Verify,
    /// Change the settings.
    ChangeSettings,
    /// Read and check the settings.
    CheckSettings,
    /// See cases with errors.
    ReadFailures,
    /// Read sensitive values in clear.
    ReadSensitive,
    /// Erase customers.
    Erase,
}

/// A named bundle of permissions.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Works on customers and cases.
    Agent,
    /// Agent, and decides steps, releases and retries.
    Approver,
    /// Approver, and assigns, takes over, revokes others' approvals, configures, exports and imports.
    Manager,
    /// Reads everything and verifies; changes nothing.
    Auditor,
    /// Settings and cases with errors; no customer data and no note text.
    ItAdministrator,
    /// All of the above, and erases.
    Administrator,
}

/// What a host's authorizer leaves of an actor's sight; it can only narrow.
#[uniffi::remote(Record)]
pub struct Scope {
    /// Only cases of these types; `None` for all.
    #[uniffi(default = None)]
    pub types: Option<Vec<CaseTypeId>>,
    /// All cases, or the actor's own.
    pub cases: ScopeCases,
    /// Whether internal notes are seen.
    pub internal_notes: bool,
}

/// Which cases a scope leaves.
#[uniffi::remote(Enum)]
pub enum ScopeCases {
    /// All of them.
    All,
    /// Those that the actor holds or raised.
    Own,
}
