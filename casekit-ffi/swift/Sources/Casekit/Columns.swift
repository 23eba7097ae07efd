import Foundation

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
