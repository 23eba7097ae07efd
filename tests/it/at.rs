//! The state as of a time: what a case looked like is what the file says of it ever after.

mod access;
mod elsewhere;
mod moments;
mod seen;

use casekit::{
    CaseEdit, CaseId, CaseTypeEdit, CustomerEdit, Desk, FieldKind, GivenField, Moment, NewCase, NewCustomer,
    NewField, NewNote, NewRedaction, NewStage, PageRequest, Role, SettingsEdit, StageCategory, StreamId,
    ThreadNote, Timestamp, Visibility, WebformTarget,
};

use crate::build::{Office, all_pages, on_every_store, rejection};
use crate::second_day::host::Bureau;
pub(crate) use seen::Seen;
use seen::then;

on_every_store!(
    a_case_is_shown_as_it_was_with_the_names_of_that_time,
    a_customer_is_shown_as_they_were_with_the_fields_of_that_time,
    a_thread_has_the_texts_of_that_time_page_by_page,
    a_history_of_more_than_a_page_is_folded_to_its_end,
    the_history_and_the_state_say_the_same,
);

fn titled(desk: &Desk, case: CaseId, moment: Moment) -> String {
    desk.case_at(case, moment).unwrap().summary.case.title
}

fn retitled(office: &Office, case: CaseId, title: &str) -> Timestamp {
    office.agent().edit_case(case, CaseEdit::new().title(title)).unwrap();
    office.view(case).updated_at
}

fn a_case_is_shown_as_it_was_with_the_names_of_that_time(office: &Office) {
    let (amara, mona, audra) = (office.agent(), office.manager(), office.auditor());
    let ada = office.customer("Ada Obi").id;
    let case = amara.raise_case(NewCase::new("Support", "Cannot log in").for_customer(ada)).unwrap().id;
    let mut seen = Seen::default();
    let look = |seen: &mut Seen| seen.look(&audra, office.store.as_ref());
    look(&mut seen);
    amara.take_case(case).unwrap();
    look(&mut seen);
    let before = office.store.last_position().unwrap();
    amara
        .update_customer(ada, CustomerEdit { name: Some("Ada Bello".into()), ..CustomerEdit::default() })
        .unwrap();
    look(&mut seen);
    let support = mona.case_type("Support").unwrap().id;
    mona.edit_case_type(support, CaseTypeEdit::new().name("Help")).unwrap();
    look(&mut seen);
    let stages = vec![
        NewStage::new("Begun", StageCategory::Active).with_id("in_progress"),
        NewStage::new("Closed", StageCategory::Closed).with_id("closed"),
    ];
    mona.edit_case_type(support, CaseTypeEdit { stages: Some(stages), ..CaseTypeEdit::new() }).unwrap();
    look(&mut seen);
    amara.edit_case(case, CaseEdit::new().title("Locked out").stage("closed")).unwrap();
    look(&mut seen);
    assert_eq!(seen.count(), 6);
    seen.is_said_later(&audra, office.store.as_ref());

    let was = audra.case_at(case, Moment::Position(before)).unwrap();
    let view = &was.summary.case;
    let names = (view.case_type.as_str(), view.stage.as_str(), view.customer_name.as_deref());
    assert_eq!(names, ("Support", "In Progress", Some("Ada Obi")));
    assert_eq!((view.title.as_str(), was.position, view.revision), ("Cannot log in", before, 3));
    assert_eq!(view.holder.as_ref().map(|holder| holder.by.as_str()), Some("amara"));
    let first = audra.case_at(case, Moment::Revision(1)).unwrap().summary.case;
    assert_eq!((first.holder, first.stage_id.as_str()), (None, "open"));
}

fn a_customer_is_shown_as_they_were_with_the_fields_of_that_time(office: &Office) {
    let (amara, audra) = (office.agent(), office.auditor());
    let defined = |fields| {
        let edit = SettingsEdit::default().customer_fields(fields);
        office.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
    };
    let tariff = NewField::new("Tariff", FieldKind::Text);
    defined(vec![tariff.clone()]);
    let ada = amara.create_customer(NewCustomer::named("Ada Obi").with_field("tariff", "Night")).unwrap().id;
    let case = amara.raise_case(NewCase::new("Support", "Cannot log in").for_customer(ada)).unwrap().id;
    let before = office.store.last_position().unwrap();
    let mut seen = Seen::default();
    seen.look(&audra, office.store.as_ref());
    defined(vec![NewField { label: "Price plan".into(), ..tariff.with_id("tariff") }]);
    let edit = CustomerEdit { fields: vec![GivenField::new("tariff", "Day")], ..CustomerEdit::default() };
    amara.update_customer(ada, edit).unwrap();
    seen.look(&audra, office.store.as_ref());
    seen.is_said_later(&audra, office.store.as_ref());
    let then = audra.case_at(case, Moment::Position(before)).unwrap().summary.customer.unwrap();
    let fields: Vec<_> =
        then.fields.iter().map(|field| (field.label.as_str(), field.text.as_deref())).collect();
    assert_eq!(fields, [("Tariff", Some("Night"))]);
}

