//! Bookmarks: where a reader can jump to.

use super::text::{one_line, unisolated};

/// A place in the file, and what the list of bookmarks calls it.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) title: String,
    /// The index of the page, from 0.
    pub(super) page: usize,
    /// How far below the top of the page it is, in points.
    pub(super) down: f32,
}

impl Mark {
    pub(super) fn new(title: &str, page: usize, down: f32) -> Self {
        let title: String = unisolated(&one_line(title)).chars().take(LONGEST).collect();
        Self { title, page, down }
    }
}

/// The longest title of a bookmark, in characters: readers show a line.
const LONGEST: usize = 200;

/// The first and the last row of each page of a report.
#[derive(Default)]
pub(super) struct Spans(Vec<Span>);

struct Span {
    page: usize,
    first: String,
    last: String,
}

impl Spans {
    /// Notes that a row is on a page; `name` is what its first cell says.
    pub(super) fn row(&mut self, page: usize, name: &str) {
        let name: String = one_line(name).chars().take(IN_A_SPAN).collect();
        match self.0.last_mut() {
            Some(span) if span.page == page => span.last = name,
            _ => self.0.push(Span { page, first: name.clone(), last: name }),
        }
    }

    /// A bookmark for each page, or for as many pages as leave [`MOST`] bookmarks.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let each = self.0.len().div_ceil(MOST).max(1);
        let mark = |spans: &[Span]| {
            let (from, to) = (spans.first()?, spans.last()?);
            let title = if from.first == to.last {
                from.first.clone()
            } else {
                format!("{} – {}", from.first, to.last)
            };
            Some(Mark::new(&title, from.page, 0.0))
        };
        self.0.chunks(each).filter_map(mark).collect()
    }
}

/// The most bookmarks of a report.
const MOST: usize = 40;
/// The most characters of a cell in the title of a bookmark.
const IN_A_SPAN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_report_has_bookmarks_for_several_pages_each() {
        let mut spans = Spans::default();
        for row in 0..1_000 {
            spans.row(row / 10, &format!("C-{row}"));
        }
        let marks = spans.marks();
        assert_eq!(marks.len(), 34);
        let said: Vec<_> = marks.iter().take(2).map(|mark| (mark.title.as_str(), mark.page)).collect();
        assert_eq!(said, [("C-0 – C-29", 0), ("C-30 – C-59", 3)]);
        assert_eq!(marks.last().unwrap().title, "C-990 – C-999");
    }
}
