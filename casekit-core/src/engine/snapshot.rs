//! Snapshots in blobs: frozen in chunks, read by the page or as a whole. Every chunk is checked against its digest when
//! read.

use super::Engine;
use crate::decide::Weighed;
use crate::decide::action::Action;
use crate::error::Error;
use crate::language::Message;
use crate::model::{
    BlobId, Case, ColumnKind, DataTable, DataValue, Redaction, Snapshot, SnapshotSource, SnapshotTable,
    limits,
};
use crate::rejection::{Blocker, Rejection};
use crate::release::digest::DataDigest;
use crate::release::rows::{Chunk, Freezer, open_list};
use crate::release::shown::{Shown, is_in_place};
use crate::release::{Fault, PackageTable};
use crate::store::{StoreError, StoreErrorKind};

/// How many bytes of a blob one call to the store reads or writes.
const BLOB_CHUNK: u32 = 256 * 1024;

/// A table with the source that found it.
pub(crate) type Found = (String, DataTable);

/// Why the rows of a snapshot cannot be read.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The blob was destroyed, as when its retention time was over.
    Gone,
    /// It is not what was frozen: a name, a kind, a number of rows or a digest differs, or a hidden part is not in its
    /// place.
    Damaged,
    /// The store failed to answer.
    Unread(Error),
}

/// Why what the sources found cannot be frozen.
#[derive(Debug)]
pub(super) enum Unfrozen {
    /// With the tables of this source it is more than a snapshot can hold.
    TooMuch { source: String, fault: Box<Fault> },
    /// The store failed to answer.
    Unwritten(Error),
}

impl From<Error> for Unfrozen {
    fn from(error: Error) -> Self {
        Self::Unwritten(error)
    }
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self::Unread(error)
    }
}

/// The digest of a snapshot without what a command hides, kept so that a retry of the command need not read it again.
pub(super) struct Weight {
    snapshot: BlobId,
    pub(super) digest: String,
}

impl Engine {
    /// Writes the rows into a new blob, and returns its description. The blob is an orphan until a commit keeps it.
    pub(super) fn freeze(
        &self,
        case: &Case,
        sources: Vec<SnapshotSource>,
        found: &[Found],
    ) -> Result<Snapshot, Unfrozen> {
        let too_much = |place: usize, fault: Fault| {
            let source = found.get(place).map(|(source, _)| source.clone());
            Unfrozen::TooMuch { source: source.unwrap_or_default(), fault: Box::new(fault) }
        };
        let too_large = |place: usize| too_much(place, too_large());
        let (mut cells, mut files) = (0, 0);
        for (place, (_, table)) in found.iter().enumerate() {
            cells += (table.rows.len() * table.columns.len()) as u64;
            files += files_in(table);
            if cells > limits::SNAPSHOT_CELLS {
                return Err(too_large(place));
            }
            if files > limits::FILES {
                let hint = Message::new("hint.too_many_files").with("limit", limits::FILES);
                return Err(too_much(place, Fault::data("snapshot_too_large", hint)));
            }
        }
        let now = self.now().map_err(Error::from)?;
        let id = BlobId(self.fresh_id(now));
        let mut freezer = Freezer::new(salt_of(case));
        let mut writing = Writing { engine: self, id, ahead: Vec::new(), written: 0 };
        for (place, (_, table)) in found.iter().enumerate() {
            let number = u32::try_from(place).map_err(|_| too_large(place))?;
            let mut rest = table.rows.as_slice();
            while !rest.is_empty() {
                let first = (table.rows.len() - rest.len()) as u64;
                let Ok((bytes, taken)) = freezer.chunk(number, first, rest) else {
                    return Err(too_large(place));
                };
                rest = rest.get(taken..).unwrap_or_default();
                writing.add(&bytes)?;
                if writing.size() > limits::SNAPSHOT_BYTES {
                    return Err(too_large(place));
                }
            }
        }
        let table = |(source, table): &Found| SnapshotTable {
            source: source.clone(),
            name: table.name.clone(),
            columns: table.columns.clone(),
            rows: table.rows.len() as u64,
        };
        let tables: Vec<SnapshotTable> = found.iter().map(table).collect();
        let Ok((bytes, list)) = freezer.list(&tables) else {
            return Err(too_large(found.len().saturating_sub(1)));
        };
        writing.add(&bytes)?;
        writing.finish()?;
        Ok(Snapshot { id, at: now, sources, tables, list })
    }

