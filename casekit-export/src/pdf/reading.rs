//! How a text is read: its directions, scripts and words.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Direction, Level, ParagraphInfo, get_base_direction};
use unicode_script::{Script, UnicodeScript};

/// A text without line breaks, with its reading directions.
pub(super) struct Paragraph<'t> {
    pub(super) text: &'t str,
    directions: Option<BidiInfo<'t>>,
}

impl<'t> Paragraph<'t> {
    /// Finds the directions of a text. The base direction is that of the first letter that is not isolated; that of the paper
    /// for a text without such a letter.
    pub(super) fn new(text: &'t str, paper_from_right: bool) -> Self {
        let unsaid = paper_from_right && get_base_direction(text) == Direction::Mixed;
        let plain = !unsaid && text.chars().all(|c| c < FIRST_RIGHT_TO_LEFT);
        let level = unsaid.then(Level::rtl);
        Self { text, directions: (!plain).then(|| BidiInfo::new(text, level)) }
    }

    /// Finds the directions of a text whose base direction is that of another paragraph.
    pub(super) fn like(text: &'t str, other: &Paragraph<'_>) -> Self {
        let level = if other.reads_right_to_left() { Level::rtl() } else { Level::ltr() };
        Self { text, directions: Some(BidiInfo::new(text, Some(level))) }
    }

    pub(super) fn reads_right_to_left(&self) -> bool {
        let first = self.directions.as_ref().and_then(|directions| directions.paragraphs.first());
        first.is_some_and(|paragraph| paragraph.level.is_rtl())
    }

    /// The runs of a part that have one direction each, from left to right, and whether each reads from right to left.
    pub(super) fn visual_runs(&self, part: Range<usize>) -> Vec<(Range<usize>, bool)> {
        let Some((line, start)) = self.directions.as_ref().and_then(|info| alone(info, &part)) else {
            return vec![(part, false)];
        };
        let Some(paragraph) = line.paragraphs.first() else { return Vec::new() };
        let (levels, runs) = line.visual_runs(paragraph, paragraph.range.clone());
        let right_to_left = |run: &Range<usize>| levels.get(run.start).is_some_and(|level| level.is_rtl());
        runs.into_iter().map(|run| (start + run.start..start + run.end, right_to_left(&run))).collect()
    }
}

/// What is known about one part of a paragraph, and where that part begins. The library copies all the levels that it is
/// given for each line, so it is given those of the line.
fn alone<'t>(info: &BidiInfo<'t>, part: &Range<usize>) -> Option<(BidiInfo<'t>, usize)> {
    let level = info.paragraphs.first()?.level;
    let line = BidiInfo {
        text: info.text.get(part.clone()).filter(|text| !text.is_empty())?,
        original_classes: info.original_classes.get(part.clone())?.to_vec(),
        levels: info.levels.get(part.clone())?.to_vec(),
        paragraphs: vec![ParagraphInfo { range: 0..part.len(), level }],
    };
    Some((line, part.start))
}

/// The first character of the Hebrew block. No character before it is read from right to left, so a text below it needs
/// no bidirectional analysis.
const FIRST_RIGHT_TO_LEFT: char = '\u{590}';

