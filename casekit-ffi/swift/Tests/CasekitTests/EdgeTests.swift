import Foundation
import XCTest

@testable import Casekit

private let planted = "GB33BUKB20201555555555"

/// Waits in `scope` for as long as it is shut.
private final class Door: Authorizer {
    let isShut = Shared(false)
    let inside = Shared(0)

    func scope(actor: Actor) throws -> Scope {
        inside.change { $0 += 1 }
        // However long that is: who waits for the other kit must not be the last to give up.
        while !isShut.wait(until: { !$0 }) {}
        return Scope(cases: .all, internalNotes: true)
    }

    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool { false }
}

private struct Broken: Error {}

/// A source that throws what it is told to.
private final class Shop: DataSource {
    let thrown: any Error
    init(_ thrown: any Error) { self.thrown = thrown }
    func collect(question: SourceQuestion) throws -> [DataTable] { throw thrown }
}

/// Where casekit meets the rest of Swift: threads of callbacks, URLs, what is printed and what is logged, closing.
final class EdgeTests: XCTestCase {
    func testCallbacksThatHangInOneKitHoldUpNoOther() async throws {
        let door = Door()
        let stuck = try CaseKit.inMemory(options: Options(authorizer: door))
        let free = try CaseKit.inMemory()
        door.isShut.change { $0 = true }
        // More calls than a kit has threads.
        let waiting = (0..<80).map { _ in Task { try await desk(stuck, "amara", .agent).async.cases().rows.count } }
        XCTAssertTrue(door.inside.wait { $0 >= 64 })
        let answered = Shared<Int?>(nil)
        let reading = Task {
            let rows = try await desk(free, "ben", .agent).async.cases().rows.count
            answered.change { $0 = rows }
            for try await page in desk(free, "ben", .agent).live.cases() { return page.rows.count }
            return -1
        }
        XCTAssertTrue(answered.wait { $0 == 0 }, "the other kit waits")
        door.isShut.change { $0 = false }
        let live = try await reading.value
        XCTAssertEqual(live, 0)
        for call in waiting {
            let rows = try await call.value
            XCTAssertEqual(rows, 0)
        }
    }

