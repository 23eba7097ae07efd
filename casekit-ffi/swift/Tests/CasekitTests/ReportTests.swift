import Casekit
import Foundation
import XCTest

/// Reports that are followed and ended.
final class ReportTests: XCTestCase {
    private struct OfTheApplication: Error {}

    /// A listener that fails.
    private final class Failing: ReportListener {
        func progress(progress: ReportProgress) throws -> Bool { throw OfTheApplication() }
    }

    typealias Follow = @Sendable (ReportProgress) throws -> Bool

    /// A manager's desk at a kit with three cases, and one of them.
    private func filled() throws -> (CaseKit, Desk, CaseId) {
        let kit = try CaseKit.inMemory()
        let ids = try (1...3).map { number in
            try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "Case \(number)")).id
        }
        return (kit, desk(kit, "mona", .manager), ids[0])
    }

    func testAReportTellsHowFarItHasCome() async throws {
        let (_, mona, id) = try filled()
        let told = Shared<[ReportProgress]>([])
        let follow: Follow = { soFar in
            told.change { $0.append(soFar) }
            return true
        }
        XCTAssertFalse(try mona.overviewCsv(progress: follow).isEmpty)
        XCTAssertEqual(told.now, [ReportProgress(rows: 0, of: 3), ReportProgress(rows: 3, of: 3)])
        let made: [() throws -> Data] = [
            { try mona.overviewPdf(CasesQuery(stages: ["Open"]), progress: follow).bytes },
            { try mona.casePdf(id, progress: follow).bytes },
            { try mona.customerCopyPdf(id, progress: follow).bytes },
        ]
        for make in made {
            told.change { $0 = [] }
            XCTAssertFalse(try make().isEmpty)
            XCTAssertEqual(told.now.first?.rows, 0)
            XCTAssertGreaterThan(told.now.last?.rows ?? 0, 0)
        }
        let failed = await refusal { try await mona.async.overviewCsv(listener: Failing()) }
        XCTAssertTrue(failed?.underlyingError is OfTheApplication)
    }

    func testTheOverviewIsCsvForPeopleOrForProgramsAndAWorkbook() throws {
        let kit = try CaseKit.inMemory()
        _ = try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "=1+1;@SUM(1)"))
        let mona = desk(kit, "mona", .manager)
        let people = String(decoding: try mona.overviewCsv(form: CsvForm(separator: .semicolon)), as: UTF8.self)
        XCTAssert(people.hasPrefix("number;title;") && people.contains("\"'=1+1;'@SUM(1)\""), people)
        let programs = String(decoding: try mona.overviewCsv(form: CsvForm(readers: .programs)), as: UTF8.self)
        XCTAssert(programs.contains(",=1+1;@SUM(1),"), programs)
        let workbook = try mona.overviewXlsx()
        XCTAssertEqual(workbook, try mona.overviewXlsx())
        XCTAssertEqual(workbook.prefix(2), Data("PK".utf8))
    }

    func testAPaperHasATimeZoneASizeAndSaysWhatNoFontHas() throws {
        let (kit, mona, _) = try filled()
        let raised = try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "שלום"))
        let letter = Paper(zone: "Europe/Berlin", size: .letter)
        let printed = try mona.casePdf(raised.id, paper: letter).printed
        XCTAssertEqual(printed.rows, 1)
        XCTAssertEqual(printed.missing.map(\.script), ["Hebrew"])
        XCTAssertEqual(printed.missing.first?.characters, 4)
        let sizes = try [Paper?.none, letter].map { try mona.overviewPdf(paper: $0).bytes }
        XCTAssertNotEqual(sizes[0], sizes[1])
        let refused = refusal { try mona.overviewPdf(paper: Paper(zone: "Europe/Berln")) }
        XCTAssertEqual(refused?.code, "zone_unknown")
        XCTAssertTrue("\(String(describing: refused))".contains("Europe/Berlin"))
    }

    func testTextsTellInstantsByTheClocksOfTheKit() throws {
        let kit = try CaseKit.inMemory(options: Options(timeZone: "Europe/Berlin"))
        let mona = desk(kit, "mona", .manager)
        let id = try mona.raiseCase(NewCase(caseType: "Support", title: "Lamp")).id
        let at = try XCTUnwrap(ISO8601DateFormatter().date(from: "2036-07-01T22:15:00Z"))
        try mona.followUp(id, at: at, remark: nil)
        let history = try mona.history(.case(id)).rows
        XCTAssertTrue(try XCTUnwrap(history.last).text.contains("2036-07-02 00:15"))
    }

    func testAReportThatIsEndedLeavesNoFileAndWhatWasThereIsThereStill() throws {
        let (_, mona, id) = try filled()
        let folder = try folder()
        let file = folder.appendingPathComponent("report")
        try Data("yesterday's".utf8).write(to: file)
        let made: [(@escaping Follow) throws -> Void] = [
            { _ = try mona.overviewCsvTo(file.path, progress: $0) },
            { _ = try mona.overviewPdfTo(file.path, progress: $0) },
            { _ = try mona.overviewXlsxTo(file.path, progress: $0) },
            { try mona.casePdfTo(id, path: file.path, progress: $0) },
            { try mona.customerCopyPdfTo(id, path: file.path, progress: $0) },
            { _ = try mona.overviewCsv(progress: $0) },
            { _ = try mona.overviewPdf(progress: $0) },
            { _ = try mona.overviewXlsx(progress: $0) },
            { _ = try mona.casePdf(id, progress: $0) },
            { _ = try mona.customerCopyPdf(id, progress: $0) },
        ]
        for make in made {
            XCTAssertEqual(refusal { try make { _ in false } }?.code, "cancelled")
            XCTAssertThrowsError(try make { _ in throw OfTheApplication() }) { error in
                XCTAssertTrue(error is OfTheApplication)
            }
            XCTAssertEqual(try Data(contentsOf: file), Data("yesterday's".utf8))
            XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["report"])
        }
        let failed = refusal { try mona.overviewPdf(listener: Failing()) }
        XCTAssertEqual(failed?.code, "callback_failed")
        XCTAssertTrue(failed?.underlyingError is OfTheApplication)
    }
}
