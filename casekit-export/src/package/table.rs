//! One table, as CSV for people with a spreadsheet and as JSON for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use casekit_core::Language;
use casekit_core::language::Message;
use casekit_core::model::{ColumnKind, CsvForm, CsvReaders, DataValue};
use casekit_core::release::{Fault, PackageTable};

use super::files::{Attached, Files};
use crate::csv::{Cell, CsvError, Writer};

/// A table as it is written: where it stands among the tables, and the files in it, in whose place their paths stand.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) table: &'a PackageTable,
    pub(super) number: usize,
    pub(super) files: &'a Files,
}

impl<'a> Written<'a> {
    /// The file in a cell; `None` if it has none.
    pub(super) fn file(&self, row: usize, column: usize) -> Option<&'a Attached> {
        self.files.at(self.number, row, column)
    }

    fn path(&self, row: usize, column: usize) -> Option<&'a str> {
        self.file(row, column).map(|file| file.path.as_str())
    }
}

/// Checks the promises of the content: unique column names, and a value for each column that fits it.
pub(super) fn check(table: &PackageTable) -> Result<(), Fault> {
    let names: BTreeSet<_> = table.columns.iter().map(|(name, _)| name).collect();
    let fits = |(value, (_, kind)): (&DataValue, &(String, ColumnKind))| kind.fits(value);
    let whole =
        |row: &Vec<DataValue>| row.len() == table.columns.len() && row.iter().zip(&table.columns).all(fits);
    if names.len() == table.columns.len() && table.rows.iter().all(whole) {
        return Ok(());
    }
    let hint = Message::new("hint.package_invalid").with("table", table.name.as_str());
    Err(Fault::data("package_invalid", hint))
}

/// CSV (RFC 4180) with a heading line; the table has a column. Numbers have the decimal mark of the language if people read them.
pub(super) fn csv(
    written: Written<'_>,
    form: CsvForm,
    language: &Language,
    to: &mut dyn Write,
) -> io::Result<()> {
    let table = written.table;
    let headings: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let decimal = match form.readers {
        CsvReaders::People => language.word("format.decimal"),
        CsvReaders::Programs => ".".into(),
    };
    let mut writer = Writer::new(to, form, &headings).map_err(io_error)?;
    for (number, row) in table.rows.iter().enumerate() {
        let values = row.iter().zip(&table.columns).enumerate();
        let cells: Vec<Cell<'_>> = values
            .map(|(column, (value, (_, kind)))| {
                written.path(number, column).map_or_else(|| cell(value, *kind, &decimal), Cell::text)
            })
            .collect();
        writer.row(&cells).map_err(io_error)?;
    }
    writer.finish().map_err(io_error)?;
    Ok(())
}

/// JSON: an array of objects, one per line, with the keys in the order of the columns.
pub(super) fn json(written: Written<'_>, to: &mut dyn Write) -> io::Result<()> {
    let table = written.table;
    let keys = table.columns.iter().map(|(name, _)| Ok(format!("{}:", serde_json::to_string(name)?)));
    let keys = keys.collect::<io::Result<Vec<String>>>()?;
    to.write_all(b"[")?;
    for (index, row) in table.rows.iter().enumerate() {
        let mut line = String::from(if index == 0 { "\n{" } else { ",\n{" });
        for (place, ((key, (_, kind)), value)) in keys.iter().zip(&table.columns).zip(row).enumerate() {
            if place > 0 {
                line.push(',');
            }
            line.push_str(key);
            match written.path(index, place) {
                Some(path) => line.push_str(&serde_json::to_string(path)?),
                None => line.push_str(&native(value, *kind)?),
            }
        }
        line.push('}');
        to.write_all(line.as_bytes())?;
    }
    to.write_all(b"\n]\n")
}

fn cell<'a>(value: &'a DataValue, kind: ColumnKind, decimal: &str) -> Cell<'a> {
    match value {
        DataValue::Null => Cell::Nothing,
        DataValue::Text(number) if kind == ColumnKind::Decimal => Cell::plain(number.replace('.', decimal)),
        DataValue::Text(text) => Cell::text(text),
        DataValue::Integer(number) => Cell::plain(number.to_string()),
        DataValue::Real(number) => Cell::plain(format!("{number:?}").replace('.', decimal)),
        DataValue::Boolean(yes) => Cell::plain(yes.to_string()),
    }
}

/// A value in JSON. What is JSON stands there as it is, but on one line; a decimal is text, since readers of JSON would round a
/// number.
fn native(value: &DataValue, kind: ColumnKind) -> io::Result<String> {
    Ok(match value {
        DataValue::Null => "null".to_owned(),
        DataValue::Text(json) if kind == ColumnKind::Json => json.replace(['\r', '\n'], " "),
        DataValue::Text(text) => serde_json::to_string(text)?,
        DataValue::Integer(number) => number.to_string(),
        DataValue::Real(number) => format!("{number:?}"),
        DataValue::Boolean(yes) => yes.to_string(),
    })
}

fn io_error(error: CsvError) -> io::Error {
    match error {
        CsvError::Io(error) => error,
        CsvError::NoColumns | CsvError::CellCount { .. } => io::ErrorKind::InvalidData.into(),
    }
}

#[cfg(test)]
mod tests {
    use casekit_core::model::CsvSeparator;

