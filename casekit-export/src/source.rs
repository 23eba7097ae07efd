//! CSV files of other programs, as sources of data.

mod decode;
mod file;
mod quotes;
mod read;

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::PathBuf;

use casekit_core::language::Message;
use casekit_core::model::{
    CsvEncoding, CsvLineBreaks, CsvSeparator, DataTable, FailureClass, Responsible, limits,
};
use casekit_core::release::{DataSource, Fault, SourceQuestion};

use read::Lines;

/// A CSV file with a heading line. Its data about a person are the rows whose key column equals the customer's
/// reference, ignoring outer white space. An unknown reference matches no rows.
///
/// Every column is text. The table has the name of the file.
///
/// The file is opened and closed for each question, and under POSIX closing it would release every lock that the
/// process holds on it. So a database is refused before it is opened: a file that the host says is held, and any file
/// with a `-wal`, a `-shm` or a `-journal` beside it. In a forked child every CSV source answers `forked` once its
/// parent has used one.
#[derive(Clone, Debug)]
pub struct CsvSource {
    /// The name of the source; faults name the setting `sources.<name>`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The heading of the column with the customer's reference.
    pub key_column: String,
    /// What its bytes mean; UTF-8 unless it is set.
    pub encoding: CsvEncoding,
    /// What stands between two cells; `None` for a comma, or a semicolon if the heading line has more of those.
    pub separator: Option<CsvSeparator>,
    /// Whether line breaks within cells are believed; they are doubted unless it is set.
    pub line_breaks: CsvLineBreaks,
    /// The maximum sizes of the file and of the result.
    pub limits: CsvLimits,
    /// Whether the process holds locks on a file, identified by device and inode. Such a file is not opened. In a kit
    /// this knows the files of all kits of the process.
    pub is_held: fn(&Metadata) -> bool,
}

/// The maximum sizes of a file and of its data about one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CsvLimits {
    /// The maximum number of cells for one person.
    pub cells: u64,
    /// The maximum size of the file in bytes. The whole file is read.
    pub bytes: u64,
}

impl Default for CsvLimits {
    /// A million cells, as a snapshot may have, and 1 GiB.
    fn default() -> Self {
        Self { cells: limits::SNAPSHOT_CELLS, bytes: 1024 * 1024 * 1024 }
    }
}

