//! Sentences for cases, their notes and their workflows.

use super::{Said, change, changed};
use crate::event::{ApprovedData, CaseFact, Event, Personal};
use crate::model::{
    CaseTypeId, Catalog, CustomerId, Failure, Outcome, RedactionTarget, StageId, StepId, Visibility,
};

pub(super) fn words(
    fact: &CaseFact,
    event: &Event,
    catalog: &Catalog,
    case_type: Option<CaseTypeId>,
) -> Said {
    let personal = &event.personal;
    match fact {
        CaseFact::CaseRaised { number, case_type, stage, customer, .. } => {
            let type_name = catalog.type_name(*case_type);
            let label = catalog.stage_label(*case_type, stage);
            let mut changes = vec![
                change("case_type", None, Some(type_name.clone())),
                change("stage", None, Some(label.clone())),
                changed("title", personal.title.as_ref()),
            ];
            changes.extend(
                personal.description.as_ref().map(|description| changed("description", Some(description))),
            );
            changes.extend(customer.map(|id| change("customer", None, Some(id.to_string()))));
            (format!("raised {number} as {type_name} in {label}"), changes)
        }
        CaseFact::TitleChanged => {
            ("changed the title".into(), vec![changed("title", personal.title.as_ref())])
        }
        CaseFact::DescriptionChanged => {
            ("changed the description".into(), vec![changed("description", personal.description.as_ref())])
        }
        CaseFact::StageChanged { from, to, reopened, .. } => {
            // A stage id may serve several types, each with a label of its own.
            let label = |stage: &StageId| {
                case_type.map_or_else(|| stage.to_string(), |id| catalog.stage_label(id, stage))
            };
            let (from, to) = (label(from), label(to));
            let verb = if *reopened { "reopened it," } else { "moved it" };
            (format!("{verb} from {from} to {to}"), vec![change("stage", Some(from), Some(to))])
        }
        CaseFact::TypeChanged { from, from_version, to, to_version, stage, .. } => {
            let (from, to, label) =
                (catalog.type_name(*from), catalog.type_name(*to), catalog.stage_label(*to, stage));
            let changes = vec![
                change(
                    "case_type",
                    Some(format!("{from}, version {from_version}")),
                    Some(format!("{to}, version {to_version}")),
                ),
                change("stage", None, Some(label)),
            ];
            (format!("changed the type from {from} to {to}"), changes)
        }
        CaseFact::CustomerChanged { from, to } => {
            let id = |id: &Option<CustomerId>| id.map(|id| id.to_string());
            ("changed the customer".into(), vec![change("customer", id(from), id(to))])
        }
        CaseFact::CaseTaken => {
            ("took the case".into(), vec![change("holder", None, Some(event.header.actor.to_string()))])
        }
        CaseFact::CaseReturned { from } => {
            ("put the case back".into(), vec![change("holder", Some(from.to_string()), None)])
        }
        CaseFact::CaseAssigned { from, to } => {
            let from = from.as_ref().map(ToString::to_string);
            (format!("assigned the case to {to}"), vec![change("holder", from, Some(to.to_string()))])
        }
        CaseFact::CaseTakenOver { from } => {
            let holder = change("holder", Some(from.to_string()), Some(event.header.actor.to_string()));
            (format!("took the case over from {from}"), vec![holder])
        }
        CaseFact::NoteAdded { parent, visibility, .. } => {
            let verb = if parent.is_some() { "answered a note" } else { "added a note" };
            (format!("{verb}, {}", seen_by(*visibility)), vec![changed("text", personal.text.as_ref())])
        }
        CaseFact::NoteEdited { .. } => {
            ("edited a note".into(), vec![changed("text", personal.text.as_ref())])
        }
        CaseFact::NoteRetracted { .. } => ("retracted a note".into(), Vec::new()),
        CaseFact::NoteVisibilityChanged { from, to, .. } => {
            let seen = |visibility| Some(seen_by(visibility).to_owned());
            (
                format!("changed who sees a note: {}", seen_by(*to)),
                vec![change("visibility", seen(*from), seen(*to))],
            )
        }
        CaseFact::RequestReceived { reference, credentials } => {
            (format!("received the request {reference} with {credentials} credentials"), Vec::new())
        }
        CaseFact::WorkflowStarted { steps, .. } => {
            let labels: Vec<&str> = steps.iter().map(|step| step.label.as_str()).collect();
            (format!("started the workflow: {}", labels.join(", ")), Vec::new())
        }
        CaseFact::StepApproved { step, data, .. } => approved(step, data.as_ref(), personal),
        CaseFact::StepDenied { step, code } => {
            let reason = personal.customer_reason.as_ref().map(ToString::to_string);
            (
                format!("denied the request at {step}: {}", code.replace('_', " ")),
                vec![change("customer_reason", None, reason)],
            )
        }
        CaseFact::ApprovalRevoked { step, by } => {
            (format!("revoked the approval of {step} by {by}"), Vec::new())
        }
        CaseFact::ApprovalsLapsed { steps, why } => {
            let steps: Vec<&str> = steps.iter().map(StepId::as_str).collect();
            (format!("let approvals lapse: {} ({})", steps.join(", "), why.replace('_', " ")), Vec::new())
        }
        CaseFact::SourceAsked { source, rows, failed } => match (rows, failed) {
            (_, Some(code)) => {
                (format!("asked the source {source}, which failed: {}", code.replace('_', " ")), Vec::new())
            }
            (rows, None) => {
                (format!("asked the source {source}, which found {} rows", rows.unwrap_or(0)), Vec::new())
            }
        },
        CaseFact::SnapshotCollected { snapshot } => {
            let rows: u64 = snapshot.tables.iter().map(|table| table.rows).sum();
            (format!("froze what was found: {} tables with {rows} rows", snapshot.tables.len()), Vec::new())
        }
        CaseFact::StepFailed { failure } => (
            format!("failed at {}: {}; {}", failure.step, failure.code.replace('_', " "), failure.hint),
            Vec::new(),
        ),
        CaseFact::ReleaseRequested { .. } => ("asked for the answer to be sent".into(), Vec::new()),
        CaseFact::SendingRequested { number, .. } => {
            (format!("asked for the answer to be sent again: sending {number}"), Vec::new())
        }
        CaseFact::PackageBuilt { package, .. } => {
            (format!("built the package of {} bytes", package.size), Vec::new())
        }
        CaseFact::BuildFailed { failure, .. } => {
            (format!("could not build the package: {}", failed(failure)), Vec::new())
        }
        CaseFact::DeliveryStarted { attempt, .. } => (format!("began delivery {attempt}"), Vec::new()),
        CaseFact::DeliveryFailed { attempt, failure, .. } => {
            (format!("delivery {attempt} failed: {}", failed(failure)), Vec::new())
        }
        CaseFact::Delivered { outcome, receipt, .. } => {
            let receipt = receipt.as_ref().map(ToString::to_string);
            let outcome = outcome.as_ref().map_or_else(|| "again".to_owned(), Outcome::label);
            (format!("delivered the answer: {outcome}"), vec![change("receipt", None, receipt)])
        }
        CaseFact::WorkflowEnded { outcome } => {
            (format!("ended the workflow: {}", outcome.label()), Vec::new())
        }
        CaseFact::SendingStopped { .. } => ("gave up sending the answer again".into(), Vec::new()),
        CaseFact::DataDestroyed { .. } => ("destroyed what was found and sent".into(), Vec::new()),
    }
}

fn failed(failure: &Failure) -> String {
    format!("{}; {}", failure.code.replace('_', " "), failure.hint)
}

fn approved(step: &StepId, data: Option<&ApprovedData>, personal: &Personal) -> Said {
    let method = personal.method.iter().map(|method| change("method", None, Some(method.to_string())));
    let checked = personal.checked.iter().map(|checked| change("checked", None, Some(checked.to_string())));
    match data {
        None => (format!("approved {step}"), method.chain(checked).collect()),
        Some(ApprovedData::NoData) => (format!("approved {step}: no data"), Vec::new()),
        Some(ApprovedData::Data { hidden, .. }) => {
            let part = |(source, table, target): &(String, String, RedactionTarget)| {
                change("hidden", None, Some(target.place(source, table)))
            };
            (
                format!("approved {step} with {} things hidden", hidden.len()),
                hidden.iter().map(part).collect(),
            )
        }
    }
}

fn seen_by(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Internal => "internal",
        Visibility::Customer => "visible to the customer",
    }
}
