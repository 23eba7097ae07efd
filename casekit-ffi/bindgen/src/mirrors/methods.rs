//! The methods of a desk that hosts get exactly as core has them.

use anyhow::{Context, Result, bail};
use syn::{FnArg, ImplItem, ImplItemFn, Item, Pat, ReturnType, Type, Visibility};

use super::by_hand::{ByHand, sections_of};
use super::defaults::has_default;
use super::form::{Form, Known, text_of};
use crate::core_source::docs;
use crate::core_source::modules::{Module, last_part};
use crate::core_source::names::Project;

/// Methods that hosts do not have under the same name, with the reason.
const LEFT_OUT: [(&str, &str); 11] = [
    ("import", "hosts have `import_items`, for `import` is a word of Python's own, and it tells a listener"),
    ("import_with", "hosts' `import_items` tells a listener"),
    ("verify_with", "hosts' `verify` tells a listener"),
    ("verify_stream_with", "hosts' `verify_stream` tells a listener"),
    ("live", "hosts have a method for each list that can be live"),
    ("begin_export", "hosts get an export whole"),
    ("end_export", "hosts get an export whole"),
    ("fail_export", "hosts get an export whole"),
    ("people_on_paper", "hosts get an export whole"),
    ("fields_on_paper", "hosts get an export whole"),
    ("customer_copy", "hosts get an export whole"),
];

/// Numbers that hosts may leave out. Rust has no default arguments, so core takes them always.
const UNSAID: [(&str, &str, &str); 3] =
    [("changes_since", "limit", "500"), ("preview_data", "offset", "0"), ("preview_data", "limit", "50")];

/// A method that passes through.
#[derive(Debug)]
pub(super) struct Method {
    /// The module of core that has the method.
    pub(super) module: String,
    /// The name of the method, the same in core and in casekit-ffi.
    pub(super) name: String,
    /// The lines of its documentation.
    pub(super) docs: Vec<String>,
    /// The arguments, without `self`.
    pub(super) takes: Vec<Argument>,
    /// The form of the result.
    pub(super) answer: Form,
}

/// One argument of a method.
#[derive(Debug)]
pub(super) struct Argument {
    /// The name of the argument.
    pub(super) name: String,
    /// The form that a host gives.
    pub(super) form: Form,
    /// The default if a host gives nothing, as uniffi writes it; `None` if a host has to give it.
    pub(super) default: Option<String>,
    /// How core's argument is made from the host's, which replaces `{}`.
    pub(super) passed: &'static str,
}

impl Method {
    /// The forms of the arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &Form> {
        self.takes.iter().map(|argument| &argument.form)
    }
}

/// Every method that passes through, in the order of core's files.
///
/// # Errors
///
/// A method that cannot pass through, by its name, with what to do; a hand-written method whose documentation differs
/// from core's; or an exception for a method that does not exist any more.
pub(super) fn of(project: &Project, by_hand: &ByHand, known: &Known) -> Result<Vec<Method>> {
    let mut methods = Vec::new();
    let mut met = Vec::new();
    for module in project.core().modules() {
        if module.path != "casekit_core::desk" && !module.path.starts_with("casekit_core::desk::") {
            continue;
        }
        for method in methods_in(module) {
            let name = method.sig.ident.to_string();
            met.push(name.clone());
            sections_of(&method.attrs, &method.sig)?;
            if let Some(said) = by_hand.methods.get(&name) {
                same_words(&name, said, &docs::mirrored(&method.attrs))?;
            } else if !LEFT_OUT.iter().any(|(left, _)| *left == name) {
                let read = read(project, module, method, known);
                methods.push(read.with_context(|| {
                    format!("`Desk::{name}` cannot pass through: write it by hand in casekit-ffi/src/desk")
                })?);
            }
        }
    }
    let exceptions = LEFT_OUT.iter().map(|(name, _)| *name).chain(UNSAID.iter().map(|(name, _, _)| *name));
    for exception in exceptions {
        if !met.iter().any(|name| name == exception) {
            bail!("core's desk has no `{exception}` any more: take it out of the generator's exceptions");
        }
    }
    Ok(methods)
}

fn methods_in(module: &Module) -> impl Iterator<Item = &ImplItemFn> {
    let blocks = module.items.iter().filter_map(|item| match item {
        Item::Impl(one) if one.trait_.is_none() && text_of(&one.self_ty) == "Desk" => Some(one),
        _ => None,
    });
    blocks.flat_map(|block| &block.items).filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
        _ => None,
    })
}

/// A hand-written method may describe its arguments in its own words. Everything else has to be core's text.
fn same_words(name: &str, said: &[String], wanted: &[String]) -> Result<()> {
    if without_arguments(said) == without_arguments(wanted) {
        return Ok(());
    }
    bail!(
        "casekit-ffi says of `Desk::{name}` what core does not say: make them the same, in core\n  core: {}\n  here: {}",
        wanted.join(" "),
        said.join(" ")
    )
}

