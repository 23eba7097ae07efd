//! How many steps of SQLite's virtual machine a list or a count takes: as many in a file with a hundred times as many
//! cases.
//!
//! The files are made by plain SQL, in a second, and are as uneven as real ones: most cases are closed, one holder has
//! a tenth of all, one type went out of use long ago, one customer has a third of the cases that have a customer, many
//! cases changed at the same instant, a few fail. One person is excluded from a sixtieth of all.

mod customers;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casekit_core::model::{
    ActorId, CaseTypeId, CustomerId, DueTask, FieldId, FieldKey, Measure, Month, OutcomeKind, StageCategory,
    StageId, TagId, Timestamp, WorkflowId,
};
use casekit_core::store::{
    After, CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, Direction, Due, DurationQuery, Failing,
    FieldFilter, FieldOrder, FieldRange, HolderFilter, Pending, Slice, Sort, Stalled, Within,
};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use uuid::Uuid;

use super::filter::KeyedFilter;
use super::plan::{self, Walk, Way};
use super::{cases, counts, durations};
use crate::known::Known;
use crate::{schema, totals};

/// A file with so many cases, whose steps are counted.
struct File {
    connection: Connection,
    known: Known,
    steps: Arc<AtomicI64>,
}

const STAGES: [(&str, u8); 4] = [("open", 0), ("active", 1), ("waiting", 2), ("closed", 4)];

impl File {
    fn of(n: u32) -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&connection, 0, schema::newest()).unwrap();
        connection.set_prepared_statement_cache_capacity(0);
        for case_type in 0..7_i64 {
            for (stage, (name, category)) in (0..).zip(STAGES) {
                let key: i64 = case_type * 4 + stage + 1;
                let id = Uuid::from_u128(case_type.unsigned_abs().into());
                let row = (key, id.as_bytes(), name, category, [0_u8; 16], 1, "", case_type * 4 + 1);
                connection
                    .execute("INSERT INTO places VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row)
                    .unwrap();
            }
        }
        connection.execute_batch(&made(n)).unwrap();
        let steps = Arc::<AtomicI64>::default();
        let taken = Arc::clone(&steps);
        // No statement is cached, so each reports what it took in one run.
        let count = move |event: TraceEvent<'_>| {
            if let TraceEvent::Profile(statement, _) = event {
                taken.fetch_add(statement.get_status(StatementStatus::VmStep).into(), Ordering::Relaxed);
            }
        };
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(count)).unwrap();
        Self { connection, known: Known::default(), steps }
    }

    /// The steps of something, once people and places are cached.
    fn steps<T>(&self, mut ask: impl FnMut(&Connection, &Known) -> T) -> (T, i64) {
        ask(&self.connection, &self.known);
        self.steps.store(0, Ordering::Relaxed);
        let answer = ask(&self.connection, &self.known);
        (answer, self.steps.load(Ordering::Relaxed))
    }
}

