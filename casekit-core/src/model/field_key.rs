//! Keys of values by which cases are found: what a store keeps beside a case of a field that is indexed.

use super::{CaseField, FieldValue};
use crate::text::fold_name;

/// A value in the form in which it is compared: numbers before texts, and texts by their bytes.
///
/// Days are counted from the first of the year 1, instants in microseconds from 1970. A decimal number is a whole number of
/// its smallest parts, an amount of money a text that begins with its currency: amounts of two currencies do not compare.
/// Texts are folded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FieldKey {
    /// A number, a day, an instant, or yes (1) or no (0).
    Number(i64),
    /// A text, a choice, an amount of money or an id.
    Text(String),
}

impl CaseField {
    /// The keys under which the case is found; none unless the field is indexed, and several for several choices.
    #[must_use]
    pub fn keys(&self) -> Vec<FieldKey> {
        if self.indexed { self.value.keys() } else { Vec::new() }
    }
}

impl FieldValue {
    /// The keys of the value; several for several choices, and one for any other.
    #[must_use]
    pub fn keys(&self) -> Vec<FieldKey> {
        let one = match self {
            Self::Number(number) => FieldKey::Number(*number),
            Self::Decimal { unscaled, places: _ } => FieldKey::Number(*unscaled),
            Self::Money { amount, currency } => {
                // From the least amount, so that texts of one length sort as amounts do.
                let from_least = i128::from(*amount) - i128::from(i64::MIN);
                FieldKey::Text(format!("{currency}{from_least:020}"))
            }
            Self::Date(day) => FieldKey::Number(chrono::Datelike::num_days_from_ce(day).into()),
            Self::Instant(at) => FieldKey::Number(at.timestamp_micros()),
            Self::YesNo(yes) => FieldKey::Number(i64::from(*yes)),
            Self::Choices(codes) => {
                return codes.iter().map(|code| FieldKey::Text(code.to_string())).collect();
            }
            Self::Choice(_) | Self::Person(_) | Self::Customer(_) | Self::Case(_) => {
                FieldKey::Text(self.text())
            }
            Self::Text(_) | Self::LongText(_) | Self::Email(_) | Self::Phone(_) | Self::Url(_) => {
                FieldKey::Text(fold_name(&self.text()))
            }
        };
        vec![one]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Currency;

    #[test]
    fn keys_sort_as_the_values_do() {
        let money = |amount, code: &str| {
            FieldValue::Money { amount, currency: Currency::parse(code).unwrap() }.keys()
        };
        let amounts = [i64::MIN, -1, 0, 9, 10, i64::MAX].map(|amount| money(amount, "EUR"));
        assert!(amounts.is_sorted_by(|one, next| one < next), "{amounts:?}");
        assert!(money(i64::MAX, "EUR") < money(i64::MIN, "USD"), "by currency first");
        let day = |text: &str| FieldValue::Date(text.parse().unwrap()).keys();
        assert!(day("0001-01-01") < day("1999-12-31") && day("1999-12-31") < day("2000-01-01"));
        assert!(FieldKey::Number(i64::MAX) < FieldKey::Text(String::new()));
    }
}
