//! With what `check` compares each column of the schema: a new column has no line here, and fails the test.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::{SqliteOptions, SqliteStore};

/// The state or note is the fold of the events, and this is part of it.
const FOLD: &str = "the fold of the events";
/// The hash of the event covers it, and the hash is recomputed.
const HASHED: &str = "the hash of the event";
/// Made from the rest by `derived`, and compared with that.
const DERIVED: &str = "what it is derived from";
/// Joins rows; a wrong one leads to another stream, or to none.
const JOINS: &str = "the rows that it leads to";
/// Filled by no command, so it must be empty.
/// Not compared; the reason stands in tests/it/tamper/matrix/unfound.rs.
const NOT: &str = "nothing";

const COMPARED: &[(&str, &str, &str)] = &[
    ("file", "id", "the constraint of the schema"),
    ("file", "generation words_gone wipe_pending", NOT),
    ("file", "number_floor", "the ledger"),
    ("file", "text_rules", "the number of the rules; the terms are compared"),
    ("file", "search_part search_after", "0: all terms are made"),
    ("people", "key", JOINS),
    ("people", "id", HASHED),
    ("people", "entry revision name", FOLD),
    ("people", "hash", "the newest event"),
    ("streams", "key kind id", JOINS),
    ("events", "position", "its order within the stream; receipts and entries of the search"),
    ("events", "stream", JOINS),
    ("events", "revision at actor on_behalf_of imported_by request facts commitment", HASHED),
    ("events", "personal salt", "the commitment"),
    ("events", "hash", "the rest of the event, and the event before it"),
    ("definitions", "key kind id", JOINS),
    ("definitions", "revision", DERIVED),
    ("definitions", "hash", "the newest event"),
    ("definitions", "body", FOLD),
    (
        "places",
        "key case_type stage category team priority resolution",
        "the fold of the events of each case that stands there",
    ),
    ("places", "family", DERIVED),
    ("causes", "key code setting", "the failure of each case"),
    ("customers", "key", JOINS),
    ("customers", "id revision name folded reference email phone found_by", DERIVED),
    ("customers", "hash", "the newest event"),
    ("customers", "body", FOLD),
    ("cases", "number id", JOINS),
    ("cases", "hash", "the newest event"),
    (
        "cases",
        "revision prefix place type_version holder held_since customer raised_by raised_for raised_at",
        FOLD,
    ),
    ("cases", "stage_since updated_at resolved_at closed_at reopened notes title", FOLD),
    ("cases", "entry", "the position of the first event"),
    ("cases", "requester fields tags workflow outcome status steps failure cause", DERIVED),
    ("cases", "ready for_anyone due_task due_task_at due_at warn_at wakes_at", DERIVED),
    ("case_bodies", "number", JOINS),
    ("case_bodies", "description rest", FOLD),
    ("case_stays", "number", JOINS),
    ("case_stays", "place stay", FOLD),
    ("totals", "kind a b c n", "counting"),
    ("duration_groups", "key measure case_type team stage", DERIVED),
    ("durations", "span month bucket n seconds", DERIVED),
    ("notes", "entry", "the position of the event that added it"),
    ("notes", "id number path visibility author added_at updated_at edits parent text", FOLD),
    ("claims", "kind value number stream", DERIVED),
    ("requests", "actor id at salt fingerprint", "the digest that its first event has, by the engine"),
    ("requests", "receipt", "the events that it left, by the engine"),
    ("case_fields", "field value number", DERIVED),
    ("customer_fields", "field value customer", DERIVED),
    ("field_keys", "key case_type field", "the fields of each case or customer that is found by one"),
    ("case_tags", "tag number", DERIVED),
    ("case_exclusions", "number person beside ready for_anyone", DERIVED),
    ("search", "terms", "the texts, by sums"),
    ("customer_search", "terms", "the texts, by sums"),
    ("words", "word", "the terms in the indexes"),
    ("blobs", "key", JOINS),
    ("blobs", "id kept", "the blobs to which cases refer, by the engine"),
    ("blobs", "size", "the sizes of its chunks"),
    ("blobs", "last_start", "the starts of its chunks"),
    ("blobs", "appended_at", NOT),
    ("blob_chunks", "blob", JOINS),
    ("blob_chunks", "start", "the sizes of the chunks before it"),
    ("blob_chunks", "bytes", "the digests that the case has, by the engine"),
];

#[test]
fn every_column_of_the_schema_is_compared_with_something() {
    const COLUMNS: &str =
        "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c
        WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite_%'";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    SqliteStore::open(&path, &SqliteOptions::default()).unwrap();
    let file = Connection::open(&path).unwrap();
    let mut columns = file.prepare(COLUMNS).unwrap();
    let there: BTreeSet<String> =
        columns.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let named = |(table, columns, _): &(&str, &str, &str)| {
        columns.split(' ').map(|column| format!("{table}.{column}")).collect::<Vec<_>>()
    };
    let named: BTreeSet<String> = COMPARED.iter().flat_map(named).collect();
    let differing: Vec<_> = there.symmetric_difference(&named).collect();
    assert!(differing.is_empty(), "without a comparison, or no longer there: {differing:?}");
}
