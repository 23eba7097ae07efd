//! casekit against the same work in hand-written SQL: `cargo bench`, or `CASES="1000 100000" cargo bench`.
//!
//! Twin files with the same rows, indexes, counters and search, the same pragmas and durability, in one process, turn
//! by turn. What the hand-written side leaves out is said in `raw.rs`. Only ratios travel from machine to machine.

mod raw;
mod timing;

use std::path::Path;

use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CasesQuery, CountBy, CountsQuery, Desk, Durability, ImportCase,
    ImportChange, ImportItem, ImportedChange, NewCase, NewCustomer, OpenOptions, PageRequest, Role, StreamId,
    Timestamp, Visibility,
};
use raw::{Id, Raw, STAGES};
use timing::{Compared, Durable, HEAD, Outcome, Rounds, compare, fdatasync};

const NOTE: &str =
    "Called the customer, no answer. Left a message and promised to try again tomorrow morning.";

fn main() -> Outcome {
    let sizes = std::env::var("CASES").unwrap_or_else(|_| "1000 10000".into());
    let only = std::env::var("ONLY").ok();
    for size in sizes.split_whitespace() {
        let size: usize = size.parse().map_err(|_| "CASES must be numbers with spaces between")?;
        for durable in [Durable::Full, Durable::Normal] {
            Bench::new(size, durable)?.run(only.as_deref())?;
        }
    }
    Ok(())
}

/// Both sides with as many cases.
struct Bench {
    size: usize,
    durable: Durable,
    folder: tempfile::TempDir,
    kit: Desk,
    kit_cases: Vec<CaseId>,
    kit_customers: Vec<casekit::CustomerId>,
    raw: Raw,
    raw_cases: Vec<Id>,
    raw_customers: Vec<Id>,
    imported: Compared,
}

impl Bench {
    fn new(size: usize, durable: Durable) -> Outcome<Self> {
        // Not /tmp, which may be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let kit = open(&folder.path().join("kit.db"), durable)?;
        let mut raw = Raw::open(&folder.path().join("raw.db"), durable)?;
        let names: Vec<String> = (0..100).map(|place| format!("Customer {}", word(place))).collect();
        let raw_customers = raw.customers(&names)?;
        let kit_customers: Vec<_> = names
            .iter()
            .map(|name| Ok(kit.create_customer(NewCustomer::named(name))?.id))
            .collect::<Outcome<_>>()?;
        // Both are filled by their imports, which are compared with it.
        let rounds = Rounds { rounds: 4, calls: 1 };
        let share = size.div_ceil(5);
        let batches: Vec<Vec<_>> = (0..5).map(|batch| told(batch * share..(batch + 1) * share)).collect();
        let items: Vec<Vec<ImportItem>> =
            batches.iter().map(|batch| batch.iter().map(item).collect()).collect();
        let batch = |round: usize| batches.get(round).map_or(&[][..], Vec::as_slice);
        let imported = compare(
            rounds,
            |round| Ok(raw.import(batch(round), NOTE)?),
            |round| {
                let report = kit.import(items.get(round).map_or(&[][..], Vec::as_slice), |_| ())?;
                if let Some((_, why)) = report.refused().next() {
                    return Err(why.to_string().into());
                }
                Ok(())
            },
        )?;
        let raw_cases = raw.numbers()?.into_iter().map(|(_, id)| id).collect();
        let kit_cases = ids(&kit)?;
        Ok(Self {
            size,
            durable,
            folder,
            kit,
            kit_cases,
            kit_customers,
            raw,
            raw_cases,
            raw_customers,
            imported,
        })
    }

    fn run(mut self, only: Option<&str>) -> Outcome {
        let (median, slow) = fdatasync(self.folder.path())?;
        let name = match self.durable {
            Durable::Full => "FULL",
            Durable::Normal => "NORMAL",
        };
        println!(
            "\n{} cases, synchronous {name}; fdatasync here {median:.0} µs (1 in 10 over {slow:.0})",
            self.size
        );
        println!("{HEAD}");
        println!("{}", self.imported.row(&format!("import {} cases, note, move", self.size.div_ceil(5))));
        let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
        if wanted("write") {
            self.writes()?;
        }
        // Reads do not differ by durability.
        if self.durable == Durable::Full && wanted("read") {
            self.reads()?;
        }
        self.agree()
    }

    fn writes(&mut self) -> Outcome {
        let Self { kit, kit_cases, kit_customers, raw, raw_cases, raw_customers, .. } = self;
        let rounds = Rounds { rounds: 40, calls: 10 };
        let raised = compare(
            rounds,
            |n| Ok(raw.raise(&title(n), &description(n), pick(raw_customers, n)?)?),
            |n| {
                let new = NewCase::new("Support", title(n)).described(description(n));
                Ok(kit.raise_case(new.for_customer(pick(kit_customers, n)?))?)
            },
        )?;
        println!("{}", raised.row("raise a case"));
        let noted = compare(
            rounds,
            |n| Ok(raw.note(pick(raw_cases, n * 37)?, NOTE)?),
            |n| Ok(kit.add_note(pick(kit_cases, n * 37)?, NOTE)?),
        )?;
        println!("{}", noted.row("add a note"));
        let moved = compare(
            rounds,
            |n| Ok(raw.stage(pick(raw_cases, n * 37)?, 2)?),
            |n| Ok(kit.edit_case(pick(kit_cases, n * 37)?, CaseEdit::new().stage("Resolved"))?),
        )?;
        println!("{}", moved.row("edit the stage"));
        Ok(())
    }

