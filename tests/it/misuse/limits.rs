//! Each limit at its edge and one beyond.

use casekit::{
    Blocker, CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CustomerEdit, Error, FieldRule, Gender,
    NewBankAccount, NewCase, NewCaseType, NewCustomer, NewNextOfKin, NewStage, NoteId, PageRequest,
    Rejection, SettingsEdit, StageCategory,
};

use crate::build::{Office, all_pages, on_every_store, rejection};

on_every_store!(
    texts_of_cases_and_notes_end_at_their_limits,
    texts_of_customers_end_at_their_limits,
    texts_of_case_types_and_settings_end_at_their_limits,
    lists_end_at_their_limits,
    ids_of_actors_and_requests_end_at_their_limits,
    a_text_to_search_for_ends_at_its_limits_wherever_it_is_typed,
    a_page_has_1_to_500_rows,
    a_thread_goes_100_replies_deep,
);

/// The limit counts characters, whatever they weigh in bytes.
fn of(length: usize) -> String {
    "é".repeat(length)
}

/// Asks at the edge, which must do, and one beyond, which must name the field and the limit and change nothing.
#[track_caller]
fn ends<T: std::fmt::Debug>(
    office: &Office,
    field: &str,
    limit: usize,
    ask: impl Fn(String) -> Result<T, casekit::Error>,
) {
    ask(of(limit)).unwrap();
    let refused = office.refused(|| ask(of(limit + 1)));
    assert_eq!(refused, Rejection::field(field, FieldRule::TooLong { limit: limit as u64 }));
}

fn texts_of_cases_and_notes_end_at_their_limits(office: &Office) {
    let desk = office.manager();
    let case = office.case("x").id;
    let note = desk.add_note(case, "x").unwrap().id;
    ends(office, "title", 200, |text| desk.raise_case(NewCase::new("Support", text)));
    ends(office, "title", 200, |text| desk.edit_case(case, CaseEdit::new().title(text)));
    ends(office, "description", 100_000, |text| {
        desk.raise_case(NewCase::new("Support", "x").described(text))
    });
    ends(office, "description", 100_000, |text| desk.edit_case(case, CaseEdit::new().description(text)));
    ends(office, "reason", 1_000, |text| desk.edit_case(case, CaseEdit::new().because(text)));
    ends(office, "text", 100_000, |text| desk.add_note(case, text));
    ends(office, "text", 100_000, |text| desk.reply(note, text));
    ends(office, "text", 100_000, |text| desk.edit_note(note, &text));
    // Each of these is done and undone, so that it can be asked twice.
    ends(office, "reason", 1_000, |text| {
        desk.assign_case(case, "ben", Some(&text))?;
        desk.take_over_case(case, Some(&text))?;
        desk.return_case(case, Some(&text))
    });
    desk.assign_case(case, "ben", None).unwrap();
    let long = of(1_001);
    for refused in [
        office.refused(|| desk.take_over_case(case, Some(&long))),
        office.refused(|| desk.return_case(case, Some(&long))),
        office.refused(|| desk.retract_note(note, Some(&long))),
    ] {
        assert_eq!(refused, Rejection::field("reason", FieldRule::TooLong { limit: 1_000 }));
    }
    desk.retract_note(note, Some(&of(1_000))).unwrap();
}

