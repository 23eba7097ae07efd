//! Objects as classes. uniffi writes an open class over an interface for each, so that tests can replace it; users
//! would see all of that beside the methods that they call.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use uniffi_bindgen::ComponentInterface;

use crate::edits::Edits;

/// The objects that users hold. The package uses the others internally.
const PUBLIC: [&str; 2] = ["Desk", "Language"];
/// Callbacks that the package implements for its users.
const OWN_CALLBACKS: [&str; 3] = ["BackupListener", "CheckListener", "Observer"];

/// Whether users see an object.
pub(super) fn is_public(object: &str) -> bool {
    PUBLIC.contains(&object)
}

pub(super) fn edit(edits: &mut Edits, interface: &ComponentInterface) -> Result<()> {
    for object in interface.object_definitions() {
        let name = object.name();
        if object.has_callback_interface() {
            let from = format!("\nopen class {name}Impl: Disposable, ");
            edits.replace(name, &from, &format!("\ninternal class {name}Impl: "))?;
            if OWN_CALLBACKS.contains(&name) {
                let from = format!("\npublic interface {name} {{");
                edits.replace(name, &from, &from.replace("public", "internal"))?;
            }
        } else {
            class(edits, name)?;
        }
    }
    desk(edits)?;
    plumbing(edits)
}

/// Makes one class of an interface and a class. The defaults of parameters are taken from the interface.
fn class(edits: &mut Edits, name: &str) -> Result<()> {
    let from = format!("\npublic interface {name}Interface {{");
    let mut parameters = HashMap::new();
    let rest = edits.text().split_once(&from).map(|(_, rest)| rest);
    for line in rest.and_then(|rest| rest.split_once("\n}\n")).map_or("", |(body, _)| body).lines() {
        if let Some((method, after)) =
            line.trim_start().strip_prefix("fun `").and_then(|line| line.split_once("`("))
        {
            let list = after.rsplit_once("): ").map_or(after.trim_end_matches(')'), |(list, _)| list);
            parameters.insert(method.to_owned(), list.to_owned());
        }
    }
    edits.spans(&format!("the interface of {name}"), &from, "\n}\n", |_| Ok("\n\n".into()))?;
    let seen = if is_public(name) { "" } else { "internal " };
    let start = format!("open class {name}: Disposable, AutoCloseable, {name}Interface\n");
    edits.within(name, &start, "companion object", |class| {
        class.replace("the class", &start, &format!("{seen}class {name}: AutoCloseable\n"))?;
        class.spans("methods", "override fun `", ")", |method| {
            let called = method.split('`').nth(1).context("a method has a name")?;
            let list =
                parameters.get(called).with_context(|| format!("`{called}` is not in the interface"))?;
            let seen = if is_inner(name, called) { " internal" } else { "" };
            // Java has no default arguments.
            let overloads = if list.contains(" = ") && seen.is_empty() { " @JvmOverloads" } else { "" };
            Ok(format!("{overloads}{seen} fun `{called}`({list})"))
        })
    })
}

/// Whether only the package uses a method: live lists are offered as flows, and packed columns as tables.
pub(super) fn is_inner(object: &str, method: &str) -> bool {
    object == "Desk" && (method.starts_with("live") || method.ends_with("Columns"))
}

/// Gives a desk a reference to its kit, also a desk that was made from another.
fn desk(edits: &mut Edits) -> Result<()> {
    edits.within("the desk", "class Desk: AutoCloseable\n{\n", "companion object", |desk| {
        desk.replace("the class", "AutoCloseable\n{\n", DESK_OF_A_KIT)?;
        desk.replace("other desks", "return FfiConverterTypeDesk.lift(", "return ofTheKit(")
    })
}

const DESK_OF_A_KIT: &str = "AutoCloseable
{
    internal var kit: CaseKit? = null

    private fun ofTheKit(handle: Long): Desk = FfiConverterTypeDesk.lift(handle).also { it.kit = kit }
";

/// Hides the construction from handles; and `destroy`, because there is `close`.
fn plumbing(edits: &mut Edits) -> Result<()> {
    edits.spans("what can be destroyed", "\ninterface Disposable {", "\n}\n", |_| Ok("\n".into()))?;
    edits.spans("its use", "\ninline fun <T : Disposable?, R> T.use(", "\n    }\n", |_| Ok("\n".into()))?;
    edits.spans("what destroys options", "): Disposable{", "    )\n    }\n", |_| Ok("){\n".into()))?;
    edits.replace("what destroys", "    override fun destroy() {", "    internal fun destroy() {")?;
    edits.replace(
        "the making of a handle",
        "    constructor(withHandle:",
        "    internal constructor(withHandle:",
    )?;
    edits.spans(
        "the making of no handle",
        "    @Suppress(\"UNUSED_PARAMETER\")\n    constructor(noHandle:",
        "\n    }\n",
        |_| Ok(String::new()),
    )?;
    edits.replace(
        "a handle that is gone",
        "IllegalStateException(\"${this.javaClass.simpleName} object has already been destroyed\")",
        "CasekitException.Store(\"closed\", \"this was closed: ask its kit for another, or open the file again\")",
    )?;
    edits.replace("the handle", "    protected val handle", "    private val handle")?;
    edits.replace("the cleaner", "    protected val cleanable", "    private val cleanable")?;
    edits.replace(
        "whether it is closed",
        "    val uniffiIsDestroyed",
        "    internal val uniffiIsDestroyed",
    )?;
    edits.replace(
        "the clone of a handle",
        "    fun uniffiCloneHandle()",
        "    internal fun uniffiCloneHandle()",
    )
}
