//! Creating and editing workflows.

use serde::Serialize;

use super::case_type::{is_claimed, relies_on_policies};
use super::names::is_word_of;
use super::time_of_types::parse_deadlines;
use super::workflow_parse::{parse_redactions, parse_sources, parse_steps};
use super::{Command, Context, Decision, not_changed_since};
use crate::command::{NewWorkflow, WorkflowEdit};
use crate::commit::{Claim, ClaimKind};
use crate::event::{Fact, Personal, WorkflowFact};
use crate::language::Language;
use crate::model::{Name, Permission, State, StreamId, Workflow, WorkflowId, WorkflowVersion, limits};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Creates a workflow; its name must be free in every language that ships or is loaded.
#[derive(Serialize)]
pub(crate) struct CreateWorkflow(pub(crate) NewWorkflow);

impl Command for CreateWorkflow {
    fn action(&self) -> &'static str {
        "create_workflow"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { claims: vec![name_claim(&self.0.name)], ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureWorkflows, self.action())?;
        context.beyond_one_customer(self.action())?;
        let (mut decision, id, fact) = creates(&self.0, context, self.action())?;
        decision.drafts.push(context.draft(Fact::Workflow(id, fact), Personal::default()));
        Ok(decision)
    }
}

/// What a new workflow relies on, and the fact that makes it. The caller decides its time and its actor.
pub(super) fn creates(
    new: &NewWorkflow,
    context: &Context<'_>,
    action: &str,
) -> Result<(Decision, WorkflowId, WorkflowFact), Rejection> {
    if context.loaded.catalog.workflows.len() >= limits::DEFINITIONS {
        let limit = limits::DEFINITIONS as u64;
        return Err(Rejection::blocked(action, Blocker::LimitReached { limit }));
    }
    let mut fields = Fields::default();
    let name = fields.take(Name::parse("name", &new.name));
    let claim = name_claim(&new.name);
    let names = context.loaded.catalog.workflows.values().map(|one| &one.name);
    if is_claimed(context.loaded, &claim) || is_word_of(names, &new.name, context) {
        fields.add("name", FieldRule::AlreadyInUse);
    }
    let steps = parse_steps(&mut fields, &new.steps, &[], context.language);
    let sources = parse_sources(&mut fields, new.sources.as_deref());
    let asked = sources.clone().flatten();
    let redactions = parse_redactions(&mut fields, &new.redactions, asked.as_deref());
    let deadlines = parse_deadlines(&mut fields, &new.deadlines, context);
    let parsed = name.zip(steps).zip(sources).zip(redactions).zip(deadlines);
    let ((((name, steps), sources), redactions), deadlines) = fields.finish(parsed)?;
    let mut decision = Decision::default();
    let id = WorkflowId(context.fresh);
    decision.makes(StreamId::Workflow(id));
    decision.claims(claim);
    relies_on_policies(&mut decision, context, &deadlines);
    let version = WorkflowVersion { version: 1, steps, sources, redactions };
    Ok((decision, id, WorkflowFact::WorkflowCreated { name: name.into(), version, deadlines }))
}

/// Whether a workflow has the steps, sources and hidden columns of a definition.
pub(super) fn defines_same(
    new: &NewWorkflow,
    workflow: &Workflow,
    context: &Context<'_>,
) -> Result<bool, Rejection> {
    let Some(current) = workflow.current() else { return Ok(false) };
    let mut fields = Fields::default();
    let steps = parse_steps(&mut fields, &new.steps, &current.steps, context.language);
    let sources = parse_sources(&mut fields, new.sources.as_deref());
    let asked = sources.clone().flatten();
    let redactions = parse_redactions(&mut fields, &new.redactions, asked.as_deref());
    let deadlines = parse_deadlines(&mut fields, &new.deadlines, context);
    let parsed = steps.zip(sources).zip(redactions).zip(deadlines);
    let (((steps, sources), redactions), deadlines) = fields.finish(parsed)?;
    let same = steps == current.steps && sources == current.sources && redactions == current.redactions;
    Ok(same && deadlines == workflow.deadlines)
}

/// Edits a workflow. Changed steps or sources make a new version, and running cases keep theirs.
#[derive(Serialize)]
pub(crate) struct EditWorkflow {
    pub(crate) workflow: WorkflowId,
    pub(crate) edit: WorkflowEdit,
}

