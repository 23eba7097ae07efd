//! Reports, made in Rust, into a file or as bytes.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use casekit::CaseId;
use casekit::reports::{self, ExportFile, ReportProgress};

use crate::callback::ReportListener;
use crate::desk::Desk;
use crate::error::{CasekitError, Told};
use crate::types::{CasesQuery, CsvForm};

/// Builds packages, with the host's fonts.
#[cfg(feature = "package")]
pub(crate) struct Packages {
    pub(crate) fonts: std::sync::Arc<crate::fonts::HostFonts>,
    pub(crate) csv: casekit::CsvForm,
}

#[cfg(feature = "package")]
impl casekit::PackageBuilder for Packages {
    fn build(&self, content: &casekit::PackageContent, limit: u64) -> Result<Vec<u8>, casekit::Fault> {
        let fonts = self.fonts.all().map_err(|_| {
            let hint = casekit::language::Message::new("hint.fonts_unusable");
            casekit::Fault::permanent("callback_failed", hint)
        })?;
        casekit::export::package::ZipPackage::with_fonts(fonts).with_csv(self.csv).build(content, limit)
    }
}

#[uniffi::export]
impl Desk {
    /// Writes the overview (status, created and workflow of all cases under a filter) as a PDF, A4 landscape, to the
    /// file at `path`, and returns the number of rows. The file appears complete or not at all. Needs the permission
    /// `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, and the compressed pages of the PDF. The export is recorded in the ledger. With a listener, the
    /// cases are counted first.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn overview_pdf_to(
        &self,
        path: String,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<u64, CasekitError> {
        self.reported(listener, |tell| self.overview_file(query, self.file(&path), tell))
    }

    /// The overview as a PDF, in bytes. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, the compressed pages and the whole file. The export is recorded in the ledger. With a listener,
    /// the cases are counted first.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn overview_pdf(
        &self,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        self.reported(listener, |tell| self.overview(query, tell))
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

    /// Writes one case as a PDF to the file at `path`: its facts, steps, thread and history, as far as the actor may
    /// read them. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF:
    /// it grows with the case, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None))]
    pub fn case_pdf_to(
        &self,
        case: CaseId,
        path: String,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<(), CasekitError> {
        self.reported(listener, |tell| self.paper_file(case, self.file(&path), tell))
    }

    /// One case as a PDF, in bytes. Needs the permission `export`.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, the compressed pages and the whole
    /// file: it grows with the case, without a limit. The export is recorded in the ledger.
    #[uniffi::method(default(listener = None))]
    pub fn case_pdf(
        &self,
        case: CaseId,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        self.reported(listener, |tell| self.paper(case, tell))
    }
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
    fn overview_file(
        &self,
        query: Option<CasesQuery>,
        file: ExportFile<'_>,
        tell: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        let (query, fonts) = (query.unwrap_or_default().into(), self.fonts.all()?);
        Ok(match tell {
            Some(tell) => self.said(reports::overview_pdf_to_with(&self.desk, &query, &fonts, file, tell))?,
            None => self.said(reports::overview_pdf_to(&self.desk, &query, &fonts, file))?,
        })
    }

    #[cfg(not(feature = "pdf"))]
    fn overview_file(
        &self,
        _: Option<CasesQuery>,
        _: ExportFile<'_>,
        _: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        Err(not_built())
    }

    #[cfg(feature = "pdf")]
    fn overview(&self, query: Option<CasesQuery>, tell: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        let (query, fonts, mut out) = (query.unwrap_or_default().into(), self.fonts.all()?, Vec::new());
        match tell {
            Some(tell) => {
                self.said(reports::overview_pdf_with(&self.desk, &query, &fonts, &mut out, tell))?
            }
            None => self.said(reports::overview_pdf(&self.desk, &query, &fonts, &mut out))?,
        };
        Ok(out)
    }

    #[cfg(not(feature = "pdf"))]
    fn overview(&self, _: Option<CasesQuery>, _: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        Err(not_built())
    }

    #[cfg(feature = "pdf")]
    fn paper_file(&self, case: CaseId, file: ExportFile<'_>, tell: Tell<'_>) -> Result<(), CasekitError> {
        let fonts = self.fonts.all()?;
        match tell {
            Some(tell) => self.said(reports::case_pdf_to_with(&self.desk, case, &fonts, file, tell))?,
            None => self.said(reports::case_pdf_to(&self.desk, case, &fonts, file))?,
        }
        Ok(())
    }

    #[cfg(not(feature = "pdf"))]
    fn paper_file(&self, _: CaseId, _: ExportFile<'_>, _: Tell<'_>) -> Result<(), CasekitError> {
        Err(not_built())
    }

    #[cfg(feature = "pdf")]
    fn paper(&self, case: CaseId, tell: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        let (fonts, mut out) = (self.fonts.all()?, Vec::new());
        match tell {
            Some(tell) => self.said(reports::case_pdf_with(&self.desk, case, &fonts, &mut out, tell))?,
            None => self.said(reports::case_pdf(&self.desk, case, &fonts, &mut out))?,
        }
        Ok(out)
    }

    #[cfg(not(feature = "pdf"))]
    fn paper(&self, _: CaseId, _: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        Err(not_built())
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
