import Foundation

extension Desk {
    /// Makes the overview as `overviewPdf(_:listener:paper:)` does, and calls a closure with the progress, which ends it by returning
    /// `false` or by throwing; what it throws is thrown to the caller.
    public func overviewPdf(
        _ query: CasesQuery? = nil, paper: Paper? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> PrintedPdf {
        try followed(progress) { try overviewPdf(query, listener: $0, paper: paper) }
    }

    /// Writes the overview as `overviewPdfTo(_:_:listener:paper:)` does, and calls a closure with the progress, which ends it by
    /// returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func overviewPdfTo(
        _ path: String, _ query: CasesQuery? = nil, paper: Paper? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Printed {
        try followed(progress) { try overviewPdfTo(path, query, listener: $0, paper: paper) }
    }

    /// Makes the overview as `overviewCsv(_:form:listener:)` does, and calls a closure with the progress, which ends it by
    /// returning `false` or by throwing; what it throws is thrown to the caller.
    public func overviewCsv(
        _ query: CasesQuery? = nil, form: CsvForm? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Data {
        try followed(progress) { try overviewCsv(query, form: form, listener: $0) }
    }

    /// Writes the overview as `overviewCsvTo(_:_:form:listener:)` does, and calls a closure with the progress, which ends it by
    /// returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func overviewCsvTo(
        _ path: String, _ query: CasesQuery? = nil, form: CsvForm? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> UInt64 {
        try followed(progress) { try overviewCsvTo(path, query, form: form, listener: $0) }
    }

    /// Makes the overview as `overviewXlsx(_:listener:)` does, and calls a closure with the progress, which ends it by returning
    /// `false` or by throwing; what it throws is thrown to the caller.
    public func overviewXlsx(
        _ query: CasesQuery? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Data {
        try followed(progress) { try overviewXlsx(query, listener: $0) }
    }

    /// Writes the overview as `overviewXlsxTo(_:_:listener:)` does, and calls a closure with the progress, which ends it by
    /// returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func overviewXlsxTo(
        _ path: String, _ query: CasesQuery? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> UInt64 {
        try followed(progress) { try overviewXlsxTo(path, query, listener: $0) }
    }

    /// Makes the list of stuck cases as `stuckCasesCsv(by:_:form:listener:)` does, and calls a closure with the progress, which ends
    /// it by returning `false` or by throwing; what it throws is thrown to the caller.
    public func stuckCasesCsv(
        by: StuckBy, _ query: CasesQuery? = nil, form: CsvForm? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Data {
        try followed(progress) { try stuckCasesCsv(by: by, query, form: form, listener: $0) }
    }

    /// Writes the list of stuck cases as `stuckCasesCsvTo(_:by:_:form:listener:)` does, and calls a closure with the progress, which
    /// ends it by returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func stuckCasesCsvTo(
        _ path: String, by: StuckBy, _ query: CasesQuery? = nil, form: CsvForm? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> UInt64 {
        try followed(progress) { try stuckCasesCsvTo(path, by: by, query, form: form, listener: $0) }
    }

    /// Makes the list of stuck cases as `stuckCasesXlsx(by:_:listener:)` does, and calls a closure with the progress, which ends
    /// it by returning `false` or by throwing; what it throws is thrown to the caller.
    public func stuckCasesXlsx(
        by: StuckBy, _ query: CasesQuery? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Data {
        try followed(progress) { try stuckCasesXlsx(by: by, query, listener: $0) }
    }

    /// Writes the list of stuck cases as `stuckCasesXlsxTo(_:by:_:listener:)` does, and calls a closure with the progress, which
    /// ends it by returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func stuckCasesXlsxTo(
        _ path: String, by: StuckBy, _ query: CasesQuery? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> UInt64 {
        try followed(progress) { try stuckCasesXlsxTo(path, by: by, query, listener: $0) }
    }

    /// Makes the paper of a case as `casePdf(_:listener:paper:)` does, and calls a closure with the progress, which ends it by
    /// returning `false` or by throwing; what it throws is thrown to the caller.
    public func casePdf(
        _ case: CaseId, paper: Paper? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> PrintedPdf {
        try followed(progress) { try casePdf(`case`, listener: $0, paper: paper) }
    }

    /// Writes the paper of a case as `casePdfTo(_:path:listener:paper:)` does, and calls a closure with the progress, which ends it
    /// by returning `false` or by throwing; what it throws is thrown to the caller, and nothing of the file is left.
    @discardableResult
    public func casePdfTo(
        _ case: CaseId, path: String, paper: Paper? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Printed {
        try followed(progress) { try casePdfTo(`case`, path: path, listener: $0, paper: paper) }
    }

    /// Makes the paper of a case for its customer as `customerCopyPdf(_:listener:paper:)` does, and calls a closure with the
    /// progress, which ends it by returning `false` or by throwing; what it throws is thrown to the caller.
    public func customerCopyPdf(
        _ case: CaseId, paper: Paper? = nil, progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> PrintedPdf {
        try followed(progress) { try customerCopyPdf(`case`, listener: $0, paper: paper) }
    }

    /// Writes the paper of a case for its customer as `customerCopyPdfTo(_:path:listener:paper:)` does, and calls a closure with
    /// the progress, which ends it by returning `false` or by throwing; what it throws is thrown to the caller, and nothing of
    /// the file is left.
    @discardableResult
    public func customerCopyPdfTo(
        _ case: CaseId, path: String, paper: Paper? = nil,
        progress: @escaping @Sendable (ReportProgress) throws -> Bool
    ) throws -> Printed {
        try followed(progress) { try customerCopyPdfTo(`case`, path: path, listener: $0, paper: paper) }
    }

    private func followed<Answer>(
        _ progress: @escaping @Sendable (ReportProgress) throws -> Bool, _ make: (ReportListener) throws -> Answer
    ) throws -> Answer {
        let reader = Reader(progress)
        do {
            return try make(reader)
        } catch let error as CasekitError {
            throw reader.thrown ?? error
        }
    }
}

/// Keeps what the application's code throws, to be thrown to the caller: the library only learns that it failed.
private final class Reader: ReportListener, @unchecked Sendable {
    private let read: @Sendable (ReportProgress) throws -> Bool
    private(set) var thrown: Error?

    init(_ read: @escaping @Sendable (ReportProgress) throws -> Bool) {
        self.read = read
    }

    func progress(progress: ReportProgress) throws -> Bool {
        do {
            return try read(progress)
        } catch {
            thrown = error
            return false
        }
    }
}
