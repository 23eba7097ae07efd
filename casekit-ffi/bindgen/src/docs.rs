//! Rewrites core's documentation in the idiom of a host.
//!
//! Core writes Markdown, with sections for arguments, results, errors and costs:
//!
//! ```text
//! Edits a case.
//!
//! # Arguments
//!
//! - `edit`: what is to change.
//!
//! # Errors
//!
//! - `Conflict`: if somebody else changed it meanwhile.
//!
//! # Cost
//!
//! Writes one transaction.
//! ```
//!
//! Python gets `Args:`, `Returns:` and `Raises:`, Kotlin `@param`, `@return` and `@throws`, Swift `- Parameter`, `- Returns:`
//! and `- Throws:`. The cost is a paragraph in each.

mod idiom;
mod names;
mod sections;

pub(crate) use self::names::linked_by_path;
use self::sections::Sections;

/// A language that a package is written in, with its form of documentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    /// Kotlin, documented in KDoc.
    Kotlin,
    /// Python, documented in docstrings.
    Python,
    /// Swift, documented in DocC.
    Swift,
}

/// The text for a host: names in the host's spelling, and sections in its idiom.
///
/// Links of rustdoc become code. `None`, paths, permissions and errors get the host's names. Texts that are data, such
/// as `raise_cases`, stay as they are.
#[must_use]
pub fn for_host(text: &str, host: Host) -> String {
    Sections::of(text, host).in_the_idiom()
}

/// The documentation of a method in Python. Descriptions of arguments also come from the fields of records that the
/// method spreads over keywords; the arguments in `spread` do not exist in Python themselves.
pub(crate) fn of_spread(text: &str, spread: &[String], described: Vec<(String, String)>) -> String {
    let mut sections = Sections::of(text, Host::Python);
    sections.keep_arguments(|name| !spread.iter().any(|one| one == name));
    sections.describe(described);
    sections.in_the_idiom()
}

/// Refuses sections about things that a method does not have: an argument with another name, or an error that hosts do
/// not know.
///
/// # Errors
///
/// The first such name.
pub(crate) fn check(text: &str, arguments: &[String]) -> anyhow::Result<()> {
    Sections::of(text, Host::Python).check(arguments)
}

/// Wraps lines at a number of characters. Paragraphs and list items stay separate.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (place, paragraph) in text.trim().split("\n\n").enumerate() {
        if place > 0 {
            lines.push(String::new());
        }
        for Item { text, pad, hanging } in items_of(paragraph) {
            let mut line = pad.to_owned();
            let mut words = 0;
            for word in text.split_whitespace() {
                if words > 0 && line.chars().count() + 1 + word.chars().count() > width {
                    lines.push(std::mem::replace(&mut line, hanging.to_owned()));
                    words = 0;
                }
                if words > 0 {
                    line.push(' ');
                }
                line.push_str(word);
                words += 1;
            }
            lines.push(line);
        }
    }
    lines
}

/// A part of a paragraph that is wrapped by itself.
struct Item {
    text: String,
    /// What its first line begins with; its other lines are indented to match.
    pad: &'static str,
    hanging: &'static str,
}

/// The parts of a paragraph: the items of a list, or the lines below the heading of one of Python's sections. Every
/// other paragraph is one part.
fn items_of(paragraph: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for line in paragraph.lines() {
        let is_of_section = line.starts_with("    ");
        let is_of_list = line.starts_with("- ");
        match items.last_mut() {
            Some(item) if !is_of_section && !is_of_list => {
                item.text.push('\n');
                item.text.push_str(line);
            }
            _ => items.push(Item {
                text: line.to_owned(),
                pad: if is_of_section { "    " } else { "" },
                hanging: match (is_of_section, is_of_list) {
                    (true, _) => "        ",
                    (false, true) => "  ",
                    (false, false) => "",
                },
            }),
        }
    }
    items
}

