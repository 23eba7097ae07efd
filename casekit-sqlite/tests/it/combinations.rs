//! Lists and counts under every pair of conditions and many larger sets of them, against filtering by hand: so many cases
//! that each way of reading is gone, thousands of them changed at one instant, pages of every size, from any place on.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::*;
use casekit_core::conformance::build::{Clerk, at_time};
use casekit_core::model::{
    Case, CaseTypeId, CustomerId, DueTask, OutcomeKind, Permission, Priority, Progress, StageCategory, State,
    StreamId, TagId, TeamId, Timestamp, WorkflowId,
};
use casekit_core::search::Query;
use casekit_core::search::case_terms;
use casekit_core::store::{
    After, CaseCount, CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, Direction, Failing, FailureCount,
    HolderFilter, Pending, Sort, Stalled, Store, Within,
};
use casekit_core::work_item::is_pending;
use uuid::Uuid;

const OTHER: CaseTypeId = CaseTypeId(Uuid::from_u128(2));
const RARE: CaseTypeId = CaseTypeId(Uuid::from_u128(3));
/// Two teams with many cases, and one with few.
const TEAMS: [TeamId; 3] =
    [TeamId(Uuid::from_u128(11)), TeamId(Uuid::from_u128(12)), TeamId(Uuid::from_u128(13))];
/// Two tags that many cases have, one that few have, and one that is merged into the first.
const TAGS: [TagId; 4] = [
    TagId(Uuid::from_u128(21)),
    TagId(Uuid::from_u128(22)),
    TagId(Uuid::from_u128(23)),
    TagId(Uuid::from_u128(24)),
];
const BIG: CustomerId = CustomerId(Uuid::from_u128(8));
const SMALL: CustomerId = CustomerId(Uuid::from_u128(9));
/// More than are tested for a page, so that pages are short; a third of them are more than are fetched and sorted.
const ALL: u64 = 6_000;

/// Numbers that look random, the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn is_one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        *self.one_of(among)
    }

    fn one_of<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.roll(among.len() as u64) as usize]
    }
}

/// What each condition is true of is a matter of luck by itself, few cases or many.
fn many(dice: &mut Dice) -> World {
    let world = World::new();
    write(&world.store, create_customer(BIG, "Ada Obi", None));
    write(&world.store, create_customer(SMALL, "Zoë Straße", None));
    let raised: Vec<Raise> = (0..ALL)
        .map(|n| {
            let word = if dice.is_one_in(700) { "seldom" } else { "often" };
            let third = if dice.is_one_in(3) { "lamp" } else { "" };
            let mut case = raise(&format!("Case {n} {word} {third}"));
            // As imports make them: out of order, and many at one instant.
            case.second = if dice.is_one_in(3) { 77 } else { dice.roll(500) as i64 };
            case.case_type = dice.pick(&[TYPE, TYPE, OTHER]);
            if dice.is_one_in(900) {
                case.case_type = RARE;
            }
            case.stage = dice.pick(&["open", "open", "resolved", "closed"]).into();
            if dice.is_one_in(400) {
                case.stage = "in_progress".into();
            }
            case.by = dice.pick(&["ada", "ada", "ben"]).into();
            if dice.is_one_in(650) {
                case.by = "eve".into();
            }
            case.customer = dice.pick(&[Some(BIG), None, None]);
            case.team = dice.pick(&[Some(TEAMS[0]), Some(TEAMS[1]), None]);
            if dice.is_one_in(500) {
                case.team = Some(TEAMS[2]);
            }
            case.priority = dice.pick(&[Priority::Normal, Priority::Normal, Priority::High]);
            if dice.is_one_in(600) {
                case.priority = Priority::Urgent;
            }
            if dice.is_one_in(100) {
                case.customer = Some(SMALL);
            }
            case
        })
        .collect();
    all_written(&world, raised.iter().map(Raise::commit).collect());
    let clerk = Clerk::new(&world.store);
    let takes = raised.iter().filter_map(|raised| {
        let by = if dice.is_one_in(200) { Some("bob") } else { dice.pick(&[Some("cy"), None, None]) };
        by.map(|by| take(&case(&world.store, raised.id), by))
    });
    all_written(&world, takes.collect());
    let started = raised.iter().filter_map(|raised| {
        let mut drafts = vec![clerk.starts_workflow(raised.id, WorkflowId(Uuid::from_u128(4)))];
        match dice.roll(10) {
            0 | 1 => {
                drafts.push(clerk.fails(raised.id, "identification", "source_missing", Some("sources.crm")))
            }
            2 if dice.is_one_in(30) => drafts.push(clerk.fails(raised.id, "identification", "refused", None)),
            3 | 4 => drafts.push(at_time(at(dice.roll(900) as i64), clerk.requests_release(raised.id))),
            5 => drafts.push(clerk.approves(raised.id, "identification")),
            6..=8 => return None,
            _ => {}
        }
        Some(clerk.commit(drafts.into_iter().map(|draft| at_time(at(11), draft)).collect()))
    });
    all_written(&world, started.collect());
    let made = TAGS.iter().zip(["Roof", "Cellar", "Attic", "roofing"]);
    all_written(&world, made.map(|(tag, name)| clerk.commit(vec![clerk.creates_tag(*tag, name)])).collect());
    let tagged = raised.iter().filter_map(|raised| {
        let odds = [3, 4, 300, 6];
        let tags: Vec<TagId> = TAGS
            .into_iter()
            .zip(odds)
            .filter_map(|(tag, odds)| dice.is_one_in(odds).then_some(tag))
            .collect();
        (!tags.is_empty()).then(|| clerk.commit(vec![clerk.tags(raised.id, &tags, &[])]))
    });
    all_written(&world, tagged.collect());
    all_written(&world, vec![clerk.commit(vec![clerk.merges_tag(TAGS[3], TAGS[0])])]);
    world
}

