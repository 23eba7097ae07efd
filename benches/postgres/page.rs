//! `docs/performance-postgres.md` out of what was measured.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::timing::Outcome;

const INTRODUCTION: &str = "# How fast casekit is on PostgreSQL

<!-- Written by `cargo bench --bench postgres --features postgres`: change `benches/postgres/page.rs`. -->

A kit on a server of its own beside SQL by hand on the same server, in tables of the same columns and indexes, sent by pgbench. Server, kit and pgbench
share one machine, so each way to the server is a change of threads on a busy one, and what a network adds is not in it. The server is durable: `fsync`,
`synchronous_commit` and `full_page_writes` are on. What the expert leaves out is in their favour: permissions and rules, the hash chain, request ids,
deadlines and durations, and what was there before a change. [The guide](guide-postgres.md) says what follows from these figures for who runs it.
";

/// Writes the page.
pub(crate) fn write(measured: &Value) -> Outcome {
    let lines = measured["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |key: &'static str| lines.iter().filter(move |line| line.get(key).is_some());
    let mut page = INTRODUCTION.to_owned();
    writeln!(page, "\nA flush to this disk takes {} µs.", whole(&measured["fdatasync_us"]))?;

    writeln!(
        page,
        "\n## Reads\n\nMicroseconds, one caller at a time; the best of two turns that alternate.\n"
    )?;
    writeln!(page, "| read | cases | casekit | expert | ratio |\n|---|--:|--:|--:|--:|")?;
    for line in of("read") {
        let (ours, theirs) = (&line["casekit_us"], &line["expert_us"]);
        let name = line["read"].as_str().unwrap_or_default();
        let (cases, ratio) = (whole(&line["cases"]), ratio(ours, theirs));
        writeln!(page, "| {name} | {cases} | {} | {} | {ratio} |", whole(ours), whole(theirs))?;
    }
    writeln!(
        page,
        "\nA read of casekit is a transaction of two ways to the server: one for the moment that it is of, one for the answer. The expert's is one \
         statement that was planned once; casekit has the server plan each search and list for its values, which is what keeps a rare word fast. A page of a stage looks at the \
         newest cases first, ten for each row of the page; if they do not fill it, the newest of each place (type, team, priority) with the stage are read, so that it costs the same however rare the \
         stage is. The expert's walks the numbers backwards, and reads everything for a rare one."
    )?;

    writeln!(
        page,
        "\n## Writes\n\nPairs a second of a case that is raised and a note on it, each a commit of its own.\n"
    )?;
    writeln!(
        page,
        "| callers | cases | casekit | expert | ratio | pgbench's own transactions |\n|--:|--:|--:|--:|--:|--:|"
    )?;
    for line in of("callers") {
        let [callers, cases] = ["callers", "cases"].map(|key| whole(&line[key]));
        let (ours, theirs) = (&line["casekit"], &line["expert"]);
        let own = measured["pgbench"].get(&callers).map(whole).unwrap_or_default();
        writeln!(
            page,
            "| {callers} | {cases} | {} | {} | {} | {own} |",
            whole(ours),
            whole(theirs),
            ratio(ours, theirs)
        )?;
    }
    writeln!(
        page,
        "\nBoth sides promise dense positions in the order of commits, so both take the lock of one row. The commits that wait for it in one host share \
         the next transaction; the expert's callers wait for it one by one."
    )?;

    writeln!(
        page,
        "\n## Many organisations\n\n| organisations | callers | pairs a second | to make a schema | its size |\n|--:|--:|--:|--:|--:|"
    )?;
    for line in of("organisations") {
        let [many, pairs, made, size] =
            ["organisations", "casekit", "schema_ms", "schema_bytes"].map(|key| whole(&line[key]));
        writeln!(page, "| {many} | {many} | {pairs} | {made} ms | {size} bytes |")?;
    }
    writeln!(
        page,
        "\nEach has a schema, a kit with one connection that reads and one that writes, and a caller of its own, in one process."
    )?;

    writeln!(
        page,
        "\n## Moving\n\n| cases | copied from a file, compared and checked in | with tables and indexes a case takes |\n|--:|--:|--:|"
    )?;
    for line in of("copied") {
        let [cases, seconds, bytes] = ["copied", "seconds", "bytes_a_case"].map(|key| whole(&line[key]));
        writeln!(page, "| {cases} | {seconds} s | {bytes} bytes |")?;
    }
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance-postgres.md"), page)?;
    Ok(())
}

/// A figure without a fraction, in groups of three digits.
fn whole(figure: &Value) -> String {
    let digits = format!("{:.0}", figure.as_f64().unwrap_or_default());
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn ratio(ours: &Value, theirs: &Value) -> String {
    format!("{:.2}", ours.as_f64().unwrap_or_default() / theirs.as_f64().unwrap_or(f64::NAN))
}
