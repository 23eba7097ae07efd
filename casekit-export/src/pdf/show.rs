//! How a word is drawn.

use printpdf::{DictItem, TextItem};

/// How a word is drawn, for the operators of a page.
pub(super) struct Show {
    pub(super) parts: Vec<Part>,
    /// How far the pen is from the beginning of the next word after this one, in 1/1000 em.
    pub(super) behind: f32,
}

pub(super) enum Part {
    /// Glyphs, and movements of the pen between them.
    Glyphs(Vec<TextItem>),
    /// Glyphs that stand for another text than the one in the font's table.
    GlyphsFor(DictItem, Vec<TextItem>),
    /// How far the glyphs that follow are raised, in 1/1000 em.
    Raise(f32),
}

impl Show {
    /// Draws glyphs, which stand for another text than their own if one is given.
    pub(super) fn glyphs(&mut self, instead: &Option<DictItem>, items: &mut Vec<TextItem>) {
        if items.is_empty() {
            return;
        }
        let items = std::mem::take(items);
        match (instead, self.parts.last_mut()) {
            (Some(text), _) => self.parts.push(Part::GlyphsFor(text.clone(), items)),
            (None, Some(Part::Glyphs(before))) => join(before, items),
            (None, _) => self.parts.push(Part::Glyphs(items)),
        }
    }
}

/// Appends text items, and merges text with the text before it.
pub(super) fn join(before: &mut Vec<TextItem>, items: impl IntoIterator<Item = TextItem>) {
    for item in items {
        match (before.last_mut(), item) {
            (Some(TextItem::Text(text)), TextItem::Text(more)) => text.push_str(&more),
            (_, item) => before.push(item),
        }
    }
}
