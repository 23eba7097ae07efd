//! Reads a language file: a JSON object from key to template.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::plural::{self, Rules};
use super::template::Template;
use super::{Labels, Language, LanguageError};

/// The key for the tag of the language.
const TAG: &str = "language";

/// Reads a language file. With `english`, every key and argument has to be one that English has.
pub(super) fn read(text: &str, english: Option<&Arc<Language>>) -> Result<Language, LanguageError> {
    let Pairs(pairs) = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|error| {
        // The parser's message ends in `at line 3 column 7`; our own says the line at its beginning.
        let said = error.to_string();
        let problem = said.split(" at line ").next().unwrap_or_default().to_owned();
        LanguageError::NotATable { line: error.line(), problem }
    })?;
    let tag = pairs.iter().find(|(key, _)| key == TAG).ok_or(LanguageError::NoTag)?.1.trim().to_owned();
    if !is_tag(&tag) {
        return Err(LanguageError::BadTag { tag });
    }
    let rules = plural::rules(&tag);
    let mut labels = Labels::default();
    for (key, text) in pairs.iter().filter(|(key, _)| key != TAG) {
        let template = template(key, text, rules, english)?;
        if labels.insert(key.clone(), template).is_some() {
            return Err(LanguageError::Twice { key: key.clone() });
        }
    }
    Ok(Language { tag, rules, labels: Arc::new(labels), zone: None, english: english.map(Arc::clone) })
}

fn template(
    key: &str,
    text: &str,
    rules: Rules,
    english: Option<&Arc<Language>>,
) -> Result<Template, LanguageError> {
    let template = Template::parse(text).map_err(|malformed| LanguageError::Malformed {
        key: key.to_owned(),
        place: malformed.place,
        problem: malformed.problem,
    })?;
    if let Some(plural) = template.plurals().iter().find(|plural| !rules.categories().contains(plural)) {
        return Err(LanguageError::NoSuchPlural {
            key: key.to_owned(),
            plural: plural.code().to_owned(),
            known: named(rules.categories().iter().map(|plural| plural.code())),
        });
    }
    let Some(english) = english else { return Ok(template) };
    let Some(model) = english.labels.get(key) else {
        return Err(LanguageError::UnknownKey { key: key.to_owned() });
    };
    let (wanted, found) = (model.arguments(), template.arguments());
    if let Some(argument) = found.difference(&wanted).next() {
        return Err(LanguageError::UnknownArgument {
            key: key.to_owned(),
            argument: (*argument).to_owned(),
            known: if wanted.is_empty() { "none".to_owned() } else { named(wanted.iter().copied()) },
        });
    }
    match wanted.difference(&found).next() {
        Some(argument) => {
            Err(LanguageError::MissingArgument { key: key.to_owned(), argument: (*argument).to_owned() })
        }
        None => Ok(template),
    }
}

fn named<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ")
}

/// Whether the text is a language tag: two or three letters, then parts of letters and digits: `de`, `pt-BR`,
/// `zh-Hant`.
pub(crate) fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic()) && parts.all(subtag)
}

/// The pairs of a JSON object in their order. A map would hide a key that appears twice.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;
        impl<'de> Visitor<'de> for Table {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Table)
    }
}
