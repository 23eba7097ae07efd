//! The values of an organisation's own fields: how they are read from what callers give, and how they are written.

mod forms;

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    ActorId, CaseId, Currency, CustomerId, FieldDefinition, FieldId, FieldKind, GivenValue, LongText,
    ShortText, kept_instant,
};
use crate::field::{FieldError, FieldRule};
use crate::language::Language;
use crate::text::fold_name;
use crate::time::Timestamp;
use forms::{choice, choices, day, is_url, money, of_another_kind, pointed, rescaled, scaled};

pub(crate) use forms::is_email;

/// A value of a field. It says itself what it holds, so that it can be written without the definition of its field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FieldValue {
    /// One line of text.
    Text(ShortText),
    /// A text on several lines.
    LongText(LongText),
    /// A whole number.
    Number(i64),
    /// A decimal number: 12.50 is 1250 with 2 places.
    Decimal {
        /// The number without its point.
        unscaled: i64,
        /// How many of its digits are after the point.
        places: u32,
    },
    /// An amount of money.
    Money {
        /// The amount in the smallest unit of the currency.
        amount: i64,
        /// The currency.
        currency: Currency,
    },
    /// A day of the calendar.
    Date(NaiveDate),
    /// An instant.
    Instant(Timestamp),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(FieldId),
    /// The codes of choices, in the order of the field's choices; never empty.
    Choices(Vec<FieldId>),
    /// An e-mail address.
    Email(ShortText),
    /// A telephone number.
    Phone(ShortText),
    /// An address on the web.
    Url(ShortText),
    /// Somebody, by their actor id.
    Person(ActorId),
    /// A customer, by id.
    Customer(CustomerId),
    /// A case, by id.
    Case(CaseId),
}

/// A value of a case or a customer, with what its field was when the value was set. So a store needs no definitions to know what may be
/// searched, and what must be unique.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
pub struct CaseField {
    /// The value.
    pub value: FieldValue,
    /// Whether it is shown in clear only to those who may see sensitive values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether customers see it. Else it is found by staff alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_customer: bool,
    /// Whether no other case of the type, or no other customer, has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// Whether approvals cover it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub material: bool,
    /// Whether rows of lists show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_rows: bool,
    /// Whether lists and counts can be filtered by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indexed: bool,
}

impl fmt::Debug for CaseField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sensitive {
            true => f.write_str("CaseField(…)"),
            false => f.debug_tuple("CaseField").field(&self.value).finish(),
        }
    }
}

impl CaseField {
    /// A value of a field, with the marks of its definition.
    #[must_use]
    pub fn of(field: &FieldDefinition, value: FieldValue) -> Self {
        Self {
            value,
            sensitive: field.sensitive,
            for_customer: field.for_customer,
            unique: field.unique,
            material: field.material,
            in_rows: field.in_rows,
            indexed: field.indexed,
        }
    }

    /// The text by which the case or the customer is found; `None` if it is not found by this.
    #[must_use]
    pub fn searched(&self) -> Option<String> {
        if self.sensitive {
            return None;
        }
        match &self.value {
            FieldValue::YesNo(_)
            | FieldValue::Instant(_)
            | FieldValue::Person(_)
            | FieldValue::Customer(_)
            | FieldValue::Case(_) => None,
            FieldValue::Text(_)
            | FieldValue::LongText(_)
            | FieldValue::Number(_)
            | FieldValue::Decimal { .. }
            | FieldValue::Money { .. }
            | FieldValue::Date(_)
            | FieldValue::Choice(_)
            | FieldValue::Choices(_)
            | FieldValue::Email(_)
            | FieldValue::Phone(_)
            | FieldValue::Url(_) => Some(self.value.text()),
        }
    }
}

