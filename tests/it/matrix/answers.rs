//! What a call is answered, as a letter, and the answers of every role as a line.

use std::fmt::Write as _;

use casekit::{Actor, Error, Rejection, Role};

/// Everybody who calls: somebody without a role, and one of each role, by the letter of their column.
pub(super) fn columns() -> Vec<(char, Option<Role>)> {
    let letter = |role: Role| match role {
        Role::Agent => 'A',
        Role::Approver => 'P',
        Role::Manager => 'M',
        Role::Auditor => 'U',
        Role::ItAdministrator => 'I',
        Role::Administrator => 'R',
    };
    let roles = Role::ALL.into_iter().map(|role| (letter(role), Some(role)));
    std::iter::once(('N', None)).chain(roles).collect()
}

/// The actor with this id whom a column is about.
pub(super) fn actor_of(id: &str, role: Option<Role>) -> Actor {
    let actor = Actor::new(id, id);
    role.into_iter().fold(actor, Actor::with_role)
}

/// What somebody was answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was done, or shown.
    Given,
    /// A list without what was looked for.
    Empty,
    Refused(Rejection),
}

impl Answer {
    /// From a call that says whether it did, or showed, what it was about.
    #[track_caller]
    pub(super) fn of(called: Result<bool, Error>) -> Self {
        match called {
            Ok(true) => Self::Given,
            Ok(false) => Self::Empty,
            Err(Error::Rejected(rejection)) => Self::Refused(rejection),
            Err(fault) => panic!("a fault is no answer: {fault:?}"),
        }
    }

    pub(super) fn is_given(&self) -> bool {
        matches!(self, Self::Given)
    }

    fn letter(&self, column: char) -> char {
        match self {
            Self::Given => column,
            Self::Empty => 'e',
            Self::Refused(Rejection::Forbidden { .. }) => '.',
            Self::Refused(Rejection::NotFound { .. }) => '-',
            Self::Refused(Rejection::NotAllowedHere { .. }) => 'h',
            Self::Refused(
                Rejection::Blocked { .. }
                | Rejection::AlreadyTaken { .. }
                | Rejection::Invalid { .. }
                | Rejection::Conflict { .. }
                | Rejection::RequestIdReused
                | Rejection::CursorNotOfThisStore
                | Rejection::Contended { .. },
            ) => 's',
        }
    }

    /// The reasons, for a refusal that has to do with the state.
    fn why(&self, column: char) -> Option<String> {
        let Self::Refused(rejection) = self else { return None };
        if self.letter(column) != 's' {
            return None;
        }
        let blockers = rejection.blockers().iter().map(|one| one.code().to_owned());
        let fields = rejection.fields().iter().map(|one| format!("invalid {}", one.field));
        let mut reasons: Vec<String> = blockers.chain(fields).collect();
        if reasons.is_empty() {
            reasons.push(rejection.code().to_owned());
        }
        Some(reasons.join(", "))
    }
}

/// The letters of a line, one a column, and what state refusals have as their reason: once if it is the same for all,
/// otherwise by column.
pub(super) fn line(answers: &[(char, Answer)]) -> (String, String) {
    let letters = answers.iter().map(|(column, answer)| answer.letter(*column)).collect();
    let mut reasons: Vec<(String, String)> = Vec::new();
    for (column, answer) in answers {
        let Some(why) = answer.why(*column) else { continue };
        match reasons.iter_mut().find(|(_, known)| *known == why) {
            Some((columns, _)) => columns.push(*column),
            None => reasons.push((column.to_string(), why)),
        }
    }
    let why = match reasons.as_slice() {
        [(_, why)] => why.clone(),
        several => {
            let by_column = |(columns, why): &(String, String)| format!("{columns}: {why}");
            several.iter().map(by_column).collect::<Vec<_>>().join("; ")
        }
    };
    (letters, why)
}

/// The widest line of the file.
const WIDTH: usize = 140;

/// Where the names of states begin.
const NAMES: usize = 44;

/// The answers of one command by state, each with its letters and reason.
pub(super) type Lines = [(String, (String, String))];

/// The lines of several commands, under their names; those that are answered alike in every state share them.
pub(super) fn blocks<'a>(commands: impl IntoIterator<Item = (&'a str, &'a Lines)>) -> String {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for (name, lines) in commands {
        let block = grouped(lines);
        match blocks.iter_mut().find(|(_, known)| *known == block) {
            Some((names, _)) => names.extend([", ", name]),
            None => blocks.push((name.to_owned(), block)),
        }
    }
    blocks.into_iter().map(|(names, block)| format!("{names}\n{block}")).collect()
}

/// The lines of one command: states with the same answer on one line, in their order.
fn grouped(lines: &Lines) -> String {
    let all: Vec<&str> = lines.iter().map(|(state, _)| state.as_str()).collect();
    let mut groups: Vec<(&(String, String), Vec<&str>)> = Vec::new();
    for (state, answer) in lines {
        match groups.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, states)) => states.push(state),
            None => groups.push((answer, vec![state])),
        }
    }
    let mut text = String::new();
    for ((letters, why), states) in groups {
        let mut row = format!("  {letters}  {why}");
        for state in families(&states, &all) {
            if row.chars().count() + state.len() + 2 > WIDTH {
                writeln!(text, "{}", row.trim_end()).unwrap();
                row = String::new();
            }
            let room = NAMES.saturating_sub(row.chars().count());
            write!(row, "{}{state}", " ".repeat(room.max(2))).unwrap();
        }
        writeln!(text, "{row}").unwrap();
    }
    text
}

/// Names of states, with `plain.*` for all that begin so, and `*` for all that there are.
fn families(states: &[&str], all: &[&str]) -> Vec<String> {
    if states == all {
        return vec!["*".into()];
    }
    let family = |name: &str| name.split_once('.').map_or("", |(family, _)| family).to_owned();
    let of = |names: &[&str], one: &str| names.iter().filter(|name| family(name) == one).count();
    let mut named: Vec<String> = Vec::new();
    for state in states {
        let one = family(state);
        let whole = of(all, &one) > 1 && of(states, &one) == of(all, &one);
        let name = if whole { format!("{one}.*") } else { (*state).to_owned() };
        if !named.contains(&name) {
            named.push(name);
        }
    }
    named
}