/// The SQL that makes the rows. Numbers are hashed by multiplication, so that columns do not vary in step.
fn made(n: u32) -> String {
    format!(
        "INSERT INTO people (id)
            WITH RECURSIVE one(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < 200)
            SELECT 'person ' || i FROM one;
        INSERT INTO causes (code, setting) VALUES ('source_missing', 'sources.crm'), ('refused', NULL);
        INSERT INTO customers (key, id, revision, hash, name, folded, body)
            WITH RECURSIVE one(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < {n} / 10)
            SELECT i, CAST(printf('%016d', i) AS BLOB), 1, zeroblob(32), 'Name ' || i, 'name ' || i, '{{}}' FROM one;
        INSERT INTO cases (number, id, revision, hash, prefix, place, type_version, holder, customer, raised_by,
            raised_at, stage_since, updated_at, resolved_at, closed_at, reopened, notes, entry, title, workflow, outcome,
            ready, for_anyone, cause, due_task, due_task_at, due_at, warn_at, wakes_at)
            WITH RECURSIVE one(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < {n}),
            mixed AS (SELECT i, (i * 2654435761) % 4294967296 / 64 AS m, (i * 40503) % 65536 AS k FROM one)
            SELECT i, CAST(printf('%016d', i) AS BLOB), 1, zeroblob(32), 'C',
                (CASE WHEN i < {n} / 50 THEN 6 ELSE m % 6 END) * 4 +
                    (CASE WHEN m % 100 < 83 THEN 4 ELSE 1 + m % 3 END),
                1,
                CASE WHEN k % 3 = 0 THEN 0 WHEN k % 10 = 1 THEN 1 ELSE 2 + k % 199 END,
                CASE WHEN k % 4 = 0 THEN 1 WHEN k % 4 = 1 THEN 1 + m % ({n} / 10) END,
                CASE WHEN m % 2 = 0 THEN 3 ELSE 2 + m % 199 END,
                i * 1000 + m % 5000, i * 1000 + m % 5000, CASE WHEN m % 5 = 0 THEN 7000 ELSE i * 1000 + m % 90000 END,
                CASE WHEN m % 100 < 83 THEN i * 1000 + m % 7000 END, CASE WHEN m % 100 < 83 THEN i * 1000 + m % 9000 END,
                0, 0, i, 'Title ' || i,
                CASE WHEN m % 4 < 3 THEN zeroblob(16) END, CASE WHEN m % 4 = 0 THEN 'denied' WHEN m % 4 = 1 THEN 'approved' END,
                CASE WHEN m % 10 = 0 THEN 1 WHEN m % 10 = 1 THEN 2 ELSE 0 END,
                CASE WHEN m % 20 = 0 THEN 1 ELSE 0 END,
                CASE WHEN m % 50 = 0 THEN 1 + k % 2 END,
                CASE WHEN m % 97 = 0 THEN 0 END, CASE WHEN m % 97 = 0 THEN i END,
                CASE WHEN m % 5 = 2 THEN i * 1000 + m % 70000 END, CASE WHEN m % 5 = 2 THEN i * 1000 END,
                CASE WHEN m % 5 = 2 THEN i * 1000 END
            FROM mixed;
        INSERT INTO field_keys VALUES (1, x'00000000000000000000000000000002', 'size');
        INSERT INTO case_fields SELECT 1, number % 20, number FROM cases WHERE number > 3;
        INSERT INTO case_fields SELECT 1, 100, number FROM cases WHERE number <= 3;
        INSERT INTO streams VALUES (2, 8, x'00000000000000000000000000000001'), (6, 8, x'00000000000000000000000000000002'),
            (10, 8, x'00000000000000000000000000000003');
        INSERT INTO case_tags SELECT 0, number FROM cases WHERE number % 3 = 0;
        INSERT INTO case_tags SELECT 1, number FROM cases WHERE number % 20 = 1;
        INSERT INTO case_tags SELECT 2, number FROM cases WHERE number <= 3;
        INSERT INTO case_exclusions SELECT number, 5, 0, 0, 0 FROM cases WHERE for_anyone <> 0 AND number % 3 = 0;
        INSERT INTO totals {};",
        totals::COUNTED
    )
}

fn person(n: u32) -> ActorId {
    ActorId::parse("by", &format!("person {n}")).unwrap()
}

fn pending(by: u32, bits: u32) -> Option<Pending> {
    Some(Pending { by: person(by), on_behalf_of: None, bits })
}

/// A customer by their number: 1 has many cases, 9 has few.
fn customer(n: u128) -> CustomerId {
    CustomerId(Uuid::from_slice(format!("{n:016}").as_bytes()).unwrap())
}

fn case_type(n: u128) -> CaseTypeId {
    CaseTypeId(Uuid::from_u128(n))
}

fn stage(name: &str) -> Option<Vec<StageId>> {
    Some(vec![StageId::parse("stage", name).unwrap()])
}

fn two_stages() -> Option<Vec<StageId>> {
    stage("open").into_iter().chain(stage("waiting")).reduce(|one, other| [one, other].concat())
}

