//! The arguments of a message.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Argument;

/// Arguments by name, sorted; as JSON an object.
///
/// A vector and not a map: a message has a few arguments and pages are full of messages. A vector is smaller, and
/// searched as fast.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Args(Vec<(Cow<'static, str>, Argument)>);

impl Args {
    /// The argument with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether the message has no arguments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All arguments with their names, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Argument)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Inserts an argument in its order, replacing one of the same name.
    pub(super) fn insert(&mut self, name: Cow<'static, str>, value: Argument) {
        let place = self.0.partition_point(|(known, _)| *known < name);
        match self.0.get_mut(place) {
            Some((known, there)) if *known == name => *there = value,
            Some(_) | None => self.0.insert(place, (name, value)),
        }
    }
}

impl Serialize for Args {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Args {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Args;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arguments by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Args, A::Error> {
        let mut args = Args::default();
        while let Some((name, value)) = map.next_entry::<String, Argument>()? {
            args.insert(name.into(), value);
        }
        Ok(args)
    }
}

#[cfg(test)]
mod tests {
    use crate::language::Message;

    #[test]
    fn arguments_are_in_the_order_of_their_names_however_they_came() {
        let one = Message::new("x").with("b", 2_u64).with("a", 1_u64).with("b", 3_u64);
        let other = Message::new("x").with("a", 1_u64).with("b", 3_u64);
        assert_eq!(one, other);
        let json = r#"{"code":"x","args":{"a":{"number":1},"b":{"number":3}}}"#;
        assert_eq!(serde_json::to_string(&one).unwrap(), json);
        let turned = r#"{"code":"x","args":{"b":{"number":3},"a":{"number":1}}}"#;
        for json in [json, turned] {
            assert_eq!(serde_json::from_str::<Message>(json).unwrap(), one);
        }
        assert_eq!(serde_json::from_str::<Message>(r#"{"code":"x"}"#).unwrap(), Message::new("x"));
    }
}