impl FieldValue {
    /// Reads a value that a caller gave for a field; `None` if it empties the field. `before` is the present value: a choice
    /// that is retired can stay. The error names `at` and what is allowed.
    ///
    /// Whether a person, a customer or a case exists is for the caller of this to find out.
    pub(crate) fn parse(
        at: &str,
        field: &FieldDefinition,
        given: &GivenValue,
        before: Option<&Self>,
    ) -> Result<Option<Self>, FieldError> {
        let malformed = |form: &str| FieldError::new(at, FieldRule::Malformed { form: form.to_owned() });
        let placed = |error: FieldError| FieldError { field: at.to_owned(), ..error };
        let parsed = match (field.kind, given) {
            (_, GivenValue::Nothing) => return Ok(None),
            (_, GivenValue::Text(text)) if text.trim().is_empty() => return Ok(None),
            (FieldKind::LongText, GivenValue::Text(text)) => Self::LongText(LongText::parse(at, text)?),
            (kind, GivenValue::Text(text)) => {
                let line = ShortText::parse(at, text)?;
                match kind {
                    FieldKind::Text | FieldKind::LongText => Self::Text(line),
                    FieldKind::Phone => Self::Phone(line),
                    FieldKind::Email if is_email(line.as_str()) => Self::Email(line),
                    FieldKind::Email => return Err(malformed("email")),
                    FieldKind::Url if is_url(line.as_str()) => Self::Url(line),
                    FieldKind::Url => return Err(malformed("url")),
                    FieldKind::Number => {
                        Self::Number(line.as_str().parse().map_err(|_| malformed("number"))?)
                    }
                    FieldKind::Decimal => {
                        let unscaled = scaled(line.as_str(), field.places);
                        let unscaled = unscaled.ok_or_else(|| malformed("decimal"))?;
                        Self::Decimal { unscaled, places: field.places }
                    }
                    FieldKind::Money => money(line.as_str()).ok_or_else(|| malformed("money"))?,
                    FieldKind::Date => Self::Date(day(line.as_str()).ok_or_else(|| malformed("date"))?),
                    FieldKind::Instant => {
                        let at_instant: Timestamp =
                            line.as_str().parse().map_err(|_| malformed("instant"))?;
                        Self::Instant(kept_instant(at_instant).map_err(|rule| FieldError::new(at, rule))?)
                    }
                    FieldKind::YesNo => match fold_name(line.as_str()).as_str() {
                        "yes" | "true" => Self::YesNo(true),
                        "no" | "false" => Self::YesNo(false),
                        _ => return Err(FieldError::new(at, FieldRule::unknown(text, ["yes", "no"]))),
                    },
                    FieldKind::Choice => Self::Choice(choice(at, field, text, before)?),
                    FieldKind::Choices => {
                        return choices(at, field, text.split(';'), before);
                    }
                    FieldKind::Person => Self::Person(ActorId::parse_person(at, line.as_str())?),
                    FieldKind::Customer => Self::Customer(line.as_str().parse().map_err(placed)?),
                    FieldKind::Case => Self::Case(line.as_str().parse().map_err(placed)?),
                }
            }
            (FieldKind::Number, GivenValue::Number(number)) => Self::Number(*number),
            (FieldKind::Decimal, GivenValue::Number(number)) => {
                let unscaled = rescaled(*number, 0, field.places).ok_or_else(|| malformed("decimal"))?;
                Self::Decimal { unscaled, places: field.places }
            }
            (FieldKind::Decimal, GivenValue::Decimal { unscaled, places }) => {
                let unscaled = rescaled(*unscaled, *places, field.places);
                let unscaled = unscaled.ok_or_else(|| malformed("decimal"))?;
                Self::Decimal { unscaled, places: field.places }
            }
            (FieldKind::Money, GivenValue::Money { amount, currency }) => {
                let currency = Currency::parse(currency).ok_or_else(|| malformed("money"))?;
                Self::Money { amount: *amount, currency }
            }
            (FieldKind::YesNo, GivenValue::YesNo(yes)) => Self::YesNo(*yes),
            (FieldKind::Instant, GivenValue::Instant(instant)) => {
                Self::Instant(kept_instant(*instant).map_err(|rule| FieldError::new(at, rule))?)
            }
            (FieldKind::Choices, GivenValue::Choices(all)) => {
                return choices(at, field, all.iter().map(String::as_str), before);
            }
            (FieldKind::Customer, GivenValue::Customer(id)) => Self::Customer(*id),
            (FieldKind::Case, GivenValue::Case(id)) => Self::Case(*id),
            (
                kind,
                GivenValue::Number(_)
                | GivenValue::Decimal { .. }
                | GivenValue::Money { .. }
                | GivenValue::YesNo(_)
                | GivenValue::Instant(_)
                | GivenValue::Choices(_)
                | GivenValue::Customer(_)
                | GivenValue::Case(_),
            ) => return Err(of_another_kind(at, field, kind)),
        };
        Ok(Some(parsed))
    }

