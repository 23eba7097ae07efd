//! How long things take, and what does not go on: kept figures, compared with what the histories of the cases say.

use std::collections::BTreeMap;

use casekit::{
    CaseEdit, CaseId, CasesQuery, Desk, ImportCase, ImportChange, ImportItem, ImportedChange, Measure,
    NewCase, NewNote, NewTeam, PageRequest, Priority, Rejection, Role, Scope, ScopeCases, StageCategory,
    StatisticsQuery, StatisticsRow, StreamId, StuckBy, StuckCase, TeamId, Timestamp, Visibility,
};
use chrono::TimeDelta;

use crate::build::{Office, Scoped, actor, all_pages, nothing, on_every_store, rejection};

on_every_store!(
    statistics_are_what_the_histories_say,
    statistics_are_of_the_months_and_teams_that_are_asked_for,
    a_case_that_is_reopened_was_not_resolved,
    cases_in_their_stage_for_longer_than_nine_of_ten_are_stuck,
    cases_to_which_nothing_happened_are_stuck,
    what_is_wrong_with_a_period_is_told_at_once,
    who_sees_only_some_cases_gets_no_statistics,
);

pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;

/// When the past of the office was: about half a year before its present.
pub(super) fn past(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_775_000_000 + second, 0).unwrap()
}

fn urgent() -> ImportedChange {
    ImportedChange::Prioritised { priority: Priority::Urgent }
}

pub(super) fn stage(to: &str) -> ImportedChange {
    ImportedChange::Stage { to: to.into(), reason: None }
}

/// A case that came then and went through these stages, each so many seconds after it was raised.
pub(super) fn import(desk: &Desk, case_type: &str, raised: i64, changes: &[(i64, ImportedChange)]) -> CaseId {
    let case = ImportCase::new(NewCase::new(case_type, "From the old system"), past(raised), "old-ben");
    let change = |(after, what): &(i64, ImportedChange)| {
        ImportChange::new(past(raised + after), "old-ben", what.clone())
    };
    let case = changes.iter().map(change).fold(case, ImportCase::with_change);
    let report = desk.import(&[ImportItem::Case(case)]).unwrap();
    report.results[0].case.unwrap_or_else(|| panic!("{report:?}"))
}

/// Twenty cases that were worked on at different speeds, some of them here and now.
fn worked(office: &Office) -> Vec<CaseId> {
    let (amara, mona) = (office.agent(), office.manager());
    let note =
        ImportedChange::Note { text: "Hello".into(), visibility: Visibility::Customer, reply_to: None };
    let mut cases = Vec::new();
    for n in 0..16_i64 {
        let case_type = ["Support", "Enquiries"][n as usize % 2];
        let first = HOUR + n * n * 700;
        let mut changes = vec![(HOUR / 2, note.clone()), (first, stage("In Progress"))];
        changes.extend((n % 3 == 0).then(|| (first + HOUR, stage("Open"))));
        changes.extend((n % 3 == 0).then(|| (first + 3 * HOUR, stage("In Progress"))));
        changes.extend((n % 4 != 3).then(|| (first + 4 * HOUR + n * DAY, stage("Resolved"))));
        changes.extend((n % 4 == 0).then(|| (first + 5 * HOUR + n * DAY, stage("Closed"))));
        cases.push(import(&mona, case_type, n * 9 * DAY, &changes));
    }
    for title in ["One", "Two", "Three", "Four"] {
        cases.push(office.case(title).id);
    }
    amara.add_note(cases[16], NewNote::for_customer("We look at it")).unwrap();
    amara.edit_case(cases[17], CaseEdit::new().stage("In Progress")).unwrap();
    amara.edit_case(cases[17], CaseEdit::new().stage("Resolved")).unwrap();
    amara.edit_case(cases[18], CaseEdit::new().stage("In Progress")).unwrap();
    amara.edit_case(cases[18], CaseEdit::new().case_type("Enquiries")).unwrap();
    cases
}

type Lengths = BTreeMap<(Measure, String, Option<String>, Option<String>), Vec<u64>>;

