//! Writes the tables of callbacks: how the library's calls reach the objects of hosts.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use uniffi_bindgen::interface::{AsType as _, FfiType, Method, Object, Type};

use super::lifting::{c_type, lifted};
use super::name_of;
use crate::columns::is_instant;

/// A kind of callback, with its methods in the order of its table.
pub(super) fn kind(object: &Object, readers: &mut BTreeSet<(String, String)>) -> Result<String> {
    let mut methods = Vec::new();
    for (_, method) in object.vtable_methods() {
        methods.push(format!("        {},", entry(&method, readers)?));
    }
    Ok(format!(
        "\n\n{} = Kind(\n    \"{}\",\n    write_HostError,\n    lambda: [\n{}\n    ],\n)",
        object.name(),
        object.ffi_init_callback().name(),
        methods.join("\n"),
    ))
}

fn entry(method: &Method, readers: &mut BTreeSet<(String, String)>) -> Result<String> {
    let (mut types, mut names, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for argument in method.arguments() {
        let (name, ty) = (name_of(argument.name()), argument.as_type());
        types.push(c_type(&FfiType::from(&ty))?);
        values.push(lifted(&ty, &name, readers)?);
        names.push(name);
    }
    let tuple = |items: &[String]| {
        if items.len() == 1 { format!("({},)", items.concat()) } else { format!("({})", items.join(", ")) }
    };
    let (answer, write) = match method.return_type() {
        None => ("None".to_owned(), "None".to_owned()),
        Some(ty) => (c_type(&FfiType::from(ty))?, writer(ty)?),
    };
    Ok(format!(
        "Method(\"{}\", {}, lambda {}: {}, {answer}, {write})",
        method.name(),
        tuple(&types),
        names.join(", "),
        tuple(&values),
    )
    .replace("lambda :", "lambda:"))
}

/// The function that converts the answer of a method for the library.
fn writer(ty: &Type) -> Result<String> {
    Ok(match ty {
        Type::Custom { .. } if is_instant(ty) => "micros_of".into(),
        Type::Boolean => "lambda answer: 1 if answer else 0".into(),
        Type::String => "lambda answer: buffer(utf8(answer))".into(),
        _ => format!("lambda answer: buffer(written({}, answer))", put(ty)?),
    })
}

/// The function that appends a value to a buffer.
fn put(ty: &Type) -> Result<String> {
    Ok(match ty {
        Type::Custom { builtin, .. } => put(builtin)?,
        Type::String => "put_text".into(),
        Type::Record { name, .. } | Type::Enum { name, .. } => format!("write_{name}"),
        Type::Optional { inner_type } => format!("maybe({})", put(inner_type)?),
        Type::Sequence { inner_type } => format!("each({})", put(inner_type)?),
        _ => bail!("Python writes no {ty:?} as the answer of a callback: say how in `python/hosted.rs`"),
    })
}
