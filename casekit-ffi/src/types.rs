//! What crosses: core's plain data, declared again so that nothing can drift.
//!
//! A field or variant that core adds or changes breaks this build until it stands here too; a test compares the
//! documentation. Ids cross as the host's UUIDs, instants as its own time type.

mod actor;
mod audit;
mod case;
mod case_type;
mod customer;
mod data;
mod failure;
mod health;
mod id;
mod import;
mod list;
mod note;
mod refusal;
mod request;
mod settings;
mod workflow;

pub use import::ImportReport;
pub use list::{CasePage, CasesQuery, CustomerPage, FailingCasePage, HistoryPage, NotePage, SearchPage};
