//! `summary.pdf`: the answer in plain words, for the person who asked.

use std::sync::Arc;

use casekit_core::release::{HiddenPart, LeftOutSource, PackageContent, PackageTable};

use super::letter::{Letter, paragraphs};
use super::name::Place;
use crate::pdf::{Align, Block, Column, Document, Fact, Letterhead, PaperSize, Table};

pub(super) fn of(
    content: &PackageContent,
    letter: Letter<'_>,
    size: PaperSize,
    places: &[Option<Place>],
    files: usize,
) -> Document {
    let fact = |(name, value)| Fact { name, value };
    let facts = letter.facts(content).into_iter().map(fact).collect();
    let mut blocks = vec![Block::Facts(facts), letter.heading("letter.answer")];
    blocks.extend(letter.answer(content).into_iter().map(Block::Paragraph));
    for part in &content.letter {
        blocks.push(Block::Heading(part.heading.clone()));
        blocks.extend(paragraphs(&part.text).map(|text| Block::Paragraph(text.to_owned())));
    }
    if !content.tables.is_empty() {
        blocks.extend(letter.data(&content.tables, places, files));
    }
    blocks.extend(letter.sources_left_out(&content.left_out));
    blocks.extend([letter.heading("letter.where_to_turn"), Block::Paragraph(letter.where_to_turn(content))]);
    Document { letterhead: letter.letterhead(content), blocks, size }
}

impl Letter<'_> {
    fn letterhead(&self, content: &PackageContent) -> Letterhead {
        Letterhead {
            organisation: content.organisation.clone().unwrap_or_default(),
            title: self.title(content),
            subtitle: self.day(content.released_at),
            generated: self.answered(content),
            generated_at: self.language.zone().at(content.released_at),
            language: Arc::clone(self.language),
        }
    }

    fn data(&self, tables: &[PackageTable], places: &[Option<Place>], files: usize) -> Vec<Block> {
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
        ];
        blocks.extend((files > 0).then(|| Block::Paragraph(self.count("letter.attached", files))));
        blocks.push(self.heading("letter.left_out"));
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

    /// The sources that are left out, each with the reason; nothing if there are none.
    fn sources_left_out(&self, left_out: &[LeftOutSource]) -> Vec<Block> {
        if left_out.is_empty() {
            return Vec::new();
        }
        vec![
            self.heading("letter.sources_left_out"),
            Block::Paragraph(self.word("letter.sources_left_out_explained")),
            Block::Table(Table {
                columns: vec![
                    self.column("letter.source", 1.4, Align::Left),
                    self.column("letter.why", 4.6, Align::Left),
                ],
                rows: left_out.iter().map(|one| vec![one.source.clone(), one.reason.clone()]).collect(),
            }),
        ]
    }

    /// Where the data of a table is, without the endings of its two files; a table of which nothing is shown has none.
    fn files(&self, place: Option<&Place>) -> String {
        let stem = |place: &Place| place.csv.trim_end_matches(".csv").to_owned();
        place.map_or_else(|| self.word("letter.withheld"), stem)
    }

    fn heading(&self, key: &str) -> Block {
        Block::Heading(self.word(key))
    }

    fn column(&self, key: &str, width: f32, align: Align) -> Column {
        Column { heading: self.word(key), width, align }
    }
}
