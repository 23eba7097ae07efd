//! A server whose answers are lost: what was asked for is done once, and its caller hears of it.

use std::sync::Arc;

use casekit::casekit_core::memory::MemoryStore;
use casekit::{CaseKit, CasesQuery, NewCase, OpenOptions, PageRequest, Role, Store};

use crate::build::actor;
use crate::meddled::{Loss, Meddled};

/// A kit on a store that was set up before, and then loses answers.
fn losing(losses: &[Loss]) -> (Arc<dyn Store>, CaseKit) {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    OpenOptions::new().with_store(Arc::clone(&store)).unwrap();
    let lossy = Meddled::losing(Arc::clone(&store), losses);
    (store, OpenOptions::new().with_store(Arc::new(lossy)).unwrap())
}

#[test]
fn a_lost_answer_is_settled_whether_it_was_written_or_not() {
    use Loss::{AfterWriting, BeforeWriting, None};
    for losses in [
        vec![AfterWriting],
        vec![BeforeWriting],
        vec![BeforeWriting, AfterWriting],
        vec![BeforeWriting, BeforeWriting, BeforeWriting, AfterWriting],
        vec![AfterWriting, None, BeforeWriting],
    ] {
        for request in [Option::None, Some("r-1")] {
            let (store, kit) = losing(&losses);
            let mut desk = kit.desk(actor("amara", Role::Agent));
            if let Some(request) = request {
                desk = desk.request(request);
            }
            let raised = desk.raise_case(NewCase::new("Support", "Once")).unwrap();
            assert!(!raised.replayed, "{losses:?}");
            let desk = kit.desk(actor("amara", Role::Agent));
            let cases = desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
            assert_eq!(cases.len(), 1, "{losses:?}: carried out once");
            assert_eq!((cases[0].id, &cases[0].number), (raised.id, &raised.number), "the first receipt");
            desk.take_case(raised.id).unwrap();
            assert_eq!(
                kit.desk(actor("audra", Role::Auditor)).verify(Option::None).unwrap().broken,
                Option::None
            );
            store.check().unwrap();
        }
    }
}

#[test]
fn where_nobody_answers_the_caller_is_told_under_which_request_id_to_repeat() {
    let (_, kit) = losing(&[Loss::BeforeWriting; 9]);
    let desk = kit.desk(actor("amara", Role::Agent));
    let lost = desk.raise_case(NewCase::new("Support", "Once")).unwrap_err();
    assert_eq!(lost.code(), "uncertain");
    let said = lost.to_string();
    let id = said.split('`').nth(1).unwrap();
    let repeated = (0..3).find_map(|_| desk.request(id).raise_case(NewCase::new("Support", "Once")).ok());
    assert!(repeated.is_some(), "{said}");
    assert_eq!(desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.len(), 1);
}

#[test]
fn a_store_that_loses_no_answers_keeps_no_request_that_nobody_named() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let kit = OpenOptions::new().with_store(Arc::clone(&store)).unwrap();
    kit.desk(actor("amara", Role::Agent)).raise_case(NewCase::new("Support", "Once")).unwrap();
    assert_eq!(store.requests(Option::None, 10).unwrap().len(), 0);
}
