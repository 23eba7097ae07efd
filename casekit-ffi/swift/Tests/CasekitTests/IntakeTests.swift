import Casekit
import XCTest

/// A request that the webform hands in brings fields and tags.
final class IntakeTests: XCTestCase {
    func testARequestBringsFieldsAndTags() throws {
        let kit = try CaseKit.inMemory()
        let (amara, mona) = (desk(kit, "amara", .agent), desk(kit, "mona", .manager))
        let meter = NewField(label: "Meter", kind: .text, required: true, forCustomer: true)
        let cause = NewField(label: "Cause", kind: .text, required: true)
        _ = try mona.editCaseType(
            mona.caseType("Data request").id, CaseTypeEdit(fields: [meter, cause]))
        func request(_ tags: [String]) -> NewRequest {
            let given = GivenField(field: "meter", value: .text("4711"))
            return NewRequest(requestRef: "WEB-1", requester: "Ada Obi", tags: tags, fields: [given])
        }
        let received = try amara.receiveRequest(request(["web", "power"]))
        let found = try amara.case(XCTUnwrap(received.id))
        XCTAssertEqual(found.fields.map(\.text), ["4711", nil])
        XCTAssertEqual(Set(found.tags), ["power", "web"])
        let again = try amara.receiveRequest(request(["power", "web"]))
        XCTAssertEqual(again.id, received.id)
        XCTAssertTrue(again.replayed)

        let rain = [GivenField(field: "Cause", value: .text("rain"))]
        let refused = refusal {
            try amara.receiveRequest(NewRequest(requestRef: "WEB-2", requester: "Ada Obi", fields: rain))
        }
        XCTAssertEqual(refused?.fields.map(\.field), ["fields[0].field", "fields.meter"])
    }
}
