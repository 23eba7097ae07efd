import Foundation

extension CasekitError: LocalizedError, CustomStringConvertible {
    /// The sentence that says what to do; it contains no personal data.
    public var errorDescription: String? { message }

    /// The sentence that says what to do, as `message`.
    public var description: String { message }

    /// The stable code for programs, such as `not_found`.
    public var code: String { parts.code }

    /// The sentence that says what to do; it contains no personal data.
    public var message: String { parts.message }

    /// Every wrong field of an `invalid` error; empty for others.
    public var fields: [FieldError] {
        if case .invalid(_, _, let fields) = self { fields } else { [] }
    }

    /// Every reason of a `blocked` error; empty for others.
    public var blockers: [Blocker] {
        if case .blocked(_, _, _, let blockers) = self { blockers } else { [] }
    }

    /// What there is to choose from, of a `notFound` error about a name; `nil` for others.
    public var choices: Choices? {
        if case .notFound(_, _, _, _, let choices) = self { choices } else { nil }
    }

    /// The id of the holder, of an `alreadyTaken` error; `nil` for others.
    public var by: String? {
        if case .alreadyTaken(_, _, let by, _) = self { by } else { nil }
    }

    /// What the application's own code threw, if that is why the call failed: a clock, fonts or a listener that failed
    /// (`callback_failed`), or an authorizer, for which the action is forbidden (`not_allowed_here`). `nil` for others. `message` does
    /// not repeat it.
    public var underlyingError: (any Error)? {
        switch self {
        case .forbidden(_, _, _, _, let cause), .callback(_, _, let cause): cause.error
        case .invalid, .blocked, .alreadyTaken, .notFound, .conflict, .store, .report, .language, .internal: nil
        }
    }

    /// The same error with what a callback threw as its cause, if it is of a kind that has one.
    func caused(by thrown: any Error) -> CasekitError {
        switch self {
        case .callback("callback_failed", let message, _):
            .callback(code: "callback_failed", message: message, cause: UnderlyingError(thrown))
        case .forbidden("not_allowed_here", let message, let action, let permission, _):
            .forbidden(
                code: "not_allowed_here", message: message, action: action, permission: permission,
                cause: UnderlyingError(thrown))
        default: self
        }
    }

    private var parts: (code: String, message: String) {
        switch self {
        case .forbidden(let code, let message, _, _, _), .invalid(let code, let message, _),
            .blocked(let code, let message, _, _), .alreadyTaken(let code, let message, _, _),
            .notFound(let code, let message, _, _, _), .conflict(let code, let message, _, _),
            .store(let code, let message),
            .report(let code, let message), .callback(let code, let message, _), .internal(let code, let message),
            .language(let code, let message, _, _):
            (code, message)
        }
    }
}

extension CasekitError: CustomNSError {
    /// The sentence, and what the application's own code threw, as `NSError` has them.
    public var errorUserInfo: [String: Any] {
        var known: [String: Any] = [NSLocalizedDescriptionKey: message]
        known[NSUnderlyingErrorKey] = underlyingError
        return known
    }
}

/// What the application's own code threw, within an error of the library. Errors in general can neither be compared nor be encoded:
/// it is equal to any other, and encoded as nothing.
public struct UnderlyingError: Sendable, Hashable, Codable {
    /// What was thrown; `nil` if nothing was.
    public let error: (any Error)?

    /// One with what was thrown.
    public init(_ error: (any Error)? = nil) {
        self.error = error
    }

    /// One with nothing: what was thrown is not encoded.
    public init(from decoder: any Decoder) throws {
        self.init()
    }

    /// Encodes nothing of what was thrown.
    public func encode(to encoder: any Encoder) throws {
        // An object without members: an encoder wants something of everybody.
        _ = encoder.container(keyedBy: NoKeys.self)
    }

    /// Any two are equal.
    public static func == (one: UnderlyingError, other: UnderlyingError) -> Bool { true }

    /// Adds nothing, since any two are equal.
    public func hash(into hasher: inout Hasher) {}

    private enum NoKeys: CodingKey {}
}

extension HostError: LocalizedError {
    /// The hint, which says what to do.
    public var errorDescription: String? {
        switch self {
        case .configuration(_, _, let hint), .transient(_, let hint), .permanent(_, let hint), .data(_, let hint): hint
        case .cell: "a value cannot be a cell"
        case .unexpected: "the application's code failed"
        }
    }
}

extension Blocker {
    /// The reason, as an English sentence for a screen; `text(in:)` gives it in another language.
    public var text: String { blockerText(blocker: self) }

    /// The stable code of the reason, such as `not_taken`.
    public var code: String { blockerCode(blocker: self) }
}

extension FieldError {
    /// What is wrong, as an English sentence for a form; `text(in:)` gives it in another language.
    public var text: String { fieldErrorText(error: self) }

    /// The stable code of the rule that the field breaks, such as `too_long`.
    public var code: String { fieldErrorCode(error: self) }
}
