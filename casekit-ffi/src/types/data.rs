//! Data about a person, and what goes out to them.

use casekit::{
    ColumnKind, DataColumn, DataTable, DataValue, Delivered, Outgoing, OutgoingKind, SourceQuestion,
    Timestamp,
};

/// What stands in a column.
#[uniffi::remote(Enum)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with fractions.
    Real,
    /// Yes or no.
    Boolean,
    /// Instants, as RFC 3339 text.
    Timestamp,
}

/// A table as a source found it.
#[uniffi::remote(Record)]
pub struct DataTable {
    /// Its name, unique within the source.
    pub name: String,
    /// Its columns.
    pub columns: Vec<DataColumn>,
    /// Its rows, each with one value for each column.
    pub rows: Vec<Vec<DataValue>>,
}

/// A column as a source found it.
#[uniffi::remote(Record)]
pub struct DataColumn {
    /// Its name, unique within the table.
    pub name: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// One cell.
#[uniffi::remote(Enum)]
pub enum DataValue {
    /// Nothing.
    Null,
    /// Text; instants as RFC 3339 text too.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction; neither infinite nor "not a number".
    Real(f64),
    /// Yes or no.
    Boolean(bool),
}

/// For whom data is collected.
#[uniffi::remote(Record)]
pub struct SourceQuestion {
    /// The case's number, such as `C-000123`.
    pub case_number: String,
    /// What other systems call the customer; empty if that is not known.
    pub customer_reference: String,
    /// Who says they are asking; empty if nobody gave it.
    pub requester: String,
}

/// Something on its way to the person who asked.
#[uniffi::remote(Record)]
pub struct Outgoing {
    /// The same for every attempt of this sending: 32 hexadecimal digits; when the same thing is sent again later, with
    /// `-2` and so on behind them.
    pub key: String,
    /// The case's number.
    pub case_number: String,
    /// What the webform called the request; empty for a case that was raised by hand.
    pub request_ref: String,
    /// Where it goes, as the webform understands it; empty if nobody gave it.
    pub reply_to: String,
    /// What it is.
    pub kind: OutgoingKind,
}

/// What can go out. So far only packages do.
#[uniffi::remote(Enum)]
pub enum OutgoingKind {
    /// The answer, as a package.
    Package {
        /// A name for a file: letters, digits and hyphens with `.zip`, generated.
        file_name: String,
        /// What the case ends as: `data_released`, `no_data`, `denied`.
        outcome: String,
        /// SHA-256 of the bytes, in hexadecimal.
        sha256: String,
        /// The package.
        bytes: Vec<u8>,
    },
    /// A message, such as a question about the request.
    Message {
        /// What it says.
        text: String,
        /// What an answer to it has to name; empty if none is asked for.
        answer_ref: String,
    },
    /// A code that proves, when it comes back, that the person reads what is sent there.
    Code {
        /// The code.
        code: String,
        /// Until when it is good.
        valid_until: Timestamp,
    },
}

/// What a receiver answered.
#[uniffi::remote(Record)]
pub struct Delivered {
    /// The receiver's own reference, up to 200 characters, if it gave one.
    #[uniffi(default = None)]
    pub receipt: Option<String>,
}
