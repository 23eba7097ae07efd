//! Reads on a replica that streams from its primary: they go there while it is fresh, and nobody sees it when it is not.

use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use casekit_core::conformance::build::{Clerk, RawCase, everything, query};
use casekit_core::model::{CaseId, CaseType, DueTask, Measure, StreamId, TeamId};
use casekit_core::store::{
    CaseFilter, CaseQuery, CountBy, CountQuery, CustomerQuery, Direction, DurationQuery, EventQuery,
    HistoryQuery, LoadPlan, NoteOrder, NoteQuery, PeopleQuery, SearchQuery, Sort, Store, StoreErrorKind,
    Within,
};
use casekit_postgres::{Hinting, PostgresOptions, PostgresStore};

use crate::server::{Schema, Server, is_here, psql};

/// A primary and its replica. One test at a time holds the replica back.
struct Pair {
    primary: Server,
    replica: Server,
}

fn pair() -> MutexGuard<'static, Pair> {
    static PAIR: OnceLock<Mutex<Pair>> = OnceLock::new();
    let start = || {
        let primary = Server::start(None).unwrap();
        let replica = Server::start(Some(&primary)).unwrap();
        Mutex::new(Pair { primary, replica })
    };
    PAIR.get_or_init(start).lock().unwrap_or_else(PoisonError::into_inner)
}

/// An organisation on a pair of servers.
struct Office<'a> {
    pair: &'a Pair,
    schema: Schema,
}

impl Office<'_> {
    /// A host of it that has the replica too.
    fn host(&self) -> PostgresStore {
        self.host_with(&self.pair.replica.address)
    }

    /// It tells nobody what it wrote: a hint is sent at any time after the commit, and is a statement on the primary as well.
    fn host_with(&self, replica: &str) -> PostgresStore {
        let url = |address: &str| format!("{address}?application_name={}", self.schema.name());
        let replica = Some(url(replica));
        let options = PostgresOptions { replica, hinting: Hinting::Off, ..self.schema.options() };
        PostgresStore::connect(&url(&self.pair.primary.address), &options).unwrap()
    }

    /// A host of it that knows of no replica.
    fn other_host(&self) -> PostgresStore {
        PostgresStore::connect(&self.pair.primary.address, &self.schema.options()).unwrap()
    }

    fn ask(&self, server: &Server, sql: &str) -> String {
        psql(&server.address, &[], &sql.replace("org.", &format!("{}.", self.schema.name())))
    }

    /// When the connections of its hosts began their newest statements, on each of the servers: it changes with every statement.
    fn asked(&self) -> [String; 2] {
        let sql = format!(
            "SELECT string_agg(pid || ' ' || query_start, ',' ORDER BY pid) FROM pg_stat_activity WHERE application_name = '{}'",
            self.schema.name()
        );
        let busy = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{}' AND state <> 'idle'",
            self.schema.name()
        );
        [&self.pair.primary, &self.pair.replica].map(|server| {
            // The end of a transaction that only read is not waited for.
            while self.ask(server, &busy) != "0\n" {}
            self.ask(server, &sql)
        })
    }

    /// Waits until the replica has what the primary has.
    fn catch_up(&self) {
        self.catches_up(&self.pair.replica);
    }

    fn catches_up(&self, replica: &Server) {
        let began = Instant::now();
        let newest = self.ask(&self.pair.primary, "SELECT position FROM org.file");
        let there =
            "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('NAME') AND relname = 'file'";
        let there = there.replace("NAME", self.schema.name());
        while self.ask(replica, &there) != "1\n"
            || self.ask(replica, "SELECT position FROM org.file") != newest
        {
            assert!(began.elapsed() < Duration::from_secs(60), "the replica does not catch up");
        }
    }

    /// Has the replica stay as it is, for as long as what is returned lives.
    fn hold_back(&self) -> HeldBack<'_> {
        let held = HeldBack(&self.pair.replica);
        self.ask(held.0, "SELECT pg_wal_replay_pause()");
        let began = Instant::now();
        while self.ask(held.0, "SELECT pg_get_wal_replay_pause_state()") != "paused\n" {
            assert!(began.elapsed() < Duration::from_secs(60), "the replica goes on");
        }
        held
    }
}

/// A replica that was held back. It goes on even after a test that failed, for the sake of the others.
struct HeldBack<'a>(&'a Server);

impl Drop for HeldBack<'_> {
    fn drop(&mut self) {
        psql(&self.0.address, &[], "SELECT pg_wal_replay_resume()");
    }
}

fn list() -> CaseQuery {
    let (filter, sort, direction) = (CaseFilter::default(), Sort::Number, Direction::Ascending);
    CaseQuery { filter, sort, by_field: None, direction, after: None, limit: 100 }
}

