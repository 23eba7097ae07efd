//! Sources one by one: what each answered, asking one again alone, and leaving out one that fails.

use casekit::casekit_core::model::NoDataFinding;
use casekit::casekit_core::rejection::FieldRule;
use casekit::{
    Action, Blocker, CaseEdit, CaseId, DataValue, Desk, Fault, NewRedaction, PageRequest, Rejection,
    ReleaseReport, Role, SettingsEdit, SnapshotView, SourceKind, SourceSetting, SourceState, StreamId,
};

use super::host::{Bureau, package};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    a_source_that_fails_does_not_throw_away_what_the_others_found,
    a_retry_asks_only_what_failed,
    one_source_is_asked_again_alone,
    a_source_is_left_out_with_a_reason_that_the_answer_says,
    a_source_that_is_left_out_is_not_asked_until_somebody_names_it,
    only_a_source_that_failed_is_left_out,
    an_approval_covers_what_is_left_out,
    no_data_with_a_source_left_out_is_not_a_complete_search,
    a_collection_that_another_overtook_is_void,
    what_is_too_much_with_one_source_is_kept_without_it,
    what_is_left_out_is_forgotten_with_the_customer,
);

const WHY: &str = "the system is being replaced, and cannot be read before summer";

/// Has the settings name a source `crm`, which the host cannot open.
fn with_crm(bureau: &Bureau) {
    let sources = vec![SourceSetting { name: "crm".into(), kind: SourceKind::csv("/srv/crm", "id") }];
    let edit = SettingsEdit { sources: Some(sources), ..SettingsEdit::default() };
    bureau.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
}

fn closed() -> Fault {
    Fault::transient("shop_closed", "the shop is closed: try again later")
}

/// What came of each source: its name, its state and the rows that it found.
fn states(view: &SnapshotView) -> Vec<(&str, SourceState, Option<u64>)> {
    view.sources.iter().map(|one| (one.name.as_str(), one.state, one.rows)).collect()
}

/// The sources that there are to choose from, by a refusal of one that is not among them.
fn choices(refused: &Rejection) -> Vec<&str> {
    let [field] = refused.fields() else { panic!("{refused:?}") };
    let FieldRule::Unknown { choices } = &field.rule else { panic!("{refused:?}") };
    assert_eq!(field.field, "source");
    choices.names.iter().map(String::as_str).collect()
}

/// The case with the CRM failed and the shop's orders found.
fn without_crm(bureau: &Bureau) -> (CaseId, Desk, SnapshotView) {
    with_crm(bureau);
    let (case, petra) = (bureau.identified("WEB-1").id, bureau.petra());
    let collected = petra.prepare_data(case).unwrap();
    (case, petra, collected)
}

fn a_source_that_fails_does_not_throw_away_what_the_others_found(bureau: &Bureau) {
    let (case, petra, collected) = without_crm(bureau);
    assert_eq!(
        states(&collected),
        [
            ("casekit", SourceState::Found, Some(1)),
            ("crm", SourceState::Failed, None),
            ("shop", SourceState::Found, Some(2)),
        ]
    );
    let failure = collected.failure.as_ref().unwrap();
    assert_eq!((failure.code.as_str(), failure.setting.as_deref()), ("source_missing", Some("sources.crm")));
    assert_eq!(collected.sources[1].failure.as_ref(), Some(failure));
    assert!(collected.sources.iter().all(|one| one.asked_at.is_some() && one.took_ms.is_some()));
    // What was found can be looked at, and not be approved.
    assert_eq!(collected.id, None);
    assert_eq!(petra.preview_data(case, "shop", "orders", 0, 10).unwrap().rows.len(), 2);
    assert_eq!(petra.summary(case).unwrap().snapshot.as_ref(), Some(&collected));
    let sources = vec!["crm".to_owned()];
    assert_eq!(why_not(bureau, case, Action::ApproveData), [Blocker::SourcesFailed { sources }]);
    assert_eq!(petra.failure_overview().unwrap().count, 1);
}

fn a_retry_asks_only_what_failed(bureau: &Bureau) {
    let (case, petra) = (bureau.identified("WEB-1").id, bureau.petra());
    with_crm(bureau);
    bureau.orders.fails(closed());
    let failed = petra.prepare_data(case).unwrap();
    let asked_at = |view: &SnapshotView| view.sources.iter().map(|one| one.asked_at).collect::<Vec<_>>();
    let before = asked_at(&failed);
    // The administrator takes the broken source out, and the shop opens.
    let edit = SettingsEdit { sources: Some(Vec::new()), ..SettingsEdit::default() };
    bureau.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
    bureau.orders.works();
    assert_eq!(petra.retry(case).unwrap(), ReleaseReport::Recovered);
    let now = petra.snapshot(case).unwrap();
    assert_eq!(
        states(&now),
        [("casekit", SourceState::Found, Some(1)), ("shop", SourceState::Found, Some(2))]
    );
    assert_eq!((now.sources[0].asked_at, now.failure.is_none()), (before[0], true));
    assert_ne!(now.sources[1].asked_at, before[2]);
    // What is kept is what was found: rows and all.
    let page = petra.preview_data(case, "casekit", "profile", 0, 10).unwrap();
    assert_eq!(page.rows[0][0], DataValue::Text("Ada Obi".into()));
    petra.approve_data(case, now.id.unwrap(), Vec::new()).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(petra.summary(case).unwrap().outcome_code.as_deref(), Some("data_released"));
}

