import CasekitFFI

/// Whether this package and the library that was loaded belong to the same release.
enum Version {
    /// Throws unless the library has this interface version. It is checked before uniffi's own check, which would trap.
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
