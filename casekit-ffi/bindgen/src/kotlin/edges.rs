//! What Kotlin and Java meet at the edge of the package: signed numbers, overloads in place of defaults, names of what is
//! refused, and values that are not printed.

use std::fmt::Write as _;

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Field, Record};

use crate::docs::{camel, snake};
use crate::edits::Edits;

pub(super) fn edit(edits: &mut Edits, interface: &ComponentInterface) -> Result<()> {
    signed(edits)?;
    lines(edits);
    for record in interface.record_definitions() {
        overloads(edits, record)?;
        printed(edits, record)?;
    }
    outgoing(edits)?;
    java_words(edits)
}

/// Java has no unsigned numbers: what takes or gives one has a mangled name there and cannot be called. So numbers are
/// signed, and a negative one is refused.
fn signed(edits: &mut Edits) -> Result<()> {
    for (converter, buffer, bytes, unsigned, signed) in
        [("FfiConverterUInt", "Int", 4, "UInt", "Int"), ("FfiConverterULong", "Long", 8, "ULong", "Long")]
    {
        edits.replace("unsigned numbers", &format!("kotlin.{unsigned}"), &format!("kotlin.{signed}"))?;
        let start = format!("internal object {converter}: FfiConverter<{unsigned}, {signed}> {{\n");
        edits.spans("the converter of numbers", &start, "\n}\n", |_| {
            Ok(format!(
                "internal object {converter}: FfiConverter<{signed}, {signed}> {{
    override fun lift(value: {signed}): {signed} = value

    override fun read(buf: ByteBuffer): {signed} = buf.get{buffer}()

    override fun lower(value: {signed}): {signed} = notNegative(value)

    override fun allocationSize(value: {signed}) = {bytes}UL

    override fun write(value: {signed}, buf: ByteBuffer) {{
        buf.put{buffer}(notNegative(value))
    }}
}}
"
            ))
        })?;
    }
    Ok(())
}

/// Names that are words of Java, which cannot be called there, have other names for Java.
fn java_words(edits: &mut Edits) -> Result<()> {
    edits.replace("one case", " fun `case`(", " @JvmName(\"getCase\") fun `case`(")?;
    edits.replace(
        "a class",
        "val `class`: FailureClass",
        "@get:JvmName(\"getFailureClass\") val `class`: FailureClass",
    )
}

/// What follows from single lines: which field or argument a value is of that cannot be handed over, which callback is
/// called, and that a choice without fields prints its name.
fn lines(edits: &mut Edits) {
    let (mut variant, mut callback) = (String::new(), String::new());
    let mut out = String::with_capacity(edits.text().len());
    for line in edits.text().lines() {
        let code = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some(of) = code.strip_prefix("is ").and_then(|rest| rest.strip_suffix(" -> {")) {
            variant = snake(of.rsplit('.').next().unwrap_or_default());
        }
        if let Some((name, _)) = code
            .strip_prefix("internal object `")
            .and_then(|rest| rest.split_once("`: UniffiCallbackInterface"))
        {
            callback = snake(name);
        }
        let line = match code {
            "uniffiTraitInterfaceCallWithError(" => format!("{line}\n{:indent$}    \"{callback}\",", ""),
            _ if code.starts_with("object ") && code.ends_with("()") => {
                line.replacen("object ", "data object ", 1)
            }
            _ => named(&signed_default(line), &variant),
        };
        out.push_str(&line);
        out.push('\n');
    }
    *edits = Edits::of(out);
}

/// The line with signed numbers as the defaults of its parameters: `500` for `500u`.
fn signed_default(line: &str) -> String {
    let mut parts = line.split(" = ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|one: char| !one.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        let rest = if number.is_empty() { rest } else { rest.strip_prefix('u').unwrap_or(rest) };
        out.push_str(&format!(" = {number}{rest}"));
    }
    out
}

/// The line with the name of the field or argument at each value that may have to be refused.
fn named(line: &str, variant: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("FfiConverter") {
        let (before, call) = rest.split_at(at);
        out.push_str(before);
        let end = call.find(')').map_or(call.len(), |end| end + 1);
        let (call, after) = call.split_at(end);
        match field_of(call, variant) {
            Some(field) => _ = write!(out, "named(\"{field}\") {{ {call} }}"),
            None => out.push_str(call),
        }
        rest = after;
    }
    out + rest
}

