//! What a menu and the buttons of a screen show: what the actor can do at the desk, with a customer and with a case type.

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, AvailableDeskAction, Blocker, CaseTypeEdit, Desk, DeskAction,
    FieldKind, NewCase, NewCaseType, NewCustomer, NewField, NewNextOfKin, NewTeam, PageRequest, Permission,
    Role, Scope, SettingsEdit,
};

use crate::build::{Office, Scoped, actor, nothing, on_every_store, rejection};

on_every_store!(
    each_role_has_the_menu_of_what_it_may,
    a_menu_says_what_the_calls_behind_it_would,
    whoever_sees_one_customer_has_a_small_menu,
    raising_is_offered_if_a_type_can_be_raised,
    a_customer_and_a_case_type_have_actions,
    whoever_only_raises_cases_reads_the_types_and_teams_of_the_form,
);

fn possible(actions: &[AvailableDeskAction]) -> Vec<DeskAction> {
    actions.iter().filter(|one| one.blockers.is_empty()).map(|one| one.action).collect()
}

fn why(actions: &[AvailableDeskAction], action: DeskAction) -> Vec<Blocker> {
    actions.iter().find(|one| one.action == action).unwrap().blockers.clone()
}

fn each_role_has_the_menu_of_what_it_may(office: &Office) {
    use DeskAction as D;
    let menu = |role| possible(&office.desk("somebody", role).desk_actions().unwrap());
    let agent = [
        D::ReadCases,
        D::ReadStatistics,
        D::ReadCustomers,
        D::ReadCaseTypes,
        D::ReadWorkflows,
        D::ReadTeams,
        D::RaiseCase,
        D::CreateCustomer,
        D::Print,
    ];
    assert_eq!(menu(Role::Agent), agent);
    let it =
        [D::ReadFailures, D::ReadPeople, D::ReadSettings, D::RetryFailures, D::NamePeople, D::ChangeSettings];
    assert_eq!(menu(Role::ItAdministrator), it);
    let all = office.administrator().desk_actions().unwrap();
    assert_eq!(possible(&all).len(), all.len(), "an administrator may do everything");
    let missing = vec![Blocker::PermissionMissing { permission: Permission::ReadCases }];
    let ivo = office.desk("ivo", Role::ItAdministrator).desk_actions().unwrap();
    assert_eq!(why(&ivo, D::ReadCases), missing);
    let before = office.footprint();
    office.administrator().desk_actions().unwrap();
    assert_eq!(office.footprint(), before, "nothing was done");
}

fn a_menu_says_what_the_calls_behind_it_would(office: &Office) {
    use DeskAction as D;
    for role in Role::ALL {
        let desk = office.desk("somebody", role);
        let menu = desk.desk_actions().unwrap();
        let says = |action| why(&menu, action).is_empty();
        let page = PageRequest::first;
        let query = casekit::CasesQuery::default();
        assert_eq!(says(D::ReadCases), desk.my_work(page()).is_ok(), "{role:?}");
        assert_eq!(says(D::ReadCases), desk.cases(&query, page()).is_ok(), "{role:?}");
        assert_eq!(says(D::ReadStatistics), desk.statistics(&Default::default()).is_ok(), "{role:?}");
        assert_eq!(says(D::ReadCustomers), desk.customers(None, page()).is_ok(), "{role:?}");
        assert_eq!(says(D::ReadFailures), desk.failure_overview().is_ok(), "{role:?}");
        assert_eq!(says(D::ReadCaseTypes), desk.case_types().is_ok(), "{role:?}");
        assert_eq!(says(D::ReadWorkflows), desk.workflows().is_ok(), "{role:?}");
        assert_eq!(says(D::ReadTeams), desk.teams().is_ok(), "{role:?}");
        assert_eq!(says(D::ReadPeople), desk.people(page()).is_ok(), "{role:?}");
        assert_eq!(says(D::ReadSettings), desk.settings().is_ok(), "{role:?}");
        assert_eq!(says(D::Verify), desk.verify([]).is_ok(), "{role:?}");
        assert_eq!(says(D::RetryFailures), desk.retry_all("webform_unreachable", None).is_ok(), "{role:?}");
        let raised = desk.raise_case(NewCase::new("Support", "Cannot log in"));
        assert_eq!(says(D::RaiseCase), raised.is_ok(), "{role:?}");
        assert_eq!(
            says(D::CreateCustomer),
            desk.create_customer(NewCustomer::named("Ada")).is_ok(),
            "{role:?}"
        );
        let kind = desk.create_case_type(NewCaseType::new(format!("{role:?}")));
        assert_eq!(says(D::CreateCaseType), kind.is_ok(), "{role:?}");
        let team = desk.create_team(NewTeam::new(format!("{role:?}")));
        assert_eq!(says(D::CreateTeam), team.is_ok(), "{role:?}");
        let settings = desk.change_settings(SettingsEdit::new().organisation("Northwind"));
        assert_eq!(says(D::ChangeSettings), settings.is_ok(), "{role:?}");
        assert_eq!(says(D::Import), desk.import(&[]).is_ok(), "{role:?}");
        for (action, format) in [(D::Export, "csv"), (D::Print, "pdf")] {
            assert_eq!(says(action), desk.begin_export("overview", format).is_ok(), "{role:?}");
        }
    }
}

