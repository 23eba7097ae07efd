//! Configuring case types.

use serde::Serialize;

use super::case_type_parse::{Structure, parse_moves, parse_stages, parse_workflow};
use super::field_definitions::{Defined, kept_fields, parse_fields};
use super::names::is_word_of;
use super::resolution_parse::{check_needed, parse_resolutions};
use super::time_of_types::{parse_deadlines, parse_timed_moves};
use super::{Command, Context, Decision, not_changed_since};
use crate::command::{CaseTypeEdit, NewCaseType};
use crate::commit::{Claim, ClaimKind};
use crate::event::{CaseTypeFact, Fact, Personal};
use crate::model::{
    CaseType, CaseTypeId, CaseTypeVersion, LongText, Name, Permission, PolicyCode, State, StreamId,
    TimedMove, Wording, limits, usual_resolutions,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::{LoadPlan, Loaded};

/// Creates a case type; its name must be free in every language that ships or is loaded.
#[derive(Serialize)]
pub(crate) struct CreateCaseType(pub(crate) NewCaseType);

impl Command for CreateCaseType {
    fn action(&self) -> &'static str {
        "create_case_type"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { claims: vec![name_claim(&self.0.name)], ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureCaseTypes, self.action())?;
        context.beyond_one_customer(self.action())?;
        let new = &self.0;
        let catalog = &context.loaded.catalog;
        if catalog.case_types.len() >= limits::DEFINITIONS {
            let limit = limits::DEFINITIONS as u64;
            return Err(Rejection::blocked(self.action(), Blocker::LimitReached { limit }));
        }
        let mut fields = Fields::default();
        let name = fields.take(Name::parse("name", &new.name));
        let names = catalog.case_types.values().map(|one| &one.name);
        if is_claimed(context.loaded, &name_claim(&new.name)) || is_word_of(names, &new.name, context) {
            fields.add("name", FieldRule::AlreadyInUse);
        }
        let description = fields.take(LongText::parse_optional("description", new.description.as_deref()));
        let structure = if new.stages.is_empty() {
            Some(Structure::usual())
        } else {
            parse_stages(&mut fields, &new.stages, None, context.language)
        };
        let moves = structure.as_ref().and_then(|structure| {
            parse_moves(&mut fields, new.moves.as_deref(), structure, context.language)
        });
        let workflow = parse_workflow(&mut fields, new.workflow.as_deref(), context);
        let deadlines = parse_deadlines(&mut fields, &new.deadlines, context);
        let timed_moves = structure
            .as_ref()
            .and_then(|structure| parse_timed_moves(&mut fields, &new.timed_moves, structure, context));
        let timed = deadlines.zip(timed_moves);
        let resolutions = match &new.resolutions {
            Some(new) => parse_resolutions(&mut fields, new, None, context.language),
            None => Some(usual_resolutions()),
        };
        if let Some((structure, resolutions)) = structure.as_ref().zip(resolutions.as_ref()) {
            check_needed(&mut fields, structure, resolutions);
        }
        let own = structure.as_ref().and_then(|structure| {
            parse_fields(&mut fields, &new.fields, Defined::CaseType(structure, None), context.language)
        });
        let parsed = name.zip(description).zip(structure).zip(moves).zip(workflow);
        let parsed = parsed.zip(resolutions).zip(own).zip(timed);
        let ((((((name_and, structure), moves), workflow), resolutions), own), timed) =
            fields.finish(parsed)?;
        let ((name, description), (deadlines, timed_moves)) = (name_and, timed);

        let mut decision = Decision::default();
        let id = CaseTypeId(context.fresh);
        decision.makes(StreamId::CaseType(id));
        decision.claims(Claim::new(ClaimKind::CaseTypeName, name.as_str()));
        relies_on_workflow(&mut decision, context, workflow);
        relies_on_policies(&mut decision, context, &deadlines);
        let stages = structure.stages;
        let version = CaseTypeVersion { version: 1, stages, moves, workflow, resolutions, fields: own };
        let active = !new.inactive;
        let (name, description) = (name.into(), description.map(Wording::Given));
        let fact = CaseTypeFact::CaseTypeCreated {
            name,
            description,
            active,
            default_priority: new.default_priority.unwrap_or_default(),
            labels: structure.labels,
            version,
            deadlines,
            timed_moves,
        };
        decision.drafts.push(context.draft(Fact::CaseType(id, fact), Personal::default()));
        Ok(decision)
    }
}