/// Words and the spaces between them, in reading order. They can be shaped separately: letters do not affect each other
/// across a space.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = if rest.starts_with(' ') {
            // A combining mark after a space belongs to that space.
            let after = rest.get(1..).unwrap_or_default();
            let marked = after.chars().next().is_some_and(|c| script(c) == Script::Inherited);
            if marked { space_in(after).map_or(rest.len(), |end| end + 1) } else { 1 }
        } else {
            space_in(rest).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at_checked(most_at_once(rest.get(..end)?))?;
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// After how many characters a word is split.
const ENOUGH: usize = 500;

/// The first space, if it is so near that the word before it is not split anyway: a text without spaces is not searched
/// to its end for each piece of it.
fn space_in(text: &str) -> Option<usize> {
    text.bytes().take(2 * ENOUGH * char::MAX.len_utf8()).position(|byte| byte == b' ')
}

/// Where to split a very long word, since shaping may take quadratic time: before a letter, if there is one.
fn most_at_once(word: &str) -> usize {
    if word.len() <= ENOUGH {
        return word.len();
    }
    let mut ends = word.char_indices().skip(ENOUGH).take(ENOUGH);
    let first = ends.next().map_or(word.len(), |(at, _)| at);
    ends.find(|(_, c)| script(*c) != Script::Inherited).map_or(first, |(at, _)| at)
}

/// The script of a character, with a fast path for the most common ones.
pub(super) fn script(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' => Script::Latin,
        c if c.is_ascii() => Script::Common,
        c => c.script(),
    }
}

/// Whether a character is invisible and only affects the shape of its neighbours. Such a character stays in the font of
/// the text around it.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::super::text::isolated;
    use super::*;

    fn from_right(text: &str) -> bool {
        Paragraph::new(text, false).reads_right_to_left()
    }

    #[test]
    fn the_first_letter_gives_the_direction() {
        assert_eq!(
            ["abc محمد", "محمد abc", "12 محمد", "עברית", ""].map(from_right),
            [false, true, true, true, false]
        );
    }

    #[test]
    fn what_is_isolated_gives_no_direction() {
        let said = |text: &str, paper| Paragraph::new(text, paper).reads_right_to_left();
        let dated = format!("{}, {}", isolated("محمد"), isolated("2026-04-01"));
        assert_eq!((said(&dated, false), said(&dated, true)), (false, true));
        assert_eq!((said("2026", true), said("abc", true), said("2026", false)), (true, false, false));
        let runs: Vec<&str> = Paragraph::new(&dated, false)
            .visual_runs(0..dated.len())
            .into_iter()
            .map(|(run, _)| &dated[run])
            .collect();
        assert_eq!(runs, ["\u{2068}", "محمد", "\u{2069}, \u{2068}", "2026-04-01", "\u{2069}"]);
    }

    #[test]
    fn a_cut_text_reads_like_the_whole() {
        let whole = Paragraph::new("محمد abc", false);
        assert!(Paragraph::like("abc…", &whole).reads_right_to_left());
        assert!(!Paragraph::like("محمد…", &Paragraph::new("abc", false)).reads_right_to_left());
    }

    #[test]
    fn the_directions_of_a_line_cost_what_the_line_is_long() {
        let text = "日本語 محمد ".repeat(1_000);
        let paragraph = Paragraph::new(&text, false);
        let info = paragraph.directions.as_ref().unwrap();
        let line = text.len() - 19..text.len();
        let (alone, start) = alone(info, &line).unwrap();
        assert_eq!((alone.levels.len(), start), (19, line.start));
        let whole = info.visual_runs(info.paragraphs.first().unwrap(), line.clone()).1;
        let runs: Vec<Range<usize>> = paragraph.visual_runs(line).into_iter().map(|(run, _)| run).collect();
        assert_eq!(runs, whole);
    }

    #[test]
    fn words_and_spaces_alternate() {
        assert_eq!(words("one  two ").collect::<Vec<_>>(), ["one", " ", " ", "two", " "]);
    }

    #[test]
    fn a_mark_after_a_space_stays_on_it() {
        assert_eq!(words("a \u{301}b c").collect::<Vec<_>>(), ["a", " \u{301}b", " ", "c"]);
    }

    #[test]
    fn a_word_without_end_is_parted_between_letters() {
        let text = "e\u{301}".repeat(600);
        let parts: Vec<&str> = words(&text).collect();
        assert_eq!(parts.concat(), text);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.starts_with('e')));
        let marks = "\u{301}".repeat(100_000);
        assert_eq!(words(&marks).map(str::len).max(), Some(1_000));
    }
}
