//! Text that is blank, hostile, or written in ways that a careless program mangles.

use casekit::{
    CaseEdit, CaseTypeEdit, CustomerEdit, CustomerField, FieldRule, NewCase, NewCaseType, NewCustomer,
    NewStage, PageRequest, Rejection, StageCategory,
};

use crate::build::{Office, on_every_store};

on_every_store!(
    blank_text_counts_as_none_in_every_script,
    control_characters_are_refused_but_line_break_and_tab_in_long_text,
    right_to_left_and_combining_text_is_kept_as_given,
    names_that_differ_only_in_case_width_or_outer_space_are_one_name,
    references_that_differ_only_in_case_are_two_references,
    given_and_taken_away_at_once_is_refused,
    every_wrong_field_is_named_at_once,
    what_looks_like_sql_or_a_query_is_only_text,
);

const BLANK: [&str; 8] =
    ["", " ", "\t\n", "\u{a0}\u{3000}", "\u{200b}\u{feff}", "\u{202e}\u{202c}", "\u{2066}", "\u{ad}"];

fn blank_text_counts_as_none_in_every_script(office: &Office) {
    let desk = office.manager();
    let case = desk.raise_case(NewCase::new("Support", "x").described("y")).unwrap().id;
    let note = desk.add_note(case, "x").unwrap().id;
    let typed = desk.case_type("Support").unwrap().id;
    for blank in BLANK {
        for (field, refused) in [
            ("title", office.refused(|| desk.raise_case(NewCase::new("Support", blank)).map(drop))),
            ("title", office.refused(|| desk.edit_case(case, CaseEdit::new().title(blank)).map(drop))),
            ("text", office.refused(|| desk.add_note(case, blank).map(drop))),
            ("text", office.refused(|| desk.reply(note, blank).map(drop))),
            ("text", office.refused(|| desk.edit_note(note, blank).map(drop))),
            ("name", office.refused(|| desk.create_customer(NewCustomer::named(blank)).map(drop))),
            ("name", office.refused(|| desk.create_case_type(NewCaseType::new(blank)).map(drop))),
            (
                "name",
                office.refused(|| {
                    let edit = CaseTypeEdit { name: Some(blank.into()), ..CaseTypeEdit::default() };
                    desk.edit_case_type(typed, edit).map(drop)
                }),
            ),
            (
                "stages[0].label",
                office.refused(|| {
                    let stages = vec![NewStage::new(blank, StageCategory::Open)];
                    desk.create_case_type(NewCaseType::new("New").with_stages(stages)).map(drop)
                }),
            ),
        ] {
            assert_eq!(refused, Rejection::field(field, FieldRule::Required), "{blank:?}");
        }
        let raised = desk.raise_case(NewCase::new("Support", "x").described(blank)).unwrap().id;
        assert_eq!(office.view(raised).description, None);
        let given =
            NewCustomer { phone: Some(blank.into()), email: Some(blank.into()), ..NewCustomer::named("x") };
        let given =
            NewCustomer { address: Some(blank.into()), external_reference: Some(blank.into()), ..given };
        let view = desk.customer(desk.create_customer(given).unwrap().id).unwrap();
        assert_eq!((view.phone, view.email, view.address, view.external_reference), (None, None, None, None));
    }
    desk.edit_case(case, CaseEdit::new().description(" ")).unwrap();
    assert_eq!(office.view(case).description, None, "blank takes an optional text away");
}

fn control_characters_are_refused_but_line_break_and_tab_in_long_text(office: &Office) {
    let desk = office.manager();
    let case = office.case("x").id;
    for control in ["\0", "\u{7}", "\u{1b}[31m", "\u{7f}", "\u{85}", "\r"] {
        let text = format!("a{control}b");
        for (field, refused) in [
            ("title", office.refused(|| desk.raise_case(NewCase::new("Support", &text)).map(drop))),
            (
                "description",
                office.refused(|| desk.edit_case(case, CaseEdit::new().description(&text)).map(drop)),
            ),
            ("text", office.refused(|| desk.add_note(case, text.as_str()).map(drop))),
            ("reason", office.refused(|| desk.edit_case(case, CaseEdit::new().because(&text)).map(drop))),
            ("name", office.refused(|| desk.create_customer(NewCustomer::named(&text)).map(drop))),
            ("name", office.refused(|| desk.create_case_type(NewCaseType::new(&text)).map(drop))),
        ] {
            assert_eq!(refused, Rejection::field(field, FieldRule::ControlCharacter), "{control:?}");
        }
    }
    for line in ["a\nb", "a\tb", "a\u{2028}b", "a\u{2029}b"] {
        let refused = office.refused(|| desk.edit_case(case, CaseEdit::new().title(line)));
        assert_eq!(refused, Rejection::field("title", FieldRule::ControlCharacter), "{line:?}");
    }
    let note = desk.add_note(case, "  a\r\n\tb\n").unwrap().id;
    assert_eq!(desk.note_revisions(note).unwrap()[0].text.as_deref(), Some("  a\n\tb\n"));
}