fn a_thread_has_the_texts_of_that_time_page_by_page(office: &Office) {
    let (amara, ben, audra) = (office.agent(), office.other_agent(), office.auditor());
    let case = office.case("Cannot log in").id;
    let mut seen = Seen::default();
    let mut look = || seen.look(&audra, office.store.as_ref());
    let first = amara.add_note(case, "Calld.").unwrap().id;
    look();
    let second = amara.add_note(case, NewNote::for_customer("We call you.")).unwrap().id;
    let reply = ben.reply(first, "And?").unwrap().id;
    look();
    let whole = office.view(case).revision;
    amara.edit_note(first, "Called.").unwrap();
    look();
    ben.set_note_visibility(reply, Visibility::Customer).unwrap();
    amara.retract_note(second, None).unwrap();
    look();
    for place in 0..5 {
        amara.reply(reply, format!("Reply {place}").as_str()).unwrap();
        look();
    }
    seen.is_said_later(&audra, office.store.as_ref());

    let moment = Moment::Revision(whole);
    let texts = |notes: Vec<ThreadNote>| notes.into_iter().map(|note| note.text.unwrap()).collect::<Vec<_>>();
    for size in [1, 2, 3, 500] {
        let notes = all_pages(size, |page| audra.thread_at(case, moment, page));
        assert_eq!(texts(notes), ["Calld.", "And?", "We call you."], "{size} a page");
    }
    let last = audra.case_at(case, moment).unwrap().summary.last_notes;
    assert_eq!(texts(last), ["Calld.", "We call you.", "And?"], "as they were added");
    let next = audra.thread(case, PageRequest::first().of(1)).unwrap().next_request().unwrap();
    assert_eq!(rejection(audra.thread_at(case, moment, next)).fields()[0].field, "after", "of another list");
}

fn a_history_of_more_than_a_page_is_folded_to_its_end(office: &Office) {
    let amara = office.agent();
    let case = office.case("Cannot log in").id;
    let note = amara.add_note(case, "0").unwrap().id;
    for place in 1..=520 {
        amara.edit_note(note, &place.to_string()).unwrap();
    }
    amara.add_note(case, "last").unwrap();
    let audra = office.auditor();
    for (revision, edits) in [(2, 0), (500, 498), (501, 499), (502, 500), (522, 520), (523, 520)] {
        let (summary, thread) = then(&audra, case, Moment::Revision(revision), 1);
        assert_eq!((summary.case.revision, thread[0].edits), (revision, edits));
        assert_eq!(
            (thread[0].text.clone(), thread.len()),
            (Some(edits.to_string()), 1 + (revision > 522) as usize)
        );
    }
}

fn the_history_and_the_state_say_the_same(office: &Office) {
    let (amara, audra) = (office.agent(), office.auditor());
    let case = office.case("Cannot log in").id;
    amara.take_case(case).unwrap();
    let edit = CaseEdit::new().title("Locked out").description("Since Monday.").stage("resolved");
    amara.edit_case(case, edit).unwrap();
    amara
        .edit_case(case, CaseEdit::new().description("Since Tuesday.").stage("open").because("again"))
        .unwrap();
    amara.return_case(case, None).unwrap();
    let entries = all_pages(2, |page| audra.history(StreamId::Case(case), page));
    let mut compared = 0;
    for entry in entries.iter().skip(1) {
        let [before, after] = [entry.revision - 1, entry.revision]
            .map(|revision| audra.case_at(case, Moment::Revision(revision)).unwrap().summary.case);
        assert_eq!(after.updated_at, entry.at);
        for change in &entry.changes {
            let [from, to] = [&before, &after].map(|view| match change.field.as_str() {
                "title" => Some(view.title.clone()),
                "description" => view.description.clone(),
                "stage" => Some(view.stage.clone()),
                "holder" => view.holder.as_ref().map(|holder| holder.by.clone()),
                other => panic!("{other}"),
            });
            assert_eq!((&change.from, &change.to), (&from, &to), "{entry:?}");
            compared += 1;
        }
    }
    assert!(compared >= 6, "{compared} values were compared");
}

#[test]
fn a_request_is_shown_as_it_was_at_every_step() {
    for bureau in [Bureau::in_memory(), Bureau::in_short_pages(), Bureau::on_file()] {
        let (petra, store) = (bureau.petra(), bureau.engine.store().as_ref());
        let root = bureau.desk("root", Role::Administrator);
        let mut seen = Seen::default();
        let case = bureau.request("WEB-1").id;
        seen.look(&root, store);
        petra.take_case(case).unwrap();
        seen.look(&root, store);
        petra.approve_identification(case, "video call", &["passport"]).unwrap();
        seen.look(&root, store);
        let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
        seen.look(&root, store);
        let hide = NewRedaction::new("shop", "orders", "remark", "opinions of our staff");
        petra.approve_data(case, snapshot, vec![hide]).unwrap();
        seen.look(&root, store);
        petra.revoke(case, "identification", Some("not sure")).unwrap();
        seen.look(&root, store);
        petra.approve_identification(case, "in person", &[]).unwrap();
        petra.approve_data(case, snapshot, Vec::new()).unwrap();
        seen.look(&root, store);
        petra.release(case).unwrap();
        seen.look(&root, store);
        let elsewhere = WebformTarget::Host { name: "elsewhere".into() };
        let edit = SettingsEdit { webform: Some(elsewhere), ..SettingsEdit::default() };
        bureau.desk("ivo", Role::ItAdministrator).change_settings(edit).unwrap();
        seen.look(&root, store);
        seen.is_said_later(&root, store);
        // Credentials are masked for who may not read them, whatever they could read then.
        let audra = bureau.desk("audra", Role::Auditor);
        let credentials = audra.case_at(case, Moment::Revision(3)).unwrap().summary.credentials;
        assert!(credentials.len() == 2 && credentials.iter().all(|one| one.value.is_none()));
    }
}
