//! Splits a text into its sections: the description, the cost, the arguments, the result and the errors.

use anyhow::{Result, bail};

use super::Host;
use super::names::{is_error, spelled};

/// A text from core, by its sections. Every name is already the host's.
pub(super) struct Sections {
    pub(super) host: Host,
    /// The description.
    pub(super) text: String,
    /// What it costs, and its limits.
    pub(super) cost: Option<String>,
    /// The descriptions of the arguments, by their names in core.
    pub(super) arguments: Vec<(String, String)>,
    /// The description of the result.
    pub(super) returns: Option<String>,
    /// The conditions of errors, by core's names; an empty name is for any error.
    pub(super) errors: Vec<(String, String)>,
    /// Sections for which hosts have no idiom.
    unknown: Vec<String>,
}

impl Sections {
    pub(super) fn of(text: &str, host: Host) -> Self {
        let mut found = Self {
            host,
            text: String::new(),
            cost: None,
            arguments: Vec::new(),
            returns: None,
            errors: Vec::new(),
            unknown: Vec::new(),
        };
        let text = format!("\n{}", text.trim());
        let mut parts = text.split("\n# ");
        found.text = spelled(parts.next().unwrap_or_default().trim(), host);
        for part in parts {
            let (heading, body) = part.split_once('\n').unwrap_or((part, ""));
            match heading.trim() {
                "Cost" => found.cost = Some(joined(&spelled(body, host))),
                "Arguments" => found.arguments = items(body, host),
                "Returns" => found.returns = Some(joined(&spelled(body, host))),
                "Errors" => found.errors = items(body, host),
                other => {
                    found.unknown.push(other.to_owned());
                    found.text.push_str(&format!("\n\n{}", spelled(body.trim(), host)));
                }
            }
        }
        found
    }

    /// Adds descriptions of arguments from elsewhere. A description in the text itself takes precedence.
    pub(super) fn describe(&mut self, described: Vec<(String, String)>) {
        for (name, text) in described {
            if !self.arguments.iter().any(|(said, _)| *said == name) {
                self.arguments.push((name, joined(&spelled(&text, self.host))));
            }
        }
    }

    /// Removes descriptions of arguments that the host does not have under that name.
    pub(super) fn keep_arguments(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.arguments.retain(|(name, _)| is_kept(name));
    }

    /// Refuses descriptions of arguments that do not exist, of errors that hosts do not know, and other sections.
    pub(super) fn check(&self, arguments: &[String]) -> Result<()> {
        if let Some(other) = self.unknown.first() {
            bail!("it has a section `{other}`, for which hosts have no idiom");
        }
        if let Some((name, _)) = self.arguments.iter().find(|(name, _)| !arguments.contains(name)) {
            bail!("its `# Arguments` describe `{name}`, which it does not take");
        }
        match self.errors.iter().find(|(name, _)| !name.is_empty() && !is_error(name)) {
            Some((name, _)) => bail!(
                "its `# Errors` name `{name}`, which no host knows: see `ERRORS` in casekit-bindgen's docs/names.rs"
            ),
            None => Ok(()),
        }
    }
}

/// The items of a list of the form `` - `name`: text ``. A text that is no list is one item without a name.
fn items(body: &str, host: Host) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in body.trim().lines() {
        let item = line.strip_prefix("- `").and_then(|line| line.split_once("`: "));
        match (item, found.last_mut()) {
            (Some((name, text)), _) => found.push((name.to_owned(), text.to_owned())),
            (None, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            (None, None) => found.push((String::new(), line.to_owned())),
        }
    }
    found.iter_mut().for_each(|(_, text)| *text = joined(&spelled(text, host)));
    found
}

/// A text joined into one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
