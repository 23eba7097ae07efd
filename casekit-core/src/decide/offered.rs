//! What a screen offers: every action on a case or a note, with what it acts on and every reason why it is not possible
//! now.
//!
//! What the host's authorizer forbids is not asked here, since rules call nobody; each action says about which stage it
//! is to be asked.

use super::Context;
use super::action::{Action, ActsOn};
use super::blockers::{asked_for, blockers};
use super::case_edit::{fitting_stage, is_reopened, stage_blockers, type_blockers};
use super::case_holder::taken_to;
use super::message::{not_to_be_stopped, sent_with};
use super::new_case::{usable_stage, usable_type};
use super::note::{altering, too_deep};
use super::policies::{extendable, pause_reasons};
use super::resolution::needed_at;
use super::round::{no_way_back, reopened_to};
use super::steps::{ended_stage, is_resending, step_for};
use super::team::shows_teams;
use crate::model::{
    Case, CaseType, CaseTypeVersion, FieldDefinition, Note, NoteId, Progress, Stage, StageCategory, StageId,
    Step, StepKind,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};

/// An action with every reason why it is not possible now, as far as the rules know.
pub(crate) struct Offered {
    pub(crate) action: Action,
    /// The id of what it acts on; `None` for the case itself.
    pub(crate) target: Option<String>,
    /// What that is called.
    pub(crate) label: Option<String>,
    pub(crate) blockers: Vec<Blocker>,
    /// The stage to which it brings the case, if that is another one: the host's authorizer is asked about it.
    pub(crate) to: Option<StageId>,
}

/// Every action that there is for a case. Actions on its notes are [offered](on_note) for each of them.
pub(crate) fn on_case(case: &Case, context: &Context<'_>) -> Result<Vec<Offered>, Rejection> {
    let mut all = Vec::new();
    for action in [
        Action::TakeCase,
        Action::ReturnCase,
        Action::AssignCase,
        Action::TakeOverCase,
        Action::EditCase,
        Action::EditFields,
        Action::ChangePriority,
        Action::TagCase,
        Action::ChangeCustomer,
        Action::ChangeTeam,
        Action::PauseDeadlines,
        Action::ResumeDeadlines,
        Action::ExtendDeadline,
        Action::GiveDate,
        Action::FollowUp,
        Action::EditRequest,
        Action::AddNote,
        Action::AddCustomerNote,
        Action::SendMessage,
    ] {
        let is_there = match action {
            Action::EditFields => fields_of(case, context).next().is_some(),
            Action::ChangeTeam => shows_teams(context),
            Action::EditRequest | Action::SendMessage => case.request.is_some(),
            // Where there is nothing to pause or to extend, nobody wants to read why.
            Action::PauseDeadlines => !pause_reasons(case, &context.loaded.catalog).is_empty(),
            Action::ResumeDeadlines => case.clock.is_paused(),
            Action::ExtendDeadline => !extendable(case, &context.loaded.catalog).is_empty(),
            _ => true,
        };
        if is_there {
            all.push(at_step(case, context, action, None));
        }
    }
    let own = context.case_type(case.case_type)?;
    let version = own.version(case.type_version);
    let stages = version.map(|version| version.stages.as_slice()).unwrap_or_default();
    for stage in stages.iter().filter(|stage| stage.enabled && stage.id != case.stage) {
        let action = if is_reopened(case, stage) { Action::ReopenCase } else { Action::MoveCase };
        all.push(to_stage(case, context, action, (own, stage))?);
    }
    for case_type in types_besides(case, context) {
        all.extend(to_type(case, context, case_type)?);
    }
    if own.current().is_some_and(|newest| newest.version != case.type_version) {
        all.push(to_newest(case, context)?);
    }
    let Some(progress) = &case.progress else { return Ok(all) };
    for step in &progress.steps {
        all.extend(actions_at(progress, step).map(|action| at_step(case, context, action, Some(step))));
    }
    if progress.failure.is_none() {
        all.push(at_step(case, context, Action::Retry, None));
    }
    all.push(at_step(case, context, Action::Withdraw, None));
    all.push(at_step(case, context, Action::AnswerAnew, None));
    Ok(all)
}