fn a_text_to_search_for_ends_at_its_limits_wherever_it_is_typed(office: &Office) {
    type Typed<'a> = Box<dyn Fn(&str) -> Result<(), Error> + 'a>;
    let desk = office.manager();
    let query = |text: &str| CasesQuery { text: Some(text.into()), ..CasesQuery::default() };
    let page = PageRequest::first;
    let mut places: Vec<Typed<'_>> = vec![
        Box::new(|text| desk.search(text, page()).map(drop)),
        Box::new(|text| desk.cases(&query(text), page()).map(drop)),
        Box::new(|text| desk.customers(Some(text), page()).map(drop)),
        Box::new(|text| {
            let query = query(text);
            desk.live(move |desk| desk.cases(&query, page())).refresh().map(drop)
        }),
        Box::new(|text| {
            casekit::reports::overview_csv(
                &desk,
                &query(text),
                casekit::CsvForm::for_programs(),
                &mut Vec::new(),
            )
            .map(drop)
        }),
    ];
    let words = |n: u32| (0..n).map(|n| format!("w{n} ")).collect::<String>();
    let too_many = Rejection::field("text", FieldRule::TooManyWords { limit: 64 });
    for place in places.drain(..) {
        ends(office, "text", 1_000, |text| place(&text));
        place(&words(64)).unwrap();
        assert_eq!(office.refused(|| place(&words(65))), too_many);
    }
}

fn texts_of_customers_end_at_their_limits(office: &Office) {
    let desk = office.agent();
    let id = office.customer("Ada").id;
    let named = || NewCustomer::named("x");
    let kin = |kin: NewNextOfKin| desk.create_customer(NewCustomer { next_of_kin: vec![kin], ..named() });
    let account =
        |one: NewBankAccount| desk.create_customer(NewCustomer { bank_accounts: vec![one], ..named() });
    let sound = || NewBankAccount { number: "1".into(), ..NewBankAccount::default() };
    let cousin = || NewNextOfKin { name: "x".into(), ..NewNextOfKin::default() };
    ends(office, "name", 200, |text| desk.create_customer(NewCustomer::named(text)));
    ends(office, "name", 200, |text| {
        desk.update_customer(id, CustomerEdit { name: Some(text), ..CustomerEdit::default() })
    });
    ends(office, "phone", 1_000, |text| desk.create_customer(NewCustomer { phone: Some(text), ..named() }));
    ends(office, "address", 100_000, |text| {
        desk.create_customer(NewCustomer { address: Some(text), ..named() })
    });
    ends(office, "gender", 1_000, |text| {
        desk.create_customer(NewCustomer { gender: Some(Gender::Other { text }), ..named() })
    });
    ends(office, "email", 1_000, |text| {
        let email = format!("a@{}", text.chars().skip(2).collect::<String>());
        desk.create_customer(NewCustomer { email: Some(email), ..named() })
    });
    ends(office, "external_reference", 200, |text| desk.create_customer(named().with_reference(text)));
    ends(office, "next_of_kin[0].name", 200, |name| kin(NewNextOfKin { name, ..cousin() }));
    ends(office, "next_of_kin[0].phone", 1_000, |text| kin(NewNextOfKin { phone: Some(text), ..cousin() }));
    ends(office, "next_of_kin[0].relationship", 1_000, |text| {
        kin(NewNextOfKin { relationship: Some(text), ..cousin() })
    });
    ends(office, "next_of_kin[0].address", 100_000, |text| {
        kin(NewNextOfKin { address: Some(text), ..cousin() })
    });
    ends(office, "bank_accounts[0].number", 1_000, |number| account(NewBankAccount { number, ..sound() }));
    ends(office, "bank_accounts[0].bank", 1_000, |text| {
        account(NewBankAccount { bank: Some(text), ..sound() })
    });
    ends(office, "number", 1_000, |number| desk.add_bank_account(id, NewBankAccount { number, ..sound() }));
    ends(office, "phone", 1_000, |text| desk.add_next_of_kin(id, cousin().with_phone(text)));
    ends(office, "bank_accounts[0].account_name", 200, |text| {
        account(NewBankAccount { account_name: Some(text), ..sound() })
    });
}

