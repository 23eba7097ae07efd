//! Types as Python's annotations.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, DefaultValue, Enum, Literal, Type};

use super::hand::Hand;
use crate::columns::is_instant;

/// Where an annotation is used. Lists that a caller gives may be any sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// A field of a record that callers make.
    Given,
    /// A value that callers get from the library.
    Got,
    /// An argument of a method.
    Argument,
}

/// The annotation of a type.
pub(super) fn hint(ty: &Type, way: Way) -> Result<String> {
    Ok(match ty {
        Type::UInt8
        | Type::Int8
        | Type::UInt16
        | Type::Int16
        | Type::UInt32
        | Type::Int32
        | Type::UInt64
        | Type::Int64 => "int".into(),
        Type::Float32 | Type::Float64 => "float".into(),
        Type::Boolean => "bool".into(),
        Type::String => "str".into(),
        Type::Bytes => "bytes".into(),
        Type::Duration => "timedelta".into(),
        Type::Record { name, .. } | Type::Enum { name, .. } => name.clone(),
        Type::Custom { .. } if is_id(ty) => {
            if way == Way::Argument {
                "Ref".into()
            } else {
                "UUID".into()
            }
        }
        Type::Custom { .. } if is_instant(ty) => "datetime".into(),
        Type::Custom { builtin, .. } => hint(builtin, way)?,
        Type::Optional { inner_type } => format!("{} | None", hint(inner_type, way)?),
        Type::Sequence { inner_type } => {
            let list = match way {
                Way::Given => "Sequence",
                Way::Got => "list",
                Way::Argument => "Iterable",
            };
            // The items of a list that is an argument are values that callers make.
            let inner = if way == Way::Argument { Way::Given } else { way };
            format!("{list}[{}]", hint(inner_type, inner)?)
        }
        Type::Box { inner_type } => hint(inner_type, way)?,
        Type::Timestamp
        | Type::Map { .. }
        | Type::Set { .. }
        | Type::Object { .. }
        | Type::CallbackInterface { .. } => {
            bail!(
                "Python has no hint for {ty:?} in a record or a method that passes through: write it by hand"
            )
        }
    })
}

/// Whether a type is an id: a UUID in Python, which crosses as text.
pub(super) fn is_id(ty: &Type) -> bool {
    matches!(ty, Type::Custom { name, builtin, .. } if name.ends_with("Id") && matches!(**builtin, Type::String))
}

/// An annotation of what callers give. Where there is an alias for the codes of a type, `RoleCode` for `Role`, a caller may
/// give a code in place of it.
pub(super) fn accepted(interface: &ComponentInterface, hand: &Hand, ty: &Type, way: Way) -> Result<String> {
    let hint = hint(ty, way)?;
    let mut out = String::new();
    for part in hint.split_inclusive(|letter: char| !letter.is_alphanumeric() && letter != '_') {
        let name = part.trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let end = part.strip_prefix(name).unwrap_or_default();
        out.push_str(name);
        if has_codes(interface, hand, name) {
            out.push_str(&format!(" | {name}Code"));
        }
        out.push_str(end);
    }
    Ok(out)
}

/// Whether a type has an alias for its codes: a word, or a class by hand with an alias by hand.
pub(super) fn has_codes(interface: &ComponentInterface, hand: &Hand, name: &str) -> bool {
    flat(interface).any(|word| word.name() == name) || hand.alias(&format!("{name}Code")).is_some()
}

