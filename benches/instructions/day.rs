//! The operations that are counted, on a file that is the same every time.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use casekit::{
    Actor, CaseEdit, CaseId, CasesQuery, CountBy, Desk, Durability, Env, ImportCase, ImportChange,
    ImportItem, ImportedChange, NewCase, NewCustomer, NewRequest, OpenOptions, PageRequest, Permission, Role,
    StreamId, Timestamp, Visibility,
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
}

impl Operation {
    pub(crate) const ALL: [Self; 16] = [
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
    let desk = open(path, 0)?;
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
    let desk = open(path, 1_000_000_000)?;
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
        }
        Ok(())
    };
    let warm = operation.warm();
    for turn in 0..warm {
        work(turn)?;
    }
    for turn in warm..warm + operation.times() {
        counted(&mut work, turn)?;
    }
    Ok(())
}

/// Callgrind counts while this runs.
#[inline(never)]
fn counted(work: &mut dyn FnMut(u64) -> Outcome, turn: u64) -> Outcome {
    std::hint::black_box(work(std::hint::black_box(turn)))
}

fn open(path: &Path, first: u64) -> Outcome<Desk> {
    let kit = OpenOptions::new()
        .durability(Durability::Normal)
        .env(Alike { turn: AtomicU64::new(first) })
        .open(path)?;
    let amara = Actor::new("amara", "Amara Okafor").with_role(Role::Manager);
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
