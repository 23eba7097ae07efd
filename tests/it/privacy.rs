//! Canaries: planted personal data goes through every command and error, and comes out only where it was asked for.

use std::fmt::Debug;

use casekit::{
    BankAccountEdit, BankAccountId, BankAccountView, CaseEdit, CaseId, CaseTypeEdit, CasesQuery, Cursor,
    CustomerEdit, CustomerId, Desk, Error, HeldBy, ImportCase, ImportCustomer, ImportItem, Moment,
    NewBankAccount, NewCase, NewCaseType, NewCustomer, NewNextOfKin, NewNote, NoteId, PageRequest, Role,
    SettingsEdit, StreamId, Visibility,
};

use crate::build::{Office, actor, at, nothing, on_every_store};

on_every_store!(
    no_error_says_what_it_was_given,
    no_debug_of_a_command_or_view_shows_an_account_number,
    account_numbers_are_masked_for_who_may_not_read_them,
    account_numbers_are_not_found_by_search,
    who_may_not_read_customers_learns_nothing_of_them,
);

const ACCOUNT: &str = "DE89370400440532013000";
const OTHER_ACCOUNT: &str = "GB33BUKB20201555555555";
const NAME: &str = "Canaria Featherstone";
const NOTE: &str = "She coughs at night";
const CANARIES: [&str; 4] = [ACCOUNT, OTHER_ACCOUNT, NAME, NOTE];

fn account(number: &str) -> NewBankAccount {
    NewBankAccount { bank: None, account_name: None, number: number.into() }
}

fn canary(number: &str) -> NewCustomer {
    NewCustomer { bank_accounts: vec![account(number)], ..NewCustomer::named(NAME) }
}

struct Scene {
    customer: CustomerId,
    account: BankAccountId,
    case: CaseId,
    note: NoteId,
}

fn scene(office: &Office) -> Scene {
    let desk = office.agent();
    let customer = desk.create_customer(canary(ACCOUNT).with_reference("CRM-77")).unwrap().id;
    let case = desk.raise_case(NewCase::new("Support", "A cold").for_customer(customer)).unwrap().id;
    let note = desk.add_note(case, NOTE).unwrap().id;
    let account = desk.customer(customer).unwrap().bank_accounts[0].id;
    desk.edit_bank_account(customer, account, BankAccountEdit::new().number(OTHER_ACCOUNT)).unwrap();
    Scene { customer, account, case, note }
}

/// Both ways in which an error may reach a log, and what lies behind it.
fn words_of(error: &Error) -> String {
    let mut words = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(behind) = source {
        words += &format!(" {behind} {behind:?}");
        source = behind.source();
    }
    words
}

#[track_caller]
fn silent<T: Debug>(answer: Result<T, Error>) {
    let error = answer.expect_err("this must be refused");
    let words = words_of(&error);
    for canary in CANARIES {
        assert!(!words.contains(canary), "{words}");
    }
}

/// Text that is wrong by its length, by a control character, or by what it means, with a canary in it.
fn wrong(canary: &str) -> [String; 3] {
    [format!("{canary}{}", "x".repeat(100_001)), format!("{canary}\u{7}"), canary.to_owned()]
}