/// The expression that turns codes into what they stand for; the name itself, where there are none.
pub(super) fn meant(interface: &ComponentInterface, hand: &Hand, ty: &Type, name: &str) -> String {
    match ty {
        Type::Enum { name: of, .. } if has_codes(interface, hand, of) => {
            if hand.class(of).is_some() {
                format!("{of}._of({name})")
            } else {
                format!("{of}({name})")
            }
        }
        Type::Optional { inner_type } => {
            let inner = meant(interface, hand, inner_type, name);
            if inner == name { inner } else { format!("None if {name} is None else {inner}") }
        }
        Type::Sequence { inner_type } => match &**inner_type {
            Type::Enum { name: of, .. } if has_codes(interface, hand, of) => format!("words({of}, {name})"),
            _ => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// The enumerations whose variants have no values.
pub(super) fn flat(interface: &ComponentInterface) -> impl Iterator<Item = &Enum> {
    let words = interface.enum_definitions().iter().filter(|one| one.is_flat());
    let mut words: Vec<&Enum> = words.filter(|one| !interface.is_name_used_as_error(one.name())).collect();
    // Sorted by name, so that the file does not change when core moves a type.
    words.sort_by_key(|one| one.name());
    words.into_iter()
}

/// A default as a Python expression.
pub(super) fn default(value: &DefaultValue, ty: &Type) -> String {
    match value {
        DefaultValue::Literal(Literal::Boolean(true)) => "True".into(),
        DefaultValue::Literal(Literal::Boolean(false)) => "False".into(),
        DefaultValue::Literal(Literal::String(text)) => format!("{text:?}"),
        DefaultValue::Literal(Literal::UInt(number, ..)) => number.to_string(),
        DefaultValue::Literal(Literal::Int(number, ..)) => number.to_string(),
        DefaultValue::Literal(Literal::Float(text, _)) => text.clone(),
        DefaultValue::Literal(Literal::Enum(word, Type::Enum { name, .. })) => {
            format!("{name}.{}", crate::docs::snake(word).to_uppercase())
        }
        DefaultValue::Literal(Literal::EmptySequence | Literal::EmptySet) => "()".into(),
        DefaultValue::Literal(Literal::Some { inner }) => default(inner, ty),
        DefaultValue::Default if matches!(ty, Type::Sequence { .. }) => "()".into(),
        DefaultValue::Default if matches!(ty, Type::Boolean) => "False".into(),
        DefaultValue::Default if matches!(ty, Type::String) => "\"\"".into(),
        DefaultValue::Literal(Literal::None | Literal::Enum(..) | Literal::EmptyMap)
        | DefaultValue::Default => "None".into(),
    }
}

/// The direction in which types cross, by name: records and enumerations that the library gets, and those that it
/// returns.
#[derive(Debug)]
pub(super) struct Crossing {
    pub(super) given: BTreeSet<String>,
    pub(super) got: BTreeSet<String>,
}

impl Crossing {
    pub(super) fn of(interface: &ComponentInterface) -> Self {
        let (mut given, mut got) = (Vec::new(), Vec::new());
        let hosted = |name: &str| {
            interface.get_object_definition(name).is_some_and(|object| object.has_callback_interface())
        };
        for call in interface.iter_callables() {
            let arguments = call.arguments().into_iter().map(|argument| argument.as_type());
            let answers = [call.return_type(), call.throws_type()].into_iter().flatten().cloned();
            // Callbacks are called in the other direction.
            let is_hosted = matches!(call.self_type(), Some(Type::Object { name, .. }) if hosted(&name));
            if is_hosted {
                got.extend(arguments);
                given.extend(answers);
            } else {
                given.extend(arguments);
                got.extend(answers);
            }
        }
        Self { given: named(interface, given), got: named(interface, got) }
    }
}

/// The names of these types, and of all types within them.
pub(super) fn named(interface: &ComponentInterface, mut open: Vec<Type>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while let Some(ty) = open.pop() {
        for ty in ty.iter_types() {
            let Some(name) = ty.name() else { continue };
            if !found.insert(name.to_owned()) {
                continue;
            }
            if let Some(record) = interface.get_record_definition(name) {
                open.extend(record.fields().iter().map(|field| field.as_type()));
            }
            if let Some(choice) = interface.get_enum_definition(name) {
                let fields = choice.variants().iter().flat_map(|one| one.fields());
                open.extend(fields.map(|field| field.as_type()));
            }
        }
    }
    found
}
