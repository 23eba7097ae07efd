//! Reports, made in Rust, into a file or as bytes.

mod figures;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use casekit::CaseId;
use casekit::reports::{self, ExportFile, ReportProgress};

use crate::callback::ReportListener;
use crate::desk::Desk;
use crate::error::{CasekitError, Told};
use crate::types::{CasesQuery, CsvForm};

/// What a PDF is printed with besides the kit's fonts.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct Paper {
    /// The time zone of every time on the paper, which says it: a name of the IANA database, such as `Europe/Berlin`; that
    /// of the kit unless given.
    #[uniffi(default = None)]
    pub zone: Option<String>,
    /// The size of the pages; `a4` unless given.
    #[uniffi(default = None)]
    pub size: Option<PaperSize>,
    /// Whether fonts of the system are used for scripts that neither the bundled fonts nor those of the application have. What
    /// they look like hangs on the machine then. The first paper that uses them looks into every font file of the system.
    #[uniffi(default = false)]
    pub system_fonts: bool,
}

/// The time zone and the size of a paper, as the library takes them.
#[cfg(feature = "pdf")]
#[derive(Clone, Copy)]
pub(crate) struct PaperForm {
    pub(crate) zone: Option<casekit::Zone>,
    pub(crate) size: casekit::export::pdf::PaperSize,
}

#[cfg(feature = "pdf")]
impl PaperForm {
    /// What a host asked for; on A4 where it did not say.
    pub(crate) fn of(asked: &Paper) -> Result<Self, CasekitError> {
        use casekit::export::pdf;
        let zone = asked.zone.as_deref().map(zone).transpose()?;
        let size = match asked.size {
            Some(PaperSize::Letter) => pdf::PaperSize::Letter,
            Some(PaperSize::A4) | None => pdf::PaperSize::A4,
        };
        Ok(Self { zone, size })
    }
}

/// A time zone by its name.
pub(crate) fn zone(name: &str) -> Result<casekit::Zone, CasekitError> {
    casekit::Zone::named(name).map_err(|error| CasekitError::report("zone_unknown", error.to_string()))
}

/// The size of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum PaperSize {
    /// A4 of ISO 216, 210 by 297 mm.
    A4,
    /// US Letter, 8.5 by 11 inches.
    Letter,
}

/// What a PDF in a file came to.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Printed {
    /// The number of pages, 1 or more.
    pub pages: u64,
    /// The number of cases: those of an overview, 1 for one case.
    pub rows: u64,
    /// The scripts of which characters are shown as boxes, since no font has them; empty if every character is shown.
    pub missing: Vec<MissingScript>,
}

/// A PDF in memory, and what it came to.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct PrintedPdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How much is on it, and what could not be shown.
    pub printed: Printed,
}

/// A script of which a PDF shows characters that no font has. They can still be searched and copied.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct MissingScript {
    /// The name of the script in Unicode, such as `Hebrew` or `Han`; `Common` for signs that all scripts share, such as arrows
    /// and emoji.
    pub script: String,
    /// How many different characters of it no font has.
    pub characters: u64,
    /// The first of them, eight at most.
    pub sample: String,
}

/// Builds packages, with the host's fonts.
#[cfg(feature = "package")]
pub(crate) struct Packages {
    pub(crate) fonts: std::sync::Arc<crate::fonts::HostFonts>,
    pub(crate) csv: casekit::CsvForm,
    pub(crate) paper: PaperForm,
    pub(crate) system_fonts: bool,
}

#[cfg(feature = "package")]
impl casekit::PackageBuilder for Packages {
    fn build(&self, content: &casekit::PackageContent, limit: u64) -> Result<Vec<u8>, casekit::Fault> {
        let fonts = if self.system_fonts { self.fonts.with_system() } else { self.fonts.all() };
        let fonts = fonts.map_err(|_| {
            let hint = casekit::language::Message::new("hint.fonts_unusable");
            casekit::Fault::permanent("callback_failed", hint)
        })?;
        let builder = casekit::export::package::ZipPackage::with_fonts(fonts).with_csv(self.csv);
        let builder = match self.paper.zone {
            Some(zone) => builder.in_zone(zone),
            None => builder,
        };
        builder.of_size(self.paper.size).build(content, limit)
    }
}