    /// Opens a snapshot: reads and checks the list of its chunks, but no rows.
    pub(crate) fn open_snapshot<'a>(
        &'a self,
        case: &'a Case,
        snapshot: &'a Snapshot,
    ) -> Result<Frozen<'a>, Lost> {
        let (salt, list) = (salt_of(case), &snapshot.list);
        let bytes = self.read_part(snapshot.id, list.at, list.size)?.ok_or(Lost::Gone)?;
        let chunks = open_list(salt, list, &snapshot.tables, &bytes).ok_or(Lost::Damaged)?;
        Ok(Frozen { engine: self, salt, snapshot, chunks })
    }

    /// The digest of the data as it would be sent. If the command was decided before on the same snapshot, the digest
    /// from then is returned and nothing is read.
    pub(super) fn weigh(&self, data: &Weighed<'_>, before: Option<Weight>) -> Result<Weight, Error> {
        let snapshot = data.snapshot.id;
        if let Some(before) = before.filter(|before| before.snapshot == snapshot) {
            return Ok(before);
        }
        let frozen = self.open_snapshot(data.case, data.snapshot);
        let digest = frozen.and_then(|frozen| frozen.digest(&data.redactions));
        let digest = digest.map_err(|lost| lost.fault(Action::ApproveData.code()))?;
        Ok(Weight { snapshot, digest })
    }

    /// Writes bytes into a new blob, in chunks.
    pub(super) fn write_blob(&self, id: BlobId, bytes: &[u8]) -> Result<(), Error> {
        let mut writing = Writing { engine: self, id, ahead: Vec::new(), written: 0 };
        writing.add(bytes)?;
        writing.finish()
    }

    /// All bytes of a blob; `None` if it was destroyed.
    pub(super) fn read_blob(&self, id: BlobId) -> Result<Option<Vec<u8>>, Error> {
        self.read_part(id, 0, u64::MAX)
    }

    /// At most `size` bytes of a blob from `at`, fewer if it ends before; `None` if it was destroyed.
    fn read_part(&self, id: BlobId, at: u64, size: u64) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < size {
            let rest = u32::try_from(size - bytes.len() as u64).unwrap_or(u32::MAX).min(BLOB_CHUNK);
            let Some(more) = self.store.blob_bytes().read(id, at + bytes.len() as u64, rest)? else {
                return Ok(None);
            };
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        Ok(Some(bytes))
    }
}

/// An open snapshot: its chunks are known, and rows are read on demand.
pub(crate) struct Frozen<'a> {
    engine: &'a Engine,
    salt: &'a str,
    snapshot: &'a Snapshot,
    chunks: Vec<Chunk>,
}

impl Frozen<'_> {
    /// At most `limit` rows of a table from `offset`; reads the chunks in which they lie.
    pub(crate) fn page(&self, table: usize, offset: u64, limit: u32) -> Result<Vec<Vec<DataValue>>, Lost> {
        let mut page = Vec::new();
        let end = offset.saturating_add(u64::from(limit));
        let plan = |chunk: &Chunk| chunk.first < end && chunk.end() > offset;
        self.each_row(table, plan, |number, row| {
            if (offset + 1..=end).contains(&number) {
                page.push(row);
            }
        })?;
        Ok(page)
    }

    /// Every table of some sources, in clear, with its rows.
    pub(super) fn found(&self, of: impl Fn(&str) -> bool) -> Result<Vec<Found>, Lost> {
        let mut found = Vec::new();
        for (place, table) in self.snapshot.tables.iter().enumerate().filter(|(_, one)| of(&one.source)) {
            let mut rows = Vec::new();
            self.each_row(place, |_| true, |_, row| rows.push(row))?;
            let (name, columns) = (table.name.clone(), table.columns.clone());
            found.push((table.source.clone(), DataTable { name, columns, rows }));
        }
        Ok(found)
    }

    /// The tables as they are sent: without what is hidden, but with the name of each hidden part and its reason.
    pub(crate) fn shown(&self, redactions: &[Redaction]) -> Result<Vec<PackageTable>, Lost> {
        self.hides(redactions)?;
        let mut tables = Vec::new();
        for (place, table) in self.snapshot.tables.iter().enumerate() {
            let shown = Shown::of(place, table, redactions);
            let mut rows = Vec::new();
            self.each_row(place, |_| true, |number, row| rows.extend(shown.row(number, row)))?;
            tables.push(PackageTable {
                source: table.source.clone(),
                name: table.name.clone(),
                columns: shown.columns().into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect(),
                rows,
                hidden: shown.hidden_parts(),
            });
        }
        Ok(tables)
    }

    /// The digest of the tables as they are sent. Holds one chunk in memory at a time.
    pub(crate) fn digest(&self, redactions: &[Redaction]) -> Result<String, Lost> {
        self.hides(redactions)?;
        let mut digest = DataDigest::new(self.salt);
        for (place, table) in self.snapshot.tables.iter().enumerate() {
            let shown = Shown::of(place, table, redactions);
            digest.table(&table.source, &table.name, &shown.columns(), shown.rows());
            let each = |number, row| shown.row(number, row).iter().for_each(|row| digest.row(row));
            self.each_row(place, |_| true, each)?;
            digest.hidden(&shown.hidden());
        }
        Ok(digest.finish())
    }

    /// Checks that every hidden part is in its place.
    fn hides(&self, redactions: &[Redaction]) -> Result<(), Lost> {
        let in_place = redactions.iter().all(|one| is_in_place(&self.snapshot.tables, one));
        in_place.then_some(()).ok_or(Lost::Damaged)
    }

    /// Calls `each` with every row, and its number from 1, of the chunks of a table that `plan` selects.
    fn each_row(
        &self,
        place: usize,
        plan: impl Fn(&Chunk) -> bool,
        mut each: impl FnMut(u64, Vec<DataValue>),
    ) -> Result<(), Lost> {
        let Some(table) = self.snapshot.tables.get(place) else { return Ok(()) };
        let mine = || self.chunks.iter().filter(|chunk| chunk.table as usize == place);
        if mine().map(|chunk| chunk.rows).sum::<u64>() != table.rows {
            return Err(Lost::Damaged);
        }
        for chunk in mine().filter(|chunk| plan(chunk)) {
            let bytes = self.engine.read_part(self.snapshot.id, chunk.at, chunk.size)?.ok_or(Lost::Gone)?;
            let rows = chunk.open(self.salt, table.columns.len(), &bytes).ok_or(Lost::Damaged)?;
            (chunk.first + 1..).zip(rows).for_each(|(number, row)| each(number, row));
        }
        Ok(())
    }
}

