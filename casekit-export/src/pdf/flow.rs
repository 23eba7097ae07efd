//! Text and shapes that are placed down the pages one after another, between a head and a foot.

use std::{io::Write, rc::Rc};

use super::{
    Fonts, Letterhead, PdfError,
    book::{Book, Proceed},
    glyphs::Subsets,
    marks::Mark,
    missing::MissingScript,
    sheet::{Ink, Paper, Sheet},
    text::one_line,
    wrap::{Setting, Style, Typesetter},
};

/// The page that is being filled, and all pages before it.
pub(super) struct Flow<'f> {
    typesetter: Typesetter<'f>,
    book: Book<'f>,
    letterhead: &'f Letterhead,
    pub(super) sheet: Sheet,
    /// How far below the top of the page the next item begins, in points.
    pub(super) down: f32,
    margin: f32,
    /// Whether everything changes sides, since the paper reads from right to left.
    mirrored: bool,
    pub(super) marks: Vec<Mark>,
}

/// Position and appearance of lines of text.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) style: Style,
    /// The distance from one line to the next, in points.
    pub(super) leading: f32,
    pub(super) ink: Ink,
    pub(super) side: Side,
}

/// The edge to which lines are aligned.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// The edge where the paper is begun to be read: left, or right on a mirrored paper.
    Start,
    End,
    /// The edge where the text is begun to be read: left, or right for right-to-left text.
    Reading,
}

pub(super) const BLACK: Ink = Ink(0.1);
pub(super) const GREY: Ink = Ink(0.38);
pub(super) const HAIRLINE: Ink = Ink(0.82);
const FOOT: f32 = 48.0;
const SMALL: Style = Style { size: 8.0, bold: false };

impl<'f> Flow<'f> {
    /// Begins the first page with its head.
    pub(super) fn new(
        fonts: &'f Fonts,
        letterhead: &'f Letterhead,
        (paper, margin): (Paper, f32),
        proceed: Proceed<'f>,
    ) -> Result<Self, PdfError> {
        let mirrored = letterhead.language.reads_right_to_left();
        let typesetter = Typesetter::new(fonts, mirrored)?;
        let book = Book::new(fonts, paper, proceed)?;
        let (sheet, marks) = (Sheet::new(paper), Vec::new());
        let mut flow = Self { typesetter, book, letterhead, sheet, down: 40.0, margin, mirrored, marks };
        flow.masthead();
        Ok(flow)
    }

    pub(super) fn left(&self) -> f32 {
        self.margin
    }

    /// The width between the margins, in points.
    pub(super) fn width(&self) -> f32 {
        self.sheet.paper().width - 2.0 * self.margin
    }

    /// The height that is left on this page above the foot, in points.
    pub(super) fn room(&self) -> f32 {
        self.sheet.paper().height - FOOT - self.down
    }

    /// Begins the next page, with the short head of all pages after the first.
    pub(super) fn next_page(&mut self) -> Result<(), PdfError> {
        let next = Sheet::new(self.sheet.paper());
        self.book.push(std::mem::replace(&mut self.sheet, next))?;
        self.down = 28.0;
        let half = self.width() / 2.0 - 10.0;
        let bold = Style { bold: true, ..SMALL };
        let left = Frame {
            width: half,
            style: bold,
            leading: 11.0,
            ink: GREY,
            side: Side::Start,
            ..self.frame(SMALL)
        };
        let right = Frame { left: left.left + half + 20.0, style: SMALL, side: Side::End, ..left };
        self.labels(&self.letterhead.title.clone(), left, 1);
        let generated = self.generated(right);
        self.labels(&generated, right, 1);
        self.sheet.rule((self.margin, self.down + 15.0), (self.width(), 0.0), 0.5, HAIRLINE);
        self.down += 27.0;
        Ok(())
    }

    /// Begins the next page unless `height` points are left on this one.
    pub(super) fn need(&mut self, height: f32) -> Result<(), PdfError> {
        if self.room() < height { self.next_page() } else { Ok(()) }
    }

    pub(super) fn set(&mut self, text: &str, frame: Frame, most_lines: usize) -> Rc<Setting> {
        self.typesetter.set(text, frame.style, frame.width, most_lines)
    }

    /// Draws one line of a setting with its top at `top`.
    pub(super) fn draw(&mut self, setting: &Setting, line: usize, frame: Frame, top: f32) {
        let Some(set) = setting.lines.get(line) else { return };
        let spare = frame.width - set.line.width * frame.style.size / 1000.0;
        let shift = match (frame.side, self.mirrored) {
            (Side::Start, false) | (Side::End, true) => 0.0,
            (Side::End, false) | (Side::Start, true) => spare,
            (Side::Reading, _) if set.right_to_left => spare,
            (Side::Reading, _) => 0.0,
        };
        // Centres capitals vertically within the line.
        let base = top + (frame.leading + frame.style.size * CAPITALS) / 2.0;
        let at = (self.left_of(frame.left, frame.width) + shift, base);
        self.sheet.line(&mut self.book.subsets, at, frame.style.size, frame.ink, &set.line);
    }

    /// Where something is that begins `start` points from the side where the paper is begun to be read, from the left.
    pub(super) fn left_of(&self, start: f32, width: f32) -> f32 {
        if self.mirrored { self.sheet.paper().width - start - width } else { start }
    }

    /// Begins a section here: readers can jump to it.
    pub(super) fn mark(&mut self, title: &str) {
        self.marks.push(Mark::new(title, self.page(), self.down));
    }

