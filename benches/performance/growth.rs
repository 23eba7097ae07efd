//! The tables of what grows, and of many callers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Goals, figure, list, said, text};

/// Goals, times by size, bytes by table.
pub(crate) fn tables(growth: &Value, goals: &mut Goals) -> String {
    let sizes = list(growth, "sizes");
    let mut page =
        String::from("## As the file grows\n\n![Times by cases in the file](performance-growth.svg)\n\n");
    page += "| | is | goal | |\n|---|--:|--:|---|\n";
    for goal in list(growth, "goals") {
        let (op, value, target) = (text(goal, "op"), figure(goal, "value"), figure(goal, "target"));
        let unit = text(goal, "unit");
        let met = if value <= target { "met" } else { "missed" };
        page += &format!("| {op} | {} {unit} | {} {unit} | {met} |\n", said(value), said(target));
        let with_unit = |figure: f64| format!("{} {unit}", said(figure)).trim().to_owned();
        goals.add(op, (value, target), with_unit(value), with_unit(target));
    }
    page += "\nA lone caller, NORMAL, medians in microseconds, by cases in the file:\n\n";
    page += &head(sizes);
    for op in names(sizes, "ops") {
        page += &format!("| {op} |");
        sizes.iter().for_each(|size| page += &format!(" {} |", said(inner(size, "ops", &op))));
        page.push('\n');
    }
    for (name, key) in [
        ("open", "open_us"),
        ("open and a first page, KiB of memory", "open_kib"),
        ("cases imported in a second", "imported_per_second"),
    ] {
        page += &format!("| {name} |");
        sizes.iter().for_each(|size| page += &format!(" {} |", said(figure(size, key))));
        page.push('\n');
    }
    page + &bytes(sizes)
}

/// Bytes a case, by table.
fn bytes(sizes: &[Value]) -> String {
    let mut page = String::from("\nBytes a case, by table and index:\n\n");
    page += &head(sizes);
    let of_case = |size: &Value, name: &str| inner(size, "bytes", name) / figure(size, "cases");
    let mut names = names(sizes, "bytes");
    let largest = |name: &String| sizes.last().map_or(0.0, |size| of_case(size, name));
    names.sort_by(|one, other| largest(other).total_cmp(&largest(one)));
    // What is a fraction of a byte in a large file is left out.
    names.retain(|name| largest(name) >= 0.5);
    page += "| all |";
    sizes.iter().for_each(|size| page += &format!(" {} |", said(figure(size, "bytes_a_case"))));
    page.push('\n');
    for name in names {
        page += &format!("| `{name}` |");
        sizes.iter().for_each(|size| page += &format!(" {} |", said(of_case(size, &name))));
        page.push('\n');
    }
    page + "\n"
}

/// Many callers at once.
pub(crate) fn contention(contention: &Value) -> String {
    let mut page = String::from("## Many callers at once\n\n");
    page += "Each raises a case and adds a note to it, FULL, over and over: how many do both in a second, and how long \
             they wait for it, in milliseconds. The expert's SQL is behind a mutex.\n\n";
    page +=
        "| callers | casekit/s | raw/s | ratio | casekit p50 | p99 | longest | raw p50 | p99 | longest |\n";
    page += "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for line in list(contention, "lines") {
        let (kit, raw) =
            (line.get("casekit").unwrap_or(&Value::Null), line.get("raw").unwrap_or(&Value::Null));
        let waits =
            |side: &Value| ["p50_ms", "p99_ms", "longest_ms"].map(|key| said(figure(side, key))).join(" | ");
        let (of_kit, of_raw) = (figure(kit, "per_second"), figure(raw, "per_second"));
        page += &format!(
            "| {:.0} | {} | {} | {} | {} | {} |\n",
            figure(line, "callers"),
            said(of_kit),
            said(of_raw),
            said(of_kit / of_raw),
            waits(kit),
            waits(raw)
        );
    }
    page
}

fn head(sizes: &[Value]) -> String {
    let cases: String = sizes.iter().map(|size| format!(" {} |", said(figure(size, "cases")))).collect();
    format!("| |{cases}\n|---|{}\n", "--:|".repeat(sizes.len()))
}

/// The keys of a record in each size.
fn names(sizes: &[Value], of: &str) -> Vec<String> {
    let records = sizes.iter().filter_map(|size| size.get(of)?.as_object());
    let names: BTreeSet<String> = records.flat_map(|record| record.keys().cloned()).collect();
    names.into_iter().collect()
}

fn inner(size: &Value, record: &str, name: &str) -> f64 {
    size.get(record).map_or(f64::NAN, |record| figure(record, name))
}
