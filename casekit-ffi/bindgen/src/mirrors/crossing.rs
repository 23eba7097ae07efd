//! Finds the types that cross: those that a method takes or returns, and those within them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use syn::{Fields, Item};

use super::by_hand::ByHand;
use super::form::{Form, Known, text_of};
use super::methods::Method;
use crate::core_source::modules::{Module, last_part, name_of};
use crate::core_source::names::{Declared, Project};

/// The types that cross and are not written by hand, by their names.
#[derive(Default)]
pub(super) struct Crossing<'a> {
    /// The declaration of each type.
    pub(super) types: BTreeMap<String, Declared<'a>>,
    /// The names of types that hosts make.
    pub(super) given: BTreeSet<String>,
    /// The names of pages: for each type such as core's `Page<CaseSummary>`, its name in hosts.
    pub(super) known: Known,
    seen: BTreeSet<(String, bool)>,
}

impl<'a> Crossing<'a> {
    /// Finds the names of pages, which core declares as type aliases.
    pub(super) fn new(project: &'a Project) -> Self {
        let mut known = Known::new();
        for item in project.core().modules().flat_map(|module| &module.items) {
            let Item::Type(alias) = item else { continue };
            let written = text_of(&alias.ty);
            if alias.generics.params.is_empty() && written.ends_with('>') {
                known.insert(written, Form::Named(alias.ident.to_string()));
            }
        }
        Self { known, ..Self::default() }
    }

    /// Walks through the types of every method, and of the hand-written code.
    ///
    /// # Errors
    ///
    /// A type that cannot cross; the error says where it was met and what to do.
    pub(super) fn walk(&mut self, project: &'a Project, by_hand: &ByHand, methods: &[Method]) -> Result<()> {
        for method in methods {
            let at = || format!("in `Desk::{}`", method.name);
            for form in method.arguments() {
                self.follow(project, by_hand, form.name(), true).with_context(at)?;
            }
            self.follow(project, by_hand, method.answer.name(), false).with_context(at)?;
        }
        for (names, is_given) in [(&by_hand.given, true), (&by_hand.answered, false)] {
            self.loosely(project, by_hand, names, is_given)?;
        }
        Ok(())
    }

    /// The modules that declare these types.
    pub(super) fn modules(&self) -> Vec<&'a Module> {
        let modules = self.types.values().map(|found| (&found.module.path, found.module));
        modules.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// The types of a module, in the order of their declarations.
    pub(super) fn in_module(&self, module: &Module) -> Vec<(&str, Declared<'a>)> {
        let found = module.items.iter().filter_map(|item| {
            let (name, found) = self.types.get_key_value(&name_of(item)?)?;
            (found.module.path == module.path).then_some((name.as_str(), *found))
        });
        found.collect()
    }

    /// The same for names in hand-written code, some of which are not types of casekit.
    fn loosely(
        &mut self,
        project: &'a Project,
        by_hand: &ByHand,
        names: &BTreeSet<String>,
        is_given: bool,
    ) -> Result<()> {
        for name in names {
            let is_type = matches!(
                project.find(name)?.map(|found| found.item),
                Some(Item::Struct(_) | Item::Enum(_) | Item::Type(_))
            );
            if is_type || by_hand.fields.contains_key(name) {
                self.follow(project, by_hand, Some(name), is_given)?;
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        project: &'a Project,
        by_hand: &ByHand,
        name: Option<&str>,
        is_given: bool,
    ) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        if !self.seen.insert((name.to_owned(), is_given)) {
            return Ok(());
        }
        if let Some(names) = by_hand.fields.get(name) {
            return self.loosely(project, by_hand, names, is_given);
        }
        if by_hand.declared.contains(name) {
            return Ok(());
        }
        let found = project.find(name)?.with_context(|| {
            format!(
                "the crate `casekit` has no `{name}`: re-export it in src/lib.rs, or write the method by hand"
            )
        })?;
        self.types.insert(name.to_owned(), found);
        if is_given {
            self.given.insert(name.to_owned());
        }
        let forms = self.forms_within(project, found).with_context(|| format!("in `{name}`"))?;
        for form in forms {
            self.follow(project, by_hand, form.name(), is_given).with_context(|| format!("in `{name}`"))?;
        }
        Ok(())
    }

    /// The forms of all types within a type.
    fn forms_within(&self, project: &Project, found: Declared<'_>) -> Result<Vec<Form>> {
        let of = |fields: &Fields, known: &Known| -> Result<Vec<Form>> {
            fields.iter().map(|field| Form::of(&field.ty, known)).collect()
        };
        match found.item {
            item if is_id(item) => Ok(Vec::new()),
            Item::Struct(one) if one.generics.params.is_empty() => of(&one.fields, &self.known),
            Item::Enum(one) => {
                let variants = one.variants.iter().map(|variant| of(&variant.fields, &self.known));
                Ok(variants.collect::<Result<Vec<_>>>()?.concat())
            }
            Item::Type(_) => {
                let page = Page::of(project, found, &self.known)?;
                Ok(page.fields.into_iter().map(|(_, form)| form).collect())
            }
            _ => bail!("it is neither a record nor a choice: write its form by hand, as a custom type"),
        }
    }
}

/// A page: a record with a parameter, and the type of its rows.
pub(super) struct Page<'a> {
    /// The declaration of the record, such as `Page`.
    pub(super) record: &'a syn::ItemStruct,
    /// The type in core's spelling, such as `Page<CaseSummary>`.
    pub(super) written: String,
    /// The fields of the record, with their forms.
    pub(super) fields: Vec<(&'a syn::Field, Form)>,
}

impl<'a> Page<'a> {
    /// The page that a name such as `CasePage` stands for.
    ///
    /// # Errors
    ///
    /// The name stands for something else.
    pub(super) fn of(project: &'a Project, found: Declared<'a>, known: &Known) -> Result<Self> {
        let unknown = "it stands for something that cannot cross: write its form by hand, as a custom type";
        let Item::Type(alias) = found.item else { bail!(unknown) };
        let syn::Type::Path(path) = &*alias.ty else { bail!(unknown) };
        let part = last_part(&path.path)?;
        let record = project.find(&part.ident.to_string())?.map(|found| found.item);
        let Some(Item::Struct(record)) = record else { bail!(unknown) };
        let parameter = record.generics.type_params().next().context(unknown)?;
        let syn::PathArguments::AngleBracketed(given) = &part.arguments else { bail!(unknown) };
        let Some(syn::GenericArgument::Type(row)) = given.args.first() else { bail!(unknown) };
        let mut known = known.clone();
        known.insert(parameter.ident.to_string(), Form::of(row, &Known::new())?);
        let fields = record.fields.iter().map(|field| Ok((field, Form::of(&field.ty, &known)?)));
        Ok(Self { record, written: text_of(&alias.ty), fields: fields.collect::<Result<_>>()? })
    }
}

/// Whether it is an id: a type of its own around a UUID.
pub(super) fn is_id(item: &Item) -> bool {
    let Item::Struct(one) = item else { return false };
    let Fields::Unnamed(fields) = &one.fields else { return false };
    fields.unnamed.len() == 1 && fields.unnamed.first().is_some_and(|field| text_of(&field.ty) == "Uuid")
}
