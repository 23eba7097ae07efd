//! Whoever changes a value past the library is found out, in whichever column it is.

use std::sync::Arc;

use casekit::casekit_core::conformance::build::{Clerk, instant};
use casekit::casekit_core::model::BlobId;
use casekit::{Role, Store};

use crate::build::Office;
use crate::differential::{Dice, Scene};
use crate::server::{Schema, is_here};

/// What a value says that nothing else says too, or that says nothing: each with the reason.
const NOT_COMPARED: [(&str, &str); 7] = [
    // Any other generation only has the definitions read anew.
    ("file", "generation"),
    // Any other server only begins a lineage, which says that one took over, and refuses no cursor that was good.
    ("file", "written_on"),
    // Opening the store looks at it, and a row with another key is no row of it.
    ("file", "version"),
    ("file", "id"),
    // When a chunk came, by which orphans are swept, and whether it is one: no event says either of a blob that no case has.
    ("blobs", "appended_at"),
    ("blobs", "kept"),
    // Nor what is in it. The bytes that a case has are compared with the digest in its history.
    ("blob_pieces", "bytes"),
];

const TABLES: &str = include_str!("../../migrations/0001_cases.sql");

/// Every column of every table, with its type.
fn columns() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut columns = Vec::new();
    for table in TABLES.split("CREATE TABLE org.").skip(1) {
        let (name, rest) = table.split_once(" (\n").unwrap();
        let rest = rest.split("\n)").next().unwrap();
        for line in rest.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     ")) {
            let mut words = line.split_whitespace();
            let (column, of) = (words.next().unwrap(), words.next().unwrap_or_default());
            if !["PRIMARY", "UNIQUE", "--"].contains(&column) {
                let of = of.trim_end_matches(',');
                let is_json = of == "text" && line.contains("JSON");
                columns.push((name, column, if is_json { "json" } else { of }));
            }
        }
    }
    columns
}

/// Another value than the one in the column, of its type; some value where there is none.
fn another(column: &str, of: &str) -> String {
    let another = match of {
        "smallint" => format!("coalesce({column}, 0) + 100"),
        "int" | "bigint" => format!("coalesce({column}, 0) + 100003"),
        "boolean" => format!("NOT {column}"),
        "uuid" => "'0198c0de-0000-7000-8000-00000badc0de'".to_owned(),
        // A space more would say the same.
        "json" => "'null'".to_owned(),
        "text" => format!("coalesce({column} || ' ', 'another')"),
        "bytea" => format!("coalesce(set_byte({column}, 0, get_byte({column}, 0) # 1), 'another')"),
        "tsvector" => "array_to_tsvector(ARRAY['another'])".to_owned(),
        other => panic!("what is another value of {other}?"),
    };
    format!("{column} = {another}")
}

/// A store with something in every column.
fn busy(schema: &Schema) -> Office {
    let store = Arc::new(schema.open());
    let stores: [&dyn Store; 1] = [store.as_ref()];
    let (mut dice, mut scene) = (Dice::new(11), Scene::without_data(&stores));
    for _ in 0..250 {
        scene.step(&mut dice);
    }
    let blob = BlobId(Clerk::seeded(store.as_ref(), 9).uuid());
    for (offset, bytes) in [(0, b"one".as_slice()), (3, b"two")] {
        store.blob_bytes().append(blob, offset, instant(1), bytes).unwrap();
    }
    Office::on(store)
}

/// An order in which a row that says something is the first: a group that became empty says nothing, nor does a place where no
/// case stands.
fn telling(table: &str) -> &'static str {
    match table {
        "totals" | "durations" => "n = 0",
        "places" => "NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.place = key)",
        _ => "ctid",
    }
}

fn is_sound(office: &Office) -> bool {
    let proven =
        || office.desk("audra", Role::Auditor).verify(None).is_ok_and(|report| report.broken.is_none());
    office.kit.check().is_ok() && proven()
}

/// What is wrong with a store that should be sound.
fn found_wrong(office: &Office) -> String {
    let proof = office.desk("audra", Role::Auditor).verify(None).map(|report| report.broken);
    format!("{:?}, {proof:?}", office.kit.check())
}

#[test]
fn a_value_that_somebody_changed_is_found_in_every_column() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let office = busy(&schema);
    assert!(is_sound(&office), "{}", found_wrong(&office));
    let mut unnoticed = Vec::new();
    for (table, column, of) in columns() {
        if NOT_COMPARED.contains(&(table, column)) {
            continue;
        }
        let change = format!(
            "CREATE TABLE org.kept AS TABLE org.{table};
            UPDATE org.{table} SET {} WHERE ctid = (SELECT ctid FROM org.{table} ORDER BY {column} IS NULL, {} LIMIT 1)
            RETURNING 'changed'",
            another(column, of),
            telling(table)
        );
        let said = schema.meddle(&change);
        assert!(said.contains("changed"), "the store has something in {table}.{column}: {said}");
        if is_sound(&office) {
            unnoticed.push(format!("{table}.{column}"));
        }
        schema.meddle(&format!(
            "TRUNCATE org.{table}; INSERT INTO org.{table} TABLE org.kept; DROP TABLE org.kept"
        ));
    }
    assert!(is_sound(&office), "what was put back is as it was: {}", found_wrong(&office));
    assert_eq!(unnoticed, Vec::<String>::new());
}

#[test]
fn a_row_that_somebody_took_away_is_found_in_every_table() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let office = busy(&schema);
    let mut tables: Vec<&str> = columns().into_iter().map(|(table, ..)| table).collect();
    tables.dedup();
    let mut unnoticed = Vec::new();
    for table in tables {
        let change = format!(
            "CREATE TABLE org.kept AS TABLE org.{table};
            DELETE FROM org.{table} WHERE ctid = (SELECT ctid FROM org.{table} ORDER BY {} LIMIT 1)
            RETURNING 'changed'",
            telling(table)
        );
        assert!(schema.meddle(&change).contains("changed"), "{table}");
        if is_sound(&office) {
            unnoticed.push(table);
        }
        schema.meddle(&format!(
            "TRUNCATE org.{table}; INSERT INTO org.{table} TABLE org.kept; DROP TABLE org.kept"
        ));
    }
    assert!(is_sound(&office), "what was put back is as it was: {}", found_wrong(&office));
    assert_eq!(unnoticed, ["x"; 0]);
}
