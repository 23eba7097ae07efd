import Foundation

/// Unpacks columns from the library, in the order of the fields of a row. Each column can be taken once.
/// `casekit-ffi/src/columns/layout.rs` describes the layout.
struct Unpacking {
    let count: Int
    private let bytes: [UInt8]
    /// Where the next column of fixed length and the next text begin, in bytes.
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
        column { $0 ?? "" }
    }

    mutating func optionalTexts() -> [String?] {
        column { $0 }
    }

    /// The cursor of the next page, which is the text after the columns; `nil` on the last page.
    mutating func next() -> String? {
        texts(1) { $0 }[0]
    }

    mutating func ids() -> [UUID] {
        column(of: uuid_t.self) { UUID(uuid: $0) }
    }

    mutating func optionalIds() -> [UUID?] {
        ids().map { $0 == noId ? nil : $0 }
    }

    mutating func instants() -> [Date] {
        column(of: State.self) { date($0) ?? .distantPast }
    }

    mutating func optionalInstants() -> [Date?] {
        column(of: State.self, date)
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

    private mutating func column<Text>(_ made: (String?) -> Text) -> [Text] {
        let different = Int(bytes[fixed])
        fixed += 1
        if different == 0 { return texts(count, made) }
        let all = texts(different, made)
        return column(of: UInt8.self) { all[Int($0)] }
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

/// Stands for an id that is not there.
private let noId = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

/// An instant: year, month, day, hour, minute, second and microseconds; the year has two bytes, microseconds three.
private typealias State = (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)

private func date(_ state: State) -> Date? {
    guard state.2 > 0 else { return nil }
    // Days since 1970, counted in years that begin in March, so that a leap day is the last day of its year.
    let month = Int(state.2)
    let year = Int(state.0) << 8 + Int(state.1) - (month < 3 ? 1 : 0)
    let dayOfYear = (153 * (month < 3 ? month + 9 : month - 3) + 2) / 5 + Int(state.3) - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    let seconds = ((days * 24 + Int(state.4)) * 60 + Int(state.5)) * 60 + Int(state.6)
    let micros = Int(state.7) << 16 + Int(state.8) << 8 + Int(state.9)
    return date(ofMicros: Int64(seconds * 1_000_000 + micros))
}
