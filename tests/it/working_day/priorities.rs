//! Priorities: what comes before what, as lists, counts, papers and history say it.

use casekit::{
    CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CountBy, CustomerId, Desk, ImportCase, ImportChange,
    ImportItem, ImportedChange, NewCase, NewCaseType, NewRequest, PageRequest, Priority, Rejection, Role,
    Scope, StreamId,
};

use crate::build::{Office, Scoped, actor, all_pages, at, on_every_store, rejection};

on_every_store!(
    a_case_has_a_priority_of_its_own_or_that_of_its_type,
    another_default_is_for_new_cases_only,
    lists_and_counts_are_by_priority_too,
    an_import_brings_priorities_in,
    a_form_and_a_report_say_the_priority,
    a_customer_is_told_nothing_of_priorities,
);

fn raised(desk: &Desk, priority: Priority, title: &str) -> CaseId {
    desk.raise_case(NewCase::new("Support", title).with_priority(priority)).unwrap().id
}

fn of(priorities: &[Priority]) -> CasesQuery {
    CasesQuery { priorities: priorities.to_vec(), ..CasesQuery::default() }
}

fn titles(desk: &Desk, query: &CasesQuery) -> Vec<String> {
    all_pages(2, |page| desk.cases(query, page)).into_iter().map(|row| row.title).collect()
}

fn counted(desk: &Desk, query: &CasesQuery) -> Vec<(Option<Priority>, u64)> {
    let rows = desk.counts(CountBy::Priority, query).unwrap();
    rows.into_iter().map(|row| (row.priority, row.count)).collect()
}

fn a_case_has_a_priority_of_its_own_or_that_of_its_type(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    mona.create_case_type(NewCaseType::new("Outage").with_default_priority(Priority::Urgent)).unwrap();
    let priority = |case: CaseId| amara.case(case).unwrap().priority;
    let plain = office.case("Plain").id;
    assert_eq!(priority(plain), Some(Priority::Normal));
    let outage = amara.raise_case(NewCase::new("Outage", "Everything is down")).unwrap().id;
    assert_eq!(priority(outage), Some(Priority::Urgent));
    let new = NewCase::new("Outage", "A lamp is down").with_priority(Priority::Low);
    let lamp = amara.raise_case(new).unwrap().id;
    assert_eq!(priority(lamp), Some(Priority::Low));
    let request = amara.receive_request(NewRequest::new("W-1", "Jo Roe").of_type("Outage")).unwrap();
    assert_eq!(priority(request.id.unwrap()), Some(Priority::Urgent), "what comes in has that of its type");

    let edit = CaseEdit::new().priority(Priority::High);
    assert_eq!(amara.edit_case(plain, edit.clone()).unwrap().events, 1);
    assert_eq!(amara.edit_case(plain, edit).unwrap().events, 0, "it has it already");
    assert_eq!(priority(plain), Some(Priority::High));
    amara.edit_case(outage, CaseEdit::new().case_type("Support")).unwrap();
    assert_eq!(priority(outage), Some(Priority::Urgent), "another type does not change it");

    let history = amara.history(StreamId::Case(plain), PageRequest::first()).unwrap().rows;
    let change = &history[1];
    assert_eq!(
        (change.code.as_str(), change.text.as_str()),
        ("priority_changed", "gave it the priority high")
    );
    let change = &change.changes[0];
    let (from, to) = (change.from.as_deref(), change.to.as_deref());
    assert_eq!((change.field.as_str(), from, to), ("priority", Some("normal"), Some("high")));
    let history = amara.history(StreamId::Case(lamp), PageRequest::first()).unwrap().rows;
    assert!(history[0].changes.iter().any(|one| one.field == "priority" && one.to.as_deref() == Some("low")));
    office.administrator().verify_stream(StreamId::Case(plain)).unwrap();
}

fn another_default_is_for_new_cases_only(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let before = office.case("Before").id;
    let support = mona.case_type("Support").unwrap();
    assert_eq!(support.default_priority, Priority::Normal);
    let edit = CaseTypeEdit::new().default_priority(Priority::Low);
    assert_eq!(mona.edit_case_type(support.id, edit.clone()).unwrap().events, 1);
    assert_eq!(mona.edit_case_type(support.id, edit).unwrap().events, 0);
    let edited = mona.case_type("Support").unwrap();
    assert_eq!(
        (edited.default_priority, edited.version),
        (Priority::Low, support.version),
        "it applies at once"
    );
    let after = office.case("After").id;
    let priority = |case: CaseId| amara.case(case).unwrap().priority.unwrap();
    assert_eq!((priority(before), priority(after)), (Priority::Normal, Priority::Low));
    let history = mona.history(StreamId::CaseType(support.id), PageRequest::first()).unwrap().rows;
    assert_eq!(history[1].text, "gave new cases the priority low unless another one is given");
}

