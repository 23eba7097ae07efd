//! An answer whose case ends otherwise: nothing is built or sent any more, and every call comes to an end.

use std::sync::{Arc, mpsc};
use std::thread;

use casekit::casekit_core::Engine;
use casekit::casekit_core::model::DueTask;
use casekit::casekit_core::rejection::Blocker;
use casekit::casekit_core::store::{CaseFilter, CaseQuery};
use casekit::{
    CaseId, Desk, Direction, Error, Fault, NewDenial, Rejection, ReleaseReport, Resumed, Role, Sort,
    StreamId, Timestamp,
};
use chrono::TimeDelta;

use super::host::{Answer, Bureau};
use super::in_every_bureau;
use crate::build::{actor, rejection};

in_every_bureau!(
    a_withdrawn_answer_is_not_built_again,
    an_answer_withdrawn_while_it_is_built_goes_no_further,
    an_answer_withdrawn_while_it_is_sent_is_recorded_no_more,
    a_retry_beside_a_withdrawing_colleague_comes_to_an_end,
    an_answer_that_arrived_by_another_hand_is_delivered,
    a_late_failure_of_a_build_leaves_the_lease_of_who_sends,
    a_late_failure_of_an_earlier_delivery_leaves_the_lease_of_who_sends,
);

/// The two ways to an answer: what was found, and that it is denied.
#[derive(Clone, Copy, Debug)]
enum Way {
    Released,
    Denied,
}

impl Way {
    const BOTH: [Self; 2] = [Self::Released, Self::Denied];

    fn is_gone(self, desk: &Desk, case: CaseId) -> Result<ReleaseReport, Error> {
        match self {
            Self::Released => {
                desk.approve_no_data(case, Some("it is about somebody else"))?;
                desk.release(case)
            }
            Self::Denied => {
                let (code, reason) = ("excessive".to_owned(), "it is the fifth this week".to_owned());
                let (internal_reason, customer_reason) = (reason.clone(), reason);
                desk.deny(case, NewDenial { step: None, code, internal_reason, customer_reason })
            }
        }
    }
}

fn jammed() -> Fault {
    Fault::transient("press_jammed", "the press is jammed: try again later")
}

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
}

/// A case whose answer failed while it was built.
fn failed_build(bureau: &Bureau, reference: &str, way: Way) -> CaseId {
    let case = bureau.identified(reference).id;
    bureau.press.faults.lock().unwrap().push_back(jammed());
    let report = way.is_gone(&bureau.petra(), case).unwrap();
    assert!(matches!(report, ReleaseReport::Failed { .. }), "{report:?}");
    case
}

/// What is true of a withdrawn case: nothing is left to do, and no bytes are left that nobody refers to.
#[track_caller]
fn is_over(bureau: &Bureau, case: CaseId) {
    let outcome = bureau.petra().summary(case).unwrap().outcome;
    assert_eq!(outcome.as_deref(), Some("withdrawn"));
    let built = *bureau.press.built.lock().unwrap();
    for due_task in [DueTask::Deliver, DueTask::DestroyData] {
        let filter = CaseFilter {
            due_task: Some((due_task, Timestamp::MAX_UTC - TimeDelta::days(365))),
            ..CaseFilter::default()
        };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let query = CaseQuery { filter, sort, by_field: None, direction, after: None, limit: 9 };
        let due = bureau.engine.store().cases(&query).unwrap().answer.rows;
        assert!(due.iter().all(|row| row.id != case), "{due_task:?}");
    }
    bureau.clock.pass(3_600);
    assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed::default());
    assert_eq!(*bureau.press.built.lock().unwrap(), built, "nothing is built any more");
    let auditor = bureau.desk("audra", Role::Auditor);
    assert_eq!(auditor.verify_stream(StreamId::Case(case)).unwrap().broken, None);
    bureau.engine.store().check().unwrap();
}

#[track_caller]
fn has_ended(answer: Result<ReleaseReport, Error>) {
    let Rejection::Blocked { blockers, .. } = rejection(answer) else { panic!("it should be blocked") };
    assert_eq!(blockers, [Blocker::WorkflowEnded { outcome: "withdrawn".into() }]);
}

fn orphans(bureau: &Bureau) -> u64 {
    bureau.engine.store().blob_bytes().sweep(Timestamp::MAX_UTC - TimeDelta::days(365), 100).unwrap().len()
        as u64
}

fn a_withdrawn_answer_is_not_built_again(bureau: &Bureau) {
    for way in Way::BOTH {
        let case = failed_build(bureau, &format!("WEB-{way:?}"), way);
        bureau.petra().withdraw(case, None).unwrap();
        assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed::default());
        is_over(bureau, case);
        has_ended(bureau.petra().retry(case));
    }
    assert_eq!((*bureau.press.built.lock().unwrap(), orphans(bureau)), (2, 0));
    assert_eq!(bureau.webform.sent().len(), 0);
}

fn an_answer_withdrawn_while_it_is_built_goes_no_further(bureau: &Bureau) {
    for way in Way::BOTH {
        let case = failed_build(bureau, &format!("WEB-{way:?}"), way);
        let petra = bureau.petra();
        bureau.press.meanwhile.happens(move || {
            petra.withdraw(case, None).unwrap();
        });
        has_ended(bureau.petra().retry(case));
        is_over(bureau, case);
    }
    // Each failed once, and was built once more, for nothing.
    assert_eq!((*bureau.press.built.lock().unwrap(), orphans(bureau)), (4, 2));
    assert_eq!(*bureau.webform.brought.lock().unwrap(), 0);
}

