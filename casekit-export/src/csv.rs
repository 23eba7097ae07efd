//! Tables as CSV (RFC 4180, UTF-8), for people with a spreadsheet or for programs, as a [`CsvForm`] says.
//!
//! **For people**, no text can become a formula, whatever separator their spreadsheet cuts the file at: a `'` is written where a
//! cell could begin as one. A cell could begin at the start of a text and, for whoever reads the file with another separator or
//! takes no notice of quotes, behind each `,`, `;`, `|`, tab and line break within it. It begins as a formula with `=`, `+`, `-`
//! or `@`, also in their wide and small forms, after any white space, quotes and characters that are not shown. A negative
//! number stays one; of the texts behind it in the row those with `(`, `|` or `!` get a `'`, since the number and they are one
//! cell for such a reader, and so do those in later rows once a text has a quote behind a separator or a line break: there such a
//! reader may take it for the beginning of a cell that goes on over rows. This changes values such as `+49 …`, and nobody can tell afterwards which.
//!
//! **For programs**, what is written is read back exactly, as PostgreSQL's `COPY … (FORMAT csv)` and DuckDB's `read_csv` with
//! `allow_quoted_nulls = false` do: a cell without quotes and without characters is nothing, a cell with quotes is text. In a table of one column, a row of nothing is an empty
//! line. Such a file is not for a spreadsheet.

mod guard;

use std::borrow::Cow;
use std::io::{self, Write};

use casekit_core::model::{CsvForm, CsvReaders};

/// Writes one table, row by row.
///
/// ```
/// use casekit_core::model::{CsvForm, CsvSeparator};
/// use casekit_export::csv::{Cell, Writer};
///
/// let form = CsvForm::for_people().separated_by(CsvSeparator::Semicolon);
/// let mut table = Writer::new(Vec::new(), form, &["number", "title", "euro"])?;
/// table.row(&[Cell::text("C-000001"), Cell::text("=1+1,-2"), Cell::plain("-1")])?;
/// assert_eq!(table.finish()?, b"number;title;euro\r\nC-000001;'=1+1,'-2;-1\r\n");
///
/// let mut table = Writer::new(Vec::new(), CsvForm::for_programs(), &["title", "type"])?;
/// table.row(&[Cell::text("=1+1"), Cell::Nothing])?;
/// table.row(&[Cell::text(""), Cell::text("Support")])?;
/// assert_eq!(table.finish()?, b"title,type\r\n=1+1,\r\n\"\",Support\r\n");
/// # Ok::<(), casekit_export::csv::CsvError>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    form: CsvForm,
    columns: usize,
    rows: u64,
    /// Whether a negative number was written that a text could become a part of.
    behind_negative: bool,
    /// Whether it could also after the end of its row.
    runs_on: bool,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// No value.
    Nothing,
    /// Text, which is guarded if people read it.
    Text(Cow<'a, str>),
    /// A number, an instant, or a word such as `true`: it is written as it is, since it is not text of anybody's.
    Plain(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A cell with text.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A cell with a number, an instant, or a word such as `true`.
    #[must_use]
    pub fn plain(value: impl Into<Cow<'a, str>>) -> Self {
        Self::Plain(value.into())
    }
}

/// Text, or nothing.
impl<'a, T: Into<Cow<'a, str>>> From<Option<T>> for Cell<'a> {
    fn from(text: Option<T>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The table has no columns.
    #[error("a table needs at least one column")]
    NoColumns,
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {cells} cells, but there are {columns} columns")]
    CellCount {
        /// Which row, counted from 1 without the header.
        row: u64,
        /// The number of cells it has.
        cells: usize,
        /// The number of cells it must have.
        columns: usize,
    },
    /// The output failed.
    #[error("the table could not be written")]
    Io(#[from] io::Error),
}

impl From<CsvError> for casekit_core::Error {
    fn from(error: CsvError) -> Self {
        Self::report("csv", error)
    }
}

impl<W: Write> Writer<W> {
    /// Begins a table by writing its headings, which are text like any other.
    ///
    /// # Errors
    /// [`CsvError::NoColumns`] or [`CsvError::Io`].
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn new(out: W, form: CsvForm, headings: &[&str]) -> Result<Self, CsvError> {
        if headings.is_empty() {
            return Err(CsvError::NoColumns);
        }
        let mut writer =
            Self { out, form, columns: headings.len(), rows: 0, behind_negative: false, runs_on: false };
        if form.byte_order_mark {
            writer.out.write_all("\u{feff}".as_bytes())?;
        }
        let headings: Vec<Cell<'_>> = headings.iter().map(|heading| Cell::text(*heading)).collect();
        writer.line(&headings)?;
        Ok(writer)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`CsvError::CellCount`], before anything of the row is written, or [`CsvError::Io`].
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), CsvError> {
        let row = self.rows + 1;
        if cells.len() != self.columns {
            return Err(CsvError::CellCount { row, cells: cells.len(), columns: self.columns });
        }
        self.line(cells)?;
        self.rows = row;
        Ok(())
    }

    /// Flushes and returns the output.
    ///
    /// # Errors
    /// [`CsvError::Io`].
    ///
    /// # Cost
    /// Writes what is left in the buffer of the output.
    pub fn finish(mut self) -> Result<W, CsvError> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let mut line = String::new();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                line.push(self.form.separator.character());
            }
            match self.form.readers {
                CsvReaders::People => self.for_people(&mut line, cell),
                CsvReaders::Programs => self.for_programs(&mut line, cell),
            }
        }
        line.push_str("\r\n");
        self.runs_on |= guard::may_open_quotes(&line, self.form.separator);
        self.behind_negative &= self.runs_on;
        self.out.write_all(line.as_bytes())
    }

    fn for_people(&mut self, line: &mut String, cell: &Cell<'_>) {
        let value = match cell {
            Cell::Nothing => Cow::Borrowed(""),
            Cell::Text(text) => guard::guarded(text, self.behind_negative),
            Cell::Plain(value) => {
                self.behind_negative |= guard::begins_a_formula(value);
                Cow::Borrowed(value.as_ref())
            }
        };
        // Unquoted, a single empty cell would be an empty line, which readers skip.
        let needs = self.needs_quotes(&value) || (value.is_empty() && self.columns == 1);
        push(line, &value, needs);
    }

    fn for_programs(&self, line: &mut String, cell: &Cell<'_>) {
        match cell {
            Cell::Nothing => {}
            Cell::Text(text) => push(line, text, text.is_empty() || self.needs_quotes(text)),
            Cell::Plain(value) => push(line, value, self.needs_quotes(value)),
        }
    }

    /// Whether a reader would not get the cell as it is without quotes: some trim outer white space, and the first cell could
    /// begin with what looks like a byte order mark.
    fn needs_quotes(&self, value: &str) -> bool {
        value.contains([self.form.separator.character(), '"', '\r', '\n'])
            || value.starts_with('\u{feff}')
            || value.trim() != value
    }
}

fn push(line: &mut String, value: &str, quoted: bool) {
    match quoted {
        true => line.extend(["\"", &value.replace('"', "\"\""), "\""]),
        false => line.push_str(value),
    }
}

#[cfg(test)]
mod tests;