fn all_written(world: &World, commits: Vec<casekit_core::commit::Commit>) {
    assert!(world.store.commit(commits).unwrap().iter().all(Result::is_ok));
}

/// A day's work here and there.
fn edited(world: &World, known: &[KnownCase], dice: &mut Dice) {
    let clerk = Clerk::seeded(&world.store, 5);
    let edits = known.iter().filter(|_| dice.is_one_in(6)).collect::<Vec<_>>();
    let edits = edits.into_iter().map(|KnownCase { case, .. }| match dice.roll(11) {
        10 => {
            let (added, removed) = (dice.pick(&TAGS), dice.pick(&TAGS));
            clerk.commit(vec![clerk.tags(case.id, &[added], &[removed])])
        }
        0 => move_to(case, dice.pick(&["open", "in_progress", "resolved", "closed"])),
        1 => take(case, dice.pick(&["ada", "bob", "cy", "eve"])),
        2 => link(case, dice.pick(&[Some(SMALL), Some(BIG), None])),
        3 => retitle(case, dice.pick(&["A lamp, seldom", "Something else, often"])),
        4 if case.progress.is_some() => clerk.commit(vec![clerk.withdraws(case.id)]),
        5 if case.progress.is_some() => clerk.commit(vec![clerk.approves(case.id, "identification")]),
        6 if case.progress.is_some() => {
            clerk.commit(vec![clerk.fails(case.id, "identification", "refused", Some("sources.shop"))])
        }
        7 => clerk.commit(vec![clerk.gives(case, dice.pick(&[Some(TEAMS[2]), Some(TEAMS[0]), None]))]),
        _ => clerk.commit(vec![clerk.returns(case.id, "ada")]),
    });
    all_written(world, edits.collect());
}

/// A case as it is read by itself, and its row.
struct KnownCase {
    case: Case,
    row: CaseRow,
    terms: Vec<String>,
    tags: BTreeSet<TagId>,
}

fn known_cases(world: &World) -> Vec<KnownCase> {
    let (mut cases, mut after) = (BTreeMap::new(), Some(StreamId::CaseType(CaseTypeId(Uuid::max()))));
    loop {
        let page = world.store.streams(after, 500).unwrap();
        after = page.last().map(|row| row.stream);
        if after.is_none() {
            break;
        }
        for row in page {
            if let State::Case(case) = row.state {
                cases.insert(case.number.value, *case);
            }
        }
    }
    let rows = read(world, &CaseQuery { limit: 500, ..cases_query() }, usize::MAX, &mut 0);
    assert_eq!((rows.len(), cases.len()), (ALL as usize, ALL as usize));
    let catalog = world.store.catalog().unwrap();
    let pairs = rows.into_iter().zip(cases.into_values());
    pairs
        .map(|(row, case)| {
            let name = row.customer_name.clone();
            assert_eq!((row.id, row.holder.as_ref()), (case.id, case.holder_id()));
            assert_eq!(name.is_some(), case.customer.is_some());
            let tags = catalog.tags_in_use(&case.tags);
            KnownCase { terms: case_terms(&case, name.as_ref()), case, row, tags }
        })
        .collect()
}