fn no_error_says_what_it_was_given(office: &Office) {
    let scene = scene(office);
    let (desk, page) = (office.administrator(), PageRequest::first);
    for canary in CANARIES {
        let [long, control, plain] = wrong(canary);
        for text in [&long, &control] {
            silent(desk.raise_case(NewCase::new("Support", text)));
            silent(desk.raise_case(NewCase::new("Support", "x").described(text)));
            silent(desk.edit_case(scene.case, CaseEdit::new().title(text)));
            silent(desk.edit_case(scene.case, CaseEdit::new().because(text)));
            silent(desk.return_case(scene.case, Some(text)));
            silent(desk.assign_case(scene.case, text, None));
            silent(desk.add_note(scene.case, text.as_str()));
            silent(desk.reply(scene.note, text.as_str()));
            silent(desk.edit_note(scene.note, text));
            silent(desk.retract_note(scene.note, Some(text)));
            silent(desk.create_customer(NewCustomer::named(text)));
            silent(desk.create_customer(NewCustomer {
                bank_accounts: vec![account(text)],
                ..NewCustomer::named("x")
            }));
            silent(desk.add_bank_account(scene.customer, account(text)));
            let edit = BankAccountEdit::new().number(text);
            silent(desk.edit_bank_account(scene.customer, scene.account, edit));
            silent(desk.add_next_of_kin(scene.customer, NewNextOfKin::named(text)));
            let kin = NewNextOfKin { name: text.clone(), ..NewNextOfKin::default() };
            silent(desk.create_customer(NewCustomer { next_of_kin: vec![kin], ..NewCustomer::named("x") }));
            silent(desk.update_customer(
                scene.customer,
                CustomerEdit { phone: Some(text.clone()), ..CustomerEdit::default() },
            ));
            silent(desk.create_case_type(NewCaseType::new(text)));
            silent(desk.change_settings(SettingsEdit {
                organisation: Some(text.clone()),
                ..SettingsEdit::default()
            }));
            silent(desk.request(text).take_case(scene.case));
            silent(office.desk(text, Role::Administrator).take_case(scene.case));
            let by = CasesQuery { holder: Some(HeldBy::Actor { id: text.clone() }), ..CasesQuery::default() };
            silent(desk.cases(&by, page()));
        }
        for text in [&long, &control, &plain] {
            silent(desk.raise_case(NewCase::new(text, "x")));
            silent(desk.raise_case(NewCase::new("Support", "x").in_stage(text)));
            silent(desk.edit_case(scene.case, CaseEdit::new().case_type(text)));
            silent(desk.edit_case(scene.case, CaseEdit::new().stage(text)));
            silent(desk.find_case(text));
            silent(desk.case_type(text));
            silent(desk.find_customer(text));
            silent(
                desk.cases(&CasesQuery { case_types: vec![text.clone()], ..CasesQuery::default() }, page()),
            );
            silent(desk.cases(&CasesQuery { stages: vec![text.clone()], ..CasesQuery::default() }, page()));
            silent(desk.cases(&CasesQuery::default(), PageRequest::after(text)));
            silent(Cursor::parse("cursor", text).map_err(Error::from));
            silent(desk.customers(None, PageRequest::after(text)));
            silent(
                desk.create_customer(NewCustomer { email: Some(text.clone()), ..NewCustomer::named("x") }),
            );
            silent(desk.change_settings(SettingsEdit {
                number_prefix: Some(text.clone()),
                ..SettingsEdit::default()
            }));
            silent(desk.change_settings(SettingsEdit {
                support_email: Some(text.clone()),
                ..SettingsEdit::default()
            }));
            let workflow = CaseTypeEdit { workflow: Some(text.clone()), ..CaseTypeEdit::default() };
            silent(desk.edit_case_type(desk.case_type("Support").unwrap().id, workflow));
        }
    }
    refused_for_other_reasons(office, &scene, &desk);
}

