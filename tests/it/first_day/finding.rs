//! Finding cases: the overview, counts, interactions and search.

use casekit::{
    CaseEdit, CaseId, CaseSummary, CasesQuery, CountBy, CustomerId, Direction, HeldBy, NewCase, NewNote,
    PageRequest, Role, SearchHit, Sort, StageCategory, Visibility,
};

use crate::build::{Office, all_pages, on_every_store, rejection};

on_every_store!(
    the_overview_filters_by_everything_alone_and_together,
    the_overview_sorts_each_way_and_pages_have_every_case_once,
    counts_are_exact_under_every_filter_they_are_offered_for,
    a_customers_interactions_are_their_cases_newest_first,
    search_finds_words_prefixes_folded_letters_and_scripts_without_spaces,
    search_is_newest_first_and_says_which_note_was_found,
    changes_are_read_from_where_one_stopped,
);

/// Six cases that differ in type, stage, holder, customer and time.
struct Desks {
    ada: CustomerId,
    cases: Vec<CaseId>,
}

fn busy(office: &Office) -> Desks {
    let (amara, ben) = (office.agent(), office.other_agent());
    let (ada, bo) = (office.customer("Ada Obi").id, office.customer("Bo Li").id);
    let raise = |new: NewCase| amara.raise_case(new).unwrap().id;
    let cases = vec![
        raise(NewCase::new("Support", "Cannot log in").for_customer(ada)),
        raise(NewCase::new("Support", "Password lost").for_customer(bo)),
        raise(NewCase::new("Enquiries", "Where is my refund?").for_customer(ada)),
        raise(NewCase::new("Enquiries", "Opening hours").in_stage("Closed")),
        raise(NewCase::new("Bug report", "Log shows nothing")),
        raise(NewCase::new("Follow up", "Call again").for_customer(ada)),
    ];
    amara.take_case(cases[0]).unwrap();
    ben.take_case(cases[2]).unwrap();
    ben.take_case(cases[4]).unwrap();
    ben.edit_case(cases[4], CaseEdit::new().stage("Resolved")).unwrap();
    amara.edit_case(cases[1], CaseEdit::new().title("Password forgotten")).unwrap();
    Desks { ada, cases }
}

fn numbers(rows: &[CaseSummary]) -> Vec<u32> {
    rows.iter().map(|row| row.number.trim_start_matches("C-").parse().unwrap()).collect()
}

fn the_overview_filters_by_everything_alone_and_together(office: &Office) {
    let desks = busy(office);
    let raised = office.view(desks.cases[2]).raised_at;
    let any = CasesQuery::default;
    let held = |id: &str| Some(HeldBy::Actor { id: id.into() });
    let list = |query: CasesQuery| numbers(&office.agent().cases(&query, PageRequest::first()).unwrap().rows);
    assert_eq!(list(any()), [6, 5, 4, 3, 2, 1]);
    assert_eq!(list(CasesQuery { case_types: vec!["support".into()], ..any() }), [2, 1]);
    assert_eq!(list(CasesQuery { stages: vec!["In Progress".into()], ..any() }), [3, 1]);
    assert_eq!(list(CasesQuery { stages: vec!["in_progress".into()], ..any() }), [3, 1]);
    assert_eq!(list(CasesQuery { categories: vec![StageCategory::Closed], ..any() }), [4]);
    assert_eq!(list(CasesQuery { categories: vec![StageCategory::Waiting], ..any() }), [0_u32; 0]);
    assert_eq!(list(CasesQuery { holder: Some(HeldBy::Nobody), ..any() }), [6, 4, 2]);
    assert_eq!(list(CasesQuery { holder: Some(HeldBy::Me), ..any() }), [1]);
    assert_eq!(list(CasesQuery { holder: held("ben"), ..any() }), [5, 3]);
    assert_eq!(list(CasesQuery { holder: held("Ben"), ..any() }), [0_u32; 0], "ids count to the letter");
    assert_eq!(list(CasesQuery { customer: Some(desks.ada), ..any() }), [6, 3, 1]);
    assert_eq!(list(CasesQuery { raised_from: Some(raised), ..any() }), [6, 5, 4, 3]);
    assert_eq!(list(CasesQuery { raised_before: Some(raised), ..any() }), [2, 1]);
    assert_eq!(list(CasesQuery { text: Some("log".into()), ..any() }), [5, 1]);
    assert_eq!(list(CasesQuery { text: Some("ada refu".into()), ..any() }), [3], "name and title");
    assert_eq!(list(CasesQuery { text: Some("?!".into()), ..any() }), [0_u32; 0]);
    assert_eq!(
        list(CasesQuery { text: Some("  ".into()), ..any() }),
        [6, 5, 4, 3, 2, 1],
        "blank is no filter"
    );
    let together = CasesQuery {
        case_types: vec!["Enquiries".into()],
        stages: vec!["In Progress".into()],
        categories: vec![StageCategory::Active],
        holder: held("ben"),
        customer: Some(desks.ada),
        raised_from: Some(raised),
        text: Some("ref".into()),
        ..any()
    };
    assert_eq!(list(together.clone()), [3]);
    assert_eq!(list(CasesQuery { holder: Some(HeldBy::Me), ..together }), [0_u32; 0]);
}

