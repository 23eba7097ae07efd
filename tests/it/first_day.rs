//! The first working day of a house that uses casekit: customers and their cases, from configuring to auditing.

mod customer_fields;
mod fields;
mod finding;
mod notes;
mod records;
mod setting_up;

use casekit::{
    Action, BankAccountView, Blocker, CaseEdit, CaseKit, CaseView, CustomerEdit, Desk, EmploymentStatus,
    Gender, MaritalStatus, NewBankAccount, NewCase, NewCustomer, NewNextOfKin, NextOfKinView, PageRequest,
    Rejection, StageCategory, StreamId,
};

use crate::build::{Office, on_every_store, rejection};

on_every_store!(
    a_customer_has_a_whole_profile_and_each_update_says_what_changed,
    a_case_is_raised_viewed_and_edited_field_by_field,
    a_form_is_checked_whole_and_cancelling_leaves_no_trace,
    a_case_goes_from_hand_to_hand,
    a_closed_case_is_not_offered_to_be_taken_until_it_is_reopened,
    an_ended_case_is_reopened_with_a_reason_and_counted,
    a_case_is_looked_up_by_number_as_people_write_it_or_by_id,
);

pub(crate) fn a_customer_has_a_whole_profile_and_each_update_says_what_changed(office: &Office) {
    let desk = office.approver();
    let new = NewCustomer {
        name: "  Ada Obi ".into(),
        gender: Some(Gender::Female),
        marital_status: Some(MaritalStatus::Other { text: "it is complicated".into() }),
        employment_status: Some(EmploymentStatus::SelfEmployed),
        next_of_kin: vec![NewNextOfKin {
            name: "Obi, Chidi".into(),
            relationship: Some("brother".into()),
            phone: Some("+234 1 555".into()),
            address: None,
        }],
        bank_accounts: vec![NewBankAccount {
            bank: Some("First Bank".into()),
            account_name: Some("A. Obi".into()),
            number: "DE89370400440532013000".into(),
        }],
        email: Some("ada@example.org".into()),
        phone: Some("   ".into()),
        address: Some("12 Marina\nLagos".into()),
        external_reference: Some("CRM-77".into()),
        ..NewCustomer::default()
    };
    let id = desk.create_customer(new).unwrap().id;
    let ada = desk.customer(id).unwrap();
    assert_eq!((ada.name.as_str(), &ada.phone), ("Ada Obi", &None), "only what is given is stored");
    assert_eq!(
        ada.next_of_kin,
        [NextOfKinView {
            id: ada.next_of_kin[0].id,
            name: "Obi, Chidi".into(),
            relationship: Some("brother".into()),
            phone: Some("+234 1 555".into()),
            address: None,
        }]
    );
    let account = BankAccountView {
        id: ada.bank_accounts[0].id,
        bank: Some("First Bank".into()),
        account_name: Some("A. Obi".into()),
        hint: "…3000".into(),
        number: Some("DE89370400440532013000".into()),
    };
    assert_eq!(ada.bank_accounts, std::slice::from_ref(&account));
    let seen_by_an_agent = office.agent().customer(id).unwrap().bank_accounts;
    assert_eq!(seen_by_an_agent, [BankAccountView { number: None, ..account }]);
    assert_eq!(office.agent().find_customer("CRM-77").unwrap().id, id);

    let edit = CustomerEdit {
        marital_status: Some(MaritalStatus::Married),
        email: Some(String::new()),
        phone: Some("+234 1 777".into()),
        seen: Some(ada.revision),
        ..CustomerEdit::default()
    };
    let changed = desk.update_customer(id, edit).unwrap();
    assert_eq!((changed.revision, changed.events), (2, 1));
    let history = office.manager().history(StreamId::Customer(id), PageRequest::first()).unwrap().rows;
    let update = history.last().unwrap();
    assert_eq!(update.text, "updated marital status, e-mail, phone");
    let changes: Vec<_> = update
        .changes
        .iter()
        .map(|one| (one.field.as_str(), one.from.as_deref(), one.to.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            ("marital_status", Some("it is complicated"), Some("married")),
            ("email", Some("ada@example.org"), None),
            ("phone", None, Some("+234 1 777")),
        ]
    );
    let names: Vec<String> = desk
        .customers(Some("obi"), PageRequest::first())
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(names, ["Ada Obi"]);
}

