//! What the library does by itself: it tries again what may pass, at the instants that it stated, and destroys what was
//! kept long enough.

use std::sync::{Arc, Mutex};

use casekit::casekit_core::Engine;
use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseId, DueReport, FailureView, Fault, PageRequest, ReleaseReport,
    Role, Scope, StreamId, Timestamp,
};
use chrono::TimeDelta;

use super::host::{Answer, Bureau};
use super::in_every_bureau;

in_every_bureau!(
    an_outage_over_a_weekend_is_outlasted,
    what_fails_to_be_built_is_tried_again_by_itself_too,
    what_does_not_pass_by_itself_waits_for_a_person,
    after_the_most_attempts_a_person_has_to_look,
    a_retry_by_a_person_starts_at_once_and_counts_on,
    what_is_withdrawn_while_it_waits_is_not_tried_again,
    a_clock_that_goes_back_makes_nothing_happen_twice,
    of_two_engines_at_once_one_sends_and_the_authorizer_is_not_asked,
    sources_that_failed_for_now_are_asked_again_by_themselves,
    nobody_is_asked_for_what_nobody_wants_any_more,
    a_collection_that_is_never_heard_of_is_followed_by_another,
    a_collection_that_is_never_heard_of_again_and_again_stays_for_a_person,
    of_two_engines_at_once_one_asks,
    what_is_due_next_is_the_end_of_a_lease_and_then_of_the_retention,
);

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
}

fn run(engine: &Engine) -> DueReport {
    engine.run_due(&|| true).unwrap()
}

/// Lets the time pass until what the report says is due next.
fn wait(bureau: &Bureau, report: &DueReport) {
    pass(bureau, report.next.unwrap() - report.at);
}

/// The clock of tests stands still now and then: of four seconds that pass it shows three.
fn pass(bureau: &Bureau, by: TimeDelta) {
    bureau.clock.pass(by.num_seconds() * 4 / 3 + 4);
}

fn ready(bureau: &Bureau, reference: &str) -> CaseId {
    let case = bureau.identified(reference).id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    case
}

fn fails_to_release(bureau: &Bureau, case: CaseId) -> FailureView {
    let report = bureau.petra().release(case).unwrap();
    let ReleaseReport::Failed { failure } = report else { panic!("{report:?}") };
    failure
}

fn failure(bureau: &Bureau, case: CaseId) -> Option<FailureView> {
    bureau.petra().summary(case).unwrap().failure
}

fn brought(bureau: &Bureau) -> u32 {
    *bureau.webform.brought.lock().unwrap()
}

fn an_outage_over_a_weekend_is_outlasted(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    let first = fails_to_release(bureau, case);
    let listed = bureau.petra().cases_with_errors(None, None, PageRequest::first()).unwrap().rows;
    assert_eq!((listed[0].failure.retry_at, listed[0].failure.attempts), (first.retry_at, 1));
    let mut report = run(&bureau.engine);
    assert_eq!((report.next, report.failed), (first.retry_at, 0), "not yet due");
    assert_eq!(brought(bureau), 1);

    let monday = first.at + TimeDelta::hours(64);
    let mut failures = 1;
    while report.delivered == 0 {
        wait(bureau, &report);
        if report.next.unwrap() < monday {
            bureau.webform.will([Answer::Fails(busy())]);
            failures += 1;
        }
        report = run(&bureau.engine);
        assert_eq!(report.delivered + report.failed, 1);
    }
    assert!(report.at - monday < TimeDelta::hours(8), "{}: within a working day", report.at);
    assert_eq!((brought(bureau), bureau.webform.sent().len()), (failures + 1, 1));
    assert_eq!(failure(bureau, case), None);

    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    let failed: Vec<_> = history.iter().filter(|entry| entry.code == "delivery_failed").collect();
    assert_eq!(failed.len() as u32, failures);
    assert!(failed.iter().all(|entry| entry.text.contains("tried again by itself from 2026-09-")));
    assert_eq!(failed.iter().filter(|entry| entry.actor == "casekit").count() as u32, failures - 1);
}

