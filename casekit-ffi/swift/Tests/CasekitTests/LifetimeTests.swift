import Casekit
import XCTest

final class LifetimeTests: XCTestCase {
    func testAClosedKitAnswersClosedAndClosingAgainDoesNothing() throws {
        let kit = try CaseKit.open(folder().appendingPathComponent("cases.db"))
        let amara = desk(kit, "amara", .agent)
        try kit.close()
        try kit.close()
        XCTAssertEqual(refusal { try amara.cases() }?.code, "closed")
        XCTAssertEqual(refusal { try amara.raiseCase(NewCase(caseType: "Support", title: "x")) }?.code, "closed")
        XCTAssertEqual(refusal { try kit.poll() }?.code, "closed")
        XCTAssertEqual(refusal { try kit.resume() }?.code, "closed")
        XCTAssertEqual(refusal { try desk(kit, "ben", .agent).cases() }?.code, "closed")
        kit.observe { _ in }.end()
    }

    func testADeskWorksOnWhenItsKitWentOutOfScope() async throws {
        let amara: Desk
        do {
            amara = desk(try CaseKit.open(folder().appendingPathComponent("cases.db")), "amara", .agent)
        }
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Still here"))
        XCTAssertEqual(try amara.case(raised.id).title, "Still here")
        var list = amara.request("r-1").live.cases().makeAsyncIterator()
        let rows = try await list.next()?.rows
        XCTAssertEqual(rows?.count, 1)
    }

    func testTheFileIsLetGoWhenEverythingIsGone() async throws {
        let file = try folder().appendingPathComponent("cases.db")
        do {
            let kit = try CaseKit.open(file)
            for try await _ in desk(kit, "amara", .agent).live.cases() { break }
            XCTAssertFalse(try handles(on: file).isEmpty)
        }
        // The thread that read last may hold on for a moment.
        let end = Date(timeIntervalSinceNow: 20)
        while try !handles(on: file).isEmpty, Date() < end { await Task.yield() }
        XCTAssertEqual(try handles(on: file), [])
    }

    func testASuspendedKitHoldsNoFile() throws {
        let file = try folder().appendingPathComponent("cases.db")
        let kit = try CaseKit.open(file)
        let amara = desk(kit, "amara", .agent)
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        XCTAssertFalse(try handles(on: file).isEmpty)
        try kit.suspend(wait: 1)
        XCTAssertEqual(try handles(on: file), [])
        XCTAssertEqual(refusal { try amara.case(raised.id) }?.code, "suspended")
        try kit.resume()
        XCTAssertEqual(try amara.case(raised.id).title, "Cannot log in")
    }

    func testManyThreadsUseOneDesk() throws {
        let kit = try CaseKit.open(folder().appendingPathComponent("cases.db"), options: Options(durability: .normal))
        let amara = desk(kit, "amara", .agent)
        let numbers = Shared<Set<String>>([])
        let failures = Shared<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for place in 0..<25 {
                do {
                    let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "\(thread)/\(place)"))
                    try amara.addNote(raised.id, "Called.")
                    let title = try amara.case(raised.id).title
                    XCTAssertEqual(title, "\(thread)/\(place)")
                    numbers.change { _ = $0.insert(raised.number) }
                } catch {
                    failures.change { $0.append("\(error)") }
                }
            }
        }
        XCTAssertEqual(failures.now, [])
        XCTAssertEqual(numbers.now.count, 200)
        XCTAssertEqual(try amara.caseColumns(limit: 1000).count, 200)
    }

    /// What this process holds open of a file and what belongs to it.
    private func handles(on file: URL) throws -> [String] {
        let folder = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { handle in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + handle)
            return target.flatMap { $0.contains(file.lastPathComponent) && $0.contains(file.deletingLastPathComponent().lastPathComponent) ? $0 : nil }
        }
    }
}
