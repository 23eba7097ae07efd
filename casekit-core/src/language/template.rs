//! Templates: text with named arguments, plurals and choices.
//!
//! A subset of ICU MessageFormat, which translation tools support:
//!
//! - `{name}`: an argument
//! - `{name, plural, =0 {nothing} one {# row} other {# rows}}`: chosen by a count; `#` is the count
//! - `{name, select, internal {for staff} other {for all}}`: chosen by the last part of a key, or by a text
//! - `'{'`, `'}'`, `'#'` and `''` for the characters themselves
//!
//! Branches may have arguments of their own. A branch `other` is required.

use std::collections::BTreeSet;

use super::plural::Plural;

/// A parsed template.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Template(pub(super) Vec<Part>);

/// A part of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Text that is shown unchanged.
    Text(String),
    /// An argument, by its name.
    Argument(String),
    /// The `#` of a plural: its count.
    Count,
    /// A choice by a count: the argument's name, the branches and `other`.
    Plural(String, Vec<(Count, Template)>, Template),
    /// A choice by a code: the argument's name, the branches and `other`.
    Select(String, Vec<(String, Template)>, Template),
}

/// The counts that a plural branch applies to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Count {
    /// One count only.
    Exactly(i64),
    /// All counts of a plural category.
    Category(Plural),
}

/// Where a template does not parse, in characters counted from 1, and why.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) place: usize,
    pub(super) problem: String,
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let mut reader = Reader { chars: text.chars().collect(), at: 0 };
        let template = reader.template(Within::Nothing)?;
        match reader.peek() {
            None => Ok(template),
            Some(_) => Err(reader.malformed("`}` closes nothing: write `'}'` for the character")),
        }
    }

    /// The text of a template that has no arguments; `None` if it has any.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The names of all arguments, those of branches included.
    pub(super) fn arguments(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.walk(&mut |part| match part {
            Part::Argument(name) | Part::Plural(name, ..) | Part::Select(name, ..) => {
                found.insert(name.as_str());
            }
            Part::Text(_) | Part::Count => {}
        });
        found
    }

    /// The plural categories that have a branch anywhere in the template.
    pub(super) fn plurals(&self) -> BTreeSet<Plural> {
        let mut found = BTreeSet::new();
        self.walk(&mut |part| {
            if let Part::Plural(_, branches, _) = part {
                found.extend(branches.iter().filter_map(|(count, _)| match count {
                    Count::Category(plural) => Some(*plural),
                    Count::Exactly(_) => None,
                }));
            }
        });
        found
    }

    fn walk<'a>(&'a self, see: &mut impl FnMut(&'a Part)) {
        for part in &self.0 {
            see(part);
            match part {
                Part::Plural(_, branches, other) => {
                    branches.iter().for_each(|(_, branch)| branch.walk(see));
                    other.walk(see);
                }
                Part::Select(_, branches, other) => {
                    branches.iter().for_each(|(_, branch)| branch.walk(see));
                    other.walk(see);
                }
                Part::Text(_) | Part::Argument(_) | Part::Count => {}
            }
        }
    }
}

/// What encloses the part that is being parsed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Branch,
    Plural,
}