fn what_fails_to_be_built_is_tried_again_by_itself_too(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.press.faults.lock().unwrap().extend([Fault::transient("press_jammed", "wait"); 1]);
    let first = fails_to_release(bureau, case);
    assert!(first.retry_at.is_some_and(|from| from > first.at));
    let report = run(&bureau.engine);
    wait(bureau, &report);
    assert_eq!(run(&bureau.engine).delivered, 1);
}

fn what_does_not_pass_by_itself_waits_for_a_person(bureau: &Bureau) {
    let faults = [
        Fault::configuration("target_unknown", "webform", "set it"),
        Fault::permanent("never", "give up"),
        Fault::data("odd", "look"),
    ];
    for (reference, fault) in ["WEB-1", "WEB-2", "WEB-3"].into_iter().zip(faults) {
        let case = ready(bureau, reference);
        bureau.webform.will([Answer::Fails(fault)]);
        assert_eq!(fails_to_release(bureau, case).retry_at, None);
    }
    pass(bureau, TimeDelta::days(10));
    let report = run(&bureau.engine);
    assert_eq!((report.delivered, report.failed, report.next, brought(bureau)), (0, 0, None, 3));
    assert_eq!(bureau.petra().failure_overview().unwrap().count, 3);
}

fn after_the_most_attempts_a_person_has_to_look(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.webform.will((0..20).map(|_| Answer::Fails(busy())));
    fails_to_release(bureau, case);
    let mut report = run(&bureau.engine);
    let mut instants = vec![report.at];
    while let Some(next) = report.next {
        instants.push(next);
        wait(bureau, &report);
        report = run(&bureau.engine);
    }
    assert!(instants.is_sorted());
    let last = failure(bureau, case).unwrap();
    assert_eq!((last.attempts, last.retry_at, brought(bureau)), (20, None, 20));
    pass(bureau, TimeDelta::days(10));
    assert_eq!(run(&bureau.engine).delivered, 0);
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn a_retry_by_a_person_starts_at_once_and_counts_on(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy())]);
    let first = fails_to_release(bureau, case);
    let ReleaseReport::Failed { failure: second } = bureau.petra().retry(case).unwrap() else { panic!() };
    assert_eq!((second.attempts, brought(bureau)), (2, 2));
    let waits = |failure: &FailureView| failure.retry_at.unwrap() - failure.at;
    assert!(waits(&second) > waits(&first) * 2, "five minutes after one");
    let report = run(&bureau.engine);
    assert_eq!(report.next, second.retry_at);
    wait(bureau, &report);
    assert_eq!(run(&bureau.engine).delivered, 1);
}

fn what_is_withdrawn_while_it_waits_is_not_tried_again(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    fails_to_release(bureau, case);
    bureau.petra().withdraw(case, Some("she found it")).unwrap();
    let report = run(&bureau.engine);
    pass(bureau, TimeDelta::days(1));
    let later = run(&bureau.engine);
    assert_eq!((later.delivered, later.failed, brought(bureau)), (0, 0, 1));
    assert!(report.next.is_none_or(|next| next > report.at + TimeDelta::days(1)));
}

fn a_clock_that_goes_back_makes_nothing_happen_twice(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    let retry_at = fails_to_release(bureau, case).retry_at;
    bureau.clock.pass(-3_600);
    let report = run(&bureau.engine);
    assert_eq!((report.failed, report.next, brought(bureau)), (0, retry_at, 1));
    wait(bureau, &report);
    assert_eq!(run(&bureau.engine).delivered, 1);
    bureau.clock.pass(-86_400);
    assert_eq!((run(&bureau.engine).delivered, brought(bureau)), (0, 2));
}

/// Forbids everything, and keeps who was asked about.
struct Forbidding(Arc<Mutex<Vec<String>>>);

impl Authorizer for Forbidding {
    fn scope(&self, actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.0.lock().unwrap().push(actor.id.clone());
        Ok(Scope::all())
    }

    fn forbids(
        &self,
        actor: &Actor,
        _: &str,
        _: &Case,
        _: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        self.0.lock().unwrap().push(actor.id.clone());
        Ok(true)
    }
}