impl KnownCase {
    fn is_own(&self, actor: &casekit_core::model::ActorId) -> bool {
        self.case.raised_by == *actor || self.case.holder_id() == Some(actor)
    }

    fn is_held(&self, holder: &HolderFilter) -> bool {
        match holder {
            HolderFilter::Untaken => self.case.holder.is_none(),
            HolderFilter::By(actor) => self.case.holder_id() == Some(actor),
        }
    }

    fn is_failing(&self, failing: &Failing) -> bool {
        let failure = self.case.progress.as_ref().and_then(|progress| progress.present_failure());
        failure.is_some_and(|failure| {
            failing.code.as_ref().is_none_or(|code| *code == failure.code)
                && failing.setting.as_ref().is_none_or(|setting| Some(setting) == failure.setting.as_ref())
        })
    }

    fn due_task(&self) -> Option<(DueTask, casekit_core::model::Timestamp)> {
        self.case.progress.as_deref().and_then(Progress::due_task)
    }

    fn is_work(&self, work: &Pending) -> bool {
        is_pending(&self.case, work) || (self.is_own(&work.by) && self.case.category != StageCategory::Closed)
    }

    fn is_stalled(&self, one: &Stalled) -> bool {
        (self.case.case_type, &self.case.stage) == (one.case_type, &one.stage)
            && self.case.stage_since < one.before
            && !self.case.category.is_ended()
    }

    /// The row as a list under a filter shows it.
    fn shown(&self, filter: &CaseFilter) -> CaseRow {
        let pending = filter.work.as_ref().is_some_and(|work| is_pending(&self.case, work));
        CaseRow { pending, ..self.row.clone() }
    }

    fn fits(&self, filter: &CaseFilter) -> bool {
        let Case { case_type, stage, category, customer, raised_at, .. } = &self.case;
        let progress = self.case.progress.as_deref();
        filter.types.as_ref().is_none_or(|types| types.contains(case_type))
            && filter.stages.as_ref().is_none_or(|stages| stages.contains(stage))
            && filter.categories.as_ref().is_none_or(|some| some.contains(category))
            && filter.teams.as_ref().is_none_or(|teams| teams.contains(&self.case.team))
            && filter.tags.iter().all(|tag| self.tags.contains(tag))
            && filter.priorities.as_ref().is_none_or(|some| some.contains(&self.case.priority))
            && filter
                .resolutions
                .as_ref()
                .is_none_or(|some| some.contains(&self.case.resolution_code().cloned()))
            && filter.raised_by.as_ref().is_none_or(|one| *one == self.case.raised_by)
            && is_between(self.case.resolved_at, filter.resolved_from, filter.resolved_before)
            && is_between(self.case.closed_at, filter.closed_from, filter.closed_before)
            && filter.workflow.is_none_or(|one| progress.is_some_and(|progress| progress.workflow == one))
            && filter.outcome.is_none_or(|kind| {
                progress.and_then(|one| one.outcome.as_ref()).is_some_and(|outcome| outcome.kind() == kind)
            })
            && filter.work.as_ref().is_none_or(|work| self.is_work(work))
            && filter.customer.is_none_or(|one| Some(one) == *customer)
            && filter.raised_from.is_none_or(|from| *raised_at >= from)
            && filter.raised_before.is_none_or(|before| *raised_at < before)
            && filter.holder.as_ref().is_none_or(|holder| self.is_held(holder))
            && filter.own.as_ref().is_none_or(|own| self.is_own(own))
            && filter.pending.as_ref().is_none_or(|pending| is_pending(&self.case, pending))
            && filter.failing.as_ref().is_none_or(|failing| self.is_failing(failing))
            && filter.updated_before.is_none_or(|before| self.case.updated_at < before)
            && filter.stalled.as_ref().is_none_or(|some| some.iter().any(|one| self.is_stalled(one)))
            && filter.text.as_ref().is_none_or(|text| text.matches(&self.terms))
            && filter.due_task.is_none_or(|(kind, before)| {
                self.due_task().is_some_and(|(due_task, due)| due_task == kind && due < before)
            })
    }
}

