//! A store of your own: the memory store, with a log file beside it. The log says what happened and to which case, but
//! contains no name and no text.
//!
//! `cargo run --example custom_store` works a little and shows the log. `cargo test --example custom_store` proves with
//! the conformance suite that the store keeps every promise of `casekit_core::store::Store`.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use casekit_core::command::{CaseEdit, NewCase, NewCustomer};
use casekit_core::commit::{Claim, Commit, Committed, Refused, StoredEvent};
use casekit_core::memory::MemoryStore;
use casekit_core::model::{
    Actor, ActorId, BlobId, Catalog, CustomerId, DueTask, Note, RequestId, Role, StreamId, Timestamp,
};
use casekit_core::store::{
    BlobBytes, BlobRow, CaseCount, CaseFilter, CaseQuery, CaseRow, CheckPlace, Compacted, Copied, CountQuery,
    Cursor, CustomerQuery, CustomerRow, Defined, DurationCount, DurationQuery, EventQuery, FailureCount,
    Hints, History, HistoryQuery, LoadPlan, Loaded, Located, NotePlace, NoteQuery, PeopleQuery, PersonRow,
    SearchQuery, SearchRow, Slice, Store, StoreError, StoreErrorKind, StoreHealth, StoredRequest, StreamRow,
    TellBackup, Within, check_whole,
};
use casekit_core::{Engine, Env, Services};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("facts.jsonl");
    let store = Arc::new(LoggedStore::new(File::create_new(&log)?));

    // The engine has all the rules; it needs a store, a clock and a source of randomness.
    let engine =
        Engine::new(Arc::clone(&store) as Arc<dyn Store>, Box::new(System), None, Services::default())?;
    let ada = engine.desk(Actor::new("u-17", "Ada").with_role(Role::Agent));
    let customer = ada.create_customer(NewCustomer::named("Joan Clarke"))?;
    let case = ada.raise_case(NewCase::new("Support", "Cannot log in").for_customer(customer.id))?;
    ada.take_case(case.id)?;
    ada.add_note(case.id, "Reset the password by telephone.")?;
    ada.edit_case(case.id, CaseEdit::new().stage("Resolved"))?;

    // A rejected command leaves nothing behind, neither in the store nor in the log.
    let lines = fs::read_to_string(&log)?.lines().count();
    let refused = ada.raise_case(NewCase::new("No such type", "Never raised"));
    assert!(refused.is_err() && fs::read_to_string(&log)?.lines().count() == lines);

    let written = fs::read_to_string(&log)?;
    for line in written.lines().filter(|line| line.contains("u-17")) {
        println!("{line}");
    }
    assert!(!written.contains("Joan") && !written.contains("password"), "the log has no name and no text");
    check_whole(store.as_ref())?;
    Ok(())
}

/// Keeps cases in memory, and appends a line of JSON to a file for each event.
struct LoggedStore {
    cases: MemoryStore,
    log: Mutex<Log>,
}

struct Log {
    file: File,
    /// The position of the newest event that was written to the file.
    written: u64,
}

impl LoggedStore {
    fn new(log: File) -> Self {
        Self { cases: MemoryStore::new(), log: Mutex::new(Log { file: log, written: 0 }) }
    }

    /// Writes every event that the log does not have yet.
    ///
    /// It goes by position. No event ever appears before one that could be read already, so the log ends up with each
    /// event once and in order, whatever order threads call this in, and however often the disk was full.
    fn catch_up(&self) -> Result<(), StoreError> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let events = self.cases.events(&EventQuery::All { after: log.written, limit: 100 })?;
            if events.is_empty() {
                return Ok(());
            }
            for event in events {
                let failed = |error: std::io::Error| {
                    StoreError::new(StoreErrorKind::Io, "the log cannot be written; make room for it")
                        .with_source(error)
                };
                log.file.write_all(line(&event).as_bytes()).map_err(failed)?;
                log.written = event.position;
            }
        }
    }
}

/// The position and the facts of an event. Its personal part is left out, so that erasing a customer does not involve
/// the log.
fn line(event: &StoredEvent) -> String {
    let facts: serde_json::Value = serde_json::from_slice(&event.facts).unwrap_or_default();
    let line = serde_json::json!({
        "position": event.position,
        "stream": event.stream.to_string(),
        "revision": event.revision,
        "at": event.header.at.to_rfc3339(),
        "actor": event.header.actor.as_str(),
        "facts": facts,
    });
    format!("{line}\n")
}

