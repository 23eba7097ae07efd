//! Data packages: the answer to a data request, as a ZIP archive.
//!
//! A package has `manifest.json`, for the person who asked `index.html` and `summary.pdf`, and `data/<n>-<source>/<table>.csv` and
//! `.json` for each table, and what sources found as files under `files/`. The same content gives the same bytes. The manifest is described in
//! `docs/package-manifest.md`.
//!
#![cfg_attr(feature = "fonts", doc = "```")]
#![cfg_attr(not(feature = "fonts"), doc = "```ignore")]
//! use casekit_core::model::{NoDataFinding, Outcome};
//! use casekit_core::release::{PackageBuilder, PackageContent};
//! use casekit_export::package::ZipPackage;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let content = PackageContent {
//!     language: std::sync::Arc::clone(casekit_core::Language::english()),
//!     key: "0123456789abcdef0123456789abcdef".into(),
//!     case_number: "C-000123".into(),
//!     organisation: Some("Example Energy".into()),
//!     support_email: Some("privacy@example.org".into()),
//!     requester: Some("Ada Obi".into()),
//!     request_ref: None,
//!     reply_to: None,
//!     credentials: vec![],
//!     title: None,
//!     description: None,
//!     fields: vec![],
//!     notes: vec![],
//!     letter: vec![],
//!     received_at: "2026-03-28T09:12:00Z".parse()?,
//!     released_at: "2026-04-02T16:40:00Z".parse()?,
//!     workflow: "Data request".into(),
//!     workflow_version: 1,
//!     decisions: vec![],
//!     outcome: Outcome::NoData,
//!     no_data: Some(NoDataFinding::FoundNone),
//!     no_data_reason: None,
//!     denial_reason: None,
//!     content_digest: "9f86d081884c7d65".into(),
//!     tables: vec![],
//!     left_out: vec![],
//! };
//! let package = ZipPackage::bundled().build(&content, 1024 * 1024)?;
//! assert!(package.starts_with(b"PK"));
//! # Ok(())
//! # }
//! ```

mod files;
mod letter;
mod manifest;
mod name;
mod page;
mod summary;
mod table;

use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::sync::Arc;

use casekit_core::language::Message;
use casekit_core::model::CsvForm;
use casekit_core::release::{Fault, PackageBuilder, PackageContent};
use sha2::{Digest, Sha256};

use crate::archive::{ArchiveError, ArchiveWriter, EntryName};
use crate::pdf::{Fonts, PaperSize, Zone};

use files::Files;
use letter::Letter;
use manifest::{File, Manifest};
pub use manifest::{SCHEMA, SCHEMA_VERSION};
use table::Written;

/// Builds data packages as ZIP archives.
#[derive(Clone, Debug)]
pub struct ZipPackage {
    fonts: Fonts,
    csv: CsvForm,
    zone: Option<Zone>,
    size: PaperSize,
}

impl ZipPackage {
    /// A builder that writes `summary.pdf` with the bundled fonts: Latin, Greek, Cyrillic and Arabic script.
    #[cfg(feature = "fonts")]
    #[must_use]
    pub fn bundled() -> Self {
        Self::with_fonts(Fonts::bundled())
    }

    /// A builder that writes `summary.pdf` with fonts of the host.
    #[must_use]
    pub fn with_fonts(fonts: Fonts) -> Self {
        Self { fonts, csv: CsvForm::for_people(), zone: None, size: PaperSize::A4 }
    }

    /// The same builder, with tables that are written as this kind of CSV; for people and with commas unless it is said. The
    /// manifest says which.
    #[must_use]
    pub fn with_csv(mut self, form: CsvForm) -> Self {
        self.csv = form;
        self
    }

    /// The same builder, with every time in the letter and on the page in this zone, which both say; in the zone
    /// of the kit unless it is said. The manifest is in UTC.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// The same builder, with a letter of this size; A4 unless it is said.
    #[must_use]
    pub fn of_size(mut self, size: PaperSize) -> Self {
        self.size = size;
        self
    }
}

