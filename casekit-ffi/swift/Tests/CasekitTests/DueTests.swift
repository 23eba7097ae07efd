import Casekit
import Foundation
import XCTest

/// An application whose clock is moved by hand, and whose webform fails as long as it is down.
private final class Office: Clock, Delivery {
    let time = Shared(Date(timeIntervalSince1970: 1_770_000_000))
    let isDown = Shared(true)
    let keys = Shared<[String]>([])

    func now() throws -> Timestamp { time.now }

    func deliver(outgoing: Outgoing) throws -> Delivered {
        keys.change { $0.append(outgoing.key) }
        if isDown.now {
            throw HostError.transient(code: "webform_down", hint: "wait until it is up again")
        }
        return Delivered(receipt: "R-1")
    }

    func kit() throws -> CaseKit {
        try CaseKit.inMemory(options: Options(deliveries: ["post": self], clock: self))
    }
}

private struct Stuck: Error {}

/// A clock that fails until it is repaired.
private final class BadClock: Clock {
    let isBad = Shared(false)

    func now() throws -> Timestamp {
        if isBad.now { throw Stuck() }
        return Date(timeIntervalSince1970: 1_770_000_000)
    }
}

private func released(_ kit: CaseKit) throws {
    try desk(kit, "ivo", .itAdministrator).changeSettings(SettingsEdit(webform: .host(name: "post")))
    let petra = desk(kit, "petra", .approver)
    let id = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi")).id!
    try petra.takeCase(id)
    try petra.approveIdentification(id, method: "video call")
    _ = try petra.prepareData(id)
    try petra.approveNoData(id, reason: "you are not a customer of ours")
    _ = try petra.release(id)
}

private func failure(_ kit: CaseKit) throws -> FailureView? {
    try desk(kit, "petra", .approver).casesWithErrors().rows.first?.failure
}

/// What the library does by itself, and the task that has it done.
final class DueTests: XCTestCase {
    func testWhatMayPassByItselfIsTriedAgainWhenItSaid() throws {
        let office = Office()
        let kit = try office.kit()
        XCTAssertNil(try kit.runDue().next)
        try released(kit)
        var report = try kit.runDue()
        XCTAssertEqual(report.next, try failure(kit)?.retryAt)
        XCTAssertEqual(report.delivered + report.failed, 0)
        office.time.change { $0 = report.next! }
        report = try kit.runDue()
        XCTAssertEqual(report.failed, 1)
        XCTAssertEqual(try failure(kit)?.attempts, 2)
        office.isDown.change { $0 = false }
        office.time.change { $0 = report.next! }
        report = try kit.runDue()
        XCTAssertEqual(report.delivered, 1)
        XCTAssertEqual(office.keys.now.count, 3)
        XCTAssertEqual(Set(office.keys.now).count, 1)
        XCTAssertNil(try failure(kit))
        office.time.change { $0 = report.next! }
        XCTAssertGreaterThan(try kit.runDue().destroyed, 0)
    }

    func testATaskDoesWhatIsDueUntilItIsCancelled() async throws {
        let office = Office()
        let kit = try office.kit()
        try released(kit)
        let reports = Shared<[DueReport]>([])
        let task = kit.runDueInBackground(atMost: 0.01) { report in reports.change { $0.append(report) } }
        XCTAssertTrue(reports.wait { !$0.isEmpty })
        office.isDown.change { $0 = false }
        office.time.change { $0 = reports.now[0].next! }
        XCTAssertTrue(reports.wait { $0.contains { $0.delivered == 1 } })
        task.cancel()
        await task.value
        XCTAssertNil(try failure(kit))
    }

    func testItLivesThroughAPauseTellsNothingOfItAndEndsWithItsKit() async throws {
        let kit = try CaseKit.open(try folder().appendingPathComponent("cases.db"))
        let (told, failed) = (Shared(0), Shared(0))
        let task = kit.runDueInBackground(
            atMost: 0.01, tell: { _ in told.change { $0 += 1 } }, failed: { _ in failed.change { $0 += 1 } }
        )
        XCTAssertTrue(told.wait { $0 > 0 })
        try kit.suspend()
        // What began before the pause may still be told.
        try await Task.sleep(nanoseconds: 300_000_000)
        let before = told.now
        try await Task.sleep(nanoseconds: 300_000_000)
        XCTAssertEqual(told.now, before)
        try kit.resume()
        XCTAssertTrue(told.wait { $0 > before })
        try kit.close()
        await task.value
        XCTAssertEqual(failed.now, 0)
    }

    func testItKeepsNobodyFromLettingGoOfTheKit() async throws {
        var kit: CaseKit? = try CaseKit.inMemory()
        weak var released = kit
        let told = Shared(0)
        let task = kit!.runDueInBackground(atMost: 3_600) { _ in told.change { $0 += 1 } }
        XCTAssertTrue(told.wait { $0 == 1 })
        kit = nil
        await task.value
        XCTAssertNil(released)
    }

    func testWhatFailsIsToldAndItGoesOn() throws {
        let clock = BadClock()
        let kit = try CaseKit.inMemory(options: Options(clock: clock))
        clock.isBad.change { $0 = true }
        let (told, failed) = (Shared(0), Shared<[String]>([]))
        let task = kit.runDueInBackground(
            atMost: 0.01,
            tell: { _ in told.change { $0 += 1 } },
            failed: { error in failed.change { $0.append((error as? CasekitError)?.code ?? "\(error)") } }
        )
        XCTAssertTrue(failed.wait { $0.first == "callback_failed" })
        clock.isBad.change { $0 = false }
        XCTAssertTrue(told.wait { $0 > 1 })
        task.cancel()
        try kit.close()
    }
}
