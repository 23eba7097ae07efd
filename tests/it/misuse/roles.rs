//! Who may do what: the table of docs/design.md section 4, method by method.

use casekit::{
    Action, Actor, BankAccountEdit, BankAccountId, CaseEdit, CaseId, CaseTypeEdit, CaseTypeId, CasesQuery,
    CountBy, CustomerEdit, CustomerId, Desk, Error, FormOf, GivenField, Migration, Moment, NewBankAccount,
    NewCase, NewCaseType, NewCustomer, NewNextOfKin, NewRequest, NewTeam, NextOfKinEdit, NextOfKinId, NoteId,
    PageRequest, Permission, PersonId, PersonName, Rejection, RequestEdit, Role, SettingsEdit,
    StatisticsQuery, StreamId, StuckBy, TagId, TagsEdit, TeamEdit, TeamId, Visibility,
};

use crate::build::{Office, actor};

const Y: bool = true;
const N: bool = false;

/// Every method of a desk, and whether Agent, Approver, Manager, Auditor, ItAdministrator and Administrator may.
#[rustfmt::skip]
const TABLE: &[(&str, [bool; 6])] = &[
    //                         Agent Approver Manager Auditor It Administrator
    ("raise_case",            [Y,    Y,       Y,      N,      N, Y]),
    ("validate_case",         [Y,    Y,       Y,      N,      N, Y]),
    ("case",                  [Y,    Y,       Y,      Y,      N, Y]),
    ("find_case",             [Y,    Y,       Y,      Y,      N, Y]),
    ("find_cases",            [Y,    Y,       Y,      Y,      N, Y]),
    ("available_actions",     [Y,    Y,       Y,      Y,      N, Y]),
    ("blockers",              [Y,    Y,       Y,      Y,      N, Y]),
    ("note_actions",          [Y,    Y,       Y,      Y,      N, Y]),
    ("desk_actions",          [Y,    Y,       Y,      Y,      Y, Y]),
    ("customer_actions",      [Y,    Y,       Y,      Y,      N, Y]),
    ("case_type_actions",     [Y,    Y,       Y,      Y,      N, Y]),
    ("find_summary",          [Y,    Y,       Y,      Y,      N, Y]),
    ("edit_form",             [Y,    Y,       Y,      Y,      N, Y]),
    ("form",                  [Y,    Y,       Y,      Y,      N, Y]),
    ("submit",                [Y,    Y,       Y,      N,      N, Y]),
    ("edit_case",             [Y,    Y,       Y,      N,      N, Y]),
    ("edit_request",          [Y,    Y,       Y,      N,      N, Y]),
    ("migrate_case",          [Y,    Y,       Y,      N,      N, Y]),
    ("take_case",             [Y,    Y,       Y,      N,      N, Y]),
    ("return_case",           [Y,    Y,       Y,      N,      N, Y]),
    ("assign_case",           [N,    N,       Y,      N,      N, Y]),
    ("take_over_case",        [N,    N,       Y,      N,      N, Y]),
    ("create_case_type",      [N,    N,       Y,      N,      N, Y]),
    ("edit_case_type",        [N,    N,       Y,      N,      N, Y]),
    ("migrate_case_type",     [N,    N,       Y,      N,      N, Y]),
    ("migrate_customers",     [N,    N,       Y,      N,      N, Y]),
    ("activate_case_type",    [N,    N,       Y,      N,      N, Y]),
    ("deactivate_case_type",  [N,    N,       Y,      N,      N, Y]),
    ("case_types",            [Y,    Y,       Y,      Y,      N, Y]),
    ("case_type",             [Y,    Y,       Y,      Y,      N, Y]),
    ("create_team",           [N,    N,       Y,      N,      N, Y]),
    ("edit_team",             [N,    N,       Y,      N,      N, Y]),
    ("activate_team",         [N,    N,       Y,      N,      N, Y]),
    ("deactivate_team",       [N,    N,       Y,      N,      N, Y]),
    ("tag_case",              [Y,    Y,       Y,      N,      N, Y]),
    ("rename_tag",            [N,    N,       Y,      N,      N, Y]),
    ("merge_tags",            [N,    N,       Y,      N,      N, Y]),
    ("tags",                  [Y,    Y,       Y,      Y,      N, Y]),
    ("teams",                 [Y,    Y,       Y,      Y,      N, Y]),
    ("team",                  [Y,    Y,       Y,      Y,      N, Y]),
    ("settings",              [N,    N,       N,      Y,      Y, Y]),
    ("change_settings",       [N,    N,       N,      N,      Y, Y]),
    ("create_customer",       [Y,    Y,       Y,      N,      N, Y]),
    ("update_customer",       [Y,    Y,       Y,      N,      N, Y]),
    ("add_bank_account",      [Y,    Y,       Y,      N,      N, Y]),
    ("edit_bank_account",     [Y,    Y,       Y,      N,      N, Y]),
    ("remove_bank_account",   [Y,    Y,       Y,      N,      N, Y]),
    ("add_next_of_kin",       [Y,    Y,       Y,      N,      N, Y]),
    ("edit_next_of_kin",      [Y,    Y,       Y,      N,      N, Y]),
    ("remove_next_of_kin",    [Y,    Y,       Y,      N,      N, Y]),
    ("customer",              [Y,    Y,       Y,      Y,      N, Y]),
    ("find_customer",         [Y,    Y,       Y,      Y,      N, Y]),
    ("customers",             [Y,    Y,       Y,      Y,      N, Y]),
    ("customer_fields",       [Y,    Y,       Y,      Y,      N, Y]),
    ("customers_by_fields",   [Y,    Y,       Y,      Y,      N, Y]),
    ("name_people",           [N,    N,       Y,      N,      Y, Y]),
    ("people",                [N,    N,       Y,      Y,      Y, Y]),
    ("person",                [N,    N,       Y,      Y,      Y, Y]),
    ("cases",                 [Y,    Y,       Y,      Y,      N, Y]),
    ("my_work",               [Y,    Y,       Y,      Y,      N, Y]),
    ("my_work_counts",        [Y,    Y,       Y,      Y,      N, Y]),
    ("my_held_cases",         [Y,    Y,       Y,      Y,      N, Y]),
    ("my_pending_cases",      [Y,    Y,       Y,      Y,      N, Y]),
    ("my_pending_count",      [Y,    Y,       Y,      Y,      N, Y]),
    ("my_raised_cases",       [Y,    Y,       Y,      Y,      N, Y]),
    ("interactions",          [Y,    Y,       Y,      Y,      N, Y]),
    ("counts",                [Y,    Y,       Y,      Y,      N, Y]),
    ("due_counts",            [Y,    Y,       Y,      Y,      N, Y]),
    ("statistics",            [Y,    Y,       Y,      Y,      N, Y]),
    ("stuck_cases",           [Y,    Y,       Y,      Y,      N, Y]),
    ("count_stuck_cases",     [Y,    Y,       Y,      Y,      N, Y]),
    ("search",                [Y,    Y,       Y,      Y,      N, Y]),
    ("add_note",              [Y,    Y,       Y,      N,      N, Y]),
    ("reply",                 [Y,    Y,       Y,      N,      N, Y]),
    ("edit_note",             [Y,    Y,       Y,      N,      N, Y]),
    ("retract_note",          [Y,    Y,       Y,      N,      N, Y]),
    ("set_note_visibility",   [Y,    Y,       Y,      N,      N, Y]),
    ("thread",                [Y,    Y,       Y,      Y,      N, Y]),
    ("notes",                 [Y,    Y,       Y,      Y,      N, Y]),
    ("note_revisions",        [Y,    Y,       Y,      Y,      N, Y]),
    // Who may read a case reads its history; who configures or audits, everything else's.
    ("history of a case",     [Y,    Y,       Y,      Y,      N, Y]),
    ("history of a customer", [N,    N,       Y,      Y,      N, Y]),
    ("history of a type",     [N,    N,       Y,      Y,      N, Y]),
    ("history of settings",   [N,    N,       Y,      Y,      N, Y]),
    ("history of a person",   [N,    N,       Y,      Y,      N, Y]),
    ("case_at",               [N,    N,       Y,      Y,      N, Y]),
    ("thread_at",             [N,    N,       Y,      Y,      N, Y]),
    ("changes_since",         [Y,    Y,       Y,      Y,      N, Y]),
    ("verify_stream",         [N,    N,       N,      Y,      N, Y]),
    ("verify",                [N,    N,       N,      Y,      N, Y]),
    ("audit_head",            [N,    N,       N,      Y,      N, Y]),
    ("import",                [N,    N,       Y,      N,      N, Y]),
    ("begin_export of a csv", [N,    N,       Y,      Y,      N, Y]),
    ("begin_export of a pdf", [Y,    Y,       Y,      Y,      N, Y]),
];

