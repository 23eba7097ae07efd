//! An organisation that moves: from a database into a file, and back.

use std::ops::ControlFlow;
use std::sync::Arc;

use casekit::casekit_core::commit::Digest;
use casekit::{NewCase, OpenOptions, Role, StreamId};

use crate::build::{Office, actor, open_store, streams};
use crate::first_day;
use crate::second_day::host::Bureau;
use crate::second_day::story::a_request_goes_from_the_webform_to_the_receipt;
use crate::server::{Schema, address, is_here};

/// Each stream with its hash, which is that of everything that ever happened to it.
fn heads(store: &dyn casekit::Store) -> Vec<(StreamId, Digest)> {
    streams(store).into_iter().map(|row| (row.stream, row.hash)).collect()
}

fn moves(from: &str, to: &str) {
    casekit::copy(from, to, &mut |_| ControlFlow::Continue(())).unwrap();
}

#[test]
fn both_days_on_postgresql_are_moved_into_a_file_and_back_and_go_on_there() {
    if !is_here() {
        return;
    }
    let (database, other) = (Schema::fresh(), Schema::fresh());
    let url = |schema: &Schema| format!("{}?schema={}", address(), schema.name());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.db");
    let path = file.to_str().unwrap();

    let office = Office::on(Arc::new(database.open()));
    first_day::a_customer_has_a_whole_profile_and_each_update_says_what_changed(&office);
    first_day::a_case_is_raised_viewed_and_edited_field_by_field(&office);
    a_request_goes_from_the_webform_to_the_receipt(&Bureau::on(Arc::clone(&office.store)));
    let head = office.auditor().audit_head().unwrap();
    let before = heads(office.store.as_ref());
    office.kit.close().unwrap();

    moves(&url(&database), path);
    let store = open_store(&file);
    assert_eq!(heads(store.as_ref()), before);
    let office = Office::on(store);
    // A head that was taken in the database is proved by the file.
    assert!(office.auditor().verify(Some(&head)).unwrap().broken.is_none());
    let raised = office.case("Raised in the file");
    let after = heads(office.store.as_ref());
    office.kit.close().unwrap();

    moves(path, &url(&other));
    let kit = OpenOptions::new().connect(&url(&other)).unwrap();
    let desk = kit.desk(actor("audra", Role::Auditor));
    assert_eq!(desk.case(raised.id).unwrap().title, "Raised in the file");
    assert!(desk.verify(Some(&head)).unwrap().broken.is_none());
    kit.close().unwrap();
    let store = other.open();
    assert_eq!(heads(&store), after);
    let next = Office::on(Arc::new(store));
    assert!(next.agent().raise_case(NewCase::new("Support", "Raised in the database")).is_ok());
    next.store.check().unwrap();
}
