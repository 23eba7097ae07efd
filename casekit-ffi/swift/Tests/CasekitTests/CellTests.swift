import Casekit
import Foundation
import XCTest

/// Which values become cells, and what is said of those that cannot.
final class CellTests: XCTestCase {
    private let id = UUID(uuidString: "01A2137C-6DCC-7000-8000-000000000001")!

    private final class Source: DataSource {
        let found: @Sendable () throws -> [DataTable]
        init(_ found: @escaping @Sendable () throws -> [DataTable]) { self.found = found }
        func collect(question: SourceQuestion) throws -> [DataTable] { try found() }
    }

    private func prepared(_ found: @escaping @Sendable () throws -> [DataTable]) throws -> (Desk, CaseId) {
        let kit = try CaseKit.inMemory(options: Options(sources: ["shop": Source(found)]))
        let petra = desk(kit, "petra", .approver)
        let case_ = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi")).id!
        try petra.takeCase(case_)
        try petra.approveIdentification(case_, method: "video call")
        return (petra, case_)
    }

    func testValuesAreCellsOfTheirKindAndAreFoundAsSuch() throws {
        let row: [(any CellValue)?] = [
            "Lamp", Decimal(string: "12.75"), 2, UInt64.max, true, 0.1, Date(timeIntervalSince1970: 1_775_032_200.25),
            DateComponents(year: 1970, month: 1, day: 31), DateComponents(hour: 8, minute: 30), id, Data([0, 255]), nil, Double.nan,
            SourceFile(name: "Brief für Ada.pdf", mediaType: "application/pdf", content: Data("%PDF-".utf8)),
        ]
        let names = (0..<row.count).map { "c\($0)" }
        let (petra, id_) = try prepared { [try DataTable("orders", columns: names, cells: [row])] }
        let report = try petra.prepareData(id_)
        XCTAssertNil(report.failure)
        let kinds: [ColumnKind] = [
            .text, .decimal, .integer, .decimal, .boolean, .real, .timestamp, .date, .time, .uuid, .bytes, .text, .text, .file,
        ]
        XCTAssertEqual(report.tables.first { $0.source == "shop" }?.columns.map(\.kind), kinds)
        let cells: [DataValue] = [
            .text("Lamp"), .text("12.75"), .integer(2), .text("18446744073709551615"), .boolean(true), .real(0.1),
            .text("2026-04-01T08:30:00.250000Z"), .text("1970-01-31"), .text("08:30:00"),
            .text("01a2137c-6dcc-7000-8000-000000000001"), .text("00ff"), .null, .null,
            .text("data:application/pdf;name=Brief%20f%C3%BCr%20Ada.pdf;base64,JVBERi0="),
        ]
        XCTAssertEqual(try petra.previewData(id_, source: "shop", table: "orders").rows, [cells])
        let mixed = try DataTable("t", columns: ["n"], cells: [[1], [Decimal(string: "0.5")], [nil], [0.1]])
        XCTAssertEqual(mixed.columns.map(\.kind), [.decimal])
        XCTAssertEqual(mixed.rows, [[.text("1")], [.text("0.5")], [.null], [.text("0.1")]])
    }

    func testAValueOfAnotherTypeIsNamedWithItsSourceItsColumnAndItsType() throws {
        let (petra, id) = try prepared {
            [try DataTable("orders", columns: ["born"], cells: [[DateComponents(year: 1990, month: 2, day: 3)], ["1990"]])]
        }
        let failure = try XCTUnwrap(try petra.prepareData(id).failure)
        XCTAssertEqual(failure.code, "source_malformed")
        XCTAssertEqual(failure.setting, "sources.shop")
        XCTAssertEqual(failure.responsible, .support)
        for part in ["row `2`", "table `orders`", "column `born`", "`String`", "`DateComponents`"] {
            XCTAssert(failure.hint.contains(part), failure.hint)
        }
    }
}