fn whoever_sees_one_customer_has_a_small_menu(office: &Office) {
    let ada = office.customer("Ada Obi").id;
    let kit = office.narrowed_by(Scoped(Scope::of_customer(ada)));
    let desk = kit.desk(actor("ada", Role::Administrator));
    let menu = desk.desk_actions().unwrap();
    assert_eq!(why(&menu, DeskAction::ReadSettings), [Blocker::NotAllowedHere]);
    assert_eq!(why(&menu, DeskAction::CreateCustomer), [Blocker::NotAllowedHere]);
    assert_eq!(why(&menu, DeskAction::RaiseCase), []);
    assert_eq!(desk.raise_blockers("Support", None).unwrap(), []);
    desk.raise_case(NewCase::new("Support", "It is hers")).unwrap();
    assert_eq!(why(&desk.customer_actions(ada).unwrap(), DeskAction::UpdateCustomer), []);
    let bo = office.customer("Bo Li").id;
    assert_eq!(rejection(desk.customer_actions(bo)).code(), "not_found");
}

/// Forbids raising cases of some types.
struct Forbids(Vec<casekit::CaseTypeId>);

impl Authorizer for Forbids {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope::all())
    }

    fn forbids(
        &self,
        _: &Actor,
        action: &str,
        case: &Case,
        _: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(action == "raise_case" && self.0.contains(&case.case_type))
    }
}

fn raising_is_offered_if_a_type_can_be_raised(office: &Office) {
    let types: Vec<_> = office.manager().case_types().unwrap().into_iter().map(|one| one.id).collect();
    let says = |forbidden: &[casekit::CaseTypeId]| {
        let kit = office.narrowed_by(Forbids(forbidden.to_vec()));
        why(&kit.desk(actor("amara", Role::Agent)).desk_actions().unwrap(), DeskAction::RaiseCase)
    };
    assert_eq!(says(&types[1..]), []);
    assert_eq!(says(&types), [Blocker::NotAllowedHere]);

    // What a form asks for is no reason not to open it.
    let order = NewField::new("Order", FieldKind::Text).required();
    let mona = office.manager();
    let refunds = mona.create_case_type(NewCaseType::new("Refunds").with_fields(vec![order])).unwrap().id;
    assert_eq!(office.agent().raise_blockers("Refunds", None).unwrap(), []);
    let kit = office.narrowed_by(Forbids(vec![refunds]));
    let forbidden = kit.desk(actor("amara", Role::Agent)).raise_blockers("Refunds", None).unwrap();
    assert_eq!(forbidden, [Blocker::NotAllowedHere]);
}

fn a_customer_and_a_case_type_have_actions(office: &Office) {
    use DeskAction as D;
    let ada = office.customer("Ada Obi").id;
    let of_agent = possible(&office.agent().customer_actions(ada).unwrap());
    assert_eq!(of_agent, [D::UpdateCustomer, D::AddBankAccount, D::AddNextOfKin, D::RaiseCase]);
    assert_eq!(possible(&office.auditor().customer_actions(ada).unwrap()), [D::ReadHistory]);
    assert_eq!(rejection(office.agent().customer_actions(nothing())).code(), "not_found");
    for n in 0..100 {
        office.agent().add_next_of_kin(ada, NewNextOfKin::named(format!("Kin {n}"))).unwrap();
    }
    let full = why(&office.agent().customer_actions(ada).unwrap(), D::AddNextOfKin);
    let refused = rejection(office.agent().add_next_of_kin(ada, NewNextOfKin::named("One more")));
    assert_eq!(full.is_empty(), refused.code() == "invalid", "{refused:?}");

    let mona = office.manager();
    let support = mona.case_type("Support").unwrap().id;
    let of_manager = possible(&mona.case_type_actions(support).unwrap());
    assert_eq!(of_manager, [D::EditCaseType, D::DeactivateCaseType, D::MigrateCaseType, D::RaiseCase]);
    assert_eq!(possible(&office.agent().case_type_actions(support).unwrap()), [D::RaiseCase]);
    mona.deactivate_case_type(support).unwrap();
    let unused = possible(&mona.case_type_actions(support).unwrap());
    assert_eq!(unused, [D::EditCaseType, D::ActivateCaseType, D::MigrateCaseType]);
    mona.edit_case_type(support, CaseTypeEdit::new().description("Help")).unwrap();
    assert_eq!(rejection(mona.case_type_actions(nothing())).code(), "not_found");
}

fn whoever_only_raises_cases_reads_the_types_and_teams_of_the_form(office: &Office) {
    let kiosk: Desk = office.kit.desk(Actor::new("kiosk", "Kiosk").with_permission(Permission::RaiseCases));
    assert_eq!(kiosk.case_types().unwrap().len(), 7);
    assert_eq!(kiosk.case_type("Support").unwrap().name, "Support");
    assert_eq!(kiosk.teams().unwrap(), []);
    kiosk.raise_case(NewCase::new("Support", "The lift is stuck")).unwrap();
    let refused = rejection(office.desk("ivo", Role::ItAdministrator).case_types());
    assert!(matches!(refused, casekit::Rejection::Forbidden { permission: Permission::ReadCases, .. }));
}
