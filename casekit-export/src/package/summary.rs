//! `summary.pdf`: the answer in plain words, for the person who asked.

use std::sync::Arc;

use casekit_core::language::{Language, Message};
use casekit_core::model::{NoDataFinding, RedactionTarget};
use casekit_core::release::{HiddenPart, PackageContent, PackageTable};

use super::name::Place;
use crate::pdf::{Align, Block, Column, Document, Fact, Letterhead, PaperSize, Table, Zone, isolated};

pub(super) fn of(content: &PackageContent, places: &[Option<Place>]) -> Document {
    let letter = Letter(&content.language);
    let mut blocks = vec![letter.facts(content), letter.heading("letter.answer")];
    blocks.extend(letter.answer(content).into_iter().map(Block::Paragraph));
    if !content.tables.is_empty() {
        blocks.extend(letter.data(&content.tables, places));
    }
    blocks.extend([letter.heading("letter.where_to_turn"), Block::Paragraph(letter.where_to_turn(content))]);
    Document { letterhead: letter.letterhead(content), blocks, size: PaperSize::A4 }
}

/// The letter, in the language of the package.
struct Letter<'a>(&'a Arc<Language>);

impl Letter<'_> {
    fn word(&self, key: &str) -> String {
        self.0.word(key).into_owned()
    }

    fn letterhead(&self, content: &PackageContent) -> Letterhead {
        let at = content.released_at.fixed_offset();
        let title = Message::new("letter.title").with("number", content.case_number.as_str());
        let answered = Message::new("letter.answered")
            .with("at", isolated(&Zone::UTC.minute_and_name(self.0, at.to_utc())));
        Letterhead {
            organisation: content.organisation.clone().unwrap_or_default(),
            title: self.0.render(&title),
            subtitle: self.0.day(content.released_at),
            generated: answered,
            generated_at: at,
            language: Arc::clone(self.0),
        }
    }

    fn facts(&self, content: &PackageContent) -> Block {
        let mut facts = Vec::new();
        let mut add = |key: &str, value: Option<String>| {
            facts.extend(value.map(|value| Fact { name: self.word(key), value }));
        };
        let outcome = self.0.word_of("letter.outcome", content.outcome.code());
        add("letter.request", Some(content.case_number.clone()));
        add("letter.your_reference", content.request_ref.clone());
        add("letter.asked_by", content.requester.clone());
        add("letter.received_on", Some(self.0.day(content.received_at)));
        add("letter.answered_on", Some(self.0.day(content.released_at)));
        add("letter.outcome", Some(outcome));
        Block::Facts(facts)
    }

    fn answer(&self, content: &PackageContent) -> Vec<String> {
        if let Some(finding) = content.no_data {
            return self.no_data(finding, content.no_data_reason.as_deref());
        }
        let mut answer = vec![self.0.word_of("letter", content.outcome.code())];
        let Some(code) = content.outcome.denial_code() else { return answer };
        let reason = content.denial_reason.as_deref();
        answer.extend(
            reason.map(|reason| self.0.render(&Message::new("letter.reason").with("reason", reason))),
        );
        let kind = Message::new("letter.denied.kind").with_word("denial", "denial", code);
        answer.push(self.0.render(&kind.with("code", code)));
        answer
    }

    /// What is true of an answer without data: no more than what it rests on.
    fn no_data(&self, finding: NoDataFinding, reason: Option<&str>) -> Vec<String> {
        let said = self.0.word_of("letter.no_data", finding.code());
        // Where everything was asked and nothing found, there is nothing to give a reason for.
        let reason = reason.filter(|_| finding.needs_reason());
        let reason =
            reason.map(|reason| self.0.render(&Message::new("letter.reason").with("reason", reason)));
        std::iter::once(said).chain(reason).collect()
    }

    fn data(&self, tables: &[PackageTable], places: &[Option<Place>]) -> Vec<Block> {
        let found = tables.iter().zip(places).map(|(table, place)| {
            vec![
                table.name.clone(),
                table.source.clone(),
                table.rows.len().to_string(),
                self.files(place.as_ref()),
            ]
        });
        let mut blocks = vec![
            self.heading("letter.contents"),
            Block::Table(Table {
                columns: vec![
                    self.column("letter.table", 2.0, Align::Left),
                    self.column("letter.from", 1.4, Align::Left),
                    self.column("letter.rows", 0.8, Align::Right),
                    self.column("letter.files", 3.0, Align::Left),
                ],
                rows: found.collect(),
            }),
            self.heading("letter.left_out"),
        ];
        let hidden = tables.iter().flat_map(|table| {
            let row = |hidden: &HiddenPart| {
                vec![table.name.clone(), self.what(&hidden.target), hidden.reason.clone()]
            };
            table.hidden.iter().map(row)
        });
        let hidden: Vec<_> = hidden.collect();
        if hidden.is_empty() {
            blocks.push(Block::Paragraph(self.word("letter.nothing_left_out")));
            return blocks;
        }
        blocks.push(Block::Paragraph(self.word("letter.left_out_explained")));
        blocks.push(Block::Table(Table {
            columns: vec![
                self.column("letter.table", 1.4, Align::Left),
                self.column("letter.what", 1.4, Align::Left),
                self.column("letter.why", 3.2, Align::Left),
            ],
            rows: hidden,
        }));
        blocks
    }

    /// Where the data of a table is, without the endings of its two files; a table of which nothing is shown has none.
    fn files(&self, place: Option<&Place>) -> String {
        let stem = |place: &Place| place.csv.trim_end_matches(".csv").to_owned();
        place.map_or_else(|| self.word("letter.withheld"), stem)
    }

    /// What is hidden in a table. Rows are numbered as they were before any were left out.
    fn what(&self, target: &RedactionTarget) -> String {
        match target {
            RedactionTarget::Column(column) => column.clone(),
            RedactionTarget::Row(row) => self.0.render(&Message::new("letter.row").with("row", *row)),
            RedactionTarget::Cell { row, column } => {
                self.0.render(&Message::new("letter.cell").with("row", *row).with("column", column.as_str()))
            }
        }
    }

    fn where_to_turn(&self, content: &PackageContent) -> String {
        let number = content.case_number.as_str();
        self.0.render(&match content.support_email.as_deref() {
            Some(address) => Message::new("letter.write_to").with("address", address).with("number", number),
            None => Message::new("letter.ask_there").with("number", number),
        })
    }

    fn heading(&self, key: &str) -> Block {
        Block::Heading(self.word(key))
    }

    fn column(&self, key: &str, width: f32, align: Align) -> Column {
        Column { heading: self.word(key), width, align }
    }
}