impl CsvSource {
    /// A source with the default limits, in a process that holds no locks on any file.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>, key_column: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            key_column: key_column.into(),
            encoding: CsvEncoding::default(),
            separator: None,
            line_breaks: CsvLineBreaks::default(),
            limits: CsvLimits::default(),
            is_held: |_| false,
        }
    }

    /// Reads the whole file as for a question, but looks for nobody: shows whether the file is usable.
    ///
    /// # Errors
    /// As [`collect`](DataSource::collect).
    ///
    /// # Cost
    /// Reads the whole file, and holds one record.
    ///
    /// A file has up to 1 GiB, unless [`CsvLimits`] say otherwise: `source_too_large` beyond.
    pub fn check(&self) -> Result<(), Fault> {
        let (mut lines, _) = self.open()?;
        while lines.next(self)?.is_some() {}
        Ok(())
    }

    fn open(&self) -> Result<(Lines, usize), Fault> {
        let file = self.open_file()?;
        let size = file.metadata().map_err(|error| self.unopened(&error))?.len();
        if size > self.limits.bytes {
            return Err(self.too_large("bytes", self.limits.bytes));
        }
        let lines = Lines::open(BufReader::new(file.take(self.limits.bytes)), self)?;
        let mut seen = BTreeSet::new();
        for heading in lines.headings() {
            if heading.is_empty() || !seen.insert(heading) {
                return Err(self.invalid(Message::new("hint.csv_headings")));
            }
        }
        let key = self.key_column.trim();
        let place = lines.headings().iter().position(|heading| heading == key);
        let hint = match lines.headings().len() {
            1 => Message::new("hint.csv_one_column"),
            _ => Message::new("hint.csv_no_key_column"),
        };
        let hint = hint.with("column", key);
        place.map(|place| (lines, place)).ok_or_else(|| self.invalid(hint))
    }

    fn unopened(&self, error: &io::Error) -> Fault {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                self.fault("source_missing", Message::new("hint.file_missing"))
            }
            ErrorKind::PermissionDenied => {
                self.fault("source_unreadable", Message::new("hint.file_forbidden"))
            }
            ErrorKind::IsADirectory | ErrorKind::InvalidInput => {
                self.fault("source_unreadable", Message::new("hint.path_no_file"))
            }
            _ => self.unread(),
        }
    }

    fn unread(&self) -> Fault {
        Fault::transient("source_unreadable", Message::new("hint.file_unread")).because_of(self.setting())
    }

    fn invalid(&self, hint: Message) -> Fault {
        self.fault("source_query_invalid", hint)
    }

    fn fault(&self, code: &str, hint: Message) -> Fault {
        Fault::configuration(code, &self.setting(), hint)
    }

    fn malformed(&self, line: u64, problem: Message) -> Fault {
        let hint = Message::new("hint.csv_malformed").with("line", line).with("problem", problem);
        let class = FailureClass::Data;
        Fault::new("source_malformed", class, Responsible::ItAdministrator, hint).because_of(self.setting())
    }

    /// What may be wrong with the file, or a setting that says that it is not.
    fn doubtful(&self, hint: Message) -> Fault {
        let class = FailureClass::Data;
        Fault::new("source_malformed", class, Responsible::ItAdministrator, hint).because_of(self.setting())
    }

    fn too_large(&self, unit: &str, limit: u64) -> Fault {
        let hint = Message::new("hint.source_too_large").with("limit", limit).with("unit", unit);
        let class = FailureClass::Data;
        Fault::new("source_too_large", class, Responsible::ItAdministrator, hint).because_of(self.setting())
    }

    fn setting(&self) -> String {
        format!("sources.{}", self.name)
    }

    fn table_name(&self) -> String {
        let stem = self.path.file_stem().map(|stem| stem.to_string_lossy().trim().to_owned());
        stem.filter(|stem| !stem.is_empty()).unwrap_or_else(|| self.name.clone())
    }
}

impl DataSource for CsvSource {
    /// Returns one table. Faults: `source_missing`, `source_unreadable`, `source_not_csv`, `source_query_invalid` for a
    /// heading line without the key column, `source_malformed` with the number of the line, `source_too_large`,
    /// `forked`.
    ///
    /// # Cost
    /// Reads the whole file for each question, and holds the rows of the one person.
    ///
    /// A file has up to 1 GiB and a person up to 1,000,000 cells, unless [`CsvLimits`] say otherwise:
    /// `source_too_large` beyond.
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        let (mut lines, key) = self.open()?;
        let reference = question.customer_reference.trim();
        let mut table = lines.table(self.table_name());
        let mut cells = 0;
        while let Some(row) = lines.next(self)? {
            let found = row.get(key).is_some_and(|value| value.trim() == reference);
            if !found || reference.is_empty() {
                continue;
            }
            cells += row.len() as u64;
            if cells > self.limits.cells {
                return Err(self.too_large("cells", self.limits.cells));
            }
            table.rows.push(read::values(&row));
        }
        Ok(vec![table])
    }
}