fn is_between(at: Option<Timestamp>, from: Option<Timestamp>, before: Option<Timestamp>) -> bool {
    let is_given = from.is_some() || before.is_some();
    let is_in = |at: Timestamp| from.is_none_or(|from| at >= from) && before.is_none_or(|before| at < before);
    !is_given || at.is_some_and(is_in)
}

type Set = Box<dyn Fn(&mut CaseFilter)>;

fn stalled(case_type: CaseTypeId, id: &str, before: i64) -> Stalled {
    Stalled { case_type, stage: stage(id), before: at(before) }
}

/// Each kind of condition with some that few cases fit, and some that many do.
fn conditions() -> Vec<Vec<Set>> {
    fn set(set: impl Fn(&mut CaseFilter) + 'static) -> Set {
        Box::new(set)
    }
    let holder = |by: &'static str| set(move |filter| filter.holder = Some(HolderFilter::By(actor(by))));
    let own = |by: &'static str| set(move |filter| filter.own = Some(actor(by)));
    let pending = |by: &'static str, permission: Permission| {
        let pending = Pending { by: actor(by), on_behalf_of: None, bits: permission.bit() };
        set(move |filter| filter.pending = Some(pending.clone()))
    };
    let raised_by = |by: &'static str| set(move |filter| filter.raised_by = Some(actor(by)));
    let work = |by: &'static str, permission: Permission| {
        let work = Pending { by: actor(by), on_behalf_of: None, bits: permission.bit() };
        set(move |filter| filter.work = Some(work.clone()))
    };
    let failing = |code: Option<&'static str>, setting: Option<&'static str>| {
        let failing = Failing { code: code.map(str::to_owned), setting: setting.map(str::to_owned) };
        set(move |filter| filter.failing = Some(failing.clone()))
    };
    let text =
        |text: &'static str| set(move |filter| filter.text = Some(Query::parse("text", text).unwrap()));
    let teams = |some: &[Option<TeamId>]| {
        let some = some.to_vec();
        set(move |filter| filter.teams = Some(some.clone()))
    };
    let tags = |some: &[TagId]| {
        let some = some.to_vec();
        set(move |filter| filter.tags = some.clone())
    };
    let from = |from: i64| set(move |filter| filter.raised_from = Some(at(from)));
    vec![
        vec![
            set(|filter| filter.types = Some(vec![RARE])),
            set(|filter| filter.types = Some(vec![OTHER, TYPE])),
            set(|filter| filter.types = Some(vec![])),
        ],
        vec![
            set(|filter| filter.stages = Some(vec![stage("in_progress")])),
            set(|filter| filter.stages = Some(vec![stage("open")])),
        ],
        vec![
            set(|filter| filter.categories = Some(vec![category("resolved")])),
            set(|filter| filter.categories = Some(vec![category("in_progress"), category("resolved")])),
        ],
        vec![
            set(|filter| filter.holder = Some(HolderFilter::Untaken)),
            holder("bob"),
            holder("cy"),
            holder("stranger"),
        ],
        vec![
            set(|filter| filter.updated_before = Some(at(77))),
            set(|filter| filter.updated_before = Some(at(100_000))),
        ],
        vec![
            set(|filter| filter.stalled = Some(vec![stalled(RARE, "open", 100_000)])),
            set(|filter| {
                let some = [stalled(TYPE, "open", 400), stalled(OTHER, "in_progress", 100_000)];
                filter.stalled = Some(some.to_vec());
            }),
        ],
        vec![set(|filter| filter.customer = Some(BIG)), set(|filter| filter.customer = Some(SMALL))],
        vec![own("eve"), own("ben"), own("cy")],
        vec![
            pending("bob", Permission::DecideSteps),
            pending("cy", Permission::DecideSteps),
            pending("cy", Permission::ReleaseCases),
            pending("cy", Permission::RetryFailures),
        ],
        vec![
            failing(None, None),
            failing(Some("source_missing"), None),
            failing(None, Some("sources.crm")),
            failing(Some("refused"), None),
        ],
        vec![
            set(|filter| filter.due_task = Some((DueTask::Deliver, at(5_000)))),
            set(|filter| filter.due_task = Some((DueTask::Deliver, at(40)))),
        ],
        vec![from(77), from(498), set(|filter| filter.raised_before = Some(at(400)))],
        vec![raised_by("eve"), raised_by("ben"), raised_by("stranger")],
        vec![
            set(|filter| filter.resolved_from = Some(at(470))),
            set(|filter| filter.resolved_before = Some(at(77))),
            set(|filter| filter.resolved_from = Some(at(77))),
        ],
        vec![
            set(|filter| filter.closed_from = Some(at(20))),
            set(|filter| filter.closed_before = Some(at(4_000))),
        ],
        vec![
            set(|filter| filter.workflow = Some(WorkflowId(Uuid::from_u128(4)))),
            set(|filter| filter.workflow = Some(WorkflowId(Uuid::from_u128(5)))),
        ],
        vec![
            set(|filter| filter.outcome = Some(OutcomeKind::Withdrawn)),
            set(|filter| filter.outcome = Some(OutcomeKind::Denied)),
        ],
        vec![
            work("bob", Permission::DecideSteps),
            work("cy", Permission::ReleaseCases),
            work("ben", Permission::DecideSteps),
            work("stranger", Permission::RetryFailures),
        ],
        vec![tags(&TAGS[..1]), tags(&TAGS[2..3]), tags(&TAGS[..2]), tags(&[TagId(Uuid::nil())])],
        vec![
            set(|filter| filter.resolutions = Some(vec![Some(resolution("done"))])),
            set(|filter| filter.resolutions = Some(vec![Some(resolution("duplicate")), None])),
            set(|filter| filter.resolutions = Some(vec![])),
        ],
        vec![
            set(|filter| filter.priorities = Some(vec![Priority::Urgent])),
            set(|filter| filter.priorities = Some(vec![Priority::High, Priority::Low])),
            set(|filter| filter.priorities = Some(vec![Priority::Normal])),
            set(|filter| filter.priorities = Some(vec![])),
        ],
        vec![teams(&[Some(TEAMS[2])]), teams(&[Some(TEAMS[0]), None]), teams(&[None]), teams(&[])],
        vec![text("seldom"), text("often"), text("lamp"), text("straße la")],
    ]
}

