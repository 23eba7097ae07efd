import Casekit
import XCTest

/// Customer cases: configure, raise, work on, look at.
final class FirstDayTests: XCTestCase {
    func testADayWithCustomerCases() throws {
        let kit = try CaseKit.open(folder().appendingPathComponent("cases.db"))
        let amara = desk(kit, "amara", .agent)
        let ben = desk(kit, "ben", .agent)
        let mona = desk(kit, "mona", .manager)
        let ines = desk(kit, "ines", .auditor)

        // Configure.
        XCTAssertTrue(try amara.caseTypes().map(\.name).contains("Enquiries"))
        let refunds = try mona.createCaseType(
            NewCaseType(
                name: "Refunds",
                stages: [
                    NewStage(label: "New", category: .open),
                    NewStage(label: "With the bank", customerLabel: "In progress", category: .waiting),
                    NewStage(label: "Paid", category: .resolved),
                ]))
        XCTAssertEqual(refusal { try amara.deactivateCaseType(refunds.id) }?.code, "forbidden")

        // A customer and their profile.
        let ada = try amara.createCustomer(
            NewCustomer(
                name: "Ada Obi", gender: .female, maritalStatus: .married,
                nextOfKin: [NewNextOfKin(name: "Chidi Obi", relationship: "husband")],
                bankAccounts: [NewBankAccount(bank: "First Bank", number: "GB33BUKB20201555555555")],
                externalReference: "CRM-77"))
        try amara.updateCustomer(ada.id, CustomerEdit(employmentStatus: .selfEmployed))
        let seen = try amara.customer(ada.id)
        XCTAssertEqual(seen.employmentStatus, .selfEmployed)
        XCTAssertNil(seen.bankAccounts[0].number)
        XCTAssertEqual(try mona.customer(ada.id).bankAccounts[0].number, "GB33BUKB20201555555555")

        // Raise a case: every wrong field first, and nothing is written.
        let wrong = try amara.validateCase(NewCase(caseType: "Enquiry", title: " "))
        XCTAssertEqual(Set(wrong.map(\.field)), ["case_type", "title"])
        let raised = try amara.raiseCase(
            NewCase(
                caseType: "Enquiries", title: "Where is my refund?", description: "Ordered in May.",
                customer: ada.id))
        XCTAssertEqual(raised.number, "C-000001")

        // Work on it.
        try amara.takeCase(raised.id)
        XCTAssertEqual(refusal { try ben.takeCase(raised.id) }?.by, "amara")
        let note = try amara.addNote(raised.id, "Called, no answer.")
        try ben.reply(to: note.id, "Reached her at 14:10.")
        try amara.addNote(raised.id, "We have sent you the form.", visibility: .customer)
        XCTAssertEqual(try amara.thread(raised.id).rows.map(\.depth), [0, 1, 0])
        try amara.editCase(raised.id, CaseEdit(caseType: "Refunds", stage: "Paid", title: "Refund of order 4711"))
        XCTAssertEqual(refusal { try amara.editCase(raised.id, CaseEdit(stage: "New")) }?.blockers.map(\.code), ["reason_needed"])
        try amara.editCase(raised.id, CaseEdit(stage: "New", reason: "The bank sent it back."))

        // Find it again.
        XCTAssertEqual(try amara.interactions(ada.id).rows.map(\.title), ["Refund of order 4711"])
        XCTAssertEqual(try amara.cases(CasesQuery(stages: ["New"])).rows.map(\.number), ["C-000001"])
        XCTAssertEqual(try amara.counts(by: .stage, CasesQuery(stages: ["New"])).map(\.count), [1])
        XCTAssertNotNil(try amara.search("reached 14").rows.first?.note)
        XCTAssertEqual(try amara.findCase("c-1").stage, "New")

        // Who did what, and that nothing was altered.
        XCTAssertFalse(try ines.history(.case(raised.id)).rows.isEmpty)
        let head = try ines.auditHead()
        XCTAssertNil(try ines.verify(kept: [head]).broken)

        // What it looked like.
        let now = try ines.case(raised.id)
        XCTAssertEqual(try ines.caseAt(raised.id, moment: .position(head.position)).summary.case, now)
        let first = try ines.caseAt(raised.id, moment: .revision(1)).summary
        XCTAssertEqual(first.case.title, "Where is my refund?")
        XCTAssertNil(first.case.holder)
        let thread = try ines.threadAt(raised.id, moment: .instant(now.updatedAt)).rows
        XCTAssertEqual(thread.map(\.depth), [0, 1, 0])
        let before = now.raisedAt.addingTimeInterval(-60)
        XCTAssertEqual(refusal { try ines.caseAt(raised.id, moment: .instant(before)) }?.code, "invalid")
        try kit.close()
    }
}
