//! The past in copies and backups, beside writers, and in a file that somebody altered.

use std::ops::ControlFlow;
use std::sync::Arc;

use casekit::casekit_core::memory::MemoryStore;
use casekit::{
    CaseEdit, Moment, NewNote, OpenOptions, Restored, Role, Store, StoreErrorKind, StreamId, copy_store,
};

use super::seen::then;
use super::{Seen, retitled, titled};
use crate::build::{Office, actor, events_of, fault, on_every_store, open_store};
use crate::meddled::Meddled;

on_every_store!(a_copy_says_the_same_of_the_past, what_is_written_between_two_reads_changes_no_past);

fn a_copy_says_the_same_of_the_past(office: &Office) {
    let (audra, mut seen) = (office.auditor(), Seen::default());
    let case = office.case("Cannot log in").id;
    for place in 0..4 {
        office.agent().add_note(case, format!("Note {place}").as_str()).unwrap();
        seen.look(&audra, office.store.as_ref());
        retitled(office, case, &format!("Title {place}"));
        seen.look(&audra, office.store.as_ref());
    }
    let folder = tempfile::tempdir().unwrap();
    let copies: [Arc<dyn Store>; 3] = [
        Arc::new(MemoryStore::new()),
        Arc::new(MemoryStore::with_short_pages()),
        open_store(&folder.path().join("copy.db")),
    ];
    for copy in copies {
        copy_store(office.store.as_ref(), copy.as_ref(), &mut |_| ControlFlow::Continue(())).unwrap();
        let kit = OpenOptions::new().with_store(Arc::clone(&copy)).unwrap();
        seen.is_said_later(&kit.desk(actor("audra", Role::Auditor)), copy.as_ref());
    }
}

#[test]
fn a_backup_that_is_gone_on_with_says_the_same_of_the_past() {
    let (office, mut seen) = (Office::on_file(), Seen::default());
    let case = office.case("Cannot log in").id;
    for title in ["A", "B"] {
        retitled(&office, case, title);
        office.agent().add_note(case, title).unwrap();
        seen.look(&office.auditor(), office.store.as_ref());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.db");
    office.kit.backup_to(&path).unwrap();
    let newest = office.store.last_position().unwrap();
    retitled(&office, case, "Lost");
    OpenOptions::new().restored(Restored { number_floor: None }).open(&path).unwrap().close().unwrap();
    let store = open_store(&path);
    let kit = OpenOptions::new().with_store(Arc::clone(&store)).unwrap();
    let desk = kit.desk(actor("root", Role::Administrator));
    desk.edit_case(case, CaseEdit::new().title("Gone on")).unwrap();
    seen.is_said_later(&desk, store.as_ref());
    assert_eq!(titled(&desk, case, Moment::Position(newest + 1)), "B", "what was lost is nowhere");
    assert_eq!(titled(&desk, case, Moment::Position(store.last_position().unwrap())), "Gone on");
}

fn what_is_written_between_two_reads_changes_no_past(office: &Office) {
    let amara = office.agent();
    let case = office.case("Cannot log in").id;
    let note = amara.add_note(case, NewNote::for_customer("First")).unwrap().id;
    let mut seen = Seen::default();
    seen.look(&office.auditor(), office.store.as_ref());
    let (position, busy) = (office.store.last_position().unwrap(), office.agent());
    let mut round = 0;
    let store = Meddled::new(Arc::clone(&office.store), move || {
        round += 1;
        busy.edit_note(note, &format!("Edit {round}")).unwrap();
        busy.edit_case(case, CaseEdit::new().title(format!("Title {round}"))).unwrap();
        busy.reply(note, "More").unwrap();
    });
    let kit = OpenOptions::new().with_store(Arc::new(store)).unwrap();
    let desk = kit.desk(actor("audra", Role::Auditor));
    for moment in [Moment::Position(position), Moment::Revision(2)] {
        let (summary, thread) = then(&desk, case, moment, 1);
        assert_eq!((summary.case.title.as_str(), summary.case.revision), ("Cannot log in", 2));
        assert_eq!(thread.iter().map(|note| note.text.as_deref()).collect::<Vec<_>>(), [Some("First")]);
    }
    seen.is_said_later(&office.auditor(), office.store.as_ref());
}

#[test]
fn a_history_with_a_gap_or_without_its_end_is_shown_to_nobody() {
    for missing in ["revision = 1", "revision = 2", "revision = 4", "revision >= 3"] {
        let office = Office::on_file();
        let case = office.case("Cannot log in").id;
        let instants = ["A", "B", "C"].map(|title| retitled(&office, case, title));
        let newest = office.store.last_position().unwrap();
        office.case("Another");
        let closed = office.close();
        closed.tamper(&format!("DELETE FROM events WHERE {missing} AND {}", events_of(StreamId::Case(case))));
        let kit = closed.open();
        let desk = kit.desk(actor("audra", Role::Auditor));
        for moment in [Moment::Revision(4), Moment::Position(newest), Moment::Instant(instants[2])] {
            let kind = fault(desk.case_at(case, moment)).kind();
            assert_eq!(kind, StoreErrorKind::Corrupt, "{missing}: {moment:?}");
        }
        if missing == "revision >= 3" {
            assert_eq!(titled(&desk, case, Moment::Revision(2)), "A", "what is there can still be shown");
        }
        kit.close().unwrap();
    }
}