#[cfg(test)]
mod tests {
    use casekit_core::model::DataValue;

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn with(bytes: impl AsRef<[u8]>) -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("orders.csv"), bytes).unwrap();
            Self(folder)
        }

        fn source(&self) -> CsvSource {
            CsvSource::new("shop", self.0.path().join("orders.csv"), "customer")
        }
    }

    fn about(reference: &str) -> SourceQuestion {
        SourceQuestion::new("C-1", reference, "")
    }

    fn fault(source: &CsvSource) -> (String, FailureClass, String) {
        let fault = source.collect(&about("7")).unwrap_err();
        assert_eq!(fault.setting.as_deref(), Some("sources.shop"));
        assert_eq!(fault.responsible, Responsible::ItAdministrator);
        (fault.code.clone(), fault.class, fault.to_string())
    }

    fn rows(bytes: impl AsRef<[u8]>, reference: &str) -> Vec<Vec<DataValue>> {
        let folder = Folder::with(bytes);
        folder.source().check().unwrap();
        let mut tables = folder.source().collect(&about(reference)).unwrap();
        assert_eq!((tables.len(), tables[0].name.as_str()), (1, "orders"));
        tables.remove(0).rows
    }

    fn text(text: &str) -> DataValue {
        DataValue::Text(text.into())
    }

    #[test]
    fn the_rows_of_a_person_are_those_with_their_reference() {
        let file =
            "item, customer ,note\r\nlamp,7,\"a, \"\"b\"\"\"\r\ndesk,77,\r\nbed, 7 ,\"two\nlines\"\r\n";
        let expected = vec![
            vec![text("lamp"), text("7"), text("a, \"b\"")],
            vec![text("bed"), text(" 7 "), text("two\nlines")],
        ];
        assert_eq!(rows(file, " 7 "), expected);
        let semicolons = "\u{feff}item;customer;note\nlamp;7;a, b\n";
        assert_eq!(rows(semicolons, "7"), vec![vec![text("lamp"), text("7"), text("a, b")]]);
    }

    #[test]
    fn an_unknown_or_missing_reference_finds_no_rows() {
        let file = "customer,note\n7,a\n,for nobody\n";
        for reference in ["8", "", "  ", "7.0", "07"] {
            assert_eq!(rows(file, reference), Vec::<Vec<DataValue>>::new(), "{reference:?}");
        }
        assert_eq!(rows("customer\n", "7"), Vec::<Vec<DataValue>>::new());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_its_content() {
        use FailureClass::{Configuration, Data};
        let cases: [(&[u8], &str, FailureClass, &str); 8] = [
            (b"", "source_query_invalid", Configuration, "heading line"),
            (b"client,note\n7,a\n", "source_query_invalid", Configuration, "`customer`"),
            (b"customer,note,note\n7,a,b\n", "source_query_invalid", Configuration, "each once"),
            (b"customer,\n7,a\n", "source_query_invalid", Configuration, "each once"),
            (b"customer,note\n8,a\n7,a,SECRET\n", "source_malformed", Data, "line `3`"),
            (b"customer,note\n7\n", "source_malformed", Data, "`1` cells"),
            (
                b"customer,note\n8,a\n8,SECRET\xff\n",
                "source_malformed",
                Data,
                "line `3` of the file is not `utf8`",
            ),
            (b"customer\xff,note\n7,a\n", "source_malformed", Data, "line `1`"),
        ];
        for (bytes, code, class, part) in cases {
            let found = fault(&Folder::with(bytes).source());
            assert_eq!((found.0.as_str(), found.1), (code, class), "{found:?}");
            assert!(found.2.contains(part) && !found.2.contains("SECRET"), "{found:?}");
        }
    }

    #[test]
    fn a_quote_that_swallows_the_rows_of_others_is_found_by_a_question_and_by_a_check() {
        let folder = Folder::with("customer,note\n7,\"wants a call\n8,SECRET\n9,x\n");
        let (code, class, hint) = fault(&folder.source());
        assert_eq!((code.as_str(), class), ("source_malformed", FailureClass::Data));
        assert!(hint.contains("line `2`") && hint.contains("quote"), "{hint}");
        assert_eq!(folder.source().check().unwrap_err().to_string(), hint);
    }

    #[test]
    fn a_quote_that_the_row_of_a_neighbour_closes_is_found_unless_the_file_is_trusted() {
        let folder = Folder::with("customer,note\n7,\"wants a call\n8,SECRET 5\"\n9,x\n");
        let (code, class, hint) = fault(&folder.source());
        assert_eq!((code.as_str(), class), ("source_malformed", FailureClass::Data));
        assert!(
            hint.contains("line `2`") && hint.contains("`trusted`") && !hint.contains("SECRET"),
            "{hint}"
        );
        assert_eq!(folder.source().check().unwrap_err().to_string(), hint);
        let trusted = CsvSource { line_breaks: CsvLineBreaks::Trusted, ..folder.source() };
        let found = trusted.collect(&about("7")).unwrap().remove(0).rows;
        assert_eq!(found, vec![vec![text("7"), text("wants a call\n8,SECRET 5")]]);
    }

    #[test]
    fn a_file_in_any_encoding_and_with_any_separator_is_read_as_its_settings_say() {
        let file = "customer\tnote\r\n7\tZoë pays 5 €; \"quoted\"\r\n8\t漢 😀\r\n";
        let utf16 = |of: fn(u16) -> [u8; 2]| file.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let marked = |of: fn(u16) -> [u8; 2]| [of(0xFEFF).to_vec(), utf16(of)].concat();
        let windows: Vec<u8> = file
            .chars()
            .map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap_or(b'?') })
            .collect();
        let cases = [
            (CsvEncoding::Utf8, file.as_bytes().to_vec()),
            (CsvEncoding::Utf8, ["\u{feff}".as_bytes(), file.as_bytes()].concat()),
            (CsvEncoding::Utf16, utf16(u16::to_le_bytes)),
            (CsvEncoding::Utf16, utf16(u16::to_be_bytes)),
            (CsvEncoding::Utf16, marked(u16::to_le_bytes)),
            (CsvEncoding::Utf16, marked(u16::to_be_bytes)),
            (CsvEncoding::Windows1252, windows),
        ];
        for (encoding, bytes) in cases {
            let folder = Folder::with(bytes);
            let source = CsvSource { encoding, separator: Some(CsvSeparator::Tab), ..folder.source() };
            source.check().unwrap();
            let find = |reference| source.collect(&about(reference)).unwrap().remove(0).rows;
            assert_eq!(find("7"), vec![vec![text("7"), text("Zoë pays 5 €; \"quoted\"")]], "{encoding:?}");
            let signs = if encoding == CsvEncoding::Windows1252 { "? ?" } else { "漢 😀" };
            assert_eq!(find("8"), vec![vec![text("8"), text(signs)]], "{encoding:?}");
        }
    }

    #[test]
    fn another_encoding_or_separator_than_the_settings_say_is_told_with_what_to_set() {
        let with = |encoding, bytes: &[u8]| {
            let folder = Folder::with(bytes);
            let (code, _, hint) = fault(&CsvSource { encoding, ..folder.source() });
            (code, hint)
        };
        let (code, hint) = with(CsvEncoding::Utf8, b"\xff\xfec\0u\0s\0");
        assert!(code == "source_query_invalid" && hint.contains("set it to `utf16`"), "{hint}");
        let (_, hint) = with(CsvEncoding::Windows1252, "\u{feff}customer\n".as_bytes());
        assert!(hint.contains("set it to `utf8`"), "{hint}");
        let (code, hint) = with(CsvEncoding::Windows1252, b"customer,note\n7,a\n7,\x81\n");
        assert!(
            code == "source_malformed" && hint.contains("line `3` of the file is not `windows1252`"),
            "{hint}"
        );
        let lone: Vec<u8> =
            "customer\n7\n".encode_utf16().chain([0xD800]).flat_map(u16::to_le_bytes).collect();
        assert!(with(CsvEncoding::Utf16, &lone).1.contains("line `3`"));
        let (_, hint) = with(CsvEncoding::Utf8, b"customer\tnote\n7\ta\n");
        assert!(hint.contains("only one column") && hint.contains("separator"), "{hint}");
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let folder = Folder::with("");
        let path = folder.0.path();
        let missing = CsvSource::new("shop", path.join("none.csv"), "customer");
        assert_eq!(fault(&missing).0, "source_missing");
        assert_eq!(missing.check().unwrap_err().code, "source_missing");
        assert_eq!(fault(&CsvSource::new("shop", path, "customer")).0, "source_unreadable");
    }

    #[test]
    fn too_much_is_refused() {
        let folder = Folder::with("customer,note\n7,a\n7,b\n");
        let with = |limits: CsvLimits| CsvSource { limits, ..folder.source() };
        assert!(with(CsvLimits { cells: 4, bytes: 22 }).collect(&about("7")).is_ok());
        let (code, class, hint) = fault(&with(CsvLimits { cells: 3, bytes: 1000 }));
        assert_eq!((code.as_str(), class), ("source_too_large", FailureClass::Data));
        assert!(hint.contains("`3` cells"), "{hint}");
        assert!(fault(&with(CsvLimits { cells: 9, bytes: 21 })).2.contains("`21` bytes"));
    }
}
