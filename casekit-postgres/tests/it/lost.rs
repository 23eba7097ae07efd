//! Connections that are lost: what was promised is there once, and what was refused is not there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::commit::{Commit, Receipt, Refused};
use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::model::{CaseId, CaseType, StreamId};
use casekit_core::store::{EventQuery, Store, StoreErrorKind, check_whole};
use casekit_postgres::{PostgresOptions, PostgresStore};

use crate::proxy::Proxy;
use crate::server::{Schema, address, is_here};

/// What the server does at the end of each transaction that writes events, just before it is committed.
fn at_commit(schema: &Schema, what: &str) {
    schema.meddle(&format!(
        "CREATE SEQUENCE org.turns;
        CREATE FUNCTION org.at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what} RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON org.events DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION org.at_commit();"
    ));
}

/// How many events a case has, and where the first is.
fn events(store: &dyn Store, case: CaseId) -> Vec<u64> {
    let query = EventQuery::Stream { stream: StreamId::Case(case), after: 0, limit: 10 };
    store.events(&query).unwrap().iter().map(|event| event.position).collect()
}

/// A commit that raises a case under a request id.
fn raising(clerk: &Clerk<'_>, case_type: &CaseType) -> (CaseId, Commit) {
    let id = CaseId(clerk.uuid());
    let commit = clerk.commit(vec![clerk.raises(id, RawCase::of(case_type, "Lost and found"))]);
    let request = clerk.request("ada", &clerk.uuid().to_string());
    (id, Commit { request: Some(request), ..commit })
}

/// Waits until a backend sleeps in its commit.
fn wait_for_commit(schema: &Schema, name: &str) {
    let began = Instant::now();
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event = 'PgSleep'"
    );
    while schema.meddle(&sql).trim() == "0" {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing is committed");
    }
}

#[test]
fn a_commit_that_was_killed_before_it_took_effect_is_carried_out_again() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    at_commit(
        &schema,
        "IF nextval('org.turns') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;",
    );
    let (id, commit) = raising(&clerk, &case_type);
    let receipt = store.commit(vec![commit]).unwrap().remove(0).unwrap().receipt;
    assert_eq!(events(&store, id), [receipt.position]);
    assert_eq!(schema.meddle("SELECT last_value FROM org.turns").trim(), "2", "it was killed once");
    check_whole(&store).unwrap();
}

#[test]
fn a_commit_whose_answer_was_lost_is_found() {
    if !is_here() {
        return;
    }
    let (schema, proxy) = (Schema::fresh(), Proxy::new());
    schema.open().close().unwrap();
    let url = format!("{}?application_name=found", proxy.address());
    let store = PostgresStore::connect(&url, &schema.options()).unwrap();
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    at_commit(&schema, "IF nextval('org.turns') = 1 THEN PERFORM pg_sleep(1); END IF;");
    let (id, commit) = raising(&clerk, &case_type);
    let receipt = thread::scope(|scope| {
        let answer = scope.spawn(|| store.commit(vec![commit]));
        wait_for_commit(&schema, "found");
        proxy.cut(false);
        answer.join().unwrap().unwrap().remove(0).unwrap().receipt
    });
    assert_eq!(events(&store, id), [receipt.position]);
    assert_eq!(schema.meddle("SELECT last_value FROM org.turns").trim(), "1", "it was carried out once");
    check_whole(&store).unwrap();
}

#[test]
fn a_commit_about_which_nobody_can_be_asked_is_uncertain_and_its_request_tells() {
    if !is_here() {
        return;
    }
    let (schema, proxy) = (Schema::fresh(), Proxy::new());
    let here = schema.open();
    let url = format!("{}?application_name=uncertain", proxy.address());
    let options = PostgresOptions { busy_timeout: Duration::from_millis(300), ..schema.options() };
    let store = PostgresStore::connect(&url, &options).unwrap();
    let clerk = Clerk::new(&here);
    let case_type = clerk.case_type("Support");
    at_commit(&schema, "IF nextval('org.turns') = 1 THEN PERFORM pg_sleep(1); END IF;");
    let (id, commit) = raising(&clerk, &case_type);
    let error = thread::scope(|scope| {
        let answer = scope.spawn(|| store.commit(vec![commit.clone()]));
        wait_for_commit(&schema, "uncertain");
        proxy.cut(true);
        answer.join().unwrap().unwrap_err()
    });
    assert_eq!(error.kind(), StoreErrorKind::Uncertain, "{error}");
    assert!(error.to_string().contains("same request id"), "{error}");
    // It waits for the commit that is still under way.
    assert_eq!(here.commit(vec![commit]).unwrap(), [Err(Refused::RequestClaimed)]);
    assert_eq!(events(&here, id).len(), 1);
}

