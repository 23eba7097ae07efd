//! The fields of an organisation's own in a form for editing a case.

use super::EditField;
use crate::decide::blockers::asked_for;
use crate::desk::looking::Looking;
use crate::desk::own_field_view::{FieldView, fields_of, most};
use crate::model::Case;
use crate::rejection::Blocker;

/// The fields of a case as a form for editing it has them, each with why it cannot be changed now. `blockers` are those of
/// every field; one that approvals cover stays as it is while the answer that stands on them is asked for.
pub(super) fn edit_fields(case: &Case, looking: Looking<'_>, blockers: &[Blocker]) -> Vec<EditField> {
    let version =
        looking.catalog.case_types.get(&case.case_type).and_then(|found| found.version(case.type_version));
    let is_material = |id: &str| {
        let mut fields = version.iter().flat_map(|version| &version.fields);
        fields.any(|field| field.id.as_str() == id && field.material)
    };
    let editable = |field: FieldView| {
        let asked = case.live().filter(|_| is_material(&field.id)).and_then(asked_for);
        let kept = case.fields.iter().find(|(id, _)| id.as_str() == field.id);
        EditField {
            value: kept.filter(|_| field.value.is_some()).map(|(_, kept)| kept.value.text()),
            field: format!("fields.{}", field.id),
            label: field.label,
            value_label: field.text,
            required: field.required,
            most: most(field.kind),
            blockers: blockers.iter().cloned().chain(asked).collect(),
        }
    };
    fields_of(case, looking).into_iter().map(editable).collect()
}
