//! Reports what was loaded, as read from the file.

use std::error::Error;
use std::io::Write;

use casekit::{CasesQuery, CountBy, Desk, Direction, PageRequest};

use crate::load::Loaded;
use crate::log::Log;
use crate::told::rows_told;

/// Prints totals, counts, the first page and the verified head. Returns whether every row of the log is in the file.
pub(crate) fn report(
    desk: &Desk,
    log: &Log,
    loaded: &Loaded,
    place: String,
    out: &mut dyn Write,
) -> Result<bool, Box<dyn Error>> {
    let rows: u64 = log.cases.iter().map(|case| case.rows.len() as u64).sum();
    let cases = log.cases.len() as u64;
    writeln!(out, "{} cases, {} events, in {place}", thousands(cases), thousands(rows))?;
    if loaded.imported > 0 {
        let seconds = loaded.took.as_secs_f64();
        writeln!(
            out,
            "imported {} cases with {} events in {seconds:.2} s: {} rows a second",
            thousands(loaded.imported),
            thousands(loaded.events),
            thousands((rows as f64 / seconds.max(1e-9)) as u64),
        )?;
    }
    if loaded.known > 0 {
        writeln!(
            out,
            "{} were there already (their references are in use) and stay as they are",
            thousands(loaded.known)
        )?;
    }
    if !log.skipped.is_empty() {
        let lines = if log.skipped.len() == 1 { "line" } else { "lines" };
        writeln!(out, "{} malformed {lines} skipped", thousands(log.skipped.len() as u64))?;
    }
    for refused in &loaded.refused {
        writeln!(out, "refused: {refused}")?;
    }
    let told = rows_told(desk, &log.cases)?;
    writeln!(out, "{} of {} rows found again in the histories", thousands(told), thousands(rows))?;
    counts(desk, out)?;
    first_page(desk, out)?;
    let sound = head(desk, out)?;
    Ok(sound && told == rows)
}

fn counts(desk: &Desk, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "\nby stage")?;
    for row in desk.counts(CountBy::Stage, &CasesQuery::default())?.into_iter().filter(|row| row.count > 0) {
        let stage = row.stage.unwrap_or_default();
        writeln!(
            out,
            "  {:<12} {:<12} {:>8}",
            row.case_type.unwrap_or_default(),
            stage,
            thousands(row.count)
        )?;
    }
    Ok(())
}

fn first_page(desk: &Desk, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let query = CasesQuery { direction: Direction::Ascending, ..CasesQuery::default() };
    let page = desk.cases(&query, PageRequest::first())?;
    writeln!(out, "\nfirst page of {}", page.rows.len())?;
    for row in page.rows {
        let holder = row.holder.unwrap_or_default();
        writeln!(
            out,
            "  {:<9} {:<12} {:<12} {:<10} {:<16} {}",
            row.number,
            row.case_type,
            row.stage,
            holder,
            row.raised_at.format("%Y-%m-%d %H:%M"),
            row.title
        )?;
    }
    Ok(())
}

fn head(desk: &Desk, out: &mut dyn Write) -> Result<bool, Box<dyn Error>> {
    let head = desk.audit_head()?;
    let proof = desk.verify(Some(&head))?;
    match &proof.broken {
        None => {
            let (events, streams) = (thousands(proof.events), thousands(proof.streams));
            writeln!(out, "\nverified {events} events in {streams} streams; head {}", head.digest)?;
        }
        Some(broken) => writeln!(out, "\nbroken at revision {}: {}", broken.revision, broken.why)?,
    }
    Ok(proof.broken.is_none())
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
