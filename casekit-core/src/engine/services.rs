//! What a host brings for data requests, and whether its names can be used.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::language::Language;
use crate::model::{PROFILE_SOURCE, is_source_name};
use crate::rejection::{FieldRule, Rejection};
use crate::release::{Adapters, DataSource, PackageBuilder};

/// What a host brings for data requests; without it such requests fail with a cause that says what is missing.
#[derive(Default)]
pub struct Services {
    /// Sources of the host's own, each with a unique name of 1 to 50 lower-case letters, digits, `_` or `-`. `casekit` is
    /// the name of the customer's profile.
    pub sources: Vec<(String, Arc<dyn DataSource>)>,
    /// Opens the sources and the webform that the settings name.
    pub adapters: Option<Box<dyn Adapters>>,
    /// Builds packages; without it, releases fail with `no_package_builder`.
    pub builder: Option<Box<dyn PackageBuilder>>,
    /// The language of packages, and of desks that choose none of their own; `None` for English.
    pub language: Option<Arc<Language>>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

impl Services {
    /// Whether every source can be named: by workflows, in snapshots, and in the settings that say what failed.
    ///
    /// # Errors
    /// `Invalid` for a name of another form, or one that two sources have.
    pub fn check(&self) -> Result<(), Rejection> {
        let mut seen = BTreeSet::from([PROFILE_SOURCE]);
        for (name, _) in &self.sources {
            if !is_source_name(name) {
                let form = "source_name".into();
                return Err(Rejection::field("sources", FieldRule::Malformed { form }));
            }
            if !seen.insert(name) {
                return Err(Rejection::field("sources", FieldRule::AlreadyInUse));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str]) -> Result<(), Rejection> {
        let source = |name: &&str| -> (String, Arc<dyn DataSource>) {
            ((*name).to_owned(), Arc::new(|_: &crate::release::SourceQuestion| Ok(Vec::new())))
        };
        Services { sources: names.iter().map(source).collect(), ..Services::default() }.check()
    }

    #[test]
    fn sources_have_names_that_settings_and_workflows_can_say() {
        assert_eq!(check(&["crm", "shop-2"]), Ok(()));
        let malformed = FieldRule::Malformed { form: "source_name".into() };
        for name in ["Shop DB", "", "crm.", &"x".repeat(51)] {
            assert_eq!(check(&["crm", name]), Err(Rejection::field("sources", malformed.clone())), "{name}");
        }
        for names in [["crm", "crm"], ["crm", "casekit"]] {
            assert_eq!(check(&names), Err(Rejection::field("sources", FieldRule::AlreadyInUse)));
        }
    }
}
