//! The same calls from Kotlin, Swift and Python as from Rust, in one run: `make bench-hosts`, or
//! `HOSTS="python swift" make bench-hosts`.
//!
//! One file of 10,000 cases, a copy for each; medians in microseconds, and how many times as long as in Rust. The
//! library that hosts load is built for size, this program for speed: part of the difference is that.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use casekit::{
    Actor, CaseId, CasesQuery, Desk, Durability, ImportCase, ImportItem, NewCase, NewCustomer, OpenOptions,
    PageRequest, Role, Timestamp,
};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const CALLS: [&str; 4] = ["one_case", "page_of_50", "columns_5000", "raise"];

fn main() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Not /tmp, which may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let made = folder.path().join("made.db");
    eprintln!("bench-hosts: making a file of 10,000 cases");
    fill(&made)?;
    let copy = |name: &str| -> Outcome<std::path::PathBuf> {
        let path = folder.path().join(format!("{name}.db"));
        std::fs::copy(&made, &path)?;
        Ok(path)
    };
    eprintln!("bench-hosts: Rust");
    let rust = measured(&open(&copy("rust")?)?)?;
    let mut columns = vec![("rust", rust.to_vec())];
    let hosts = std::env::var("HOSTS").unwrap_or_else(|_| "python kotlin swift".into());
    for host in hosts.split_whitespace() {
        eprintln!("bench-hosts: {host}");
        let script = root.join("casekit-ffi").join(host).join("scripts/bench");
        let output = Command::new(script).arg(copy(host)?).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the bench of {host} failed: see above").into());
        }
        columns.push((host, parsed(&String::from_utf8(output.stdout)?)?));
    }
    print!("{:<14}", "µs (x Rust)");
    columns.iter().for_each(|(name, _)| print!("{name:>18}"));
    println!();
    for (place, (call, rust)) in CALLS.iter().zip(rust).enumerate() {
        print!("{call:<14}");
        for micros in columns.iter().filter_map(|(_, micros)| micros.get(place)) {
            print!("{:>18}", format!("{micros:.1} ({:.1})", micros / rust));
        }
        println!();
    }
    Ok(())
}

fn open(path: &Path) -> Outcome<Desk> {
    let kit = OpenOptions::new().durability(Durability::Normal).open(path)?;
    Ok(kit.desk(Actor::new("mona", "Mona Lind").with_role(Role::Manager)))
}

fn fill(path: &Path) -> Outcome {
    let desk = open(path)?;
    let customer = desk.create_customer(NewCustomer::named("Ada Obi"))?.id;
    let began = Timestamp::from_timestamp(1_750_000_000, 0).ok_or("no such instant")?;
    let item = |n: i64| {
        let case = NewCase::new("Support", format!("Cannot log in since update {n}")).for_customer(customer);
        ImportItem::Case(ImportCase {
            reference: None,
            case,
            customer_reference: None,
            at: began + chrono::TimeDelta::seconds(n),
            by: "amara".into(),
            changes: Vec::new(),
        })
    };
    let items: Vec<ImportItem> = (0..10_000).map(item).collect();
    match desk.import(&items, |_| ())?.refused().next() {
        Some((_, why)) => Err(why.to_string().into()),
        None => Ok(()),
    }
}

fn measured(desk: &Desk) -> Outcome<[f64; 4]> {
    let first: CaseId = desk.find_case("C-5000")?.id;
    let query = CasesQuery::default();
    let mut n = 0;
    Ok([
        median(2_000, || desk.case(first))?,
        median(500, || desk.cases(&query, PageRequest::first()))?,
        median(20, || {
            let (mut rows, mut next) = (Vec::new(), Some(PageRequest::first()));
            while let Some(request) = next.filter(|_| rows.len() < 5_000) {
                let page = desk.cases(&query, request.of(500))?;
                next = page.next_request();
                rows.extend(page.rows);
            }
            Ok(rows)
        })?,
        median(300, || {
            n += 1;
            desk.raise_case(NewCase::new("Support", format!("From Rust {n}")))
        })?,
    ])
}

/// The median of so many calls in microseconds, after a tenth as many that are not counted.
fn median<T>(calls: usize, mut call: impl FnMut() -> Result<T, casekit::Error>) -> Outcome<f64> {
    for _ in 0..calls.div_ceil(10) {
        call()?;
    }
    let mut taken = Vec::with_capacity(calls);
    for _ in 0..calls {
        let start = Instant::now();
        call()?;
        taken.push(start.elapsed().as_secs_f64() * 1e6);
    }
    taken.sort_by(f64::total_cmp);
    taken.get(calls / 2).copied().ok_or_else(|| "nothing was measured".into())
}

/// Four lines, a call and its microseconds each.
fn parsed(printed: &str) -> Outcome<Vec<f64>> {
    let lines: Vec<(&str, &str)> = printed.lines().filter_map(|line| line.split_once('\t')).collect();
    let of =
        |call: &str| lines.iter().find(|(name, _)| *name == call).map(|(_, micros)| micros.trim().parse());
    CALLS.iter().map(|call| Ok(of(call).ok_or_else(|| format!("no line `{call}`"))??)).collect()
}
