//! Writes the code that reads and writes values: a function for each type, or inline code for types without a name.
//!
//! A function that reads gets the bytes `d` and an index `i`, and returns the value and the index after it.

use anyhow::{Result, bail};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, Enum, Field, Record, Type, Variant};

use super::hand::Hand;
use super::hints::{Crossing, is_id};
use super::records::row_of;
use super::{indented, name_of};
use crate::columns::is_instant;
use crate::docs::snake;

/// The lines that read a value into `target`. `depth` keeps the variables of nested values apart.
pub(super) fn read(ty: &Type, target: &str, depth: usize) -> Result<Vec<String>> {
    let sized = |form: &str, size: usize| vec![format!("{target} = {form}(d, i)[0]"), format!("i += {size}")];
    Ok(match ty {
        Type::Int8 => sized("i8", 1),
        Type::UInt8 => sized("u8", 1),
        Type::Int16 => sized("i16", 2),
        Type::UInt16 => sized("u16", 2),
        Type::Int32 => sized("i32", 4),
        Type::UInt32 => sized("u32", 4),
        Type::Int64 => sized("i64", 8),
        Type::UInt64 => sized("u64", 8),
        Type::Float32 => sized("f32", 4),
        Type::Float64 => sized("f64", 8),
        Type::Boolean => vec![format!("{target} = d[i] != 0"), "i += 1".into()],
        Type::String => text(target, "d[i + 4 : e].decode()"),
        Type::Bytes => text(target, "d[i + 4 : e]"),
        Type::Duration => vec![format!("{target} = duration(d, i)"), "i += 12".into()],
        Type::Custom { .. } if is_instant(ty) => vec![format!("{target} = instant(d, i)"), "i += 8".into()],
        Type::Custom { .. } if is_id(ty) => text(target, "uuid(d[i + 4 : e])"),
        Type::Custom { builtin, .. } => read(builtin, target, depth)?,
        Type::Box { inner_type } => read(inner_type, target, depth)?,
        Type::Object { name, .. } => vec![format!("{target} = {name}(u64(d, i)[0])"), "i += 8".into()],
        Type::Record { name, .. } => vec![format!("{target}, i = read_{name}(d, i)")],
        Type::Enum { name, .. } => vec![format!("{target}, i = read_{name}(d, i)")],
        Type::Optional { inner_type } => {
            let mut lines = vec!["i += 1".into(), "if d[i - 1]:".into()];
            lines.extend(further(&read(inner_type, target, depth)?));
            lines.extend(["else:".into(), format!("    {target} = None")]);
            lines
        }
        Type::Sequence { inner_type } => {
            let (list, item) = (format!("list{depth}"), format!("item{depth}"));
            let mut lines =
                vec![format!("{list} = []"), "i += 4".into(), "for _ in range(u32(d, i - 4)[0]):".into()];
            lines.extend(further(&read(inner_type, &item, depth + 1)?));
            lines.extend([format!("    {list}.append({item})"), format!("{target} = {list}")]);
            lines
        }
        Type::Timestamp | Type::Map { .. } | Type::Set { .. } | Type::CallbackInterface { .. } => {
            bail!("Python does not read {ty:?} yet: say how in `python/wire.rs`")
        }
    })
}

fn text(target: &str, value: &str) -> Vec<String> {
    vec!["e = i + 4 + u32(d, i)[0]".into(), format!("{target} = {value}"), "i = e".into()]
}