/// What the histories say, entry by entry.
fn told(office: &Office, cases: &[CaseId], by_month: bool) -> Lengths {
    let desk = office.manager();
    let mut all = Lengths::new();
    for case in cases {
        let view = desk.case(*case).unwrap();
        let history = all_pages(50, |page| desk.history(StreamId::Case(*case), page));
        let raised = history[0].at;
        let (mut case_type, mut since) = (view.case_type.clone(), raised);
        if let Some(change) = history
            .iter()
            .flat_map(|entry| &entry.changes)
            .find(|one| one.field == "case_type" && one.from.is_some())
        {
            case_type = change.from.clone().unwrap().split(',').next().unwrap().to_owned();
        }
        let mut count = |measure, of: &str, stage: Option<&str>, from: Timestamp, until: Timestamp| {
            let month = by_month.then(|| until.format("%Y-%m").to_string());
            let key = (measure, of.to_owned(), stage.map(str::to_owned), month);
            all.entry(key).or_default().push((until - from).num_seconds() as u64);
        };
        for entry in &history[1..] {
            let stage = entry.changes.iter().find(|change| change.field == "stage");
            if let Some(from) = stage.and_then(|change| change.from.as_deref()) {
                count(Measure::TimeInStage, &case_type, Some(from), since, entry.at);
                since = entry.at;
            }
            if entry.changes.iter().any(|change| change.field == "case_type") {
                case_type = view.case_type.clone();
            }
        }
        let ended = view.resolved_at.or(view.closed_at);
        let notes = history.iter().filter(|entry| entry.code == "note_added").map(|entry| entry.at);
        if let Some(first) = notes.chain(ended).min() {
            count(Measure::FirstResponse, &view.case_type, None, raised, first);
        }
        if let Some(ended) = ended {
            count(Measure::TimeToResolve, &view.case_type, None, raised, ended);
        }
    }
    all
}

/// Asserts that rows say what was told: counts, sums and means exactly, percentiles to a sixteenth.
fn assert_same(rows: &[StatisticsRow], told: Lengths) {
    let keys: Vec<_> = rows
        .iter()
        .map(|row| (row.measure, row.case_type.clone(), row.stage.clone(), row.month.clone()))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, told.keys().cloned().collect::<Vec<_>>());
    for (row, key) in rows.iter().zip(keys) {
        let mut lengths = told[&key].clone();
        lengths.sort_unstable();
        let (n, sum) = (lengths.len() as u64, lengths.iter().sum::<u64>());
        assert_eq!((row.count, row.total_seconds, row.mean_seconds), (n, sum, sum / n), "{key:?}");
        for (said, of_hundred) in [(row.median_seconds, 50), (row.p90_seconds, 90)] {
            let exact = lengths[(lengths.len() * of_hundred).div_ceil(100) - 1];
            assert!(said.abs_diff(exact) <= exact / 16, "{key:?}: {said} for {exact}");
        }
    }
}

fn statistics_are_what_the_histories_say(office: &Office) {
    let cases = worked(office);
    let amara = office.agent();
    let rows = amara.statistics(&StatisticsQuery::default()).unwrap();
    assert!(rows.len() > 8, "{rows:?}");
    assert_same(&rows, told(office, &cases, false));
    let by_month =
        StatisticsQuery { by_month: true, from_month: Some("2026-01".into()), ..StatisticsQuery::default() };
    let rows = amara.statistics(&by_month).unwrap();
    assert_same(&rows, told(office, &cases, true));
    let shown: Vec<_> = rows.iter().map(|row| (row.measure, &row.case_type)).collect();
    assert!(shown.is_sorted(), "by measure, then by type");
    // A dry run, a refused command and a command that changes nothing leave the figures alone.
    amara.edit_case(cases[16], CaseEdit::new().stage("Open")).unwrap();
    rejection(amara.edit_case(cases[16], CaseEdit::new().stage("Nowhere")));
    assert_same(&amara.statistics(&by_month).unwrap(), told(office, &cases, true));
    office.store.check().unwrap();
    assert_eq!(office.store.repair_derived().unwrap(), 0);
}

