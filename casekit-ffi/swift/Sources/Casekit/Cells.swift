import Foundation

/// A value that can be a cell of a source's table: `String`, `Bool`, whole numbers, `Double`, `Float`, `Decimal`, `Date` (an
/// instant), `DateComponents` (a day, a time of day, or both), `UUID`, `Data` and `SourceFile`. No value is `nil`.
///
/// Give your own type the one property to make it a cell too.
public protocol CellValue: Sendable {
    /// The kind of a column with such values, and the value as the library takes it: text in the form of its kind, a number, or
    /// a truth value. `nil` if it is no value, as a number that is none (`NaN`).
    var cell: (kind: ColumnKind, value: DataValue)? { get }
}

extension DataTable {
    /// A table of a source of the application's own, from rows of values. Each row has a value for each column, `nil` for none.
    ///
    ///     DataTable("orders", columns: ["article", "price", "ordered"], cells: [["Reading lamp", Decimal(string: "12.50"), Date()]])
    ///
    /// A column has one kind; whole numbers go with any numbers, and all of them with decimals.
    ///
    /// - Throws: `HostError.cell` for a value of another kind than those before it in its column, and for a value beyond the
    ///   columns. Thrown by a source, it is a failure of the case that names the source, the table, the row, the column and the
    ///   type.
    public init(_ name: String, columns: [String], cells rows: [[(any CellValue)?]]) throws {
        var kinds = [ColumnKind?](repeating: nil, count: columns.count)
        var first = [String](repeating: "", count: columns.count)
        for (number, row) in rows.enumerated() {
            for (place, value) in row.enumerated() {
                guard let value, let own = value.cell?.kind else { continue }
                let column = place < columns.count ? columns[place] : "\(place + 1)"
                let given = "\(type(of: value))"
                let row = UInt64(number + 1)
                guard place < columns.count else {
                    throw HostError.cell(table: name, row: row, column: column, given: given, expected: nil)
                }
                if kinds[place] == nil { first[place] = given }
                guard let kind = both(kinds[place], own) else {
                    throw HostError.cell(table: name, row: row, column: column, given: given, expected: first[place])
                }
                kinds[place] = kind
            }
        }
        let found = kinds.map { $0 ?? .text }
        self.init(
            name: name,
            columns: zip(columns, found).map { DataColumn(name: $0, kind: $1) },
            rows: rows.map { row in
                row.enumerated().map { place, value in
                    value?.cell.map { fitted($0.value, place < found.count ? found[place] : .text) } ?? .null
                }
            })
    }
}

extension SourceKind {
    /// A CSV file in UTF-8 whose first line names the columns, with commas or semicolons.
    public static func csv(path: String, keyColumn: String) -> SourceKind {
        .csv(path: path, keyColumn: keyColumn, encoding: .utf8, separator: nil, lineBreaks: .doubted)
    }
}

/// The kind of a column that has values of both; `nil` if there is none.
private func both(_ one: ColumnKind?, _ other: ColumnKind) -> ColumnKind? {
    guard let one, one != other else { return other }
    let numbers: [ColumnKind] = [.integer, .real, .decimal]
    guard numbers.contains(one), numbers.contains(other) else { return nil }
    return one == .decimal || other == .decimal ? .decimal : .real
}

private func fitted(_ value: DataValue, _ kind: ColumnKind) -> DataValue {
    guard kind == .decimal else { return value }
    switch value {
    case .integer(let number): return .text(String(number))
    case .real(let number): return number.isFinite ? .text(Decimal(string: "\(number)").map { "\($0)" } ?? "\(number)") : value
    case .null, .text, .boolean: return value
    }
}

extension String: CellValue {
    /// Text.
    public var cell: (kind: ColumnKind, value: DataValue)? { (.text, .text(self)) }
}

extension Bool: CellValue {
    /// Yes or no.
    public var cell: (kind: ColumnKind, value: DataValue)? { (.boolean, .boolean(self)) }
}

