//! What the columns of a log are called, or its attributes.

/// What a column says about an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Case,
    Activity,
    Timestamp,
    /// Who did it; a log need not say.
    Resource,
}

/// The roles that every log must have.
const NEEDED: [Role; 3] = [Role::Case, Role::Activity, Role::Timestamp];

/// The names that the user gave; without one, the usual ones are looked for.
#[derive(Clone, Default)]
pub(crate) struct Names {
    given: Vec<(Role, String)>,
}

impl Role {
    /// The option that names the column.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Case => "--case",
            Self::Activity => "--activity",
            Self::Timestamp => "--timestamp",
            Self::Resource => "--resource",
        }
    }

    pub(crate) fn of_option(option: &str) -> Option<Self> {
        NEEDED.into_iter().chain([Self::Resource]).find(|role| role.option() == option)
    }

    /// The usual names, those of the XES standard first. In XES, what a trace says has `case:` before it.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Case => &["case:concept:name", "case", "case id", "case_id"],
            Self::Activity => &["concept:name", "activity"],
            Self::Timestamp => &["time:timestamp", "timestamp"],
            Self::Resource => &["org:resource", "resource"],
        }
    }
}

impl Names {
    pub(crate) fn give(&mut self, role: Role, name: String) {
        self.given.retain(|(known, _)| *known != role);
        self.given.push((role, name));
    }

    /// The names to look for, the first that is there counts.
    fn candidates(&self, role: Role) -> Vec<&str> {
        let given = self.given.iter().find(|(known, _)| *known == role);
        given.map_or_else(|| role.usual().to_vec(), |(_, name)| vec![name.as_str()])
    }

    /// What an event says in a role, with the name that it is looked for by.
    pub(super) fn of<'a>(&self, role: Role, fields: &[(&str, &'a str)]) -> (String, Option<&'a str>) {
        let candidates = self.candidates(role);
        for name in &candidates {
            if let Some((_, value)) = fields.iter().find(|(one, _)| same(one, name)) {
                return ((*name).to_owned(), Some(value));
            }
        }
        (candidates.first().copied().unwrap_or_default().to_owned(), None)
    }

    /// Whether a column is one of those that say what happened.
    pub(super) fn is_used(&self, name: &str, fields: &[(&str, &str)]) -> bool {
        NEEDED.into_iter().chain([Role::Resource]).any(|role| same(&self.of(role, fields).0, name))
    }

    /// Refuses a table whose columns do not say what happened, and says which there are.
    pub(super) fn check(&self, columns: &[&str]) -> Result<(), String> {
        let is_there = |name: &&str| columns.iter().any(|column| same(column, name));
        let named = self.given.iter().map(|(role, _)| *role).filter(|role| *role == Role::Resource);
        let missing = NEEDED.into_iter().chain(named);
        let missing: Vec<String> = missing
            .filter(|role| !self.candidates(*role).iter().any(is_there))
            .map(|role| {
                let names: Vec<String> =
                    self.candidates(role).iter().map(|name| format!("`{name}`")).collect();
                format!("{} (say which with {})", names.join(" or "), role.option())
            })
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => {
                let there: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
                Err(format!("no column {}; there are {}", missing.join(" and no "), there.join(", ")))
            }
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
