//! The forms in which values are given as text.

use chrono::NaiveDate;

use super::FieldValue;
use crate::field::{FieldError, FieldRule};
use crate::model::{Currency, FieldChoice, FieldDefinition, FieldId, FieldKind};

/// What a field of this kind is given as, for a value of another kind.
pub(super) fn of_another_kind(at: &str, field: &FieldDefinition, kind: FieldKind) -> FieldError {
    let form = match kind {
        FieldKind::Choice | FieldKind::Choices => {
            return FieldError::new(at, FieldRule::unknown("", choice_codes(field)));
        }
        FieldKind::YesNo => return FieldError::new(at, FieldRule::unknown("", ["yes", "no"])),
        FieldKind::Customer | FieldKind::Case | FieldKind::Person => {
            return FieldError::new(at, FieldRule::NotAnId);
        }
        FieldKind::Text | FieldKind::LongText | FieldKind::Phone => "plain_text",
        FieldKind::Number => "number",
        FieldKind::Decimal => "decimal",
        FieldKind::Money => "money",
        FieldKind::Date => "date",
        FieldKind::Instant => "instant",
        FieldKind::Email => "email",
        FieldKind::Url => "url",
    };
    FieldError::new(at, FieldRule::Malformed { form: form.into() })
}

pub(super) fn choice_codes(field: &FieldDefinition) -> impl Iterator<Item = &str> {
    field.choices.iter().filter(|choice| !choice.retired).map(|choice| choice.code.as_str())
}

pub(super) fn choice(
    at: &str,
    field: &FieldDefinition,
    text: &str,
    before: Option<&FieldValue>,
) -> Result<FieldId, FieldError> {
    let has = |choice: &FieldChoice| match before {
        Some(FieldValue::Choice(code)) => *code == choice.code,
        Some(FieldValue::Choices(codes)) => codes.contains(&choice.code),
        Some(_) | None => false,
    };
    match field.find_choice(text) {
        Some(found) if !found.retired || has(found) => Ok(found.code.clone()),
        Some(_) => Err(FieldError::new(at, FieldRule::Inactive)),
        None => Err(FieldError::new(at, FieldRule::unknown(text, choice_codes(field)))),
    }
}

/// Several choices, each once and in the order of the field; `None` if there is none.
pub(super) fn choices<'a>(
    at: &str,
    field: &FieldDefinition,
    texts: impl Iterator<Item = &'a str>,
    before: Option<&FieldValue>,
) -> Result<Option<FieldValue>, FieldError> {
    let given = texts.filter(|text| !text.trim().is_empty());
    let chosen: Vec<FieldId> = given.map(|text| choice(at, field, text, before)).collect::<Result<_, _>>()?;
    let codes = field.choices.iter().map(|choice| &choice.code).filter(|code| chosen.contains(code));
    let codes: Vec<FieldId> = codes.cloned().collect();
    Ok((!codes.is_empty()).then_some(FieldValue::Choices(codes)))
}

/// Whether a text has the form of an e-mail address: something, an `@`, something. Whether it receives mail is for the host
/// to find out.
pub(crate) fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !text.contains(' '))
}

/// Whether a text has the form of an address on the web. Whether something is there is for the host to find out.
pub(super) fn is_url(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty()) && !text.contains(char::is_whitespace)
}

/// A day as ISO 8601 has it, from the year 1 to 9999.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let is_day = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_day && !text.starts_with("0000"))
}

/// An amount with its currency, in either order: `12.50 EUR`, `EUR 12.50`.
pub(super) fn money(text: &str) -> Option<FieldValue> {
    let (first, second) = text.split_once(char::is_whitespace)?;
    let (amount, currency) = match Currency::parse(second) {
        Some(currency) => (first, currency),
        None => (second.trim(), Currency::parse(first)?),
    };
    Some(FieldValue::Money { amount: scaled(amount, currency.places())?, currency })
}

/// A decimal number as a whole number of its smallest parts; `None` if it has another form, more places, or does not fit.
pub(super) fn scaled(text: &str, places: u32) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let room = usize::try_from(places).ok()?;
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    // Zeros at the end say nothing more.
    let part = part.trim_end_matches('0');
    if part.len() > room {
        return None;
    }
    format!("{sign}{whole}{part:0<room$}").parse().ok()
}

/// A number with so many places, with other places; `None` if digits would be lost, or it does not fit.
pub(super) fn rescaled(unscaled: i64, from: u32, to: u32) -> Option<i64> {
    match to.checked_sub(from) {
        Some(more) => unscaled.checked_mul(10_i64.checked_pow(more)?),
        None => {
            let parts = 10_i64.checked_pow(from.checked_sub(to)?)?;
            (unscaled.checked_rem(parts)? == 0).then(|| unscaled.checked_div(parts)).flatten()
        }
    }
}

/// A number with its decimal mark.
pub(super) fn pointed(unscaled: i64, places: u32, mark: &str) -> String {
    let digits = unscaled.unsigned_abs().to_string();
    let places = usize::try_from(places).unwrap_or_default();
    let digits = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(places)).unwrap_or((&digits, ""));
    let sign = if unscaled < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{mark}{part}") }
}