/// Every action that there is for a note.
pub(crate) fn on_note(note: &Note, case: &Case, context: &Context<'_>) -> Vec<Offered> {
    let stop = sent_with(case, note.id).map(|_| Action::StopMessage);
    let all = [Action::Reply, Action::EditNote, Action::RetractNote, Action::SetNoteVisibility];
    all.into_iter().chain(stop).map(|action| to_note(case, context, action, note)).collect()
}

/// One action on a case, on what a caller named; on what its command would choose if they named nothing.
pub(crate) fn one(
    case: &Case,
    context: &Context<'_>,
    action: Action,
    target: Option<&str>,
) -> Result<Offered, Rejection> {
    let needed = || target.ok_or_else(|| Rejection::field("target", FieldRule::Required));
    let mut fields = Fields::default();
    match action.acts_on() {
        ActsOn::Case if action == Action::MigrateCase => to_newest(case, context),
        ActsOn::Case => Ok(at_step(case, context, action, None)),
        ActsOn::Step(_) => Ok(at_step(case, context, action, step_for(case, action, target)?)),
        ActsOn::Stage => {
            let own = context.case_type(case.case_type)?;
            let version = own.version(case.type_version);
            let version = version.ok_or_else(|| Rejection::not_found("case type", own.id))?;
            let stage = usable_stage(&mut fields, own, version, needed()?, context.language);
            to_stage(case, context, action, (own, fields.finish(stage)?))
        }
        ActsOn::Type => {
            let found = usable_type(&mut fields, needed()?, context);
            let case_type = fields.finish(found)?;
            let offered = to_type(case, context, case_type)?;
            // Its own type changes nothing.
            Ok(offered.unwrap_or_else(|| at_step(case, context, action, None)))
        }
        ActsOn::Note => {
            let given = needed()?;
            let id = given.trim().parse().map(NoteId);
            let id = id.map_err(|_| Rejection::field("target", FieldRule::NotAnId))?;
            let note = context.seen_note(id)?;
            let here = (note.case == case.id).then(|| to_note(case, context, action, note));
            here.ok_or_else(|| Rejection::not_found("note", id))
        }
    }
}

/// The other types that a case could move to, as far as the actor sees them.
pub(crate) fn types_besides<'a>(
    case: &'a Case,
    context: &'a Context<'_>,
) -> impl Iterator<Item = &'a CaseType> {
    let types = context.loaded.catalog.case_types.values().map(AsRef::as_ref);
    types.filter(|one| one.active && one.id != case.case_type && context.sees_type(one.id))
}

/// The actions of a step: what its kind is about, and what is about any step.
fn actions_at<'a>(progress: &'a Progress, step: &'a Step) -> impl Iterator<Item = Action> + 'a {
    let of_kind: &[Action] = match step.kind {
        StepKind::Identification => &[Action::ApproveIdentification],
        StepKind::DataApproval => &[
            Action::PrepareData,
            Action::PrepareSource,
            Action::LeaveOutSource,
            Action::ApproveNoData,
            Action::ApproveData,
        ],
        StepKind::Approval => &[Action::ApproveStep],
        StepKind::Release => &[Action::Release, Action::SendAgain, Action::ConfirmTarget],
    };
    let has_failed = progress.failure.as_ref().is_some_and(|failure| failure.step == step.id);
    let is_given = progress.approvals_of(&step.id).next().is_some();
    let deny = (!step.denial_codes.is_empty()).then_some(Action::Deny);
    let revoke = is_given.then_some(Action::Revoke);
    let retry = has_failed.then_some(Action::Retry);
    of_kind.iter().copied().chain(deny).chain(revoke).chain(retry)
}

fn at_step(case: &Case, context: &Context<'_>, action: Action, step: Option<&Step>) -> Offered {
    let mut blockers = blockers(case, action, step, context.who());
    if is_for_staff(action) && context.scope.customer.is_some() {
        blockers.retain(|one| matches!(one, Blocker::PermissionMissing { .. }));
        blockers.push(Blocker::NotAllowedHere);
    }
    if action == Action::EditFields {
        blockers.extend(every_field_is_asked_for(case, context));
    }
    if action == Action::AnswerAnew && blockers.is_empty() {
        let own = context.case_type(case.case_type).ok();
        let version = own.and_then(|own| own.version(case.type_version));
        blockers.extend(version.and_then(|version| no_way_back(case, context, version)));
    }
    Offered {
        action,
        target: step.map(|step| step.id.to_string()),
        label: step.map(|step| step.called(context.language)),
        blockers,
        to: leads_to(case, context, action, step).filter(|to| *to != case.stage),
    }
}

