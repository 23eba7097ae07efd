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

    private var parts: (code: String, message: String) {
        switch self {
        case .forbidden(let code, let message, _, _), .invalid(let code, let message, _),
            .blocked(let code, let message, _, _), .alreadyTaken(let code, let message, _, _),
            .notFound(let code, let message, _, _, _), .conflict(let code, let message, _, _),
            .store(let code, let message),
            .report(let code, let message), .callback(let code, let message), .internal(let code, let message),
            .language(let code, let message, _, _):
            (code, message)
        }
    }
}

extension HostError: LocalizedError {
    /// The hint, which says what to do.
    public var errorDescription: String? {
        switch self {
        case .configuration(_, _, let hint), .transient(_, let hint), .permanent(_, let hint), .data(_, let hint): hint
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
