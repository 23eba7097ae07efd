import Casekit
import XCTest

final class ListTests: XCTestCase {
    private func kit(cases: Int) throws -> (CaseKit, Desk) {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .manager)
        let ada = try amara.createCustomer(NewCustomer(name: "Ada Obi"))
        for place in 1...max(1, cases) where cases > 0 {
            try amara.raiseCase(
                NewCase(caseType: "Support", title: "Case \(place)", customer: place % 2 == 0 ? ada.id : nil))
        }
        return (kit, amara)
    }

    func testPagesLeadFromOneToTheNext() throws {
        let (_, amara) = try kit(cases: 7)
        var seen: [String] = []
        var after: String?
        var pages = 0
        repeat {
            let page = try amara.cases(CasesQuery(direction: .ascending), page: PageRequest(size: 3, after: after))
            seen += page.rows.map(\.title)
            after = page.next
            pages += 1
        } while after != nil
        XCTAssertEqual(seen, (1...7).map { "Case \($0)" })
        XCTAssertEqual(pages, 3)
        XCTAssertEqual(refusal { try amara.cases(page: PageRequest(size: 0)) }?.code, "invalid")
        XCTAssertEqual(refusal { try amara.cases(page: PageRequest(size: 501)) }?.code, "invalid")
    }

    func testAllCasesAreReadAsTheLoopGoes() async throws {
        let (_, amara) = try kit(cases: 7)
        var titles: [String] = []
        for try await row in amara.async.allCases(CasesQuery(direction: .ascending), pageSize: 2) {
            titles.append(row.title)
            if titles.count == 5 { break }
        }
        XCTAssertEqual(titles, (1...5).map { "Case \($0)" })
        var count = 0
        try amara.forEachCase(pageSize: 3) { _ in count += 1 }
        XCTAssertEqual(count, 7)
        var empty = 0
        for try await _ in amara.async.allCases(CasesQuery(stages: ["Closed"])) { empty += 1 }
        XCTAssertEqual(empty, 0)
    }

    func testColumnsAreTheSameRows() throws {
        let (_, amara) = try kit(cases: 9)
        try amara.takeCase(amara.findCase("C-3").id)
        let page = try amara.cases(page: PageRequest(size: 9))
        let columns = try amara.caseColumns(limit: 5)
        XCTAssertEqual(Array(columns), Array(page.rows.prefix(5)))
        XCTAssertEqual(columns.title, page.rows.prefix(5).map(\.title))
        let rest = try amara.caseColumns(limit: 500, after: columns.next)
        XCTAssertEqual(Array(rest), Array(page.rows.dropFirst(5)))
        XCTAssertNil(rest.next)
        // What comes packed is what comes row by row.
        for row in page.rows {
            let whole = try amara.case(row.id)
            XCTAssertEqual(row.number, whole.number)
            XCTAssertEqual(row.customer, whole.customerName)
            XCTAssertEqual(row.holder, whole.holder?.by)
            XCTAssertEqual(row.raisedAt, whole.raisedAt)
            XCTAssertEqual(row.updatedAt, whole.updatedAt)
        }
        let holder = try XCTUnwrap(page.rows.first { $0.number == "C-000003" }).holder
        XCTAssertEqual(holder, "amara")
        XCTAssertEqual(try amara.caseColumns(CasesQuery(stages: ["Closed"]), limit: 10).count, 0)
    }

    func testRowsCanBeKeptAsJson() throws {
        let (_, amara) = try kit(cases: 2)
        let page = try amara.cases()
        XCTAssertEqual(try JSONDecoder().decode(CasePage.self, from: JSONEncoder().encode(page)), page)
        let view = try amara.case(page.rows[0].id)
        XCTAssertEqual(try JSONDecoder().decode(CaseView.self, from: JSONEncoder().encode(view)), view)
    }

    func testTextInEveryScriptComesBackAsItWent() throws {
        let (_, amara) = try kit(cases: 0)
        let texts = [
            "返金はいつですか", "استرداد الأموال", "Straße & Größe", "e\u{301} is not é", "👩‍👩‍👧‍👦 family", "\u{FEFF}with a mark", "a\u{200D}b", "🏳️‍🌈",
        ]
        for text in texts {
            let raised = try amara.raiseCase(NewCase(caseType: "Support", title: text, description: text + "\n\t" + text))
            let seen = try amara.case(raised.id)
            XCTAssertEqual(Array(seen.description!.unicodeScalars), Array((text + "\n\t" + text).unicodeScalars))
            XCTAssertEqual(try amara.cases(page: PageRequest(size: 1)).rows[0].title, seen.title)
            let note = try amara.addNote(raised.id, text)
            let read = try XCTUnwrap(amara.thread(raised.id).rows.first { $0.id == note.id }?.text)
            XCTAssertEqual(Array(read.unicodeScalars), Array(text.unicodeScalars))
        }
        XCTAssertEqual(try amara.search("返金").rows.count, 2)
    }
}

