//! Connections run out, in a host or at the server: calls say so in time, and go on when there are some again.

use std::io::{BufRead, BufReader, Write};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::commit::Commit;
use casekit_core::conformance::build::{Clerk, everything};
use casekit_core::memory::MemoryStore;
use casekit_core::model::TeamId;
use casekit_core::store::{Store, StoreError, StoreErrorKind, check_whole};
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::server::{Schema, Setup, address, is_here, open_psql};

/// How soon a call gives up in these tests.
const BUSY: Duration = Duration::from_millis(300);

/// The longest that anything may take here.
const LONG: Duration = Duration::from_secs(20);

/// A host that reads by one connection.
fn with_one_connection(schema: &Schema) -> PostgresStore {
    let options = PostgresOptions { connections: 1, busy_timeout: BUSY, ..schema.options() };
    PostgresStore::connect(&address(), &options).unwrap()
}

#[test]
fn one_connection_is_enough_for_any_call() {
    if !is_here() {
        return;
    }
    let store = with_one_connection(&Schema::fresh());
    Clerk::new(&store).team("Berths");
    everything(&store);
    check_whole(&store).unwrap();
    thread::scope(|scope| {
        let readers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..20).all(|_| store.newest().is_ok()))).collect();
        assert!(readers.into_iter().all(|reader| reader.join().unwrap()), "each waits for its turn");
    });
}

#[test]
fn while_every_connection_is_in_use_others_hear_that_it_is_busy_and_no_longer() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = with_one_connection(&schema);
    let team = creates_team();
    // A list that takes long, whoever asks for it.
    schema.meddle(
        "ALTER TABLE org.requests RENAME TO those;
        CREATE VIEW org.requests AS SELECT those.* FROM pg_sleep(2) LEFT JOIN org.those ON true;",
    );
    let is_busy = |number: u32| {
        let began = Instant::now();
        let error = store.newest().expect_err("the connection is in use");
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{number}: {error}");
        assert!(error.to_string().contains("`connections`"), "{error}");
        assert!(began.elapsed() >= BUSY && began.elapsed() < BUSY * 5, "{number}: {:?}", began.elapsed());
    };
    thread::scope(|scope| {
        let long = scope.spawn(|| store.requests(None, 10).map(|_| ()));
        let began = Instant::now();
        while store.newest().is_ok() {
            assert!(began.elapsed() < LONG, "others read by more than one connection");
        }
        let is_busy = &is_busy;
        let others: Vec<_> = (0..8).map(|number| scope.spawn(move || is_busy(number))).collect();
        // It writes by another connection.
        store.commit(vec![team]).unwrap().remove(0).unwrap();
        others.into_iter().for_each(|other| other.join().unwrap());
        // What it selects is no request, which is its own fault.
        long.join().unwrap().ok();
    });
    assert_eq!(store.newest().unwrap().position, 1);
}

#[test]
fn a_server_that_has_no_connection_left_is_told_from_one_that_is_not_there() {
    if !is_here() {
        return;
    }
    let few = ["max_connections=6", "superuser_reserved_connections=0", "max_wal_senders=0"];
    let server = Setup { settings: &few, ..Setup::default() }.start().unwrap();
    let schema = Schema::fresh();
    let options = PostgresOptions { hinting: Hinting::Off, busy_timeout: BUSY, ..schema.options() };
    let store = PostgresStore::connect(&server.address, &options).unwrap();
    assert_eq!(store.newest().unwrap().position, 0);
    let strangers = Strangers::take_all(&server.address);
    assert!(strangers.0.len() >= 4, "{}", strangers.0.len());
    let is_told = |error: StoreError| {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        assert!(error.to_string().contains("no connection left; lower `connections`"), "{error}");
    };
    let began = Instant::now();
    assert_eq!(store.newest().unwrap().position, 0, "it has one to read by");
    is_told(store.commit(vec![creates_team()]).unwrap_err());
    is_told(PostgresStore::connect(&server.address, &options).unwrap_err());
    assert!(began.elapsed() < BUSY * 10, "{:?}", began.elapsed());
    drop(strangers);
    let began = Instant::now();
    // The server may take a moment to see that they have ended.
    while let Err(error) = store.commit(vec![creates_team()]) {
        is_told(error);
        assert!(began.elapsed() < LONG, "it does not go on");
    }
    assert_eq!(store.newest().unwrap().position, 1, "what was refused is not there");
}

/// A commit that builds on nothing, so that nothing has to be read for it.
fn creates_team() -> Commit {
    let nothing = MemoryStore::new();
    let clerk = Clerk::new(&nothing);
    clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), "Berths")])
}

/// Connections of somebody else, until this is dropped.
struct Strangers(Vec<Child>);

impl Strangers {
    /// Takes every connection that the server has left.
    fn take_all(address: &str) -> Self {
        let mut strangers = Self(Vec::new());
        loop {
            let mut stranger = open_psql(address, &[]);
            writeln!(stranger.stdin.as_mut().unwrap(), "SELECT 'here';").ok();
            let mut said = String::new();
            BufReader::new(stranger.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
            if said != "here\n" {
                stranger.wait().unwrap();
                return strangers;
            }
            strangers.0.push(stranger);
        }
    }
}

impl Drop for Strangers {
    fn drop(&mut self) {
        for stranger in &mut self.0 {
            drop(stranger.stdin.take());
            stranger.wait().unwrap();
        }
    }
}
