//! The digests that approvals bind to, keyed with the case's salt.
//!
//! Each is an HMAC-SHA-256 over several parts. Each part is preceded by its length, as eight bytes in big-endian order,
//! so that moving text from one part to the next changes the digest. The key is the salt in its written form: 32
//! hexadecimal digits. The first part names the digest and the version of its recipe.
//!
//! - `casekit data 1` is about the data as it is sent. For each table it has: the word `table`, the source, the name;
//!   the number of columns that are shown, and the name and the [kind](crate::model::ColumnKind::code) of each; the
//!   number of rows that are shown, and each cell of each row; the number of hidden parts, and each of them. A cell is
//!   `n` for no value; `t` and a text; `i` and a whole number; `r` and the 16 hexadecimal digits of a number's bits;
//!   `b0` or `b1`. A hidden cell is sent as no value, `n`. A hidden part is the code of its kind, its row (0 for none)
//!   and its column (empty for none), in the order of [`RedactionTarget`].
//! - `casekit content 4` is about what a step approves: the case type, the customer, the reference and the requester;
//!   then for each field of the organisation's own that is material and has a value, in the order of their ids, `field`, its id
//!   and its value as text; then the word and the text of each field that the step names as material, `title` and `description`, a text that is
//!   not there being empty; then `no data`, what that rests on and the reason, or `data` and the digest above; and for each source that is left
//!   out, in the order in which that was decided, `left out`, its name and the reason. A step that neither approves data
//!   nor comes after one that does has none of these.
//! - `casekit rows 1` is about a chunk of a snapshot: its bytes.
//! - `casekit list 2` is about the list of the chunks: its bytes; then for each table of the snapshot the source, the
//!   name, the number of rows, the number of columns, and the name and the kind of each. So neither a row nor the name
//!   of a column can be altered without the digest.

use std::collections::BTreeSet;

use crate::commit::{Parts, hex};
use crate::model::{
    Case, ColumnKind, DataApproval, DataValue, MaterialField, Progress, RedactionTarget, SnapshotTable, Step,
    StepKind,
};
use crate::release::PackageTable;

