//! What the webform asks for: a request that arrives brings values for the organisation's own fields, and tags.

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, Blocker, CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CustomerId,
    FieldCondition, FieldKind, FieldRule, NewCustomer, NewField, NewRequest, PageRequest, Role, Scope,
    StreamId,
};

use super::host::{Bureau, shown};
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    a_request_brings_what_the_webform_asked_for,
    history_says_it_in_both_languages,
    the_same_request_again_is_the_same_case,
    a_request_with_another_value_is_another_request,
    whatever_is_wrong_is_told_at_once_and_nothing_is_written,
    what_staff_have_to_know_waits_for_staff,
    a_portal_gives_fields_and_no_tags,
    one_of_many_who_hand_in_the_same_request_writes_it,
);

/// Requests have a meter, which the person has to give, since when, which they may, and for staff a cause.
fn asks(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let id = mona.case_type("Data request").unwrap().id;
    let fields = vec![
        NewField::new("Meter", FieldKind::Text)
            .labelled("de", "Zähler")
            .for_customer()
            .required()
            .unique()
            .indexed(),
        NewField::new("Since", FieldKind::Date).for_customer(),
        NewField::new("Cause", FieldKind::Text).required().required_at("In Progress"),
    ];
    mona.edit_case_type(id, CaseTypeEdit::new().fields(fields)).unwrap();
}

fn new(reference: &str, meter: &str) -> NewRequest {
    NewRequest::new(reference, "Ada Obi")
        .with_field("meter", meter)
        .with_field("Since", "2026-11-27")
        .with_tag("web")
}

fn texts(bureau: &Bureau, case: CaseId) -> Vec<(String, Option<String>)> {
    let fields = bureau.petra().case(case).unwrap().fields;
    fields.into_iter().map(|field| (field.id, field.text)).collect()
}

fn number_of_cases(bureau: &Bureau) -> usize {
    bureau.petra().cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.len()
}

fn a_request_brings_what_the_webform_asked_for(bureau: &Bureau) {
    asks(bureau);
    let petra = bureau.petra();
    let case = shown(petra.receive_request(new("WEB-1", "M-4711")).unwrap()).id;
    let some = |id: &str, text: &str| (id.to_owned(), Some(text.to_owned()));
    let given = [some("meter", "M-4711"), some("since", "2026-11-27"), ("cause".to_owned(), None)];
    assert_eq!(texts(bureau, case), given);
    assert_eq!(petra.case(case).unwrap().tags, ["web"]);
    let of_meter =
        CasesQuery { fields: vec![FieldCondition::is("Meter", "m-4711")], ..CasesQuery::default() };
    let with_tag = CasesQuery { tags: vec!["web".into()], ..CasesQuery::default() };
    for query in [of_meter, with_tag] {
        let rows = petra.cases(&query, PageRequest::first()).unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [case]);
    }
    assert_eq!(petra.search("4711", PageRequest::first()).unwrap().rows.len(), 1);
    // It goes on as any other request does.
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &["passport"]).unwrap();
    bureau.engine.check().unwrap();
}

fn history_says_it_in_both_languages(bureau: &Bureau) {
    asks(bureau);
    let case = shown(bureau.petra().receive_request(new("WEB-1", "M-4711")).unwrap()).id;
    let audra = bureau.desk("audra", Role::Auditor);
    let german = audra.in_language(casekit::Language::shipped("de").unwrap());
    for (desk, label, tagged) in [(audra, "Meter", "web"), (german, "Zähler", "web")] {
        let history = desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
        let meter =
            history.iter().flat_map(|entry| &entry.changes).find(|change| change.field == "fields.meter");
        let meter = meter.unwrap();
        assert_eq!((meter.label.as_str(), meter.to.as_deref()), (label, Some("M-4711")));
        let last = history.iter().find(|entry| entry.code == "tags_changed").unwrap();
        assert!(last.changes.iter().any(|change| change.to.as_deref() == Some(tagged)), "{last:?}");
    }
}

fn the_same_request_again_is_the_same_case(bureau: &Bureau) {
    asks(bureau);
    let petra = bureau.petra();
    let first = shown(petra.receive_request(new("WEB-1", "M-1").with_tag("power")).unwrap());
    // An application that has its values in a table without an order gives them in another one.
    let again = NewRequest::new("WEB-1", "Ada Obi").with_tag("power").with_tag("web");
    let again = again.with_field("Since", "2026-11-27").with_field("meter", "M-1");
    let corrected = CaseEdit::new().field("meter", "M-2").field("Cause", "rain");
    let tags = casekit::TagsEdit::new().without("power");
    for step in 0..3 {
        let known = shown(petra.receive_request(again.clone()).unwrap());
        assert!(known.replayed);
        assert_eq!(known.id, first.id, "after step {step}");
        match step {
            0 => _ = petra.edit_case(first.id, corrected.clone()).unwrap(),
            _ => _ = petra.tag_case(first.id, tags.clone()).unwrap(),
        }
    }
    assert_eq!(number_of_cases(bureau), 1);
    assert_eq!(texts(bureau, first.id)[0].1.as_deref(), Some("M-2"), "what was corrected stays");
}

