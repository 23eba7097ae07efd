//! The forms that values have on their way to hosts.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

use crate::core_source::modules::last_part;

/// The form of a value that crosses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// Text, numbers, yes or no.
    Plain(String),
    /// Nothing.
    Nothing,
    /// A length of time.
    Duration,
    /// A type of casekit's own.
    Named(String),
    /// There may be none.
    Option(Box<Form>),
    /// Any number of them.
    List(Box<Form>),
}

const PLAIN: [&str; 12] =
    ["String", "bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];

/// What stands for a name: the rows of a page for its `T`, and the name of the page for `Page<CaseSummary>`.
pub(super) type Known = BTreeMap<String, Form>;

impl Form {
    /// The form of a type as core writes it.
    ///
    /// # Errors
    ///
    /// A type that cannot cross, as it is written.
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

    /// As Rust writes it.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Plain(name) | Self::Named(name) => name.clone(),
            Self::Nothing => "()".to_owned(),
            Self::Duration => "Duration".to_owned(),
            Self::Option(inner) => format!("Option<{}>", inner.written()),
            Self::List(inner) => format!("Vec<{}>", inner.written()),
        }
    }

    /// The type of casekit's own in it, if there is one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Option(inner) | Self::List(inner) => inner.name(),
            Self::Plain(_) | Self::Nothing | Self::Duration => None,
        }
    }

    /// Whether there is a length of time in it.
    pub(super) fn has_duration(&self) -> bool {
        match self {
            Self::Duration => true,
            Self::Option(inner) | Self::List(inner) => inner.has_duration(),
            Self::Plain(_) | Self::Nothing | Self::Named(_) => false,
        }
    }
}

/// A type as a person writes it, without spaces.
pub(super) fn text_of(written: &Type) -> String {
    let text = written.to_token_stream().to_string();
    text.replace(' ', "").replace("&mut", "&mut ").replace("impl", "impl ")
}

/// An expression as a person writes it, without spaces.
pub(super) fn text_of_expr(written: &syn::Expr) -> String {
    written.to_token_stream().to_string().replace(' ', "")
}
