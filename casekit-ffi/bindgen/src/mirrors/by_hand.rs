//! The hand-written code of casekit-ffi. It takes precedence over generated code, and names more types that cross.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, FnArg, ImplItem, Item, Pat, ReturnType, Signature, TraitItem, Type};

use crate::core_source::modules::{is_for_tests, last_part, name_of, written_out};
use crate::core_source::{Sources, docs};
use crate::docs::check;
use crate::generated;

/// The folder of casekit-ffi's sources.
pub(super) const FOLDER: &str = "casekit-ffi/src";

/// The declarations that are written by hand.
#[derive(Debug, Default)]
pub(super) struct ByHand {
    /// The methods of a desk, with their documentation.
    pub(super) methods: BTreeMap<String, Vec<String>>,
    /// The types that are declared there, or have their form there.
    pub(super) declared: BTreeSet<String>,
    /// The names of types in the fields of hand-written records and enums.
    pub(super) fields: BTreeMap<String, BTreeSet<String>>,
    /// The names of types that hosts give to the library.
    pub(super) given: BTreeSet<String>,
    /// The names of types that hosts get from the library.
    pub(super) answered: BTreeSet<String>,
}

impl ByHand {
    /// Reads every file of casekit-ffi that is not marked as generated.
    ///
    /// # Errors
    ///
    /// A file that does not parse; the error names its path.
    pub(super) fn read(sources: &Sources) -> Result<Self> {
        let mut read = Self::default();
        let head = generated::head("//");
        for (path, text) in sources.below(FOLDER) {
            if text.starts_with(&head) {
                continue;
            }
            let file = syn::parse_file(text).with_context(|| format!("`{path}` is no Rust"))?;
            let items = written_out(file.items).with_context(|| format!("in `{path}`"))?;
            items.iter().try_for_each(|item| read.add(item)).with_context(|| format!("in `{path}`"))?;
        }
        Ok(read)
    }

    fn add(&mut self, item: &Item) -> Result<()> {
        match item {
            Item::Struct(one) if crosses(&one.attrs) => {
                self.fields.insert(one.ident.to_string(), names_in(one.fields.iter().map(|field| &field.ty)));
            }
            Item::Enum(one) if crosses(&one.attrs) => {
                let fields = one.variants.iter().flat_map(|variant| &variant.fields);
                self.fields.insert(one.ident.to_string(), names_in(fields.map(|field| &field.ty)));
            }
            Item::Impl(one) if is_exported(&one.attrs) => {
                let of = text(&one.self_ty);
                for item in &one.items {
                    let ImplItem::Fn(method) = item else { continue };
                    self.call(&method.attrs, &method.sig)?;
                    if of == "Desk" {
                        self.methods.insert(method.sig.ident.to_string(), docs::lines_of(&method.attrs));
                    }
                }
            }
            Item::Fn(one) if is_exported(&one.attrs) => self.call(&one.attrs, &one.sig)?,
            // A callback is reversed: hosts get its arguments, and give its answer.
            Item::Trait(one) if is_exported(&one.attrs) => {
                for item in &one.items {
                    let TraitItem::Fn(method) = item else { continue };
                    sections_of(&method.attrs, &method.sig)?;
                    self.given.extend(answer_of(&method.sig));
                    self.answered.extend(arguments_of(&method.sig));
                }
            }
            Item::Macro(one) if last_part(&one.mac.path).is_ok_and(|part| part.ident == "custom_type") => {
                let first = one.mac.tokens.clone().into_iter().next();
                self.declared.extend(first.map(|name| name.to_string()));
            }
            Item::Mod(one) if !is_for_tests(&one.attrs) => {
                one.content.iter().flat_map(|(_, items)| items).try_for_each(|item| self.add(item))?;
            }
            _ => {}
        }
        self.declared.extend(name_of(item));
        Ok(())
    }

    fn call(&mut self, attributes: &[Attribute], signature: &Signature) -> Result<()> {
        self.given.extend(arguments_of(signature));
        self.answered.extend(answer_of(signature));
        sections_of(attributes, signature)
    }
}

/// Checks that sections describe only arguments and errors that exist.
///
/// # Errors
///
/// The method, and what is wrong.
pub(super) fn sections_of(attributes: &[Attribute], signature: &Signature) -> Result<()> {
    let names = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(called) => Some(called.ident.to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    check(&docs::lines_of(attributes).join("\n"), &names.collect::<Vec<_>>())
        .with_context(|| format!("what is said of `{}` is not so", signature.ident))
}

fn is_exported(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| text(attribute.path()) == "uniffi::export")
}

fn crosses(attributes: &[Attribute]) -> bool {
    let kinds = ["uniffi::Record", "uniffi::Enum", "uniffi::Error", "uniffi::remote"];
    attributes.iter().any(|attribute| kinds.iter().any(|kind| text(attribute).contains(kind)))
}

fn text(written: &impl ToTokens) -> String {
    written.to_token_stream().to_string().replace(' ', "")
}

fn arguments_of(signature: &Signature) -> BTreeSet<String> {
    names_in(signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some(&*argument.ty),
        FnArg::Receiver(_) => None,
    }))
}

fn answer_of(signature: &Signature) -> BTreeSet<String> {
    match &signature.output {
        ReturnType::Default => BTreeSet::new(),
        ReturnType::Type(_, answer) => names_in([&**answer]),
    }
}

/// Every name in the given types.
fn names_in<'a>(types: impl IntoIterator<Item = &'a Type>) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl Visit<'_> for Names {
        fn visit_path_segment(&mut self, part: &syn::PathSegment) {
            self.0.insert(part.ident.to_string());
            syn::visit::visit_path_segment(self, part);
        }
    }
    let mut names = Names(BTreeSet::new());
    types.into_iter().for_each(|one| names.visit_type(one));
    names.0
}
