//! Offices, actors and what tests look at: builders that all modules share.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use casekit::casekit_core::commit::hex;
use casekit::casekit_core::memory::MemoryStore;
use casekit::casekit_core::model::{Case, StageId};
use casekit::casekit_core::store::StreamRow;
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseCountRow, CaseId, CaseKit, CaseView, CasesQuery, CountBy,
    CreatedCustomer, Desk, Durability, Env, Error, NewCase, NewCustomer, OpenOptions, Page, PageRequest,
    RaisedCase, Rejection, Role, Scope, SqliteOptions, SqliteStore, Store, StoreError, StreamId, Timestamp,
};
use tempfile::TempDir;

/// A host that says the same scope to everyone, and forbids nothing.
pub(crate) struct Scoped(pub(crate) Scope);

impl Authorizer for Scoped {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(self.0.clone())
    }

    fn forbids(&self, _: &Actor, _: &str, _: &Case, _: Option<&StageId>) -> Result<bool, AuthorizerFailed> {
        Ok(false)
    }
}

/// An open kit in which people work; on a file it is in a folder that goes with it.
pub(crate) struct Office {
    pub(crate) kit: CaseKit,
    pub(crate) store: Arc<dyn Store>,
    folder: Option<TempDir>,
}

impl Office {
    pub(crate) fn in_memory() -> Self {
        Self::on(Arc::new(MemoryStore::new()))
    }

    /// In memory, where pages are cut short and go on.
    pub(crate) fn in_short_pages() -> Self {
        Self::on(Arc::new(MemoryStore::with_short_pages()))
    }

    pub(crate) fn on_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open_store(&folder.path().join("cases.db"));
        Self::over(store, Some(folder))
    }

    /// On a store of any kind.
    pub(crate) fn on(store: Arc<dyn Store>) -> Self {
        Self::over(store, None)
    }

    fn over(store: Arc<dyn Store>, folder: Option<TempDir>) -> Self {
        let kit = OpenOptions::new().env(Ticking::default()).with_store(Arc::clone(&store)).unwrap();
        Self { kit, store, folder }
    }

    /// A kit on the same store, whose host narrows what its actors may do.
    pub(crate) fn narrowed_by(&self, authorizer: impl Authorizer + 'static) -> CaseKit {
        OpenOptions::new().authorizer(authorizer).with_store(Arc::clone(&self.store)).unwrap()
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.as_ref().expect("only an office on a file has a path").path().join("cases.db")
    }

    /// Closes the file and leaves it to be damaged, copied or opened again.
    pub(crate) fn close(self) -> ClosedOffice {
        self.kit.close().unwrap();
        ClosedOffice { path: self.path(), _folder: self.folder.unwrap() }
    }

    pub(crate) fn desk(&self, id: &str, role: Role) -> Desk {
        self.kit.desk(actor(id, role))
    }

    pub(crate) fn agent(&self) -> Desk {
        self.desk("amara", Role::Agent)
    }

    pub(crate) fn other_agent(&self) -> Desk {
        self.desk("ben", Role::Agent)
    }

    pub(crate) fn approver(&self) -> Desk {
        self.desk("petra", Role::Approver)
    }

    pub(crate) fn manager(&self) -> Desk {
        self.desk("mona", Role::Manager)
    }

    pub(crate) fn auditor(&self) -> Desk {
        self.desk("audra", Role::Auditor)
    }

    pub(crate) fn administrator(&self) -> Desk {
        self.desk("root", Role::Administrator)
    }

    /// A case of `Support` that nobody holds.
    pub(crate) fn case(&self, title: &str) -> RaisedCase {
        self.agent().raise_case(NewCase::new("Support", title)).unwrap()
    }

    pub(crate) fn customer(&self, name: &str) -> CreatedCustomer {
        self.agent().create_customer(NewCustomer::named(name)).unwrap()
    }

    pub(crate) fn view(&self, case: CaseId) -> CaseView {
        self.administrator().case(case).unwrap()
    }

    /// All that is kept, to be compared with what is kept later.
    pub(crate) fn footprint(&self) -> Footprint {
        let counts = self.administrator().counts(CountBy::Stage, &CasesQuery::default()).unwrap();
        let position = self.store.last_position().unwrap();
        Footprint { position, streams: streams(self.store.as_ref()), counts }
    }

    /// The answer of a call that must be refused and must change nothing.
    #[track_caller]
    pub(crate) fn refused<T: Debug>(&self, call: impl FnOnce() -> Result<T, Error>) -> Rejection {
        let before = self.footprint();
        let rejection = rejection(call());
        assert_eq!(self.footprint(), before, "a refused command changes nothing");
        rejection
    }
}

/// A closed file.
pub(crate) struct ClosedOffice {
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

impl ClosedOffice {
    /// Works on the file as no host should: past the library.
    pub(crate) fn tamper(&self, sql: &str) {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        connection.execute_batch(sql).unwrap();
        connection.close().unwrap();
    }