/// The lines that append a value to `out`.
pub(super) fn write(
    interface: &ComponentInterface,
    ty: &Type,
    value: &str,
    depth: usize,
) -> Result<Vec<String>> {
    let put = |what: &str| vec![format!("put_{what}({value}, out)")];
    Ok(match ty {
        Type::Int8 => put("i8"),
        Type::UInt8 => put("u8"),
        Type::Int16 => put("i16"),
        Type::UInt16 => put("u16"),
        Type::Int32 => put("i32"),
        Type::UInt32 => put("u32"),
        Type::Int64 => put("i64"),
        Type::UInt64 => put("u64"),
        Type::Float32 => put("f32"),
        Type::Float64 => put("f64"),
        Type::Boolean => vec![format!("out.append(1 if {value} else 0)")],
        Type::String => put("text"),
        Type::Bytes => put("bytes"),
        Type::Duration => put("duration"),
        Type::Custom { .. } if is_instant(ty) => put("instant"),
        Type::Custom { .. } if is_id(ty) => put("id"),
        Type::Custom { builtin, .. } => write(interface, builtin, value, depth)?,
        Type::Box { inner_type } => write(interface, inner_type, value, depth)?,
        Type::Object { name, .. } => vec![format!("put_u64({}, out)", handle(interface, name, value))],
        Type::Record { name, .. } | Type::Enum { name, .. } => vec![format!("write_{name}({value}, out)")],
        Type::Optional { inner_type } => {
            let mut lines = vec![format!("if {value} is None:"), "    out.append(0)".into(), "else:".into()];
            lines.push("    out.append(1)".into());
            lines.extend(further(&write(interface, inner_type, value, depth)?));
            lines
        }
        Type::Sequence { inner_type } => {
            let item = format!("item{depth}");
            let mut lines = vec![format!("for {item} in put_count({value}, out):")];
            lines.extend(further(&write(interface, inner_type, &item, depth + 1)?));
            lines
        }
        Type::Map { key_type, value_type } => {
            let (key, item) = (format!("key{depth}"), format!("item{depth}"));
            let mut lines = vec![format!("for {key}, {item} in put_count({value}, out).items():")];
            lines.extend(further(&write(interface, key_type, &key, depth + 1)?));
            lines.extend(further(&write(interface, value_type, &item, depth + 1)?));
            lines
        }
        Type::Timestamp | Type::Set { .. } | Type::CallbackInterface { .. } => {
            bail!("Python does not write {ty:?} yet: say how in `python/wire.rs`")
        }
    })
}

/// The handle of an object for the library: its own, or a new one for a callback.
pub(super) fn handle(interface: &ComponentInterface, name: &str, value: &str) -> String {
    match interface.get_object_definition(name) {
        Some(object) if object.has_callback_interface() => format!("{name}.hold({value})"),
        _ => format!("{value}._use()"),
    }
}

/// The functions for every record and enumeration.
pub(super) fn functions(interface: &ComponentInterface, hand: &Hand) -> Result<String> {
    let crossing = Crossing::of(interface);
    let mut out = String::new();
    for record in interface.record_definitions() {
        if crossing.got.contains(record.name()) {
            out.push_str(&record_read(record, hand)?);
        }
        if crossing.given.contains(record.name()) {
            out.push_str(&record_written(interface, record)?);
        }
    }
    for choice in interface.enum_definitions() {
        if choice.is_flat() {
            out.push_str(&of_words(choice));
            continue;
        }
        if crossing.got.contains(choice.name()) {
            out.push_str(&choice_read(choice, hand)?);
        }
        if crossing.given.contains(choice.name()) {
            out.push_str(&choice_written(interface, choice, hand)?);
        }
    }
    Ok(out)
}

/// Reads a record. A page becomes a pair; a hand-written class is made by its `_lift`; any other record is filled while
/// it is open.
fn record_read(record: &Record, hand: &Hand) -> Result<String> {
    let name = record.name();
    let has_own_shape = hand.class(name).is_some_and(|class| class.has("_lift"));
    let mut lines: Vec<String> = Vec::new();
    if has_own_shape || row_of(record).is_some() {
        let targets: Vec<String> = (0..record.fields().len()).map(|at| format!("v{at}")).collect();
        for (field, target) in record.fields().iter().zip(&targets) {
            lines.extend(read(&field.as_type(), target, 0)?);
        }
        let values = targets.join(", ");
        lines.push(if has_own_shape {
            format!("return {name}._lift({values}), i")
        } else {
            format!("return ({values}), i")
        });
        return Ok(defined("read", name, "d, i", &lines));
    }
    lines.push(format!("s = new(open_{name})"));
    for field in record.fields() {
        lines.extend(read(&field.as_type(), &format!("s.{}", name_of(field.name())), 0)?);
    }
    lines.extend([format!("s.__class__ = {name}"), "return s, i".into()]);
    Ok(format!("\n\nopen_{name} = opened({name}){}", defined("read", name, "d, i", &lines)))
}