impl PackageBuilder for ZipPackage {
    /// Builds the package in memory. Faults: `package_too_large`, `package_invalid` for content that breaks the
    /// promises of [`PackageContent`], and `package_failed`.
    ///
    /// # Cost
    /// Holds the package in memory besides the tables, and grows with them: each table is written twice, as CSV and
    /// as JSON. The page for a browser has the first rows of each, 100,000 cells at most.
    ///
    /// A package has up to `limit` bytes, and 4 GiB unpacked: `package_too_large` beyond.
    fn build(&self, content: &PackageContent, limit: u64) -> Result<Vec<u8>, Fault> {
        let places = name::places(&content.tables);
        let mut package = Package {
            archive: ArchiveWriter::new(Bounded { bytes: Cursor::new(Vec::new()), limit }, UNPACKED),
            files: Vec::new(),
            limit,
        };
        content.tables.iter().try_for_each(table::check)?;
        let files = Files::of(&content.tables);
        for (number, (table, place)) in content.tables.iter().zip(&places).enumerate() {
            let Some(place) = place else { continue };
            let written = Written { table, number, files: &files };
            package.add(&place.csv, |to| table::csv(written, self.csv, &content.language, to))?;
            package.add(&place.json, |to| table::json(written, to))?;
        }
        for (attached, bytes) in files.each(&content.tables) {
            package.add(&attached.path, |to| to.write_all(&bytes))?;
            if let Some(file) = package.files.last_mut() {
                file.name = Some(attached.name.clone());
                file.media_type = Some(attached.media_type.clone());
            }
        }
        let language = match self.zone {
            Some(zone) => content.language.in_zone(zone),
            None => Arc::clone(&content.language),
        };
        let letter = Letter { language: &language };
        let summary = summary::of(content, letter, self.size, &places, files.len());
        let summary = summary.bytes(&self.fonts).map_err(|_| failed("hint.summary_not_set"))?;
        package.add("summary.pdf", |to| to.write_all(&summary))?;
        let page = page::of(content, letter, &places, (&files, &package.files));
        package.add("index.html", |to| to.write_all(page.as_bytes()))?;
        let manifest = Manifest::of(content, self.csv, &places, &package.files);
        let manifest =
            serde_json::to_vec_pretty(&manifest).map_err(|_| failed("hint.manifest_not_written"))?;
        package.add("manifest.json", |to| to.write_all(&manifest))?;
        package.finish()
    }
}

/// The most bytes that a package may have when it is unpacked: the greatest size in a plain ZIP, without its 64-bit
/// extension.
const UNPACKED: u64 = u32::MAX as u64 - 1;

/// A package while its files are added.
struct Package {
    archive: ArchiveWriter<Bounded>,
    files: Vec<File>,
    limit: u64,
}

impl Package {
    fn add(&mut self, path: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
        let name = EntryName::parse(path).map_err(|error| self.fault(&error))?;
        let mut hash = Sha256::new();
        let size = self
            .archive
            .entry_with(&name, |to| write(&mut Hashed { to, hash: &mut hash }))
            .map_err(|error| self.fault(&error))?;
        let sha256 = hex(&hash.finalize());
        self.files.push(File { path: path.to_owned(), size, sha256, name: None, media_type: None });
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, Fault> {
        let limit = self.limit;
        self.archive
            .finish()
            .map(|bounded| bounded.bytes.into_inner())
            .map_err(|error| archive_fault(&error, limit))
    }

    fn fault(&self, error: &ArchiveError) -> Fault {
        archive_fault(error, self.limit)
    }
}

fn archive_fault(error: &ArchiveError, limit: u64) -> Fault {
    let too_large = match error {
        ArchiveError::TooLarge { .. } => true,
        ArchiveError::Io(error) => error.kind() == io::ErrorKind::FileTooLarge,
        ArchiveError::Name | ArchiveError::Duplicate { .. } | ArchiveError::Broken => false,
    };
    if too_large {
        let hint = Message::new("hint.package_too_large").with("limit", limit);
        return Fault::data("package_too_large", hint);
    }
    failed("hint.package_failed")
}

fn failed(hint: &'static str) -> Fault {
    Fault::permanent("package_failed", Message::new(hint))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A writer that hashes the bytes that pass through it.
struct Hashed<'a> {
    to: &'a mut dyn Write,
    hash: &'a mut Sha256,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write_all(bytes)?;
        self.hash.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A buffer in memory that refuses to grow beyond a limit.
struct Bounded {
    bytes: Cursor<Vec<u8>>,
    limit: u64,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.position() + bytes.len() as u64 > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
