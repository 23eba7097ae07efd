//! Forms as data: what is asked for each command, and the command out of what was filled in.

use casekit::{
    Action, CaseTypeId, FieldKind, FieldRule, FormField, FormOf, GivenField, NewCase, NewCaseType,
    NewCustomer, NewField, Rejection, Role, StreamId,
};

use crate::build::{Office, actor, on_every_store};

on_every_store!(
    a_case_is_raised_by_its_form,
    a_form_asks_what_depends_on_what_was_filled_in,
    a_case_is_edited_by_its_form_as_it_was_seen,
    a_customer_is_entered_by_name_and_own_words,
    entries_of_a_customer_are_added_changed_and_taken_out,
    every_action_on_a_case_has_a_form,
    notes_are_written_by_their_forms,
    a_type_its_stages_its_ends_and_its_fields_are_edited_by_forms,
    a_form_says_why_not,
    what_a_form_has_not_is_refused_and_never_left_out,
    a_move_between_stages_reads_in_its_direction_whatever_they_are_called,
);

fn given(fields: &[(&str, &str)]) -> Vec<GivenField> {
    fields.iter().map(|(name, text)| GivenField::new(*name, *text)).collect()
}

fn names(fields: &[FormField]) -> Vec<&str> {
    fields.iter().map(|one| one.name.as_str()).collect()
}

fn field<'a>(fields: &'a [FormField], name: &str) -> &'a FormField {
    fields.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no {name} in {:?}", names(fields)))
}

fn codes(field: &FormField) -> Vec<&str> {
    field.choices.iter().map(|one| one.code.as_str()).collect()
}

fn refunds(office: &Office) -> CaseTypeId {
    let fields = vec![
        NewField::choice("Channel", ["Phone", "Web"]),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]),
        NewField::new("Payer", FieldKind::Customer),
        NewField::new("Rung at", FieldKind::Instant),
    ];
    office.manager().create_case_type(NewCaseType::new("Refunds").with_fields(fields)).unwrap().id
}

fn a_case_is_raised_by_its_form(office: &Office) {
    let of = refunds(office).to_string();
    let desk = office.agent();
    let first = desk.form(&FormOf::NewCase, &[]).unwrap();
    assert_eq!(
        names(&first.fields),
        ["case_type", "stage", "title", "description", "customer", "priority"],
        "no field of a type that is not chosen"
    );
    assert!(field(&first.fields, "case_type").redraws && codes(field(&first.fields, "stage")).is_empty());
    assert_eq!((first.revision, field(&first.fields, "title").most), (None, Some(200)));
    let chosen = desk.form(&FormOf::NewCase, &given(&[("case_type", &of)])).unwrap();
    assert_eq!(
        names(&chosen.fields)[6..],
        ["fields.channel", "fields.payer", "fields.rung_at"],
        "the page is asked once the channel is the web"
    );
    assert_eq!(codes(field(&chosen.fields, "stage")), ["open", "in_progress", "resolved", "closed"]);

    for (name, reference) in [("Ada Obi", "K-1"), ("Ada Obermann", "K-2"), ("Bo Lind", "K-3")] {
        desk.create_customer(NewCustomer::named(name).with_reference(reference)).unwrap();
    }
    let wrong =
        given(&[("case_type", &of), ("customer", "Ada"), ("fields.payer", "nobody"), ("colour", "red")]);
    let refused = office.refused(|| desk.submit(&FormOf::NewCase, &wrong));
    let errors: Vec<_> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(errors, ["title", "customer", "colour", "fields.payer"], "all at once");
    let two = FieldRule::Ambiguous { choices: vec!["K-2 (Ada Obermann)".into(), "K-1 (Ada Obi)".into()] };
    assert_eq!(refused.fields()[1].rule, two);

    let right = given(&[
        ("case_type", &of),
        ("title", "Two lamps"),
        ("stage", ""),
        ("customer", "K-1 (Ada Obi)"),
        ("priority", "high"),
        ("fields.channel", "web"),
        ("fields.page", "https://example.org"),
        ("fields.payer", "bo lind"),
        ("fields.rung_at", "2026-01-02T03:04"),
    ]);
    let raised = desk.submit(&FormOf::NewCase, &right).unwrap();
    let view = desk.case(raised.case.unwrap()).unwrap();
    assert_eq!(raised.number.as_deref(), Some(view.number.as_str()));
    assert_eq!(view.customer_name.as_deref(), Some("Ada Obi"));
    assert_eq!((view.stage.as_str(), view.priority.map(|one| one.code())), ("Open", Some("high")));
    let said: Vec<_> = view.fields.iter().filter_map(|one| one.text.as_deref()).collect();
    assert_eq!(said[..3], ["Web", "https://example.org", "Bo Lind"]);
}

