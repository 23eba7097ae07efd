//! How a kit is doing.

use casekit::{CaseKit, Health, Role};

use crate::build::{Office, actor};

#[test]
fn a_kit_in_memory_has_no_file_and_nothing_to_tell() {
    let kit = CaseKit::in_memory().unwrap();
    assert_eq!(kit.health().unwrap(), Health::default());
    assert_eq!(kit.compact().unwrap(), 0);
}

#[test]
fn a_kit_on_a_file_tells_what_keeps_it_whole() {
    let office = Office::on_file();
    let health = office.kit.health().unwrap();
    assert!(health.file_bytes > 0 && health.safeguards.is_some());
    assert_eq!((health.due_deliveries, health.due_destructions), (0, 0));
}

#[test]
fn a_retention_time_without_end_in_an_altered_file_destroys_nothing_and_breaks_nothing() {
    let office = Office::on_file();
    office.case("One");
    let closed = office.close();
    closed.tamper(
        "UPDATE definitions SET body = replace(body, '\"retention_days\":30', '\"retention_days\":4294967295')",
    );
    let kit = closed.open();
    assert_eq!(kit.desk(actor("ivo", Role::ItAdministrator)).settings().unwrap().retention_days, u32::MAX);
    assert_eq!(kit.purge_expired().unwrap(), 0);
    assert_eq!(kit.health().unwrap().due_destructions, 0);
}
