//! Who acts, and what they may do.

use serde::{Deserialize, Serialize};

use super::{CaseTypeId, CustomerId, TeamId};

/// Somebody who acts. The host vouches for their identity.
///
/// The audit trail keeps the id for good, so choose an opaque one, neither a name nor an e-mail address, and never give it
/// to somebody else. The name is kept apart from the trail, in the directory of people, where it can be changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// 1 to 200 characters on one line. Two actors are the same person if their ids are equal, character by character.
    pub id: String,
    /// What the actor is called: up to 200 characters. The first command with another name than the directory of people has
    /// enters it there, with an event of its own in the same commit. Blank, or the id once more, says nothing and changes
    /// nothing.
    pub name: String,
    /// The roles of the actor, which are named sets of permissions.
    pub roles: Vec<Role>,
    /// Permissions in addition to those of the roles.
    pub permissions: Vec<Permission>,
    /// The id of the person for whom the actor acts; `None` if they act for themselves. It counts as a doer too.
    pub on_behalf_of: Option<String>,
}

impl Actor {
    /// An actor without any permission; what is not granted is denied.
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

    /// The same actor, acting for the person with this id.
    #[must_use]
    pub fn on_behalf_of(mut self, id: impl Into<String>) -> Self {
        self.on_behalf_of = Some(id.into());
        self
    }

    /// Whether one of the actor's roles or permissions grants this permission.
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
            /// Every permission, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable word for it in errors and in hosts, such as `read_cases`.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code,)* } }

            /// The bit by which stores count what is pending; it never changes.
            #[must_use]
            pub fn bit(self) -> u32 { 1 << match self { $(Self::$name => $place,)* } }
        }
    };
}

// The number is the position of the permission's bit. It is never given to another permission, because stores keep the
// bits.
permissions! {
    /// Read profiles and lists of customers.
    ReadCustomers = "read_customers", 4;
    /// Create and update customers.
    EditCustomers = "edit_customers", 5;
    /// Read cases, lists, counts and search.
    ReadCases = "read_cases", 6;
    /// Raise cases for customers, or without one.
    RaiseCases = "raise_cases", 7;
    /// Edit type, stage, title, description and customer of cases.
    EditCases = "edit_cases", 8;
    /// Read the text of notes.
    ReadNotes = "read_notes", 9;
    /// Add notes, reply, edit and retract one's own, change their visibility.
    WriteNotes = "write_notes", 10;
    /// Take cases, and return cases that one holds.
    TakeCases = "take_cases", 11;
    /// Assign cases to somebody, and return cases that another person holds.
    AssignCases = "assign_cases", 3;
    /// Take over a case that another person holds.
    TakeOverCases = "take_over_cases", 12;
    /// Approve steps and deny requests. A step other than a release needs it unless the workflow names another
    /// permission.
    DecideSteps = "decide_steps", 0;
    /// Release cases. A release step needs it unless the workflow names another permission.
    ReleaseCases = "release_cases", 1;
    /// Retry a step or a delivery that failed.
    RetryFailures = "retry_failures", 2;
    /// Revoke approvals that others gave.
    RevokeApprovals = "revoke_approvals", 13;
    /// Hand in requests that arrived at the webform.
    ReceiveRequests = "receive_requests", 14;
    /// Create and edit case types; rename and merge tags.
    ConfigureCaseTypes = "configure_case_types", 15;
    /// Create and edit workflows.
    ConfigureWorkflows = "configure_workflows", 16;
    /// Export lists and cases, in every form.
    Export = "export", 17;
    /// Import customers and cases.
    Import = "import", 18;
    /// Read the history of customers, people, definitions and the file; the past of cases, and what notes said before they
    /// were edited. Whoever may read a case reads its history without this permission.
    ReadHistory = "read_history", 19;
    /// Verify the audit trail and take its head.
    Verify = "verify", 20;
    /// Change the settings of the file.
    ChangeSettings = "change_settings", 21;
    /// Read and check the settings.
    CheckSettings = "check_settings", 22;
    /// Read the list of cases with errors.
    ReadFailures = "read_failures", 23;
    /// Read sensitive values, such as account numbers, in clear.
    ReadSensitive = "read_sensitive", 24;
    /// Read the directory of people. Whoever sees a case sees the names on it without this permission.
    ReadPeople = "read_people", 25;
    /// Name people in the directory, and correct their names.
    EditPeople = "edit_people", 26;
    /// Print the overview and single cases as PDF.
    Print = "print", 27;
    /// Create and edit teams.
    ConfigureTeams = "configure_teams", 28;
}

