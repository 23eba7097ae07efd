//! The whole server is killed and started again while hosts write: what was promised is there once, and the hosts go on by
//! themselves.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::commit::{Commit, Refused};
use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::memory::MemoryStore;
use casekit_core::model::{BlobId, CaseId, CaseType, StreamId};
use casekit_core::store::{EventQuery, Store, StoreErrorKind, check_whole};
use casekit_postgres::{PostgresOptions, PostgresStore};

use crate::server::{Schema, Server, Setup, is_here};

/// How often the server is killed, unless `CASEKIT_SERVER_KILLS` says otherwise.
const KILLS: u64 = 5;

/// How many write at the same time, on two hosts.
const WRITERS: u64 = 5;

/// How long the server stays away every other time.
const AWAY: Duration = Duration::from_millis(600);

/// The longest that a call may take while the server is not there for a moment.
const LONG: Duration = Duration::from_secs(20);

fn durable() -> Server {
    Setup { settings: &Server::DURABLE, ..Setup::default() }.start().unwrap()
}

/// What became of a case that somebody wanted to raise.
#[derive(Debug)]
enum Told {
    /// Its event is at this position.
    Promised(u64),
    /// It was not known what became of it, and when it was repeated it was there.
    FoundAgain,
    /// Nothing was written.
    Refused,
}

/// Somebody who raises cases until it is over.
struct Writer<'a> {
    store: &'a PostgresStore,
    case_type: &'a CaseType,
    is_over: &'a AtomicBool,
    heard: &'a Heard,
}

/// What all of them together heard.
#[derive(Default)]
struct Heard {
    /// The newest position that was promised, and how many cases were.
    newest: AtomicU64,
    promised: AtomicU64,
    uncertain: AtomicU64,
    told: Mutex<Vec<(CaseId, Told)>>,
}

impl Writer<'_> {
    fn write(&self, seed: u64) {
        // A new case builds on nothing, so nothing has to be read for it while the server is not there.
        let nothing = MemoryStore::new();
        let clerk = Clerk::seeded(&nothing, seed);
        while !self.is_over.load(Ordering::SeqCst) {
            let id = CaseId(clerk.uuid());
            let raises = clerk.commit(vec![clerk.raises(id, RawCase::of(self.case_type, "Killed"))]);
            let request = clerk.request("ada", &clerk.uuid().to_string());
            let told = self.raise(&Commit { request: Some(request), ..raises });
            if let Told::Promised(position) = told {
                self.heard.newest.fetch_max(position, Ordering::SeqCst);
                self.heard.promised.fetch_add(1, Ordering::SeqCst);
            }
            self.heard.told.lock().unwrap().push((id, told));
        }
    }

    /// Carries out a commit, and repeats it for as long as it is not known what became of it.
    fn raise(&self, commit: &Commit) -> Told {
        let mut is_uncertain = false;
        loop {
            let began = Instant::now();
            let answer = self.store.commit(vec![commit.clone()]).map(|mut answers| answers.remove(0));
            assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
            match answer {
                Ok(Ok(committed)) => return Told::Promised(committed.receipt.position),
                Ok(Err(Refused::RequestClaimed)) if is_uncertain => return Told::FoundAgain,
                Ok(Err(refused)) => panic!("{refused:?}"),
                Err(error) if error.kind() == StoreErrorKind::Uncertain => {
                    self.heard.uncertain.fetch_add(1, Ordering::SeqCst);
                    is_uncertain = true;
                }
                Err(error) => {
                    // Busy where others waited first for the server to come back.
                    let passes = [StoreErrorKind::Unavailable, StoreErrorKind::Busy].contains(&error.kind());
                    assert!(passes, "{error:?}");
                    // For as long as the server may take to start.
                    thread::park_timeout(Duration::from_millis(5));
                    if !is_uncertain {
                        return Told::Refused;
                    }
                }
            }
        }
    }

    /// Looks at the newest position, which is never before one that was promised.
    fn read(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            let least = self.heard.newest.load(Ordering::SeqCst);
            match self.store.newest() {
                Ok(newest) => assert!(newest.position >= least, "{} after {least}", newest.position),
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}"),
            }
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// Ends those who write, also when something is wrong: then nobody waits for them for ever.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn while_the_server_is_killed_nothing_that_was_promised_is_lost_and_nothing_is_there_twice() {
    if !is_here() {
        return;
    }
    let kills = std::env::var("CASEKIT_SERVER_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let (mut server, schema) = (durable(), Schema::fresh());
    // One of them asks what became of a commit until the server is there again, and the other one gives up.
    let stores = [schema.options().busy_timeout, AWAY / 2].map(|busy_timeout| {
        let options = PostgresOptions { busy_timeout, ..schema.options() };
        PostgresStore::connect(&server.address, &options).unwrap()
    });
    let case_type = Clerk::new(&stores[0]).case_type("Support");
    let (is_over, heard) = (AtomicBool::new(false), Heard::default());
    let promised = || heard.promised.load(Ordering::SeqCst);
    thread::scope(|scope| {
        let _ends = Ends(&is_over);
        for n in 0..=WRITERS {
            let store = &stores[n as usize % 2];
            let writer = Writer { store, case_type: &case_type, is_over: &is_over, heard: &heard };
            scope.spawn(move || if n == WRITERS { writer.read() } else { writer.write(n + 1) });
        }
        for kill in 0..=kills {
            let (began, before) = (Instant::now(), promised());
            // At another moment each time.
            while promised() < before + 3 + (kill * 17) % 40 {
                assert!(began.elapsed() < LONG, "nobody goes on after kill {kill}");
                thread::yield_now();
            }
            if kill < kills {
                server.kill();
                let killed = Instant::now();
                while kill % 2 == 1 && killed.elapsed() < AWAY {
                    thread::park_timeout(AWAY);
                }
                server.start_again();
            }
        }
    });
    println!("{kills} kills, promised {:?}, uncertain {:?}", heard.promised, heard.uncertain);
    let told = heard.told.into_inner().unwrap();
    for (store, (id, told)) in told.iter().enumerate().map(|(n, told)| (&stores[n % 2], told)) {
        let query = EventQuery::Stream { stream: StreamId::Case(*id), after: 0, limit: 10 };
        let there: Vec<u64> = store.events(&query).unwrap().iter().map(|event| event.position).collect();
        match told {
            Told::Promised(position) => assert_eq!(there, [*position]),
            Told::FoundAgain => assert_eq!(there.len(), 1),
            Told::Refused => assert_eq!(there, [0_u64; 0]),
        }
    }
    check_whole(&stores[0]).unwrap();
}

#[test]
fn a_chunk_of_a_blob_that_was_acknowledged_is_there_after_the_server_was_killed() {
    if !is_here() {
        return;
    }
    let (mut server, schema) = (durable(), Schema::fresh());
    let store = PostgresStore::connect(&server.address, &schema.options()).unwrap();
    let clerk = Clerk::new(&store);
    let (blob, bytes) = (BlobId(clerk.uuid()), store.blob_bytes());
    for (number, chunk) in (0..).zip([b"begun", b"ended"]) {
        bytes.append(blob, number * 5, clerk.now(), chunk).unwrap();
        server.kill();
        server.start_again();
    }
    // Who keeps it now keeps all of it: the commit knows no size, and would keep what is left.
    assert_eq!(bytes.read(blob, 0, 100).unwrap().as_deref(), Some(&b"begunended"[..]));
}
