//! Declares core's types again, for `uniffi::remote`.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use syn::{Field, Fields, Item, ItemEnum, ItemStruct};

use super::crossing::{Crossing, Page, is_id};
use super::defaults::{Made, has_default};
use super::form::Form;
use super::written::Written;
use crate::core_source::docs;
use crate::core_source::names::{Declared, Project};

/// The types that need a form of their own here, because uniffi cannot express core's: pages, which are generic, and
/// records with a choice that has a default.
///
/// # Errors
///
/// A field that cannot cross.
pub(super) fn own_forms(project: &Project, crossing: &Crossing<'_>) -> Result<BTreeSet<String>> {
    let mut own = BTreeSet::new();
    for (name, found) in &crossing.types {
        let is_own = match found.item {
            Item::Type(_) => true,
            Item::Struct(one) if crossing.given.contains(name) && has_default(found.item) => {
                let mut any = false;
                for field in &one.fields {
                    any |= is_choice_with_default(project, &Form::of(&field.ty, &crossing.known)?)?;
                }
                any
            }
            _ => false,
        };
        if is_own {
            own.insert(name.clone());
        }
    }
    Ok(own)
}

/// Declares one type again.
///
/// # Errors
///
/// A field that cannot cross; the error names it.
pub(super) fn write(
    project: &Project,
    crossing: &Crossing<'_>,
    own: &BTreeSet<String>,
    name: &str,
    found: Declared<'_>,
    out: &mut Written,
) -> Result<()> {
    if !own.contains(name) {
        out.uses.insert(name.to_owned());
    }
    match found.item {
        item if is_id(item) => {
            out.ids.insert(name.to_owned());
        }
        Item::Struct(one) if own.contains(name) => own_record(project, crossing, name, one, found, out)?,
        Item::Struct(one) => record(crossing, name, one, found, out)?,
        Item::Enum(one) => choice(crossing, one, out)?,
        Item::Type(alias) => {
            page(&docs::mirrored(&alias.attrs), name, &Page::of(project, found, &crossing.known)?, out)
        }
        _ => bail!("`{name}` is neither a record nor a choice"),
    }
    Ok(())
}

fn record(
    crossing: &Crossing<'_>,
    name: &str,
    one: &ItemStruct,
    found: Declared<'_>,
    out: &mut Written,
) -> Result<()> {
    let made = Made::of(name, found.item, found.module);
    let mut body = String::new();
    for field in &one.fields {
        let form = Form::of(&field.ty, &crossing.known)?;
        let called = name_of(field)?;
        let default = made.default_of(name, &called, &form).filter(|_| crossing.given.contains(name));
        body.push_str(&line_of(field, &called, &form, default));
        out.mention(&form);
    }
    out.body.push_str(&format!(
        "\n{}#[uniffi::remote(Record)]\npub struct {name} {{\n{body}}}\n",
        docs::comments(&docs::mirrored(&one.attrs))
    ));
    Ok(())
}

/// A choice with a default in Rust cannot have one in a record of uniffi's, so it becomes optional there.
fn own_record(
    project: &Project,
    crossing: &Crossing<'_>,
    name: &str,
    one: &ItemStruct,
    found: Declared<'_>,
    out: &mut Written,
) -> Result<()> {
    let made = Made::of(name, found.item, found.module);
    let (mut body, mut into) = (String::new(), String::new());
    for field in &one.fields {
        let form = Form::of(&field.ty, &crossing.known)?;
        let called = name_of(field)?;
        if is_choice_with_default(project, &form)? {
            let optional = Form::Option(Box::new(form.clone()));
            body.push_str(&line_of(field, &called, &optional, Some("None".to_owned())));
            into.push_str(&format!("{called}: given.{called}.unwrap_or_default(),"));
        } else {
            let default = made.default_of(name, &called, &form);
            body.push_str(&line_of(field, &called, &form, default));
            into.push_str(&format!("{called}: given.{called},"));
        }
        out.mention(&form);
    }
    out.body.push_str(&format!(
        "\n{}#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]\npub struct {name} {{\n{body}}}\n\n\
         impl From<{name}> for casekit::{name} {{\nfn from(given: {name}) -> Self {{\nSelf {{ {into} }}\n}}\n}}\n",
        docs::comments(&docs::mirrored(&one.attrs))
    ));
    Ok(())
}

fn page(said: &[String], name: &str, page: &Page<'_>, out: &mut Written) {
    let (mut body, mut names) = (String::new(), Vec::new());
    for (field, form) in &page.fields {
        let called = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        body.push_str(&line_of(field, &called, form, None));
        names.push(called);
        out.mention(form);
    }
    let record = page.record.ident.to_string();
    let (written, names) = (&page.written, names.join(", "));
    out.uses.insert(record.clone());
    out.body.push_str(&format!(
        "\n{}#[derive(Clone, PartialEq, Debug, uniffi::Record)]\npub struct {name} {{\n{body}}}\n\n\
         impl From<{written}> for {name} {{\nfn from(page: {written}) -> Self {{\n\
         let {record} {{ {names} }} = page;\nSelf {{ {names} }}\n}}\n}}\n",
        docs::comments(said)
    ));
}

fn choice(crossing: &Crossing<'_>, one: &ItemEnum, out: &mut Written) -> Result<()> {
    let mut body = String::new();
    for variant in &one.variants {
        body.push_str(&docs::comments(&docs::mirrored(&variant.attrs)));
        body.push_str(&variant.ident.to_string());
        match &variant.fields {
            Fields::Unit => {}
            Fields::Named(fields) => {
                body.push_str(" {\n");
                for field in &fields.named {
                    let form = Form::of(&field.ty, &crossing.known)?;
                    let line = line_of(field, &name_of(field)?, &form, None);
                    body.push_str(&line.replace("pub ", ""));
                    out.mention(&form);
                }
                body.push('}');
            }
            Fields::Unnamed(fields) => {
                let mut forms = Vec::new();
                for field in &fields.unnamed {
                    let form = Form::of(&field.ty, &crossing.known)?;
                    out.mention(&form);
                    forms.push(form.written());
                }
                body.push_str(&format!("({})", forms.join(", ")));
            }
        }
        body.push_str(",\n");
    }
    out.body.push_str(&format!(
        "\n{}#[uniffi::remote(Enum)]\npub enum {} {{\n{body}}}\n",
        docs::comments(&docs::mirrored(&one.attrs)),
        one.ident
    ));
    Ok(())
}

fn line_of(field: &Field, name: &str, form: &Form, default: Option<String>) -> String {
    let default = default.map(|value| format!("#[uniffi(default = {value})]\n")).unwrap_or_default();
    format!("{}{default}pub {name}: {},\n", docs::comments(&docs::mirrored(&field.attrs)), form.written())
}

fn name_of(field: &Field) -> Result<String> {
    match &field.ident {
        Some(name) => Ok(name.to_string()),
        None => bail!("a field without a name: write the type by hand, as a custom type"),
    }
}

fn is_choice_with_default(project: &Project, form: &Form) -> Result<bool> {
    let Form::Named(name) = form else { return Ok(false) };
    let found = project.find(name)?.map(|found| found.item);
    Ok(found.is_some_and(|item| matches!(item, Item::Enum(_)) && has_default(item)))
}