/// Whether an action is refused to a customer: they are not told how staff divide and order their work, and who asked is for
/// staff to find out.
fn is_for_staff(action: Action) -> bool {
    matches!(
        action,
        Action::ChangePriority
            | Action::TagCase
            | Action::ChangeTeam
            | Action::PauseDeadlines
            | Action::ResumeDeadlines
            | Action::ExtendDeadline
            | Action::GiveDate
            | Action::FollowUp
            | Action::EditRequest
            | Action::SendMessage
    )
}

/// The organisation's own fields of a case, as far as the actor can change them.
fn fields_of<'a>(case: &Case, context: &'a Context<'_>) -> impl Iterator<Item = &'a FieldDefinition> {
    let own = context.case_type(case.case_type).ok();
    let version = own.and_then(|own| own.version(case.type_version));
    let fields = version.map(|version| version.fields.as_slice()).unwrap_or_default();
    let is_portal = context.scope.customer.is_some();
    let is_open =
        move |field: &FieldDefinition| field.is_for_customer(own.map_or(field, |own| own.newest(field)));
    fields.iter().filter(move |field| !is_portal || is_open(field))
}

/// Why no field can be changed: approvals cover each of them.
fn every_field_is_asked_for(case: &Case, context: &Context<'_>) -> Option<Blocker> {
    let mut fields = fields_of(case, context).peekable();
    fields.peek()?;
    fields.all(|field| field.material).then(|| case.live().and_then(asked_for))?
}

/// An action on the case itself.
pub(crate) fn at_case(case: &Case, context: &Context<'_>, action: Action) -> Offered {
    at_step(case, context, action, None)
}

/// The move to a stage of the version that the case keeps.
pub(crate) fn to_stage(
    case: &Case,
    context: &Context<'_>,
    action: Action,
    (own, stage): (&CaseType, &Stage),
) -> Result<Offered, Rejection> {
    let mut found = blockers(case, action, None, context.who());
    let reopens = action == Action::ReopenCase;
    if reopens && !is_reopened(case, stage) {
        found.push(Blocker::NothingToReopen);
    }
    found.extend(stage_blockers(case, context, stage, reopens)?);
    let version = own.version(case.type_version);
    found.extend(version.and_then(|version| needed_at(case, (own, version), stage, context)));
    Ok(Offered {
        action,
        target: Some(stage.id.to_string()),
        label: Some(own.label(&stage.id, context.language).into_owned()),
        blockers: found,
        to: (stage.id != case.stage).then(|| stage.id.clone()),
    })
}

/// The move to another type, in the stage that fits; `None` if it is the case's own type.
fn to_type(case: &Case, context: &Context<'_>, case_type: &CaseType) -> Result<Option<Offered>, Rejection> {
    let newest = case_type.current().filter(|_| case_type.id != case.case_type);
    let offered = newest.map(|newest| in_type(case, context, (case_type, newest), None)).transpose()?;
    Ok(offered.map(|(_, offered)| offered))
}

/// The move to another type, in a stage that was chosen or else in the one that fits, and that stage.
pub(crate) fn in_type<'a>(
    case: &Case,
    context: &Context<'_>,
    (case_type, version): (&CaseType, &'a CaseTypeVersion),
    chosen: Option<&'a Stage>,
) -> Result<(Option<&'a Stage>, Offered), Rejection> {
    let action = Action::ChangeType;
    let (stage, blockers) = in_version(case, context, action, (case_type, version), chosen)?;
    let target = Some(case_type.id.to_string());
    let label = Some(case_type.name.said(context.language).into_owned());
    let to = stage.map(|stage| stage.id.clone());
    Ok((stage, Offered { action, target, label, blockers, to }))
}

/// The move to the newest version of the case's own type.
pub(crate) fn to_newest(case: &Case, context: &Context<'_>) -> Result<Offered, Rejection> {
    let own = context.case_type(case.case_type)?;
    let action = Action::MigrateCase;
    let newest = own.current().filter(|newest| newest.version != case.type_version);
    let (stage, blockers) = match newest {
        Some(newest) => in_version(case, context, action, (own, newest), None)?,
        None => (None, blockers(case, action, None, context.who())),
    };
    let to = stage.filter(|stage| stage.id != case.stage).map(|stage| stage.id.clone());
    Ok(Offered { action, target: None, label: None, blockers, to })
}

