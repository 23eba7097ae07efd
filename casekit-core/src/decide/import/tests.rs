use super::*;
use crate::command::{ImportChange, ImportedChange, NewCase};
use crate::decide::testing::{Given, agent, at, case_facts, manager};
use crate::event::CaseFact;
use crate::model::{NoteOrigin, Visibility};
use chrono::TimeDelta;

fn after(minutes: i64) -> Timestamp {
    at() + TimeDelta::minutes(minutes)
}

fn change(minutes: i64, by: &str, what: ImportedChange) -> ImportChange {
    ImportChange { at: after(minutes), by: by.into(), what }
}

fn to(stage: &str) -> ImportedChange {
    ImportedChange::Stage { to: stage.into(), reason: None }
}

fn note(text: &str, reply_to: Option<u32>) -> ImportedChange {
    ImportedChange::Note { text: text.into(), visibility: Visibility::Internal, reply_to }
}

fn one(changes: Vec<ImportChange>) -> ImportItem {
    ImportItem::Case(ImportCase {
        reference: Some("Case 1".into()),
        case: NewCase::new("Support", "Case 1"),
        customer_reference: None,
        at: at(),
        by: "value 1".into(),
        request: None,
        changes,
    })
}

fn import(item: &ImportItem, given: &Given) -> Result<Decision, Rejection> {
    given.when(&ImportEntry { item, existing: ExistingItems::Refuse, past: Past::none() })
}

#[test]
fn what_happened_keeps_its_times_and_actors_and_says_who_imported_it() {
    let item = one(vec![change(1, "value 2", ImportedChange::Taken), change(2, "value 2", to("Resolved"))]);
    let decision = import(&item, &Given::new().by(manager())).unwrap();
    let told: Vec<(&str, &str, Timestamp)> = decision
        .drafts
        .iter()
        .map(|draft| (draft.fact.code(), draft.header.actor.as_str(), draft.header.at))
        .collect();
    assert_eq!(
        told,
        [
            ("case_raised", "value 1", at()),
            ("case_taken", "value 2", after(1)),
            ("stage_changed", "value 2", after(1)),
            ("stage_changed", "value 2", after(2)),
        ]
    );
    let importer = ActorId::parse("by", "mona").unwrap();
    assert!(decision.drafts.iter().all(|draft| draft.header.imported_by == Some(importer.clone())));
}

#[test]
fn repeats_are_kept() {
    let item = one(vec![
        change(1, "a", ImportedChange::Taken),
        change(2, "a", ImportedChange::Taken),
        change(3, "b", ImportedChange::Taken),
        change(4, "b", to("Closed")),
        change(5, "b", to("Closed")),
    ]);
    let decision = import(&item, &Given::new().by(manager())).unwrap();
    let codes: Vec<&str> = decision.drafts.iter().map(|draft| draft.fact.code()).collect();
    let expected =
        "case_raised case_taken stage_changed case_taken case_taken_over stage_changed stage_changed";
    assert_eq!(codes.join(" "), expected);
}

#[test]
fn replies_name_an_earlier_note_of_the_case() {
    let given = Given::new().by(manager());
    let decision =
        import(&one(vec![change(1, "a", note("x", None)), change(1, "b", note("y", Some(0)))]), &given);
    let CaseFact::NoteAdded { path, .. } = case_facts(&decision.unwrap()).remove(2) else { panic!() };
    assert_eq!(path, [1, 2]);
    let wrong = import(&one(vec![change(1, "a", note("x", Some(0)))]), &given);
    assert_eq!(wrong, Err(Rejection::field("changes[0].reply_to", FieldRule::unknown_id())));
}

#[test]
fn a_wrong_change_is_named_by_its_place() {
    let given = Given::new().by(manager());
    let wrong = import(&one(vec![change(1, "a", to("Closed")), change(2, "a", to("Nowhere"))]), &given);
    let labels = ["Open", "In Progress", "Resolved", "Closed"];
    assert_eq!(wrong, Err(Rejection::field("changes[1].to", FieldRule::unknown("Nowhere", labels))));
    let unsorted = import(&one(vec![change(2, "a", to("Closed")), change(1, "a", to("Open"))]), &given);
    assert_eq!(unsorted.unwrap_err().fields()[0].field, "changes[1].at");
}

