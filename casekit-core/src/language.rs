//! Texts belong to a language, and a language is data.
//!
//! Rules answer with codes and arguments ([`Message`]), and stores keep them. A [`Language`] turns them into text where a
//! person reads it. English and German ship. Another language is one JSON file, an object from key to
//! [template](Language::parse), which is loaded once. Keys that it lacks are shown in English, and
//! [`missing`](Language::missing) lists them.
//! [ADR 16](https://github.com/casekit/casekit/blob/main/docs/adr/0016-words-are-a-language.md) says why.
//!
//! ```
//! use casekit_core::language::{Language, Message};
//!
//! let german = Language::shipped("de")?;
//! let held = Message::new("blocker.held_by").with("by", "amara");
//! assert_eq!(german.render(&held), "den Fall hat amara");
//! assert_eq!(Language::english().render(&held), "the case is held by amara");
//! # Ok::<(), casekit_core::language::LanguageError>(())
//! ```

#[cfg(test)]
mod coverage;
mod error;
mod message;
mod plural;
mod render;
mod table;
mod template;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, LazyLock};

pub use error::LanguageError;
pub(crate) use message::said_in_english;
pub use message::{Args, Argument, Message};
pub use plural::Plural;

use plural::Rules;
pub(crate) use table::is_tag;
use template::Template;

use crate::zone::Zone;

/// A language: a template for each key. Cheap to share: hosts keep it in an [`Arc`].
#[derive(Clone, PartialEq, Eq)]
pub struct Language {
    tag: String,
    rules: Rules,
    /// Shared by the same language in every zone.
    labels: Arc<Labels>,
    /// None as long as nobody chose one: texts are in UTC then.
    zone: Option<Zone>,
    /// What says the keys that it lacks, in the same zone; none for English.
    english: Option<Arc<Language>>,
}

/// Scripts that are read from right to left, by ISO 15924, and the languages that are usually written in each, as Unicode CLDR has
/// it in its likely subtags.
const FROM_RIGHT: [(&str, &[&str]); 8] = [
    (
        "Arab",
        &[
            "ar", "arz", "azb", "bal", "ckb", "fa", "glk", "khw", "ks", "lrc", "mzn", "ps", "sd", "skr",
            "ug", "ur",
        ],
    ),
    ("Hebr", &["he", "iw", "ji", "lad", "yi"]),
    ("Thaa", &["dv"]),
    ("Syrc", &["syr", "aii"]),
    ("Nkoo", &["nqo"]),
    ("Adlm", &[]),
    ("Rohg", &["rhg"]),
    ("Mand", &["mid"]),
];

type Labels = HashMap<String, Template, BuildHasherDefault<KeyHasher>>;

/// FNV-1a instead of the standard hash: keys are short, known in advance and looked up for every text of a page.
struct KeyHasher(u64);

impl Default for KeyHasher {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

static ENGLISH: LazyLock<Arc<Language>> =
    LazyLock::new(|| Language::brought("en", include_str!("../languages/en.json")));
static GERMAN: LazyLock<Arc<Language>> =
    LazyLock::new(|| Language::brought("de", include_str!("../languages/de.json")));

impl Language {
    /// The tags of the languages that ship with casekit.
    pub const SHIPPED: [&'static str; 2] = ["en", "de"];

    /// English: the default, and what is shown for keys that another language lacks.
    #[must_use]
    pub fn english() -> &'static Arc<Self> {
        &ENGLISH
    }

    /// A language that ships with casekit, by its tag. A region is ignored: `de-AT` is `de`.
    ///
    /// # Errors
    /// [`LanguageError::NotShipped`] if casekit has no such language.
    pub fn shipped(tag: &str) -> Result<Arc<Self>, LanguageError> {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Ok(Arc::clone(&ENGLISH)),
            "de" => Ok(Arc::clone(&GERMAN)),
            _ => Err(LanguageError::NotShipped { tag: tag.to_owned() }),
        }
    }