fn a_form_asks_what_depends_on_what_was_filled_in(office: &Office) {
    let of = refunds(office).to_string();
    let desk = office.agent();
    let case =
        desk.raise_case(NewCase::new("Refunds", "Two lamps").with_field("Channel", "Phone")).unwrap().id;
    let form = |filled: &[(&str, &str)]| desk.form(&FormOf::Case { case }, &given(filled)).unwrap().fields;
    let asked = form(&[]);
    assert_eq!(
        names(&asked),
        [
            "case_type",
            "stage",
            "title",
            "description",
            "customer",
            "priority",
            "fields.channel",
            "fields.payer",
            "fields.rung_at"
        ]
    );
    assert_eq!(field(&asked, "fields.channel").value.as_deref(), Some("phone"));
    assert_eq!(field(&asked, "case_type").value.as_deref(), Some(of.as_str()));
    assert!(names(&form(&[("fields.channel", "web")])).contains(&"fields.page"));
    assert!(!names(&asked).contains(&"resolution"));
    let ending = form(&[("stage", "resolved")]);
    assert!(names(&ending).contains(&"resolution") && !names(&ending).contains(&"reason"));
    let ending = form(&[("stage", "resolved"), ("resolution", "done")]);
    assert!(field(&ending, "reason").required && field(&ending, "customer_reason").for_customer);
    let support = office.administrator().case_type("Support").unwrap().id.to_string();
    let other = form(&[("case_type", &support)]);
    assert!(!names(&other).iter().any(|name| name.starts_with("fields.")), "Support has none");
    assert_eq!(field(&other, "stage").value.as_deref(), Some("open"), "the one that fits");
}

fn a_case_is_edited_by_its_form_as_it_was_seen(office: &Office) {
    let case = office.case("Cannot log in").id;
    let (desk, of) = (office.agent(), FormOf::Case { case });
    let seen = desk.form(&of, &[]).unwrap().revision.unwrap();
    let customer = office.customer("Ada Obi").id;
    let edit = given(&[("title", "Logged in"), ("stage", "in_progress"), ("customer", "Ada Obi")]);
    desk.seen(seen).submit(&of, &edit).unwrap();
    let view = office.view(case);
    assert_eq!((view.title.as_str(), view.stage.as_str()), ("Logged in", "In Progress"));
    assert_eq!(view.customer, Some(customer));
    let late = office.refused(|| desk.seen(seen).submit(&of, &given(&[("title", "x")])));
    assert_eq!(late.code(), "conflict");
    desk.submit(&of, &given(&[("customer", " ")])).unwrap();
    assert_eq!(office.view(case).customer, None);
    // The part of it that an action is about, in the same words.
    let urgent = FormOf::Action { case, action: Action::ChangePriority, target: None };
    assert_eq!(names(&desk.form(&urgent, &[]).unwrap().fields), ["priority"]);
    desk.submit(&urgent, &given(&[("priority", "urgent")])).unwrap();
    let moved = FormOf::Action { case, action: Action::MoveCase, target: Some("resolved".into()) };
    desk.submit(&moved, &[]).unwrap();
    let view = office.view(case);
    assert_eq!((view.stage.as_str(), view.priority.map(|one| one.code())), ("Resolved", Some("urgent")));
    let again = FormOf::Action { case, action: Action::ReopenCase, target: Some("open".into()) };
    assert_eq!(names(&desk.form(&again, &[]).unwrap().fields), ["reason"]);
    let refused = office.refused(|| desk.submit(&again, &[]));
    assert_eq!(refused.blockers()[0].code(), "reason_needed");
    desk.submit(&again, &given(&[("reason", "It is\r\nback")])).unwrap();
    assert_eq!(office.view(case).reopened, 1);
}