fn not_closed() -> Option<Vec<StageCategory>> {
    Some(vec![StageCategory::Open, StageCategory::Active, StageCategory::Waiting, StageCategory::Resolved])
}

fn not_over() -> Option<Vec<StageCategory>> {
    Some(vec![StageCategory::Open, StageCategory::Active, StageCategory::Waiting])
}

/// What stands in any of two stages since before an instant that differs from type to type.
fn stalled(before: i64) -> Option<Vec<Stalled>> {
    let types = (0..7_i64).map(|one| (case_type(one.unsigned_abs().into()), before - one * 10_000));
    let stages = two_stages().unwrap();
    let of_type = |(case_type, before): (CaseTypeId, i64)| {
        let before = Timestamp::from_timestamp_micros(before).unwrap();
        stages
            .iter()
            .map(move |stage| Stalled { case_type, stage: stage.clone(), before })
            .collect::<Vec<_>>()
    };
    Some(types.flat_map(of_type).collect())
}

fn filters() -> Vec<(&'static str, CaseFilter)> {
    let none = CaseFilter::default;
    let busy = || Some(HolderFilter::By(person(1)));
    let other = || Some(HolderFilter::By(person(7)));
    let at = |n: i64| Timestamp::from_timestamp_micros(n);
    vec![
        ("all", none()),
        ("of a type", CaseFilter { types: Some(vec![case_type(2)]), ..none() }),
        ("of a type of long ago", CaseFilter { types: Some(vec![case_type(6)]), ..none() }),
        ("in a stage", CaseFilter { stages: stage("open"), ..none() }),
        (
            "of long ago and open",
            CaseFilter { types: Some(vec![case_type(6)]), stages: stage("open"), ..none() },
        ),
        ("of a category", CaseFilter { categories: Some(vec![StageCategory::Closed]), ..none() }),
        ("held by one of many", CaseFilter { holder: busy(), ..none() }),
        ("held and open", CaseFilter { holder: busy(), stages: stage("open"), ..none() }),
        ("untaken", CaseFilter { holder: Some(HolderFilter::Untaken), ..none() }),
        ("held by another", CaseFilter { holder: other(), ..none() }),
        ("of a customer", CaseFilter { customer: Some(customer(1)), ..none() }),
        ("of a customer, open", CaseFilter { customer: Some(customer(1)), stages: stage("open"), ..none() }),
        ("of a small customer", CaseFilter { customer: Some(customer(9)), ..none() }),
        ("own", CaseFilter { own: Some(person(3)), ..none() }),
        ("own and open", CaseFilter { own: Some(person(3)), stages: stage("open"), ..none() }),
        ("pending", CaseFilter { pending: pending(1, 1), ..none() }),
        ("pending for somebody who is excluded", CaseFilter { pending: pending(5, 1), ..none() }),
        (
            "pending, of a type",
            CaseFilter { pending: pending(1, 3), types: Some(vec![case_type(2)]), ..none() },
        ),
        ("failing", CaseFilter { failing: Some(Failing::default()), ..none() }),
        (
            "failing by a cause that there is not",
            CaseFilter { failing: Some(Failing { code: Some("x".into()), setting: None }), ..none() },
        ),
        ("raised by one of many", CaseFilter { raised_by: Some(person(3)), ..none() }),
        (
            "raised by one of many, open",
            CaseFilter { raised_by: Some(person(3)), categories: not_closed(), ..none() },
        ),
        ("the work of one of many", CaseFilter { work: pending(1, 1), ..none() }),
        ("the work of who raised half", CaseFilter { work: pending(3, 3), ..none() }),
        ("the work of somebody who is excluded", CaseFilter { work: pending(5, 1), ..none() }),
        (
            "the work of one of many, of a type",
            CaseFilter { work: pending(1, 1), types: Some(vec![case_type(2)]), ..none() },
        ),
        ("overdue", CaseFilter { due: Some(Due { before: at(900_000), ..Due::default() }), ..none() }),
        ("due at some time", CaseFilter { due: Some(Due::default()), ..none() }),
        (
            "due soon",
            CaseFilter { due: Some(Due { from: at(500_000), before: None, warned: at(500_000) }), ..none() },
        ),
        (
            "overdue, of a type",
            CaseFilter {
                due: Some(Due { before: at(90_000_000), ..Due::default() }),
                types: Some(vec![case_type(2)]),
                ..none()
            },
        ),
        ("closed early", CaseFilter { closed_before: at(900_000), ..none() }),
        (
            "resolved between",
            CaseFilter { resolved_from: at(100_000), resolved_before: at(500_000), ..none() },
        ),
        ("unchanged since long", CaseFilter { updated_before: at(900_000), ..none() }),
        (
            "unchanged since long, not over",
            CaseFilter { updated_before: at(900_000), categories: not_over(), ..none() },
        ),
        ("stalled", CaseFilter { stalled: stalled(i64::MAX / 2_000), ..none() }),
        ("stalled since long", CaseFilter { stalled: stalled(900_000), ..none() }),
        (
            "stalled, of a type",
            CaseFilter { stalled: stalled(i64::MAX / 2_000), types: Some(vec![case_type(2)]), ..none() },
        ),
        ("not over", CaseFilter { categories: not_over(), ..none() }),
        ("with a value", CaseFilter { fields: vec![size(one_of(&[7]))], ..none() }),
        ("with one of two values", CaseFilter { fields: vec![size(one_of(&[7, 9]))], ..none() }),
        ("with a rare value", CaseFilter { fields: vec![size(one_of(&[100]))], ..none() }),
        ("with a value in a range", CaseFilter { fields: vec![size(range(3, 5))], ..none() }),
        ("with a value in a small range", CaseFilter { fields: vec![size(range(50, 200))], ..none() }),
        (
            "with a value, open",
            CaseFilter { fields: vec![size(one_of(&[7]))], stages: stage("open"), ..none() },
        ),
        (
            "with a value, of a customer",
            CaseFilter { fields: vec![size(one_of(&[7]))], customer: Some(customer(1)), ..none() },
        ),
        ("with a tag", CaseFilter { tags: vec![tag(1)], ..none() }),
        ("with a tag of a third of all", CaseFilter { tags: vec![tag(0)], ..none() }),
        ("with a rare tag", CaseFilter { tags: vec![tag(2)], ..none() }),
        ("with two tags", CaseFilter { tags: vec![tag(0), tag(1)], ..none() }),
        ("with a tag, open", CaseFilter { tags: vec![tag(1)], stages: stage("open"), ..none() }),
        (
            "with a tag, of a customer",
            CaseFilter { tags: vec![tag(0)], customer: Some(customer(1)), ..none() },
        ),
        ("with a tag, held", CaseFilter { tags: vec![tag(0)], holder: busy(), ..none() }),
        ("in a workflow", CaseFilter { workflow: Some(WorkflowId(Uuid::nil())), ..none() }),
        ("denied", CaseFilter { outcome: Some(OutcomeKind::Denied), ..none() }),
        (
            "denied and closed late",
            CaseFilter { outcome: Some(OutcomeKind::Denied), closed_from: at(900_000), ..none() },
        ),
        (
            "in stages of types",
            CaseFilter { stages: two_stages(), types: Some(vec![case_type(1), case_type(4)]), ..none() },
        ),
        ("raised early", CaseFilter { raised_before: at(900_000), ..none() }),
        ("raised between", CaseFilter { raised_from: at(100_000), raised_before: at(500_000), ..none() }),
        ("held and of a customer", CaseFilter { holder: busy(), customer: Some(customer(1)), ..none() }),
        (
            "untaken, of long ago",
            CaseFilter { holder: Some(HolderFilter::Untaken), types: Some(vec![case_type(6)]), ..none() },
        ),
    ]
}

