//! The operations that are counted, on a file that is the same every time.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use casekit::{
    Actor, CaseEdit, CaseId, CasesQuery, CountBy, Desk, Direction, Durability, Env, FieldCondition,
    FieldKind, ImportCase, ImportChange, ImportItem, ImportedChange, NewCase, NewCaseType, NewCustomer,
    NewField, NewRequest, OpenOptions, PageRequest, Permission, Role, StreamId, TagsEdit, Timestamp,
    Visibility,
};

/// What a program that runs to its end answers.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Cases in the file.
const CASES: usize = 2_000;

/// Requests that wait for somebody, in a workflow.
const WAITING: usize = 120;

/// Notes on the newest case of all.
const MANY: usize = 60;

const NOTE: &str =
    "Called the customer, no answer. Left a message and promised to try again tomorrow morning.";

/// What is counted.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Raise,
    Note,
    Stage,
    Take,
    Import,
    ById,
    ByNumber,
    Page,
    PageInAStage,
    Mine,
    MineCounted,
    Counts,
    Search,
    History,
    LongHistory,
    Summary,
    WithValue,
    ByValue,
    ValuesCounted,
    RaiseWithFields,
    EditField,
    Tag,
}

impl Operation {
    pub(crate) const ALL: [Self; 22] = [
        Self::Raise,
        Self::Note,
        Self::Stage,
        Self::Take,
        Self::Import,
        Self::ById,
        Self::ByNumber,
        Self::Page,
        Self::PageInAStage,
        Self::Mine,
        Self::MineCounted,
        Self::Counts,
        Self::Search,
        Self::History,
        Self::LongHistory,
        Self::Summary,
        Self::WithValue,
        Self::ByValue,
        Self::ValuesCounted,
        Self::RaiseWithFields,
        Self::EditField,
        Self::Tag,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::Note => "note",
            Self::Stage => "edit the stage",
            Self::Take => "take",
            Self::Import => "import of 100",
            Self::ById => "look up by id",
            Self::ByNumber => "look up by number",
            Self::Page => "page of 50",
            Self::PageInAStage => "page of 50 in a stage",
            Self::Mine => "my cases",
            Self::MineCounted => "my pending count",
            Self::Counts => "counts by stage",
            Self::Search => "search",
            Self::History => "history of 3",
            Self::LongHistory => "history, page of 50",
            Self::Summary => "summary",
            Self::WithValue => "page of 50 with a value",
            Self::ByValue => "page of 50 by a field",
            Self::ValuesCounted => "counts with a value",
            Self::RaiseWithFields => "raise with two fields",
            Self::EditField => "edit a field",
            Self::Tag => "tag",
        }
    }

    /// Whether it is counted in the file whose cases have fields.
    pub(crate) fn is_of_fields(self) -> bool {
        match self {
            Self::WithValue
            | Self::ByValue
            | Self::ValuesCounted
            | Self::RaiseWithFields
            | Self::EditField
            | Self::Tag => true,
            Self::Raise
            | Self::Note
            | Self::Stage
            | Self::Take
            | Self::Import
            | Self::ById
            | Self::ByNumber
            | Self::Page
            | Self::PageInAStage
            | Self::Mine
            | Self::MineCounted
            | Self::Counts
            | Self::Search
            | Self::History
            | Self::LongHistory
            | Self::Summary => false,
        }
    }

    /// How often it is counted.
    pub(crate) fn times(self) -> u64 {
        if matches!(self, Self::Import) { 4 } else { 200 }
    }

    /// How often it runs before, so that statements and pages are ready.
    fn warm(self) -> u64 {
        if matches!(self, Self::Import) { 1 } else { 50 }
    }

    pub(crate) fn of(name: &str) -> Outcome<Self> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| format!("no operation is called `{name}`").into())
    }
}

/// Makes the file.
pub(crate) fn fill(path: &Path) -> Outcome {
    let desk = open(path, 0, Role::Manager)?;
    for place in 0..100 {
        desk.create_customer(NewCustomer::named(format!("Customer {}", word(place))))?;
    }
    import(&desk, 0..CASES)?;
    for place in 0..WAITING {
        let request = NewRequest::new(format!("web {place}"), format!("Requester {}", word(place)));
        desk.receive_request(request.with_credential("Date of birth", "1990-01-01"))?;
    }
    let many = desk.raise_case(NewCase::new("Support", title(0)).described(description(0)))?.id;
    (0..MANY).try_for_each(|_| desk.add_note(many, NOTE).map(drop))?;
    Ok(())
}

