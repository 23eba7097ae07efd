//! Ids that name nothing, or something of another kind.

use casekit::{
    Actor, CaseEdit, CaseId, CaseTypeEdit, CaseTypeId, CasesQuery, Choices, CustomerEdit, CustomerId,
    FieldRule, Moment, NewCase, NoteId, PageRequest, Permission, Rejection, Role, Scope, ScopeCases,
    StreamId, Visibility, WorkflowId,
};

use crate::build::{Office, Scoped, actor, nothing, on_every_store};

on_every_store!(
    an_id_that_names_nothing_or_something_of_another_kind_says_so,
    what_the_actor_may_not_see_is_not_named_by_its_kind,
    an_id_may_come_as_text_and_names_only_its_own_kind,
);

/// The refusal of an id, which is of another kind than was asked for or of none.
fn missing(what: &str, id: impl ToString, instead: Option<&str>) -> Rejection {
    let (instead, choices) = (instead.filter(|instead| *instead != what).map(str::to_owned), Box::default());
    Rejection::NotFound { what: what.into(), id: id.to_string(), instead, choices }
}

fn an_id_that_names_nothing_or_something_of_another_kind_says_so(office: &Office) {
    let real = office.case("x");
    let note = office.agent().add_note(real.id, "x").unwrap().id;
    let customer = office.customer("Ada").id;
    let case_type = office.agent().case_type("Support").unwrap().id;
    let workflow = office.agent().workflow("Data request").unwrap().id;
    let others = [
        (nothing::<CaseId>().0, None),
        (note.0, Some("note")),
        (customer.0, Some("customer")),
        (case_type.0, Some("case type")),
        (workflow.0, Some("workflow")),
        (real.id.0, Some("case")),
    ];
    for (id, instead) in others {
        if id != real.id.0 {
            no_case(office, CaseId(id), instead);
        }
        if id != note.0 {
            no_note(office, NoteId(id), instead);
        }
        if id != customer.0 {
            no_customer(office, CustomerId(id), instead, real.id);
        }
        if id != case_type.0 {
            no_case_type(office, CaseTypeId(id), instead);
        }
    }
    let stream = StreamId::Workflow(WorkflowId(real.id.0));
    let (desk, page) = (office.administrator(), PageRequest::first());
    let expected = missing("workflow", stream.uuid(), Some("case"));
    assert_eq!(office.refused(|| desk.history(stream, page)), expected);
    assert_eq!(office.refused(|| desk.verify_stream(stream)), expected);
    let said = missing("case", customer, Some("customer")).to_string();
    let id = customer.to_string();
    assert_eq!(said, format!("no case `{id}`: that is the id of a customer; give the id of a case"));
}

fn what_the_actor_may_not_see_is_not_named_by_its_kind(office: &Office) {
    let case = office.case("x").id;
    let note = office.agent().add_note(case, "x").unwrap().id;
    let customer = office.customer("Ada").id;
    let reader = Actor::new("reader", "").with_permission(Permission::ReadCases);
    let desk = office.kit.desk(reader);
    let id = CaseId(customer.0);
    assert_eq!(office.refused(|| desk.case(id)), missing("case", id, None), "no right to read customers");
    let id = CaseId(note.0);
    assert_eq!(office.refused(|| desk.case(id)), missing("case", id, None), "no right to read notes");

    let own = office.narrowed_by(Scoped(Scope { cases: ScopeCases::Own, ..Scope::all() }));
    let desk = own.desk(actor("stranger", Role::Administrator));
    for (what, refused) in [
        ("note", office.refused(|| desk.edit_note(NoteId(case.0), "x").map(drop))),
        ("customer", office.refused(|| desk.customer(CustomerId(case.0)).map(drop))),
    ] {
        assert_eq!(refused, missing(what, case, None), "the case is out of the scope");
    }
    let refused = office.refused(|| desk.customer(CustomerId(note.0)));
    assert_eq!(refused, missing("customer", note, None), "so is its note");
}

