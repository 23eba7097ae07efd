//! ZIP archives whose bytes depend only on their entries.

mod name;

use std::io::{self, Read, Seek, Write};

use zip::{CompressionMethod, DateTime, System, ZipWriter, result::ZipError, write::SimpleFileOptions};

pub use name::EntryName;

/// Writes one archive, entry by entry. Each entry is streamed, deflated and dated 1980-01-01, the earliest date in a
/// ZIP, so that the same entries give the same bytes.
///
/// ```
/// use casekit_export::archive::{ArchiveWriter, EntryName};
/// use std::io::Cursor;
///
/// let mut archive = ArchiveWriter::new(Cursor::new(Vec::new()), 1024 * 1024);
/// archive.entry(&EntryName::parse("data/0001.csv")?, "number\r\n".as_bytes())?;
/// let bytes = archive.finish()?.into_inner();
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), casekit_export::archive::ArchiveError>(())
/// ```
#[derive(Debug)]
pub struct ArchiveWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    names: Vec<String>,
    left: u64,
    limit: u64,
    broken: bool,
}

/// Why an archive could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The name breaks a rule of [`EntryName`].
    #[error(
        "an entry's name must be 1 to 200 characters: lower-case words with a to z, 0 to 9, `-`, `_`, `.`, parted by `/`"
    )]
    Name,
    /// An entry with this name was already written.
    #[error("there is already an entry `{name}`")]
    Duplicate {
        /// The name of both entries.
        name: String,
    },
    /// The entries have more bytes than the archive may hold.
    #[error("the entries hold more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes before compression.
        limit: u64,
    },
    /// An earlier entry failed, so the archive is incomplete.
    #[error("an earlier entry failed, begin the archive again")]
    Broken,
    /// The input or the output failed.
    #[error("the archive could not be written")]
    Io(#[from] io::Error),
}

impl<W: Write + Seek> ArchiveWriter<W> {
    /// Begins an archive whose entries have at most `limit` bytes, together and before compression.
    #[must_use]
    pub fn new(out: W, limit: u64) -> Self {
        Self { zip: ZipWriter::new(out), names: Vec::new(), left: limit, limit, broken: false }
    }

    /// Writes an entry from a reader, up to its end, and returns its size in bytes.
    ///
    /// # Errors
    /// As [`entry_with`](Self::entry_with).
    ///
    /// # Cost
    /// As [`entry_with`](Self::entry_with).
    pub fn entry(&mut self, name: &EntryName, from: impl Read) -> Result<u64, ArchiveError> {
        // Reading one byte more than is left distinguishes an entry that fills the archive from one that is too large.
        let mut from = from.take(self.left.saturating_add(1));
        self.entry_with(name, |to| io::copy(&mut from, to).map(|_| ()))
    }

    /// Writes an entry with whatever `write` produces, and returns its size in bytes.
    ///
    /// # Errors
    /// [`ArchiveError::Duplicate`] leaves the archive unchanged. After [`ArchiveError::TooLarge`] or
    /// [`ArchiveError::Io`] every further call is [`ArchiveError::Broken`]: discard the output.
    ///
    /// # Cost
    /// Compresses and writes as it is given, and holds only a buffer and the names of the entries, with each of which
    /// the new one is compared.
    ///
    /// All entries together have the limit that the archive was begun with: [`ArchiveError::TooLarge`] beyond.
    pub fn entry_with(
        &mut self,
        name: &EntryName,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<u64, ArchiveError> {
        if self.broken {
            return Err(ArchiveError::Broken);
        }
        if self.names.iter().any(|taken| taken == name.as_str()) {
            return Err(ArchiveError::Duplicate { name: name.as_str().to_owned() });
        }
        self.broken = true;
        self.zip.start_file(name.as_str(), self.options()).map_err(io_error)?;
        let mut entry = Entry { zip: &mut self.zip, size: 0, left: self.left, over: false };
        let written = write(&mut entry);
        let (size, over) = (entry.size, entry.over);
        if over {
            return Err(ArchiveError::TooLarge { limit: self.limit });
        }
        written?;
        self.left -= size;
        self.names.push(name.as_str().to_owned());
        self.broken = false;
        Ok(size)
    }

    /// Writes the central directory, without which the archive cannot be read, and returns the output.
    ///
    /// # Errors
    /// [`ArchiveError::Broken`] or [`ArchiveError::Io`].
    ///
    /// # Cost
    /// Writes a record for each entry.
    pub fn finish(self) -> Result<W, ArchiveError> {
        if self.broken {
            return Err(ArchiveError::Broken);
        }
        Ok(self.zip.finish().map_err(io_error)?)
    }

    fn options(&self) -> SimpleFileOptions {
        const OWNER_WRITES_ALL_READ: u32 = 0o644;
        SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .unix_permissions(OWNER_WRITES_ALL_READ)
            .large_file(self.limit >= u64::from(u32::MAX))
    }
}

/// Counts the bytes of an entry, and refuses those beyond the limit.
struct Entry<'a, W: Write + Seek> {
    zip: &'a mut ZipWriter<W>,
    size: u64,
    left: u64,
    over: bool,
}

