//! Verifying while others work: nobody is accused who did nothing, and who tampered is found all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use casekit::{
    AuditHead, BrokenEvent, CaseId, CaseKit, Damage, Desk, Error, NewCase, OpenOptions, PageRequest,
    Rejection, Role, Scope, StreamId, VerifyReport,
};

use crate::build::{ClosedOffice, Office, Scoped, WITHOUT_LEDGER, actor, introduced, on_every_store};
use crate::meddled::Meddled;

on_every_store!(
    verifying_asks_for_many_streams_at_a_time,
    verifying_beside_writers_finds_nothing_broken,
    heads_taken_by_many_at_once_are_all_good,
    a_commit_between_any_two_reads_breaks_no_proof,
    what_is_written_after_the_beginning_is_not_counted,
    a_file_is_proven_in_a_few_walks_and_not_stream_by_stream,
    a_commit_between_any_two_reads_leaves_each_head_good,
    a_note_written_while_the_history_is_read_is_not_shown_to_who_may_not_see_it,
);

/// What a busy colleague does in one round: writes a note on a case that all share and edits their first there, raises a
/// case, takes a head.
fn round(kit: &CaseKit, shared: CaseId, round: u64) {
    let (desk, auditor) = (kit.desk(actor("ben", Role::Agent)), kit.desk(actor("audra", Role::Auditor)));
    desk.add_note(shared, "Called again.").unwrap();
    let first = desk.thread(shared, PageRequest::first().of(1)).unwrap().rows.remove(0);
    // Where somebody else wrote it, it stays.
    desk.edit_note(first.id, &format!("Called {round} times.")).ok();
    if round.is_multiple_of(3) {
        desk.raise_case(NewCase::new("Support", "Another one")).unwrap();
    }
    if round.is_multiple_of(5) {
        taken(&auditor);
    }
}

/// A head; that others were first too often is an honest answer, and asked again.
fn taken(auditor: &Desk) -> AuditHead {
    loop {
        match auditor.audit_head() {
            Ok(head) => return head,
            Err(Error::Rejected(Rejection::Contended { .. })) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Does something so many times while a colleague works, who gets no further ahead than some rounds each time: what is
/// to be proven would grow faster than it can be.
fn beside_a_writer<T>(kit: &CaseKit, shared: CaseId, times: u64, work: impl Fn() -> T) -> Vec<T> {
    const AHEAD: u64 = 12;
    let begun = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for place in 0..times * AHEAD {
                while place >= begun.load(Ordering::Acquire) * AHEAD {
                    thread::yield_now();
                }
                round(kit, shared, place);
            }
        });
        (1..=times)
            .map(|time| {
                begun.store(time, Ordering::Release);
                work()
            })
            .collect()
    })
}

fn verifying_asks_for_many_streams_at_a_time(office: &Office) {
    for place in 0..120 {
        let case = office.case(&format!("Case {place}")).id;
        office.agent().add_note(case, "Called, no answer.").unwrap();
    }
    let kept = office.auditor().audit_head().unwrap();
    let reads = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&reads);
    let kit = meddled(office, move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let auditor = kit.desk(actor("audra", Role::Auditor));
    reads.store(0, Ordering::SeqCst);
    let report = auditor.verify(Some(&kept)).unwrap();
    assert_eq!((report.events, report.broken), (kept.events + 1, None));
    assert!(report.streams > 130);
    assert!(reads.load(Ordering::SeqCst) < 15, "{reads:?} reads");
}

fn verifying_beside_writers_finds_nothing_broken(office: &Office) {
    let shared = office.case("Shared").id;
    let auditor = office.auditor();
    let kept = auditor.audit_head().unwrap();
    let reports = beside_a_writer(&office.kit, shared, 25, || {
        [
            auditor.verify(None).unwrap(),
            auditor.verify(Some(&kept)).unwrap(),
            auditor.verify(Some(&taken(&auditor))).unwrap(),
            auditor.verify_stream(StreamId::Case(shared)).unwrap(),
            auditor.verify_stream(StreamId::Ledger).unwrap(),
        ]
    });
    let broken: Vec<&BrokenEvent> =
        reports.iter().flatten().filter_map(|report| report.broken.as_ref()).collect();
    assert_eq!((broken.len(), broken.first()), (0, None));
}