/// A tag by its key: 0 has a third of all cases, 1 a twentieth, 2 three cases.
fn tag(key: u128) -> TagId {
    TagId(Uuid::from_u128(key + 1))
}

fn size(range: FieldRange) -> FieldFilter {
    FieldFilter { any: vec![(case_type(2), FieldId::parse("field", "size").unwrap(), range)] }
}

fn one_of(sizes: &[i64]) -> FieldRange {
    FieldRange::OneOf(sizes.iter().map(|size| FieldKey::Number(*size)).collect())
}

fn range(from: i64, to: i64) -> FieldRange {
    FieldRange::Between(Some(FieldKey::Number(from)), Some(FieldKey::Number(to)))
}

/// Every order of a list.
fn orders() -> Vec<(Sort, Direction)> {
    [Sort::Number, Sort::Raised, Sort::Updated]
        .into_iter()
        .flat_map(|sort| [(sort, Direction::Descending), (sort, Direction::Ascending)])
        .collect()
}

/// The most steps that a way may take for a page of 50.
fn most(way: &Way, few: i64) -> i64 {
    match way {
        // The small file can have less than a page where the large one has a whole page.
        Way::All => few * 3 / 2 + 4_000,
        // Each part has a page, or in the small file less.
        Way::Ordered(Walk::United(parts)) => few * 3 / 2 + 4_000 * parts.len() as i64,
        Way::Ordered(Walk::One(_) | Walk::Ranges(_)) => few * 3 / 2 + 4_000,
        Way::Few(_) => 40 * plan::FEW,
        // A value of a field is looked up for each row.
        Way::Tested(..) => 120 * cases::LOOKED_AT,
    }
}

