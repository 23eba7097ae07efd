import Foundation

private nonisolated(unsafe) var parts = 0

/// Prints the heading of a part.
func part(_ title: String) {
    parts += 1
    print("\n\(parts). \(title)")
}

/// Shows a call that is made.
func call(_ code: String) {
    print("   > \(code)")
}

/// Shows the result of a call, or what it means.
func back(_ what: Any) {
    print("     \(what)")
}
