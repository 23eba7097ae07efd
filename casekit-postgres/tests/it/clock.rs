//! The clock of a host is set back and forward while it works: what happened to a case stays in order, and the server's clock has
//! no part in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casekit::{CaseEdit, Env, NewCase, OpenOptions, Role, Store, SystemEnv, Timestamp};
use casekit_core::store::{EventQuery, check_whole};

use crate::build::actor;
use crate::server::{Schema, is_here};

const DAY: i64 = 24 * 60 * 60;

/// The clock of a host, which somebody sets.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Env for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_timestamp(self.0.load(Ordering::SeqCst), 123_456_000).unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) {
        SystemEnv.fill(bytes);
    }
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_that_happened_back() {
    if !is_here() {
        return;
    }
    // Far from the server's, whatever that shows.
    const START: i64 = 400 * DAY;
    let (clock, schema) = (Clock(Arc::new(AtomicI64::new(START))), Schema::fresh());
    let store: Arc<dyn Store> = Arc::new(schema.open());
    let kit = OpenOptions::new().env(clock.clone()).with_store(Arc::clone(&store)).unwrap();
    let amara = kit.desk(actor("amara", Role::Agent));
    let raised = amara.raise_case(NewCase::new("Support", "When was it")).unwrap();
    let jumps = [START - 300 * DAY, START + 60 * 365 * DAY, START - DAY, START + 1, START + 61 * 365 * DAY];
    for (number, seconds) in jumps.into_iter().enumerate() {
        clock.set(seconds);
        let title = Some(format!("When was it, {number}"));
        amara.edit_case(raised.id, CaseEdit { title, ..CaseEdit::default() }).unwrap();
        // Another case knows nothing of the first one's clock.
        amara.raise_case(NewCase::new("Support", "Then")).unwrap();
    }
    let events = store.events(&EventQuery::All { after: 0, limit: 1_000 }).unwrap();
    let mut newest = BTreeMap::new();
    for event in &events {
        let before = newest.insert(event.stream, event.header.at);
        assert!(before.is_none_or(|before| before <= event.header.at), "{event:?}");
    }
    let said: Vec<i64> = events
        .iter()
        .filter(|event| event.stream.uuid() == raised.id.0)
        .map(|event| (event.header.at.timestamp_micros() - 123_456) / 1_000_000)
        .collect();
    let late = START + 60 * 365 * DAY;
    assert_eq!(said, [START, START, late, late, late, START + 61 * 365 * DAY]);
    check_whole(store.as_ref()).unwrap();
    assert_eq!(kit.desk(actor("audra", Role::Auditor)).verify(None).unwrap().broken, None);
}

/// Every file of source and SQL of this store.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|extension| extension.to_str()) {
            None => sources(&path, found),
            Some("rs" | "sql") => found.push(path),
            Some(_) => {}
        }
    }
}

#[test]
fn no_statement_asks_the_server_for_the_time() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    ["src", "migrations"].iter().for_each(|folder| sources(&own.join(folder), &mut found));
    assert!(found.len() > 40, "{found:?}");
    for path in found {
        let text =
            fs::read_to_string(&path).unwrap().replace("::now()", "").replace(".now()", "").to_lowercase();
        for time in ["now()", "current_timestamp", "current_date", "_timestamp()", "localtime", "timeofday"] {
            assert!(!text.contains(time), "{}: {time}", path.display());
        }
    }
}
