//! One page while it is drawn. Positions are in points from the top left corner.

use printpdf::{
    Color, Greyscale, Line as Stroke, LinePoint, Op, PaintMode, Point, Pt, Rect, TextItem, TextMatrix,
};

use super::{
    glyphs::Subsets,
    shape::Line,
    show::{Part, Show, join},
};

/// A shade of grey, from 0.0 (black) to 1.0 (white).
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Ink(pub(super) f32);

/// The size of a page, in points.
#[derive(Clone, Copy)]
pub(super) struct Paper {
    pub(super) width: f32,
    pub(super) height: f32,
}

/// The size of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PaperSize {
    /// A4 of ISO 216, 210 by 297 mm.
    #[default]
    A4,
    /// Letter of ANSI/ASME Y14.1, 8.5 by 11 inches.
    Letter,
}

impl PaperSize {
    pub(super) fn portrait(self) -> Paper {
        match self {
            Self::A4 => Paper { width: 595.28, height: 841.89 },
            Self::Letter => Paper { width: 612.0, height: 792.0 },
        }
    }

    pub(super) fn landscape(self) -> Paper {
        let Paper { width, height } = self.portrait();
        Paper { width: height, height: width }
    }
}

/// What is drawn on one page. Text comes after everything else, in one section.
pub(super) struct Sheet {
    paper: Paper,
    shapes: Vec<Op>,
    text: Vec<Op>,
    font: Option<(usize, f32)>,
    ink: Option<Ink>,
}

impl Sheet {
    pub(super) fn new(paper: Paper) -> Self {
        Self { paper, shapes: Vec::new(), text: vec![Op::StartTextSection], font: None, ink: None }
    }

    pub(super) fn paper(&self) -> Paper {
        self.paper
    }

    /// Draws a line from `(x, y)`, by `width` to the right and `height` down.
    pub(super) fn rule(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), thickness: f32, ink: Ink) {
        let point =
            |x, y| LinePoint { p: Point { x: Pt(fine(x)), y: Pt(self.above_bottom(y)) }, bezier: false };
        let points = vec![point(x, y), point(x + width, y + height)];
        self.shapes.push(Op::SetOutlineColor { col: grey(ink) });
        self.shapes.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        self.shapes.push(Op::DrawLine { line: Stroke { points, is_closed: false } });
    }

    pub(super) fn filled(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        self.shapes.push(Op::SetFillColor { col: grey(ink) });
        self.shapes.push(Op::DrawRectangle {
            rectangle: Rect {
                x: Pt(fine(x)),
                y: Pt(self.above_bottom(y + height)),
                width: Pt(fine(width)),
                height: Pt(fine(height)),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            },
        });
    }

    /// Draws a line of text that begins at `x`, with its baseline at `y`.
    pub(super) fn line(
        &mut self,
        subsets: &mut Subsets<'_>,
        (x, y): (f32, f32),
        size: f32,
        ink: Ink,
        line: &Line,
    ) {
        if self.ink != Some(ink) {
            self.text.push(Op::SetFillColor { col: grey(ink) });
            self.ink = Some(ink);
        }
        let mut x = x;
        for words in line.words.chunk_by(|a, b| a.word.font == b.word.font) {
            let mut show = Show { parts: Vec::new(), behind: 0.0 };
            let mut width = 0.0;
            for placed in words {
                width += placed.word.width;
                if let Some(word) = subsets.show(&placed.word) {
                    show.append(word);
                }
            }
            let font = words.first().map_or(0, |placed| placed.word.font);
            let selected = self.select_font(subsets, font, size);
            self.text.extend(selected);
            let matrix = TextMatrix::Raw([1.0, 0.0, 0.0, 1.0, fine(x), self.above_bottom(y)]);
            self.text.push(Op::SetTextMatrix { matrix });
            self.text.extend(show.parts.into_iter().flat_map(|part| operators(part, size)));
            x += width * size / 1000.0;
        }
    }

    pub(super) fn into_operators(self) -> Vec<Op> {
        let mut operators = self.shapes;
        operators.extend(self.text);
        operators.push(Op::EndTextSection);
        operators
    }

    fn above_bottom(&self, y: f32) -> f32 {
        fine(self.paper.height - y)
    }

    fn select_font(&mut self, subsets: &Subsets<'_>, font: usize, size: f32) -> Option<Op> {
        if self.font == Some((font, size)) {
            return None;
        }
        self.font = Some((font, size));
        Some(Op::SetFont { font: subsets.handle(font)?, size: Pt(size) })
    }
}

impl Show {
    /// Appends a word to others of the same font.
    fn append(&mut self, word: &Show) {
        let shift = self.behind.round();
        self.behind += word.behind - shift;
        let mut shift = (shift != 0.0).then_some(TextItem::Offset(shift));
        for part in &word.parts {
            let part = match part {
                Part::Glyphs(items) => Part::Glyphs(shift.take().into_iter().chain(items.clone()).collect()),
                Part::GlyphsFor(text, items) => {
                    Part::GlyphsFor(text.clone(), shift.take().into_iter().chain(items.clone()).collect())
                }
                Part::Raise(height) => Part::Raise(*height),
            };
            match (self.parts.last_mut(), part) {
                (Some(Part::Glyphs(before)), Part::Glyphs(items)) => join(before, items),
                (_, part) => self.parts.push(part),
            }
        }
        // A word without glyphs cannot take up the shift, so it is left for the next word.
        if let Some(TextItem::Offset(untaken)) = shift {
            self.behind += untaken;
        }
    }
}

fn operators(part: Part, size: f32) -> Vec<Op> {
    match part {
        Part::Glyphs(items) => vec![Op::ShowText { items }],
        Part::GlyphsFor(properties, items) => vec![
            Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties },
            Op::ShowText { items },
            Op::EndMarkedContentWithProperties,
        ],
        // printpdf calls it a multiplier, but the PDF operator takes points.
        Part::Raise(height) => vec![Op::SetLineOffset { multiplier: height * size / 1000.0 }],
    }
}

/// Rounds a length to a hundredth of a point: finer than any printer, and shorter to write.
fn fine(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

fn grey(Ink(percent): Ink) -> Color {
    Color::Greyscale(Greyscale { percent, icc_profile: None })
}
