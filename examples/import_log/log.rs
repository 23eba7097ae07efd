//! Reads the log: its rows by case, sorted by time.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use casekit::Timestamp;
use csv::{ErrorKind, StringRecord};
use flate2::bufread::MultiGzDecoder;

/// What to do with a line that is malformed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// Stop; nothing is loaded.
    Stop,
    /// Leave the line out, and report it.
    Skip,
}

/// A log, as it was read.
pub(crate) struct Log {
    /// The cases, in the order in which they first appear.
    pub(crate) cases: Vec<LoggedCase>,
    /// The lines that were left out, with what is wrong in each.
    pub(crate) skipped: Vec<String>,
}

/// One case of the log.
pub(crate) struct LoggedCase {
    pub(crate) reference: String,
    /// The events, oldest first; events at the same instant keep the order of the file.
    pub(crate) rows: Vec<Row>,
    /// The other columns, each with all values that it has in the rows of the case.
    pub(crate) others: Vec<(String, Vec<String>)>,
}

/// One event of the log.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) activity: String,
    pub(crate) resource: String,
    pub(crate) at: Timestamp,
}

/// Reads a log in CSV, plain or compressed with gzip.
pub(crate) fn read(path: &Path, malformed: Malformed) -> Result<Log, Box<dyn Error>> {
    let named = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
    let mut file = BufReader::new(File::open(path).map_err(|error| named(&error))?);
    let is_gzip = file.fill_buf().map_err(|error| named(&error))?.starts_with(&[0x1f, 0x8b]);
    let bytes: Box<dyn Read> = if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(read_rows(bytes, malformed).map_err(|error| named(&error))?)
}

fn read_rows(bytes: impl Read, malformed: Malformed) -> Result<Log, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let columns = Columns::of(reader.headers()?)?;
    let mut log = Log { cases: Vec::new(), skipped: Vec::new() };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut record = StringRecord::new();
    loop {
        let wrong = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => match columns.row(&record) {
                Ok((reference, row)) => {
                    let place = *places.entry(reference.to_owned()).or_insert(log.cases.len());
                    if place == log.cases.len() {
                        log.cases.push(LoggedCase::new(reference, &columns));
                    }
                    if let Some(case) = log.cases.get_mut(place) {
                        case.add(row, &record, &columns);
                    }
                    continue;
                }
                Err(why) => format!("line {}: {why}", line_of(record.position())),
            },
            Err(error) => malformed_line(error)?,
        };
        match malformed {
            Malformed::Stop => {
                return Err(format!("{wrong}; fix it, or leave such lines out with --skip-malformed").into());
            }
            Malformed::Skip => log.skipped.push(wrong),
        }
    }
    for case in &mut log.cases {
        // The sort is stable, so events at the same instant keep the order of the file.
        case.rows.sort_by_key(|row| row.at);
    }
    Ok(log)
}

/// The text of a malformed line, with its number. An error of the file itself is passed on, because no line after it
/// can be read.
fn malformed_line(error: csv::Error) -> Result<String, csv::Error> {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            Ok(format!("line {}: {len} columns instead of {expected_len}", line_of(pos.as_ref())))
        }
        ErrorKind::Utf8 { pos, .. } => Ok(format!("line {}: not UTF-8", line_of(pos.as_ref()))),
        _ => Err(error),
    }
}

fn line_of(position: Option<&csv::Position>) -> u64 {
    position.map_or(0, csv::Position::line)
}

/// The index of each column.
struct Columns {
    case: usize,
    activity: usize,
    resource: usize,
    timestamp: usize,
    others: Vec<(usize, String)>,
}

impl Columns {
    fn of(headers: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> =
            headers.iter().map(|name| name.trim_matches(['\u{feff}', ' ']).to_lowercase()).collect();
        let needed = ["case", "activity", "resource", "timestamp"];
        let [case, activity, resource, timestamp] =
            needed.map(|name| names.iter().position(|one| one == name));
        let (Some(case), Some(activity), Some(resource), Some(timestamp)) =
            (case, activity, resource, timestamp)
        else {
            let missing = needed.iter().filter(|name| !names.iter().any(|one| one == *name));
            let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
            return Err(format!("no column {}: name the columns in the first line", missing.join(" and ")));
        };
        let taken = [case, activity, resource, timestamp];
        let others = names.into_iter().enumerate().filter(|(place, _)| !taken.contains(place)).collect();
        Ok(Self { case, activity, resource, timestamp, others })
    }

    fn row<'a>(&self, record: &'a StringRecord) -> Result<(&'a str, Row), String> {
        let reference = field(record, self.case, "case", 200)?;
        let at = field(record, self.timestamp, "timestamp", 200)?;
        let row = Row {
            line: line_of(record.position()),
            activity: field(record, self.activity, "activity", 1_000)?.to_owned(),
            resource: field(record, self.resource, "resource", 200)?.to_owned(),
            at: at.parse().map_err(|_| "`timestamp` is not of the form 2024-01-31T09:00:00+01:00")?,
        };
        Ok((reference, row))
    }
}

/// A required field, within casekit's limit for its length.
fn field<'a>(record: &'a StringRecord, place: usize, name: &str, limit: usize) -> Result<&'a str, String> {
    let text = record.get(place).unwrap_or_default().trim();
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

impl LoggedCase {
    fn new(reference: &str, columns: &Columns) -> Self {
        let others = columns.others.iter().map(|(_, name)| (name.clone(), Vec::new())).collect();
        Self { reference: reference.to_owned(), rows: Vec::new(), others }
    }

    fn add(&mut self, row: Row, record: &StringRecord, columns: &Columns) {
        self.rows.push(row);
        for ((_, values), (place, _)) in self.others.iter_mut().zip(&columns.others) {
            let value = record.get(*place).unwrap_or_default().trim();
            if !value.is_empty() && !values.iter().any(|one| one == value) {
                values.push(value.to_owned());
            }
        }
    }
}