/// Things on which `worker` could do everything, if they may.
struct Scene {
    free: CaseId,
    asked: CaseId,
    mine: CaseId,
    theirs: CaseId,
    note: NoteId,
    customer: CustomerId,
    account: BankAccountId,
    person: NextOfKinId,
    case_type: CaseTypeId,
    team: TeamId,
    tags: [TagId; 2],
    named: PersonId,
}

fn scene(office: &Office) -> Scene {
    let worker = office.desk("worker", Role::Agent);
    let [free, mine, theirs] = ["Free", "Mine", "Theirs"].map(|title| office.case(title).id);
    worker.take_case(mine).unwrap();
    office.agent().take_case(theirs).unwrap();
    let ada = NewCustomer::named("Ada").with_reference("CRM-1");
    let customer = worker.create_customer(ada).unwrap().id;
    let asked = worker.receive_request(NewRequest::new("WEB-1", "Ada")).unwrap().id.unwrap();
    Scene {
        free,
        asked,
        mine,
        theirs,
        note: worker.add_note(mine, "Called.").unwrap().id,
        customer,
        account: worker.add_bank_account(customer, NewBankAccount::numbered("1")).unwrap().id,
        person: worker.add_next_of_kin(customer, NewNextOfKin::named("Bo")).unwrap().id,
        case_type: worker.case_type("Support").unwrap().id,
        team: office.manager().create_team(NewTeam::new("Billing")).unwrap().id,
        tags: {
            worker.tag_case(mine, TagsEdit::new().with("Cellar").with("Roof")).unwrap();
            let tags = worker.tags().unwrap();
            [tags[0].id, tags[1].id]
        },
        named: {
            office.manager().name_people(vec![PersonName::new("u-1", "Ada Obi")]).unwrap();
            office.manager().person("u-1").unwrap().entry
        },
    }
}

