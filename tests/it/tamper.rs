//! Tampering: who alters the file past the library is found out, and told which event was touched.

mod keys;
mod matrix;

use casekit::{
    AuditHead, BrokenEvent, CaseEdit, CaseId, CaseKit, CustomerId, Damage, NewCase, NewCustomer, PageRequest,
    PersonName, Role, StreamId, VerifyReport,
};

use crate::build::{ClosedOffice, Office, WITHOUT_LEDGER, actor, events_of, introduced};

/// A file in which one customer and two cases have a past, and the head that the host kept.
struct Scene {
    closed: ClosedOffice,
    customer: CustomerId,
    first: CaseId,
    second: CaseId,
    kept: AuditHead,
}

fn scene() -> Scene {
    let office = Office::on_file();
    let referred = NewCustomer { external_reference: Some("CRM-1".into()), ..NewCustomer::named("Ada Obi") };
    let customer = office.agent().create_customer(referred).unwrap().id;
    let (first, second) = (office.case("Cannot log in").id, office.case("Password lost").id);
    let desk = office.agent();
    for case in [first, second] {
        desk.take_case(case).unwrap();
        desk.add_note(case, "Called, no answer.").unwrap();
        desk.edit_case(case, CaseEdit::new().stage("Resolved").because("it works")).unwrap();
    }
    let kept = office.auditor().audit_head().unwrap();
    desk.add_note(second, "Written after the head was taken.").unwrap();
    Scene { closed: office.close(), customer, first, second, kept }
}

fn verify(kit: &CaseKit, kept: Option<&AuditHead>) -> VerifyReport {
    kit.desk(actor("audra", Role::Auditor)).verify(kept).unwrap()
}

impl Scene {
    /// What verifying finds after the file was tampered with; without a head that the host kept.
    #[track_caller]
    fn found(&self, sql: &str) -> (StreamId, u64, String) {
        let broken = self.broken(sql, None);
        (broken.stream, broken.revision, broken.why)
    }

    #[track_caller]
    fn broken(&self, sql: &str, kept: Option<&AuditHead>) -> BrokenEvent {
        self.closed.tamper(sql);
        verify(&self.closed.open(), kept).broken.unwrap_or_else(|| panic!("nobody noticed: {sql}"))
    }

    /// Events of the first case.
    fn event(&self, revision: u64) -> String {
        format!("{} AND revision = {revision}", events_of(self.stream()))
    }

    fn stream(&self) -> StreamId {
        StreamId::Case(self.first)
    }
}

#[test]
fn an_untouched_file_is_proven() {
    let scene = scene();
    let kit = scene.closed.open();
    for kept in [None, Some(&scene.kept)] {
        let report = verify(&kit, kept);
        assert_eq!((report.streams, report.events, report.broken), (14, 24, None));
    }
    kit.check().unwrap();
}

#[test]
fn each_altered_part_of_an_event_is_found_and_the_event_is_named() {
    let altered = "its facts, actor, time or place were altered";
    let personal = "its personal part was altered";
    for (revision, change, why) in [
        (1, "facts = CAST(replace(facts, 'open', 'shut') AS BLOB)", altered),
        (2, "facts = CAST(facts || ' ' AS BLOB)", altered),
        (3, "actor = (SELECT key FROM people WHERE id = 'ben')", altered),
        (3, "on_behalf_of = (SELECT key FROM people WHERE id = 'ben')", altered),
        (3, "imported_by = (SELECT key FROM people WHERE id = 'ben')", altered),
        (4, "at = at + 1", altered),
        (4, "hash = zeroblob(32)", altered),
        (4, "commitment = zeroblob(32)", altered),
        (1, "personal = CAST(replace(personal, 'Cannot', 'Could') AS BLOB)", personal),
        (4, "personal = CAST(replace(personal, 'no answer', 'agreed') AS BLOB)", personal),
        (4, "salt = zeroblob(16)", personal),
        (4, "salt = NULL", personal),
        (4, "personal = NULL", personal),
        (5, "personal = x'00'", personal),
    ] {
        let scene = scene();
        let change =
            format!("{}; UPDATE events SET {change} WHERE {}", introduced("ben").0, scene.event(revision));
        assert_eq!(scene.found(&change), (scene.stream(), revision, why.to_owned()), "{change}");
    }
}

