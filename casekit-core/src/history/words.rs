//! Sentences for facts.

use super::FieldChange;
use crate::desk::Sight;
use crate::event::{ApprovedData, Changed, Event, Fact};
use crate::model::{
    CaseTypeId, Catalog, CustomerField, CustomerId, ProfileValue, StageId, StageLabels, Visibility,
};

/// A sentence, and what changed from what to what.
pub(super) fn words(
    event: &Event,
    catalog: &Catalog,
    sight: Sight,
    case_type: Option<CaseTypeId>,
) -> (String, Vec<FieldChange>) {
    let personal = &event.personal;
    match &event.fact {
        Fact::SettingsChanged { settings } => {
            let prefix = change("number_prefix", None, Some(settings.number_prefix.clone()));
            let organisation = settings.organisation.as_ref().map(ToString::to_string);
            let support = settings.support_email.as_ref().map(ToString::to_string);
            let given = [change("organisation", None, organisation), change("support_email", None, support)];
            let given = given.into_iter().filter(|change| change.to.is_some());
            ("changed the settings".into(), std::iter::once(prefix).chain(given).collect())
        }
        Fact::WorkflowCreated { name, .. } => (format!("created the workflow {name}"), Vec::new()),
        Fact::CaseTypeCreated { name, .. } => (format!("created the case type {name}"), Vec::new()),
        Fact::CaseTypeRenamed { from, to } => (
            format!("renamed it from {from} to {to}"),
            vec![change("name", Some(from.to_string()), Some(to.to_string()))],
        ),
        Fact::CaseTypeDescribed { from, to } => (
            "changed the description".into(),
            vec![change("description", text(from.as_ref()), text(to.as_ref()))],
        ),
        Fact::StagesLabelled { from, to } => (
            "changed what stages are called".into(),
            vec![change("stages", Some(labels(from)), Some(labels(to)))],
        ),
        Fact::CaseTypeVersioned { version } => (format!("made version {}", version.version), Vec::new()),
        Fact::CaseTypeActivated => ("took it into use".into(), Vec::new()),
        Fact::CaseTypeDeactivated => ("took it out of use".into(), Vec::new()),
        Fact::CustomerCreated { fields } => {
            let profile = personal.profile.as_deref().filter(|_| sight.customers);
            let shown = |field: &CustomerField| {
                change(field.code(), None, profile.and_then(|profile| value(&profile.value(*field), sight)))
            };
            ("entered the customer".into(), fields.iter().map(shown).collect())
        }
        Fact::CustomerUpdated { fields } => {
            let names: Vec<&str> = fields.iter().map(|field| field.code()).collect();
            (format!("updated {}", names.join(", ").replace('_', " ")), profile_changes(event, fields, sight))
        }
        Fact::CaseRaised { number, case_type, stage, customer, .. } => {
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
        Fact::TitleChanged => ("changed the title".into(), vec![changed("title", personal.title.as_ref())]),
        Fact::DescriptionChanged => {
            ("changed the description".into(), vec![changed("description", personal.description.as_ref())])
        }
        Fact::StageChanged { from, to, reopened, .. } => {
            // A stage id may serve several types, each with a label of its own.
            let label = |stage: &StageId| {
                case_type.map_or_else(|| stage.to_string(), |id| catalog.stage_label(id, stage))
            };
            let (from, to) = (label(from), label(to));
            let verb = if *reopened { "reopened it," } else { "moved it" };
            (format!("{verb} from {from} to {to}"), vec![change("stage", Some(from), Some(to))])
        }
        Fact::TypeChanged { from, from_version, to, to_version, stage, .. } => {
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
        Fact::CustomerChanged { from, to } => {
            let id = |id: &Option<CustomerId>| id.map(|id| id.to_string());
            ("changed the customer".into(), vec![change("customer", id(from), id(to))])
        }
        Fact::CaseTaken => {
            ("took the case".into(), vec![change("holder", None, Some(event.actor.to_string()))])
        }
        Fact::CaseReturned { from } => {
            ("put the case back".into(), vec![change("holder", Some(from.to_string()), None)])
        }
        Fact::CaseAssigned { from, to } => {
            let from = from.as_ref().map(ToString::to_string);
            (format!("assigned the case to {to}"), vec![change("holder", from, Some(to.to_string()))])
        }
        Fact::CaseTakenOver { from } => {
            let holder = change("holder", Some(from.to_string()), Some(event.actor.to_string()));
            (format!("took the case over from {from}"), vec![holder])
        }
        Fact::NoteAdded { parent, visibility, .. } => {
            let verb = if parent.is_some() { "answered a note" } else { "added a note" };
            (format!("{verb}, {}", seen_by(*visibility)), vec![changed("text", personal.text.as_ref())])
        }
        Fact::NoteEdited { .. } => ("edited a note".into(), vec![changed("text", personal.text.as_ref())]),
        Fact::NoteRetracted { .. } => ("retracted a note".into(), Vec::new()),
        Fact::NoteVisibilityChanged { from, to, .. } => {
            let seen = |visibility| Some(seen_by(visibility).to_owned());
            (
                format!("changed who sees a note: {}", seen_by(*to)),
                vec![change("visibility", seen(*from), seen(*to))],
            )
        }
        Fact::RequestReceived { reference, credentials } => {
            (format!("received the request {reference} with {credentials} credentials"), Vec::new())
        }
        Fact::WorkflowStarted { steps, .. } => {
            let labels: Vec<&str> = steps.iter().map(|step| step.label.as_str()).collect();
            (format!("started the workflow: {}", labels.join(", ")), Vec::new())
        }
        Fact::StepApproved { step, data, .. } => approved(step, data.as_ref(), personal),
        Fact::StepDenied { step, code } => {
            let reason = personal.customer_reason.as_ref().map(ToString::to_string);
            (
                format!("denied the request at {step}: {}", code.replace('_', " ")),
                vec![change("customer_reason", None, reason)],
            )
        }
        Fact::ApprovalRevoked { step, by } => (format!("revoked the approval of {step} by {by}"), Vec::new()),
        Fact::ApprovalsLapsed { steps, why } => {
            let steps: Vec<&str> = steps.iter().map(crate::model::StepId::as_str).collect();
            (format!("let approvals lapse: {} ({})", steps.join(", "), why.replace('_', " ")), Vec::new())
        }
        Fact::SourceAsked { source, rows, failed } => match (rows, failed) {
            (_, Some(code)) => {
                (format!("asked the source {source}, which failed: {}", code.replace('_', " ")), Vec::new())
            }
            (rows, None) => {
                (format!("asked the source {source}, which found {} rows", rows.unwrap_or(0)), Vec::new())
            }
        },
        Fact::SnapshotCollected { snapshot } => {
            let rows: u64 = snapshot.tables.iter().map(|table| table.rows).sum();
            (format!("froze what was found: {} tables with {rows} rows", snapshot.tables.len()), Vec::new())
        }
        Fact::StepFailed { failure } => (
            format!("failed at {}: {}; {}", failure.step, failure.code.replace('_', " "), failure.hint),
            Vec::new(),
        ),
        Fact::ReleaseRequested { .. } => ("asked for the answer to be sent".into(), Vec::new()),
        Fact::PackageBuilt { package } => {
            (format!("built the package of {} bytes", package.size), Vec::new())
        }
        Fact::DeliveryStarted { attempt, .. } => (format!("began delivery {attempt}"), Vec::new()),
        Fact::Delivered { outcome, receipt } => {
            let receipt = receipt.as_ref().map(ToString::to_string);
            (format!("delivered the answer: {}", outcome.label()), vec![change("receipt", None, receipt)])
        }
        Fact::WorkflowEnded { outcome } => (format!("ended the workflow: {}", outcome.label()), Vec::new()),
        Fact::DataDestroyed => ("destroyed what was found and sent".into(), Vec::new()),
        Fact::WorkflowVersioned { version } => (format!("made version {}", version.version), Vec::new()),
        Fact::WorkflowRenamed { from, to } => (
            format!("renamed it from {from} to {to}"),
            vec![change("name", Some(from.to_string()), Some(to.to_string()))],
        ),
        Fact::WorkflowActivated => ("took it into use".into(), Vec::new()),
        Fact::WorkflowDeactivated => ("took it out of use".into(), Vec::new()),
        Fact::Exported { what, format, rows } => {
            (format!("exported the {what} as {format}, {rows} rows"), Vec::new())
        }
        Fact::Imported { items, refused, events } => {
            (format!("imported {} of {items} items, with {events} events", items - refused), Vec::new())
        }
        Fact::CheckpointTaken { number, position, .. } => {
            (format!("took audit head {number}, up to position {position}"), Vec::new())
        }
        Fact::Restored { number_floor, position, number } => {
            let floor = number_floor.map(|floor| format!(", and numbers go on from {floor}"));
            let text = format!(
                "restored the file from a backup that ends at position {position} and case number {number}{}",
                floor.unwrap_or_default()
            );
            (text, Vec::new())
        }
    }
}

fn approved(
    step: &crate::model::StepId,
    data: Option<&ApprovedData>,
    personal: &crate::event::Personal,
) -> (String, Vec<FieldChange>) {
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

fn change(field: &str, from: Option<String>, to: Option<String>) -> FieldChange {
    FieldChange { field: field.to_owned(), from, to }
}

fn changed<T: ToString>(field: &str, values: Option<&Changed<T>>) -> FieldChange {
    let from = values.and_then(|values| values.from.as_ref()).map(ToString::to_string);
    change(field, from, values.and_then(|values| values.to.as_ref()).map(ToString::to_string))
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

fn seen_by(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Internal => "internal",
        Visibility::Customer => "visible to the customer",
    }
}

fn labels(all: &[StageLabels]) -> String {
    all.iter().map(|labels| labels.label.as_str()).collect::<Vec<_>>().join(", ")
}

fn profile_changes(event: &Event, fields: &[CustomerField], sight: Sight) -> Vec<FieldChange> {
    let shown = |values: &[ProfileValue], place: usize| {
        values.get(place).filter(|_| sight.customers).and_then(|one| value(one, sight))
    };
    // INVARIANT: both lists of values are in the order of the fields.
    let one = |(place, field): (usize, &CustomerField)| {
        let (from, to) =
            (shown(&event.personal.profile_from, place), shown(&event.personal.profile_to, place));
        change(field.code(), from, to)
    };
    fields.iter().enumerate().map(one).collect()
}

/// What stands in a field; account numbers in clear for those who may read them.
fn value(value: &ProfileValue, sight: Sight) -> Option<String> {
    match value {
        ProfileValue::BankAccounts(all) if sight.sensitive && !all.is_empty() => {
            Some(all.iter().map(|account| account.number.clear()).collect::<Vec<_>>().join(", "))
        }
        other => other.in_words(),
    }
}
