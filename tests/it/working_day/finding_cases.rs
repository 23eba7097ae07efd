//! A case is found by whatever a person holds: a letter, a screen, a note of a call.

use casekit::{
    CaseId, FieldRule, FoundBy, ImportCase, ImportItem, NewCase, NewRequest, Rejection, Role, Scope,
    ScopeCases, SettingsEdit,
};

use crate::build::{Office, Scoped, actor, at, on_every_store, rejection};

on_every_store!(
    find_case_finds_a_number_as_people_write_it,
    find_case_opens_nobody_elses_case_under_another_systems_number,
    find_case_finds_the_webforms_reference_and_an_imports,
    find_cases_answers_all_matches_and_says_how_each_was_found,
    find_case_names_the_choices_if_there_are_several,
    find_cases_reveals_no_case_outside_the_actors_sight,
    an_id_is_asked_for_and_a_number_or_the_id_of_something_else_is_given,
);

fn request(office: &Office, reference: &str, requester: &str) -> CaseId {
    let new = NewRequest::new(reference, requester).with_credential("born", "1990-02-03");
    office.agent().receive_request(new).unwrap().id.unwrap()
}

fn import(office: &Office, reference: &str, title: &str) {
    let case = ImportCase {
        reference: Some(reference.into()),
        case: NewCase::new("Support", title),
        customer_reference: None,
        at: at(0),
        by: "old-amara".into(),
        request: None,
        changes: Vec::new(),
    };
    let report = office.manager().import(&[ImportItem::Case(case)]).unwrap();
    assert_eq!(report.refused().count(), 0);
}

/// The numbers of what is found, each with how.
fn found(office: &Office, text: &str) -> Vec<(String, Vec<FoundBy>)> {
    let found = office.agent().find_cases(text).unwrap();
    found.into_iter().map(|found| (found.case.number, found.by)).collect()
}

fn find_case_finds_a_number_as_people_write_it(office: &Office) {
    office.case("The first");
    let second = office.case("The second");
    let desk = office.agent();
    let id = second.id.to_string();
    for text in [
        "C-000002",
        "c-2",
        "C000002",
        "c 2",
        "#2",
        "# 2",
        "№ 2",
        "2",
        "000002",
        "C\u{2011}000002",
        "C–2",
        "C—2",
        "C−2",
        "Ｃ－０００００２",
        "２",
        "C-\u{662}",
        "C-000002.",
        "„C-2“",
        "(C-2)",
        "C-\u{AD}000\u{200B}002",
        "\u{202A}C-2\u{202C}",
        "\u{FEFF}C-2",
        "C\u{A0}2",
        &id,
        &id.to_uppercase(),
        &format!("{id}."),
    ] {
        assert_eq!(desk.find_case(text).unwrap().title, "The second", "{text}");
    }
    for text in ["C-000003", "0", "", "C", "-2", "C/2", "2.5", "the second", "C-2C"] {
        assert_eq!(rejection(desk.find_case(text)).code(), "not_found", "{text}");
        assert_eq!(desk.find_cases(text).unwrap(), [], "{text}");
    }
}

fn find_case_opens_nobody_elses_case_under_another_systems_number(office: &Office) {
    let support = office.case("Somebody's own trouble");
    let asked = request(office, "WEB-1", "Ada Obi");
    let desk = office.agent();
    assert_eq!(desk.find_case("WEB-1").unwrap().id, asked, "and not case 1");
    for text in ["INV-1", "ORDER-0001", "INV1", "A-C-1"] {
        assert_eq!(rejection(desk.find_case(text)).code(), "not_found", "{text}");
    }
    let edit = SettingsEdit { number_prefix: Some("HELP-2".into()), ..SettingsEdit::default() };
    office.administrator().change_settings(edit).unwrap();
    let third = office.case("Under another prefix").id;
    for text in ["HELP-2-3", "help-2-000003", "HELP-2000003", "help 2 3", "3"] {
        assert_eq!(desk.find_case(text).unwrap().id, third, "{text}");
    }
    assert_eq!(desk.find_case("C-1").unwrap().id, support.id, "a case keeps its prefix");
    for text in ["C-3", "HELP-2-1"] {
        assert_eq!(rejection(desk.find_case(text)).code(), "not_found", "{text}");
    }
}

fn find_case_finds_the_webforms_reference_and_an_imports(office: &Office) {
    let asked = request(office, "aB3x-77", "Ada Obi");
    request(office, "OTHER-1", "Bob Eze");
    import(office, "OLD-77", "From the old system");
    let desk = office.agent();
    for text in ["aB3x-77", " aB3x-77. ", "aB3x\u{2011}77"] {
        assert_eq!(desk.find_case(text).unwrap().id, asked, "{text}");
    }
    for text in ["OLD-77", "old-77", "OLD–77", "OLD-77\u{200B}"] {
        assert_eq!(desk.find_case(text).unwrap().title, "From the old system", "{text}");
    }
}

