import Casekit
import XCTest

/// People have names: on screens and in the history.
final class PeopleTests: XCTestCase {
    func testPeopleHaveNamesBesideTheirIds() throws {
        let kit = try CaseKit.inMemory()
        let ada = kit.desk(Actor(id: "u-17", name: "Ada Obi", roles: [.agent]))
        let mona = desk(kit, "mona", .manager)
        let id = try ada.raiseCase(NewCase(caseType: "Support", title: "Cannot log in")).id
        try ada.takeCase(id)
        try ada.addNote(id, "Called.")
        let view = try mona.case(id)
        XCTAssertEqual([view.raisedBy, view.raisedByName], ["u-17", "Ada Obi"])
        XCTAssertEqual([view.holder?.by, view.holder?.name], ["u-17", "Ada Obi"])
        let row = try mona.cases().rows[0]
        XCTAssertEqual([row.holder, row.holderName], ["u-17", "Ada Obi"])
        let note = try mona.thread(id).rows[0]
        XCTAssertEqual([note.author, note.authorName], ["u-17", "Ada Obi"])
        let entries = try mona.history(.case(id)).rows
        XCTAssertEqual(Set(entries.map(\.actorName)), ["Ada Obi"])

        // Another name is entered with the next command, and shown at once.
        try kit.desk(Actor(id: "u-17", name: "Ada Lund", roles: [.agent])).addNote(id, "Called again.")
        XCTAssertEqual(try mona.case(id).raisedByName, "Ada Lund")
    }

    func testADirectoryIsFilledAheadCorrectedAndRead() throws {
        let kit = try CaseKit.inMemory()
        let mona = desk(kit, "mona", .manager)
        let both = [PersonName(id: "u-17", name: "Ada Obi"), PersonName(id: "u-18", name: "Ada Obi")]
        XCTAssertEqual(try mona.namePeople(people: both).events, 2)
        XCTAssertEqual(try mona.namePeople(people: [both[0], PersonName(id: "u-18", name: "Bea Ito")]).events, 1)
        XCTAssertEqual(try mona.people().rows.map(\.name), ["Ada Obi", "Bea Ito"])
        let bea = try mona.person("u-18")
        XCTAssertEqual(bea.name, "Bea Ito")
        XCTAssertEqual(bea.revision, 2)
        let history = try mona.history(.person(bea.entry)).rows
        XCTAssertEqual(history.map(\.code), ["person_entered", "person_renamed"])
        XCTAssertEqual(refusal { try desk(kit, "ben", .agent).namePeople(people: both) }?.code, "forbidden")
    }
}