fn one_source_is_asked_again_alone(bureau: &Bureau) {
    let (case, petra, first) = without_crm(bureau);
    *bureau.orders.rows.lock().unwrap() = Ok(vec![["4713", "Desk", "none"]]);
    let asked = bureau.orders.asked();
    let again = petra.prepare_source(case, " shop ").unwrap();
    assert_eq!(bureau.orders.asked(), asked + 1);
    assert_eq!(states(&again)[2], ("shop", SourceState::Found, Some(1)));
    assert_eq!(again.sources[..2], first.sources[..2], "the others are as they were");
    assert_eq!(again.failure.unwrap().attempts, 1, "the CRM was not asked again");
    let refused = rejection(petra.prepare_source(case, "shpo"));
    assert_eq!(choices(&refused), ["casekit", "crm", "shop"]);
    assert_eq!(
        rejection(bureau.desk("audra", Role::Auditor).prepare_source(case, "shop")).code(),
        "forbidden"
    );
}

fn a_source_is_left_out_with_a_reason_that_the_answer_says(bureau: &Bureau) {
    let (case, petra, _) = without_crm(bureau);
    petra.leave_out_source(case, "crm", WHY).unwrap();
    let now = petra.snapshot(case).unwrap();
    let crm = &now.sources[1];
    assert_eq!(
        (crm.state, crm.by.as_deref(), crm.reason.as_deref(), crm.left_out_at.is_some()),
        (SourceState::LeftOut, Some("petra"), Some(WHY), true)
    );
    assert_eq!((now.failure, petra.failure_overview().unwrap().count), (None, 0));
    let hidden = vec![NewRedaction::new("shop", "orders", "remark", "an opinion about you")];
    petra.approve_data(case, now.id.unwrap(), hidden).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
    let (outcome, content) = package(bureau.webform.sent().remove(0));
    assert_eq!(outcome, "partly_released");
    assert!(content.contains(WHY) && content.contains("source: \"crm\""), "{content}");
    let summary = petra.summary(case).unwrap();
    assert_eq!(summary.outcome.as_deref(), Some("data released in part"));
    let history = bureau.desk("audra", Role::Auditor).history(StreamId::Case(case), PageRequest::first());
    let entry = history.unwrap().rows.into_iter().find(|entry| entry.code == "source_left_out").unwrap();
    assert_eq!(entry.reason.as_deref(), Some(WHY));
    assert_eq!(entry.text, "left out the source crm");
}

fn a_source_that_is_left_out_is_not_asked_until_somebody_names_it(bureau: &Bureau) {
    let (case, petra) = (bureau.identified("WEB-1").id, bureau.petra());
    bureau.orders.fails(closed());
    petra.prepare_data(case).unwrap();
    petra.leave_out_source(case, "shop", WHY).unwrap();
    bureau.orders.works();
    let asked = bureau.orders.asked();
    let without = petra.prepare_data(case).unwrap();
    assert_eq!(bureau.orders.asked(), asked);
    assert_eq!(
        states(&without),
        [("casekit", SourceState::Found, Some(1)), ("shop", SourceState::LeftOut, None)]
    );
    let with = petra.prepare_source(case, "shop").unwrap();
    assert_eq!(states(&with)[1], ("shop", SourceState::Found, Some(2)));
    petra.approve_data(case, with.id.unwrap(), Vec::new()).unwrap();
    petra.release(case).unwrap();
    assert_eq!(petra.summary(case).unwrap().outcome_code.as_deref(), Some("data_released"));
}

fn only_a_source_that_failed_is_left_out(bureau: &Bureau) {
    let (case, petra, _) = without_crm(bureau);
    for wrong in ["shop", "casekit", "cmr", ""] {
        let refused = rejection(petra.leave_out_source(case, wrong, WHY));
        assert_eq!(choices(&refused), ["crm"]);
    }
    let refused = rejection(petra.leave_out_source(case, "crm", " "));
    assert_eq!(
        (refused.fields()[0].field.as_str(), &refused.fields()[0].rule),
        ("reason", &FieldRule::Required)
    );
    assert_eq!(
        rejection(bureau.desk("amara", Role::Agent).leave_out_source(case, "crm", WHY)).code(),
        "forbidden"
    );
    petra.leave_out_source(case, "crm", WHY).unwrap();
    let refused = rejection(petra.leave_out_source(case, "crm", WHY));
    assert_eq!(refused.blockers(), [Blocker::NothingToLeaveOut]);
}