fn right_to_left_and_combining_text_is_kept_as_given(office: &Office) {
    let desk = office.manager();
    for text in [
        "مرحبا بالعالم",
        "שלום עולם",
        "e\u{301}te\u{301}",
        "été",
        "\u{202e}txet desrever\u{202c} end",
        "👩‍👩‍👧‍👦 and 🇩🇪",
        "กำลังดำเนินการ",
        "a\u{200d}b\u{200b}c",
        "\u{10ffff}\u{fffd}\u{e000}",
        "ﬁ Ⅳ ① ｶﾞ",
        "İıſßẞ",
    ] {
        let case = desk.raise_case(NewCase::new("Support", text).described(text)).unwrap().id;
        let note = desk.add_note(case, text).unwrap().id;
        let customer = desk
            .create_customer(NewCustomer { address: Some(text.into()), ..NewCustomer::named(text) })
            .unwrap()
            .id;
        desk.edit_case(case, CaseEdit::new().customer(customer)).unwrap();
        let view = office.view(case);
        assert_eq!((view.title.as_str(), view.description.as_deref()), (text, Some(text)));
        assert_eq!(view.customer_name.as_deref(), Some(text));
        assert_eq!(desk.note_revisions(note).unwrap()[0].text.as_deref(), Some(text));
        let customer = desk.customer(customer).unwrap();
        assert_eq!((customer.name.as_str(), customer.address.as_deref()), (text, Some(text)));
        let stages = vec![NewStage::new(text, StageCategory::Open)];
        desk.create_case_type(NewCaseType::new(format!("Of {case}")).with_stages(stages)).unwrap();
        assert_eq!(desk.case_type(&format!("Of {case}")).unwrap().stages[0].label, text);
        let typed = desk.raise_case(NewCase::new(format!("Of {case}"), "x").in_stage(text)).unwrap().id;
        assert_eq!(office.view(typed).stage, text);
    }
}

fn names_that_differ_only_in_case_width_or_outer_space_are_one_name(office: &Office) {
    let desk = office.manager();
    desk.create_case_type(NewCaseType::new("Straße Été")).unwrap();
    let bugs = desk.case_type("ｂｕｇ　ＲＥＰＯＲＴ").unwrap().id;
    let in_use = Rejection::field("name", FieldRule::AlreadyInUse);
    for same in ["straße été", "STRASSE ÉTÉ", " Straße E\u{301}té ", "ｓｔｒａßｅ　été"] {
        assert_eq!(office.refused(|| desk.create_case_type(NewCaseType::new(same))), in_use, "{same}");
        let renamed = CaseTypeEdit { name: Some(same.into()), ..CaseTypeEdit::default() };
        assert_eq!(office.refused(|| desk.edit_case_type(bugs, renamed)), in_use, "{same}");
        assert_eq!(desk.case_type(same).unwrap().name, "Straße Été");
    }
    desk.create_case_type(NewCaseType::new("Strasse Ete")).unwrap();
    let own = CaseTypeEdit { name: Some("BUG REPORT".into()), ..CaseTypeEdit::default() };
    desk.edit_case_type(bugs, own).unwrap();
    assert_eq!(desk.case_type("bug report").unwrap().name, "BUG REPORT", "its own name may change its case");
    let freed = CaseTypeEdit { name: Some("Defects".into()), ..CaseTypeEdit::default() };
    desk.edit_case_type(bugs, freed).unwrap();
    desk.create_case_type(NewCaseType::new("Bug report")).unwrap();
    let twins =
        vec![NewStage::new("Open", StageCategory::Open), NewStage::new("ＯＰＥＮ", StageCategory::Open)];
    let refused = office.refused(|| desk.create_case_type(NewCaseType::new("Twins").with_stages(twins)));
    assert_eq!(refused, Rejection::field("stages[1].label", FieldRule::Duplicate));
}