fn call(method: &str, desk: &Desk, on: &Scene) -> Result<(), Error> {
    let page = PageRequest::first;
    match method {
        "raise_case" => desk.raise_case(NewCase::new("Support", "x")).map(drop),
        "validate_case" => desk.validate_case(&NewCase::new("Support", "x")).map(drop),
        "case" => desk.case(on.free).map(drop),
        "find_case" => desk.find_case("1").map(drop),
        "find_cases" => desk.find_cases("1").map(drop),
        "available_actions" => desk.available_actions(on.free).map(drop),
        "blockers" => desk.blockers(on.free, Action::TakeCase, None).map(drop),
        "note_actions" => desk.note_actions(on.note).map(drop),
        "find_summary" => desk.find_summary("1").map(drop),
        "edit_form" => desk.edit_form(on.free).map(drop),
        "form" => desk.form(&FormOf::Case { case: on.free }, &[]).map(drop),
        "submit" => desk.submit(&FormOf::Case { case: on.free }, &[GivenField::new("title", "x")]).map(drop),
        "edit_case" => desk.edit_case(on.free, CaseEdit::new().title("x")).map(drop),
        "edit_request" => desk.edit_request(on.asked, RequestEdit::new().requester("Eve")).map(drop),
        "migrate_case" => desk.migrate_case(on.free).map(drop),
        "take_case" => desk.take_case(on.free).map(drop),
        "return_case" => desk.return_case(on.mine, None).map(drop),
        "assign_case" => desk.assign_case(on.free, "ben", None).map(drop),
        "take_over_case" => desk.take_over_case(on.theirs, None).map(drop),
        "create_case_type" => desk.create_case_type(NewCaseType::new("New")).map(drop),
        "migrate_case_type" => {
            let tell = Migration::new().dry_run();
            desk.migrate_case_type(on.case_type, &tell, page()).map(drop)
        }
        "migrate_customers" => desk.migrate_customers(&Migration::new().dry_run(), page()).map(drop),
        "edit_case_type" => {
            let edit = CaseTypeEdit { name: Some("Other".into()), ..CaseTypeEdit::default() };
            desk.edit_case_type(on.case_type, edit).map(drop)
        }
        "activate_case_type" => desk.activate_case_type(on.case_type).map(drop),
        "deactivate_case_type" => desk.deactivate_case_type(on.case_type).map(drop),
        "case_types" => desk.case_types().map(drop),
        "desk_actions" => desk.desk_actions().map(drop),
        "customer_actions" => desk.customer_actions(on.customer).map(drop),
        "case_type_actions" => desk.case_type_actions(on.case_type).map(drop),
        "case_type" => desk.case_type("Support").map(drop),
        "create_team" => desk.create_team(NewTeam::new("New")).map(drop),
        "edit_team" => desk.edit_team(on.team, TeamEdit::new().name("Other")).map(drop),
        "activate_team" => desk.activate_team(on.team).map(drop),
        "deactivate_team" => desk.deactivate_team(on.team).map(drop),
        "tag_case" => desk.tag_case(on.free, TagsEdit::new().with("New")).map(drop),
        "rename_tag" => desk.rename_tag(on.tags[0], "Other".into()).map(drop),
        "merge_tags" => desk.merge_tags(on.tags[0], on.tags[1]).map(drop),
        "tags" => desk.tags().map(drop),
        "teams" => desk.teams().map(drop),
        "team" => desk.team("Billing").map(drop),
        "settings" => desk.settings().map(drop),
        "change_settings" => {
            let edit = SettingsEdit { organisation: Some("x".into()), ..SettingsEdit::default() };
            desk.change_settings(edit).map(drop)
        }
        "create_customer" => desk.create_customer(NewCustomer::named("Bo")).map(drop),
        "update_customer" => {
            let edit = CustomerEdit { phone: Some("1".into()), ..CustomerEdit::default() };
            desk.update_customer(on.customer, edit).map(drop)
        }
        "add_bank_account" => desk.add_bank_account(on.customer, NewBankAccount::numbered("1")).map(drop),
        "edit_bank_account" => {
            desk.edit_bank_account(on.customer, on.account, BankAccountEdit::new().bank("x")).map(drop)
        }
        "remove_bank_account" => desk.remove_bank_account(on.customer, on.account, None).map(drop),
        "add_next_of_kin" => desk.add_next_of_kin(on.customer, NewNextOfKin::named("Bo")).map(drop),
        "edit_next_of_kin" => {
            desk.edit_next_of_kin(on.customer, on.person, NextOfKinEdit::new().phone("1")).map(drop)
        }
        "remove_next_of_kin" => desk.remove_next_of_kin(on.customer, on.person, None).map(drop),
        "customer" => desk.customer(on.customer).map(drop),
        "find_customer" => desk.find_customer("CRM-1").map(drop),
        "customers" => desk.customers(None, page()).map(drop),
        "customer_fields" => desk.customer_fields().map(drop),
        "customers_by_fields" => desk.customers_by_fields(&[], None, page()).map(drop),
        "name_people" => desk.name_people(vec![PersonName::new("u-17", "Bo")]).map(drop),
        "people" => desk.people(page()).map(drop),
        "person" => desk.person("u-1").map(drop),
        "cases" => desk.cases(&CasesQuery::default(), page()).map(drop),
        "my_work" => desk.my_work(page()).map(drop),
        "my_work_counts" => desk.my_work_counts().map(drop),
        "my_held_cases" => desk.my_held_cases(page()).map(drop),
        "my_pending_cases" => desk.my_pending_cases(page()).map(drop),
        "my_pending_count" => desk.my_pending_count().map(drop),
        "my_raised_cases" => desk.my_raised_cases(page()).map(drop),
        "interactions" => desk.interactions(on.customer, page()).map(drop),
        "counts" => desk.counts(CountBy::Stage, &CasesQuery::default()).map(drop),
        "due_counts" => desk.due_counts(&CasesQuery::default()).map(drop),
        "statistics" => desk.statistics(&StatisticsQuery::default()).map(drop),
        "stuck_cases" => desk.stuck_cases(StuckBy::InStage, &CasesQuery::default(), page()).map(drop),
        "count_stuck_cases" => desk.count_stuck_cases(StuckBy::InStage, &CasesQuery::default()).map(drop),
        "search" => desk.search("called", page()).map(drop),
        "add_note" => desk.add_note(on.free, "x").map(drop),
        "reply" => desk.reply(on.note, "x").map(drop),
        "edit_note" => desk.edit_note(on.note, "x").map(drop),
        "retract_note" => desk.retract_note(on.note, None).map(drop),
        "set_note_visibility" => desk.set_note_visibility(on.note, Visibility::Customer).map(drop),
        "thread" => desk.thread(on.mine, page()).map(drop),
        "notes" => desk.notes(on.mine, None, page()).map(drop),
        "note_revisions" => desk.note_revisions(on.note).map(drop),
        "history of a case" => desk.history(StreamId::Case(on.mine), page()).map(drop),
        "history of a customer" => desk.history(StreamId::Customer(on.customer), page()).map(drop),
        "history of a type" => desk.history(StreamId::CaseType(on.case_type), page()).map(drop),
        "history of a person" => desk.history(StreamId::Person(on.named), page()).map(drop),
        "case_at" => desk.case_at(on.mine, Moment::Revision(1)).map(drop),
        "thread_at" => desk.thread_at(on.mine, Moment::Revision(1), page()).map(drop),
        "history of settings" => desk.history(StreamId::Settings, page()).map(drop),
        "changes_since" => desk.changes_since(None, 10).map(drop),
        "verify_stream" => desk.verify_stream(StreamId::Case(on.mine)).map(drop),
        "verify" => desk.verify(None).map(drop),
        "audit_head" => desk.audit_head().map(drop),
        "import" => desk.import(&[]).map(drop),
        "begin_export of a csv" => desk.begin_export("overview", "csv").map(drop),
        "begin_export of a pdf" => desk.begin_export("overview", "pdf").map(drop),
        other => panic!("the table names a method that nobody calls: {other}"),
    }
}

