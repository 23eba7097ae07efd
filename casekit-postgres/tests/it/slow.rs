//! What takes too long: the server leaves it, and nobody asks for it again.

use std::thread;
use std::time::{Duration, Instant};

use casekit_core::conformance::build::Clerk;
use casekit_core::store::{Store, StoreErrorKind, check_whole};
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::server::{Schema, address, is_here};

/// How long a host waits for an answer here.
const ANSWER: Duration = Duration::from_secs(2);

fn impatient(schema: &Schema) -> PostgresStore {
    let options = PostgresOptions { answer_timeout: ANSWER, hinting: Hinting::Off, ..schema.options() };
    PostgresStore::connect(&format!("{}?application_name={}", address(), schema.name()), &options).unwrap()
}

/// Makes a table take that many seconds, whoever asks for it.
fn slow_down(schema: &Schema, table: &str, seconds: f64) {
    schema.meddle(&format!(
        "ALTER TABLE org.{table} RENAME TO those;
        CREATE VIEW org.{table} AS SELECT those.* FROM pg_sleep({seconds}) CROSS JOIN org.those;"
    ));
}

#[test]
fn a_read_that_takes_too_long_is_asked_once_and_left() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = impatient(&schema);
    Clerk::new(&store).team("Berths");
    slow_down(&schema, "claims", 1.0);
    // Each has a connection of its own, and leaves it idle.
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| store.claims(None, 10).unwrap());
        }
    });
    schema
        .meddle("CREATE OR REPLACE VIEW org.claims AS SELECT those.* FROM pg_sleep(60) CROSS JOIN org.those");
    let is_running = || {
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{}' AND wait_event = 'PgSleep'",
            schema.name()
        );
        schema.meddle(&sql).trim() != "0"
    };
    let began = Instant::now();
    let error = store.claims(None, 10).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(began.elapsed() < ANSWER * 2, "{:?}: it was asked again", began.elapsed());
    while is_running() {
        assert!(began.elapsed() < ANSWER * 2, "the server still works at it");
    }
    assert_eq!(store.newest().unwrap().position, 1, "others are answered");
}

#[test]
fn a_server_that_cannot_be_told_leaves_it_by_itself() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = impatient(&schema);
    schema.meddle(
        "CREATE TABLE org.told (statement text, lock text); ALTER TABLE org.blobs ADD COLUMN statement text
            DEFAULT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')",
    );
    let clerk = Clerk::new(&store);
    let blob = casekit_core::model::BlobId(clerk.uuid());
    store.blob_bytes().append(blob, 0, clerk.now(), b"told").unwrap();
    assert_eq!(schema.meddle("SELECT statement FROM org.blobs"), "7s 5s\n");
}

#[test]
fn a_check_may_take_longer_than_an_answer() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = impatient(&schema);
    Clerk::new(&store).team("Berths");
    slow_down(&schema, "claims", ANSWER.as_secs_f64() + 6.0);
    let began = Instant::now();
    check_whole(&store).unwrap();
    assert!(began.elapsed() > ANSWER + Duration::from_secs(5), "nothing of it was slow");
    assert_eq!(store.claims(None, 10).unwrap_err().kind(), StoreErrorKind::Unavailable, "a list may not");
}
