//! Reports what was loaded, as read from the file.

use std::error::Error;
use std::io::Write;

use casekit::{CasesQuery, CountBy, Desk, Direction, PageRequest};

use crate::load::{Loaded, Meanings};
use crate::log::Log;
use crate::told::rows_told;

/// Prints totals, counts, the first page and the verified head. Returns whether every event of the log is in the file.
pub(crate) fn report(
    desk: &Desk,
    log: &Log,
    loaded: &Loaded,
    meanings: &Meanings,
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
            "imported {} cases with {} events in {seconds:.2} s: {} events a second",
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
    if loaded.updated > 0 {
        writeln!(out, "{} were there already and were brought up to date", thousands(loaded.updated))?;
    }
    if !log.skipped.is_empty() {
        let events = if log.skipped.len() == 1 { "event" } else { "events" };
        writeln!(out, "{} malformed {events} skipped", thousands(log.skipped.len() as u64))?;
    }
    for refused in &loaded.refused {
        writeln!(out, "refused: {refused}")?;
    }
    let told = rows_told(desk, &log.cases, meanings)?;
    writeln!(out, "{} of {} events found again in the histories", thousands(told), thousands(rows))?;
    counts(desk, out)?;
    first_page(desk, out)?;
    let sound = head(desk, out)?;
    Ok(sound && told == rows)
}

/// Prints what the import would do.
pub(crate) fn tried(log: &Log, loaded: &Loaded, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let (imported, events) = (thousands(loaded.imported), thousands(loaded.events));
    writeln!(out, "would be imported: {imported} cases with {events} events; nothing was written")?;
    let (updated, known) = (thousands(loaded.updated), thousands(loaded.known));
    writeln!(out, "of those that are there already: {updated} would be updated, {known} would stay")?;
    if !log.skipped.is_empty() {
        writeln!(out, "{} malformed events skipped", thousands(log.skipped.len() as u64))?;
    }
    for refused in &loaded.refused {
        writeln!(out, "would be refused: {refused}")?;
    }
    Ok(())
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
