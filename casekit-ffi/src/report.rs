//! Reports, made in Rust, into a file or as bytes.

use std::io::Write;
use std::path::Path;

use casekit::CaseId;
use casekit::export::csv::Cells;
use casekit::reports::ExportFile;

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::types::CasesQuery;

/// Builds packages, with the host's fonts.
#[cfg(feature = "package")]
pub(crate) struct Packages(pub(crate) std::sync::Arc<crate::fonts::HostFonts>);

#[cfg(feature = "package")]
impl casekit::PackageBuilder for Packages {
    fn build(&self, content: &casekit::PackageContent, limit: u64) -> Result<Vec<u8>, casekit::Fault> {
        let fonts = self.0.all().map_err(|_| {
            let hint = casekit::language::Message::new("hint.fonts_unusable");
            casekit::Fault::permanent("callback_failed", hint)
        })?;
        casekit::export::package::ZipPackage::with_fonts(fonts).build(content, limit)
    }
}

#[uniffi::export]
impl Desk {
    /// Writes the overview (status, created and workflow of all cases under a filter) as a PDF, A4 landscape, to the
    /// file at `path`, and returns the number of rows. The file appears complete or not at all. Needs the permission
    /// `export`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, and the compressed pages of the PDF. The export is recorded in the ledger.
    #[uniffi::method(default(query = None))]
    pub fn overview_pdf_to(&self, path: String, query: Option<CasesQuery>) -> Result<u64, CasekitError> {
        self.guard(|| self.overview_file(query, self.file(&path)))
    }

    /// The overview as a PDF, in bytes. Needs the permission `export`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
    /// holds those rows, the compressed pages and the whole file. The export is recorded in the ledger.
    #[uniffi::method(default(query = None))]
    pub fn overview_pdf(&self, query: Option<CasesQuery>) -> Result<Vec<u8>, CasekitError> {
        self.guard(|| {
            let mut bytes = Vec::new();
            self.overview(query, &mut bytes)?;
            Ok::<_, CasekitError>(bytes)
        })
    }

    /// Writes the overview as CSV to the file at `path`, and returns the number of rows. The file appears complete or
    /// not at all. Cells that a spreadsheet would take for formulas are escaped, unless `raw` is set. Needs the
    /// permission `export`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time, and writes each page as it is read: it grows with
    /// their number. It holds no more than those rows. The export is recorded in the ledger.
    #[uniffi::method(default(query = None, raw = false))]
    pub fn overview_csv_to(
        &self,
        path: String,
        query: Option<CasesQuery>,
        raw: bool,
    ) -> Result<u64, CasekitError> {
        self.guard(|| {
            let query = query.unwrap_or_default().into();
            let written = casekit::reports::overview_csv_to(&self.desk, &query, how(raw), self.file(&path))?;
            Ok::<_, CasekitError>(written)
        })
    }

    /// The overview as CSV in UTF-8, in bytes. Needs the permission `export`.
    ///
    /// # Cost
    ///
    /// Reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows and
    /// the whole file. The export is recorded in the ledger.
    #[uniffi::method(default(query = None, raw = false))]
    pub fn overview_csv(&self, query: Option<CasesQuery>, raw: bool) -> Result<Vec<u8>, CasekitError> {
        self.guard(|| {
            let mut bytes = Vec::new();
            self.csv(query, raw, &mut bytes)?;
            Ok::<_, CasekitError>(bytes)
        })
    }

    /// Writes one case as a PDF to the file at `path`: its facts, steps, thread and history, as far as the actor may
    /// read them. Needs the permission `export`.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF:
    /// it grows with the case, without a limit. The export is recorded in the ledger.
    pub fn case_pdf_to(&self, case: CaseId, path: String) -> Result<(), CasekitError> {
        self.guard(|| self.paper_file(case, self.file(&path)))
    }

    /// One case as a PDF, in bytes. Needs the permission `export`.
    ///
    /// # Cost
    ///
    /// Reads the whole thread and the whole history of the case, and holds both, the compressed pages and the whole
    /// file: it grows with the case, without a limit. The export is recorded in the ledger.
    pub fn case_pdf(&self, case: CaseId) -> Result<Vec<u8>, CasekitError> {
        self.guard(|| {
            let mut bytes = Vec::new();
            self.paper(case, &mut bytes)?;
            Ok::<_, CasekitError>(bytes)
        })
    }
}

impl Desk {
    fn file<'a>(&self, path: &'a str) -> ExportFile<'a> {
        ExportFile::at(Path::new(path)).shared_with(self.sharing)
    }

    #[cfg(feature = "pdf")]
    fn overview_file(&self, query: Option<CasesQuery>, file: ExportFile<'_>) -> Result<u64, CasekitError> {
        let query = query.unwrap_or_default().into();
        Ok(casekit::reports::overview_pdf_to(&self.desk, &query, &self.fonts.all()?, file)?)
    }

    #[cfg(not(feature = "pdf"))]
    fn overview_file(&self, _: Option<CasesQuery>, _: ExportFile<'_>) -> Result<u64, CasekitError> {
        Err(not_built())
    }

    #[cfg(feature = "pdf")]
    fn overview(&self, query: Option<CasesQuery>, out: &mut impl Write) -> Result<u64, CasekitError> {
        let query = query.unwrap_or_default().into();
        Ok(casekit::reports::overview_pdf(&self.desk, &query, &self.fonts.all()?, out)?)
    }

    #[cfg(not(feature = "pdf"))]
    fn overview(&self, _: Option<CasesQuery>, _: &mut impl Write) -> Result<u64, CasekitError> {
        Err(not_built())
    }

    fn csv(&self, query: Option<CasesQuery>, raw: bool, out: &mut impl Write) -> Result<u64, CasekitError> {
        Ok(casekit::reports::overview_csv(&self.desk, &query.unwrap_or_default().into(), how(raw), out)?)
    }

    #[cfg(feature = "pdf")]
    fn paper_file(&self, case: CaseId, file: ExportFile<'_>) -> Result<(), CasekitError> {
        Ok(casekit::reports::case_pdf_to(&self.desk, case, &self.fonts.all()?, file)?)
    }

    #[cfg(not(feature = "pdf"))]
    fn paper_file(&self, _: CaseId, _: ExportFile<'_>) -> Result<(), CasekitError> {
        Err(not_built())
    }

    #[cfg(feature = "pdf")]
    fn paper(&self, case: CaseId, out: &mut impl Write) -> Result<(), CasekitError> {
        Ok(casekit::reports::case_pdf(&self.desk, case, &self.fonts.all()?, out)?)
    }

    #[cfg(not(feature = "pdf"))]
    fn paper(&self, _: CaseId, _: &mut impl Write) -> Result<(), CasekitError> {
        Err(not_built())
    }
}

fn how(raw: bool) -> Cells {
    if raw { Cells::Raw } else { Cells::FormulaSafe }
}

#[cfg(not(feature = "pdf"))]
fn not_built() -> CasekitError {
    CasekitError::report("not_built", "this library was built without PDF: use one with the feature `pdf`")
}