fn of_two_engines_at_once_one_sends_and_the_authorizer_is_not_asked(bureau: &Bureau) {
    let cases: Vec<CaseId> = (1..=5).map(|n| ready(bureau, &format!("WEB-{n}"))).collect();
    bureau.webform.will(cases.iter().map(|_| Answer::Fails(busy())));
    for case in &cases {
        fails_to_release(bureau, *case);
    }
    let asked = Arc::default();
    let other = bureau.guarded_by(Forbidding(Arc::clone(&asked)));
    pass(bureau, TimeDelta::hours(1));
    let both = std::thread::scope(|scope| {
        let runs = [&bureau.engine, &other].map(|engine| scope.spawn(move || run(engine)));
        runs.map(|one| one.join().unwrap().delivered)
    });
    assert_eq!((both[0] + both[1], brought(bureau), bureau.webform.sent().len()), (5, 10, 5));
    // What is destroyed is nothing to ask about either.
    pass(bureau, TimeDelta::days(40));
    assert_eq!(run(&other).destroyed, 5);
    assert_eq!(*asked.lock().unwrap(), Vec::<String>::new());
}

fn closed() -> Fault {
    Fault::transient("shop_closed", "the shop does not answer: try again later")
}

/// A request whose data petra wanted, from a shop that is closed for now.
fn uncollected(bureau: &Bureau, reference: &str) -> CaseId {
    let case = bureau.identified(reference).id;
    bureau.orders.fails(closed());
    let failure = bureau.petra().prepare_data(case).unwrap().failure.unwrap();
    assert!(failure.retry_at.is_some_and(|from| from > failure.at));
    case
}

fn sources_that_failed_for_now_are_asked_again_by_themselves(bureau: &Bureau) {
    let case = uncollected(bureau, "WEB-1");
    let mut report = run(&bureau.engine);
    assert_eq!((report.next, bureau.orders.asked()), (failure(bureau, case).unwrap().retry_at, 1));
    wait(bureau, &report);
    report = run(&bureau.engine);
    assert_eq!((report.failed, report.collected, bureau.orders.asked()), (1, 0, 2));
    let failed = failure(bureau, case).unwrap();
    assert_eq!((failed.attempts, failed.retry_at), (2, report.next));
    let listed = bureau.petra().cases_with_errors(None, None, PageRequest::first()).unwrap().rows;
    assert_eq!(listed[0].failure.retry_at, report.next);
    bureau.orders.works();
    wait(bureau, &report);
    report = run(&bureau.engine);
    assert_eq!((report.failed, report.collected, report.next, bureau.orders.asked()), (0, 1, None, 3));
    let summary = bureau.petra().summary(case).unwrap();
    assert_eq!((summary.failure, summary.snapshot.is_some()), (None, true));

    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    let by_itself: Vec<&str> = history
        .iter()
        .filter(|entry| entry.actor == "casekit" && entry.code != "source_asked")
        .map(|entry| entry.code.as_str())
        .collect();
    let [retried, failed, collected] = ["collection_retried", "step_failed", "snapshot_collected"];
    let mut said = [retried, collected, failed, retried, collected];
    if by_itself.first() == Some(&collected) {
        said.reverse();
    }
    assert_eq!(by_itself, said);
    assert!(audra.verify_stream(StreamId::Case(case)).unwrap().broken.is_none());
}

fn nobody_is_asked_for_what_nobody_wants_any_more(bureau: &Bureau) {
    let withdrawn = uncollected(bureau, "WEB-1");
    let revoked = uncollected(bureau, "WEB-2");
    let answered = uncollected(bureau, "WEB-3");
    bureau.petra().withdraw(withdrawn, None).unwrap();
    bureau.petra().revoke(revoked, "identification", Some("it was somebody else")).unwrap();
    bureau.petra().approve_no_data(answered, Some("the shop is closed for good")).unwrap();
    pass(bureau, TimeDelta::days(1));
    let report = run(&bureau.engine);
    assert_eq!((report.collected, report.failed, bureau.orders.asked(), report.next), (0, 0, 3, None));
}

