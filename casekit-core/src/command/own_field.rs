//! Fields of one's own: how they are defined for a case type, and how values are given.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{FieldKind, GivenValue};

/// A field of the cases of a type that is created or edited, or of customers.
///
/// ```
/// use casekit_core::command::{NewCaseType, NewField};
/// use casekit_core::model::FieldKind;
///
/// let order = NewField::new("Order number", FieldKind::Text).labelled("de", "Bestellnummer").required().indexed();
/// let channel = NewField::choice("Channel", ["Phone", "Webform"]);
/// let refunds = NewCaseType::new("Refunds").with_fields(vec![order, channel]);
/// assert_eq!(refunds.fields.len(), 2);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewField {
    /// The id of the field. Give the id of an existing field to keep that field. If `None`, it is the id of the existing
    /// field with this label, or a new one made from the label.
    pub id: Option<String>,
    /// The label, for every language that has none of its own: 1 to 1,000 characters, different from the labels of the
    /// other fields.
    pub label: String,
    /// Labels of some languages.
    pub labels: Vec<FieldText>,
    /// What to know before filling it in, for every language that has none of its own, up to 1,000 characters; `None` for
    /// nothing.
    pub help: Option<String>,
    /// Help of some languages; not without `help`.
    pub helps: Vec<FieldText>,
    /// What it holds.
    pub kind: FieldKind,
    /// How many decimal places its numbers have, 1 to 9, for the kind decimal; otherwise 0.
    pub places: u32,
    /// Whether a case or a customer cannot be without it, as long as it is shown.
    pub required: bool,
    /// The ids or labels of stages that a case cannot enter without it, as long as it is shown; none for customers.
    pub required_at: Vec<String>,
    /// When it is shown; `None` for always.
    pub shown_when: Option<NewShownWhen>,
    /// Whether the customer of the case, or the customer themselves, sees it too, and fills it in. Otherwise it is for staff, as is what names a person, a
    /// customer or a case.
    pub for_customer: bool,
    /// Whether its values are shown in clear only to those who may see sensitive values, and are in no search and no list.
    pub sensitive: bool,
    /// Whether no two cases of the type, or no two customers, have the same value; compared as names are.
    pub unique: bool,
    /// Whether approvals cover it, so that they lapse when it changes; not for customers.
    pub material: bool,
    /// Whether rows of lists show it; not for customers.
    pub in_rows: bool,
    /// Whether lists and counts can be filtered by it.
    pub indexed: bool,
    /// Its choices in their order, up to 100; for the kinds choice and several choices, and no other.
    pub choices: Vec<NewFieldChoice>,
}

/// A text of a field in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldText {
    /// The tag of the language, such as `de` or `pt-BR`.
    pub language: String,
    /// The text, 1 to 1,000 characters.
    pub text: String,
}

/// When a field is shown: while a field above it has one of these values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewShownWhen {
    /// The id or label of a field above it, of the kind choice, several choices, or yes or no.
    pub field: String,
    /// The codes or labels of choices, any of which shows it; or `yes` or `no`. At least one.
    pub values: Vec<String>,
}

/// A choice of a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewFieldChoice {
    /// The code. Give the code of an existing choice to keep it. If `None`, it is that of the existing choice with this
    /// label, or a new one made from the label.
    pub code: Option<String>,
    /// The label, for every language that has none of its own: 1 to 1,000 characters, different from the other labels.
    pub label: String,
    /// Labels of some languages.
    pub labels: Vec<FieldText>,
    /// Whether it can no longer be chosen. Cases and customers that have it keep it.
    pub retired: bool,
}