#[test]
fn a_page_takes_as_many_steps_however_many_cases_there_are() {
    let (small, large) = (File::of(1_000), File::of(100_000));
    let mut grown = Vec::new();
    for (what, filter) in filters() {
        for (sort, direction) in orders() {
            for is_deep in [false, true] {
                let query = |n: i64| CaseQuery {
                    filter: filter.clone(),
                    sort,
                    by_field: None,
                    direction,
                    after: is_deep.then(|| match sort {
                        Sort::Number => After::Number(n.unsigned_abs() / 2),
                        Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => {
                            After::Instant(Timestamp::from_timestamp_micros(n * 500).unwrap(), 1)
                        }
                    }),
                    limit: 50,
                };
                let page = |connection: &Connection, known: &Known, n: i64| {
                    crate::read::at_one_moment(connection, |moment| {
                        crate::read::page_of_cases(connection, moment, known, &query(n))
                    })
                    .unwrap()
                };
                let (_, few) = small.steps(|connection, known| page(connection, known, 1_000));
                let (page, many) = large.steps(|connection, known| page(connection, known, 100_000));
                let keyed = KeyedFilter::new(&large.connection, &large.known, &filter).unwrap();
                let way = plan::way(&large.connection, &keyed, sort).unwrap();
                let deep = if is_deep { "deep" } else { "first" };
                let line = format!("{what} by {sort:?} {direction:?}, {deep}: {few} became {many}");
                println!("{line}, {} rows", page.rows.len());
                if many > most(&way, few) {
                    grown.push(line);
                }
            }
        }
    }
    assert!(grown.is_empty(), "{grown:#?}");
}

fn by_size() -> FieldOrder {
    FieldOrder { case_type: case_type(2), field: FieldId::parse("field", "size").unwrap() }
}

/// The first page after a place in the order of a field.
fn sorted_page(
    file: &File,
    filter: &CaseFilter,
    direction: Direction,
    after: Option<After>,
) -> (Slice<CaseRow>, i64) {
    let query = CaseQuery {
        filter: filter.clone(),
        sort: Sort::Number,
        by_field: Some(by_size()),
        direction,
        after,
        limit: 50,
    };
    file.steps(|connection, known| {
        crate::read::at_one_moment(connection, |moment| {
            crate::read::page_of_cases(connection, moment, known, &query)
        })
        .unwrap()
    })
}

