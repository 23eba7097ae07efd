//! Which values fit a column of each kind, and how those are written that are text.

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::{ColumnKind, DataValue, SourceFile};

impl ColumnKind {
    /// Whether a column of this kind can have the value. No value fits every kind; a whole number is a number with a fraction
    /// too. Text fits a kind that is written as text if it has the form that [`ColumnKind`] says.
    ///
    /// ```
    /// use casekit_core::model::{ColumnKind, DataValue};
    ///
    /// let text = |text: &str| DataValue::Text(text.into());
    /// assert!(ColumnKind::Decimal.fits(&text("-12.50")) && !ColumnKind::Decimal.fits(&text("12,50")));
    /// assert!(ColumnKind::Date.fits(&text("2026-02-28")) && !ColumnKind::Date.fits(&text("2026-02-29")));
    /// assert!(ColumnKind::Real.fits(&DataValue::Integer(1)) && !ColumnKind::Integer.fits(&DataValue::Real(1.0)));
    /// ```
    #[must_use]
    pub fn fits(self, value: &DataValue) -> bool {
        match value {
            DataValue::Null => true,
            DataValue::Boolean(_) => self == Self::Boolean,
            DataValue::Integer(_) => matches!(self, Self::Integer | Self::Real),
            DataValue::Real(number) => self == Self::Real && number.is_finite(),
            DataValue::Text(text) => self.is_form_of(text),
        }
    }

    /// Whether its values are text in a form of their own.
    pub(crate) fn is_text(self) -> bool {
        match self {
            Self::Text | Self::Integer | Self::Real | Self::Boolean => false,
            Self::Timestamp
            | Self::Decimal
            | Self::Date
            | Self::Time
            | Self::DateTime
            | Self::Uuid
            | Self::Bytes
            | Self::Json
            | Self::File => true,
        }
    }

    fn is_form_of(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Integer | Self::Real | Self::Boolean => false,
            Self::Timestamp => DateTime::parse_from_rfc3339(text).is_ok(),
            Self::Decimal => is_decimal(text),
            Self::Date => is_date(text),
            Self::Time => is_time(text),
            Self::DateTime => text.split_once('T').is_some_and(|(date, time)| is_date(date) && is_time(time)),
            Self::Uuid => text.len() == 36 && Uuid::parse_str(text).is_ok(),
            Self::Bytes => text.len().is_multiple_of(2) && text.bytes().all(is_hex),
            Self::Json => serde_json::from_str::<IgnoredAny>(text).is_ok(),
            Self::File => SourceFile::of(text).is_some(),
        }
    }
}

/// `2026-02-28`.
fn is_date(text: &str) -> bool {
    let digits = text.split('-').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() == 10 && digits && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// Digits, with a point and digits behind it or not, and `-` in front or not.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    number.split_once('.').map_or_else(|| digits(number), |(whole, rest)| digits(whole) && digits(rest))
}

/// `08:30:00`, with a fraction or not.
fn is_time(text: &str) -> bool {
    text.is_ascii()
        && text.as_bytes().get(8).is_none_or(|byte| *byte == b'.')
        && text.len() >= 8
        && NaiveTime::parse_from_str(text, "%H:%M:%S%.f").is_ok()
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_form_and_no_other() {
        let cases: [(ColumnKind, &[&str], &[&str]); 8] = [
            (
                ColumnKind::Timestamp,
                &["2026-04-01T08:30:00Z", "2026-04-01T08:30:00.25+02:00"],
                &["2026-04-01T08:30:00", "2026-04-01"],
            ),
            (
                ColumnKind::Decimal,
                &["0", "-0.10", "12345678901234567890.5", "007"],
                &["", "-", "1.", ".5", "1e5", "+1", "1,5", "NaN", " 1", "1.2.3", "--1"],
            ),
            (
                ColumnKind::Date,
                &["2026-02-28", "0001-01-01"],
                &["2026-02-29", "2026-2-28", "28.02.2026", "+2026-02-2"],
            ),
            (
                ColumnKind::Time,
                &["08:30:00", "23:59:59.123456"],
                &["8:30:00", "08:30", "24:00:00", "08:30:00Z", "08:30:00,5"],
            ),
            (
                ColumnKind::DateTime,
                &["2026-04-01T08:30:00", "2026-04-01T08:30:00.5"],
                &["2026-04-01T08:30:00Z", "2026-04-01 08:30:00", "2026-04-01"],
            ),
            (
                ColumnKind::Uuid,
                &["01a2137c-6dcc-7000-8000-000000000001"],
                &["01a2137c6dcc70008000000000000001", "{01a2137c-6dcc-7000-8000-000000000001}", "x"],
            ),
            (ColumnKind::Bytes, &["", "00ff"], &["0", "FF", "0x00", "0g"]),
            (ColumnKind::Json, &["{\"a\": [1, null]}", "\"x\"", "1e400"], &["", "{a: 1}", "NaN", "1 2"]),
        ];
        for (kind, good, bad) in cases {
            let fits = |text: &&str| kind.fits(&DataValue::Text((*text).into()));
            assert_eq!(
                good.iter().filter(|text| !fits(text)).collect::<Vec<_>>(),
                Vec::<&&str>::new(),
                "{kind:?}"
            );
            assert_eq!(
                bad.iter().filter(|text| fits(text)).collect::<Vec<_>>(),
                Vec::<&&str>::new(),
                "{kind:?}"
            );
            assert!(
                kind.fits(&DataValue::Null)
                    && !kind.fits(&DataValue::Integer(1))
                    && !kind.fits(&DataValue::Boolean(true))
            );
        }
        assert!(!ColumnKind::Real.fits(&DataValue::Real(f64::NAN)));
        assert!(!ColumnKind::Integer.fits(&DataValue::Text("1".into())));
    }
}
