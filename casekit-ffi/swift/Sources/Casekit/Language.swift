import Foundation

extension Language {
    /// Reads a language of the application's own from a file in UTF-8.
    ///
    /// Throws `CasekitError.language` with the line or the key if it cannot be read.
    public static func file(at url: URL) throws -> Language {
        try fromFile(path: url.path)
    }
}

extension Blocker {
    /// The reason as a sentence for a screen, in a language.
    public func text(in language: Language) -> String { language.blockerText(blocker: self) }
}

extension FieldError {
    /// What is wrong, as a sentence for a form, in a language.
    public func text(in language: Language) -> String { language.fieldErrorText(error: self) }
}