impl Command for EditWorkflow {
    fn action(&self) -> &'static str {
        "edit_workflow"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let claims = self.edit.name.iter().map(|name| name_claim(name)).collect();
        Ok(LoadPlan { claims, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureWorkflows, self.action())?;
        context.beyond_one_customer(self.action())?;
        let workflow = context.workflow(self.workflow)?;
        not_changed_since(self.edit.seen, workflow.revision)?;
        let mut decision = Decision::default();
        decision.builds_on(State::Workflow(workflow.clone()));
        let mut fields = Fields::default();
        let mut facts = Vec::new();
        if let Some(text) = &self.edit.name {
            let read = workflow.name.said(context.language);
            let name = fields.take(Name::parse("name", text)).filter(|to| to.as_str() != read);
            let (claim, own) = (name_claim(text), workflow.name.given());
            if name.is_some() && own.is_none_or(|own| claim != name_claim(own.as_str())) {
                let others = context.loaded.catalog.workflows.values().filter(|one| one.id != workflow.id);
                let names = others.map(|one| &one.name);
                if is_claimed(context.loaded, &claim) || is_word_of(names, text, context) {
                    fields.add("name", FieldRule::AlreadyInUse);
                }
                decision.claims(claim);
            }
            facts.extend(name.map(|to| WorkflowFact::WorkflowRenamed { from: workflow.name.clone(), to }));
        }
        facts.extend(self.versioned(&mut fields, workflow, context.language));
        let deadlines = self.edit.deadlines.as_ref();
        let deadlines = deadlines.and_then(|codes| parse_deadlines(&mut fields, codes, context));
        if let Some(to) = deadlines.filter(|to| *to != workflow.deadlines) {
            relies_on_policies(&mut decision, context, &to);
            facts.push(WorkflowFact::WorkflowDeadlinesChanged { from: workflow.deadlines.clone(), to });
        }
        let facts = fields.finish(Some(facts))?;
        let of_workflow = |fact| context.draft(Fact::Workflow(workflow.id, fact), Personal::default());
        decision.drafts = facts.into_iter().map(of_workflow).collect();
        Ok(decision)
    }
}

impl EditWorkflow {
    fn versioned(
        &self,
        fields: &mut Fields,
        workflow: &Workflow,
        language: &Language,
    ) -> Option<WorkflowFact> {
        let current = workflow.current()?;
        let steps = match &self.edit.steps {
            Some(steps) => parse_steps(fields, steps, &current.steps, language)?,
            None => current.steps.clone(),
        };
        if self.edit.sources.is_some() && self.edit.all_sources {
            let why = "some_and_all_sources".into();
            fields.add("sources", FieldRule::DoesNotFit { why });
        }
        let sources = match &self.edit.sources {
            Some(sources) => parse_sources(fields, Some(sources))?,
            None if self.edit.all_sources => None,
            None => current.sources.clone(),
        };
        let redactions = match &self.edit.redactions {
            Some(redactions) => parse_redactions(fields, redactions, sources.as_deref())?,
            None => current.redactions.clone(),
        };
        let changed =
            steps != current.steps || sources != current.sources || redactions != current.redactions;
        let number = current.version.saturating_add(1);
        let version = WorkflowVersion { version: number, steps, sources, redactions };
        changed.then_some(WorkflowFact::WorkflowVersioned { version })
    }
}

/// Makes a workflow available for case types, or unavailable. Running cases continue.
#[derive(Serialize)]
pub(crate) struct SetWorkflowActive {
    pub(crate) workflow: WorkflowId,
    pub(crate) active: bool,
}

impl Command for SetWorkflowActive {
    fn action(&self) -> &'static str {
        if self.active { "activate_workflow" } else { "deactivate_workflow" }
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureWorkflows, self.action())?;
        context.beyond_one_customer(self.action())?;
        let workflow = context.workflow(self.workflow)?;
        let mut decision = Decision::default();
        decision.builds_on(State::Workflow(workflow.clone()));
        if workflow.active != self.active {
            let fact =
                if self.active { WorkflowFact::WorkflowActivated } else { WorkflowFact::WorkflowDeactivated };
            decision.drafts.push(context.draft(Fact::Workflow(workflow.id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

impl<'a> Context<'a> {
    fn workflow(&self, id: WorkflowId) -> Result<&'a Workflow, Rejection> {
        let found = self.loaded.catalog.workflows.get(&id);
        found.map(AsRef::as_ref).ok_or_else(|| Rejection::not_found("workflow", id))
    }
}

pub(super) fn name_claim(name: &str) -> Claim {
    Claim::new(ClaimKind::WorkflowName, name)
}