#[test]
fn a_page_in_the_order_of_a_field_takes_as_many_steps_however_many_cases_there_are() {
    let (small, large) = (File::of(1_000), File::of(100_000));
    let mut grown = Vec::new();
    for (what, filter) in filters() {
        for direction in [Direction::Descending, Direction::Ascending] {
            for is_deep in [false, true] {
                // In the middle of very many cases with one value.
                let after = |n: u64| is_deep.then_some(After::Field(FieldKey::Number(10), n / 2));
                let (_, few) = sorted_page(&small, &filter, direction, after(1_000));
                let (page, many) = sorted_page(&large, &filter, direction, after(100_000));
                let line = format!("{what}, {direction:?}, deep {is_deep}: {few} became {many}");
                println!("{line}, {} rows", page.rows.len());
                // Rows are tested, or few are sorted: most of the small file is less than either.
                let most = if filter == CaseFilter::default() { few + 4_000 } else { 120 * cases::LOOKED_AT };
                if many > most {
                    grown.push(line);
                }
            }
        }
    }
    assert!(grown.is_empty(), "{grown:#?}");
}

#[test]
fn pages_in_the_order_of_a_field_are_the_whole_list_however_they_are_cut() {
    let file = File::of(20_000);
    for (what, filter) in filters().into_iter().step_by(3) {
        let filter = CaseFilter { fields: vec![by_size().having_a_value()], ..filter };
        let by_number = CaseQuery {
            filter: filter.clone(),
            sort: Sort::Number,
            by_field: None,
            direction: Direction::Ascending,
            after: None,
            limit: 50,
        };
        let all = |query: &CaseQuery| {
            let (mut query, mut numbers) = (query.clone(), Vec::new());
            loop {
                let (page, _) = file.steps(|connection, known| {
                    crate::read::at_one_moment(connection, |moment| {
                        crate::read::page_of_cases(connection, moment, known, &query)
                    })
                    .unwrap()
                });
                numbers.extend(page.rows.iter().map(|row| row.number.value));
                query.after = page.next;
                if query.after.is_none() {
                    return numbers;
                }
            }
        };
        let mut expected = all(&by_number);
        let size = |number: &u64| if *number > 3 { number % 20 } else { 100 };
        expected.sort_by_key(|number| (size(number), *number));
        let sorted = CaseQuery { by_field: Some(by_size()), ..by_number };
        assert_eq!(all(&sorted), expected, "{what}");
        expected.reverse();
        assert_eq!(all(&CaseQuery { direction: Direction::Descending, ..sorted }), expected, "{what}");
    }
}

/// The lists that people look at most are read in order, and nothing has to be tested.
#[test]
fn lists_by_place_holder_customer_and_what_is_pending_are_ordered() {
    let file = File::of(1_000);
    let is_ordered = |what: &str, sort: Sort| {
        let (_, filter) = filters().into_iter().find(|(name, _)| *name == what).unwrap();
        let keyed = KeyedFilter::new(&file.connection, &file.known, &filter).unwrap();
        matches!(plan::way(&file.connection, &keyed, sort).unwrap(), Way::All | Way::Ordered(_))
    };
    for what in
        ["all", "of a type", "of a type of long ago", "in a stage", "of long ago and open", "of a category"]
    {
        for (sort, _) in orders() {
            assert!(is_ordered(what, sort), "{what} by {sort:?}");
        }
    }
    for what in ["all", "not over", "stalled", "stalled since long", "stalled, of a type", "in a stage"] {
        assert!(is_ordered(what, Sort::StageSince), "{what}");
    }
    for what in ["unchanged since long", "unchanged since long, not over"] {
        assert!(is_ordered(what, Sort::Updated), "{what}");
    }
    for what in [
        "held by one of many",
        "held and open",
        "untaken",
        "of a customer",
        "own",
        "pending",
        "failing",
        "raised by one of many",
        "raised by one of many, open",
        "the work of one of many",
        "the work of who raised half",
        "in a workflow",
        "denied",
        "with a value",
        "with one of two values",
        "with a tag",
        "with a tag of a third of all",
        "with a rare tag",
    ] {
        assert!(is_ordered(what, Sort::Number), "{what}");
    }
    assert!(is_ordered("raised between", Sort::Raised));
}