#[uniffi::export]
impl Desk {
    /// Writes the overview (status, created and workflow of all cases under a filter) as a PDF, landscape, to the
    /// file at `path`, and returns how many pages and cases that is, and which scripts no font has. The file appears complete or not at all. Needs the permission
    /// `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, and the compressed pages of the PDF. The export is recorded in the ledger. With a listener, the
    /// cases are counted first.
    #[uniffi::method(default(query = None, listener = None, paper = None))]
    pub fn overview_pdf_to(
        &self,
        path: String,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<Printed, CasekitError> {
        let query = query.unwrap_or_default().into();
        self.printed_file(listener, paper, (&path, Sheet::Overview(&query)))
    }

    /// The overview as a PDF in memory, with how much it is. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, the compressed pages and the whole file. The export is recorded in the ledger. With a listener,
    /// the cases are counted first.
    #[uniffi::method(default(query = None, listener = None, paper = None))]
    pub fn overview_pdf(
        &self,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<PrintedPdf, CasekitError> {
        let query = query.unwrap_or_default().into();
        self.printed(listener, paper, Sheet::Overview(&query))
    }

    /// Writes the overview as CSV to the file at `path`, and returns the number of rows. The file appears complete or
    /// not at all. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and writes each page as it is read: it grows with
    /// their number. It holds no more than those rows. The export is recorded in the ledger. With a listener, the cases
    /// are counted first.
    #[uniffi::method(default(query = None, form = None, listener = None))]
    pub fn overview_csv_to(
        &self,
        path: String,
        query: Option<CasesQuery>,
        form: Option<CsvForm>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<u64, CasekitError> {
        let (query, form) = (query.unwrap_or_default().into(), form.unwrap_or_default().into());
        self.reported(listener, |tell| {
            let file = self.file(&path);
            Ok(match tell {
                Some(tell) => {
                    self.said(reports::overview_csv_to_with(&self.desk, &query, form, file, tell))?
                }
                None => self.said(reports::overview_csv_to(&self.desk, &query, form, file))?,
            })
        })
    }

    /// The overview as CSV in UTF-8, in bytes. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows and
    /// the whole file. The export is recorded in the ledger. With a listener, the cases are counted first.
    #[uniffi::method(default(query = None, form = None, listener = None))]
    pub fn overview_csv(
        &self,
        query: Option<CasesQuery>,
        form: Option<CsvForm>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        let (query, form) = (query.unwrap_or_default().into(), form.unwrap_or_default().into());
        self.reported(listener, |tell| {
            let mut bytes = Vec::new();
            match tell {
                Some(tell) => {
                    self.said(reports::overview_csv_with(&self.desk, &query, form, &mut bytes, tell))?
                }
                None => self.said(reports::overview_csv(&self.desk, &query, form, &mut bytes))?,
            };
            Ok(bytes)
        })
    }

    /// Writes the overview as a workbook for Excel and LibreOffice (xlsx) to the file at `path`, and returns the number of
    /// rows. Text is text and never a formula or a link, instants are dates in UTC, the headings stay in view and have
    /// filters. The file appears complete or not at all. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and keeps them in a file without a name beside the workbook
    /// until it is written: it grows with their number, and holds a page of them. The export is recorded in the ledger. With
    /// a listener, the cases are counted first.
    ///
    /// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn overview_xlsx_to(
        &self,
        path: String,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<u64, CasekitError> {
        self.reported(listener, |tell| self.workbook_file(query, self.file(&path), tell))
    }

    /// The overview as a workbook (xlsx), in bytes. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows and the
    /// whole workbook. The export is recorded in the ledger. With a listener, the cases are counted first.
    ///
    /// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn overview_xlsx(
        &self,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        self.reported(listener, |tell| self.workbook(query, tell))
    }

    /// Writes one case as a PDF to the file at `path`: its facts, steps, thread and history with every change, as far as the actor may
    /// read them, and the digests of what was approved and sent. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF:
    /// it grows with the case, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None, paper = None))]
    pub fn case_pdf_to(
        &self,
        case: CaseId,
        path: String,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<Printed, CasekitError> {
        self.printed_file(listener, paper, (&path, Sheet::Case(case)))
    }

    /// One case as a PDF in memory, with how much it is. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, the compressed pages and the whole
    /// file: it grows with the case, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None, paper = None))]
    pub fn case_pdf(
        &self,
        case: CaseId,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<PrintedPdf, CasekitError> {
        self.printed(listener, paper, Sheet::Case(case))
    }

    /// Writes one case as a PDF for its customer to the file at `path`: its facts with the labels that stages have for
    /// customers, and the notes that the customer can see. Nothing internal is on it: no history, no steps, no ids of staff,
    /// and their names only if the settings name staff to customers. Needs the permission `print` or `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads the thread as far as the customer can see it, and holds it, and the compressed pages of the PDF: it grows with
    /// the thread, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None, paper = None))]
    pub fn customer_copy_pdf_to(
        &self,
        case: CaseId,
        path: String,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<Printed, CasekitError> {
        self.printed_file(listener, paper, (&path, Sheet::Copy(case)))
    }

    /// One case as a PDF for its customer in memory, with how much it is: see `customer_copy_pdf_to`. Needs the permission
    /// `print` or `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    /// - `paper`: the time zone, the size of the pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the
    ///   kit's fonts unless given. A zone that does not exist fails as a `Report` error with `zone_unknown`, which names some that are
    ///   spelled alike.
    ///
    /// # Cost
    ///
    /// Reads the thread as far as the customer can see it, and holds it, the compressed pages and the whole file: it grows
    /// with the thread, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None, paper = None))]
    pub fn customer_copy_pdf(
        &self,
        case: CaseId,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
    ) -> Result<PrintedPdf, CasekitError> {
        self.printed(listener, paper, Sheet::Copy(case))
    }
}

/// What is printed.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "pdf"), allow(dead_code))]
enum Sheet<'a> {
    Overview(&'a casekit::CasesQuery),
    Case(CaseId),
    Copy(CaseId),
}

/// Is told how far a report has come; `None` if nobody follows it.
type Tell<'a> = Option<&'a mut dyn FnMut(ReportProgress) -> ControlFlow<()>>;

impl Desk {
    fn file<'a>(&self, path: &'a str) -> ExportFile<'a> {
        ExportFile::at(Path::new(path)).shared_with(self.sharing)
    }

    /// An error in the desk's language.
    fn said<T>(&self, made: Result<T, casekit::Error>) -> Result<T, CasekitError> {
        made.map_err(|error| error.told(self.desk.language()))
    }

    /// Makes a report while a host's listener is told; what the listener itself fails with comes before what the library says.
    fn reported<T>(
        &self,
        listener: Option<Arc<dyn ReportListener>>,
        make: impl FnOnce(Tell<'_>) -> Result<T, CasekitError>,
    ) -> Result<T, CasekitError> {
        let Some(listener) = listener else { return self.guard(|| make(None)) };
        let mut failed = false;
        let mut tell = |progress| {
            let answer = listener.progress(progress);
            failed = answer.is_err();
            if answer == Ok(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let made = self.guard(|| make(Some(&mut tell)));
        if failed { Err(CasekitError::callback("report listener")) } else { made }
    }

    #[cfg(feature = "pdf")]
    fn printed_file(
        &self,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
        (path, sheet): (&str, Sheet<'_>),
    ) -> Result<Printed, CasekitError> {
        let (desk, file) = (&self.desk, self.file(path));
        self.reported(listener, |tell| {
            let paper = self.paper(paper)?;
            let mut untold = |_| ControlFlow::Continue(());
            let printed = match (sheet, tell) {
                (Sheet::Overview(query), Some(tell)) => {
                    reports::overview_pdf_to_with(desk, query, &paper, file, tell)
                }
                (Sheet::Overview(query), None) => reports::overview_pdf_to(desk, query, &paper, file),
                (Sheet::Case(case), tell) => {
                    reports::case_pdf_to_with(desk, case, &paper, file, tell.unwrap_or(&mut untold))
                }
                (Sheet::Copy(case), tell) => {
                    reports::customer_copy_pdf_to_with(desk, case, &paper, file, tell.unwrap_or(&mut untold))
                }
            };
            self.said(printed).map(Printed::from)
        })
    }

    #[cfg(feature = "pdf")]
    fn printed(
        &self,
        listener: Option<Arc<dyn ReportListener>>,
        paper: Option<Paper>,
        sheet: Sheet<'_>,
    ) -> Result<PrintedPdf, CasekitError> {
        let desk = &self.desk;
        self.reported(listener, |tell| {
            let (paper, mut bytes) = (self.paper(paper)?, Vec::new());
            let mut untold = |_| ControlFlow::Continue(());
            let printed = match (sheet, tell) {
                (Sheet::Overview(query), Some(tell)) => {
                    reports::overview_pdf_with(desk, query, &paper, &mut bytes, tell)
                }
                (Sheet::Overview(query), None) => reports::overview_pdf(desk, query, &paper, &mut bytes),
                (Sheet::Case(case), tell) => {
                    reports::case_pdf_with(desk, case, &paper, &mut bytes, tell.unwrap_or(&mut untold))
                }
                (Sheet::Copy(case), tell) => reports::customer_copy_pdf_with(
                    desk,
                    case,
                    &paper,
                    &mut bytes,
                    tell.unwrap_or(&mut untold),
                ),
            };
            let printed = self.said(printed).map(Printed::from)?;
            Ok(PrintedPdf { bytes, printed })
        })
    }

    /// What to print with, of what a host asked for.
    #[cfg(feature = "pdf")]
    fn paper(&self, asked: Option<Paper>) -> Result<reports::Paper, CasekitError> {
        let asked = asked.unwrap_or_default();
        let PaperForm { zone, size } = PaperForm::of(&asked)?;
        let fonts = if asked.system_fonts { self.fonts.with_system()? } else { self.fonts.all()? };
        let mut paper = reports::Paper::new(fonts).of_size(size);
        paper.zone = zone;
        Ok(paper)
    }

    #[cfg(not(feature = "pdf"))]
    fn printed_file(
        &self,
        _: Option<Arc<dyn ReportListener>>,
        _: Option<Paper>,
        _: (&str, Sheet<'_>),
    ) -> Result<Printed, CasekitError> {
        Err(not_built())
    }

    #[cfg(not(feature = "pdf"))]
    fn printed(
        &self,
        _: Option<Arc<dyn ReportListener>>,
        _: Option<Paper>,
        _: Sheet<'_>,
    ) -> Result<PrintedPdf, CasekitError> {
        Err(not_built())
    }
}

#[cfg(feature = "pdf")]
impl From<reports::Printed> for Printed {
    fn from(printed: reports::Printed) -> Self {
        let missing = printed.missing.into_iter().map(|one| MissingScript {
            script: one.script,
            characters: one.characters as u64,
            sample: one.sample,
        });
        Self { pages: printed.pages as u64, rows: printed.rows, missing: missing.collect() }
    }
}

#[cfg(not(feature = "pdf"))]
fn not_built() -> CasekitError {
    CasekitError::report("not_built", "this library was built without PDF: use one with the feature `pdf`")
}

#[cfg(feature = "xlsx")]
impl Desk {
    fn workbook_file(
        &self,
        query: Option<CasesQuery>,
        file: ExportFile<'_>,
        tell: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        let query = query.unwrap_or_default().into();
        Ok(match tell {
            Some(tell) => self.said(reports::overview_xlsx_to_with(&self.desk, &query, file, tell))?,
            None => self.said(reports::overview_xlsx_to(&self.desk, &query, file))?,
        })
    }

    fn workbook(&self, query: Option<CasesQuery>, tell: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        let (query, mut out) = (query.unwrap_or_default().into(), Vec::new());
        match tell {
            Some(tell) => self.said(reports::overview_xlsx_with(&self.desk, &query, &mut out, tell))?,
            None => self.said(reports::overview_xlsx(&self.desk, &query, &mut out))?,
        };
        Ok(out)
    }
}

#[cfg(not(feature = "xlsx"))]
impl Desk {
    fn workbook_file(
        &self,
        _: Option<CasesQuery>,
        _: ExportFile<'_>,
        _: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        Err(without_xlsx())
    }

    fn workbook(&self, _: Option<CasesQuery>, _: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        Err(without_xlsx())
    }
}

#[cfg(not(feature = "xlsx"))]
fn without_xlsx() -> CasekitError {
    let message = "this library was built without workbooks: use one with the feature `xlsx`";
    CasekitError::report("not_built", message)
}
