//! Commands: what callers ask for. They are plain records with public fields, and nothing in them is trusted before it
//! is decided.

mod bank_account;
mod case;
mod case_type;
mod clock;
mod customer;
mod deadline;
mod import;
mod next_of_kin;
mod note;
mod own_field;
mod people;
mod request;
mod resolution;
mod settings;
mod tags;
mod team;
mod workflow;

pub use crate::model::GivenValue;
pub use bank_account::{BankAccountEdit, NewBankAccount};
pub use case::{CaseEdit, NewCase};
pub use case_type::{CaseTypeEdit, NewCaseType, NewStage, NewStageMove, NewTimedMove};
pub use clock::{NewExtension, NewPause, NewResumption};
pub use customer::{CustomerEdit, NewCustomer};
pub use deadline::{NewCalendar, NewDeadlinePolicy, NewDeadlineStart, NewHoliday, NewWorkingHours};
pub use import::{
    ExistingItems, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportOptions, ImportRequest,
    ImportWorkflow, ImportedChange,
};
pub use next_of_kin::{NewNextOfKin, NextOfKinEdit};
pub use note::{NewMessage, NewNote};
pub use own_field::{FieldText, GivenField, NewField, NewFieldChoice, NewShownWhen};
pub use people::PersonName;
pub use request::{NewCredential, NewDenial, NewIdentification, NewRedaction, NewRequest, RequestEdit};
pub use resolution::NewResolution;
pub use settings::SettingsEdit;
pub use tags::TagsEdit;
pub use team::{NewTeam, TeamEdit};
pub use workflow::{NewDefaultRedaction, NewMethod, NewStep, NewWorkflow, WorkflowEdit};
