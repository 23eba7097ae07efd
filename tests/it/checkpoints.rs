//! Heads of the audit trail: what only they tell, also of who knows how hashes are made and makes them anew.

use casekit::casekit_core::commit::{Digest, StoredEvent, hex};
use casekit::casekit_core::store::EventQuery;
use casekit::{AuditHead, CaseId, CaseKit, Damage, Desk, Role, Store, StreamId};

use crate::build::{ClosedOffice, Office, WITHOUT_LEDGER, actor, events_of, introduced, open_store};

/// A file with two cases that were taken, and two heads; the first case came before the first head.
struct Scene {
    closed: ClosedOffice,
    first: CaseId,
    heads: [AuditHead; 2],
}

fn scene() -> Scene {
    let office = Office::on_file();
    let first = office.case("Cannot log in").id;
    office.agent().take_case(first).unwrap();
    let before = office.auditor().audit_head().unwrap();
    let second = office.case("Password lost").id;
    office.agent().take_case(second).unwrap();
    let after = office.auditor().audit_head().unwrap();
    Scene { closed: office.close(), first, heads: [before, after] }
}

fn auditor(kit: &CaseKit) -> Desk {
    kit.desk(actor("audra", Role::Auditor))
}

fn events(store: &dyn Store, stream: StreamId) -> Vec<StoredEvent> {
    store.events(&EventQuery::Stream { stream, after: 0, limit: 500 }).unwrap()
}

/// SQL that says which events are heads.
const CHECKPOINT: &str = "facts ->> '$.event' = 'checkpoint_taken'";

impl Scene {
    /// What is wrong, and at which revision of which stream.
    #[track_caller]
    fn found(&self, kept: Option<&AuditHead>) -> (StreamId, u64, String) {
        let report = auditor(&self.closed.open()).verify(kept).unwrap();
        let broken = report.broken.expect("somebody notices");
        (broken.stream, broken.revision, broken.why)
    }

    /// Rewrites who took the first case, in its event and in what reads show, with hashes that fit.
    fn forge_who_took_it(&self) {
        let first = StreamId::Case(self.first);
        let (introduce, mallory) = introduced("mallory");
        self.closed.tamper(&format!(
            "{introduce};
             UPDATE events SET actor = {mallory} WHERE {} AND revision >= 2;
             UPDATE cases SET holder = {mallory} WHERE number = 1",
            events_of(first)
        ));
        self.hash_anew(first, "cases");
    }

    /// Rewrites what a head says, with hashes that fit.
    fn forge_head(&self, number: u32, field: &str, value: &str) {
        let revision = self.ledger(number);
        self.closed.tamper(&format!(
            "UPDATE events SET facts = CAST(json_set(CAST(facts AS TEXT), '$.{field}', {value}) AS BLOB)
             WHERE {} AND revision = {revision}",
            events_of(StreamId::Ledger)
        ));
        self.hash_anew(StreamId::Ledger, "definitions");
    }

    /// The revision of the ledger in which a head was taken.
    fn ledger(&self, number: u32) -> u64 {
        let connection = rusqlite::Connection::open(&self.closed.path).unwrap();
        let sql =
            format!("SELECT revision FROM events WHERE {CHECKPOINT} ORDER BY revision LIMIT 1 OFFSET ?1");
        connection.query_row(&sql, [number - 1], |row| row.get::<_, u32>(0)).unwrap().into()
    }

    /// Makes the hashes of a stream anew.
    fn hash_anew(&self, stream: StreamId, table: &str) {
        let store = open_store(&self.closed.path);
        let events = events(store.as_ref(), stream);
        store.close().unwrap();
        let mut hash = Digest::default();
        for event in &events {
            hash = event.hash_after(&hash);
            self.closed.tamper(&format!(
                "UPDATE events SET hash = x'{}' WHERE position = {}",
                hex(&hash),
                event.position
            ));
        }
        let (hash, id) = (hex(&hash), hex(stream.uuid().as_bytes()));
        let kind = if table == "definitions" {
            format!("kind = {}", stream.kind().code())
        } else {
            "true".to_owned()
        };
        self.closed.tamper(&format!("UPDATE {table} SET hash = x'{hash}' WHERE id = x'{id}' AND {kind}"));
    }
}

