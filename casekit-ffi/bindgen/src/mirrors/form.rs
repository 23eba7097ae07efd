//! The forms of values that cross to hosts.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

use crate::core_source::modules::last_part;

/// The form of a value that crosses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// Text, numbers and booleans, by their Rust names.
    Plain(String),
    /// The empty value `()`.
    Nothing,
    /// A length of time: a `Duration` in Rust.
    Duration,
    /// A type of casekit, by its name.
    Named(String),
    /// A value that may be missing.
    Option(Box<Form>),
    /// A list of values.
    List(Box<Form>),
}

const PLAIN: [&str; 12] =
    ["String", "bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];

/// The forms of names: the type of the rows for a page's `T`, and the name of the page for `Page<CaseSummary>`.
pub(super) type Known = BTreeMap<String, Form>;

impl Form {
    /// The form of a type in core's source.
    ///
    /// # Errors
    ///
    /// A type that cannot cross, in core's spelling.
    pub(super) fn of(written: &Type, known: &Known) -> Result<Self> {
        let text = text_of(written);
        if let Some(form) = known.get(&text) {
            return Ok(form.clone());
        }
        if text == "()" {
            return Ok(Self::Nothing);
        }
        let Type::Path(path) = written else { bail!("`{text}` cannot cross to hosts") };
        let part = last_part(&path.path)?;
        let name = part.ident.to_string();
        match (&part.arguments, name.as_str()) {
            (PathArguments::None, "Duration") => Ok(Self::Duration),
            (PathArguments::None, plain) if PLAIN.contains(&plain) => Ok(Self::Plain(name)),
            (PathArguments::None, _) => Ok(Self::Named(name)),
            (PathArguments::AngleBracketed(within), outer @ ("Option" | "Vec")) => {
                let Some(GenericArgument::Type(inner)) = within.args.first() else {
                    bail!("`{text}` cannot cross to hosts")
                };
                let inner = Box::new(Self::of(inner, known)?);
                Ok(if outer == "Option" { Self::Option(inner) } else { Self::List(inner) })
            }
            _ => bail!("`{text}` cannot cross to hosts"),
        }
    }

    /// The form as a Rust type.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Plain(name) | Self::Named(name) => name.clone(),
            Self::Nothing => "()".to_owned(),
            Self::Duration => "Duration".to_owned(),
            Self::Option(inner) => format!("Option<{}>", inner.written()),
            Self::List(inner) => format!("Vec<{}>", inner.written()),
        }
    }

    /// The type of casekit within it, if there is one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Option(inner) | Self::List(inner) => inner.name(),
            Self::Plain(_) | Self::Nothing | Self::Duration => None,
        }
    }

    /// Whether it contains a duration.
    pub(super) fn has_duration(&self) -> bool {
        match self {
            Self::Duration => true,
            Self::Option(inner) | Self::List(inner) => inner.has_duration(),
            Self::Plain(_) | Self::Nothing | Self::Named(_) => false,
        }
    }
}

/// A type as people write it: without the spaces that tokens have.
pub(super) fn text_of(written: &Type) -> String {
    let text = written.to_token_stream().to_string();
    text.replace(' ', "").replace("&mut", "&mut ").replace("impl", "impl ")
}

/// An expression as people write it: without the spaces that tokens have.
pub(super) fn text_of_expr(written: &syn::Expr) -> String {
    written.to_token_stream().to_string().replace(' ', "")
}