fn references_that_differ_only_in_case_are_two_references(office: &Office) {
    let desk = office.agent();
    let ada = desk.create_customer(NewCustomer::named("Ada").with_reference("CRM-7a")).unwrap().id;
    let bo = desk.create_customer(NewCustomer::named("Bo")).unwrap().id;
    let in_use = Rejection::field("external_reference", FieldRule::AlreadyInUse);
    let refer =
        |text: &str| CustomerEdit { external_reference: Some(text.into()), ..CustomerEdit::default() };
    for other in ["crm-7A", "ＣＲＭ-7a", "CRM-7ａ"] {
        assert_eq!(office.refused(|| desk.find_customer(other).map(drop)).code(), "not_found", "{other}");
        let id = desk.create_customer(NewCustomer::named("x").with_reference(other)).unwrap().id;
        assert_eq!(desk.find_customer(other).unwrap().id, id);
    }
    for same in [" CRM-7a ", "CRM-7a\u{3000}"] {
        assert_eq!(
            office.refused(|| desk.create_customer(NewCustomer::named("x").with_reference(same))),
            in_use
        );
        assert_eq!(office.refused(|| desk.update_customer(bo, refer(same))), in_use);
        assert_eq!(desk.find_customer(same).unwrap().id, ada);
    }
    desk.update_customer(ada, refer("CRM-7a ")).unwrap();
    desk.update_customer(ada, refer("")).unwrap();
    desk.update_customer(bo, refer("CRM-7a")).unwrap();
    assert_eq!(desk.find_customer("CRM-7a").unwrap().id, bo, "what one gave up another may have");
}

fn given_and_taken_away_at_once_is_refused(office: &Office) {
    let desk = office.manager();
    let (case, customer) = (office.case("x").id, office.customer("Ada").id);
    let typed = desk.case_type("Support").unwrap().id;
    let both = CustomerEdit {
        phone: Some("1".into()),
        clear: vec![CustomerField::Phone],
        ..CustomerEdit::default()
    };
    let nameless = CustomerEdit { clear: vec![CustomerField::Name], ..CustomerEdit::default() };
    let moves = CaseTypeEdit { moves: Some(Vec::new()), any_move: true, ..CaseTypeEdit::default() };
    let workflow = CaseTypeEdit {
        workflow: Some("Data request".into()),
        without_workflow: true,
        ..CaseTypeEdit::default()
    };
    for (field, refused) in [
        (
            "customer",
            office.refused(|| {
                desk.edit_case(case, CaseEdit::new().customer(customer).without_customer()).map(drop)
            }),
        ),
        ("phone", office.refused(|| desk.update_customer(customer, both).map(drop))),
        ("name", office.refused(|| desk.update_customer(customer, nameless).map(drop))),
        ("moves", office.refused(|| desk.edit_case_type(typed, moves).map(drop))),
        ("workflow", office.refused(|| desk.edit_case_type(typed, workflow).map(drop))),
    ] {
        assert_eq!(refused.fields().iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), [field]);
    }
}

fn every_wrong_field_is_named_at_once(office: &Office) {
    let desk = office.manager();
    let case = office.case("x").id;
    let named = |refused: Rejection| -> Vec<String> {
        refused.fields().iter().map(|one| one.field.clone()).collect()
    };
    let edit = CaseEdit::new().title("").description("\0").because("\n\0").stage("Nowhere");
    let edit = CaseEdit { customer: Some(crate::build::nothing()), ..edit };
    let wrong = named(office.refused(|| desk.edit_case(case, edit)));
    assert_eq!(wrong, ["stage", "title", "description", "customer", "reason"]);
    let customer = NewCustomer {
        email: Some("nowhere".into()),
        phone: Some("\0".into()),
        bank_accounts: vec![casekit::NewBankAccount::default()],
        next_of_kin: vec![casekit::NewNextOfKin::default()],
        ..NewCustomer::default()
    };
    let wrong = named(office.refused(|| desk.create_customer(customer)));
    assert_eq!(wrong, ["name", "next_of_kin[0].name", "bank_accounts[0].number", "email", "phone"]);
    let new =
        NewCaseType { name: "Support".into(), description: Some("\0".into()), ..NewCaseType::default() };
    let new = new.with_moves([("Open", "Nowhere"), ("Elsewhere", "Open")]).with_workflow("None");
    let wrong = named(office.refused(|| desk.create_case_type(new)));
    assert_eq!(wrong, ["name", "description", "moves[0].to", "moves[1].from", "workflow"]);
}

fn what_looks_like_sql_or_a_query_is_only_text(office: &Office) {
    let desk = office.agent();
    for text in [
        "'; DROP TABLE cases; --",
        "\" OR 1=1",
        "%_%",
        "a* NEAR b",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        "<b>&amp;",
    ] {
        let case = desk.raise_case(NewCase::new("Support", text).described(text)).unwrap().id;
        assert_eq!(office.view(case).title, text);
        desk.search(text, PageRequest::first()).unwrap();
        desk.customers(Some(text), PageRequest::first()).unwrap();
        let query = casekit::CasesQuery { text: Some(text.into()), ..casekit::CasesQuery::default() };
        let found = desk.cases(&query, PageRequest::first()).unwrap().rows;
        assert!(found.iter().all(|row| row.title == text), "{text} found {found:?}");
    }
}
