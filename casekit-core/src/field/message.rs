//! Rules as messages. In English their `Display` is the text; other languages have texts of their own.

use super::{FieldError, FieldRule};
use crate::language::{Argument, Message, said_in_english};

said_in_english! { FieldError FieldRule }

impl std::error::Error for FieldError {}
impl std::error::Error for FieldRule {}

impl FieldError {
    /// The error as a code with its arguments, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        Message::new("field_error").with("field", label(&self.field)).with("rule", self.rule.message())
    }
}

/// The label of a field: `next_of_kin[0].name` is the name of the first next of kin.
fn label(path: &str) -> Argument {
    let part = |part: &str| match part.split_once('[') {
        None => Argument::word("field", part),
        Some((name, place)) => {
            let place = place.trim_end_matches(']').parse::<u64>().unwrap_or_default();
            Message::new("format.numbered").with_word("field", "field", name).with("number", place + 1).into()
        }
    };
    match path.split_once('.') {
        None => part(path),
        Some(_) => Argument::List(path.split('.').map(part).collect()),
    }
}

impl FieldRule {
    /// The stable word for the rule, such as `too_long`; it never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { .. } => "too_many",
            Self::TooManyWords { .. } => "too_many_words",
            Self::ControlCharacter => "control_character",
            Self::NotAnId => "not_an_id",
            Self::NumberNotId => "number_not_id",
            Self::OutOfRange { .. } => "out_of_range",
            Self::InstantOutOfRange { .. } => "instant_out_of_range",
            Self::Unknown { .. } => "unknown",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Inactive => "inactive",
            Self::AlreadyInUse => "already_in_use",
            Self::Reserved => "reserved",
            Self::Duplicate => "duplicate",
            Self::Malformed { .. } => "malformed",
            Self::Misread { .. } => "misread",
            Self::Missing { .. } => "missing",
            Self::InUse { .. } => "in_use",
            Self::DoesNotFit { .. } => "does_not_fit",
        }
    }

    /// The rule as a code with its arguments, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        let said = Message::new(format!("rule.{}", self.code()));
        match self {
            Self::Unknown { choices } => choices.said("rule.unknown"),
            Self::TooLong { limit } | Self::TooMany { limit } | Self::TooManyWords { limit } => {
                said.with("limit", *limit)
            }
            Self::OutOfRange { least, most } => said.with("least", *least).with("most", *most),
            Self::InstantOutOfRange { first, last } => said.with("first", *first).with("last", *last),
            Self::Malformed { form } => said.with_word("form", "form", form),
            Self::InUse { what } => said.with("what", what.as_str()),
            Self::Misread { group } => said.with("group", *group),
            Self::Missing { why } | Self::DoesNotFit { why } => said.with_word("why", "why", why),
            Self::Ambiguous { choices } => {
                let quoted = |choice: &String| Message::new("quoted").with("text", choice.as_str());
                let all: Vec<Message> = choices.iter().map(quoted).collect();
                said.with("count", choices.len() as u64).with("choices", all)
            }
            Self::Required
            | Self::ControlCharacter
            | Self::NotAnId
            | Self::NumberNotId
            | Self::Inactive
            | Self::AlreadyInUse
            | Self::Reserved
            | Self::Duplicate => said,
        }
    }
}