pub(crate) fn a_case_is_raised_viewed_and_edited_field_by_field(office: &Office) {
    let desk = office.agent();
    let (ada, bo) = (office.customer("Ada Obi").id, office.customer("Bo Li").id);
    let raised = desk
        .raise_case(
            NewCase::new("enquiries", "Where is my refund?").for_customer(ada).described("Ordered in May."),
        )
        .unwrap();
    assert_eq!((raised.number.as_str(), raised.revision, raised.replayed), ("C-000001", 1, false));
    let view = desk.case(raised.id).unwrap();
    let expected = CaseView {
        id: raised.id,
        revision: 1,
        number: "C-000001".into(),
        case_type_id: desk.case_type("Enquiries").unwrap().id,
        case_type: "Enquiries".into(),
        type_version: 1,
        stage_id: "open".into(),
        stage: "Open".into(),
        customer_stage: "Open".into(),
        category: StageCategory::Open,
        title: "Where is my refund?".into(),
        description: Some("Ordered in May.".into()),
        customer: Some(ada),
        customer_name: Some("Ada Obi".into()),
        requester: None,
        team_id: None,
        team: None,
        tags: Vec::new(),
        priority: Some(casekit::Priority::Normal),
        holder: None,
        raised_by: "amara".into(),
        raised_by_name: None,
        raised_at: view.raised_at,
        received_at: view.raised_at,
        stage_since: view.raised_at,
        updated_at: view.raised_at,
        resolved_at: None,
        closed_at: None,
        due_at: None,
        deadlines: Vec::new(),
        follow_up_at: None,
        resolution: None,
        reopened: 0,
        notes: Some(0),
        fields: Vec::new(),
    };
    assert_eq!(view, expected);

    let edits = [
        CaseEdit::new().title("Refund of order 4711"),
        CaseEdit::new().description("Ordered in May, returned in June."),
        CaseEdit::new().stage("in progress"),
        CaseEdit::new().customer(bo),
        CaseEdit::new().without_customer(),
        CaseEdit::new().case_type("Support"),
    ];
    for (place, edit) in edits.into_iter().enumerate() {
        let changed = desk.edit_case(raised.id, edit.seen(place as u64 + 1)).unwrap();
        assert_eq!((changed.revision, changed.events), (place as u64 + 2, 1), "one event for one change");
    }
    let edited = desk.case(raised.id).unwrap();
    assert_eq!(
        edited,
        CaseView {
            revision: 7,
            case_type_id: desk.case_type("Support").unwrap().id,
            case_type: "Support".into(),
            stage_id: "in_progress".into(),
            stage: "In Progress".into(),
            customer_stage: "In Progress".into(),
            category: StageCategory::Active,
            title: "Refund of order 4711".into(),
            description: Some("Ordered in May, returned in June.".into()),
            customer: None,
            customer_name: None,
            stage_since: edited.stage_since,
            updated_at: edited.updated_at,
            ..expected
        }
    );
    let same = desk
        .edit_case(raised.id, CaseEdit::new().title("Refund of order 4711").stage("In Progress"))
        .unwrap();
    assert_eq!((same.revision, same.events), (7, 0), "what is already so leaves no event");
}

fn a_form_is_checked_whole_and_cancelling_leaves_no_trace(office: &Office) {
    let desk = office.agent();
    let before = office.footprint();
    let form = NewCase::new("Enquiry", " ").in_stage("Nowhere").described("a\u{7}b");
    let wrong: Vec<String> = desk.validate_case(&form).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        wrong,
        [
            "`case type` names nothing that exists: did you mean `Enquiries`? There are `Bug report`, `Data request`, \
             `Enquiries`, `Feature requests`, `Follow up`, `Process update`, `Support`",
            "`title` must not be empty",
            "`description` contains a control character: remove it",
        ]
    );
    assert_eq!(rejection(desk.raise_case(form)).fields().len(), 3, "saving finds what checking found");
    let fixed = NewCase::new("Enquiries", "A question").in_stage("Closed");
    assert_eq!(desk.validate_case(&fixed).unwrap(), []);
    assert_eq!(office.footprint(), before, "nothing was saved, so nothing is there");
    let raised = desk.raise_case(fixed).unwrap();
    assert_eq!(raised.number, "C-000001", "and no number was used up");
    assert_eq!(office.view(raised.id).category, StageCategory::Closed, "a call that was dealt with at once");
}

fn a_closed_case_is_not_offered_to_be_taken_until_it_is_reopened(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let case = office.case("Cannot log in").id;
    let offered = |desk: &Desk| -> Vec<Action> {
        let actions = desk.available_actions(case).unwrap().into_iter();
        let of_holders = [Action::TakeCase, Action::ReturnCase, Action::AssignCase, Action::TakeOverCase];
        let possible = actions.filter(|one| one.blockers.is_empty()).map(|one| one.action);
        possible.filter(|one| of_holders.contains(one)).collect()
    };
    assert_eq!(offered(&amara), [Action::TakeCase]);
    assert_eq!(offered(&mona), [Action::TakeCase, Action::AssignCase]);
    amara.edit_case(case, CaseEdit::new().stage("Closed")).unwrap();
    assert_eq!((offered(&amara), offered(&mona)), (vec![], vec![]));
    let closed = [Blocker::Closed { stage: "Closed".into() }];
    assert_eq!(amara.blockers(case, Action::TakeCase, None).unwrap(), closed);
    assert_eq!(
        rejection(amara.take_case(case)).blockers(),
        closed,
        "the command says what the screen was told"
    );
    amara.edit_case(case, CaseEdit::new().stage("Open").because("called again")).unwrap();
    amara.take_case(case).unwrap();
    assert_eq!(offered(&mona), [Action::ReturnCase, Action::AssignCase, Action::TakeOverCase]);
}