/// How deeply branches may be nested. The parser calls itself for each level, so a file must not decide how deep that
/// goes.
const DEPTH: usize = 8;

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn template(&mut self, within: Within) -> Result<Template, Malformed> {
        self.nested(within, 0)
    }

    fn nested(&mut self, within: Within, depth: usize) -> Result<Template, Malformed> {
        if depth > DEPTH {
            return Err(self.malformed("branches stand too deep in one another"));
        }
        let (mut parts, mut text) = (Vec::new(), String::new());
        while let Some(c) = self.peek() {
            match c {
                '}' => break,
                '\'' => self.quoted(&mut text)?,
                '#' if within == Within::Plural => {
                    self.at += 1;
                    flush(&mut parts, &mut text);
                    parts.push(Part::Count);
                }
                '{' => {
                    self.at += 1;
                    flush(&mut parts, &mut text);
                    parts.push(self.place(within, depth)?);
                }
                other => {
                    self.at += 1;
                    text.push(other);
                }
            }
        }
        flush(&mut parts, &mut text);
        Ok(Template(parts))
    }

    /// Parses an apostrophe: `''` is one apostrophe, `'{…'` quotes its content, and before any other character it is an
    /// apostrophe.
    fn quoted(&mut self, text: &mut String) -> Result<(), Malformed> {
        self.at += 1;
        match self.peek() {
            Some('\'') => {
                self.at += 1;
                text.push('\'');
            }
            Some('{' | '}' | '#') => {
                let opened = self.at;
                loop {
                    let Some(c) = self.peek() else {
                        self.at = opened;
                        return Err(self.malformed("the quote `'` is never closed"));
                    };
                    self.at += 1;
                    if c == '\'' {
                        break;
                    }
                    text.push(c);
                }
            }
            Some(_) | None => text.push('\''),
        }
        Ok(())
    }

    /// Parses an argument, from after its `{` to its `}`.
    fn place(&mut self, within: Within, depth: usize) -> Result<Part, Malformed> {
        let name = self.word("the name of an argument")?;
        if self.take('}') {
            return Ok(Part::Argument(name));
        }
        self.demand(',')?;
        let kind = self.word("`plural` or `select`")?;
        self.demand(',')?;
        let part = match kind.as_str() {
            "plural" => self.plural(name, depth)?,
            "select" => self.select(name, within, depth)?,
            _ => return Err(self.malformed("only `plural` and `select` are known")),
        };
        self.demand('}')?;
        Ok(part)
    }

    fn plural(&mut self, name: String, depth: usize) -> Result<Part, Malformed> {
        let (mut branches, mut other) = (Vec::new(), None);
        for (selector, branch) in self.branches(Within::Plural, depth)? {
            let count = match selector.strip_prefix('=') {
                Some(number) => number.parse().map(Count::Exactly).ok(),
                None => Plural::from_code(&selector).map(Count::Category),
            };
            match count {
                Some(Count::Category(Plural::Other)) => other = Some(branch),
                Some(count) => branches.push((count, branch)),
                None => {
                    let known = "`zero`, `one`, `two`, `few`, `many`, `other`, or `=` and a number";
                    return Err(self.malformed(&format!("`{selector}` is no plural: write {known}")));
                }
            }
        }
        let other = other.ok_or_else(|| self.malformed("the branch `other` is missing"))?;
        Ok(Part::Plural(name, branches, other))
    }

    fn select(&mut self, name: String, within: Within, depth: usize) -> Result<Part, Malformed> {
        let within = if within == Within::Plural { Within::Plural } else { Within::Branch };
        let (other, branches): (Vec<_>, Vec<_>) =
            self.branches(within, depth)?.into_iter().partition(|(selector, _)| selector == "other");
        let other =
            other.into_iter().next().ok_or_else(|| self.malformed("the branch `other` is missing"))?;
        Ok(Part::Select(name, branches, other.1))
    }

    fn branches(&mut self, within: Within, depth: usize) -> Result<Vec<(String, Template)>, Malformed> {
        let mut branches: Vec<(String, Template)> = Vec::new();
        self.space();
        while self.peek().is_some_and(|c| c != '}') {
            let selector = self.word("a branch, such as `other {…}`")?;
            if branches.iter().any(|(known, _)| *known == selector) {
                return Err(self.malformed(&format!("the branch `{selector}` appears twice")));
            }
            self.demand('{')?;
            let branch = self.nested(within, depth + 1)?;
            self.demand('}')?;
            branches.push((selector, branch));
            self.space();
        }
        Ok(branches)
    }

    fn word(&mut self, what: &str) -> Result<String, Malformed> {
        self.space();
        let mut word = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '=' | '-')) {
            word.push(c);
            self.at += 1;
        }
        self.space();
        if word.is_empty() { Err(self.malformed(&format!("{what} should stand here"))) } else { Ok(word) }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += 1;
        }
        there
    }

    fn demand(&mut self, wanted: char) -> Result<(), Malformed> {
        if self.take(wanted) { Ok(()) } else { Err(self.malformed(&format!("`{wanted}` should stand here"))) }
    }

    fn malformed(&self, problem: &str) -> Malformed {
        Malformed { place: self.at + 1, problem: problem.to_owned() }
    }
}

fn flush(parts: &mut Vec<Part>, text: &mut String) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}