/// Sound text that is refused for who asks, for what is there, or by the store.
fn refused_for_other_reasons(office: &Office, scene: &Scene, desk: &Desk) {
    silent(desk.create_customer(canary(ACCOUNT).with_reference("CRM-77 ")));
    silent(office.auditor().create_customer(canary(ACCOUNT)));
    silent(office.auditor().add_note(scene.case, NOTE));
    silent(office.other_agent().edit_note(scene.note, NOTE));
    silent(desk.edit_note(nothing(), NOTE));
    let stale = CustomerEdit { name: Some(NAME.into()), seen: Some(1), ..CustomerEdit::default() };
    silent(desk.update_customer(scene.customer, stale));
    let once = desk.request("once");
    once.add_note(scene.case, NOTE).unwrap();
    silent(once.create_customer(canary(ACCOUNT)));
    let items = [
        ImportItem::Customer(ImportCustomer {
            customer: canary(ACCOUNT).with_reference("CRM-77"),
            at: at(0),
            by: "b".into(),
        }),
        ImportItem::Case(ImportCase {
            reference: None,
            case: NewCase::new("Support", format!("{NAME}\n")),
            customer_reference: Some(ACCOUNT.into()),
            at: at(0),
            by: "b".into(),
            request: None,
            changes: Vec::new(),
        }),
    ];
    let report = desk.import(&items).unwrap();
    assert_eq!(report.refused().count(), 2);
    for (_, rejection) in report.refused() {
        silent::<()>(Err(rejection.clone().into()));
    }
    office.kit.close().unwrap();
    silent(desk.create_customer(canary(ACCOUNT)));
    silent(desk.add_note(scene.case, NOTE));
    silent(desk.search(NAME, PageRequest::first()));
}

fn no_debug_of_a_command_or_view_shows_an_account_number(office: &Office) {
    let scene = scene(office);
    let page = PageRequest::first;
    let desk = office.administrator();
    let edit = BankAccountEdit::new().number(ACCOUNT);
    let item = ImportItem::Customer(ImportCustomer { customer: canary(ACCOUNT), at: at(0), by: "b".into() });
    let shown = [
        format!("{:?}", canary(ACCOUNT)),
        format!("{edit:?}"),
        format!("{item:?}"),
        format!("{:?}", desk.customer(scene.customer).unwrap()),
        format!("{:?}", desk.find_customer("CRM-77").unwrap()),
        format!("{:?}", desk.history(StreamId::Customer(scene.customer), page()).unwrap()),
        format!("{:?}", desk.changes_since(None, 500).unwrap()),
        format!("{:?}", desk.interactions(scene.customer, page()).unwrap()),
        format!("{:?}", crate::build::streams(office.store.as_ref())),
    ];
    for text in shown {
        assert!(!text.contains(ACCOUNT) && !text.contains(OTHER_ACCOUNT), "{text}");
    }
}

fn account_numbers_are_masked_for_who_may_not_read_them(office: &Office) {
    let scene = scene(office);
    let masked = BankAccountView {
        id: scene.account,
        bank: None,
        account_name: None,
        hint: "…5555".into(),
        number: None,
    };
    let clear = BankAccountView { number: Some(OTHER_ACCOUNT.into()), ..masked.clone() };
    for (role, expected) in [
        (Role::Agent, &masked),
        (Role::Auditor, &masked),
        (Role::Approver, &clear),
        (Role::Manager, &clear),
        (Role::Administrator, &clear),
    ] {
        let desk = office.desk("somebody", role);
        let seen = desk.customer(scene.customer).unwrap().bank_accounts;
        assert_eq!(seen, std::slice::from_ref(expected), "{role:?}");
        assert_eq!(seen[0].number, expected.number);
    }
    let told = |role| -> Vec<Option<String>> {
        let page =
            office.desk("somebody", role).history(StreamId::Customer(scene.customer), PageRequest::first());
        let changes = page.unwrap().rows.into_iter().flat_map(|entry| entry.changes);
        let accounts = changes.filter(|change| ["bank_accounts", "number"].contains(&change.field.as_str()));
        accounts.flat_map(|change| [change.from, change.to]).collect()
    };
    let masked = [None, Some("…3000"), Some("…3000"), Some("…5555")].map(|text| text.map(str::to_owned));
    let clear = [None, Some(ACCOUNT), Some(ACCOUNT), Some(OTHER_ACCOUNT)].map(|text| text.map(str::to_owned));
    assert_eq!(told(Role::Auditor), masked);
    assert_eq!(told(Role::Manager), clear);
    let short = BankAccountEdit::new().number("1234567");
    office.agent().edit_bank_account(scene.customer, scene.account, short).unwrap();
    let hint = &office.agent().customer(scene.customer).unwrap().bank_accounts[0].hint;
    assert_eq!(hint, "…", "four of seven characters would show it");
}

