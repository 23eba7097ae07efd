import Foundation

/// What callbacks of the application throw. It is logged, and becomes the cause of the error of the call in which it was thrown.
enum Thrown {
    /// Logs and keeps what a callback threw. A `HostError` says itself who has to fix what, and is not logged.
    static func keep(_ error: any Error, by method: String) {
        log(error, by: method)
        // An observer is called on a thread of its own, in no call.
        guard method != "changed" else { return }
        forget()
        pthread_setspecific(key, Unmanaged.passRetained(Failed(error)).toOpaque())
    }

    /// The error of a call that ends now, with what a callback threw during it as its cause.
    static func causing(_ error: any Error) -> any Error {
        guard let thrown = take(), let own = error as? CasekitError else { return error }
        return own.caused(by: thrown)
    }

    /// Forgets what was thrown in a call that ends now.
    static func forget() {
        _ = take()
    }

    private static func take() -> (any Error)? {
        guard let place = pthread_getspecific(key) else { return nil }
        pthread_setspecific(key, nil)
        return Unmanaged<Failed>.fromOpaque(place).takeRetainedValue().error
    }

    /// A call and its callbacks are on one thread. `Thread`'s own dictionary would cost each call that goes well a look-up by text.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { release($0) }
        return key
    }()

    private static func log(_ error: any Error, by method: String) {
        if let meant = error as? HostError {
            guard case .unexpected = meant else { return }
        }
        say("the application's `\(method)` failed", error)
    }

    /// Logs something that failed, and that no call answers with.
    static func say(_ sentence: String, _ error: any Error) {
        let text = "casekit: \(sentence): \(String(reflecting: error))"
        // It is a format: a `%` in it would read what is not there.
        NSLog(text.replacingOccurrences(of: "%", with: "%%"))
    }
}

private final class Failed {
    let error: any Error

    init(_ error: any Error) {
        self.error = error
    }
}

/// Of a thread that ends. Systems disagree on whether the place can be nil.
private func release(_ place: UnsafeMutableRawPointer?) {
    place.map { Unmanaged<Failed>.fromOpaque($0).release() }
}