fn a_customer_is_entered_by_name_and_own_words(office: &Office) {
    let desk = office.agent();
    let asked = desk.form(&FormOf::NewCustomer, &[]).unwrap().fields;
    let gender = field(&asked, "gender");
    assert!(gender.own_words && codes(gender).contains(&"non_binary"));
    let filled = given(&[("name", "Ada Obi"), ("gender", "female"), ("employment_status", "sails the seas")]);
    let customer = desk.submit(&FormOf::NewCustomer, &filled).unwrap().customer.unwrap();
    let of = FormOf::Customer { customer };
    let form = desk.form(&of, &[]).unwrap();
    let said = |name: &str| field(&form.fields, name).value_label.clone();
    assert_eq!(
        (said("gender"), said("employment_status")),
        (Some("female".into()), Some("sails the seas".into()))
    );
    desk.seen(form.revision.unwrap()).submit(&of, &given(&[("gender", ""), ("phone", "0151")])).unwrap();
    let view = desk.customer(customer).unwrap();
    assert_eq!((view.gender, view.phone.as_deref()), (None, Some("0151")));
}

fn entries_of_a_customer_are_added_changed_and_taken_out(office: &Office) {
    let desk = office.approver();
    let customer = office.customer("Ada Obi").id;
    let kin = |entry| FormOf::NextOfKin { customer, entry };
    desk.submit(&kin(None), &given(&[("name", "Bo Obi")])).unwrap();
    let entry = Some(desk.customer(customer).unwrap().next_of_kin[0].id);
    let form = desk.form(&kin(entry), &[]).unwrap();
    assert_eq!(field(&form.fields, "name").value.as_deref(), Some("Bo Obi"));
    desk.submit(&kin(entry), &given(&[("relationship", "brother")])).unwrap();
    assert_eq!(desk.customer(customer).unwrap().next_of_kin[0].relationship.as_deref(), Some("brother"));
    desk.submit(&kin(entry), &given(&[("remove", "yes")])).unwrap();
    assert_eq!(office.refused(|| desk.form(&kin(entry), &[])).code(), "not_found");

    let account = |entry| FormOf::BankAccount { customer, entry };
    desk.submit(&account(None), &given(&[("number", "1234567890"), ("bank", "Blue")])).unwrap();
    let entry = Some(desk.customer(customer).unwrap().bank_accounts[0].id);
    let number = desk.form(&account(entry), &[]).unwrap().fields.pop().unwrap();
    assert_eq!((number.value, number.value_label.as_deref()), (None, Some("…7890")), "it is not in the form");
    desk.submit(&account(entry), &given(&[("bank", "Green")])).unwrap();
    assert_eq!(desk.customer(customer).unwrap().bank_accounts[0].number.as_deref(), Some("1234567890"));
}

