//! Writes sections in the idiom of a host.

use super::names::error;
use super::sections::Sections;
use super::{Host, camel, wrapped};

/// The width of the text in the comment of a method.
const WIDTH: usize = 112;

impl Sections {
    /// The whole text, with its sections at the end.
    pub(super) fn in_the_idiom(&self) -> String {
        let sections = match self.host {
            Host::Python => self.in_python(),
            Host::Kotlin => self.in_kotlin(),
            Host::Swift => self.in_swift(),
        };
        // No host's idiom has a section for it, so it is the last paragraph of the description.
        let cost = self.cost.iter().map(|cost| format!("Cost: {}", continued(cost)));
        let described = Some(self.text.clone()).into_iter().filter(|text| !text.is_empty()).chain(cost);
        let text = described.collect::<Vec<_>>().join("\n\n");
        // Wrapped again, because names are shorter here than in core. Python's texts are wrapped later, where their
        // indentation is known.
        let text = match self.host {
            Host::Python => text,
            Host::Kotlin | Host::Swift => wrapped(&text, WIDTH).join("\n"),
        };
        match (text.is_empty(), sections.is_empty()) {
            (_, true) => text,
            (true, false) => sections,
            (false, false) => format!("{text}\n\n{sections}"),
        }
    }

    /// Sections as in Google's style for Python.
    fn in_python(&self) -> String {
        let mut sections = Vec::new();
        let mut section = |heading: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                sections.push(format!("{heading}:\n    {}", lines.join("\n    ")));
            }
        };
        let described = self.arguments.iter().map(|(name, text)| format!("{name}: {}", begun(text)));
        section("Args", described.collect());
        section("Returns", self.returns.iter().map(|text| begun(text)).collect());
        let raised = self.failing().map(|(name, code, text)| match code {
            Some(code) => format!("{name}: With `{code}` {text}"),
            None => format!("{name}: {}", begun(text)),
        });
        section("Raises", raised.collect());
        sections.join("\n\n")
    }

    fn in_kotlin(&self) -> String {
        let mut tags = Vec::new();
        tags.extend(self.arguments.iter().map(|(name, text)| format!("@param {} {text}", camel(name))));
        tags.extend(self.returns.iter().map(|text| format!("@return {}", continued(text))));
        tags.extend(self.failing().map(|(name, code, text)| match code {
            Some(code) => format!("@throws {name} with `{code}` {text}"),
            None => format!("@throws {name} {}", continued(text)),
        }));
        listed(&tags)
    }

    /// DocC has one `Throws` for all errors, so they become a list within it.
    fn in_swift(&self) -> String {
        let mut items = Vec::new();
        items
            .extend(self.arguments.iter().map(|(name, text)| format!("- Parameter {}: {text}", camel(name))));
        items.extend(self.returns.iter().map(|text| format!("- Returns: {}", continued(text))));
        let thrown = self.failing().map(|(name, code, text)| match code {
            Some(code) => format!("`{name}` with `{code}` {text}"),
            None if name == "CasekitError" => format!("`{name}`: {}", continued(text)),
            None => format!("`{name}` {text}"),
        });
        let thrown: Vec<String> = thrown.collect();
        if !thrown.is_empty() {
            items.push(format!("- Throws: {}", thrown.join(" ")));
        }
        listed(&items)
    }

    /// Each error: the host's name for it, the code that distinguishes it from others of that name, and its condition.
    fn failing(&self) -> impl Iterator<Item = (String, Option<String>, &str)> {
        self.errors.iter().map(|(name, text)| {
            let error = error(name, self.host);
            (error.name, error.code, text.as_str())
        })
    }
}

/// A list with an item on each line; long items take several lines.
fn listed(items: &[String]) -> String {
    items.iter().flat_map(|item| wrapped(item, WIDTH)).collect::<Vec<_>>().join("\n")
}

/// A text with a capital at the beginning, for the beginning of a sentence.
fn begun(text: &str) -> String {
    changed(text, |first| first.to_uppercase().collect())
}

/// A text with a small letter at the beginning, for the middle of a sentence, unless it begins with a name.
fn continued(text: &str) -> String {
    let is_name = text.chars().nth(1).is_none_or(char::is_uppercase);
    if is_name { text.to_owned() } else { changed(text, |first| first.to_lowercase().collect()) }
}

fn changed(text: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| change(first) + letters.as_str())
}