#[test]
fn an_instant_that_cannot_be_kept_is_named_by_its_place() {
    let given = Given::new().by(manager());
    for beyond in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
        let rule = kept_instant(beyond).unwrap_err();
        let mut raised = one(vec![]);
        let ImportItem::Case(case) = &mut raised else { panic!() };
        case.at = beyond;
        assert_eq!(import(&raised, &given), Err(Rejection::field("at", rule.clone())));
        let changed = ImportChange { at: beyond, ..change(0, "a", to("Closed")) };
        let refused = import(&one(vec![change(1, "a", ImportedChange::Taken), changed]), &given);
        assert_eq!(refused, Err(Rejection::field("changes[1].at", rule.clone())));
        let customer = ImportCustomer::new(crate::command::NewCustomer::named("Ada Obi"), beyond, "a");
        assert_eq!(import(&ImportItem::Customer(customer), &given), Err(Rejection::field("at", rule)));
    }
}

#[test]
fn the_same_case_is_imported_once() {
    let mut given = Given::new().by(manager());
    given.claims.push(crate::store::Located {
        claim: case_claim("Case 1"),
        stream: StreamId::Case(CaseId(uuid::Uuid::from_u128(1))),
    });
    assert_eq!(import(&one(vec![]), &given), Err(Rejection::field("reference", FieldRule::AlreadyInUse)));
}

#[test]
fn importing_needs_the_permission() {
    assert_eq!(import(&one(vec![]), &Given::new().by(agent())).unwrap_err().code(), "forbidden");
}

mod requests {
    use super::*;
    use crate::command::ImportRequest;
    use crate::event::Fact;
    use crate::model::{Name, Outcome, OutcomeKind, StepKind, Workflow, WorkflowId};

    fn asked(changes: Vec<ImportChange>) -> ImportItem {
        let ImportItem::Case(case) = one(changes) else { panic!() };
        let request = ImportRequest::new("WEB-1", "Ada Obi").with_credential("born", "1990-02-03");
        ImportItem::Case(case.for_request(request.received_at(after(-60))))
    }

    fn answered(minutes: i64, outcome: OutcomeKind, code: Option<&str>) -> ImportChange {
        let denial_code = code.map(str::to_owned);
        change(minutes, "old-ben", ImportedChange::Answered { outcome, denial_code })
    }

    /// A manager, and a type with a workflow.
    fn with_workflow() -> Given {
        let (name, version) = crate::model::shipped_workflows().remove(0);
        assert!(version.steps.iter().any(|step| step.kind == StepKind::Release));
        let id = WorkflowId(uuid::Uuid::from_u128(5));
        let workflow =
            Workflow { id, revision: 1, name, active: true, versions: vec![version], deadlines: Vec::new() };
        let mut case_type = crate::decide::testing::case_type();
        case_type.versions[0].workflow = Some(id);
        let mut given = Given::new().by(manager()).with_type(case_type);
        given.catalog.workflows.insert(id, std::sync::Arc::new(workflow));
        given
    }

    #[test]
    fn a_request_comes_in_with_the_time_at_which_it_was_received() {
        let decision = import(&asked(vec![]), &with_workflow()).unwrap();
        let codes: Vec<&str> = decision.drafts.iter().map(|draft| draft.fact.code()).collect();
        assert_eq!(codes, ["case_raised", "request_received", "workflow_started"]);
        let request = decision.drafts[1].personal.request.as_deref().unwrap();
        assert_eq!(request.requester, Name::parse("requester", "Ada Obi").unwrap());
        assert_eq!((request.received_at, request.credentials.len()), (after(-60), 1));
        assert!(decision.drafts[1].header.imported_by.is_some(), "it was received there");
        assert_eq!(decision.drafts[2].header.imported_by, None, "its workflow begins here");
    }

