//! Python: classes with their fields, values and methods, and functions, if their names do not begin with `_`.

/// Each undocumented name, with its class in front.
pub(super) fn undocumented(code: &str) -> Vec<String> {
    let lines: Vec<&str> = code.lines().collect();
    let mut bare = Vec::new();
    let mut class: Option<(&str, String)> = None;
    let mut is_overload = false;
    for (place, line) in lines.iter().enumerate() {
        let pad = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if pad == 0 && !text.is_empty() && !text.starts_with(')') {
            class = None;
        }
        if pad > 4 || (pad == 4 && class.is_none()) {
            continue;
        }
        let rest = lines.get(place..).unwrap_or_default();
        let owner = class.as_ref().map(|(name, _)| *name).filter(|_| pad == 4);
        let named = |name: &str| owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}.{name}"));
        if let Some(name) = text.strip_prefix("class ").map(first_word) {
            let said = docstring_below(rest);
            if said.is_none() && is_public(name) {
                bare.push(named(name));
            }
            class = Some((name, said.unwrap_or_default()));
        } else if let Some(name) =
            text.strip_prefix("async ").unwrap_or(text).strip_prefix("def ").map(first_word)
        {
            let is_seen = is_public(name) && owner.is_none_or(is_public);
            if is_seen && !is_overload && docstring_below(rest).is_none() {
                bare.push(named(name));
            }
        } else if let Some((name, _)) = text.split_once(": ").filter(|_| owner.is_some_and(is_public)) {
            let said = class.as_ref().map(|(_, said)| said.as_str()).unwrap_or_default();
            let is_said = said.lines().any(|line| line.trim_start().starts_with(&format!("{name}: ")));
            if is_name(name) && is_public(name) && !is_said && !is_said_below(rest) {
                bare.push(named(name));
            }
        } else if let Some((name, _)) = text.split_once(" = ").filter(|_| owner.is_some_and(is_public))
            && is_name(name)
            && is_public(name)
            && !is_said_below(rest)
        {
            bare.push(named(name));
        }
        if !text.is_empty() {
            is_overload = text == "@overload";
        }
    }
    bare
}

fn is_public(name: &str) -> bool {
    !name.starts_with('_')
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// The text between the quotes at the beginning of a class or function.
fn docstring_below(lines: &[&str]) -> Option<String> {
    let head = lines.iter().position(|line| line.ends_with(':') || line.ends_with("..."))?;
    let below = lines.get(head + 1..)?.join("\n");
    let (said, _) = below.trim_start().strip_prefix("\"\"\"")?.split_once("\"\"\"")?;
    Some(said.to_owned()).filter(|said| !said.trim().is_empty())
}

/// Whether there is a docstring below a value.
fn is_said_below(lines: &[&str]) -> bool {
    lines.get(1).is_some_and(|line| line.trim_start().starts_with("\"\"\""))
}
