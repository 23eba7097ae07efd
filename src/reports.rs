//! Reports: the overview as PDF, CSV and workbook, how long things take and which cases are stuck as CSV and workbook, one case
//! as PDF, and one case as PDF for its customer.
//!
//! Each needs [`Export`](crate::Permission::Export), for a PDF [`Print`](crate::Permission::Print) is enough, and is recorded in the file's ledger: that it begins before anything
//! of it is written, and then how it ended. A report does not contain what the host's authorizer hides.
//!
//! The functions that end in `_with` tell how far they have come, and can be ended: a report of 100,000 cases takes a while.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use casekit::reports::{ExportFile, overview_csv_to_with};
//! use casekit::{Actor, CaseKit, CasesQuery, CsvForm, NewCase, Role};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("overview.csv");
//! let kit = CaseKit::in_memory()?;
//! let mona = kit.desk(Actor::new("mona", "Mona Reyes").with_role(Role::Manager));
//! mona.raise_case(NewCase::new("Support", "Cannot log in"))?;
//! let (all, file) = (CasesQuery::default(), ExportFile::at(&path));
//!
//! let rows = overview_csv_to_with(&mona, &all, CsvForm::for_people(), file, |so_far| {
//!     println!("{} of {} cases", so_far.rows, so_far.of);
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(rows, 1);
//!
//! let ended = overview_csv_to_with(&mona, &all, CsvForm::for_people(), file, |_| ControlFlow::Break(()));
//! assert_eq!(ended.unwrap_err().code(), "cancelled"); // and the file is still the one above
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "pdf")]
mod case;
mod download;
mod file;
mod overview;
mod pace;
#[cfg(feature = "pdf")]
mod paper;
mod rows;
#[cfg(feature = "xlsx")]
mod sheet;
mod statistics;
mod stuck;
mod table;
#[cfg(feature = "xlsx")]
mod workbook;

#[cfg(feature = "pdf")]
pub use case::{
    case_pdf, case_pdf_to, case_pdf_to_with, case_pdf_with, customer_copy_pdf, customer_copy_pdf_to,
    customer_copy_pdf_to_with, customer_copy_pdf_with,
};
pub use casekit_core::desk::ReportProgress;
pub use download::{Download, Made, Report};
pub use file::ExportFile;
pub use overview::{overview_csv, overview_csv_to, overview_csv_to_with, overview_csv_with};
#[cfg(feature = "pdf")]
pub use overview::{overview_pdf, overview_pdf_to, overview_pdf_to_with, overview_pdf_with};
#[cfg(feature = "pdf")]
pub use paper::{Paper, Printed};
pub use statistics::{statistics_csv, statistics_csv_to};
#[cfg(feature = "xlsx")]
pub use statistics::{statistics_xlsx, statistics_xlsx_to};
pub use stuck::{stuck_cases_csv, stuck_cases_csv_to, stuck_cases_csv_to_with, stuck_cases_csv_with};
#[cfg(feature = "xlsx")]
pub use stuck::{stuck_cases_xlsx, stuck_cases_xlsx_to, stuck_cases_xlsx_to_with, stuck_cases_xlsx_with};

#[cfg(feature = "xlsx")]
pub use workbook::{overview_xlsx, overview_xlsx_to, overview_xlsx_to_with, overview_xlsx_with};

use casekit_core::Error;
use casekit_core::desk::{Desk, ExportHead};

/// Exports: has the ledger say that it begins, writes, and has the ledger say how it ended. `rows` says how many rows that was.
fn recorded<T>(
    desk: &Desk,
    (what, format): (&str, &str),
    write: impl FnOnce(&ExportHead) -> Result<T, Error>,
    rows: impl FnOnce(&T) -> u64,
) -> Result<T, Error> {
    let head = desk.begin_export(what, format)?;
    match write(&head) {
        Ok(written) => desk.end_export(&head, rows(&written)).map(|()| written),
        Err(error) => {
            // If this fails, the ledger has an export that never ended, and the caller gets the error that matters.
            desk.fail_export(&head).ok();
            Err(error)
        }
    }
}
