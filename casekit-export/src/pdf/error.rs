use std::{error::Error, io};

/// Why a PDF could not be written. In every case nothing was written but what the output itself lost
/// ([`PdfError::Io`]).
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// There is no font to write with.
    #[error("no font was given: take the bundled fonts or hand one over")]
    NoFonts,
    /// The bytes are no font that can be embedded, or there is no such face in the collection.
    #[error("face {index} of the font cannot be used: it is damaged, missing, or has no outlines")]
    Font {
        /// The face that was asked for, counted from 0.
        index: u32,
    },
    /// A table needs one column or more.
    #[error("a table needs at least one column")]
    NoColumns,
    /// A column's relative width must be a positive, finite number.
    #[error("column {column} needs a width above zero")]
    ColumnWidth {
        /// Which column, counted from 1.
        column: usize,
    },
    /// There are more columns than fit on the page.
    #[error("{columns} columns do not fit on a page, {most} do")]
    TooManyColumns {
        /// The columns asked for.
        columns: usize,
        /// The most that fit.
        most: usize,
    },
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {cells} cells, but there are {columns} columns")]
    CellCount {
        /// Which row, counted from 1.
        row: u64,
        /// The cells it has.
        cells: usize,
        /// The cells it should have.
        columns: usize,
    },
    /// The source of the rows failed.
    #[error("the rows could not be read")]
    Rows(#[source] Box<dyn Error + Send + Sync>),
    /// The pages could not be put together.
    #[error("the pages could not be put together")]
    Assembly(#[source] Box<dyn Error + Send + Sync>),
    /// The output failed.
    #[error("the file could not be written")]
    Io(#[from] io::Error),
}

impl From<PdfError> for casekit_core::Error {
    fn from(error: PdfError) -> Self {
        Self::report("pdf", error)
    }
}