fn texts_of_case_types_and_settings_end_at_their_limits(office: &Office) {
    let desk = office.administrator();
    let id = desk.create_case_type(NewCaseType::new("Refunds")).unwrap().id;
    let edit = CaseTypeEdit::default;
    let stage =
        |stage: NewStage| desk.edit_case_type(id, CaseTypeEdit { stages: Some(vec![stage]), ..edit() });
    let open = |label: &str| NewStage::new(label, StageCategory::Open);
    ends(office, "name", 200, |text| desk.create_case_type(NewCaseType::new(text)));
    ends(office, "name", 200, |text| {
        desk.edit_case_type(id, CaseTypeEdit { name: Some(text.replace('é', "e")), ..edit() })
    });
    ends(office, "description", 100_000, |text| {
        desk.edit_case_type(id, CaseTypeEdit { description: Some(text), ..edit() })
    });
    ends(office, "stages[0].label", 1_000, |text| stage(open(&text)));
    ends(office, "stages[0].customer_label", 1_000, |text| stage(open("x").shown_as(text)));
    let long = office.refused(|| stage(open("x").with_id("x".repeat(201))));
    assert_eq!(long, Rejection::field("stages[0].id", FieldRule::NotAnId));
    stage(open("x").with_id("x".repeat(200))).unwrap();
    ends(office, "organisation", 1_000, |text| {
        desk.change_settings(SettingsEdit { organisation: Some(text), ..SettingsEdit::default() })
    });
    let prefix = |text: &str| {
        desk.change_settings(SettingsEdit { number_prefix: Some(text.into()), ..SettingsEdit::default() })
    };
    prefix("HELP-DESK-12").unwrap();
    for wrong in ["HELP-DESK-123", "", "-", "A-", "-A", "A--B", "A B"] {
        assert_eq!(office.refused(|| prefix(wrong)).fields()[0].field, "number_prefix", "{wrong:?}");
    }
    assert_eq!(office.case("x").number, "HELP-DESK-12-000001");
    assert_eq!(desk.find_case("help-desk-12-1").unwrap().title, "x");
}

fn lists_end_at_their_limits(office: &Office) {
    let desk = office.manager();
    let kin = |n| vec![NewNextOfKin { name: "x".into(), ..NewNextOfKin::default() }; n];
    let accounts = |n| vec![NewBankAccount { number: "1".into(), ..NewBankAccount::default() }; n];
    let id =
        desk.create_customer(NewCustomer { next_of_kin: kin(100), ..NewCustomer::named("x") }).unwrap().id;
    for account in accounts(100) {
        desk.add_bank_account(id, account).unwrap();
    }
    let customer = desk.customer(id).unwrap();
    assert_eq!((customer.next_of_kin.len(), customer.bank_accounts.len()), (100, 100));
    let too_many = |field| Rejection::field(field, FieldRule::TooMany { limit: 100 });
    let more = NewCustomer { next_of_kin: kin(101), ..NewCustomer::named("x") };
    assert_eq!(office.refused(|| desk.create_customer(more)), too_many("next_of_kin"));
    let more = NewCustomer { bank_accounts: accounts(101), ..NewCustomer::named("x") };
    assert_eq!(office.refused(|| desk.create_customer(more)), too_many("bank_accounts"));
    let one_more = || desk.add_bank_account(id, NewBankAccount::numbered("1"));
    assert_eq!(office.refused(one_more), too_many("bank_accounts"));
    let one_more = || desk.add_next_of_kin(id, NewNextOfKin::named("x"));
    assert_eq!(office.refused(one_more), too_many("next_of_kin"));

    let stages =
        |n| (0..n).map(|n| NewStage::new(format!("Stage {n}"), StageCategory::Open)).collect::<Vec<_>>();
    desk.create_case_type(NewCaseType::new("Long").with_stages(stages(100))).unwrap();
    assert_eq!(desk.case_type("Long").unwrap().stages.len(), 100);
    let longer = NewCaseType::new("Longer").with_stages(stages(101));
    assert_eq!(office.refused(|| desk.create_case_type(longer)), too_many("stages"));
    let ended = NewCaseType::new("Ended").with_stages(vec![
        NewStage::new("Closed", StageCategory::Closed),
        NewStage::new("Open", StageCategory::Open).disabled(),
    ]);
    let nowhere = office.refused(|| desk.create_case_type(ended));
    assert!(matches!(nowhere.fields()[0].rule, FieldRule::Missing { .. }), "a new case must start somewhere");
}