/// Makes the file whose cases have fields.
pub(crate) fn fill_with_fields(path: &Path) -> Outcome {
    let desk = open(path, 0, Role::Administrator)?;
    let channels: Vec<String> = (0..20).map(|one| format!("Channel {one}")).collect();
    let fields = vec![
        NewField::choice("Channel", channels).indexed(),
        NewField::new("Order", FieldKind::Text).indexed(),
    ];
    desk.create_case_type(NewCaseType::new("Refunds").with_fields(fields))?;
    let at = Timestamp::from_timestamp_micros(1_700_000_000_000_000).unwrap_or_default();
    let one = |place| ImportItem::Case(ImportCase::new(with_fields(place), at, "amara"));
    let items: Vec<ImportItem> = (0..CASES).map(one).collect();
    let report = desk.import(&items)?;
    match report.refused().next() {
        Some((_, why)) => Err(why.to_string().into()),
        None => Ok(()),
    }
}

fn with_fields(place: usize) -> NewCase {
    NewCase::new("Refunds", title(place))
        .with_field("channel", channel(place))
        .with_field("order", format!("o-{}", place * 40_503 % 1_000_003))
}

fn channel(place: usize) -> String {
    format!("channel_{}", place % 20)
}

fn import(desk: &Desk, places: std::ops::Range<usize>) -> Outcome {
    let items: Vec<ImportItem> = places.map(item).collect();
    let report = desk.import(&items)?;
    match report.refused().next() {
        Some((_, why)) => Err(why.to_string().into()),
        None => Ok(()),
    }
}

/// Does an operation as often as it is counted, and what it takes to be warm before.
pub(crate) fn run(operation: Operation, path: &Path) -> Outcome {
    let desk = open(path, 1_000_000_000, Role::Manager)?;
    let ids = |query: CasesQuery| -> Outcome<Vec<CaseId>> {
        let page = desk.cases(&query, PageRequest::first().of(500))?;
        Ok(page.rows.into_iter().map(|row| row.id).collect())
    };
    let support = CasesQuery { case_types: vec!["Support".into()], ..CasesQuery::default() };
    let many = ids(support.clone())?.first().copied().ok_or("no case")?;
    let waiting = ids(CasesQuery { case_types: vec!["Data request".into()], ..CasesQuery::default() })?;
    let in_progress = CasesQuery { stages: vec!["In Progress".into()], ..CasesQuery::default() };
    let ids = ids(CasesQuery { stages: vec!["In Progress".into()], ..support })?;
    let of = |ids: &[CaseId], turn: usize| ids.get(turn * 37 % ids.len()).copied().ok_or("no case");
    let all = CasesQuery::default();
    let mut work = |turn: u64| -> Outcome {
        let place = usize::try_from(turn)?;
        match operation {
            Operation::Raise => {
                desk.raise_case(NewCase::new("Support", title(place)).described(description(place)))?;
            }
            Operation::Note => {
                desk.add_note(of(&ids, place)?, NOTE)?;
            }
            Operation::Stage => {
                let edit = CaseEdit { stage: Some("Resolved".into()), ..CaseEdit::default() };
                desk.edit_case(of(&ids, place)?, edit)?;
            }
            Operation::Take => {
                desk.take_case(of(&ids, place)?)?;
            }
            Operation::Import => import(&desk, CASES + place * 100..CASES + place * 100 + 100)?,
            Operation::ById => {
                desk.case(of(&ids, place)?)?;
            }
            Operation::ByNumber => {
                desk.find_case(&format!("C-{:06}", place * 37 % CASES + 1))?;
            }
            Operation::Page => {
                desk.cases(&all, PageRequest::first())?;
            }
            Operation::PageInAStage => {
                desk.cases(&in_progress, PageRequest::first())?;
            }
            Operation::Mine => {
                desk.my_pending_cases(PageRequest::first())?;
            }
            Operation::MineCounted => {
                desk.my_pending_count()?;
            }
            Operation::Counts => {
                desk.counts(CountBy::Stage, &CasesQuery::default())?;
            }
            Operation::Search => {
                desk.search(&format!("{} ", word(place)), PageRequest::first())?;
            }
            Operation::History => {
                desk.history(StreamId::Case(of(&ids, place)?), PageRequest::first())?;
            }
            Operation::LongHistory => {
                desk.history(StreamId::Case(many), PageRequest::first())?;
            }
            Operation::Summary => {
                desk.summary(of(&waiting, place)?)?;
            }
            Operation::WithValue
            | Operation::ByValue
            | Operation::ValuesCounted
            | Operation::RaiseWithFields
            | Operation::EditField
            | Operation::Tag => return Err("it is counted in another file".into()),
        }
        Ok(())
    };
    repeat(operation, &mut work)
}

