//! Resolutions: how cases of a type can end, how each did and why, and how many of each there are.

use casekit::{
    Blocker, CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CountBy, Desk, FieldRule, ImportCase, ImportChange,
    ImportItem, ImportedChange, NewCase, NewCaseType, NewRequest, NewResolution, NewStage, PageRequest,
    Rejection, ResolvedBy, Role, Scope, StageCategory, StreamId,
};

use crate::build::{Office, Scoped, actor, all_pages, at, on_every_store, rejection};

on_every_store!(
    a_case_ends_in_a_way_of_its_type_and_says_why,
    a_stage_that_needs_a_resolution_is_not_reached_without_one,
    a_reopened_case_has_not_ended_and_its_history_says_that_it_had,
    the_ways_to_end_come_in_versions,
    every_wrong_resolution_of_a_type_is_named,
    lists_and_counts_are_by_resolution_too,
    who_withdraws_a_request_has_not_had_it_cancelled,
    an_import_brings_in_how_cases_ended,
    a_form_offers_the_ways_to_end,
    a_customer_is_told_how_it_ended_in_their_words,
);

/// A type whose cases are returned or written off, and are not closed without saying which.
fn loans(office: &Office) {
    let stages = vec![
        NewStage::new("Lent", StageCategory::Open),
        NewStage::new("Back", StageCategory::Resolved),
        NewStage::new("Closed", StageCategory::Closed).needing_resolution(),
    ];
    let ends = vec![
        NewResolution::new("returned", "Returned").shown_as("Thank you"),
        NewResolution::new("given_up", "Given up by the reader").by(ResolvedBy::Person),
        NewResolution::new("written_off", "Written off").by(ResolvedBy::Staff).needing_reason(),
    ];
    let new = NewCaseType::new("Loan").with_stages(stages).with_resolutions(ends);
    office.manager().create_case_type(new).unwrap();
}

fn lent(desk: &Desk, title: &str) -> CaseId {
    desk.raise_case(NewCase::new("Loan", title)).unwrap().id
}

fn closing(code: &str) -> CaseEdit {
    CaseEdit::new().stage("Closed").resolution(code)
}

fn of(resolutions: &[&str]) -> CasesQuery {
    CasesQuery { resolutions: resolutions.iter().map(|&one| one.into()).collect(), ..CasesQuery::default() }
}

fn titles(desk: &Desk, query: &CasesQuery) -> Vec<String> {
    all_pages(2, |page| desk.cases(query, page)).into_iter().map(|row| row.title).collect()
}

fn counted(desk: &Desk, query: &CasesQuery) -> Vec<(Option<String>, u64)> {
    let rows = desk.counts(CountBy::Resolution, query).unwrap();
    rows.into_iter().map(|row| (row.resolution_code, row.count)).collect()
}

fn rules(refused: Rejection) -> Vec<(String, String)> {
    refused.fields().iter().map(|error| (error.field.clone(), error.rule.code().to_owned())).collect()
}

