//! How many steps a page of customers takes who are found by their fields.

use casekit_core::model::{FieldId, FieldKey};
use casekit_core::store::{CustomerQuery, FieldRange};

use super::File;
use crate::read::customers;

/// A file with a tenth as many customers as cases. Each has a number of their own, one of two kinds, and one of as many districts
/// as leave fifty of them in each.
fn file(cases: u32) -> File {
    let file = File::of(cases);
    let districts = (cases / 500).max(1);
    let sql = format!(
        "INSERT INTO field_keys VALUES (101, x'', 'vat'), (102, x'', 'kind'), (103, x'', 'district');
        INSERT INTO customer_fields SELECT 101, key, key FROM customers;
        INSERT INTO customer_fields SELECT 102, key % 2, key FROM customers;
        INSERT INTO customer_fields SELECT 103, key % {districts}, key FROM customers;"
    );
    file.connection.execute_batch(&sql).unwrap();
    file
}

#[test]
fn a_page_of_customers_with_a_value_takes_as_many_steps_however_many_there_are() {
    let (small, large) = (file(1_000), file(100_000));
    let is = |field: &str, value: i64| {
        let field = FieldId::parse("field", field).unwrap();
        (field, FieldRange::OneOf(vec![FieldKey::Number(value)]))
    };
    let asked = [
        ("one by their own number", vec![is("vat", 7)], 200),
        ("fifty of a district", vec![is("district", 0)], 1_000),
        // In the large file they are too many to sort, so customers are read in order until the page is full.
        ("half of all", vec![is("kind", 1)], 20_000),
        ("some of a district", vec![is("kind", 0), is("district", 0)], 20_000),
        ("one of half of all", vec![is("kind", 1), is("vat", 7)], 20_000),
        ("nobody", vec![is("vat", -1)], 200),
    ];
    for (what, fields, more) in asked {
        let query = CustomerQuery { text: None, fields, after: None, limit: 50 };
        let page = |file: &File| file.steps(|connection, _| customers::page(connection, &query).unwrap());
        let ((_, few), (rows, many)) = (page(&small), page(&large));
        println!("{what}: {few} became {many}, {} rows", rows.rows.len());
        assert!(many <= few + more, "{what}: {few} became {many}");
    }
}
