@testable import Casekit
import XCTest


final class LiveTests: XCTestCase {
    private func raise(_ desk: Desk, _ title: String) throws -> CaseId {
        try desk.raiseCase(NewCase(caseType: "Support", title: title)).id
    }

    func testAListIsDeliveredAgainWhenACommitTouchedIt() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        var list = amara.live.cases(CasesQuery(stages: ["Open"])).makeAsyncIterator()
        let first = try await list.next()
        XCTAssertEqual(first?.rows, [])
        let id = try raise(amara, "Cannot log in")
        let second = try await list.next()
        XCTAssertEqual(second?.rows.map(\.title), ["Cannot log in"])
        try amara.takeCase(id)
        let third = try await list.next()
        XCTAssertEqual(third?.rows, [])
    }

    func testASlowConsumerGetsTheNewestOnly() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        var list = amara.live.cases().makeAsyncIterator()
        _ = try await list.next()
        for place in 1...50 {
            _ = try raise(amara, "Case \(place)")
        }
        let next = try await list.next()
        XCTAssertEqual(next?.rows.count, 50, "fifty commits are one delivery")
        // And nothing is left over: what comes next is the next commit.
        _ = try raise(amara, "Case 51")
        let last = try await list.next()
        XCTAssertEqual(last?.rows.first?.title, "Case 51")
    }

    func testACommitThatTouchesSomethingElseDeliversNothing() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let id = try raise(amara, "Mine")
        var thread = amara.live.thread(id).makeAsyncIterator()
        let first = try await thread.next()
        XCTAssertEqual(first?.rows, [])
        let other = try raise(amara, "Another")
        try amara.addNote(other, "Not of this thread")
        let waiting = Task { [thread] in
            var thread = thread
            return try await thread.next()
        }
        try amara.addNote(id, "Of this thread")
        let rows = try await waiting.value?.rows
        XCTAssertEqual(rows?.map(\.text), ["Of this thread"])
    }

    func testEveryKindOfListIsLive() async throws {
        let kit = try CaseKit.inMemory()
        let petra = desk(kit, "petra", .approver)
        let ivo = desk(kit, "ivo", .itAdministrator)
        var count = petra.live.pendingCount().makeAsyncIterator()
        var mine = petra.live.myPendingCases().makeAsyncIterator()
        var failures = ivo.live.failures().makeAsyncIterator()
        let none = try await (count.next(), mine.next(), failures.next())
        XCTAssertEqual(none.0, 0)
        XCTAssertEqual(none.1?.rows, [])
        XCTAssertEqual(none.2?.rows, [])
        let raised = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi"))
        let some = try await (count.next(), mine.next())
        XCTAssertEqual(some.0, 1)
        XCTAssertEqual(some.1?.rows.map(\.number), [raised.number!])
        var summary = petra.live.summary(raised.id!).makeAsyncIterator()
        let before = try await summary.next()
        XCTAssertNil(before?.case.holder)
        try petra.takeCase(raised.id!)
        let after = try await summary.next()
        XCTAssertEqual(after?.case.holder?.by, "petra")
    }

    func testChangesComeInOrderFromACursorOn() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let cursor = try amara.changesSince().cursor
        var changes = amara.live.changes(since: cursor).makeAsyncIterator()
        let id = try raise(amara, "Cannot log in")
        let first = try await changes.next()
        XCTAssertEqual(first?.changes.map(\.code), ["case_raised"])
        try amara.takeCase(id)
        try amara.addNote(id, "Called.")
        var codes: [String] = []
        while codes.count < 3, let news = try await changes.next() {
            codes += news.changes.map(\.code)
        }
        XCTAssertEqual(codes.first, "case_taken")
        XCTAssertEqual(codes.last, "note_added")
    }

    func testEndingTheIterationFreesIt() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let live = amara.live.cases()
        XCTAssertEqual(live.waiting, 0)
        for try await _ in live { break }
        XCTAssertEqual(live.waiting, 0)
        do {
            var list = live.makeAsyncIterator()
            _ = try await list.next()
            XCTAssertEqual(live.waiting, 1)
        }
        XCTAssertEqual(live.waiting, 0)
        // The same list can be watched anew.
        var list = live.makeAsyncIterator()
        let again = try await list.next()
        XCTAssertEqual(again?.rows, [])
    }

    func testACancelledTaskEndsItsIteration() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let live = amara.live.cases()
        let deliveries = Shared(0)
        let task = Task {
            for try await _ in live { deliveries.change { $0 += 1 } }
        }
        XCTAssertTrue(deliveries.wait { $0 == 1 })
        task.cancel()
        try await task.value
        XCTAssertEqual(live.waiting, 0)
    }

    func testAClosedKitEndsIt() async throws {
        let kit = try CaseKit.inMemory()
        let live = desk(kit, "amara", .agent).live.cases()
        var list = live.makeAsyncIterator()
        _ = try await list.next()
        let waiting = Task { [list] in
            var list = list
            return try await list.next()
        }
        try kit.close()
        let last = try await waiting.value
        XCTAssertNil(last)
    }

    func testASuspendedKitLetsListsWait() async throws {
        let kit = try CaseKit.open(folder().appendingPathComponent("cases.db"))
        let amara = desk(kit, "amara", .agent)
        var list = amara.live.cases().makeAsyncIterator()
        _ = try await list.next()
        try kit.suspend()
        let waiting = Task { [list] in
            var list = list
            return try await list.next()
        }
        try kit.resume()
        _ = try raise(amara, "After the pause")
        let rows = try await waiting.value?.rows
        XCTAssertEqual(rows?.map(\.title), ["After the pause"])
    }

    func testAnotherProcessIsSeenAfterPoll() async throws {
        let file = try folder().appendingPathComponent("cases.db")
        let kit = try CaseKit.open(file)
        let other = try CaseKit.open(file)
        var list = desk(kit, "amara", .agent).live.cases().makeAsyncIterator()
        _ = try await list.next()
        _ = try raise(desk(other, "ben", .agent), "From elsewhere")
        XCTAssertTrue(try kit.poll())
        let rows = try await list.next()?.rows
        XCTAssertEqual(rows?.map(\.title), ["From elsewhere"])
        XCTAssertFalse(try kit.poll())
    }

    func testAnObserverIsToldUntilItsSubscriptionEnds() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let told = Shared<[String]>([])
        let subscription = kit.observe { cursor in told.change { $0.append(cursor) } }
        _ = try raise(amara, "One")
        XCTAssertTrue(told.wait { !$0.isEmpty })
        subscription.end()
        subscription.end()
        let other = Shared(0)
        let second = kit.observe { _ in other.change { $0 += 1 } }
        let before = told.now.count
        _ = try raise(amara, "Two")
        XCTAssertTrue(other.wait { $0 > 0 })
        XCTAssertEqual(told.now.count, before)
        second.end()
    }
}
