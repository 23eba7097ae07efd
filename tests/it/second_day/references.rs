//! References of requests: compared as given, and when two requests share one, neither replaces the other.

use casekit::{CaseEdit, NewRequest, PageRequest, ReceivedRequest, StreamId};

use super::host::Bureau;
use super::in_every_bureau;

in_every_bureau!(
    references_that_differ_only_in_case_or_width_are_two_requests,
    another_persons_request_with_a_known_reference_gets_a_case_of_its_own,
    the_same_request_is_recognised_after_the_case_was_corrected,
    requests_that_share_a_reference_are_each_recognised,
    a_delivery_is_told_which_of_the_requests_it_answers,
    a_text_that_looks_like_a_number_is_a_reference_of_its_own,
    a_customer_is_linked_only_by_the_exact_reference,
);

fn receive(bureau: &Bureau, request: NewRequest) -> ReceivedRequest {
    bureau.petra().receive_request(request).unwrap()
}

fn ada(reference: &str) -> NewRequest {
    NewRequest::new(reference, "Ada Obi").with_credential("born", "1990-02-03").reply_to("ada@example.org")
}

fn bob(reference: &str) -> NewRequest {
    NewRequest::new(reference, "Bob Eze").with_credential("born", "1970-01-01")
}

fn references_that_differ_only_in_case_or_width_are_two_requests(bureau: &Bureau) {
    let first = receive(bureau, ada("aB3x"));
    for other in ["Ab3x", "AB3X", "ａB3x", "aB 3x"] {
        let received = receive(bureau, ada(other));
        assert!(!received.replayed && !received.reference_shared, "{other}");
        assert_ne!(received.id, first.id, "{other}");
    }
    assert_ne!(receive(bureau, ada("ß-1")).id, receive(bureau, ada("ss-1")).id);
    let again = receive(bureau, ada(" aB3x "));
    assert_eq!((again.id, again.replayed), (first.id, true));
}

fn another_persons_request_with_a_known_reference_gets_a_case_of_its_own(bureau: &Bureau) {
    let (petra, first) = (bureau.petra(), receive(bureau, ada("WEB-1")));
    let second = receive(bureau, bob("WEB-1"));
    assert!(!second.replayed && second.reference_shared);
    let (first, second) = (first.id.unwrap(), second.id.unwrap());
    assert_ne!(first, second);
    let shown = |case| {
        let request = petra.summary(case).unwrap().request.unwrap();
        (request.reference, request.reference_number, request.reference_shared, request.requester)
    };
    assert_eq!(shown(first), ("WEB-1".into(), 1, true, Some("Ada Obi".into())));
    assert_eq!(shown(second), ("WEB-1".into(), 2, true, Some("Bob Eze".into())));
    let told = |case, code: &str| {
        let mona = bureau.desk("mona", casekit::Role::Manager);
        let entries = mona.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
        entries.into_iter().filter(|entry| entry.code == code).map(|entry| entry.text).collect::<Vec<_>>()
    };
    assert_eq!(told(first, "reference_shared").len(), 1);
    assert!(
        told(second, "request_received")[0].contains("WEB-1#2"),
        "{:?}",
        told(second, "request_received")
    );
    assert!(receive(bureau, bob("WEB-1").described("more")).reference_shared);
    assert_eq!(told(first, "reference_shared").len(), 1, "nobody can fill another's history");
    let found: Vec<_> = petra.find_by_reference(" WEB-1").unwrap().into_iter().map(|case| case.id).collect();
    assert_eq!((found.len(), found[0], found[1]), (3, first, second));
    assert!(petra.find_by_reference("web-1").unwrap().is_empty());
    bureau.engine.store().check_part(None, 10_000).unwrap();
}

fn the_same_request_is_recognised_after_the_case_was_corrected(bureau: &Bureau) {
    let (petra, first) = (bureau.petra(), receive(bureau, ada("WEB-1").titled("Everything")));
    let edit = CaseEdit::new().title("Another title").description("Called her");
    petra.edit_case(first.id.unwrap(), edit).unwrap();
    let again = receive(bureau, ada("WEB-1").titled("Everything"));
    assert_eq!((again.id, again.replayed, again.reference_shared), (first.id, true, false));
}

fn requests_that_share_a_reference_are_each_recognised(bureau: &Bureau) {
    let requests = || [ada("WEB-1"), bob("WEB-1"), bob("WEB-1").described("Everything")];
    let first = requests().map(|request| receive(bureau, request).id);
    let again = requests().map(|request| receive(bureau, request));
    assert!(again.iter().all(|one| one.replayed && one.reference_shared));
    assert_eq!(again.map(|one| one.id), first);
}

fn a_delivery_is_told_which_of_the_requests_it_answers(bureau: &Bureau) {
    let petra = bureau.petra();
    let requests =
        [ada("WEB-1"), bob("WEB-1"), ada("WEB-2")].map(|request| receive(bureau, request).id.unwrap());
    for case in requests {
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "video call", &["passport"]).unwrap();
        petra.approve_no_data(case, Some("nothing is kept")).unwrap();
        petra.release(case).unwrap();
    }
    let told = bureau.webform.sent().into_iter().map(|sent| {
        (sent.case_number, sent.request_ref, sent.reference_number, sent.reference_shared, sent.reply_to)
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    let line = |case: &str, reference: &str, number, shared, to: &str| {
        (case.to_owned(), reference.to_owned(), number, shared, to.to_owned())
    };
    assert_eq!(
        told,
        [
            line("C-000001", "WEB-1", 1, true, "ada@example.org"),
            line("C-000002", "WEB-1", 2, true, ""),
            line("C-000003", "WEB-2", 1, false, "ada@example.org"),
        ]
    );
}

fn a_text_that_looks_like_a_number_is_a_reference_of_its_own(bureau: &Bureau) {
    let sent = receive(bureau, ada("WEB-1#2"));
    let (first, second) = (receive(bureau, ada("WEB-1")), receive(bureau, bob("WEB-1")));
    assert!(!sent.reference_shared && second.reference_shared);
    assert!(sent.id != first.id && sent.id != second.id);
    assert_eq!(receive(bureau, ada("WEB-1#2")).id, sent.id);
}

fn a_customer_is_linked_only_by_the_exact_reference(bureau: &Bureau) {
    let petra = bureau.petra();
    petra.create_customer(casekit::NewCustomer::named("Ada Obi").with_reference("CRM-1a")).unwrap();
    for (place, (reference, links)) in
        [("crm-1A", false), ("ＣRM-1a", false), (" CRM-1a ", true)].into_iter().enumerate()
    {
        let received = receive(bureau, ada(&format!("WEB-{place}")).about_customer(reference));
        let case = petra.case(received.id.unwrap()).unwrap();
        assert_eq!(case.customer.is_some(), links, "{reference}");
    }
}
