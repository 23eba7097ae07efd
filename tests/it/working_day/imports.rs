//! Imports that can be tried first, run again, cut short, and brought up to date.

use std::ops::ControlFlow;

use casekit::{
    CaseEdit, CaseId, CasesQuery, Desk, ExistingItems, HistoryEntry, ImportCase, ImportChange,
    ImportCustomer, ImportItem, ImportOptions, ImportOutcome, ImportProgress, ImportReport, ImportRequest,
    ImportResult, ImportWorkflow, ImportedChange, NewCase, NewCaseType, NewCustomer, NewRequest, NewStep,
    NewWorkflow, OutcomeKind, PageRequest, Permission, Rejection, StageCategory, StepKind, StreamId,
    Timestamp, Visibility,
};

use crate::build::{Office, at, on_every_store};

on_every_store!(
    one_bad_instant_refuses_its_item_and_says_which,
    a_dry_run_says_what_the_import_would_and_writes_nothing,
    a_dry_run_sees_what_comes_before_in_other_chunks,
    an_import_that_is_cancelled_says_what_it_wrote_and_goes_on_later,
    what_is_there_is_skipped_if_that_is_wished,
    what_is_there_is_brought_up_to_date_and_each_change_says_who_imported_it,
    an_update_twice_in_one_import_builds_on_the_first,
    a_repeated_update_gives_the_same_report,
    a_request_that_is_open_goes_on_here,
    a_request_that_was_answered_keeps_its_outcome,
    a_workflow_comes_in_by_its_name_and_is_used,
    whoever_may_not_configure_workflows_imports_none,
);

fn stage(to: &str) -> ImportedChange {
    ImportedChange::Stage { to: to.into(), reason: None }
}

fn note(text: &str) -> ImportedChange {
    ImportedChange::Note { text: text.into(), visibility: Visibility::Internal, reply_to: None }
}

fn case(reference: &str, changes: &[(i64, ImportedChange)]) -> ImportCase {
    let case = NewCase::new("Support", format!("Title of {reference}"));
    let case = ImportCase::new(case, at(0), "old-ben").with_reference(reference);
    let change =
        |(second, what): &(i64, ImportedChange)| ImportChange::new(at(*second), "old-ben", what.clone());
    changes.iter().map(change).fold(case, ImportCase::with_change)
}

fn item(reference: &str, changes: &[(i64, ImportedChange)]) -> ImportItem {
    ImportItem::Case(case(reference, changes))
}

fn customer(reference: &str, name: &str, email: Option<&str>) -> ImportItem {
    let new =
        NewCustomer { email: email.map(str::to_owned), ..NewCustomer::named(name).with_reference(reference) };
    ImportItem::Customer(ImportCustomer::new(new, at(0), "old-ben"))
}