    func testAURLThatIsNotOfAFileIsRefusedByName() throws {
        let there = FileManager.default.currentDirectoryPath
        let url = try XCTUnwrap(URL(string: "https://example.org\(there)/never.db"))
        let kit = try CaseKit.inMemory()
        for refused in [
            refusal { try CaseKit.open(url) }, refusal { try kit.backup(to: url) }, refusal { try Language.file(at: url) },
        ] {
            XCTAssertEqual(refused?.code, "invalid")
            XCTAssertEqual(refused?.fields.map(\.field), ["url"])
            XCTAssertEqual(refused?.fields.map(\.code), ["malformed"])
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: there + "/never.db"))
    }

    func testAccountNumbersAndCredentialsAreNotPrinted() throws {
        let kit = try CaseKit.inMemory()
        let mona = desk(kit, "mona", .manager)
        let account = NewBankAccount(bank: "Bank", number: planted)
        let ada = NewCustomer(name: "Ada Obi", bankAccounts: [account])
        let request = NewRequest(
            requestRef: "WEB-1", requester: "Ada Obi", credentials: [NewCredential(kind: "password", value: planted)])
        let customer = try mona.createCustomer(ada).id
        XCTAssertEqual(try mona.customer(customer).bankAccounts[0].number, planted)
        let shown: [Any] = [
            account, ada, request, try mona.customer(customer), BankAccountEdit(number: planted), request.credentials,
            OutgoingKind.code(code: planted, validUntil: Date()), OutgoingKind.message(text: planted, answerRef: "A-1"),
            OutgoingKind.package(fileName: "a.zip", outcome: "data_released", sha256: "00", bytes: Data(planted.utf8)),
        ]
        for one in shown {
            var dumped = ""
            dump(one, to: &dumped)
            for text in [String(describing: one), String(reflecting: one), "\(one)", dumped] {
                XCTAssertFalse(text.contains(planted), text)
            }
        }
        XCTAssertEqual("\(NewCredential(kind: "password", value: planted))", #"NewCredential(kind: "password", value: …)"#)
    }

    func testWhatACallbackThrowsIsLoggedUnlessItIsMeant() throws {
        let bug = try said(whileCollectingThrows: Broken())
        XCTAssertTrue(bug.contains("the application's `collect` failed") && bug.contains("Broken"), bug)
        let meant = try said(whileCollectingThrows: HostError.transient(code: "crm_busy", hint: "try 100 % later"))
        XCTAssertFalse(meant.contains("collect"), meant)
    }

    /// What stands on standard error after a source threw.
    private func said(whileCollectingThrows thrown: any Error) throws -> String {
        let kit = try CaseKit.inMemory(options: Options(sources: ["crm": Shop(thrown)]))
        let petra = desk(kit, "petra", .approver)
        let id = try XCTUnwrap(try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi")).id)
        try petra.takeCase(id)
        try petra.approveIdentification(id, method: "video call")
        let log = try folder().appendingPathComponent("stderr.txt")
        let kept = dup(2)
        let file = open(log.path, O_CREAT | O_WRONLY, 0o600)
        dup2(file, 2)
        defer {
            dup2(kept, 2)
            close(kept)
            close(file)
        }
        XCTAssertNotNil(try petra.prepareData(id).failure)
        return try String(contentsOf: log, encoding: .utf8)
    }

    func testAClosedKitGivesDesksThatSaySoAndItsListsEnd() async throws {
        let kit = try CaseKit.inMemory()
        let before = desk(kit, "amara", .agent)
        var list = before.live.cases().makeAsyncIterator()
        _ = try await list.next()
        try kit.close()
        let last = try await list.next()
        XCTAssertNil(last)
        for one in [before, desk(kit, "ben", .agent)] {
            XCTAssertEqual(refusal { try one.cases() }?.code, "closed")
            for try await _ in one.live.cases() { XCTFail("a closed kit delivers nothing") }
            for try await _ in one.live.changes() { XCTFail("a closed kit has no news") }
        }
        kit.observe { _ in XCTFail("a closed kit rings for nobody") }
    }

    func testACheckTellsHowFarItHasComeAndCanBeEnded() async throws {
        let kit = try CaseKit.inMemory()
        _ = try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "One"))
        let told = Shared<[CheckProgress]>([])
        let report = try kit.check { soFar in
            told.change { $0.append(soFar) }
            return true
        }
        XCTAssertEqual(report, try kit.check())
        XCTAssertEqual(told.now.first, CheckProgress(parts: 1, pages: 0))
        XCTAssertGreaterThan(told.now.count, 1)
        XCTAssertEqual(refusal { try kit.check { _ in false } }?.code, "cancelled")
        XCTAssertThrowsError(try kit.check { _ in throw Broken() }) { XCTAssertTrue($0 is Broken) }
        let asked = Shared(0)
        _ = try await kit.async.check { _ in asked.change { $0 += 1 } }
        XCTAssertEqual(asked.now, told.now.count)
    }

    func testAKitThatPollsByItselfHearsOfWhatAnotherCommits() throws {
        let file = try folder().appendingPathComponent("cases.db")
        let (here, there) = (try CaseKit.open(file), try CaseKit.open(file))
        let told = Shared(0)
        here.observe { _ in told.change { $0 += 1 } }
        let polling = try here.poll(every: 0.001)
        _ = try desk(there, "ben", .agent).raiseCase(NewCase(caseType: "Support", title: "From elsewhere"))
        XCTAssertTrue(told.wait { $0 > 0 })
        polling.end()
        XCTAssertEqual(refusal { try here.poll(every: -1) }?.fields.map(\.field), ["interval"])
    }

    func testAnObserverNeedNotBeKept() throws {
        let kit = try CaseKit.inMemory()
        let told = Shared(0)
        kit.observe { _ in told.change { $0 += 1 } }
        _ = try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "One"))
        XCTAssertTrue(told.wait { $0 > 0 })
    }

    func testTheObserversOfAReleasedKitAreReleased() throws {
        final class Ear: Observer {
            func changed(cursor: String) throws {}
        }
        weak var gone: Ear?
        do {
            let kit = try CaseKit.inMemory()
            let ear = Ear()
            gone = ear
            kit.observe(ear)
        }
        let end = Date(timeIntervalSinceNow: 20)
        while gone != nil, Date() < end { Thread.sleep(forTimeInterval: 0.01) }
        XCTAssertNil(gone)
    }
}
