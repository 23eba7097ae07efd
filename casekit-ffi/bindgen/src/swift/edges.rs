//! What Swift meets at the edge of the package: what callbacks throw is logged and becomes the cause of the call's error, and
//! sensitive values are not printed.

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Field, Record};

use crate::docs::{camel, snake};
use crate::edits::Edits;

pub(super) fn edit(edits: &mut Edits, interface: &ComponentInterface) -> Result<()> {
    thrown(edits)?;
    causes(edits)?;
    callbacks(edits);
    for record in interface.record_definitions() {
        printed(edits, record);
    }
    edits.append(OUTGOING);
    Ok(())
}

/// As generated, the text of an error would cross, and may contain personal data. Here the error is logged, and kept for the error
/// of the call.
fn thrown(edits: &mut Edits) -> Result<()> {
    let start = "private func uniffiTraitInterfaceCallWithError<T, E>(\n";
    edits.within("callbacks", start, "\n}\n", |call| {
        // What is kept has to be an error, which uniffi leaves open.
        let typed = start.replace("E>", "E: Swift.Error>");
        call.replace("which callback", start, &format!("{typed}    method: String,\n"))?;
        call.replace(
            "an error that is meant",
            "    } catch let error as E {\n",
            "    } catch let error as E {\n        Thrown.keep(error, by: method)\n",
        )?;
        call.replace(
            "any other error",
            "    } catch {\n",
            "    } catch {\n        Thrown.keep(error, by: method)\n",
        )?;
        call.replace("its text", "(String(describing: error))", "(\"\")")
    })
}

/// The errors that a callback can be the cause of, as casekit-ffi declares them: each has a place for what was thrown, which
/// needs not be given.
const CAUSED: [(&str, &str); 2] =
    [("forbidden", "code,message,action,permission"), ("callback", "code,message")];

/// What callbacks threw during a call is the cause of its error, and forgotten where the call went well.
fn causes(edits: &mut Edits) -> Result<()> {
    for (variant, fields) in CAUSED {
        edits.within(variant, &format!("\n    case {variant}("), "\n    )", |case| {
            case.replace("where its fields end", "\n    )", &format!("{CAUSE}\n    )"))
        })?;
        let pattern = |fields: &str| format!("case let .{variant}({fields}):");
        edits.replace("an error that is written", &pattern(fields), &pattern(&format!("{fields},_")))?;
    }
    let start = "private func uniffiCheckCallStatus<E: Swift.Error>(";
    edits.within("how a call went", start, "\n}\n", |call| {
        call.replace(
            "a call that went well",
            "        case CALL_SUCCESS:\n            return\n",
            "        case CALL_SUCCESS:\n            if errorHandler != nil { Thrown.forget() }\n            return\n",
        )?;
        call.replace(
            "an error of a call",
            "throw try errorHandler(callStatus.errorBuf)",
            "throw Thrown.causing(try errorHandler(callStatus.errorBuf))",
        )
    })
}

const CAUSE: &str = ",
        /**
         * What the application's own code threw, where that was the cause; equal to any other.
         */cause: UnderlyingError = UnderlyingError()";

/// Which callback is called: the name is that of the entry of its table.
fn callbacks(edits: &mut Edits) {
    let mut callback = String::new();
    let mut out = String::with_capacity(edits.text().len());
    for line in edits.text().lines() {
        if let Some(name) = line.trim().strip_suffix(": { (") {
            callback = snake(name.trim_matches('`'));
        }
        out.push_str(line);
        out.push('\n');
        if line.trim() == "uniffiTraitInterfaceCallWithError(" {
            out.push_str(&format!("                method: \"{callback}\",\n"));
        }
    }
    *edits = Edits::of(out);
}

/// A record with a sensitive value prints that there is one, and not what it is, also in a debugger and by `dump`.
fn printed(edits: &mut Edits, record: &Record) {
    let hidden = |field: &Field| field.docstring().is_some_and(|docs| docs.contains("sensitive"));
    if !record.fields().iter().any(hidden) {
        return;
    }
    let name = record.name();
    let (mut said, mut children) = (Vec::new(), Vec::new());
    for field in record.fields() {
        let field_name = camel(field.name());
        if hidden(field) {
            said.push(format!("{field_name}: …"));
        } else {
            said.push(format!("{field_name}: \\(String(reflecting: {field_name}))"));
            children.push(format!("\"{field_name}\": {field_name} as Any"));
        }
    }
    edits.append(&format!(
        "
extension {name}: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {{
    /// Its values, without what is sensitive.
    public var description: String {{ \"{name}({})\" }}

    /// Its values, without what is sensitive.
    public var debugDescription: String {{ description }}

    /// Its values, without what is sensitive.
    public var customMirror: Mirror {{ Mirror(self, children: [{}], displayStyle: .struct) }}
}}
",
        said.join(", "),
        children.join(", ")
    ));
}

/// What goes out to a person is printed without its content, as in Rust.
const OUTGOING: &str = "
extension OutgoingKind: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its values, without its content.
    public var description: String {
        switch self {
        case .package(let fileName, let outcome, let sha256, _):
            \"package(fileName: \\(fileName), outcome: \\(outcome), sha256: \\(sha256), bytes: …)\"
        case .message(_, let answerRef): \"message(text: …, answerRef: \\(answerRef))\"
        case .code(_, let validUntil): \"code(code: …, validUntil: \\(validUntil))\"
        }
    }

    /// Its values, without its content.
    public var debugDescription: String { description }

    /// Nothing of its content.
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .enum) }
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_which_callback_it_is_of() {
        let mut edits = Edits::of(
            "        `signHead`: { (\n            uniffiTraitInterfaceCallWithError(\n                callStatus: uniffiCallStatus,\n".into(),
        );
        callbacks(&mut edits);
        assert_eq!(
            edits.done(),
            "        `signHead`: { (\n            uniffiTraitInterfaceCallWithError(\n                method: \"sign_head\",\n                \
             callStatus: uniffiCallStatus,\n"
        );
    }
}
