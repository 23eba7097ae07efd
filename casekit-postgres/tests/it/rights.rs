//! What a login may do: a host of one organisation works wholly, reads no other, and who may only read writes nothing.

use std::time::Duration;

use casekit_core::conformance::build::{Clerk, Everything, RawCase, everything};
use casekit_core::model::{BlobId, CustomerId, TeamId};
use casekit_core::store::{BlobRow, Located, Store, StoreErrorKind as Kind, StoredRequest};
use casekit_postgres::{Creation, PostgresOptions, PostgresStore};

use crate::server::{Schema, address, address_of, is_here, psql};

/// A schema whose owner made it, with the logins to which `grants.sql` gave rights on it.
struct Office {
    schema: Schema,
    host: String,
    reader: String,
}

impl Office {
    fn made() -> Self {
        let schema = Schema::fresh();
        schema.open().close().unwrap();
        let (host, reader) = (format!("{}_host", schema.name()), format!("{}_reader", schema.name()));
        schema.meddle(&format!("CREATE ROLE {host} LOGIN; CREATE ROLE {reader} LOGIN"));
        let office = Self { schema, host, reader };
        office.grant();
        office
    }

    fn grant(&self) {
        let set = |name: &str, value: &str| format!("--set={name}={value}");
        let (schema, host) = (set("schema", self.schema.name()), set("host", &self.host));
        let reader = set("reader", &self.reader);
        let grants = concat!("--file=", env!("CARGO_MANIFEST_DIR"), "/grants.sql");
        psql(&address(), &[&schema, &host, &reader, grants], "");
    }

    fn connect(&self, login: &str) -> Result<PostgresStore, (Kind, String)> {
        let options = PostgresOptions { creation: Creation::Never, ..self.schema.options() };
        let store = PostgresStore::connect(&address_of(login, "postgres"), &options);
        store.map_err(|error| (error.kind(), error.to_string()))
    }
}

/// Writes to most of the tables.
fn work(clerk: &Clerk<'_>) {
    let (case_type, customer, tag) = (clerk.case_type("Support"), clerk.customer("Jo"), clerk.tag("Roof"));
    let case = clerk.raise(RawCase { customer: Some(customer.id), ..RawCase::of(&case_type, "A pelican") });
    clerk.note(case.id, "The pelican is on the roof.");
    clerk.write_drafts(vec![clerk.takes(case.id, "ada"), clerk.tags(case.id, &[tag], &[])]);
    let other = clerk.tag("Attic");
    clerk.write_drafts(vec![clerk.merges_tag(tag, other)]);
    let bytes = clerk.store.blob_bytes();
    let (kept, orphan) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    bytes.append(kept, 0, clerk.now(), b"a picture of it").unwrap();
    bytes.append(orphan, 0, clerk.now(), b"another").unwrap();
    let raises = clerk.commit(vec![clerk.creates_customer(CustomerId(clerk.uuid()), "Ada", Some("K-7"))]);
    let request = clerk.request("ada", "once");
    clerk.write(casekit_core::commit::Commit { keep_blobs: vec![kept], request: Some(request), ..raises });
    assert_eq!(bytes.sweep(clerk.now(), 10).unwrap(), [orphan]);
}

type Reads = (Everything, Vec<(BlobRow, Option<Vec<u8>>)>, Vec<Located>, Vec<StoredRequest>);

fn reads(store: &dyn Store) -> Reads {
    let blobs = store.blobs(None, 100).unwrap().into_iter();
    let with_bytes = |blob: BlobRow| {
        let bytes = store.blob_bytes().read(blob.id, 0, 1_000).unwrap();
        (blob, bytes)
    };
    let (claims, requests) = (store.claims(None, 100).unwrap(), store.requests(None, 100).unwrap());
    store.health().unwrap();
    (everything(store), blobs.map(with_bytes).collect(), claims, requests)
}

#[test]
fn a_host_works_with_the_rights_of_the_grants_and_reads_no_other_organisation() {
    if !is_here() {
        return;
    }
    let (harbour, market) = (Office::made(), Office::made());
    for office in [&harbour, &market] {
        // Granting again changes nothing.
        office.grant();
        let store = office.connect(&office.host).unwrap();
        work(&Clerk::new(&store));
        let is_known = office.schema.meddle("SELECT written_on ~ '^[0-9]+/[0-9A-F]{8}$' FROM org.file");
        assert_eq!(is_known, "t\n", "the login may ask where it writes");
        let (all, blobs, claims, requests) = reads(&store);
        assert_eq!((all.cases.len(), all.found.len(), blobs.len(), requests.len()), (1, 2, 1, 1));
        assert!(!claims.is_empty());
        store.suspend(Duration::ZERO).unwrap();
        store.resume().unwrap();
        assert_eq!(everything(&store), all);
        office.schema.meddle("CREATE TABLE org.of_a_later_version (id int)");
        let sql = format!("INSERT INTO {}.of_a_later_version VALUES (1)", office.schema.name());
        psql(&address_of(&office.host, "postgres"), &[], &sql);
    }
    for login in [&harbour.host, &harbour.reader] {
        let (kind, message) = market.connect(login).expect_err("the schema is another organisation's");
        assert_eq!(kind, Kind::Denied);
        assert!(message.contains("grant it the use of the organisation's schema"), "{message}");
    }
}

#[test]
fn no_login_of_a_host_deletes_what_happened() {
    if !is_here() {
        return;
    }
    let office = Office::made();
    for table in ["events", "streams", "requests", "file"] {
        let right = format!("SELECT has_table_privilege('{}', 'org.{table}', 'DELETE')", office.host);
        assert_eq!(office.schema.meddle(&right), "f\n", "{table}");
    }
}

#[test]
fn a_login_that_may_only_read_reads_everything_and_writes_nothing() {
    if !is_here() {
        return;
    }
    let office = Office::made();
    let host = office.connect(&office.host).unwrap();
    work(&Clerk::new(&host));
    let expected = reads(&host);
    let reader = office.connect(&office.reader).unwrap();
    assert_eq!(reads(&reader), expected);
    let clerk = Clerk::seeded(&reader, 7);
    let is_refused = |kind: Kind, words: &str| {
        let commit = clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), "Berths")]);
        let error = reader.commit(vec![commit]).expect_err("the login may not write");
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(words), "{error}");
        let error = reader.blob_bytes().append(BlobId(clerk.uuid()), 0, clerk.now(), b"new").unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(reads(&reader), expected);
    };
    is_refused(Kind::Denied, "lacks a right");
    // The other way to keep a login from writing; it counts for connections that are made from now on.
    office.schema.meddle(&format!(
        "GRANT {} TO {}; ALTER ROLE {} SET default_transaction_read_only = on",
        office.host, office.reader, office.reader
    ));
    reader.suspend(Duration::ZERO).unwrap();
    reader.resume().unwrap();
    is_refused(Kind::ReadOnly, "takes no writes");
}

#[test]
fn the_schema_that_an_address_names_is_opened_again() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let url = format!("{}?schema={}", address(), schema.name());
    let store = PostgresStore::connect(&url, &PostgresOptions::default()).unwrap();
    Clerk::new(&store).team("Berths");
    let options = PostgresOptions { creation: Creation::Never, ..PostgresOptions::default() };
    for store in [PostgresStore::connect(&url, &options).unwrap(), schema.open()] {
        assert_eq!(store.newest().unwrap().position, 1);
    }
}