/// What stands longest comes first, from the index of what is not over, however much is closed and however many stand.
#[test]
fn what_is_stuck_takes_as_many_steps_however_many_cases_there_are() {
    let (small, large) = (File::of(1_000), File::of(100_000));
    for what in ["not over", "stalled", "stalled since long", "stalled, of a type"] {
        let (_, filter) = filters().into_iter().find(|(name, _)| *name == what).unwrap();
        for direction in [Direction::Ascending, Direction::Descending] {
            for after in [None, Some(After::Instant(Timestamp::from_timestamp_micros(500_000).unwrap(), 1))] {
                let filter = filter.clone();
                let query =
                    CaseQuery { filter, sort: Sort::StageSince, by_field: None, direction, after, limit: 50 };
                let page = |connection: &Connection, known: &Known| {
                    crate::read::at_one_moment(connection, |moment| {
                        crate::read::page_of_cases(connection, moment, known, &query)
                    })
                    .unwrap()
                };
                let ((_, few), (page, many)) = (small.steps(page), large.steps(page));
                println!("{what} {direction:?}: {few} became {many}, {} rows", page.rows.len());
                assert!(many <= few * 3 / 2 + 4_000, "{what} {direction:?}: {few} became {many}");
            }
        }
    }
}

/// Figures grow with how differently long things took and not with how many there were, and a period reads its months alone.
#[test]
fn durations_take_as_many_steps_however_many_cases_there_are() {
    let file = |per_cell: i64, months: i64| {
        let file = File::of(1_000);
        let made = format!(
            "INSERT INTO duration_groups SELECT key, 'time_in_stage', case_type, team, stage FROM places;
            INSERT INTO durations WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < {months} - 1),
                b(j) AS (SELECT 100 UNION ALL SELECT j + 1 FROM b WHERE j < 139)
                SELECT key, 600 + i, j, {per_cell}, {per_cell} * 5000 FROM duration_groups, m, b"
        );
        file.connection.execute_batch(&made).unwrap();
        file
    };
    let year = DurationQuery {
        measures: vec![Measure::TimeInStage],
        types: None,
        teams: None,
        from: Some(Month::since_1970(600)),
        to: Some(Month::since_1970(611)),
        by_month: false,
    };
    let steps = |file: &File| {
        let (counts, steps) = file.steps(|connection, _| durations::find(connection, &year).unwrap());
        (counts.iter().map(|one| one.count).sum::<u64>(), steps)
    };
    let ((small, few), (large, many)) = (steps(&file(1, 12)), steps(&file(1_000, 60)));
    assert_eq!((small, large), (28 * 40 * 12, 28 * 40 * 12 * 1_000));
    assert!(many <= few + few / 10, "{few} became {many}");
}

