//! Parses a caller's records into the steps of a workflow, and checks them as a whole.

use std::collections::BTreeSet;

use crate::command::{NewDefaultRedaction, NewStep};
use crate::language::Language;
use crate::model::{
    DefaultRedaction, IdentificationMethod, MaterialField, Permission, ShortText, Step, StepId, StepKind,
    Wording, is_source_name, limits,
};
use crate::rejection::{FieldRule, Fields};

/// Parses all steps, which replace those of `before`, and reports every error at once, including errors between steps.
pub(super) fn parse_steps(
    fields: &mut Fields,
    new: &[NewStep],
    before: &[Step],
    language: &Language,
) -> Option<Vec<Step>> {
    if new.is_empty() {
        fields.add("steps", FieldRule::Required);
        return None;
    }
    if new.len() > limits::PARTS {
        fields.add("steps", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let parsed: Vec<Option<Step>> = new
        .iter()
        .enumerate()
        .map(|(place, step)| parse_step(fields, place, step, before, language))
        .collect();
    let steps: Option<Vec<Step>> = parsed.into_iter().collect();
    let steps = steps?;
    let sound =
        [names_are_sound(fields, &steps), requirements_end(fields, &steps), kinds_are_sound(fields, &steps)];
    sound.iter().all(|sound| *sound).then_some(steps)
}

fn parse_step(
    fields: &mut Fields,
    place: usize,
    new: &NewStep,
    before: &[Step],
    language: &Language,
) -> Option<Step> {
    let at = |field: &str| format!("steps[{place}].{field}");
    let id = fields.take(StepId::parse(&at("id"), &new.id));
    let label = fields.take(ShortText::parse(&at("label"), &new.label));
    let ids = |fields: &mut Fields, field: &str, texts: &[String]| {
        let parse = |text: &String| fields.take(StepId::parse(&at(field), text));
        texts.iter().map(parse).collect::<Vec<_>>().into_iter().collect::<Option<Vec<StepId>>>()
    };
    let requires = ids(fields, "requires", &new.requires);
    let excludes_doers_of = ids(fields, "excludes_doers_of", &new.excludes_doers_of);
    let mut sound = true;
    if !(1..=100).contains(&new.quorum) {
        fields.add(at("quorum"), FieldRule::OutOfRange { least: 1, most: 100 });
        sound = false;
    }
    if new.denial_codes.len() > limits::PARTS || !new.denial_codes.iter().all(|code| is_code(code)) {
        let form = "denial_codes".into();
        fields.add(at("denial_codes"), FieldRule::Malformed { form });
        sound = false;
    }
    let methods = parse_methods(fields, new, &at);
    let permission = new.permission.unwrap_or(match new.kind {
        StepKind::Release => Permission::ReleaseCases,
        StepKind::Identification | StepKind::DataApproval | StepKind::Approval => Permission::DecideSteps,
    });
    let id = id?;
    let known = before.iter().find(|step| step.id == id).map(|step| &step.label);
    let label = Wording::meant(label?, known, "step", id.as_str(), language);
    let step = Step {
        id,
        label,
        kind: new.kind,
        requires: requires?,
        permission,
        doer: new.doer,
        quorum: new.quorum,
        excludes_raiser: new.excludes_raiser,
        excludes_doers_of: excludes_doers_of?,
        denial_codes: new.denial_codes.clone(),
        material: material(new),
        methods: methods?,
    };
    sound.then_some(step)
}

/// The methods of an identification, each with a code of its own.
fn parse_methods(
    fields: &mut Fields,
    new: &NewStep,
    at: &dyn Fn(&str) -> String,
) -> Option<Vec<IdentificationMethod>> {
    if !new.methods.is_empty() && new.kind != StepKind::Identification {
        fields.add(at("methods"), FieldRule::DoesNotFit { why: "identifies_nobody".into() });
        return None;
    }
    if new.methods.len() > limits::PARTS {
        fields.add(at("methods"), FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut methods: Vec<IdentificationMethod> = Vec::new();
    for (place, one) in new.methods.iter().enumerate() {
        let within = |field: &str| at(&format!("methods[{place}].{field}"));
        let label = fields.take(ShortText::parse(&within("label"), &one.label));
        if !is_code(&one.code) {
            fields.add(within("code"), FieldRule::Malformed { form: "code".into() });
        } else if methods.iter().any(|other| other.code == one.code) {
            fields.add(within("code"), FieldRule::Duplicate);
        } else if let Some(label) = label {
            let (code, assurance) = (one.code.clone(), one.assurance);
            methods.push(IdentificationMethod { code, label, assurance });
        }
    }
    (methods.len() == new.methods.len()).then_some(methods)
}

/// What the approvals of a step cover, each field once. An approval that is about no data is about what the case says.
fn material(new: &NewStep) -> Vec<MaterialField> {
    let named = new.material.clone().unwrap_or_else(|| match new.kind {
        StepKind::Approval => vec![MaterialField::Title, MaterialField::Description],
        StepKind::Identification | StepKind::DataApproval | StepKind::Release => Vec::new(),
    });
    named.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn is_code(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=limits::REFERENCE).contains(&text.len()) && text.chars().all(legal)
}

/// Whether ids are unique, and steps refer only to steps that exist.
fn names_are_sound(fields: &mut Fields, steps: &[Step]) -> bool {
    let mut sound = true;
    let mut ids = BTreeSet::new();
    for (place, step) in steps.iter().enumerate() {
        if !ids.insert(&step.id) {
            fields.add(format!("steps[{place}].id"), FieldRule::Duplicate);
            sound = false;
        }
    }
    for (place, step) in steps.iter().enumerate() {
        for (field, named) in [("requires", &step.requires), ("excludes_doers_of", &step.excludes_doers_of)] {
            if let Some(unknown) = named.iter().find(|id| !ids.contains(id)) {
                let others = steps.iter().filter(|other| other.id != step.id).map(|other| other.id.as_str());
                fields.add(format!("steps[{place}].{field}"), FieldRule::unknown(unknown.as_str(), others));
                sound = false;
            }
            if named.contains(&step.id) {
                let why = "step_names_itself".into();
                fields.add(format!("steps[{place}].{field}"), FieldRule::DoesNotFit { why });
                sound = false;
            }
        }
    }
    sound
}

/// Whether no step requires itself through others. Steps whose requirements are all done are taken as done, until none
/// is left or none can be done.
fn requirements_end(fields: &mut Fields, steps: &[Step]) -> bool {
    let mut done: BTreeSet<&StepId> = BTreeSet::new();
    let known: BTreeSet<&StepId> = steps.iter().map(|step| &step.id).collect();
    loop {
        let can = |step: &&Step| step.requires.iter().all(|id| done.contains(id) || !known.contains(id));
        let next: Vec<&StepId> =
            steps.iter().filter(can).map(|step| &step.id).filter(|id| !done.contains(id)).collect();
        if next.is_empty() {
            break;
        }
        done.extend(next);
    }
    let circular: Vec<usize> = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| !done.contains(&step.id))
        .map(|(place, _)| place)
        .collect();
    for place in &circular {
        let why = "circle".into();
        fields.add(format!("steps[{place}].requires"), FieldRule::DoesNotFit { why });
    }
    circular.is_empty()
}

/// Whether there is at most one release and one data approval, and the release comes last and alone.
fn kinds_are_sound(fields: &mut Fields, steps: &[Step]) -> bool {
    let mut sound = true;
    let mut refuse = |fields: &mut Fields, place: usize, field: &str, why: &str| {
        fields.add(format!("steps[{place}].{field}"), FieldRule::DoesNotFit { why: why.into() });
        sound = false;
    };
    for kind in [StepKind::DataApproval, StepKind::Release] {
        let of_kind = steps.iter().enumerate().filter(|(_, step)| step.kind == kind);
        for (place, _) in of_kind.skip(1) {
            refuse(fields, place, "kind", "one_such_step");
        }
    }
    let data = steps.iter().find(|step| step.kind == StepKind::DataApproval);
    for (place, release) in steps.iter().enumerate().filter(|(_, step)| step.kind == StepKind::Release) {
        if release.quorum > 1 {
            refuse(fields, place, "quorum", "one_person_releases");
        }
        if !release.denial_codes.is_empty() {
            refuse(fields, place, "denial_codes", "release_not_denied");
        }
        if !release.material.is_empty() {
            refuse(fields, place, "material", "release_covers_approvals");
        }
        let before = everything_before(steps, release);
        if steps.iter().any(|step| step.id != release.id && !before.contains(&step.id)) {
            refuse(fields, place, "requires", "all_before_release");
        }
    }
    if data.is_some() && !steps.iter().any(|step| step.kind == StepKind::Release) {
        fields.add("steps", FieldRule::Missing { why: "no_release".into() });
        sound = false;
    }
    sound
}

/// The steps that a step requires, directly or through others.
fn everything_before<'a>(steps: &'a [Step], step: &'a Step) -> BTreeSet<&'a StepId> {
    let mut before = BTreeSet::new();
    let mut open: Vec<&StepId> = step.requires.iter().collect();
    while let Some(id) = open.pop() {
        if before.insert(id) {
            open.extend(steps.iter().filter(|step| step.id == *id).flat_map(|step| &step.requires));
        }
    }
    before
}

/// Parses the names of sources; `Some(None)` means all sources.
pub(super) fn parse_sources(fields: &mut Fields, names: Option<&[String]>) -> Option<Option<Vec<String>>> {
    let Some(names) = names else { return Some(None) };
    let mut parsed: Vec<String> = Vec::new();
    let mut sound = true;
    if names.len() > limits::PARTS {
        fields.add("sources", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    for (place, name) in names.iter().enumerate() {
        let name = name.trim();
        let field = format!("sources[{place}]");
        if !is_source_name(name) {
            let form = "source_name".into();
            fields.add(field, FieldRule::Malformed { form });
            sound = false;
        } else if parsed.iter().any(|one| one == name) {
            fields.add(field, FieldRule::Duplicate);
            sound = false;
        } else {
            parsed.push(name.to_owned());
        }
    }
    sound.then_some(Some(parsed))
}

/// Parses the columns that are hidden by default, of sources that the workflow asks.
pub(super) fn parse_redactions(
    fields: &mut Fields,
    new: &[NewDefaultRedaction],
    sources: Option<&[String]>,
) -> Option<Vec<DefaultRedaction>> {
    if new.len() > limits::PARTS {
        fields.add("redactions", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut parsed: Vec<DefaultRedaction> = Vec::new();
    for (place, one) in new.iter().enumerate() {
        let at = |field: &str| format!("redactions[{place}].{field}");
        let source = one.source.trim().to_owned();
        let column = fields.take(ShortText::parse(&at("column"), &one.column));
        let table = fields.take(ShortText::parse_optional(&at("table"), one.table.as_deref()));
        let reason = fields.take(ShortText::parse(&at("reason"), &one.reason));
        if !is_source_name(&source) {
            fields.add(at("source"), FieldRule::Malformed { form: "source_name".into() });
            continue;
        }
        if let Some(asked) = sources.filter(|asked| !asked.contains(&source)) {
            fields.add(at("source"), FieldRule::unknown(&source, asked.iter().map(String::as_str)));
            continue;
        }
        let Some(((column, table), reason)) = column.zip(table).zip(reason) else { continue };
        let (column, table) = (column.to_string(), table.map(|table| table.to_string()));
        let is_same = |other: &DefaultRedaction| {
            other.table == table && other.hides(&source, table.as_deref().unwrap_or_default(), &column)
        };
        if parsed.iter().any(is_same) {
            fields.add(at("column"), FieldRule::Duplicate);
            continue;
        }
        parsed.push(DefaultRedaction { source, table, column, reason });
    }
    (parsed.len() == new.len()).then_some(parsed)
}