    /// The index of the page that is being filled, from 0.
    pub(super) fn page(&self) -> usize {
        self.book.pages()
    }

    /// Whether the paper reads from right to left.
    pub(super) fn is_mirrored(&self) -> bool {
        self.mirrored
    }

    /// Draws a text line by line, over as many pages as it needs; `beside` draws what accompanies each line.
    pub(super) fn lines(
        &mut self,
        setting: &Setting,
        frame: Frame,
        beside: impl Fn(&mut Sheet, f32, f32),
    ) -> Result<(), PdfError> {
        for line in 0..setting.lines.len() {
            self.need(frame.leading)?;
            self.draw(setting, line, frame, self.down);
            beside(&mut self.sheet, self.down, frame.leading);
            self.down += frame.leading;
        }
        Ok(())
    }

    /// A frame over the whole width.
    pub(super) fn frame(&self, style: Style) -> Frame {
        let leading = style.size * 1.4;
        Frame { left: self.margin, width: self.width(), style, leading, ink: BLACK, side: Side::Reading }
    }

    /// Finishes the last page, draws the feet, and writes the file. Returns the number of pages, and what no font has.
    pub(super) fn finish(mut self, to: &mut impl Write) -> Result<(usize, Vec<MissingScript>), PdfError> {
        let (margin, width, letterhead, mirrored) =
            (self.margin, self.width(), self.letterhead, self.mirrored);
        self.book.push(self.sheet)?;
        let pages = self.book.pages();
        let typesetter = &mut self.typesetter;
        let foot = |subsets: &mut Subsets<'f>, sheet: &mut Sheet, page: usize| {
            let bottom = sheet.paper().height;
            sheet.rule((margin, bottom - 36.0), (width, 0.0), 0.5, HAIRLINE);
            let mut label = |text: &str, most: f32, place: &dyn Fn(f32) -> f32| {
                let setting = typesetter.set(&one_line(text), SMALL, most, 1);
                let line = setting.lines.first().map(|set| &set.line)?;
                let taken = line.width * SMALL.size / 1000.0;
                let start = place(taken);
                let left = if mirrored { sheet.paper().width - start - taken } else { start };
                sheet.line(subsets, (left, bottom - 24.0), SMALL.size, GREY, line);
                Some(taken)
            };
            let taken = label(&letterhead.organisation, width * 0.4, &|_| margin).unwrap_or_default();
            let beside = margin + taken + if taken > 0.0 { 16.0 } else { 0.0 };
            label(&letterhead.subtitle, width * 0.8 - taken - 16.0, &|_| beside);
            label(&letterhead.page(page, pages), width * 0.2, &|taken| margin + width - taken);
        };
        self.book.finish(letterhead, &self.marks, foot, to)?;
        Ok((pages, self.typesetter.shaper.missing.by_script()))
    }

    /// The head of the first page.
    fn masthead(&mut self) {
        let half = self.width() / 2.0 - 10.0;
        let name = Style { size: 9.5, bold: true };
        let left = Frame { width: half, ink: GREY, side: Side::Start, leading: 14.0, ..self.frame(name) };
        let right = Frame { left: left.left + half + 20.0, style: SMALL, side: Side::End, ..left };
        let organisation = self.labels(&self.letterhead.organisation.clone(), left, LINES_OF_A_LABEL);
        let generated = self.letterhead.generated(usize::MAX);
        let generated = self.labels(&generated, right, LINES_OF_A_LABEL);
        self.down += 12.0 + left.leading * organisation.max(generated).max(1) as f32;
        let title = Frame { leading: 23.0, ..self.frame(Style { size: 18.0, bold: true }) };
        let subtitle = Frame { ink: GREY, leading: 14.0, ..self.frame(Style { size: 10.0, bold: false }) };
        for (text, frame, most_lines) in [
            (&self.letterhead.title, title, LINES_OF_THE_TITLE),
            (&self.letterhead.subtitle, subtitle, LINES_OF_THE_SUBTITLE),
        ] {
            if text.is_empty() {
                continue;
            }
            let setting = self.set(text, frame, most_lines);
            for line in 0..setting.lines.len() {
                self.draw(&setting, line, frame, self.down);
                self.down += frame.leading;
            }
        }
        self.down += 12.0;
    }

    /// Draws some lines at the current height, without moving down. Returns how many.
    fn labels(&mut self, text: &str, frame: Frame, most: usize) -> usize {
        let setting = self.set(&one_line(text), frame, most);
        for line in 0..setting.lines.len() {
            self.draw(&setting, line, frame, self.down + line as f32 * frame.leading);
        }
        setting.lines.len()
    }

    /// Who generated it and when, in one line: a name that is too long is cut, and the time stays.
    fn generated(&mut self, frame: Frame) -> String {
        let letterhead = self.letterhead;
        let (mut fits, mut longer) = (0, letterhead.name_length() + 1);
        while longer - fits > 1 {
            let most = usize::midpoint(fits, longer);
            let setting = self.set(&one_line(&letterhead.generated(most)), frame, 1);
            if setting.cut || setting.lines.len() > 1 { longer = most } else { fits = most }
        }
        letterhead.generated(fits)
    }
}

/// The most lines of the organisation and of who generated it: a name of 200 characters, and the time.
const LINES_OF_A_LABEL: usize = 8;
/// The most lines of the title on the first page. That of a case, of 200 letters, has room as wide as they may be.
const LINES_OF_THE_TITLE: usize = 10;
const LINES_OF_THE_SUBTITLE: usize = 8;

/// The height of capitals, in em.
const CAPITALS: f32 = 0.71;
