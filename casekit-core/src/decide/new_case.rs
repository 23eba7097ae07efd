//! A new case, whether a case worker, the webform or an import raises it.

use super::case_texts::NewTexts;
use super::fields::{Giving, Settled};
use super::received::received_at;
use super::resolution::{Ending, Said};
use super::tags::GivenTags;
use super::team::team_of_new;
use super::{Context, Decision};
use crate::command::NewCase;
use crate::commit::hex;
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::language::Language;
use crate::model::{
    CaseId, CaseNumber, CaseType, CaseTypeVersion, CustomerId, Priority, Reference, ShortText, Stage,
    StreamId, Team, Timestamp, Workflow,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// A new case whose fields are all valid.
pub(crate) struct CheckedCase<'a> {
    pub(super) case_type: &'a CaseType,
    pub(super) version: &'a CaseTypeVersion,
    pub(super) stage: &'a Stage,
    /// The customer, with the revision on which the link relies. Callers that find the customer by a reference set
    /// this.
    pub(super) customer: Option<(CustomerId, u64)>,
    /// The team with which it stands; `None` for no team.
    team: Option<&'a Team>,
    /// When the organisation received what it is about; `None` if that is when it is raised.
    received_at: Option<Timestamp>,
    priority: Priority,
    /// The tags that it gets. The caller gives them to it, after it is raised.
    pub(super) tags: GivenTags,
    /// How it ended, if it is raised as ended.
    pub(super) ending: Ending,
    /// What another system calls the case. The caller sets it.
    pub(super) reference: Option<Reference>,
    texts: NewTexts,
    fields: Settled,
}

/// Who fills in the fields of a new case.
#[derive(Clone, Copy)]
enum FilledBy {
    Actor,
    /// Whoever sent a request.
    Requester,
}

/// Checks every field of a new case, so that a form can show all errors before it is saved.
pub(crate) fn check<'a>(new: &NewCase, context: &Context<'a>) -> Result<CheckedCase<'a>, Rejection> {
    checked(new, context, FilledBy::Actor)
}

/// As `check`, for a case that the webform raises: it has the fields that are for customers.
pub(super) fn check_arrived<'a>(new: &NewCase, context: &Context<'a>) -> Result<CheckedCase<'a>, Rejection> {
    checked(new, context, FilledBy::Requester)
}

/// What the values of its fields name; `None` for nothing.
pub(crate) fn names_of(new: &NewCase, context: &Context<'_>) -> Option<LoadPlan> {
    if new.fields.is_empty() {
        return None;
    }
    let case_type = context.loaded.catalog.find_case_type(&new.case_type, context.language)?;
    Giving::to_new(case_type, case_type.current()?, &new.fields, context).names()
}

fn checked<'a>(new: &NewCase, context: &Context<'a>, by: FilledBy) -> Result<CheckedCase<'a>, Rejection> {
    let mut fields = Fields::default();
    let texts = NewTexts::parse(&mut fields, new);
    let customer = new.customer.and_then(|id| match context.customer(id) {
        Ok(customer) => Some((id, customer.revision)),
        Err(_) => {
            fields.add("customer", FieldRule::unknown_id());
            None
        }
    });
    let typed = type_and_stage(&mut fields, &new.case_type, new.stage.as_deref(), context);
    let team = team_of_new(&mut fields, new.team.as_deref(), context);
    let tags = GivenTags::parse(&mut fields, "tags", &new.tags, context);
    let received_at = received_at(&mut fields, new.received_at, context.now).flatten();
    let said = Said {
        resolution: new.resolution.as_deref(),
        reason: new.reason.as_deref(),
        customer_reason: new.customer_reason.as_deref(),
    };
    let (version, category) = (typed.map(|typed| typed.1), typed.map(|typed| typed.2.category));
    let ending = Ending::parse(&mut fields, said, version, category, context);
    let giving = |case_type, version| {
        let giving = Giving::to_new(case_type, version, &new.fields, context);
        match by {
            FilledBy::Actor => giving,
            FilledBy::Requester => giving.by_requester(),
        }
    };
    let own =
        typed.map(|(case_type, version, stage)| giving(case_type, version).of_new(&mut fields, Some(stage)));
    if typed.is_none()
        && let Some(case_type) = context.loaded.catalog.find_case_type(&new.case_type, context.language)
        && let Some(version) = case_type.current()
    {
        // Only the stage is wrong: what is wrong with the values is said at once.
        giving(case_type, version).of_new(&mut fields, None);
    }
    let checked = typed.zip(texts).zip(ending).zip(own).map(|(((typed, texts), ending), own)| {
        let (case_type, version, stage) = typed;
        CheckedCase {
            case_type,
            version,
            stage,
            customer,
            team,
            received_at,
            priority: new.priority.unwrap_or(case_type.default_priority),
            tags,
            ending,
            reference: None,
            texts,
            fields: own,
        }
    });
    fields.finish(checked)
}

