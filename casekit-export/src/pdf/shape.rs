//! From characters to glyphs: chooses fonts, directions and shapes.

use std::{cell::OnceCell, collections::HashMap, ops::Range, rc::Rc};

use rustybuzz::{BufferClusterLevel, Direction, Face, ShapePlan, UnicodeBuffer, ttf_parser::Tag};
use unicode_script::Script;

use super::{
    Fonts, PdfError,
    missing::Missing,
    reading::{Paragraph, is_joiner, script, words},
    show::Show,
    text::is_isolate,
};

/// Shapes text with a list of fonts, and caches shaped words.
pub(super) struct Shaper<'f> {
    faces: Vec<Face<'f>>,
    bold: Vec<bool>,
    fonts_of_characters: HashMap<(char, bool), usize>,
    words: HashMap<Manner, Words>,
    /// What no font has of all that was shaped.
    pub(super) missing: Missing,
    /// How many bytes were made lines, for tests that count.
    #[cfg(test)]
    pub(super) shaped: usize,
}

/// The words of a line in the order in which they are drawn, from left to right.
#[derive(Default)]
pub(super) struct Line {
    pub(super) words: Vec<Placed>,
    /// In 1/1000 em.
    pub(super) width: f32,
}

/// A word, and where in its paragraph it starts.
pub(super) struct Placed {
    pub(super) word: Rc<Word>,
    pub(super) start: usize,
}

/// A word as glyphs of one font and direction, from left to right.
pub(super) struct Word {
    pub(super) font: usize,
    pub(super) text: Box<str>,
    pub(super) glyphs: Vec<Glyph>,
    /// The width in 1/1000 em.
    pub(super) width: f32,
    /// How the word is drawn; computed when it is first drawn.
    // INVARIANT: a shaper serves one file only: these codes are those of that file's fonts.
    pub(super) shown: OnceCell<Show>,
}

/// One glyph. Lengths are in 1/1000 em.
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) advance: f32,
    pub(super) right: f32,
    pub(super) up: f32,
    /// The part of the word's text that this glyph stands for, possibly together with its neighbours.
    pub(super) text: Range<usize>,
}

/// The parameters that, besides its letters, determine the shape of a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Manner {
    font: usize,
    script: Script,
    right_to_left: bool,
}

struct Words {
    plan: ShapePlan,
    known: HashMap<Box<str>, Rc<Word>>,
}

/// The words in the cache for one manner: when there are as many, it is emptied, so that a long report needs no more
/// memory.
const WORDS_KEPT: usize = 4096;
/// The longest word that is cached, in bytes. Longer ones seldom repeat.
const LONGEST_WORD_KEPT: usize = 48;

