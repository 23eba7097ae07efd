//! A commit that the server does not take: it is refused alone, and nothing of it is there.

use std::io::Write;
use std::thread;
use std::time::Duration;

use casekit_core::commit::Commit;
use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::model::{CaseId, CaseType, TeamId};
use casekit_core::store::{EventQuery, Store, StoreErrorKind, check_whole};

use crate::server::{Schema, address, is_here, open_psql};

/// Raises a case under a reference that no index holds: too long, and with nothing in it that could be compressed.
fn too_long(clerk: &Clerk<'_>, case_type: &CaseType) -> Commit {
    let reference: String = (0..120).map(|_| clerk.uuid().to_string()).collect();
    let new = RawCase { reference: Some(reference), ..RawCase::of(case_type, "From elsewhere") };
    clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), new)])
}

#[test]
fn a_text_that_no_index_holds_is_refused_and_those_who_share_its_transaction_are_not() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    let clerk = Clerk::new(&store);
    let case_type = clerk.case_type("Support");
    let error = store.commit(vec![too_long(&clerk, &case_type)]).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unsupported, "{error}");
    assert!(error.to_string().contains("shorten"), "{error}");
    // While somebody else has the lock those who come share what follows.
    let mut stranger = open_psql(&address(), &[]);
    let mut says = |sql: &str| {
        let sql = sql.replace("org.", &format!("{}.", schema.name()));
        stranger.stdin.as_mut().unwrap().write_all(sql.as_bytes()).unwrap();
    };
    says("BEGIN; SELECT position FROM org.file WHERE id = 1 FOR UPDATE;\n");
    let held = "SELECT count(*) FROM pg_locks WHERE relation = 'org.file'::regclass AND mode = 'RowShareLock' AND granted";
    while schema.meddle(held) == "0\n" {}
    let create = |name: &str| clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), name)]);
    thread::scope(|scope| {
        let first = create("First");
        let (store, case_type) = (&store, &case_type);
        let first = scope.spawn(move || store.commit(vec![first]));
        thread::sleep(Duration::from_millis(300));
        let (before, wrong, after) = (create("Before"), too_long(&clerk, case_type), create("After"));
        let sound = [before, after].map(|one| scope.spawn(move || store.commit(vec![one])));
        let wrong = scope.spawn(move || store.commit(vec![wrong]));
        thread::sleep(Duration::from_millis(300));
        says("COMMIT;\n");
        first.join().unwrap().unwrap().remove(0).unwrap();
        for one in sound {
            one.join().unwrap().unwrap().remove(0).unwrap();
        }
        assert_eq!(wrong.join().unwrap().unwrap_err().kind(), StoreErrorKind::Unsupported);
    });
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
    let events = store.events(&EventQuery::All { after: 0, limit: 100 }).unwrap();
    assert_eq!(events.len(), 4, "the type of cases and three teams");
    check_whole(&store).unwrap();
}

#[test]
fn what_cannot_be_sent_is_not_committed_without_it() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    let clerk = Clerk::new(&store);
    clerk.team("Berths");
    // The next position is none that the column has.
    schema.meddle("ALTER TABLE org.file ALTER position TYPE int2; UPDATE org.file SET position = 32767");
    let store = schema.open();
    let clerk = Clerk::seeded(&store, 2);
    let create = clerk.commit(vec![clerk.creates_team(TeamId(clerk.uuid()), "Cranes")]);
    store.commit(vec![create]).unwrap_err();
    assert_eq!(
        schema.meddle("SELECT count(*), max(position) FROM org.events"),
        "1|1\n",
        "nothing of it is there"
    );
    assert_eq!(schema.meddle("SELECT position FROM org.file"), "32767\n");
}
