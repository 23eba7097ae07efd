//! Reads the log: its events by case, sorted by time.

mod names;
mod table;
mod xes;

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use casekit::Timestamp;
use flate2::bufread::MultiGzDecoder;

pub(crate) use names::{Names, Role};

/// The doer of an event for which the log names none.
pub(crate) const NOBODY_NAMED: &str = "unknown";

/// What to do with an event that is malformed.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Malformed {
    /// Stop; nothing is loaded.
    #[default]
    Stop,
    /// Leave the event out, and report it.
    Skip,
}

/// How a log is read.
#[derive(Clone, Default)]
pub(crate) struct Reading {
    pub(crate) names: Names,
    pub(crate) malformed: Malformed,
    /// Whether a time without an offset is meant in UTC. Otherwise it is malformed.
    pub(crate) utc: bool,
}

/// A log, as it was read.
#[derive(Default)]
pub(crate) struct Log {
    /// The cases, in the order in which they first appear.
    pub(crate) cases: Vec<LoggedCase>,
    /// The events that were left out, with what is wrong in each.
    pub(crate) skipped: Vec<String>,
    places: HashMap<String, usize>,
}

/// One case of the log.
pub(crate) struct LoggedCase {
    pub(crate) reference: String,
    /// The events, oldest first; events at the same instant keep the order of the file.
    pub(crate) rows: Vec<Row>,
    /// What else the log says, each with all values that it has in the events of the case.
    pub(crate) others: Vec<(String, Vec<String>)>,
}

/// One event of the log.
pub(crate) struct Row {
    /// Where it stands: `line 3`, or `event 3` of a log in XES.
    pub(crate) place: String,
    pub(crate) activity: String,
    pub(crate) resource: String,
    pub(crate) at: Timestamp,
}

/// Reads a log in CSV or XES, plain or compressed with gzip.
pub(crate) fn read(path: &Path, reading: &Reading) -> Result<Log, Box<dyn Error>> {
    let named = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
    let mut file = BufReader::new(File::open(path).map_err(|error| named(&error))?);
    let is_gzip = file.fill_buf().map_err(|error| named(&error))?.starts_with(&[0x1f, 0x8b]);
    let bytes: Box<dyn Read> = if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(read_events(BufReader::new(bytes), reading).map_err(|error| named(&error))?)
}

fn read_events(mut bytes: impl BufRead, reading: &Reading) -> Result<Log, Box<dyn Error>> {
    let begins = bytes.fill_buf()?;
    let begins = begins.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begins);
    let is_xml = begins.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let mut log = match is_xml {
        true => xes::read(bytes, reading)?,
        false => table::read(bytes, reading)?,
    };
    for case in &mut log.cases {
        // The sort is stable, so events at the same instant keep the order of the file.
        case.rows.sort_by_key(|row| row.at);
    }
    Ok(log)
}

impl Log {
    /// Adds one event, with the names and values that the log has for it; an error if it is malformed and that stops.
    fn add(&mut self, place: &str, fields: &[(&str, &str)], reading: &Reading) -> Result<(), String> {
        match row(place, fields, reading) {
            Ok((reference, row)) => {
                let place = *self.places.entry(reference.to_owned()).or_insert(self.cases.len());
                if place == self.cases.len() {
                    let (reference, rows, others) = (reference.to_owned(), Vec::new(), Vec::new());
                    self.cases.push(LoggedCase { reference, rows, others });
                }
                if let Some(case) = self.cases.get_mut(place) {
                    case.rows.push(row);
                    let others = fields.iter().filter(|(name, _)| !reading.names.is_used(name, fields));
                    others.for_each(|(name, value)| case.also(name, value));
                }
                Ok(())
            }
            Err(why) => self.malformed(format!("{place}: {why}"), reading),
        }
    }

    /// Stops at what is malformed, or notes that it was left out.
    fn malformed(&mut self, wrong: String, reading: &Reading) -> Result<(), String> {
        match reading.malformed {
            Malformed::Stop => {
                Err(format!("{wrong}; fix it, or leave such events out with --skip-malformed"))
            }
            Malformed::Skip => {
                self.skipped.push(wrong);
                Ok(())
            }
        }
    }
}

impl LoggedCase {
    fn also(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if name.is_empty() || value.is_empty() {
            return;
        }
        let place = self.others.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.others.push((name.to_owned(), Vec::new()));
            self.others.len() - 1
        });
        if let Some((_, values)) = self.others.get_mut(place)
            && !values.iter().any(|one| one == value)
        {
            values.push(value.to_owned());
        }
    }
}

fn row<'a>(place: &str, fields: &[(&str, &'a str)], reading: &Reading) -> Result<(&'a str, Row), String> {
    let found = |role| reading.names.of(role, fields);
    let reference = field(found(Role::Case), 200)?;
    let activity = field(found(Role::Activity), 1_000)?;
    let (named, time) = found(Role::Timestamp);
    let time = field((named.clone(), time), 200)?;
    let resource = match found(Role::Resource) {
        (_, None) => NOBODY_NAMED,
        (_, Some(blank)) if blank.trim().is_empty() => NOBODY_NAMED,
        given => field(given, 200)?,
    };
    let at = instant(time, reading.utc).ok_or_else(|| {
        format!(
            "`{named}` is `{time}`: give it like `2024-01-31T09:00:00+01:00` or `2024-01-31 09:00:00+01:00`, or say \
             --utc if times without an offset are in UTC"
        )
    })?;
    let (place, activity, resource) = (place.to_owned(), activity.to_owned(), resource.to_owned());
    Ok((reference, Row { place, activity, resource, at }))
}

/// An instant, with `T` or a space between date and time; without an offset only if that is UTC.
fn instant(text: &str, utc: bool) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let form = if text.contains('T') { "%Y-%m-%dT%H:%M:%S%.f" } else { "%Y-%m-%d %H:%M:%S%.f" };
    let local = chrono::NaiveDateTime::parse_from_str(text, form).ok().filter(|_| utc)?;
    Some(local.and_utc())
}

/// A required field, within casekit's limit for its length.
fn field((name, text): (String, Option<&str>), limit: usize) -> Result<&str, String> {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() {
        return Err(format!("`{name}` is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("`{name}` contains a control character"));
    }
    if text.chars().count() > limit {
        return Err(format!("`{name}` is longer than {limit} characters"));
    }
    Ok(text)
}
