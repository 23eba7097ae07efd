//! What people are called.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{ActorId, Name};

/// What people are called, by their actor ids.
#[derive(Clone, Default, Debug)]
pub(crate) struct Names {
    known: BTreeMap<String, Called>,
    /// The actor id of the reader, and what texts call everybody else who has no name here; `None` if texts call them by their
    /// ids.
    others: Option<(String, String)>,
}

#[derive(Clone, Debug)]
struct Called {
    name: Name,
    /// Whether somebody else in the directory has the very same name.
    shared: bool,
}

impl Names {
    /// The name of the person with this actor id; `None` if the directory has none, or it is not for this reader.
    pub(crate) fn of(&self, id: &str) -> Option<String> {
        self.known.get(id).map(|called| called.name.as_str().to_owned())
    }

    /// The same names; texts call everybody else but the reader by this word, if there is one.
    pub(crate) fn with_others(self, reader: &str, word: Option<String>) -> Self {
        Self { others: word.map(|word| (reader.to_owned(), word)), ..self }
    }

    /// The same as a text has it: with the id where two people in the directory have the same name, and with the word for
    /// everybody else.
    pub(crate) fn called(&self, id: &str) -> Option<String> {
        match (self.known.contains_key(id), &self.others) {
            (true, _) => Some(self.said(id).into_owned()),
            (false, Some((reader, word))) if reader != id => Some(word.clone()),
            (false, _) => None,
        }
    }

    /// The person as a text says who it was: by name; by the id where there is no name, and by both where two people in the
    /// directory have the same name.
    pub(crate) fn said<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        match self.known.get(id) {
            None => match &self.others {
                Some((reader, word)) if reader != id => Cow::Borrowed(word),
                Some(_) | None => Cow::Borrowed(id),
            },
            Some(Called { name, shared: false }) => Cow::Borrowed(name.as_str()),
            Some(Called { name, shared: true }) => Cow::Owned(format!("{name} ({id})")),
        }
    }
}

impl FromIterator<(ActorId, Name, bool)> for Names {
    /// Names of people by their ids, each with whether somebody else in the directory has the very same name.
    fn from_iter<I: IntoIterator<Item = (ActorId, Name, bool)>>(people: I) -> Self {
        let called = |(id, name, shared): (ActorId, Name, bool)| (id.into(), Called { name, shared });
        Self { known: people.into_iter().map(called).collect(), others: None }
    }
}
