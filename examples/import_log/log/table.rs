//! A log in CSV, with a row for each event and the names of the columns in the first line.

use std::error::Error;
use std::io::Read;

use csv::{ErrorKind, StringRecord};

use super::{Log, Reading};

pub(super) fn read(bytes: impl Read, reading: &Reading) -> Result<Log, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let headers = reader.headers()?.clone();
    let columns: Vec<&str> = headers.iter().map(|name| name.trim_matches(['\u{feff}', ' '])).collect();
    reading.names.check(&columns)?;
    let mut log = Log::default();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(log),
            Ok(true) => {
                let fields: Vec<(&str, &str)> = columns.iter().copied().zip(&record).collect();
                let place = format!("line {}", line_of(record.position()));
                log.add(&place, &fields, reading)?;
            }
            Err(error) => log.malformed(malformed_line(error)?, reading)?,
        }
    }
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