fn the_overview_sorts_each_way_and_pages_have_every_case_once(office: &Office) {
    busy(office);
    let list = |sort, direction, size| {
        let query = CasesQuery { sort, direction, ..CasesQuery::default() };
        numbers(&all_pages(size, |page| office.agent().cases(&query, page)))
    };
    for size in [1, 2, 5, 6, 500] {
        for (sort, ascending) in [
            (Sort::Number, [1, 2, 3, 4, 5, 6]),
            (Sort::Raised, [1, 2, 3, 4, 5, 6]),
            (Sort::Updated, [4, 6, 1, 3, 5, 2]),
        ] {
            assert_eq!(list(sort, Direction::Ascending, size), ascending, "{sort:?}, {size} a page");
            let descending: Vec<u32> = ascending.into_iter().rev().collect();
            assert_eq!(list(sort, Direction::Descending, size), descending, "{sort:?}, {size} a page");
        }
    }
    // Keyset pages: a case that is raised meanwhile neither hides nor repeats one.
    let desk = office.agent();
    let first = desk.cases(&CasesQuery::default(), PageRequest::first().of(3)).unwrap();
    office.case("Meanwhile");
    let second = desk.cases(&CasesQuery::default(), first.next_request().unwrap()).unwrap();
    assert_eq!((numbers(&first.rows), numbers(&second.rows)), (vec![6, 5, 4], vec![3, 2, 1]));
}

fn counts_are_exact_under_every_filter_they_are_offered_for(office: &Office) {
    busy(office);
    let desk = office.agent();
    let count = |by, query: &CasesQuery| -> Vec<(String, u64)> {
        let named = |row: casekit::CaseCountRow| {
            let category = row.category.map(|one| one.to_string());
            let parts = [row.case_type, row.stage, category, row.holder].into_iter().flatten();
            (parts.collect::<Vec<_>>().join("/"), row.count)
        };
        let mut rows: Vec<_> = desk.counts(by, query).unwrap().into_iter().map(named).collect();
        rows.retain(|(_, count)| *count > 0);
        rows.sort();
        rows
    };
    let any = CasesQuery::default();
    let named =
        |rows: &[(&str, u64)]| rows.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(
        count(CountBy::CaseType, &any),
        named(&[("Bug report", 1), ("Enquiries", 2), ("Follow up", 1), ("Support", 2)])
    );
    assert_eq!(
        count(CountBy::Category, &any),
        named(&[("active", 2), ("closed", 1), ("open", 2), ("resolved", 1)])
    );
    assert_eq!(count(CountBy::Holder, &any), named(&[("", 3), ("amara", 1), ("ben", 2)]));
    assert_eq!(
        count(CountBy::Stage, &CasesQuery { case_types: vec!["Support".into()], ..any.clone() }),
        named(&[("Support/In Progress/active", 1), ("Support/Open/open", 1)])
    );
    assert_eq!(
        count(CountBy::CaseType, &CasesQuery { holder: Some(HeldBy::Me), ..any.clone() }),
        named(&[("Support", 1)])
    );
    assert_eq!(
        count(CountBy::Holder, &CasesQuery { stages: vec!["In Progress".into()], ..any.clone() }),
        named(&[("amara", 1), ("ben", 1)])
    );
    assert_eq!(
        count(CountBy::Holder, &CasesQuery { categories: vec![StageCategory::Resolved], ..any.clone() }),
        named(&[("ben", 1)])
    );
    assert_eq!(count(CountBy::Holder, &CasesQuery { categories: vec![StageCategory::Waiting], ..any }), []);
}