extension BinaryInteger where Self: CellValue {
    /// A whole number, or a decimal beyond 64 bits with a sign.
    public var cell: (kind: ColumnKind, value: DataValue)? {
        Int64(exactly: self).map { (.integer, .integer($0)) } ?? (.decimal, .text("\(self)"))
    }
}

extension Int: CellValue {}
extension Int8: CellValue {}
extension Int16: CellValue {}
extension Int32: CellValue {}
extension Int64: CellValue {}
extension UInt: CellValue {}
extension UInt8: CellValue {}
extension UInt16: CellValue {}
extension UInt32: CellValue {}
extension UInt64: CellValue {}

extension Double: CellValue {
    /// A number with a fraction; no value if it is none.
    public var cell: (kind: ColumnKind, value: DataValue)? { isNaN ? nil : (.real, .real(self)) }
}

extension Float: CellValue {
    /// A number with a fraction, by its digits; no value if it is none.
    public var cell: (kind: ColumnKind, value: DataValue)? { isNaN ? nil : (.real, .real(Double("\(self)") ?? Double(self))) }
}

extension Decimal: CellValue {
    /// A decimal number with every digit; no value if it is none.
    public var cell: (kind: ColumnKind, value: DataValue)? { isNaN ? nil : (.decimal, .text("\(self)")) }
}

extension Date: CellValue {
    /// An instant, to the microsecond.
    public var cell: (kind: ColumnKind, value: DataValue)? {
        let micros = micros(of: self)
        var (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000) }
        let whole = ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(seconds)))
        let text = rest == 0 ? whole : whole.dropLast() + "." + digits(Int(rest), 6) + "Z"
        return (.timestamp, .text(text))
    }
}

extension DateComponents: CellValue {
    /// A day, a time of day, or both, without a zone; no value if it is neither.
    public var cell: (kind: ColumnKind, value: DataValue)? {
        var date: String?
        if let year, let month, let day { date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))" }
        let time = hour.map { "\(digits($0, 2)):\(digits(minute ?? 0, 2)):\(digits(second ?? 0, 2))" }
        switch (date, time) {
        case (let date?, let time?): return (.dateTime, .text("\(date)T\(time)"))
        case (let date?, nil): return (.date, .text(date))
        case (nil, let time?): return (.time, .text(time))
        case (nil, nil): return nil
        }
    }
}

extension UUID: CellValue {
    /// A UUID.
    public var cell: (kind: ColumnKind, value: DataValue)? { (.uuid, .text(uuidString.lowercased())) }
}

extension Data: CellValue {
    /// Bytes.
    public var cell: (kind: ColumnKind, value: DataValue)? {
        let hex = Array("0123456789abcdef")
        return (.bytes, .text(String(flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] })))
    }
}

/// A file that a source found about a person, as a value of a row: a letter, a contract, a recording. It is approved and hidden as
/// any other value is, and the package has it in the folder `files`, under a name made of its own.
public struct SourceFile: Sendable, Hashable {
    /// What the file is called: 1 to 200 characters, without `/`, `\\` and control characters.
    public var name: String
    /// What it is, as a media type: `application/pdf`.
    public var mediaType: String
    /// Its bytes.
    public var content: Data

    /// A file from its name, its media type and its bytes.
    public init(name: String, mediaType: String, content: Data) {
        self.name = name
        self.mediaType = mediaType
        self.content = content
    }
}

extension SourceFile: CellValue {
    /// A file, as a `data` URL with its name.
    public var cell: (kind: ColumnKind, value: DataValue)? {
        let hex = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in name.utf8 {
            let letter = Character(UnicodeScalar(byte))
            let plain = letter.isASCII && (letter.isLetter || letter.isNumber || "-._~".contains(letter))
            encoded += plain ? String(letter) : "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
        }
        return (.file, .text("data:\(mediaType);name=\(encoded);base64,\(content.base64EncodedString())"))
    }
}

private func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
}
