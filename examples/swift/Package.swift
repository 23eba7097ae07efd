// swift-tools-version:6.0
import PackageDescription

// The script `run` puts the package of casekit in place first.
let package = Package(
    name: "Quickstart",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "Casekit", path: "../../target/swift-package")],
    targets: [.executableTarget(name: "Quickstart", dependencies: ["Casekit"])],
    swiftLanguageModes: [.v6]
)
