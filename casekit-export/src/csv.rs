//! Tables as CSV: RFC 4180, UTF-8 without a byte order mark, safe to open in a spreadsheet.

use std::io::{self, Write};

/// Writes one table, row by row.
///
/// ```
/// use casekit_export::csv::{Cells, Writer};
///
/// let mut table = Writer::new(Vec::new(), &["number", "title"], Cells::FormulaSafe)?;
/// table.row(&["C-000001", "=1+1"])?;
/// assert_eq!(table.finish()?, b"number,title\r\nC-000001,'=1+1\r\n");
/// # Ok::<(), casekit_export::csv::CsvError>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    columns: usize,
    rows: u64,
    cells: Cells,
}

/// What to do with a cell that a spreadsheet would run as a formula.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cells {
    /// A cell that begins with `=`, `+`, `-`, `@` (also in full width), a tab or a line break gets a `'` in front
    /// (OWASP, CSV injection). This changes values such as `+49 …`.
    #[default]
    FormulaSafe,
    /// Cells are written unchanged: for programs, not for spreadsheets.
    Raw,
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
    /// Begins a table by writing its header. Headings are always made formula-safe.
    ///
    /// # Errors
    /// [`CsvError::NoColumns`] or [`CsvError::Io`].
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn new(out: W, headings: &[&str], cells: Cells) -> Result<Self, CsvError> {
        if headings.is_empty() {
            return Err(CsvError::NoColumns);
        }
        let mut writer = Self { out, columns: headings.len(), rows: 0, cells: Cells::FormulaSafe };
        writer.line(headings)?;
        writer.cells = cells;
        Ok(writer)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`CsvError::CellCount`], before anything of the row is written, or [`CsvError::Io`].
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), CsvError> {
        let row = self.rows + 1;
        if cells.len() != self.columns {
            return Err(CsvError::CellCount { row, cells: cells.len(), columns: self.columns });
        }
        self.line(cells)?;
        self.rows = row;
        Ok(())
    }

    /// Writes one row, with a choice for each cell: a number such as `-1` is not a formula, though it begins like one.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn row_of(&mut self, cells: &[(impl AsRef<str>, Cells)]) -> Result<(), CsvError> {
        let row = self.rows + 1;
        if cells.len() != self.columns {
            return Err(CsvError::CellCount { row, cells: cells.len(), columns: self.columns });
        }
        self.write_line(cells.iter().map(|(text, cells)| (text.as_ref(), *cells)))?;
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

    fn line(&mut self, cells: &[impl AsRef<str>]) -> io::Result<()> {
        let mode = self.cells;
        self.write_line(cells.iter().map(|text| (text.as_ref(), mode)))
    }

    fn write_line<'a>(&mut self, cells: impl Iterator<Item = (&'a str, Cells)>) -> io::Result<()> {
        let mut line = String::new();
        for (index, (cell, mode)) in cells.enumerate() {
            if index > 0 {
                line.push(',');
            }
            let guard = if mode == Cells::FormulaSafe && begins_a_formula(cell) { "'" } else { "" };
            // Unquoted, a single empty cell would be an empty line, which readers skip.
            if cell.contains([',', '"', '\r', '\n']) || (cell.is_empty() && self.columns == 1) {
                line.extend(["\"", guard, &cell.replace('"', "\"\""), "\""]);
            } else {
                line.extend([guard, cell]);
            }
        }
        line.push_str("\r\n");
        self.out.write_all(line.as_bytes())
    }
}

fn begins_a_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: Cells, rows: &[&[&str]]) -> String {
        let mut writer = Writer::new(Vec::new(), &["a", "b"], cells).unwrap();
        rows.iter().for_each(|row| writer.row(row).unwrap());
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn quotes_what_rfc_4180_says_and_nothing_else() {
        let written =
            table(Cells::FormulaSafe, &[&["x,y", "say \"hi\""], &["two\nlines", " Łódź "], &["", "'"]]);
        assert_eq!(written, "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\nlines\", Łódź \r\n,'\r\n");
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"] {
            let cell = format!("{start}cmd|' /C calc'!A0");
            let written = table(Cells::FormulaSafe, &[&["1", &cell]]);
            let guarded =
                written.contains(&format!("1,'{start}")) || written.contains(&format!("1,\"'{start}"));
            assert!(guarded, "{written:?}");
        }
    }

    #[test]
    fn raw_cells_stay_as_they_are() {
        assert_eq!(table(Cells::Raw, &[&["+49 30 1234", "-1"]]), "a,b\r\n+49 30 1234,-1\r\n");
    }

    #[test]
    fn a_row_may_hold_cells_of_both_kinds() {
        let mut writer = Writer::new(Vec::new(), &["a", "b"], Cells::FormulaSafe).unwrap();
        writer.row_of(&[("-1", Cells::Raw), ("-1", Cells::FormulaSafe)]).unwrap();
        assert_eq!(writer.finish().unwrap(), b"a,b\r\n-1,'-1\r\n");
    }

    #[test]
    fn headings_are_safe_even_above_raw_cells() {
        let writer = Writer::new(Vec::new(), &["=a"], Cells::Raw).unwrap();
        assert_eq!(writer.finish().unwrap(), b"'=a\r\n");
    }

    #[test]
    fn a_single_empty_cell_is_still_a_row() {
        let mut writer = Writer::new(Vec::new(), &["a"], Cells::Raw).unwrap();
        writer.row(&[""]).unwrap();
        assert_eq!(writer.finish().unwrap(), b"a\r\n\"\"\r\n");
    }

    #[test]
    fn a_row_of_the_wrong_length_leaves_nothing() {
        let mut writer = Writer::new(Vec::new(), &["a", "b"], Cells::Raw).unwrap();
        let refusal = writer.row(&["1"]).unwrap_err();
        assert_eq!(refusal.to_string(), "row 1 has 1 cells, but there are 2 columns");
        assert_eq!(writer.finish().unwrap(), b"a,b\r\n");
    }

    #[test]
    fn a_table_needs_a_column() {
        assert!(matches!(Writer::new(Vec::new(), &[], Cells::Raw), Err(CsvError::NoColumns)));
    }
}