impl<'f> Shaper<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Result<Self, PdfError> {
        let faces = fonts.list().iter().map(|font| font.face()).collect::<Result<Vec<_>, _>>()?;
        if faces.is_empty() {
            return Err(PdfError::NoFonts);
        }
        let bold = fonts.list().iter().map(|font| font.bold).collect();
        Ok(Self {
            faces,
            bold,
            fonts_of_characters: HashMap::new(),
            words: HashMap::new(),
            missing: Missing::default(),
            #[cfg(test)]
            shaped: 0,
        })
    }

    /// Shapes a part of a paragraph as one line.
    pub(super) fn line(&mut self, paragraph: &Paragraph<'_>, part: Range<usize>, bold: bool) -> Line {
        #[cfg(test)]
        (self.shaped += part.len());
        let mut line = Line::default();
        for (range, right_to_left) in paragraph.visual_runs(part) {
            let mut runs = self.runs(paragraph.text, range, right_to_left, bold);
            if right_to_left {
                runs.reverse();
            }
            for (manner, range) in runs {
                let (first, mut start) = (line.words.len(), range.start);
                for text in words(paragraph.text.get(range).unwrap_or_default()) {
                    let Some(word) = self.word(manner, text) else { continue };
                    line.width += word.width;
                    line.words.push(Placed { word, start });
                    start += text.len();
                }
                if right_to_left {
                    line.words.get_mut(first..).unwrap_or_default().reverse();
                }
            }
        }
        line
    }

    /// Splits text of one direction by font and script. Characters that all scripts share stay with those before them.
    fn runs(
        &mut self,
        text: &str,
        range: Range<usize>,
        right_to_left: bool,
        bold: bool,
    ) -> Vec<(Manner, Range<usize>)> {
        let mut runs: Vec<(Manner, Range<usize>)> = Vec::new();
        let mut apart = false;
        for (index, c) in text.get(range.clone()).unwrap_or_default().char_indices() {
            // Only the directions need the marks of isolates.
            if is_isolate(c) {
                apart = true;
                continue;
            }
            let (start, end) = (range.start + index, range.start + index + c.len_utf8());
            let script = script(c);
            let shared = matches!(script, Script::Common | Script::Inherited);
            let before = runs.last().map(|(manner, _)| manner.font);
            let font = match before {
                Some(font) if shared && (is_joiner(c) || self.has(font, c)) => font,
                _ => self.font_of(c, bold),
            };
            match runs.last_mut() {
                Some((manner, run))
                    if !std::mem::take(&mut apart)
                        && manner.font == font
                        && (shared || manner.script == script || manner.script == Script::Common) =>
                {
                    if !shared {
                        manner.script = script;
                    }
                    run.end = end;
                }
                _ => {
                    let script = if shared { Script::Common } else { script };
                    runs.push((Manner { font, script, right_to_left }, start..end));
                }
            }
        }
        runs
    }

    fn has(&self, font: usize, c: char) -> bool {
        self.faces.get(font).is_some_and(|face| face.glyph_index(c).is_some())
    }

    fn font_of(&mut self, c: char, bold: bool) -> usize {
        if let Some(font) = self.fonts_of_characters.get(&(c, bold)) {
            return *font;
        }
        let asked = |right_weight: bool| {
            let weights = self.bold.iter().enumerate();
            weights.filter(move |(_, heavy)| (**heavy == bold) == right_weight).map(|(font, _)| font)
        };
        let found = asked(true).chain(asked(false)).find(|font| self.has(*font, c));
        if found.is_none() && !is_joiner(c) && !is_invisible(c) {
            self.missing.note(script(c), c);
        }
        let font = found.unwrap_or(0);
        self.fonts_of_characters.insert((c, bold), font);
        font
    }

    fn word(&mut self, manner: Manner, text: &str) -> Option<Rc<Word>> {
        let face = self.faces.get(manner.font)?;
        let words = self.words.entry(manner).or_insert_with(|| Words::new(face, manner));
        if let Some(word) = words.known.get(text) {
            return Some(Rc::clone(word));
        }
        let word = Rc::new(shape(face, &words.plan, manner, text));
        if text.len() <= LONGEST_WORD_KEPT {
            if words.known.len() >= WORDS_KEPT {
                words.known.clear();
            }
            words.known.insert(text.into(), Rc::clone(&word));
        }
        Some(word)
    }
}

impl Words {
    fn new(face: &Face<'_>, manner: Manner) -> Self {
        let plan = ShapePlan::new(face, manner.direction(), manner.script(), None, &[]);
        Self { plan, known: HashMap::new() }
    }
}

impl Manner {
    fn direction(self) -> Direction {
        if self.right_to_left { Direction::RightToLeft } else { Direction::LeftToRight }
    }

    fn script(self) -> Option<rustybuzz::Script> {
        rustybuzz::Script::from_iso15924_tag(Tag::from_bytes_lossy(self.script.short_name().as_bytes()))
    }
}

fn shape(face: &Face<'_>, plan: &ShapePlan, manner: Manner, text: &str) -> Word {
    let mut buffer = UnicodeBuffer::new();
    // With this level marks keep clusters of their own, so that each character can be traced to its glyph.
    buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
    buffer.push_str(text);
    buffer.set_direction(manner.direction());
    if let Some(script) = manner.script() {
        buffer.set_script(script);
    }
    let shaped = rustybuzz::shape_with_plan(face, plan, buffer);

    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.push(text.len());
    starts.sort_unstable();
    starts.dedup();
    let scale = 1000.0 / face.units_per_em() as f32;
    let glyphs: Vec<Glyph> = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, position)| {
            let start = info.cluster as usize;
            let next = starts.partition_point(|other| *other <= start);
            // The archival format forbids the glyph for what is missing, so another box stands for it.
            let (id, advance) = match info.glyph_id as u16 {
                0 => replacement(face).unwrap_or((0, position.x_advance)),
                id => (id, position.x_advance),
            };
            Glyph {
                id,
                advance: advance as f32 * scale,
                right: position.x_offset as f32 * scale,
                up: position.y_offset as f32 * scale,
                text: start..starts.get(next).copied().unwrap_or(text.len()),
            }
        })
        .collect();
    let width = glyphs.iter().map(|glyph| glyph.advance).sum();
    Word { font: manner.font, text: text.into(), glyphs, width, shown: OnceCell::new() }
}

