//! Core's documentation in the idiom of a host.

/// A language that a package is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    /// Kotlin, documented in KDoc.
    Kotlin,
    /// Python, documented in docstrings.
    Python,
    /// Swift, documented in DocC.
    Swift,
}

/// The text with what it names as the host calls it: links of rustdoc become code, and `None`, paths, permissions and
/// errors are spelled as the host spells them. Words that are data, such as `raise_cases`, stay.
#[must_use]
pub fn for_host(text: &str, host: Host) -> String {
    let mut out = String::with_capacity(text.len());
    let text = without_links(&without_headings(text));
    let mut rest = text.as_str();
    while let Some((before, opened)) = rest.split_once('`') {
        let Some((code, after)) = opened.split_once('`') else { break };
        let (before, linked) = before.strip_suffix('[').map_or((before, false), |before| (before, true));
        let (target, after) = match after.strip_prefix(']') {
            Some(after) if linked => target_of(after),
            _ => (None, after),
        };
        out.push_str(before);
        out.push('`');
        out.push_str(&spelled(code, target, host));
        out.push('`');
        rest = after;
    }
    out + rest
}

/// `[what is shown](where it leads)` as what is shown.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once('[') {
        let link = opened.split_once("](").filter(|(shown, _)| !shown.contains(['`', '[', ']']));
        out.push_str(before);
        match link.and_then(|(shown, after)| Some((shown, after.split_once(')')?.1))) {
            Some((shown, after)) => {
                out.push_str(shown);
                rest = after;
            }
            None => {
                out.push('[');
                rest = opened;
            }
        }
    }
    out + rest
}

/// Lines of at most so many characters; paragraphs stay paragraphs.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, paragraph) in text.trim().split("\n\n").enumerate() {
        if place > 0 {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Hosts have no sections for errors: what stands in them is a paragraph like any other.
fn without_headings(text: &str) -> String {
    text.trim()
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().starts_with("# "))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Where a link leads, as in `[Take](Self::take)`, and what stands after it.
fn target_of(after: &str) -> (Option<&str>, &str) {
    match after.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((target, after)) => (Some(target), after),
        None => (Some(""), after),
    }
}

/// What stands in code as the host spells it. `target` is there for a link.
fn spelled(code: &str, target: Option<&str>, host: Host) -> String {
    match (code, host) {
        ("None", Host::Kotlin) => return "null".into(),
        ("None", Host::Swift) => return "nil".into(),
        ("true", Host::Python) => return "True".into(),
        ("false", Host::Python) => return "False".into(),
        ("Store" | "Report" | "Language" | "Callback" | "Internal", Host::Python) => {
            return format!("{code}Error");
        }
        (
            "AlreadyTaken" | "Blocked" | "Callback" | "Conflict" | "Forbidden" | "Internal" | "Invalid"
            | "NotFound" | "Report" | "Store",
            Host::Swift,
        ) => return format!(".{}", camel(&snake(code))),
        _ => {}
    }
    if let Some((object, method)) = code.split_once('.').filter(|_| host != Host::Python)
        && object.starts_with(char::is_uppercase)
    {
        return format!("{object}.{}", camel(method));
    }
    if target.is_some_and(|target| target.contains("Permission::")) || code.starts_with("Permission::") {
        return snake(code.rsplit("::").next().unwrap_or(code));
    }
    let mut parts: Vec<String> = code.split("::").map(ToOwned::to_owned).collect();
    let is_path = parts.len() > 1;
    if let (Some(last), true) =
        (parts.last_mut(), is_path || target.is_some_and(|target| target.contains("::")))
    {
        let is_variant = last.starts_with(char::is_uppercase);
        *last = match host {
            Host::Python if is_variant && is_path => snake(last).to_uppercase(),
            Host::Kotlin if is_variant && is_path => snake(last).to_uppercase(),
            Host::Swift if is_variant && is_path => camel(&snake(last)),
            Host::Python => last.clone(),
            Host::Kotlin | Host::Swift => camel(last),
        };
    }
    parts.join(".")
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

    #[test]
    fn what_a_text_names_is_spelled_as_the_host_spells_it() {
        let text = "`None` for all. Needs [`ReadCases`](Permission::ReadCases); see [`Reach::There`] and [`clear`](Self::clear).";
        assert_eq!(
            for_host(text, Host::Python),
            "`None` for all. Needs `read_cases`; see `Reach.THERE` and `clear`."
        );
        assert_eq!(for_host("`Desk::raise_case`: `None`", Host::Kotlin), "`Desk.raiseCase`: `null`");
        assert_eq!(
            for_host("`Reach::There`, `raise_cases`, `None`", Host::Swift),
            "`Reach.there`, `raise_cases`, `nil`"
        );
        let links = "A [sending](Self::send_again) of `table[3]`, [`clear`](Self::clear).";
        assert_eq!(for_host(links, Host::Python), "A sending of `table[3]`, `clear`.");
        assert_eq!(for_host("`Store` with `corrupt`", Host::Python), "`StoreError` with `corrupt`");
        assert_eq!(for_host("`AlreadyTaken` by another", Host::Swift), "`.alreadyTaken` by another");
        assert_eq!(for_host("`Language.blocker_text`", Host::Kotlin), "`Language.blockerText`");
    }

    #[test]
    fn the_heading_of_errors_goes_and_its_words_stay() {
        assert_eq!(for_host("Reads.\n\n# Errors\n\n`io`.", Host::Swift), "Reads.\n\n`io`.");
    }

    #[test]
    fn paragraphs_are_wrapped_each_for_itself() {
        assert_eq!(wrapped("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
    }
}
