import Casekit
import Foundation
import XCTest

/// A clock that is moved by hand.
private final class Watch: Clock {
    let time = Shared(ISO8601DateFormatter().date(from: "2026-09-21T09:00:00Z")!)

    func now() throws -> Timestamp { time.now }

    func pass(days: Double) { time.change { $0 += days * 86_400 } }
}

/// When a case is due and why.
final class DeadlineTests: XCTestCase {
    private let watch = Watch()

    func testADeadlineIsPausedExtendedAndExplained() throws {
        let kit = try CaseKit.inMemory(options: Options(clock: watch))
        let mona = desk(kit, "mona", .manager)
        try mona.editWorkflow(mona.workflow("Data request").id, WorkflowEdit(deadlines: ["uk_gdpr"]))
        let petra = desk(kit, "petra", .approver)
        let id = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi")).id!
        try petra.takeCase(id)
        try petra.approveIdentification(id, method: "video call")
        XCTAssertEqual(try petra.case(id).dueAt, ISO8601DateFormatter().date(from: "2026-10-21T22:59:59Z"))
        try petra.pauseDeadlines(id, pause: NewPause(reason: "clarification"))
        XCTAssertNil(try petra.case(id).dueAt)
        watch.pass(days: 3)
        try petra.resumeDeadlines(id, resumption: NewResumption())
        try petra.extendDeadline(id, extension: NewExtension(reason: "four hundred boxes of paper"))
        let explained = try XCTUnwrap(petra.explainDeadlines(id).first)
        XCTAssertEqual(explained.timeZone, "Europe/London")
        XCTAssertEqual(explained.changes.last?.to, explained.dueAt)
        XCTAssertTrue(Set(explained.steps.map(\.kind)).isSuperset(of: ["started", "paused", "extended", "due"]))
    }

    func testWhatIsDueIsListedAndTold() throws {
        let kit = try CaseKit.inMemory(options: Options(clock: watch))
        let mona = desk(kit, "mona", .manager)
        let petra = desk(kit, "petra", .approver)
        let timed = [NewTimedMove(from: "Resolved", to: "Closed", afterDays: 14)]
        try mona.editCaseType(mona.caseType("Support").id, CaseTypeEdit(deadlines: ["eu_gdpr"], timedMoves: timed))
        let received = watch.time.now - 60 * 86_400
        let late = try petra.raiseCase(NewCase(caseType: "Support", title: "Leak", receivedAt: received)).id
        let fresh = try petra.raiseCase(NewCase(caseType: "Support", title: "Roof")).id
        let query = CasesQuery(due: .any, sort: .due, direction: .ascending)
        XCTAssertEqual(try petra.cases(query).rows.map(\.dueCode), ["overdue", "running"])
        XCTAssertEqual(try petra.cases(CasesQuery(due: .overdue)).rows.map(\.id), [late])
        XCTAssertEqual(try kit.runDue().told, 1)
        try petra.editCase(fresh, CaseEdit(stage: "Resolved"))
        try petra.followUp(late, at: watch.time.now + 86_400, remark: "ask the roofer")
        watch.pass(days: 15)
        XCTAssertEqual(try kit.runDue().told, 2)
        XCTAssertEqual(try petra.case(fresh).stageId, "closed")
    }
}