/// What a font draws for a character that no font has, and how wide that is: U+FFFD, a box, or a question mark.
fn replacement(face: &Face<'_>) -> Option<(u16, i32)> {
    let glyph = ['\u{fffd}', '\u{25a1}', '?'].into_iter().find_map(|c| face.glyph_index(c))?;
    Some((glyph.0, i32::from(face.glyph_hor_advance(glyph)?)))
}

/// Whether a character shows nothing, so that nobody misses it.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{2061}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(feature = "fonts")]
#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        let fonts = Fonts::bundled();
        Shaper::new(&fonts).unwrap().line(&Paragraph::new(text, false), 0..text.len(), false)
    }

    fn drawn(line: &Line) -> Vec<&str> {
        line.words.iter().map(|placed| &*placed.word.text).collect()
    }

    #[test]
    fn arabic_is_drawn_from_the_right_and_joined() {
        let line = line("محمد الأحمد");
        assert_eq!(drawn(&line), ["الأحمد", " ", "محمد"]);
        let joined = &line.words.last().unwrap().word;
        let alone: Vec<u16> = "محمد"
            .chars()
            .map(|c| {
                let fonts = Fonts::bundled();
                fonts.list()[2].face().unwrap().glyph_index(c).unwrap().0
            })
            .collect();
        assert!(joined.glyphs.iter().rev().map(|glyph| glyph.id).collect::<Vec<_>>() != alone);
    }

    #[test]
    fn a_latin_line_keeps_its_order_around_arabic() {
        assert_eq!(drawn(&line("Case محمد 42")), ["Case", " ", "42", " ", "محمد"]);
    }

    #[test]
    fn bold_text_takes_the_bold_font() {
        let fonts = Fonts::bundled();
        let mut shaper = Shaper::new(&fonts).unwrap();
        let mut font = |text: &str, bold| {
            let line = shaper.line(&Paragraph::new(text, false), 0..text.len(), bold);
            line.words.first().unwrap().word.font
        };
        assert_eq!([font("a", false), font("a", true), font("م", false), font("م", true)], [0, 1, 2, 3]);
    }

    #[test]
    fn an_unknown_character_is_a_sign_of_the_first_font_and_is_noted() {
        let fonts = Fonts::bundled();
        let mut shaper = Shaper::new(&fonts).unwrap();
        let text = "a\u{13000}ש\u{13000}ל";
        let line = shaper.line(&Paragraph::new(text, false), 0..text.len(), false);
        let sign = shaper.faces.first().unwrap().glyph_index('\u{fffd}').unwrap().0;
        let ids: Vec<_> =
            line.words.iter().flat_map(|word| &word.word.glyphs).map(|glyph| glyph.id).collect();
        assert_eq!(ids.iter().filter(|id| **id == sign).count(), 4, "{ids:?}");
        let missing: Vec<_> = shaper
            .missing
            .by_script()
            .into_iter()
            .map(|one| (one.script, one.characters, one.sample))
            .collect();
        let expected = [("Egyptian_Hieroglyphs", 1, "\u{13000}"), ("Hebrew", 2, "של")];
        assert_eq!(
            missing,
            expected.map(|(script, characters, sample)| (script.to_owned(), characters, sample.to_owned()))
        );
    }

    #[test]
    fn the_marks_of_isolates_are_not_drawn() {
        let text = super::super::text::isolated("2026-04-01");
        assert_eq!(drawn(&line(&text)), ["2026-04-01"]);
    }
}