fn a_customers_interactions_are_their_cases_newest_first(office: &Office) {
    let desks = busy(office);
    let desk = office.agent();
    assert_eq!(numbers(&desk.interactions(desks.ada, PageRequest::first()).unwrap().rows), [6, 3, 1]);
    desk.edit_case(desks.cases[2], CaseEdit::new().without_customer()).unwrap();
    desk.edit_case(desks.cases[4], CaseEdit::new().customer(desks.ada)).unwrap();
    let paged = all_pages(2, |page| desk.interactions(desks.ada, page));
    assert_eq!(numbers(&paged), [6, 5, 1]);
    let newcomer = office.customer("Cy").id;
    assert_eq!(desk.interactions(newcomer, PageRequest::first()).unwrap().rows, []);
    let nobody = CustomerId(desks.cases[0].0);
    assert_eq!(rejection(desk.interactions(nobody, PageRequest::first())).code(), "not_found");
}

fn search_finds_words_prefixes_folded_letters_and_scripts_without_spaces(office: &Office) {
    let desk = office.agent();
    let raise =
        |title: &str, text: &str| desk.raise_case(NewCase::new("Support", title).described(text)).unwrap();
    raise("Zażółć gęślą jaźń", "In der Straße 5");
    raise("昨日の返金について", "ガス料金");
    raise("مَرْحَبًا بالعالم", "שלום עולם");
    let found = |text: &str| -> Vec<u32> {
        let rows = desk.search(text, PageRequest::first()).unwrap().rows;
        let cases: Vec<CaseSummary> = rows.into_iter().map(|hit| hit.case).collect();
        numbers(&cases)
    };
    for (text, numbers) in [
        ("strasse", vec![1]),
        ("STRASSE 5", vec![1]),
        ("stra", vec![1]),
        ("stra ", vec![]),
        ("gesla", vec![1]),
        ("返金", vec![2]),
        ("返", vec![2]),
        ("返済", vec![]),
        ("ｶﾞｽ", vec![2]),
        ("مرحبا", vec![3]),
        ("עולם", vec![3]),
        ("C-000002", vec![2]),
        ("000003", vec![3]),
        ("3", vec![3]),
        ("c", vec![]),
        ("C2", vec![2]),
        ("", vec![]),
        ("\"", vec![]),
        ("* OR NOT ^title:", vec![]),
        ("title NEAR/5 x", vec![]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
}

fn search_is_newest_first_and_says_which_note_was_found(office: &Office) {
    let desk = office.agent();
    let (first, second) = (office.case("Refund of order 1").id, office.case("Refund of order 2").id);
    let note = desk.add_note(first, "The refund is on its way").unwrap().id;
    let shown = desk.add_note(second, NewNote::for_customer("Your REFUND is here")).unwrap().id;
    let gone = desk.add_note(second, "No refund at all").unwrap().id;
    desk.retract_note(gone, None).unwrap();
    let found: Vec<_> = all_pages(1, |page| desk.search("refund", page))
        .into_iter()
        .map(|hit: SearchHit| (hit.case.id, hit.note, hit.visibility))
        .collect();
    assert_eq!(
        found,
        [
            (second, Some(shown), Some(Visibility::Customer)),
            (first, Some(note), Some(Visibility::Internal)),
            (second, None, None),
            (first, None, None),
        ]
    );
    desk.edit_note(note, "It is on its way").unwrap();
    desk.edit_case(first, CaseEdit::new().title("Something else")).unwrap();
    assert_eq!(
        desk.search("refund", PageRequest::first()).unwrap().rows.len(),
        2,
        "an edit is found at once"
    );
    let it = office.desk("ivo", Role::ItAdministrator);
    assert_eq!(rejection(it.search("refund", PageRequest::first())).code(), "forbidden");
}

fn changes_are_read_from_where_one_stopped(office: &Office) {
    let desk = office.agent();
    let start = desk.changes_since(None, 500).unwrap();
    assert_eq!(
        (start.changes.len(), start.more),
        (11, false),
        "the ledger, settings, two workflows, seven types"
    );
    let idle = desk.changes_since(Some(&start.cursor), 500).unwrap();
    assert_eq!((idle.changes.len(), &idle.cursor, idle.more), (0, &start.cursor, false));
    let case = office.case("Cannot log in").id;
    desk.take_case(case).unwrap();
    let (mut codes, mut cursor) = (Vec::new(), start.cursor);
    loop {
        let changes = desk.changes_since(Some(&cursor), 2).unwrap();
        codes.extend(changes.changes.into_iter().map(|change| (change.revision, change.code)));
        cursor = changes.cursor;
        if !changes.more {
            break;
        }
    }
    let expected = [(1, "case_raised"), (2, "case_taken"), (3, "stage_changed")];
    assert_eq!(codes, expected.map(|(revision, code)| (revision, code.to_owned())));
}
