//! The fields of a case type or of customers, as they are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::looking::Looking;
use crate::command::{FieldText, NewField, NewFieldChoice, NewShownWhen};
use crate::decide::fields::{Values, shown};
use crate::model::{
    Case, CaseField, CaseTypeId, Customer, FieldChoice, FieldDefinition, FieldId, FieldKind, FieldValue,
    GivenValue, LocalText, field_with_id, limits,
};

/// A field of the cases of a type, or of customers, in the newest version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldDefinitionView {
    /// The id, such as `order_number`; unique within the type, or among the fields of customers, and the same in every version.
    pub id: String,
    /// The label, in the desk's language.
    pub label: String,
    /// What to know before filling it in, in the desk's language; `None` if there is nothing.
    pub help: Option<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// How many decimal places its numbers have; 0 unless it is of the kind decimal.
    pub places: u32,
    /// Whether a case or a customer cannot be without it, as long as it is shown.
    pub required: bool,
    /// The ids of stages that a case cannot enter without it, as long as it is shown; empty for a field of customers.
    pub required_at: Vec<String>,
    /// The id of the field on whose value it depends whether this one is shown; `None` if it is always shown.
    pub shown_when: Option<String>,
    /// The values of that field that show it: codes of choices, or `yes` or `no`.
    pub shown_when_values: Vec<String>,
    /// Whether the customer sees it too, and fills it in.
    pub for_customer: bool,
    /// Whether its values are sensitive.
    pub sensitive: bool,
    /// The choices that it has, in their order; empty unless its kind has some.
    pub choices: Vec<FieldChoiceView>,
    /// The whole definition, to be changed and given back in an edit of the type or of the settings; `None` for a customer.
    pub definition: Option<NewField>,
}

/// A choice of a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldChoiceView {
    /// The code of the choice, the same in every version.
    pub code: String,
    /// The label, in the desk's language.
    pub label: String,
    /// Whether it can no longer be chosen.
    pub retired: bool,
}

/// A field of a case or of a customer, with its value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldView {
    /// The id of the field, to give in an edit.
    pub id: String,
    /// The label, in the desk's language.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The value, which can be given back in an edit; `None` if there is none, or it is sensitive and not for the actor.
    pub value: Option<GivenValue>,
    /// The value as it is said in the desk's language: the label of a choice, the name of a person or a customer, the number of
    /// a case; `…` for one that is sensitive and not for the actor. `None` if there is none.
    pub text: Option<String>,
    /// Whether the case or the customer cannot be without it.
    pub required: bool,
    /// Whether its value is sensitive.
    pub sensitive: bool,
}

impl std::fmt::Debug for FieldView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("FieldView");
        shown.field("id", &self.id).field("kind", &self.kind);
        match self.sensitive {
            true => shown.finish_non_exhaustive(),
            false => shown.field("value", &self.value).field("text", &self.text).finish(),
        }
    }
}

/// The fields of a case that are shown to this reader, in their order, with or without a value.
pub(super) fn fields_of(case: &Case, looking: Looking<'_>) -> Vec<FieldView> {
    let case_type = looking.catalog.case_types.get(&case.case_type);
    let version = case_type.and_then(|found| found.version(case.type_version));
    let Some((case_type, version)) = case_type.zip(version) else { return Vec::new() };
    // The version says what applies to the case, and the newest what things are called.
    let one = |field| view(field, case_type.newest(field), &case.fields, looking);
    shown(&version.fields, &case.fields).filter_map(one).collect()
}

/// The fields of a customer that are shown to this reader, in their order, with or without a value; then those that customers
/// have no longer, where this one has a value.
pub(super) fn fields_of_customer(customer: &Customer, looking: Looking<'_>) -> Vec<FieldView> {
    let Some(settings) = &looking.catalog.settings else { return Vec::new() };
    let defined = settings.fields_of_customers();
    let gone = customer.fields.keys().filter(|id| field_with_id(defined, id).is_none());
    let gone = gone.filter_map(|id| settings.customer_field(id));
    let one = |field| view(field, field, &customer.fields, looking);
    shown(defined, &customer.fields).chain(gone).filter_map(one).collect()
}

/// A field with its value, called as another version calls it; `None` if it is not for this reader.
fn view(
    field: &FieldDefinition,
    called: &FieldDefinition,
    values: &Values,
    looking: Looking<'_>,
) -> Option<FieldView> {
    let is_sensitive = field.is_sensitive(called);
    if looking.for_customer && !field.is_for_customer(called) {
        return None;
    }
    let kept = values.get(&field.id);
    let clear = kept.filter(|_| !is_sensitive || looking.access.sensitive);
    let said = |kept: &CaseField| kept.value.said(Some(called), looking.language);
    Some(FieldView {
        id: field.id.to_string(),
        label: called.label.said(looking.language).to_owned(),
        kind: field.kind,
        value: clear.map(|kept| kept.value.given()),
        text: kept.map(|_| clear.map_or_else(|| "…".to_owned(), said)),
        required: field.required,
        sensitive: is_sensitive,
    })
}