impl NewField {
    /// A field for staff that may be empty, whose id is made from the label.
    #[must_use]
    pub fn new(label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            id: None,
            label: label.into(),
            labels: Vec::new(),
            help: None,
            helps: Vec::new(),
            kind,
            places: 0,
            required: false,
            required_at: Vec::new(),
            shown_when: None,
            for_customer: false,
            sensitive: false,
            unique: false,
            material: false,
            in_rows: false,
            indexed: false,
            choices: Vec::new(),
        }
    }

    /// A number with this many decimal places, 1 to 9.
    #[must_use]
    pub fn decimal(label: impl Into<String>, places: u32) -> Self {
        Self { places, ..Self::new(label, FieldKind::Decimal) }
    }

    /// A field with one of these choices, whose codes are made from the labels.
    #[must_use]
    pub fn choice<T: Into<String>>(label: impl Into<String>, choices: impl IntoIterator<Item = T>) -> Self {
        let choices = choices.into_iter().map(NewFieldChoice::new).collect();
        Self { choices, ..Self::new(label, FieldKind::Choice) }
    }

    /// A field with any number of these choices, whose codes are made from the labels.
    #[must_use]
    pub fn choices<T: Into<String>>(label: impl Into<String>, choices: impl IntoIterator<Item = T>) -> Self {
        Self { kind: FieldKind::Choices, ..Self::choice(label, choices) }
    }

    /// The same field, with this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same field, with another label in a language.
    #[must_use]
    pub fn labelled(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.labels.push(FieldText { language: language.into(), text: text.into() });
        self
    }

    /// The same field, with what to know before filling it in.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same field, which a case cannot be without.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field, without which a case cannot enter a stage.
    #[must_use]
    pub fn required_at(mut self, stage: impl Into<String>) -> Self {
        self.required_at.push(stage.into());
        self
    }

    /// The same field, shown only while a field above it has one of these values.
    #[must_use]
    pub fn shown_when<T: Into<String>>(
        mut self,
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.shown_when = Some(NewShownWhen { field: field.into(), values });
        self
    }

    /// The same field, which the customer sees and fills in too.
    #[must_use]
    pub fn for_customer(mut self) -> Self {
        self.for_customer = true;
        self
    }

    /// The same field, with sensitive values.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same field, whose values no two cases of the type share.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The same field, which approvals cover.
    #[must_use]
    pub fn material(mut self) -> Self {
        self.material = true;
        self
    }

    /// The same field, shown in rows of lists.
    #[must_use]
    pub fn in_rows(mut self) -> Self {
        self.in_rows = true;
        self
    }

    /// The same field, by which lists and counts can be filtered.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }
}

impl NewFieldChoice {
    /// A choice whose code is made from the label.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { code: None, label: label.into(), labels: Vec::new(), retired: false }
    }

    /// The same choice, with this code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same choice, with another label in a language.
    #[must_use]
    pub fn labelled(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.labels.push(FieldText { language: language.into(), text: text.into() });
        self
    }

    /// The same choice, which can no longer be chosen.
    #[must_use]
    pub fn retired(mut self) -> Self {
        self.retired = true;
        self
    }
}

/// A value for a field of a case. `Debug` does not show the value: whether the field is sensitive is not known here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct GivenField {
    /// The id of the field, or its label in any language.
    pub field: String,
    /// The value, as a value of its kind or as text; it may be sensitive.
    pub value: GivenValue,
}

impl fmt::Debug for GivenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenField").field("field", &self.field).finish_non_exhaustive()
    }
}

impl GivenField {
    /// A value for a field, by its id or label.
    ///
    /// ```
    /// use casekit_core::command::{GivenField, GivenValue};
    ///
    /// let quantity = GivenField::new("quantity", 12);
    /// assert_eq!(quantity.value, GivenValue::Number(12));
    /// ```
    #[must_use]
    pub fn new(field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        Self { field: field.into(), value: value.into() }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::NewCase;

    #[test]
    fn debug_of_a_command_shows_no_value() {
        let new = NewCase::new("Refunds", "x").with_field("Passport", "X123");
        let shown = format!("{new:?}");
        assert!(shown.contains("Passport") && !shown.contains("X123"), "{shown}");
    }
}
