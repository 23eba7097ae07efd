//! Objects as classes. uniffi writes an open class over a protocol for each, so that tests can replace it; users would
//! see all of that beside the methods that they call.

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;

use crate::edits::Edits;

/// The objects that users hold. The package uses the others internally.
const PUBLIC: [&str; 3] = ["Desk", "Language", "Subscription"];
/// Callbacks that the package implements for its users.
const OWN_CALLBACKS: [&str; 2] = ["BackupListener", "CheckListener"];

pub(super) fn edit(edits: &mut Edits, interface: &ComponentInterface) -> Result<()> {
    for object in interface.object_definitions() {
        let name = object.name();
        if object.has_callback_interface() {
            if OWN_CALLBACKS.contains(&name) {
                edits.replace(name, &format!("\npublic protocol {name}:"), &format!("\nprotocol {name}:"))?;
            }
            class(edits, &format!("{name}Impl"), name, false)?;
        } else {
            let protocol = format!("\npublic protocol {name}Protocol:");
            edits.spans(&format!("the protocol of {name}"), &protocol, "\n}\n", |_| Ok("\n".into()))?;
            class(edits, name, &format!("{name}Protocol"), PUBLIC.contains(&name))?;
        }
    }
    Ok(())
}

/// Makes the class `final`, with public methods only if users see it.
fn class(edits: &mut Edits, name: &str, protocol: &str, is_public: bool) -> Result<()> {
    let start = format!("\nopen class {name}: {protocol}, @unchecked Sendable {{\n");
    edits.within(name, &start, "\n}\n\n\n", |class| {
        let seen = if is_public { "public " } else { "" };
        // Users implement the protocol of a callback, so it stays. The protocol of an object is removed.
        let protocol = if protocol.starts_with(name) { String::new() } else { format!("{protocol}, ") };
        class.replace(
            "the class",
            &start,
            &format!("\n{seen}final class {name}: {protocol}@unchecked Sendable {{\n"),
        )?;
        class.replace("a handle", "    required public init(", "    init(")?;
        class.replace(
            "no handle",
            "    public struct NoHandle {\n        public init",
            "    struct NoHandle {\n        init",
        )?;
        class.replace("the making of no handle", "    public init(noHandle", "    init(noHandle")?;
        class.replace(
            "the clone of a handle",
            "    public func uniffiCloneHandle",
            "    func uniffiCloneHandle",
        )?;
        class.replace("methods", "\nopen func ", &format!("\n{seen}func "))?;
        if !is_public && class.text().contains("\npublic static func ") {
            class.replace("constructors", "\npublic static func ", "\nstatic func ")?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: &str = "\nopen class Subscription: SubscriptionProtocol, @unchecked Sendable {\n    public struct NoHandle {\n        \
        public init() {}\n    }\n    required public init(unsafeFromHandle handle: UInt64) {}\n    public init(noHandle: NoHandle) {}\n    \
        public func uniffiCloneHandle() -> UInt64 {}\nopen func end()  {\n}\n    \n}\n\n\n";

    #[test]
    fn of_a_class_users_see_its_methods_and_nothing_of_how_it_is_made() {
        let mut edits = Edits::of(CLASS.into());
        class(&mut edits, "Subscription", "SubscriptionProtocol", true).unwrap();
        let code = edits.done();
        assert!(
            code.starts_with("\npublic final class Subscription: @unchecked Sendable {\n    struct NoHandle"),
            "{code}"
        );
        assert_eq!(code.matches("public").count(), 2, "{code}");
        assert!(code.contains("\npublic func end()"), "{code}");
    }

    #[test]
    fn a_class_that_is_written_in_another_way_is_an_error() {
        let error = class(
            &mut Edits::of(CLASS.replace("open func", "func")),
            "Subscription",
            "SubscriptionProtocol",
            true,
        );
        assert!(error.unwrap_err().to_string().contains("uniffi writes Subscription in another way"));
    }
}
