//! Conditions on values of fields, in the form that stores compare.

use crate::model::{Case, CaseField, CaseTypeId, FieldId, FieldKey, FieldKind};

/// A condition on an indexed field: a case meets it if its value has a key in the range that its type has here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldFilter {
    /// The field of each type, with the keys that fit. A case of any other type does not meet the condition.
    pub any: Vec<(CaseTypeId, FieldId, FieldRange)>,
}

/// An order by the values of an indexed field, of which a case has one at most. A list in it has only the cases of the type that
/// have a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldOrder {
    /// The type.
    pub case_type: CaseTypeId,
    /// The field.
    pub field: FieldId,
}

/// Keys that fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldRange {
    /// One of these, in order and each once; none fits if there is none.
    OneOf(Vec<FieldKey>),
    /// From one to another, both included; either end can be open.
    Between(Option<FieldKey>, Option<FieldKey>),
}

impl FieldRange {
    /// The keys of a kind from one to another. An open end of money ends with the currency of the other.
    #[must_use]
    pub fn within(kind: FieldKind, from: Option<FieldKey>, to: Option<FieldKey>) -> Self {
        let of_currency = |key: &FieldKey, digit: &str| match key {
            FieldKey::Text(text) if kind == FieldKind::Money => {
                Some(FieldKey::Text(format!("{}{}", text.get(..3)?, digit.repeat(20))))
            }
            FieldKey::Text(_) | FieldKey::Number(_) => None,
        };
        match (from, to) {
            (Some(from), None) => {
                let to = of_currency(&from, "9");
                Self::Between(Some(from), to)
            }
            (None, Some(to)) => Self::Between(of_currency(&to, "0"), Some(to)),
            (from, to) => Self::Between(from, to),
        }
    }

    /// Whether a value of an indexed field has a key that fits.
    #[must_use]
    pub fn has_one_of(&self, kept: Option<&CaseField>) -> bool {
        kept.is_some_and(|kept| kept.keys().iter().any(|key| self.has(key)))
    }

    /// Whether a key fits.
    #[must_use]
    pub fn has(&self, key: &FieldKey) -> bool {
        match self {
            Self::OneOf(keys) => keys.contains(key),
            Self::Between(from, to) => {
                from.as_ref().is_none_or(|from| key >= from) && to.as_ref().is_none_or(|to| key <= to)
            }
        }
    }
}

impl FieldOrder {
    /// That a case has a value by which it can be sorted.
    #[must_use]
    pub fn having_a_value(&self) -> FieldFilter {
        FieldFilter { any: vec![(self.case_type, self.field.clone(), FieldRange::Between(None, None))] }
    }
}

impl FieldFilter {
    /// Whether a case meets the condition.
    #[must_use]
    pub fn fits(&self, case: &Case) -> bool {
        let of_type = self.any.iter().filter(|(case_type, ..)| case.case_type == *case_type);
        of_type.into_iter().any(|(_, field, range)| range.has_one_of(case.fields.get(field)))
    }
}