fn with(desk: &Desk, items: &[ImportItem], options: ImportOptions) -> ImportReport {
    desk.import_with(items, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn updating() -> ImportOptions {
    ImportOptions::new().existing(ExistingItems::Update)
}

fn outcomes(report: &ImportReport) -> Vec<ImportOutcome> {
    report.results.iter().map(|result| result.outcome).collect()
}

fn history(office: &Office, case: CaseId) -> Vec<HistoryEntry> {
    office.manager().history(StreamId::Case(case), PageRequest::first()).unwrap().rows
}

fn one_bad_instant_refuses_its_item_and_says_which(office: &Office) {
    let mut bad = case("OLD-2", &[(1, ImportedChange::Taken)]);
    bad.changes[0].at = Timestamp::MAX_UTC;
    let items = [item("OLD-1", &[]), ImportItem::Case(bad), item("OLD-3", &[])];
    let report = office.manager().import(&items).unwrap();
    let [good, bad, last] = report.results.as_slice() else { panic!("{report:?}") };
    assert_eq!(bad.reference.as_deref(), Some("OLD-2"), "the host's own reference says which");
    let field = &bad.rejection.as_ref().unwrap().fields()[0];
    assert_eq!((field.field.as_str(), field.rule.code()), ("changes[0].at", "instant_out_of_range"));
    assert_eq!((bad.outcome, bad.case, bad.number.as_deref()), (ImportOutcome::Refused, None, None));
    assert_eq!((good.number.as_deref(), last.number.as_deref()), (Some("C-000001"), Some("C-000002")));
}

/// The same result as that of a dry run, which has no ids or numbers of what is not there.
fn dry(result: &ImportResult) -> ImportResult {
    let there = result.outcome == ImportOutcome::Updated || result.outcome == ImportOutcome::Unchanged;
    match there {
        true => result.clone(),
        false => ImportResult { customer: None, case: None, number: None, workflow: None, ..result.clone() },
    }
}

fn a_dry_run_says_what_the_import_would_and_writes_nothing(office: &Office) {
    let manager = office.manager();
    manager.import(&[customer("CRM-1", "Ada Obi", None), item("OLD-1", &[(1, note("x"))])]).unwrap();
    let steps = NewWorkflow::named("Own").with_step(NewStep::new("lead", "Lead", StepKind::Approval));
    let items = [
        ImportItem::Workflow(ImportWorkflow::new(steps, at(0), "old-ben")),
        customer("CRM-1", "Ada Obi", Some("ada@example.org")),
        customer("CRM-2", "Bo", None),
        ImportItem::Case(case("OLD-2", &[(1, stage("Closed"))]).of_customer("CRM-2")),
        item("OLD-1", &[(1, note("x")), (2, stage("Resolved"))]),
        item("OLD-3", &[(1, stage("Nowhere"))]),
    ];
    for existing in [ExistingItems::Refuse, ExistingItems::Skip, ExistingItems::Update] {
        let before = office.footprint();
        let options = ImportOptions::new().existing(existing);
        let tried = with(&manager, &items, options.dry_run());
        assert_eq!(office.footprint(), before, "{existing:?} wrote something");
        if existing == ExistingItems::Update {
            let real = with(&manager, &items, options);
            assert_eq!(tried.results, real.results.iter().map(dry).collect::<Vec<_>>());
            assert_eq!(tried.events, real.events);
            let updated = |place: usize| real.results[place].updated.join(" ");
            assert_eq!((updated(1), updated(4)), ("email".into(), "stage".into()));
        } else {
            assert_eq!(tried.refused().count(), if existing == ExistingItems::Refuse { 3 } else { 1 });
        }
    }
}

fn a_dry_run_sees_what_comes_before_in_other_chunks(office: &Office) {
    let mut items: Vec<ImportItem> = vec![customer("CRM-1", "Ada Obi", None)];
    items.extend((0..600).map(|n| ImportItem::Case(case(&format!("OLD-{n}"), &[]).of_customer("CRM-1"))));
    // Twice the same: once more as it is, and once with something new.
    items.extend([item("OLD-0", &[]), item("OLD-599", &[(1, stage("Closed"))])]);
    let manager = office.manager();
    for options in [ImportOptions::new(), updating()] {
        let tried = with(&manager, &items, options.dry_run());
        let last = &outcomes(&tried)[601..];
        if options.existing == ExistingItems::Refuse {
            assert_eq!(last, [ImportOutcome::Refused; 2]);
        } else {
            let real = with(&manager, &items, options);
            assert_eq!(last, [ImportOutcome::Unchanged, ImportOutcome::Updated]);
            assert_eq!((outcomes(&real), real.events), (outcomes(&tried), tried.events));
            assert!(real.results[602].case == real.results[600].case && tried.results[602].case.is_none());
        }
    }
    assert_eq!(manager.find_case("OLD-599").unwrap().stage, "Closed");
}

fn an_import_that_is_cancelled_says_what_it_wrote_and_goes_on_later(office: &Office) {
    let items: Vec<ImportItem> = (0..1_100).map(|n| item(&format!("OLD-{}", n % 1_099), &[])).collect();
    let manager = office.manager();
    let whole = ImportOptions::new();
    let mut told = Vec::new();
    let mut once = |progress: ImportProgress| {
        told.push(progress);
        ControlFlow::Break(())
    };
    let desk = manager.request("move");
    let cancelled = desk.import_with(&items, &whole, &mut once).unwrap_err();
    assert_eq!(cancelled.code(), "cancelled");
    let said = cancelled.to_string();
    assert!(said.contains("after 500 of 1100 items: 500 were written and stay"), "{said}");
    assert_eq!(told, [ImportProgress { done: 500, of: 1_100, written: 500, unchanged: 0, refused: 0 }]);
    let ledger = manager.history(StreamId::Ledger, PageRequest::first()).unwrap().rows;
    assert!(ledger.iter().all(|entry| entry.code != "imported"), "it is recorded once it is whole");
    let report = desk.import(&items).unwrap();
    assert_eq!((report.events, report.refused().count()), (1_099, 1));
    assert_eq!(manager.find_case("1099").unwrap().title, "Title of OLD-1098");
    let at_the_end = desk.import_with(&items, &whole, &mut |progress| {
        if progress.done == progress.of { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(at_the_end.unwrap(), report, "there is nothing left to cancel");
}

fn what_is_there_is_skipped_if_that_is_wished(office: &Office) {
    let manager = office.manager();
    let first = manager.import(&[customer("CRM-1", "Ada", None), item("OLD-1", &[])]).unwrap();
    let before = office.footprint();
    let again = [customer("CRM-1", "Ada Obi", None), item("OLD-1", &[(1, stage("Closed"))])];
    let skipped = with(&manager, &again, ImportOptions::new().existing(ExistingItems::Skip));
    assert_eq!(outcomes(&skipped), [ImportOutcome::Unchanged; 2]);
    let ids = |report: &ImportReport| (report.results[0].customer, report.results[1].case);
    assert_eq!((ids(&skipped), skipped.events), (ids(&first), 0));
    assert_eq!(skipped.results[1].number.as_deref(), Some("C-000001"));
    assert_ne!(office.footprint(), before, "that somebody imported is recorded");
    assert_eq!(manager.find_customer("CRM-1").unwrap().name, "Ada");
}

fn what_is_there_is_brought_up_to_date_and_each_change_says_who_imported_it(office: &Office) {
    let manager = office.manager();
    let old = [(1, ImportedChange::Taken), (2, note("Called."))];
    manager.import(&[customer("CRM-1", "Ada", None), item("OLD-1", &old)]).unwrap();
    let id = manager.find_case("OLD-1").unwrap().id;
    office.agent().edit_case(id, CaseEdit::new().description("From here")).unwrap();
    let mut newer = case("OLD-1", &old).of_customer("CRM-1").with_change(ImportChange::new(
        at(3),
        "old-amara",
        ImportedChange::Note { text: "Reached.".into(), visibility: Visibility::Customer, reply_to: Some(0) },
    ));
    newer.case.title = "Another title".into();
    let newer = newer.with_change(ImportChange::new(at(4), "old-amara", stage("Resolved")));
    let report = with(&manager, &[ImportItem::Case(newer.clone())], updating());
    let [result] = report.results.as_slice() else { panic!("{report:?}") };
    assert_eq!((result.outcome, result.case), (ImportOutcome::Updated, Some(id)));
    assert_eq!(result.updated, ["notes", "stage", "title", "customer"]);
    let added = history(office, id).split_off(history(office, id).len() - 4);
    assert!(added.iter().all(|entry| entry.imported_by.as_deref() == Some("mona")), "{added:?}");
    let told: Vec<(&str, &str)> =
        added.iter().map(|entry| (entry.code.as_str(), entry.actor.as_str())).collect();
    let expected = [
        ("note_added", "old-amara"),
        ("stage_changed", "old-amara"),
        ("title_changed", "mona"),
        ("customer_changed", "mona"),
    ];
    assert_eq!(told, expected);
    assert_eq!((added[0].at, added[1].at), (at(3), at(4)), "what happened there has its own time");
    let view = office.view(id);
    assert_eq!((view.title.as_str(), view.stage.as_str()), ("Another title", "Resolved"));
    assert_eq!(view.description.as_deref(), Some("From here"), "what the item does not give stays");
    assert_eq!(manager.thread(id, PageRequest::first()).unwrap().rows[1].depth, 1);
    let again = with(&manager, &[ImportItem::Case(newer)], updating());
    assert_eq!((outcomes(&again), again.events), (vec![ImportOutcome::Unchanged], 0));
    assert!(office.auditor().verify(&[]).unwrap().broken.is_none());
}

fn an_update_twice_in_one_import_builds_on_the_first(office: &Office) {
    let manager = office.manager();
    let items = [
        item("OLD-1", &[(1, note("a"))]),
        item("OLD-1", &[(1, note("a")), (2, note("b"))]),
        item("OLD-1", &[(1, note("a")), (2, note("b")), (3, stage("Closed"))]),
        customer("CRM-1", "Ada", None),
        customer("CRM-1", "Ada Obi", None),
    ];
    let report = with(&manager, &items, updating());
    use ImportOutcome::{Created, Updated};
    assert_eq!(outcomes(&report), [Created, Updated, Updated, Created, Updated]);
    let id = report.results[0].case.unwrap();
    assert!(report.results[..3].iter().all(|one| one.number.as_deref() == Some("C-000001")));
    assert_eq!((office.view(id).notes, office.view(id).stage.as_str()), (Some(2), "Closed"));
    assert_eq!(manager.find_customer("CRM-1").unwrap().name, "Ada Obi");
}

fn a_repeated_update_gives_the_same_report(office: &Office) {
    office.manager().import(&[item("OLD-1", &[]), customer("CRM-1", "Ada", None)]).unwrap();
    let desk = office.manager().request("sync");
    let items =
        [item("OLD-1", &[(1, stage("Closed"))]), customer("CRM-1", "Ada Obi", None), item("OLD-2", &[])];
    let report = with(&desk, &items, updating());
    use ImportOutcome::{Created, Updated};
    assert_eq!(outcomes(&report), [Updated, Updated, Created]);
    let before = office.footprint();
    assert_eq!(with(&desk, &items, updating()), report);
    assert_eq!(office.footprint(), before);
}

fn asked(reference: &str, changes: &[(i64, ImportedChange)]) -> ImportItem {
    let request = ImportRequest::new(reference, "Ada Obi").with_credential("born", "1990-02-03");
    let request = request.received_at(at(-3_600)).reply_to("ada@example.org");
    let mut one = case(reference, changes).for_request(request);
    (one.reference, one.case) = (None, NewCase::new("Data request", "What do you have of me?"));
    ImportItem::Case(one)
}

fn a_request_that_is_open_goes_on_here(office: &Office) {
    let items = [customer("CRM-1", "Ada Obi", None), asked("WEB-7", &[(1, note("Asked back."))])];
    let ImportItem::Case(one) = &items[1] else { panic!() };
    let items = [items[0].clone(), ImportItem::Case(one.clone().of_customer("CRM-1"))];
    let report = office.manager().import(&items).unwrap();
    let result = &report.results[1];
    assert_eq!(result.reference.as_deref(), Some("WEB-7"), "the request's own reference");
    let (id, approver) = (result.case.unwrap(), office.approver());
    let shown = approver.summary(id).unwrap().request.unwrap();
    assert_eq!((shown.received_at, shown.requester.as_deref()), (at(-3_600), Some("Ada Obi")));
    approver.take_case(id).unwrap();
    approver.approve_identification(id, "video call", &[]).unwrap();
    // The webform hands the same request in once more: it is known.
    let same = NewRequest::new("WEB-7", "Ada Obi")
        .with_credential("born", "1990-02-03")
        .reply_to("ada@example.org")
        .about_customer("CRM-1");
    let again = approver.receive_request(same).unwrap();
    assert_eq!((again.id, again.replayed, again.reference_shared), (Some(id), true, false));
    let second = office.manager().import(&items[1..]).unwrap();
    let refused = second.results[0].rejection.as_ref().unwrap().fields()[0].field.clone();
    assert_eq!(refused, "request.request_ref");
}

fn a_request_that_was_answered_keeps_its_outcome(office: &Office) {
    let denied =
        ImportedChange::Answered { outcome: OutcomeKind::Denied, denial_code: Some("no_match".into()) };
    let released = ImportedChange::Answered { outcome: OutcomeKind::DataReleased, denial_code: None };
    let items = [asked("WEB-1", &[(60, denied)]), asked("WEB-2", &[(60, released)]), asked("WEB-3", &[])];
    let manager = office.manager();
    let report = manager.import(&items).unwrap();
    let ids: Vec<CaseId> = report.results.iter().map(|result| result.case.unwrap()).collect();
    let view = office.view(ids[0]);
    assert_eq!((view.category, view.resolved_at), (StageCategory::Resolved, Some(at(60))));
    let ended_as = |outcome| CasesQuery { outcome: Some(outcome), ..CasesQuery::default() };
    for (outcome, id) in [(OutcomeKind::Denied, ids[0]), (OutcomeKind::DataReleased, ids[1])] {
        let rows = manager.cases(&ended_as(outcome), PageRequest::first()).unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    }
    let steps = office.approver().summary(ids[1]).unwrap().steps;
    assert!(!steps.is_empty() && steps.iter().all(|step| step.approvals.is_empty()), "nobody did them here");
    let updated = with(&manager, &items, updating());
    assert_eq!(outcomes(&updated), [ImportOutcome::Unchanged; 3]);
    assert!(office.auditor().verify(&[]).unwrap().broken.is_none());
}

fn a_workflow_comes_in_by_its_name_and_is_used(office: &Office) {
    let own =
        |label: &str| NewWorkflow::named("Own").with_step(NewStep::new("lead", label, StepKind::Approval));
    let item = |label| ImportItem::Workflow(ImportWorkflow::new(own(label), at(0), "old-ben"));
    let manager = office.manager();
    let report = manager.import(&[item("Lead signs")]).unwrap();
    let [result] = report.results.as_slice() else { panic!("{report:?}") };
    assert_eq!((result.outcome, result.reference.as_deref()), (ImportOutcome::Created, Some("Own")));
    let id = result.workflow.unwrap();
    let entry = manager.history(StreamId::Workflow(id), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(
        (entry.actor.as_str(), entry.imported_by.as_deref(), entry.at),
        ("old-ben", Some("mona"), at(0))
    );
    manager
        .create_case_type(NewCaseType { workflow: Some("Own".into()), ..NewCaseType::new("Signed") })
        .unwrap();
    let case = office.agent().raise_case(NewCase::new("Signed", "x")).unwrap().id;
    assert_eq!(office.approver().summary(case).unwrap().steps.len(), 1);
    use ImportOutcome::{Refused, Unchanged};
    for (existing, label, expected) in [
        (ExistingItems::Refuse, "Lead signs", Refused),
        (ExistingItems::Skip, "Somebody signs", Unchanged),
        (ExistingItems::Update, "Lead signs", Unchanged),
        (ExistingItems::Update, "Somebody signs", Refused),
    ] {
        let report = with(&manager, &[item(label)], ImportOptions::new().existing(existing));
        assert_eq!(outcomes(&report), [expected], "{existing:?} {label}");
        assert!(expected == Refused || report.results[0].workflow == Some(id));
    }
}

fn whoever_may_not_configure_workflows_imports_none(office: &Office) {
    let own = NewWorkflow::named("Own").with_step(NewStep::new("lead", "Lead", StepKind::Approval));
    let importer = casekit::Actor::new("imp", "Imp").with_permission(Permission::Import);
    let items = [ImportItem::Workflow(ImportWorkflow::new(own, at(0), "old-ben")), item("OLD-1", &[])];
    let report = office.kit.desk(importer).import(&items).unwrap();
    assert_eq!(outcomes(&report), [ImportOutcome::Refused, ImportOutcome::Created]);
    let permission = Permission::ConfigureWorkflows;
    let forbidden = Rejection::Forbidden { action: "import".into(), permission };
    assert_eq!(report.results[0].rejection, Some(forbidden));
}