    pub(crate) fn open(&self) -> CaseKit {
        CaseKit::open(&self.path).unwrap()
    }
}

/// SQL that says which events are of a stream.
pub(crate) fn events_of(stream: StreamId) -> String {
    let id = hex(stream.uuid().as_bytes());
    format!("stream = (SELECT key FROM streams WHERE kind = {} AND id = x'{id}')", stream.kind().code())
}

/// SQL that takes the ledger away, as who hides that heads were taken does.
pub(crate) const WITHOUT_LEDGER: &str = "
    DELETE FROM events WHERE stream = (SELECT key FROM streams WHERE kind = 5);
    DELETE FROM definitions WHERE kind = 5; DELETE FROM streams WHERE kind = 5";

/// SQL that makes somebody known to the file, and the key that they have.
pub(crate) fn introduced(person: &str) -> (String, String) {
    let introduce = format!("INSERT OR IGNORE INTO people (id) VALUES ('{person}')");
    (introduce, format!("(SELECT key FROM people WHERE id = '{person}')"))
}

/// Everything that reads are made of.
#[derive(PartialEq, Debug)]
pub(crate) struct Footprint {
    pub(crate) position: u64,
    pub(crate) streams: Vec<StreamRow>,
    counts: Vec<CaseCountRow>,
}

/// Opened for speed: what these tests show does not hang on a power cut.
pub(crate) fn open_store(path: &Path) -> Arc<dyn Store> {
    let options = SqliteOptions { durability: Durability::Normal, ..SqliteOptions::default() };
    Arc::new(SqliteStore::open(path, &options).unwrap())
}

pub(crate) fn streams(store: &dyn Store) -> Vec<StreamRow> {
    let mut all: Vec<StreamRow> = Vec::new();
    loop {
        let rows = store.streams(all.last().map(|row| row.stream), 500).unwrap();
        if rows.is_empty() {
            return all;
        }
        all.extend(rows);
    }
}

pub(crate) fn actor(id: &str, role: Role) -> Actor {
    Actor::new(id, id).with_role(role)
}

#[track_caller]
pub(crate) fn rejection<T: Debug>(answer: Result<T, Error>) -> Rejection {
    match answer {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("expected a rejection, got {other:?}"),
    }
}

#[track_caller]
pub(crate) fn fault<T>(answer: Result<T, Error>) -> StoreError {
    match answer {
        Err(Error::Store(error)) => error,
        Err(other) => panic!("expected a fault of the store, got {other:?}"),
        Ok(_) => panic!("expected a fault of the store, got an answer"),
    }
}

/// Every row of a list, read in pages of `size`.
pub(crate) fn all_pages<T>(size: u32, read: impl Fn(PageRequest) -> Result<Page<T>, Error>) -> Vec<T> {
    let mut rows = Vec::new();
    let mut request = PageRequest::first().of(size);
    loop {
        let page = read(request).unwrap();
        assert!(page.rows.len() <= size as usize, "a page has at most as many rows as were asked for");
        let next = page.next_request();
        rows.extend(page.rows);
        match next {
            Some(next) => request = next.of(size),
            None => return rows,
        }
    }
}

/// An id that nothing has.
pub(crate) fn nothing<T: std::str::FromStr>() -> T
where
    T::Err: Debug,
{
    "0198c0de-0000-7000-8000-00000badc0de".parse().unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

/// A clock that moves by itself and a source of bytes that repeat on every run. Every fourth instant comes twice, so
/// that orders by time have ties.
#[derive(Clone, Default)]
pub(crate) struct Ticking(Arc<Mutex<(i64, u64)>>);

impl Ticking {
    /// So many seconds pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.0.lock().unwrap().0 += seconds;
    }
}

impl Env for Ticking {
    fn now(&self) -> Timestamp {
        let mut state = self.0.lock().unwrap();
        state.0 += 1;
        Timestamp::from_timestamp(1_790_000_000 + state.0 - state.0 / 4, 0).unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            state.1 = state.1.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state.1 ^ (state.1 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Makes four tests of each function that takes an office: one in memory, one where pages are cut short, one on a file, one on
/// PostgreSQL. Something else than an office that can be made on each of them is named first: `Bureau: story, other_story`.
macro_rules! on_every_store {
    ($($name:ident),* $(,)?) => {
        crate::build::on_every_store!(crate::build::Office: $($name),*);
    };
    ($of:ty: $($name:ident),* $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $name() {
                super::$name(&<$of>::in_memory());
            })*
        }
        mod in_short_pages {
            $(#[test]
            fn $name() {
                super::$name(&<$of>::in_short_pages());
            })*
        }
        mod on_file {
            $(#[test]
            fn $name() {
                super::$name(&<$of>::on_file());
            })*
        }
        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[test]
            fn $name() {
                if let Some(store) = crate::server::fresh_store() {
                    super::$name(&<$of>::on(store));
                }
            })*
        }
    };
}
pub(crate) use on_every_store;
