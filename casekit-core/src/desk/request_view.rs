//! The records that a case worker's screen shows of a data request.

use serde::{Deserialize, Serialize};

use super::failure_view::{FailureView, failure_view};
use super::{CaseView, CustomerView, ThreadNote};
use crate::decide::action::Action;
use crate::language::Language;
use crate::model::{
    Access, Assurance, BlobId, CaseId, ColumnKind, DataApproval, DataValue, DefaultRedaction, Intake,
    MaterialField, NoDataFinding, Progress, Redaction, Release, Request, Round, Sending, Snapshot,
    SourceAnswer, SourceState, Step, StepKind, StepState, Timestamp, WebformTarget,
};
use crate::rejection::Blocker;

/// A case with everything that a case worker's screen shows of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RequestSummary {
    /// The case with all of its fields.
    pub case: CaseView,
    /// The customer of the case; `None` if the case has none, or the actor may not read customers.
    pub customer: Option<CustomerView>,
    /// The request that the case came from; `None` for a case that was raised by hand.
    pub request: Option<RequestView>,
    /// What the requester gave to prove who they are; empty without a request.
    pub credentials: Vec<CredentialView>,
    /// The name of the workflow of the case; `None` if it has none.
    pub workflow: Option<String>,
    /// The number of the round in which the request is answered, from 1; 0 if the case has no workflow.
    pub round: u32,
    /// The rounds before, oldest first: what was answered then. Empty unless the request is [answered
    /// anew](super::Desk::answer_anew).
    pub earlier_rounds: Vec<RoundView>,
    /// The steps of the workflow with their states, in order: the boxes on the screen.
    pub steps: Vec<StepView>,
    /// The data that was collected last; `None` before any was collected, and after it was destroyed.
    pub snapshot: Option<SnapshotView>,
    /// The answer and its delivery; `None` before the answer was requested.
    pub release: Option<ReleaseView>,
    /// Every reason why the actor cannot have [the package](super::Desk::released_package) of the answer now; empty if they can,
    /// and in a case of the past.
    pub package_blockers: Vec<Blocker>,
    /// What failed and has to be fixed; `None` if nothing did.
    pub failure: Option<FailureView>,
    /// The code of the status in the workflow: `ready`, `waiting`, `being_delivered`, `failed` or `ended`; `None`
    /// without a workflow.
    pub status_code: Option<String>,
    /// The status as text, as lists show it: the label of the stage, and how far the case has come in its workflow.
    pub status: String,
    /// The code of the outcome: `data_released`, `no_data`, `denied`, `approved` or `withdrawn`; `None` until the
    /// workflow ends.
    pub outcome_code: Option<String>,
    /// The outcome as text; `None` until the workflow ends.
    pub outcome: Option<String>,
    /// Each action on the case, with every reason why the actor cannot do it now; empty in a case of the past.
    pub actions: Vec<AvailableAction>,
    /// The newest notes that the actor may see, five at most, oldest first.
    pub last_notes: Vec<ThreadNote>,
}

/// A request that arrived at the webform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RequestView {
    /// The webform's reference for the request; receiving the same request again raises no second case.
    pub reference: String,
    /// Which of the requests with that reference it is, from 1: people write the second as `WEB-1#2`.
    pub reference_number: u32,
    /// Whether other requests with other content have the same reference. Somebody has to find out which of them is from
    /// the person.
    pub reference_shared: bool,
    /// The name that the requester gave; `None` if the actor may not read customers.
    pub requester: Option<String>,
    /// Where the answer goes, in a form that the webform understands; `None` if it was not given, or the actor may not
    /// read customers.
    pub reply_to: Option<String>,
    /// When the request arrived.
    pub received_at: Timestamp,
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CredentialView {
    /// The kind of credential, such as `date of birth`.
    pub kind: String,
    /// `…`, whatever the value is: that there is one. Four characters of a date of birth are half of what proves it.
    pub hint: String,
    /// The value in clear; `None` unless the actor may read sensitive values.
    pub value: Option<String>,
    /// Whether an identification that holds found it to be right.
    pub checked: bool,
}

