//! Lists and counts take what people choose by: several types, stages and categories; workflow, outcome, error; who raised a
//! case, and when it was raised, resolved and closed.

use casekit::{
    CaseCountRow, CaseEdit, CaseId, CaseSummary, CasesQuery, CountBy, Desk, FailingFor, FieldRule, HeldBy,
    NewCase, NewCaseType, NewDenial, NewStep, NewWorkflow, OutcomeKind, RaisedBy, Role, Scope, StageCategory,
    StepKind, Timestamp,
};

use crate::build::{Office, Scoped, actor, all_pages, on_every_store};
use crate::second_day::host::Bureau;

on_every_store!(
    a_list_takes_several_types_stages_and_categories,
    a_list_takes_who_raised_a_case_and_when_it_was_raised_resolved_and_closed,
    a_row_and_a_view_say_when_a_case_was_resolved_and_closed,
    a_list_takes_a_workflow_and_an_outcome,
    conditions_that_exclude_each_other_and_unknown_names_are_refused,
    counts_take_the_whole_filter_of_a_list,
    counts_name_the_groups_that_are_empty,
    empty_groups_are_within_the_actors_scope_and_the_filter,
);

fn any() -> CasesQuery {
    CasesQuery::default()
}

fn titles(desk: &Desk, query: &CasesQuery) -> Vec<String> {
    all_pages(2, |page| desk.cases(query, page)).into_iter().map(|row| row.title).collect()
}

