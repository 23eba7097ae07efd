import Casekit
import XCTest

final class FirstDayTests: XCTestCase {
    func testHello() throws {
        let kit = try CaseKit.inMemory()
        let desk = kit.desk(Actor(id: "amara", name: "Amara Okafor", roles: [.agent]))
        let raised = try desk.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        XCTAssertEqual(try desk.case(raised.id).title, "Cannot log in")
    }
}
