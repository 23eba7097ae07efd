//! Fields that an organisation gives the cases of a type: what they are called, what they hold, and when they apply.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::wording::folds_to;
use super::{CaseTypeId, FieldId, ShortText, StageId, same_tag};
use crate::language::Language;
use crate::text::fold_name;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FieldKind {
    /// One line of up to 1,000 characters.
    Text,
    /// Up to 100,000 characters, on several lines.
    LongText,
    /// A whole number of 64 bits.
    Number,
    /// A number with a fixed number of decimal places.
    Decimal,
    /// An amount of money, in a currency of ISO 4217.
    Money,
    /// A day of the calendar, without a time.
    Date,
    /// An instant, in UTC.
    Instant,
    /// Yes or no.
    YesNo,
    /// One of the choices that the field has.
    Choice,
    /// Any number of the choices that the field has.
    Choices,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An address on the web, which begins with `http://` or `https://`.
    Url,
    /// Somebody in the directory of people.
    Person,
    /// A customer of the file.
    Customer,
    /// Another case of the file.
    Case,
}

impl FieldKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Text,
        Self::LongText,
        Self::Number,
        Self::Decimal,
        Self::Money,
        Self::Date,
        Self::Instant,
        Self::YesNo,
        Self::Choice,
        Self::Choices,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Person,
        Self::Customer,
        Self::Case,
    ];

    /// The stable word for it, such as `long_text`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Person => "person",
            Self::Customer => "customer",
            Self::Case => "case",
        }
    }

    /// Whether its values are some of the choices of the field.
    #[must_use]
    pub fn has_choices(self) -> bool {
        match self {
            Self::Choice | Self::Choices => true,
            Self::Text
            | Self::LongText
            | Self::Number
            | Self::Decimal
            | Self::Money
            | Self::Date
            | Self::Instant
            | Self::YesNo
            | Self::Email
            | Self::Phone
            | Self::Url
            | Self::Person
            | Self::Customer
            | Self::Case => false,
        }
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A label or a help text: one for every language, and others for some languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LocalText {
    /// The text for every language that has none of its own.
    pub text: ShortText,
    /// Texts of their own, by the tag of the language, such as `de` or `pt-BR`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub in_language: BTreeMap<String, ShortText>,
}

impl LocalText {
    /// The text in a language: the one for exactly this language (`de-AT`), else for its main language (`de`), else the
    /// one for every language.
    #[must_use]
    pub fn said(&self, language: &Language) -> &str {
        let tag = language.tag();
        let main = tag.split(['-', '_']).next().unwrap_or(tag);
        let of = |wanted: &str| self.in_language.iter().find(|(tag, _)| same_tag(tag, wanted));
        of(tag).or_else(|| of(main)).map_or(self.text.as_str(), |(_, text)| text.as_str())
    }

    /// Whether it is this text in any language. The text was folded by `text::fold_name`.
    #[must_use]
    pub fn is_said(&self, folded: &str) -> bool {
        std::iter::once(&self.text)
            .chain(self.in_language.values())
            .any(|text| folds_to(text.as_str(), folded))
    }

    /// Whether a text of the one, in any language, is one of the other too: whoever says it could mean either.
    pub(crate) fn shares_a_text(&self, other: &Self) -> bool {
        let mut all = std::iter::once(&self.text).chain(self.in_language.values());
        all.any(|text| other.is_said(&fold_name(text.as_str())))
    }
}

/// A choice of a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldChoice {
    /// The code of the choice, in the form of a field's id; the same in every version.
    pub code: FieldId,
    /// What it is called.
    pub label: LocalText,
    /// Whether it can no longer be chosen. Cases that have it keep it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// When a field is shown: while a field above it has one of these values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShownWhen {
    /// The id of the other field, which is of the kind choice, several choices, or yes or no.
    pub field: FieldId,
    /// The codes of the choices, any of which shows it; or `yes` or `no`. Never empty.
    pub values: Vec<String>,
}

/// Whose fields they are: what is unique, and what an id means, holds within these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FieldOwner {
    /// The cases of a type.
    CaseType(CaseTypeId),
    /// The customers of the file.
    Customers,
}

