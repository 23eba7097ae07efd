//! What can be done at a desk besides the actions on one case: open its parts, and change what is not a case.

use serde::{Deserialize, Serialize};

use crate::rejection::Blocker;

/// Something that is done at a desk, and not with one case: a screen that is opened, or a button on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeskAction {
    /// Read lists of cases, counts and one's own work, and search.
    ReadCases,
    /// Read how long things take.
    ReadStatistics,
    /// Read lists and profiles of customers.
    ReadCustomers,
    /// Read cases with errors.
    ReadFailures,
    /// Read case types.
    ReadCaseTypes,
    /// Read workflows.
    ReadWorkflows,
    /// Read teams.
    ReadTeams,
    /// Read the directory of people.
    ReadPeople,
    /// Read and check the settings.
    ReadSettings,
    /// Retry every case with one cause.
    RetryFailures,
    /// Verify the audit trail, and take its head.
    Verify,
    /// Raise a case: of any type, or for the customer whose actions were asked for.
    RaiseCase,
    /// Create a customer.
    CreateCustomer,
    /// Create a case type.
    CreateCaseType,
    /// Create a workflow.
    CreateWorkflow,
    /// Create a team.
    CreateTeam,
    /// Name people in the directory.
    NamePeople,
    /// Change the settings.
    ChangeSettings,
    /// Import customers and cases.
    Import,
    /// Export lists and cases, in every form.
    Export,
    /// Print the overview and single cases as PDF.
    Print,
    /// Change the profile of a customer, and what is in it of bank accounts and next of kin.
    UpdateCustomer,
    /// Add a bank account to a customer.
    AddBankAccount,
    /// Add somebody next of kin to a customer.
    AddNextOfKin,
    /// Read the history of a customer.
    ReadHistory,
    /// Change a case type.
    EditCaseType,
    /// Put a case type to use again.
    ActivateCaseType,
    /// Take a case type out of use.
    DeactivateCaseType,
    /// Move the cases of a type to its newest version.
    MigrateCaseType,
}

/// An action at a desk, with every reason why the actor cannot do it now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AvailableDeskAction {
    /// The action.
    pub action: DeskAction,
    /// Every reason why it is not possible now; empty if it is possible.
    pub blockers: Vec<Blocker>,
}
