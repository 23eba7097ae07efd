//! Writes the module over the library: its functions, a class for each of its objects, and the callbacks of hosts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Argument, AsType as _, FfiFunction, Object, Type};

use super::hand::Hand;
use super::hints::{default, is_id};
use super::lifting::{c_type, lifted};
use super::records::uses;
use super::{hosted, indented, name_of, records, wire};
use crate::columns::is_instant;
use crate::generated::HEAD;

/// The text of the module.
pub(super) fn module(interface: &ComponentInterface, hand: &Hand) -> Result<String> {
    let mut body = wire::functions(interface, hand)?;
    let mut readers = BTreeSet::new();
    let mut classes = String::new();
    for object in interface.object_definitions() {
        classes.push_str(&if object.has_callback_interface() {
            hosted::kind(object, &mut readers)?
        } else {
            class(interface, object, &mut readers)?
        });
    }
    for function in interface.function_definitions() {
        let call = Call {
            name: function.name(),
            function: function.ffi_func(),
            arguments: function.arguments(),
            answer: function.return_type(),
        };
        let (bound, lines) = call.text(interface, None, &mut readers)?;
        _ = write!(classes, "\n\n{bound}\n\n{}", indented(&lines, 0).trim_end());
    }
    for (name, lines) in readers {
        _ = write!(body, "\n\ndef read_{name}(d, i):\n{}", lines.trim_end());
    }
    let (types, modules) = imports(interface, hand, &format!("{body}{classes}"));
    let mut sums: Vec<String> =
        interface.iter_checksums().map(|(name, sum)| format!("    \"{name}\": {sum},")).collect();
    sums.sort();
    Ok(format!(
        "# {HEAD}\n# mypy: ignore-errors\n\n\"\"\"The library's own objects and functions.\"\"\"\n\nimport ctypes\n\n{modules}\nfrom .. import _calls\nfrom .._calls import Buffer, Handle, buffer, function, lifted, taken, written\nfrom .._hosted import Kind, Method\nfrom .._record import opened\nfrom .._wire import (\n    duration, each, f32, f64, fit_i8, fit_i16, fit_i32, fit_i64, fit_u8, fit_u16, fit_u32, fit_u64, i8, i16, i32, i64,\n    id_text, instant, instant_of, maybe, micros_of, needed, put_bytes, put_count, put_duration, put_f32, put_f64, put_i8, put_i16, put_i32, put_i64, put_id,\n    put_instant, put_text, put_u8, put_u16, put_u32, put_u64, put_word, u8, u16, u32, u64, utf8, uuid,\n)\nfrom ..errors import Unexpected\n{types}\n_calls.check({}, {{\n{}\n}})\n\nnew = object.__new__{body}\n\n\ncall = _calls.caller(read_CasekitError){classes}\n",
        interface.uniffi_contract_version(),
        sums.join("\n"),
    ))
}

/// The imports of the types that a text names.
fn imports(interface: &ComponentInterface, hand: &Hand, text: &str) -> (String, String) {
    let names = interface.record_definitions().iter().map(|one| one.name());
    let names = names.chain(interface.enum_definitions().iter().map(|one| one.name()));
    let (mut types, mut modules) = (Vec::new(), String::new());
    for name in names.filter(|name| uses(text, name)) {
        match hand.class(name) {
            Some(class) if !class.module.starts_with("types.") => {
                _ = writeln!(modules, "from ..{} import {name}", class.module);
            }
            None if hand.alias(name).is_some() => {
                _ = writeln!(modules, "from ..{} import lower_{name}", hand.alias(name).unwrap_or_default());
            }
            _ if interface
                .get_record_definition(name)
                .is_some_and(|record| records::row_of(record).is_some()) => {}
            None if interface.get_enum_definition(name).is_some_and(|choice| !choice.is_flat()) => {}
            _ => types.push(format!("{name},")),
        }
    }
    (format!("from ..types import (\n{})\n", indented(&types, 4)), modules)
}

fn class(
    interface: &ComponentInterface,
    object: &Object,
    readers: &mut BTreeSet<(String, String)>,
) -> Result<String> {
    let name = object.name();
    let mut out = format!(
        "\n\nclass {name}(Handle):\n    __slots__ = ()\n    _clone = function(\"{}\", (ctypes.c_uint64,), ctypes.c_uint64, at_once=True)\n    _free = function(\"{}\", (ctypes.c_uint64,), None)\n",
        object.ffi_object_clone().name(),
        object.ffi_object_free().name(),
    );
    let mut functions = String::new();
    let made = object.as_type();
    for one in object.constructors() {
        let call = Call {
            name: one.name(),
            function: one.ffi_func(),
            arguments: one.arguments(),
            answer: Some(&made),
        };
        let (bound, lines) = call.text(interface, Some((name, "@staticmethod")), readers)?;
        _ = writeln!(functions, "{bound}");
        _ = write!(out, "\n{}", indented(&lines, 4));
    }
    for one in object.methods() {
        let call = Call {
            name: one.name(),
            function: one.ffi_func(),
            arguments: one.arguments(),
            answer: one.return_type(),
        };
        let (bound, lines) = call.text(interface, Some((name, "")), readers)?;
        _ = writeln!(functions, "{bound}");
        _ = write!(out, "\n{}", indented(&lines, 4));
    }
    Ok(format!("\n\n{}{}", functions.trim_end(), out.trim_end()))
}

