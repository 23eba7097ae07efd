import Foundation

extension CasekitError: LocalizedError, CustomStringConvertible {
    /// The sentence that says what to do; it holds no personal data.
    public var errorDescription: String? { message }

    /// The sentence that says what to do.
    public var description: String { message }

    /// The stable word to act on, such as `not_found`.
    public var code: String { parts.code }

    /// The sentence that says what to do.
    public var message: String { parts.message }

    /// Every wrong field, if it is about fields.
    public var fields: [FieldError] {
        if case .invalid(_, _, let fields) = self { fields } else { [] }
    }

    /// Every reason why it cannot be done as things stand.
    public var blockers: [Blocker] {
        if case .blocked(_, _, let blockers) = self { blockers } else { [] }
    }

    /// The id of who was first, if somebody was.
    public var by: String? {
        if case .alreadyTaken(_, _, let by) = self { by } else { nil }
    }

    private var parts: (code: String, message: String) {
        switch self {
        case .forbidden(let code, let message), .invalid(let code, let message, _),
            .blocked(let code, let message, _), .alreadyTaken(let code, let message, _),
            .notFound(let code, let message), .conflict(let code, let message), .store(let code, let message),
            .report(let code, let message), .language(let code, let message), .callback(let code, let message),
            .internal(let code, let message):
            (code, message)
        }
    }
}

extension HostError: LocalizedError {
    /// What to do.
    public var errorDescription: String? {
        switch self {
        case .configuration(_, _, let hint), .transient(_, let hint), .permanent(_, let hint), .data(_, let hint): hint
        case .unexpected: "the application's code failed"
        }
    }
}

extension Blocker {
    /// The reason as an English sentence for a screen; `Language.blockerText` tells it in another.
    public var text: String { blockerText(blocker: self) }

    /// The stable word for it, such as `not_taken`.
    public var code: String { blockerCode(blocker: self) }
}

extension FieldError {
    /// What is wrong, as an English sentence for a form; `Language.fieldErrorText` tells it in another.
    public var text: String { fieldErrorText(error: self) }

    /// The stable word for the rule that is broken, such as `too_long`.
    public var code: String { fieldErrorCode(error: self) }
}
