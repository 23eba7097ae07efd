//! How a kit is doing.

use casekit::{CaseKit, Health};

use crate::build::Office;

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
