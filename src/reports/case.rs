//! One case on paper: whole, for those who work on it, and as its customer may have it.

mod called;
mod copy;
mod history;
mod whole;

use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::Error;
use casekit_core::desk::{Desk, ExportHead, ReportProgress};
use casekit_core::model::CaseId;

pub(super) use history::customer_name;

use super::pace::Pace;
use super::{ExportFile, Paper, Printed, recorded};

/// Writes one case as PDF: its facts, the steps of its workflow, its thread, its history with every change, and the digests of
/// what was approved and sent. An actor who may not read the thread gets the report without it.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Print`](crate::Permission::Print) or
/// [`Export`](crate::Permission::Export), and [`ReadCases`](crate::Permission::ReadCases).
///
/// # Cost
/// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF: it
/// grows with the case, without a limit. The export is recorded in the ledger.
pub fn case_pdf(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    out: &mut impl Write,
) -> Result<Printed, Error> {
    whole::PAPER.write(desk, case, &paper.into(), out, &Pace::untold())
}

/// Writes one case as PDF like [`case_pdf`], and tells how far it has come. `tell` is called at the beginning, after each 500
/// notes and entries of the history, and for every 20 pages that are made; with `Break` it ends the report, before anything
/// is written to `out`.
///
/// # Errors
/// As [`case_pdf`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`case_pdf`]. `tell` is called outside of every transaction.
pub fn case_pdf_with(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    whole::PAPER.write(desk, case, &paper.into(), out, &Pace::told(&mut tell))
}

/// Writes one case as PDF to a file: see [`case_pdf`].
///
/// # Errors
/// As [`case_pdf`], and if the file cannot be written.
///
/// # Cost
/// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF: it
/// grows with the case, without a limit. The export is recorded in the ledger, before and after.
pub fn case_pdf_to(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
) -> Result<Printed, Error> {
    whole::PAPER.write_file(desk, case, &paper.into(), file, &Pace::untold())
}

/// Writes one case as PDF to a file like [`case_pdf_to`], and tells how far it has come: see [`case_pdf_with`].
///
/// # Errors
/// As [`case_pdf_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there still.
///
/// # Cost
/// As [`case_pdf_to`]. `tell` is called outside of every transaction.
pub fn case_pdf_to_with(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    whole::PAPER.write_file(desk, case, &paper.into(), file, &Pace::told(&mut tell))
}

/// Writes one case as PDF for its customer: its facts with the labels that stages have for customers, and the notes that the
/// customer can see. Nothing internal is on it: no history, no steps, no ids of staff, and their names only if the settings
/// name staff to customers. Whoever may print the case may print this. See
/// [`customer_copy`](Desk::customer_copy) for what it says.
///
/// # Errors
/// As [`case_pdf`].
///
/// # Cost
/// Reads the thread as far as the customer can see it, and holds it, and the compressed pages of the PDF: it grows with the
/// thread, without a limit. The export is recorded in the ledger.
pub fn customer_copy_pdf(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    out: &mut impl Write,
) -> Result<Printed, Error> {
    copy::PAPER.write(desk, case, &paper.into(), out, &Pace::untold())
}

/// Writes one case as PDF for its customer like [`customer_copy_pdf`], and tells how far it has come. `tell` is called at the
/// beginning, when the thread is read, and for every 20 pages that are made; with `Break` it ends the report, before anything
/// is written to `out`.
///
/// # Errors
/// As [`customer_copy_pdf`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`customer_copy_pdf`]. `tell` is called outside of every transaction.
pub fn customer_copy_pdf_with(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    copy::PAPER.write(desk, case, &paper.into(), out, &Pace::told(&mut tell))
}

/// Writes one case as PDF for its customer to a file: see [`customer_copy_pdf`].
///
/// # Errors
/// As [`customer_copy_pdf`], and if the file cannot be written.
///
/// # Cost
/// Reads the thread as far as the customer can see it, and holds it, and the compressed pages of the PDF: it grows with the
/// thread, without a limit. The export is recorded in the ledger, before and after.
pub fn customer_copy_pdf_to(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
) -> Result<Printed, Error> {
    copy::PAPER.write_file(desk, case, &paper.into(), file, &Pace::untold())
}

/// Writes one case as PDF for its customer to a file like [`customer_copy_pdf_to`], and tells how far it has come: see
/// [`customer_copy_pdf_with`].
///
/// # Errors
/// As [`customer_copy_pdf_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there
/// still.
///
/// # Cost
/// As [`customer_copy_pdf_to`]. `tell` is called outside of every transaction.
pub fn customer_copy_pdf_to_with(
    desk: &Desk,
    case: CaseId,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    copy::PAPER.write_file(desk, case, &paper.into(), file, &Pace::told(&mut tell))
}

/// A paper about one case: what the ledger calls it, what is read for it, and what becomes of that.
struct CasePaper<T> {
    what: &'static str,
    /// Reads whether there is such a case, before the ledger has an export.
    read: fn(&Desk, CaseId) -> Result<T, Error>,
    document: fn(&Desk, &T, &ExportHead, &Paper, &Pace<'_>) -> Result<casekit_export::pdf::Document, Error>,
}

impl<T> CasePaper<T> {
    fn write(
        &self,
        desk: &Desk,
        case: CaseId,
        paper: &Paper,
        out: &mut impl Write,
        pace: &Pace<'_>,
    ) -> Result<Printed, Error> {
        let desk = &paper.speaking(desk);
        let read = (self.read)(desk, case)?;
        recorded(
            desk,
            (self.what, "pdf"),
            |head| self.typeset(desk, &read, head, paper, out, pace),
            |printed| printed.rows,
        )
    }

    fn write_file(
        &self,
        desk: &Desk,
        case: CaseId,
        paper: &Paper,
        file: ExportFile<'_>,
        pace: &Pace<'_>,
    ) -> Result<Printed, Error> {
        let desk = &paper.speaking(desk);
        let read = (self.read)(desk, case)?;
        let write = |head: &ExportHead| file.written(|out| self.typeset(desk, &read, head, paper, out, pace));
        recorded(desk, (self.what, "pdf"), write, |printed| printed.rows)
    }

    fn typeset(
        &self,
        desk: &Desk,
        read: &T,
        head: &ExportHead,
        paper: &Paper,
        out: &mut impl Write,
        pace: &Pace<'_>,
    ) -> Result<Printed, Error> {
        let document = (self.document)(desk, read, head, paper, pace)?;
        let written = document.write_asking(&paper.fonts, out, || Ok(pace.tell()?))?;
        out.flush().map_err(super::paper::unwritten)?;
        Ok(Printed::new(written, 1))
    }
}
