//! Calls of several steps under a request id: a repeat does nothing again that the first one has done.

use casekit::{Fault, NewRequest, ReleaseReport, Role};

use super::host::{Answer, Bureau};
use super::in_every_bureau;

in_every_bureau!(
    a_repeated_retry_sends_nothing_again,
    a_repeated_retry_collects_nothing_again,
    a_repeated_preparation_collects_nothing_again,
    a_repeated_release_does_not_try_again_what_failed,
    a_retry_of_many_has_a_request_of_its_own_for_each,
    a_request_that_arrives_again_spends_the_id_of_the_call,
);

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
}

fn brought(bureau: &Bureau) -> u32 {
    *bureau.webform.brought.lock().unwrap()
}

fn to_be_released(bureau: &Bureau, reference: &str) -> casekit::CaseId {
    let case = bureau.identified(reference).id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    case
}

fn attempts(report: ReleaseReport) -> u32 {
    match report {
        ReleaseReport::Failed { failure } => failure.attempts,
        other => panic!("{other:?}"),
    }
}

fn a_repeated_retry_sends_nothing_again(bureau: &Bureau) {
    let (petra, case) = (bureau.petra(), to_be_released(bureau, "WEB-1"));
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy())]);
    petra.release(case).unwrap();
    let first = attempts(petra.request("retry-1").retry(case).unwrap());
    assert_eq!((first, brought(bureau)), (2, 2));
    assert_eq!(attempts(petra.request("retry-1").retry(case).unwrap()), 2);
    assert_eq!(brought(bureau), 2, "the webform would have taken it this time");
    assert!(matches!(petra.request("retry-2").retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert!(matches!(petra.request("retry-1").retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(brought(bureau), 3);
}

fn a_repeated_retry_collects_nothing_again(bureau: &Bureau) {
    let (petra, case) = (bureau.petra(), bureau.identified("WEB-1").id);
    bureau.orders.fails(busy());
    petra.prepare_data(case).unwrap();
    assert_eq!(attempts(petra.request("retry-1").retry(case).unwrap()), 2);
    let asked = bureau.orders.asked();
    bureau.orders.works();
    assert_eq!(attempts(petra.request("retry-1").retry(case).unwrap()), 2);
    assert_eq!(bureau.orders.asked(), asked);
    assert_eq!(petra.request("retry-2").retry(case).unwrap(), ReleaseReport::Recovered);
}

fn a_repeated_preparation_collects_nothing_again(bureau: &Bureau) {
    let (petra, case) = (bureau.petra(), bureau.identified("WEB-1").id);
    let first = petra.request("prepare-1").prepare_data(case).unwrap();
    let (asked, revision) = (bureau.orders.asked(), petra.case(case).unwrap().revision);
    let again = petra.request("prepare-1").prepare_data(case).unwrap();
    assert_eq!(
        (again.id, bureau.orders.asked()),
        (first.id, asked),
        "the snapshot that was seen can still be approved"
    );
    assert_eq!(petra.case(case).unwrap().revision, revision);
    petra.approve_data(case, first.id.unwrap(), Vec::new()).unwrap();
}

fn a_repeated_release_does_not_try_again_what_failed(bureau: &Bureau) {
    let (petra, case) = (bureau.petra().request("release-1"), to_be_released(bureau, "WEB-1"));
    bureau.webform.will([Answer::Fails(busy())]);
    assert_eq!(attempts(petra.release(case).unwrap()), 1);
    assert_eq!(attempts(petra.release(case).unwrap()), 1);
    assert_eq!(brought(bureau), 1);
}

fn a_retry_of_many_has_a_request_of_its_own_for_each(bureau: &Bureau) {
    let petra = bureau.petra();
    let cases = ["WEB-1", "WEB-2", "WEB-3"].map(|reference| to_be_released(bureau, reference));
    bureau.webform.will([
        Answer::Fails(busy()),
        Answer::Fails(busy()),
        Answer::Fails(busy()),
        Answer::Fails(busy()),
    ]);
    cases.iter().for_each(|case| drop(petra.release(*case).unwrap()));
    let mona = bureau.desk("mona", Role::Manager).request("fix-1");
    let retried = mona.retry_all("webform_unavailable", None).unwrap();
    let delivered = |one: &&casekit::Retried| matches!(one.report, Some(ReleaseReport::Delivered { .. }));
    assert_eq!((retried.len(), retried.iter().filter(delivered).count(), brought(bureau)), (3, 2, 6));
    let again = mona.retry_all("webform_unavailable", None).unwrap();
    assert_eq!((again.len(), again[0].case, brought(bureau)), (1, cases[0], 6));
    assert_eq!(attempts(again[0].report.clone().unwrap()), 2);
}

fn a_request_that_arrives_again_spends_the_id_of_the_call(bureau: &Bureau) {
    let petra = bureau.petra().request("once");
    let request = || NewRequest::new("WEB-1", "Ada Obi");
    let first = bureau.petra().receive_request(request()).unwrap();
    for _ in 0..2 {
        let again = petra.receive_request(request()).unwrap();
        assert_eq!(
            (again.id, again.number, again.revision),
            (first.id, first.number.clone(), first.revision)
        );
        assert!(again.replayed);
    }
    let other = petra.receive_request(NewRequest::new("WEB-2", "Ada Obi")).map_err(|error| error.code());
    assert_eq!(other, Err("request_id_reused"), "spent on another request");
    let raised = petra.raise_case(casekit::NewCase::new("Support", "x")).map_err(|error| error.code());
    assert_eq!(raised, Err("request_id_reused"), "or on another command");
}
