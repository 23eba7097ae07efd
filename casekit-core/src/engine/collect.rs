//! Collecting data: ask every source, freeze what they found, write down how it went.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Caller, Engine};
use crate::decide::{Asked, MayPrepare, RecordCollection};
use crate::error::Error;
use crate::model::{
    BankAccount, BlobId, Case, CaseId, Catalog, ColumnKind, Customer, CustomerField, DataColumn, DataTable,
    DataValue, LongText, Name, PROFILE_SOURCE, Profile, ShortText, Snapshot, SnapshotColumn, SnapshotTable,
    limits,
};
use crate::rejection::Rejection;
use crate::release::digest::column_digest;
use crate::release::{DataSource, Fault, SourceQuestion};
use crate::store::{CaseFilter, CaseQuery, Direction, Sort, Wanted};

/// Bytes of a blob that are written at a time.
pub(super) const BLOB_CHUNK: usize = 256 * 1024;

/// A table with the source that found it, as a snapshot keeps it.
pub(crate) type Found = (String, DataTable);

/// A source, or why it cannot be asked.
type Opened = Result<Arc<dyn DataSource>, Fault>;

impl Engine {
    /// Collects what the sources of a case's workflow find, as a new snapshot; or records what failed.
    pub(crate) fn collect(&self, caller: &Caller, id: CaseId, retry: bool) -> Result<(), Error> {
        let may = MayPrepare { case: id, retry };
        let allowed = self.run(caller, &may)?;
        // The record is not the caller's request: that was to prepare.
        let recorder = Caller { actor: caller.actor.clone(), request: None };
        let wanted = Wanted { cases: vec![id], case_customers: true, ..Wanted::default() };
        let loaded = self.store.load(&wanted)?;
        let case = loaded.cases.first().ok_or_else(|| Rejection::not_found("case", id))?;
        if allowed.replayed {
            // Asked before: what that left stands, unless it broke off before it left anything.
            if allowed.changed().revision != case.revision {
                return Ok(());
            }
            self.run(&recorder, &may)?;
        }
        let customer = loaded.customers.first();
        let question = question(case, customer);
        let (mut asked, mut found, mut failed) = (Vec::new(), Vec::new(), None);
        for (name, source) in self.sources_of(case, customer, &loaded.catalog) {
            let answer = source.and_then(|source| ask(source.as_ref(), &question)).and_then(sound);
            let rows =
                answer.as_ref().ok().map(|tables| tables.iter().map(|table| table.rows.len() as u64).sum());
            asked.push(Asked {
                source: name.clone(),
                rows,
                failed: answer.as_ref().err().map(|fault| fault.code.clone()),
            });
            match answer {
                Ok(tables) => found.extend(tables.into_iter().map(|table| (name.clone(), table))),
                Err(fault) => failed = failed.or(Some(fault.of_source(&name))),
            }
        }
        let found = match failed {
            Some(fault) => Err(fault),
            None => self.freeze(case, found)?,
        };
        self.run(&recorder, &RecordCollection { case: id, retry, asked, found })?;
        Ok(())
    }

    /// The sources that a case's workflow names, in their order; each found, or why not.
    fn sources_of(
        &self,
        case: &Case,
        customer: Option<&Customer>,
        catalog: &Catalog,
    ) -> Vec<(String, Opened)> {
        let settings =
            catalog.settings.as_ref().map(|settings| settings.sources.as_slice()).unwrap_or_default();
        let set_up = settings.iter().map(|setting| setting.name.clone());
        let hosted = self.services.sources.iter().map(|(name, _)| name.clone());
        let all: Vec<String> =
            std::iter::once(PROFILE_SOURCE.to_owned()).chain(set_up).chain(hosted).collect();
        let version = case.progress.as_ref().and_then(|progress| {
            let workflow = catalog.workflows.get(&progress.workflow)?;
            workflow.versions.iter().find(|version| version.version == progress.version)
        });
        let names = version.and_then(|version| version.sources.clone()).unwrap_or(all);
        let find = |name: &String| -> Opened {
            if name == PROFILE_SOURCE {
                return Ok(Arc::new(self.profile_source(case, customer, catalog)));
            }
            if let Some((_, source)) = self.services.sources.iter().find(|(hosted, _)| hosted == name) {
                return Ok(Arc::clone(source));
            }
            let setting = settings.iter().find(|setting| setting.name == *name);
            let (Some(setting), Some(adapters)) = (setting, &self.services.adapters) else {
                let hint = "no such source is set up: add it to the settings, or take it out of the workflow";
                return Err(Fault::configuration("source_unknown", &format!("sources.{name}"), hint));
            };
            guarded(|| adapters.source(setting)).map(Arc::from)
        };
        names.iter().map(|name| (name.clone(), find(name))).collect()
    }