impl std::fmt::Debug for CredentialView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialView").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A step of a case's workflow: a box on the screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StepView {
    /// The id of the step, unique within its workflow.
    pub id: String,
    /// The label that staff see, in the desk's language.
    pub label: String,
    /// The kind of work that is done in the step.
    pub kind: StepKind,
    /// The state of the step now, which the box shows.
    pub state: StepState,
    /// The ids of the steps that must be done before this one.
    pub requires: Vec<String>,
    /// How many different people must approve the step, 1 to 100.
    pub quorum: u32,
    /// Whether only the holder of the case can do the step. Otherwise anybody with its permission can.
    pub by_holder: bool,
    /// The codes that a denial at this step can have; empty if the step cannot be denied.
    pub denial_codes: Vec<String>,
    /// What its approvals cover besides the type, the customer and who asked: if it changes, they lapse.
    pub material: Vec<MaterialField>,
    /// The approvals that the step has so far, oldest first, without those that were revoked or lapsed.
    pub approvals: Vec<ApprovalView>,
    /// Each action on the step, with every reason why the actor cannot do it now; empty in a case of the past. Where the
    /// step has failed, `Retry` is one of them.
    pub actions: Vec<AvailableAction>,
}

/// One person's approval of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ApprovalView {
    /// The actor id of whoever approved.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// When the approval was given.
    pub at: Timestamp,
    /// The digest of what was approved: HMAC-SHA-256, in hexadecimal.
    pub digest: String,
    /// What the approval rests on if it states that no data is sent; `None` for any other approval.
    pub no_data: Option<NoDataFinding>,
    /// Why no data is sent, as the person who asked is told; `None` if no reason was given.
    pub reason: Option<String>,
    /// The parts of the data that are hidden, each with its reason.
    pub hidden: Vec<RedactionView>,
    /// The columns that are shown although the workflow hides them, each with its reason.
    pub shown: Vec<RedactionView>,
    /// How the requester was identified; `None` unless the step is an identification.
    pub method: Option<String>,
    /// What was checked to identify the requester; empty unless the step is an identification.
    pub checked: Vec<String>,
    /// How sure that makes the organisation; `None` if nobody said.
    pub assurance: Option<Assurance>,
    /// What else was said about the identification; `None` if nothing was.
    pub note: Option<String>,
}

/// A part of the data that is hidden, or shown, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RedactionView {
    /// Where it is: a column as `source.table.column`, a row as `source.table[3]`, a single value as
    /// `source.table[3].column`.
    pub place: String,
    /// The name of the source.
    pub source: String,
    /// The name of the table.
    pub table: String,
    /// The name of the column; `None` for a whole row.
    pub column: Option<String>,
    /// The number of the row, from 1; `None` for a whole column.
    pub row: Option<u64>,
    /// Why it is hidden or shown.
    pub reason: String,
}

/// The data that was collected, without its rows, or the reason why nothing was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotView {
    /// The id to give when the data is approved; `None` as long as a source has failed and is not left out.
    pub id: Option<BlobId>,
    /// What came of each source, in the order in which they are asked.
    pub sources: Vec<SourceView>,
    /// The tables of the sources that answered.
    pub tables: Vec<SnapshotTableView>,
    /// The failure of the first source that failed and is not left out; `None` if there is none.
    pub failure: Option<FailureView>,
}

/// A source of the data, and what came of asking it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SourceView {
    /// The name of the source; `casekit` for the built-in one.
    pub name: String,
    /// What came of it.
    pub state: SourceState,
    /// How many rows it found; `None` unless it answered.
    pub rows: Option<u64>,
    /// When it was asked last; `None` if it was left out before the last collection.
    pub asked_at: Option<Timestamp>,
    /// How long it took to answer, in milliseconds; `None` if it was left out before the last collection.
    pub took_ms: Option<u64>,
    /// Why it failed, and who has to fix it; `None` if it did not fail when it was asked last.
    pub failure: Option<FailureView>,
    /// The actor id of whoever left it out; `None` unless it is left out.
    pub by: Option<String>,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// When it was left out; `None` unless it is left out.
    pub left_out_at: Option<Timestamp>,
    /// Why it is left out, as the person who asked is told; `None` unless it is left out.
    pub reason: Option<String>,
}