/// The digest of what a step approves: the material fields, and the data if this step or one before it approves data.
#[must_use]
pub(crate) fn digest_for(
    case: &Case,
    progress: &Progress,
    step: &Step,
    data: Option<&DataApproval>,
) -> String {
    let mut parts = always_covered(case, progress);
    for field in &step.material {
        parts.add(field.code().as_bytes());
        parts.add(match field {
            MaterialField::Title => case.title.as_str().as_bytes(),
            MaterialField::Description => {
                case.description.as_ref().map_or("", |description| description.as_str()).as_bytes()
            }
        });
    }
    match data.filter(|_| sees_data(progress, step)) {
        Some(data) => with_data(parts, progress, data),
        None => hex(&parts.finish()),
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

/// The digest of what every step covers: the type, the customer, and who asked.
#[must_use]
pub(crate) fn material_digest(case: &Case, progress: &Progress) -> String {
    hex(&always_covered(case, progress).finish())
}

/// The digest of what every step covers, with what was approved about the data.
#[must_use]
pub(crate) fn content_digest(case: &Case, progress: &Progress, data: &DataApproval) -> String {
    with_data(always_covered(case, progress), progress, data)
}

fn with_data(mut parts: Parts, progress: &Progress, data: &DataApproval) -> String {
    match data {
        DataApproval::NoData { finding, reason } => {
            parts.add(b"no data");
            parts.add(finding.code().as_bytes());
            parts.add(reason.as_ref().map_or("", |reason| reason.as_str()).as_bytes());
        }
        DataApproval::Data { digest, .. } => {
            parts.add(b"data");
            parts.add(digest.as_bytes());
        }
    }
    for one in &progress.left_out {
        for part in ["left out", one.source.as_str(), one.reason.as_str()] {
            parts.add(part.as_bytes());
        }
    }
    hex(&parts.finish())
}

fn always_covered(case: &Case, progress: &Progress) -> Parts {
    let mut parts = Parts::new(progress.salt.as_bytes(), "casekit content 4");
    let request = case.request.as_ref();
    parts.add(case.case_type.to_string().as_bytes());
    parts.add(case.customer.map(|id| id.to_string()).unwrap_or_default().as_bytes());
    parts.add(request.map_or("", |request| request.reference.as_str()).as_bytes());
    parts.add(request.map_or("", |request| request.requester.as_str()).as_bytes());
    for (id, kept) in case.fields.iter().filter(|(_, kept)| kept.material) {
        for part in ["field", id.as_str(), kept.value.text().as_str()] {
            parts.add(part.as_bytes());
        }
    }
    parts
}

/// The digest of the data that goes into a package.
#[must_use]
pub(crate) fn data_digest(salt: &str, tables: &[PackageTable]) -> String {
    let mut digest = DataDigest::new(salt);
    for table in tables {
        let columns: Vec<_> = table.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        digest.table(&table.source, &table.name, &columns, table.rows.len() as u64);
        table.rows.iter().for_each(|row| digest.row(row));
        let hidden: BTreeSet<_> = table.hidden.iter().map(|hidden| &hidden.target).collect();
        digest.hidden(&hidden);
    }
    digest.finish()
}

/// Computes the digest of data that comes table by table and row by row, so that it need not be in memory as a whole.
pub(crate) struct DataDigest(Parts);

impl DataDigest {
    pub(crate) fn new(salt: &str) -> Self {
        Self(Parts::new(salt.as_bytes(), "casekit data 1"))
    }

    /// Begins a table, in which so many rows will be shown.
    pub(crate) fn table(&mut self, source: &str, name: &str, columns: &[(&str, ColumnKind)], rows: u64) {
        for part in ["table", source, name] {
            self.0.add(part.as_bytes());
        }
        self.number(columns.len() as u64);
        for (name, kind) in columns {
            self.0.add(name.as_bytes());
            self.0.add(kind.code().as_bytes());
        }
        self.number(rows);
    }

    /// Adds the next row, with one cell for each column that is shown.
    pub(crate) fn row(&mut self, cells: &[DataValue]) {
        for cell in cells {
            match cell {
                DataValue::Null => self.0.add(b"n"),
                DataValue::Text(text) => self.0.add_two(b"t", text.as_bytes()),
                DataValue::Integer(number) => self.0.add(format!("i{number}").as_bytes()),
                DataValue::Real(number) => self.0.add(format!("r{:016x}", number.to_bits()).as_bytes()),
                DataValue::Boolean(yes) => self.0.add(if *yes { b"b1" } else { b"b0" }),
            }
        }
    }

    /// Adds the hidden parts of the table, and ends it.
    pub(crate) fn hidden(&mut self, targets: &BTreeSet<&RedactionTarget>) {
        self.number(targets.len() as u64);
        for target in targets {
            self.0.add(target.code().as_bytes());
            self.number(target.row().unwrap_or(0));
            self.0.add(target.column().unwrap_or("").as_bytes());
        }
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finish())
    }

    fn number(&mut self, number: u64) {
        self.0.add(&number.to_be_bytes());
    }
}

#[must_use]
pub(crate) fn chunk_digest(salt: &str, bytes: &[u8]) -> String {
    let mut parts = Parts::new(salt.as_bytes(), "casekit rows 1");
    parts.add(bytes);
    hex(&parts.finish())
}

#[must_use]
pub(crate) fn list_digest(salt: &str, bytes: &[u8], tables: &[SnapshotTable]) -> String {
    let mut parts = Parts::new(salt.as_bytes(), "casekit list 2");
    parts.add(bytes);
    for table in tables {
        parts.add(table.source.as_bytes());
        parts.add(table.name.as_bytes());
        parts.add(&table.rows.to_be_bytes());
        parts.add(&(table.columns.len() as u64).to_be_bytes());
        for column in &table.columns {
            parts.add(column.name.as_bytes());
            parts.add(column.kind.code().as_bytes());
        }
    }
    hex(&parts.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::HiddenPart;

    const SALT: &str = "00112233445566778899aabbccddeeff";

    fn table() -> PackageTable {
        PackageTable {
            source: "shop".into(),
            name: "orders".into(),
            columns: vec![("a".into(), ColumnKind::Text), ("b".into(), ColumnKind::Real)],
            rows: vec![
                vec![DataValue::Text("1".into()), DataValue::Null],
                vec![DataValue::Null, DataValue::Real(0.5)],
            ],
            hidden: vec![hidden(RedactionTarget::Row(3))],
        }
    }

    fn hidden(target: RedactionTarget) -> HiddenPart {
        HiddenPart { target, reason: "ours".into() }
    }

    #[test]
    fn whatever_is_sent_otherwise_has_another_digest() {
        type Change = fn(&mut PackageTable);
        let cell = |row, column: &str| hidden(RedactionTarget::Cell { row, column: column.into() });
        let changes: &[Change] = &[
            |_| (),
            |table| table.source = "sho".into(),
            |table| table.name = "porders".into(),
            |table| table.columns[0].0 = "b".into(),
            |table| table.columns[1].1 = ColumnKind::Integer,
            |table| table.columns.swap(0, 1),
            |table| table.rows.swap(0, 1),
            |table| table.rows[0][0] = DataValue::Integer(1),
            |table| table.rows[0][0] = DataValue::Real(1.0),
            |table| table.rows[0][0] = DataValue::Boolean(true),
            |table| table.rows[0][0] = DataValue::Text(String::new()),
            |table| table.rows[0][0] = DataValue::Text("n".into()),
            |table| table.rows[0][0] = DataValue::Null,
            |table| table.rows[1][1] = DataValue::Real(-0.5),
            |table| table.rows.truncate(1),
            |table| table.rows.push(vec![DataValue::Null, DataValue::Null]),
            |table| table.hidden.clear(),
            |table| table.hidden[0].target = RedactionTarget::Row(4),
            |table| table.hidden[0].target = RedactionTarget::Column("3".into()),
        ];
        let changed = changes.iter().map(|change| {
            let mut table = table();
            change(&mut table);
            data_digest(SALT, &[table])
        });
        let mut digests: Vec<String> = changed.collect();
        for parts in [vec![cell(3, "a")], vec![cell(3, "b")], vec![cell(1, "a"), cell(3, "a")]] {
            digests.push(data_digest(SALT, &[PackageTable { hidden: parts, ..table() }]));
        }
        digests.extend([
            data_digest(SALT, &[]),
            data_digest(SALT, &[table(), table()]),
            data_digest("other", &[table()]),
        ]);
        let different: BTreeSet<&String> = digests.iter().collect();
        assert_eq!(different.len(), digests.len());
    }

    #[test]
    fn neither_why_something_is_hidden_nor_in_which_order_it_is_told_is_covered() {
        let (row, column) = (hidden(RedactionTarget::Row(3)), hidden(RedactionTarget::Column("c".into())));
        let why = HiddenPart { reason: "another's".into(), ..row.clone() };
        let of = |hidden| data_digest(SALT, &[PackageTable { hidden, ..table() }]);
        assert_eq!(of(vec![row, column.clone()]), of(vec![column, why]));
    }
}
