//! One shape for everything that is downloaded: what to make, and then its name, its media type and its bytes.

use std::io::Write;

use casekit_core::Error;
use casekit_core::desk::{CasesQuery, Desk};
use casekit_core::model::{CaseId, CsvForm};

use super::overview_csv;
#[cfg(feature = "xlsx")]
use super::overview_xlsx;
#[cfg(feature = "pdf")]
use super::{Paper, Printed, case_pdf, customer_copy_pdf, overview_pdf};

/// A report that can be downloaded, sent or kept: one shape for all of them, for a screen with several buttons.
///
/// ```
/// use casekit::reports::Report;
/// use casekit::{Actor, CaseKit, CasesQuery, CsvForm, NewCase, Role};
///
/// # fn main() -> Result<(), casekit::Error> {
/// let kit = CaseKit::in_memory()?;
/// let mona = kit.desk(Actor::new("mona", "Mona Reyes").with_role(Role::Manager));
/// mona.raise_case(NewCase::new("Support", "Cannot log in"))?;
///
/// let report = Report::OverviewCsv { query: CasesQuery::default(), form: CsvForm::for_people() };
/// let file = report.download(&mona)?;
/// assert_eq!((file.name.as_str(), file.media_type), ("cases.csv", "text/csv; charset=utf-8"));
/// assert_eq!((file.made.rows, file.bytes.is_empty()), (1, false));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a report is made once and kept nowhere")]
#[non_exhaustive]
pub enum Report {
    /// The overview as PDF.
    #[cfg(feature = "pdf")]
    OverviewPdf {
        /// The cases.
        query: CasesQuery,
        /// What it is printed with.
        paper: Paper,
    },
    /// The overview as CSV.
    OverviewCsv {
        /// The cases.
        query: CasesQuery,
        /// For whom it is, and how it is written.
        form: CsvForm,
    },
    /// The overview as a workbook.
    #[cfg(feature = "xlsx")]
    OverviewWorkbook {
        /// The cases.
        query: CasesQuery,
    },
    /// One case as PDF, for staff.
    #[cfg(feature = "pdf")]
    CasePdf {
        /// The case.
        case: CaseId,
        /// What it is printed with.
        paper: Paper,
    },
    /// One case as PDF, for its customer.
    #[cfg(feature = "pdf")]
    CustomerCopyPdf {
        /// The case.
        case: CaseId,
        /// What it is printed with.
        paper: Paper,
    },
    /// The package of an answer that has arrived, as [`released_package`](Desk::released_package) has it.
    Package {
        /// The case.
        case: CaseId,
    },
}

/// What a report came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Made {
    /// The number of cases: those of an overview, 1 for one case and for a package.
    pub rows: u64,
    /// The number of pages and what could not be shown on them; `None` unless it is a PDF.
    #[cfg(feature = "pdf")]
    pub printed: Option<Printed>,
}

/// A report in memory, with what a browser is told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Download {
    /// The name for the file: letters, digits, `-` and `.` only, and nothing about a person.
    pub name: String,
    /// The media type, as `Content-Type` takes it.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// What it came to.
    pub made: Made,
}

impl Report {
    /// The media type, as `Content-Type` takes it.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        match self {
            #[cfg(feature = "pdf")]
            Self::OverviewPdf { .. } | Self::CasePdf { .. } | Self::CustomerCopyPdf { .. } => {
                "application/pdf"
            }
            Self::OverviewCsv { .. } => "text/csv; charset=utf-8",
            #[cfg(feature = "xlsx")]
            Self::OverviewWorkbook { .. } => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::Package { .. } => "application/zip",
        }
    }

    /// A name for the file: `cases.pdf` for an overview, the number for one case, such as `C-000123.pdf`. Letters, digits, `-`
    /// and `.` only, and nothing about a person.
    ///
    /// # Errors
    /// `NotFound` for a case that there is not, or that the actor may not see; `Forbidden` without
    /// [`ReadCases`](crate::Permission::ReadCases).
    ///
    /// # Cost
    /// Reads the case by an index, if it is about one.
    pub fn name(&self, desk: &Desk) -> Result<String, Error> {
        let number = |case: CaseId| Ok::<_, Error>(plain(&desk.case(case)?.number));
        Ok(match self {
            #[cfg(feature = "pdf")]
            Self::OverviewPdf { .. } => "cases.pdf".to_owned(),
            Self::OverviewCsv { .. } => "cases.csv".to_owned(),
            #[cfg(feature = "xlsx")]
            Self::OverviewWorkbook { .. } => "cases.xlsx".to_owned(),
            #[cfg(feature = "pdf")]
            Self::CasePdf { case, .. } => format!("{}.pdf", number(*case)?),
            #[cfg(feature = "pdf")]
            Self::CustomerCopyPdf { case, .. } => format!("{}-copy.pdf", number(*case)?),
            Self::Package { case } => format!("package-{}.zip", number(*case)?),
        })
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Those of the function that makes the report, such as [`overview_csv`](super::overview_csv).
    ///
    /// # Cost
    /// That of the function that makes the report.
    pub fn write(&self, desk: &Desk, out: &mut impl Write) -> Result<Made, Error> {
        match self {
            #[cfg(feature = "pdf")]
            Self::OverviewPdf { query, paper } => overview_pdf(desk, query, paper, out).map(on_paper),
            Self::OverviewCsv { query, form } => overview_csv(desk, query, *form, out).map(of_rows),
            #[cfg(feature = "xlsx")]
            Self::OverviewWorkbook { query } => overview_xlsx(desk, query, out).map(of_rows),
            #[cfg(feature = "pdf")]
            Self::CasePdf { case, paper } => case_pdf(desk, *case, paper, out).map(on_paper),
            #[cfg(feature = "pdf")]
            Self::CustomerCopyPdf { case, paper } => customer_copy_pdf(desk, *case, paper, out).map(on_paper),
            Self::Package { case } => {
                out.write_all(&desk.released_package(*case)?.bytes)
                    .map_err(|error| Error::report("file", error))?;
                Ok(of_rows(1))
            }
        }
    }

    /// Makes the report in memory, with its name and its media type.
    ///
    /// # Errors
    /// As for [`name`](Self::name) and [`write`](Self::write).
    ///
    /// # Cost
    /// As for these, and holds the bytes.
    pub fn download(&self, desk: &Desk) -> Result<Download, Error> {
        let (name, mut bytes) = (self.name(desk)?, Vec::new());
        let made = self.write(desk, &mut bytes)?;
        Ok(Download { name, media_type: self.media_type(), bytes, made })
    }
}

fn of_rows(rows: u64) -> Made {
    Made {
        rows,
        #[cfg(feature = "pdf")]
        printed: None,
    }
}

#[cfg(feature = "pdf")]
fn on_paper(printed: Printed) -> Made {
    Made { rows: printed.rows, printed: Some(printed) }
}

/// The number of a case as part of a file's name, whatever its prefix has.
fn plain(number: &str) -> String {
    let shown = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    number.chars().map(shown).collect()
}
