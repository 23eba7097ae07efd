//! What an approval covers, as a digest.
//!
//! `content = HMAC-SHA-256(salt, material fields, visible tables after redaction)`. Column by column, so that hiding
//! another column changes it without anybody reading the rows again.

use std::collections::BTreeSet;

use crate::commit::{Digest, commitment, hex};
use crate::model::{
    Case, DataApproval, DataTable, DataValue, Progress, Redaction, Snapshot, SnapshotTable, Step, StepKind,
};

const VERSION: &str = "casekit content 1";

/// Bytes in which no part can run into the next.
#[derive(Default)]
struct Parts(Vec<u8>);

impl Parts {
    fn add(&mut self, part: &str) {
        self.0.extend((part.len() as u64).to_be_bytes());
        self.0.extend(part.as_bytes());
    }
}

/// The digest of what a step approves: the material fields, and the data if it or a step before it approves data.
#[must_use]
pub(crate) fn digest_for(
    case: &Case,
    progress: &Progress,
    step: &Step,
    data: Option<&DataApproval>,
) -> String {
    match data.filter(|_| sees_data(progress, step)) {
        Some(data) => content_digest(case, progress, data),
        None => material_digest(case, progress),
    }
}

/// Whether a step approves data or comes after one that does.
fn sees_data(progress: &Progress, step: &Step) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![step];
    while let Some(step) = open.pop() {
        if step.kind == StepKind::DataApproval {
            return true;
        }
        if seen.insert(&step.id) {
            open.extend(step.requires.iter().filter_map(|id| progress.step(id.as_str())));
        }
    }
    false
}

/// The digest of a case's material fields: its type, its customer, and who asked.
#[must_use]
pub(crate) fn material_digest(case: &Case, progress: &Progress) -> String {
    finish(progress, material(case))
}

/// The digest of the material fields and of the data, or that there is none.
#[must_use]
pub(crate) fn content_digest(case: &Case, progress: &Progress, data: &DataApproval) -> String {
    let mut parts = material(case);
    match data {
        DataApproval::NoData => parts.add("no data"),
        DataApproval::Data { snapshot: id, redactions } => {
            parts.add("data");
            let snapshot = progress.snapshot.as_ref().filter(|snapshot| snapshot.id == *id);
            for table in snapshot.map(|snapshot| snapshot.tables.as_slice()).unwrap_or_default() {
                add_table(&mut parts, table, redactions);
            }
        }
    }
    finish(progress, parts)
}

fn material(case: &Case) -> Parts {
    let mut parts = Parts::default();
    parts.add(VERSION);
    parts.add(&case.case_type.to_string());
    parts.add(&case.customer.map(|id| id.to_string()).unwrap_or_default());
    parts.add(case.request.as_ref().map_or("", |request| request.reference.as_str()));
    parts.add(case.request.as_ref().map_or("", |request| request.requester.as_str()));
    parts
}

fn add_table(parts: &mut Parts, table: &SnapshotTable, redactions: &[Redaction]) {
    parts.add(&table.source);
    parts.add(&table.name);
    parts.add(&table.rows.to_string());
    for column in table.columns.iter().filter(|column| !is_hidden(redactions, table, &column.name)) {
        parts.add(&column.name);
        parts.add(&format!("{:?}", column.kind));
        parts.add(&column.digest);
    }
}

/// Whether a column is hidden.
#[must_use]
pub(crate) fn is_hidden(redactions: &[Redaction], table: &SnapshotTable, column: &str) -> bool {
    redactions.iter().any(|one| one.source == table.source && one.table == table.name && one.column == column)
}

/// The redaction of a column of a snapshot that does not exist, if there is one.
#[must_use]
pub(crate) fn unknown_column(snapshot: &Snapshot, one: &Redaction) -> bool {
    let table = snapshot.tables.iter().find(|table| table.source == one.source && table.name == one.table);
    !table.is_some_and(|table| table.columns.iter().any(|column| column.name == one.column))
}

fn finish(progress: &Progress, parts: Parts) -> String {
    hex(&commitment(progress.salt.as_bytes(), &parts.0))
}

/// The salted digest of what stands in one column.
#[must_use]
pub(crate) fn column_digest(salt: &str, table: &DataTable, place: usize) -> String {
    let mut parts = Parts::default();
    for value in table.rows.iter().filter_map(|row| row.get(place)) {
        match value {
            DataValue::Null => parts.add("n"),
            DataValue::Text(text) => {
                parts.add("t");
                parts.add(text);
            }
            DataValue::Integer(number) => parts.add(&format!("i{number}")),
            DataValue::Real(number) => parts.add(&format!("r{:x}", number.to_bits())),
            DataValue::Boolean(yes) => parts.add(if *yes { "b1" } else { "b0" }),
        }
    }
    let digest: Digest = commitment(salt.as_bytes(), &parts.0);
    hex(&digest)
}
