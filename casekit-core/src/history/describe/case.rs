//! Messages for cases, their notes and their workflows.

use std::borrow::Cow;

use super::{About, Change, Said, change, changed, deadlines, fields, id, only, text};
use crate::event::{ApprovedData, CaseFact, Header, Identified, Personal};
use crate::language::{Argument, Message};
use crate::model::{
    CaseTypeId, Failure, FieldOwner, FrozenPlace, PROFILE_SOURCE, RedactionTarget, ResolutionCode, StageId,
    StepId, TeamId, Visibility,
};

pub(super) fn describe(fact: &CaseFact, header: &Header, personal: &mut Personal, about: About<'_>) -> Said {
    let said = |code: &'static str| Message::new(code);
    match fact {
        CaseFact::CaseRaised {
            number,
            case_type,
            stage,
            customer,
            team,
            priority,
            resolution,
            fields: own,
            ..
        } => {
            let (name, label) = (about.type_name(*case_type), about.stage_label(Some(*case_type), stage));
            let mut changes = vec![
                change("case_type", None, Some(name.clone())),
                change("stage", None, Some(label.clone())),
                changed("title", personal.title.take()),
            ];
            changes.extend(
                personal.description.take().map(|description| changed("description", Some(description))),
            );
            // A case that was raised for somebody else does not tell its customer of them.
            let customer = customer.filter(|_| !about.for_customer);
            changes.extend(customer.map(|id| change("customer", None, self::id(Some(id)))));
            let team = team.filter(|_| !about.for_customer);
            changes.extend(team.map(|team| change("team", None, Some(about.team(team)))));
            let priority = Some(*priority).filter(|one| !one.is_normal() && !about.for_customer);
            changes.extend(priority.map(|one| change("priority", None, Some(one.argument()))));
            changes.extend(ended(Some(*case_type), resolution.as_ref(), personal, about));
            changes.extend(fields::changes(own, personal, Some(FieldOwner::CaseType(*case_type)), about).1);
            let raised = said("fact.case_raised").with("number", number.text());
            (raised.with("case_type", name).with("stage", label), changes)
        }
        CaseFact::TitleChanged => (said("fact.title_changed"), vec![changed("title", personal.title.take())]),
        CaseFact::DescriptionChanged => {
            (said("fact.description_changed"), vec![changed("description", personal.description.take())])
        }
        CaseFact::FieldsChanged { fields: own } => {
            let owner = about.case_type.map(FieldOwner::CaseType);
            let (labels, changes) = fields::changes(own, personal, owner, about);
            (said("fact.fields_changed").with("fields", labels), changes)
        }
        CaseFact::StageChanged { from, to, reopened, resolution, .. } => {
            // Several types can have a stage with this id, each with a label of its own.
            let (from, to) =
                (about.stage_label(about.case_type, from), about.stage_label(about.case_type, to));
            let moved = said(if *reopened { "fact.stage_changed.reopened" } else { "fact.stage_changed" });
            let moved = moved.with("from", from.clone()).with("to", to.clone());
            let mut changes = vec![change("stage", Some(from), Some(to))];
            changes.extend(ended(about.case_type, resolution.as_ref(), personal, about));
            (moved, changes)
        }
        CaseFact::TypeChanged { from, from_version, to, to_version, stage, resolution, .. } => {
            let (name_from, name_to) = (about.type_name(*from), about.type_name(*to));
            let version = |name: &Argument, version: u32| {
                let named = said("value.version").with("name", name.clone()).with("version", version);
                Some(Argument::from(named))
            };
            let mut changes = vec![
                change("case_type", version(&name_from, *from_version), version(&name_to, *to_version)),
                change("stage", None, Some(about.stage_label(Some(*to), stage))),
            ];
            changes.extend(ended(Some(*to), resolution.as_ref(), personal, about));
            (said("fact.type_changed").with("from", name_from).with("to", name_to), changes)
        }
        CaseFact::ResolutionChanged { from, to } => {
            let called = |code| about.resolution(about.case_type, code);
            let mut changes = vec![change(
                "resolution",
                from.as_ref().map(called),
                Some(about.resolution(about.case_type, to)),
            )];
            changes.extend(told(personal));
            (said("fact.resolution_changed").with("to", about.resolution(about.case_type, to)), changes)
        }
        // Whose it was before is not for the customer whose it is.
        CaseFact::CustomerChanged { .. } if about.for_customer => only(said("fact.customer_changed")),
        CaseFact::CustomerChanged { from, to } => {
            (said("fact.customer_changed"), vec![change("customer", id(*from), id(*to))])
        }
        CaseFact::TeamChanged { from, to } => {
            let named = |team: &Option<TeamId>| team.map(|team| about.team(team));
            let said = match to {
                Some(team) => said("fact.team_changed").with("to", about.team(*team)),
                None => said("fact.team_changed.none"),
            };
            (said, vec![change("team", named(from), named(to))])
        }
        CaseFact::TagsChanged { added, removed } => {
            let (added, removed) = (about.tags(added), about.tags(removed));
            let said = match (&added, &removed) {
                (Some(added), Some(removed)) => said("fact.tags_changed.both")
                    .with("added", added.clone())
                    .with("removed", removed.clone()),
                (None, Some(removed)) => said("fact.tags_changed.removed").with("removed", removed.clone()),
                (Some(added), None) => said("fact.tags_changed").with("added", added.clone()),
                (None, None) => said("fact.tags_changed.none"),
            };
            (said, vec![change("tags", removed, added)])
        }
        CaseFact::PriorityChanged { from, to } => (
            said("fact.priority_changed").with("to", to.argument()),
            vec![change("priority", Some(from.argument()), Some(to.argument()))],
        ),
        CaseFact::CaseTaken => {
            (said("fact.case_taken"), vec![change("holder", None, Some(about.person(&header.actor)))])
        }
        CaseFact::CaseReturned { from } => {
            (said("fact.case_returned"), vec![change("holder", Some(about.person(from)), None)])
        }
        CaseFact::CaseAssigned { from, to } => (
            said("fact.case_assigned").with("to", about.person(to)),
            vec![change("holder", from.as_ref().map(|from| about.person(from)), Some(about.person(to)))],
        ),
        CaseFact::CaseTakenOver { from } => (
            said("fact.case_taken_over").with("from", about.person(from)),
            vec![change("holder", Some(about.person(from)), Some(about.person(&header.actor)))],
        ),
        CaseFact::NoteAdded { parent, visibility, .. } => {
            let added = said(if parent.is_some() { "fact.note_added.reply" } else { "fact.note_added" });
            let added = added.with("visibility", seen_by(*visibility));
            (added, vec![changed("text", personal.text.take())])
        }
        CaseFact::NoteEdited { .. } => {
            (said("fact.note_edited"), vec![changed("text", personal.text.take())])
        }
        CaseFact::NoteRetracted { .. } => only(said("fact.note_retracted")),
        CaseFact::NoteVisibilityChanged { from, to, .. } => (
            said("fact.note_visibility_changed").with("visibility", seen_by(*to)),
            vec![change("visibility", Some(seen_by(*from)), Some(seen_by(*to)))],
        ),
        CaseFact::ReceiptDated { from, to } => (
            said("fact.receipt_dated"),
            vec![change("received_at", Some((*from).into()), Some((*to).into()))],
        ),
        CaseFact::DateGiven { .. }
        | CaseFact::DeadlinesPaused { .. }
        | CaseFact::DeadlinesResumed { .. }
        | CaseFact::DeadlineExtended { .. }
        | CaseFact::DeadlinesCounted { .. }
        | CaseFact::DeadlineWarned { .. }
        | CaseFact::DeadlineMissed { .. }
        | CaseFact::FollowUpSet { .. }
        | CaseFact::FollowUpDue { .. } => deadlines::describe(fact, about),
        CaseFact::RequestReceived { reference, number, credentials, received_at, .. } => {
            let received = match number {
                1 => said("fact.request_received"),
                _ => said("fact.request_received.shared").with("number", *number),
            };
            let received = received.with("reference", reference.as_str()).with("credentials", *credentials);
            (
                received,
                received_at.map(|at| change("received_at", None, Some(at.into()))).into_iter().collect(),
            )
        }
        CaseFact::RequestEdited { credentials, received_at } => {
            let mut changes = Vec::new();
            if let Some(change) = personal.request_change.take().filter(|_| about.access.customers) {
                changes.extend(change.requester.map(|name| changed("requester", Some(name))));
                changes.extend(change.reply_to.map(|place| changed("reply_to", Some(place))));
            }
            changes.extend(received_at.map(|at| change("received_at", None, Some(at.into()))));
            let edited = said("fact.request_edited");
            match credentials {
                0 => (edited, changes),
                _ => (said("fact.request_edited.credentials").with("credentials", *credentials), changes),
            }
        }
        CaseFact::AnswerTakenBack { .. } => only(said("fact.answer_taken_back")),
        CaseFact::ReferenceShared { reference } => {
            only(said("fact.reference_shared").with("reference", reference.as_str()))
        }
        CaseFact::WorkflowStarted { steps, round, .. } => {
            let labels: Vec<Argument> = steps.iter().map(|step| step.label.argument()).collect();
            let started = match round {
                0 | 1 => said("fact.workflow_started"),
                _ => said("fact.workflow_started.again").with("round", *round),
            };
            only(started.with("steps", labels))
        }
        CaseFact::StepApproved { step, data, identified, .. } => {
            approved(about.step(step), (data.as_ref(), identified.as_ref()), personal)
        }
        CaseFact::StepDenied { step, code } => {
            // How staff call their steps is not for a customer.
            let denied = match about.for_customer {
                true => said("fact.step_denied.to_customer"),
                false => said("fact.step_denied").with("step", about.step(step)),
            };
            let reason = text(personal.customer_reason.as_ref());
            (denied.with_word("denial", "denial", code), vec![change("customer_reason", None, reason)])
        }
        CaseFact::ApprovalRevoked { step, by } => {
            only(said("fact.approval_revoked").with("step", about.step(step)).with("by", about.person(by)))
        }
        CaseFact::ApprovalsLapsed { steps, why } => {
            let steps: Vec<Argument> = steps.iter().map(|step: &StepId| about.step(step)).collect();
            only(said("fact.approvals_lapsed").with("steps", steps).with_word("why", "lapse", why))
        }
        CaseFact::SourceAsked { source, rows, failed } => only(match failed {
            Some(code) => said("fact.source_asked.failed")
                .with("source", source_called(source))
                .with_word("failure", "failure", code),
            None => said("fact.source_asked")
                .with("source", source_called(source))
                .with("rows", rows.unwrap_or(0)),
        }),
        CaseFact::SourceLeftOut { source } => {
            only(said("fact.source_left_out").with("source", source_called(source)))
        }
        CaseFact::SnapshotCollected { snapshot } => {
            let rows: u64 = snapshot.tables.iter().map(|table| table.rows).sum();
            only(said("fact.snapshot_collected").with("tables", snapshot.tables.len()).with("rows", rows))
        }
        CaseFact::StepFailed { failure } => only(
            failed(["fact.step_failed", "fact.step_failed.backing_off"], failure)
                .with("step", about.step(&failure.step)),
        ),
        CaseFact::CollectionRetried { attempt, .. } => {
            only(said("fact.collection_retried").with("attempt", *attempt))
        }
        CaseFact::ReleaseRequested { .. } => only(said("fact.release_requested")),
        CaseFact::SendingRequested { number, .. } => {
            only(said("fact.sending_requested").with("number", *number))
        }
        CaseFact::TargetSet { target, .. } => only(said("fact.target_set").with("place", target.place())),
        CaseFact::BuildFailed { failure, .. } => {
            only(failed(["fact.build_failed", "fact.build_failed.backing_off"], failure))
        }
        CaseFact::DeliveryFailed { attempt, failure, .. } => only(
            failed(["fact.delivery_failed", "fact.delivery_failed.backing_off"], failure)
                .with("attempt", *attempt),
        ),
        CaseFact::PackageBuilt { package, .. } => only(said("fact.package_built").with("size", package.size)),
        CaseFact::DeliveryStarted { attempt, .. } => {
            only(said("fact.delivery_started").with("attempt", *attempt))
        }
        CaseFact::Delivered { outcome, receipt, .. } => {
            let delivered = match outcome {
                Some(outcome) => said("fact.delivered").with("outcome", outcome.message()),
                None => said("fact.delivered.again"),
            };
            (delivered, vec![change("receipt", None, text(receipt.as_ref()))])
        }
        CaseFact::MessageRequested { wants_answer, .. } => only(match wants_answer {
            true => said("fact.message_requested"),
            false => said("fact.message_requested.no_answer"),
        }),
        CaseFact::MessageStarted { attempt, .. } => {
            only(said("fact.message_started").with("attempt", *attempt))
        }
        CaseFact::MessageFailed { attempt, failure, .. } => {
            let said = ["fact.message_failed", "fact.message_failed.backing_off"];
            only(failed(said, failure).with("attempt", *attempt))
        }
        CaseFact::MessageDelivered { receipt, .. } => {
            (said("fact.message_delivered"), vec![change("receipt", None, text(receipt.as_ref()))])
        }
        CaseFact::MessageStopped { .. } => only(said("fact.message_stopped")),
        CaseFact::AnswerReceived { .. } => only(said("fact.answer_received")),
        CaseFact::WorkflowEnded { outcome } => {
            only(said("fact.workflow_ended").with("outcome", outcome.message()))
        }
        CaseFact::SendingStopped { .. } => only(said("fact.sending_stopped")),
        CaseFact::DataDestroyed { .. } => only(said("fact.data_destroyed")),
    }
}

