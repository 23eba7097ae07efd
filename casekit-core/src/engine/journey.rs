//! The journey of an answer: build it, keep it, send exactly those bytes, write each point down before the next.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::collect::{Found, guarded};
use super::{Caller, Engine};
use crate::commit::{Digest, hex};
use crate::decide::blockers::Action;
use crate::decide::{Failed, Point, RecordPoint, outcome_of};
use crate::error::Error;
use crate::language::{Language, Message};
use crate::model::{
    BlobId, Case, CaseId, Catalog, DataApproval, DataColumn, Failure, PackageRef, Progress, Redaction,
    Reference, Release, ReleaseState, Settings, SnapshotTable, limits,
};
use crate::rejection::{Blocker, Rejection};
use crate::release::digest::{content_digest, is_hidden, material_digest};
use crate::release::{Decided, Fault, HiddenColumn, PackageContent, PackageTable, Parcel};
use crate::store::Wanted;

/// How far a journey came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reached {
    /// The answer has arrived.
    Delivered { receipt: Option<Reference> },
    /// Something failed.
    Failed(Failure),
    /// Somebody else goes on with it.
    UnderWay,
}

impl Engine {
    /// Goes on with an answer from its last good point until it has arrived or something fails.
    ///
    /// A point that changed nothing ends the journey: the case is no longer as it was when the point was reached, and
    /// whoever changed it has gone on, or ended it.
    pub(crate) fn advance(&self, caller: &Caller, id: CaseId) -> Result<Reached, Error> {
        let recorder = Caller { request: None, ..caller.clone() };
        let (mut case, mut catalog) = self.case_now(id)?;
        if let Some((progress, release)) = under_way(&case)
            && release.state == ReleaseState::Requested
        {
            let point = match self.build(&case, progress, release, &catalog)? {
                Ok(built) => built,
                Err(fault) => Point::NotBuilt(Failed::from(fault)),
            };
            if !self.record(&recorder, &case, release, point)? {
                return self.where_it_stands(id);
            }
            (case, catalog) = self.case_now(id)?;
        }
        if let Some((progress, release)) = under_way(&case)
            && let ReleaseState::Built { package } = &release.state
        {
            let attempt = release.attempts + 1;
            match self.record(&recorder, &case, release, Point::Starting { attempt }) {
                Err(Error::Rejected(Rejection::Blocked { blockers, .. }))
                    if blockers.contains(&Blocker::DeliveryUnderWay) =>
                {
                    return Ok(Reached::UnderWay);
                }
                started => {
                    if !started? {
                        return self.where_it_stands(id);
                    }
                }
            }
            let sent = self.send(&case, progress, release, package, catalog.settings.as_deref())?;
            let point = match sent {
                Ok(receipt) => Point::Arrived { receipt },
                Err(fault) => Point::NotSent { attempt, failed: Failed::from(fault) },
            };
            self.record(&recorder, &case, release, point)?;
        }
        self.where_it_stands(id)
    }

    /// Writes a point down; says whether it changed anything.
    fn record(&self, recorder: &Caller, case: &Case, release: &Release, point: Point) -> Result<bool, Error> {
        let command = RecordPoint { case: case.id, key: release.key.clone(), point };
        Ok(self.run(recorder, &command)?.receipt.events > 0)
    }

    /// How far an answer came, as the file says it.
    fn where_it_stands(&self, id: CaseId) -> Result<Reached, Error> {
        let (case, _) = self.case_now(id)?;
        let Some((progress, release)) =
            case.progress.as_ref().and_then(|progress| Some((progress, progress.release.as_ref()?)))
        else {
            return Err(Rejection::not_found("release", "").into());
        };
        if let ReleaseState::Delivered { receipt, .. } = &release.state {
            return Ok(Reached::Delivered { receipt: receipt.clone() });
        }
        if let Some(outcome) = &progress.outcome {
            let ended = Blocker::WorkflowEnded { outcome: self.language().render(&outcome.message()) };
            return Err(Rejection::blocked(Action::Release.code(), ended).into());
        }
        Ok(progress.failure.clone().map_or(Reached::UnderWay, Reached::Failed))
    }