fn numbers(store: &dyn Store) -> Vec<u64> {
    store.cases(&list()).unwrap().answer.rows.iter().map(|row| row.number.value).collect()
}

fn raise(clerk: &Clerk<'_>, case_type: &CaseType) -> CaseId {
    clerk.raise(RawCase::of(case_type, "A pelican")).id
}

/// Something that people look at, by the name of the method.
type Look = (&'static str, Box<dyn Fn(&dyn Store)>);

fn looks(case: CaseId) -> Vec<Look> {
    let filter = CaseFilter::default;
    let search = move || SearchQuery {
        text: query("pelican"),
        types: None,
        teams: None,
        customer: None,
        own: None,
        notes: true,
        internal: true,
        cases: true,
        after: None,
        limit: 10,
    };
    let notes =
        move || NoteQuery { case, internal: true, order: NoteOrder::Reading { after: None }, limit: 10 };
    let customers = || CustomerQuery { text: None, fields: Vec::new(), after: None, limit: 10 };
    let durations = || DurationQuery {
        measures: Measure::ALL.to_vec(),
        types: None,
        teams: None,
        from: None,
        to: None,
        by_month: false,
    };
    let stream = StreamId::Case(case);
    vec![
        ("cases", Box::new(|store| assert_eq!(numbers(store), [1]))),
        (
            "count_cases",
            Box::new(move |store| {
                let counts = store.count_cases(&CountQuery { by: CountBy::Stage, filter: filter() });
                assert_eq!(counts.unwrap().answer.len(), 1);
            }),
        ),
        (
            "count_up_to",
            Box::new(move |store| {
                assert_eq!(store.count_up_to(&filter(), 5).unwrap().answer, 1);
            }),
        ),
        ("count_failures", Box::new(|store| drop(store.count_failures(&Within::default()).unwrap()))),
        ("durations", Box::new(move |store| drop(store.durations(&durations()).unwrap()))),
        ("customers", Box::new(move |store| assert!(store.customers(&customers()).unwrap().rows.is_empty()))),
        (
            "people",
            Box::new(|store| drop(store.people(&PeopleQuery::All { after: None, limit: 10 }).unwrap())),
        ),
        ("notes", Box::new(move |store| assert!(store.notes(&notes()).unwrap().rows.is_empty()))),
        ("search", Box::new(move |store| assert_eq!(store.search(&search()).unwrap().answer.rows.len(), 1))),
        (
            "events",
            Box::new(move |store| {
                let all = store.events(&EventQuery::All { after: 0, limit: 10 }).unwrap();
                let own = store.events(&EventQuery::Stream { stream, after: 0, limit: 10 }).unwrap();
                assert_eq!(all.last(), own.last());
            }),
        ),
        (
            "history",
            Box::new(move |store| {
                let history = store.history(&HistoryQuery { stream, after: 0, limit: 10 }).unwrap().answer;
                assert_eq!((history.events.len(), history.case.map(|case| case.id)), (1, Some(case)));
            }),
        ),
    ]
}

#[test]
fn what_people_look_at_is_read_from_a_fresh_replica_and_nothing_else_is() {
    if !is_here() {
        return;
    }
    let office = Office { pair: &pair(), schema: Schema::fresh() };
    let host = office.host();
    let clerk = Clerk::new(&host);
    let case = raise(&clerk, &clerk.case_type("Support"));
    office.catch_up();
    let looks = looks(case);
    let mut on_the_replica = 0;
    for (name, look) in &looks {
        let [primary, replica] = office.asked();
        look(&host);
        let [primary_after, replica_after] = office.asked();
        assert_eq!(primary_after, primary, "{name} asks the primary");
        on_the_replica += u32::from(replica_after != replica);
    }
    assert_eq!(on_the_replica, 11);
    let decisions: [(&str, &dyn Fn()); 7] = [
        ("load", &|| assert_eq!(host.load(&LoadPlan::case(case)).unwrap().cases.len(), 1)),
        ("catalog", &|| drop(host.catalog().unwrap())),
        ("newest", &|| assert_eq!(host.newest().unwrap().position, 2)),
        ("next_due", &|| assert_eq!(host.next_due(DueTask::Deliver).unwrap(), None)),
        ("streams", &|| assert_eq!(host.streams(None, 10).unwrap().len(), 2)),
        ("claims", &|| drop(host.claims(None, 10).unwrap())),
        ("blobs", &|| assert!(host.blobs(None, 10).unwrap().is_empty())),
    ];
    for (name, decide) in decisions {
        let [primary, replica] = office.asked();
        decide();
        let [primary_after, replica_after] = office.asked();
        assert_ne!(primary_after, primary, "{name}");
        assert_eq!(replica_after, replica, "{name} asks the replica");
    }
}

#[test]
fn nobodys_own_write_vanishes_while_a_replica_is_behind() {
    if !is_here() {
        return;
    }
    let office = Office { pair: &pair(), schema: Schema::fresh() };
    let (host, other) = (office.host(), office.other_host());
    let clerk = Clerk::new(&other);
    let case_type = clerk.case_type("Support");
    raise(&clerk, &case_type);
    office.catch_up();
    let reader = office.host();
    let held = office.hold_back();
    // Its own writes, whatever it reads.
    let own = Clerk::seeded(&host, 5);
    for number in 2..6 {
        raise(&own, &case_type);
        assert_eq!(numbers(&host), (1..=number).collect::<Vec<u64>>());
        assert_eq!(everything(&host), everything(&other));
    }
    // Who has seen nothing newer is shown what the replica has: so it does lag behind, and is read.
    assert_eq!(numbers(&reader), [1]);
    let [primary, _] = office.asked();
    assert_eq!(numbers(&reader), [1]);
    assert_eq!(office.asked()[0], primary);
    // A decision is by what there is now, and nothing is older from then on.
    let newest = other.cases(&list()).unwrap().answer.rows.pop().unwrap().id;
    assert_eq!(reader.load(&LoadPlan::case(newest)).unwrap().cases.len(), 1);
    assert_eq!(numbers(&reader), [1, 2, 3, 4, 5]);
    // The same for the definitions alone.
    let late = office.host();
    assert_eq!(numbers(&late), [1]);
    let added = clerk.case_type("Bug report");
    assert!(late.catalog().unwrap().case_types.contains_key(&added.id));
    assert!(late.cases(&list()).unwrap().catalog.case_types.contains_key(&added.id));
    // And for a cursor that was given out.
    let polls = office.host();
    assert_eq!(numbers(&polls), [1]);
    let newest = polls.newest().unwrap().position;
    let events = polls.events(&EventQuery::All { after: 0, limit: 100 }).unwrap();
    assert_eq!(events.last().unwrap().position, newest);
    drop(held);
    office.catch_up();
    for store in [&host, &reader, &late, &polls] {
        let [primary, replica] = office.asked();
        assert_eq!(numbers(store), [1, 2, 3, 4, 5]);
        let [primary_after, replica_after] = office.asked();
        assert_eq!(primary_after, primary, "the replica is fresh again");
        assert_ne!(replica_after, replica);
    }
}

#[test]
fn a_replica_that_ends_or_does_not_answer_changes_nothing() {
    if !is_here() {
        return;
    }
    let pair = pair();
    let office = Office { pair: &pair, schema: Schema::fresh() };
    let ends = Server::start(Some(&pair.primary)).unwrap();
    // It takes connections, as a machine does whose processes hang, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgres://casekit@{}/postgres", silent.local_addr().unwrap());
    let hosts = [
        office.host_with(&ends.address),
        office.host_with(&silent),
        office.host_with("postgres://casekit@127.0.0.1:1/postgres"),
    ];
    let other = office.other_host();
    let clerk = Clerk::new(&other);
    let case_type = clerk.case_type("Support");
    raise(&clerk, &case_type);
    office.catches_up(&ends);
    let mut ends = Some(ends);
    for round in 2..5 {
        for (place, host) in (0..).zip(&hosts) {
            raise(&Clerk::seeded(host, 10 * round + place), &case_type);
            assert_eq!(numbers(host), numbers(&other));
            assert_eq!(everything(host), everything(&other));
        }
        drop(ends.take());
    }
    for host in &hosts {
        let began = Instant::now();
        assert_eq!(numbers(host).len(), 10);
        assert!(began.elapsed() < Duration::from_secs(5), "a replica at rest is not waited for");
        let fault = host.health().unwrap().last_fault.unwrap();
        assert_eq!(fault.kind, StoreErrorKind::Unavailable);
        assert!(fault.message.contains("the replica did not answer"), "{}", fault.message);
        host.suspend(Duration::ZERO).unwrap();
        host.resume().unwrap();
        assert_eq!(numbers(host).len(), 10);
    }
}

#[test]
fn a_replica_is_opened_by_itself_and_takes_no_writes() {
    if !is_here() {
        return;
    }
    let pair = pair();
    let office = Office { pair: &pair, schema: Schema::fresh() };
    let host = office.other_host();
    let clerk = Clerk::new(&host);
    raise(&clerk, &clerk.case_type("Support"));
    office.catch_up();
    let replica = PostgresStore::connect(&pair.replica.address, &office.schema.options()).unwrap();
    assert_eq!(everything(&replica), everything(&host));
    let clerk = Clerk::seeded(&replica, 3);
    let commit = clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), "Berths")]);
    let error = replica.commit(vec![commit]).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly);
    assert!(error.to_string().contains("connect to the primary"), "{error}");
}
