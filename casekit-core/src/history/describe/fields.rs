//! Changes of an organisation's own fields.

use super::{About, Change};
use crate::event::Personal;
use crate::language::Argument;
use crate::model::{CaseField, FieldDefinition, FieldId, FieldOwner, FieldValue};

/// The labels of the fields whose values changed, and each with its old and new value, for this reader.
pub(super) fn changes(
    fields: &[FieldId],
    personal: &Personal,
    owner: Option<FieldOwner>,
    about: About<'_>,
) -> (Vec<Argument>, Vec<Change>) {
    let (mut from, mut to) = (personal.fields_from.iter(), personal.fields_to.iter());
    let mut changes = Vec::new();
    for id in fields {
        // INVARIANT: the values are in the order of the fields; if they were erased, all of them are missing.
        let (from, to) = (from.next().and_then(Option::as_ref), to.next().and_then(Option::as_ref));
        let field = owner.and_then(|owner| about.catalog.field(owner, id));
        let hidden = about.for_customer && field.is_none_or(|field| !field.for_customer);
        let same = from.is_some() && from.map(|kept| &kept.value) == to.map(|kept| &kept.value);
        if hidden || same {
            continue;
        }
        let said = |kept: Option<&CaseField>| kept.map(|kept| said(kept, field, about));
        let label = field.map_or_else(|| id.to_string(), |field| field.label.said(about.language).to_owned());
        changes.push(Change {
            field: format!("fields.{id}").into(),
            label: Some(label),
            from: said(from),
            to: said(to),
        });
    }
    let labels = changes.iter().flat_map(|change| &change.label);
    (labels.map(|label| Argument::Text(label.clone())).collect(), changes)
}

/// A value as this reader may see it.
fn said(kept: &CaseField, field: Option<&FieldDefinition>, about: About<'_>) -> Argument {
    let is_sensitive = kept.sensitive || field.is_some_and(|field| field.sensitive);
    if is_sensitive && !about.access.sensitive {
        return Argument::Text("…".to_owned());
    }
    if let FieldValue::Person(id) = &kept.value {
        return about.person(id);
    }
    Argument::Text(kept.value.said(field, about.language))
}

/// Everybody whom values name.
pub(super) fn people_in(personal: &Personal) -> impl Iterator<Item = &crate::model::ActorId> {
    let kept = personal.fields_from.iter().chain(&personal.fields_to).flatten();
    kept.filter_map(|kept| if let FieldValue::Person(id) = &kept.value { Some(id) } else { None })
}