fn a_case_goes_from_hand_to_hand(office: &Office) {
    let (amara, ben, mona) = (office.agent(), office.other_agent(), office.manager());
    let case = office.case("Cannot log in").id;
    assert_eq!(amara.take_case(case).unwrap().events, 2, "taken, and moved into progress");
    assert_eq!(office.view(case).stage, "In Progress");
    assert_eq!(rejection(ben.take_case(case)), Rejection::already_taken("amara"));
    amara.return_case(case, Some("off to lunch")).unwrap();
    assert_eq!(office.view(case).holder, None);
    ben.take_case(case).unwrap();
    mona.take_over_case(case, Some("ben is ill")).unwrap();
    mona.assign_case(case, "amara", None).unwrap();
    assert_eq!(office.view(case).holder.unwrap().by, "amara");
    let again = mona.assign_case(case, "amara", None).unwrap();
    assert_eq!((again.revision, again.events), (office.view(case).revision, 0), "she holds it already");

    let history = mona.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    let told: Vec<String> = history.iter().map(|entry| format!("{} {}", entry.actor, entry.text)).collect();
    assert_eq!(
        told,
        [
            "amara raised C-000001 as Support in Open",
            "amara took the case",
            "amara moved it from Open to In Progress",
            "amara put the case back",
            "ben took the case",
            "mona took the case over from ben",
            "mona assigned the case to amara",
        ]
    );
    let reasons: Vec<&str> = history.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    assert_eq!(reasons, ["off to lunch", "ben is ill"]);
}

fn an_ended_case_is_reopened_with_a_reason_and_counted(office: &Office) {
    let desk = office.agent();
    let case = office.case("Cannot log in").id;
    for round in 1..=2 {
        desk.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
        desk.edit_case(case, CaseEdit::new().stage("Closed")).unwrap();
        let silent = office.refused(|| desk.edit_case(case, CaseEdit::new().stage("Open")));
        assert_eq!(
            silent.to_string(),
            "`edit the case` is not possible now: reopening from `Closed` needs a reason"
        );
        desk.edit_case(case, CaseEdit::new().stage("Open").because("wrote again")).unwrap();
        assert_eq!(office.view(case).reopened, round);
    }
    let history = office.manager().history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    assert_eq!(history.last().unwrap().text, "reopened it, from Closed to Open");
    assert_eq!(history.last().unwrap().reason.as_deref(), Some("wrote again"));
}

fn a_case_is_looked_up_by_number_as_people_write_it_or_by_id(office: &Office) {
    office.case("The first");
    let second = office.case("The second");
    let desk = office.agent();
    let id = second.id.to_string();
    for text in ["C-000002", "c-000002", " c-2 ", "000002", "2", &id, &id.to_uppercase()] {
        assert_eq!(desk.find_case(text).unwrap().title, "The second", "{text}");
    }
    for text in ["C-000003", "0", "", "C", "-2", "the second"] {
        assert_eq!(rejection(desk.find_case(text)).code(), "not_found", "{text}");
    }
}

#[test]
fn everything_is_there_when_the_file_is_opened_again() {
    let office = Office::on_file();
    let ada = office.customer("Ada Obi").id;
    let case =
        office.agent().raise_case(NewCase::new("Support", "Cannot log in").for_customer(ada)).unwrap().id;
    let note = office.agent().add_note(case, "Called, no answer.").unwrap().id;
    office.other_agent().reply(note, "Reached her.").unwrap();
    office.agent().take_case(case).unwrap();
    let look = |kit: &CaseKit| {
        let desk = kit.desk(crate::build::actor("root", casekit::Role::Administrator));
        let page = PageRequest::first;
        (
            desk.case(case).unwrap(),
            desk.customer(ada).unwrap(),
            desk.thread(case, page()).unwrap(),
            desk.history(StreamId::Case(case), page()).unwrap(),
            desk.interactions(ada, page()).unwrap(),
            desk.search("reached", page()).unwrap(),
            desk.verify(None).unwrap(),
        )
    };
    let before = look(&office.kit);
    let closed = office.close();
    let kit = closed.open();
    assert_eq!(look(&kit), before);
    kit.check().unwrap();
    let next =
        kit.desk(crate::build::actor("amara", casekit::Role::Agent)).raise_case(NewCase::new("Support", "x"));
    assert_eq!(next.unwrap().number, "C-000002");
}