/// The same for what is about fields.
pub(crate) fn run_with_fields(operation: Operation, path: &Path) -> Outcome {
    let desk = open(path, 1_000_000_000, Role::Administrator)?;
    let page = desk.cases(&CasesQuery::default(), PageRequest::first().of(500))?;
    let ids: Vec<CaseId> = page.rows.into_iter().map(|row| row.id).collect();
    let of = |turn: usize| ids.get(turn).copied().ok_or("no case");
    let with = |place: usize| CasesQuery {
        fields: vec![FieldCondition::is("channel", channel(place))],
        ..CasesQuery::default()
    };
    let by_order = CasesQuery {
        sort_field: Some("order".into()),
        direction: Direction::Ascending,
        ..CasesQuery::default()
    };
    let mut work = |turn: u64| -> Outcome {
        let place = usize::try_from(turn)?;
        match operation {
            Operation::WithValue => {
                desk.cases(&with(place), PageRequest::first())?;
            }
            Operation::ByValue => {
                desk.cases(&by_order, PageRequest::first())?;
            }
            Operation::ValuesCounted => {
                desk.counts(CountBy::Stage, &with(place))?;
            }
            Operation::RaiseWithFields => {
                desk.raise_case(with_fields(CASES + place))?;
            }
            Operation::EditField => {
                desk.edit_case(of(place)?, CaseEdit::new().field("channel", channel(place + 7)))?;
            }
            Operation::Tag => {
                desk.tag_case(of(place)?, TagsEdit::new().with("Goodwill"))?;
            }
            _ => return Err("it is counted in another file".into()),
        }
        Ok(())
    };
    repeat(operation, &mut work)
}

/// Does it as often as it is counted.
fn repeat(operation: Operation, work: &mut dyn FnMut(u64) -> Outcome) -> Outcome {
    let warm = operation.warm();
    for turn in 0..warm {
        work(turn)?;
    }
    for turn in warm..warm + operation.times() {
        counted(work, turn)?;
    }
    Ok(())
}

/// Callgrind counts while this runs.
#[inline(never)]
fn counted(work: &mut dyn FnMut(u64) -> Outcome, turn: u64) -> Outcome {
    std::hint::black_box(work(std::hint::black_box(turn)))
}

fn open(path: &Path, first: u64, role: Role) -> Outcome<Desk> {
    let kit = OpenOptions::new()
        .durability(Durability::Normal)
        .env(Alike { turn: AtomicU64::new(first) })
        .open(path)?;
    let amara = Actor::new("amara", "Amara Okafor").with_role(role);
    Ok(kit.desk(amara.with_permission(Permission::ReceiveRequests)))
}

/// A clock that moves on by a millisecond whenever it is read, and bytes that nobody would call random. The first turn is
/// another for each time the file is opened, or ids would come again.
struct Alike {
    turn: AtomicU64,
}

impl Env for Alike {
    fn now(&self) -> Timestamp {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_timestamp_millis(1_750_000_000_000 + turn as i64).unwrap_or_default()
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.turn.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

fn item(place: usize) -> ImportItem {
    let at = Timestamp::from_timestamp_micros(1_700_000_000_000_000).unwrap_or_default();
    let change = |what| ImportChange { at, by: "amara".into(), what };
    ImportItem::Case(ImportCase {
        reference: Some(format!("log {place}")),
        case: NewCase::new("Support", title(place)).described(description(place)),
        customer_reference: None,
        at,
        by: "amara".into(),
        request: None,
        changes: vec![
            change(ImportedChange::Note {
                text: NOTE.into(),
                visibility: Visibility::Internal,
                reply_to: None,
            }),
            change(ImportedChange::Stage { to: "In Progress".into(), reason: None }),
        ],
    })
}

fn title(place: usize) -> String {
    format!("Refund of order {} for {}", 4000 + place, word(place))
}

fn description(place: usize) -> String {
    let (first, second) = (word(place * 7 + 1), word(place * 13 + 5));
    format!(
        "Ordered in May, returned in June, {first} by {second}. The money has not arrived, says the customer."
    )
}

fn word(place: usize) -> String {
    format!("wort{}", place.wrapping_mul(2_654_435_761) % 1000)
}
