//! What there is to choose from where a name is not known.

use serde::{Deserialize, Serialize};

use crate::language::{Argument, Message};
use crate::text::fold_name;

/// What there is to choose from where a name is not known: only what the actor may see.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Choices {
    /// The one that was probably meant; `None` if none is like what was given.
    pub nearest: Option<String>,
    /// The first of them, up to 10, in the order in which lists show them; empty if there is no list to choose from.
    pub names: Vec<String>,
    /// How many there are besides.
    pub more: u64,
}

/// How many names an error has. A list on a screen shows all.
const NAMES: usize = 10;

/// Characters of what was given beyond which nothing is like it, so that comparing costs little.
const COMPARED: usize = 64;

impl Choices {
    /// The choices among these names, with the one that is most like what was given.
    pub(crate) fn among<T: Into<String>>(given: &str, all: impl IntoIterator<Item = T>) -> Self {
        let mut names: Vec<String> = all.into_iter().map(Into::into).collect();
        let nearest = nearest(given, &names);
        let more = names.len().saturating_sub(NAMES) as u64;
        names.truncate(NAMES);
        Self { nearest, names, more }
    }

    /// A message about the choices: `code` if there are none, `code.choices` if there are, and `code.nearest` if one of
    /// them was probably meant.
    pub(crate) fn said(&self, code: &str) -> Message {
        let Some(listed) = self.listed() else { return Message::new(code.to_owned()) };
        match &self.nearest {
            Some(nearest) => Message::new(format!("{code}.nearest")).with("nearest", quoted(nearest)),
            None => Message::new(format!("{code}.choices")),
        }
        .with("choices", listed)
    }

    fn listed(&self) -> Option<Argument> {
        if self.names.is_empty() {
            return None;
        }
        let names: Argument = self.names.iter().map(|name| quoted(name)).collect::<Vec<_>>().into();
        Some(match self.more {
            0 => names,
            more => Message::new("format.more").with("list", names).with("more", more).into(),
        })
    }
}

fn quoted(name: &str) -> Message {
    Message::new("quoted").with("text", name)
}

/// The name that differs least from what was given, if it differs in no more than a third of its characters. Case, width
/// and whatever is neither letter nor digit do not count.
fn nearest(given: &str, names: &[String]) -> Option<String> {
    let given = plain(given)?;
    let length = given.chars().count();
    let distance = |name: &String| {
        let name = plain(name)?;
        let other = name.chars().count();
        let allowed = length.max(other).max(3) / 3;
        (other.abs_diff(length) <= allowed)
            .then(|| strsim::osa_distance(&given, &name))
            .filter(|distance| *distance <= allowed)
    };
    let measured = names.iter().filter_map(|name| distance(name).map(|distance| (distance, name)));
    measured.min_by_key(|(distance, _)| *distance).map(|(_, name)| name.clone())
}

fn plain(text: &str) -> Option<String> {
    let short = text.chars().nth(COMPARED).is_none();
    let plain = || fold_name(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    short.then(plain).filter(|plain| !plain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [&str; 4] = ["Bug report", "Enquiries", "Feature requests", "Support"];

    fn nearest_to(given: &str) -> Option<String> {
        Choices::among(given, TYPES).nearest
    }

    #[test]
    fn the_nearest_is_the_one_that_was_probably_meant() {
        for (given, meant) in [
            ("Suport", "Support"),
            ("suppotr", "Support"),
            ("SUPPORTS", "Support"),
            ("bug_report", "Bug report"),
            ("Enquiry", "Enquiries"),
            ("feature-request", "Feature requests"),
        ] {
            assert_eq!(nearest_to(given).as_deref(), Some(meant), "{given}");
        }
    }

    #[test]
    fn what_is_like_none_has_no_nearest() {
        for given in ["", " ", "?", "Refunds", "x", &"Support".repeat(1_000)] {
            assert_eq!(nearest_to(given), None, "{given}");
        }
    }

    #[test]
    fn ten_names_are_listed_and_the_rest_is_counted() {
        let names = (1..=22).map(|n| format!("Type {n}"));
        let choices = Choices::among("Refunds", names);
        assert_eq!((choices.names.len(), choices.more), (10, 12));
        let said = crate::language::Language::english().render(&choices.said("rule.unknown"));
        assert!(said.ends_with("`Type 9`, `Type 10` and 12 more"), "{said}");
    }
}
