//! The same calls from Kotlin, Swift and Python as from Rust, in one run: `make bench-hosts`, or
//! `HOSTS="python swift" make bench-hosts`.
//!
//! One file of 10,000 cases, a copy for each. Rust and the hosts are measured in turn, three times: medians in
//! microseconds, and the median of how many times as long as Rust a host took in the same round. The library that hosts
//! load is built for size, this program for speed: part of the difference is that.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use casekit::{
    Actor, CaseId, CasesQuery, Desk, Durability, ImportCase, ImportItem, NewCase, NewCustomer, OpenOptions,
    PageRequest, Role, Timestamp,
};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How often Rust and the hosts are measured, in turn.
const ROUNDS: usize = 3;

const CALLS: [&str; 4] = ["one_case", "page_of_50", "columns_5000", "raise"];

fn main() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Not /tmp, which may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let made = folder.path().join("made.db");
    eprintln!("bench-hosts: making a file of 10,000 cases");
    fill(&made)?;
    // Never onto a file of an earlier round: its log would be applied to the copy.
    let copy = |name: &str, round: usize| -> Outcome<std::path::PathBuf> {
        let path = folder.path().join(format!("{name}{round}.db"));
        std::fs::copy(&made, &path)?;
        Ok(path)
    };
    let hosts = std::env::var("HOSTS").unwrap_or_else(|_| "python kotlin swift".into());
    let hosts: Vec<&str> = hosts.split_whitespace().collect();
    // Building and installing slows what runs right after it: the first round is for that, and does not count.
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        eprintln!("bench-hosts: round {round} of {ROUNDS}");
        let mut columns = vec![measured(&open(&copy("rust", round)?)?)?.to_vec()];
        for host in &hosts {
            let script = root.join("casekit-ffi").join(host).join("scripts/bench");
            let output = Command::new(script).arg(copy(host, round)?).stderr(Stdio::inherit()).output()?;
            if !output.status.success() {
                return Err(format!("the bench of {host} failed: see above").into());
            }
            columns.push(parsed(&String::from_utf8(output.stdout)?)?);
        }
        rounds.push(columns);
    }
    rounds.remove(0);
    print!("{:<14}", "µs (x Rust)");
    ["rust"].iter().chain(&hosts).for_each(|name| print!("{name:>18}"));
    println!();
    for (place, call) in CALLS.iter().enumerate() {
        print!("{call:<14}");
        for column in 0..=hosts.len() {
            let of = |columns: &Vec<Vec<f64>>, column: usize| columns.get(column)?.get(place).copied();
            let micros = middle(rounds.iter().filter_map(|columns| of(columns, column)).collect())?;
            let ratios = rounds.iter().filter_map(|columns| Some(of(columns, column)? / of(columns, 0)?));
            print!("{:>18}", format!("{micros:.1} ({:.2})", middle(ratios.collect())?));
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
            request: None,
            changes: Vec::new(),
        })
    };
    let items: Vec<ImportItem> = (0..10_000).map(item).collect();
    match desk.import(&items)?.refused().next() {
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
    middle(taken)
}

fn middle(mut figures: Vec<f64>) -> Outcome<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().ok_or_else(|| "nothing was measured".into())
}

/// Four lines, a call and its microseconds each.
fn parsed(printed: &str) -> Outcome<Vec<f64>> {
    let lines: Vec<(&str, &str)> = printed.lines().filter_map(|line| line.split_once('\t')).collect();
    let of =
        |call: &str| lines.iter().find(|(name, _)| *name == call).map(|(_, micros)| micros.trim().parse());
    CALLS.iter().map(|call| Ok(of(call).ok_or_else(|| format!("no line `{call}`"))??)).collect()
}