fn without_arguments(lines: &[String]) -> Vec<&String> {
    let mut is_of_arguments = false;
    let is_kept = |line: &&String| {
        if line.starts_with("# ") {
            is_of_arguments = line.as_str() == "# Arguments";
        }
        !is_of_arguments
    };
    lines.iter().filter(is_kept).collect()
}

fn read(project: &Project, module: &Module, method: &ImplItemFn, known: &Known) -> Result<Method> {
    let name = method.sig.ident.to_string();
    let mut takes = Vec::new();
    for argument in &method.sig.inputs {
        match argument {
            FnArg::Receiver(_) => {}
            FnArg::Typed(argument) => {
                let Pat::Ident(called) = &*argument.pat else { bail!("an argument without a name") };
                let called = called.ident.to_string();
                takes.push(argument_of(project, &name, called, &argument.ty, known)?);
            }
        }
    }
    if method.sig.receiver().is_none() || !method.sig.generics.params.is_empty() {
        bail!("it is generic, or not of a desk");
    }
    let answer = answer_of(&method.sig.output, known)?;
    Ok(Method { module: module.path.clone(), name, docs: docs::mirrored(&method.attrs), takes, answer })
}

fn answer_of(output: &ReturnType, known: &Known) -> Result<Form> {
    let fails = "it does not answer a `Result<_, Error>`";
    let ReturnType::Type(_, answer) = output else { bail!(fails) };
    let Type::Path(path) = &**answer else { bail!(fails) };
    let part = last_part(&path.path)?;
    let syn::PathArguments::AngleBracketed(given) = &part.arguments else { bail!(fails) };
    let mut given = given.args.iter();
    let (Some(syn::GenericArgument::Type(answer)), Some(syn::GenericArgument::Type(error)), "Result") =
        (given.next(), given.next(), part.ident.to_string().as_str())
    else {
        bail!(fails)
    };
    if text_of(error) != "Error" {
        bail!(fails);
    }
    Form::of(answer, known)
}

/// The argument for hosts. A reference becomes a value, and a type with a default may be left out.
fn argument_of(
    project: &Project,
    method: &str,
    name: String,
    written: &Type,
    known: &Known,
) -> Result<Argument> {
    let text = text_of(written);
    let string = || Form::Plain("String".to_owned());
    let none = || Some("None".to_owned());
    let (form, default, passed) = match text.as_str() {
        "&str" => (string(), None, "&{}"),
        "Option<&str>" => (Form::Option(Box::new(string())), none(), "{}.as_deref()"),
        "&[&str]" => {
            let form = Form::List(Box::new(string()));
            (form, Some("[]".to_owned()), "&{}.iter().map(String::as_str).collect::<Vec<_>>()")
        }
        _ => of_type(project, &text, written, known)?,
    };
    let unsaid = UNSAID.iter().find(|(of, argument, _)| *of == method && *argument == name);
    let default = unsaid.map(|(_, _, value)| (*value).to_owned()).or(default);
    Ok(Argument { name, form, default, passed })
}

fn of_type(
    project: &Project,
    text: &str,
    written: &Type,
    known: &Known,
) -> Result<(Form, Option<String>, &'static str)> {
    let none = || Some("None".to_owned());
    if let Some(inner) = text.strip_prefix("Option<&").and_then(|text| text.strip_suffix('>')) {
        let form = Form::of(&syn::parse_str(inner)?, known)?;
        return Ok((Form::Option(Box::new(form)), none(), "{}.as_ref()"));
    }
    if let Some(inner) = text.strip_prefix("&[").and_then(|text| text.strip_suffix(']')) {
        let form = Form::of(&syn::parse_str(inner)?, known)?;
        return Ok((Form::List(Box::new(form)), Some("[]".to_owned()), "&{}"));
    }
    let (form, is_lent) = match written {
        Type::Reference(lent) if lent.mutability.is_none() => (Form::of(&lent.elem, known)?, true),
        written => (Form::of(written, known)?, false),
    };
    if need_not_be_given(project, &form)? {
        let passed = if is_lent { "&{}.unwrap_or_default()" } else { "{}.unwrap_or_default()" };
        return Ok((Form::Option(Box::new(form)), none(), passed));
    }
    let default = match &form {
        Form::Option(_) => none(),
        Form::List(_) => Some("[]".to_owned()),
        Form::Plain(_) | Form::Nothing | Form::Duration | Form::Named(_) => None,
    };
    Ok((form, default, if is_lent { "&{}" } else { "{}" }))
}

/// Whether hosts may leave the argument out: a query, a page or a choice with a default. A command is what the method
/// is called for, so it is always given.
fn need_not_be_given(project: &Project, form: &Form) -> Result<bool> {
    let Form::Named(name) = form else { return Ok(false) };
    let Some(found) = project.find(name)? else { return Ok(false) };
    Ok(has_default(found.item) && !found.module.path.starts_with("casekit_core::command"))
}