/// The name of the field or argument that a call writes or lowers; `None` if nothing of its type can be refused, or if it
/// is neither.
fn field_of(call: &str, variant: &str) -> Option<String> {
    let (converter, rest) = call.strip_prefix("FfiConverter")?.split_once('.')?;
    let mut of = converter;
    while let Some(inner) = ["Optional", "Sequence", "Map"].iter().find_map(|outer| of.strip_prefix(outer)) {
        of = inner;
    }
    if !["String", "UInt", "ULong", "TypeCursor"].iter().any(|refused| of.starts_with(refused)) {
        return None;
    }
    let name = match (rest.strip_prefix("write(value."), rest.strip_prefix("lower(`")) {
        (Some(field), _) => field.split(',').next()?.trim_matches('`'),
        (_, Some(argument)) => argument.split('`').next()?,
        (None, None) => return None,
    };
    // The value of a choice has no name of its own.
    Some(if name == "v1" { variant.to_owned() } else { snake(name) })
}

/// Java has no default arguments.
fn overloads(edits: &mut Edits, record: &Record) -> Result<()> {
    if record.fields().iter().all(|field| field.default_value().is_none()) {
        return Ok(());
    }
    let head = format!("\ndata class {} ", record.name());
    edits.replace("a record", &head, &format!("{head}@JvmOverloads constructor "))
}

/// A record with a sensitive value prints that there is one, and not what it is.
fn printed(edits: &mut Edits, record: &Record) -> Result<()> {
    let hidden = |field: &Field| field.docstring().is_some_and(|docs| docs.contains("sensitive"));
    if !record.fields().iter().any(hidden) {
        return Ok(());
    }
    let said: Vec<String> = record
        .fields()
        .iter()
        .map(|field| {
            let name = camel(field.name());
            if hidden(field) { format!("{name}=…") } else { format!("{name}=${{`{name}`}}") }
        })
        .collect();
    let name = record.name();
    let method = format!("    override fun toString(): String = \"{name}({})\"\n\n", said.join(", "));
    edits.within(name, &format!("\ndata class {name} "), "    companion object", |class| {
        class.replace("its end", "    companion object", &format!("{method}    companion object"))
    })
}

/// What goes out to a person is printed without its content, as in Rust.
fn outgoing(edits: &mut Edits) -> Result<()> {
    edits.within("what goes out", "\nsealed class OutgoingKind", "\n}\n", |class| {
        for (variant, said) in [
            ("Package", "fileName=${`fileName`}, outcome=${`outcome`}, sha256=${`sha256`}, bytes=…"),
            ("Message", "text=…, answerRef=${`answerRef`}"),
            ("Code", "code=…, validUntil=${`validUntil`}"),
        ] {
            class.within(
                variant,
                &format!("    data class {variant}("),
                "        companion object",
                |variant_class| {
                    let method =
                        format!("        override fun toString(): String = \"{variant}({said})\"\n\n");
                    variant_class.replace(
                        "its end",
                        "        companion object",
                        &format!("{method}        companion object"),
                    )
                },
            )?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_to_be_refused_is_named_by_its_field_or_argument() {
        for (line, written) in [
            (
                "            FfiConverterOptionalULong.write(value.`numberFloor`, buf)",
                "            named(\"number_floor\") { FfiConverterOptionalULong.write(value.`numberFloor`, buf) }",
            ),
            (
                "        FfiConverterTypeCaseId.lower(`case`),FfiConverterString.lower(`to`),_status)",
                "        FfiConverterTypeCaseId.lower(`case`),named(\"to\") { FfiConverterString.lower(`to`) },_status)",
            ),
            (
                "FfiConverterULong.write(value.v1, buf)",
                "named(\"revision\") { FfiConverterULong.write(value.v1, buf) }",
            ),
            ("FfiConverterString.write(value, buf)", "FfiConverterString.write(value, buf)"),
            ("FfiConverterTypeNewCase.lower(`new`)", "FfiConverterTypeNewCase.lower(`new`)"),
        ] {
            assert_eq!(named(line, "revision"), written);
        }
    }

    #[test]
    fn defaults_are_signed() {
        assert_eq!(
            signed_default("fun `a`(`limit`: kotlin.Int = 500u, `by`: X? = null)"),
            "fun `a`(`limit`: kotlin.Int = 500, `by`: X? = null)"
        );
        assert_eq!(signed_default("val x = user"), "val x = user");
    }

    #[test]
    fn lines_say_which_callback_and_which_choice() {
        let mut edits = Edits::of(
            "    object Required : FieldRule()\n    companion object\ninternal object `signHead`: UniffiCallbackInterfaceHeadSignerMethod0 {\n  \
             uniffiTraitInterfaceCallWithError(\n  is Moment.Revision -> {\n  FfiConverterULong.write(value.v1, buf)\n"
                .into(),
        );
        lines(&mut edits);
        assert_eq!(
            edits.done(),
            "    data object Required : FieldRule()\n    companion object\ninternal object `signHead`: UniffiCallbackInterfaceHeadSignerMethod0 {\n  \
             uniffiTraitInterfaceCallWithError(\n      \"sign_head\",\n  is Moment.Revision -> {\n  \
             named(\"revision\") { FfiConverterULong.write(value.v1, buf) }\n"
        );
    }
}
