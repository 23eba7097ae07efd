import Casekit
import XCTest

final class LanguageTests: XCTestCase {
    private let polish = #"{"language": "pl", "stage.open": "Otwarta", "blocker.held_by_you": "sprawa jest już twoja"}"#

    func testAKitSpeaksGermanAndADeskEnglish() async throws {
        let kit = try CaseKit.inMemory(options: Options(language: .shipped(tag: "de")))
        let german = desk(kit, "amara", .agent)
        XCTAssertEqual([kit.language(), german.language(), german.request("once").language()].map { $0.tag() }, ["de", "de", "de"])
        let raised = try german.raiseCase(NewCase(caseType: "Fehlermeldung", title: "Anmeldung geht nicht"))
        XCTAssertEqual(try german.case(raised.id).stage, "Offen")
        let english = german.inLanguage(try .shipped(tag: "en"))
        XCTAssertEqual(try english.case(raised.id).stage, "Open")
        XCTAssertEqual(try english.case(raised.id).caseType, "Bug report")
        let row = try XCTUnwrap(german.cases().rows.first)
        XCTAssertEqual(row.status, "Offen")
        XCTAssertNil(row.statusCode)
        let ines = desk(kit, "ines", .auditor)
        XCTAssertEqual(try ines.history(.case(raised.id)).rows.first?.text, "hat C-000001 als „Fehlermeldung“ in „Offen“ angelegt")
        // A desk in another language still knows its kit.
        for try await count in english.live.pendingCount() {
            XCTAssertEqual(count, 0)
            break
        }
        let awaited = try await german.async.inLanguage(.shipped(tag: "en")).case(raised.id).stage
        XCTAssertEqual(awaited, "Open")
    }

    func testErrorsAreToldInTheLanguageOfTheDesk() throws {
        let kit = try CaseKit.inMemory()
        let german = desk(kit, "amara", .agent).inLanguage(try .shipped(tag: "de"))
        let invalid = refusal { try german.raiseCase(NewCase(caseType: "Support", title: " ")) }
        let field = try XCTUnwrap(invalid?.fields.first)
        XCTAssertEqual(field.text, "“title” must not be empty")
        XCTAssertEqual(field.text(in: german.language()), "„Titel“ darf nicht leer sein")
        XCTAssertEqual(invalid?.message, field.text(in: german.language()))
        let raised = try german.raiseCase(NewCase(caseType: "Support", title: "Anmeldung geht nicht"))
        try german.takeCase(raised.id)
        let blocker = try XCTUnwrap(refusal { try german.takeCase(raised.id) }?.blockers.first)
        XCTAssertEqual(blocker.code, "held_by_you")
        XCTAssertEqual(blocker.text(in: german.language()), "Sie haben den Fall schon")
        XCTAssertEqual(try Language.shipped(tag: "en").word(group: "role", code: "manager"), "manager")
    }

    func testALanguageOfOnesOwnIsAFile() throws {
        let place = try folder().appendingPathComponent("pl.json")
        try polish.write(to: place, atomically: true, encoding: .utf8)
        let own = try Language.file(at: place)
        XCTAssertEqual(Set(languageKeys()).subtracting(own.missingLabels()), ["stage.open", "blocker.held_by_you"])
        let kit = try CaseKit.inMemory()
        let speaking = desk(kit, "amara", .agent).inLanguage(own)
        let raised = try speaking.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        // What it lacks is said in English.
        XCTAssertEqual(try speaking.case(raised.id).stage, "Otwarta")
        XCTAssertEqual(try speaking.case(raised.id).caseType, "Support")
        XCTAssertEqual(try Language.shipped(tag: "de").missingLabels(), [])
    }

    func testAFaultyFileIsRefusedByItsLineOrItsKey() throws {
        func faulty(_ text: String) -> (code: String, line: UInt64?, key: String?)? {
            guard case .language(let code, _, let line, let key)? = refusal({ try Language.parse(text: text) }) else { return nil }
            return (code, line, key)
        }
        let number = try XCTUnwrap(faulty("{\n\"language\": 3}"))
        XCTAssertTrue(number == ("not_a_table", 2, nil), "\(number)")
        let unknown = try XCTUnwrap(faulty(#"{"language": "pl", "nope": "x"}"#))
        XCTAssertTrue(unknown == ("unknown_key", nil, "nope"), "\(unknown)")
        let lost = try XCTUnwrap(faulty(#"{"language": "pl", "blocker.held_by": "x"}"#))
        XCTAssertTrue(lost == ("missing_argument", nil, "blocker.held_by"), "\(lost)")
        let french = refusal { try Language.shipped(tag: "fr") }
        XCTAssertEqual(french?.code, "not_shipped")
        XCTAssertTrue(french?.message.contains("`fr`") ?? false)
        XCTAssertEqual(refusal { try Language.file(at: URL(fileURLWithPath: "/no such file.json")) }?.code, "unreadable")
    }
}