const ALTERED: &str = "events that this head covers were altered or removed";

#[test]
fn a_head_says_its_own_place_what_it_covers_and_how_many_events_these_are() {
    let scene = scene();
    let [first, second] = &scene.heads;
    assert_eq!((first.number, second.number, second.position - first.position), (1, 2, 4));
    for head in [first, second] {
        // Nobody wrote meanwhile, and a file has no gaps.
        assert_eq!((head.covers, head.events), (head.position - 1, head.position - 1));
    }
    let kit = scene.closed.open();
    for kept in &scene.heads {
        assert_eq!(auditor(&kit).verify(Some(kept)).unwrap().broken, None);
        for (foreign, kind) in [
            (AuditHead { number: 0, ..kept.clone() }, Damage::KeptHeadMissing),
            (AuditHead { number: 7, ..kept.clone() }, Damage::KeptHeadMissing),
            (AuditHead { position: kept.position + 1, ..kept.clone() }, Damage::KeptHeadDiffers),
            (AuditHead { covers: kept.covers - 1, ..kept.clone() }, Damage::KeptHeadDiffers),
            (AuditHead { events: kept.events + 1, ..kept.clone() }, Damage::KeptHeadDiffers),
            (AuditHead { digest: "00".repeat(32), ..kept.clone() }, Damage::KeptHeadDiffers),
        ] {
            let report = auditor(&kit).verify([&foreign, first, second]).unwrap();
            let broken = report.broken.unwrap();
            assert_eq!((broken.kind, broken.position), (kind, Some(foreign.position)));
            assert_eq!(&report.confirmed, &scene.heads);
        }
    }
}

#[test]
fn a_history_forged_with_hashes_that_fit_is_found_by_the_head_in_the_file() {
    let scene = scene();
    scene.forge_who_took_it();
    assert_eq!(scene.found(None), (StreamId::Ledger, scene.ledger(1), ALTERED.to_owned()));
}

#[test]
fn a_head_that_cannot_have_been_taken_there_is_found_and_hides_nothing() {
    for (number, field, value, why) in [
        (1, "covers", "1000000", "this head covers what came after it"),
        (1, "position", "1000000", "this head was taken at another position"),
        (1, "number", "2", "this head has not the number after the one before it"),
        (1, "events", "12", ALTERED),
        (1, "digest", "'00'", ALTERED),
        (2, "covers", "13", "this head does not cover the one before it"),
        (2, "number", "1", "this head has not the number after the one before it"),
        (2, "digest", "'00'", ALTERED),
    ] {
        let scene = scene();
        scene.forge_head(number, field, value);
        let expected = (StreamId::Ledger, scene.ledger(number), why.to_owned());
        assert_eq!(scene.found(None), expected, "{field} of head {number}");
        scene.forge_who_took_it();
        assert_eq!(scene.found(None).0, StreamId::Ledger, "{field} of head {number}");
        assert_eq!(scene.found(Some(&scene.heads[1])).0, StreamId::Ledger, "{field} of head {number}");
    }
}

#[test]
fn a_head_moved_into_the_gap_of_what_was_cut_out_is_found() {
    let scene = scene();
    scene.closed.tamper(&format!(
        "DELETE FROM events WHERE {}; DELETE FROM cases WHERE number = 1; DELETE FROM streams WHERE key = 4;
         UPDATE events SET position = position - 1 WHERE {CHECKPOINT} AND revision = {}",
        events_of(StreamId::Case(scene.first)),
        scene.ledger(1)
    ));
    let moved = (StreamId::Ledger, scene.ledger(1), "this head was taken at another position".to_owned());
    assert_eq!(scene.found(None), moved);
    assert_eq!(scene.found(Some(&scene.heads[1])), moved);
}

