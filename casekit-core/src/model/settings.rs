//! What an IT administrator sets for the whole file.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ShortText;

/// The name of the source that is always there: the customer's profile and cases in casekit itself.
pub const PROFILE_SOURCE: &str = "casekit";

/// The settings of a file. What they point at is bounded by the host's allow-lists when the file is opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The number of events folded into them.
    pub revision: u64,
    /// The prefix of case numbers raised from now on: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: String,
    /// What the organisation is called on reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<ShortText>,
    /// Where users turn for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_email: Option<ShortText>,
    /// Where answers are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webform: Option<WebformTarget>,
    /// Where a case's data comes from, besides the customer's profile and the host's own sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceSetting>,
    /// Days for which snapshots and packages are kept after delivery, 0 to 3,650.
    #[serde(default = "thirty")]
    pub retention_days: u32,
}

fn thirty() -> u32 {
    30
}

impl Settings {
    /// The settings of a new file.
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
        }
    }
}

/// Where answers are sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebformTarget {
    /// Into a folder, as one file a package.
    Directory {
        /// The folder.
        path: String,
    },
    /// To a web server, by HTTPS POST.
    Http {
        /// Its address.
        url: String,
        /// The name of the secret that signs what is sent; the host keeps the secret itself.
        secret: Option<String>,
    },
    /// Through the host's own code.
    Host {
        /// The name under which the host gave it at `open`.
        name: String,
    },
}

/// Of an address no more than its kind: there may be a token in it.
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

/// A source of data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceSetting {
    /// Its name: lower-case letters, digits, `_` and `-`, 1 to 50.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
}

/// Kinds of sources that settings can name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Another SQLite file, read only.
    Sqlite {
        /// Its path.
        path: String,
        /// One query for each table, with `:customer_ref`, `:requester`, `:case_number` where they are needed.
        queries: Vec<SourceQuery>,
    },
    /// A CSV file with a heading line.
    Csv {
        /// Its path.
        path: String,
        /// The column in which the customer's external reference stands.
        key_column: String,
    },
}

/// A named query of a SQLite source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceQuery {
    /// What its table is called.
    pub table: String,
    /// One `SELECT`.
    pub sql: String,
}

/// A source's name: 1 to 50 lower-case letters, digits, `_` or `-`.
pub(crate) fn is_source_name(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=50).contains(&text.len()) && text.chars().all(legal)
}
