use std::{error::Error, io};

/// Why a PDF could not be written. Nothing was written to the output, except after [`PdfError::Io`], when the output
/// may have a part of the file.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The list of fonts is empty.
    #[error("no font was given: take the bundled fonts or hand one over")]
    NoFonts,
    /// The bytes are not a font that can be embedded, or the collection has no such face.
    #[error("face {index} of the font cannot be used: it is damaged, missing, or has no outlines")]
    Font {
        /// The face that was asked for, counted from 0.
        index: u32,
    },
    /// The table has no columns.
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
        /// The number of columns of the table.
        columns: usize,
        /// The greatest number that fits.
        most: usize,
    },
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {cells} cells, but there are {columns} columns")]
    CellCount {
        /// Which row, counted from 1.
        row: u64,
        /// The number of cells it has.
        cells: usize,
        /// The number of cells it must have.
        columns: usize,
    },
    /// The iterator of rows returned this error.
    #[error("the rows could not be read")]
    Rows(#[source] Box<dyn Error + Send + Sync>),
    /// Whoever was asked whether to go on ended it, with this error.
    #[error("making the file was ended")]
    Ended(#[source] Box<dyn Error + Send + Sync>),
    /// The pages could not be assembled into a file.
    #[error("the pages could not be put together")]
    Assembly(#[source] Box<dyn Error + Send + Sync>),
    /// The output failed.
    #[error("the file could not be written")]
    Io(#[from] io::Error),
}

impl From<PdfError> for casekit_core::Error {
    /// What reading the rows failed with, or whoever ended the file, is not about PDF: it stays what it is.
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::Rows(source) => own(source, PdfError::Rows),
            PdfError::Ended(source) => own(source, PdfError::Ended),
            PdfError::NoFonts
            | PdfError::Font { .. }
            | PdfError::NoColumns
            | PdfError::ColumnWidth { .. }
            | PdfError::TooManyColumns { .. }
            | PdfError::CellCount { .. }
            | PdfError::Assembly(_)
            | PdfError::Io(_) => Self::report("pdf", error),
        }
    }
}

/// An error of casekit's own that went through the making of a PDF; `told` is what any other one is.
fn own(
    source: Box<dyn Error + Send + Sync>,
    told: impl FnOnce(Box<dyn Error + Send + Sync>) -> PdfError,
) -> casekit_core::Error {
    source.downcast().map_or_else(|other| casekit_core::Error::report("pdf", told(other)), |own| *own)
}
