//! Edits of uniffi's output, where its configuration is not enough.
//!
//! Each edit has a name and must change at least one place. If a new version of uniffi writes that place differently,
//! the generator stops and names the edit to check, so that no edit is lost silently.

use anyhow::{Context as _, Result, bail};

/// A text from uniffi that is being edited.
#[derive(Debug)]
pub struct Edits {
    text: String,
}

impl Edits {
    /// Begins with the text, as uniffi wrote it.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self { text }
    }

    /// The text after all edits.
    #[must_use]
    pub fn done(self) -> String {
        self.text
    }

    /// Replaces every occurrence of a text.
    ///
    /// # Errors
    ///
    /// There is no occurrence.
    pub fn replace(&mut self, what: &str, from: &str, to: &str) -> Result<()> {
        if !self.text.contains(from) {
            return missing(what, from);
        }
        self.text = self.text.replace(from, to);
        Ok(())
    }

    /// Changes every span that begins with `start` and goes up to the next `end`, both included.
    ///
    /// # Errors
    ///
    /// There is no such span, or it cannot be changed.
    pub fn spans(
        &mut self,
        what: &str,
        start: &str,
        end: &str,
        change: impl Fn(&str) -> Result<String>,
    ) -> Result<()> {
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        let mut is_found = false;
        while let Some((before, begun)) = rest.split_once(start) {
            let Some((within, after)) = begun.split_once(end) else { break };
            out.push_str(before);
            let span =
                change(&format!("{start}{within}{end}")).with_context(|| not_as_it_was(what, start))?;
            out.push_str(&span);
            rest = after;
            is_found = true;
        }
        if !is_found {
            return missing(what, start);
        }
        out.push_str(rest);
        self.text = out;
        Ok(())
    }

    /// Changes the only span that begins with `start` and ends with the next `end`, both included, by edits within it.
    ///
    /// # Errors
    ///
    /// There is no such span, or one of the edits does not apply to it.
    pub fn within(
        &mut self,
        what: &str,
        start: &str,
        end: &str,
        change: impl Fn(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let Some((before, begun)) = self.text.split_once(start) else { return missing(what, start) };
        let Some((within, after)) = begun.split_once(end) else { return missing(what, end) };
        let mut span = Self::of(format!("{start}{within}{end}"));
        change(&mut span).with_context(|| not_as_it_was(what, start))?;
        self.text = format!("{before}{}{after}", span.text);
        Ok(())
    }

    /// Adds a text at the end.
    pub fn append(&mut self, more: &str) {
        self.text.push_str(more);
    }

    /// The text after the edits so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn missing(what: &str, sought: &str) -> Result<()> {
    bail!("{}", not_as_it_was(what, sought))
}

fn not_as_it_was(what: &str, sought: &str) -> String {
    let first = sought.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    format!(
        "uniffi writes {what} in another way now: look for `{first}`, and fix that edit in casekit-bindgen"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_that_no_longer_applies_is_an_error_that_names_it() {
        let mut edits = Edits::of("open class Desk {}".into());
        let error = edits.replace("the desk", "open class Table", "class Table").unwrap_err().to_string();
        assert_eq!(
            error,
            "uniffi writes the desk in another way now: look for `open class Table`, and fix that edit in casekit-bindgen"
        );
        assert!(edits.spans("the desk", "open class", "}}", |span| Ok(span.into())).is_err());
        assert!(edits.within("the desk", "open class", "}", |desk| desk.replace("it", "final", "")).is_err());
        assert_eq!(edits.done(), "open class Desk {}");
    }

    #[test]
    fn every_span_is_changed_and_what_stands_between_stays() {
        let mut edits = Edits::of("a(1) b a(2) c".into());
        edits.spans("calls", "a(", ")", |span| Ok(span.to_uppercase())).unwrap();
        assert_eq!(edits.text(), "A(1) b A(2) c");
        edits.within("the second", "b ", "c", |second| second.replace("a number", "2", "3")).unwrap();
        assert_eq!(edits.done(), "A(1) b A(3) c");
    }
}
