//! The organisation's own fields in a form.

use super::answers::{Answers, split};
use super::{FormChoice, FormField, yes_no};
use crate::desk::looking::Looking;
use crate::desk::own_field_view::most;
use crate::model::{CaseType, FieldChoice, FieldDefinition, FieldId, FieldKind};
use crate::rejection::Blocker;

/// What a field has now.
#[derive(Default)]
pub(super) struct Current {
    pub(super) value: Option<String>,
    pub(super) said: Option<String>,
    pub(super) blockers: Vec<Blocker>,
}

/// The fields that are shown with what was filled in so far, each with what it has.
pub(super) fn own_fields(
    defined: &[FieldDefinition],
    of: Option<&CaseType>,
    kept: impl Fn(&FieldId) -> Current,
    answers: &Answers<'_>,
    looking: Looking<'_>,
) -> Vec<FormField> {
    let mut shown: Vec<(&FieldId, FormField)> = Vec::new();
    let is_open = |field: &&FieldDefinition| {
        !looking.for_customer || field.is_for_customer(of.map_or(field, |of| of.newest(field)))
    };
    for field in defined.iter().filter(is_open) {
        // INVARIANT: a field is shown by one above it, so it is known whether that one is.
        let is_shown = field.shown_when.as_ref().is_none_or(|when| {
            let on = shown.iter().find(|(id, _)| **id == when.field).map(|(_, on)| on);
            let now = on.and_then(|on| answers.text(&on.name).or_else(|| on.value.clone()));
            split(&now.unwrap_or_default()).any(|code| when.values.iter().any(|one| one == code))
        });
        if is_shown {
            let redraws =
                defined.iter().any(|other| other.shown_when.as_ref().is_some_and(|on| on.field == field.id));
            shown.push((&field.id, FormField { redraws, ..one(field, kept(&field.id), looking) }));
        }
    }
    shown.into_iter().map(|(_, field)| field).collect()
}

fn one(field: &FieldDefinition, kept: Current, looking: Looking<'_>) -> FormField {
    let language = looking.language;
    let has = |code: &str| kept.value.as_deref().is_some_and(|value| split(value).any(|one| one == code));
    let offered = field.choices.iter().filter(|one| !one.retired || has(one.code.as_str()));
    let choice = |one: &FieldChoice| FormChoice::new(one.code.as_str(), one.label.said(language));
    FormField {
        label: field.label.said(language).to_owned(),
        help: field.help.as_ref().map(|help| help.said(language).to_owned()),
        choices: match field.kind {
            FieldKind::YesNo => yes_no(language).into(),
            _ => offered.map(choice).collect(),
        },
        value: kept.value.clone(),
        value_label: kept.said,
        required: field.required,
        most: most(field.kind),
        for_customer: field.for_customer,
        blockers: kept.blockers,
        ..FormField::new(&format!("fields.{}", field.id), field.kind, language)
    }
}
