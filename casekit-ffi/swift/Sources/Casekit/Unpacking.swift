import Foundation

/// Columns as the library packs them, in the order of the fields of a row: each is taken once.
///
/// Numbers are little-endian: how many rows there are, how many bytes have a fixed length, and those. Then come texts, each
/// ended by U+001F, and U+001E alone is none. Instants are microseconds since 1970, and the least of them is none.
struct Unpacking {
    let count: Int
    private let bytes: [UInt8]
    /// Where the next column of a fixed length begins, and where that of texts.
    private var fixed = 8
    private var text: Int

    init(_ packed: Data) {
        bytes = [UInt8](packed)
        let head = bytes.withUnsafeBytes { bytes in
            (0..<2).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
        }
        count = Int(head[0])
        text = fixed + Int(head[1])
    }

    mutating func texts() -> [String] {
        texts(count) { $0 ?? "" }
    }

    mutating func optionalTexts() -> [String?] {
        texts(count) { $0 }
    }

    /// Where the next page begins: the text behind the columns.
    mutating func next() -> String? {
        texts(1) { $0 }[0]
    }

    mutating func ids() -> [UUID] {
        column(of: uuid_t.self) { UUID(uuid: $0) }
    }

    mutating func instants() -> [Date] {
        column(of: Int64.self) { date(Int64(littleEndian: $0)) }
    }

    mutating func optionalInstants() -> [Date?] {
        column(of: Int64.self) { $0 == Int64.min.littleEndian ? nil : date(Int64(littleEndian: $0)) }
    }

    mutating func numbers() -> [UInt64] {
        column(of: UInt64.self) { UInt64(littleEndian: $0) }
    }

    mutating func flags() -> [Bool] {
        column(of: UInt8.self) { $0 != 0 }
    }

    private mutating func column<Bits, Value>(of bits: Bits.Type, _ value: (Bits) -> Value) -> [Value] {
        let (begin, width) = (fixed, MemoryLayout<Bits>.size)
        fixed += count * width
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { value(bytes.loadUnaligned(fromByteOffset: begin + $0 * width, as: Bits.self)) }
        }
    }

    private mutating func texts<Text>(_ count: Int, _ made: (String?) -> Text) -> [Text] {
        var begin = text
        defer { text = begin }
        return bytes.withUnsafeBufferPointer { bytes in
            [Text](unsafeUninitializedCapacity: count) { column, filled in
                while filled < count {
                    let end = bytes[begin...].firstIndex(of: 0x1f) ?? bytes.endIndex
                    let one = UnsafeBufferPointer(rebasing: bytes[begin..<end])
                    begin = end + 1
                    let isNothing = one.count == 1 && one[0] == 0x1e
                    column.initializeElement(at: filled, to: made(isNothing ? nil : String(decoding: one, as: UTF8.self)))
                    filled += 1
                }
            }
        }
    }
}

/// In the same two steps as a date that comes by itself, so that both are equal.
private func date(_ micros: Int64) -> Date {
    let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
    return Date(timeIntervalSince1970: Double(seconds)).addingTimeInterval(Double(rest * 1000) / 1.0e9)
}