    use super::*;

    fn table(rows: Vec<Vec<DataValue>>) -> PackageTable {
        let columns = vec![("text".into(), ColumnKind::Text), ("a \"b\"".into(), ColumnKind::Real)];
        PackageTable { source: "crm".into(), name: "orders".into(), columns, rows, hidden: vec![] }
    }

    fn written(
        write: impl Fn(&PackageTable, &mut dyn Write) -> io::Result<()>,
        table: &PackageTable,
    ) -> String {
        let mut bytes = Vec::new();
        write(table, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn of<'a>(table: &'a PackageTable, files: &'a Files) -> Written<'a> {
        Written { table, number: 0, files }
    }

    fn as_json(table: &PackageTable, to: &mut dyn Write) -> io::Result<()> {
        json(of(table, &Files::default()), to)
    }

    fn english(table: &PackageTable, to: &mut dyn Write) -> io::Result<()> {
        csv(of(table, &Files::default()), CsvForm::for_people(), Language::english(), to)
    }

    #[test]
    fn what_people_read_is_local_and_what_programs_read_is_exact() {
        let table = table(vec![
            vec![DataValue::Text("x;=1+1".into()), DataValue::Real(-2.5)],
            vec![DataValue::Text(String::new()), DataValue::Null],
        ]);
        let german = casekit_core::Language::shipped("de").unwrap();
        let people = CsvForm::for_people().separated_by(CsvSeparator::Semicolon).with_byte_order_mark();
        let read = written(|table, to| csv(of(table, &Files::default()), people, &german, to), &table);
        assert_eq!(read, "\u{feff}text;\"a \"\"b\"\"\"\r\n\"x;'=1+1\";-2,5\r\n;\r\n");
        let read = written(
            |table, to| csv(of(table, &Files::default()), CsvForm::for_programs(), &german, to),
            &table,
        );
        assert_eq!(read, "text,\"a \"\"b\"\"\"\r\nx;=1+1,-2.5\r\n\"\",\r\n");
    }

    #[test]
    fn values_keep_their_types_and_text_cannot_become_a_formula() {
        let table = table(vec![
            vec![DataValue::Text("=1+1".into()), DataValue::Real(-1e300)],
            vec![DataValue::Text("two\nlines".into()), DataValue::Integer(-5)],
            vec![DataValue::Null, DataValue::Boolean(true)],
            vec![DataValue::Text(String::new()), DataValue::Real(2.0)],
        ]);
        assert_eq!(
            written(english, &table),
            "text,\"a \"\"b\"\"\"\r\n'=1+1,-1e300\r\n\"two\nlines\",-5\r\n,true\r\n,2.0\r\n"
        );
        let expected = concat!(
            "[\n{\"text\":\"=1+1\",\"a \\\"b\\\"\":-1e300},",
            "\n{\"text\":\"two\\nlines\",\"a \\\"b\\\"\":-5},",
            "\n{\"text\":null,\"a \\\"b\\\"\":true},",
            "\n{\"text\":\"\",\"a \\\"b\\\"\":2.0}\n]\n"
        );
        assert_eq!(written(as_json, &table), expected);
        serde_json::from_str::<serde_json::Value>(expected).unwrap();
    }

    #[test]
    fn what_is_typed_is_typed_in_both_files() {
        let text = |text: &str| DataValue::Text(text.into());
        let columns = vec![
            ("euro".into(), ColumnKind::Decimal),
            ("born".into(), ColumnKind::Date),
            ("photo".into(), ColumnKind::Bytes),
            ("extra".into(), ColumnKind::Json),
        ];
        let rows = vec![vec![
            text("-12345678901234567890.50"),
            text("1970-01-31"),
            text("00ff"),
            text("{\"a\":\n[1]}"),
        ]];
        let table = PackageTable { columns, ..table(rows) };
        check(&table).unwrap();
        let csv =
            "euro,born,photo,extra\r\n-12345678901234567890.50,1970-01-31,00ff,\"{\"\"a\"\":\n[1]}\"\r\n";
        assert_eq!(written(english, &table), csv);
        let json_text = concat!(
            "[\n{\"euro\":\"-12345678901234567890.50\",\"born\":\"1970-01-31\",",
            "\"photo\":\"00ff\",\"extra\":{\"a\": [1]}}\n]\n"
        );
        assert_eq!(written(as_json, &table), json_text);
    }

    #[test]
    fn a_table_without_rows_has_its_heading_and_an_empty_array() {
        assert_eq!(written(english, &table(vec![])), "text,\"a \"\"b\"\"\"\r\n");
        assert_eq!(written(as_json, &table(vec![])), "[\n]\n");
    }

    #[test]
    fn content_that_breaks_its_promises_is_refused() {
        for rows in [
            vec![vec![DataValue::Null]],
            vec![vec![DataValue::Null, DataValue::Text("1".into())]],
            vec![vec![DataValue::Null, DataValue::Real(f64::NAN)]],
            vec![vec![DataValue::Null, DataValue::Real(f64::INFINITY)]],
        ] {
            assert_eq!(check(&table(rows)).unwrap_err().code, "package_invalid");
        }
        let mut twice = table(vec![]);
        twice.columns.push(("text".into(), ColumnKind::Text));
        assert!(check(&twice).is_err());
    }
}