/// The lease of a delivery runs out, another one fails, and only then is the first answered.
fn an_answer_withdrawn_while_it_is_sent_is_recorded_no_more(bureau: &Bureau) {
    for way in Way::BOTH {
        let case = bureau.identified(&format!("WEB-{way:?}")).id;
        let (petra, engine, clock) = (bureau.petra(), Arc::clone(&bureau.engine), bureau.clock.clone());
        bureau.webform.meanwhile.happens(move || {
            clock.pass(3_600);
            assert_eq!(engine.resume_deliveries().unwrap(), Resumed { delivered: 0, failed: 1 });
            petra.withdraw(case, None).unwrap();
        });
        bureau.webform.will([Answer::Fails(busy())]);
        has_ended(way.is_gone(&bureau.petra(), case));
        is_over(bureau, case);
    }
    assert_eq!(*bureau.webform.brought.lock().unwrap(), 4);
}

fn a_retry_beside_a_withdrawing_colleague_comes_to_an_end(bureau: &Bureau) {
    for round in 0..8 {
        let case = failed_build(bureau, &format!("WEB-{round}"), Way::BOTH[round % 2]);
        let (retried, withdrawn) = thread::scope(|scope| {
            let retry = scope.spawn(|| bureau.petra().retry(case));
            let withdraw = scope.spawn(|| bureau.petra().withdraw(case, None));
            (retry.join().unwrap(), withdraw.join().unwrap())
        });
        match withdrawn {
            Ok(_) => {
                has_ended(retried);
                is_over(bureau, case);
            }
            Err(Error::Rejected(_)) => {
                assert!(matches!(retried.unwrap(), ReleaseReport::Delivered { .. }), "round {round}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn an_answer_that_arrived_by_another_hand_is_delivered(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    let (engine, clock) = (Arc::clone(&bureau.engine), bureau.clock.clone());
    bureau.webform.meanwhile.happens(move || {
        clock.pass(3_600);
        assert_eq!(engine.resume_deliveries().unwrap(), Resumed { delivered: 1, failed: 0 });
    });
    let report = Way::Released.is_gone(&bureau.petra(), case).unwrap();
    assert!(matches!(report, ReleaseReport::Delivered { .. }));
    assert_eq!((bureau.webform.sent().len(), *bureau.webform.brought.lock().unwrap()), (1, 2));
}

/// Somebody who is in the midst of something until they are told to go on.
struct Stopped {
    begun: mpsc::Receiver<()>,
    proceed: mpsc::Sender<()>,
}

/// Something that stops in its midst, and who stops there.
fn stops() -> (impl FnOnce() + Send + 'static, Stopped) {
    let ((tell, begun), (proceed, told)) = (mpsc::channel(), mpsc::channel());
    let stop = move || {
        tell.send(()).unwrap();
        // Whoever would have told it to go on may have failed: then it goes on too.
        told.recv().ok();
    };
    (stop, Stopped { begun, proceed })
}

fn resume(engine: &Engine) -> Resumed {
    engine.resume_deliveries().unwrap()
}

fn a_late_failure_of_a_build_leaves_the_lease_of_who_sends(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    thread::scope(|scope| {
        let ((stop_building, builder), (stop_sending, sender)) = (stops(), stops());
        bureau.press.meanwhile.happens(stop_building);
        bureau.webform.meanwhile.happens(stop_sending);
        let slow = scope.spawn(|| bureau.petra().release(case).unwrap());
        builder.begun.recv().unwrap();
        let fast = scope.spawn(|| resume(&bureau.engine));
        sender.begun.recv().unwrap();
        // The package is built and on its way: that another one could not build it is of no matter.
        bureau.press.faults.lock().unwrap().push_back(jammed());
        builder.proceed.send(()).unwrap();
        assert_eq!(slow.join().unwrap(), ReleaseReport::UnderWay);
        assert_eq!(resume(&bureau.engine), Resumed::default(), "somebody sends it just now");
        assert_eq!(rejection(bureau.petra().retry(case)).code(), "blocked", "nothing failed");
        sender.proceed.send(()).unwrap();
        assert_eq!(fast.join().unwrap(), Resumed { delivered: 1, failed: 0 });
    });
    assert_eq!(*bureau.webform.brought.lock().unwrap(), 1);
}

fn a_late_failure_of_an_earlier_delivery_leaves_the_lease_of_who_sends(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    thread::scope(|scope| {
        let ((stop_first, first), (stop_second, second)) = (stops(), stops());
        bureau.webform.meanwhile.happens(stop_first);
        bureau.webform.meanwhile.happens(stop_second);
        let slow = scope.spawn(|| bureau.petra().release(case).unwrap());
        first.begun.recv().unwrap();
        bureau.clock.pass(3_600);
        let fast = scope.spawn(|| resume(&bureau.engine));
        second.begun.recv().unwrap();
        bureau.webform.will([Answer::Fails(busy())]);
        first.proceed.send(()).unwrap();
        assert_eq!(slow.join().unwrap(), ReleaseReport::UnderWay);
        assert_eq!(resume(&bureau.engine), Resumed::default(), "somebody sends it just now");
        second.proceed.send(()).unwrap();
        assert_eq!(fast.join().unwrap(), Resumed { delivered: 1, failed: 0 });
    });
    let desk = bureau.engine.desk(actor("petra", Role::Approver));
    assert_eq!(desk.summary(case).unwrap().release.unwrap().attempts, 2);
    assert_eq!(*bureau.webform.brought.lock().unwrap(), 2);
}