#[test]
fn any_flipped_bit_of_an_event_is_found() {
    for column in ["facts", "personal", "salt", "commitment", "hash"] {
        for place in [0_usize, 7, 15] {
            let scene = scene();
            let row = scene.event(4);
            let connection = rusqlite::Connection::open(&scene.closed.path).unwrap();
            let sql = format!("SELECT {column} FROM events WHERE {row}");
            let mut bytes: Vec<u8> = connection.query_row(&sql, (), |row| row.get(0)).unwrap();
            bytes[place] ^= 1;
            connection.execute(&format!("UPDATE events SET {column} = ?1 WHERE {row}"), [bytes]).unwrap();
            connection.close().unwrap();
            let broken = verify(&scene.closed.open(), None).broken.unwrap();
            assert_eq!((broken.stream, broken.revision), (scene.stream(), 4), "{column}[{place}]");
        }
    }
}

#[test]
fn two_swapped_events_are_found() {
    let scene = scene();
    let swap = format!(
        "UPDATE events SET revision = 100 WHERE {two};
         UPDATE events SET revision = 2 WHERE {three};
         UPDATE events SET revision = 3 WHERE {hundred}",
        two = scene.event(2),
        three = scene.event(3),
        hundred = scene.event(100),
    );
    assert_eq!(scene.found(&swap).1, 2);
}

#[test]
fn two_events_that_swapped_only_their_positions_are_found() {
    let scene = scene();
    let swap = format!(
        "UPDATE events SET position = position + 1000 WHERE {two};
         UPDATE events SET position = position - 1 WHERE {three};
         UPDATE events SET position = position - 999 WHERE {two}",
        two = scene.event(2),
        three = scene.event(3),
    );
    let why = "its position is not after the one of the event before it".to_owned();
    assert_eq!(scene.found(&swap), (scene.stream(), 3, why));
}

#[test]
fn an_event_taken_out_of_the_middle_is_found() {
    let scene = scene();
    let cut = format!("DELETE FROM events WHERE {}", scene.event(3));
    assert_eq!(scene.found(&cut), (scene.stream(), 4, "an event before it is missing".to_owned()));
}

#[test]
fn an_event_of_another_stream_is_no_event_of_this_one() {
    let scene = scene();
    let moved = format!(
        "DELETE FROM events WHERE {five};
         UPDATE events SET stream = 4 WHERE {second} AND revision = 5",
        five = scene.event(5),
        second = events_of(StreamId::Case(scene.second)),
    );
    // Of the two streams that were touched, the whole file's proof names the one whose id comes first.
    scene.closed.tamper(&moved);
    let desk = scene.closed.open().desk(actor("audra", Role::Auditor));
    let broken = desk.verify_stream(scene.stream()).unwrap().broken.unwrap();
    assert_eq!((broken.revision, broken.why.as_str()), (5, "its facts, actor, time or place were altered"));
    assert!(desk.verify(None).unwrap().broken.is_some());
}

#[test]
fn a_state_that_is_not_what_the_events_say_is_found() {
    let differs = "what reads show is not what its events say";
    for sql in [
        "UPDATE cases SET title = 'Could not log in' WHERE number = 1",
        "UPDATE cases SET holder = (SELECT key FROM people WHERE id = 'ben') WHERE number = 1",
        "UPDATE cases SET holder = 0 WHERE number = 1",
        "UPDATE cases SET held_since = held_since - 1 WHERE number = 1",
        "UPDATE cases SET place = (SELECT min(key) FROM places WHERE category = 0) WHERE number = 1",
        "UPDATE cases SET type_version = 2 WHERE number = 1",
        "UPDATE cases SET prefix = 'X' WHERE number = 1",
        "UPDATE cases SET customer = (SELECT key FROM customers) WHERE number = 1",
        "UPDATE cases SET raised_by = (SELECT key FROM people WHERE id = 'ben') WHERE number = 1",
        "UPDATE cases SET raised_for = holder WHERE number = 1",
        "UPDATE cases SET raised_at = raised_at - 1 WHERE number = 1",
        "UPDATE cases SET updated_at = 0 WHERE number = 1",
        "UPDATE cases SET resolved_at = resolved_at - 1 WHERE number = 1",
        "UPDATE cases SET resolved_at = NULL WHERE number = 1",
        "UPDATE cases SET closed_at = resolved_at WHERE number = 1",
        "UPDATE cases SET reopened = 1 WHERE number = 1",
        "UPDATE cases SET notes = 2 WHERE number = 1",
        "INSERT INTO case_bodies (number, description) VALUES (1, 'It says so.')",
        "UPDATE notes SET text = 'Called, agreed.' WHERE number = 1",
        "UPDATE notes SET text = NULL WHERE number = 1",
        "UPDATE notes SET visibility = 1 WHERE number = 1",
        "UPDATE notes SET author = (SELECT key FROM people WHERE id = 'ben') WHERE number = 1",
        "UPDATE notes SET added_at = added_at - 1 WHERE number = 1",
        "UPDATE notes SET updated_at = added_at + 1 WHERE number = 1",
        "UPDATE notes SET edits = 1 WHERE number = 1",
        "UPDATE notes SET path = x'00000002' WHERE number = 1",
        "UPDATE notes SET parent = id WHERE number = 1",
        "UPDATE notes SET id = zeroblob(16) WHERE number = 1",
        "UPDATE notes SET number = 2, path = x'00000009' WHERE number = 1",
        "INSERT INTO notes SELECT entry + 1000, zeroblob(16), number, x'00000002', 0, author, added_at, NULL, 0, NULL, 'More.'
         FROM notes WHERE number = 1",
        "DELETE FROM notes WHERE number = 1",
    ] {
        let scene = scene();
        let sql = format!("{}; {sql}", introduced("ben").0);
        assert_eq!(scene.found(&sql), (scene.stream(), 5, differs.to_owned()), "{sql}");
    }
    let scene = scene();
    let sql = "UPDATE customers SET body = replace(body, 'Ada', 'Eve')";
    assert_eq!(scene.found(sql), (StreamId::Customer(scene.customer), 1, differs.to_owned()));
}