fn a_collection_that_is_never_heard_of_is_followed_by_another(bureau: &Bureau) {
    let case = uncollected(bureau, "WEB-1");
    bureau.orders.works();
    wait(bureau, &run(&bureau.engine));
    let (engine, clock) = (Arc::clone(&bureau.engine), bureau.clock.clone());
    bureau.orders.meanwhile.happens(move || {
        let early = run(&engine);
        assert_eq!(early.collected, 0, "somebody asks just now");
        let lease = early.next.unwrap() - early.at;
        assert!(lease > TimeDelta::minutes(59) && lease <= TimeDelta::hours(1), "{lease}");
        clock.pass(2 * 3_600);
        assert_eq!(run(&engine).collected, 1);
    });
    // The first one comes back late, and nothing of it is recorded.
    assert_eq!(run(&bureau.engine).collected, 0);
    let summary = bureau.petra().summary(case).unwrap();
    assert_eq!((summary.failure, bureau.orders.asked()), (None, 3));
    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    assert_eq!(
        history.iter().filter(|entry| entry.code == "snapshot_collected").count(),
        2,
        "with the one that failed"
    );
}

fn a_collection_that_is_never_heard_of_again_and_again_stays_for_a_person(bureau: &Bureau) {
    let case = uncollected(bureau, "WEB-1");
    wait(bureau, &run(&bureau.engine));
    // Each attempt hangs until the lease is over, and the next begins meanwhile.
    for _ in 0..25 {
        let (engine, clock) = (Arc::clone(&bureau.engine), bureau.clock.clone());
        bureau.orders.meanwhile.happens(move || {
            clock.pass(2 * 3_600);
            run(&engine);
        });
    }
    run(&bureau.engine);
    let last = failure(bureau, case).unwrap();
    assert_eq!((last.attempts, last.retry_at, bureau.orders.asked()), (20, None, 20));
    assert_eq!(run(&bureau.engine).next, None);
}

fn of_two_engines_at_once_one_asks(bureau: &Bureau) {
    for reference in ["WEB-1", "WEB-2", "WEB-3", "WEB-4"] {
        uncollected(bureau, reference);
    }
    bureau.orders.works();
    let asked = Arc::default();
    let other = bureau.guarded_by(Forbidding(Arc::clone(&asked)));
    pass(bureau, TimeDelta::hours(1));
    let both = std::thread::scope(|scope| {
        let runs = [&bureau.engine, &other].map(|engine| scope.spawn(move || run(engine)));
        runs.map(|one| one.join().unwrap().collected)
    });
    assert_eq!((both[0] + both[1], bureau.orders.asked()), (4, 8));
    assert_eq!(*asked.lock().unwrap(), Vec::<String>::new());
}

fn what_is_due_next_is_the_end_of_a_lease_and_then_of_the_retention(bureau: &Bureau) {
    assert_eq!(run(&bureau.engine).next, None);
    let case = ready(bureau, "WEB-1");
    let seen: Arc<Mutex<Option<DueReport>>> = Arc::default();
    let (engine, sees) = (Arc::clone(&bureau.engine), Arc::clone(&seen));
    bureau.webform.meanwhile.happens(move || *sees.lock().unwrap() = Some(run(&engine)));
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Delivered { .. }));
    let meanwhile = seen.lock().unwrap().unwrap();
    let lease = meanwhile.next.unwrap() - meanwhile.at;
    assert!(lease > TimeDelta::minutes(9) && lease <= TimeDelta::minutes(10), "{lease}");

    let report = run(&bureau.engine);
    let delivered_at = bureau.petra().summary(case).unwrap().release.unwrap().delivered_at.unwrap();
    let kept_until: Timestamp = delivered_at + TimeDelta::days(30) + TimeDelta::microseconds(1);
    assert_eq!(report.next, Some(kept_until));
    wait(bureau, &report);
    let last = run(&bureau.engine);
    assert_eq!((last.destroyed, last.next), (1, None));
}
