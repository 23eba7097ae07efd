//! Converts values from the library to values of Python.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use uniffi_bindgen::interface::{FfiType, Type};

use super::hints::is_id;
use super::{indented, wire};
use crate::columns::is_instant;
use crate::docs::snake;

/// The expression that converts a value from the library.
pub(super) fn lifted(ty: &Type, given: &str, readers: &mut BTreeSet<(String, String)>) -> Result<String> {
    Ok(match ty {
        Type::Int8
        | Type::UInt8
        | Type::Int16
        | Type::UInt16
        | Type::Int32
        | Type::UInt32
        | Type::Int64
        | Type::UInt64
        | Type::Float32
        | Type::Float64 => given.to_owned(),
        Type::Boolean => format!("{given} != 0"),
        Type::String => format!("taken({given}).decode()"),
        Type::Custom { .. } if is_id(ty) => format!("uuid(taken({given}))"),
        Type::Custom { .. } if is_instant(ty) => format!("instant_of({given})"),
        Type::Custom { builtin, .. } => lifted(builtin, given, readers)?,
        Type::Object { name, .. } => format!("{name}({given})"),
        Type::Record { name, .. } | Type::Enum { name, .. } => format!("lifted(read_{name}, {given})"),
        Type::Bytes
        | Type::Timestamp
        | Type::Duration
        | Type::Optional { .. }
        | Type::Sequence { .. }
        | Type::Map { .. }
        | Type::Set { .. }
        | Type::Box { .. }
        | Type::CallbackInterface { .. } => {
            let name = said(ty);
            let mut lines = wire::read(ty, "v", 0)?;
            lines.push("return v, i".into());
            readers.insert((name.clone(), indented(&lines, 4)));
            format!("lifted(read_{name}, {given})")
        }
    })
}

/// A name for a type that has none, such as a list.
fn said(ty: &Type) -> String {
    match ty {
        Type::Optional { inner_type } => format!("maybe_{}", said(inner_type)),
        Type::Sequence { inner_type } => format!("list_{}", said(inner_type)),
        _ => ty.name().map_or_else(|| snake(&format!("{ty:?}")), ToOwned::to_owned),
    }
}

/// The `ctypes` type in which a value is passed.
pub(super) fn c_type(ty: &FfiType) -> Result<String> {
    Ok(match ty {
        FfiType::UInt8 => "ctypes.c_uint8",
        FfiType::Int8 => "ctypes.c_int8",
        FfiType::UInt16 => "ctypes.c_uint16",
        FfiType::Int16 => "ctypes.c_int16",
        FfiType::UInt32 => "ctypes.c_uint32",
        FfiType::Int32 => "ctypes.c_int32",
        FfiType::UInt64 | FfiType::Handle => "ctypes.c_uint64",
        FfiType::Int64 => "ctypes.c_int64",
        FfiType::Float32 => "ctypes.c_float",
        FfiType::Float64 => "ctypes.c_double",
        FfiType::RustBuffer(_) => "Buffer",
        FfiType::ForeignBytes
        | FfiType::Callback(_)
        | FfiType::Struct(_)
        | FfiType::RustCallStatus
        | FfiType::Reference(_)
        | FfiType::MutReference(_)
        | FfiType::VoidPointer => {
            bail!("Python passes no {ty:?} to a function: say how in `python/calls.rs`")
        }
    }
    .into())
}
