//! Proving a whole file: `cargo bench --bench proof`, or `-- --cases "1000 10000"`; up to 100,000 cases unless told
//! otherwise.
//!
//! `verify` and `check` beside what an expert in SQL would have to do for the same rows, each in a process of its own, turn by
//! turn: how long it takes, and how much memory it takes beyond that of an open file. Files are those of the bench of growth,
//! in `target/bench/growth`, and are only read. What was measured is kept in `target/bench/proof.json`.

mod expert;
mod side;

#[path = "../growth/files.rs"]
#[allow(dead_code, reason = "each bench uses its part of it")]
mod files;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;
#[path = "../world/world.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod world;

use std::path::Path;

use files::Files;
use serde_json::{Value, json};
use side::{Side, Took};
use timing::{Number, Options, Outcome, at, keep, results};

fn main() -> Outcome {
    let number = Number { option: "--cases", usual: &[1_000, 10_000, 100_000], quick: &[1_000] };
    let mut options = Options::read(&number, &[side::INNER])?;
    if let [_, side, path] = options.rest.as_slice() {
        return side::tell(Side::named(side)?, Path::new(path));
    }
    options.numbers.sort_unstable();
    let files = Files::new(&results()?.join("growth"))?;
    let mut sizes = Vec::new();
    println!("{:>8}  {:<16}{:>12}{:>9}{:>12}", "cases", "", "ms", "ratio", "KiB");
    for cases in &options.numbers {
        let made = files.of(*cases)?;
        sizes.push(measure(&made.path, *cases, if options.quick { 1 } else { 3 })?);
    }
    keep("proof.json", &json!({ "schema": files.schema(), "seed": world::SEED, "sizes": sizes }))
}

/// Every side so many times, after a round that does not count and leaves the file in the system's memory.
fn measure(path: &Path, cases: usize, times: usize) -> Outcome<Value> {
    let mut rounds: Vec<Vec<Took>> = Vec::new();
    for round in 0..=times {
        let mut sides = Side::ALL;
        if !round.is_multiple_of(2) {
            sides.reverse();
        }
        let mut took = sides.iter().map(|side| side.measure(path)).collect::<Outcome<Vec<Took>>>()?;
        took.sort_by_key(|took| took.side);
        rounds.push(took);
    }
    let of = |side: Side, figure: fn(&Took) -> f64| -> f64 {
        let counted = rounds.iter().skip(1).flatten().filter(|took| took.side == side);
        at(&counted.map(figure).collect::<Vec<f64>>(), 0.5)
    };
    let mut lines = Vec::new();
    for side in Side::ALL {
        let (micros, kib) = (of(side, |took| took.micros), of(side, |took| took.kib));
        let ratio = side.beside().map(|expert| micros / of(expert, |took| took.micros));
        let said = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        println!("{cases:>8}  {:<16}{:>12.0}{said:>9}{kib:>12.0}", side.name(), micros / 1e3);
        lines.push(json!({ "op": side.name(), "us": micros.round(), "ratio": ratio, "kib": kib }));
    }
    Ok(json!({ "cases": cases, "lines": lines }))
}

/// Removes a file, if it is there, with what stands beside it.
fn remove(path: &Path) -> Outcome {
    for beside in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        match std::fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Err(_) | Ok(()) => {}
        }
    }
    Ok(())
}
