// swift-tools-version:6.0
import Foundation
import PackageDescription

// The package as `scripts/assemble` lays it out: this folder, the generated bindings, and the library in `lib/`.
let here = Context.packageDirectory
let library = here + "/lib"
let files = FileManager.default

// On Apple's systems `scripts/xcframework` puts the library beside this file as a framework.
let hasFramework = files.fileExists(atPath: here + "/CasekitFFI.xcframework")
let ffi: Target =
    hasFramework
    ? .binaryTarget(name: "CasekitFFI", path: "CasekitFFI.xcframework") : .systemLibrary(name: "CasekitFFI")
let linking: [LinkerSetting] =
    hasFramework ? [] : [.unsafeFlags(["-L", library, "-Xlinker", "-rpath", "-Xlinker", library])]

// The compiler of Swift 6.0 crashes on the generated bindings in its own language mode; users of the package are in it.
let casekit = Target.target(
    name: "Casekit",
    dependencies: ["CasekitFFI"],
    swiftSettings: [.swiftLanguageMode(.v5)],
    linkerSettings: linking
)

// Tests are not in the package that is handed out.
var tests: [Target] = []
var stub: [Product] = []
if files.fileExists(atPath: here + "/Tests") {
    let blocks = (try? files.contentsOfDirectory(atPath: here + "/Tests"))?.filter { $0.hasPrefix("Readme") } ?? []
    tests = (["Probe", "Bench"] + blocks.sorted()).map {
        .executableTarget(name: $0, dependencies: ["Casekit"], path: "Tests/" + $0)
    }
    tests.append(.target(name: "Stub", path: "Tests/Stub"))
    stub.append(.library(name: "casekit_stub", type: .dynamic, targets: ["Stub"]))
    tests.append(.testTarget(name: "CasekitTests", dependencies: ["Casekit"]))
}

let package = Package(
    name: "Casekit",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "Casekit", targets: ["Casekit"])] + stub,
    targets: [ffi, casekit] + tests,
    swiftLanguageModes: [.v6]
)
