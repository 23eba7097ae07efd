//! Instructions per operation, counted by callgrind: `cargo bench --bench instructions`, or with
//! `BEFORE=counts.json` beside what was counted before.
//!
//! Times tell of the machine and of who else uses it; counts are the same every time, to within a percent. One process
//! for each operation, on a copy of one file, with a clock and random bytes of its own. SHA-256 runs in software under
//! valgrind, so hashing weighs more here than on a processor that knows it. `KEEP=folder` leaves what callgrind wrote
//! there, for `callgrind_annotate`.

mod day;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use day::{Operation, Outcome};

/// How much more than before is too much.
const LIMIT: f64 = 1.05;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (operation, file) = (arguments.next(), arguments.next());
    if let (Some(operation), Some(file)) = (operation, file) {
        let operation = Operation::of(&operation)?;
        let run = if operation.is_of_fields() { day::run_with_fields } else { day::run };
        return run(operation, Path::new(&file));
    }
    let before = std::env::var_os("BEFORE").map(|path| counted_before(Path::new(&path))).transpose()?;
    let temporary = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let kept = std::env::var_os("KEEP").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let made = folder.join("made.db");
    day::fill(&made)?;
    let made_with_fields = folder.join("made-with-fields.db");
    day::fill_with_fields(&made_with_fields)?;
    let mut counts = BTreeMap::new();
    for operation in Operation::ALL {
        let made = if operation.is_of_fields() { &made_with_fields } else { &made };
        counts.insert(operation.name(), count(operation, made, folder)?);
    }
    let worse = show(&counts, before.as_ref());
    println!("{}", serde_json::to_string(&counts)?);
    match worse.as_slice() {
        [] => Ok(()),
        worse => Err(format!("more than 5 % worse than before: {}", worse.join(", ")).into()),
    }
}

/// Instructions of one operation, in a process of its own.
fn count(operation: Operation, made: &Path, folder: &Path) -> Outcome<u64> {
    let file = folder.join(format!("{}.db", operation.name()));
    std::fs::copy(made, &file)?;
    let out: PathBuf = folder.join(format!("{}.callgrind", operation.name()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no", "--toggle-collect=*day::counted*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe()?)
        .arg(operation.name())
        .arg(&file)
        .stdin(Stdio::null())
        .status()
        .map_err(|why| format!("valgrind cannot be run: {why}"))?;
    if !status.success() {
        return Err(format!("counting `{}` failed: see above", operation.name()).into());
    }
    let told = std::fs::read_to_string(&out)?;
    let total = told.lines().find_map(|line| line.strip_prefix("totals: "));
    let total: Option<u64> = total.and_then(|total| total.parse().ok());
    match total {
        Some(total) if total > 0 => Ok(total / operation.times()),
        Some(_) | None => Err("callgrind counted nothing: is `counted` in the program?".into()),
    }
}

/// Prints a line for each operation; says which are too much worse than before.
fn show(counts: &BTreeMap<&'static str, u64>, before: Option<&BTreeMap<String, u64>>) -> Vec<String> {
    let mut worse = Vec::new();
    println!("{:<24}{:>14}{:>14}{:>8}", "instructions", "now", "before", "ratio");
    for (name, now) in counts {
        let Some(before) = before.and_then(|before| before.get(*name)) else {
            println!("{name:<24}{now:>14}");
            continue;
        };
        let ratio = *now as f64 / *before as f64;
        println!("{name:<24}{now:>14}{before:>14}{ratio:>8.3}");
        if ratio > LIMIT {
            worse.push((*name).to_owned());
        }
    }
    worse
}

fn counted_before(path: &Path) -> Outcome<BTreeMap<String, u64>> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}