/// A table of the data that was collected, without its rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotTableView {
    /// The name of the source that found the table.
    pub source: String,
    /// The name of the table, unique within its source.
    pub name: String,
    /// The columns, in their order.
    pub columns: Vec<SnapshotColumnView>,
    /// The number of rows in the table.
    pub rows: u64,
}

/// A column of a table that was collected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotColumnView {
    /// The name of the column, unique within its table.
    pub name: String,
    /// The kind of the values in the column.
    pub kind: ColumnKind,
    /// Why the workflow hides it, for the requester to read; `None` if it is shown by default. It is hidden by any approval
    /// that does not say otherwise.
    pub hidden_because: Option<String>,
}

/// Rows of one table of the data that was collected, in clear.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DataPreview {
    /// The names of the columns, in their order.
    pub columns: Vec<String>,
    /// The rows, each with one value for each column; at most as many as were requested.
    pub rows: Vec<Vec<DataValue>>,
    /// The number of rows in the whole table.
    pub of: u64,
}

/// The answer to a request, and how far its delivery has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReleaseView {
    /// The id of the step that requested the answer; for a denial, of the step that was denied.
    pub step: String,
    /// The actor id of whoever requested the answer.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// When the answer was requested.
    pub requested_at: Timestamp,
    /// The digest of the content that is released: HMAC-SHA-256, in hexadecimal.
    pub content_digest: String,
    /// SHA-256 of the package, in hexadecimal; `None` until it is built.
    pub package_sha256: Option<String>,
    /// The size of the package in bytes; `None` until it is built.
    pub package_size: Option<u64>,
    /// The number of attempts at the first sending.
    pub attempts: u32,
    /// When the answer first arrived; `None` until then.
    pub delivered_at: Option<Timestamp>,
    /// The receiver's reference for the first sending; `None` if that has not arrived, or the receiver gave none.
    pub receipt: Option<String>,
    /// The place that the settings send answers to now; `None` if they name none. If it is another than that of the
    /// newest sending, the answer waits for somebody to confirm it.
    pub place_now: Option<String>,
    /// Every sending of the answer, oldest first. There are several if it was sent again.
    pub sendings: Vec<SendingView>,
}

/// An earlier round of a request: what it ended as, and its answer. The history says who approved what in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RoundView {
    /// The number of the round, from 1.
    pub number: u32,
    /// The code of what it ended as, such as `data_released`; `None` if it did not end with an outcome.
    pub outcome_code: Option<String>,
    /// The same, as text in the desk's language.
    pub outcome: Option<String>,
    /// The answer; `None` if none was asked for.
    pub release: Option<ReleaseView>,
}

/// One sending of an answer. All attempts at it have the same key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SendingView {
    /// The key that the receiver gets: 32 hexadecimal digits for the first sending, which are the key of the package
    /// too, with `-2` and so on added for later ones.
    pub key: String,
    /// The actor id of whoever requested the sending.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// When the sending was requested.
    pub requested_at: Timestamp,
    /// Why it was sent again; `None` for the first sending.
    pub reason: Option<String>,
    /// The place that it goes to: a folder, a web server such as `https://forms.example.org`, or the name of the host's
    /// own code. `None` while no place was set.
    pub place: Option<String>,
    /// The code of its state: `building`, `not_built`, `built`, `sending`, `not_sent`, `arrived` or `stopped`.
    pub state: String,
    /// The number of attempts at sending; 0 before the first.
    pub attempts: u32,
    /// When it arrived; `None` until then.
    pub arrived_at: Option<Timestamp>,
    /// The receiver's reference; `None` if it has not arrived, or the receiver gave none.
    pub receipt: Option<String>,
}

