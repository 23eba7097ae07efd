//! What people wrote is in no log.

use std::sync::Mutex;

use casekit_core::conformance::build::{Clerk, RawCase, query};
use casekit_core::store::{CustomerQuery, Store};
use log::{LevelFilter, Log, Metadata, Record};

use crate::server::{Schema, is_here};

/// What nobody but the people at work may read.
const SECRET: &str = "Quetzalcoatlus";

/// What the client of PostgreSQL logged of it, and how much it logged at all.
static SAID: Mutex<(Vec<String>, usize)> = Mutex::new((Vec::new(), 0));

struct Logger;

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        let mut said = SAID.lock().unwrap();
        said.1 += usize::from(line.contains("with parameters"));
        if line.to_lowercase().contains(&SECRET.to_lowercase()) {
            said.0.push(line);
        }
    }

    fn flush(&self) {}
}

#[test]
fn what_people_wrote_is_not_logged_with_the_statements_that_bring_it() {
    if !is_here() {
        return;
    }
    log::set_logger(&Logger).unwrap();
    log::set_max_level(LevelFilter::Debug);
    let store = Schema::fresh().open();
    let clerk = Clerk::new(&store);
    let (case_type, customer) = (clerk.case_type("Support"), clerk.customer(SECRET));
    let case = clerk.raise(RawCase { customer: Some(customer.id), ..RawCase::of(&case_type, SECRET) });
    clerk.note(case.id, &format!("Saw a {SECRET}"));
    store
        .blob_bytes()
        .append(casekit_core::model::BlobId(clerk.uuid()), 0, clerk.now(), SECRET.as_bytes())
        .unwrap();
    let asks = CustomerQuery { text: Some(query(SECRET)), fields: Vec::new(), after: None, limit: 10 };
    assert_eq!(store.customers(&asks).unwrap().rows.len(), 1);
    log::set_max_level(LevelFilter::Off);
    let said = SAID.lock().unwrap();
    assert!(said.1 > 10, "the client logs its statements");
    assert_eq!(said.0, [""; 0]);
}
