import Casekit
import XCTest

/// Search as people type.
final class SearchingTests: XCTestCase {
    private func titles(_ desk: Desk, _ typed: String) throws -> [String] {
        try desk.search(typed).rows.map { $0.case.title }
    }

    func testSearchFindsTextsAsPeopleType() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let typedFor: [String: [String]] = [
            "Wysyłka do Łodzi": ["lodzi", "ŁODZI"],
            "Ferry to Ærø": ["aero", "ærø"],
            "Paket\u{AD}schein": ["paketschein"],
            "snake_case in INV2024-0001": ["snake", "2024-0001"],
            "Don’t send e-mail": ["dont", "don't", "email", "e-mail"],
            "환불을 요청합니다": ["환불 요청"],
            "Thanks 👍🏽": ["👍"],
            "Müller, 030/123 45 67": ["mueller", "0301234567", "+49 30 1234567"],
        ]
        for title in typedFor.keys {
            _ = try amara.raiseCase(NewCase(caseType: "Support", title: title))
        }
        for (title, typed) in typedFor {
            for typed in typed {
                XCTAssertEqual(try titles(amara, typed), [title], typed)
            }
        }
        for typed in ["odzi", "2024-0002", "👎", "0301234568"] {
            XCTAssertEqual(try titles(amara, typed), [], typed)
        }
    }

    func testThePrefixOfCaseNumbersIsNoWord() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        for title in ["Vitamin C", "Vitamin D"] {
            _ = try amara.raiseCase(NewCase(caseType: "Support", title: title))
        }
        XCTAssertEqual(try titles(amara, "vitamin c"), ["Vitamin C"])
        XCTAssertEqual(try titles(amara, "C-000002"), ["Vitamin D"])
    }
}
