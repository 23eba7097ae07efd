//! The operations that are counted, on a file that is the same every time.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use casekit::{
    Actor, CaseId, CasesQuery, Desk, Durability, Env, ImportCase, ImportChange, ImportItem, ImportedChange,
    NewCase, NewCustomer, OpenOptions, PageRequest, Role, Timestamp, Visibility,
};

/// What a program that runs to its end answers.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Cases in the file.
const CASES: usize = 2_000;

/// How often an operation runs before it is counted, so that statements and pages are ready.
const WARM: u64 = 50;

const NOTE: &str =
    "Called the customer, no answer. Left a message and promised to try again tomorrow morning.";

/// What is counted.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Raise,
    Note,
    Page,
    Look,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::Raise, Self::Note, Self::Page, Self::Look];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::Note => "note",
            Self::Page => "page of 50",
            Self::Look => "look up by number",
        }
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
    let items: Vec<ImportItem> = (0..CASES).map(item).collect();
    let report = desk.import(&items, |_| ())?;
    match report.refused().next() {
        Some((_, why)) => Err(why.to_string().into()),
        None => Ok(()),
    }
}

/// Does an operation as often as told, and what it takes to be warm before.
pub(crate) fn run(operation: Operation, path: &Path, times: u64) -> Outcome {
    let desk = open(path, 1_000_000_000)?;
    let ids: Vec<CaseId> = desk
        .cases(&CasesQuery::default(), PageRequest::first().of(500))?
        .rows
        .into_iter()
        .map(|row| row.id)
        .collect();
    let all = CasesQuery::default();
    let mut work = |turn: u64| -> Outcome {
        let place = usize::try_from(turn)?;
        match operation {
            Operation::Raise => {
                desk.raise_case(NewCase::new("Support", title(place)).described(description(place)))?;
            }
            Operation::Note => {
                desk.add_note(ids.get(place * 37 % ids.len()).copied().ok_or("no case")?, NOTE)?;
            }
            Operation::Page => {
                desk.cases(&all, PageRequest::first())?;
            }
            Operation::Look => {
                desk.find_case(&format!("C-{:06}", place * 37 % CASES + 1))?;
            }
        }
        Ok(())
    };
    for turn in 0..WARM {
        work(turn)?;
    }
    for turn in WARM..WARM + times {
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
    Ok(kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Manager)))
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
