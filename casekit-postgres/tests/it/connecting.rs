//! What connecting says when it cannot.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::conformance::build::Clerk;
use casekit_core::store::{Store, StoreErrorKind as Kind, check_whole};
use casekit_postgres::{Creation, PostgresOptions, PostgresStore};

use crate::server::{Schema, address, address_of, is_here, port, psql};

/// Why a store cannot be connected to, and what the message says.
fn refused(url: &str, options: &PostgresOptions) -> (Kind, String) {
    let error = PostgresStore::connect(url, options).expect_err("it cannot be connected to");
    (error.kind(), error.to_string())
}

#[test]
fn an_address_that_leads_nowhere_says_what_is_wrong() {
    let options = PostgresOptions::default();
    let (kind, message) = refused("somewhere", &options);
    assert_eq!(kind, Kind::Missing);
    assert!(message.contains("postgres://"), "{message}");
    let (kind, message) = refused("postgres://casekit@127.0.0.1:1/office", &options);
    assert_eq!(kind, Kind::Unavailable);
    assert!(message.contains("see whether it runs"), "{message}");
    if is_here() {
        let (kind, message) = refused(&address_of("casekit", "nowhere"), &options);
        assert_eq!(kind, Kind::Missing);
        assert!(message.contains("no such database"), "{message}");
    }
}

#[test]
fn a_login_that_is_refused_is_told_from_one_that_lacks_a_right() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    schema.meddle(
        "DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD 'right';
        DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN;",
    );
    let options = schema.options();
    let (kind, message) = refused(&address_of("locked:wrong", "postgres"), &options);
    assert_eq!(kind, Kind::Denied);
    assert!(message.contains("password are right"), "{message}");
    let (kind, message) = refused(&address_of("locked", "postgres"), &options);
    assert_eq!(kind, Kind::Denied);
    assert!(message.contains("asks for a password"), "{message}");
    let (kind, message) = refused(&address_of("stranger", "postgres"), &options);
    assert_eq!(kind, Kind::Denied, "it may create no schema");
    assert!(message.contains("lacks a right"), "{message}");
    schema.open().close().unwrap();
    let (kind, _) = refused(&address_of("stranger", "postgres"), &options);
    assert_eq!(kind, Kind::Denied, "it may not use the one that is there");
}

#[test]
fn what_is_in_the_schema_decides_whether_it_is_opened() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let never = PostgresOptions { creation: Creation::Never, ..schema.options() };
    assert_eq!(refused(&address(), &never).0, Kind::Missing);
    schema.open().close().unwrap();
    PostgresStore::connect(&address(), &never).unwrap().close().unwrap();
    schema.meddle("UPDATE org.file SET version = 99");
    let (kind, message) = refused(&address(), &schema.options());
    assert_eq!(kind, Kind::TooNew);
    assert!(message.contains("update casekit"), "{message}");

    let foreign = Schema::fresh();
    foreign.meddle(&format!("CREATE SCHEMA {0}; CREATE TABLE {0}.file (id int)", foreign.options().schema));
    let (kind, message) = refused(&address(), &foreign.options());
    assert_eq!(kind, Kind::NotCasekit);
    assert!(message.contains("name another schema"), "{message}");
}

#[test]
fn a_schema_may_have_any_name() {
    if !is_here() {
        return;
    }
    let victim = Schema::fresh();
    victim.open().close().unwrap();
    let harms = format!(";DROP SCHEMA {} CASCADE;COMMIT;--org.", victim.name());
    for name in ["a.org.b", "o'b", "o\"b.org.", "münchen & sons/1%", &harms] {
        let schema = Schema::named(name);
        let store = schema.open();
        Clerk::new(&store).team("Berths");
        assert!(store.health().unwrap().file_bytes > 0, "{name}");
        check_whole(&store).unwrap();
        assert_eq!(schema.meddle("SELECT count(*) FROM org.events"), "1\n", "{name}");
        store.close().unwrap();
    }
    let encoded = format!("{}?schema=m%C3%BCnchen%20%26%20sons%2F1%25", address());
    let never = PostgresOptions { creation: Creation::Never, ..PostgresOptions::default() };
    assert_eq!(PostgresStore::connect(&encoded, &never).unwrap().newest().unwrap().position, 1);
    assert_eq!(victim.open().newest().unwrap().position, 0, "it is still there");
}

#[test]
fn a_replica_has_the_schema_of_its_primary() {
    let options = PostgresOptions {
        schema: "harbour".to_owned(),
        replica: Some("postgres://casekit@127.0.0.1:1/office?schema=market".to_owned()),
        ..PostgresOptions::default()
    };
    let (kind, message) = refused("postgres://casekit@127.0.0.1:1/office", &options);
    assert_eq!(kind, Kind::Unsupported);
    assert!(message.contains("names another schema"), "{message}");
}

#[test]
fn a_database_that_is_not_of_unicode_is_refused() {
    if !is_here() {
        return;
    }
    psql(&address(), &[], "DROP DATABASE IF EXISTS of_bytes");
    psql(&address(), &[], "CREATE DATABASE of_bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
    let (kind, message) = refused(&address_of("casekit", "of_bytes"), &PostgresOptions::default());
    assert_eq!(kind, Kind::Unsupported);
    assert!(message.contains("UTF-8"), "{message}");
}

#[test]
fn a_host_that_takes_connections_and_says_nothing_does_not_hide_the_next() {
    if !is_here() {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let first = silent.local_addr().unwrap().port();
    let url = |parameters: &str| {
        format!("postgres://casekit@127.0.0.1:{first},127.0.0.1:{}/postgres?{parameters}", port())
    };
    let options = PostgresOptions { connections: 1, ..Schema::fresh().options() };
    let began = Instant::now();
    let store = PostgresStore::connect(&url("connect_timeout=1"), &options).unwrap();
    Clerk::new(&store).team("Berths");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    // Where less time is left than connecting may take, each has its share.
    let options = PostgresOptions { answer_timeout: Duration::from_secs(4), ..options };
    let store = PostgresStore::connect(&url("target_session_attrs=read-write"), &options).unwrap();
    assert_eq!(store.newest().unwrap().position, 1);
}

#[test]
fn any_time_out_can_be_given() {
    if !is_here() {
        return;
    }
    let options = PostgresOptions {
        busy_timeout: Duration::MAX,
        answer_timeout: Duration::MAX,
        ..Schema::fresh().options()
    };
    let store = PostgresStore::connect(&address(), &options).unwrap();
    Clerk::new(&store).team("Berths");
    assert_eq!(store.newest().unwrap().position, 1);
}

#[test]
fn several_hosts_may_create_a_store_at_once() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    thread::scope(|scope| {
        let hosts: Vec<_> = (0..4).map(|_| scope.spawn(|| schema.open())).collect();
        for host in hosts {
            assert_eq!(host.join().unwrap().newest().unwrap().position, 0);
        }
    });
}
