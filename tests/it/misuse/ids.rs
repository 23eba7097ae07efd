//! Ids that name nothing, or something of another kind.

use casekit::{
    CaseEdit, CaseId, CaseTypeEdit, CaseTypeId, CasesQuery, CustomerEdit, CustomerId, FieldRule, Moment,
    NewCase, NoteId, PageRequest, Rejection, StreamId, Visibility, WorkflowId,
};

use crate::build::{Office, nothing, on_every_store};

on_every_store!(every_id_that_names_nothing_is_not_found, an_id_may_come_as_text_and_names_only_its_own_kind);

fn every_id_that_names_nothing_is_not_found(office: &Office) {
    let real = office.case("x");
    let note = office.agent().add_note(real.id, "x").unwrap().id;
    let customer = office.customer("Ada").id;
    let case_type = office.agent().case_type("Support").unwrap().id;
    let others = [nothing::<CaseId>().0, note.0, customer.0, case_type.0, real.id.0];
    for id in others {
        if id != real.id.0 {
            no_case(office, CaseId(id));
        }
        if id != note.0 {
            no_note(office, NoteId(id));
        }
        if id != customer.0 {
            no_customer(office, CustomerId(id), real.id);
        }
        if id != case_type.0 {
            no_case_type(office, CaseTypeId(id));
        }
    }
    let stream = StreamId::Workflow(WorkflowId(real.id.0));
    let (desk, page) = (office.administrator(), PageRequest::first());
    let expected = Rejection::not_found(stream.kind().word(), stream.uuid());
    assert_eq!(office.refused(|| desk.history(stream, page)), expected);
    assert_eq!(office.refused(|| desk.verify_stream(stream)), expected);
}

/// The refusal without what the id is instead, which not every method looks for.
fn without_the_other_kind(refused: Rejection) -> Rejection {
    match refused {
        Rejection::NotFound { what, id, instead: _ } => Rejection::not_found(&what, id),
        other => other,
    }
}

fn no_case(office: &Office, id: CaseId) {
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
        assert_eq!(without_the_other_kind(refused), Rejection::not_found("case", id));
    }
}

fn no_note(office: &Office, id: NoteId) {
    let desk = office.administrator();
    for refused in [
        office.refused(|| desk.reply(id, "x").map(drop)),
        office.refused(|| desk.edit_note(id, "x").map(drop)),
        office.refused(|| desk.retract_note(id, None).map(drop)),
        office.refused(|| desk.set_note_visibility(id, Visibility::Customer).map(drop)),
        office.refused(|| desk.note_revisions(id).map(drop)),
    ] {
        assert_eq!(refused, Rejection::not_found("note", id));
    }
}

fn no_customer(office: &Office, id: CustomerId, case: CaseId) {
    let (desk, page) = (office.administrator(), PageRequest::first);
    for refused in [
        office.refused(|| desk.customer(id).map(drop)),
        office.refused(|| desk.update_customer(id, CustomerEdit::default()).map(drop)),
        office.refused(|| desk.interactions(id, page()).map(drop)),
        office.refused(|| desk.history(StreamId::Customer(id), page()).map(drop)),
    ] {
        assert_eq!(without_the_other_kind(refused), Rejection::not_found("customer", id));
    }
    for refused in [
        office.refused(|| desk.raise_case(NewCase::new("Support", "x").for_customer(id)).map(drop)),
        office.refused(|| desk.edit_case(case, CaseEdit::new().customer(id)).map(drop)),
    ] {
        assert_eq!(refused, Rejection::field("customer", FieldRule::Unknown));
    }
    let query = CasesQuery { customer: Some(id), ..CasesQuery::default() };
    assert_eq!(desk.cases(&query, page()).unwrap().rows, []);
}

fn no_case_type(office: &Office, id: CaseTypeId) {
    let desk = office.administrator();
    for refused in [
        office.refused(|| desk.edit_case_type(id, CaseTypeEdit::default()).map(drop)),
        office.refused(|| desk.activate_case_type(id).map(drop)),
        office.refused(|| desk.deactivate_case_type(id).map(drop)),
        office.refused(|| desk.history(StreamId::CaseType(id), PageRequest::first()).map(drop)),
    ] {
        assert_eq!(refused, Rejection::not_found("case type", id));
    }
    let raised = office.refused(|| desk.raise_case(NewCase::new(id.to_string(), "x")));
    assert_eq!(raised, Rejection::field("case_type", FieldRule::Unknown));
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