    fn case_now(&self, id: CaseId) -> Result<(Case, std::sync::Arc<Catalog>), Error> {
        let mut loaded = self.store.load(&Wanted::case(id))?;
        let case = loaded.cases.pop().ok_or_else(|| Rejection::not_found("case", id))?;
        Ok((case, loaded.catalog))
    }

    /// Builds the package and keeps its bytes; what is in it must be what was approved.
    fn build(
        &self,
        case: &Case,
        progress: &Progress,
        release: &Release,
        catalog: &Catalog,
    ) -> Result<Result<Point, Fault>, Error> {
        let Some(builder) = &self.services.builder else {
            let hint = Message::new("hint.no_package_builder");
            return Ok(Err(Fault::permanent("no_package_builder", hint)));
        };
        let tables = match self.tables(case, progress)? {
            Ok(tables) => tables,
            Err(fault) => return Ok(Err(fault)),
        };
        let digest = match progress.data_approval().filter(|_| progress.denial.is_none()) {
            Some(data) => content_digest(case, progress, data),
            None => material_digest(case, progress),
        };
        if digest != release.digest {
            let hint = Message::new("hint.content_changed");
            return Ok(Err(Fault::data("content_changed", hint)));
        }
        let content = content(case, progress, release, catalog, tables, self.language());
        let built = guarded(|| builder.build(&content, limits::SNAPSHOT_BYTES));
        let bytes = match built {
            Ok(bytes) => bytes,
            Err(fault) => return Ok(Err(fault)),
        };
        let digest: Digest = Sha256::digest(&bytes).into();
        let blob = BlobId(self.fresh_id(self.now()));
        self.write_blob(blob, &bytes)?;
        Ok(Ok(Point::Built { blob, sha256: hex(&digest), size: bytes.len() as u64 }))
    }

    /// The tables as they are sent: without what is hidden, which is named with its reason.
    fn tables(&self, case: &Case, progress: &Progress) -> Result<Result<Vec<PackageTable>, Fault>, Error> {
        let approved = progress.data_approval().filter(|_| progress.denial.is_none());
        let Some(DataApproval::Data { redactions, .. }) = approved else { return Ok(Ok(Vec::new())) };
        let rows = match &progress.snapshot {
            Some(snapshot) => self.rows_of(case, snapshot)?.map(|rows| (snapshot, rows)),
            None => None,
        };
        let Some((snapshot, rows)) = rows else {
            let hint = Message::new("hint.snapshot_missing");
            return Ok(Err(Fault::data("snapshot_missing", hint)));
        };
        let visible =
            rows.into_iter().zip(&snapshot.tables).map(|(found, frozen)| visible(found, frozen, redactions));
        Ok(Ok(visible.collect()))
    }