fn heads_taken_by_many_at_once_are_all_good(office: &Office) {
    let shared = office.case("Shared").id;
    let heads: Vec<AuditHead> = thread::scope(|scope| {
        let taker = |_| {
            let auditor = office.auditor();
            scope.spawn(move || (0..10).map(|_| taken(&auditor)).collect::<Vec<_>>())
        };
        let takers: Vec<_> = (0..3).map(taker).collect();
        (0..20).for_each(|place| round(&office.kit, shared, place));
        takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    });
    let mut numbers: Vec<u64> = heads.iter().map(|head| head.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), heads.len(), "no two heads have one number");
    for head in &heads {
        assert_eq!(office.auditor().verify(Some(head)).unwrap().broken, None);
    }
}

/// An engine of its own on the office's store, before each of whose reads a colleague does something.
fn meddled(office: &Office, meddling: impl FnMut(&CaseKit) + Send + 'static) -> CaseKit {
    let colleagues = OpenOptions::new().with_store(Arc::clone(&office.store)).unwrap();
    let mut meddling = meddling;
    let store = Meddled::new(Arc::clone(&office.store), move || meddling(&colleagues));
    let shown = Scope { internal_notes: false, ..Scope::all() };
    OpenOptions::new().authorizer(Scoped(shown)).with_store(Arc::new(store)).unwrap()
}

/// A colleague works before each read, at most 300 times.
fn busily(shared: CaseId) -> impl FnMut(&CaseKit) + Send + 'static {
    let mut rounds = 0..300;
    move |kit| rounds.by_ref().take(1).for_each(|place| round(kit, shared, place))
}

fn a_file_is_proven_in_a_few_walks_and_not_stream_by_stream(office: &Office) {
    let cases: Vec<CaseId> = (0..400).map(|_| office.case("One of many").id).collect();
    for case in cases.iter().step_by(10) {
        office.agent().add_note(*case, "Called again.").unwrap();
    }
    let (reads, counted) = (Arc::new(AtomicU64::new(0)), Arc::clone(&office.store));
    let count = Arc::clone(&reads);
    let store = Meddled::new(counted, move || _ = count.fetch_add(1, Ordering::Relaxed));
    let kit = OpenOptions::new().with_store(Arc::new(store)).unwrap();
    reads.store(0, Ordering::Relaxed);
    let report = kit.desk(actor("audra", Role::Auditor)).verify(None).unwrap();
    assert_eq!((report.streams, report.broken), (411, None));
    let reads = reads.load(Ordering::Relaxed);
    assert!(reads < 30, "{reads} reads");
}

fn a_commit_between_any_two_reads_breaks_no_proof(office: &Office) {
    let shared = office.case("Shared").id;
    for place in 0..12 {
        round(&office.kit, shared, place);
    }
    let kept = office.auditor().audit_head().unwrap();
    let before = office.auditor().verify(None).unwrap();
    for kept in [None, Some(&kept)] {
        let kit = meddled(office, busily(shared));
        let report = kit.desk(actor("audra", Role::Auditor)).verify(kept).unwrap();
        assert_eq!(report.broken, None);
        assert!(report.events >= before.events && report.streams >= before.streams, "{report:?}");
    }
    for stream in [StreamId::Case(shared), StreamId::Ledger] {
        let kit = meddled(office, busily(shared));
        assert_eq!(kit.desk(actor("audra", Role::Auditor)).verify_stream(stream).unwrap().broken, None);
    }
}

fn what_is_written_after_the_beginning_is_not_counted(office: &Office) {
    let shared = office.case("Shared").id;
    round(&office.kit, shared, 0);
    let before = office.auditor().verify(None).unwrap();
    let reads = Arc::new(AtomicU64::new(0));
    let (since, mut busily) = (Arc::clone(&reads), busily(shared));
    let kit = meddled(office, move |kit| {
        // The second read says where the file ends.
        if since.fetch_add(1, Ordering::Relaxed) > 1 {
            busily(kit);
        }
    });
    let audra = kit.desk(actor("audra", Role::Auditor));
    reads.store(0, Ordering::Relaxed);
    let report = audra.verify(None).unwrap();
    assert_eq!(report, before);
    assert!(reads.load(Ordering::Relaxed) > 4, "something was written in between");
}

fn a_commit_between_any_two_reads_leaves_each_head_good(office: &Office) {
    let shared = office.case("Shared").id;
    let mut rounds = 0..40;
    let kit = meddled(office, move |kit| {
        // No heads here: with another one between any two reads this one could never be taken.
        for _ in rounds.by_ref().take(1) {
            kit.desk(actor("ben", Role::Agent)).add_note(shared, "Called again.").unwrap();
        }
    });
    let auditor = kit.desk(actor("audra", Role::Auditor));
    for _ in 0..5 {
        let head = auditor.audit_head().unwrap();
        assert_eq!(office.auditor().verify(Some(&head)).unwrap().broken, None);
    }
}

