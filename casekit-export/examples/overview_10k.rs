//! Writes an overview of 10,000 cases and prints how long it took and how much memory.
//!
//! `cargo run --release -p casekit-export --example overview_10k [rows] [file]`

use std::{convert::Infallible, error::Error, fs, io::BufWriter, sync::Arc, time::Instant};

use casekit_core::language::Language;
use casekit_export::pdf::{Align, Column, Fonts, Letterhead, PaperSize, Report};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments.next().map_or(Ok(10_000), |rows| rows.parse())?;
    let path = arguments.next().unwrap_or_else(|| "target/overview.pdf".to_owned());

    let started = Instant::now();
    let mut file = BufWriter::new(fs::File::create(&path)?);
    let written =
        report()?.write(&Fonts::bundled(), (0..rows).map(|n| Ok::<_, Infallible>(row(n))), &mut file)?;
    let took = started.elapsed();

    println!(
        "{} rows on {} pages in {} ms, {} KiB, peak memory {}",
        written.rows,
        written.pages,
        took.as_millis(),
        fs::metadata(&path)?.len() / 1024,
        peak_memory().unwrap_or_else(|| "unknown".to_owned()),
    );
    Ok(())
}

fn report() -> Result<Report, Box<dyn Error>> {
    let column = |heading: &str, width, align| Column { heading: heading.to_owned(), width, align };
    let (language, at) = (Language::english(), "2026-04-01T08:30:00+02:00".parse()?);
    Ok(Report {
        letterhead: Letterhead {
            organisation: "Example Energy".to_owned(),
            title: "Case overview".to_owned(),
            subtitle: "All case types, created 2026-01-01 to 2026-03-31, sorted by creation".to_owned(),
            generated: Letterhead::generated_by(language, "Anna Kowalska", at),
            generated_at: at,
            language: Arc::clone(language),
        },
        columns: vec![
            column("Number", 1.4, Align::Left),
            column("Title", 5.0, Align::Left),
            column("Customer", 2.6, Align::Left),
            column("Type", 1.8, Align::Left),
            column("Stage", 1.4, Align::Left),
            column("Status", 2.4, Align::Left),
            column("Created", 2.0, Align::Left),
            column("Days open", 1.0, Align::Right),
        ],
        lines_per_cell: 3,
        size: PaperSize::A4,
    })
}

const CUSTOMERS: [&str; 8] = [
    "Łukasz Żółć",
    "Ελένη Παπαδοπούλου",
    "Иван Петров",
    "محمد الأحمد",
    "José Ibáñez Ordóñez",
    "Case محمد 42",
    "Nguyễn Thị Ánh",
    "Acme AV Ltd",
];
const TYPES: [&str; 4] = ["Data request", "Bug report", "Enquiries", "Process update"];
const STAGES: [&str; 4] = ["Open", "In Progress", "Resolved", "Closed"];
const STATUSES: [&str; 3] = ["Identification ready", "Delivered", "Data approval ready"];

fn row(n: usize) -> Vec<String> {
    let pick = |list: &[&str]| list.get(n % list.len()).copied().unwrap_or_default().to_owned();
    let title = match n % 10 {
        3 => format!(
            "Meter {n} reads backwards since the last storm, and the customer asks what we mean to do about it, and when somebody will come"
        ),
        7 => format!("Mixed {n} αβγ Привет مرحبا end"),
        _ => format!("Case title number {n} about a thing"),
    };
    let created = format!("2026-{:02}-{:02} {:02}:{:02}", n % 3 + 1, n % 28 + 1, n % 24, n % 60);
    vec![
        format!("C-{n:06}"),
        title,
        pick(&CUSTOMERS),
        pick(&TYPES),
        pick(&STAGES),
        pick(&STATUSES),
        created,
        (n % 97).to_string(),
    ]
}

fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(format!("{} MiB", kib / 1024))
}
