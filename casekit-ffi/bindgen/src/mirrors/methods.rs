//! The methods of a desk that hosts get as they are.

use anyhow::{Context, Result, bail};
use syn::{FnArg, ImplItem, ImplItemFn, Item, Pat, ReturnType, Type, Visibility};

use super::by_hand::{ByHand, sections_of};
use super::defaults::has_default;
use super::form::{Form, Known, text_of};
use crate::core_source::docs;
use crate::core_source::modules::{Module, last_part};
use crate::core_source::names::Project;

/// Methods that hosts do not have under their own names, and why.
const LEFT_OUT: [(&str, &str); 4] = [
    ("import", "hosts have `import_items`, for `import` is a word of Python's own, and it tells a listener"),
    ("live", "hosts have a method for each list that can be live"),
    ("begin_export", "hosts get an export whole"),
    ("record_export", "hosts get an export whole"),
];

/// What hosts need not say, where Rust has no word for it: numbers.
const UNSAID: [(&str, &str, &str); 3] =
    [("changes_since", "limit", "500"), ("preview_data", "offset", "0"), ("preview_data", "limit", "50")];

/// A method that passes through.
#[derive(Debug)]
pub(super) struct Method {
    /// The module of core in which it stands.
    pub(super) module: String,
    /// Its name.
    pub(super) name: String,
    /// What is said of it.
    pub(super) docs: Vec<String>,
    /// What it takes.
    pub(super) takes: Vec<Argument>,
    /// What it answers.
    pub(super) answer: Form,
}

/// One argument.
#[derive(Debug)]
pub(super) struct Argument {
    /// Its name.
    pub(super) name: String,
    /// What a host gives.
    pub(super) form: Form,
    /// What it is if a host says nothing, as uniffi writes it.
    pub(super) default: Option<String>,
    /// Core's argument out of the host's, which stands where `{}` is.
    pub(super) passed: &'static str,
}

impl Method {
    /// The forms of what it takes.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &Form> {
        self.takes.iter().map(|argument| &argument.form)
    }
}

/// Every method that passes through, in the order of core's files.
///
/// # Errors
///
/// A method that cannot pass through, by its name, with what to do; one that is said otherwise by hand than in core; and
/// an exception that is none any more.
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

/// What takes other arguments says so in its own words; the rest is core's.
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

/// A reference becomes a value, and what has a value of its own need not be given.
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

/// A query, a page or a choice that has a default need not be given; a command is what is asked, and is.
fn need_not_be_given(project: &Project, form: &Form) -> Result<bool> {
    let Form::Named(name) = form else { return Ok(false) };
    let Some(found) = project.find(name)? else { return Ok(false) };
    Ok(has_default(found.item) && !found.module.path.starts_with("casekit_core::command"))
}
