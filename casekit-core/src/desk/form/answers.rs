//! What was filled into a form, and commands out of it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::command::{GivenField, GivenValue};
use crate::desk::{CustomerSummary, Desk, PageRequest};
use crate::error::Error;
use crate::model::{CaseId, CustomerId, FieldDefinition, FieldKind};
use crate::rejection::{FieldError, FieldRule, Fields, Rejection};
use crate::text::fold_name;

/// How many of those whom a name could mean are told.
const MEANT: usize = 6;

/// What was filled in, by the names of the fields.
pub(super) struct Answers<'a>(Vec<&'a GivenField>);

impl<'a> Answers<'a> {
    pub(super) fn of(given: &'a [GivenField]) -> Self {
        Self(given.iter().collect())
    }

    /// The same without fields that are told in another way.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().copied().filter(|one| !names.contains(&one.field.as_str())).collect())
    }

    /// Everything that was filled in.
    pub(super) fn all(&self) -> impl Iterator<Item = GivenField> {
        self.0.iter().copied().cloned()
    }

    /// The text of a field; `None` if it was not given.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let given = self.0.iter().find(|one| one.field == name)?;
        Some(match &given.value {
            GivenValue::Text(text) => text.clone(),
            GivenValue::Number(number) => number.to_string(),
            GivenValue::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            GivenValue::Choices(codes) => codes.join("; "),
            GivenValue::Customer(id) => id.to_string(),
            GivenValue::Case(id) => id.to_string(),
            GivenValue::Instant(at) => at.to_rfc3339(),
            GivenValue::Nothing | GivenValue::Decimal { .. } | GivenValue::Money { .. } => String::new(),
        })
    }

    /// The text of a field that was filled in.
    pub(super) fn some(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// What was chosen of a few codes; `None` if it was left blank. Any other text is an error of the field.
    pub(super) fn code<T: Copy>(&self, name: &str, all: &[(&str, T)], wrong: &mut Fields) -> Option<T> {
        let text = self.some(name)?;
        let found = all.iter().find(|(code, _)| *code == text).map(|(_, one)| *one);
        if found.is_none() {
            wrong.add(name, FieldRule::unknown(&text, all.iter().map(|(code, _)| *code)));
        }
        found
    }

    /// Yes or no; `None` if it was left blank.
    pub(super) fn yes(&self, name: &str, wrong: &mut Fields) -> Option<bool> {
        self.code(name, &[("yes", true), ("no", false)], wrong)
    }

    /// What was chosen of several codes; each that is none of them is an error of the field.
    pub(super) fn codes(&self, name: &str, all: &[String], wrong: &mut Fields) -> Vec<String> {
        let chosen = self.several(name);
        if let Some(unknown) = chosen.iter().find(|one| !all.contains(one)) {
            wrong.add(name, FieldRule::unknown(unknown, all.iter().cloned()));
        }
        chosen
    }

    /// Adds an error for each field that is none of these.
    pub(super) fn only(&self, names: &[&str], wrong: &mut Fields) {
        for one in self.0.iter().filter(|one| !names.contains(&one.field.as_str())) {
            wrong.add(&one.field, FieldRule::unknown(&one.field, names.iter().copied()));
        }
    }

    /// The text of a field on one line, blank if it was not given.
    pub(super) fn line(&self, name: &str) -> String {
        one_line(&self.text(name).unwrap_or_default())
    }

    /// Whether an entry of a list is to be taken out of it.
    pub(super) fn is_to_be_removed(&self) -> Result<bool, Error> {
        let mut wrong = Fields::default();
        let removed = self.yes("remove", &mut wrong).unwrap_or(false);
        wrong.finish(Some(removed)).map_err(Error::from)
    }

    /// The choices of a field of several.
    pub(super) fn several(&self, name: &str) -> Vec<String> {
        split(&self.text(name).unwrap_or_default()).map(str::to_owned).collect()
    }

    /// A command with what was filled in; each field that it does not have is an error.
    pub(super) fn fill<T: Serialize + DeserializeOwned>(&self, blank: T, wrong: &mut Fields) -> T {
        let plain = self.0.iter().filter(|one| !one.field.starts_with("fields."));
        plain.fold(blank, |command, given| {
            let filled = forms_of(&given.value).into_iter().find_map(|one| with(&command, &given.field, one));
            filled.unwrap_or_else(|| {
                wrong.add(&given.field, FieldRule::unknown_id());
                command
            })
        })
    }

    /// The values of the organisation's own fields, by their ids.
    fn own(&self) -> impl Iterator<Item = (&str, &GivenValue)> {
        self.0.iter().filter_map(|one| Some((one.field.strip_prefix("fields.")?, &one.value)))
    }
}

/// A text on one line, where the library keeps no more.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The codes of a text of several.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|one| !one.is_empty())
}

