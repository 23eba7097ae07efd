//! Rewrites the names in a text to those of the host.

use super::{Host, camel, snake};

/// The errors and rejections of core, with the error that hosts get for each.
const ERRORS: [(&str, &str); 17] = [
    ("AlreadyTaken", "AlreadyTaken"),
    ("Blocked", "Blocked"),
    ("Callback", "Callback"),
    ("Closed", "Store"),
    ("Conflict", "Conflict"),
    ("Contended", "Conflict"),
    ("Corrupt", "Store"),
    ("CursorNotOfThisStore", "Conflict"),
    ("Forbidden", "Forbidden"),
    ("Internal", "Internal"),
    ("Invalid", "Invalid"),
    ("Language", "Language"),
    ("NotAllowedHere", "Forbidden"),
    ("NotFound", "NotFound"),
    ("Report", "Report"),
    ("RequestIdReused", "Conflict"),
    ("Store", "Store"),
];

/// An error, as a host has it.
pub(super) struct HostError {
    /// The path of its type in the host's language.
    pub(super) name: String,
    /// The code that distinguishes it from other errors with the same type.
    pub(super) code: Option<String>,
}

/// The error that a host gets for one of core's; the base of all errors for an empty name.
pub(super) fn error(name: &str, host: Host) -> HostError {
    let found = ERRORS.iter().find(|(core, _)| *core == name).map(|(_, kind)| *kind);
    let code = found.filter(|kind| *kind != name).map(|_| snake(name));
    let name = match (host, found) {
        (Host::Python, None) => "Error".into(),
        (Host::Python, Some(kind)) => python_error(kind),
        (Host::Kotlin, None) => "CasekitException".into(),
        (Host::Kotlin, Some(kind)) => format!("CasekitException.{kind}"),
        (Host::Swift, None) => "CasekitError".into(),
        (Host::Swift, Some(kind)) => format!("CasekitError.{}", camel(&snake(kind))),
    };
    HostError { name, code }
}

/// Whether it is the name of an error of core that hosts get.
pub(super) fn is_error(name: &str) -> bool {
    ERRORS.iter().any(|(core, _)| *core == name)
}

fn python_error(kind: &str) -> String {
    match kind {
        "Store" | "Report" | "Language" | "Callback" | "Internal" => format!("{kind}Error"),
        kind => kind.to_owned(),
    }
}

/// A text without links, in which code has the host's names.
pub(super) fn spelled(text: &str, host: Host) -> String {
    each_code(&without_plain_links(text), |code| of_code(code, host))
}

/// A text in which links have become paths in code. The text of the link stays, and its target gives the path.
pub(crate) fn linked_by_path(text: &str) -> String {
    each_code(text, |code| match code {
        Code::Plain(text) => text.to_owned(),
        Code::Link { shown, target } => match path_of(shown, target) {
            path if path.starts_with("Permission::") => snake(path.trim_start_matches("Permission::")),
            // A type with the name of an error is not that error, so its path stays.
            path if is_error(&path) => format!("casekit::{path}"),
            path => path,
        },
    })
}

/// The content of a code span: plain, or the text and target of a link.
#[derive(Clone, Copy)]
enum Code<'a> {
    Plain(&'a str),
    Link { shown: &'a str, target: &'a str },
}

/// Replaces each code span, and each link that shows one.
fn each_code(text: &str, change: impl Fn(Code<'_>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once('`') {
        let Some((shown, after)) = opened.split_once('`') else { break };
        let linked = before.strip_suffix('[').zip(after.strip_prefix(']'));
        let (before, code, after) = match linked {
            Some((before, after)) => {
                let target = after.strip_prefix('(').and_then(|rest| rest.split_once(')'));
                let (target, after) = target.unwrap_or(("", after));
                (before, Code::Link { shown, target: target.trim() }, after)
            }
            None => (before, Code::Plain(shown), after),
        };
        out.push_str(before);
        out.push_str(&format!("`{}`", change(code)));
        rest = after;
    }
    out + rest
}

/// Replaces `[text](target)` by its text.
fn without_plain_links(text: &str) -> String {
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

/// The path that a link shows, without the modules in front, which hosts do not have. A text that is not the end of the
/// target stays as it is.
fn path_of(shown: &str, target: &str) -> String {
    let shown = shown.trim_end_matches("()");
    let target = target.trim_end_matches("()");
    let is_its_end = target.strip_suffix(shown).is_some_and(|before| before.ends_with("::"));
    let path = if is_its_end && !shown.contains("::") { target } else { shown };
    let parts: Vec<&str> = path.split("::").map(|part| part.rsplit('@').next().unwrap_or(part)).collect();
    let is_type = |part: &&str| part.starts_with(char::is_uppercase);
    let from = parts.iter().position(is_type).unwrap_or(parts.len().saturating_sub(1));
    parts.get(from..).unwrap_or_default().join("::")
}

/// The content of a code span in the host's spelling.
fn of_code(code: Code<'_>, host: Host) -> String {
    let text = match code {
        Code::Link { shown, target } => {
            let path = path_of(shown, target);
            let is_error = target.contains("Error::") || target.contains("Rejection::");
            if !is_error || !is_error_of_hosts(shown) {
                return of_path(&path, host);
            }
            shown
        }
        Code::Plain(text) => text,
    };
    let is_path =
        |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || "_:()@".contains(letter));
    match (text, host) {
        ("None", Host::Kotlin) => "null".into(),
        ("None", Host::Swift) => "nil".into(),
        ("true", Host::Python) => "True".into(),
        ("false", Host::Python) => "False".into(),
        (text, Host::Python) if is_error_of_hosts(text) => python_error(text),
        (text, Host::Swift) if is_error_of_hosts(text) => format!(".{}", camel(&snake(text))),
        (text, host) if text.contains("::") && is_path(text) => of_path(&path_of(text, ""), host),
        (text, Host::Kotlin | Host::Swift) if text.starts_with(char::is_uppercase) => {
            match text.split_once('.') {
                Some((object, method)) => format!("{object}.{}", camel(method)),
                None => text.to_owned(),
            }
        }
        (text, _) => text.to_owned(),
    }
}