#[test]
fn a_row_that_is_kept_under_the_id_of_another_stream_is_found_and_verifying_ends() {
    let last = format!("x'{}'", "ff".repeat(16));
    // Without a ledger too: then the last row of all is the one that says another id.
    for without_ledger in ["", WITHOUT_LEDGER] {
        for id in ["zeroblob(16)", &last] {
            let scene = scene();
            scene.closed.tamper(&format!("{without_ledger}; UPDATE cases SET id = {id} WHERE number = 1"));
            assert_eq!(scene.found(None).2, "it is kept under the id of another stream", "{id}");
        }
    }
}

#[test]
fn a_fact_of_another_kind_of_stream_is_damage() {
    let scene = scene();
    let (first, fact) = (StreamId::Case(scene.first), hex(br#"{"event":"case_type_activated"}"#));
    scene
        .closed
        .tamper(&format!("UPDATE events SET facts = x'{fact}' WHERE {} AND revision = 2", events_of(first)));
    scene.hash_anew(first, "cases");
    let cannot = "it cannot be read".to_owned();
    assert_eq!(scene.found(None), (StreamId::Case(scene.first), 2, cannot));
}

#[test]
fn positions_that_have_gaps_are_proven_as_any_others() {
    let office = Office::on_file();
    let first = office.case("Cannot log in").id;
    let closed = office.close();
    // As a server leaves them, whose transactions take a position and may fail.
    closed.tamper("UPDATE events SET position = position * 1000 + 7");
    let kit = closed.open();
    let head = auditor(&kit).audit_head().unwrap();
    assert_eq!(head.position, head.covers + 1);
    assert_eq!(head.covers, head.events * 1000 + 7);
    kit.desk(actor("amara", Role::Agent)).take_case(first).unwrap();
    let next = auditor(&kit).audit_head().unwrap();
    assert_eq!((next.covers, next.events), (head.position + 2, head.events + 3));
    for kept in [None, Some(&head), Some(&next)] {
        let report = auditor(&kit).verify(kept).unwrap();
        assert_eq!((report.events, report.broken), (next.events + 1, None));
    }
}

#[test]
fn a_stream_that_moved_to_other_positions_of_another_file_is_proven_there() {
    let scene = scene();
    let proven = auditor(&scene.closed.open()).verify_stream(StreamId::Case(scene.first)).unwrap();
    // Its number goes along; the keys of people and places are the other file's own.
    let other = Office::on_file();
    other.customer("Somebody else");
    other.desk("zoe", Role::Agent).create_customer(casekit::NewCustomer::named("One more")).unwrap();
    let other = other.close();
    other.tamper(&format!(
        "ATTACH '{}' AS old;
         INSERT OR IGNORE INTO people (id) SELECT id FROM old.people;
         INSERT INTO places SELECT key + 50, case_type, stage, category, team, priority, resolution, key + 50 FROM old.places;
         INSERT INTO streams SELECT * FROM old.streams WHERE key = 4;
         INSERT INTO events SELECT e.position + 1000, e.stream, e.revision, e.at, p.key, e.on_behalf_of, e.imported_by,
             e.request, e.facts, e.personal, e.salt, e.commitment, e.hash
             FROM old.events e JOIN old.people o ON o.key = e.actor JOIN people p ON p.id = o.id WHERE e.stream = 4;
         INSERT INTO cases SELECT * FROM old.cases WHERE number = 1;
         INSERT INTO case_bodies SELECT * FROM old.case_bodies WHERE number = 1;
         INSERT INTO case_stays SELECT * FROM old.case_stays WHERE number = 1;
         UPDATE cases SET place = place + 50,
             holder = (SELECT key FROM people WHERE id = (SELECT id FROM old.people o WHERE o.key = holder)),
             raised_by = (SELECT key FROM people WHERE id = (SELECT id FROM old.people o WHERE o.key = raised_by))",
        scene.closed.path.display()
    ));
    let kit = other.open();
    assert_eq!(auditor(&kit).verify_stream(StreamId::Case(scene.first)).unwrap(), proven);
    assert_eq!(proven.broken, None);
    assert_eq!(auditor(&kit).verify(None).unwrap().broken, None);
}