/// Whatever a screen is offered it can draw, and what asks for nothing can be done by it.
fn every_action_on_a_case_has_a_form(office: &Office) {
    let desk = office.administrator();
    desk.create_customer(NewCustomer::named("Ada Obi").with_reference("K-1")).unwrap();
    let request = casekit::NewRequest::new("WEB-1", "Ada Obi").about_customer("K-1");
    let request = request.with_credential("Passport", "C01X");
    let case = desk.receive_request(request).unwrap().id.unwrap();
    desk.add_note(case, "x").unwrap();
    for one in desk.available_actions(case).unwrap() {
        let of = FormOf::Action { case, action: one.action, target: one.target.clone() };
        let form = desk.form(&of, &[]).unwrap();
        assert_eq!(form.blockers, one.blockers, "{:?} {:?}", one.action, one.target);
        assert!(form.fields.iter().all(|one| !one.label.is_empty() && !one.label.contains('_')), "{form:?}");
    }
    let act = |action| FormOf::Action { case, action, target: None };
    desk.submit(&act(Action::TakeCase), &[]).unwrap();
    let asked = desk.form(&act(Action::ApproveIdentification), &[]).unwrap();
    assert_eq!(
        (asked.target.as_deref(), asked.label.as_deref()),
        (Some("identification"), Some("Identification"))
    );
    assert_eq!(names(&asked.fields), ["credentials", "method", "assurance", "note"]);
    assert_eq!(field(&asked.fields, "credentials").choices[0].label, "Passport");
    let nothing = office.refused(|| desk.submit(&act(Action::ApproveIdentification), &[]));
    assert_eq!(nothing.fields()[0].field, "method");
    let how = given(&[("credentials", "0"), ("method", "Video\r\n call"), ("assurance", "high")]);
    desk.submit(&act(Action::ApproveIdentification), &how).unwrap();
    let summary = desk.summary(case).unwrap();
    assert_eq!(summary.steps[0].approvals[0].method.as_deref(), Some("Video call"), "on one line");
    assert!(summary.credentials[0].checked);

    desk.submit(&act(Action::PrepareData), &[]).unwrap();
    let asked = desk.form(&act(Action::ApproveData), &[]).unwrap().fields;
    let (snapshot, hidden) = (field(&asked, "snapshot").value.clone().unwrap(), field(&asked, "hidden"));
    assert!(hidden.choices.iter().any(|one| one.label.ends_with(" · name")), "{hidden:?}");
    let column = hidden.choices[0].code.clone();
    let why = office.refused(|| {
        desk.submit(&act(Action::ApproveData), &given(&[("snapshot", &snapshot), ("hidden", &column)]))
    });
    assert_eq!(why.fields()[0].field, "reason", "of all columns, once");
    let stale = office.refused(|| desk.submit(&act(Action::ApproveData), &given(&[("snapshot", "x")])));
    assert_eq!(stale.code(), "blocked", "it was not looked at");
    let all = given(&[("snapshot", &snapshot), ("hidden", &column), ("reason", "Not\nabout you")]);
    desk.submit(&act(Action::ApproveData), &all).unwrap();
    let hidden = desk.summary(case).unwrap().steps[1].approvals[0].hidden.clone();
    assert_eq!((hidden.len(), hidden[0].reason.as_str()), (1, "Not about you"));
    desk.submit(&act(Action::FollowUp), &given(&[("at", "2126-01-01")])).unwrap();
    assert_eq!(
        field(&desk.form(&act(Action::FollowUp), &[]).unwrap().fields, "at").value.as_deref(),
        Some("2126-01-01")
    );
    desk.submit(&act(Action::FollowUp), &[]).unwrap();
    assert_eq!(office.refused(|| desk.submit(&act(Action::FollowUp), &[])).fields()[0].field, "at");
}

fn notes_are_written_by_their_forms(office: &Office) {
    let case = office.case("Cannot log in").id;
    let desk = office.agent();
    let act = |action, target: Option<String>| FormOf::Action { case, action, target };
    let note =
        desk.submit(&act(Action::AddNote, None), &given(&[("text", "Called.")])).unwrap().note.unwrap();
    let of = |action| act(action, Some(note.to_string()));
    assert_eq!(desk.form(&of(Action::EditNote), &[]).unwrap().fields[0].value.as_deref(), Some("Called."));
    desk.submit(&of(Action::EditNote), &given(&[("text", "Called twice.")])).unwrap();
    let reply = given(&[("text", "Thanks."), ("visibility", "customer")]);
    desk.submit(&of(Action::Reply), &reply).unwrap();
    desk.submit(&of(Action::SetNoteVisibility), &given(&[("visibility", "customer")])).unwrap();
    let notes = desk.thread(case, casekit::PageRequest::first()).unwrap().rows;
    let shown: Vec<_> = notes.iter().map(|one| (one.text.as_deref(), one.visibility, one.depth)).collect();
    let customer = casekit::Visibility::Customer;
    assert_eq!(shown, [(Some("Called twice."), customer, 0), (Some("Thanks."), customer, 1)]);
    let colleague = office.other_agent().form(&of(Action::RetractNote), &[]).unwrap();
    assert_eq!(colleague.blockers[0].code(), "not_the_author");
    assert_eq!(office.refused(|| desk.form(&act(Action::EditNote, Some("x".into())), &[])).code(), "invalid");
}

