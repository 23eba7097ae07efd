import Casekit
import XCTest

final class PendingTests: XCTestCase {
    func testPendingIsForWhoeverHasNoBlocker() throws {
        let kit = try CaseKit.inMemory()
        let (petra, quin) = (desk(kit, "petra", .approver), desk(kit, "quin", .approver))
        try desk(kit, "mona", .manager).createCaseType(
            NewCaseType(name: "Two pairs of eyes", workflow: "Data request, four eyes"))
        let raised = try petra.raiseCase(NewCase(caseType: "Two pairs of eyes", title: "Everything about me")).id
        try petra.takeCase(raised)
        XCTAssertEqual([try petra.myPendingCount(), try quin.myPendingCount()], [1, 0])
        try petra.approveIdentification(raised, method: "video call", checked: ["passport"])
        try petra.approveNoData(raised, reason: "by phone")
        XCTAssertEqual(try petra.myPendingCases().rows, [])
        XCTAssertEqual([try petra.myPendingCount(), try quin.myPendingCount()], [0, 1])
        XCTAssertEqual(try quin.myPendingCases().rows.map(\.id), [raised])
    }
}
