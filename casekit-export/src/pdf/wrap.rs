//! Breaking text into lines of a given width.

use std::{collections::HashMap, ops::Range, rc::Rc};

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::{
    Fonts, PdfError,
    reading::Paragraph,
    shape::{Line, Placed, Shaper},
    text::{beginning, clean},
};

/// Typesets text, and caches short texts: the cells of a table repeat.
pub(super) struct Typesetter<'f> {
    pub(super) shaper: Shaper<'f>,
    known: HashMap<Frame, HashMap<Box<str>, Rc<Setting>>>,
    /// Whether the paper reads from right to left, as a text without letters then does too.
    from_right: bool,
}

/// The size and weight of a text.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The size in points.
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// A typeset text.
#[derive(Default)]
pub(super) struct Setting {
    pub(super) lines: Vec<SetLine>,
    /// Whether the text is longer than what its lines show.
    pub(super) cut: bool,
}

/// One line of a text, and the side from which it is read.
pub(super) struct SetLine {
    pub(super) line: Line,
    pub(super) right_to_left: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Frame {
    bold: bool,
    /// The width of a line in 1/1000 em.
    width: u32,
    most_lines: usize,
}

/// The texts in the cache for one width: when there are as many, it is emptied, so that a long report needs no more
/// memory.
const TEXTS_KEPT: usize = 2048;
/// The longest text that is cached, in bytes. Longer ones seldom repeat.
const LONGEST_TEXT_KEPT: usize = 96;
const ELLIPSIS: char = '…';

impl<'f> Typesetter<'f> {
    pub(super) fn new(fonts: &'f Fonts, from_right: bool) -> Result<Self, PdfError> {
        Ok(Self { shaper: Shaper::new(fonts)?, known: HashMap::new(), from_right })
    }

    /// Breaks `text` into lines of `width` points, at most `most_lines` of them. If it is cut, it ends in an ellipsis.
    pub(super) fn set(&mut self, text: &str, style: Style, width: f32, most_lines: usize) -> Rc<Setting> {
        let width = (width * 1000.0 / style.size).max(1.0) as u32;
        let frame = Frame { bold: style.bold, width, most_lines };
        if let Some(setting) = self.known.get(&frame).and_then(|texts| texts.get(text)) {
            return Rc::clone(setting);
        }
        let setting = Rc::new(self.wrap(text, frame));
        if text.len() <= LONGEST_TEXT_KEPT {
            let texts = self.known.entry(frame).or_default();
            if texts.len() >= TEXTS_KEPT {
                texts.clear();
            }
            texts.insert(text.into(), Rc::clone(&setting));
        }
        setting
    }

    fn wrap(&mut self, text: &str, frame: Frame) -> Setting {
        // No letter is as narrow as `NARROWEST`, so a longer text would be cut anyway. This keeps a huge text from
        // being shaped whole.
        let room = (frame.width as usize / NARROWEST).saturating_add(2).saturating_mul(frame.most_lines);
        let (text, mut cut) = beginning(text, room);
        let text = clean(text);
        let mut lines: Vec<SetLine> = Vec::new();
        let mut last = None;
        for text in text.trim_end().split('\n') {
            if lines.len() >= frame.most_lines {
                cut = true;
                break;
            }
            let paragraph = Paragraph::new(text, self.from_right);
            let right_to_left = paragraph.reads_right_to_left();
            let whole = self.shaper.line(&paragraph, 0..text.len(), frame.bold);
            if whole.width <= frame.width as f32 {
                lines.push(SetLine { line: whole, right_to_left });
                last = Some((text, 0..text.len()));
                continue;
            }
            for part in parts(text, &whole, frame.width as f32) {
                if lines.len() >= frame.most_lines {
                    cut = true;
                    break;
                }
                let line = self.shaper.line(&paragraph, part.clone(), frame.bold);
                lines.push(SetLine { line, right_to_left });
                last = Some((text, part));
            }
        }
        if let (true, Some((text, part))) = (cut, last) {
            lines.pop();
            lines.push(self.shortened(text, part, frame));
        }
        Setting { lines, cut }
    }

