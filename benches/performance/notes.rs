//! What is written by hand.

use std::path::Path;

use crate::Outcome;

/// The file of notes: an introduction, and sections.
pub(crate) struct Notes {
    introduction: String,
    /// Heading, and what stands under it.
    sections: Vec<(String, String)>,
}

impl Notes {
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path)?;
        let mut parts = text.split("\n## ");
        let introduction = parts.next().unwrap_or_default();
        // The first line tells whoever opens the file what it is for.
        let introduction = introduction.split_once("-->").map_or(introduction, |(_, rest)| rest);
        let section = |part: &str| {
            let (heading, rest) = part.split_once('\n').unwrap_or((part, ""));
            (heading.trim().to_owned(), format!("### {}\n\n{}", heading.trim(), rest.trim()))
        };
        Ok(Self { introduction: introduction.trim().to_owned(), sections: parts.map(section).collect() })
    }

    pub(crate) fn introduction(&self) -> &str {
        &self.introduction
    }

    /// The section about an operation: that with the longest name in its heading with which the operation's begins. A
    /// heading can have several, with semicolons between.
    pub(crate) fn about(&self, op: &str) -> Option<&str> {
        let fits =
            |heading: &str| heading.split("; ").filter(|name| op.starts_with(name)).map(str::len).max();
        let fitting = self.sections.iter().filter_map(|(heading, section)| Some((fits(heading)?, section)));
        fitting.max_by_key(|(length, _)| *length).map(|(_, section)| section.as_str())
    }
}