    /// Sends the kept bytes.
    fn send(
        &self,
        case: &Case,
        progress: &Progress,
        release: &Release,
        package: &PackageRef,
        settings: Option<&Settings>,
    ) -> Result<Result<Option<Reference>, Fault>, Error> {
        let Some(target) = settings.and_then(|settings| settings.webform.as_ref()) else {
            let hint = Message::new("hint.webform_not_set");
            return Ok(Err(Fault::configuration("webform_not_set", "webform", hint)));
        };
        let Some(adapters) = &self.services.adapters else {
            let hint = Message::new("hint.no_delivery");
            return Ok(Err(Fault::permanent("no_delivery", hint)));
        };
        let bytes = match package.blob {
            Some(blob) => self.read_blob(blob)?,
            None => None,
        };
        let is_whole = |bytes: &Vec<u8>| hex(&Digest::from(Sha256::digest(bytes))) == package.sha256;
        let Some(bytes) = bytes.filter(is_whole) else {
            return Ok(Err(Fault::permanent("package_damaged", Message::new("hint.package_damaged"))));
        };
        let request = case.request.as_ref();
        let parcel = Parcel {
            key: release.key.clone(),
            file_name: format!("package-{}-{}.zip", ascii(&case.number.to_string()), release.key),
            case_number: case.number.to_string(),
            request_ref: request.map(|request| request.reference.to_string()).unwrap_or_default(),
            reply_to: request
                .and_then(|request| request.reply_to.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            outcome: outcome_of(progress).code().to_owned(),
            sha256: package.sha256.clone(),
            bytes,
        };
        let sent = guarded(|| adapters.delivery(target).and_then(|delivery| delivery.deliver(&parcel)));
        // A receipt that cannot be kept does not make the answer undelivered.
        let receipt = |text: String| Reference::parse("receipt", &text).ok();
        Ok(sent.map(|delivered| delivered.receipt.and_then(receipt)).map_err(in_webform))
    }
}

fn in_webform(mut fault: Fault) -> Fault {
    fault.setting.get_or_insert_with(|| "webform".to_owned());
    fault
}

/// The answer of a case, while somebody can go on with it.
fn under_way(case: &Case) -> Option<(&Progress, &Release)> {
    case.live().and_then(|progress| Some((progress, progress.release.as_ref()?)))
}

fn ascii(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn visible((source, table): Found, frozen: &SnapshotTable, redactions: &[Redaction]) -> PackageTable {
    let keeps = |column: &DataColumn| !is_hidden(redactions, frozen, &column.name);
    let shown: Vec<bool> = table.columns.iter().map(keeps).collect();
    let reason = |column: &DataColumn| {
        let of =
            |one: &&Redaction| one.source == source && one.table == table.name && one.column == column.name;
        redactions.iter().find(of).map(|one| one.reason.to_string()).unwrap_or_default()
    };
    let hidden = table.columns.iter().filter(|column| !keeps(column));
    let hidden =
        hidden.map(|column| HiddenColumn { name: column.name.clone(), reason: reason(column) }).collect();
    let columns = table.columns.iter().filter(|column| keeps(column));
    let columns = columns.map(|column| (column.name.clone(), column.kind)).collect();
    let cells = |row: Vec<crate::model::DataValue>| {
        row.into_iter().zip(&shown).filter(|(_, shown)| **shown).map(|(value, _)| value).collect()
    };
    let rows = table.rows.into_iter().map(cells).collect();
    PackageTable { source, name: table.name, columns, rows, hidden }
}

fn content(
    case: &Case,
    progress: &Progress,
    release: &Release,
    catalog: &Catalog,
    tables: Vec<PackageTable>,
    language: &Arc<Language>,
) -> PackageContent {
    let settings = catalog.settings.as_ref();
    let label = |id: &crate::model::StepId| {
        progress.step(id.as_str()).map_or_else(|| id.to_string(), |step| step.called(language))
    };
    let decided = |step, by: &crate::model::ActorId, at, what: &str| Decided {
        step: label(step),
        by: by.to_string(),
        at,
        what: what.to_owned(),
    };
    let approvals = progress.approvals.iter().map(|one| decided(&one.step, &one.by, one.at, "approved"));
    let denial = progress.denial.as_ref();
    let last = match denial {
        Some(denial) => decided(&denial.step, &denial.by, denial.at, "denied"),
        None => decided(&release.step, &release.by, release.requested_at, "released"),
    };
    let workflow = catalog.workflows.get(&progress.workflow);
    PackageContent {
        key: release.key.clone(),
        case_number: case.number.to_string(),
        organisation: settings.and_then(|settings| settings.organisation.as_ref()).map(ToString::to_string),
        support_email: settings.and_then(|settings| settings.support_email.as_ref()).map(ToString::to_string),
        requester: case.request.as_ref().map(|request| request.requester.to_string()),
        request_ref: case.request.as_ref().map(|request| request.reference.to_string()),
        received_at: case.request.as_ref().map_or(case.raised_at, |request| request.received_at),
        released_at: release.requested_at,
        workflow: workflow.map(|workflow| workflow.name.said(language).into_owned()).unwrap_or_default(),
        workflow_version: progress.version,
        decisions: approvals.chain(std::iter::once(last)).collect(),
        outcome: outcome_of(progress),
        denial_reason: denial.map(|denial| denial.customer_reason.to_string()),
        content_digest: release.digest.clone(),
        tables,
        language: Arc::clone(language),
    }
}