/// Edits a case type. Name, description and labels apply at once; changed stages, moves, workflow or
/// resolutions make a new version.
#[derive(Serialize)]
pub(crate) struct EditCaseType {
    pub(crate) case_type: CaseTypeId,
    pub(crate) edit: CaseTypeEdit,
}

impl Command for EditCaseType {
    fn action(&self) -> &'static str {
        "edit_case_type"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let claims = self.edit.name.iter().map(|name| name_claim(name)).collect();
        Ok(LoadPlan { claims, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureCaseTypes, self.action())?;
        context.beyond_one_customer(self.action())?;
        let case_type = context.seen_case_type(self.case_type)?;
        not_changed_since(self.edit.seen, case_type.revision)?;
        let mut decision = Decision::default();
        decision.builds_on(State::CaseType(case_type.clone()));
        let mut fields = Fields::default();
        let mut facts = self.renamed(&mut fields, case_type, context, &mut decision);
        let description = self.edit.description.as_deref();
        let description = fields.take(LongText::parse_optional("description", description));
        let read = case_type.description.as_ref().map(|text| text.said(context.language));
        if let Some(to) = description.filter(|to| {
            self.edit.description.is_some() && to.as_ref().map(LongText::as_str) != read.as_deref()
        }) {
            facts.push(CaseTypeFact::CaseTypeDescribed { from: case_type.description.clone(), to });
        }
        let priority = self.edit.default_priority.filter(|to| *to != case_type.default_priority);
        facts.extend(
            priority.map(|to| CaseTypeFact::DefaultPriorityChanged { from: case_type.default_priority, to }),
        );
        facts.extend(self.restructured(&mut fields, case_type, context, &mut decision));
        let facts = fields.finish(Some(facts))?;
        let of_type = |fact| context.draft(Fact::CaseType(case_type.id, fact), Personal::default());
        decision.drafts = facts.into_iter().map(of_type).collect();
        Ok(decision)
    }
}

impl EditCaseType {
    fn renamed(
        &self,
        fields: &mut Fields,
        case_type: &CaseType,
        context: &Context<'_>,
        decision: &mut Decision,
    ) -> Vec<CaseTypeFact> {
        let Some(text) = &self.edit.name else { return Vec::new() };
        let Some(to) = fields.take(Name::parse("name", text)) else { return Vec::new() };
        // Giving the name that the caller reads is no change.
        if to.as_str() == case_type.name.said(context.language) {
            return Vec::new();
        }
        let claim = name_claim(text);
        let own = case_type.name.given().map(|name| name_claim(name.as_str()));
        if own.as_ref() != Some(&claim) {
            let others = context.loaded.catalog.case_types.values().filter(|one| one.id != case_type.id);
            let names = others.map(|one| &one.name);
            if is_claimed(context.loaded, &claim) || is_word_of(names, text, context) {
                fields.add("name", FieldRule::AlreadyInUse);
            }
            decision.claims(claim);
        }
        vec![CaseTypeFact::CaseTypeRenamed { from: case_type.name.clone(), to }]
    }