/// A named set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on customers and cases, hands in requests, and prints the overview and cases.
    Agent,
    /// An agent who also decides steps, releases and retries, and reads cases with errors and sensitive values.
    Approver,
    /// An approver who also assigns, takes over, revokes others' approvals, configures, exports, imports, reads
    /// every history, and names people.
    Manager,
    /// Reads and exports everything but sensitive values, and verifies; changes nothing.
    Auditor,
    /// Sees and changes the settings, and sees and retries cases with errors, and names people; sees no customer data and
    /// no text of notes.
    ItAdministrator,
    /// Has every permission that there is.
    Administrator,
}

impl Role {
    /// Every role, in the order of declaration.
    pub const ALL: [Self; 6] = [
        Self::Agent,
        Self::Approver,
        Self::Manager,
        Self::Auditor,
        Self::ItAdministrator,
        Self::Administrator,
    ];

    /// The stable word for it in hosts, such as `agent`; also the key of its label in every language.
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

    /// Whether the role includes a permission.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.adds().contains(&permission) || self.builds_on().is_some_and(|role| role.allows(permission))
    }

    /// Every permission that the role includes, in the order of declaration.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.allows(*permission)).collect()
    }

    /// The first role, in the order of declaration, that includes a permission.
    pub(crate) fn least_with(permission: Permission) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.allows(permission))
    }

    /// The role whose permissions this one includes.
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
    P::Print,
];
const APPROVER: &[P] =
    &[P::DecideSteps, P::ReleaseCases, P::RetryFailures, P::ReadFailures, P::ReadSensitive];
const MANAGER: &[P] = &[
    P::AssignCases,
    P::TakeOverCases,
    P::RevokeApprovals,
    P::ConfigureCaseTypes,
    P::ConfigureWorkflows,
    P::ConfigureTeams,
    P::Export,
    P::Import,
    P::ReadHistory,
    P::ReadPeople,
    P::EditPeople,
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
    P::ReadPeople,
];
const IT_ADMINISTRATOR: &[P] =
    &[P::ChangeSettings, P::CheckSettings, P::ReadFailures, P::RetryFailures, P::ReadPeople, P::EditPeople];

/// What a host's authorizer lets an actor see. It can only narrow what their permissions allow, and each of its parts
/// narrows what the others leave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scope {
    /// The case types whose cases the actor sees; `None` for all types.
    pub types: Option<Vec<CaseTypeId>>,
    /// The teams whose cases the actor sees, usually those to which they belong; `None` for all cases, whatever their team
    /// and without one. A case without a team is in no scope that names teams.
    pub teams: Option<Vec<TeamId>>,
    /// Whether the actor sees all cases of these types and teams, or only their own.
    pub cases: ScopeCases,
    /// The one customer whose cases the actor sees, for a portal; `None` for everybody's. Such an actor sees what is for
    /// that customer: no other customer, no internal notes, the labels that stages have for customers, and nothing of how
    /// staff work on a case.
    pub customer: Option<CustomerId>,
    /// Whether the actor sees internal notes; never in the scope of one customer.
    pub internal_notes: bool,
}

impl Scope {
    /// A scope that narrows nothing.
    #[must_use]
    pub fn all() -> Self {
        Self { types: None, teams: None, cases: ScopeCases::All, customer: None, internal_notes: true }
    }

    /// The scope of a customer: their cases, and of these what is for customers.
    #[must_use]
    pub fn of_customer(customer: CustomerId) -> Self {
        // A literal would make it the constructor of hosts, who could then not leave the customer out.
        let mut scope = Self::all();
        (scope.customer, scope.internal_notes) = (Some(customer), false);
        scope
    }

    /// The same scope, in which internal notes are left out where one customer sees what is theirs.
    pub(crate) fn consistent(self) -> Self {
        Self { internal_notes: self.internal_notes && self.customer.is_none(), ..self }
    }

    /// Whether this customer is in it.
    pub(crate) fn has_customer(&self, id: CustomerId) -> bool {
        self.customer.is_none_or(|customer| customer == id)
    }

    /// Whether cases of this team, or without a team, are in it.
    pub(crate) fn has_team(&self, id: Option<TeamId>) -> bool {
        self.teams.as_ref().is_none_or(|teams| id.is_some_and(|id| teams.contains(&id)))
    }

    /// Whether cases of this type are in it.
    pub(crate) fn has_type(&self, id: CaseTypeId) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&id))
    }
}

/// Which cases a scope lets an actor see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeCases {
    /// All cases of the scope's types.
    All,
    /// Only cases that the actor holds or raised.
    Own,
}
