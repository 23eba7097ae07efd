import Casekit
import XCTest

/// A case is found by what a person holds.
final class FindingTests: XCTestCase {
    func testANumberIsTakenAsPeopleWriteItWithThePrefixOfItsOwnCase() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        for text in ["C-000001", "c1", "C\u{2011}1", "C–000001", "#1", "１", "C-1.", "C-\u{200B}1"] {
            XCTAssertEqual(try amara.findCase(text).id, raised.id, text)
        }
        for text in ["WEB-1", "INV-1", "C-2", "nothing"] {
            XCTAssertEqual(refusal { try amara.findCase(text) }?.code, "not_found", text)
            XCTAssertTrue(try amara.findCases(text).isEmpty, text)
        }
    }

    func testAllMatchesAreAnsweredAndFindCaseNamesTheChoices() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let first = try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        let asked = try amara.receiveRequest(NewRequest(requestRef: "1", requester: "Ada Obi"))
        let found = try amara.findCases("1")
        XCTAssertEqual(found.first { $0.case.id == first.id }?.by, [.number])
        XCTAssertEqual(found.first { $0.case.id == asked.id }?.by, [.requestReference])
        XCTAssertEqual(found.count, 2)
        let refused = refusal { try amara.findCase("1") }
        XCTAssertEqual(refused?.fields.map(\.rule), [.ambiguous(choices: ["C-000001", "C-000002"])])
    }

    func testARowSaysWhoseItIsAndWhereItStands() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let bo = try amara.createCustomer(NewCustomer(name: "Bo Li")).id
        let raised = try amara.raiseCase(
            NewCase(caseType: "Support", title: "Cannot log in", stage: "In Progress", customer: bo))
        let asked = try amara.receiveRequest(
            NewRequest(requestRef: "WEB-1", requester: "Ada Obi", replyTo: "ada@example.org"))
        let rows = try amara.cases().rows
        let row = try XCTUnwrap(rows.first { $0.id == raised.id })
        let view = try amara.case(raised.id)
        XCTAssertEqual(row.customerId, bo)
        XCTAssertEqual(row.customer, "Bo Li")
        XCTAssertNil(row.requester)
        XCTAssertEqual(row.caseTypeId, view.caseTypeId)
        XCTAssertEqual(row.stageId, "in_progress")
        XCTAssertEqual(row.categoryCode, "active")
        XCTAssertEqual(row.revision, view.revision)
        XCTAssertEqual(rows.first { $0.id == asked.id }?.requester, "Ada Obi")
        XCTAssertEqual(try amara.search("ada@example.org").rows.map(\.case.id), [asked.id].compactMap { $0 })
        XCTAssertEqual(Set(try amara.caseColumns(limit: 10).customerId), [bo, nil])
    }

    func testCustomersAreFoundByWhatTheySayOfThemselves() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let ada = try amara.createCustomer(
            NewCustomer(
                name: "Ada Obi", email: "ada.obi@example.org", phone: "+49 (0)151 2345678",
                externalReference: "CRM-0077"))
        _ = try amara.createCustomer(NewCustomer(name: "Bo Li", phone: "030 5550-1234"))
        for text in ["ada", "ada.obi@example.org", "0151/2345678", "0049 151 2345678", "crm-0077"] {
            XCTAssertEqual(try amara.customers(text).rows.map(\.id), [ada.id], text)
        }
        XCTAssertEqual(try amara.customers("+49 30 55501234").rows.map(\.name), ["Bo Li"])
        XCTAssertTrue(try amara.customers("+48 151 2345678").rows.isEmpty)
        let row = try amara.customers("ada").rows[0]
        XCTAssertEqual(row.email, "ada.obi@example.org")
        XCTAssertEqual(row.phone, "+49 (0)151 2345678")
    }

    func testTheIdOfSomethingElseSaysSo() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let customer = try amara.createCustomer(NewCustomer(name: "Ada Obi")).id
        let refused = refusal { try amara.case(customer) }
        XCTAssertTrue(refused?.message.contains("that is the id of a customer") ?? false)
    }
}
