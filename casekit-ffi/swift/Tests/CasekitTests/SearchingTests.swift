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

    func testMakingTheSearchAnewIsFollowedAndEnded() throws {
        struct OfTheApplication: Error {}
        let whole = Follower { _ in true }
        try CaseKit.open(ofOtherRules(), options: Options(searchProgress: whole)).close()
        XCTAssertEqual(whole.told.now.first?.made, 0)
        XCTAssertEqual(whole.told.now.last?.made, whole.told.now.last?.total)
        let steps = whole.told.now.count

        let file = try ofOtherRules()
        let ending = Follower { _ in false }
        let ended = refusal { try CaseKit.open(file, options: Options(searchProgress: ending)) }
        XCTAssertEqual(ended?.code, "cancelled")
        XCTAssertEqual(ending.told.now.map(\.made), [0])
        // It goes on behind the first step. At the last one there is nothing left to end, and the caller hears of it all the same.
        let failing = Follower { count in
            if count == steps - 1 { throw OfTheApplication() }
            return true
        }
        let failed = refusal { try CaseKit.open(file, options: Options(searchProgress: failing)) }
        XCTAssertEqual(failed?.code, "callback_failed")
        XCTAssertTrue(failed?.underlyingError is OfTheApplication)
        let idle = Follower { _ in true }
        try CaseKit.open(file, options: Options(searchProgress: idle)).close()
        XCTAssertEqual(idle.told.now, [], "it is made")
    }
}

/// Follows the making of a search; `answer` is given how often it was told.
private final class Follower: SearchListener {
    let told = Shared<[SearchProgress]>([])
    private let answer: @Sendable (Int) throws -> Bool

    init(_ answer: @escaping @Sendable (Int) throws -> Bool) { self.answer = answer }

    func progress(progress: SearchProgress) throws -> Bool {
        let count = told.change { told in
            told.append(progress)
            return told.count
        }
        return try answer(count)
    }
}
