//! The settings of a file, which an IT administrator sets.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::own_field::{field_called, field_with_id};
use super::{
    Calendar, CsvEncoding, CsvLineBreaks, CsvSeparator, CustomerFields, DeadlinePolicy, FieldDefinition,
    FieldId, LetterBlock, ShortText,
};

/// The name of the source that is always there: the customer's profile and cases in casekit itself.
pub const PROFILE_SOURCE: &str = "casekit";

/// The settings of a file. What they point at (folders, files, addresses) is bounded by the allow-lists that the host
/// gives when it opens the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The number of events folded into them.
    pub revision: u64,
    /// The prefix of the numbers of new cases: 1 to 12 letters, digits or inner hyphens; `C` in a new file.
    pub number_prefix: String,
    /// The name of the organisation on reports; `None` if none was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<ShortText>,
    /// The e-mail address where users find help; `None` if none was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_email: Option<ShortText>,
    /// Where answers are sent; `None` if that was not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webform: Option<WebformTarget>,
    /// The sources of data about customers, besides their profile and the host's own sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceSetting>,
    /// For how many days snapshots and packages are kept after delivery: 0 to 3,650; 30 in a new file.
    #[serde(default = "thirty")]
    pub retention_days: u32,
    /// Whether customers are told the names of staff: in packages, and at desks that see no internal notes. `false` in a new
    /// file: packages say the role of whoever decided.
    #[serde(default, skip_serializing_if = "is_false")]
    pub name_staff: bool,
    /// What the organisation says in its answers, beside the data; none in a new file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letter: Vec<LetterBlock>,
    /// How deadlines are counted, which case types and workflows name by their codes; in a new file those that ship.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<DeadlinePolicy>,
    /// The calendars by which they are counted; in a new file those that ship.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<Calendar>,
    /// Every version of the fields that the organisation gives its customers, oldest first; none in a new file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customer_fields: Vec<CustomerFields>,
}

fn is_false(set: &bool) -> bool {
    !set
}

fn thirty() -> u32 {
    30
}

impl Settings {
    /// The settings of a new file, before anybody changes them; without the deadlines and calendars that ship, which
    /// [`deadline`](crate::deadline) has.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            revision: 0,
            number_prefix: "C".into(),
            organisation: None,
            support_email: None,
            webform: None,
            sources: Vec::new(),
            retention_days: thirty(),
            name_staff: false,
            letter: Vec::new(),
            deadlines: Vec::new(),
            calendars: Vec::new(),
            customer_fields: Vec::new(),
        }
    }

    /// The number of the newest version of the fields of customers; 0 if nobody ever defined any.
    #[must_use]
    pub fn customer_fields_version(&self) -> u32 {
        self.customer_fields.last().map_or(0, |version| version.version)
    }

    /// The fields of customers in the newest version, in their order.
    #[must_use]
    pub fn fields_of_customers(&self) -> &[FieldDefinition] {
        self.customer_fields.last().map_or(&[], |version| version.fields.as_slice())
    }

    /// The field of customers with this id, in the newest version that has it; `None` if no version has.
    #[must_use]
    pub fn customer_field(&self, id: &FieldId) -> Option<&FieldDefinition> {
        self.customer_fields.iter().rev().find_map(|version| field_with_id(&version.fields, id))
    }

    /// The field of customers that a caller means by a text, in the newest version that has it.
    pub(crate) fn find_customer_field(&self, text: &str) -> Option<&FieldDefinition> {
        self.customer_fields.iter().rev().find_map(|version| field_called(&version.fields, text))
    }
}

/// The place to which answers are sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebformTarget {
    /// Into a folder, each package as one file.
    Directory {
        /// The path of the folder.
        path: String,
    },
    /// To a web server, with HTTPS POST.
    Http {
        /// The URL to which packages are posted.
        url: String,
        /// The name of the secret that signs what is sent; `None` for no signature. The host keeps the secret itself.
        secret: Option<String>,
    },
    /// Through the host's own code.
    Host {
        /// The name under which the host registered its code at `open`.
        name: String,
    },
}

/// Shows only that there is an address, because the address may contain a token.
impl fmt::Debug for WebformTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { path } => f.debug_struct("Directory").field("path", path).finish(),
            Self::Http { secret, .. } => {
                f.debug_struct("Http").field("secret", secret).finish_non_exhaustive()
            }
            Self::Host { name } => f.debug_struct("Host").field("name", name).finish(),
        }
    }
}

/// A source of data about customers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceSetting {
    /// The name of the source: 1 to 50 lower-case letters, digits, `_` or `-`.
    pub name: String,
    /// What kind of source it is, and where it is.
    pub kind: SourceKind,
}

/// The kinds of sources that settings can name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Another SQLite file, opened for reading only.
    Sqlite {
        /// The path of the file.
        path: String,
        /// The queries, one for each table, up to 100. They may use `:customer_ref`, `:requester` and `:case_number`.
        queries: Vec<SourceQuery>,
    },
    /// A CSV file with a heading line.
    Csv {
        /// The path of the file.
        path: String,
        /// The name of the column that has the customer's external reference.
        key_column: String,
        /// What its bytes mean.
        #[serde(default, skip_serializing_if = "CsvEncoding::is_usual")]
        encoding: CsvEncoding,
        /// What stands between two of its cells; `None` for a comma, or a semicolon if the heading line has more of those.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        separator: Option<CsvSeparator>,
        /// Whether line breaks within its cells are believed.
        #[serde(default, skip_serializing_if = "CsvLineBreaks::is_usual")]
        line_breaks: CsvLineBreaks,
    },
}

impl SourceKind {
    /// A CSV file in UTF-8, with commas or semicolons.
    ///
    /// ```
    /// use casekit_core::model::{CsvEncoding, SourceKind};
    ///
    /// let mut shop = SourceKind::csv("/srv/shop.csv", "customer");
    /// if let SourceKind::Csv { encoding, .. } = &mut shop {
    ///     *encoding = CsvEncoding::Windows1252;
    /// }
    /// ```
    #[must_use]
    pub fn csv(path: impl Into<String>, key_column: impl Into<String>) -> Self {
        Self::Csv {
            path: path.into(),
            key_column: key_column.into(),
            encoding: CsvEncoding::default(),
            separator: None,
            line_breaks: CsvLineBreaks::default(),
        }
    }
}

/// A query of a SQLite source, whose rows become a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceQuery {
    /// The name of the table.
    pub table: String,
    /// The query: a single `SELECT`.
    pub sql: String,
}

/// Whether a text is a legal name of a source: 1 to 50 lower-case letters, digits, `_` or `-`.
pub(crate) fn is_source_name(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=50).contains(&text.len()) && text.chars().all(legal)
}
