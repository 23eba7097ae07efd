//! What screens offer beside the title and the stage: tags, the priority, fields of the organisation's own, and deadlines.

use casekit::{
    Action, AvailableAction, Blocker, CaseId, Desk, FieldKind, NewCase, NewCaseType, NewField, NewStage,
    Permission, Role, Scope, StageCategory,
};

use super::super::act::act;
use super::listed;
use crate::build::{Office, Scoped, actor, on_every_store, rejection};

on_every_store!(
    tags_the_priority_and_fields_are_offered_as_their_commands_answer,
    a_customer_is_offered_only_their_fields,
);

const ALL: [Action; 3] = [Action::EditFields, Action::ChangePriority, Action::TagCase];

fn refunds(office: &Office, fields: Vec<NewField>) {
    let stages =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Paid", StageCategory::Closed)];
    let refunds = NewCaseType::new("Refunds").with_stages(stages);
    office.manager().create_case_type(NewCaseType { fields, ..refunds }).unwrap();
}

/// What is said of an action, in the list and when asked; and the command must answer the same.
fn said(desk: &Desk, case: CaseId, action: Action) -> Option<Vec<Blocker>> {
    let blockers = listed(&desk.available_actions(case).unwrap(), action, None)?;
    assert_eq!(desk.blockers(case, action, None).unwrap(), blockers, "{action:?}");
    let offered = AvailableAction { action, target: None, label: None, blockers };
    let answer = act(desk, case, &offered, None);
    match offered.blockers.first() {
        None => answer.unwrap(),
        Some(Blocker::PermissionMissing { .. }) => assert_eq!(rejection(answer).code(), "forbidden"),
        Some(Blocker::NotAllowedHere) => assert_eq!(rejection(answer).code(), "not_allowed_here"),
        Some(_) => assert_eq!(rejection(answer).blockers(), offered.blockers),
    }
    Some(offered.blockers)
}

fn tags_the_priority_and_fields_are_offered_as_their_commands_answer(office: &Office) {
    refunds(office, vec![NewField::new("Order", FieldKind::Text)]);
    let agent = office.agent();
    let plain = office.case("Without fields").id;
    let case = agent.raise_case(NewCase::new("Refunds", "Two lamps")).unwrap().id;
    assert_eq!(ALL.map(|action| said(&agent, plain, action)), [None, Some(vec![]), Some(vec![])]);
    let missing = || Some(vec![Blocker::PermissionMissing { permission: Permission::EditCases }]);
    assert_eq!(ALL.map(|action| said(&office.auditor(), case, action)), [missing(), missing(), missing()]);
    assert_eq!(ALL.map(|action| said(&agent, case, action)), [const { Some(Vec::new()) }; 3]);
    let view = agent.case(case).unwrap();
    assert_eq!((view.tags, view.priority), (vec!["Roof".to_owned()], Some(casekit::Priority::Urgent)));
    assert_eq!(view.fields[0].text.as_deref(), Some("A-2"));
    // What is over can still be sorted and corrected.
    agent.edit_case(case, casekit::CaseEdit::new().stage("Paid")).unwrap();
    assert_eq!(ALL.map(|action| said(&agent, case, action)), [const { Some(Vec::new()) }; 3]);
}

fn a_customer_is_offered_only_their_fields(office: &Office) {
    let ada = office.customer("Ada").id;
    let portal = office.narrowed_by(Scoped(Scope::of_customer(ada)));
    let may = portal.desk(actor("ada", Role::Agent));
    let may_not = portal.desk(actor("ada", Role::Auditor));
    refunds(office, vec![NewField::new("Order", FieldKind::Text)]);
    let case = office.agent().raise_case(NewCase::new("Refunds", "A lamp").for_customer(ada)).unwrap().id;
    let not_here = || Some(vec![Blocker::NotAllowedHere]);
    assert_eq!(ALL.map(|action| said(&may, case, action)), [None, not_here(), not_here()]);
    for action in [Action::GiveDate, Action::FollowUp] {
        assert_eq!(said(&may, case, action), not_here(), "when things are due is for staff");
    }
    let lacks = said(&may_not, case, Action::TagCase).unwrap();
    let missing = Blocker::PermissionMissing { permission: Permission::EditCases };
    assert_eq!(lacks, [missing, Blocker::NotAllowedHere]);

    let order = NewField::new("Order", FieldKind::Text).for_customer();
    let types = office.manager().case_types().unwrap();
    let refunds = types.into_iter().find(|one| one.name == "Refunds").unwrap().id;
    let edit = casekit::CaseTypeEdit { fields: Some(vec![order]), ..casekit::CaseTypeEdit::default() };
    office.manager().edit_case_type(refunds, edit).unwrap();
    let case = office.agent().raise_case(NewCase::new("Refunds", "Another").for_customer(ada)).unwrap().id;
    assert_eq!(said(&may, case, Action::EditFields), Some(Vec::new()));
}
