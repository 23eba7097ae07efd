//! Resolves public names to their declarations.

use anyhow::{Context, Result, bail};
use syn::{Item, UseTree, Visibility};

use super::Sources;
use super::modules::{Crate, Module, name_of};

/// The crates that declare what crosses: the façade, and those that it re-exports.
pub(crate) struct Project {
    facade: Crate,
    core: Crate,
    sqlite: Crate,
}

/// A declaration, with the module that contains it.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'a> {
    /// The module that contains the declaration.
    pub(crate) module: &'a Module,
    /// The declaration.
    pub(crate) item: &'a Item,
}

impl Project {
    /// The folders whose sources are read.
    pub(crate) const FOLDERS: [&'static str; 3] = ["src", "casekit-core/src", "casekit-sqlite/src"];

    /// Reads the façade, core and the SQLite store.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; the error names its path.
    pub(crate) fn read(sources: &Sources) -> Result<Self> {
        let [facade, core, sqlite] = Self::FOLDERS;
        Ok(Self {
            facade: Crate::read(sources, "casekit", facade)?,
            core: Crate::read(sources, "casekit_core", core)?,
            sqlite: Crate::read(sources, "casekit_sqlite", sqlite)?,
        })
    }

    /// The crate `casekit-core`.
    pub(crate) fn core(&self) -> &Crate {
        &self.core
    }

    /// The declaration that the façade has under a name, if there is one.
    ///
    /// # Errors
    ///
    /// A re-export whose target does not exist.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Declared<'_>>> {
        self.within(&self.facade.name, name)
    }

    /// The declaration that a module has under a name: its own, or one that it re-exports.
    fn within(&self, module: &str, name: &str) -> Result<Option<Declared<'_>>> {
        let Some(module) = self.module(module) else { bail!("there is no module `{module}`") };
        let own = module.items.iter().find(|item| name_of(item).as_deref() == Some(name));
        if let Some(item) = own {
            return Ok(Some(Declared { module, item }));
        }
        for item in &module.items {
            let Item::Use(shown) = item else { continue };
            if matches!(shown.vis, Visibility::Inherited) {
                continue;
            }
            let found = self.through(module, &shown.tree, &mut Vec::new(), name);
            if let Some(found) = found.with_context(|| format!("re-exports of `{}`", module.path))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The declaration that a `pub use` gives to a name.
    fn through<'a>(
        &'a self,
        module: &Module,
        tree: &UseTree,
        path: &mut Vec<String>,
        name: &str,
    ) -> Result<Option<Declared<'a>>> {
        match tree {
            UseTree::Path(one) => {
                path.push(one.ident.to_string());
                let found = self.through(module, &one.tree, path, name);
                path.pop();
                found
            }
            UseTree::Group(all) => {
                for one in &all.items {
                    if let Some(found) = self.through(module, one, path, name)? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            UseTree::Name(one) if one.ident == name => self.at(module, path, name),
            UseTree::Rename(one) if one.rename == name => self.at(module, path, &one.ident.to_string()),
            UseTree::Glob(_) => self.at(module, path, name),
            UseTree::Name(_) | UseTree::Rename(_) => Ok(None),
        }
    }

    /// The declaration under a name at the end of a path that begins in a module.
    fn at(&self, module: &Module, path: &[String], name: &str) -> Result<Option<Declared<'_>>> {
        let Some(target) = self.absolute(module, path) else {
            // The path leads into a crate that is not read: nothing of it crosses.
            return Ok(None);
        };
        self.within(&target, name)
    }

    fn absolute(&self, module: &Module, path: &[String]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let of_crate = module.path.split("::").next().unwrap_or_default();
        let start = match first.as_str() {
            "crate" => of_crate.to_owned(),
            "self" => module.path.clone(),
            "super" => module.path.rsplit_once("::")?.0.to_owned(),
            name if self.module(name).is_some() => name.to_owned(),
            name => format!("{}::{name}", module.path),
        };
        let whole = rest.iter().fold(start, |path, part| format!("{path}::{part}"));
        self.module(&whole).is_some().then_some(whole)
    }

    /// The module with this path, in any of the crates.
    pub(crate) fn module(&self, path: &str) -> Option<&Module> {
        [&self.facade, &self.core, &self.sqlite].into_iter().find_map(|one| one.module(path))
    }
}
