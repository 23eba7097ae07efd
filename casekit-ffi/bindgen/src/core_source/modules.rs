//! A crate as a tree of modules, with the uses of its macros expanded.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use quote::ToTokens;
use syn::{Attribute, File, Item};

use super::{Sources, docs, expand};

/// One crate: its modules by their paths, such as `casekit_core::desk::page`.
pub(crate) struct Crate {
    /// The name of the crate in code, such as `casekit_core`.
    pub(crate) name: String,
    modules: BTreeMap<String, Module>,
}

/// One module.
pub(crate) struct Module {
    /// The path of the module, such as `casekit_core::desk::page`.
    pub(crate) path: String,
    /// The first sentence of its documentation.
    pub(crate) summary: String,
    /// The items that are declared in it, by hand or by a macro of the same file.
    pub(crate) items: Vec<Item>,
}

impl Crate {
    /// Reads a crate, beginning with its `lib.rs`. Tests are left out.
    ///
    /// # Errors
    ///
    /// A file that is missing or does not parse, or a macro that cannot be expanded; the error names its path.
    pub(crate) fn read(sources: &Sources, name: &str, folder: &str) -> Result<Self> {
        let mut read = Self { name: name.to_owned(), modules: BTreeMap::new() };
        read.add_file(sources, name, &Utf8Path::new(folder).join("lib.rs"), Utf8Path::new(folder))?;
        Ok(read)
    }

    /// The module with this path; `None` if there is none.
    pub(crate) fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path)
    }

    /// All modules of the crate, sorted by their paths.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    fn add_file(&mut self, sources: &Sources, path: &str, file: &Utf8Path, within: &Utf8Path) -> Result<()> {
        let text = sources.text(file).with_context(|| format!("`{file}` is missing"))?;
        let parsed = syn::parse_file(text).with_context(|| format!("`{file}` is no Rust"))?;
        let summary = docs::lines_of(&parsed.attrs).into_iter().next().unwrap_or_default();
        self.add_items(sources, path, summary, parsed.items, within).with_context(|| format!("in `{file}`"))
    }

    fn add_items(
        &mut self,
        sources: &Sources,
        path: &str,
        summary: String,
        items: Vec<Item>,
        within: &Utf8Path,
    ) -> Result<()> {
        let items = written_out(items)?;
        for item in &items {
            let Item::Mod(module) = item else { continue };
            if is_for_tests(&module.attrs) {
                continue;
            }
            let name = module.ident.to_string();
            let (path, within) = (format!("{path}::{name}"), within.join(&name));
            match &module.content {
                None => {
                    let file: Utf8PathBuf = within.with_extension("rs");
                    self.add_file(sources, &path, &file, &within)?;
                }
                Some((_, items)) => {
                    let summary = docs::lines_of(&module.attrs).into_iter().next().unwrap_or_default();
                    self.add_items(sources, &path, summary, items.clone(), &within)?;
                }
            }
        }
        self.modules.insert(path.to_owned(), Module { path: path.to_owned(), summary, items });
        Ok(())
    }
}

/// The items of a file, with each use of a macro replaced by the items that it produces. A use of a macro from
/// elsewhere stays as it is.
///
/// # Errors
///
/// A macro of the file that cannot be expanded; the error names it.
pub(crate) fn written_out(items: Vec<Item>) -> Result<Vec<Item>> {
    let mut macros = BTreeMap::new();
    let mut out = Vec::new();
    for item in items {
        let Item::Macro(one) = item else {
            out.push(item);
            continue;
        };
        if let Some(name) = &one.ident {
            macros.insert(name.to_string(), one.mac.tokens);
            continue;
        }
        let name = one.mac.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let Some(rules) = macros.get(&name) else {
            out.push(Item::Macro(one));
            continue;
        };
        let tokens = expand::expand(rules, &one.mac.tokens).with_context(|| format!("the macro `{name}`"))?;
        let made: File = syn::parse2(tokens).with_context(|| format!("what the macro `{name}` makes"))?;
        out.extend(made.items);
    }
    Ok(out)
}

/// Whether an item exists only for tests.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.to_token_stream().to_string() == "# [cfg (test)]")
}

/// The name of a declaration, if others can use it by a name.
pub(crate) fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(one) => Some(one.ident.to_string()),
        Item::Enum(one) => Some(one.ident.to_string()),
        Item::Type(one) => Some(one.ident.to_string()),
        Item::Trait(one) => Some(one.ident.to_string()),
        _ => None,
    }
}

/// The last segment of a path such as `std::time::Duration`.
///
/// # Errors
///
/// A path without segments.
pub(crate) fn last_part(path: &syn::Path) -> Result<&syn::PathSegment> {
    let Some(last) = path.segments.last() else { bail!("a path without a name") };
    Ok(last)
}