    #[test]
    fn a_request_that_was_answered_comes_in_with_its_outcome_and_without_steps_that_are_done() {
        let item = asked(vec![answered(30, OutcomeKind::Denied, Some("no_match"))]);
        let decision = import(&item, &with_workflow()).unwrap();
        let state = decision.drafts.iter().fold(None, |state, draft| Some(folded(state, draft).unwrap()));
        let case = state.unwrap().into_case().unwrap();
        let progress = case.progress.unwrap();
        assert_eq!(progress.outcome, Some(Outcome::Denied { code: "no_match".into() }));
        assert_eq!((progress.approvals.len(), progress.steps.is_empty()), (0, false));
        assert_eq!(case.resolved_at, Some(after(30)), "it is resolved when it was answered");
        let importer = ActorId::parse("by", "mona").unwrap();
        assert!(decision.drafts.iter().all(|draft| draft.header.imported_by == Some(importer.clone())));
        let closed = asked(vec![change(5, "a", to("Closed"))]);
        let decision = import(&closed, &with_workflow()).unwrap();
        let started = |draft: &Draft| draft.fact.code() == "workflow_started";
        assert!(!decision.drafts.iter().any(started), "what was closed without an answer is over");
    }

    #[test]
    fn an_answer_that_cannot_be_is_refused_by_its_place() {
        let given = with_workflow();
        let wrong = |change: ImportChange, given: &Given| {
            import(&asked(vec![change]), given).unwrap_err().fields().to_vec()
        };
        let does_not_fit = |why: &str| FieldRule::DoesNotFit { why: why.into() };
        for (change, field, rule) in [
            (answered(1, OutcomeKind::Denied, None), "changes[0].denial_code", FieldRule::Required),
            (
                answered(1, OutcomeKind::NoData, Some("x")),
                "changes[0].denial_code",
                does_not_fit("not_denied"),
            ),
        ] {
            assert_eq!(wrong(change, &given), [FieldError::new(field, rule)]);
        }
        let without = wrong(answered(1, OutcomeKind::NoData, None), &Given::new().by(manager()));
        assert_eq!(without, [FieldError::new("changes[0].what", does_not_fit("type_without_workflow"))]);
        let twice = vec![answered(1, OutcomeKind::NoData, None), answered(2, OutcomeKind::NoData, None)];
        let twice = import(&asked(twice), &given).unwrap_err();
        assert_eq!(twice.fields(), [FieldError::new("changes[1].what", does_not_fit("answered_already"))]);
    }

    #[test]
    fn every_wrong_field_of_a_request_is_named_within_it() {
        let ImportItem::Case(case) = one(vec![]) else { panic!() };
        let request = ImportRequest::new("WEB-1", " ").with_credential("", "1990");
        let wrong = import(&ImportItem::Case(case.clone().for_request(request)), &with_workflow());
        let fields = [
            FieldError::new("request.requester", FieldRule::Required),
            FieldError::new("request.credentials[0].kind", FieldRule::Required),
        ];
        assert_eq!(wrong.unwrap_err().fields(), fields);
        let late = ImportRequest::new("WEB-1", "Ada").received_at(after(1));
        let wrong = import(&ImportItem::Case(case.for_request(late)), &with_workflow()).unwrap_err();
        let why = "received_after_raised".into();
        assert_eq!(wrong, Rejection::field("request.received_at", FieldRule::DoesNotFit { why }));
    }

    #[test]
    fn a_request_with_a_reference_in_use_is_there_already() {
        let mut given = with_workflow();
        let stream = StreamId::Case(CaseId(uuid::Uuid::from_u128(1)));
        given.claims.push(crate::store::Located { claim: intake_claim("WEB-1"), stream });
        let refused = import(&asked(vec![]), &given);
        assert_eq!(refused, Err(Rejection::field("request.request_ref", FieldRule::AlreadyInUse)));
        let fact = |draft: &Draft| matches!(draft.fact, Fact::Case(..));
        assert!(import(&one(vec![]), &given).unwrap().drafts.iter().all(fact), "another case is not meant");
    }
}

mod updates {
    use super::*;
    use crate::command::NewCustomer;
    use crate::decide::testing::{case, customer};
    use crate::event::{CustomerFact, Fact};

    fn update(item: &ImportItem, given: &Given, past: &Past) -> Result<Decision, Rejection> {
        given.when(&ImportEntry { item, existing: ExistingItems::Update, past })
    }

