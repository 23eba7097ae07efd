//! Commands: what callers ask for. They are plain records with public fields, and nothing in them is trusted before it
//! is decided.

mod case;
mod case_type;
mod customer;
mod import;
mod note;
mod people;
mod request;
mod settings;
mod workflow;

pub use case::{CaseEdit, NewCase};
pub use case_type::{CaseTypeEdit, NewCaseType, NewStage, NewStageMove};
pub use customer::{CustomerEdit, NewBankAccount, NewCustomer, NewNextOfKin};
pub use import::{ImportCase, ImportChange, ImportCustomer, ImportItem, ImportedChange};
pub use note::NewNote;
pub use people::PersonName;
pub use request::{NewCredential, NewDenial, NewRedaction, NewRequest};
pub use settings::SettingsEdit;
pub use workflow::{NewStep, NewWorkflow, WorkflowEdit};
