import Foundation

extension Language {
    /// Reads a language of the application's own from a UTF-8 file.
    ///
    /// - Throws: `CasekitError.language` if the file cannot be used; it names the line or the key.
    public static func file(at url: URL) throws -> Language {
        try fromFile(path: url.pathOfFile("url"))
    }
}

extension Blocker {
    /// The reason, as a sentence for a screen, in the given language.
    public func text(in language: Language) -> String { language.blockerText(blocker: self) }
}

extension FieldError {
    /// What is wrong, as a sentence for a form, in the given language.
    public func text(in language: Language) -> String { language.fieldErrorText(error: self) }
}