    /// What an edit of stages, moves and workflow leads to. Changed labels apply at once; everything else makes a new
    /// version.
    fn restructured(
        &self,
        fields: &mut Fields,
        case_type: &CaseType,
        context: &Context<'_>,
        decision: &mut Decision,
    ) -> Vec<CaseTypeFact> {
        let Some(current) = case_type.current() else { return Vec::new() };
        let edit = &self.edit;
        let structure = match &edit.stages {
            Some(stages) => parse_stages(fields, stages, Some(case_type), context.language),
            None => Some(Structure { stages: current.stages.clone(), labels: case_type.labels.clone() }),
        };
        let Some(structure) = structure else { return Vec::new() };
        for (given, withdrawn, field) in [
            (edit.moves.is_some(), edit.any_move, "moves"),
            (edit.workflow.is_some(), edit.without_workflow, "workflow"),
        ] {
            if given && withdrawn {
                fields.add(field, FieldRule::DoesNotFit { why: "given_and_taken_away".into() });
            }
        }
        let moves = match &edit.moves {
            Some(moves) => parse_moves(fields, Some(moves), &structure, context.language).flatten(),
            None if edit.any_move => None,
            None => kept_moves(current, &structure),
        };
        let workflow = match &edit.workflow {
            Some(workflow) => parse_workflow(fields, Some(workflow), context).flatten(),
            None if edit.without_workflow => None,
            None => current.workflow,
        };
        let own = match &edit.fields {
            Some(own) => {
                parse_fields(fields, own, Defined::CaseType(&structure, Some(case_type)), context.language)
            }
            None => Some(kept_fields(&current.fields, &structure)),
        };
        let Some(own) = own else { return Vec::new() };
        if workflow != current.workflow {
            relies_on_workflow(decision, context, workflow);
        }
        let resolutions = match &edit.resolutions {
            Some(new) => parse_resolutions(fields, new, Some(case_type), context.language),
            None => Some(current.resolutions.clone()),
        };
        let Some(resolutions) = resolutions else { return Vec::new() };
        check_needed(fields, &structure, &resolutions);
        let mut facts = Vec::new();
        let deadlines = edit.deadlines.as_ref().and_then(|codes| parse_deadlines(fields, codes, context));
        if let Some(to) = deadlines.filter(|to| *to != case_type.deadlines) {
            relies_on_policies(decision, context, &to);
            facts.push(CaseTypeFact::CaseTypeDeadlinesChanged { from: case_type.deadlines.clone(), to });
        }
        let timed_moves = match &edit.timed_moves {
            Some(moves) => parse_timed_moves(fields, moves, &structure, context),
            None => Some(kept_timed_moves(case_type, &structure)),
        };
        if let Some(to) = timed_moves.filter(|to| *to != case_type.timed_moves) {
            facts.push(CaseTypeFact::TimedMovesChanged { from: case_type.timed_moves.clone(), to });
        }
        if structure.labels != case_type.labels {
            facts.push(CaseTypeFact::StagesLabelled { from: case_type.labels.clone(), to: structure.labels });
        }
        let version = CaseTypeVersion {
            version: current.version.saturating_add(1),
            stages: structure.stages,
            moves,
            workflow,
            resolutions,
            fields: own,
        };
        if (CaseTypeVersion { version: current.version, ..version.clone() }) != *current {
            facts.push(CaseTypeFact::CaseTypeVersioned { version });
        }
        facts
    }
}

/// The moves of the current version, without those from or to a stage that no longer exists.
fn kept_moves(current: &CaseTypeVersion, structure: &Structure) -> Option<Vec<crate::model::StageMove>> {
    let there = |id: &crate::model::StageId| structure.stages.iter().any(|stage| stage.id == *id);
    let kept = |moves: &Vec<crate::model::StageMove>| {
        moves.iter().filter(|one| there(&one.from) && there(&one.to)).cloned().collect()
    };
    current.moves.as_ref().map(kept)
}

/// The timed moves of a type, without those from or to a stage that no longer exists.
fn kept_timed_moves(case_type: &CaseType, structure: &Structure) -> Vec<TimedMove> {
    let there = |id: &crate::model::StageId| structure.stages.iter().any(|stage| stage.id == *id);
    case_type.timed_moves.iter().filter(|one| there(&one.from) && there(&one.to)).cloned().collect()
}

/// The policies that a definition names must still be there when it is written.
pub(super) fn relies_on_policies(decision: &mut Decision, context: &Context<'_>, deadlines: &[PolicyCode]) {
    if let Some(settings) = context.loaded.catalog.settings.as_ref().filter(|_| !deadlines.is_empty()) {
        decision.relies_on(StreamId::Settings, settings.revision);
    }
}