fn some(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A case for each of these types and stages, named by them.
fn cases(office: &Office, of: &[(&str, &str)]) -> Vec<CaseId> {
    let raise = |(kind, stage): &(&str, &str)| {
        let new = NewCase::new(*kind, format!("{kind}, {stage}")).in_stage(*stage);
        office.agent().raise_case(new).unwrap().id
    };
    of.iter().map(raise).collect()
}

fn a_list_takes_several_types_stages_and_categories(office: &Office) {
    let desk = office.agent();
    let all = [
        ("Support", "open"),
        ("Support", "closed"),
        ("Enquiries", "in_progress"),
        ("Bug report", "resolved"),
        ("Bug report", "open"),
    ];
    cases(office, &all);
    let list = |query: CasesQuery| titles(&desk, &query);
    let types = CasesQuery { case_types: some(&["support", "Bug report"]), ..any() };
    assert_eq!(
        list(types.clone()),
        ["Bug report, open", "Bug report, resolved", "Support, closed", "Support, open"]
    );
    let stages = CasesQuery { stages: some(&["In Progress", "closed"]), ..any() };
    assert_eq!(list(stages.clone()), ["Enquiries, in_progress", "Support, closed"]);
    let ended = vec![StageCategory::Closed, StageCategory::Resolved];
    let categories = CasesQuery { categories: ended, ..any() };
    assert_eq!(list(categories.clone()), ["Bug report, resolved", "Support, closed"]);
    let both = CasesQuery { case_types: types.case_types, ..stages };
    assert_eq!(list(both.clone()), ["Support, closed"]);
    assert_eq!(list(CasesQuery { categories: categories.categories, ..both }), ["Support, closed"]);
}

fn a_list_takes_who_raised_a_case_and_when_it_was_raised_resolved_and_closed(office: &Office) {
    let (amara, ben) = (office.agent(), office.other_agent());
    let ids = cases(office, &[("Support", "open"), ("Bug report", "open"), ("Enquiries", "open")]);
    let by_ben = ben.raise_case(NewCase::new("Support", "Ben's")).unwrap().id;
    let raised_at = |id: CaseId| office.view(id).raised_at;
    let list = |query: CasesQuery| titles(&amara, &query);
    assert_eq!(
        list(CasesQuery { raised_by: Some(RaisedBy::Actor { id: "ben".into() }), ..any() }),
        ["Ben's"]
    );
    let mine = CasesQuery { raised_by: Some(RaisedBy::Me), ..any() };
    assert_eq!(list(mine.clone()).len(), 3);
    assert_eq!(list(CasesQuery { stages: some(&["closed"]), ..mine.clone() }), [""; 0]);
    let between =
        CasesQuery { raised_from: Some(raised_at(ids[1])), raised_before: Some(raised_at(by_ben)), ..mine };
    assert_eq!(list(between), ["Enquiries, open", "Bug report, open"]);

    let moved = |id: CaseId, stage: &str| {
        amara.edit_case(id, CaseEdit::new().stage(stage).because("done")).unwrap();
        office.view(id).updated_at
    };
    let resolved = [moved(ids[0], "resolved"), moved(ids[1], "resolved")];
    let closed = [moved(ids[0], "closed"), moved(by_ben, "closed")];
    moved(ids[1], "open");
    let resolved_from = CasesQuery { resolved_from: Some(resolved[0]), ..any() };
    assert_eq!(
        list(resolved_from.clone()),
        ["Support, open"],
        "one was reopened, one closed without being resolved"
    );
    assert_eq!(list(CasesQuery { resolved_before: Some(resolved[0]), ..any() }), [""; 0]);
    let closed_from = CasesQuery { closed_from: Some(closed[0]), ..any() };
    assert_eq!(list(closed_from.clone()), ["Ben's", "Support, open"]);
    assert_eq!(list(CasesQuery { closed_before: Some(closed[1]), ..closed_from.clone() }), ["Support, open"]);
    assert_eq!(list(CasesQuery { case_types: some(&["Bug report"]), ..closed_from }), [""; 0]);
    assert_eq!(list(CasesQuery { closed_before: Some(closed[0]), ..resolved_from }), [""; 0]);
}

fn a_row_and_a_view_say_when_a_case_was_resolved_and_closed(office: &Office) {
    let desk = office.agent();
    let case = office.case("Cannot log in").id;
    let shown = || -> [Option<Timestamp>; 2] {
        let row: CaseSummary = all_pages(2, |page| desk.cases(&any(), page)).remove(0);
        let view = desk.case(case).unwrap();
        assert_eq!((row.resolved_at, row.closed_at), (view.resolved_at, view.closed_at));
        [row.resolved_at, row.closed_at]
    };
    let moved = |stage: &str| {
        desk.edit_case(case, CaseEdit::new().stage(stage).because("done")).unwrap();
        Some(desk.case(case).unwrap().updated_at)
    };
    assert_eq!(shown(), [None, None]);
    let resolved = moved("resolved");
    assert_eq!(shown(), [resolved, None]);
    let closed = moved("closed");
    assert_eq!(shown(), [resolved, closed], "closing keeps when it was resolved");
    moved("in_progress");
    assert_eq!(shown(), [None, None], "reopening takes both away");
    let closed = moved("closed");
    assert_eq!(shown(), [None, closed]);
}

fn a_list_takes_a_workflow_and_an_outcome(office: &Office) {
    let (mona, petra) = (office.manager(), office.approver());
    for name in ["Sign-off", "Budget"] {
        let step = NewStep::new("signed", "Signed", StepKind::Approval).by_anyone().deniable(["other"]);
        mona.create_workflow(NewWorkflow::named(name).with_step(step)).unwrap();
        mona.create_case_type(NewCaseType::new(name).with_workflow(name)).unwrap();
    }
    let raise = |kind: &str, title: &str| office.agent().raise_case(NewCase::new(kind, title)).unwrap().id;
    raise("Support", "Without");
    raise("Sign-off", "Goes on");
    petra.approve_step(raise("Sign-off", "Signed"), "signed", None).unwrap();
    petra
        .deny(raise("Budget", "Denied"), NewDenial::new("other", "inside", "outside").at_step("signed"))
        .unwrap();
    let withdrawn = raise("Budget", "Withdrawn");
    mona.take_case(withdrawn).unwrap();
    mona.withdraw(withdrawn, None).unwrap();
    let list = |query: CasesQuery| titles(&petra, &query);
    let in_workflow = |name: &str| CasesQuery { workflow: Some(name.into()), ..any() };
    let ended = |kind: OutcomeKind| CasesQuery { outcome: Some(kind), ..any() };
    assert_eq!(list(in_workflow("sign-off")), ["Signed", "Goes on"]);
    assert_eq!(list(in_workflow("Budget")), ["Withdrawn", "Denied"]);
    assert_eq!(list(ended(OutcomeKind::Denied)), ["Denied"]);
    assert_eq!(list(ended(OutcomeKind::Approved)), ["Signed"]);
    assert_eq!(list(ended(OutcomeKind::NoData)), [""; 0]);
    let both = CasesQuery { outcome: Some(OutcomeKind::Withdrawn), ..in_workflow("Budget") };
    assert_eq!(list(both.clone()), ["Withdrawn"]);
    assert_eq!(list(CasesQuery { workflow: Some("Sign-off".into()), ..both }), [""; 0]);
    office.store.check().unwrap();
}

#[test]
fn a_list_takes_the_error_of_a_case() {
    let bureau = Bureau::in_memory();
    let [one, other] = ["WEB-1", "WEB-2"].map(|reference| bureau.identified(reference).id);
    let petra = bureau.petra();
    petra.case(other).unwrap();
    let refusal = casekit::Fault::transient("webform_down", "try again later");
    let found = petra.prepare_data(one).unwrap().id.unwrap();
    petra.approve_data(one, found, Vec::new()).unwrap();
    bureau.webform.will([crate::second_day::host::Answer::Fails(refusal)]);
    petra.release(one).map(drop).unwrap();
    let failing = |failing: FailingFor| {
        let query = CasesQuery { failing: Some(failing), ..any() };
        let counted: u64 = petra.counts(CountBy::CaseType, &query).unwrap().iter().map(|row| row.count).sum();
        let rows = all_pages(50, |page| petra.cases(&query, page));
        assert_eq!(counted, rows.len() as u64);
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(failing(FailingFor::Anything), [one]);
    assert_eq!(failing(FailingFor::Cause { code: "webform_down".into() }), [one]);
    assert_eq!(failing(FailingFor::Cause { code: "source_missing".into() }), []);
}

fn conditions_that_exclude_each_other_and_unknown_names_are_refused(office: &Office) {
    let desk = office.agent();
    office.case("x");
    let (early, late) = (crate::build::at(0), crate::build::at(1));
    let refused = |query: CasesQuery| {
        let listed = office.refused(|| desk.cases(&query, casekit::PageRequest::first()));
        let counted = office.refused(|| desk.counts(CountBy::Stage, &query));
        assert_eq!(listed, counted);
        (listed.fields()[0].field.clone(), listed.to_string())
    };
    let ends: [(&str, CasesQuery); 3] = [
        ("raised_before", CasesQuery { raised_from: Some(late), raised_before: Some(early), ..any() }),
        ("resolved_before", CasesQuery { resolved_from: Some(late), resolved_before: Some(late), ..any() }),
        ("closed_before", CasesQuery { closed_from: Some(late), closed_before: Some(early), ..any() }),
    ];
    for (field, query) in ends {
        let (named, text) = refused(query);
        assert_eq!(named, field);
        assert!(text.contains("not after the beginning of the range"), "{text}");
    }
    let open = || CasesQuery { categories: vec![StageCategory::Open, StageCategory::Resolved], ..any() };
    let (field, text) = refused(CasesQuery { closed_from: Some(early), ..open() });
    assert!(field == "categories" && text.contains("`closed`"), "{text}");
    let (field, text) =
        refused(CasesQuery { resolved_before: Some(late), categories: vec![StageCategory::Open], ..any() });
    assert!(field == "categories" && text.contains("`resolved`"), "{text}");
    assert_eq!(titles(&desk, &CasesQuery { resolved_before: Some(early), ..open() }), [""; 0]);

    let (field, text) = refused(CasesQuery { case_types: some(&["Support", "Bug reprt"]), ..any() });
    assert!(field == "case_types" && text.contains("did you mean `Bug report`?"), "{text}");
    let (field, text) = refused(CasesQuery { stages: some(&["Open", "Closd"]), ..any() });
    assert!(field == "stages" && text.contains("did you mean `Closed`?"), "{text}");
    let (field, text) = refused(CasesQuery { workflow: Some("Data requst".into()), ..any() });
    assert!(field == "workflow" && text.contains("did you mean `Data request`?"), "{text}");
    // Whoever sees only types without a workflow is told of none.
    let support = office.manager().case_type("Support").unwrap().id;
    let narrowed = office.narrowed_by(Scoped(Scope { types: Some(vec![support]), ..Scope::all() }));
    let query = CasesQuery { workflow: Some("Data request".into()), ..any() };
    let answer = narrowed.desk(actor("amara", Role::Agent)).counts(CountBy::Stage, &query);
    let refused = crate::build::rejection(answer);
    let FieldRule::Unknown { choices } = &refused.fields()[0].rule else { panic!("{refused}") };
    assert_eq!(choices.names, [""; 0]);
}

/// Adds a condition to a query.
type Condition = Box<dyn Fn(&mut CasesQuery)>;

fn counted(desk: &Desk, by: CountBy, query: &CasesQuery) -> u64 {
    desk.counts(by, query).unwrap().iter().map(|row| row.count).sum()
}

fn counts_take_the_whole_filter_of_a_list(office: &Office) {
    let (amara, ben) = (office.agent(), office.other_agent());
    let ada = office.customer("Ada Obi").id;
    let kinds = ["Support", "Bug report", "Enquiries"];
    let mut instants = Vec::new();
    for number in 0..12 {
        let desk = if number % 3 == 0 { &ben } else { &amara };
        let mut new = NewCase::new(
            kinds[number % 3],
            format!("Case {number}, the {} lamp", ["old", "new"][number % 2]),
        );
        if number % 4 == 0 {
            new = new.for_customer(ada);
        }
        let id = desk.raise_case(new).unwrap().id;
        if number % 5 < 2 {
            desk.take_case(id).unwrap();
        }
        if number % 4 > 1 {
            let stage = ["resolved", "closed"][number % 2];
            desk.edit_case(id, CaseEdit::new().stage(stage).because("done")).unwrap();
        }
        instants.push(office.view(id).updated_at);
    }
    let middle = Some(instants[6]);
    let conditions: Vec<Condition> = vec![
        Box::new(|query| query.case_types = some(&["Support", "Enquiries"])),
        Box::new(|query| query.stages = some(&["open", "closed"])),
        Box::new(|query| query.categories = vec![StageCategory::Closed, StageCategory::Resolved]),
        Box::new(|query| query.holder = Some(HeldBy::Nobody)),
        Box::new(|query| query.holder = Some(HeldBy::Me)),
        Box::new(move |query| query.customer = Some(ada)),
        Box::new(|query| query.raised_by = Some(RaisedBy::Me)),
        Box::new(|query| query.raised_by = Some(RaisedBy::Actor { id: "ben".into() })),
        Box::new(move |query| query.raised_from = middle),
        Box::new(move |query| query.resolved_from = middle),
        Box::new(move |query| query.closed_before = middle),
        Box::new(move |query| query.updated_before = middle),
        Box::new(|query| query.outcome = Some(OutcomeKind::Denied)),
        Box::new(|query| query.text = Some("new lamp".into())),
        Box::new(|query| query.text = Some("ada".into())),
    ];
    let own = Scope { cases: casekit::ScopeCases::Own, ..Scope::all() };
    let narrowed = office.narrowed_by(Scoped(own));
    let narrow = narrowed.desk(actor("amara", Role::Agent));
    let mut whole = 0;
    for one in &conditions {
        for other in &conditions {
            let mut query = any();
            one(&mut query);
            other(&mut query);
            for desk in [&amara, &narrow] {
                let listed = all_pages(5, |page| desk.cases(&query, page)).len() as u64;
                whole += u64::from(listed > 0);
                for by in [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Holder] {
                    assert_eq!(counted(desk, by, &query), listed, "{query:?} by {by:?}");
                }
            }
        }
    }
    assert!(whole > 100, "only {whole} of the filters left anything");
}

fn stages(rows: &[CaseCountRow]) -> Vec<(&str, u64)> {
    rows.iter().map(|row| (row.stage_id.as_deref().unwrap(), row.count)).collect()
}

fn counts_name_the_groups_that_are_empty(office: &Office) {
    let desk = office.agent();
    cases(office, &[("Support", "open"), ("Support", "open"), ("Support", "closed")]);
    let support = CasesQuery { case_types: some(&["Support"]), ..any() };
    let rows = desk.counts(CountBy::Stage, &support).unwrap();
    assert_eq!(
        stages(&rows),
        [("open", 2), ("in_progress", 0), ("resolved", 0), ("closed", 1)],
        "in the order of the type"
    );
    assert_eq!(rows[1].stage.as_deref(), Some("In Progress"));
    assert_eq!(rows[1].case_type_id, Some(desk.case_type("Support").unwrap().id));
    let types = desk.counts(CountBy::CaseType, &any()).unwrap();
    let names: Vec<&str> = types.iter().map(|row| row.case_type.as_deref().unwrap()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted, "by name");
    assert_eq!(types.len(), desk.case_types().unwrap().len());
    let all = |by| desk.counts(by, &any()).unwrap().iter().map(|row| row.count).collect::<Vec<_>>();
    assert_eq!(all(CountBy::Category), [2, 0, 0, 0, 1]);
    assert_eq!(all(CountBy::Holder), [3]);
    let nothing = CasesQuery { text: Some("nowhere to be found".into()), ..support };
    assert_eq!(desk.counts(CountBy::Stage, &nothing).unwrap().len(), 4, "a tab stays, however empty");
    let signs = CasesQuery { text: Some("?!".into()), ..any() };
    assert_eq!(counted(&desk, CountBy::Category, &signs), 0);
    // A type that is out of use is named as long as it has cases.
    let mona = office.manager();
    for kind in ["Support", "Bug report"] {
        mona.deactivate_case_type(mona.case_type(kind).unwrap().id).unwrap();
    }
    let rows = desk.counts(CountBy::CaseType, &any()).unwrap();
    let count_of =
        |name: &str| rows.iter().find(|row| row.case_type.as_deref() == Some(name)).map(|row| row.count);
    assert_eq!(
        (count_of("Support"), count_of("Bug report"), count_of("Enquiries")),
        (Some(3), None, Some(0))
    );
}

fn empty_groups_are_within_the_actors_scope_and_the_filter(office: &Office) {
    let support = office.manager().case_type("Support").unwrap().id;
    let narrowed = office.narrowed_by(Scoped(Scope { types: Some(vec![support]), ..Scope::all() }));
    let desk = narrowed.desk(actor("amara", Role::Agent));
    let count = |by, query: &CasesQuery| desk.counts(by, query).unwrap();
    let types: Vec<_> = count(CountBy::CaseType, &any()).iter().map(|row| row.case_type_id).collect();
    assert_eq!(types, [Some(support)]);
    let ended = CasesQuery { categories: vec![StageCategory::Closed, StageCategory::Resolved], ..any() };
    assert_eq!(stages(&count(CountBy::Stage, &ended)), [("resolved", 0), ("closed", 0)]);
    assert_eq!(count(CountBy::Category, &ended).len(), 2);
    let open = CasesQuery { stages: some(&["open"]), ..any() };
    assert_eq!(stages(&count(CountBy::Stage, &open)), [("open", 0)]);
    let held = CasesQuery { holder: Some(HeldBy::Actor { id: "ben".into() }), ..any() };
    let holders: Vec<_> =
        count(CountBy::Holder, &held).into_iter().map(|row| (row.holder, row.count)).collect();
    assert_eq!(holders, [(Some("ben".to_owned()), 0)]);
    let nobody = office.narrowed_by(Scoped(Scope { types: Some(Vec::new()), ..Scope::all() }));
    assert_eq!(nobody.desk(actor("amara", Role::Agent)).counts(CountBy::CaseType, &any()).unwrap(), []);
}