/// An error of one field of many, as the form of that field has it.
pub(super) fn closer(error: Error, at: &str) -> Error {
    let of = |one: &FieldError| FieldError::new(one.field.replacen(at, "", 1), one.rule.clone());
    match error.fields() {
        [] => error,
        fields => Rejection::Invalid { fields: fields.iter().map(of).collect() }.into(),
    }
}

/// The command with another value of a field; `None` if it has no such field, or no such value of it.
fn with<T: Serialize + DeserializeOwned>(command: &T, field: &str, value: Value) -> Option<T> {
    let mut whole = serde_json::to_value(command).ok()?;
    *whole.get_mut(field)? = value;
    serde_json::from_value(whole).ok()
}

/// What a value can be in a command: a text or a code, own words besides the codes, a tick, or none.
fn forms_of(value: &GivenValue) -> Vec<Value> {
    match value {
        GivenValue::Text(text) if text.trim().is_empty() => vec![json!(text), Value::Null],
        GivenValue::Text(text) => {
            let yes = ["yes", "no"].contains(&text.as_str()).then(|| json!(text == "yes"));
            [json!(text), json!({ "other": { "text": text } })].into_iter().chain(yes).collect()
        }
        GivenValue::Number(number) => vec![json!(number)],
        GivenValue::YesNo(yes) => vec![json!(yes)],
        GivenValue::Choices(codes) => vec![json!(codes)],
        GivenValue::Instant(at) => vec![json!(at)],
        GivenValue::Customer(id) => vec![json!(id)],
        GivenValue::Case(id) => vec![json!(id)],
        GivenValue::Nothing => vec![json!(""), Value::Null],
        GivenValue::Decimal { .. } | GivenValue::Money { .. } => Vec::new(),
    }
}

impl Desk {
    /// The customer whom a field names; `None` if it is blank or was not given. One who is not clear is an error of the field.
    pub(super) fn named_customer(
        &self,
        answers: &Answers<'_>,
        wrong: &mut Fields,
    ) -> Result<Option<CustomerId>, Error> {
        let Some(text) = answers.some("customer") else { return Ok(None) };
        Ok(self.meant(&text)?.map_err(|rule| wrong.add("customer", rule)).ok())
    }

    /// The values of the organisation's own fields, with ids for what people call customers and cases.
    pub(super) fn own_values(
        &self,
        answers: &Answers<'_>,
        defined: &[FieldDefinition],
        wrong: &mut Fields,
    ) -> Result<Vec<GivenField>, Error> {
        let mut values = Vec::new();
        for (id, value) in answers.own() {
            let kind = defined.iter().find(|one| one.id.as_str() == id).map(|one| one.kind);
            let value = match (kind, value) {
                (Some(FieldKind::Customer), GivenValue::Text(text)) if !text.trim().is_empty() => {
                    match self.meant(text)? {
                        Ok(found) => GivenValue::Customer(found),
                        Err(rule) => {
                            wrong.add(format!("fields.{id}"), rule);
                            continue;
                        }
                    }
                }
                // A minute, as browsers give it.
                (Some(FieldKind::Instant), GivenValue::Text(text)) if text.len() == 16 => {
                    GivenValue::Text(format!("{text}:00Z"))
                }
                (Some(FieldKind::Case), GivenValue::Text(text)) if !text.trim().is_empty() => {
                    // What finds none is refused as what it is.
                    let found = self.find_case(text).map(|found| GivenValue::Case(CaseId(found.id.0)));
                    found.unwrap_or_else(|_| value.clone())
                }
                (_, value) => value.clone(),
            };
            values.push(GivenField::new(id, value));
        }
        Ok(values)
    }

    /// The customer whom a text means: by id, by reference, or by a name that only one has.
    fn meant(&self, text: &str) -> Result<Result<CustomerId, FieldRule>, Error> {
        if let Ok(id) = text.parse() {
            return Ok(Ok(id));
        }
        // What is suggested has the name behind the reference.
        let reference = text.split(" (").next().unwrap_or(text);
        match self.find_customer(reference) {
            Ok(found) => return Ok(Ok(found.id)),
            Err(Error::Rejected(Rejection::NotFound { .. })) => {}
            Err(other) => return Err(other),
        }
        let found = match self.customers(Some(text), PageRequest::first().of(10)) {
            Ok(page) => page.rows,
            // Nothing in it can be searched for.
            Err(Error::Rejected(Rejection::Invalid { .. })) => Vec::new(),
            Err(other) => return Err(other),
        };
        let is_same = |one: &&CustomerSummary| fold_name(&one.name) == fold_name(text);
        let same: Vec<_> = found.iter().filter(is_same).collect();
        let called = |one: &CustomerSummary| match &one.external_reference {
            Some(reference) => format!("{reference} ({})", one.name),
            None => one.name.clone(),
        };
        Ok(match (same.as_slice(), found.as_slice()) {
            ([one], _) => Ok(one.id),
            (_, [one]) => Ok(one.id),
            (_, []) => Err(FieldRule::unknown_id()),
            (_, all) => Err(FieldRule::Ambiguous { choices: all.iter().take(MEANT).map(called).collect() }),
        })
    }
}
