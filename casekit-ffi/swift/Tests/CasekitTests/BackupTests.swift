import Casekit
import Foundation
import XCTest

final class BackupTests: XCTestCase {
    /// A file of some mebibytes, whose copy takes several steps.
    private func filled(_ folder: URL) throws -> CaseKit {
        let path = folder.appendingPathComponent("cases.db")
        let kit = try CaseKit.open(path, options: Options(durability: .normal))
        let amara = desk(kit, "amara", .agent)
        for place in 0..<60 {
            let text = String(repeating: "x", count: 50_000)
            try amara.raiseCase(NewCase(caseType: "Support", title: "Case \(place)", description: text))
        }
        return kit
    }

    private func backups(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("backup") }
    }

    func testABackupIsAFileLikeTheOriginalMadeWhileOthersWrite() throws {
        let folder = try folder()
        let kit = try filled(folder)
        let amara = desk(kit, "amara", .agent)
        let to = folder.appendingPathComponent("backup.db")
        let told = Shared<[BackupProgress]>([])
        try kit.backup(to: to) { soFar in
            told.change { $0.append(soFar) }
            try amara.raiseCase(NewCase(caseType: "Support", title: "Meanwhile"))
            return true
        }
        XCTAssertGreaterThan(told.now.count, 2)
        XCTAssertEqual(told.now.last?.copied, told.now.last?.total)
        let copy = try CaseKit.open(to, options: Options(untrusted: true))
        XCTAssertFalse(try copy.check().wipePending)
        XCTAssertEqual(try desk(copy, "amara", .agent).cases(nil, page: PageRequest(size: 500)).rows.count, 60)
        XCTAssertEqual(refusal { try kit.backup(to: to) }?.code, "exists")
    }

    func testABackupThatIsEndedLeavesNothing() throws {
        struct OfTheApplication: Error {}
        let folder = try folder()
        let kit = try filled(folder)
        let to = folder.appendingPathComponent("backup.db")
        XCTAssertEqual(refusal { try kit.backup(to: to) { _ in false } }?.code, "cancelled")
        XCTAssertThrowsError(try kit.backup(to: to) { _ in throw OfTheApplication() }) { error in
            XCTAssertTrue(error is OfTheApplication)
        }
        XCTAssertEqual(try backups(in: folder), [])
    }

    func testCancellingATaskEndsItsBackup() async throws {
        let folder = try folder()
        let kit = try filled(folder)
        let to = folder.appendingPathComponent("backup.db")
        let begun = Shared(false)
        let goesOn = Shared(false)
        let backup = Task {
            try await kit.async.backup(to: to) { _ in
                begun.change { $0 = true }
                _ = goesOn.wait { $0 }
            }
        }
        XCTAssertTrue(begun.wait { $0 })
        backup.cancel()
        goesOn.change { $0 = true }
        do {
            try await backup.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {
        }
        // It ends within a mebibyte; closing waits for it.
        try kit.close()
        XCTAssertEqual(try backups(in: folder), [])
    }

    func testNumbersOfARestoredFileGoOnFromTheFloor() throws {
        let folder = try folder()
        let to = folder.appendingPathComponent("backup.db")
        let old = try filled(folder)
        try old.backup(to: to)
        let oldDesk = desk(old, "amara", .agent)
        let before = try oldDesk.changesSince().cursor
        try oldDesk.raiseCase(NewCase(caseType: "Support", title: "Behind the backup"))
        let behind = try oldDesk.changesSince(before).cursor
        let kit = try CaseKit.open(to, options: Options(restored: Restored(numberFloor: 1_000)))
        let amara = desk(kit, "amara", .agent)
        XCTAssertEqual(refusal { try amara.changesSince(behind) }?.code, "cursor_not_of_this_store")
        XCTAssertEqual(try amara.changesSince(before).changes.map(\.code), ["restored"])
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "After"))
        XCTAssertEqual(raised.number, "C-001000")
        let missing = folder.appendingPathComponent("none.db")
        XCTAssertEqual(refusal { try CaseKit.open(missing, options: Options(restored: Restored())) }?.code, "missing")
    }
}
