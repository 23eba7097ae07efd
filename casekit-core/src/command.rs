//! What callers ask for: plain records with public fields, trusted in nothing until they are decided.

mod case;
mod case_type;
mod customer;
mod import;
mod note;
mod settings;

pub use case::{CaseEdit, NewCase};
pub use case_type::{CaseTypeEdit, NewCaseType, NewStage, NewStageMove};
pub use customer::{CustomerEdit, NewBankAccount, NewCustomer, NewNextOfKin};
pub use import::{ImportCase, ImportChange, ImportCustomer, ImportItem, ImportedChange};
pub use note::NewNote;
pub use settings::SettingsEdit;
