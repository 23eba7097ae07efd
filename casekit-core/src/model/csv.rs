//! How a table is written as CSV, and how a CSV file is read.

use serde::{Deserialize, Serialize};

/// How a table is written as CSV: for whom, with which separator, and whether a byte order mark comes first.
///
/// The default is for people, with commas and without a mark. Excel splits a file by the list separator of its system, which
/// is a semicolon in most of Europe, and takes a file for UTF-8 only if there is a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CsvForm {
    /// Who reads the table: people in a spreadsheet, or programs.
    pub readers: CsvReaders,
    /// What stands between two cells.
    pub separator: CsvSeparator,
    /// Whether the table begins with a byte order mark, U+FEFF.
    pub byte_order_mark: bool,
}

impl CsvForm {
    /// A table for these readers, without a byte order mark.
    #[must_use]
    pub fn new(readers: CsvReaders, separator: CsvSeparator) -> Self {
        Self { readers, separator, byte_order_mark: false }
    }

    /// A table for people, with commas.
    #[must_use]
    pub fn for_people() -> Self {
        Self::new(CsvReaders::People, CsvSeparator::Comma)
    }

    /// A table for programs, with commas.
    #[must_use]
    pub fn for_programs() -> Self {
        Self::new(CsvReaders::Programs, CsvSeparator::Comma)
    }

    /// The same, with another separator.
    #[must_use]
    pub fn separated_by(mut self, separator: CsvSeparator) -> Self {
        self.separator = separator;
        self
    }

    /// The same, with a byte order mark.
    #[must_use]
    pub fn with_byte_order_mark(mut self) -> Self {
        self.byte_order_mark = true;
        self
    }
}

/// Who reads a CSV table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum CsvReaders {
    /// People, in a spreadsheet. Text that a spreadsheet could take for a formula gets a `'` in front, also behind a
    /// separator within it; headings, dates and decimal marks are those of the language; nothing and empty text look the same.
    #[default]
    People,
    /// Programs. What is written can be read back exactly: text is left as it is, empty text is `""` and nothing is an empty
    /// cell without quotes, headings are the same in every language, instants are in RFC 3339.
    Programs,
}

/// What stands between two cells of a CSV table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsvSeparator {
    /// A comma.
    #[default]
    Comma,
    /// A semicolon.
    Semicolon,
    /// A tab.
    Tab,
    /// A vertical bar.
    Bar,
}

impl CsvSeparator {
    /// Every separator.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    /// The stable word for it in the store and in packages, such as `comma`. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Bar => "bar",
        }
    }

    /// The character as a byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// The character itself.
    #[must_use]
    pub fn character(self) -> char {
        char::from(self.byte())
    }
}

impl CsvReaders {
    /// The stable word for it in packages: `people` or `programs`. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Programs => "programs",
        }
    }
}

/// What the bytes of a CSV file mean.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsvEncoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, what Windows calls Unicode. A byte order mark says which byte of two comes first; without one, the first
    /// character does, which must then be of ASCII.
    Utf16,
    /// Windows-1252, what Windows in Western Europe calls ANSI. ISO 8859-1 is part of it.
    Windows1252,
}

impl CsvEncoding {
    /// The stable word for it in the store and in messages, such as `utf8`. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Utf16 => "utf16",
            Self::Windows1252 => "windows1252",
        }
    }

    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::Utf8
    }
}

/// Whether the line breaks within the cells of a CSV file are believed.
///
/// Where a program forgets to close a quote, or writes one that opens none (`5" pipe`), the rows below become part of a cell, up
/// to the next quote: data about other people, which would be released with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsvLineBreaks {
    /// A record of several lines is refused if each of its lines has as many separators as a row has: it could be several rows
    /// in which a quote is missing. Texts of several lines pass, unless each of their lines has that many.
    #[default]
    Doubted,
    /// Whatever stands in quotes is one cell, as RFC 4180 says: for a file of a program that is known to write it so.
    Trusted,
}

impl CsvLineBreaks {
    /// The stable word for it in the store and in messages: `doubted` or `trusted`. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Doubted => "doubted",
            Self::Trusted => "trusted",
        }
    }

    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::Doubted
    }
}