fn record_written(interface: &ComponentInterface, record: &Record) -> Result<String> {
    let mut lines = wanted(record.name());
    for field in record.fields() {
        lines.extend(write(interface, &field.as_type(), &format!("v.{}", name_of(field.name())), 0)?);
    }
    Ok(defined("write", record.name(), "v, out", &lines))
}

fn of_words(choice: &Enum) -> String {
    let name = choice.name();
    format!(
        "\n\nwords_{name} = (None, *{name})\nplaces_{name} = {{word: bytes((0, 0, 0, place)) for place, word in enumerate({name}, 1)}}{}{}",
        defined("read", name, "d, i", &[format!("return words_{name}[d[i + 3]], i + 4")]),
        defined("write", name, "v, out", &[format!("put_word({name}, places_{name}, v, out)")]),
    )
}

/// Reads a choice, by `X._lift(word, fields)` of a hand-written class; as the plain value, if the name is an alias for
/// several types; or as a pair of word and fields.
fn choice_read(choice: &Enum, hand: &Hand) -> Result<String> {
    let name = choice.name();
    let mut lines = vec!["k = d[i + 3]".to_owned(), "i += 4".into()];
    for (place, variant) in choice.variants().iter().enumerate() {
        let word = snake(variant.name());
        lines.push(format!("if k == {}:", place + 1));
        for (at, field) in variant.fields().iter().enumerate() {
            lines.extend(further(&read(&field.as_type(), &format!("v{at}"), 0)?));
        }
        let fields: Vec<String> = variant
            .fields()
            .iter()
            .enumerate()
            .map(|(at, field)| format!("\"{}\": v{at}", key(field)))
            .collect();
        let fields = format!("{{{}}}", fields.join(", "));
        lines.push(if hand.alias(name).is_some() {
            format!("    return {}, i", if variant.has_fields() { "v0" } else { "None" })
        } else if hand.class(name).is_some() {
            format!("    return {name}._lift(\"{word}\", {fields}), i")
        } else {
            format!("    return (\"{word}\", {fields}), i")
        });
    }
    lines.push("raise Unexpected()".into());
    Ok(defined("read", name, "d, i", &lines))
}

/// Writes a choice, by `x._lower()`, by `lower_X(x)`, or from a pair of word and values.
fn choice_written(interface: &ComponentInterface, choice: &Enum, hand: &Hand) -> Result<String> {
    let name = choice.name();
    let mut lines = Vec::new();
    if hand.alias(name).is_some() {
        lines.push(format!("word, values = lower_{name}(v)"));
    } else if let Some(class) = hand.class(name) {
        if class.has("_of") {
            lines.push(format!("v = {name}._of(v)"));
        }
        lines.extend(wanted(name));
        lines.push("word, values = v._lower()".into());
    } else {
        lines.push("word, values = v".into());
    }
    for (place, variant) in choice.variants().iter().enumerate() {
        lines.push(format!("if word == \"{}\":", snake(variant.name())));
        lines.extend(further(&written(interface, variant, place + 1)?));
        lines.push("    return".into());
    }
    lines.push(format!("raise ValueError(f\"`{{word}}` is no {name}\")"));
    Ok(defined("write", name, "v, out", &lines))
}

fn written(interface: &ComponentInterface, variant: &Variant, place: usize) -> Result<Vec<String>> {
    let names: Vec<String> = (0..variant.fields().len()).map(|at| format!("v{at}")).collect();
    let mut lines = vec![format!("out += b\"\\0\\0\\0\\x{place:02x}\"")];
    if !names.is_empty() {
        lines.push(format!("({},) = values", names.join(", ")));
    }
    for (field, name) in variant.fields().iter().zip(&names) {
        lines.extend(write(interface, &field.as_type(), name, 0)?);
    }
    Ok(lines)
}

/// The name of a field within its variant.
fn key(field: &Field) -> &str {
    if field.name().is_empty() { "value" } else { field.name() }
}

fn wanted(name: &str) -> Vec<String> {
    vec![format!("if not isinstance(v, {name}):"), format!("    raise needed(\"{name}\", v)")]
}

fn defined(what: &str, name: &str, parameters: &str, lines: &[String]) -> String {
    format!("\n\ndef {what}_{name}({parameters}):\n{}", indented(lines, 4).trim_end_matches('\n'))
}

pub(super) fn further(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("    {line}")).collect()
}