/// The most characters of a value; `None` for what is no text.
pub(super) fn most(kind: FieldKind) -> Option<u64> {
    match kind {
        FieldKind::LongText => Some(limits::LONG_TEXT as u64),
        FieldKind::Text | FieldKind::Email | FieldKind::Phone | FieldKind::Url => {
            Some(limits::SHORT_TEXT as u64)
        }
        FieldKind::Number
        | FieldKind::Decimal
        | FieldKind::Money
        | FieldKind::Date
        | FieldKind::Instant
        | FieldKind::YesNo
        | FieldKind::Choice
        | FieldKind::Choices
        | FieldKind::Person
        | FieldKind::Customer
        | FieldKind::Case => None,
    }
}

/// The values of a row, as JSON; `None` if this reader is shown none.
pub(super) fn in_rows(
    case_type: CaseTypeId,
    values: &BTreeMap<FieldId, FieldValue>,
    looking: Looking<'_>,
) -> Option<String> {
    // Most rows have none.
    if values.is_empty() {
        return None;
    }
    let case_type = looking.catalog.case_types.get(&case_type)?;
    let one = |(id, value): (&FieldId, &FieldValue)| {
        let field = case_type.field(id).filter(|field| !field.sensitive);
        let field = field.filter(|field| field.for_customer || !looking.for_customer)?;
        Some((id.to_string(), serde_json::Value::from(value.said(Some(field), looking.language))))
    };
    let shown: serde_json::Map<String, serde_json::Value> = values.iter().filter_map(one).collect();
    (!shown.is_empty()).then(|| serde_json::Value::Object(shown).to_string())
}

/// The fields, of those that are defined, that this reader sees.
pub(super) fn definitions(fields: &[FieldDefinition], looking: Looking<'_>) -> Vec<FieldDefinitionView> {
    let seen = |field: &&FieldDefinition| field.for_customer || !looking.for_customer;
    fields.iter().filter(seen).map(|field| definition(field, looking)).collect()
}

fn definition(field: &FieldDefinition, looking: Looking<'_>) -> FieldDefinitionView {
    let language = looking.language;
    let choice = |choice: &FieldChoice| FieldChoiceView {
        code: choice.code.to_string(),
        label: choice.label.said(language).to_owned(),
        retired: choice.retired,
    };
    let shown = field.shown_when.as_ref();
    FieldDefinitionView {
        id: field.id.to_string(),
        label: field.label.said(language).to_owned(),
        help: field.help.as_ref().map(|help| help.said(language).to_owned()),
        kind: field.kind,
        places: field.places,
        required: field.required,
        required_at: field.required_at.iter().map(ToString::to_string).collect(),
        shown_when: shown.map(|shown| shown.field.to_string()),
        shown_when_values: shown.map(|shown| shown.values.clone()).unwrap_or_default(),
        for_customer: field.for_customer,
        sensitive: field.sensitive,
        choices: field.choices.iter().map(choice).collect(),
        definition: (!looking.for_customer).then(|| given(field)),
    }
}

/// A definition as somebody would give it.
fn given(field: &FieldDefinition) -> NewField {
    let texts = |text: &LocalText| {
        let one = |(language, text): (&String, &crate::model::ShortText)| FieldText {
            language: language.clone(),
            text: text.to_string(),
        };
        text.in_language.iter().map(one).collect::<Vec<_>>()
    };
    let choice = |choice: &FieldChoice| NewFieldChoice {
        code: Some(choice.code.to_string()),
        label: choice.label.text.to_string(),
        labels: texts(&choice.label),
        retired: choice.retired,
    };
    NewField {
        id: Some(field.id.to_string()),
        label: field.label.text.to_string(),
        labels: texts(&field.label),
        help: field.help.as_ref().map(|help| help.text.to_string()),
        helps: field.help.as_ref().map(texts).unwrap_or_default(),
        kind: field.kind,
        places: field.places,
        required: field.required,
        required_at: field.required_at.iter().map(ToString::to_string).collect(),
        shown_when: field
            .shown_when
            .as_ref()
            .map(|shown| NewShownWhen { field: shown.field.to_string(), values: shown.values.clone() }),
        for_customer: field.for_customer,
        sensitive: field.sensitive,
        unique: field.unique,
        material: field.material,
        in_rows: field.in_rows,
        indexed: field.indexed,
        choices: field.choices.iter().map(choice).collect(),
    }
}