/// How a case ended, and what the person was told of it; nothing if nobody said so.
fn ended(
    case_type: Option<CaseTypeId>,
    resolution: Option<&ResolutionCode>,
    personal: &Personal,
    about: About<'_>,
) -> Vec<Change> {
    let said = resolution.map(|code| change("resolution", None, Some(about.resolution(case_type, code))));
    said.into_iter().chain(told(personal)).collect()
}

fn told(personal: &Personal) -> Option<Change> {
    let reason = text(personal.customer_reason.as_ref())?;
    Some(change("customer_reason", None, Some(reason)))
}

/// A part of the data, with its source and table, and where it is.
type Part = (String, String, RedactionTarget, FrozenPlace);

/// The message for a failure: its cause, what to do, and when it is tried again by itself.
fn failed([waits, backs_off]: [&'static str; 2], failure: &Failure) -> Message {
    let code = if failure.retry_at.is_some() { backs_off } else { waits };
    let said =
        Message::new(code).with_word("failure", "failure", &failure.code).with("hint", failure.hint.clone());
    match failure.retry_at {
        Some(at) => said.with("at", at),
        None => said,
    }
}

fn approved(
    step: Argument,
    (data, identified): (Option<&ApprovedData>, Option<&Identified>),
    personal: &Personal,
) -> Said {
    let method = personal.method.iter().map(|method| change("method", None, text(Some(method))));
    let checked = personal.checked.iter().map(|checked| change("checked", None, text(Some(checked))));
    match data {
        None => {
            let assurance = identified.and_then(|one| one.assurance).map(|assurance| {
                change("assurance", None, Some(Argument::word("assurance", assurance.code())))
            });
            let ticked = identified.map_or(0, |one| one.credentials.len());
            let ticked = (ticked > 0).then(|| change("credentials_checked", None, Some(ticked.into())));
            let changes = method.chain(assurance).chain(ticked).chain(checked).collect();
            (Message::new("fact.step_approved").with("step", step), changes)
        }
        Some(ApprovedData::NoData { finding }) => {
            let said = Message::new("fact.step_approved.no_data").with("step", step);
            only(said.with_word("finding", "no_data", finding.code()))
        }
        Some(ApprovedData::Data { hidden, shown, .. }) => {
            let mut reasons = personal.redaction_reasons.iter();
            let mut part = |field, (source, table, target, _): &Part| {
                // The reasons may have been erased.
                let reason = reasons.next().map_or("", |reason| reason.as_str());
                let place = target.place(source, table);
                let because = Message::new("value.redaction").with("place", place).with("reason", reason);
                change(field, None, Some(because.into()))
            };
            let mut changes: Vec<_> = hidden.iter().map(|one| part("hidden", one)).collect();
            changes.extend(shown.iter().map(|one| part("shown", one)));
            (Message::new("fact.step_approved.data").with("step", step).with("hidden", hidden.len()), changes)
        }
    }
}

impl About<'_> {
    fn type_name(&self, id: CaseTypeId) -> Argument {
        let found = self.catalog.case_types.get(&id);
        found.map_or_else(|| id.to_string().into(), |case_type| case_type.name.argument())
    }

    fn resolution(&self, case_type: Option<CaseTypeId>, code: &ResolutionCode) -> Argument {
        let case_type = case_type.and_then(|id| self.catalog.case_types.get(&id));
        let found = case_type.and_then(|case_type| case_type.resolution(code));
        let own = found.and_then(|found| found.customer_label.as_ref()).filter(|_| self.for_customer);
        match (own, found) {
            (Some(own), _) => own.as_str().into(),
            (None, Some(found)) => found.label.argument(),
            (None, None) => code.as_str().into(),
        }
    }

    fn stage_label(&self, case_type: Option<CaseTypeId>, stage: &StageId) -> Argument {
        let case_type = case_type.and_then(|id| self.catalog.case_types.get(&id));
        let labels = case_type.and_then(|case_type| case_type.labels_of(stage));
        let own = labels.and_then(|labels| labels.customer_label.as_ref()).filter(|_| self.for_customer);
        match (own, labels) {
            (Some(own), _) => own.as_str().into(),
            (None, Some(labels)) => labels.label.argument(),
            (None, None) => stage.as_str().into(),
        }
    }
}

/// A source as people call it: our own has a name of the trade.
fn source_called(source: &str) -> Argument {
    match source {
        PROFILE_SOURCE => Argument::Word(Cow::Borrowed("source.casekit")),
        other => other.into(),
    }
}

fn seen_by(visibility: Visibility) -> Argument {
    Argument::Word(Cow::Borrowed(match visibility {
        Visibility::Internal => "visibility.internal",
        Visibility::Customer => "visibility.customer",
    }))
}
