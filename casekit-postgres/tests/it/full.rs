//! The disk of the server is full: nothing is there by halves, nothing that was promised is lost, and the host goes on when there
//! is room again.

use std::io::Write;
use std::time::{Duration, Instant};

use casekit_core::commit::{Commit, Refused};
use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::memory::MemoryStore;
use casekit_core::model::{BlobId, CaseId, CaseType, StreamId};
use casekit_core::store::{EventQuery, Store, StoreErrorKind as Kind, check_whole};
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::server::{Schema, Server, Setup, is_here, open_psql};

/// Megabytes that hold a server with little in it.
const DISK: u32 = 96;

/// The longest that it may take until a disk without room is noticed, or one with room again.
const LONG: Duration = Duration::from_secs(30);

/// A host whose server has a full disk, and what was promised to it.
struct Host<'a> {
    store: &'a PostgresStore,
    case_type: &'a CaseType,
    clerk: &'a Clerk<'a>,
    promised: Vec<CaseId>,
}

impl Host<'_> {
    /// A commit that raises a case.
    fn raising(&self) -> (CaseId, Commit) {
        let (clerk, id) = (self.clerk, CaseId(self.clerk.uuid()));
        let raises = clerk.commit(vec![clerk.raises(id, RawCase::of(self.case_type, "No room"))]);
        let request = clerk.request("ada", &clerk.uuid().to_string());
        (id, Commit { request: Some(request), ..raises })
    }

    /// Raises cases until it cannot. Returns the one that was not raised, and why.
    fn until_refused(&mut self) -> (CaseId, Commit, Kind) {
        let began = Instant::now();
        loop {
            let (id, commit) = self.raising();
            match self.store.commit(vec![commit.clone()]) {
                Ok(mut answers) => {
                    answers.remove(0).unwrap();
                    self.promised.push(id);
                }
                Err(error) => return (id, commit, error.kind()),
            }
            assert!(began.elapsed() < LONG, "the disk is never full");
        }
    }

    /// Repeats a commit until it is carried out.
    fn repeat(&mut self, id: CaseId, commit: &Commit) {
        let began = Instant::now();
        loop {
            match self.store.commit(vec![commit.clone()]) {
                Ok(answers) => {
                    assert!(matches!(answers[..], [Ok(_) | Err(Refused::RequestClaimed)]), "{answers:?}");
                    return self.promised.push(id);
                }
                Err(error) => {
                    assert!(
                        matches!(error.kind(), Kind::Full | Kind::Unavailable | Kind::Uncertain),
                        "{error}"
                    );
                }
            }
            assert!(began.elapsed() < LONG, "it does not go on");
        }
    }

    fn times(&self, case: CaseId) -> usize {
        let query = EventQuery::Stream { stream: StreamId::Case(case), after: 0, limit: 10 };
        self.store.events(&query).unwrap().len()
    }

    fn has_what_was_promised(&self) {
        let events = self.store.events(&EventQuery::All { after: 0, limit: 1_000_000 }).unwrap();
        let there =
            |case: &CaseId| events.iter().filter(|event| event.stream == StreamId::Case(*case)).count();
        for case in &self.promised {
            assert_eq!(there(case), 1);
        }
        assert_eq!(events.len(), self.promised.len() + 1, "and the type of the cases, and nothing else");
        check_whole(self.store).unwrap();
    }
}

#[test]
fn a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room_again() {
    let settings = [&Server::DURABLE[..], &["min_wal_size=32MB", "max_wal_size=32MB"]].concat();
    let setup = Setup { disk: Some(DISK), settings: &settings, ..Setup::default() };
    let Some(mut server) = is_here().then(|| setup.start()).flatten() else { return };
    let schema = Schema::fresh();
    // A hint would be what the server ends at, instead of a commit.
    let options = PostgresOptions { hinting: Hinting::Off, ..schema.options() };
    let store = PostgresStore::connect(&server.address, &options).unwrap();
    let case_type = Clerk::new(&store).case_type("Support");
    let nothing = MemoryStore::new();
    let clerk = Clerk::seeded(&nothing, 1);
    let mut host = Host { store: &store, case_type: &case_type, clerk: &clerk, promised: Vec::new() };

    server.fill_the_disk();
    let (id, commit, kind) = host.until_refused();
    assert_eq!(kind, Kind::Full);
    assert_eq!(host.times(id), 0, "nothing of it is there");
    host.has_what_was_promised();
    let bytes = store.blob_bytes();
    let blob = BlobId(clerk.uuid());
    let error = bytes.append(blob, 0, clerk.now(), &vec![7; 1 << 20]).unwrap_err();
    assert_eq!(error.kind(), Kind::Full, "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    assert_eq!(bytes.read(blob, 0, 10).unwrap(), None);
    server.free_the_disk();
    host.repeat(id, &commit);
    bytes.append(blob, 0, clerk.now(), b"room").unwrap();

    // Without room for its log the server ends, in the middle of what it was asked, and does not start until there is some.
    server.fill_the_disk();
    let mut switches = open_psql(&server.address, &[]);
    switches.stdin.take().unwrap().write_all(b"SELECT pg_switch_wal();").unwrap();
    switches.wait().unwrap();
    let (id, commit, kind) = host.until_refused();
    assert!(matches!(kind, Kind::Unavailable | Kind::Uncertain), "{kind:?}");
    server.free_the_disk();
    server.start_again();
    host.repeat(id, &commit);
    host.has_what_was_promised();
}
