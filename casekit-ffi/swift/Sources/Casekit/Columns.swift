import Foundation

extension Desk {
    /// Cases under a filter, in columns: at most `limit` of them. `after` is the `next` of the columns before. Needs
    /// `read_cases`.
    public func caseColumns(_ query: CasesQuery? = nil, limit: UInt32, after: String? = nil) throws -> CaseColumns {
        CaseColumns(try casesColumns(limit: limit, query, after: after))
    }

    /// Every case under a filter. A page is read at a time, when `body` has been called for all rows of the page
    /// before. Needs `read_cases`.
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
    /// Cases under a filter, in columns: at most `limit` of them. `after` is the `next` of the columns before. Needs
    /// `read_cases`.
    public func caseColumns(
        _ query: CasesQuery? = nil, limit: UInt32, after: String? = nil
    ) async throws -> CaseColumns {
        try await desk.bell.workers.run { [desk] in try desk.caseColumns(query, limit: limit, after: after) }
    }

    /// Every case under a filter. A page is read at a time, when the iteration needs it. Needs `read_cases`.
    public func allCases(_ query: CasesQuery? = nil, pageSize: UInt32 = 500) -> AllCases {
        AllCases(desk: self, query: query, pageSize: pageSize)
    }
}

/// Every case under a filter. A page is read at a time, when the iteration needs it.
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
        /// The page to read when the rows are used up; `nil` after the last page.
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