#[test]
fn each_role_may_do_what_the_table_says_and_nothing_else() {
    for (method, row) in TABLE {
        for (role, may) in Role::ALL.into_iter().zip(row) {
            let office = Office::in_memory();
            let on = scene(&office);
            let desk = office.desk("worker", role);
            if *may {
                call(method, &desk, &on).unwrap_or_else(|error| panic!("{role:?} may {method}: {error}"));
            } else {
                let refused = office.refused(|| call(method, &desk, &on));
                assert_eq!(refused.code(), "forbidden", "{role:?} may not {method}");
            }
        }
    }
}

#[test]
fn who_has_no_role_may_do_nothing() {
    let office = Office::on_file();
    let on = scene(&office);
    // What somebody can do is told to everybody.
    for (method, _) in TABLE.iter().filter(|(method, _)| *method != "desk_actions") {
        let refused = office.refused(|| call(method, &office.kit.desk(Actor::new("worker", "")), &on));
        let Rejection::Forbidden { permission, .. } = &refused else { panic!("{method}: {refused:?}") };
        // Who is given the permission that the refusal names comes further with every one.
        let mut given = Actor::new("worker", "").with_permission(*permission);
        let mut answer = call(method, &office.kit.desk(given.clone()), &on);
        for _ in 0..3 {
            let Err(Error::Rejected(Rejection::Forbidden { permission, .. })) = &answer else { break };
            given = given.with_permission(*permission);
            answer = call(method, &office.kit.desk(given.clone()), &on);
        }
        assert!(!matches!(answer, Err(Error::Rejected(Rejection::Forbidden { .. }))), "{method}: {answer:?}");
    }
}

#[test]
fn a_permission_adds_to_roles_and_roles_add_up() {
    let office = Office::in_memory();
    let on = scene(&office);
    let auditing_agent = actor("worker", Role::Agent).with_role(Role::Auditor);
    call("verify", &office.kit.desk(auditing_agent), &on).unwrap();
    let assigning_agent = actor("worker", Role::Agent).with_permission(Permission::AssignCases);
    call("assign_case", &office.kit.desk(assigning_agent), &on).unwrap();
    assert_eq!(office.view(on.free).holder.unwrap().by, "ben");
}

#[test]
fn who_does_not_hold_a_case_returns_it_only_if_they_may_assign() {
    let office = Office::in_memory();
    let on = scene(&office);
    let refused = office.refused(|| office.other_agent().return_case(on.theirs, None));
    assert_eq!(refused.to_string(), "`put the case back` is not possible now: the case is held by amara");
    office.manager().return_case(on.theirs, None).unwrap();
    assert_eq!(office.view(on.theirs).holder, None);
}