fn is_error_of_hosts(code: &str) -> bool {
    ERRORS.iter().any(|(core, kind)| *core == code && *kind == code)
}

/// `Permission::ReadCases`, `Self::take_case`, `Reach::There` or `Desk` in the host's spelling.
fn of_path(path: &str, host: Host) -> String {
    let (owner, last) = match path.rsplit_once("::") {
        Some((owner, last)) => (Some(owner), last),
        None => (None, path),
    };
    let is_word = last.starts_with(char::is_uppercase);
    if owner == Some("Permission") && is_word {
        return snake(last);
    }
    let named = match (host, owner, is_word) {
        // A type by itself.
        (_, None, true) => last.to_owned(),
        (Host::Python | Host::Kotlin, Some(_), true) => snake(last).to_uppercase(),
        (Host::Swift, Some(_), true) => camel(&snake(last)),
        (Host::Python, _, false) => last.to_owned(),
        (Host::Kotlin | Host::Swift, _, false) => camel(last),
    };
    match owner {
        Some("Self") if is_word && host == Host::Swift => format!(".{named}"),
        None | Some("Self") => named,
        Some(owner) => format!("{}.{named}", owner.replace("::", ".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_by_its_path_through_the_crate_is_the_hosts_own_name() {
        let text = "Needs [`ReleaseCases`](crate::model::Permission::ReleaseCases); see [`Desk::take_case`], \
                    [`take_case`](crate::desk::Desk::take_case), [`Desk`](crate::Desk), [`crate::model::Case`].";
        assert_eq!(
            spelled(text, Host::Python),
            "Needs `release_cases`; see `Desk.take_case`, `Desk.take_case`, `Desk`, `Case`."
        );
        assert_eq!(
            spelled(text, Host::Kotlin),
            "Needs `release_cases`; see `Desk.takeCase`, `Desk.takeCase`, `Desk`, `Case`."
        );
        assert_eq!(
            spelled(text, Host::Swift),
            "Needs `release_cases`; see `Desk.takeCase`, `Desk.takeCase`, `Desk`, `Case`."
        );
    }

    #[test]
    fn a_link_that_is_broken_over_lines_keeps_its_word() {
        let text = "Needs\n[`ReadCases`](Permission::ReadCases) of\n[`Desk`](\n  crate::Desk).";
        assert_eq!(spelled(text, Host::Kotlin), "Needs\n`read_cases` of\n`Desk`.");
    }

    #[test]
    fn a_mirror_keeps_where_a_link_leads() {
        let text = "[`send_again`](Self::send_again), [`Closed`](crate::model::StageCategory::Closed), [`mod@commit`], \
                    [`ReadCases`](crate::model::Permission::ReadCases), [`Language`](crate::Language), \
                    [`Access::ReadOnly`](crate::Access), [`that`](Self::this), `None`.";
        assert_eq!(
            linked_by_path(text),
            "`Self::send_again`, `StageCategory::Closed`, `commit`, `read_cases`, `casekit::Language`, \
             `Access::ReadOnly`, `that`, `None`."
        );
        assert_eq!(spelled(&linked_by_path(text), Host::Swift), spelled(text, Host::Swift));
        assert_eq!(spelled(&linked_by_path(text), Host::Python), spelled(text, Host::Python));
    }

    #[test]
    fn a_variant_is_a_word_of_its_type() {
        let text =
            "`None` unless [`Reach::There`] or [`Closed`](StageCategory::Closed); [`There`](Self::There).";
        assert_eq!(
            spelled(text, Host::Python),
            "`None` unless `Reach.THERE` or `StageCategory.CLOSED`; `THERE`."
        );
        assert_eq!(
            spelled(text, Host::Swift),
            "`nil` unless `Reach.there` or `StageCategory.closed`; `.there`."
        );
    }

    #[test]
    fn what_is_shown_of_a_link_stays_where_it_is_no_name() {
        let links = "A [sending](Self::send_again) of `table[3]`, [`clear`](Self::clear), [`1`, `2`].";
        assert_eq!(spelled(links, Host::Python), "A sending of `table[3]`, `clear`, [`1`, `2`].");
    }

    #[test]
    fn an_error_is_called_as_the_host_calls_it_and_a_type_by_that_name_is_none() {
        assert_eq!(spelled("`Store` with `corrupt`", Host::Python), "`StoreError` with `corrupt`");
        assert_eq!(spelled("`AlreadyTaken` by another", Host::Swift), "`.alreadyTaken` by another");
        assert_eq!(spelled("[`Invalid`](crate::Rejection::Invalid)", Host::Kotlin), "`Invalid`");
        assert_eq!(spelled("[`Language`](crate::Language)", Host::Python), "`Language`");
        assert_eq!(spelled("`Language.blocker_text`", Host::Kotlin), "`Language.blockerText`");
        assert_eq!(spelled("`raise_cases`", Host::Swift), "`raise_cases`");
    }
}
