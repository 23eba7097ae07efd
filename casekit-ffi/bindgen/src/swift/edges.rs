//! What Swift meets at the edge of the package: callbacks that throw are logged, and sensitive values are not printed.

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Field, Record};

use crate::docs::{camel, snake};
use crate::edits::Edits;

pub(super) fn edit(edits: &mut Edits, interface: &ComponentInterface) -> Result<()> {
    thrown(edits)?;
    callbacks(edits);
    for record in interface.record_definitions() {
        printed(edits, record);
    }
    edits.append(OUTGOING);
    Ok(())
}

/// As generated, the text of an error would cross, and may contain personal data. Here it is logged, and stays.
fn thrown(edits: &mut Edits) -> Result<()> {
    let start = "private func uniffiTraitInterfaceCallWithError<T, E>(\n";
    edits.within("callbacks", start, "\n}\n", |call| {
        call.replace("which callback", start, &format!("{start}    method: String,\n"))?;
        call.replace(
            "an error that is meant",
            "    } catch let error as E {\n",
            "    } catch let error as E {\n        logThrown(error, by: method)\n",
        )?;
        call.replace(
            "any other error",
            "    } catch {\n",
            "    } catch {\n        logThrown(error, by: method)\n",
        )?;
        call.replace("its text", "(String(describing: error))", "(\"\")")
    })
}

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