fn statistics_are_of_the_months_and_teams_that_are_asked_for(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let front = mona.create_team(NewTeam::new("Front office")).unwrap().id;
    let back = mona.create_team(NewTeam::new("Back office")).unwrap().id;
    let given = amara.raise_case(NewCase::new("Support", "Given").with_team("Front office")).unwrap().id;
    amara.edit_case(given, CaseEdit::new().stage("In Progress")).unwrap();
    amara.edit_case(given, CaseEdit::new().team("Back office")).unwrap();
    amara.edit_case(given, CaseEdit::new().stage("Resolved")).unwrap();
    import(&mona, "Support", 0, &[(DAY, stage("In Progress")), (40 * DAY, stage("Closed"))]);
    let told = |query: StatisticsQuery| {
        let rows = amara.statistics(&query).unwrap();
        rows.into_iter().map(|row| (row.measure, row.stage, row.count)).collect::<Vec<_>>()
    };
    let of = |teams: &[&str]| StatisticsQuery {
        teams: teams.iter().map(|team| (*team).to_owned()).collect(),
        ..StatisticsQuery::default()
    };
    let (open, progress) = (Some("Open".to_owned()), Some("In Progress".to_owned()));
    assert_eq!(
        told(of(&["Front office"])),
        [(Measure::TimeInStage, open.clone(), 1)],
        "the stage was left while it stood with them"
    );
    let rest = [
        (Measure::TimeInStage, progress.clone(), 1),
        (Measure::FirstResponse, None, 1),
        (Measure::TimeToResolve, None, 1),
    ];
    assert_eq!(told(of(&["Back office"])), rest, "it was resolved with those with whom it stands");
    let none = StatisticsQuery { without_team: true, ..StatisticsQuery::default() };
    assert_eq!(told(none.clone()).len(), 4);
    let month = |at: Timestamp| Some(at.format("%Y-%m").to_string());
    let first = StatisticsQuery { to_month: month(past(DAY)), ..none.clone() };
    assert_eq!(told(first), [(Measure::TimeInStage, open.clone(), 1)]);
    let later = StatisticsQuery { from_month: month(past(35 * DAY)), ..none };
    assert_eq!(told(later), rest);
    // Whose scope is a team sees what is of that team.
    let of_team = |team: TeamId| {
        let scope = Scope { teams: Some(vec![team]), ..Scope::all() };
        office.narrowed_by(Scoped(scope)).desk(actor("ada", Role::Agent))
    };
    assert_eq!(of_team(front).statistics(&StatisticsQuery::default()).unwrap().len(), 1);
    assert_eq!(of_team(back).statistics(&StatisticsQuery::default()).unwrap().len(), 3);
    assert_eq!(of_team(nothing()).statistics(&StatisticsQuery::default()).unwrap(), []);
}

fn a_case_that_is_reopened_was_not_resolved(office: &Office) {
    let amara = office.agent();
    let case = office.case("Comes back").id;
    let resolved = || {
        let rows = amara.statistics(&StatisticsQuery::default()).unwrap();
        rows.into_iter().find(|row| row.measure == Measure::TimeToResolve).map(|row| row.total_seconds)
    };
    amara.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
    let first = resolved().unwrap();
    amara.edit_case(case, CaseEdit::new().stage("In Progress").because("wrote again")).unwrap();
    assert_eq!(resolved(), None);
    amara.edit_case(case, CaseEdit::new().stage("Closed")).unwrap();
    assert!(resolved().unwrap() > first, "the whole time counts");
    office.store.check().unwrap();
}

fn cases_in_their_stage_for_longer_than_nine_of_ten_are_stuck(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let stuck = || all_pages(2, |page| amara.stuck_cases(StuckBy::InStage, &CasesQuery::default(), page));
    let waits = import(&mona, "Support", 120 * DAY, &[]);
    let older = import(&mona, "Support", 100 * DAY, &[(DAY, urgent())]);
    import(&mona, "Enquiries", 0, &[]);
    office.case("New");
    for n in 0..9 {
        import(&mona, "Support", n * DAY, &[(n * HOUR + HOUR, stage("Closed"))]);
    }
    assert_eq!(stuck(), [], "nine say nothing of what is usual");
    assert_eq!(amara.count_stuck_cases(StuckBy::InStage, &CasesQuery::default()).unwrap(), 0);
    import(&mona, "Support", 0, &[(200 * HOUR, stage("Closed"))]);
    let found = stuck();
    assert_eq!(found.iter().map(|row| row.case.id).collect::<Vec<_>>(), [older, waits], "oldest first");
    let StuckCase { stage_since, seconds_in_stage, usual_seconds, case, .. } = &found[0];
    assert_eq!((*stage_since, *usual_seconds), (past(100 * DAY), Some(9 * u64::try_from(HOUR).unwrap())));
    assert!(*seconds_in_stage > 60 * 86_400);
    assert_eq!(case.updated_at, past(101 * DAY));
    assert_eq!(amara.count_stuck_cases(StuckBy::InStage, &CasesQuery::default()).unwrap(), 2);
    // The other conditions of a list hold too.
    let of_type = |name: &str| CasesQuery { case_types: vec![name.into()], ..CasesQuery::default() };
    assert_eq!(amara.count_stuck_cases(StuckBy::InStage, &of_type("Enquiries")).unwrap(), 0);
    let pressing = CasesQuery { priorities: vec![Priority::Urgent], ..CasesQuery::default() };
    let page = amara.stuck_cases(StuckBy::InStage, &pressing, PageRequest::first()).unwrap();
    assert_eq!(page.rows.iter().map(|row| row.case.id).collect::<Vec<_>>(), [older]);
    amara.edit_case(older, CaseEdit::new().stage("In Progress")).unwrap();
    assert_eq!(amara.count_stuck_cases(StuckBy::InStage, &CasesQuery::default()).unwrap(), 1);
}

