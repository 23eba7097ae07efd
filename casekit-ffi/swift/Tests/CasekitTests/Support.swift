import Casekit
import Foundation
import XCTest

/// Somebody's desk in a kit.
func desk(_ kit: CaseKit, _ id: String, _ role: Role) -> Desk {
    kit.desk(Actor(id: id, name: id, roles: [role]))
}

/// What a call was refused with.
func refusal<T>(
    file: StaticString = #filePath, line: UInt = #line, _ call: () throws -> T
) -> CasekitError? {
    do {
        _ = try call()
        XCTFail("it was not refused", file: file, line: line)
    } catch let error as CasekitError {
        return error
    } catch {
        XCTFail("\(type(of: error)): \(error)", file: file, line: line)
    }
    return nil
}

/// What an `async` call was refused with.
func refusal<T>(
    file: StaticString = #filePath, line: UInt = #line, _ call: () async throws -> T
) async -> CasekitError? {
    do {
        _ = try await call()
        XCTFail("it was not refused", file: file, line: line)
    } catch let error as CasekitError {
        return error
    } catch {
        XCTFail("\(type(of: error)): \(error)", file: file, line: line)
    }
    return nil
}

extension XCTestCase {
    /// An empty folder that is gone after the test, by its whole path.
    func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
        return folder
    }

    /// A copy of a file whose search was made by other text rules, as `casekit-ffi/scripts/other-rules` makes it: opening it makes
    /// the search anew.
    func ofOtherRules() throws -> URL {
        let file = try folder().appendingPathComponent("cases.db")
        try FileManager.default.copyItem(at: ofTheProject("target/hosts/other-rules.db"), to: file)
        return file
    }
}

/// A file of the project that is found from the folder where the package was assembled, such as `casekit-ffi/api.txt`.
func ofTheProject(_ path: String) -> URL {
    var above = URL(fileURLWithPath: #filePath)
    var file = above
    repeat {
        above.deleteLastPathComponent()
        file = above.appendingPathComponent(path)
    } while !FileManager.default.fileExists(atPath: file.path) && above.path != "/"
    return file
}

/// A value that several threads set and read.
final class Shared<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    var now: Value { condition.withLock { value } }

    @discardableResult
    func change<T>(_ change: (inout Value) -> T) -> T {
        condition.withLock {
            defer { condition.broadcast() }
            return change(&value)
        }
    }

    /// Waits until the value is as wanted, for 20 seconds at most; says whether it is.
    func wait(until wanted: (Value) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: 20)
        return condition.withLock {
            while !wanted(value) {
                guard condition.wait(until: end) else { return wanted(value) }
            }
            return true
        }
    }
}

/// Pages of memory that this process has.
func residentPages() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return Int(text.split(separator: " ")[1]) ?? 0
}
