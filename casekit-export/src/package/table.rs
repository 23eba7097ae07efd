//! One table, as CSV for people with a spreadsheet and as JSON for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use casekit_core::language::Message;
use casekit_core::model::DataValue;
use casekit_core::release::{Fault, PackageTable};

use crate::csv::{Cells, CsvError, Writer};

/// Checks the promises of the content: unique column names, a value for each column, finite numbers.
pub(super) fn check(table: &PackageTable) -> Result<(), Fault> {
    let names: BTreeSet<_> = table.columns.iter().map(|(name, _)| name).collect();
    let finite = |value: &DataValue| match value {
        DataValue::Real(number) => number.is_finite(),
        DataValue::Null | DataValue::Text(_) | DataValue::Integer(_) | DataValue::Boolean(_) => true,
    };
    let whole = |row: &Vec<DataValue>| row.len() == table.columns.len() && row.iter().all(finite);
    if names.len() == table.columns.len() && table.rows.iter().all(whole) {
        return Ok(());
    }
    let hint = Message::new("hint.package_invalid").with("table", table.name.as_str());
    Err(Fault::data("package_invalid", hint))
}

/// CSV (RFC 4180) with a heading line. Text cannot become a formula, and a missing value is an empty cell.
pub(super) fn csv(table: &PackageTable, to: &mut dyn Write) -> io::Result<()> {
    let headings: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    if headings.is_empty() {
        // Every column is hidden, and CSV cannot express a table without columns.
        return Ok(());
    }
    let mut writer = Writer::new(to, &headings, Cells::FormulaSafe).map_err(io_error)?;
    for row in &table.rows {
        let cells: Vec<(String, Cells)> = row.iter().map(cell).collect();
        writer.row_of(&cells).map_err(io_error)?;
    }
    writer.finish().map_err(io_error)?;
    Ok(())
}

/// JSON: an array of objects, one per line, with the keys in the order of the columns.
pub(super) fn json(table: &PackageTable, to: &mut dyn Write) -> io::Result<()> {
    let keys = table.columns.iter().map(|(name, _)| Ok(format!("{}:", serde_json::to_string(name)?)));
    let keys = keys.collect::<io::Result<Vec<String>>>()?;
    to.write_all(b"[")?;
    if !keys.is_empty() {
        for (index, row) in table.rows.iter().enumerate() {
            let mut line = String::from(if index == 0 { "\n{" } else { ",\n{" });
            for (place, (key, value)) in keys.iter().zip(row).enumerate() {
                if place > 0 {
                    line.push(',');
                }
                line.push_str(key);
                line.push_str(&native(value)?);
            }
            line.push('}');
            to.write_all(line.as_bytes())?;
        }
    }
    to.write_all(b"\n]\n")
}

fn cell(value: &DataValue) -> (String, Cells) {
    match value {
        DataValue::Null => (String::new(), Cells::Raw),
        DataValue::Text(text) => (text.clone(), Cells::FormulaSafe),
        DataValue::Integer(number) => (number.to_string(), Cells::Raw),
        DataValue::Real(number) => (format!("{number:?}"), Cells::Raw),
        DataValue::Boolean(yes) => (yes.to_string(), Cells::Raw),
    }
}

fn native(value: &DataValue) -> io::Result<String> {
    Ok(match value {
        DataValue::Null => "null".to_owned(),
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
    use casekit_core::model::ColumnKind;

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

    #[test]
    fn values_keep_their_types_and_text_cannot_become_a_formula() {
        let table = table(vec![
            vec![DataValue::Text("=1+1".into()), DataValue::Real(-1e300)],
            vec![DataValue::Text("two\nlines".into()), DataValue::Integer(-5)],
            vec![DataValue::Null, DataValue::Boolean(true)],
            vec![DataValue::Text(String::new()), DataValue::Real(2.0)],
        ]);
        assert_eq!(
            written(csv, &table),
            "text,\"a \"\"b\"\"\"\r\n'=1+1,-1e300\r\n\"two\nlines\",-5\r\n,true\r\n,2.0\r\n"
        );
        let expected = concat!(
            "[\n{\"text\":\"=1+1\",\"a \\\"b\\\"\":-1e300},",
            "\n{\"text\":\"two\\nlines\",\"a \\\"b\\\"\":-5},",
            "\n{\"text\":null,\"a \\\"b\\\"\":true},",
            "\n{\"text\":\"\",\"a \\\"b\\\"\":2.0}\n]\n"
        );
        assert_eq!(written(json, &table), expected);
        serde_json::from_str::<serde_json::Value>(expected).unwrap();
    }

    #[test]
    fn a_table_without_rows_has_its_heading_and_an_empty_array() {
        assert_eq!(written(csv, &table(vec![])), "text,\"a \"\"b\"\"\"\r\n");
        assert_eq!(written(json, &table(vec![])), "[\n]\n");
    }

    #[test]
    fn a_table_whose_columns_are_all_hidden_is_empty() {
        let none = PackageTable { columns: vec![], ..table(vec![vec![], vec![]]) };
        assert_eq!((written(csv, &none), written(json, &none)), (String::new(), "[\n]\n".into()));
    }

    #[test]
    fn content_that_breaks_its_promises_is_refused() {
        for rows in [
            vec![vec![DataValue::Null]],
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
