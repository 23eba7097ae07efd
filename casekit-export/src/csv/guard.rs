//! Text that no spreadsheet can take for a formula, wherever it cuts it.

use std::borrow::Cow;

use casekit_core::model::CsvSeparator;
use casekit_core::text;

/// The text with a `'` wherever a cell that somebody could cut out of it would begin as a formula; and at its front, if a number
/// before it in the row would make it part of one.
pub(super) fn guarded(text: &str, behind_negative: bool) -> Cow<'_, str> {
    let mut places = formulas(text);
    if behind_negative && text.contains(['(', '|', '!']) && places.first() != Some(&0) {
        places.insert(0, 0);
    }
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut written) = (String::with_capacity(text.len() + places.len()), 0);
    for place in places {
        out.push_str(text.get(written..place).unwrap_or_default());
        out.push('\'');
        written = place;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a cell with this text begins as a formula.
pub(super) fn begins_a_formula(text: &str) -> bool {
    text.chars().find(|c| !is_passed_over(*c)).is_some_and(is_operator)
}

/// Whether somebody who cuts at another separator could take a quote in these rows for the start of a cell: it then goes on over
/// lines, until the next quote or the end of the file.
pub(super) fn may_open_quotes(rows: &str, separator: CsvSeparator) -> bool {
    let behind = |c: char| cuts(c) && c != separator.character();
    rows.chars().zip(rows.chars().skip(1)).any(|(before, c)| c == '"' && behind(before))
}

/// Where a cell that begins as a formula could be cut out: at the start of the text, and behind what cuts cells and lines.
fn formulas(text: &str) -> Vec<usize> {
    let (mut places, mut cut) = (Vec::new(), Some(0));
    for (at, c) in text.char_indices() {
        if cuts(c) {
            cut = Some(at + c.len_utf8());
        } else if !is_passed_over(c) {
            places.extend(cut.take().filter(|_| is_operator(c)));
        }
    }
    places
}

/// Separators, and whatever some reader takes for the end of a line.
fn cuts(c: char) -> bool {
    CsvSeparator::ALL.iter().any(|separator| separator.character() == c)
        || matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
}

/// What readers take away or do not show in front of a cell.
fn is_passed_over(c: char) -> bool {
    c == '"' || c.is_whitespace() || c.is_control() || text::is_ignorable(c)
}

/// What a formula begins with (OWASP, CSV injection), also in full width and small, which some programs fold.
fn is_operator(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫')
}