fn find_cases_answers_all_matches_and_says_how_each_was_found(office: &Office) {
    let first = office.case("The first");
    request(office, "1", "Ada Obi");
    import(office, "1", "From the old system");
    import(office, "C-000001", "Another");
    let number = |value: u32| format!("C-{value:06}");
    let expected = [
        (number(1), vec![FoundBy::Number]),
        (number(2), vec![FoundBy::RequestReference]),
        (number(3), vec![FoundBy::ImportReference]),
    ];
    let mut all = found(office, "1");
    all.sort();
    assert_eq!(all, expected);
    let expected = [(number(1), vec![FoundBy::Number]), (number(4), vec![FoundBy::ImportReference])];
    assert_eq!(found(office, "c-000001"), expected);
    assert_eq!(found(office, &first.id.to_string()), [(number(1), vec![FoundBy::Id])]);
    import(office, "5", "Known by its own number");
    assert_eq!(found(office, "5"), [(number(5), vec![FoundBy::Number, FoundBy::ImportReference])]);
    for requester in ["Bob Eze", "Cy Eze", "Di Eze"] {
        request(office, "WEB-9", requester);
    }
    let by = || vec![FoundBy::RequestReference];
    assert_eq!(found(office, "web-9"), [(number(6), by()), (number(7), by()), (number(8), by())]);
    assert_eq!(found(office, "WEB-9#2"), [(number(7), by())]);
}

fn find_case_names_the_choices_if_there_are_several(office: &Office) {
    request(office, "WEB-1", "Ada Obi");
    request(office, "WEB-1", "Bob Eze");
    let refused = rejection(office.agent().find_case("WEB-1"));
    let choices = vec!["C-000001".to_owned(), "C-000002".to_owned()];
    assert_eq!(refused, Rejection::field("text", FieldRule::Ambiguous { choices }));
    assert_eq!(refused.to_string(), "`text` can mean `2` things: give one of `C-000001`, `C-000002`");
}

fn find_cases_reveals_no_case_outside_the_actors_sight(office: &Office) {
    request(office, "WEB-1", "Ada Obi");
    import(office, "OLD-1", "From the old system");
    let kit = office.narrowed_by(Scoped(Scope { cases: ScopeCases::Own, ..Scope::all() }));
    let ben = kit.desk(actor("ben", Role::Agent));
    let own = ben.receive_request(NewRequest::new("WEB-1", "Bob Eze")).unwrap().id.unwrap();
    let hidden = office.agent().find_case("1").unwrap().id.to_string();
    for text in ["1", "C-000001", "WEB-1#1", "OLD-1", "2", &hidden] {
        assert_eq!(ben.find_cases(text).unwrap(), [], "{text}");
        assert_eq!(rejection(ben.find_case(text)).code(), "not_found", "{text}");
    }
    assert_eq!(ben.find_case("WEB-1").unwrap().id, own, "the other is no choice for him");
    assert_eq!(rejection(office.agent().find_case("WEB-1")).code(), "invalid");
}

fn an_id_is_asked_for_and_a_number_or_the_id_of_something_else_is_given(office: &Office) {
    let (desk, case) = (office.agent(), office.case("Cannot log in").id);
    let customer = office.customer("Ada Obi").id;
    let note = desk.add_note(case, "Called.").unwrap().id;
    let wrong = "C-000001".parse::<CaseId>().unwrap_err();
    assert_eq!(wrong.rule, FieldRule::NumberNotId);
    assert!(wrong.to_string().contains("`find_case` finds the case by its number"), "{wrong}");
    let told = |id: uuid::Uuid| rejection(desk.case(CaseId(id))).to_string();
    assert_eq!(
        told(customer.0),
        format!("no case `{customer}`: that is the id of a customer; give the id of a case")
    );
    assert!(told(note.0).contains("that is the id of a note"));
    assert!(told(desk.case_type("Support").unwrap().id.0).contains("that is the id of a case type"));
    let told = rejection(desk.customer(casekit::CustomerId(case.0))).to_string();
    assert!(told.contains("that is the id of a case; give the id of a customer"), "{told}");
    let narrow = office.narrowed_by(Scoped(Scope { cases: ScopeCases::Own, ..Scope::all() }));
    let ben = narrow.desk(actor("ben", Role::Agent));
    for id in [note.0, case.0] {
        assert_eq!(
            rejection(ben.case(CaseId(id))),
            Rejection::not_found("case", id),
            "what he may not see is nothing"
        );
    }
}
