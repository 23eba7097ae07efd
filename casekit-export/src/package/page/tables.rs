//! The tables of a package on its page, and what is left out of them.

use casekit_core::language::Message;
use casekit_core::model::{ColumnKind, DataValue, Timestamp};
use casekit_core::release::{PackageContent, PackageTable};
use maud::{Markup, html};

use crate::package::files::Files;
use crate::package::letter::Letter;
use crate::package::name::Place;
use crate::package::table::Written;

/// How many rows of a table the page shows. Nobody reads further on a screen, and a browser on a telephone still scrolls them.
const ROWS: usize = 200;

/// How many cells the page shows over all its tables: a browser lays out so many within a second or two.
const CELLS: usize = 100_000;

/// How many characters of a value the page shows: about a screen of text.
const CHARACTERS: usize = 2_000;

/// What is left out and why, for all tables.
pub(super) fn left_out(content: &PackageContent, letter: Letter<'_>) -> Markup {
    if content.tables.is_empty() {
        return html! {};
    }
    let hidden: Vec<_> =
        content.tables.iter().flat_map(|table| table.hidden.iter().map(move |one| (table, one))).collect();
    html! {
        section {
            h2 { (letter.word("letter.left_out")) }
            @if hidden.is_empty() {
                p { (letter.word("letter.nothing_left_out")) }
            } @else {
                p { (letter.word("letter.left_out_explained")) }
                div.wide tabindex="0" role="region" aria-label=(letter.word("letter.left_out")) {
                    table {
                        thead {
                            tr {
                                @for key in ["letter.table", "letter.from", "letter.what", "letter.why"] {
                                    th scope="col" { (letter.word(key)) }
                                }
                            }
                        }
                        tbody {
                            @for (table, one) in &hidden {
                                tr {
                                    td { (table.name) }
                                    td { (table.source) }
                                    td { (letter.what(&one.target)) }
                                    td { (one.reason) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The sources that could not be looked into, and why; nothing if there are none.
pub(super) fn sources_left_out(content: &PackageContent, letter: Letter<'_>) -> Markup {
    if content.left_out.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { (letter.word("letter.sources_left_out")) }
            p { (letter.word("letter.sources_left_out_explained")) }
            div.wide tabindex="0" role="region" aria-label=(letter.word("letter.sources_left_out")) {
                table {
                    thead {
                        tr {
                            @for key in ["letter.source", "letter.why"] { th scope="col" { (letter.word(key)) } }
                        }
                    }
                    tbody {
                        @for one in &content.left_out {
                            tr {
                                td { (one.source) }
                                td { (one.reason) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Every table, with its first rows and links to its files.
pub(super) fn data(
    content: &PackageContent,
    letter: Letter<'_>,
    places: &[Option<Place>],
    files: &Files,
) -> Markup {
    if content.tables.is_empty() {
        return html! {};
    }
    let mut left = CELLS;
    let tables = content.tables.iter().zip(places).enumerate().map(|(number, (table, place))| {
        let columns = table.columns.len();
        let rows = ROWS.min(left / columns.max(1)).min(table.rows.len());
        left -= rows * columns;
        let written = Written { table, number, files };
        one(written, place.as_ref(), rows, letter)
    });
    let tables: Vec<Markup> = tables.collect();
    html! {
        section {
            h2 { (letter.word("page.data")) }
            @for table in tables { (table) }
        }
    }
}

/// A table with so many of its rows.
fn one(written: Written<'_>, place: Option<&Place>, rows: usize, letter: Letter<'_>) -> Markup {
    let table = written.table;
    let Some(place) = place else {
        return html! {
            h3 { (heading(table)) }
            p { (letter.word("letter.withheld")) " (" (letter.count("page.rows", table.rows.len())) ")" }
        };
    };
    let shown = || table.rows.iter().take(rows);
    let is_cut = shown().any(|row| {
        let mut values = row.iter().zip(&table.columns);
        values.any(|(value, (_, kind))| matches!(value, DataValue::Text(text) if is_cut(text, *kind)))
    });
    html! {
        h3 { (heading(table)) }
        p.small {
            (letter.count("page.rows", table.rows.len())) ": "
            a href=(place.csv) { (letter.word("page.csv")) } ", "
            a href=(place.json) { (letter.word("page.json")) }
        }
        @if rows < table.rows.len() { p { strong { (first_rows(letter, rows, table.rows.len())) } } }
        @if is_cut { p { strong { (letter.word("page.cut")) } } }
        div.wide tabindex="0" role="region" aria-label=(table.name) {
            table {
                thead { tr { @for (name, _) in &table.columns { th scope="col" { bdi { (name) } } } } }
                tbody {
                    @for (number, row) in shown().enumerate() {
                        tr {
                            @for (place, (value, (_, kind))) in row.iter().zip(&table.columns).enumerate() {
                                @match written.file(number, place) {
                                    Some(file) => td { a href=(file.path) { bdi { (file.name) } } },
                                    None => (cell(value, *kind, letter)),
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heading(table: &PackageTable) -> Markup {
    html! { bdi { (table.name) } " · " bdi { (table.source) } }
}

fn first_rows(letter: Letter<'_>, shown: usize, rows: usize) -> String {
    letter.language.render(&Message::new("page.first_rows").with("shown", shown).with("rows", rows))
}

fn cell(value: &DataValue, kind: ColumnKind, letter: Letter<'_>) -> Markup {
    let number = |text: String| {
        let text = text.replace('.', &letter.word("format.decimal"));
        html! { td.number { bdi dir="ltr" { (text) } } }
    };
    match value {
        DataValue::Null => html! { td {} },
        DataValue::Text(text) if kind == ColumnKind::Decimal => number(text.clone()),
        DataValue::Text(text) if kind == ColumnKind::Timestamp => match text.parse::<Timestamp>() {
            Ok(at) => html! { td { (letter.time(at)) } },
            Err(_) => html! { td { (text) } },
        },
        DataValue::Text(text) if is_cut(text, kind) => {
            html! { td { (text.chars().take(CHARACTERS).collect::<String>()) "…" } }
        }
        DataValue::Text(text) => html! { td { (text) } },
        DataValue::Integer(whole) => number(whole.to_string()),
        DataValue::Real(real) => number(format!("{real:?}")),
        DataValue::Boolean(yes) => {
            html! { td { (letter.word(if *yes { "value.yes" } else { "value.no" })) } }
        }
    }
}

/// Whether the page shows only the beginning of a text. Of a file it shows the name.
fn is_cut(text: &str, kind: ColumnKind) -> bool {
    kind != ColumnKind::File && text.chars().nth(CHARACTERS).is_some()
}