impl<W: Write + Seek> Write for Entry<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.over || bytes.len() as u64 > self.left - self.size {
            self.over = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let taken = self.zip.write(bytes)?;
        self.size += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn name(text: &str) -> EntryName {
        EntryName::parse(text).unwrap()
    }

    fn archive(limit: u64) -> ArchiveWriter<Cursor<Vec<u8>>> {
        ArchiveWriter::new(Cursor::new(Vec::new()), limit)
    }

    #[test]
    fn entries_come_back_as_they_went_in() {
        let mut writer = archive(1000);
        writer.entry(&name("manifest.json"), &b"{}"[..]).unwrap();
        writer.entry(&name("data/0001.csv"), &[b'x'; 500][..]).unwrap();
        let mut zip = zip::ZipArchive::new(writer.finish().unwrap()).unwrap();
        let mut found = Vec::new();
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            found.push((entry.name().unwrap().into_owned(), bytes, entry.last_modified().unwrap().year()));
        }
        let expected = [("manifest.json", b"{}".to_vec()), ("data/0001.csv", vec![b'x'; 500])];
        assert_eq!(found, expected.map(|(name, bytes)| (name.to_owned(), bytes, 1980)));
    }

    #[test]
    fn the_limit_counts_all_entries_and_may_be_reached() {
        let mut writer = archive(10);
        writer.entry(&name("a"), &[0; 6][..]).unwrap();
        writer.entry(&name("b"), &[0; 4][..]).unwrap();
        let refusal = writer.entry(&name("c"), &[0; 1][..]).unwrap_err();
        assert_eq!(refusal.to_string(), "the entries hold more than 10 bytes");
        assert!(matches!(writer.finish(), Err(ArchiveError::Broken)));
    }

    #[test]
    fn an_endless_entry_ends_at_the_limit() {
        let mut writer = archive(100_000);
        assert!(matches!(writer.entry(&name("a"), io::repeat(7)), Err(ArchiveError::TooLarge { .. })));
        assert!(matches!(writer.entry(&name("b"), io::empty()), Err(ArchiveError::Broken)));
    }

    #[test]
    fn a_second_entry_of_a_name_is_refused_and_the_archive_stays_whole() {
        let mut writer = archive(100);
        writer.entry(&name("a.csv"), &b"first"[..]).unwrap();
        assert!(matches!(writer.entry(&name("a.csv"), &b"second"[..]), Err(ArchiveError::Duplicate { .. })));
        assert_eq!(zip::ZipArchive::new(writer.finish().unwrap()).unwrap().len(), 1);
    }

    #[test]
    fn a_failing_source_breaks_the_archive() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut writer = archive(100);
        assert!(matches!(writer.entry(&name("a"), Failing), Err(ArchiveError::Io(_))));
        assert!(matches!(writer.finish(), Err(ArchiveError::Broken)));
    }
}
