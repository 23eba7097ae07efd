import Foundation

/// Cases a column at a time, for who reads many rows at once; each is also a row as `CaseSummary`.
public struct CaseColumns: Sendable, RandomAccessCollection {
    /// Identities.
    public let id: [CaseId]
    /// Numbers, such as `C-000123`.
    public let number: [String]
    /// Names of types.
    public let caseType: [String]
    /// Labels of stages.
    public let stage: [String]
    /// Titles.
    public let title: [String]
    /// Names of customers.
    public let customer: [String?]
    /// Ids of holders.
    public let holder: [String?]
    /// When they were raised.
    public let raisedAt: [Date]
    /// When their newest events happened.
    public let updatedAt: [Date]
    /// Names of workflows.
    public let workflow: [String?]
    /// Codes of what stands in the workflow.
    public let statusCode: [String?]
    /// What the overview shows.
    public let status: [String]
    /// Where the next columns begin: give it as `after`. Nothing if these are the last, and only then: there can be fewer
    /// than asked for, even none, and more behind them.
    public let next: String?

    public var startIndex: Int { 0 }
    public var endIndex: Int { id.count }

    public subscript(row: Int) -> CaseSummary {
        CaseSummary(
            id: id[row], number: number[row], caseType: caseType[row], stage: stage[row], title: title[row],
            customer: customer[row], holder: holder[row], raisedAt: raisedAt[row], updatedAt: updatedAt[row],
            workflow: workflow[row], statusCode: statusCode[row],
            status: status[row])
    }
}

extension Desk {
    /// Cases under a filter, a column each: at most `limit` of them. `after` is the `next` of the columns before.
    /// Needs `read_cases`.
    public func caseColumns(_ query: CasesQuery? = nil, limit: UInt32, after: String? = nil) throws -> CaseColumns {
        CaseColumns(try casesColumns(limit: limit, query, after: after))
    }

    /// Every case under a filter, read a page at a time as `body` goes along. Needs `read_cases`.
    public func forEachCase(_ query: CasesQuery? = nil, pageSize: UInt32 = 500, _ body: (CaseSummary) throws -> Void) throws {
        var after: String?
        repeat {
            let page = try cases(query, page: PageRequest(size: pageSize, after: after))
            try page.rows.forEach(body)
            after = page.next
        } while after != nil
    }
}

extension AsyncDesk {
    /// Cases under a filter, a column each: at most `limit` of them. `after` is the `next` of the columns before.
    /// Needs `read_cases`.
    public func caseColumns(
        _ query: CasesQuery? = nil, limit: UInt32, after: String? = nil
    ) async throws -> CaseColumns {
        try await Workers.shared.run { [desk] in try desk.caseColumns(query, limit: limit, after: after) }
    }

    /// Every case under a filter, read a page at a time as the iteration goes along. Needs `read_cases`.
    public func allCases(_ query: CasesQuery? = nil, pageSize: UInt32 = 500) -> AllCases {
        AllCases(desk: self, query: query, pageSize: pageSize)
    }
}

/// Every case under a filter, read a page at a time as the iteration goes along.
public struct AllCases: AsyncSequence, Sendable {
    public typealias Element = CaseSummary

    fileprivate let desk: AsyncDesk
    fileprivate let query: CasesQuery?
    fileprivate let pageSize: UInt32

    public func makeAsyncIterator() -> Iterator {
        Iterator(all: self, next: PageRequest(size: pageSize))
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let all: AllCases
        fileprivate var rows: ArraySlice<CaseSummary> = []
        /// The page to be read when there are no more rows.
        fileprivate var next: PageRequest?

        fileprivate init(all: AllCases, next: PageRequest?) {
            self.all = all
            self.next = next
        }

        public mutating func next() async throws -> CaseSummary? {
            while rows.isEmpty, let request = next {
                let page = try await all.desk.cases(all.query, page: request)
                rows = page.rows[...]
                next = page.next.map { PageRequest(size: all.pageSize, after: $0) }
            }
            return rows.popFirst()
        }
    }
}

// How the library packs columns: texts each end with U+001F, and U+001E alone is none; instants are microseconds since
// 1970, 8 bytes each, little-endian; ids are 16 bytes each.
extension CaseColumns {
    init(_ packed: PackedCases) {
        let count = Int(packed.count)
        id = ids(packed.id, count)
        number = texts(packed.number, count) { $0 ?? "" }
        caseType = texts(packed.caseType, count) { $0 ?? "" }
        stage = texts(packed.stage, count) { $0 ?? "" }
        title = texts(packed.title, count) { $0 ?? "" }
        customer = texts(packed.customer, count) { $0 }
        holder = texts(packed.holder, count) { $0 }
        raisedAt = dates(packed.raisedAt, count)
        updatedAt = dates(packed.updatedAt, count)
        workflow = texts(packed.workflow, count) { $0 }
        statusCode = texts(packed.statusCode, count) { $0 }
        status = texts(packed.status, count) { $0 ?? "" }
        next = packed.next
    }
}

private func texts<Text>(_ packed: String, _ count: Int, _ text: (String?) -> Text) -> [Text] {
    var packed = packed
    return packed.withUTF8 { bytes in
        var rest = bytes[...]
        return [Text](unsafeUninitializedCapacity: count) { column, filled in
            while filled < count {
                let end = rest.firstIndex(of: 0x1f) ?? rest.endIndex
                let one = UnsafeBufferPointer(rebasing: rest[..<end])
                rest = rest[end...].dropFirst()
                let isNothing = one.count == 1 && one[0] == 0x1e
                column.initializeElement(at: filled, to: text(isNothing ? nil : String(decoding: one, as: UTF8.self)))
                filled += 1
            }
        }
    }
}

private func ids(_ packed: Data, _ count: Int) -> [UUID] {
    packed.withUnsafeBytes { bytes in
        (0..<count).map { UUID(uuid: bytes.loadUnaligned(fromByteOffset: $0 * 16, as: uuid_t.self)) }
    }
}

private func dates(_ packed: Data, _ count: Int) -> [Date] {
    packed.withUnsafeBytes { bytes in
        (0..<count).map { place in
            let micros = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: Int64.self))
            // In the same two steps as a date that comes by itself, so that both are equal.
            let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
            return Date(timeIntervalSince1970: Double(seconds)).addingTimeInterval(Double(rest * 1000) / 1.0e9)
        }
    }
}