const SORTS: [Sort; 3] = [Sort::Number, Sort::Raised, Sort::Updated];
const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// Where a case stands in an order.
fn place(row: &CaseRow, sort: Sort) -> After {
    match sort {
        Sort::Number => After::Number(row.number.value),
        Sort::Raised => After::Instant(row.raised_at, row.number.value),
        Sort::Updated => After::Instant(row.updated_at, row.number.value),
        Sort::Due => After::Instant(row.due_at.unwrap_or_default(), row.number.value),
        Sort::StageSince => After::Instant(row.stage_since, row.number.value),
    }
}

/// Rows from a place on, page by page, until these are enough; counts pages that were cut short.
fn read(world: &World, query: &CaseQuery, enough: usize, short: &mut u64) -> Vec<CaseRow> {
    let mut query = query.clone();
    let mut rows = Vec::new();
    for page in 1.. {
        let found = world.store.cases(&query).unwrap().answer;
        assert!(found.rows.len() <= query.limit as usize);
        *short += u64::from(found.next.is_some() && found.rows.len() < query.limit as usize);
        rows.extend(found.rows);
        assert!(page < 3 * ALL, "it goes on for ever: {query:?}");
        assert!(found.next.is_none() || found.next != query.after, "it stands still: {query:?}");
        query.after = found.next;
        if query.after.is_none() || rows.len() >= enough {
            break;
        }
    }
    rows
}

#[track_caller]
fn same<'a>(found: &[CaseRow], expected: impl Iterator<Item = &'a KnownCase> + Clone, query: &CaseQuery) {
    if !found.iter().cloned().eq(expected.clone().map(|kept| kept.shown(&query.filter))) {
        let found: Vec<u64> = found.iter().map(|row| row.number.value).collect();
        let expected: Vec<u64> = expected.map(|kept| kept.row.number.value).collect();
        let at = found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count();
        panic!(
            "{query:?}: {} rows, {} expected; from row {at}: {:?}, expected {:?}",
            found.len(),
            expected.len(),
            found.iter().skip(at).take(5).collect::<Vec<_>>(),
            expected.iter().skip(at).take(5).collect::<Vec<_>>(),
        );
    }
}

