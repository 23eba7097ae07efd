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

    /// The section about an operation: the longest heading with which its name begins.
    pub(crate) fn about(&self, op: &str) -> Option<&str> {
        let fitting = self.sections.iter().filter(|(heading, _)| op.starts_with(heading.as_str()));
        fitting.max_by_key(|(heading, _)| heading.len()).map(|(_, section)| section.as_str())
    }
}