    /// The kind of field that has such values.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Text(_) => FieldKind::Text,
            Self::LongText(_) => FieldKind::LongText,
            Self::Number(_) => FieldKind::Number,
            Self::Decimal { .. } => FieldKind::Decimal,
            Self::Money { .. } => FieldKind::Money,
            Self::Date(_) => FieldKind::Date,
            Self::Instant(_) => FieldKind::Instant,
            Self::YesNo(_) => FieldKind::YesNo,
            Self::Choice(_) => FieldKind::Choice,
            Self::Choices(_) => FieldKind::Choices,
            Self::Email(_) => FieldKind::Email,
            Self::Phone(_) => FieldKind::Phone,
            Self::Url(_) => FieldKind::Url,
            Self::Person(_) => FieldKind::Person,
            Self::Customer(_) => FieldKind::Customer,
            Self::Case(_) => FieldKind::Case,
        }
    }

    /// The value as text, in the form that is the same in every language and can be given back.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Email(text) | Self::Phone(text) | Self::Url(text) => text.to_string(),
            Self::LongText(text) => text.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Decimal { unscaled, places } => pointed(*unscaled, *places, "."),
            Self::Money { amount, currency } => {
                format!("{} {currency}", pointed(*amount, currency.places(), "."))
            }
            Self::Date(day) => day.format("%Y-%m-%d").to_string(),
            Self::Instant(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            Self::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Self::Choice(code) => code.to_string(),
            Self::Choices(codes) => codes.iter().map(FieldId::as_str).collect::<Vec<_>>().join("; "),
            Self::Person(id) => id.to_string(),
            Self::Customer(id) => id.to_string(),
            Self::Case(id) => id.to_string(),
        }
    }

    /// The text by which two values are compared where they must be unique.
    #[must_use]
    pub fn unique_text(&self) -> String {
        fold_name(&self.text())
    }

    /// The value as a language says it: choices by their labels, numbers and days in its forms. People, customers and cases
    /// are said by their ids.
    #[must_use]
    pub fn said(&self, field: Option<&FieldDefinition>, language: &Language) -> String {
        let label = |code: &FieldId| {
            let known = field.and_then(|field| field.choice(code.as_str()));
            known.map_or_else(|| code.to_string(), |choice| choice.label.said(language).to_owned())
        };
        match self {
            Self::Decimal { unscaled, places } => {
                pointed(*unscaled, *places, &language.word("format.decimal"))
            }
            Self::Money { amount, currency } => {
                let amount = pointed(*amount, currency.places(), &language.word("format.decimal"));
                format!("{amount} {currency}")
            }
            Self::Date(day) => language.date(*day),
            Self::Instant(at) => language.minute(*at),
            Self::YesNo(yes) => language.word(if *yes { "value.yes" } else { "value.no" }).into_owned(),
            Self::Choice(code) => label(code),
            Self::Choices(codes) => language.list(&codes.iter().map(label).collect::<Vec<_>>()),
            Self::Text(_)
            | Self::LongText(_)
            | Self::Number(_)
            | Self::Email(_)
            | Self::Phone(_)
            | Self::Url(_)
            | Self::Person(_)
            | Self::Customer(_)
            | Self::Case(_) => self.text(),
        }
    }

    /// The value as a caller would give it.
    #[must_use]
    pub fn given(&self) -> GivenValue {
        match self {
            Self::Number(number) => GivenValue::Number(*number),
            Self::Decimal { unscaled, places } => {
                GivenValue::Decimal { unscaled: *unscaled, places: *places }
            }
            Self::Money { amount, currency } => {
                GivenValue::Money { amount: *amount, currency: currency.code().to_owned() }
            }
            Self::Instant(at) => GivenValue::Instant(*at),
            Self::YesNo(yes) => GivenValue::YesNo(*yes),
            Self::Choices(codes) => GivenValue::Choices(codes.iter().map(ToString::to_string).collect()),
            Self::Customer(id) => GivenValue::Customer(*id),
            Self::Case(id) => GivenValue::Case(*id),
            Self::Text(_)
            | Self::LongText(_)
            | Self::Date(_)
            | Self::Choice(_)
            | Self::Email(_)
            | Self::Phone(_)
            | Self::Url(_)
            | Self::Person(_) => GivenValue::Text(self.text()),
        }
    }

    /// Whether it is a value that the field can have now: of its kind, and of its choices, retired or not.
    #[must_use]
    pub fn fits(&self, field: &FieldDefinition) -> bool {
        let is_there = |code: &FieldId| field.choice(code.as_str()).is_some();
        let within = match self {
            Self::Decimal { places, .. } => *places == field.places,
            Self::Choice(code) => is_there(code),
            Self::Choices(codes) => codes.iter().all(is_there),
            Self::Text(_)
            | Self::LongText(_)
            | Self::Number(_)
            | Self::Money { .. }
            | Self::Date(_)
            | Self::Instant(_)
            | Self::YesNo(_)
            | Self::Email(_)
            | Self::Phone(_)
            | Self::Url(_)
            | Self::Person(_)
            | Self::Customer(_)
            | Self::Case(_) => true,
        };
        self.kind() == field.kind && within
    }

    /// Whether it is one of these values, by which another field is shown: a choice, or `yes` or `no`.
    #[must_use]
    pub fn is_among(&self, values: &[String]) -> bool {
        let among = |code: &str| values.iter().any(|value| value == code);
        match self {
            Self::Choice(code) => among(code.as_str()),
            Self::Choices(codes) => codes.iter().any(|code| among(code.as_str())),
            Self::YesNo(yes) => among(if *yes { "yes" } else { "no" }),
            Self::Text(_)
            | Self::LongText(_)
            | Self::Number(_)
            | Self::Decimal { .. }
            | Self::Money { .. }
            | Self::Date(_)
            | Self::Instant(_)
            | Self::Email(_)
            | Self::Phone(_)
            | Self::Url(_)
            | Self::Person(_)
            | Self::Customer(_)
            | Self::Case(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
