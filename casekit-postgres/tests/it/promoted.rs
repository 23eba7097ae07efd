//! A replica that takes the place of its primary: hosts go on with it by themselves, and what it lacked is not passed over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use casekit::{CaseKit, Cursor, NewCase, OpenOptions, PageRequest, Rejection, Restored, Role, StreamId};
use casekit_core::conformance::build::Clerk;
use casekit_core::memory::MemoryStore;
use casekit_core::model::{BlobId, TeamId};
use casekit_core::store::{Store, StoreError, StoreErrorKind, check_whole};
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::build::{Office, actor, rejection};
use crate::server::{Schema, Server, Setup, is_here, psql};

const LONG: Duration = Duration::from_secs(60);

/// A primary and its replica, of which one takes the place of the other.
struct Pair {
    primary: Server,
    replica: Server,
}

impl Pair {
    fn start() -> Self {
        let primary = Setup { settings: &Server::DURABLE, ..Setup::default() }.start().unwrap();
        let replica = Setup { primary: Some(&primary), settings: &Server::DURABLE, ..Setup::default() };
        let replica = replica.start().unwrap();
        Self { primary, replica }
    }

    /// A host that is given both servers and uses the one that takes writes.
    fn host(&self, schema: &Schema) -> Arc<PostgresStore> {
        let place = |address: &str| {
            let place = address.trim_start_matches("postgres://casekit@").trim_end_matches("/postgres");
            place.to_owned()
        };
        let (primary, replica) = (place(&self.primary.address), place(&self.replica.address));
        let url = format!("postgres://casekit@{primary},{replica}/postgres?target_session_attrs=read-write");
        let options = PostgresOptions { hinting: Hinting::Off, ..schema.options() };
        Arc::new(PostgresStore::connect(&url, &options).unwrap())
    }

    /// Waits until the replica has everything of the primary.
    fn catch_up(&self) {
        let newest = psql(&self.primary.address, &[], "SELECT pg_current_wal_lsn()");
        self.until(&format!("SELECT pg_last_wal_replay_lsn() >= '{}'", newest.trim()));
    }

    /// Has the replica get nothing more.
    fn cut_off(&self) {
        psql(&self.replica.address, &[], "ALTER SYSTEM SET primary_conninfo = ''; SELECT pg_reload_conf();");
        self.until("SELECT NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)");
    }

    /// Kills the primary, and has the replica take its place.
    fn fail_over(&mut self) {
        self.primary.kill();
        assert_eq!(psql(&self.replica.address, &[], "SELECT pg_promote()"), "t\n");
    }

    /// Waits until something holds on the replica.
    fn until(&self, sql: &str) {
        let began = Instant::now();
        while psql(&self.replica.address, &[], sql) != "t\n" {
            assert!(began.elapsed() < LONG, "never: {sql}");
        }
    }
}

fn raise(kit: &CaseKit, title: &str) -> String {
    let raised = kit.desk(actor("amara", Role::Agent)).raise_case(NewCase::new("Support", title));
    raised.unwrap().number
}

/// Where a reader is who has read everything.
fn end(kit: &CaseKit) -> Cursor {
    read(kit, None).unwrap().1
}

/// How many changes there are since, and where the reader is then; or why they are not told.
fn read(kit: &CaseKit, since: Option<&Cursor>) -> Result<(usize, Cursor), Rejection> {
    match kit.desk(actor("audra", Role::Auditor)).changes_since(since, 500) {
        Ok(changes) => Ok((changes.changes.len(), changes.cursor)),
        refused => Err(rejection(refused)),
    }
}

#[test]
fn a_replica_that_lacked_commits_goes_on_under_another_lineage_once_it_is_said_to_be_restored() {
    if !is_here() {
        return;
    }
    let (mut pair, schema, whole) = (Pair::start(), Schema::fresh(), Schema::fresh());
    let office = Office::on(pair.host(&schema));
    let unhurt = Office::on(pair.host(&whole));
    assert_eq!(raise(&office.kit, "Kept"), "C-000001");
    assert_eq!(raise(&unhurt.kit, "Kept"), "C-000001");
    let (before, of_unhurt) = (end(&office.kit), end(&unhurt.kit));
    pair.catch_up();
    pair.cut_off();
    assert_eq!(raise(&office.kit, "Lost"), "C-000002");
    let beyond = end(&office.kit);
    pair.fail_over();

    // What lost nothing goes on as if nothing had been.
    assert_eq!(raise(&unhurt.kit, "Afterwards"), "C-000002");
    let told = read(&unhurt.kit, Some(&of_unhurt)).map(|(changes, _)| changes);
    assert_eq!(told, Ok(2), "the case, and that another server took over");

    drop(office);
    let store = pair.host(&schema);
    let plain = OpenOptions::new().with_store(Arc::clone(&store) as Arc<dyn Store>).unwrap();
    assert_eq!(read(&plain, Some(&beyond)), Err(Rejection::CursorNotOfThisStore), "it is not there yet");
    drop(plain);
    let restored = OpenOptions::new().restored(Restored { number_floor: Some(1_000) });
    let kit = restored.with_store(pair.host(&schema)).unwrap();
    assert_eq!(raise(&kit, "Afterwards"), "C-001000");
    while end(&kit).position <= beyond.position + 3 {
        raise(&kit, "Beyond");
    }
    assert_eq!(read(&kit, Some(&beyond)), Err(Rejection::CursorNotOfThisStore), "others have its place");
    let (changes, _) = read(&kit, Some(&before)).unwrap();
    assert!(changes >= 3, "who had read less goes on");
    check_whole(store.as_ref()).unwrap();
}