fn account_numbers_are_not_found_by_search(office: &Office) {
    scene(office);
    let desk = office.administrator();
    for text in [ACCOUNT, OTHER_ACCOUNT, "DE89", "5555", "GB33BUKB"] {
        assert_eq!(desk.search(text, PageRequest::first()).unwrap().rows, [], "{text}");
        assert_eq!(desk.customers(Some(text), PageRequest::first()).unwrap().rows, [], "{text}");
        let query = CasesQuery { text: Some(text.into()), ..CasesQuery::default() };
        assert_eq!(desk.cases(&query, PageRequest::first()).unwrap().rows, [], "{text}");
    }
    assert_eq!(desk.search(NAME, PageRequest::first()).unwrap().rows.len(), 1, "a name is found");
}

fn who_may_not_read_customers_learns_nothing_of_them(office: &Office) {
    use casekit::Permission::{ReadCases, ReadHistory, ReadNotes};
    let scene = scene(office);
    let clerk = casekit::Actor::new("clerk", "Clerk").with_permission(ReadCases).with_permission(ReadHistory);
    let desk = office.kit.desk(clerk.clone());
    let page = PageRequest::first;
    let said = [
        format!("{:?}", desk.case(scene.case).unwrap()),
        format!("{:?}", desk.cases(&CasesQuery::default(), page()).unwrap()),
        format!("{:?}", desk.history(StreamId::Case(scene.case), page()).unwrap()),
        format!("{:?}", desk.case_at(scene.case, Moment::Revision(2)).unwrap()),
        format!("{:?}", desk.search("canaria", page()).unwrap()),
        format!("{:?}", desk.search("coughs", page()).unwrap()),
        format!("{:?}", desk.changes_since(None, 500).unwrap()),
    ];
    for text in said {
        assert!(CANARIES.iter().all(|canary| !text.contains(canary)), "{text}");
    }
    assert_eq!(desk.search("canaria", page()).unwrap().rows, []);
    silent(desk.customer(scene.customer));
    silent(desk.find_customer("CRM-77"));
    silent(desk.customers(Some("canaria"), page()));
    silent(desk.interactions(scene.customer, page()));
    silent(desk.history(StreamId::Customer(scene.customer), page()));
    silent(desk.thread(scene.case, page()));
    silent(desk.thread_at(scene.case, Moment::Revision(2), page()));
    silent(desk.note_revisions(scene.note));
    let query = CasesQuery { text: Some("canaria".into()), ..CasesQuery::default() };
    silent(desk.cases(&query, page()));
    let reader = office.kit.desk(clerk.with_permission(ReadNotes));
    assert_eq!(reader.search("coughs", page()).unwrap().rows[0].note, Some(scene.note));
    let it = office.kit.desk(actor("ivo", Role::ItAdministrator));
    silent(it.case(scene.case));
    silent(it.set_note_visibility(scene.note, Visibility::Customer));
    silent(it.add_note(scene.case, NewNote::for_customer(NOTE)));
}

#[test]
fn a_sensitive_or_retracted_word_stands_in_no_search_table_of_the_file() {
    let office = Office::on_file();
    let scene = scene(&office);
    office.agent().retract_note(scene.note, None).unwrap();
    let closed = office.close();
    let connection = rusqlite::Connection::open(&closed.path).unwrap();
    for sql in [
        "SELECT count(*) FROM words WHERE word LIKE '%370400440532013000%' OR word = 'coughs' OR word LIKE '%bukb%'",
        "SELECT count(*) FROM search_data WHERE instr(CAST(block AS TEXT), 'coughs')",
    ] {
        let found: i64 = connection.query_row(sql, (), |row| row.get(0)).unwrap();
        assert_eq!(found, 0, "{sql}");
    }
}
