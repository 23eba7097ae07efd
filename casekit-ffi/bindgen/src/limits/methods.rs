//! The methods whose costs are said, by the files in which they are.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, ItemImpl, Type, Visibility};

use super::section::Cost;
use crate::core_source::modules::{Crate, Module, last_part, written_out};
use crate::core_source::names::Project;
use crate::core_source::{Sources, docs};
use crate::generated;

/// The sources of casekit-export, and of what is written by hand for hosts.
pub(super) const EXPORT: &str = "casekit-export/src";
pub(super) const HOSTS: &str = "casekit-ffi/src";

/// Functions of casekit-export that take nothing of any size and read nothing.
const SMALL: [&str; 17] = [
    "ArchiveWriter::new",
    "Cell::plain",
    "Cell::text",
    "CsvSource::new",
    "EntryName::as_str",
    "EntryName::parse",
    "Fonts::bundled",
    "Fonts::empty",
    "Fonts::with_bundled",
    "Letterhead::generated_at",
    "Letterhead::generated_by",
    "ZipPackage::bundled",
    "ZipPackage::in_zone",
    "ZipPackage::of_size",
    "ZipPackage::with_csv",
    "ZipPackage::with_fonts",
    "pdf::isolated",
];

/// Traits of core whose methods are the work that a type does.
const TRAITS: [&str; 3] = ["DataSource", "Delivery", "PackageBuilder"];

/// A part of the page.
pub(super) struct Chapter {
    pub(super) heading: &'static str,
    pub(super) summary: String,
    pub(super) groups: Vec<Group>,
}

/// The methods of one file.
pub(super) struct Group {
    pub(super) heading: String,
    pub(super) summary: String,
    pub(super) methods: Vec<Method>,
}

/// A method, and what its documentation says of its cost.
pub(super) struct Method {
    pub(super) name: String,
    pub(super) cost: Cost,
}

/// Every method, by chapter and file.
///
/// # Errors
///
/// All methods without a section, by name; or a section of another form.
pub(super) fn of(sources: &Sources) -> Result<Vec<Chapter>> {
    let [facade, core, sqlite] = Project::FOLDERS;
    let core = Crate::read(sources, "casekit_core", core)?;
    let facade = Crate::read(sources, "casekit", facade)?;
    let sqlite = Crate::read(sources, "casekit_sqlite", sqlite)?;
    let export = Crate::read(sources, "casekit_export", EXPORT)?;
    let mut reading = Reading::default();

    let is_desk = |module: &&Module| module.path.starts_with("casekit_core::desk");
    let desk = reading.groups(core.modules().filter(is_desk), |name| {
        name.starts_with("Desk::") || name.starts_with("Live::")
    })?;
    let common = common_of(&core)?;
    let kit = reading.groups(facade.modules(), |_| true)?;
    let source = |module: &&Module| module.path == "casekit_sqlite::source";
    let of_any_size = |name: &str| !SMALL.contains(&name);
    let mut papers = reading.groups(export.modules(), of_any_size)?;
    papers.extend(reading.groups(sqlite.modules().filter(source), |name| name != "SqliteSource::new")?);
    let is_kits = |name: &&str| !name.contains("::") || name.starts_with("CaseKit::");
    let names = desk.iter().chain(&kit).flat_map(|group| &group.methods).map(|method| method.name.as_str());
    let known: BTreeSet<String> = names.filter(is_kits).map(bare).collect();
    let hosts = reading.hosts(sources, &known)?;
    reading.nothing_missing()?;
    Ok(vec![
        Chapter { heading: "Desk", summary: common, groups: desk },
        Chapter { heading: "Kit", summary: "One open file, and how it is opened.".into(), groups: kit },
        Chapter {
            heading: "Reports, packages and sources",
            summary: "For programs that make documents of their own, or read sources themselves.".into(),
            groups: papers,
        },
        Chapter {
            heading: "Only in Python, Kotlin and Swift",
            summary: "What the packages of these languages call in the library besides the methods above."
                .into(),
            groups: hosts,
        },
    ])
}

/// What every method of a desk costs: the section of the desk itself.
fn common_of(core: &Crate) -> Result<String> {
    let module = core.module("casekit_core::desk").context("core has no desk")?;
    let desk = module.items.iter().find_map(|item| match item {
        Item::Struct(one) if one.ident == "Desk" => Some(&one.attrs),
        _ => None,
    });
    let cost = Cost::of(desk.context("core has no desk")?).context("`Desk`")?;
    let cost = cost.context("`Desk` has no section `# Cost`: it says what every method of a desk costs")?;
    Ok(match cost.limits {
        Some(limits) => format!("{}\n\n{limits}", cost.cost),
        None => cost.cost,
    })
}

/// The methods that were found without a section.
#[derive(Default)]
struct Reading {
    missing: Vec<String>,
}