/// A field of the cases of a type, or of customers, in one version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldDefinition {
    /// The id of the field, the same in every version.
    pub id: FieldId,
    /// What it holds. A field with this id holds the same in every version.
    pub kind: FieldKind,
    /// How many decimal places its numbers have, up to 9; 0 unless it is of the kind decimal.
    #[serde(default, skip_serializing_if = "is_none")]
    pub places: u32,
    /// What it is called.
    pub label: LocalText,
    /// What to know before filling it in; `None` if there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<LocalText>,
    /// Whether a case or a customer cannot be without it, as long as it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The ids of stages that a case cannot enter without it, as long as it is shown; empty for a field of customers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_at: Vec<StageId>,
    /// The values of another field that show it; `None` if it is always shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_when: Option<ShownWhen>,
    /// Whether the customer sees it too, and fills it in. Otherwise it is for staff.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_customer: bool,
    /// Whether its values are shown in clear only to those who may see sensitive values, and are in no search and no list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether no two cases of the type, or no two customers, have the same value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// Whether approvals cover it, so that they lapse when it changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub material: bool,
    /// Whether rows of lists show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_rows: bool,
    /// Whether lists and counts can be filtered by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indexed: bool,
    /// Its choices, in their order; empty unless it has some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<FieldChoice>,
}

/// The field with this id; `None` if there is none.
pub(crate) fn field_with_id<'a>(fields: &'a [FieldDefinition], id: &FieldId) -> Option<&'a FieldDefinition> {
    fields.iter().find(|field| field.id == *id)
}

/// The field that a caller means by a text: its id, or its label in any language, compared as names are.
pub(crate) fn field_called<'a>(fields: &'a [FieldDefinition], text: &str) -> Option<&'a FieldDefinition> {
    let by_id = fields.iter().find(|field| field.id.as_str() == text.trim());
    by_id.or_else(|| {
        let wanted = fold_name(text);
        fields.iter().find(|field| field.label.is_said(&wanted))
    })
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(places: &u32) -> bool {
    *places == 0
}

impl FieldDefinition {
    /// Whether customers see it in a case that keeps this version, where `newest` is the field of today: what was closed since
    /// is closed at once, whatever the case keeps.
    pub(crate) fn is_for_customer(&self, newest: &Self) -> bool {
        self.for_customer && newest.for_customer
    }

    /// Whether its values are sensitive in a case that keeps this version, where `newest` is the field of today.
    pub(crate) fn is_sensitive(&self, newest: &Self) -> bool {
        self.sensitive || newest.sensitive
    }

    /// The choice with this code; `None` if there is none.
    #[must_use]
    pub fn choice(&self, code: &str) -> Option<&FieldChoice> {
        self.choices.iter().find(|choice| choice.code.as_str() == code)
    }

    /// The choice that a caller means by a text: its code, or its label in any language, compared as names are.
    #[must_use]
    pub fn find_choice(&self, text: &str) -> Option<&FieldChoice> {
        let by_name = || {
            let wanted = fold_name(text);
            let labelled = self.choices.iter().find(|choice| choice.label.is_said(&wanted));
            labelled.or_else(|| self.choices.iter().find(|choice| folds_to(choice.code.as_str(), &wanted)))
        };
        self.choice(text.trim()).or_else(by_name)
    }

    /// The same with no choice retired.
    #[must_use]
    pub(crate) fn with_every_choice(&self) -> Self {
        let mut all = self.clone();
        all.choices.iter_mut().for_each(|choice| choice.retired = false);
        all
    }

    /// Whether it holds the same as another definition: values of one can be values of the other.
    #[must_use]
    pub fn holds_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.places == other.places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_said_in_the_nearest_language() {
        let text = |text: &str| ShortText::parse("label", text).unwrap();
        let in_language = [("de".to_owned(), text("Betrag"))].into();
        let label = LocalText { text: text("Amount"), in_language };
        let german = Language::shipped("de").unwrap();
        assert_eq!(label.said(&german), "Betrag");
        assert_eq!(label.said(Language::english()), "Amount");
        let austrian = Language::parse(r#"{"language": "de-AT"}"#).unwrap();
        assert_eq!(label.said(&austrian), "Betrag", "the main language stands in for its regions");
        assert!(label.is_said("betrag") && label.is_said("amount") && !label.is_said("sum"));
    }

    #[test]
    fn a_label_suggests_its_id() {
        assert_eq!(FieldId::suggested("Order number").as_str(), "order_number");
        assert_eq!(FieldId::suggested("?").as_str(), "field");
        assert!(FieldId::parse("id", "order number").is_err());
    }

    #[test]
    fn every_kind_is_written_as_its_code() {
        for kind in FieldKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
        }
    }
}