fn a_request_with_another_value_is_another_request(bureau: &Bureau) {
    asks(bureau);
    let petra = bureau.petra();
    let first = petra.receive_request(new("WEB-1", "M-1")).unwrap();
    let other = petra.receive_request(new("WEB-1", "M-2")).unwrap();
    assert!(other.reference_shared && !other.replayed && other.id != first.id);
    // Nobody has verified who was first, and a value that must be unique is refused all the same.
    let taken = rejection(petra.receive_request(new("WEB-2", "m-1")));
    let [error] = taken.fields() else { panic!("{taken:?}") };
    assert_eq!((error.field.as_str(), &error.rule), ("fields.meter", &FieldRule::AlreadyInUse));
    assert_eq!(number_of_cases(bureau), 2);
}

fn whatever_is_wrong_is_told_at_once_and_nothing_is_written(bureau: &Bureau) {
    asks(bureau);
    let petra = bureau.petra();
    let newest = bureau.engine.store().newest().unwrap();
    let bad = NewRequest::new("WEB-1", " ").with_tag("new tag").with_tag(" ");
    let bad = bad.with_field("Since", "soon").with_field("Cause", "rain").with_field("Size", 3);
    let refused = rejection(petra.receive_request(bad));
    let told: Vec<_> = refused.fields().iter().map(|one| (one.field.as_str(), one.rule.code())).collect();
    let all = [
        ("requester", "required"),
        ("tags[1]", "required"),
        ("fields[1].field", "unknown"),
        ("fields[2].field", "unknown"),
        ("fields.since", "malformed"),
        ("fields.meter", "required"),
    ];
    assert_eq!(told, all);
    assert!(refused.to_string().contains("`meter`"), "it says what there is to choose from: {refused}");
    assert_eq!(bureau.engine.store().newest().unwrap(), newest);
    assert_eq!(petra.tags().unwrap(), []);
    let twice = new("WEB-1", "M-1").with_field("Meter", "M-2");
    assert_eq!(rejection(petra.receive_request(twice)).fields()[0].rule, FieldRule::Duplicate);
}

fn what_staff_have_to_know_waits_for_staff(bureau: &Bureau) {
    asks(bureau);
    let petra = bureau.petra();
    let case = shown(petra.receive_request(new("WEB-1", "M-1")).unwrap()).id;
    let on = CaseEdit::new().stage("In Progress");
    let refused = rejection(petra.edit_case(case, on.clone()));
    let needed = Blocker::FieldsNeeded { fields: vec!["Cause".into()], stage: "In Progress".into() };
    assert_eq!(refused.blockers(), [needed]);
    petra.edit_case(case, on.field("Cause", "rain")).unwrap();
}

/// Every desk is that of one customer.
struct Portal(CustomerId);

impl Authorizer for Portal {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope { customer: Some(self.0), ..Scope::all() })
    }

    fn forbids(
        &self,
        _actor: &Actor,
        _action: &str,
        _case: &Case,
        _to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(false)
    }
}

fn a_portal_gives_fields_and_no_tags(bureau: &Bureau) {
    asks(bureau);
    let ada = bureau.petra().create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let portal = bureau.guarded_by(Portal(ada));
    let desk = portal.desk(crate::build::actor("k-1", Role::Agent));
    assert_eq!(rejection(desk.receive_request(new("WEB-1", "M-1"))).code(), "not_allowed_here");
    let asked = NewRequest { tags: Vec::new(), ..new("WEB-1", "M-1") };
    let case = shown(desk.receive_request(asked).unwrap()).id;
    let seen: Vec<_> = desk.case(case).unwrap().fields.into_iter().map(|field| field.id).collect();
    assert_eq!(seen, ["meter", "since"]);
}

fn one_of_many_who_hand_in_the_same_request_writes_it(bureau: &Bureau) {
    asks(bureau);
    for round in 1..=10 {
        let hand_in =
            || bureau.petra().receive_request(new(&format!("WEB-{round}"), &format!("M-{round}"))).unwrap();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(hand_in)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|one| !one.replayed).count(), 1);
        assert!(answers.iter().all(|one| one.id == answers[0].id && !one.reference_shared));
        assert_eq!((number_of_cases(bureau), bureau.petra().tags().unwrap().len()), (round, 1));
    }
}
