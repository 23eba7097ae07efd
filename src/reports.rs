//! What an office takes away: the overview as PDF and CSV, and one case on paper.
//!
//! Each needs [`Export`](crate::Permission::Export) and leaves an entry in the file's ledger. What the host's
//! authorizer hides is not in it.

#[cfg(feature = "pdf")]
mod case;
mod overview;

#[cfg(feature = "pdf")]
pub use case::case_pdf;
pub use overview::overview_csv;
#[cfg(feature = "pdf")]
pub use overview::overview_pdf;

use casekit_core::Error;
use casekit_export::csv::CsvError;

/// Why a report was not made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The kit refused, or its store failed.
    #[error(transparent)]
    Kit(#[from] Error),
    /// The PDF could not be set or written.
    #[cfg(feature = "pdf")]
    #[error(transparent)]
    Pdf(#[from] casekit_export::pdf::PdfError),
    /// The CSV could not be written.
    #[error(transparent)]
    Csv(#[from] CsvError),
}

/// What stands above a page.
#[cfg(feature = "pdf")]
fn letterhead(
    head: casekit_core::desk::ExportHead,
    language: &casekit_core::Language,
    title: String,
    subtitle: String,
) -> casekit_export::pdf::Letterhead {
    casekit_export::pdf::Letterhead {
        organisation: head.organisation.unwrap_or_default(),
        title,
        subtitle,
        generated_by: head.by,
        generated_at: head.at.fixed_offset(),
        wording: casekit_export::pdf::Wording::of(language),
    }
}