/// A blob while it is written. It buffers bytes, so that the store gets chunks of `BLOB_CHUNK` bytes.
struct Writing<'a> {
    engine: &'a Engine,
    id: BlobId,
    ahead: Vec<u8>,
    written: u64,
}

impl Writing<'_> {
    fn add(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while self.ahead.len() + bytes.len() >= BLOB_CHUNK as usize {
            let (now, later) = bytes.split_at((BLOB_CHUNK as usize).saturating_sub(self.ahead.len()));
            self.ahead.extend_from_slice(now);
            self.append()?;
            bytes = later;
        }
        self.ahead.extend_from_slice(bytes);
        Ok(())
    }

    fn size(&self) -> u64 {
        self.written + self.ahead.len() as u64
    }

    /// Writes the rest. An empty blob is created as well, by an empty chunk.
    fn finish(mut self) -> Result<(), Error> {
        if self.written == 0 || !self.ahead.is_empty() {
            self.append()?;
        }
        Ok(())
    }

    fn append(&mut self) -> Result<(), Error> {
        self.engine.store.blob_bytes().append(self.id, self.written, self.engine.now()?, &self.ahead)?;
        self.written = self.size();
        self.ahead.clear();
        Ok(())
    }
}

impl Lost {
    /// The answer to an action that needs the rows.
    pub(crate) fn fault(self, action: &str) -> Error {
        match self {
            Self::Gone => Rejection::blocked(action, Blocker::NoSnapshot).into(),
            Self::Damaged => {
                let hint = "the data that was collected is damaged: collect it again";
                StoreError::new(StoreErrorKind::Corrupt, hint).into()
            }
            Self::Unread(error) => error,
        }
    }
}

/// How many files there are in a table.
fn files_in(table: &DataTable) -> usize {
    let columns = table.columns.iter().enumerate().filter(|(_, one)| one.kind == ColumnKind::File);
    let is_filled =
        |row: &&Vec<DataValue>, column| row.get(column).is_some_and(|cell| *cell != DataValue::Null);
    columns.map(|(column, _)| table.rows.iter().filter(|row| is_filled(row, column)).count()).sum()
}

fn salt_of(case: &Case) -> &str {
    case.progress.as_deref().map_or("", |progress| progress.salt.as_str())
}