fn a_type_its_stages_its_ends_and_its_fields_are_edited_by_forms(office: &Office) {
    let desk = office.manager();
    let new = given(&[
        ("name", "Refunds"),
        ("description", "Money back"),
        ("active", "no"),
        ("default_priority", "high"),
    ]);
    let case_type = desk.submit(&FormOf::NewCaseType, &new).unwrap().case_type.unwrap();
    let now = || desk.case_type("Refunds").unwrap();
    assert_eq!((now().active, now().default_priority.code()), (false, "high"));

    let of = FormOf::CaseType { case_type };
    let form = desk.form(&of, &[]).unwrap();
    assert_eq!(field(&form.fields, "any_move").value.as_deref(), Some("yes"));
    assert!(!names(&form.fields).contains(&"moves"));
    let some = desk.form(&of, &given(&[("any_move", "no")])).unwrap().fields;
    assert_eq!(codes(field(&some, "moves")).len(), 12, "each of four to the others");
    desk.submit(&of, &given(&[("any_move", "no"), ("moves", "open>in_progress; in_progress>resolved")]))
        .unwrap();
    assert_eq!(now().moves.unwrap().len(), 2);
    let late =
        office.refused(|| desk.seen(form.revision.unwrap()).submit(&of, &given(&[("description", "x")])));
    assert_eq!(late.code(), "conflict");

    let stage = |stage: Option<&str>| FormOf::Stage { case_type, stage: stage.map(str::to_owned) };
    let asked = desk.form(&stage(None), &[]).unwrap().fields;
    assert_eq!(field(&asked, "place_in_order").value.as_deref(), Some("5"));
    let wrong = office.refused(|| desk.submit(&stage(None), &[]));
    assert_eq!(wrong.fields()[0].field, "label", "as the form calls it");
    desk.submit(
        &stage(None),
        &given(&[("label", "At the bank"), ("category", "waiting"), ("place_in_order", "3")]),
    )
    .unwrap();
    desk.submit(&stage(Some("open")), &given(&[("label", "New"), ("enabled", "no")])).unwrap();
    let labels = |of: casekit::CaseTypeView| of.stages.into_iter().map(|one| one.label).collect::<Vec<_>>();
    assert_eq!(labels(now()), ["New", "In Progress", "At the bank", "Resolved", "Closed"]);
    assert!(!now().stages[0].enabled);
    desk.submit(&stage(Some("open")), &given(&[("remove", "yes")])).unwrap();
    assert_eq!((now().stages.len(), now().moves.unwrap().len()), (4, 1), "and the moves from it");

    let end = |code: Option<&str>| FormOf::Resolution { case_type, resolution: code.map(str::to_owned) };
    let before = now().resolutions.len();
    let new = given(&[("code", "paid"), ("label", "Paid back"), ("by", "staff"), ("needs_reason", "yes")]);
    desk.submit(&end(None), &new).unwrap();
    let paid = now().resolutions.pop().unwrap();
    assert_eq!((paid.code.as_str(), paid.needs_reason), ("paid", true));
    desk.submit(&end(Some("paid")), &given(&[("label", "Paid"), ("needs_reason", "no")])).unwrap();
    let paid = now().resolutions.pop().unwrap();
    assert_eq!((paid.label.as_str(), paid.needs_reason), ("Paid", false));
    desk.submit(&end(Some("paid")), &given(&[("remove", "yes")])).unwrap();
    assert_eq!(now().resolutions.len(), before);

    let own = |field: Option<&str>| FormOf::CaseField { case_type, field: field.map(str::to_owned) };
    let asked = desk.form(&own(None), &given(&[("kind", "choice")])).unwrap().fields;
    assert!(field(&asked, "kind").redraws && names(&asked).contains(&"choices"));
    let new = given(&[
        ("label", "Channel"),
        ("kind", "choice"),
        ("choices", "Phone\nWeb"),
        ("traits", "required; indexed"),
    ]);
    desk.submit(&own(None), &new).unwrap();
    let page = given(&[("label", "Page"), ("kind", "url"), ("shown_when", "channel"), ("values", "Web")]);
    desk.submit(&own(None), &page).unwrap();
    desk.submit(&own(Some("channel")), &given(&[("choices", "Web\nLetter"), ("traits", "indexed")])).unwrap();
    let fields = now().fields;
    let channel = fields[0].definition.clone().unwrap();
    let kept: Vec<_> = channel.choices.iter().map(|one| (one.label.as_str(), one.retired)).collect();
    assert_eq!(
        kept,
        [("Web", false), ("Letter", false), ("Phone", true)],
        "what is taken out stays for those that have it"
    );
    assert_eq!((channel.required, channel.indexed), (false, true));
    assert_eq!((fields[1].shown_when.as_deref(), fields[1].shown_when_values.len()), (Some("channel"), 1));
    desk.submit(&own(Some("page")), &given(&[("remove", "yes")])).unwrap();
    assert_eq!(now().fields.len(), 1);
    assert_eq!(office.refused(|| desk.form(&own(Some("page")), &[])).code(), "not_found");
}

