//! What can be wrong with a language file.

/// Why a language could not be loaded; it names the line or the key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum LanguageError {
    /// The file is not a JSON object whose values are all texts.
    #[error("line {line}: {problem}: a language is one JSON object, and every value in it a text")]
    NotATable {
        /// The line, counted from 1.
        line: usize,
        /// What the JSON parser found.
        problem: String,
    },
    /// The key `language` is missing, so the file does not say which language it is.
    #[error("the key `language` is missing: name the language there, as `fr` or `pt-BR`")]
    NoTag,
    /// The value of `language` is not a language tag.
    #[error("`{tag}` is not the tag of a language: write one such as `fr` or `pt-BR`")]
    BadTag {
        /// The value that was found.
        tag: String,
    },
    /// A key appears twice.
    #[error("the key `{key}` appears twice: keep one")]
    Twice {
        /// The key that appears twice.
        key: String,
    },
    /// The English file has no such key.
    #[error("the key `{key}` is not known: take the keys from the English file")]
    UnknownKey {
        /// The unknown key.
        key: String,
    },
    /// The template names an argument that the message does not have.
    #[error("`{key}` has no argument `{argument}`: it has {known}")]
    UnknownArgument {
        /// The key of the template.
        key: String,
        /// The argument that the template names.
        argument: String,
        /// The arguments that the message has, as a list.
        known: String,
    },
    /// The template leaves out an argument that the English one names.
    #[error("`{key}` must say its argument `{argument}` too")]
    MissingArgument {
        /// The key of the template.
        key: String,
        /// The argument that is left out.
        argument: String,
    },
    /// A template does not parse.
    #[error("`{key}`, character {place}: {problem}")]
    Malformed {
        /// The key of the template.
        key: String,
        /// The place of the error, in characters counted from 1.
        place: usize,
        /// What is wrong, in English.
        problem: String,
    },
    /// A template has a branch for a plural category that the language does not have.
    #[error("`{key}`: the language has no plural `{plural}`: it has {known}")]
    NoSuchPlural {
        /// The key of the template.
        key: String,
        /// The plural category that the template names.
        plural: String,
        /// The categories that the language has, as a list.
        known: String,
    },
    /// The file could not be read.
    #[error("the file of the language could not be read: check its path, and that this program may read it")]
    Unreadable,
    /// casekit ships no language with this tag.
    #[error("casekit brings no language `{tag}`: choose `en` or `de`, or give a file of your own")]
    NotShipped {
        /// The tag that was asked for.
        tag: String,
    },
}

impl LanguageError {
    /// The stable code, such as `unknown_key`. It never changes.
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
