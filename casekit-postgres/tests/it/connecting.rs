//! What connecting says when it cannot.

use std::thread;

use casekit_core::store::{Store, StoreErrorKind as Kind};
use casekit_postgres::{Creation, PostgresOptions, PostgresStore};

use crate::server::{Schema, address, address_of, is_here};

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