fn a_form_says_why_not(office: &Office) {
    let case = office.case("Cannot log in").id;
    let auditor = office.auditor();
    let missing = |form: casekit::Form| form.blockers[0].code().to_owned();
    assert_eq!(missing(auditor.form(&FormOf::Case { case }, &[]).unwrap()), "permission_missing");
    let customer = office.customer("Ada Obi").id;
    assert_eq!(missing(auditor.form(&FormOf::Customer { customer }, &[]).unwrap()), "permission_missing");
    let case_type = auditor.case_type("Support").unwrap().id;
    assert_eq!(missing(auditor.form(&FormOf::CaseType { case_type }, &[]).unwrap()), "permission_missing");
    let raise = auditor.form(&FormOf::NewCase, &[]).unwrap_err();
    assert_eq!(raise.code(), "forbidden");
    let nobody = office.kit.desk(actor("ivo", Role::ItAdministrator));
    assert_eq!(nobody.form(&FormOf::Case { case }, &[]).unwrap_err().code(), "forbidden");
    let before = auditor.history(StreamId::Case(case), casekit::PageRequest::first()).unwrap().rows.len();
    let refused = office.refused(|| auditor.submit(&FormOf::Case { case }, &given(&[("title", "x")])));
    assert!(matches!(refused, Rejection::Forbidden { .. }));
    let after = auditor.history(StreamId::Case(case), casekit::PageRequest::first()).unwrap().rows.len();
    assert_eq!(before, after);
}