    /// The last line of a text that was cut, shortened until the ellipsis fits.
    fn shortened(&mut self, text: &str, part: Range<usize>, frame: Frame) -> SetLine {
        let whole = Paragraph::new(text, self.from_right);
        let kept = text.get(part).unwrap_or_default().trim_end();
        let ends: Vec<usize> = kept.char_indices().map(|(at, _)| at).chain([kept.len()]).collect();
        let mut with = |end: usize| {
            let shown = format!("{}{ELLIPSIS}", kept.get(..end).unwrap_or_default().trim_end());
            let paragraph = Paragraph::like(&shown, &whole);
            self.shaper.line(&paragraph, 0..shown.len(), frame.bold)
        };
        // Halved, since a line may have a hundred thousand characters without width, and one fewer each time would shape
        // it as often.
        let fits = |line: &Line| line.width <= frame.width as f32;
        let mut best = with(0);
        let (mut least, mut most) = (0, ends.len());
        while most - least > 1 {
            let middle = usize::midpoint(least, most);
            let line = with(ends.get(middle).copied().unwrap_or_default());
            if fits(&line) {
                (least, best) = (middle, line);
            } else {
                most = middle;
            }
        }
        SetLine { line: best, right_to_left: whole.reads_right_to_left() }
    }
}

/// A width below that of every letter, in 1/1000 em; an `i` has about 250.
const NARROWEST: usize = 100;

/// The ranges of a paragraph's lines, without the spaces at their ends.
fn parts(text: &str, whole: &Line, most: f32) -> Vec<Range<usize>> {
    let breaks = linebreaks(text).filter(|(_, kind)| *kind == BreakOpportunity::Allowed);
    let mut breaks = breaks.map(|(at, _)| at).peekable();
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut width, mut allowed, mut width_since_allowed) = (0.0, 0, 0.0);
    for (at, c, advance) in advances(text, whole) {
        while breaks.next_if(|next| *next <= at).is_some() {
            (allowed, width_since_allowed) = (at, 0.0);
        }
        // Spaces may extend beyond the edge, and a mark is never separated from its letter.
        let hangs = c == ' ' || advance == 0.0;
        if width + advance > most && !hangs && at > start {
            (start, width) = if allowed > start {
                parts.push(trimmed(text, start..allowed));
                (allowed, width_since_allowed)
            } else {
                parts.push(trimmed(text, start..at));
                (at, 0.0)
            };
        }
        width += advance;
        width_since_allowed += advance;
    }
    parts.push(trimmed(text, start..text.len()));
    parts
}

/// Each character in reading order: where it starts, and its advance in 1/1000 em. The first character of a ligature
/// has the advance of the whole.
fn advances(text: &str, line: &Line) -> Vec<(usize, char, f32)> {
    let mut advances: Vec<(usize, char, f32)> = text.char_indices().map(|(at, c)| (at, c, 0.0)).collect();
    for Placed { word, start } in &line.words {
        for glyph in &word.glyphs {
            let at = start + glyph.text.start;
            if let Ok(index) = advances.binary_search_by_key(&at, |(at, _, _)| *at)
                && let Some((_, _, advance)) = advances.get_mut(index)
            {
                *advance += glyph.advance;
            }
        }
    }
    advances
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + part.trim_end().len()
}

#[cfg(feature = "fonts")]
#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { size: 10.0, bold: false };

    fn lines(text: &str, width: f32, most_lines: usize) -> Vec<String> {
        let fonts = Fonts::bundled();
        let mut typesetter = Typesetter::new(&fonts, false).unwrap();
        let setting = typesetter.set(text, STYLE, width, most_lines);
        for SetLine { line, .. } in &setting.lines {
            assert!(line.width <= width * 100.0 + 1.0, "{} is wider than {width}", line.width / 100.0);
        }
        let words =
            |set: &SetLine| set.line.words.iter().map(|placed| &*placed.word.text).collect::<String>();
        setting.lines.iter().map(words).collect()
    }

    #[test]
    fn a_short_text_is_one_line() {
        assert_eq!(lines("Bug report", 100.0, 3), ["Bug report"]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(lines("the customer called again", 60.0, 9), ["the", "customer", "called again"]);
    }

    #[test]
    fn a_word_too_long_for_a_line_is_broken() {
        let broken = lines(&"w".repeat(40), 60.0, 99);
        assert!(broken.len() > 3);
        assert_eq!(broken.concat(), "w".repeat(40));
    }

    #[test]
    fn line_breaks_and_empty_lines_stay() {
        assert_eq!(lines("one\r\n\r\ntwo\n", 100.0, 9), ["one", "", "two"]);
    }

    #[test]
    fn what_is_cut_ends_in_an_ellipsis() {
        let cut = lines("the customer called again and again and again", 60.0, 2);
        assert_eq!(cut, ["the", "customer…"]);
        assert_eq!(lines("one\ntwo\nthree", 100.0, 2), ["one", "two…"]);
    }

    #[test]
    fn a_huge_text_in_few_lines_is_cut_at_once() {
        let cut = lines(&"x".repeat(10_000_000), 60.0, 3);
        assert_eq!(cut.len(), 3);
        assert!(cut.last().unwrap().ends_with('…'));
    }

    #[test]
    fn a_cut_line_without_end_is_shaped_a_few_times() {
        let fonts = Fonts::bundled();
        // As wide as the line, and without an end that can be seen: however many lines there are, it fills one.
        let text = format!("www{}", "\u{200b}".repeat(100_000));
        let shaped = |most_lines: usize| {
            let mut typesetter = Typesetter::new(&fonts, false).unwrap();
            typesetter.set(&text, STYLE, 25.0, most_lines);
            typesetter.shaper.shaped
        };
        let (one, two) = (shaped(10), shaped(20));
        assert!(two < one * 5 / 2, "{one} became {two}");
    }

    #[test]
    fn marks_stay_on_their_letter() {
        let text = "e\u{301}\u{323}".repeat(60);
        for line in lines(&text, 60.0, 99) {
            assert!(line.starts_with('e'), "{line:?}");
        }
    }

    #[test]
    fn an_empty_text_is_an_empty_line() {
        assert_eq!(lines("", 60.0, 3), [""]);
    }

    #[test]
    fn a_frame_without_width_still_ends() {
        assert_eq!(lines_in_no_room("some words"), 3);
    }

    fn lines_in_no_room(text: &str) -> usize {
        let fonts = Fonts::bundled();
        Typesetter::new(&fonts, false).unwrap().set(text, STYLE, 0.0, 3).lines.len()
    }
}