fn relies_on_workflow(
    decision: &mut Decision,
    context: &Context<'_>,
    workflow: Option<crate::model::WorkflowId>,
) {
    if let Some(found) = workflow.and_then(|id| context.loaded.catalog.workflows.get(&id)) {
        decision.relies_on(StreamId::Workflow(found.id), found.revision);
    }
}

/// Makes a case type available for new cases, or unavailable. Its existing cases stay as they are.
#[derive(Serialize)]
pub(crate) struct SetCaseTypeActive {
    pub(crate) case_type: CaseTypeId,
    pub(crate) active: bool,
}

impl Command for SetCaseTypeActive {
    fn action(&self) -> &'static str {
        if self.active { "activate_case_type" } else { "deactivate_case_type" }
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureCaseTypes, self.action())?;
        context.beyond_one_customer(self.action())?;
        let case_type = context.seen_case_type(self.case_type)?;
        let mut decision = Decision::default();
        decision.builds_on(State::CaseType(case_type.clone()));
        if case_type.active != self.active {
            let fact =
                if self.active { CaseTypeFact::CaseTypeActivated } else { CaseTypeFact::CaseTypeDeactivated };
            decision.drafts.push(context.draft(Fact::CaseType(case_type.id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

fn name_claim(name: &str) -> Claim {
    Claim::new(ClaimKind::CaseTypeName, name)
}

/// Whether a stream has this claim already.
pub(crate) fn is_claimed(loaded: &Loaded, claim: &Claim) -> bool {
    loaded.claims.iter().any(|located| located.claim == *claim)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::command::NewStage;
    use crate::decide::testing::{Given, SUPPORT, agent, case_type, manager};
    use crate::language::Language;
    use crate::model::{Priority, StageCategory};
    use crate::rejection::FieldError;
    use crate::store::Located;

    fn edited(edit: CaseTypeEdit) -> Result<Vec<CaseTypeFact>, Rejection> {
        let given = Given::new().by(manager());
        let decision = given.when(&EditCaseType { case_type: SUPPORT, edit })?;
        let of_type = |draft: &crate::event::Draft| match &draft.fact {
            Fact::CaseType(SUPPORT, fact) => fact.clone(),
            other => panic!("{other:?}"),
        };
        Ok(decision.drafts.iter().map(of_type).collect())
    }

    pub(in crate::decide) fn stages() -> Vec<NewStage> {
        vec![
            NewStage::new("Open", StageCategory::Open),
            NewStage::new("In Progress", StageCategory::Active),
            NewStage::new("Resolved", StageCategory::Resolved),
            NewStage::new("Closed", StageCategory::Closed),
        ]
    }

    #[test]
    fn a_type_without_stages_of_its_own_gets_the_usual_ones() {
        let decision = Given::new().by(manager()).when(&CreateCaseType(NewCaseType::new("Refunds"))).unwrap();
        let Fact::CaseType(_, CaseTypeFact::CaseTypeCreated { active, labels, version, .. }) =
            &decision.drafts[0].fact
        else {
            panic!()
        };
        assert!(*active);
        let ids: Vec<_> = labels.iter().map(|labels| labels.label.shipped_id()).collect();
        assert_eq!(ids, ["open", "in_progress", "resolved", "closed"].map(Some), "as words, not as text");
        assert_eq!(version.version, 1);
    }

    #[test]
    fn a_name_in_use_is_refused_whatever_its_case_and_width() {
        let mut given = Given::new().by(manager());
        given.claims.push(Located { claim: name_claim("support"), stream: StreamId::CaseType(SUPPORT) });
        for name in ["Support", " SUPPORT ", "Ｓupport"] {
            let rejection = given.when(&CreateCaseType(NewCaseType::new(name)));
            assert_eq!(rejection, Err(Rejection::field("name", FieldRule::AlreadyInUse)), "{name}");
        }
    }

    /// A file with a shipped type, called `Support` or `Unterstützung`, in place of the one that somebody named.
    fn shipped(given: Given) -> Given {
        let wording = |id| Wording::shipped("case_type", id);
        let mut support = case_type();
        support.name = wording("support");
        support.labels.iter_mut().for_each(|labels| {
            labels.label = Wording::shipped("stage", labels.stage.as_str());
        });
        let bug =
            CaseType { id: crate::decide::testing::REFUNDS, name: wording("bug_report"), ..case_type() };
        given.by(manager()).with_type(support).with_type(bug)
    }

    #[test]
    fn a_new_name_differs_from_the_words_of_every_language() {
        for given in [shipped(Given::new()), shipped(Given::new().in_german())] {
            for name in ["support", " BUG REPORT ", "unterstützung", "FEHLERMELDUNG"] {
                let rejection = given.when(&CreateCaseType(NewCaseType::new(name)));
                assert_eq!(rejection, Err(Rejection::field("name", FieldRule::AlreadyInUse)), "{name}");
            }
            let edit = |name: &str| CaseTypeEdit { name: Some(name.into()), ..CaseTypeEdit::default() };
            let taken = given.when(&EditCaseType { case_type: SUPPORT, edit: edit("Fehlermeldung") });
            assert_eq!(taken, Err(Rejection::field("name", FieldRule::AlreadyInUse)));
            let free = given.when(&EditCaseType { case_type: SUPPORT, edit: edit("Hilfe") }).unwrap();
            assert!(matches!(
                &free.drafts[0].fact,
                Fact::CaseType(_, CaseTypeFact::CaseTypeRenamed { from: Wording::Word(_), to }) if to.as_str() == "Hilfe"
            ));
        }
    }

    #[test]
    fn what_a_screen_shows_and_gives_back_stores_no_word_of_ours() {
        let given = shipped(Given::new().in_german());
        let stage = |label: &str, id: &str, category| NewStage {
            customer_label: Some(label.into()),
            ..NewStage::new(label, category).with_id(id)
        };
        let stages = vec![
            stage("Offen", "open", StageCategory::Open),
            stage("In Bearbeitung", "in_progress", StageCategory::Active),
            stage("Gelöst", "resolved", StageCategory::Resolved),
            stage("Abgeschlossen", "closed", StageCategory::Closed),
        ];
        let edit = CaseTypeEdit {
            name: Some("Unterstützung".into()),
            stages: Some(stages),
            ..CaseTypeEdit::default()
        };
        let decision = given.when(&EditCaseType { case_type: SUPPORT, edit }).unwrap();
        assert_eq!(decision.drafts, Vec::new());
    }

    #[test]
    fn a_type_is_found_by_a_given_name_then_by_its_word_in_two_languages_or_by_its_shipped_id() {
        let given = shipped(Given::new());
        let german = Language::shipped("de").unwrap();
        let found = |text: &str| given.catalog.find_case_type(text, &german).map(|found| found.id);
        for text in ["unterstützung", "Support", "support"] {
            assert_eq!(found(text), Some(SUPPORT), "{text}");
        }
        // A language that is loaded later does not take a name away from the type that has it.
        let named = CaseType { name: Name::parse("name", "Unterstützung").unwrap().into(), ..case_type() };
        let id = crate::model::CaseTypeId(uuid::Uuid::from_u128(99));
        let given = given.with_type(CaseType { id, ..named });
        let found = |text: &str| given.catalog.find_case_type(text, &german).map(|found| found.id);
        assert_eq!((found("Unterstützung"), found("Support")), (Some(id), Some(SUPPORT)));
    }

    #[test]
    fn a_type_needs_an_enabled_stage_that_a_case_can_start_in() {
        let new = NewCaseType::new("Odd").with_stages(vec![NewStage::new("Done", StageCategory::Closed)]);
        let rejection = Given::new().by(manager()).when(&CreateCaseType(new)).unwrap_err();
        assert_eq!(rejection.fields()[0].field, "stages");
    }

    #[test]
    fn every_wrong_stage_is_named() {
        let new = NewCaseType::new("Odd").with_stages(vec![
            NewStage::new("Open", StageCategory::Open),
            NewStage::new(" open ", StageCategory::Active),
            NewStage::new("", StageCategory::Active),
        ]);
        let rejection = Given::new().by(manager()).when(&CreateCaseType(new)).unwrap_err();
        assert_eq!(
            rejection.fields(),
            [
                FieldError::new("stages[1].label", FieldRule::Duplicate),
                FieldError::new("stages[2].label", FieldRule::Required)
            ]
        );
    }

    #[test]
    fn a_label_applies_at_once_and_makes_no_version() {
        let mut renamed = stages();
        renamed[0] = NewStage::new("To do", StageCategory::Open).with_id("open");
        let facts = edited(CaseTypeEdit { stages: Some(renamed), ..CaseTypeEdit::default() }).unwrap();
        assert!(matches!(facts.as_slice(), [CaseTypeFact::StagesLabelled { .. }]));
    }

    #[test]
    fn another_default_priority_applies_at_once_and_makes_no_version() {
        let (from, to) = (Priority::Normal, Priority::High);
        assert_eq!(
            edited(CaseTypeEdit::new().default_priority(to)),
            Ok(vec![CaseTypeFact::DefaultPriorityChanged { from, to }])
        );
        assert_eq!(edited(CaseTypeEdit::new().default_priority(from)), Ok(Vec::new()));
    }

    #[test]
    fn a_stage_more_makes_a_version() {
        let mut more = stages();
        more.insert(2, NewStage::new("With the bank", StageCategory::Waiting));
        let facts = edited(CaseTypeEdit { stages: Some(more), ..CaseTypeEdit::default() }).unwrap();
        let [CaseTypeFact::StagesLabelled { .. }, CaseTypeFact::CaseTypeVersioned { version }] =
            facts.as_slice()
        else {
            panic!()
        };
        assert_eq!((version.version, version.stages.len()), (2, 5));
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_event() {
        let edit =
            CaseTypeEdit { name: Some("Support".into()), stages: Some(stages()), ..CaseTypeEdit::default() };
        assert_eq!(edited(edit), Ok(Vec::new()));
    }

    #[test]
    fn a_label_of_a_removed_stage_is_kept_for_the_cases_that_are_there() {
        let fewer = stages().into_iter().filter(|stage| stage.label != "Resolved").collect();
        let facts = edited(CaseTypeEdit { stages: Some(fewer), ..CaseTypeEdit::default() }).unwrap();
        assert!(matches!(facts.as_slice(), [CaseTypeFact::CaseTypeVersioned { .. }]));
        assert_eq!(case_type().labels.len(), 4);
    }

    #[test]
    fn moves_name_stages_by_id_or_label() {
        let moves =
            NewCaseType::new("M").with_moves([("Open", "in_progress"), ("In Progress", "Nowhere")]).moves;
        let rejection = edited(CaseTypeEdit { moves, ..CaseTypeEdit::default() }).unwrap_err();
        let labels = ["Open", "In Progress", "Resolved", "Closed"];
        let unknown = FieldRule::unknown("Nowhere", labels);
        assert_eq!(rejection.fields(), [FieldError::new("moves[1].to", unknown)]);
    }

    #[test]
    fn activating_what_is_active_changes_nothing() {
        let given = Given::new().by(manager());
        let decision = given.when(&SetCaseTypeActive { case_type: SUPPORT, active: true }).unwrap();
        assert_eq!(decision.drafts, Vec::new());
        let decision = given.when(&SetCaseTypeActive { case_type: SUPPORT, active: false }).unwrap();
        assert_eq!(decision.drafts[0].fact, Fact::CaseType(SUPPORT, CaseTypeFact::CaseTypeDeactivated));
    }

    #[test]
    fn an_agent_configures_nothing() {
        let given = Given::new().by(agent());
        assert_eq!(given.when(&CreateCaseType(NewCaseType::new("x"))).unwrap_err().code(), "forbidden");
        let off = SetCaseTypeActive { case_type: SUPPORT, active: false };
        assert_eq!(given.when(&off).unwrap_err().code(), "forbidden");
    }
}