/// The stage of another type or version that was chosen or else fits, and what stands in the way.
fn in_version<'a>(
    case: &Case,
    context: &Context<'_>,
    action: Action,
    (case_type, version): (&CaseType, &'a CaseTypeVersion),
    chosen: Option<&'a Stage>,
) -> Result<(Option<&'a Stage>, Vec<Blocker>), Rejection> {
    let stage = match chosen {
        Some(stage) => Some(stage),
        None => fitting_stage(case, context, case_type, version)?,
    };
    let mut found = blockers(case, action, None, context.who());
    found.extend(type_blockers(case, context, (case_type, version), stage, false)?);
    if action == Action::ChangeType {
        found.extend(stage.and_then(|stage| needed_at(case, (case_type, version), stage, context)));
    }
    Ok((stage, found))
}

fn to_note(case: &Case, context: &Context<'_>, action: Action, note: &Note) -> Offered {
    let mut found = blockers(case, action, None, context.who());
    match action == Action::Reply {
        true => found.extend(too_deep(note)),
        false if action == Action::StopMessage => found.extend(not_to_be_stopped(case, note)),
        false => found.extend(altering(note, case, context.by)),
    }
    Offered { action, target: Some(note.id.to_string()), label: None, blockers: found, to: None }
}

/// The stage to which an action brings a case besides what it is about.
fn leads_to(case: &Case, context: &Context<'_>, action: Action, step: Option<&Step>) -> Option<StageId> {
    let version = context.case_type(case.case_type).ok()?.version(case.type_version)?;
    let ends = |wanted: StageCategory| -> Option<StageId> {
        let stage = ended_stage(version, wanted).filter(|_| !case.category.is_ended());
        stage.map(|stage| stage.id.clone())
    };
    match action {
        Action::TakeCase | Action::AssignCase | Action::TakeOverCase => {
            taken_to(case, version).map(|stage| stage.id.clone())
        }
        Action::ApproveIdentification | Action::ApproveNoData | Action::ApproveData | Action::ApproveStep => {
            let (progress, step) = case.live().zip(step)?;
            let before = progress.approvals_of(&step.id).count();
            let others = progress.steps.iter().filter(|other| other.id != step.id);
            let is_last = before + 1 >= step.quorum as usize;
            (is_last && others.into_iter().all(|other| progress.is_done(other)))
                .then(|| ends(StageCategory::Resolved))?
        }
        Action::AnswerAnew => reopened_to(case, version).map(|stage| stage.id.clone()),
        Action::Deny => {
            let progress = case.live()?;
            let answers = progress.steps.iter().any(|step| step.kind == StepKind::Release);
            (!answers).then(|| ends(StageCategory::Resolved))?
        }
        Action::Withdraw => (!is_resending(case)).then(|| ends(StageCategory::Closed))?,
        Action::ReturnCase
        | Action::EditCase
        | Action::EditFields
        | Action::ChangePriority
        | Action::TagCase
        | Action::ChangeCustomer
        | Action::ChangeTeam
        | Action::PauseDeadlines
        | Action::ResumeDeadlines
        | Action::ExtendDeadline
        | Action::GiveDate
        | Action::FollowUp
        | Action::EditRequest
        | Action::MoveCase
        | Action::ReopenCase
        | Action::ChangeType
        | Action::MigrateCase
        | Action::AddNote
        | Action::AddCustomerNote
        | Action::SendMessage
        | Action::StopMessage
        | Action::Reply
        | Action::EditNote
        | Action::RetractNote
        | Action::SetNoteVisibility
        | Action::PrepareData
        | Action::PrepareSource
        | Action::LeaveOutSource
        | Action::Revoke
        | Action::Release
        | Action::SendAgain
        | Action::ConfirmTarget
        | Action::Retry => None,
    }
}

/// The refusal of a command as the reasons that a screen shows; the refusal again if it is about something else.
pub(crate) fn as_blockers(refused: Rejection) -> Result<Vec<Blocker>, Rejection> {
    match refused {
        Rejection::Forbidden { permission, .. } => Ok(vec![Blocker::PermissionMissing { permission }]),
        Rejection::NotAllowedHere { .. } => Ok(vec![Blocker::NotAllowedHere]),
        Rejection::Blocked { blockers, .. } => Ok(blockers),
        other => Err(other),
    }
}