fn an_approval_covers_what_is_left_out(bureau: &Bureau) {
    let (case, petra, _) = without_crm(bureau);
    let digest = || petra.summary(case).unwrap().steps.remove(1).approvals.remove(0).digest;
    petra.leave_out_source(case, "crm", WHY).unwrap();
    let snapshot = petra.snapshot(case).unwrap().id.unwrap();
    petra.approve_data(case, snapshot, Vec::new()).unwrap();
    let first = digest();
    petra.revoke(case, "data_approval", None).unwrap();
    // Asked again it fails again, and is left out with another reason: the tables are the same, the answer is not.
    petra.prepare_source(case, "crm").unwrap();
    petra.leave_out_source(case, "crm", "another reason").unwrap();
    let snapshot = petra.snapshot(case).unwrap().id.unwrap();
    petra.approve_data(case, snapshot, Vec::new()).unwrap();
    assert_ne!(digest(), first);
}

fn no_data_with_a_source_left_out_is_not_a_complete_search(bureau: &Bureau) {
    with_crm(bureau);
    *bureau.orders.rows.lock().unwrap() = Ok(Vec::new());
    let petra = bureau.petra();
    let request = casekit::NewRequest::new("WEB-1", "Sam Stranger");
    let case = petra.receive_request(request).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &[]).unwrap();
    let collected = petra.prepare_data(case).unwrap();
    assert_eq!(states(&collected)[0], ("casekit", SourceState::NotAsked, None));
    petra.leave_out_source(case, "crm", WHY).unwrap();
    let refused = rejection(petra.approve_no_data(case, None));
    assert_eq!(refused.fields()[0].rule, FieldRule::Missing { why: "source_left_out".into() });
    petra.approve_no_data(case, Some("nothing else is kept")).unwrap();
    petra.release(case).unwrap();
    let (outcome, content) = package(bureau.webform.sent().remove(0));
    assert_eq!(outcome, "no_data");
    assert!(content.contains(&format!("{:?}", NoDataFinding::SourceLeftOut)) && content.contains(WHY));
}

fn a_collection_that_another_overtook_is_void(bureau: &Bureau) {
    let (case, petra, _) = without_crm(bureau);
    // While the shop is asked alone, somebody collects everything anew.
    let other = bureau.petra();
    bureau.orders.meanwhile.happens(move || assert!(other.prepare_data(case).is_ok()));
    let refused = rejection(petra.prepare_source(case, "shop"));
    assert_eq!(refused.blockers(), [Blocker::SnapshotReplaced]);
    // While everything is collected, somebody leaves out what failed.
    let other = bureau.petra();
    bureau.orders.meanwhile.happens(move || assert!(other.leave_out_source(case, "crm", WHY).is_ok()));
    let refused = rejection(petra.prepare_data(case));
    assert_eq!(refused.blockers(), [Blocker::SnapshotReplaced]);
    assert_eq!(petra.snapshot(case).unwrap().sources[1].state, SourceState::LeftOut);
}

fn what_is_too_much_with_one_source_is_kept_without_it(bureau: &Bureau) {
    let (case, petra) = (bureau.identified("WEB-1").id, bureau.petra());
    *bureau.orders.rows.lock().unwrap() = Ok(vec![["4711", "Lamp", "none"]; 333_334]);
    let collected = petra.prepare_data(case).unwrap();
    let failure = collected.failure.as_ref().unwrap();
    assert_eq!(
        (failure.code.as_str(), failure.setting.as_deref()),
        ("snapshot_too_large", Some("sources.shop"))
    );
    assert_eq!(
        states(&collected),
        [("casekit", SourceState::Found, Some(1)), ("shop", SourceState::Failed, None)]
    );
    petra.leave_out_source(case, "shop", WHY).unwrap();
    assert!(petra.snapshot(case).unwrap().id.is_some());
}

fn what_is_left_out_is_forgotten_with_the_customer(bureau: &Bureau) {
    let (case, petra, _) = without_crm(bureau);
    petra.leave_out_source(case, "crm", WHY).unwrap();
    petra.edit_case(case, CaseEdit::new().without_customer()).unwrap();
    petra.approve_identification(case, "letter", &[]).unwrap();
    let collected = petra.prepare_data(case).unwrap();
    assert_eq!(states(&collected)[1], ("crm", SourceState::Failed, None), "it is another person's data now");
}