/// `ReadCases` as `read_cases`.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && place > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// `raise_case` as `raiseCase`.
#[must_use]
pub fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = !out.is_empty();
        } else if std::mem::take(&mut upper) {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: &str = "Edits a [`Case`](crate::model::Case); `None` stays.

# Arguments

- `case_type`: the type; see
  [`Desk::case_type`].
- `edit`: what is to change.

# Returns

What changed, or `None`.

# Errors

- `Conflict`: if the edit names a revision that is no longer the present one.
- `CursorNotOfThisStore`: if it is of another.
- `Closed`: if the kit is.

# Cost

Writes one transaction, as [`Desk::case_type`] does not.

The title has up to 200 characters: `Invalid` beyond.";

    #[test]
    fn a_method_is_told_in_pythons_sections() {
        assert_eq!(
            for_host(EDIT, Host::Python),
            "Edits a `Case`; `None` stays.

Cost: writes one transaction, as `Desk.case_type` does not. The title has up to 200 characters: `Invalid` beyond.

Args:
    case_type: The type; see `Desk.case_type`.
    edit: What is to change.

Returns:
    What changed, or `None`.

Raises:
    Conflict: If the edit names a revision that is no longer the present one.
    Conflict: With `cursor_not_of_this_store` if it is of another.
    StoreError: With `closed` if the kit is."
        );
    }

    #[test]
    fn a_method_is_told_in_kotlins_tags() {
        assert_eq!(
            for_host(EDIT, Host::Kotlin),
            "Edits a `Case`; `null` stays.

Cost: writes one transaction, as `Desk.caseType` does not. The title has up to 200 characters: `Invalid` beyond.

@param caseType the type; see `Desk.caseType`.
@param edit what is to change.
@return what changed, or `null`.
@throws CasekitException.Conflict if the edit names a revision that is no longer the present one.
@throws CasekitException.Conflict with `cursor_not_of_this_store` if it is of another.
@throws CasekitException.Store with `closed` if the kit is."
        );
    }

    #[test]
    fn a_method_is_told_in_swifts_lists() {
        assert_eq!(
            for_host(EDIT, Host::Swift),
            "Edits a `Case`; `nil` stays.

Cost: writes one transaction, as `Desk.caseType` does not. The title has up to 200 characters: `.invalid`
beyond.

- Parameter caseType: the type; see `Desk.caseType`.
- Parameter edit: what is to change.
- Returns: what changed, or `nil`.
- Throws: `CasekitError.conflict` if the edit names a revision that is no longer the present one.
  `CasekitError.conflict` with `cursor_not_of_this_store` if it is of another. `CasekitError.store` with
  `closed` if the kit is."
        );
    }

    #[test]
    fn errors_without_a_name_are_any_of_them() {
        let text = "Reads.\n\n# Errors\n\nWhat cannot be read.";
        assert_eq!(for_host(text, Host::Python), "Reads.\n\nRaises:\n    Error: What cannot be read.");
        assert_eq!(for_host(text, Host::Kotlin), "Reads.\n\n@throws CasekitException what cannot be read.");
        assert_eq!(for_host(text, Host::Swift), "Reads.\n\n- Throws: `CasekitError`: what cannot be read.");
    }

    #[test]
    fn an_argument_that_python_spreads_is_described_by_its_fields() {
        let fields = vec![("title".into(), "One\nline.".into()), ("customer".into(), "Whose.".into())];
        let text = "Raises.\n\n# Arguments\n\n- `new`: the case.\n- `customer`: whom it concerns.";
        assert_eq!(
            of_spread(text, &["new".into()], fields),
            "Raises.\n\nArgs:\n    customer: Whom it concerns.\n    title: One line."
        );
    }

    #[test]
    fn a_section_about_what_is_not_there_is_refused() {
        let known = ["case_type".to_owned(), "edit".to_owned()];
        assert!(check(EDIT, &known).is_ok());
        let why = check(EDIT, &known[..1]).unwrap_err().to_string();
        assert_eq!(why, "its `# Arguments` describe `edit`, which it does not take");
        let why = check("A.\n\n# Errors\n\n- `Clash`: if so.", &[]).unwrap_err().to_string();
        assert_eq!(
            why,
            "its `# Errors` name `Clash`, which no host knows: see `ERRORS` in casekit-bindgen's docs/names.rs"
        );
        let why = check("A.\n\n# Panics\n\nNever.", &[]).unwrap_err().to_string();
        assert_eq!(why, "it has a section `Panics`, for which hosts have no idiom");
    }

    #[test]
    fn paragraphs_are_wrapped_each_for_itself() {
        assert_eq!(wrapped("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
        assert_eq!(wrapped("as:\n- one two three\n- four", 9), ["as:", "- one two", "  three", "- four"]);
        assert_eq!(wrapped("Args:\n    id: one two", 10), ["Args:", "    id:", "        one", "        two"]);
    }
}