impl CheckedCase<'_> {
    /// Adds what the decision relies on, and makes the event by which the case is raised. The caller decides its time
    /// and its actor.
    pub(super) fn raise(
        self,
        decision: &mut Decision,
        context: &Context<'_>,
    ) -> Result<(CaseId, CaseFact, Personal), Rejection> {
        let settings = context.loaded.catalog.settings.as_ref();
        let settings = settings.ok_or_else(|| Rejection::not_found("settings", ""))?;
        let id = CaseId(context.fresh);
        decision.makes(StreamId::Case(id));
        decision.relies_on(StreamId::Settings, settings.revision);
        decision.relies_on(StreamId::CaseType(self.case_type.id), self.case_type.revision);
        let customer = match self.customer {
            None => context.own_customer()?.map(|own| (own.id, own.revision)),
            given => given,
        };
        if let Some((customer, revision)) = customer {
            decision.relies_on(StreamId::Customer(customer), revision);
        }
        if let Some(team) = self.team {
            decision.relies_on(StreamId::Team(team.id), team.revision);
        }
        let fact = CaseFact::CaseRaised {
            // The store assigns the value when it writes the event.
            number: CaseNumber { prefix: settings.number_prefix.as_str().into(), value: 0 },
            case_type: self.case_type.id,
            type_version: self.version.version,
            stage: self.stage.id.clone(),
            category: self.stage.category,
            customer: customer.map(|(customer, _)| customer),
            team: self.team.map(|team| team.id),
            priority: self.priority,
            resolution: self.ending.code.clone(),
            reference: self.reference.map(String::from),
            received_at: self.received_at,
            fields: self.fields.after.keys().cloned().collect(),
        };
        self.fields.relied_on(decision);
        let fields_to = self.fields.after.into_values().map(Some).collect();
        let ending = self.ending.into_personal();
        let Personal { title, description, .. } = self.texts.into_personal();
        Ok((id, fact, Personal { title, description, fields_to, ..ending }))
    }
}

fn type_and_stage<'a>(
    fields: &mut Fields,
    case_type: &str,
    stage: Option<&str>,
    context: &Context<'a>,
) -> Option<(&'a CaseType, &'a CaseTypeVersion, &'a Stage)> {
    let case_type = usable_type(fields, case_type, context)?;
    let version = case_type.current()?;
    let stage = match stage {
        None => version.start(),
        Some(text) => usable_stage(fields, case_type, version, text, context.language),
    };
    stage.map(|stage| (case_type, version, stage))
}

/// The active case type that a caller named, if the actor may see it.
pub(super) fn usable_type<'a>(
    fields: &mut Fields,
    text: &str,
    context: &Context<'a>,
) -> Option<&'a CaseType> {
    if text.trim().is_empty() {
        fields.add("case_type", FieldRule::Required);
        return None;
    }
    let found = context.loaded.catalog.find_case_type(text, context.language);
    let found = found.filter(|found| context.sees_type(found.id));
    match found {
        None => fields.add("case_type", FieldRule::unknown(text, usable_types(context))),
        Some(found) if !found.active => fields.add("case_type", FieldRule::Inactive),
        Some(found) => return Some(found),
    }
    None
}

/// The names of the active types that the actor may see.
fn usable_types(context: &Context<'_>) -> Vec<String> {
    let usable = |one: &CaseType| one.active && context.sees_type(one.id);
    context.loaded.catalog.type_names(context.language, usable)
}

/// The labels of the enabled stages of a version.
pub(super) fn usable_stages(
    case_type: &CaseType,
    version: &CaseTypeVersion,
    language: &Language,
) -> Vec<String> {
    let enabled = version.stages.iter().filter(|stage| stage.enabled);
    enabled.map(|stage| case_type.label(&stage.id, language).into_owned()).collect()
}

/// The enabled stage of a version that a caller named.
pub(super) fn usable_stage<'a>(
    fields: &mut Fields,
    case_type: &CaseType,
    version: &'a CaseTypeVersion,
    text: &str,
    language: &Language,
) -> Option<&'a Stage> {
    match case_type.find_stage(version, text, language) {
        None => fields.add("stage", FieldRule::unknown(text, usable_stages(case_type, version, language))),
        Some(stage) if !stage.enabled => fields.add("stage", FieldRule::Inactive),
        Some(stage) => return Some(stage),
    }
    None
}

/// Starts the workflow of the case's type, unless the case is in a resolved or closed stage.
pub(super) fn starts_workflow(
    decision: &mut Decision,
    context: &Context<'_>,
    case: CaseId,
    version: &CaseTypeVersion,
    stage: &Stage,
) {
    if stage.category.is_ended() {
        return;
    }
    let workflow = version.workflow.and_then(|id| context.loaded.catalog.workflows.get(&id));
    let Some(workflow) = workflow else { return };
    decision.relies_on(StreamId::Workflow(workflow.id), workflow.revision);
    decision.drafts.extend(started(context, case, workflow, 1, None));
}

/// A draft of the event that begins a round of a workflow's newest version.
pub(super) fn started(
    context: &Context<'_>,
    case: CaseId,
    workflow: &Workflow,
    round: u32,
    reason: Option<ShortText>,
) -> Option<Draft> {
    let version = workflow.current()?;
    let fact = CaseFact::WorkflowStarted {
        workflow: workflow.id,
        version: version.version,
        steps: version.steps.clone(),
        round,
    };
    let personal = Personal { salt: Some(hex(&context.salt)), ..Personal::because(reason) };
    Some(context.draft(Fact::Case(case, fact), personal))
}