    /// Writes the rows into a blob, and says what is in it.
    fn freeze(&self, case: &Case, found: Vec<Found>) -> Result<Result<Snapshot, Fault>, Error> {
        let salt = case.progress.as_ref().map_or("", |progress| progress.salt.as_str());
        let cells: u64 = found.iter().map(|(_, table)| (table.rows.len() * table.columns.len()) as u64).sum();
        let too_large = || {
            let hint = "what was found is larger than the limit of `1,000,000` cells or `256 MiB`: narrow the queries";
            Fault::data("snapshot_too_large", hint)
        };
        if cells > limits::SNAPSHOT_CELLS {
            return Ok(Err(too_large()));
        }
        let Ok(bytes) = serde_json::to_vec(&found) else { return Ok(Err(too_large())) };
        if bytes.len() as u64 > limits::SNAPSHOT_BYTES {
            return Ok(Err(too_large()));
        }
        let now = self.now();
        let id = BlobId(self.fresh_id(now));
        self.write_blob(id, &bytes)?;
        let column = |table: &DataTable, place: usize, column: &DataColumn| SnapshotColumn {
            name: column.name.clone(),
            kind: column.kind,
            digest: column_digest(salt, table, place),
        };
        let table = |(source, table): &Found| SnapshotTable {
            source: source.clone(),
            name: table.name.clone(),
            columns: table.columns.iter().enumerate().map(|(place, one)| column(table, place, one)).collect(),
            rows: table.rows.len() as u64,
        };
        let tables = found.iter().map(table).collect();
        Ok(Ok(Snapshot { id, at: now, tables, size: bytes.len() as u64 }))
    }

    pub(super) fn write_blob(&self, id: BlobId, bytes: &[u8]) -> Result<(), Error> {
        let (now, blobs) = (self.now(), self.store.blob_bytes());
        let mut offset = 0;
        // An empty one is a blob too.
        let empty = bytes.is_empty().then_some(bytes);
        for chunk in empty.into_iter().chain(bytes.chunks(BLOB_CHUNK)) {
            blobs.append(id, offset, now, chunk)?;
            offset += chunk.len() as u64;
        }
        Ok(())
    }

    /// All bytes of a blob; `None` if it was destroyed.
    pub(crate) fn read_blob(&self, id: BlobId) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = Vec::new();
        loop {
            let limit = u32::try_from(BLOB_CHUNK).unwrap_or(u32::MAX);
            let read = self.store.blob_bytes().read(id, bytes.len() as u64, limit)?;
            let Some(chunk) = read else { return Ok(None) };
            if chunk.is_empty() {
                return Ok(Some(bytes));
            }
            bytes.extend(chunk);
        }
    }

    /// The rows of a snapshot; `None` if they were destroyed or are not what was frozen.
    pub(crate) fn rows_of(&self, case: &Case, snapshot: &Snapshot) -> Result<Option<Vec<Found>>, Error> {
        let Some(bytes) = self.read_blob(snapshot.id)? else { return Ok(None) };
        let Ok(found) = serde_json::from_slice::<Vec<Found>>(&bytes) else { return Ok(None) };
        let salt = case.progress.as_ref().map_or("", |progress| progress.salt.as_str());
        let same = |((source, table), frozen): (&Found, &SnapshotTable)| {
            // Names and kinds too: what is hidden is known by its name.
            let mut columns = frozen.columns.iter().zip(&table.columns).enumerate();
            *source == frozen.source
                && table.name == frozen.name
                && table.rows.len() as u64 == frozen.rows
                && table.columns.len() == frozen.columns.len()
                && columns.all(|(place, (column, found))| {
                    (&found.name, found.kind) == (&column.name, column.kind)
                        && column_digest(salt, table, place) == column.digest
                })
        };
        let sound = found.len() == snapshot.tables.len() && found.iter().zip(&snapshot.tables).all(same);
        Ok(sound.then_some(found))
    }

    /// What casekit itself keeps about a customer.
    fn profile_source(&self, case: &Case, customer: Option<&Customer>, catalog: &Catalog) -> ProfileSource {
        let mut tables: Vec<DataTable> = customer.map(|one| profile_tables(&one.profile)).unwrap_or_default();
        let cases = case.customer.map(|id| {
            let filter = CaseFilter { customer: Some(id), ..CaseFilter::default() };
            let (sort, direction) = (Sort::Number, Direction::Ascending);
            let query = CaseQuery { filter, sort, direction, after: None, limit: limits::PAGE };
            self.store.cases(&query).map(|slice| slice.rows)
        });
        let failed = matches!(cases, Some(Err(_)));
        if let Some(Ok(rows)) = cases {
            let columns = [
                ("number", ColumnKind::Text),
                ("type", ColumnKind::Text),
                ("stage", ColumnKind::Text),
                ("title", ColumnKind::Text),
                ("raised_at", ColumnKind::Timestamp),
            ];
            let row = |row: crate::store::CaseRow| {
                vec![
                    DataValue::Text(row.number.to_string()),
                    DataValue::Text(catalog.type_name(row.case_type)),
                    DataValue::Text(catalog.stage_label(row.case_type, &row.stage)),
                    DataValue::Text(row.title.into()),
                    DataValue::Text(row.raised_at.to_rfc3339()),
                ]
            };
            tables.push(table("cases", &columns, rows.into_iter().map(row).collect()));
        }
        ProfileSource { tables, failed }
    }
}

