//! Asking twice: request ids, and revisions that are no longer the present ones.

use casekit::{
    CaseEdit, CaseTypeEdit, CustomerEdit, ImportCustomer, ImportItem, NewCase, NewCaseType, NewCustomer,
    Rejection, SettingsEdit,
};

use crate::build::{Office, at, on_both_stores};

on_both_stores!(
    a_request_is_carried_out_once_and_answers_the_same_again,
    a_request_id_for_another_command_is_refused,
    a_refused_request_leaves_its_id_free,
    a_repeated_import_imports_nothing_twice,
    a_repeated_head_is_not_taken_twice,
    a_stale_revision_is_a_conflict_for_everything_that_takes_one,
);

fn a_request_is_carried_out_once_and_answers_the_same_again(office: &Office) {
    let desk = office.administrator();
    let once = |id: &str| desk.request(id);
    let raised = once("raise").raise_case(NewCase::new("Support", "x")).unwrap();
    let note = once("note").add_note(raised.id, "x").unwrap();
    let customer = once("customer").create_customer(NewCustomer::named("Ada")).unwrap();
    let typed = once("type").create_case_type(NewCaseType::new("Refunds")).unwrap();
    let taken = once("take").take_case(raised.id).unwrap();
    let nothing = once("nothing").edit_case(raised.id, CaseEdit::new()).unwrap();
    // Meanwhile everything moves on, so that none of these could be carried out the same again.
    desk.return_case(raised.id, None).unwrap();
    desk.edit_case(raised.id, CaseEdit::new().title("y")).unwrap();
    desk.retract_note(note.id, None).unwrap();

    let before = office.footprint();
    let again = once("raise").raise_case(NewCase::new("Support", "x")).unwrap();
    assert_eq!(again, casekit::RaisedCase { replayed: true, ..raised.clone() });
    let again = once("note").add_note(raised.id, "x").unwrap();
    assert_eq!(again, casekit::AddedNote { replayed: true, ..note });
    let again = once("customer").create_customer(NewCustomer::named("Ada")).unwrap();
    assert_eq!(again, casekit::CreatedCustomer { replayed: true, ..customer });
    let again = once("type").create_case_type(NewCaseType::new("Refunds")).unwrap();
    assert_eq!(again, casekit::CreatedCaseType { replayed: true, ..typed });
    let again = once("take").take_case(raised.id).unwrap();
    assert_eq!(again, casekit::Changed { replayed: true, ..taken });
    let again = once("nothing").edit_case(raised.id, CaseEdit::new()).unwrap();
    assert_eq!((again.replayed, again.events), (true, nothing.events));
    assert_eq!(office.footprint(), before);
}

fn a_request_id_for_another_command_is_refused(office: &Office) {
    let desk = office.administrator().request("once");
    let case = desk.raise_case(NewCase::new("Support", "x")).unwrap().id;
    for refused in [
        office.refused(|| desk.raise_case(NewCase::new("Support", "y")).map(drop)),
        office.refused(|| desk.raise_case(NewCase::new("Support", "x").described("y")).map(drop)),
        office.refused(|| desk.take_case(case).map(drop)),
        office.refused(|| desk.migrate_case(case).map(drop)),
        office.refused(|| desk.create_customer(NewCustomer::named("x")).map(drop)),
        office.refused(|| desk.audit_head().map(drop)),
    ] {
        assert_eq!(refused, Rejection::RequestIdReused);
    }
}

fn a_refused_request_leaves_its_id_free(office: &Office) {
    let desk = office.agent().request("once");
    office.refused(|| desk.raise_case(NewCase::new("Support", "")));
    let raised = desk.raise_case(NewCase::new("Support", "x")).unwrap();
    assert_eq!((raised.number.as_str(), raised.replayed), ("C-000001", false));
}

fn a_repeated_import_imports_nothing_twice(office: &Office) {
    let desk = office.manager().request("once");
    let customer = |name: &str| {
        ImportItem::Customer(ImportCustomer { customer: NewCustomer::named(name), at: at(0), by: "b".into() })
    };
    desk.import(&[customer("Ada")], |_| ()).unwrap();
    let before = office.footprint();
    for items in [[customer("Ada")], [customer("Bo")]] {
        // A report is not kept with a request, so the repeat is refused; what counts is that nothing comes in twice.
        let answer = desk.import(&items, |_| ());
        assert_eq!(answer.map_err(|error| error.code()), Err("request_id_reused"));
        assert_eq!(office.footprint(), before);
    }
}

fn a_repeated_head_is_not_taken_twice(office: &Office) {
    let desk = office.auditor().request("once");
    let head = desk.audit_head().unwrap();
    let before = office.footprint();
    let again = desk.audit_head();
    assert!(again.is_err() || again.unwrap() == head);
    assert_eq!(office.footprint(), before);
}

fn a_stale_revision_is_a_conflict_for_everything_that_takes_one(office: &Office) {
    let desk = office.administrator();
    let case = office.case("x").id;
    desk.edit_case(case, CaseEdit::new().title("y")).unwrap();
    let customer = office.customer("Ada").id;
    let named = |name: &str| CustomerEdit { name: Some(name.into()), ..CustomerEdit::default() };
    desk.update_customer(customer, named("Eve")).unwrap();
    let typed = desk.case_type("Support").unwrap().id;
    desk.deactivate_case_type(typed).unwrap();
    let prefixed = |text: &str| SettingsEdit { number_prefix: Some(text.into()), ..SettingsEdit::default() };
    desk.change_settings(prefixed("H")).unwrap();
    for seen in [0, 1, 3, u64::MAX] {
        for refused in [
            office.refused(|| desk.edit_case(case, CaseEdit::new().title("z").seen(seen)).map(drop)),
            office.refused(|| desk.edit_case(case, CaseEdit::new().seen(seen)).map(drop)),
            office.refused(|| {
                desk.update_customer(customer, CustomerEdit { seen: Some(seen), ..named("Ida") }).map(drop)
            }),
            office.refused(|| {
                let edit = CaseTypeEdit { seen: Some(seen), ..CaseTypeEdit::default() };
                desk.edit_case_type(typed, edit).map(drop)
            }),
            office.refused(|| {
                desk.change_settings(SettingsEdit { seen: Some(seen), ..prefixed("I") }).map(drop)
            }),
        ] {
            assert_eq!(refused, Rejection::Conflict { seen, now: 2 });
        }
    }
    desk.edit_case(case, CaseEdit::new().title("z").seen(2)).unwrap();
    desk.update_customer(customer, CustomerEdit { seen: Some(2), ..named("Ida") }).unwrap();
}
