//! Prints the time and the memory for the overview of 10,000 cases as a PDF:
//! `cargo run --release --example overview_from_a_kit [FOLDER]`. The first run creates the cases; run it again for
//! figures without their creation. `casekit-export/benches/reportlab_10k.py` draws a similar document with reportlab.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Instant;

use casekit::export::pdf::Fonts;
use casekit::{Actor, CasesQuery, Desk, Durability, NewCase, NewCustomer, OpenOptions, Role, reports};

const CASES: usize = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/overview"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("cases.db");
    let is_new = !path.exists();
    let kit = OpenOptions::new().durability(Durability::Normal).open(&path)?;
    let desk = kit.desk(Actor::new("mona", "Mona Keller").with_role(Role::Manager));
    if is_new {
        fill(&desk)?;
        println!("made {CASES} cases in {}: run it again for the figures", path.display());
        return Ok(());
    }
    let all = CasesQuery::default();
    let started = Instant::now();
    let mut out = BufWriter::new(File::create(folder.join("overview.csv"))?);
    let rows = reports::overview_csv(&desk, &all, casekit::CsvForm::for_people(), &mut out)?;
    println!("csv: {rows} rows in {} ms, peak memory {}", started.elapsed().as_millis(), peak_memory());
    let started = Instant::now();
    let mut out = BufWriter::new(File::create(folder.join("overview.pdf"))?);
    let printed = reports::overview_pdf(&desk, &all, Fonts::bundled(), &mut out)?;
    println!(
        "pdf: {} rows in {} ms, peak memory {}",
        printed.rows,
        started.elapsed().as_millis(),
        peak_memory()
    );
    Ok(())
}

fn fill(desk: &Desk) -> Result<(), casekit::Error> {
    let names =
        ["Łukasz Żółć", "Ελένη Παπαδοπούλου", "Иван Петров", "محمد الأحمد", "José Ibáñez", "Acme AV Ltd"];
    let customers = names.map(|name| desk.create_customer(NewCustomer::named(name)));
    let types = ["Data request", "Bug report", "Enquiries", "Process update"];
    let customers = customers.into_iter().collect::<Result<Vec<_>, _>>()?;
    for ((n, case_type), customer) in (0..CASES).zip(types.iter().cycle()).zip(customers.iter().cycle()) {
        let title = match n % 10 {
            3 => format!(
                "Meter {n} reads backwards since the last storm, and the customer asks what we mean to do about it, \
                 and when somebody will come"
            ),
            7 => format!("Mixed {n} αβγ Привет مرحبا end"),
            _ => format!("Case title number {n} about a thing"),
        };
        desk.raise_case(NewCase::new(*case_type, title).for_customer(customer.id))?;
    }
    Ok(())
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{} MiB", kib / 1024))
}
