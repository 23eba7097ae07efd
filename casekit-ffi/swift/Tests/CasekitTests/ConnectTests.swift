import Casekit
import Foundation
import XCTest

/// A kit on a PostgreSQL database.
final class ConnectTests: XCTestCase {
    /// A server of the tests' own, which ends with this object.
    private final class Server {
        let address: String
        private let process = Process()
        private let input = Pipe()

        init() throws {
            let output = Pipe()
            process.executableURL = ofTheProject("casekit-postgres/scripts/server")
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            var said = ""
            // One line, and it is all that this reads: the script goes on.
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
                said.append(Character(UnicodeScalar(byte)))
            }
            try XCTSkipIf(said.isEmpty, "there is no PostgreSQL here")
            address = said
        }

        deinit {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    func testTwoHostsHaveTheSameCases() async throws {
        let server = try Server()
        let database = DatabaseOptions(schema: "two_hosts")
        let one = try CaseKit.connect(server.address, database: database)
        let other = try await AsyncKit.connect(server.address, database: database, options: Options(create: false))
        let id = try desk(one, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "Cannot log in")).id
        XCTAssertEqual(try desk(other, "ines", .auditor).case(id).title, "Cannot log in")
        try one.close()
        try other.close()

        func code(_ url: String, _ options: Options = Options()) -> String? {
            refusal { try CaseKit.connect(url, options: options) }?.code
        }
        XCTAssertEqual(code("mysql://localhost/office"), "missing")
        XCTAssertEqual(code("postgres://casekit@127.0.0.1:1/office"), "unavailable")
        XCTAssertEqual(code("\(server.address)?schema=nobody_made_it", Options(create: false)), "missing")
        XCTAssertEqual(code("\(server.address)?schema=pg_catalog"), "unsupported")
        XCTAssertEqual(code(server.address, Options(readOnly: true)), "unsupported")
    }
}