/// An action on a case, with every reason why it is not possible now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AvailableAction {
    /// The action, by the command that it stands for.
    pub action: Action,
    /// The id of what the action is about: of the step, of the stage to which the case moves, of its new type, or of the
    /// note; `None` for an action on the case itself.
    pub target: Option<String>,
    /// What the step, stage or type is called, in the desk's language; `None` for an action on the case or a note.
    pub label: Option<String>,
    /// Every reason why the action is not possible now, that of the refusal first; empty if it is possible.
    pub blockers: Vec<Blocker>,
}

/// A case with an error. It has only what an administrator needs to fix the error: nothing about the customer or the
/// content of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailingCase {
    /// The id of the case; it never changes.
    pub id: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// What failed, and who has to fix it.
    pub failure: FailureView,
}

pub(super) fn request_view_of(request: &Request, intake: Option<&Intake>, access: Access) -> RequestView {
    RequestView {
        reference: request.reference.to_string(),
        reference_number: intake.map_or(1, |intake| intake.number),
        reference_shared: intake.is_some_and(|intake| intake.shared),
        requester: access.customers.then(|| request.requester.to_string()),
        reply_to: request.reply_to.as_ref().filter(|_| access.customers).map(ToString::to_string),
        received_at: request.received_at,
    }
}

pub(super) fn credential_views(
    request: &Request,
    progress: Option<&Progress>,
    access: Access,
) -> Vec<CredentialView> {
    let given = || progress.into_iter().flat_map(|progress| &progress.approvals);
    let view = |(place, one): (u32, &crate::model::Credential)| CredentialView {
        kind: one.kind.to_string(),
        hint: "…".to_owned(),
        value: access.sensitive.then(|| one.value.clear().to_owned()),
        checked: given().any(|approval| approval.credentials.contains(&place)),
    };
    (0..).zip(&request.credentials).map(view).collect()
}

pub(super) fn step_views(progress: &Progress, language: &Language) -> Vec<StepView> {
    let view = |step: &Step| StepView {
        id: step.id.to_string(),
        label: step.called(language),
        kind: step.kind,
        state: progress.state_of(step),
        requires: step.requires.iter().map(ToString::to_string).collect(),
        quorum: step.quorum,
        by_holder: Progress::is_for_holder(step),
        denial_codes: step.denial_codes.clone(),
        material: step.material.clone(),
        approvals: progress.approvals_of(&step.id).map(approval_view).collect(),
        actions: Vec::new(),
    };
    progress.steps.iter().map(view).collect()
}

fn approval_view(approval: &crate::model::Approval) -> ApprovalView {
    let (hidden, shown): (&[Redaction], &[Redaction]) = match &approval.data {
        Some(DataApproval::Data { redactions, shown, .. }) => (redactions, shown),
        Some(DataApproval::NoData { .. }) | None => (&[], &[]),
    };
    let (no_data, reason) = match &approval.data {
        Some(DataApproval::NoData { finding, reason }) => {
            (Some(*finding), reason.as_ref().map(ToString::to_string))
        }
        Some(DataApproval::Data { .. }) | None => (None, None),
    };
    ApprovalView {
        by: approval.by.to_string(),
        by_name: None,
        at: approval.at,
        digest: approval.digest.clone(),
        no_data,
        reason,
        hidden: hidden.iter().map(redaction_view).collect(),
        shown: shown.iter().map(redaction_view).collect(),
        method: approval.method.as_ref().map(ToString::to_string),
        checked: approval.checked.iter().map(ToString::to_string).collect(),
        assurance: approval.assurance,
        note: approval.note.as_ref().map(ToString::to_string),
    }
}

fn redaction_view(one: &Redaction) -> RedactionView {
    RedactionView {
        place: one.target.place(&one.source, &one.table),
        source: one.source.clone(),
        table: one.table.clone(),
        column: one.target.column().map(str::to_owned),
        row: one.target.row(),
        reason: one.reason.to_string(),
    }
}

