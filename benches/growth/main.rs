//! What grows with the file: `cargo bench --bench growth`, or `-- --cases "1000 10000"`; a million cases unless told
//! otherwise.
//!
//! The files are made by the library's own import, each out of the one before, and kept in `target/bench/growth` for the next
//! time. Their names tell the schema that they were made with, so that a file of another one is made anew. What is measured
//! is done to a copy, by a lone caller who does not wait for the disk. It is kept in `target/bench/growth.json`.

mod bytes;
mod files;
mod goals;
mod measured;
mod opening;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;
#[path = "../world/world.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use files::Files;
use serde_json::{Value, json};
use timing::{Number, Options, Outcome, Pace, keep, results};

fn main() -> Outcome {
    let number = Number {
        option: "--cases",
        usual: &[1_000, 10_000, 100_000, 300_000, 1_000_000],
        quick: &[1_000, 10_000],
    };
    let mut options = Options::read(&number, &[opening::INNER])?;
    if let [_, path] = options.rest.as_slice() {
        return opening::tell(Path::new(path));
    }
    options.numbers.sort_unstable();
    let folder = results()?.join("growth");
    let files = Files::new(&folder)?;
    let mut sizes = Vec::new();
    for cases in &options.numbers {
        let made = files.of(*cases)?;
        let size = measure(&made, *cases, &folder, options.quick)?;
        show(&size);
        sizes.push(size);
    }
    let goals = goals::goals(&sizes);
    println!();
    for goal in &goals {
        let (value, target) = (figure(goal.get("value")), figure(goal.get("target")));
        let met = if value <= target { "" } else { "!" };
        let op = goal.get("op").and_then(Value::as_str).unwrap_or_default();
        println!("{op:<56}{value:>10.2}{target:>10.2}{met}");
    }
    let schema = files.schema();
    keep("growth.json", &json!({ "schema": schema, "seed": world::SEED, "goals": goals, "sizes": sizes }))
}

/// Everything about one size.
fn measure(made: &files::Made, cases: usize, folder: &Path, quick: bool) -> Outcome<Value> {
    let pace = if quick { Pace::QUICK } else { Pace { most: 400, ..Pace::USUAL } };
    let bytes = bytes::by_table(&made.path)?;
    let opened = opening::measure(&made.path, if quick { 3 } else { 9 })?;
    let copy = folder.join("copy.db");
    remove(&copy)?;
    std::fs::copy(&made.path, &copy)?;
    let answers = tempfile::tempdir_in(folder)?;
    let ops: BTreeMap<String, f64> = measured::measure(&copy, answers.path(), cases, pace)?;
    remove(&copy)?;
    let of_a_case = bytes.values().sum::<u64>() as f64 / cases as f64;
    let micros: BTreeMap<String, f64> =
        ops.into_iter().map(|(op, took)| (op, (took * 10.0).round() / 10.0)).collect();
    Ok(json!({
        "cases": cases,
        "ops": micros,
        "open_us": opened.micros.round(),
        "open_kib": opened.kib,
        "bytes_a_case": of_a_case.round(),
        "bytes": bytes,
        "imported_per_second": made.per_second.map(f64::round),
    }))
}

fn figure(value: Option<&Value>) -> f64 {
    value.and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn show(size: &Value) {
    println!("\n{} cases", figure(size.get("cases")));
    for (op, took) in size.get("ops").and_then(Value::as_object).into_iter().flatten() {
        println!("{op:<44}{:>12.1} µs", figure(Some(took)));
    }
    println!("{:<44}{:>12.0} µs", "open", figure(size.get("open_us")));
    println!("{:<44}{:>12.0} KiB", "open, memory", figure(size.get("open_kib")));
    println!("{:<44}{:>12.0}", "bytes a case", figure(size.get("bytes_a_case")));
    for (name, bytes) in size.get("bytes").and_then(Value::as_object).into_iter().flatten() {
        println!("    {name:<40}{:>12.1}", figure(Some(bytes)) / figure(size.get("cases")));
    }
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