/// Holds a filter, in an order, against filtering by hand: the whole list, and a few pages from somewhere on.
fn held_against(world: &World, known: &[KnownCase], query: &CaseQuery, dice: &mut Dice, short: &mut u64) {
    let mut expected: Vec<&KnownCase> = known.iter().filter(|kept| kept.fits(&query.filter)).collect();
    let key = |kept: &&KnownCase| match query.sort {
        Sort::Number => (at(0), kept.row.number.value),
        Sort::Raised => (kept.row.raised_at, kept.row.number.value),
        Sort::Updated => (kept.row.updated_at, kept.row.number.value),
        Sort::Due => (kept.row.due_at.unwrap_or_default(), kept.row.number.value),
        Sort::StageSince => (kept.row.stage_since, kept.row.number.value),
    };
    expected.sort_by_key(key);
    let is_up = query.direction == Direction::Ascending;
    if !is_up {
        expected.reverse();
    }
    // A long list in small pages is what the seconds go into.
    let sizes: &[u32] = match expected.len() {
        0..60 => &[1, 2, 50],
        60..1_000 => &[50, 217, 500],
        _ => &[217, 500],
    };
    let whole = CaseQuery { limit: dice.pick(sizes), ..query.clone() };
    same(&read(world, &whole, usize::MAX, short), expected.iter().copied(), &whole);
    // After a case that need not be in the list.
    let from = dice.one_of(known);
    let after = Some(place(&from.row, query.sort));
    let part = CaseQuery { limit: dice.pick(&[1, 2, 7]), after, ..query.clone() };
    let found = read(world, &part, 9, &mut 0);
    let is_behind = |kept: &&&KnownCase| if is_up { key(kept) > key(&from) } else { key(kept) < key(&from) };
    same(&found, expected.iter().filter(is_behind).copied().take(found.len()), &part);
    let left = expected.iter().filter(is_behind).count();
    assert!(found.len() >= left.min(9), "{part:?}: {} of {left}", found.len());
}

/// Every pair of conditions, and larger sets of them.
fn sets(dice: &mut Dice, larger: usize) -> Vec<CaseFilter> {
    let all = conditions();
    let mut filters = Vec::new();
    for (place, one) in all.iter().enumerate() {
        for first in one {
            for second in all.iter().skip(place + 1).flatten() {
                let mut filter = CaseFilter::default();
                first(&mut filter);
                second(&mut filter);
                filters.push(filter);
            }
            let mut filter = CaseFilter::default();
            first(&mut filter);
            filters.push(filter);
        }
    }
    for _ in 0..larger {
        let mut filter = CaseFilter::default();
        for _ in 0..3 + dice.roll(3) {
            let kind = dice.one_of(&all);
            dice.one_of(kind)(&mut filter);
        }
        filters.push(filter);
    }
    filters
}

#[test]
fn every_pair_of_conditions_and_many_larger_sets_leave_what_filtering_by_hand_leaves() {
    let mut dice = Dice(1);
    let world = many(&mut dice);
    let mut short = 0;
    for round in 0..2 {
        let known = known_cases(&world);
        for filter in sets(&mut dice, 100) {
            // After the edits some of them are enough.
            if round > 0 && !dice.is_one_in(5) {
                continue;
            }
            let query = CaseQuery {
                filter,
                sort: dice.pick(&SORTS),
                by_field: None,
                direction: dice.pick(&DIRECTIONS),
                after: None,
                limit: 0,
            };
            held_against(&world, &known, &query, &mut dice, &mut short);
        }
        if round == 0 {
            edited(&world, &known, &mut dice);
        }
    }
    assert!(short > 100, "only {short} pages were cut short: some way of reading was not gone");
    world.store.check().unwrap();
}

/// Groups with their numbers, counted by hand.
fn counted<'a>(by: CountBy, cases: impl Iterator<Item = &'a KnownCase>) -> Vec<CaseCount> {
    let mut groups: BTreeMap<CaseCount, u64> = BTreeMap::new();
    for KnownCase { case, tags, .. } in cases {
        let none = CaseCount {
            case_type: None,
            stage: None,
            category: None,
            team: None,
            tag: None,
            priority: None,
            resolution: None,
            holder: None,
            count: 0,
        };
        let (case_type, category) = (Some(case.case_type), Some(case.category));
        if by == CountBy::Tag {
            for tag in tags {
                *groups.entry(CaseCount { tag: Some(*tag), ..none.clone() }).or_default() += 1;
            }
            continue;
        }
        let group = match by {
            CountBy::Tag => unreachable!("a case is in several of these groups"),
            CountBy::CaseType => CaseCount { case_type, ..none },
            CountBy::Category => CaseCount { category, ..none },
            CountBy::Stage => CaseCount { case_type, stage: Some(case.stage.clone()), category, ..none },
            CountBy::Team => CaseCount { team: case.team, ..none },
            CountBy::Priority => CaseCount { priority: Some(case.priority), ..none },
            CountBy::Resolution => CaseCount { resolution: case.resolution_code().cloned(), ..none },
            CountBy::Holder => CaseCount { holder: case.holder_id().cloned(), ..none },
        };
        *groups.entry(group).or_default() += 1;
    }
    groups.into_iter().map(|(group, count)| CaseCount { count, ..group }).collect()
}

