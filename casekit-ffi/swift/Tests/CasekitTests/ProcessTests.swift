import Foundation
import XCTest

@testable import Casekit

/// What is seen from outside a process.
final class ProcessTests: XCTestCase {
    private struct Seen {
        let status: Int32
        let out: String
        let err: String
    }

    /// Where the programs of this package lie: beside its tests.
    private let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    private func run(
        _ program: String, _ arguments: [String] = [], in folder: URL? = nil, library: URL? = nil
    ) throws -> Seen {
        let process = Process()
        process.executableURL = programs.appendingPathComponent(program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        if let library {
            process.environment = ProcessInfo.processInfo.environment.merging(["LD_LIBRARY_PATH": library.path]) { $1 }
        }
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let said = Shared(Data())
        let reader = Thread { said.change { $0 = err.fileHandleForReading.readDataToEndOfFile() } }
        reader.start()
        let told = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        while !reader.isFinished { usleep(1000) }
        return Seen(
            status: process.terminationStatus, out: String(decoding: told, as: UTF8.self),
            err: String(decoding: said.now, as: UTF8.self))
    }

    func testWhateverFailsAnAccountNumberIsInNoErrorAndOnNoOutput() throws {
        let planted = "GB33BUKB20201555555555"
        let seen = try run("Probe", ["leak", planted])
        XCTAssertEqual(seen.status, 0, seen.out + seen.err)
        XCTAssertTrue(seen.out.hasSuffix("done\n"), seen.out)
        XCTAssertTrue(seen.out.contains("incident"), "the panics were told: \(seen.out)")
        XCTAssertTrue(seen.err.contains("incident"), "the place of a panic is told: \(seen.err)")
        XCTAssertFalse(seen.out.contains(planted), seen.out)
        // What callbacks throw is logged whole, for whoever runs the application; nothing else may say it.
        let log = seen.err.split(separator: "\n").filter { $0.contains("casekit: the application's `") }
        XCTAssertFalse(log.isEmpty, seen.err)
        let rest = seen.err.split(separator: "\n").filter { !log.contains($0) }
        XCTAssertFalse(rest.contains { $0.contains(planted) }, seen.err)
    }

    func testALibraryOfAnotherVersionIsRefusedWithASentence() throws {
        XCTAssertEqual(try run("Probe", ["open"]).out, "opened\n")
        let folder = try folder()
        try FileManager.default.copyItem(
            at: programs.appendingPathComponent("libcasekit_stub.so"),
            to: folder.appendingPathComponent("libcasekit_ffi.so"))
        let seen = try run("Probe", ["open"], library: folder)
        XCTAssertEqual(seen.status, 0, seen.err)
        XCTAssertTrue(seen.out.hasPrefix("wrong_library: "), seen.out)
        XCTAssertTrue(seen.out.contains("`999`"), seen.out)
    }

    func testTheVersionOfThisLibraryIsTheOneThatIsExpected() throws {
        XCTAssertNoThrow(try Version.check())
        XCTAssertEqual(refusal { try Version.check(library: 999) }?.code, "wrong_library")
    }

    /// Each block of Swift in the READMEs is a program of this package.
    func testTheProgramsOfTheReadmesRun() throws {
        // Beside the built ones may lie programs of blocks that are gone.
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let blocks = try FileManager.default.contentsOfDirectory(atPath: sources.path)
            .filter { $0.wholeMatch(of: /Readme[A-Za-z]+[0-9]+/) != nil }
        XCTAssertFalse(blocks.isEmpty)
        for block in blocks.sorted() {
            let seen = try run(block, in: folder())
            XCTAssertEqual(seen.status, 0, "\(block): \(seen.out)\(seen.err)")
            XCTAssertEqual(seen.err, "", block)
        }
    }
}