#[test]
fn a_count_takes_as_many_steps_however_many_cases_there_are() {
    let (small, large) = (File::of(5_000), File::of(100_000));
    let mut grown = Vec::new();
    let types = |types: &[u128]| Some(types.iter().copied().map(case_type).collect::<Vec<_>>());
    for by in [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Tag, CountBy::Holder] {
        let all = CaseFilter::default();
        let mut asked = vec![
            ("all", all.clone()),
            ("of types", CaseFilter { types: types(&[1, 6]), ..all.clone() }),
            ("in a stage", CaseFilter { stages: stage("open"), ..all.clone() }),
            ("of a category", CaseFilter { categories: Some(vec![StageCategory::Closed]), ..all.clone() }),
            (
                "of types and stages",
                CaseFilter { types: types(&[1, 6]), stages: stage("open"), ..all.clone() },
            ),
            ("held", CaseFilter { holder: Some(HolderFilter::By(person(1))), ..all.clone() }),
            ("untaken", CaseFilter { holder: Some(HolderFilter::Untaken), ..all.clone() }),
            ("pending", CaseFilter { pending: pending(1, 1), ..all.clone() }),
            ("pending, of types", CaseFilter { pending: pending(1, 1), types: types(&[2]), ..all.clone() }),
        ];
        if by == CountBy::Tag {
            // Totals of tags know places; whatever else is asked is counted case by case.
            asked.truncate(5);
        } else if by != CountBy::Holder {
            let own = Some(person(1));
            asked.push(("with a tag", CaseFilter { tags: vec![tag(0)], ..all.clone() }));
            asked.push(("raised", CaseFilter { raised_by: Some(person(3)), ..all.clone() }));
            let untaken = Some(HolderFilter::Untaken);
            asked.push((
                "raised, untaken",
                CaseFilter { raised_by: Some(person(3)), holder: untaken, ..all.clone() },
            ));
            asked.push(("work", CaseFilter { work: pending(1, 1), ..all.clone() }));
            asked.push(("work less exclusions", CaseFilter { work: pending(5, 1), ..all.clone() }));
            asked.push(("own", CaseFilter { own: own.clone(), ..all.clone() }));
            asked.push(("pending less exclusions", CaseFilter { pending: pending(5, 1), ..all.clone() }));
            asked.push(("own and pending", CaseFilter { own, pending: pending(1, 1), ..all.clone() }));
        }
        for (what, filter) in asked {
            let query = CountQuery { by, filter };
            let count = |file: &File| {
                file.steps(|connection, known| counts::count(connection, known, &query).unwrap())
            };
            let ((_, few), (_, many)) = (count(&small), count(&large));
            println!("{what} by {by:?}: {few} became {many}");
            // The large file has more groups of what is ready, holders and places; by holder all of them are read.
            let grows = if by == CountBy::Holder { 4 } else { 3 };
            if many > grows * few + 300 {
                grown.push(format!("{what} by {by:?}: {few} became {many}"));
            }
        }
    }
    let failing = |file: &File| {
        file.steps(|connection, known| counts::failures(connection, known, &Within::default()).unwrap())
    };
    let ((_, few), (_, many)) = (failing(&small), failing(&large));
    assert!(many <= few + 100, "failures: {few} became {many}");
    let due = Timestamp::from_timestamp_micros(i64::MAX / 2_000).unwrap();
    let due_tasks = |file: &File| {
        file.steps(|connection, _| counts::due_tasks(connection, DueTask::Deliver, due, 50).unwrap())
    };
    let ((_, few), (_, many)) = (due_tasks(&small), due_tasks(&large));
    assert!(many <= few + 100, "due tasks: {few} became {many}");
    let next =
        |file: &File| file.steps(|connection, _| counts::next_due(connection, DueTask::Deliver).unwrap());
    let ((first, few), (_, many)) = (next(&small), next(&large));
    assert!(first.is_some() && many <= few + 10, "next due task: {few} became {many}");
    assert!(grown.is_empty(), "{grown:#?}");
}

#[test]
fn a_count_up_to_a_number_takes_as_many_steps_however_many_there_are() {
    let (small, large) = (File::of(20_000), File::of(100_000));
    let overdue = Due { before: Some(Timestamp::UNIX_EPOCH + chrono::TimeDelta::days(1)), ..Due::default() };
    let soon = Due { from: Some(Timestamp::UNIX_EPOCH), warned: overdue.before, ..Due::default() };
    for due in [overdue, soon] {
        let filter = CaseFilter { due: Some(due), ..CaseFilter::default() };
        let count = |file: &File| {
            file.steps(|connection, known| counts::up_to(connection, known, &filter, 1_001).unwrap())
        };
        let ((few, steps), (many, of_many)) = (count(&small), count(&large));
        println!("{due:?}: {steps} became {of_many}");
        assert_eq!((few, many), (1_001, 1_001), "{due:?}");
        assert!(of_many < steps * 11 / 10, "{due:?}: {steps} became {of_many}");
    }
}
