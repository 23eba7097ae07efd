//! Finds what users of a host see without documentation, and names each, so that none is overlooked.

mod braces;
mod python;

use anyhow::{Result, bail};

use self::braces::Braces;
use crate::docs::Host;

/// The public declarations without documentation in a file of a host's package.
#[must_use]
pub fn of(code: &str, host: Host) -> Vec<String> {
    match host {
        Host::Kotlin => Braces::of_kotlin().undocumented(code),
        Host::Swift => Braces::of_swift().undocumented(code),
        Host::Python => python::undocumented(code),
    }
}

/// Refuses a file with a public declaration that has no documentation.
///
/// # Errors
///
/// The names of all such declarations.
pub fn refuse(file: &str, code: &str, host: Host) -> Result<()> {
    let bare = of(code, host);
    if bare.is_empty() {
        return Ok(());
    }
    bail!(
        "`{file}` shows users {} things without a text: write one, in core if it is core's\n  {}",
        bare.len(),
        bare.join("\n  ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kotlin_shows_without_a_text_is_named() {
        let code = r#"
/** Whose. */
sealed class HeldBy {
    /** Mine. */
    object Me : HeldBy()
    data class Actor(
        /** Their id. */
        val `id`: String,
        val name: String = "{",
    ) : HeldBy() {
        companion object
    }
    companion object
}

/**
 * Which.
 */
enum class Reach {
    /** Near. */
    HERE,
    THERE;

    internal fun hidden() = 1
}

internal class Inner {
    fun within() {}
}

/** Opens. */
@Throws(Exception::class) fun `open`(path: String): Int {
    val local = 1
    fun deeper() = 2
    return local
}

val CaseId.short: String get() = "x"

/**
 * @suppress
 */
class Plumbing
"#;
        assert_eq!(
            of(code, Host::Kotlin),
            [
                "data class Actor(",
                "val name: String = \"{\",",
                "THERE;",
                "val CaseId.short: String get() = \"x\""
            ]
        );
    }

    #[test]
    fn what_swift_shows_without_a_text_is_named() {
        let code = "
/// Whose.
public enum HeldBy: Equatable {
    /**
     * Mine.
     */
    case me
    case actor(
        id: String
    )
}

/// A row.
public struct Row: Sendable {
    public let id: String
    let inner: String

    /// A row.
    public init(id: String) {
        let local = id
    }
}

/// Sources.
public protocol Source: AnyObject {
    func find() throws
}

struct Hidden {
    func within() {}
}

@_documentation(visibility: private)
public func plumbing() {}

extension Row {
    public var text: String { id }
    public static func == (one: Row, other: Row) -> Bool { true }
}
";
        assert_eq!(
            of(code, Host::Swift),
            ["case actor(", "public let id: String", "func find() throws", "public var text: String { id }"]
        );
    }

    #[test]
    fn what_python_shows_without_a_text_is_named() {
        let code = "
class Row(Record):
    \"\"\"A row.

    Attributes:
        id: Its id.
    \"\"\"

    id: str
    name: str
    _inner: int

    def put(
        self, one: int
    ) -> None:
        self.id = one

    @overload
    def of(self) -> int: ...

    @property
    def text(self) -> str:
        \"\"\"Its text.\"\"\"
        return self.id

    def _hidden(self) -> None: ...


class Reach(Word):
    \"\"\"How far.\"\"\"

    HERE = \"here\"
    \"\"\"Near.\"\"\"

    THERE = \"there\"


def found() -> int:
    return 1
";
        assert_eq!(of(code, Host::Python), ["Row.name", "Row.put", "Reach.THERE", "found"]);
    }

    #[test]
    fn a_file_with_something_bare_is_refused_by_its_name() {
        assert!(refuse("one.py", "", Host::Python).is_ok());
        assert_eq!(
            refuse("one.py", "def found() -> int:\n    return 1\n", Host::Python).unwrap_err().to_string(),
            "`one.py` shows users 1 things without a text: write one, in core if it is core's\n  found"
        );
    }
}
