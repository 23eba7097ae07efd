//! Many callers at once: `cargo bench --bench contention`, or `-- --callers "1 8"`.
//!
//! Each raises a case and adds a note to it, over and over, and waits each time until both are on the disk. casekit beside the
//! hand-written side behind a mutex, turn by turn. What was measured is kept in `target/bench/contention.json`.

#[path = "../raw/raw.rs"]
#[allow(dead_code, unused_imports, reason = "only its writing is used here")]
mod raw;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;
#[path = "../world/world.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod world;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use casekit::Durability;
use raw::{New, Raw};
use serde_json::{Value, json};
use timing::{Number, Options, Outcome, at, fdatasync, keep, micros};
use world::{Dice, Kit, Told, customer, customers_at, is_raised, sentence, told};

/// What callers bring.
struct Work {
    cases: Vec<Told>,
    notes: Vec<String>,
}

fn main() -> Outcome {
    let number = Number { option: "--callers", usual: &[1, 2, 4, 8, 16, 32], quick: &[1, 8] };
    let options = Options::read(&number, &[])?;
    // Not /tmp, which may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (path, answers) = (folder.path().join("kit.db"), folder.path());
    let mut kit = Kit::create(&path, answers)?;
    kit.grow(0..1_000, |_| ())?;
    kit.kit.close()?;
    let kit = Kit::again(&path, Durability::Full, answers, kit.customers)?;
    let mut raw = Raw::open(&folder.path().join("raw.db"), Durability::Full, answers)?;
    let customers: Vec<(String, String)> =
        (0..customers_at(1_000)).map(customer).map(|one| (one.name, one.reference)).collect();
    let customers = raw.customers(&customers)?;
    let cases: Vec<Told> = (0..1_000).map(told).filter(|one| !is_raised(one)).collect();
    raw.import(&cases.iter().collect::<Vec<_>>(), &customers)?;
    let raw = Mutex::new(raw);
    let mut dice = Dice::new(10, 0);
    let notes = (0..cases.len()).map(|_| sentence(&mut dice, 30)).collect();
    let work = Work { cases, notes };

    let (median, slow) = fdatasync(folder.path())?;
    println!("raise and note, FULL; fdatasync here {median:.0} µs (1 in 10 over {slow:.0})");
    println!(
        "{:>7}  {:>9}  {:>9}  {:>6}   {:<34}{:<34}",
        "callers", "casekit/s", "raw/s", "ratio", "casekit p50, p99, longest ms", "raw p50, p99, longest ms"
    );
    let (rounds, turn) = if options.quick { (2, 1_000) } else { (6, 1_500) };
    let turn = Duration::from_millis(turn);
    let mut lines = Vec::new();
    for callers in &options.numbers {
        let (mut of_kit, mut of_raw) = (Side::default(), Side::default());
        for round in 0..rounds {
            let by_kit = |n: usize| by_kit(&kit, &work, n);
            let by_raw = |n: usize| by_raw(&raw, &work, &customers, n);
            if round % 2 == 0 {
                of_raw.add(run(*callers, turn, &by_raw)?);
                of_kit.add(run(*callers, turn, &by_kit)?);
            } else {
                of_kit.add(run(*callers, turn, &by_kit)?);
                of_raw.add(run(*callers, turn, &by_raw)?);
            }
        }
        let (kit, raw) = (of_kit.per_second(), of_raw.per_second());
        println!(
            "{callers:>7}  {kit:>9.0}  {raw:>9.0}  {:>6.2}   {:<34}{:<34}",
            kit / raw,
            of_kit.waits(),
            of_raw.waits()
        );
        lines.push(json!({ "callers": callers, "casekit": of_kit.json(), "raw": of_raw.json() }));
    }
    kit.kit.check()?;
    keep("contention.json", &json!({ "fdatasync_us": median, "lines": lines }))
}

fn by_kit(kit: &Kit, work: &Work, n: usize) -> Outcome {
    let (told, note) = work.nth(n)?;
    let case = kit.raise(told)?;
    kit.desk.add_note(case, note)?;
    Ok(())
}

fn by_raw(raw: &Mutex<Raw>, work: &Work, customers: &[raw::Id], n: usize) -> Outcome {
    let (told, note) = work.nth(n)?;
    let customer = customers.get(told.customer).copied();
    let new =
        New { kind: told.kind, title: &told.title, description: &told.description, customer, values: &[] };
    // Two changes, as of any two callers: others may come between.
    let case = raw.lock().unwrap_or_else(PoisonError::into_inner).raise(&new)?;
    raw.lock().unwrap_or_else(PoisonError::into_inner).note(case, note)?;
    Ok(())
}

impl Work {
    fn nth(&self, n: usize) -> Outcome<(&Told, &str)> {
        let place = n % self.cases.len().max(1);
        let note = self.notes.get(place).map(String::as_str);
        Ok(self.cases.get(place).zip(note).ok_or("there is no work")?)
    }
}

/// What a side did: how long, and how long each of its callers waited for each pair of changes, in microseconds.
#[derive(Default)]
struct Side {
    took: Duration,
    waits: Vec<f64>,
}

impl Side {
    fn add(&mut self, other: Self) {
        self.took += other.took;
        self.waits.extend(other.waits);
    }

    fn per_second(&self) -> f64 {
        self.waits.len() as f64 / self.took.as_secs_f64()
    }

    fn millis(&self) -> [f64; 3] {
        [0.5, 0.99, 1.0].map(|part| at(&self.waits, part) / 1000.0)
    }

    fn waits(&self) -> String {
        let [p50, p99, longest] = self.millis();
        format!("{p50:.2}, {p99:.2}, {longest:.1}")
    }

    fn json(&self) -> Value {
        let [p50, p99, longest] = self.millis().map(|millis| (millis * 1000.0).round() / 1000.0);
        let per_second = self.per_second().round();
        json!({ "per_second": per_second, "p50_ms": p50, "p99_ms": p99, "longest_ms": longest })
    }
}

/// So many callers at once, until the time is up.
fn run(callers: usize, turn: Duration, call: &(impl Fn(usize) -> Outcome + Sync)) -> Outcome<Side> {
    let begun = Instant::now();
    let one = |caller: usize| -> Result<Vec<f64>, String> {
        let mut waits = Vec::new();
        while begun.elapsed() < turn {
            let called = Instant::now();
            call(caller * 100 + waits.len()).map_err(|why| why.to_string())?;
            waits.push(micros(called.elapsed()));
        }
        Ok(waits)
    };
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|caller| scope.spawn(move || one(caller))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| "a caller panicked"));
        joined.collect::<Vec<_>>()
    });
    let mut side = Side { took: begun.elapsed(), waits: Vec::new() };
    for waits in all {
        side.waits.extend(waits??);
    }
    Ok(side)
}
