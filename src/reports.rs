//! Reports: the overview as PDF and CSV, and one case as PDF.
//!
//! Each needs [`Export`](crate::Permission::Export) and is recorded in the file's ledger. A report does not contain
//! what the host's authorizer hides.

#[cfg(feature = "pdf")]
mod case;
mod overview;

#[cfg(feature = "pdf")]
pub use case::case_pdf;
pub use overview::overview_csv;
#[cfg(feature = "pdf")]
pub use overview::overview_pdf;

/// The letterhead of a report, from the settings, the actor and the time of the export.
#[cfg(feature = "pdf")]
fn letterhead(
    head: casekit_core::desk::ExportHead,
    language: &std::sync::Arc<casekit_core::Language>,
    title: String,
    subtitle: String,
) -> casekit_export::pdf::Letterhead {
    let at = head.at.fixed_offset();
    casekit_export::pdf::Letterhead {
        organisation: head.organisation.unwrap_or_default(),
        title,
        subtitle,
        generated: casekit_export::pdf::Letterhead::generated_by(language, &head.by, at),
        generated_at: at,
        language: std::sync::Arc::clone(language),
    }
}
