import Foundation

extension URL {
    /// The path of a URL of a file. Any other is refused as the field `name`: its path would lead to another file.
    func pathOfFile(_ name: String) throws -> String {
        if !isFileURL {
            try refuse(error: FieldError(field: name, rule: .malformed(form: "file_url")))
        }
        return path
    }
}