impl Reading {
    /// The public functions of some modules whose names are wanted, by module.
    fn groups<'a>(
        &mut self,
        modules: impl Iterator<Item = &'a Module>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Group>> {
        let mut groups = Vec::new();
        for module in modules {
            let mut methods = Vec::new();
            for (name, attributes) in public_in(module) {
                if is_wanted(&name) {
                    methods.extend(self.method(&module.path, name, attributes)?);
                }
            }
            if !methods.is_empty() {
                let (heading, summary) = (heading(&module.path), module.summary.clone());
                groups.push(Group { heading, summary, methods });
            }
        }
        Ok(groups)
    }

    /// The methods that are written by hand for hosts. Each has to have a section; those that core or the façade has
    /// under the same name are not repeated.
    fn hosts(&mut self, sources: &Sources, known: &BTreeSet<String>) -> Result<Vec<Group>> {
        let head = generated::head("//");
        let mut groups = Vec::new();
        for (path, text) in sources.below(HOSTS).filter(|(_, text)| !text.starts_with(&head)) {
            let file = syn::parse_file(text).with_context(|| format!("`{path}` is no Rust"))?;
            let summary = docs::lines_of(&file.attrs).into_iter().next().unwrap_or_default();
            let items = written_out(file.items).with_context(|| format!("in `{path}`"))?;
            let mut methods = Vec::new();
            for (name, attributes) in items.iter().filter_map(exported).flat_map(functions) {
                let is_of_desk = name.starts_with("Desk::");
                if is_of_desk || name.starts_with("KitHandle::") || name.starts_with("Live") {
                    let method = self.method(path.as_str(), name, attributes)?;
                    methods.extend(method.filter(|one| is_of_desk && !known.contains(&bare(&one.name))));
                }
            }
            if !methods.is_empty() {
                let heading = heading(path.with_extension("").as_str());
                groups.push(Group { heading, summary, methods });
            }
        }
        Ok(groups)
    }

    fn method(&mut self, place: &str, name: String, attributes: &[Attribute]) -> Result<Option<Method>> {
        let cost = Cost::of(attributes).with_context(|| format!("`{name}` in `{place}`"))?;
        if cost.is_none() {
            self.missing.push(format!("`{name}` in `{place}`"));
        }
        Ok(cost.map(|cost| Method { name: name.trim_start_matches("Desk::").to_owned(), cost }))
    }

    fn nothing_missing(&self) -> Result<()> {
        if self.missing.is_empty() {
            return Ok(());
        }
        bail!(
            "every public method needs a section `# Cost`: what it reads and writes as a file grows, and in a second \
             paragraph its limits with the errors beyond them. There is none at\n  {}",
            self.missing.join("\n  ")
        )
    }
}

/// The public functions of a module: those of its types by `Type::name`, and free ones by the public module that shows
/// them.
fn public_in(module: &Module) -> impl Iterator<Item = (String, &[Attribute])> {
    let is_private = |block: &ItemImpl| {
        let of = type_of(block);
        module.items.iter().any(|item| match item {
            Item::Struct(one) => one.ident == of && !matches!(one.vis, Visibility::Public(_)),
            _ => false,
        })
    };
    let of_types = module.items.iter().filter_map(move |item| match item {
        Item::Impl(one) if !is_private(one) => Some(one),
        _ => None,
    });
    let free = module.items.iter().filter_map(|item| match item {
        Item::Fn(one) if matches!(one.vis, Visibility::Public(_)) => {
            let within = module.path.split("::").nth(1).filter(|name| *name != "languages");
            let within = within.map(|name| format!("{name}::")).unwrap_or_default();
            Some((format!("{within}{}", one.sig.ident), one.attrs.as_slice()))
        }
        _ => None,
    });
    of_types.flat_map(functions).chain(free)
}

/// The functions of a block that callers have: public ones, and those of the traits that are a type's work. An exported
/// block for hosts has only such.
fn functions(block: &ItemImpl) -> impl Iterator<Item = (String, &[Attribute])> {
    let is_work = block.trait_.as_ref().is_some_and(|(_, path, _)| {
        last_part(path).is_ok_and(|part| TRAITS.iter().any(|name| part.ident == name))
    });
    let of = type_of(block);
    block.items.iter().filter_map(move |item| match item {
        ImplItem::Fn(one) if is_work || matches!(one.vis, Visibility::Public(_)) => {
            Some((format!("{of}::{}", one.sig.ident), one.attrs.as_slice()))
        }
        _ => None,
    })
}

/// The name of the type that a block is of.
fn type_of(block: &ItemImpl) -> String {
    match &*block.self_ty {
        Type::Path(path) => last_part(&path.path).map(|part| part.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// A block that crosses to hosts.
fn exported(item: &Item) -> Option<&ItemImpl> {
    let Item::Impl(block) = item else { return None };
    let is_export = |attribute: &Attribute| {
        attribute.path().to_token_stream().to_string().replace(' ', "") == "uniffi::export"
    };
    block.attrs.iter().any(is_export).then_some(block)
}

/// The name of a method without its type.
fn bare(name: &str) -> String {
    name.rsplit("::").next().unwrap_or(name).to_owned()
}

/// The path of a module or file as a heading, without the crate: `casekit_core::desk::case_view` is `Case view`.
fn heading(path: &str) -> String {
    let path = path.strip_prefix("casekit_core::desk::").unwrap_or(path);
    let path = path.strip_prefix(HOSTS).unwrap_or(path).trim_start_matches('/');
    let path = path
        .split_once("::")
        .filter(|(first, _)| first.starts_with("casekit"))
        .map_or(path, |(_, rest)| rest);
    let name = path.replace("::", ", ").replace('/', ", ").replace('_', " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