final class TimeTests: XCTestCase {
    /// Tells whatever time it is set to.
    private final class Hands: Clock {
        let time: Shared<Date>
        init(_ time: Shared<Date>) { self.time = time }
        func now() throws -> Timestamp { time.now }
    }

    func testInstantsAreKeptToTheMicrosecond() throws {
        let micros: [Int64] = [
            1_767_323_045_678_901, 1_767_323_045_000_001, 1_767_323_045_999_999, 0, 1, 999_999, 4_102_444_800_123_456,
            -1, -500_000, -999_999, -1_000_000, -1_000_001, -1_500_000, -86_400_000_001, -9_300_000_000_000_000, 9_300_000_000_000_000,
        ]
        for micro in micros {
            let date = Date(timeIntervalSince1970: Double(micro) / 1.0e6)
            let kit = try CaseKit.inMemory(options: Options(clock: Hands(Shared(date))))
            let amara = desk(kit, "amara", .agent)
            let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "On time"))
            let columns = try amara.caseColumns(limit: 1)
            XCTAssertEqual(columns.raisedAt, [try amara.cases().rows[0].raisedAt])
            for seen in [try amara.case(raised.id).raisedAt, try amara.cases().rows[0].raisedAt] {
                XCTAssertEqual((seen.timeIntervalSince1970 * 1.0e6).rounded(), Double(micro))
            }
            // What came back finds it again: it is not a hair later or earlier.
            let seen = try amara.case(raised.id).raisedAt
            XCTAssertEqual(try amara.cases(CasesQuery(raisedFrom: seen)).rows.count, 1, "\(micro)")
            XCTAssertEqual(try amara.cases(CasesQuery(raisedBefore: seen)).rows.count, 0, "\(micro)")

            let mona = desk(kit, "mona", .manager)
            let old = NewCase(caseType: "Support", title: "Imported")
            let report = try mona.importItems([.case(ImportCase(case: old, at: date, by: "u-9"))])
            let id = try XCTUnwrap(report.results[0].case)
            XCTAssertEqual(try mona.case(id).raisedAt, seen)
        }
    }

    func testTheFirstAndTheLastYear() throws {
        // A `Date` of these years is exact to some 30 microseconds.
        for date in [Date(timeIntervalSince1970: -62_135_596_800), .distantFuture, Date(timeIntervalSince1970: 253_402_300_799)] {
            let kit = try CaseKit.inMemory(options: Options(clock: Hands(Shared(date))))
            let amara = desk(kit, "amara", .agent)
            let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Far"))
            XCTAssertEqual(try amara.case(raised.id).raisedAt, date)
            XCTAssertEqual(try amara.caseColumns(limit: 1).raisedAt, [date])
            XCTAssertEqual(try amara.cases(CasesQuery(raisedFrom: date)).rows.count, 1)
        }
    }

    func testAnInstantThatCannotBeIsRefused() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let beyond = [
            Date.distantPast.addingTimeInterval(-1), Date(timeIntervalSince1970: 253_402_300_800), Date(timeIntervalSince1970: .nan),
            Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: -.infinity),
            Date(timeIntervalSince1970: .greatestFiniteMagnitude),
        ]
        for date in beyond {
            let wrong = refusal { try amara.cases(CasesQuery(raisedFrom: date)) }?.fields
            XCTAssertEqual(wrong?.map(\.field), ["raised_from"])
            XCTAssertEqual(wrong?.map(\.code), ["instant_out_of_range"])
            let live = amara.live.cases(CasesQuery(raisedFrom: date))
            let refused = await refusal { for try await _ in live {} }
            XCTAssertEqual(refused?.code, "invalid")
        }
    }

    func testAWaitThatCannotBeIsRefused() throws {
        let path = try folder().appendingPathComponent("cases.db").path
        for wait in [-1, -0.001, .nan, .infinity, -.infinity, 86_400.5, TimeInterval.greatestFiniteMagnitude] {
            let opening = refusal { try CaseKit.open(path, options: Options(busyTimeout: wait)) }
            XCTAssertEqual(opening?.fields.map(\.field), ["busy_timeout"], "\(wait)")
            let kit = try CaseKit.inMemory()
            XCTAssertEqual(refusal { try kit.suspend(wait: wait) }?.fields.map(\.field), ["wait"], "\(wait)")
        }
        try CaseKit.open(path, options: Options(busyTimeout: 86_400)).close()
    }
}
