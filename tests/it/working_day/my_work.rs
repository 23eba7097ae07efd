//! My work: what I hold, what is pending for me, and what I raised, each as a list with a count, and all of it as one list.

use casekit::{
    CaseEdit, CaseId, Desk, NewCase, NewCaseType, NewStep, NewWorkflow, Page, PageRequest, Role, Scope,
    ScopeCases, StepKind, WorkCounts, WorkRow,
};

use crate::build::{Office, Scoped, actor, all_pages, on_every_store};

on_every_store!(
    my_work_is_what_i_hold_what_is_pending_for_me_and_what_i_raised,
    a_case_is_once_in_my_work_with_every_reason,
    what_i_hold_or_raised_leaves_my_work_once_it_is_closed,
    my_work_is_within_my_scope,
);

/// A type whose cases anybody who may decide can sign.
fn with_sign_off(office: &Office) {
    let mona = office.manager();
    let step = NewStep::new("signed", "Signed", StepKind::Approval).by_anyone().not_by_raiser();
    mona.create_workflow(NewWorkflow::named("Sign-off").with_step(step)).unwrap();
    mona.create_case_type(NewCaseType::new("Order").with_workflow("Sign-off")).unwrap();
}

fn raise(desk: &Desk, kind: &str, title: &str) -> CaseId {
    desk.raise_case(NewCase::new(kind, title)).unwrap().id
}

/// The reasons for which cases are in somebody's work, with their titles.
fn work(desk: &Desk) -> Vec<(String, String)> {
    let why = |row: &WorkRow| {
        let reasons = [("held", row.held), ("pending", row.pending), ("raised", row.raised)];
        let given: Vec<&str> = reasons.iter().filter(|(_, is_so)| *is_so).map(|(why, _)| *why).collect();
        (row.case.title.clone(), given.join(", "))
    };
    all_pages(2, |page| desk.my_work(page)).iter().map(why).collect()
}

fn titles(
    desk: &Desk,
    list: impl Fn(&Desk, PageRequest) -> Result<Page<casekit::CaseSummary>, casekit::Error>,
) -> Vec<String> {
    all_pages(2, |page| list(desk, page)).into_iter().map(|row| row.title).collect()
}

fn counts(desk: &Desk) -> [u64; 4] {
    let WorkCounts { held, pending, raised, all, .. } = desk.my_work_counts().unwrap();
    assert_eq!(desk.my_pending_count().unwrap(), pending);
    [held, pending, raised, all]
}

fn my_work_is_what_i_hold_what_is_pending_for_me_and_what_i_raised(office: &Office) {
    with_sign_off(office);
    let (petra, ben) = (office.approver(), office.other_agent());
    raise(&ben, "Support", "Nobody's");
    let held = raise(&ben, "Support", "Held by Petra");
    petra.take_case(held).unwrap();
    raise(&ben, "Order", "To be signed");
    let raised = raise(&petra, "Support", "Raised by Petra");
    ben.take_case(raised).unwrap();
    raise(&petra, "Order", "Not for her who raised it");

    let list = |one: &str, why: &str| (one.to_owned(), why.to_owned());
    assert_eq!(
        work(&petra),
        [
            list("Held by Petra", "held"),
            list("To be signed", "pending"),
            list("Raised by Petra", "raised"),
            list("Not for her who raised it", "raised"),
        ],
        "oldest first"
    );
    assert_eq!(titles(&petra, Desk::my_held_cases), ["Held by Petra"]);
    assert_eq!(titles(&petra, Desk::my_pending_cases), ["To be signed"]);
    assert_eq!(titles(&petra, Desk::my_raised_cases), ["Raised by Petra", "Not for her who raised it"]);
    assert_eq!(counts(&petra), [1, 1, 2, 4]);
    // An agent may not sign: for ordinary cases there is nothing pending, and still work.
    let taken = [list("Nobody's", "raised"), list("Held by Petra", "raised"), list("To be signed", "raised")];
    assert_eq!(work(&ben), [&taken[..], &[list("Raised by Petra", "held")]].concat());
    assert_eq!(counts(&ben), [1, 0, 3, 4]);
    assert_eq!(counts(&office.desk("stranger", Role::Agent)), [0; 4]);
    assert_eq!(work(&office.desk("stranger", Role::Agent)), []);
}

fn a_case_is_once_in_my_work_with_every_reason(office: &Office) {
    let mona = office.manager();
    let step = NewStep::new("signed", "Signed", StepKind::Approval).by_anyone();
    mona.create_workflow(NewWorkflow::named("Own sign-off").with_step(step)).unwrap();
    mona.create_case_type(NewCaseType::new("Order").with_workflow("Own sign-off")).unwrap();
    let petra = office.approver();
    for number in 0..5 {
        let case = raise(&petra, "Order", &format!("Order {number}"));
        petra.take_case(case).unwrap();
    }
    let rows = work(&petra);
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows.iter().all(|(_, why)| why == "held, pending, raised"), "{rows:?}");
    assert_eq!(counts(&petra), [5, 5, 5, 5]);
}

fn what_i_hold_or_raised_leaves_my_work_once_it_is_closed(office: &Office) {
    let amara = office.agent();
    let case = raise(&amara, "Support", "Mine");
    amara.take_case(case).unwrap();
    for (stage, expected) in
        [("resolved", [1, 0, 1, 1]), ("closed", [0; 4]), ("open", [1, 0, 1, 1]), ("closed", [0; 4])]
    {
        amara.edit_case(case, CaseEdit::new().stage(stage).because("done")).unwrap();
        assert_eq!(counts(&amara), expected, "{stage}");
        assert_eq!(work(&amara).len() as u64, expected[3], "{stage}");
        office.store.check().unwrap();
    }
}

fn my_work_is_within_my_scope(office: &Office) {
    with_sign_off(office);
    let (petra, ben) = (office.approver(), office.other_agent());
    raise(&petra, "Support", "Of another type");
    raise(&ben, "Order", "Somebody else's, to be signed");
    let held = raise(&ben, "Order", "Held, to be signed");
    petra.take_case(held).unwrap();
    raise(&petra, "Order", "Raised");
    let order = office.manager().case_type("Order").unwrap().id;
    let desk = |scope: Scope| office.narrowed_by(Scoped(scope)).desk(actor("petra", Role::Approver));
    let only_orders = desk(Scope { types: Some(vec![order]), ..Scope::all() });
    assert_eq!(counts(&only_orders), [1, 2, 1, 3]);
    assert_eq!(work(&only_orders).len(), 3);
    let own = desk(Scope { cases: ScopeCases::Own, ..Scope::all() });
    assert_eq!(counts(&own), [1, 1, 2, 3]);
    let named: Vec<String> = work(&own).into_iter().map(|(title, _)| title).collect();
    assert_eq!(named, ["Of another type", "Held, to be signed", "Raised"]);
    let nothing = desk(Scope { types: Some(Vec::new()), ..Scope::all() });
    assert_eq!((counts(&nothing), work(&nothing)), ([0; 4], Vec::new()));
}