fn cases_to_which_nothing_happened_are_stuck(office: &Office) {
    let (amara, mona) = (office.agent(), office.manager());
    let quiet = |days| StuckBy::Quiet { days };
    let all = CasesQuery::default();
    let one = import(&mona, "Support", 0, &[(3 * DAY, urgent())]);
    let other = import(&mona, "Enquiries", DAY, &[]);
    import(&mona, "Support", 0, &[(DAY, stage("Resolved"))]);
    let new = office.case("New").id;
    let ids = |by, query: &CasesQuery| {
        let rows = all_pages(1, |page| amara.stuck_cases(by, query, page));
        rows.into_iter().map(|row| row.case.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(quiet(30), &all), [other, one], "oldest first");
    assert_eq!(amara.count_stuck_cases(quiet(30), &all).unwrap(), 2);
    assert_eq!(ids(quiet(36_500), &all), []);
    let resolved = CasesQuery { categories: vec![StageCategory::Resolved], ..all.clone() };
    assert_eq!(ids(quiet(30), &resolved), [], "what is resolved is not stuck");
    amara.edit_case(other, CaseEdit::new().title("Something happened")).unwrap();
    assert_eq!(ids(quiet(30), &all), [one]);
    // As a condition of any list: what is resolved is among it.
    let before = past(0) + TimeDelta::days(30);
    let quiet_list = CasesQuery { updated_before: Some(before), ..CasesQuery::default() };
    assert_eq!(amara.cases(&quiet_list, PageRequest::first()).unwrap().rows.len(), 2);
    let counted = amara.counts(casekit::CountBy::CaseType, &quiet_list).unwrap();
    assert_eq!(counted.iter().map(|row| row.count).sum::<u64>(), 2);
    let in_order = CasesQuery {
        sort: casekit::Sort::StageSince,
        direction: casekit::Direction::Ascending,
        ..CasesQuery::default()
    };
    let rows = all_pages(1, |page| amara.cases(&in_order, page));
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [one, other, new], "without what is over");
    for days in [0, 36_501] {
        let Rejection::Invalid { fields } = rejection(amara.count_stuck_cases(quiet(days), &all)) else {
            panic!("{days}")
        };
        assert_eq!((fields[0].field.as_str(), fields[0].rule.code()), ("days", "out_of_range"));
    }
}

fn what_is_wrong_with_a_period_is_told_at_once(office: &Office) {
    let amara = office.agent();
    let wrong = |query: StatisticsQuery| {
        let Rejection::Invalid { fields } = rejection(amara.statistics(&query)) else { panic!() };
        fields.into_iter().map(|one| (one.field, one.rule.code().to_owned())).collect::<Vec<_>>()
    };
    let of = |from: &str, to: &str, by_month| StatisticsQuery {
        from_month: Some(from.into()),
        to_month: Some(to.into()),
        by_month,
        ..StatisticsQuery::default()
    };
    let fits = |field: &str| (field.to_owned(), "does_not_fit".to_owned());
    assert_eq!(wrong(of("2026-13", "last", false)), [fits("from_month"), fits("to_month")]);
    assert_eq!(wrong(of("2026-03", "2026-02", false)), [fits("to_month")]);
    assert_eq!(wrong(of("2010-01", "2026-02", true)), [("from_month".to_owned(), "out_of_range".to_owned())]);
    let endless = StatisticsQuery { by_month: true, ..StatisticsQuery::default() };
    assert_eq!(wrong(endless), [("from_month".to_owned(), "required".to_owned())]);
    let unknown = StatisticsQuery { case_types: vec!["Suport".into()], ..StatisticsQuery::default() };
    assert_eq!(wrong(unknown), [("case_types".to_owned(), "unknown".to_owned())]);
    assert_eq!(amara.statistics(&of("1800-01", "2990-01", false)).unwrap(), []);
}

fn who_sees_only_some_cases_gets_no_statistics(office: &Office) {
    let customer = office.customer("Jo").id;
    for scope in [Scope::of_customer(customer), Scope { cases: ScopeCases::Own, ..Scope::all() }] {
        let desk = office.narrowed_by(Scoped(scope)).desk(actor("ada", Role::Agent));
        let not_here = |action: &str| Rejection::NotAllowedHere { action: action.to_owned() };
        assert_eq!(rejection(desk.statistics(&StatisticsQuery::default())), not_here("read_statistics"));
        let stuck = desk.stuck_cases(StuckBy::InStage, &CasesQuery::default(), PageRequest::first());
        assert_eq!(rejection(stuck), not_here("list_stuck_cases"));
        let counted = desk.count_stuck_cases(StuckBy::Quiet { days: 1 }, &CasesQuery::default());
        assert_eq!(rejection(counted), not_here("list_stuck_cases"));
    }
}
