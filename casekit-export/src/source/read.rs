//! The lines of a CSV file.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Take};

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use casekit_core::language::Message;
use casekit_core::model::{ColumnKind, CsvSeparator, DataColumn, DataTable, DataValue};
use casekit_core::release::Fault;

use super::CsvSource;
use super::decode::Decoded;
use super::quotes::{Quotes, Unclosed};

type Bytes = std::io::Chain<Cursor<Vec<u8>>, BufReader<Take<File>>>;
type Input = Quotes<std::io::Chain<Cursor<Vec<u8>>, BufReader<Decoded<Bytes>>>>;

/// The rows of an open file whose heading line has been read.
pub(super) struct Lines {
    reader: Reader<Input>,
    headings: Vec<String>,
    record: ByteRecord,
    line: u64,
}

impl Lines {
    pub(super) fn open(file: BufReader<Take<File>>, source: &CsvSource) -> Result<Self, Fault> {
        let mut input = BufReader::new(decoded(file, source)?);
        let mut first = Vec::new();
        // A line break inside a quoted heading ends this read early. It is used only to guess the separator, so that is
        // harmless.
        (&mut input).take(LONGEST_HEADING).read_until(b'\n', &mut first).map_err(|_| source.unread())?;
        let count = |byte: u8| first.iter().filter(|each| **each == byte).count();
        let guessed = if count(b';') > count(b',') { CsvSeparator::Semicolon } else { CsvSeparator::Comma };
        let separator = source.separator.unwrap_or(guessed).byte();
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(separator)
            .flexible(true)
            .from_reader(Quotes::new(Cursor::new(first).chain(input), separator, source.line_breaks));
        let mut lines = Self { reader, headings: Vec::new(), record: ByteRecord::new(), line: 0 };
        let Some(headings) = lines.read(source)? else {
            return Err(source.invalid(Message::new("hint.csv_empty")));
        };
        lines.headings = headings.iter().map(|heading| heading.trim().to_owned()).collect();
        Ok(lines)
    }

    pub(super) fn headings(&self) -> &[String] {
        &self.headings
    }

    /// An empty table with a text column for each heading.
    pub(super) fn table(&self, name: String) -> DataTable {
        let column = |name: &String| DataColumn { name: name.clone(), kind: ColumnKind::Text };
        DataTable { name, columns: self.headings.iter().map(column).collect(), rows: Vec::new() }
    }

    /// The next row, with a cell for each heading.
    pub(super) fn next(&mut self, source: &CsvSource) -> Result<Option<Vec<String>>, Fault> {
        let Some(row) = self.read(source)? else { return Ok(None) };
        let (cells, columns) = (row.len(), self.headings.len());
        if cells != columns {
            let what = Message::new("csv.cells").with("cells", cells).with("columns", columns);
            return Err(source.malformed(self.line, what));
        }
        Ok(Some(row))
    }

    fn read(&mut self, source: &CsvSource) -> Result<Option<Vec<String>>, Fault> {
        let read = self.reader.read_byte_record(&mut self.record).map_err(|error| match error.kind() {
            ErrorKind::Io(_) => source.unread(),
            _ => source.malformed(self.line + 1, Message::new("csv.unread")),
        })?;
        match self.reader.get_ref().unclosed() {
            Some(Unclosed::Open(line)) => {
                return Err(source.malformed(line, Message::new("csv.open_quote")));
            }
            Some(Unclosed::Doubtful(line)) => {
                let hint = Message::new("hint.csv_doubtful_quote").with("line", line);
                return Err(source.doubtful(hint));
            }
            None => {}
        }
        if !read {
            return Ok(None);
        }
        self.line = self.record.position().map_or(0, ::csv::Position::line);
        let text = |cell: &[u8]| std::str::from_utf8(cell).map(str::to_owned).ok();
        let row: Option<Vec<String>> = self.record.iter().map(text).collect();
        row.map(Some).ok_or_else(|| source.malformed(self.line, not_encoded(source)))
    }
}

/// The values of a row. An empty cell is null: CSV cannot distinguish it from empty text.
pub(super) fn values(row: &[String]) -> Vec<DataValue> {
    let value = |cell: &String| match cell.is_empty() {
        true => DataValue::Null,
        false => DataValue::Text(cell.clone()),
    };
    row.iter().map(value).collect()
}

/// The file without its byte order mark, as UTF-8.
fn decoded(mut file: BufReader<Take<File>>, source: &CsvSource) -> Result<Decoded<Bytes>, Fault> {
    let mut begin = Vec::new();
    (&mut file).take(4).read_to_end(&mut begin).map_err(|_| source.unread())?;
    let mut first = [b' '; 4];
    first.iter_mut().zip(&begin).for_each(|(to, from)| *to = *from);
    let mark = Decoded::<Bytes>::mark(source.encoding, &first).ok_or_else(|| {
        let found = if first.starts_with(&[0xEF]) { "utf8" } else { "utf16" };
        let hint = Message::new("hint.csv_other_encoding").with("found", found);
        source.invalid(hint.with("encoding", source.encoding.code()))
    })?;
    begin.drain(..mark.min(begin.len()));
    Ok(Decoded::new(Cursor::new(begin).chain(file), source.encoding, &first))
}

fn not_encoded(source: &CsvSource) -> Message {
    Message::new("csv.not_encoded").with("encoding", source.encoding.code())
}

/// How many bytes of the heading line are read at most to guess the separator.
const LONGEST_HEADING: u64 = 1024 * 1024;