fn a_case_ends_in_a_way_of_its_type_and_says_why(office: &Office) {
    loans(office);
    let amara = office.agent();
    let case = lent(&amara, "Atlas");
    let why = office.refused(|| amara.edit_case(case, closing("written_off")));
    assert_eq!(rules(why), [("reason".to_owned(), "missing".to_owned())]);
    let edit = closing("written_off").because("Burnt").telling("We are sorry");
    assert_eq!(amara.edit_case(case, edit).unwrap().events, 1);
    let shown = amara.case(case).unwrap();
    let ended = shown.resolution.unwrap();
    assert_eq!((ended.code.as_str(), ended.label.as_str()), ("written_off", "Written off"));
    assert_eq!(
        (ended.reason.as_deref(), ended.customer_reason.as_deref()),
        (Some("Burnt"), Some("We are sorry"))
    );
    assert_eq!((ended.by.as_str(), Some(ended.at)), ("amara", shown.closed_at));
    let row = amara.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(
        (row.resolution_code.as_deref(), row.resolution.as_deref()),
        (Some("written_off"), Some("Written off"))
    );
    let entry = amara.history(StreamId::Case(case), PageRequest::first()).unwrap().rows.remove(1);
    let changes: Vec<_> =
        entry.changes.iter().map(|one| (one.field.as_str(), one.to.as_deref().unwrap())).collect();
    assert_eq!(
        changes,
        [("stage", "Closed"), ("resolution", "Written off"), ("customer_reason", "We are sorry")]
    );
    assert_eq!(entry.reason.as_deref(), Some("Burnt"));

    let again = CaseEdit::new().resolution("returned");
    assert_eq!(amara.edit_case(case, again.clone()).unwrap().events, 1, "it was found");
    assert_eq!(amara.edit_case(case, again).unwrap().events, 0);
    let ended = amara.case(case).unwrap().resolution.unwrap();
    assert_eq!((ended.code.as_str(), ended.reason, ended.customer_reason), ("returned", None, None));
    let entry = amara.history(StreamId::Case(case), PageRequest::first()).unwrap().rows.remove(2);
    assert_eq!(
        (entry.code.as_str(), entry.text.as_str()),
        ("resolution_changed", "said how it ended: Returned")
    );
    office.administrator().verify_stream(StreamId::Case(case)).unwrap();
    office.store.check().unwrap();

    let mut csv = Vec::new();
    let form = casekit::CsvForm::for_programs();
    casekit::reports::overview_csv(&office.administrator(), &CasesQuery::default(), form, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(
        csv.lines().next().unwrap().ends_with("resolution,due,tags") && csv.contains(",returned"),
        "{csv}"
    );
}

fn a_stage_that_needs_a_resolution_is_not_reached_without_one(office: &Office) {
    loans(office);
    let amara = office.agent();
    let case = lent(&amara, "Atlas");
    let blocker = |refused: Rejection| {
        let [Blocker::ResolutionNeeded { stage, resolutions }] = refused.blockers() else {
            panic!("{refused:?}")
        };
        (stage.clone(), resolutions.join(" "))
    };
    let all = ("Closed".to_owned(), "returned given_up written_off".to_owned());
    let refused = office.refused(|| amara.edit_case(case, CaseEdit::new().stage("Closed")));
    assert!(refused.to_string().contains("`returned`"), "{refused}");
    assert_eq!(blocker(refused), all);
    let closed = NewCase::new("Loan", "Map").in_stage("Closed");
    assert_eq!(blocker(office.refused(|| amara.raise_case(closed.clone()))), all);
    let map = amara.raise_case(closed.with_resolution("written_off").because("Torn")).unwrap().id;
    let ended = amara.case(map).unwrap().resolution.unwrap();
    assert_eq!((ended.code.as_str(), ended.reason.as_deref()), ("written_off", Some("Torn")));

    amara.edit_case(case, CaseEdit::new().stage("Back").resolution("Returned")).unwrap();
    amara.edit_case(case, CaseEdit::new().stage("Closed")).unwrap();
    assert_eq!(amara.case(case).unwrap().resolution.unwrap().code, "returned", "what was said stays said");
    let open = lent(&amara, "Globe");
    let refused = office.refused(|| amara.edit_case(open, CaseEdit::new().resolution("returned")));
    assert_eq!(rules(refused), [("resolution".to_owned(), "does_not_fit".to_owned())]);
    let refused = office.refused(|| amara.edit_case(open, closing("retuned")));
    let [error] = refused.fields() else { panic!("{refused:?}") };
    let FieldRule::Unknown { choices } = &error.rule else { panic!("{error:?}") };
    assert_eq!(choices.names, ["returned", "given_up", "written_off"], "the nearest first");
}

fn a_reopened_case_has_not_ended_and_its_history_says_that_it_had(office: &Office) {
    loans(office);
    let amara = office.agent();
    let case = lent(&amara, "Atlas");
    amara.edit_case(case, closing("given_up")).unwrap();
    amara.edit_case(case, CaseEdit::new().stage("Lent").because("They found it")).unwrap();
    assert_eq!(amara.case(case).unwrap().resolution, None);
    let row = amara.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!((row.resolution_code, row.resolution), (None, None));
    let entry = amara.history(StreamId::Case(case), PageRequest::first()).unwrap().rows.remove(1);
    assert!(entry.changes.iter().any(|one| one.to.as_deref() == Some("Given up by the reader")), "{entry:?}");
    office.store.check().unwrap();
}

fn the_ways_to_end_come_in_versions(office: &Office) {
    loans(office);
    let (amara, mona) = (office.agent(), office.manager());
    let old = lent(&amara, "Atlas");
    let loan = mona.case_type("Loan").unwrap();
    assert!(loan.stages[2].needs_resolution && !loan.stages[1].needs_resolution);
    let codes = |view: &casekit::CaseTypeView| {
        view.resolutions.iter().map(|one| one.code.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(codes(&loan), "returned given_up written_off");
    let last = &loan.resolutions[2];
    assert_eq!(
        (last.by, last.needs_reason, last.customer_label.as_str()),
        (ResolvedBy::Staff, true, "Written off")
    );
    let support = mona.case_type("Support").unwrap();
    assert_eq!(codes(&support), "done withdrawn cancelled duplicate no_answer", "the usual ones ship");
    assert!(support.stages.iter().all(|stage| !stage.needs_resolution));

    let ends = vec![NewResolution::new("kept", "Kept"), NewResolution::new("returned", "Came back")];
    assert_eq!(mona.edit_case_type(loan.id, CaseTypeEdit::new().resolutions(ends)).unwrap().events, 1);
    assert_eq!(mona.case_type("Loan").unwrap().version, 2);
    let refused = office.refused(|| amara.edit_case(old, closing("kept")));
    assert_eq!(
        rules(refused),
        [("resolution".to_owned(), "unknown".to_owned())],
        "its version has no such end"
    );
    amara.edit_case(old, closing("given_up")).unwrap();
    amara.migrate_case(old).unwrap();
    let ended = amara.case(old).unwrap().resolution.unwrap();
    assert_eq!((ended.code.as_str(), ended.label.as_str()), ("given_up", "Given up by the reader"));
    let new = lent(&amara, "Globe");
    amara.edit_case(new, closing("kept")).unwrap();
}

fn every_wrong_resolution_of_a_type_is_named(office: &Office) {
    let mona = office.manager();
    let stages = vec![NewStage::new("Open", StageCategory::Open).needing_resolution()];
    let ends = vec![
        NewResolution::new("Not A Code", ""),
        NewResolution::new("kept", "Kept"),
        NewResolution::new("kept", "KEPT"),
    ];
    let new = NewCaseType::new("Loan").with_stages(stages.clone()).with_resolutions(ends);
    let refused = office.refused(|| mona.create_case_type(new));
    let named: Vec<String> =
        rules(refused).into_iter().map(|(field, rule)| format!("{field} {rule}")).collect();
    assert_eq!(
        named,
        [
            "resolutions[0].code malformed",
            "resolutions[0].label required",
            "resolutions[2].code duplicate",
            "resolutions[2].label duplicate"
        ]
    );
    let ends = vec![
        NewStage::new("Open", StageCategory::Open),
        NewStage::new("Shut", StageCategory::Closed).needing_resolution(),
    ];
    let none = NewCaseType::new("Loan").with_stages(ends).with_resolutions(Vec::new());
    assert_eq!(
        rules(office.refused(|| mona.create_case_type(none))),
        [("resolutions".to_owned(), "missing".to_owned())]
    );
    let open = NewCaseType::new("Loan").with_stages(stages);
    let refused = rules(office.refused(|| mona.create_case_type(open)));
    assert_eq!(refused, [("stages[0].needs_resolution".to_owned(), "does_not_fit".to_owned())]);
}

fn lists_and_counts_are_by_resolution_too(office: &Office) {
    loans(office);
    let amara = office.agent();
    for (title, code) in [("One", "returned"), ("Two", "given_up"), ("Three", "returned")] {
        amara.edit_case(lent(&amara, title), closing(code)).unwrap();
    }
    lent(&amara, "Four");
    let support = office.case("Five").id;
    amara.edit_case(support, closing("duplicate")).unwrap();
    assert_eq!(titles(&amara, &of(&["returned"])), ["Three", "One"]);
    assert_eq!(titles(&amara, &of(&["Given up by the reader", "duplicate"])), ["Five", "Two"]);
    let open = CasesQuery { without_resolution: true, ..of(&[]) };
    assert_eq!(titles(&amara, &open), ["Four"]);
    let unknown = rules(rejection(amara.cases(&of(&["lost"]), PageRequest::first())));
    assert_eq!(unknown, [("resolutions".to_owned(), "unknown".to_owned())]);

    let of_loans = CasesQuery { case_types: vec!["Loan".into()], ..CasesQuery::default() };
    let named = |code: &str, count: u64| (Some(code.to_owned()), count);
    assert_eq!(
        counted(&amara, &of_loans),
        [(None, 1), named("given_up", 1), named("returned", 2), named("written_off", 0)]
    );
    assert_eq!(counted(&amara, &of(&["returned"])), [named("returned", 2)]);
    let all = amara.counts(CountBy::Resolution, &CasesQuery::default()).unwrap();
    let returned = all.iter().find(|row| row.resolution_code.as_deref() == Some("returned")).unwrap();
    assert_eq!((returned.resolution.as_deref(), returned.count), (Some("Returned"), 2));
    assert_eq!(all.iter().map(|row| row.count).sum::<u64>(), 5);
    let mine = CasesQuery { holder: Some(casekit::HeldBy::Nobody), ..of(&["returned"]) };
    let held = amara.counts(CountBy::Holder, &mine).unwrap();
    assert_eq!(held.iter().map(|row| row.count).collect::<Vec<_>>(), [2]);
}

fn who_withdraws_a_request_has_not_had_it_cancelled(office: &Office) {
    let petra = office.approver();
    let request = petra.receive_request(NewRequest::new("W-1", "Jo Roe")).unwrap().id.unwrap();
    petra.take_case(request).unwrap();
    petra.withdraw(request, Some("she rang")).unwrap();
    let shown = petra.case(request).unwrap();
    assert_eq!(shown.resolution.unwrap().code, "withdrawn");
    assert_eq!(titles(&petra, &of(&["cancelled"])), Vec::<String>::new());
    assert_eq!(titles(&petra, &of(&["withdrawn"])).len(), 1);
}

fn an_import_brings_in_how_cases_ended(office: &Office) {
    loans(office);
    let mona = office.manager();
    let raised = ImportCase::new(NewCase::new("Loan", "Old atlas"), at(0), "old-ben").with_reference("OLD-1");
    let ended = |resolution: &str| ImportedChange::Ended {
        to: "Closed".into(),
        resolution: resolution.into(),
        reason: Some("Burnt".into()),
        customer_reason: None,
    };
    let item =
        |what| ImportItem::Case(raised.clone().with_change(ImportChange::new(at(60), "old-ben", what)));
    let refused = mona.import(&[item(ended("burnt"))]).unwrap().results.remove(0).rejection.unwrap();
    assert_eq!(rules(refused), [("changes[0].resolution".to_owned(), "unknown".to_owned())]);
    let report = mona.import(&[item(ended("written_off"))]).unwrap();
    assert!(report.results.iter().all(|one| one.rejection.is_none()), "{report:?}");
    let row = mona.cases(&of(&["written_off"]), PageRequest::first()).unwrap().rows.remove(0);
    let ended = mona.case(row.id).unwrap().resolution.unwrap();
    assert_eq!((ended.by.as_str(), ended.at, ended.reason.as_deref()), ("old-ben", at(60), Some("Burnt")));
}

fn a_form_offers_the_ways_to_end(office: &Office) {
    loans(office);
    let amara = office.agent();
    let case = lent(&amara, "Atlas");
    let form = amara.edit_form(case).unwrap();
    let offered: Vec<_> =
        form.resolutions.iter().map(|one| (one.code.as_str(), one.needs_reason, one.current)).collect();
    assert_eq!(
        offered,
        [("returned", false, false), ("given_up", false, false), ("written_off", true, false)]
    );
    let stages: Vec<_> = form
        .stages
        .iter()
        .map(|one| (one.label.as_str(), one.needs_resolution, one.blockers.len()))
        .collect();
    assert_eq!(stages, [("Lent", false, 0), ("Back", false, 0), ("Closed", true, 0)]);
    let support = form.types.iter().find(|one| one.name == "Support").unwrap();
    assert_eq!(support.resolutions.len(), 5);
    amara.edit_case(case, closing("returned")).unwrap();
    let form = amara.edit_form(case).unwrap();
    assert!(form.resolutions[0].current);
    let field = form.fields.iter().find(|one| one.field == "resolution").unwrap();
    assert_eq!((field.value.as_deref(), field.value_label.as_deref()), (Some("returned"), Some("Returned")));
}

fn a_customer_is_told_how_it_ended_in_their_words(office: &Office) {
    loans(office);
    let ada = office.customer("Ada Obi").id;
    let amara = office.agent();
    let new = NewCase::new("Loan", "Atlas").for_customer(ada);
    let case = amara.raise_case(new).unwrap().id;
    amara.edit_case(case, closing("returned").because("On the shelf").telling("We found it")).unwrap();
    let portal = office.narrowed_by(Scoped(Scope::of_customer(ada))).desk(actor("ada", Role::Agent));
    let ended = portal.case(case).unwrap().resolution.unwrap();
    assert_eq!((ended.label.as_str(), ended.reason), ("Thank you", None));
    assert_eq!(ended.customer_reason.as_deref(), Some("We found it"));
    let row = portal.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(row.resolution.as_deref(), Some("Thank you"));
    assert_eq!(titles(&portal, &of(&["Thank you"])), ["Atlas"], "they know it by their own words");
    let history = format!("{:?}", portal.history(StreamId::Case(case), PageRequest::first()).unwrap());
    assert!(history.contains("Thank you") && history.contains("We found it"), "{history}");
    assert!(!history.contains("On the shelf") && !history.contains("Returned"), "{history}");
    let copy = amara.customer_copy(case).unwrap();
    assert_eq!(
        (copy.resolution.as_deref(), copy.reason.as_deref()),
        (Some("Thank you"), Some("We found it"))
    );

    let other = amara.raise_case(NewCase::new("Loan", "Globe").for_customer(ada)).unwrap().id;
    let refused = rejection(portal.edit_case(other, closing("written_off").because("mine")));
    let FieldRule::Unknown { choices } = &refused.fields()[0].rule else { panic!("{refused:?}") };
    assert_eq!(choices.names, ["returned", "given_up"], "no decision of staff is named");
    portal.edit_case(other, closing("given_up")).unwrap();
}
