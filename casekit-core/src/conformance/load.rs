//! What a decision needs is loaded in one call, as of one moment.

use super::build::{Clerk, RawCase, request_id};
use crate::commit::{Claim, ClaimKind};
use crate::language::Language;
use crate::model::{CaseId, CustomerId, NoteId, StreamId, Visibility, WorkflowId};
use crate::store::{CaseFilter, Failing, LoadPlan, Loaded, Located, Store};

pub fn what_is_wanted_is_loaded_and_nothing_else(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let customer = clerk.customer("Ada");
    let [first, second, third] = ["First", "Second", "Third"]
        .map(|title| clerk.raise(RawCase { customer: Some(customer.id), ..RawCase::of(&case_type, title) }));
    let note = clerk.note(second.id, "A note");
    clerk.note(third.id, "Another");
    clerk.write_drafts(vec![clerk.imports()]);

    let nothing = store.load(&LoadPlan::default()).unwrap();
    let catalog = store.catalog().unwrap();
    assert_eq!(nothing, Loaded { catalog, ..Loaded::default() });

    let load = |plan| store.load(&plan).unwrap();
    let by_id = load(LoadPlan { cases: vec![first.id, third.id], ..LoadPlan::default() });
    let ids = sorted(by_id.cases.iter().map(|case| case.id));
    assert_eq!((ids, by_id.notes.len()), (sorted([first.id, third.id]), 0));
    assert_eq!(by_id.cases.into_iter().find(|case| case.id == first.id), Some(first.clone()));

    let by_number = load(LoadPlan { case_numbers: vec![first.number.value], ..LoadPlan::default() });
    assert_eq!(by_number.cases, [first]);
    let by_note = load(LoadPlan { notes: vec![note.id], ..LoadPlan::default() });
    assert_eq!((by_note.notes, by_note.cases), (vec![note], vec![clerk.case_now(second.id)]));
    let by_customer = load(LoadPlan { customers: vec![customer.id], ..LoadPlan::default() });
    assert_eq!((by_customer.customers, by_customer.cases.len()), (vec![customer], 0));
    assert_eq!(load(LoadPlan { ledger: true, ..LoadPlan::default() }).ledger.revision, 1);
}

pub fn everything_wanted_comes_at_once(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let customer = CustomerId(clerk.uuid());
    clerk.write_drafts(vec![clerk.creates_customer(customer, "Ada", Some("X-1"))]);
    let [by_id, by_number, by_note] =
        ["One", "Two", "Three"].map(|title| clerk.raise(RawCase::of(&case_type, title)).id);
    let note = clerk.note(by_note, "A note");
    let request = clerk.request("ada", "request 1");
    let mut commit = clerk.commit(vec![clerk.imports()]);
    commit.request = Some(request.clone());
    clerk.write(commit);

    let claim = Claim::new(ClaimKind::CustomerReference, "X-1");
    let plan = LoadPlan {
        request: Some((request.actor, request.id)),
        cases: vec![by_id],
        case_numbers: vec![clerk.case_now(by_number).number.value],
        case_customers: false,
        newest_of: None,
        claimed_customers: false,
        claimed_cases: false,
        people: Vec::new(),
        notes: vec![note.id],
        customers: vec![customer],
        claims: vec![claim.clone(), Claim::new(ClaimKind::CustomerReference, "X-9")],
        ledger: true,
    };
    let loaded = store.load(&plan).unwrap();
    let ids = sorted(loaded.cases.iter().map(|case| case.id));
    assert_eq!(ids, sorted([by_id, by_number, by_note]));
    assert_eq!((loaded.notes, loaded.customers), (vec![note], vec![clerk.customer_now(customer)]));
    assert_eq!(loaded.claims, [Located { claim, stream: StreamId::Customer(customer) }]);
    assert_eq!((loaded.request.is_some(), loaded.ledger.revision), (true, 1));
    assert_eq!(loaded.catalog, store.catalog().unwrap());
}

pub fn a_case_that_is_wanted_in_many_ways_comes_once(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "One"));
    let notes = [clerk.note(case.id, "A note"), clerk.note(case.id, "Another")].map(|note| note.id);
    let plan = LoadPlan {
        cases: vec![case.id],
        case_numbers: vec![case.number.value],
        notes: notes.to_vec(),
        ..LoadPlan::default()
    };
    let loaded = store.load(&plan).unwrap();
    assert_eq!((loaded.cases.len(), loaded.notes.len()), (1, 2));
}

pub fn the_customers_of_the_cases_come_along_when_asked_for(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let [ada, bea, cy] = ["Ada", "Bea", "Cy"].map(|name| clerk.customer(name).id);
    let raise = |customer| clerk.raise(RawCase { customer, ..RawCase::of(&case_type, "A case") });
    let (by_id, by_number, by_note) = (raise(Some(ada)), raise(Some(bea)), raise(Some(cy)));
    let (again, nobodys) = (raise(Some(ada)), raise(None));
    let note = clerk.note(by_note.id, "A note").id;
    let came = |case_customers, customers| {
        let plan = LoadPlan {
            cases: vec![by_id.id, again.id, nobodys.id],
            case_numbers: vec![by_number.number.value],
            notes: vec![note],
            case_customers,
            customers,
            ..LoadPlan::default()
        };
        sorted(store.load(&plan).unwrap().customers.into_iter().map(|customer| customer.id))
    };
    assert_eq!(came(true, Vec::new()), sorted([ada, bea, cy]));
    assert_eq!(came(true, vec![ada]), sorted([ada, bea, cy]), "each comes once");
    assert_eq!((came(false, Vec::new()), came(false, vec![cy])), (vec![], vec![cy]));
    let imported = RawCase { customer: Some(bea), ..RawCase::of(&case_type, "A case") };
    clerk.raise(RawCase { reference: Some("OLD-1".into()), ..imported });
    let by_reference = LoadPlan {
        claims: vec![Claim::new(ClaimKind::ImportReference, "OLD-1")],
        claimed_cases: true,
        case_customers: true,
        ..LoadPlan::default()
    };
    let loaded = store.load(&by_reference).unwrap();
    assert_eq!(sorted(loaded.customers.into_iter().map(|customer| customer.id)), [bea]);
}