    /// Reads a language file: one JSON object in UTF-8 whose values are all texts. The key `language` is the tag of the
    /// language. Every other key is one of the English file, and its value is a template:
    ///
    /// - `{name}` is the place of an argument,
    /// - `{count, plural, =0 {none} one {# row} other {# rows}}` chooses by a count, with the plural categories that
    ///   Unicode CLDR has for the language; `#` is the count, and `other` is required,
    /// - `{who, select, internal {staff} other {everybody}}` chooses by a code,
    /// - `'{'`, `'}'`, `'#'` and `''` are the characters themselves.
    ///
    /// A template names every argument that the English one names, and no other. Keys may be left out.
    ///
    /// # Errors
    /// [`LanguageError`] if the file cannot be used; it names the line or the key.
    pub fn parse(text: &str) -> Result<Arc<Self>, LanguageError> {
        table::read(text, Some(&ENGLISH)).map(Arc::new)
    }

    /// The same language with every instant in its texts told by the clocks of this zone: in the history, in the value of a field,
    /// in a reason. A desk in this language keeps this zone, whatever that of its kit is; a language without one takes that of the kit.
    ///
    /// # Cost
    /// Copies no text.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Arc<Self> {
        Arc::new(Self {
            zone: Some(zone),
            english: self.english.as_ref().map(|english| english.in_zone(zone)),
            ..self.clone()
        })
    }

    /// The zone by whose clocks the texts tell instants.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone.unwrap_or_default()
    }

    /// The same language in the zone of another, unless it has one of its own.
    pub(crate) fn beside(self: Arc<Self>, other: &Self) -> Arc<Self> {
        match (self.zone, other.zone) {
            (None, Some(zone)) => self.in_zone(zone),
            (Some(_), _) | (None, None) => self,
        }
    }

    /// The tag of the language, such as `en`, `de` or `pt-BR`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether the language is written from right to left, as its tag says: by its script (`ks-Arab`), or by the one that the
    /// language is usually written in (`ar`, `fa`, `he`, `ur` and others).
    #[must_use]
    pub fn reads_right_to_left(&self) -> bool {
        let mut parts = self.tag.split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        match parts.find(|part| part.len() == 4 && part.chars().all(|c| c.is_ascii_alphabetic())) {
            Some(script) => FROM_RIGHT.iter().any(|(known, _)| known.eq_ignore_ascii_case(script)),
            None => FROM_RIGHT.iter().any(|(_, languages)| languages.contains(&language.as_str())),
        }
    }

    /// The keys for which this language has no template, sorted; their texts are shown in English.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        Self::keys().into_iter().filter(|key| !self.labels.contains_key(key)).collect()
    }

    /// Every key that a language can have, sorted.
    #[must_use]
    pub fn keys() -> Vec<String> {
        let mut keys: Vec<String> = ENGLISH.labels.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Whether the shipped languages have a template for this id of a group.
    pub(crate) fn ships(group: &str, id: &str) -> bool {
        ENGLISH.labels.contains_key(&message::key_of(group, id))
    }

    /// A language that ships. Tests prove that both files parse, so the fallback without templates is never used.
    fn brought(tag: &str, text: &str) -> Arc<Self> {
        let english = (tag != "en").then(|| &*ENGLISH);
        let nothing = |_| Self {
            tag: tag.to_owned(),
            rules: plural::rules(tag),
            labels: Arc::default(),
            zone: None,
            english: english.map(Arc::clone),
        };
        Arc::new(table::read(text, english).unwrap_or_else(nothing))
    }

    fn template(&self, key: &str) -> Option<(&Self, &Template)> {
        let own = self.labels.get(key).map(|template| (self, template));
        own.or_else(|| {
            let english = self.english.as_deref()?;
            english.labels.get(key).map(|template| (english, template))
        })
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("tag", &self.tag).finish_non_exhaustive()
    }
}