/// A function or method of the interface.
struct Call<'a> {
    name: &'a str,
    function: &'a FfiFunction,
    arguments: Vec<&'a Argument>,
    answer: Option<&'a Type>,
}

impl Call<'_> {
    /// The line that declares the library's function, and the lines of the Python function.
    fn text(
        &self,
        interface: &ComponentInterface,
        of: Option<(&str, &str)>,
        readers: &mut BTreeSet<(String, String)>,
    ) -> Result<(String, Vec<String>)> {
        let bound =
            of.map_or_else(|| format!("_{}", self.name), |(class, _)| format!("_{class}_{}", self.name));
        let is_method = of.is_some_and(|(_, decorator)| decorator.is_empty());
        let types: Vec<String> = self
            .function
            .arguments()
            .iter()
            .map(|argument| c_type(&argument.type_()))
            .collect::<Result<_>>()?;
        let answer = self.function.return_type().map_or(Ok("None".into()), c_type)?;
        let comma = if types.len() == 1 { "," } else { "" };
        let binding = format!(
            "{bound} = function(\"{}\", ({}{comma}), {answer})",
            self.function.name(),
            types.join(", ")
        );

        let mut parameters: Vec<String> = is_method.then(|| "self".to_owned()).into_iter().collect();
        let mut lines = Vec::new();
        let mut values: Vec<String> = is_method.then(|| "self._use()".to_owned()).into_iter().collect();
        for argument in &self.arguments {
            let (name, ty) = (name_of(argument.name()), argument.as_type());
            let given = argument.default_value().map(|value| format!("{name}={}", default(value, &ty)));
            parameters.push(given.unwrap_or_else(|| name.clone()));
            let (prelude, value) = lowered(interface, &ty, &name)?;
            lines.extend(prelude);
            values.push(value);
        }
        let called = format!("call({})", [vec![bound], values].concat().join(", "));
        lines.push(match self.answer {
            None => called,
            Some(ty) => format!("return {}", lifted(ty, &called, readers)?),
        });
        let mut out: Vec<String> = of
            .map(|(_, decorator)| decorator.to_owned())
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect();
        out.push(format!("def {}({}):", name_of(self.name), parameters.join(", ")));
        out.extend(wire::further(&lines));
        Ok((binding, out))
    }
}

/// The lines that convert an argument before anything is passed to the library, and the expression that is passed.
fn lowered(interface: &ComponentInterface, ty: &Type, name: &str) -> Result<(Vec<String>, String)> {
    let fit = |form: &str| (vec![format!("{name} = fit_{form}({name})")], name.to_owned());
    Ok(match ty {
        Type::Int8 => fit("i8"),
        Type::UInt8 => fit("u8"),
        Type::Int16 => fit("i16"),
        Type::UInt16 => fit("u16"),
        Type::Int32 => fit("i32"),
        Type::UInt32 => fit("u32"),
        Type::Int64 => fit("i64"),
        Type::UInt64 => fit("u64"),
        Type::Float32 | Type::Float64 => (Vec::new(), format!("float({name})")),
        Type::Boolean => (Vec::new(), format!("1 if {name} else 0")),
        Type::String => (vec![format!("{name} = utf8({name})")], format!("buffer({name})")),
        Type::Custom { .. } if is_id(ty) => {
            (vec![format!("{name} = id_text({name})")], format!("buffer({name})"))
        }
        Type::Custom { .. } if is_instant(ty) => {
            (vec![format!("{name} = micros_of({name})")], name.to_owned())
        }
        Type::Custom { builtin, .. } => lowered(interface, builtin, name)?,
        Type::Object { name: class, .. } => (Vec::new(), wire::handle(interface, class, name)),
        Type::Record { name: of, .. } | Type::Enum { name: of, .. } => {
            (vec![format!("{name} = written(write_{of}, {name})")], format!("buffer({name})"))
        }
        Type::Bytes
        | Type::Timestamp
        | Type::Duration
        | Type::Optional { .. }
        | Type::Sequence { .. }
        | Type::Map { .. }
        | Type::Set { .. }
        | Type::Box { .. }
        | Type::CallbackInterface { .. } => {
            let mut lines = vec!["out = bytearray()".to_owned()];
            lines.extend(wire::write(interface, ty, name, 0)?);
            lines.push(format!("{name} = out"));
            (lines, format!("buffer({name})"))
        }
    })
}
