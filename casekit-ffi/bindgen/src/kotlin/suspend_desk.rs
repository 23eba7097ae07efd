//! Writes `SuspendDesk.kt`: every method of a desk as a suspending one, and live lists as flows.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Method, Object, Type};

use super::objects;
use crate::docs::camel;
use crate::generated::HEAD;

/// The greatest line width in the package.
const WIDTH: usize = 120;

/// The source of the suspending desk, with the signatures and documentation of `code`, the edited bindings. A method
/// that `by_hand` declares, as `fun SuspendDesk.name(`, is left out.
pub(super) fn source(code: &str, interface: &ComponentInterface, by_hand: &str) -> Result<String> {
    let desk = object(interface, "Desk")?;
    let (_, class) =
        code.split_once("\nclass Desk: AutoCloseable\n").context("there is no desk in the bindings")?;
    let mut out = format!("// {HEAD}\n{BEGIN}");
    for method in desk.methods() {
        let name = camel(method.name());
        if by_hand.contains(&format!("fun SuspendDesk.{name}(")) {
            continue;
        }
        // uniffi's configuration leaves this method out of the bindings.
        let Some(signature) = Signature::of(class, &name) else { continue };
        let Some(body) = body(interface, method, &signature)? else { continue };
        out.push('\n');
        out.push_str(&signature.documentation);
        let head = format!("    {}fun {name}({}){}", body.suspends, signature.parameters, body.returns);
        let one_line = format!("{head} = {}", body.call);
        if one_line.len() <= WIDTH {
            _ = writeln!(out, "{one_line}");
        } else if head.len() + 2 <= WIDTH {
            _ = writeln!(out, "{head} =\n        {}", body.call);
        } else {
            let parameters = signature.parameters.replace(", ", ",\n        ");
            _ = writeln!(
                out,
                "    {}fun {name}(\n        {parameters},\n    ){} = {}",
                body.suspends, body.returns, body.call
            );
        }
    }
    out.push_str("}\n");
    Ok(out)
}

const BEGIN: &str = "
package casekit

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext

/**
 * A [Desk] for coroutines: each method is that of [Desk] by the same name.
 *
 * A call that has begun is carried out whole even if its coroutine is cancelled, and its answer is lost then: give what
 * may have to be asked again an id, with [request]. A call that has not begun is not made. Live lists and [changes] hold
 * no thread while they wait; they outlive `suspend`, and end with the kit.
 */
class SuspendDesk internal constructor(internal val desk: Desk, internal val dispatcher: CoroutineDispatcher) {
    internal suspend fun <T> call(work: Desk.() -> T): T = withContext(dispatcher) { desk.work() }
";

/// The signature of a method, as in the bindings.
struct Signature {
    /// The comment, with a line end.
    documentation: String,
    /// The name, type and default of each parameter.
    parameters: String,
    /// The result type with its colon; empty if there is no result.
    returns: String,
}

impl Signature {
    fn of(class: &str, name: &str) -> Option<Self> {
        let (before, after) = class.split_once(&format!(" fun `{name}`("))?;
        let line = after.lines().next()?;
        let (parameters, returns) = match line.rsplit_once("): ") {
            Some((parameters, returns)) => {
                (parameters, format!(": {}", returns.trim_end_matches('{').trim()))
            }
            None => (line.rsplit_once(')')?.0, String::new()),
        };
        let comment = before.get(before.rfind("    /**\n")?..)?.split_inclusive("*/").next()?;
        Some(Self {
            documentation: format!("{comment}\n"),
            parameters: plain(parameters),
            returns: plain(&returns),
        })
    }

    /// The names of the parameters, as arguments of a call.
    fn arguments(&self) -> String {
        let name = |one: &str| one.split(':').next().unwrap_or_default().trim().to_owned();
        self.parameters.split(", ").filter(|one| one.contains(": ")).map(name).collect::<Vec<_>>().join(", ")
    }
}

/// A type as people write it: without quotes around names, and without Kotlin's own package.
fn plain(text: &str) -> String {
    text.replace('`', "").replace("kotlin.", "")
}

struct Body {
    suspends: &'static str,
    returns: String,
    call: String,
}

/// The body of a method; `None` for a method that is not for users.
fn body(interface: &ComponentInterface, method: &Method, signature: &Signature) -> Result<Option<Body>> {
    let call = format!("{}({})", camel(method.name()), signature.arguments());
    let made = |returns: &str, call: String| Some(Body { suspends: "", returns: returns.to_owned(), call });
    Ok(match method.return_type() {
        Some(Type::Object { name, .. }) if name == "Desk" => {
            made(": SuspendDesk", format!("desk.{call}.on(dispatcher)"))
        }
        Some(Type::Object { name, .. }) if objects::is_public(name) => {
            made(&signature.returns, format!("desk.{call}"))
        }
        Some(Type::Object { name, .. }) => {
            let row = row(object(interface, name)?)?;
            made(&format!(": Flow<{row}>"), format!("live({{ {call} }}, {name}::refresh)"))
        }
        // It reads nothing from the file, so it does not block.
        Some(_) if !method.throws() => made(&signature.returns, format!("desk.{call}")),
        Some(Type::Bytes) if objects::is_inner("Desk", &camel(method.name())) => None,
        _ => Some(Body {
            suspends: "suspend ",
            returns: signature.returns.clone(),
            call: format!("call {{ {call} }}"),
        }),
    })
}

fn object<'a>(interface: &'a ComponentInterface, name: &str) -> Result<&'a Object> {
    interface.get_object_definition(name).with_context(|| format!("there is no object `{name}`"))
}

/// The type of the answer that a live list gives.
fn row(live: &Object) -> Result<String> {
    let refresh = live.methods().into_iter().find(|method| method.name() == "refresh");
    match refresh.and_then(|refresh| refresh.return_type()) {
        Some(Type::Optional { inner_type }) => match &**inner_type {
            Type::Record { name, .. } => Ok(name.clone()),
            Type::UInt64 => Ok("Long".into()),
            other => {
                bail!("a live list of `{other:?}` has no name in Kotlin yet: give it one in casekit-bindgen")
            }
        },
        _ => bail!("`{}` has no `refresh` that gives a row or nothing", live.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: &str = "{
    /**
     * Edits a case.
     */
    @Throws(CasekitException::class) fun `editCase`(`case`: CaseId, `reason`: kotlin.String? = null): Changed {
            return

    /**
     * Writes it.
     */
    @Throws(CasekitException::class) fun `casePdfTo`(`case`: CaseId, `path`: kotlin.String)
        =
";

    #[test]
    fn a_method_is_read_as_the_bindings_write_it() {
        let edit = Signature::of(CLASS, "editCase").unwrap();
        assert_eq!(edit.parameters, "case: CaseId, reason: String? = null");
        assert_eq!((edit.returns.as_str(), edit.arguments().as_str()), (": Changed", "case, reason"));
        assert_eq!(edit.documentation, "    /**\n     * Edits a case.\n     */\n");
        let pdf = Signature::of(CLASS, "casePdfTo").unwrap();
        assert_eq!((pdf.returns.as_str(), pdf.arguments().as_str()), ("", "case, path"));
        assert!(Signature::of(CLASS, "erase").is_none());
    }
}