fn lists_and_counts_are_by_priority_too(office: &Office) {
    let amara = office.agent();
    for (title, priority) in [
        ("One", Priority::Normal),
        ("Two", Priority::Urgent),
        ("Three", Priority::High),
        ("Four", Priority::Urgent),
        ("Five", Priority::Low),
    ] {
        raised(&amara, priority, title);
    }
    assert_eq!(titles(&amara, &of(&[Priority::Urgent])), ["Four", "Two"]);
    assert_eq!(titles(&amara, &of(&[Priority::High, Priority::Low])), ["Five", "Three"]);
    let codes = amara.cases(&of(&[]), PageRequest::first()).unwrap().rows;
    let codes: Vec<_> = codes.into_iter().map(|row| row.priority_code.unwrap()).collect();
    assert_eq!(codes, ["low", "urgent", "high", "urgent", "normal"]);

    let some = |counts: [u64; 4]| {
        Priority::ALL.into_iter().map(Some).zip(counts).collect::<Vec<(Option<Priority>, u64)>>()
    };
    assert_eq!(counted(&amara, &of(&[])), some([1, 1, 1, 2]), "from low to urgent");
    assert_eq!(counted(&amara, &of(&[Priority::Urgent])), [(Some(Priority::Urgent), 2)]);
    let closed = CasesQuery { stages: vec!["Closed".into()], ..CasesQuery::default() };
    assert_eq!(counted(&amara, &closed), some([0; 4]), "those without a case are there too");

    let two = CasesQuery { priorities: vec![Priority::Urgent], ..CasesQuery::default() };
    let case = amara.cases(&two, PageRequest::first()).unwrap().rows.remove(1).id;
    amara.take_case(case).unwrap();
    amara.edit_case(case, CaseEdit::new().priority(Priority::Low)).unwrap();
    assert_eq!(counted(&amara, &of(&[])), some([2, 1, 1, 1]));
    let by_holder = |query: &CasesQuery| {
        let rows = amara.counts(CountBy::Holder, query).unwrap();
        rows.into_iter().map(|row| (row.holder, row.count)).collect::<Vec<_>>()
    };
    assert_eq!(by_holder(&of(&[Priority::Low])), [(None, 1), (Some("amara".to_owned()), 1)]);
    let urgent = by_holder(&of(&[Priority::Urgent]));
    assert_eq!(urgent, [(None, 1)]);
    let hits = amara.search("two", PageRequest::first()).unwrap().rows;
    assert_eq!(hits[0].case.priority_code.as_deref(), Some("low"));
    office.store.check().unwrap();
}

fn an_import_brings_priorities_in(office: &Office) {
    let new = NewCase::new("Support", "Old").with_priority(Priority::Low);
    let raised = ImportCase::new(new, at(0), "old-ben").with_reference("OLD-1");
    let change = ImportedChange::Prioritised { priority: Priority::Urgent };
    let item = ImportItem::Case(raised.with_change(ImportChange::new(at(60), "old-ben", change)));
    let mona = office.manager();
    let report = mona.import(std::slice::from_ref(&item)).unwrap();
    assert!(report.results.iter().all(|one| one.rejection.is_none()), "{report:?}");
    let row = mona.cases(&of(&[Priority::Urgent]), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(row.title, "Old");
    let history = mona.history(StreamId::Case(row.id), PageRequest::first()).unwrap().rows;
    let told: Vec<_> = history.iter().map(|entry| (entry.code.as_str(), entry.actor.as_str())).collect();
    assert_eq!(told, [("case_raised", "old-ben"), ("priority_changed", "old-ben")]);
}

fn a_form_and_a_report_say_the_priority(office: &Office) {
    let amara = office.agent();
    let case = raised(&amara, Priority::High, "Refund");
    let form = amara.edit_form(case).unwrap();
    let field = form.fields.iter().find(|field| field.field == "priority").unwrap();
    assert_eq!((field.value.as_deref(), field.value_label.as_deref()), (Some("high"), Some("high")));
    assert_eq!((field.label.as_str(), field.required), ("priority", true));
    let mut csv = Vec::new();
    let form = casekit::CsvForm::for_programs();
    casekit::reports::overview_csv(&office.administrator(), &of(&[]), form, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = lines[0].iter().position(|heading| heading.contains("priority")).unwrap();
    assert!(lines[1][column].contains("high"), "{csv}");
}

fn a_customer_is_told_nothing_of_priorities(office: &Office) {
    let ada = office.customer("Ada Obi").id;
    let amara = office.agent();
    let new = NewCase::new("Support", "Refund").with_priority(Priority::Low).for_customer(ada);
    let case = amara.raise_case(new).unwrap().id;
    amara.edit_case(case, CaseEdit::new().priority(Priority::Urgent)).unwrap();
    let portal = portal(office, ada);
    assert_eq!(portal.case(case).unwrap().priority, None);
    let row = portal.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(row.priority_code, None);
    assert_eq!(titles(&portal, &of(&[Priority::Urgent])), Vec::<String>::new());
    assert_eq!(counted(&portal, &CasesQuery::default()), [(None, 1)], "in one group");
    let history = format!("{:?}", portal.history(StreamId::Case(case), PageRequest::first()).unwrap());
    assert!(!history.contains("urgent") && !history.contains("low"), "{history}");
    assert!(!format!("{:?}", portal.edit_form(case).unwrap()).contains("priority"));
    let edit = CaseEdit::new().priority(Priority::Low);
    let not_here = |action: &str| Rejection::NotAllowedHere { action: action.to_owned() };
    assert_eq!(rejection(portal.edit_case(case, edit)), not_here("edit_case"));
    let new = NewCase::new("Support", "At once!").with_priority(Priority::Urgent);
    assert_eq!(rejection(portal.raise_case(new)), not_here("raise_case"));
}

fn portal(office: &Office, customer: CustomerId) -> Desk {
    office.narrowed_by(Scoped(Scope::of_customer(customer))).desk(actor("ada", Role::Agent))
}
