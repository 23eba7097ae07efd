import Foundation

/// Logs what a callback of the application threw. A `HostError` says itself who has to fix what, and is not logged.
func logThrown(_ error: Any, by method: String) {
    if let meant = error as? HostError {
        guard case .unexpected = meant else { return }
    }
    let text = "casekit: the application's `\(method)` failed: \(String(reflecting: error))"
    // It is a format: a `%` in it would read what is not there.
    NSLog(text.replacingOccurrences(of: "%", with: "%%"))
}