#[test]
fn cursors_of_what_a_failover_lost_are_refused_although_nobody_said_that_there_was_one() {
    if !is_here() {
        return;
    }
    let (mut pair, schema) = (Pair::start(), Schema::fresh());
    let office = Office::on(pair.host(&schema));
    raise(&office.kit, "Kept");
    let before = end(&office.kit);
    pair.catch_up();
    pair.cut_off();
    for title in ["Lost", "Lost too"] {
        raise(&office.kit, title);
    }
    let beyond = end(&office.kit);
    drop(office);
    pair.fail_over();

    // Hosts that know of nothing write as much as was lost, and more.
    let hosts = [(); 2].map(|()| OpenOptions::new().with_store(pair.host(&schema)).unwrap());
    for kit in hosts.iter().cycle().take(6) {
        raise(kit, "Afterwards");
    }
    for kit in &hosts {
        assert!(end(kit).position > beyond.position);
        assert_eq!(read(kit, Some(&beyond)), Err(Rejection::CursorNotOfThisStore), "others have its place");
        // Six cases, and that another server took over: once, by whichever host wrote first.
        assert_eq!(read(kit, Some(&before)).map(|(changes, _)| changes), Ok(7), "who had read less goes on");
    }
    let [kit, _] = &hosts;
    let said =
        kit.desk(actor("audra", Role::Auditor)).history(StreamId::Ledger, PageRequest::first()).unwrap();
    let taken = said.rows.iter().filter(|entry| entry.text.contains("another database server took over"));
    assert_eq!(taken.count(), 1, "{:?}", said.rows);
    check_whole(pair.host(&schema).as_ref()).unwrap();
}

#[test]
fn a_server_that_only_starts_again_is_the_same_one() {
    if !is_here() {
        return;
    }
    let mut server = Setup { settings: &Server::DURABLE, ..Setup::default() }.start().unwrap();
    let (schema, address) = (Schema::fresh(), server.address.clone());
    let open = || Arc::new(PostgresStore::connect(&address, &schema.options()).unwrap());
    let office = Office::on(open());
    raise(&office.kit, "Before");
    let before = end(&office.kit).lineage;
    drop(office);
    server.kill();
    server.start_again();
    let kit = OpenOptions::new().with_store(open()).unwrap();
    raise(&kit, "Afterwards");
    assert_eq!(end(&kit).lineage, before);
}

#[test]
fn a_host_that_has_seen_what_was_lost_says_so_until_it_is_opened_again() {
    if !is_here() {
        return;
    }
    let (mut pair, schema) = (Pair::start(), Schema::fresh());
    let (saw, saw_not) = (pair.host(&schema), pair.host(&schema));
    let idle = pair.host(&schema);
    let create = |host: &PostgresStore, seed: u64| {
        let nothing = MemoryStore::new();
        let clerk = Clerk::seeded(&nothing, seed);
        host.commit(vec![
            clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), &format!("Team {seed}"))]),
        ])
    };
    create(&saw_not, 1).unwrap();
    pair.catch_up();
    pair.cut_off();
    create(&saw, 2).unwrap();
    assert_eq!(idle.newest().unwrap().position, 2);
    pair.fail_over();
    let lacks = |error: StoreError| {
        assert_eq!(error.kind(), StoreErrorKind::Moved, "{error}");
        assert!(error.to_string().contains("open the store once with `restored`"), "{error}");
    };
    // Who asks, and who writes: it gives no position out again.
    lacks(idle.newest().unwrap_err());
    lacks(create(&saw, 3).unwrap_err());
    // Who has not seen it cannot know, and takes its position.
    create(&saw_not, 4).unwrap();
    create(&saw_not, 5).unwrap();
    for host in [&saw, &idle] {
        lacks(host.newest().unwrap_err());
        lacks(host.requests(None, 10).unwrap_err());
        lacks(host.check_part(None, 10).unwrap_err());
        lacks(host.blob_bytes().read(BlobId(uuid::Uuid::nil()), 0, 10).unwrap_err());
        lacks(host.repair_derived().unwrap_err());
        lacks(host.catalog().unwrap_err());
        lacks(create(host, 6).unwrap_err());
        assert_eq!(host.health().unwrap().last_fault.map(|fault| fault.kind), Some(StoreErrorKind::Moved));
        host.suspend(Duration::ZERO).unwrap();
        host.resume().unwrap();
        assert_eq!(host.newest().unwrap().position, 3);
    }
    create(&saw, 7).unwrap();
    check_whole(saw.as_ref()).unwrap();
}

#[test]
fn definitions_that_were_lost_are_not_shown_under_the_generation_of_others() {
    if !is_here() {
        return;
    }
    let (mut pair, schema) = (Pair::start(), Schema::fresh());
    let survivor = pair.host(&schema);
    Clerk::new(survivor.as_ref()).case_type("Kept");
    pair.catch_up();
    pair.cut_off();
    Clerk::seeded(survivor.as_ref(), 1).case_type("Lost");
    assert_eq!(survivor.catalog().unwrap().case_types.len(), 2);
    pair.fail_over();
    // Somebody who knows of nothing writes as many definitions as were lost.
    let other = pair.host(&schema);
    let instead = Clerk::seeded(other.as_ref(), 2).case_type("Instead");
    let catalog = survivor.catalog().unwrap();
    assert!(catalog.case_types.contains_key(&instead.id), "{:?}", catalog.case_types);
}
