//! Whatever is derived and wrong is made anew, and is then what it was.

use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::model::StageCategory;
use casekit_core::store::{Store, StoreErrorKind};
use casekit_postgres::PostgresStore;

use crate::server::{Schema, is_here};

/// Everything that is derived, as text.
fn derived(schema: &Schema) -> String {
    let parts = [
        "cases ORDER BY number",
        "customers ORDER BY id",
        "people ORDER BY id",
        "places ORDER BY key",
        "totals WHERE n <> 0 ORDER BY kind, a, b, c",
        "durations WHERE n <> 0 ORDER BY measure, case_type, team, stage, month, bucket",
        "notes ORDER BY id",
        "claims ORDER BY kind, value, number",
        "case_tags ORDER BY tag, number",
        "search ORDER BY id",
        "file",
    ];
    parts.map(|part| format!("{part}\n{}", schema.meddle(&format!("SELECT * FROM org.{part}")))).concat()
}

/// A store in which something is in every part of it.
fn busy(schema: &Schema) -> PostgresStore {
    let store = schema.open();
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    let (ada, tag) = (clerk.customer("Ada Obi"), clerk.tag("Urgent"));
    for title in ["Cannot log in", "No light", "Too loud"] {
        let case = clerk.raise(RawCase::of(&case_type, title));
        clerk.write_drafts(vec![clerk.links(&case, Some(ada.id))]);
        clerk.write_drafts(vec![clerk.tags(case.id, &[tag], &[])]);
        let note = clerk.note(case.id, "A lamp is broken");
        clerk.reply(&note, "It was fixed");
        clerk.write_drafts(vec![clerk.moves(&clerk.case_now(case.id), StageCategory::Resolved)]);
    }
    let person = casekit_core::model::PersonId(clerk.uuid());
    clerk.write_drafts(vec![clerk.enters_person(person, "u-17", "Amara Okafor")]);
    clerk.write_drafts(vec![clerk.renames_customer(ada.id, "Ada Eze")]);
    store
}

#[test]
fn whatever_is_derived_and_wrong_is_what_it_was_after_a_repair() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = busy(&schema);
    let sound = derived(&schema);
    assert_eq!(store.repair_derived().unwrap(), 0, "nothing is wrong yet");
    assert_eq!(derived(&schema), sound);
    let damage = [
        "DELETE FROM org.cases",
        "UPDATE org.cases SET title = 'Other', holder = 'x', entry = entry + 1000 WHERE number = 2",
        "INSERT INTO org.cases SELECT (jsonb_populate_record(c, jsonb_build_object('number', 99, 'id', gen_random_uuid()))).*
            FROM org.cases c WHERE number = 1",
        "DELETE FROM org.customers",
        "UPDATE org.customers SET folded = '', terms = ''",
        "DELETE FROM org.people",
        "UPDATE org.places SET family = 0",
        "UPDATE org.totals SET n = n + 1",
        "DELETE FROM org.totals",
        "INSERT INTO org.totals VALUES (2, 'x', 1, 0, 5)",
        "DELETE FROM org.durations",
        "UPDATE org.durations SET seconds = seconds + 1",
        "UPDATE org.notes SET entry = entry + 1000, visibility = 1",
        "DELETE FROM org.claims",
        "INSERT INTO org.claims VALUES (2, 'X-9', 1, 3, gen_random_uuid())",
        "UPDATE org.claims SET stream_id = gen_random_uuid()",
        "DELETE FROM org.case_tags",
        "INSERT INTO org.case_tags VALUES (gen_random_uuid(), 1), (gen_random_uuid(), 77)",
        "DELETE FROM org.search",
        "UPDATE org.search SET terms = '''lamp'''",
        "INSERT INTO org.search VALUES (99999, gen_random_uuid(), NULL, NULL, '''lamp''')",
        "UPDATE org.file SET position = 0, number = 0, text_rules = 0",
    ];
    for sql in damage {
        schema.meddle(sql);
        assert_ne!(derived(&schema), sound, "{sql}");
        assert!(store.repair_derived().unwrap() > 0, "{sql}");
        assert_eq!(derived(&schema), sound, "{sql}");
        assert_eq!(store.repair_derived().unwrap(), 0, "{sql}");
    }
}

#[test]
fn damage_to_what_the_rest_is_made_of_is_no_matter_of_repair() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = busy(&schema);
    schema.meddle("DELETE FROM org.claims");
    let damage = [
        ("UPDATE org.streams SET body = '{}' WHERE kind = 4", "an unreadable state"),
        ("UPDATE org.streams SET id = gen_random_uuid() WHERE kind = 3", "a state of another stream"),
        ("DELETE FROM org.events WHERE kind = 4 AND revision = 1", "a case that nobody raised"),
    ];
    for (sql, what) in damage {
        schema.meddle("CREATE TABLE org.s AS TABLE org.streams; CREATE TABLE org.e AS TABLE org.events");
        schema.meddle(sql);
        assert_eq!(store.repair_derived().unwrap_err().kind(), StoreErrorKind::Corrupt, "{what}");
        assert_eq!(schema.meddle("SELECT count(*) FROM org.claims").trim(), "0", "nothing changed: {what}");
        schema.meddle(
            "TRUNCATE org.streams; TRUNCATE org.events; INSERT INTO org.streams SELECT * FROM org.s;
            INSERT INTO org.events SELECT * FROM org.e; DROP TABLE org.s; DROP TABLE org.e",
        );
    }
    assert!(store.repair_derived().unwrap() > 0);
}