pub fn cases_are_loaded_by_several_numbers(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let [one, _, three] = ["One", "Two", "Three"].map(|title| clerk.raise(RawCase::of(&case_type, title)));
    let case_numbers = vec![one.number.value, three.number.value, three.number.value + 1_000];
    let loaded = store.load(&LoadPlan { case_numbers, ..LoadPlan::default() }).unwrap();
    assert_eq!(sorted(loaded.cases.into_iter().map(|case| case.id)), sorted([one.id, three.id]));
}

pub fn what_does_not_exist_is_simply_not_there(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "One"));
    let plan = LoadPlan {
        request: Some((super::build::actor("ada"), request_id("never"))),
        cases: vec![CaseId(clerk.uuid()), case.id],
        case_numbers: vec![case.number.value + 1_000],
        case_customers: true,
        newest_of: None,
        claimed_customers: false,
        claimed_cases: false,
        people: vec![super::build::actor("nobody")],
        notes: vec![NoteId(clerk.uuid()), NoteId(case.id.0)],
        customers: vec![CustomerId(clerk.uuid()), CustomerId(case.id.0)],
        claims: vec![Claim::new(ClaimKind::WorkflowName, "Support")],
        ledger: true,
    };
    let catalog = store.catalog().unwrap();
    assert_eq!(store.load(&plan).unwrap(), Loaded { catalog, cases: vec![case], ..Loaded::default() });
    let huge = LoadPlan { case_numbers: vec![u64::MAX], ..LoadPlan::default() };
    assert_eq!(store.load(&huge).unwrap().cases, []);
}

pub fn text_that_no_record_can_have_is_asked_for_and_found_nowhere(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.raise(RawCase::of(&clerk.case_type("Support"), "One"));
    let catalog = store.catalog().unwrap();
    for typed in ["\0", "Support\0", "a\0b", "\u{FFFF}", "\u{FFFE}\0"] {
        let claims = [ClaimKind::CaseTypeName, ClaimKind::CustomerReference, ClaimKind::AnswerReference];
        let plan = LoadPlan {
            claims: claims.map(|kind| Claim::new(kind, typed)).to_vec(),
            newest_of: Some(Claim::new(ClaimKind::IntakeReference, typed)),
            claimed_customers: true,
            claimed_cases: true,
            ..LoadPlan::default()
        };
        let nothing = Loaded { catalog: std::sync::Arc::clone(&catalog), ..Loaded::default() };
        assert_eq!(store.load(&plan).unwrap(), nothing, "{typed:?}");
        assert_eq!(store.customer_by_reference(typed).unwrap(), None, "{typed:?}");
        let failing = Failing { code: Some(typed.to_owned()), setting: Some(typed.to_owned()) };
        let filter = CaseFilter { failing: Some(failing), ..CaseFilter::default() };
        assert_eq!(store.count_up_to(&filter, 10).unwrap().answer, 0, "{typed:?}");
    }
}

pub fn a_note_is_loaded_whoever_may_see_it_and_though_it_was_retracted(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "One"));
    let note = clerk.add_note(case.id, None, "Between us", Visibility::Internal);
    clerk.write_drafts(vec![clerk.retracts_note(&note)]);
    let retracted = clerk.note_now(note.id);
    assert_eq!((retracted.text(), &retracted.path), (None, &note.path));
}

pub fn the_catalog_follows_every_definition(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let loaded = || store.load(&LoadPlan::default()).unwrap().catalog;
    let case_type = clerk.case_type("Support");
    let before = loaded();
    assert_eq!(
        before.find_case_type("support", Language::english()).map(|found| found.id),
        Some(case_type.id)
    );
    assert_eq!((before.settings.is_none(), before.workflows.len()), (true, 0));

    clerk.write_drafts(vec![clerk.renames_type(&case_type, "Help")]);
    assert_eq!(loaded().find_case_type("support", Language::english()), None);
    assert_eq!(loaded().type_name(case_type.id, Language::english()), "Help");
    clerk.write_drafts(vec![clerk.changes_settings("HELP")]);
    clerk.write_drafts(vec![clerk.changes_settings("DESK")]);
    let settings = loaded().settings.clone().unwrap();
    assert_eq!((settings.number_prefix.as_str(), settings.revision), ("DESK", 2));
    let workflow = WorkflowId(clerk.uuid());
    clerk.write_drafts(vec![clerk.creates_workflow(workflow, "Check")]);
    assert_eq!(loaded().find_workflow("check", Language::english()).map(|found| found.id), Some(workflow));

    assert_eq!(loaded(), store.catalog().unwrap());
    assert_eq!(
        before.type_name(case_type.id, Language::english()),
        "Support",
        "a catalog that was handed out stays as it was"
    );
    store.check().unwrap();
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}
