//! The interface that hosts see, as one text: `api.txt`, which is kept in git. Its hash is the interface version.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{
    Argument, AsType as _, DefaultValue, Enum, Field, Literal, Object, Record, Type,
};

use crate::generated::{GeneratedFiles, HEAD};

/// Adds `api.txt`, and its hash for the library and each package.
pub fn keep(interface: &ComponentInterface, files: &mut GeneratedFiles) {
    let text = text_of(interface);
    let version = version_of(&text);
    files.add("casekit-ffi/api.txt", format!("# {HEAD}\n\n{text}"));
    let says = "The version of the interface: a hash of `api.txt`.";
    files.add(
        "casekit-ffi/src/api_version.rs",
        format!("// {HEAD}\n\n/// {says}\npub(crate) const API_VERSION: u32 = {version};\n"),
    );
    files.add(
        "casekit-ffi/python/src/casekit/_api.py",
        format!("# {HEAD}\n\nAPI_VERSION = {version}\n\"\"\"{says}\"\"\"\n"),
    );
    files.add(
        "casekit-ffi/kotlin/src/main/kotlin/casekit/ApiVersion.kt",
        format!(
            "// {HEAD}\n\npackage casekit\n\n/** {says} */\ninternal const val API_VERSION: Int = {version}\n"
        ),
    );
    files.add(
        "casekit-ffi/swift/Sources/Casekit/ApiVersion.swift",
        format!(
            "// {HEAD}\n\nextension Version {{\n    /// {says}\n    static let api: UInt32 = {version}\n}}\n"
        ),
    );
}

/// The first 31 bits of the SHA-256 of the text, so that the number is positive in every host language.
fn version_of(text: &str) -> u32 {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    first >> 1
}

/// Everything that crosses, by kind and name, with a line for each member. Documentation is left out: changing it does
/// not change the interface.
fn text_of(interface: &ComponentInterface) -> String {
    let mut sections: Vec<(u8, String, String)> = Vec::new();
    for ty in interface.iter_local_types() {
        if let Type::Custom { name, builtin, .. } = ty {
            sections.push((0, name.clone(), format!("type {name} = {}\n", name_of(builtin))));
        }
    }
    sections.extend(interface.record_definitions().iter().map(|one| (1, one.name().into(), record(one))));
    sections.extend(interface.enum_definitions().iter().map(|one| {
        let kind = if interface.is_name_used_as_error(one.name()) { "error" } else { "enum" };
        (2, one.name().into(), choice(kind, one))
    }));
    sections.extend(interface.object_definitions().iter().map(|one| (3, one.name().into(), object(one))));
    sections.extend(interface.function_definitions().iter().map(|one| {
        let line = call(one.name(), &one.arguments(), one.return_type(), one.throws_type());
        (4, one.name().into(), format!("fn {line}\n"))
    }));
    sections.sort();
    let mut text = String::new();
    let mut last = 0;
    for (kind, _, section) in sections {
        // A blank line between declarations, and between one-liners of different kinds.
        if !text.is_empty() && (kind != last || !matches!(kind, 0 | 4)) {
            text.push('\n');
        }
        last = kind;
        text.push_str(&section);
    }
    text
}

fn record(record: &Record) -> String {
    let mut out = format!("record {}\n", record.name());
    for one in record.fields() {
        _ = writeln!(out, "    {}", field(one));
    }
    out
}

fn choice(kind: &str, choice: &Enum) -> String {
    let mut out = format!("{kind} {}\n", choice.name());
    for variant in choice.variants() {
        let fields: Vec<String> = variant.fields().iter().map(field).collect();
        let fields = if fields.is_empty() { String::new() } else { format!("({})", fields.join(", ")) };
        _ = writeln!(out, "    {}{fields}", variant.name());
    }
    out
}

fn object(object: &Object) -> String {
    let kind = if object.has_callback_interface() { "callback" } else { "object" };
    let mut out = format!("{kind} {}\n", object.name());
    for one in object.constructors() {
        let made = Some(object.as_type());
        let line = call(one.name(), &one.arguments(), made.as_ref(), one.throws_type());
        _ = writeln!(out, "    static {line}");
    }
    let mut methods = object.methods();
    methods.sort_by_key(|method| method.name());
    for one in methods {
        _ = writeln!(out, "    {}", call(one.name(), &one.arguments(), one.return_type(), one.throws_type()));
    }
    out
}

fn call(name: &str, arguments: &[&Argument], answer: Option<&Type>, throws: Option<&Type>) -> String {
    let arguments: Vec<String> = arguments
        .iter()
        .map(|one| format!("{}: {}{}", one.name(), name_of(&one.as_type()), default(one.default_value())))
        .collect();
    let answer = answer.map(|ty| format!(" -> {}", name_of(ty))).unwrap_or_default();
    let throws = throws.map(|ty| format!(" throws {}", name_of(ty))).unwrap_or_default();
    format!("{name}({}){answer}{throws}", arguments.join(", "))
}

fn field(field: &Field) -> String {
    let ty = format!("{}{}", name_of(&field.as_type()), default(field.default_value()));
    if field.name().is_empty() { ty } else { format!("{}: {ty}", field.name()) }
}

fn default(value: Option<&DefaultValue>) -> String {
    match value {
        None => String::new(),
        Some(DefaultValue::Default) => " = default".into(),
        Some(DefaultValue::Literal(literal)) => format!(" = {}", literal_of(literal)),
    }
}

fn literal_of(literal: &Literal) -> String {
    match literal {
        Literal::Boolean(value) => value.to_string(),
        Literal::String(text) => format!("{text:?}"),
        Literal::UInt(number, ..) => number.to_string(),
        Literal::Int(number, ..) => number.to_string(),
        Literal::Float(text, _) | Literal::Enum(text, _) => text.clone(),
        Literal::EmptySequence | Literal::EmptySet => "[]".into(),
        Literal::EmptyMap => "{}".into(),
        Literal::None => "none".into(),
        Literal::Some { inner } => default(Some(inner)).trim_start_matches(" = ").into(),
    }
}

fn name_of(ty: &Type) -> String {
    match ty {
        Type::Object { name, .. }
        | Type::Record { name, .. }
        | Type::Enum { name, .. }
        | Type::CallbackInterface { name, .. }
        | Type::Custom { name, .. } => name.clone(),
        Type::Optional { inner_type } => format!("{}?", name_of(inner_type)),
        Type::Sequence { inner_type } | Type::Set { inner_type } => format!("[{}]", name_of(inner_type)),
        Type::Box { inner_type } => name_of(inner_type),
        Type::Map { key_type, value_type } => format!("{{{}: {}}}", name_of(key_type), name_of(value_type)),
        Type::UInt8
        | Type::Int8
        | Type::UInt16
        | Type::Int16
        | Type::UInt32
        | Type::Int32
        | Type::UInt64
        | Type::Int64
        | Type::Float32
        | Type::Float64
        | Type::Boolean
        | Type::String
        | Type::Bytes
        | Type::Timestamp
        | Type::Duration => format!("{ty:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_of_the_text_and_positive_everywhere() {
        assert_eq!(version_of(""), 0xe3b0_c442 >> 1);
        assert_ne!(version_of("record A\n"), version_of("record B\n"));
        assert!(i32::try_from(version_of("")).is_ok());
    }
}
