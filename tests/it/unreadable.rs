//! A file of which something cannot be read any more: proving it says what, and does not just end.

use casekit::casekit_core::commit::hex;
use casekit::{Role, StreamId, VerifyReport};

use crate::build::{ClosedOffice, Office, actor};

/// A closed file with two cases; each has a note.
fn scene() -> (ClosedOffice, StreamId, StreamId) {
    let office = Office::on_file();
    let [first, second] = ["One", "Two"].map(|title| {
        let case = office.case(title).id;
        office.agent().add_note(case, "Called.").unwrap();
        StreamId::Case(case)
    });
    (office.close(), first, second)
}

fn after(sql: &str, closed: &ClosedOffice) -> VerifyReport {
    closed.tamper(sql);
    closed.open().desk(actor("audra", Role::Auditor)).verify(None).unwrap()
}

#[test]
fn events_of_a_stream_that_nobody_knows_any_more_are_found() {
    let (closed, first, _) = scene();
    let id = hex(first.uuid().as_bytes());
    let report = after(&format!("DELETE FROM streams WHERE kind = 4 AND id = x'{id}'"), &closed);
    let broken = report.broken.unwrap();
    assert!(broken.why.contains("streams"), "{broken:?}");
}

#[test]
fn a_stream_whose_events_cannot_be_read_is_named_though_others_are_read_with_it() {
    let (closed, first, second) = scene();
    for stream in [first, second] {
        let id = hex(stream.uuid().as_bytes());
        let report = after(
            &format!(
                "UPDATE events SET hash = x'00' WHERE revision = 2
                    AND stream = (SELECT key FROM streams WHERE kind = 4 AND id = x'{id}')"
            ),
            &closed,
        );
        let broken = report.broken.unwrap();
        assert_eq!((broken.stream, broken.revision), (stream, 0), "{}", broken.why);
        assert!(broken.why.contains("cannot be read"), "{}", broken.why);
        // And fixed again, so that the other one is looked for.
        closed.tamper(
            "UPDATE events SET hash = (SELECT c.hash FROM cases c JOIN streams s ON s.id = c.id
                WHERE s.key = events.stream) WHERE length(hash) = 1",
        );
    }
}