struct ProfileSource {
    tables: Vec<DataTable>,
    failed: bool,
}

impl DataSource for ProfileSource {
    fn collect(&self, _question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        if self.failed {
            return Err(Fault::transient("store_unavailable", "the case file could not be read: try again"));
        }
        Ok(self.tables.clone())
    }
}

fn table(name: &str, columns: &[(&str, ColumnKind)], rows: Vec<Vec<DataValue>>) -> DataTable {
    let column = |(name, kind): &(&str, ColumnKind)| DataColumn { name: (*name).to_owned(), kind: *kind };
    DataTable { name: name.to_owned(), columns: columns.iter().map(column).collect(), rows }
}

fn profile_tables(profile: &Profile) -> Vec<DataTable> {
    let text = |value: Option<String>| value.map_or(DataValue::Null, DataValue::Text);
    let flat = CustomerField::ALL.into_iter().filter(|field| match field {
        CustomerField::NextOfKin | CustomerField::BankAccounts => false,
        CustomerField::Name
        | CustomerField::Gender
        | CustomerField::MaritalStatus
        | CustomerField::EmploymentStatus
        | CustomerField::Email
        | CustomerField::Phone
        | CustomerField::Address
        | CustomerField::ExternalReference => true,
    });
    let fields: Vec<CustomerField> = flat.collect();
    let columns: Vec<(&str, ColumnKind)> =
        fields.iter().map(|field| (field.code(), ColumnKind::Text)).collect();
    let row = fields.iter().map(|field| text(profile.value(*field).in_words())).collect();
    let mut tables = vec![table("profile", &columns, vec![row])];
    if !profile.next_of_kin.is_empty() {
        let columns = ["name", "relationship", "phone", "address"].map(|name| (name, ColumnKind::Text));
        let row = |kin: &crate::model::NextOfKin| {
            vec![
                text(Some(kin.name.to_string())),
                text(kin.relationship.as_ref().map(ShortText::to_string)),
                text(kin.phone.as_ref().map(ShortText::to_string)),
                text(kin.address.as_ref().map(LongText::to_string)),
            ]
        };
        tables.push(table("next_of_kin", &columns, profile.next_of_kin.iter().map(row).collect()));
    }
    if !profile.bank_accounts.is_empty() {
        let columns = ["bank", "account_name", "number"].map(|name| (name, ColumnKind::Text));
        let row = |account: &BankAccount| {
            vec![
                text(account.bank.as_ref().map(ShortText::to_string)),
                text(account.account_name.as_ref().map(Name::to_string)),
                text(Some(account.number.clear().to_owned())),
            ]
        };
        tables.push(table("bank_accounts", &columns, profile.bank_accounts.iter().map(row).collect()));
    }
    tables
}

fn question(case: &Case, customer: Option<&Customer>) -> SourceQuestion {
    let reference = customer.and_then(|customer| customer.profile.external_reference.as_ref());
    SourceQuestion {
        case_number: case.number.to_string(),
        customer_reference: reference.map(ToString::to_string).unwrap_or_default(),
        requester: case.request.as_ref().map(|request| request.requester.to_string()).unwrap_or_default(),
    }
}

fn ask(source: &dyn DataSource, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
    guarded(|| source.collect(question))
}

/// A host's panic becomes a fault; its text goes nowhere.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        Err(Fault::permanent("host_failed", "the application's own code broke off: tell whoever supports it"))
    })
}

/// Tables must be what they say: unique names, and a value for each column.
fn sound(tables: Vec<DataTable>) -> Result<Vec<DataTable>, Fault> {
    let mut names = BTreeSet::new();
    let is_sound = |table: &DataTable| {
        let columns: BTreeSet<&String> = table.columns.iter().map(|column| &column.name).collect();
        let cell = |value: &DataValue| match value {
            DataValue::Real(number) => number.is_finite(),
            DataValue::Null | DataValue::Text(_) | DataValue::Integer(_) | DataValue::Boolean(_) => true,
        };
        let row = |row: &Vec<DataValue>| row.len() == table.columns.len() && row.iter().all(cell);
        columns.len() == table.columns.len() && table.rows.iter().all(row)
    };
    let all = tables.iter().all(|table| is_sound(table) && names.insert(table.name.clone()));
    if all {
        return Ok(tables);
    }
    let hint = "the source gave tables or columns of one name twice, or rows that do not fit their columns";
    Err(Fault::permanent("source_malformed", hint))
}

impl Fault {
    /// The same of a source: it names the source's setting unless it names another.
    fn of_source(mut self, name: &str) -> Self {
        self.setting.get_or_insert_with(|| format!("sources.{name}"));
        self
    }
}