fn a_note_written_while_the_history_is_read_is_not_shown_to_who_may_not_see_it(office: &Office) {
    let case = office.case("Shared").id;
    // Whichever read it comes before: the first, the second, and so on.
    for moment in 0..12 {
        let mut reads = 0;
        let kit = meddled(office, move |colleagues| {
            if reads == moment {
                colleagues.desk(actor("ben", Role::Agent)).add_note(case, "The secret remark.").unwrap();
            }
            reads += 1;
        });
        let auditor = kit.desk(actor("audra", Role::Auditor));
        let history = auditor.history(StreamId::Case(case), PageRequest::first()).unwrap();
        assert!(!format!("{history:?}").contains("secret"), "before read {moment}");
    }
}

/// A file with two cases, each with notes, and a head that the host kept; `shared` is the one that others work on.
struct Scene {
    closed: ClosedOffice,
    shared: CaseId,
    kept: AuditHead,
}

fn scene() -> Scene {
    let office = Office::on_file();
    let (_, shared) = (office.case("Cannot log in").id, office.case("Shared").id);
    let first = office.agent().find_case("1").unwrap().id;
    for case in [first, shared] {
        office.agent().add_note(case, "Called, no answer.").unwrap();
        office.agent().add_note(case, "Called, came through.").unwrap();
    }
    let kept = office.auditor().audit_head().unwrap();
    Scene { closed: office.close(), shared, kept }
}

#[test]
fn tampering_is_found_beside_a_writer_by_every_proof() {
    let (introduce, mallory) = introduced("mallory");
    for (sql, why) in [
        ("DELETE FROM events WHERE stream = 4 AND revision = 3".to_owned(), "events after it are missing"),
        ("DELETE FROM events WHERE stream = 4 AND revision = 2".to_owned(), "an event before it is missing"),
        (
            format!("{introduce}; UPDATE events SET actor = {mallory} WHERE stream = 4 AND revision = 2"),
            "its facts, actor, time or place were altered",
        ),
        (
            "UPDATE cases SET title = 'Forged' WHERE number = 1".to_owned(),
            "what reads show is not what its events say",
        ),
        (
            "DELETE FROM events WHERE stream = 4; DELETE FROM notes WHERE number = 1;
             DELETE FROM cases WHERE number = 1; DELETE FROM streams WHERE key = 4"
                .to_owned(),
            "events that this head covers were altered or removed",
        ),
        (
            "DELETE FROM notes WHERE number = 1; DELETE FROM cases WHERE number = 1".to_owned(),
            "there are events of streams that are missing",
        ),
        (
            // As if the newest event of a stream had never been folded into what reads show.
            "UPDATE cases SET hash = (SELECT hash FROM events WHERE stream = 4 AND revision = 2), revision = 2
             WHERE number = 1"
                .to_owned(),
            "events after it are missing",
        ),
    ] {
        let scene = scene();
        scene.closed.tamper(&sql);
        let kit = scene.closed.open();
        let auditor = kit.desk(actor("audra", Role::Auditor));
        let found: Vec<VerifyReport> = beside_a_writer(&kit, scene.shared, 5, || {
            [None, Some(&scene.kept)].map(|kept| auditor.verify(kept).unwrap())
        })
        .into_iter()
        .flatten()
        .collect();
        let whys: Vec<&str> =
            found.iter().filter_map(|report| Some(report.broken.as_ref()?.why.as_str())).collect();
        assert_eq!(whys, [why; 10], "{sql}");
    }
}

#[test]
fn a_cut_tail_with_its_head_is_found_beside_a_writer_by_the_head_that_was_kept() {
    let scene = scene();
    scene.closed.tamper(WITHOUT_LEDGER);
    let kit = scene.closed.open();
    let auditor = kit.desk(actor("audra", Role::Auditor));
    let found = beside_a_writer(&kit, scene.shared, 10, || auditor.verify(Some(&scene.kept)).unwrap().broken);
    for broken in found {
        // Until the writer takes a first head anew, there is none in its place.
        let kind = broken.unwrap().kind;
        assert!([Damage::KeptHeadMissing, Damage::KeptHeadDiffers].contains(&kind), "{kind:?}");
    }
}