/// A choice that is none, and a field that is none, would else be lost without a word: a column meant to be hidden would be sent.
fn what_a_form_has_not_is_refused_and_never_left_out(office: &Office) {
    let desk = office.administrator();
    desk.create_customer(NewCustomer::named("Ada Obi").with_reference("K-1")).unwrap();
    let request = casekit::NewRequest::new("WEB-1", "Ada Obi").about_customer("K-1");
    let case = desk.receive_request(request.with_credential("Passport", "C01X")).unwrap().id.unwrap();
    let refused = |of: &FormOf, fields: &[(&str, &str)]| {
        let rejection = office.refused(|| desk.submit(of, &given(fields)));
        rejection.fields().iter().map(|one| (one.field.clone(), one.to_string())).collect::<Vec<_>>()
    };
    let is = |said: &[(String, String)], name: &str, choice: &str| {
        assert!(said.len() == 1 && said[0].0 == name && said[0].1.contains(choice), "{said:?}");
    };
    let act = |action| FormOf::Action { case, action, target: None };
    is(&refused(&act(Action::TakeCase), &[("reason", "x")]), "reason", "");
    desk.submit(&act(Action::TakeCase), &[]).unwrap();
    is(&refused(&act(Action::ReturnCase), &[("reson", "Holiday")]), "reson", "`reason`");
    let identify = act(Action::ApproveIdentification);
    is(&refused(&identify, &[("method", "Video call"), ("assurance", "hgih")]), "assurance", "`high`");
    is(
        &refused(&identify, &[("method", "Video call"), ("credentials", "Passport")]),
        "credentials",
        "number",
    );
    let message = [("text", "One moment, please."), ("wants_answer", "ja")];
    is(&refused(&act(Action::SendMessage), &message), "wants_answer", "`no`");
    desk.submit(&identify, &given(&[("method", "Video call")])).unwrap();
    desk.submit(&act(Action::PrepareData), &[]).unwrap();
    let asked = desk.form(&act(Action::ApproveData), &[]).unwrap().fields;
    let snapshot = field(&asked, "snapshot").value.clone().unwrap();
    let approve = |hidden| [("snapshot", snapshot.as_str()), ("hidden", hidden), ("reason", "Not about you")];
    is(&refused(&act(Action::ApproveData), &approve("0.1; 9.9")), "hidden", "`0.0`");
    assert!(desk.summary(case).unwrap().steps[1].approvals.is_empty());

    let note = desk.add_note(case, "Called.").unwrap().id.to_string();
    let reply = FormOf::Action { case, action: Action::Reply, target: Some(note) };
    is(&refused(&reply, &[("text", "Thanks."), ("visibility", "Customer")]), "visibility", "`customer`");

    let case_type = desk.case_type("Support").unwrap().id;
    let stage = FormOf::Stage { case_type, stage: None };
    is(&refused(&stage, &[("label", "Late"), ("category", "wating")]), "category", "`waiting`");
    is(&refused(&stage, &[("label", "Late"), ("enabled", "ja")]), "enabled", "`yes`");
    is(&refused(&stage, &[("label", "Late"), ("needs_resolution", "ja")]), "needs_resolution", "`yes`");
    is(&refused(&stage, &[("label", "Late"), ("place_in_order", "third")]), "place_in_order", "number");
    is(&refused(&stage, &[("label", "Late"), ("colour", "red")]), "colour", "`category`");
    let kept = FormOf::Stage { case_type, stage: Some("open".into()) };
    is(&refused(&kept, &[("remove", "ja")]), "remove", "`yes`");
    let of = FormOf::CaseType { case_type };
    is(&refused(&of, &[("any_move", "no"), ("moves", "open>nowhere")]), "moves", "`open>closed`");
    is(&refused(&FormOf::NewCaseType, &[("name", "Refunds"), ("active", "nein")]), "active", "`no`");
    let own = FormOf::CaseField { case_type, field: None };
    let new = [("label", "Channel"), ("kind", "text"), ("traits", "requird")];
    is(&refused(&own, &new), "traits", "`required`");
}

fn a_move_between_stages_reads_in_its_direction_whatever_they_are_called(office: &Office) {
    let desk = office.manager();
    let case_type = desk.case_type("Support").unwrap().id;
    let stage = FormOf::Stage { case_type, stage: Some("open".into()) };
    desk.submit(&stage, &given(&[("label", "مفتوحة")])).unwrap();
    let asked = |desk: &casekit::Desk| {
        let form = desk.form(&FormOf::CaseType { case_type }, &given(&[("any_move", "no")])).unwrap();
        let choices = field(&form.fields, "moves").choices.clone();
        choices.into_iter().find(|one| one.code == "open>closed").unwrap().label
    };
    assert_eq!(asked(&desk), "\u{2068}مفتوحة\u{2069} → \u{2068}Closed\u{2069}");
    let arabic = r#"{ "language": "ar", "format.move": "\u2068{from}\u2069 ← \u2068{to}\u2069" }"#;
    let arabic = casekit::Language::parse(arabic).unwrap();
    assert_eq!(asked(&desk.in_language(arabic)), "\u{2068}مفتوحة\u{2069} ← \u{2068}Closed\u{2069}");
}
