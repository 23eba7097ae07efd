//! Reports, made in Rust, into a file or as bytes.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use casekit::CaseId;
use casekit::export::csv::Cells;

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::fonts::HostFonts;
use crate::types::CasesQuery;

/// Builds packages, with the host's fonts.
#[cfg(feature = "package")]
pub(crate) struct Packages(pub(crate) Arc<HostFonts>);

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
        self.guard(|| written(&path, |out| self.overview(query, out)))
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
        self.guard(|| written(&path, |out| self.csv(query, raw, out)))
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
        self.guard(|| written(&path, |out| self.paper(case, out)))
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
        let how = if raw { Cells::Raw } else { Cells::FormulaSafe };
        Ok(casekit::reports::overview_csv(&self.desk, &query.unwrap_or_default().into(), how, out)?)
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

#[cfg(not(feature = "pdf"))]
fn not_built() -> CasekitError {
    CasekitError::report("not_built", "this library was built without PDF: use one with the feature `pdf`")
}

/// Writes a file beside its path, and moves it there once it is complete and synced.
fn written<T>(
    path: &str,
    write: impl FnOnce(&mut std::io::BufWriter<File>) -> Result<T, CasekitError>,
) -> Result<T, CasekitError> {
    let unwritable = |error: std::io::Error| {
        CasekitError::report(
            "file",
            format!("the file cannot be written ({}): choose another place", error.kind()),
        )
    };
    let place = Path::new(path);
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = place.with_file_name(name);
    let done = File::create(&part).map_err(unwritable).and_then(|file| {
        let mut out = std::io::BufWriter::new(file);
        let answer = write(&mut out)?;
        out.into_inner().map_err(|error| unwritable(error.into_error()))?.sync_all().map_err(unwritable)?;
        std::fs::rename(&part, place).map_err(unwritable)?;
        Ok(answer)
    });
    if done.is_err() {
        // The partial file is useless. If it cannot be removed, the caller still gets the first error, which matters
        // more.
        let _ = std::fs::remove_file(&part);
    }
    done
}
