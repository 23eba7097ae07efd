//! Building a package: the tables without what is hidden, beside who decided what.

use sha2::{Digest as _, Sha256};

use super::Engine;
use super::broken::Broken;
use super::collect::{Found, guarded};
use crate::commit::{Digest, hex};
use crate::model::{
    BlobId, Case, Catalog, DataApproval, DataColumn, PackageRef, Progress, Redaction, Release, SnapshotTable,
    limits,
};
use crate::release::delivery::outcome_of;
use crate::release::digest::{content_digest, is_hidden, material_digest};
use crate::release::{Decided, Fault, HiddenColumn, PackageContent, PackageTable};

impl Engine {
    /// Builds the package and keeps its bytes; what is in it must be what was approved.
    pub(super) fn build(
        &self,
        case: &Case,
        progress: &Progress,
        release: &Release,
        catalog: &Catalog,
    ) -> Result<PackageRef, Broken> {
        let Some(builder) = &self.services.builder else {
            let hint = "this application was built without packages: switch the feature `package` on";
            return Err(Fault::permanent("no_package_builder", hint).into());
        };
        let tables = self.tables(case, progress)?;
        let digest = match progress.data_approval().filter(|_| progress.denial.is_none()) {
            Some(data) => content_digest(case, progress, data),
            None => material_digest(case, progress),
        };
        if digest != release.digest {
            let hint = "what would be sent is not what was approved: revoke the approvals and decide again";
            return Err(Fault::data("content_changed", hint).into());
        }
        let content = content(case, progress, release, catalog, tables);
        let bytes = guarded(|| builder.build(&content, limits::SNAPSHOT_BYTES))?;
        let digest: Digest = Sha256::digest(&bytes).into();
        let blob = BlobId(self.fresh_id(self.now()));
        self.write_blob(blob, &bytes)?;
        Ok(PackageRef { blob: Some(blob), sha256: hex(&digest), size: bytes.len() as u64 })
    }

    /// The tables as they are sent: without what is hidden, which is named with its reason.
    fn tables(&self, case: &Case, progress: &Progress) -> Result<Vec<PackageTable>, Broken> {
        let approved = progress.data_approval().filter(|_| progress.denial.is_none());
        let Some(DataApproval::Data { redactions, .. }) = approved else { return Ok(Vec::new()) };
        let rows = match &progress.snapshot {
            Some(snapshot) => self.rows_of(case, snapshot)?.map(|rows| (snapshot, rows)),
            None => None,
        };
        let Some((snapshot, rows)) = rows else {
            let hint = "the data that was approved is gone or damaged: revoke the data approval and collect it again";
            return Err(Fault::data("snapshot_missing", hint).into());
        };
        let visible =
            rows.into_iter().zip(&snapshot.tables).map(|(found, frozen)| visible(found, frozen, redactions));
        Ok(visible.collect())
    }
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
) -> PackageContent {
    let settings = catalog.settings.as_ref();
    let label = |id: &crate::model::StepId| {
        progress.step(id.as_str()).map_or_else(|| id.to_string(), |step| step.label.to_string())
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
        None => decided(&release.step, release.by(), release.requested_at(), "released"),
    };
    let workflow = catalog.workflows.get(&progress.workflow);
    PackageContent {
        key: release.key().to_owned(),
        case_number: case.number.to_string(),
        organisation: settings.and_then(|settings| settings.organisation.as_ref()).map(ToString::to_string),
        support_email: settings.and_then(|settings| settings.support_email.as_ref()).map(ToString::to_string),
        requester: case.request.as_ref().map(|request| request.requester.to_string()),
        request_ref: case.request.as_ref().map(|request| request.reference.to_string()),
        received_at: case.request.as_ref().map_or(case.raised_at, |request| request.received_at),
        released_at: release.requested_at(),
        workflow: workflow.map(|workflow| workflow.name.to_string()).unwrap_or_default(),
        workflow_version: progress.version,
        decisions: approvals.chain(std::iter::once(last)).collect(),
        outcome: outcome_of(progress),
        denial_reason: denial.map(|denial| denial.customer_reason.to_string()),
        content_digest: release.digest.clone(),
        tables,
    }
}