    fn reads(&self) -> Outcome {
        let Self { kit, kit_cases, raw, raw_cases, .. } = self;
        let many = Rounds { rounds: 40, calls: 50 };
        let few = Rounds { rounds: 40, calls: 5 };
        let by_id = compare(
            many,
            |n| Ok(raw.by_id(pick(raw_cases, n * 37)?)?),
            |n| Ok(kit.case(pick(kit_cases, n * 37)?)?),
        )?;
        println!("{}", by_id.row("look up by id"));
        let size = self.size;
        let number = |n: usize| (n * 37 % size + 1) as u64;
        let by_number = compare(
            many,
            |n| Ok(raw.by_number(number(n))?),
            |n| Ok(kit.find_case(&format!("C-{:06}", number(n)))?),
        )?;
        println!("{}", by_number.row("look up by number"));

        let all = CasesQuery::default();
        let top = raw.numbers()?.len() as u64 + 1;
        let mut next = None;
        let page = compare(
            few,
            |n| Ok(raw.page(top - (n % 20) as u64 * 50)?.len()),
            |n| {
                let request = next.take().filter(|_| n % 20 > 0).unwrap_or_else(PageRequest::first);
                let page = kit.cases(&all, request)?;
                next = page.next_request();
                Ok(page.rows.len())
            },
        )?;
        println!("{}", page.row("page of 50, newest first"));
        let resolved = CasesQuery { stage: Some("Resolved".into()), ..CasesQuery::default() };
        let in_stage = compare(
            few,
            |_| Ok(raw.page_in_stage(STAGES[2].0)?.len()),
            |_| Ok(kit.cases(&resolved, PageRequest::first())?.rows.len()),
        )?;
        println!("{}", in_stage.row("page of 50 in a stage"));
        let counts = compare(
            many,
            |_| Ok(raw.counts()?),
            |_| Ok(kit.counts(CountBy::Stage, &CountsQuery::default())?),
        )?;
        println!("{}", counts.row("counts by stage"));
        for (name, words) in
            [("search, a word in every case", ["refund"; 2]), ("search, a rare word", ["zz1", "zz2"])]
        {
            let word = |n: usize| words.iter().cycle().nth(n % 2).copied().unwrap_or_default();
            let searched = compare(
                few,
                |n| Ok(raw.search(word(n))?.len()),
                |n| Ok(kit.search(word(n), PageRequest::first())?.rows.len()),
            )?;
            println!("{}", searched.row(name));
        }
        let history = compare(
            many,
            |n| Ok(raw.history(pick(raw_cases, n * 37)?)?.len()),
            |n| Ok(kit.history(StreamId::Case(pick(kit_cases, n * 37)?), PageRequest::first())?.rows.len()),
        )?;
        println!("{}", history.row("history of a case"));
        Ok(())
    }

    /// Both sides must have done the same work.
    fn agree(&self) -> Outcome {
        let mut raw: Vec<u64> =
            self.raw.counts()?.iter().map(|(_, n)| n.unsigned_abs()).filter(|n| *n > 0).collect();
        let rows = self.kit.counts(CountBy::Stage, &CountsQuery::default())?;
        let mut kit: Vec<u64> = rows.iter().map(|row| row.count).collect();
        raw.sort_unstable();
        kit.sort_unstable();
        if raw != kit {
            return Err(format!("the sides did different work: {raw:?} and {kit:?} cases by stage").into());
        }
        Ok(())
    }
}

fn open(path: &Path, durable: Durable) -> Outcome<Desk> {
    let durability = match durable {
        Durable::Full => Durability::Full,
        Durable::Normal => Durability::Normal,
    };
    let kit: CaseKit = OpenOptions::new().durability(durability).open(path)?;
    Ok(kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Manager)))
}

/// The ids of all cases, by number.
fn ids(kit: &Desk) -> Outcome<Vec<CaseId>> {
    let mut ids = Vec::new();
    let mut request = Some(PageRequest::first());
    while let Some(page) = request {
        let page = kit.cases(&CasesQuery::default(), page.of(500))?;
        request = page.next_request();
        ids.extend(page.rows.into_iter().map(|row| row.id));
    }
    ids.reverse();
    Ok(ids)
}

fn pick<T: Copy>(from: &[T], place: usize) -> Outcome<T> {
    from.iter().copied().nth(place % from.len().max(1)).ok_or_else(|| "nothing to pick from".into())
}

/// Reference, title and description of cases.
fn told(places: std::ops::Range<usize>) -> Vec<(String, String, String)> {
    places.map(|place| (format!("log {place}"), title(place), description(place))).collect()
}

fn item((reference, title, description): &(String, String, String)) -> ImportItem {
    let at = Timestamp::from_timestamp_micros(1_700_000_000_000_000).unwrap_or_default();
    let change = |what| ImportChange { at, by: "amara".into(), what };
    ImportItem::Case(ImportCase {
        reference: Some(reference.clone()),
        case: NewCase::new("Support", title).described(description),
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

/// One of a thousand words; the twin files hold the same.
fn word(place: usize) -> String {
    let place = place.wrapping_mul(2_654_435_761) % 1000;
    match place {
        1 | 2 => format!("zz{place}"),
        _ => format!("wort{place}"),
    }
}