#[test]
fn a_state_that_stands_on_another_event_is_found() {
    for sql in [
        "UPDATE cases SET revision = 4 WHERE number = 1",
        "UPDATE cases SET hash = zeroblob(32) WHERE number = 1",
        "UPDATE cases SET hash = (SELECT hash FROM events WHERE stream = 4 AND revision = 4), revision = 4 WHERE number = 1",
    ] {
        let scene = scene();
        assert_eq!(scene.found(sql), (scene.stream(), 5, "events after it are missing".to_owned()), "{sql}");
    }
}

#[test]
fn what_is_derived_is_held_against_the_rest_by_check() {
    for (sql, what) in [
        ("UPDATE totals SET n = n + 1", "counts of cases"),
        ("INSERT INTO totals VALUES (5, 1, 1, 0, 1)", "counts of cases"),
        ("UPDATE totals SET a = a + 1 WHERE kind = 2", "counts of cases"),
        ("DELETE FROM totals WHERE kind = 1", "counts of cases"),
        ("INSERT INTO totals VALUES (4, 1, 1, 0, 1)", "counts of cases"),
        ("INSERT INTO totals VALUES (7, 1, 1, 0, 1)", "counts of cases"),
        ("INSERT INTO totals VALUES (1, 99, 0, 0, 0)", "counts of cases"),
        ("UPDATE places SET family = 2 WHERE key = 1", "families of places"),
        (
            "UPDATE words SET word = 'nothing' WHERE word = (SELECT min(word) FROM words)",
            "indexes of the search",
        ),
        ("DELETE FROM words", "indexes of the search"),
        ("UPDATE cases SET entry = 1 WHERE number = 1", "indexes of the search"),
        ("UPDATE cases SET requester = 'Eve' WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET workflow = zeroblob(16) WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET status = '{}' WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET steps = 'done' WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET failure = '{}' WHERE number = 1", "columns of cases"),
        // Lists find by them, and totals count them.
        ("UPDATE cases SET cause = 1 WHERE number = 1", "counts of cases"),
        ("UPDATE cases SET ready = 1 WHERE number = 1", "counts of cases"),
        ("UPDATE cases SET due_task = 1, due_task_at = 0 WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET due_at = 5 WHERE number = 1", "columns of cases"),
        ("UPDATE cases SET wakes_at = 2 WHERE number = 1", "columns of cases"),
        ("INSERT INTO case_tags VALUES (1, 1)", "tags of cases"),
        ("UPDATE customers SET name = 'Eve'", "indexes of the search"),
        ("UPDATE customers SET folded = 'eve'", "columns of customers"),
        ("UPDATE customers SET reference = 'CRM-2'", "columns of customers"),
        ("UPDATE customers SET revision = 7", "columns of customers"),
        ("UPDATE definitions SET revision = revision + 1 WHERE kind = 2", "revisions of definitions"),
        ("UPDATE file SET number_floor = 9", "floor of case numbers"),
        ("DELETE FROM claims", "names and references"),
        ("UPDATE claims SET stream = 4 WHERE kind = 2", "names and references"),
    ] {
        let scene = scene();
        scene.closed.tamper(sql);
        let said = scene.closed.open().check().err().map_or_else(String::new, |error| error.to_string());
        assert!(said.contains(what) && said.contains("call `repair_derived`"), "{sql}: {said}");
    }
}

