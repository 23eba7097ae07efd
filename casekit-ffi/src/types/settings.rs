//! The settings of a file.

use casekit::{
    Reach, SettingFinding, SettingsEdit, SettingsView, SourceKind, SourceQuery, SourceSetting, WebformTarget,
};

/// Changes to the settings; what is `None` stays as it is, and blank text takes an optional setting away.
#[uniffi::remote(Record)]
pub struct SettingsEdit {
    /// The prefix of numbers from now on: 1 to 12 letters, digits or inner hyphens.
    #[uniffi(default = None)]
    pub number_prefix: Option<String>,
    /// What the organisation is called on reports.
    #[uniffi(default = None)]
    pub organisation: Option<String>,
    /// Where users turn for help.
    #[uniffi(default = None)]
    pub support_email: Option<String>,
    /// Where answers are sent.
    #[uniffi(default = None)]
    pub webform: Option<WebformTarget>,
    /// Whether answers are sent nowhere from now on.
    #[uniffi(default = false)]
    pub without_webform: bool,
    /// All sources from now on, up to 100.
    #[uniffi(default = None)]
    pub sources: Option<Vec<SourceSetting>>,
    /// Days for which snapshots and packages are kept after delivery, 0 to 3,650.
    #[uniffi(default = None)]
    pub retention_days: Option<u32>,
    /// The revision that the caller saw.
    #[uniffi(default = None)]
    pub seen: Option<u64>,
}

/// Where answers are sent.
#[uniffi::remote(Enum)]
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

/// A source of data.
#[uniffi::remote(Record)]
pub struct SourceSetting {
    /// Its name: lower-case letters, digits, `_` and `-`, 1 to 50.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
}

/// Kinds of sources that settings can name.
#[uniffi::remote(Enum)]
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
#[uniffi::remote(Record)]
pub struct SourceQuery {
    /// What its table is called.
    pub table: String,
    /// One `SELECT`.
    pub sql: String,
}

/// The settings.
#[uniffi::remote(Record)]
pub struct SettingsView {
    /// Their revision.
    pub revision: u64,
    /// The prefix of new case numbers.
    pub number_prefix: String,
    /// What the organisation is called on reports.
    pub organisation: Option<String>,
    /// Where users turn for help.
    pub support_email: Option<String>,
    /// Where answers are sent.
    pub webform: Option<WebformTarget>,
    /// The sources.
    pub sources: Vec<SourceSetting>,
    /// Days for which snapshots and packages are kept after delivery.
    pub retention_days: u32,
}

/// One thing that a check of the settings found.
#[uniffi::remote(Record)]
pub struct SettingFinding {
    /// The setting: `webform`, `sources.crm`.
    pub setting: String,
    /// The stable word for what is wrong; `None` if it works.
    pub problem: Option<String>,
    /// What to do.
    pub mend: Option<String>,
}

/// How far a check of the settings goes.
#[uniffi::remote(Enum)]
pub enum Reach {
    /// Looks at this machine only.
    Here,
    /// Asks the webform's server whether it is there.
    There,
}