impl Store for LoggedStore {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>, StoreError> {
        let answers = self.cases.commit(batch)?;
        // The commit is written, and a `StoreError` would say that it is not. A log that is behind catches up with the
        // next commit, and `check` reports it.
        let _ = self.catch_up();
        Ok(answers)
    }

    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>, StoreError> {
        self.cases.claims(after, limit)
    }

    fn requests(
        &self,
        after: Option<&(ActorId, RequestId)>,
        limit: u32,
    ) -> Result<Vec<StoredRequest>, StoreError> {
        self.cases.requests(after, limit)
    }

    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>, StoreError> {
        self.cases.blobs(after, limit)
    }

    fn restore(&self, part: Copied) -> Result<(), StoreError> {
        self.cases.restore(part)
    }

    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>, StoreError> {
        let next = self.cases.check_part(after, limit)?;
        self.catch_up()?;
        Ok(next)
    }

    fn repair_derived(&self) -> Result<u64, StoreError> {
        self.cases.repair_derived()
    }

    fn close(&self) -> Result<(), StoreError> {
        // A store that is closed already has nothing to write.
        let _ = self.catch_up();
        self.cases.close()
    }

    // Everything else is passed to the inner store.

    fn can_lose_answers(&self) -> bool {
        self.cases.can_lose_answers()
    }

    fn hints(&self) -> Option<Arc<Hints>> {
        self.cases.hints()
    }

    fn load(&self, plan: &LoadPlan) -> Result<Loaded, StoreError> {
        self.cases.load(plan)
    }

    fn catalog(&self) -> Result<Arc<Catalog>, StoreError> {
        self.cases.catalog()
    }

    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>, StoreError> {
        self.cases.cases(query)
    }

    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>, StoreError> {
        self.cases.durations(query)
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>, StoreError> {
        self.cases.count_cases(query)
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>, StoreError> {
        self.cases.count_up_to(filter, at_most)
    }

    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>, StoreError> {
        self.cases.next_due(due_task)
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64, StoreError> {
        self.cases.count_due_tasks(due_task, before, at_most)
    }

    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>, StoreError> {
        self.cases.count_failures(within)
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>, StoreError> {
        self.cases.customers(query)
    }

    fn customer_by_reference(&self, folded: &str) -> Result<Option<CustomerId>, StoreError> {
        self.cases.customer_by_reference(folded)
    }

    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>, StoreError> {
        self.cases.people(query)
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>, StoreError> {
        self.cases.notes(query)
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>, StoreError> {
        self.cases.all_notes(after, limit)
    }

    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>, StoreError> {
        self.cases.search(query)
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, StoreError> {
        self.cases.events(query)
    }

    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>, StoreError> {
        self.cases.history(query)
    }

    fn newest(&self) -> Result<Cursor, StoreError> {
        self.cases.newest()
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>, StoreError> {
        self.cases.streams(after, limit)
    }

    fn blob_bytes(&self) -> &dyn BlobBytes {
        self.cases.blob_bytes()
    }

    fn health(&self) -> Result<StoreHealth, StoreError> {
        self.cases.health()
    }

    fn compact(&self, bytes: u64) -> Result<Compacted, StoreError> {
        self.cases.compact(bytes)
    }

    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Result<(), StoreError> {
        self.cases.backup_to(path, tell)
    }

    fn suspend(&self, wait: Duration) -> Result<(), StoreError> {
        self.cases.suspend(wait)
    }

    fn resume(&self) -> Result<(), StoreError> {
        self.cases.resume()
    }
}

/// The system's clock and randomness; the crate `casekit` brings its own.
struct System;

impl Env for System {
    fn now(&self) -> Timestamp {
        Timestamp::from(SystemTime::now())
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing may be written: with salts that can be guessed, erased text could be guessed too.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    mod keeps_every_promise {
        use super::LoggedStore;

        casekit_core::conformance!(|| LoggedStore::new(tempfile::tempfile().unwrap()));
    }

    #[test]
    fn the_log_has_each_event_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("facts.jsonl");
        let store = Arc::new(LoggedStore::new(File::create_new(&log).unwrap()));
        let engine =
            Engine::new(Arc::clone(&store) as Arc<dyn Store>, Box::new(System), None, Services::default())
                .unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let desk = engine.desk(Actor::new("u-17", "Ada").with_role(Role::Agent));
                    (0..10).for_each(|_| drop(desk.raise_case(NewCase::new("Support", "One")).unwrap()));
                });
            }
        });
        let positions = fs::read_to_string(log).unwrap().lines().map(position).collect::<Vec<_>>();
        assert_eq!(positions, (1..=store.newest().unwrap().position).collect::<Vec<_>>());
    }

    fn position(line: &str) -> u64 {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["position"].as_u64().unwrap()
    }
}
