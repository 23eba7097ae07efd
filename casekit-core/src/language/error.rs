//! What is wrong with the file of a language.

/// Why a language was not taken; it names the line or the key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum LanguageError {
    /// It is not a JSON object of texts.
    #[error("line {line}: {problem}: a language is one JSON object, and every value in it a text")]
    NotATable {
        /// The line.
        line: usize,
        /// What the reader of JSON says.
        problem: String,
    },
    /// It does not say which language it is.
    #[error("the key `language` is missing: name the language there, as `fr` or `pt-BR`")]
    NoTag,
    /// The tag is none.
    #[error("`{tag}` is not the tag of a language: write one such as `fr` or `pt-BR`")]
    BadTag {
        /// What stands there.
        tag: String,
    },
    /// A key comes twice.
    #[error("the key `{key}` appears twice: keep one")]
    Twice {
        /// The key.
        key: String,
    },
    /// English has no such key.
    #[error("the key `{key}` is not known: take the keys from the English file")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// An argument that the message does not bring.
    #[error("`{key}` has no argument `{argument}`: it has {known}")]
    UnknownArgument {
        /// The key.
        key: String,
        /// The argument.
        argument: String,
        /// Those that it has.
        known: String,
    },
    /// An argument that the English text says and this one does not.
    #[error("`{key}` must say its argument `{argument}` too")]
    MissingArgument {
        /// The key.
        key: String,
        /// The argument.
        argument: String,
    },
    /// A template that cannot be read.
    #[error("`{key}`, character {place}: {problem}")]
    Malformed {
        /// The key.
        key: String,
        /// Where, in characters from 1.
        place: usize,
        /// What is wrong.
        problem: String,
    },
    /// A plural that the language does not have.
    #[error("`{key}`: the language has no plural `{plural}`: it has {known}")]
    NoSuchPlural {
        /// The key.
        key: String,
        /// The plural.
        plural: String,
        /// Those that it has.
        known: String,
    },
    /// The file could not be read.
    #[error("the file of the language could not be read: check its path, and that this program may read it")]
    Unreadable,
    /// casekit brings no language of that tag.
    #[error("casekit brings no language `{tag}`: choose `en` or `de`, or give a file of your own")]
    NotShipped {
        /// The tag.
        tag: String,
    },
}

impl LanguageError {
    /// The stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotATable { .. } => "not_a_table",
            Self::NoTag => "no_tag",
            Self::BadTag { .. } => "bad_tag",
            Self::Twice { .. } => "twice",
            Self::UnknownKey { .. } => "unknown_key",
            Self::UnknownArgument { .. } => "unknown_argument",
            Self::MissingArgument { .. } => "missing_argument",
            Self::Malformed { .. } => "malformed",
            Self::NoSuchPlural { .. } => "no_such_plural",
            Self::Unreadable => "unreadable",
            Self::NotShipped { .. } => "not_shipped",
        }
    }
}
