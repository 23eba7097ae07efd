//! Who acts, and what they may do.

use serde::{Deserialize, Serialize};

use super::CaseTypeId;

/// Who acts, as the host vouches for them.
///
/// The id is what the audit trail keeps; choose it opaque and never give it to somebody else. The name is for
/// the host's own screens and is not stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// 1 to 200 characters on one line; two actors are the same person when their ids are the same to the letter.
    pub id: String,
    /// The name a screen shows.
    pub name: String,
    /// Bundles of permissions.
    pub roles: Vec<Role>,
    /// Permissions beyond those of the roles.
    pub permissions: Vec<Permission>,
    /// The id of the person for whom they act; it counts as a doer too.
    pub on_behalf_of: Option<String>,
}

impl Actor {
    /// An actor who may do nothing yet: permissions are denied by default.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            roles: Vec::new(),
            permissions: Vec::new(),
            on_behalf_of: None,
        }
    }

    /// The same actor with one more role.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// The same actor with one more permission.
    #[must_use]
    pub fn with_permission(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    /// The same actor, acting for another person.
    #[must_use]
    pub fn on_behalf_of(mut self, id: impl Into<String>) -> Self {
        self.on_behalf_of = Some(id.into());
        self
    }

    /// Whether a role or a permission of theirs allows it.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission) || self.roles.iter().any(|role| role.allows(permission))
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $place:literal;)*) => {
        /// One thing that an actor may be allowed to do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in errors and in hosts.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code,)* } }

            /// The bit by which stores count what is pending; it never changes.
            #[must_use]
            pub fn bit(self) -> u32 { 1 << match self { $(Self::$name => $place,)* } }
        }
    };
}

// The number is the place of its bit, and is never given to another.
permissions! {
    /// Read profiles and lists of customers.
    ReadCustomers = "read_customers", 4;
    /// Create and update customers.
    EditCustomers = "edit_customers", 5;
    /// Read cases, lists, counts and search.
    ReadCases = "read_cases", 6;
    /// Raise cases.
    RaiseCases = "raise_cases", 7;
    /// Edit type, stage, title, description and customer of cases.
    EditCases = "edit_cases", 8;
    /// Read the text of notes.
    ReadNotes = "read_notes", 9;
    /// Add notes, reply, edit and retract one's own, change their visibility.
    WriteNotes = "write_notes", 10;
    /// Take cases, and return one's own.
    TakeCases = "take_cases", 11;
    /// Put a case in another's hands, or take it out of them.
    AssignCases = "assign_cases", 3;
    /// Take a case that another holds.
    TakeOverCases = "take_over_cases", 12;
    /// Approve and deny steps.
    DecideSteps = "decide_steps", 0;
    /// Release cases.
    ReleaseCases = "release_cases", 1;
    /// Retry what failed.
    RetryFailures = "retry_failures", 2;
    /// Revoke approvals that others gave.
    RevokeApprovals = "revoke_approvals", 13;
    /// Hand in requests that arrived at the webform.
    ReceiveRequests = "receive_requests", 14;
    /// Create and edit case types.
    ConfigureCaseTypes = "configure_case_types", 15;
    /// Create and edit workflows.
    ConfigureWorkflows = "configure_workflows", 16;
    /// Export lists and cases.
    Export = "export", 17;
    /// Import customers and cases.
    Import = "import", 18;
    /// Read the history of cases, customers and definitions.
    ReadHistory = "read_history", 19;
    /// Verify the audit trail and take its head.
    Verify = "verify", 20;
    /// Change the settings.
    ChangeSettings = "change_settings", 21;
    /// Read and check the settings.
    CheckSettings = "check_settings", 22;
    /// See cases with errors.
    ReadFailures = "read_failures", 23;
    /// Read sensitive values in clear.
    ReadSensitive = "read_sensitive", 24;
}

/// A named bundle of permissions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// All of the above.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Agent,
        Self::Approver,
        Self::Manager,
        Self::Auditor,
        Self::ItAdministrator,
        Self::Administrator,
    ];

    /// The word used in hosts, and the key of its words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Approver => "approver",
            Self::Manager => "manager",
            Self::Auditor => "auditor",
            Self::ItAdministrator => "it_administrator",
            Self::Administrator => "administrator",
        }
    }

    /// Whether the role may do it.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.adds().contains(&permission) || self.builds_on().is_some_and(|role| role.allows(permission))
    }

    /// Everything that the role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.allows(*permission)).collect()
    }

    /// The role whose permissions it has too.
    fn builds_on(self) -> Option<Self> {
        match self {
            Self::Approver => Some(Self::Agent),
            Self::Manager => Some(Self::Approver),
            Self::Agent | Self::Auditor | Self::ItAdministrator | Self::Administrator => None,
        }
    }

    fn adds(self) -> &'static [Permission] {
        match self {
            Self::Agent => AGENT,
            Self::Approver => APPROVER,
            Self::Manager => MANAGER,
            Self::Auditor => AUDITOR,
            Self::ItAdministrator => IT_ADMINISTRATOR,
            Self::Administrator => Permission::ALL,
        }
    }
}

use Permission as P;

const AGENT: &[P] = &[
    P::ReadCustomers,
    P::EditCustomers,
    P::ReadCases,
    P::RaiseCases,
    P::EditCases,
    P::ReadNotes,
    P::WriteNotes,
    P::TakeCases,
    P::ReceiveRequests,
];
const APPROVER: &[P] =
    &[P::DecideSteps, P::ReleaseCases, P::RetryFailures, P::ReadFailures, P::ReadSensitive];
const MANAGER: &[P] = &[
    P::AssignCases,
    P::TakeOverCases,
    P::RevokeApprovals,
    P::ConfigureCaseTypes,
    P::ConfigureWorkflows,
    P::Export,
    P::Import,
    P::ReadHistory,
];
const AUDITOR: &[P] = &[
    P::ReadCustomers,
    P::ReadCases,
    P::ReadNotes,
    P::ReadHistory,
    P::Verify,
    P::Export,
    P::ReadFailures,
    P::CheckSettings,
];
const IT_ADMINISTRATOR: &[P] = &[P::ChangeSettings, P::CheckSettings, P::ReadFailures, P::RetryFailures];

/// What a host's authorizer lets an actor see; it can only narrow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scope {
    /// Only cases of these types; `None` for all.
    pub types: Option<Vec<CaseTypeId>>,
    /// All cases, or the actor's own.
    pub cases: ScopeCases,
    /// Whether internal notes are seen.
    pub internal_notes: bool,
}

impl Scope {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self { types: None, cases: ScopeCases::All, internal_notes: true }
    }
}

/// Which cases a scope leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeCases {
    /// All of them.
    All,
    /// Those that the actor holds or raised.
    Own,
}