#[test]
fn counts_under_many_sets_of_conditions_are_what_counting_by_hand_finds() {
    let mut dice = Dice(2);
    let world = many(&mut dice);
    for round in 0..2 {
        let known = known_cases(&world);
        // Conditions that counts know.
        let all = conditions();
        let (tags, priorities, teams) = (all.len() - 5, all.len() - 3, all.len() - 2);
        let choices = |kind: usize| std::iter::once(None).chain(all[kind].iter().map(Some));
        for types in choices(0) {
            for stage in choices(1).chain(choices(2).skip(1)) {
                for holder in choices(3) {
                    for own in choices(5) {
                        for pending in choices(6) {
                            // Half of some thousand sets.
                            if dice.is_one_in(2) {
                                continue;
                            }
                            let team = dice.is_one_in(3).then(|| dice.one_of(&all[teams]));
                            let priority = dice.is_one_in(3).then(|| dice.one_of(&all[priorities]));
                            let tag = dice.is_one_in(4).then(|| dice.one_of(&all[tags]));
                            let mut filter = CaseFilter::default();
                            [types, stage, holder, own, pending, priority, team, tag]
                                .into_iter()
                                .flatten()
                                .for_each(|set| set(&mut filter));
                            counts_hold(&world, &known, &filter, dice.pick(&CountBy::ALL));
                        }
                    }
                }
            }
        }
        // Under every pair of conditions too, with and without totals.
        for filter in sets(&mut dice, 100) {
            if dice.is_one_in(3) {
                counts_hold(&world, &known, &filter, dice.pick(&CountBy::ALL));
            }
        }
        failures_hold(&world, &known);
        if round == 0 {
            edited(&world, &known, &mut dice);
        }
    }
}

fn counts_hold(world: &World, known: &[KnownCase], filter: &CaseFilter, by: CountBy) {
    let query = CountQuery { by, filter: filter.clone() };
    let expected = counted(by, known.iter().filter(|kept| kept.fits(filter)));
    assert_eq!(world.store.count_cases(&query).unwrap().answer, expected, "{query:?}");
}

fn failures_hold(world: &World, known: &[KnownCase]) {
    let types = [None, Some(vec![OTHER]), Some(vec![RARE, TYPE]), Some(vec![])];
    let teams = [None, Some(vec![Some(TEAMS[0])]), Some(vec![None, Some(TEAMS[2])])];
    for (types, teams) in types.iter().flat_map(|types| teams.iter().map(move |teams| (types, teams))) {
        for own in [None, Some("cy"), Some("eve"), Some("stranger")].map(|own| own.map(actor)) {
            let mut causes: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
            let (types, teams, own) = (types.clone(), teams.clone(), own.clone());
            let within = Within { types, teams, own, ..Within::default() };
            let filter = CaseFilter::from(within.clone());
            for kept in known.iter().filter(|kept| kept.fits(&filter)) {
                if let Some(failure) = kept.case.progress.as_ref().and_then(|one| one.present_failure()) {
                    *causes.entry((failure.code.clone(), failure.setting.clone())).or_default() += 1;
                }
            }
            let mut expected: Vec<FailureCount> = causes
                .into_iter()
                .map(|((code, setting), count)| FailureCount { code, setting, count })
                .collect();
            expected.sort();
            let found = world.store.count_failures(&within).unwrap().answer;
            assert_eq!(found, expected, "{within:?}");
        }
    }
    for (before, at_most) in [(40, 10_000), (5_000, 10_000), (5_000, 7), (-5, 10)] {
        let due = |kept: &&KnownCase| kept.due_task().is_some_and(|(_, due)| due < at(before));
        let expected = known.iter().filter(due).take(at_most).count() as u64;
        let found = world.store.count_due_tasks(DueTask::Deliver, at(before), at_most as u32).unwrap();
        assert_eq!(found, expected, "{before} {at_most}");
    }
}