fn no_case(office: &Office, id: CaseId, instead: Option<&str>) {
    let (desk, page) = (office.administrator(), PageRequest::first);
    for refused in [
        office.refused(|| desk.case(id).map(drop)),
        office.refused(|| desk.find_case(&id.to_string()).map(drop)),
        office.refused(|| desk.edit_case(id, CaseEdit::new().title("x")).map(drop)),
        office.refused(|| desk.migrate_case(id).map(drop)),
        office.refused(|| desk.take_case(id).map(drop)),
        office.refused(|| desk.return_case(id, None).map(drop)),
        office.refused(|| desk.assign_case(id, "ben", None).map(drop)),
        office.refused(|| desk.take_over_case(id, None).map(drop)),
        office.refused(|| desk.add_note(id, "x").map(drop)),
        office.refused(|| desk.thread(id, page()).map(drop)),
        office.refused(|| desk.history(StreamId::Case(id), page()).map(drop)),
        office.refused(|| desk.case_at(id, Moment::Revision(1)).map(drop)),
        office.refused(|| desk.thread_at(id, Moment::Revision(1), page()).map(drop)),
        office.refused(|| desk.verify_stream(StreamId::Case(id)).map(drop)),
    ] {
        assert_eq!(refused, missing("case", id, instead));
    }
}

fn no_note(office: &Office, id: NoteId, instead: Option<&str>) {
    let desk = office.administrator();
    for refused in [
        office.refused(|| desk.reply(id, "x").map(drop)),
        office.refused(|| desk.edit_note(id, "x").map(drop)),
        office.refused(|| desk.retract_note(id, None).map(drop)),
        office.refused(|| desk.set_note_visibility(id, Visibility::Customer).map(drop)),
        office.refused(|| desk.note_revisions(id).map(drop)),
    ] {
        assert_eq!(refused, missing("note", id, instead));
    }
}

fn no_customer(office: &Office, id: CustomerId, instead: Option<&str>, case: CaseId) {
    let (desk, page) = (office.administrator(), PageRequest::first);
    for refused in [
        office.refused(|| desk.customer(id).map(drop)),
        office.refused(|| desk.update_customer(id, CustomerEdit::default()).map(drop)),
        office.refused(|| desk.interactions(id, page()).map(drop)),
        office.refused(|| desk.history(StreamId::Customer(id), page()).map(drop)),
    ] {
        assert_eq!(refused, missing("customer", id, instead));
    }
    for refused in [
        office.refused(|| desk.raise_case(NewCase::new("Support", "x").for_customer(id)).map(drop)),
        office.refused(|| desk.edit_case(case, CaseEdit::new().customer(id)).map(drop)),
    ] {
        assert_eq!(refused, Rejection::field("customer", FieldRule::Unknown { choices: Choices::default() }));
    }
    let query = CasesQuery { customer: Some(id), ..CasesQuery::default() };
    assert_eq!(desk.cases(&query, page()).unwrap().rows, []);
}

fn no_case_type(office: &Office, id: CaseTypeId, instead: Option<&str>) {
    let desk = office.administrator();
    for refused in [
        office.refused(|| desk.edit_case_type(id, CaseTypeEdit::default()).map(drop)),
        office.refused(|| desk.activate_case_type(id).map(drop)),
        office.refused(|| desk.deactivate_case_type(id).map(drop)),
        office.refused(|| desk.history(StreamId::CaseType(id), PageRequest::first()).map(drop)),
    ] {
        assert_eq!(refused, missing("case type", id, instead));
    }
    let raised = office.refused(|| desk.raise_case(NewCase::new(id.to_string(), "x")));
    let FieldRule::Unknown { choices } = &raised.fields()[0].rule else { panic!("{raised}") };
    assert_eq!((choices.names.len(), &choices.nearest), (7, &None));
}

fn an_id_may_come_as_text_and_names_only_its_own_kind(office: &Office) {
    let desk = office.agent();
    let support = desk.case_type("Support").unwrap().id;
    let case = desk.raise_case(NewCase::new(support.to_string(), "x").in_stage("in_progress")).unwrap().id;
    assert_eq!(office.view(case).case_type, "Support");
    let wrong = "x".parse::<CaseId>().unwrap_err();
    assert_eq!(wrong.to_string(), "`case` is not an id: use one that the library gave you");
    assert_eq!(case.to_string().to_uppercase().parse::<CaseId>(), Ok(case));
}
