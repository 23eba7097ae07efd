//! Parses a caller's records into the stages, moves and workflow of a case type.

use std::collections::BTreeSet;

use super::Context;
use crate::command::{NewStage, NewStageMove};
use crate::language::Language;
use crate::model::{
    CaseType, ShortText, Stage, StageId, StageLabels, StageMove, Wording, WorkflowId, limits, usual_stages,
};
use crate::rejection::{FieldRule, Fields};
use crate::text::fold_name;

/// Stages in their order, and the labels of every stage that the type has or ever had.
pub(crate) struct Structure {
    pub(crate) stages: Vec<Stage>,
    pub(crate) labels: Vec<StageLabels>,
}

impl Structure {
    /// The shipped stages, for a type whose creator gave none.
    pub(crate) fn usual() -> Self {
        let (stages, labels) = usual_stages();
        Self { stages, labels }
    }

    /// The label of a stage as staff see it; its id if it has none.
    pub(super) fn label(&self, stage: &StageId, language: &Language) -> String {
        let labels = self.labels.iter().find(|labels| labels.stage == *stage);
        labels.map_or_else(|| stage.to_string(), |labels| labels.label.said(language).into_owned())
    }
}

/// Parses all stages, and reports every error. `before` is the type that is edited; `None` for a new one.
pub(crate) fn parse_stages(
    fields: &mut Fields,
    new: &[NewStage],
    before: Option<&CaseType>,
    language: &Language,
) -> Option<Structure> {
    if new.len() > limits::PARTS {
        fields.add("stages", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut structure = Structure {
        stages: Vec::new(),
        labels: before.map(|before| before.labels.clone()).unwrap_or_default(),
    };
    let (mut ids, mut folded, mut sound) = (BTreeSet::new(), BTreeSet::new(), true);
    for (place, stage) in new.iter().enumerate() {
        let parsed = parse_stage(fields, place, stage, before, &ids, language);
        let Some((id, labels)) = parsed else {
            sound = false;
            continue;
        };
        if !folded.insert(fold_name(&labels.label.said(language))) {
            fields.add(format!("stages[{place}].label"), FieldRule::Duplicate);
        }
        if !ids.insert(id.clone()) {
            fields.add(format!("stages[{place}].id"), FieldRule::Duplicate);
        }
        match structure.labels.iter_mut().find(|labels| labels.stage == id) {
            Some(known) => *known = labels,
            None => structure.labels.push(labels),
        }
        structure.stages.push(Stage { id, category: stage.category, enabled: !stage.disabled });
    }
    let can_start = structure.stages.iter().any(|stage| stage.enabled && !stage.category.is_ended());
    if sound && !can_start {
        let why = "no_stage_to_start_in".into();
        fields.add("stages", FieldRule::Missing { why });
        return None;
    }
    sound.then_some(structure)
}

fn parse_stage(
    fields: &mut Fields,
    place: usize,
    new: &NewStage,
    before: Option<&CaseType>,
    taken: &BTreeSet<StageId>,
    language: &Language,
) -> Option<(StageId, StageLabels)> {
    let label = fields.take(ShortText::parse(&format!("stages[{place}].label"), &new.label));
    let customer_label = format!("stages[{place}].customer_label");
    let customer_label =
        fields.take(ShortText::parse_optional(&customer_label, new.customer_label.as_deref()));
    let (label, customer_label) = label.zip(customer_label)?;
    let id = match &new.id {
        Some(id) => fields.take(StageId::parse(&format!("stages[{place}].id"), id))?,
        None => known_id(&label, before, language).unwrap_or_else(|| free_id(&label, before, taken)),
    };
    let known = before.and_then(|before| before.labels_of(&id)).map(|labels| &labels.label);
    let label = Wording::meant(label, known, "stage", id.as_str(), language);
    // A customer label equal to the label that the customer would see without it is not kept as one.
    let own = |text: &ShortText| label.given().is_some() || text.as_str() != label.said(language);
    let customer_label = customer_label.filter(own);
    Some((id.clone(), StageLabels { stage: id, label, customer_label }))
}

/// The id of the current stage with this label, compared after folding.
fn known_id(label: &ShortText, before: Option<&CaseType>, language: &Language) -> Option<StageId> {
    let current = before?.current()?;
    let wanted = fold_name(label.as_str());
    let named = |id: &StageId| before.is_some_and(|before| fold_name(&before.label(id, language)) == wanted);
    current.stages.iter().map(|stage| &stage.id).find(|id| named(id)).cloned()
}

/// An id that no stage of this type ever had: old cases and events must not change their meaning.
fn free_id(label: &ShortText, before: Option<&CaseType>, taken: &BTreeSet<StageId>) -> StageId {
    let suggested = StageId::suggested(label.as_str());
    let used = |id: &StageId| {
        taken.contains(id)
            || before.is_some_and(|before| before.labels.iter().any(|labels| labels.stage == *id))
    };
    let numbered = (2..).map(|n| StageId::suggested(&format!("{suggested}_{n}")));
    std::iter::once(suggested.clone()).chain(numbered).find(|id| !used(id)).unwrap_or(suggested)
}

/// Parses the moves; `Some(None)` means that any move is allowed.
pub(crate) fn parse_moves(
    fields: &mut Fields,
    moves: Option<&[NewStageMove]>,
    structure: &Structure,
    language: &Language,
) -> Option<Option<Vec<StageMove>>> {
    let Some(moves) = moves else { return Some(None) };
    if moves.len() > limits::PARTS * limits::PARTS {
        fields.add("moves", FieldRule::TooMany { limit: (limits::PARTS * limits::PARTS) as u64 });
        return None;
    }
    let mut parsed: Vec<StageMove> = Vec::new();
    for (place, one) in moves.iter().enumerate() {
        let mut end = |side: &str, text: &str| {
            let found = find_stage(structure, text, language);
            if found.is_none() {
                let labels = structure.stages.iter().map(|stage| structure.label(&stage.id, language));
                fields.add(format!("moves[{place}].{side}"), FieldRule::unknown(text, labels));
            }
            found
        };
        let (from, to) = (end("from", &one.from), end("to", &one.to));
        if let Some((from, to)) = from.zip(to) {
            let one = StageMove { from, to };
            if !parsed.contains(&one) {
                parsed.push(one);
            }
        }
    }
    Some(Some(parsed))
}

pub(super) fn find_stage(structure: &Structure, text: &str, language: &Language) -> Option<StageId> {
    let wanted = fold_name(text);
    let ids = || structure.stages.iter().map(|stage| &stage.id);
    let labelled = |id: &&StageId| {
        let labels = structure.labels.iter().find(|labels| labels.stage == **id);
        labels.is_some_and(|labels| labels.label.is_said(&wanted, language))
    };
    ids().find(|id| id.as_str() == text.trim()).or_else(|| ids().find(labelled)).cloned()
}

/// Finds the active workflow that a caller named; `Some(None)` means no workflow.
pub(crate) fn parse_workflow(
    fields: &mut Fields,
    text: Option<&str>,
    context: &Context<'_>,
) -> Option<Option<WorkflowId>> {
    let Some(text) = text else { return Some(None) };
    match context.loaded.catalog.find_workflow(text, context.language) {
        None => {
            let active = context.loaded.catalog.workflow_names(context.language, |one| one.active);
            fields.add("workflow", FieldRule::unknown(text, active));
        }
        Some(workflow) if !workflow.active => fields.add("workflow", FieldRule::Inactive),
        Some(workflow) => return Some(Some(workflow.id)),
    }
    None
}
