import CasekitFFI

/// Whether this code and the library at hand belong together.
enum Version {
    /// Throws unless the library has that version. It is asked before anything of uniffi's, which would trap.
    static func check(library: UInt32 = casekit_api_version()) throws {
        if library != api {
            throw CasekitError.internal(
                code: "wrong_library",
                message: "this package is for version `\(api)` of the library's interface, and the library that was "
                    + "loaded has `\(library)`: install both from one release"
            )
        }
    }
}
