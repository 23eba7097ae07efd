//! Parses a caller's records into the resolutions of a case type.

use std::collections::BTreeSet;

use super::case_type_parse::Structure;
use crate::command::NewResolution;
use crate::language::Language;
use crate::model::{CaseType, Resolution, ResolutionCode, ShortText, Wording, limits};
use crate::rejection::{FieldRule, Fields};
use crate::text::fold_name;

/// Parses all resolutions, and reports every error. `before` is the type that is edited; `None` for a new one.
pub(super) fn parse_resolutions(
    fields: &mut Fields,
    new: &[NewResolution],
    before: Option<&CaseType>,
    language: &Language,
) -> Option<Vec<Resolution>> {
    if new.len() > limits::PARTS {
        fields.add("resolutions", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let (mut codes, mut folded, mut all) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (place, one) in new.iter().enumerate() {
        let at = |field: &str| format!("resolutions[{place}].{field}");
        let parsed = parse(fields, one, &at, before, language);
        let Some(parsed) = parsed else { continue };
        if !codes.insert(parsed.code.clone()) {
            fields.add(at("code"), FieldRule::Duplicate);
        }
        if !folded.insert(fold_name(&parsed.label.said(language))) {
            fields.add(at("label"), FieldRule::Duplicate);
        }
        all.push(parsed);
    }
    (all.len() == new.len()).then_some(all)
}

fn parse(
    fields: &mut Fields,
    new: &NewResolution,
    at: &dyn Fn(&str) -> String,
    before: Option<&CaseType>,
    language: &Language,
) -> Option<Resolution> {
    let code = fields.take(ResolutionCode::parse(&at("code"), &new.code));
    let label = fields.take(ShortText::parse(&at("label"), &new.label));
    let customer_label = ShortText::parse_optional(&at("customer_label"), new.customer_label.as_deref());
    let customer_label = fields.take(customer_label);
    let ((code, label), customer_label) = code.zip(label).zip(customer_label)?;
    let known = before.and_then(|before| before.resolution(&code)).map(|known| &known.label);
    let label = Wording::meant(label, known, "resolution", code.as_str(), language);
    // A customer label equal to the label that the customer would see without it is not kept as one.
    let own = |text: &ShortText| label.given().is_some() || text.as_str() != label.said(language);
    let customer_label = customer_label.filter(own);
    let (by, needs_reason) = (new.by.unwrap_or_default(), new.needs_reason);
    Some(Resolution { code, label, customer_label, by, needs_reason })
}

/// Reports every stage that needs a resolution and has none to choose: it does not end a case, or the type has none.
pub(super) fn check_needed(fields: &mut Fields, structure: &Structure, resolutions: &[Resolution]) {
    for (place, stage) in structure.stages.iter().enumerate().filter(|(_, stage)| stage.needs_resolution) {
        let field = || format!("stages[{place}].needs_resolution");
        if !stage.category.is_ended() {
            fields.add(field(), FieldRule::DoesNotFit { why: "stage_does_not_end".into() });
        } else if resolutions.is_empty() {
            fields.add("resolutions", FieldRule::Missing { why: "no_resolution_to_choose".into() });
        }
    }
}