    /// A case that was imported as `Case 1`, with a note, and was taken by somebody here since.
    fn there() -> (Given, Past) {
        let case = crate::model::Case { notes: 1, ..case() };
        let mut past = Past::default();
        let by = |id: &str| ActorId::parse("by", id).unwrap();
        let header = |minutes, id: &str| Header {
            imported_by: Some(by("mona")),
            ..Header::new(after(minutes), by(id))
        };
        let path = vec![1];
        let note = crate::model::NoteId(uuid::Uuid::from_u128(9));
        let noted = CaseFact::NoteAdded {
            note,
            parent: None,
            path,
            visibility: Visibility::Internal,
            origin: NoteOrigin::Staff,
        };
        past.add(&header(1, "a"), &noted);
        past.add(&Header::new(after(9), by("amara")), &CaseFact::CaseTaken);
        let mut given = Given::new().by(manager()).with_case(case.clone());
        let stream = StreamId::Case(case.id);
        given.claims.push(crate::store::Located { claim: case_claim("Case 1"), stream });
        (given, past)
    }

    #[test]
    fn an_update_brings_in_what_is_new_with_its_own_time_and_changes_what_differs_now() {
        let (given, past) = there();
        let item = one(vec![
            change(1, "a", note("x", None)),
            change(3, "b", note("y", Some(0))),
            change(4, "b", to("Closed")),
        ]);
        let decision = update(&item, &given, &past).unwrap();
        let told: Vec<(&str, &str, Timestamp)> = decision
            .drafts
            .iter()
            .map(|draft| (draft.fact.code(), draft.header.actor.as_str(), draft.header.at))
            .collect();
        let expected = [
            ("note_added", "b", after(3)),
            ("stage_changed", "b", after(4)),
            ("title_changed", "mona", at()),
        ];
        assert_eq!(told, expected);
        let importer = ActorId::parse("by", "mona").unwrap();
        assert!(decision.drafts.iter().all(|draft| draft.header.imported_by == Some(importer.clone())));
        let CaseFact::NoteAdded { path, .. } = case_facts(&decision).remove(0) else { panic!() };
        assert_eq!(path, [1, 2], "it replies to the note that was there");
    }

    #[test]
    fn a_change_before_those_that_were_imported_is_refused_and_not_lost() {
        let (given, past) = there();
        let item = one(vec![change(0, "z", to("Closed")), change(1, "a", note("x", None))]);
        assert_eq!(update(&item, &given, &past).unwrap_err().fields()[0].field, "changes[0].at");
    }

    #[test]
    fn an_update_without_a_difference_leaves_no_event() {
        let (given, past) = there();
        let ImportItem::Case(mut same) = one(vec![change(1, "a", note("x", None))]) else { panic!() };
        same.case.title = given.cases[0].title.to_string();
        assert_eq!(update(&ImportItem::Case(same), &given, &past).unwrap().drafts, Vec::new());
    }

    #[test]
    fn a_customer_gets_the_fields_that_the_item_gives() {
        let mut ada = customer("Ada Obi");
        ada.profile.external_reference = Some(crate::model::Reference::parse("reference", "CRM-1").unwrap());
        ada.profile.phone = Some(crate::model::ShortText::parse("phone", "1").unwrap());
        let stream = StreamId::Customer(ada.id);
        let mut given = Given::new().by(manager()).with_customer(ada);
        given.claims.push(crate::store::Located { claim: customer_claim("CRM-1"), stream });
        let new = NewCustomer {
            email: Some("ada@example.org".into()),
            next_of_kin: vec![crate::command::NewNextOfKin { name: "Ben".into(), ..Default::default() }],
            ..NewCustomer::named("Ada Obi").with_reference("CRM-1")
        };
        let item = ImportItem::Customer(ImportCustomer::new(new, after(-5), "old-ben"));
        let decision = update(&item, &given, Past::none()).unwrap();
        let [draft] = decision.drafts.as_slice() else { panic!("{decision:?}") };
        let Fact::Customer(_, fact) = &draft.fact else { panic!() };
        assert_eq!(*fact, CustomerFact::CustomerUpdated { fields: vec![CustomerField::Email] });
        assert_eq!((draft.header.actor.as_str(), draft.header.at), ("mona", at()));
        assert!(draft.header.imported_by.is_some());
    }

    #[test]
    fn a_case_that_the_actor_may_not_see_is_not_updated() {
        let (mut given, past) = there();
        given.cases.clear();
        let refused = update(&one(vec![]), &given, &past);
        assert_eq!(refused, Err(Rejection::field("reference", FieldRule::AlreadyInUse)));
    }
}