/// What was collected; `None` if nothing was.
pub(super) fn snapshot_view(
    progress: &Progress,
    by_default: &[DefaultRedaction],
    language: &Language,
) -> Option<SnapshotView> {
    let snapshot = progress.snapshot.as_ref()?;
    let hidden = |table: &crate::model::SnapshotTable, column: &str| {
        let rule = by_default.iter().find(|one| one.hides(&table.source, &table.name, column));
        rule.map(|one| one.reason.to_string())
    };
    let table = |table: &crate::model::SnapshotTable| SnapshotTableView {
        source: table.source.clone(),
        name: table.name.clone(),
        columns: table
            .columns
            .iter()
            .map(|one| SnapshotColumnView {
                name: one.name.clone(),
                kind: one.kind,
                hidden_because: hidden(table, &one.name),
            })
            .collect(),
        rows: table.rows,
    };
    let failure = progress.failed_sources().next().map(|(_, failure)| failure_view(failure, language));
    Some(SnapshotView {
        id: failure.is_none().then_some(snapshot.id),
        sources: source_views(progress, snapshot, language),
        tables: snapshot.tables.iter().map(table).collect(),
        failure,
    })
}

fn source_views(progress: &Progress, snapshot: &Snapshot, language: &Language) -> Vec<SourceView> {
    let asked = snapshot.sources.iter().map(|one| {
        let (state, rows, failure) = match &one.answer {
            SourceAnswer::Found { rows } => (SourceState::Found, Some(*rows), None),
            SourceAnswer::NotAsked => (SourceState::NotAsked, None, None),
            SourceAnswer::Failed { failure } => {
                (SourceState::Failed, None, Some(failure_view(failure, language)))
            }
        };
        let (asked_at, took_ms) = (Some(one.at), Some(one.took_ms));
        SourceView { state, rows, asked_at, took_ms, failure, ..SourceView::named(&one.name) }
    });
    let is_asked = |name: &str| snapshot.sources.iter().any(|one| one.name == name);
    let earlier = progress.left_out.iter().filter(|one| !is_asked(&one.source));
    let mut views: Vec<SourceView> = asked.chain(earlier.map(|one| SourceView::named(&one.source))).collect();
    for view in &mut views {
        if let Some(one) = progress.left_out.iter().find(|one| one.source == view.name) {
            view.state = SourceState::LeftOut;
            view.by = Some(one.by.to_string());
            view.left_out_at = Some(one.at);
            view.reason = Some(one.reason.to_string());
        }
    }
    views
}

impl SourceView {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            state: SourceState::LeftOut,
            rows: None,
            asked_at: None,
            took_ms: None,
            failure: None,
            by: None,
            by_name: None,
            left_out_at: None,
            reason: None,
        }
    }
}

pub(super) fn release_view(release: &Release, now: Option<&WebformTarget>) -> ReleaseView {
    let package = release.package.as_ref();
    let first = release.first();
    ReleaseView {
        step: release.step.to_string(),
        by: release.by().to_string(),
        by_name: None,
        requested_at: release.requested_at(),
        content_digest: release.digest.clone(),
        package_sha256: package.map(|package| package.sha256.clone()),
        package_size: package.map(|package| package.size),
        attempts: first.attempts(),
        delivered_at: release.delivered_at(),
        receipt: first.receipt().map(ToString::to_string),
        place_now: now.map(WebformTarget::place),
        sendings: release.sendings().map(sending_view).collect(),
    }
}

pub(super) fn round_view(round: &Round, language: &Language) -> RoundView {
    let outcome = round.outcome.as_ref();
    RoundView {
        number: round.number,
        outcome_code: outcome.map(|outcome| outcome.code().to_owned()),
        outcome: outcome.map(|outcome| language.render(&outcome.message())),
        // It is not sent any more, so no place waits for it.
        release: round.release.as_ref().map(|release| release_view(release, None)),
    }
}

fn sending_view(sending: &Sending) -> SendingView {
    SendingView {
        key: sending.key.clone(),
        by: sending.by.to_string(),
        by_name: None,
        requested_at: sending.requested_at,
        reason: sending.reason.as_ref().map(ToString::to_string),
        place: sending.target.as_ref().map(WebformTarget::place),
        state: sending.state.code().to_owned(),
        attempts: sending.attempts(),
        arrived_at: sending.arrived_at(),
        receipt: sending.receipt().map(ToString::to_string),
    }
}
