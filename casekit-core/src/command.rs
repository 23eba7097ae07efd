//! Commands: what callers ask for. They are plain records with public fields, and nothing in them is trusted before it
//! is decided.

mod bank_account;
mod case;
mod case_type;
mod customer;
mod deadline;
mod import;
mod next_of_kin;
mod note;
mod people;
mod request;
mod settings;
mod team;
mod workflow;

pub use bank_account::{BankAccountEdit, NewBankAccount};
pub use case::{CaseEdit, NewCase};
pub use case_type::{CaseTypeEdit, NewCaseType, NewStage, NewStageMove};
pub use customer::{CustomerEdit, NewCustomer};
pub use deadline::{NewCalendar, NewDeadlinePolicy, NewDeadlineStart, NewHoliday, NewWorkingHours};
pub use import::{
    ExistingItems, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportOptions, ImportRequest,
    ImportWorkflow, ImportedChange,
};
pub use next_of_kin::{NewNextOfKin, NextOfKinEdit};
pub use note::{NewMessage, NewNote};
pub use people::PersonName;
pub use request::{NewCredential, NewDenial, NewIdentification, NewRedaction, NewRequest, RequestEdit};
pub use settings::SettingsEdit;
pub use team::{NewTeam, TeamEdit};
pub use workflow::{NewDefaultRedaction, NewMethod, NewStep, NewWorkflow, WorkflowEdit};