pub(super) fn too_large() -> Fault {
    let hint = Message::new("hint.snapshot_too_large");
    Fault::data("snapshot_too_large", hint)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::NewRequest;
    use crate::engine::Services;
    use crate::engine::testing::Counting;
    use crate::memory::MemoryStore;
    use crate::model::{Actor, DataColumn, RedactionTarget, Role, ShortText, SourceFile};
    use crate::release::digest::data_digest;
    use crate::release::shown::place_of;
    use crate::store::LoadPlan;

    fn engine_and_case() -> (Arc<Engine>, Case) {
        let env = Box::new(Counting::new());
        let engine = Engine::new(Arc::new(MemoryStore::new()), env, None, Services::default()).unwrap();
        let desk = engine.desk(Actor::new("petra", "").with_role(Role::Approver));
        let id = desk.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
        let case = engine.store.load(&LoadPlan::case(id)).unwrap().cases.remove(0);
        (engine, case)
    }

    fn found(name: &str, rows: usize) -> Found {
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Text };
        let cell = |row: usize, column: usize| match (row + column) % 3 {
            0 => DataValue::Null,
            1 => DataValue::Integer(row as i64),
            _ => DataValue::Text("x".repeat(row % 400)),
        };
        let rows = (0..rows).map(|row| (0..3).map(|column| cell(row, column)).collect()).collect();
        ("shop".into(), DataTable { name: name.into(), columns: ["a", "b", "c"].map(column).to_vec(), rows })
    }

    #[test]
    fn the_digest_at_the_approval_is_that_of_what_is_put_into_the_package() {
        let (engine, case) = engine_and_case();
        let found = [found("orders", 1_777), found("none", 0), found("returns", 3)];
        let snapshot = engine.freeze(&case, Vec::new(), &found).unwrap();
        let frozen = engine.open_snapshot(&case, &snapshot).unwrap();
        let hide = |table: &str, target| {
            let reason = ShortText::parse("reason", "ours").unwrap();
            let place = place_of(&snapshot.tables, "shop", table, &target).unwrap();
            Redaction { source: "shop".into(), table: table.into(), target, place, reason }
        };
        let cell = |row, column: &str| RedactionTarget::Cell { row, column: column.into() };
        let all = [
            hide("orders", RedactionTarget::Column("b".into())),
            hide("orders", RedactionTarget::Row(501)),
            hide("orders", cell(1_777, "c")),
            hide("orders", cell(501, "c")),
            hide("returns", RedactionTarget::Row(1)),
            hide("none", RedactionTarget::Column("a".into())),
        ];
        let mut digests = std::collections::BTreeSet::new();
        for chosen in 0..1 << all.len() {
            let is_chosen = |place: &usize| chosen >> place & 1 == 1;
            let hidden: Vec<Redaction> =
                (0..all.len()).filter(is_chosen).map(|place| all[place].clone()).collect();
            let sent = frozen.shown(&hidden).unwrap();
            let digest = frozen.digest(&hidden).unwrap();
            assert_eq!(digest, data_digest(salt_of(&case), &sent));
            digests.insert(digest);
        }
        assert_eq!(digests.len(), 1 << all.len(), "each is another");
    }

    #[test]
    fn a_snapshot_has_only_so_many_files() {
        let (engine, case) = engine_and_case();
        let column = DataColumn { name: "letter".into(), kind: ColumnKind::File };
        let letters = |count: usize| {
            let rows = vec![vec![SourceFile::new("a.txt", "text/plain", *b"x").cell()]; count];
            let nothing = vec![vec![DataValue::Null]; 3];
            let (name, columns) = ("letters".into(), vec![column.clone()]);
            ("post".into(), DataTable { name, columns, rows: [rows, nothing].concat() })
        };
        assert!(engine.freeze(&case, Vec::new(), &[letters(limits::FILES - 1), letters(1)]).is_ok());
        let refused = engine.freeze(&case, Vec::new(), &[letters(limits::FILES), letters(1)]);
        let Err(Unfrozen::TooMuch { source, fault }) = refused else { panic!("frozen") };
        assert_eq!(source, "post");
        assert_eq!(fault.code, "snapshot_too_large");
        assert!(fault.to_string().contains("` files"), "{fault}");
    }

    #[test]
    fn a_snapshot_whose_tables_are_not_the_frozen_ones_cannot_be_opened() {
        let (engine, case) = engine_and_case();
        let snapshot = engine.freeze(&case, Vec::new(), &[found("orders", 10), found("returns", 3)]).unwrap();
        assert!(engine.open_snapshot(&case, &snapshot).is_ok());
        let alterations: [fn(&mut Snapshot); 7] = [
            |one| one.tables[0].columns[1].name = "d".into(),
            |one| one.tables[0].columns[1].kind = ColumnKind::Integer,
            |one| one.tables[0].columns.swap(0, 1),
            |one| one.tables[0].name = "order".into(),
            |one| one.tables[1].source = "crm".into(),
            |one| one.tables[1].rows = 2,
            |one| one.tables.swap(0, 1),
        ];
        for (place, alter) in alterations.iter().enumerate() {
            let mut altered = snapshot.clone();
            alter(&mut altered);
            assert!(
                matches!(engine.open_snapshot(&case, &altered), Err(Lost::Damaged)),
                "alteration {place}"
            );
        }
    }

    #[test]
    fn rows_that_were_destroyed_are_gone_and_those_of_another_case_are_not_these() {
        let (engine, case) = engine_and_case();
        let snapshot = engine.freeze(&case, Vec::new(), &[found("orders", 10)]).unwrap();
        let gone = Snapshot { id: BlobId(uuid::Uuid::nil()), ..snapshot.clone() };
        assert!(matches!(engine.open_snapshot(&case, &gone), Err(Lost::Gone)));
        let other = Case { progress: None, ..case };
        assert!(matches!(engine.open_snapshot(&other, &snapshot), Err(Lost::Damaged)));
    }
}
