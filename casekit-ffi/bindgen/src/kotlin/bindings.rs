//! The edits of uniffi's Kotlin: what users see, the texts they read, and the cost of a call.

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;

use super::{calls, edges, objects};
use crate::aliases;
use crate::comments;
use crate::docs::Host;
use crate::edits::Edits;

/// The bindings, as the package compiles them.
pub(super) fn edited(code: &str, interface: &ComponentInterface) -> Result<String> {
    let mut edits = Edits::of(comments::for_host(code, Host::Kotlin));
    aliases::document(&mut edits)?;
    exceptions(&mut edits)?;
    callbacks(&mut edits)?;
    functions(&mut edits)?;
    objects::edit(&mut edits, interface)?;
    inner_classes(&mut edits)?;
    calls::edit(&mut edits)?;
    edges::edit(&mut edits, interface)?;
    Ok(edits.done())
}

/// uniffi gives each exception a `message` of its own making, which collides with our field of that name. Ours is the
/// sentence.
fn exceptions(edits: &mut Edits) -> Result<()> {
    edits.within("the exception", "sealed class CasekitException", "companion object ErrorHandler", |class| {
        class.replace(
            "a message",
            "val `message`: kotlin.String",
            "override val `message`: kotlin.String",
        )?;
        class.spans("what an exception says", ") : CasekitException() {", "\"\n    }", |_| {
            Ok(") : CasekitException()".into())
        })
    })
}

/// As generated, an `Error` such as that of `TODO()` would pass through the library, be printed with its text, and
/// leave the call without an answer. The text of an exception would also cross, and may contain personal data. Here what is
/// thrown is logged, and kept for the error of the call.
fn callbacks(edits: &mut Edits) -> Result<()> {
    edits.within(
        "callbacks",
        "internal inline fun<T, reified E: Throwable> uniffiTraitInterfaceCallWithError(",
        "\n}\n",
        |call| {
            call.replace(
                "which callback",
                "    callStatus: UniffiRustCallStatus,\n",
                "    method: String,\n    callStatus: UniffiRustCallStatus,\n",
            )?;
            call.spans("what a callback throws", "    } catch(e: kotlin.Exception) {", "\n    }\n}", |_| {
                Ok(CAUGHT.into())
            })
        },
    )
}

const CAUGHT: &str = "    } catch(e: Throwable) {
        Thrown.keep(method, e)
        callStatus.code = UNIFFI_CALL_ERROR
        callStatus.error_buf = lowerError(if (e is E) e else HostException.Unexpected() as E)
    }
}";

/// Classes that only the bindings use. uniffi makes them `public` for other components, and there are none.
fn inner_classes(edits: &mut Edits) -> Result<()> {
    for (what, from) in [
        ("converters", "public object FfiConverter"),
        ("aliases of converters", "public typealias FfiConverter"),
        ("the converter", "public interface FfiConverter<"),
        ("the converter of buffers", "public interface FfiConverterRustBuffer<"),
        ("the converter of callbacks", "public abstract class FfiConverterCallbackInterface<"),
        ("the start", "public fun uniffiEnsureInitialized("),
    ] {
        edits.replace(what, from, &from.replace("public", "internal"))?;
    }
    for (what, from) in [
        ("the buffer", "\nopen class RustBuffer :"),
        ("the exception for itself", "\nclass InternalException("),
        ("the handler of errors", "\ninterface UniffiRustCallStatusErrorHandler<"),
        ("the handler of no errors", "\nobject UniffiNullRustCallStatusErrorHandler:"),
        ("the cleaner", "\ninterface UniffiCleaner {"),
        ("the mark of a handle", "\nobject UniffiWithHandle"),
        ("the mark of no handle", "\nobject NoHandle"),
    ] {
        edits.replace(what, from, &from.replace('\n', "\ninternal "))?;
    }
    edits.replace(
        "what lifts errors",
        "    companion object ErrorHandler",
        "    internal companion object ErrorHandler",
    )?;
    Ok(())
}

/// Functions that the package offers as properties, and functions for its tests only.
fn functions(edits: &mut Edits) -> Result<()> {
    for name in ["blockerCode", "blockerText", "fieldErrorCode", "fieldErrorText"] {
        edits.replace("a function", &format!("*/ fun `{name}`("), &format!("*/ internal fun `{name}`("))?;
    }
    for name in ["provokePanic", "refuse"] {
        edits.replace(
            "a function",
            &format!("class) fun `{name}`("),
            &format!("class) internal fun `{name}`("),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exceptions_message_is_its_sentence() {
        let code = "sealed class CasekitException: kotlin.Exception() {\n    class Store(\n        val `code`: kotlin.String, \n        \
                    val `message`: kotlin.String\n        ) : CasekitException() {\n        override val message\n            \
                    get() = \"code=${ `code` }\"\n    }\n    companion object ErrorHandler";
        let mut edits = Edits::of(code.into());
        exceptions(&mut edits).unwrap();
        assert_eq!(
            edits.done(),
            "sealed class CasekitException: kotlin.Exception() {\n    class Store(\n        val `code`: kotlin.String, \n        \
             override val `message`: kotlin.String\n        ) : CasekitException()\n    companion object ErrorHandler"
        );
    }
}