fn ids_of_actors_and_requests_end_at_their_limits(office: &Office) {
    use casekit::Role::Manager;
    let case = office.case("x").id;
    ends(office, "actor", 200, |id| office.desk(&id, Manager).add_note(case, "x"));
    ends(office, "on_behalf_of", 200, |id| {
        office.kit.desk(crate::build::actor("mona", Manager).on_behalf_of(id)).add_note(case, "x")
    });
    ends(office, "request", 200, |id| office.manager().request(id).add_note(case, "x"));
    ends(office, "to", 200, |id| office.manager().assign_case(case, &id, None));
    for blank in ["", " ", "\u{200b}"] {
        for (field, refused) in [
            ("actor", office.refused(|| office.desk(blank, Manager).add_note(case, "x"))),
            ("request", office.refused(|| office.manager().request(blank).add_note(case, "x"))),
        ] {
            assert_eq!(refused, Rejection::field(field, FieldRule::Required));
        }
        let refused = office.refused(|| office.manager().assign_case(case, blank, None));
        assert_eq!(refused, Rejection::field("to", FieldRule::Required));
    }
}

fn a_page_has_1_to_500_rows(office: &Office) {
    use casekit::{CasesQuery, Moment, StreamId};
    let desk = office.administrator();
    let case = office.case("x").id;
    let ada = office.customer("Ada").id;
    let ask = |page: PageRequest| -> [Result<(), casekit::Error>; 7] {
        [
            desk.cases(&CasesQuery::default(), page.clone()).map(drop),
            desk.interactions(ada, page.clone()).map(drop),
            desk.customers(None, page.clone()).map(drop),
            desk.search("x", page.clone()).map(drop),
            desk.thread(case, page.clone()).map(drop),
            desk.thread_at(case, Moment::Revision(1), page.clone()).map(drop),
            desk.history(StreamId::Case(case), page).map(drop),
        ]
    };
    for size in [1, 500] {
        ask(PageRequest::first().of(size)).into_iter().for_each(|answer| answer.unwrap());
        desk.changes_since(None, size).unwrap();
    }
    let wrong = Rejection::field("size", FieldRule::OutOfRange { least: 1, most: 500 });
    for size in [0, 501, u32::MAX] {
        for answer in ask(PageRequest::first().of(size)) {
            assert_eq!(rejection(answer), wrong);
        }
        assert_eq!(rejection(desk.changes_since(None, size)), wrong);
    }
}

fn a_thread_goes_100_replies_deep(office: &Office) {
    let desk = office.agent();
    let case: CaseId = office.case("x").id;
    let mut note: NoteId = desk.add_note(case, "0").unwrap().id;
    for depth in 1..100 {
        note = desk.reply(note, depth.to_string()).unwrap().id;
    }
    let refused = office.refused(|| desk.reply(note, "100"));
    assert_eq!(refused, Rejection::blocked("reply", Blocker::ThreadTooDeep { limit: 100 }));
    let thread = all_pages(500, |page| desk.thread(case, page));
    assert_eq!(thread.iter().map(|note| note.depth).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_file_has_1000_case_types() {
    let office = Office::in_memory();
    let desk = office.manager();
    for n in 7..1_000 {
        desk.create_case_type(NewCaseType::new(format!("Type {n}"))).unwrap();
    }
    let refused = office.refused(|| desk.create_case_type(NewCaseType::new("One more")));
    assert_eq!(refused, Rejection::blocked("create_case_type", Blocker::LimitReached { limit: 1_000 }));
    assert_eq!(desk.case_types().unwrap().len(), 1_000);
}
