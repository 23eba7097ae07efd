//! Names and labels: a text that somebody gave, or one that every language has.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::language::{Argument, Language};
use crate::text::fold_name;

/// A text that somebody gave, or the key of a text that ships in every language.
///
/// In JSON the former is a string, `"Refunds"`, and the latter an object with the key, `{"word": "case_type.support"}`.
/// No shipped text is stored, so that each language shows its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wording<T> {
    /// The key of a shipped text, such as `case_type.support`.
    Word(Cow<'static, str>),
    /// A text that somebody gave.
    Given(T),
}

impl<T> Wording<T> {
    /// The key of a shipped text, from its group and its id: `shipped("stage", "open")`.
    #[must_use]
    pub fn shipped(group: &str, id: &str) -> Self {
        Self::Word(format!("{group}.{id}").into())
    }

    /// The text that somebody gave; `None` for a shipped one.
    #[must_use]
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(text) => Some(text),
            Self::Word(_) => None,
        }
    }

    /// The id under which it ships, such as `support`; `None` for a text that somebody gave, for example in renaming
    /// it.
    #[must_use]
    pub fn shipped_id(&self) -> Option<&str> {
        match self {
            Self::Word(key) => Some(key.split_once('.').map_or(key.as_ref(), |(_, id)| id)),
            Self::Given(_) => None,
        }
    }
}

impl<T: AsRef<str>> Wording<T> {
    /// The text in a language; a text that somebody gave is the same in all.
    #[must_use]
    pub fn said<'a>(&'a self, language: &'a Language) -> Cow<'a, str> {
        match self {
            Self::Word(key) => language.word(key),
            Self::Given(text) => Cow::Borrowed(text.as_ref()),
        }
    }

    /// The same as an argument of a message, to be rendered in any language.
    #[must_use]
    pub fn argument(&self) -> Argument {
        match self {
            Self::Word(key) => Argument::Word(key.clone()),
            Self::Given(text) => Argument::Text(text.as_ref().to_owned()),
        }
    }

    /// The wording that a caller means by a text for the thing with this id. If they read that text there already in
    /// their language, the wording stays as it is. If the text is what ships for the id in their language, it is the
    /// shipped one. Otherwise it is their own text.
    #[must_use]
    pub(crate) fn meant(text: T, before: Option<&Self>, group: &str, id: &str, language: &Language) -> Self
    where
        T: Clone,
    {
        let shipped = Self::shipped(group, id);
        let reads = |wording: &Self| wording.said(language) == text.as_ref();
        match before.filter(|before| reads(before)) {
            Some(before) => before.clone(),
            None if Language::ships(group, id) && reads(&shipped) => shipped,
            None => Self::Given(text),
        }
    }

    /// Whether the folded text `wanted` is the text that somebody gave, or the shipped text in this language.
    #[must_use]
    pub fn is_said(&self, wanted: &str, language: &Language) -> bool {
        folds_to(&self.said(language), wanted)
    }
}

/// Whether a name is the same as one that is folded already. ASCII is compared without folding it first.
pub(crate) fn folds_to(name: &str, folded: &str) -> bool {
    match name.is_ascii() {
        true => name.trim().eq_ignore_ascii_case(folded),
        false => fold_name(name) == folded,
    }
}

impl<T> From<T> for Wording<T> {
    fn from(text: T) -> Self {
        Self::Given(text)
    }
}

impl<T: Serialize> Serialize for Wording<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Given(text) => text.serialize(serializer),
            Self::Word(key) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("word", key)?;
                map.end()
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wording<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read(std::marker::PhantomData))
    }
}

struct Read<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Read<T> {
    type Value = Wording<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or the key of a word")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Wording<T>, E> {
        T::deserialize(de::value::StrDeserializer::new(text)).map(Wording::Given)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Wording<T>, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((word, key)) if word == "word" => Ok(Wording::Word(key.into())),
            Some(_) | None => Err(de::Error::custom("expected a `word`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    #[test]
    fn a_word_is_kept_as_its_key_and_a_text_as_it_is() {
        let word: Wording<Name> = Wording::shipped("case_type", "support");
        assert_eq!(serde_json::to_string(&word).unwrap(), r#"{"word":"case_type.support"}"#);
        let text = Wording::from(Name::parse("name", "Refunds").unwrap());
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""Refunds""#);
        for wording in [word, text] {
            let kept = serde_json::to_string(&wording).unwrap();
            assert_eq!(serde_json::from_str::<Wording<Name>>(&kept).unwrap(), wording);
        }
    }

    #[test]
    fn each_language_says_a_word_and_none_a_text() {
        let german = Language::shipped("de").unwrap();
        let word: Wording<Name> = Wording::shipped("stage", "open");
        assert_eq!((word.said(&german), word.said(Language::english())), ("Offen".into(), "Open".into()));
        assert_eq!(Wording::from("Neu").said(&german), "Neu");
    }
}
