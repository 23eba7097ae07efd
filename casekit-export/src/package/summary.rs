//! `summary.pdf`: the answer in plain words, for the person who asked.

use casekit_core::model::{Outcome, RedactionTarget, Timestamp};
use casekit_core::release::{HiddenPart, PackageContent, PackageTable};

use super::name::Place;
use crate::pdf::{Align, Block, Column, Document, Fact, Letterhead, Table, Wording};

pub(super) fn of(content: &PackageContent, places: &[Place]) -> Document {
    let mut blocks = vec![facts(content), heading("Our answer")];
    blocks.extend(answer(content).into_iter().map(Block::Paragraph));
    if !content.tables.is_empty() {
        blocks.extend(data(&content.tables, places));
    }
    blocks.extend([heading("Where to turn"), Block::Paragraph(where_to_turn(content))]);
    Document { letterhead: letterhead(content), blocks }
}

fn letterhead(content: &PackageContent) -> Letterhead {
    Letterhead {
        organisation: content.organisation.clone().unwrap_or_default(),
        title: format!("Answer to your request {}", content.case_number),
        subtitle: day(content.released_at),
        generated_by: content.organisation.clone().unwrap_or_default(),
        generated_at: content.released_at.fixed_offset(),
        wording: Wording { generated: "Answered on {at}".into(), ..Wording::default() },
    }
}

fn facts(content: &PackageContent) -> Block {
    let mut facts = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| Fact { name: name.to_owned(), value }));
    };
    add("Request", Some(content.case_number.clone()));
    add("Your reference", content.request_ref.clone());
    add("Asked by", content.requester.clone());
    add("Received on", Some(day(content.received_at)));
    add("Answered on", Some(day(content.released_at)));
    add("Outcome", Some(outcome(&content.outcome).to_owned()));
    Block::Facts(facts)
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::DataReleased => "Your data is in this package",
        Outcome::NoData => "No data was found",
        Outcome::Denied { .. } => "The request was denied",
        Outcome::Approved => "The request was approved",
        Outcome::Withdrawn => "The request was withdrawn",
    }
}

fn answer(content: &PackageContent) -> Vec<String> {
    match &content.outcome {
        Outcome::DataReleased => vec![
            "We looked for data about you, and this package holds what we found. Each table comes as two files with \
             the same content: a CSV file, which a spreadsheet program opens, and a JSON file for other programs. \
             The file manifest.json lists everything in the package, so that it can be checked."
                .into(),
        ],
        Outcome::NoData => vec!["We looked for data about you, and found none.".into()],
        Outcome::Denied { code } => {
            let mut answer = vec!["We could not grant your request.".to_owned()];
            answer.extend(content.denial_reason.as_ref().map(|reason| format!("Reason: {reason}")));
            answer.push(format!("Kind of reason: {} ({code})", code.replace('_', " ")));
            answer
        }
        Outcome::Approved => vec!["Your request was approved.".into()],
        Outcome::Withdrawn => vec!["The request was withdrawn, so there is nothing to answer.".into()],
    }
}

fn data(tables: &[PackageTable], places: &[Place]) -> Vec<Block> {
    let found = tables.iter().zip(places).map(|(table, place)| {
        vec![table.name.clone(), table.source.clone(), table.rows.len().to_string(), stem(place)]
    });
    let mut blocks = vec![
        heading("What is in the package"),
        Block::Table(Table {
            columns: vec![
                column("Table", 2.0, Align::Left),
                column("From", 1.4, Align::Left),
                column("Rows", 0.8, Align::Right),
                column("Files (.csv and .json)", 3.0, Align::Left),
            ],
            rows: found.collect(),
        }),
        heading("What is left out"),
    ];
    let hidden = tables.iter().flat_map(|table| {
        let row = |hidden: &HiddenPart| vec![table.name.clone(), what(&hidden.target), hidden.reason.clone()];
        table.hidden.iter().map(row)
    });
    let hidden: Vec<_> = hidden.collect();
    if hidden.is_empty() {
        blocks.push(Block::Paragraph("Nothing that we found is left out.".into()));
        return blocks;
    }
    blocks.push(Block::Paragraph("This part of what we found is not in the package.".into()));
    blocks.push(Block::Table(Table {
        columns: vec![
            column("Table", 1.4, Align::Left),
            column("What", 1.4, Align::Left),
            column("Why", 3.2, Align::Left),
        ],
        rows: hidden,
    }));
    blocks
}

/// What is hidden of a table; rows have the numbers that they had before any were left out.
fn what(target: &RedactionTarget) -> String {
    match target {
        RedactionTarget::Column(column) => column.clone(),
        RedactionTarget::Row(row) => format!("row {row}"),
        RedactionTarget::Cell { row, column } => format!("{column} in row {row}"),
    }
}

fn where_to_turn(content: &PackageContent) -> String {
    let number = &content.case_number;
    match &content.support_email {
        Some(address) => format!(
            "If you have a question about this answer, write to {address} and name the request {number}."
        ),
        None => format!(
            "If you have a question about this answer, ask where you sent your request, and name the request {number}."
        ),
    }
}

fn stem(place: &Place) -> String {
    place.csv.trim_end_matches(".csv").to_owned()
}

fn day(at: Timestamp) -> String {
    at.format("%Y-%m-%d").to_string()
}

fn heading(text: &str) -> Block {
    Block::Heading(text.to_owned())
}

fn column(heading: &str, width: f32, align: Align) -> Column {
    Column { heading: heading.to_owned(), width, align }
}
