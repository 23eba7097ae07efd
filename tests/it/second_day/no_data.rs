//! An answer that there is no data: it rests on a complete search that found nothing, or on a reason, and says no more
//! than is true.

use casekit::casekit_core::model::NoDataFinding;
use casekit::casekit_core::rejection::FieldRule;
use casekit::{CaseEdit, CaseId, Fault, NewCase, NewRequest, PageRequest, ReleaseReport, Role, StreamId};

use super::host::{Bureau, package};
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    a_complete_search_without_a_row_needs_no_reason,
    every_other_answer_without_data_needs_a_reason_that_the_record_keeps,
    what_an_answer_without_data_rests_on_is_what_was_approved,
    a_collection_has_every_other_case_of_the_customer,
);

const REASON: &str = "it is about somebody else";

/// A request by somebody whom the file does not know, identified by Petra.
fn stranger(bureau: &Bureau, reference: &str) -> CaseId {
    let petra = bureau.petra();
    let case = petra.receive_request(NewRequest::new(reference, "Sam Stranger")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &["passport"]).unwrap();
    case
}

fn a_complete_search_without_a_row_needs_no_reason(bureau: &Bureau) {
    *bureau.orders.rows.lock().unwrap() = Ok(Vec::new());
    let (case, petra) = (stranger(bureau, "WEB-1"), bureau.petra());
    petra.prepare_data(case).unwrap();
    petra.approve_no_data(case, None).unwrap();
    let approval = petra.summary(case).unwrap().steps.remove(1).approvals.remove(0);
    assert_eq!((approval.no_data, approval.reason), (Some(NoDataFinding::FoundNone), None));
    petra.release(case).unwrap();
    let (outcome, content) = package(bureau.webform.sent().remove(0));
    assert_eq!(outcome, "no_data");
    assert!(content.contains("no_data: Some(\n        FoundNone,\n    )"), "{content}");
}

/// Brings a case to the point where an answer without data would rest on this.
fn brought_to(bureau: &Bureau, finding: NoDataFinding) -> CaseId {
    let petra = bureau.petra();
    let identified = || bureau.identified(finding.code()).id;
    let shop_closed = || Fault::transient("shop_closed", "the shop is closed: try again later");
    match finding {
        NoDataFinding::NotAsked => identified(),
        NoDataFinding::NotGiven => {
            let case = identified();
            petra.prepare_data(case).unwrap();
            case
        }
        NoDataFinding::SourceFailed => {
            let case = identified();
            // What an earlier collection found does not make up for the one that failed.
            petra.prepare_data(case).unwrap();
            bureau.orders.fails(shop_closed());
            petra.prepare_data(case).unwrap();
            bureau.orders.works();
            case
        }
        NoDataFinding::SourceLeftOut => {
            // The file knows no profile of a stranger either.
            let case = stranger(bureau, finding.code());
            bureau.orders.fails(shop_closed());
            petra.prepare_data(case).unwrap();
            petra.leave_out_source(case, "shop", "it is being rebuilt").unwrap();
            bureau.orders.works();
            case
        }
        NoDataFinding::FoundNone => unreachable!("it needs no reason"),
    }
}

fn every_other_answer_without_data_needs_a_reason_that_the_record_keeps(bureau: &Bureau) {
    let petra = bureau.petra();
    // Named here: whether a finding needs a reason is what is tested.
    for finding in [
        NoDataFinding::NotGiven,
        NoDataFinding::NotAsked,
        NoDataFinding::SourceFailed,
        NoDataFinding::SourceLeftOut,
    ] {
        let case = brought_to(bureau, finding);
        for missing in [None, Some("  ")] {
            let refused = rejection(petra.approve_no_data(case, missing));
            let [field] = refused.fields() else { panic!("{refused:?}") };
            let rule = FieldRule::Missing { why: finding.code().into() };
            assert_eq!((field.field.as_str(), &field.rule), ("reason", &rule));
        }
        petra.approve_no_data(case, Some(REASON)).unwrap();
        let approval = petra.summary(case).unwrap().steps.remove(1).approvals.remove(0);
        assert_eq!((approval.no_data, approval.reason.as_deref()), (Some(finding), Some(REASON)));
        let audra = bureau.desk("audra", Role::Auditor);
        let history = audra.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
        assert!(history.iter().any(|entry| entry.reason.as_deref() == Some(REASON)), "{history:?}");
        let ReleaseReport::Delivered { .. } = petra.release(case).unwrap() else { panic!("{finding:?}") };
        let sent = bureau.webform.sent().into_iter().find(|one| one.request_ref == finding.code()).unwrap();
        let (_, content) = package(sent);
        assert!(content.contains(&format!("{finding:?}")) && content.contains(REASON), "{content}");
    }
}

fn what_an_answer_without_data_rests_on_is_what_was_approved(bureau: &Bureau) {
    let (case, petra) = (brought_to(bureau, NoDataFinding::NotGiven), bureau.petra());
    petra.approve_no_data(case, Some(REASON)).unwrap();
    let given = |case| petra.summary(case).unwrap().steps.remove(1).approvals.remove(0).digest;
    let first = given(case);
    petra.revoke(case, "data_approval", None).unwrap();
    petra.approve_no_data(case, Some("another reason")).unwrap();
    assert_ne!(given(case), first, "the reason is part of what is sent");
    petra.edit_case(case, CaseEdit::new().without_customer()).unwrap();
    petra.approve_identification(case, "letter", &[]).unwrap();
    // What was collected about another customer is gone, and nothing was asked about this one.
    let refused = rejection(petra.approve_no_data(case, None));
    assert_eq!(refused.fields()[0].rule, FieldRule::Missing { why: "not_asked".into() });
}

fn a_collection_has_every_other_case_of_the_customer(bureau: &Bureau) {
    let (case, petra) = (bureau.request("WEB-1").id, bureau.petra());
    let ada = petra.find_customer("CRM-1").unwrap().id;
    for n in 2..=600 {
        petra.raise_case(NewCase::new("Support", format!("Case {n}")).for_customer(ada)).unwrap();
    }
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &[]).unwrap();
    petra.prepare_data(case).unwrap();
    let page = petra.preview_data(case, "casekit", "cases", 598, 500).unwrap();
    assert_eq!((page.of, page.rows.len()), (599, 1), "the one that is answered stands in the package itself");
}