#[test]
fn a_directory_of_people_that_was_altered_is_found_by_checking() {
    for (sql, what) in [
        ("UPDATE people SET name = 'Eve' WHERE id = 'u-17'", "people"),
        ("UPDATE people SET name = NULL WHERE id = 'u-17'", "people"),
        ("UPDATE people SET revision = 1 WHERE id = 'u-17'", "people"),
        ("UPDATE people SET hash = zeroblob(32) WHERE id = 'u-17'", "people"),
        ("UPDATE people SET entry = randomblob(16) WHERE id = 'u-17'", "streams"),
        (
            "UPDATE people SET entry = NULL, revision = NULL, hash = NULL, name = NULL WHERE id = 'u-17'",
            "streams",
        ),
        // Somebody whom nobody named.
        ("UPDATE people SET name = 'Eve' WHERE id = 'ben'", "people"),
        ("UPDATE people SET revision = 1 WHERE id = 'ben'", "people"),
    ] {
        let office = Office::on_file();
        office.other_agent().raise_case(NewCase::new("Support", "x")).unwrap();
        for name in ["Ada Obi", "Ada Lund"] {
            office.manager().name_people(vec![PersonName::new("u-17", name)]).unwrap();
        }
        let closed = office.close();
        closed.open().check().unwrap();
        closed.tamper(sql);
        let kit = closed.open();
        let said = kit.check().err().map_or_else(String::new, |error| error.to_string());
        assert!(said.contains(&format!("its {what} are wrong")), "{sql}: {said}");
        let named = kit.desk(actor("mona", Role::Manager)).people(PageRequest::first()).unwrap().rows;
        assert!(named.iter().all(|one| one.id == "u-17"), "{sql}: a name without an entry is not shown");
    }
}

#[test]
fn the_cut_tail_of_one_stream_is_found() {
    let scene = scene();
    let cut = format!("DELETE FROM events WHERE {}", scene.event(5));
    assert_eq!(scene.found(&cut), (scene.stream(), 4, "events after it are missing".to_owned()));
}

/// Cuts a tail or a stream so well that the rest is a sound file: only the head that was taken tells.
fn a_clean_cut(scene: &Scene) -> String {
    format!(
        "DELETE FROM events WHERE {};
         DELETE FROM notes WHERE number = 1;
         DELETE FROM cases WHERE number = 1;
         DELETE FROM streams WHERE key = 4",
        events_of(scene.stream())
    )
}

#[test]
fn a_missing_stream_is_found_by_the_head_in_the_file() {
    let scene = scene();
    let why = "events that this head covers were altered or removed";
    assert_eq!(scene.found(&a_clean_cut(&scene)), (StreamId::Ledger, 2, why.to_owned()));
}

#[test]
fn a_cut_tail_with_its_head_is_found_by_the_head_that_the_host_kept() {
    let scene = scene();
    scene.closed.tamper(&format!("{}; {WITHOUT_LEDGER}", a_clean_cut(&scene)));
    let kit = scene.closed.open();
    assert_eq!(verify(&kit, None).broken, None, "the file alone cannot tell");
    let broken = verify(&kit, Some(&scene.kept)).broken.unwrap();
    let place = (broken.stream, broken.revision, broken.position);
    assert_eq!(place, (StreamId::Ledger, 0, Some(scene.kept.position)));
    assert_eq!(
        (broken.kind, broken.why.as_str()),
        (Damage::KeptHeadMissing, "the head that was kept is not in this file")
    );
}

#[test]
fn a_forged_head_in_the_file_is_not_the_one_that_was_kept() {
    let scene = scene();
    let broken = scene.broken(&a_clean_cut(&scene), Some(&scene.kept));
    assert_eq!((broken.stream, broken.revision), (StreamId::Ledger, 2));
}

#[test]
fn events_without_a_state_are_found() {
    let scene = scene();
    let orphaned = "DELETE FROM notes WHERE number = 1; DELETE FROM cases WHERE number = 1";
    assert_eq!(scene.found(orphaned).2, "there are events of streams that are missing");
}
