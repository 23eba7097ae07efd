//! Tables as workbooks: one sheet, for people.

use std::io::Write;

use casekit_core::Error;
use casekit_core::language::{Language, Message};
use casekit_core::model::CsvReaders;
use casekit_export::xlsx::{Cell, Column, Held, Writer};

use super::table::{Table, Value};
use super::{ExportFile, recorded};

/// Records the export of a table as a workbook, and writes it.
pub(super) fn in_memory(table: impl Table, out: &mut impl Write) -> Result<u64, Error> {
    let (desk, what) = (table.desk().clone(), table.what());
    let write = |_: &_| {
        let (writer, count) = filled(table, Held::InMemory)?;
        let mut bytes = Vec::new();
        writer.finish(&mut bytes)?;
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| Error::report("xlsx", error))?;
        Ok(count)
    };
    recorded(&desk, (what, "xlsx"), write, |rows| *rows)
}

/// Records the export of a table as a workbook, and writes it to a file.
pub(super) fn in_file(table: impl Table, file: ExportFile<'_>) -> Result<u64, Error> {
    let (desk, what) = (table.desk().clone(), table.what());
    let write = |_: &_| {
        let folder = file.folder().to_owned();
        file.written(|out| {
            let (writer, count) = filled(table, Held::InFolder(&folder))?;
            writer.finish(out)?;
            Ok(count)
        })
    };
    recorded(&desk, (what, "xlsx"), write, |rows| *rows)
}

fn filled(mut table: impl Table, held: Held<'_>) -> Result<(Writer, u64), Error> {
    table.begin()?;
    let language = table.desk().language();
    let columns = table.columns(CsvReaders::People);
    let columns: Vec<Column<'_>> =
        columns.iter().map(|column| Column { heading: &column.heading, width: column.width }).collect();
    let name = sheet_name(language, table.what());
    let mut writer = Writer::new(&name, &columns, &instants(language), held)?;
    let mut count = 0;
    while let Some(row) = table.row(CsvReaders::People) {
        let row = row?;
        let cells: Vec<Cell<'_>> = row.iter().map(cell).collect();
        writer.row(&cells)?;
        count += 1;
    }
    Ok((writer, count))
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Nothing => Cell::Nothing,
        Value::Text(text) => Cell::Text(text),
        Value::Instant(at) => Cell::Instant(*at),
        // A spreadsheet has no other numbers than these; they are exact up to nine thousand million million.
        #[expect(clippy::cast_precision_loss)]
        Value::Number(number) => Cell::Number(*number as f64),
        Value::Length(seconds) => Cell::Length(*seconds),
    }
}

/// The title of the table, as far as it can name a sheet.
fn sheet_name(language: &Language, what: &str) -> String {
    let word = language.word_of("paper", what);
    let name: String = word.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    let name = name.trim();
    if name.is_empty() { "Cases".to_owned() } else { name.to_owned() }
}

/// How a spreadsheet shows an instant: in the order of the language, with Excel's letters for its parts.
fn instants(language: &Language) -> String {
    let parts = [("year", "yyyy"), ("month", "mm"), ("day", "dd"), ("hour", "hh"), ("minute", "mm")];
    let message = Message::new("format.minute");
    language.render(&parts.into_iter().fold(message, |message, (part, letters)| message.with(part, letters)))
}