#[test]
fn a_host_that_holds_the_lock_makes_others_busy_and_no_longer() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    schema.open().close().unwrap();
    let options = PostgresOptions { busy_timeout: Duration::from_millis(200), ..schema.options() };
    let store = PostgresStore::connect(&address(), &options).unwrap();
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    let is_held = AtomicBool::new(true);
    thread::scope(|scope| {
        scope.spawn(|| {
            schema.meddle("BEGIN; SELECT 1 FROM org.file FOR UPDATE; SELECT pg_sleep(3); COMMIT;");
            is_held.store(false, Ordering::SeqCst);
        });
        let held = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND wait_event = 'PgSleep'";
        while schema.meddle(held).trim() == "0" {}
        let (id, commit) = raising(&clerk, &case_type);
        let error = store.commit(vec![commit]).unwrap_err();
        assert!(is_held.load(Ordering::SeqCst), "the lock was held all the time");
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{error}");
        assert_eq!(events(&store, id), [0_u64; 0], "reads wait for nobody, and nothing was written");
    });
    let (id, commit) = raising(&clerk, &case_type);
    store.commit(vec![commit]).unwrap().remove(0).unwrap();
    assert_eq!(events(&store, id).len(), 1);
}

/// What a writer was told of a case that it raised.
type Told = Result<Receipt, StoreErrorKind>;

#[test]
fn while_connections_are_killed_nothing_that_was_promised_is_lost_and_nothing_is_there_twice() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let url = format!("{}?application_name=killed", address());
    let connect = || PostgresStore::connect(&url, &schema.options()).unwrap();
    let here = schema.open();
    let case_type = Clerk::new(&here).case_type("Support");
    let stores = [connect(), connect()];
    let (is_over, told) = (AtomicBool::new(false), Mutex::new(Vec::<(CaseId, Told)>::new()));
    let mut killed = 0;
    thread::scope(|scope| {
        for n in 0..6 {
            let (store, case_type, is_over, told) = (&stores[n % 2], &case_type, &is_over, &told);
            scope.spawn(move || {
                let clerk = Clerk::seeded(store, n as u64 + 1);
                while !is_over.load(Ordering::SeqCst) {
                    let (id, commit) = raising(&clerk, case_type);
                    let answer = store.commit(vec![commit]);
                    let told_now = match answer {
                        Ok(mut answers) => Ok(answers.remove(0).unwrap().receipt),
                        Err(error) => Err(error.kind()),
                    };
                    told.lock().unwrap().push((id, told_now));
                }
            });
        }
        // Those that write, and by preference in their commit.
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'killed'
            AND backend_xid IS NOT NULL AND (query = 'COMMIT' OR random() < 0.3); SELECT pg_sleep(0.02) IS NULL;\n";
        for line in schema.meddle(&kill.repeat(150)).lines() {
            killed += line.parse::<u64>().unwrap_or(0);
        }
        is_over.store(true, Ordering::SeqCst);
    });
    let told = told.into_inner().unwrap();
    let promised = told.iter().filter(|(_, told)| told.is_ok()).count();
    let kinds: Vec<StoreErrorKind> =
        told.iter().filter_map(|(_, told)| told.as_ref().err().copied()).collect();
    println!("killed {killed}, promised {promised}, faults {kinds:?}");
    assert!(killed > 10 && promised > 20, "killed {killed}, promised {promised}");
    for (id, told) in &told {
        let there = events(&here, *id);
        match told {
            Ok(receipt) => assert_eq!(there, [receipt.position]),
            Err(StoreErrorKind::Uncertain) => assert!(there.len() <= 1),
            Err(StoreErrorKind::Busy | StoreErrorKind::Unavailable) => assert_eq!(there, [0_u64; 0]),
            Err(other) => panic!("{other:?}"),
        }
    }
    check_whole(&here).unwrap();
}
