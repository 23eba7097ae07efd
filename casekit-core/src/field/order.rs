//! The order of fields in a form: that of the record that a caller fills in.

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::FieldError;

/// Sorts errors into the order in which the record has the fields, lists entry by entry. What the record does not have
/// comes last, in the order in which it was found.
pub(crate) fn in_order(record: &impl Serialize, errors: &mut [FieldError]) {
    if errors.len() < 2 {
        return;
    }
    // A record that cannot be written has no order; its errors are right in any.
    let Ok(paths) = paths_of(record) else { return };
    // A form can lie within a command, but not in a list: the phone of a next of kin is not the customer's.
    let is = |path: &String, field: &str| {
        let before = path.strip_suffix(field);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.') && !before.contains('['))
    };
    let place = |error: &FieldError| paths.iter().position(|path| is(path, &error.field));
    errors.sort_by_cached_key(|error| place(error).unwrap_or(usize::MAX));
}

/// The paths of all fields, as errors name them, in the order in which the record declares them.
fn paths_of(record: &impl Serialize) -> serde_json::Result<Vec<String>> {
    let text = serde_json::to_string(record)?;
    let mut paths = Vec::new();
    Walk { path: String::new(), paths: &mut paths }
        .deserialize(&mut serde_json::Deserializer::from_str(&text))?;
    Ok(paths)
}

struct Walk<'a> {
    path: String,
    paths: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { key } else { format!("{}.{key}", self.path) };
            self.paths.push(path.clone());
            map.next_value_seed(Walk { path, paths: self.paths })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for place in 0_usize.. {
            let path = format!("{}[{place}]", self.path);
            self.paths.push(path.clone());
            if list.next_element_seed(Walk { path, paths: self.paths })?.is_none() {
                return Ok(());
            }
        }
        Err(A::Error::custom("a list without an end"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldRule;

    #[derive(Serialize)]
    struct Form {
        case: u64,
        edit: Edit,
    }

    #[derive(Serialize)]
    struct Edit {
        title: Option<String>,
        people: Vec<Person>,
        reason: &'static str,
        name: &'static str,
    }

    #[derive(Serialize)]
    struct Person {
        name: String,
        phone: bool,
    }

    #[test]
    fn errors_come_in_the_order_of_the_record_whatever_holds_it() {
        let person = || Person { name: String::new(), phone: true };
        let edit = Edit { title: None, people: vec![person(), person()], reason: "", name: "" };
        let given = [
            "seen",
            "name",
            "reason",
            "people[1].name",
            "people[0].phone",
            "people",
            "people[0].name",
            "title",
        ];
        let mut errors: Vec<FieldError> =
            given.map(|field| FieldError::new(field, FieldRule::Required)).into();
        in_order(&Form { case: 1, edit }, &mut errors);
        let sorted: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let due = [
            "title",
            "people",
            "people[0].name",
            "people[0].phone",
            "people[1].name",
            "reason",
            "name",
            "seen",
        ];
        assert_eq!(sorted, due);
    }
}
