//! The edits of uniffi's Swift: what users see, how its names read, and the cost of a call.

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::Variant;

use super::signature::Signature;
use super::{desk, edges, inits, objects, reading};
use crate::aliases;
use crate::comments;
use crate::docs::{self, Host};
use crate::edits::Edits;

/// The bindings, as the package compiles them, and the methods of a desk.
pub(super) fn edited(code: &str, interface: &ComponentInterface) -> Result<(String, Vec<Signature>)> {
    let mut edits = Edits::of(comments::for_host(code, Host::Swift));
    aliases::document(&mut edits)?;
    inits::edit(&mut edits)?;
    reading::edit(&mut edits)?;
    for error in interface.enum_definitions().iter().filter(|one| interface.is_name_used_as_error(one.name()))
    {
        let names: Vec<&str> = error.variants().iter().map(Variant::name).collect();
        variants(&mut edits, error.name(), &names)?;
    }
    objects::edit(&mut edits, interface)?;
    let methods = desk::edit(&mut edits)?;
    inner(&mut edits)?;
    edges::edit(&mut edits, interface)?;
    Ok((edits.done(), methods))
}

/// Renames the variants of an error, as is usual in Swift.
fn variants(edits: &mut Edits, error: &str, variants: &[&str]) -> Result<()> {
    let start = format!("enum {error}: Swift.Error");
    edits.within(
        &format!("the variants of {error}"),
        &start,
        &format!("FfiConverterType{error}_lift"),
        |part| {
            for variant in variants {
                let name = docs::camel(&docs::snake(variant));
                part.replace("a variant that is read", &format!(".{variant}"), &format!(".{name}"))?;
                // A keyword of Swift can be a name after a dot, but needs backticks where it stands alone.
                let alone = if name == "internal" { format!("`{name}`") } else { name };
                part.replace("a variant", &format!("    case {variant}"), &format!("    case {alone}"))?;
            }
            Ok(())
        },
    )
}

/// Hides what only the bindings use. uniffi makes it `public` for other modules, and there are none.
fn inner(edits: &mut Edits) -> Result<()> {
    edits.replace("converters", "\npublic struct FfiConverter", "\nstruct FfiConverter")?;
    edits.replace("what lifts and lowers", "\npublic func FfiConverter", "\nfunc FfiConverter")?;
    edits.replace("the start", "\npublic func uniffiEnsure", "\nfunc uniffiEnsure")?;
    // Properties of the package replace these functions.
    for name in ["blockerCode", "blockerText", "fieldErrorCode", "fieldErrorText", "refuse"] {
        edits.replace("a function", &format!("\npublic func {name}("), &format!("\nfunc {name}("))?;
    }
    edits.replace("the panic", "\npublic func provokePanic(", "\n@_spi(Testing) public func provokePanic(")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_errors_begin_with_a_small_letter() {
        let code = "public \nenum HostError: Swift.Error {\n    case Internal(\n        code: String)\n    case Data(code: String)\n}\n\
                    case 1: return .Internal(\ncase let .Data(code): x\ncase .Data:\n FfiConverterTypeHostError_lift";
        let mut edits = Edits::of(code.into());
        variants(&mut edits, "HostError", &["Internal", "Data"]).unwrap();
        let code = edits.done();
        assert!(code.contains("    case `internal`(\n") && code.contains("    case data(code"), "{code}");
        assert!(code.contains("return .internal(") && code.contains("case let .data(code)"), "{code}");
    }
}
