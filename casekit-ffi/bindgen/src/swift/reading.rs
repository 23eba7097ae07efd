//! Reduces the cost of records: as generated, each field of each row is copied through `Data`. Here fields are read
//! directly from the bytes.

use anyhow::{Context as _, Result};

use crate::columns::PAGES;
use crate::docs::camel;
use crate::edits::Edits;

pub(super) fn edit(edits: &mut Edits) -> Result<()> {
    edits.replace("readers", "inout (data: Data, offset: Data.Index)", "inout UniffiReader")?;
    edits.spans("the reader", "fileprivate func createReader(", "\n}\n", |_| Ok(READER.into()))?;
    body(edits, "numbers", "fileprivate func readInt<", NUMBER)?;
    body(edits, "bytes", "fileprivate func readBytes(", "    return Array(try reader.next(count))\n")?;
    edits.spans("the end", "fileprivate func hasRemaining(", "\n}\n", |_| Ok(REMAINING.into()))?;
    edits.replace(
        "lifting",
        "createReader(data: Data(rustBuffer: buf))",
        "UniffiReader(bytes: UnsafeRawBufferPointer(start: buf.data, count: Int(buf.len)))",
    )?;
    edits.replace(
        "texts",
        "String(decoding: try readBytes(&buf, count: Int(len)), as: UTF8.self)",
        "String(decoding: try buf.next(Int(len)), as: UTF8.self)",
    )?;
    edits.replace(
        "ids",
        "        let builtinValue = try FfiConverterString.read(from: &buf)\n        return UUID(uuidString: builtinValue)!\n",
        "        return try readId(&buf)\n",
    )?;
    edits.append(ID);
    pages(edits)?;
    waits(edits)
}

/// Pages of cases cross packed: as records, each row would cost a number and a text for each of its fields.
fn pages(edits: &mut Edits) -> Result<()> {
    for (method, packed) in PAGES {
        let start = format!("\nopen func {}(", camel(method));
        edits.within(method, &start, "uniffiCallStatus\n", |call| {
            let function = |name: &str| format!("fn_method_desk_{name}(");
            call.replace("what is called", &function(method), &function(packed))?;
            call.replace("what is lifted", "FfiConverterTypeCasePage_lift(", "liftPage(")
        })?;
    }
    edits.append(PAGE);
    Ok(())
}

/// Replaces the body of a function; its first line stays.
fn body(edits: &mut Edits, what: &str, start: &str, body: &str) -> Result<()> {
    edits.spans(what, start, "\n}\n", |function| {
        let (head, _) = function.split_once('\n').context("a function has a body")?;
        Ok(format!("{head}\n{body}}}\n"))
    })
}

/// A wait that is negative or no number becomes one that is too long: the library refuses all of them by name. As generated
/// they would trap.
fn waits(edits: &mut Edits) -> Result<()> {
    let start = "    public static func write(_ value: TimeInterval, into buf: inout [UInt8]) {\n";
    edits.spans("waits", start, "\n    }\n", |_| Ok(format!("{start}{WAIT}")))
}

const READER: &str = "struct UniffiReader {
    fileprivate let bytes: UnsafeRawBufferPointer
    fileprivate var offset = 0

    @inline(__always)
    fileprivate mutating func next(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, bytes.count - offset >= count else {
            throw UniffiInternalError.bufferOverflow
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 + offset }, count: count)
    }
}
";

const NUMBER: &str = "    let bytes = try reader.next(MemoryLayout<T>.size)
    return T(bigEndian: bytes.loadUnaligned(as: T.self))
";

const REMAINING: &str = "fileprivate func hasRemaining(_ reader: UniffiReader) -> Bool {
    return reader.offset < reader.bytes.count
}
";

const ID: &str = "
/// An id out of its 36 characters, without a text on the way.
private func readId(_ reader: inout UniffiReader) throws -> UUID {
    let length: Int32 = try readInt(&reader)
    let text = try reader.next(Int(length))
    guard length == 36 else { throw UniffiInternalError.incompleteData }
    var id: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &id) { bytes in
        var digits = 0
        for byte in text where byte != UInt8(ascii: \"-\") && digits < 32 {
            // Letters are nine digits behind their places in the alphabet.
            let digit = (byte & 15) &+ (byte > UInt8(ascii: \"9\") ? 9 : 0)
            bytes[digits / 2] = bytes[digits / 2] << 4 | digit
            digits += 1
        }
    }
    return UUID(uuid: id)
}
";

const PAGE: &str = "
/// A page that comes packed.
private func liftPage(_ buffer: RustBuffer) throws -> CasePage {
    let columns = CaseColumns(try FfiConverterData.lift(buffer))
    return CasePage(rows: Array(columns), next: columns.next)
}
";

const WAIT: &str = "        let isLegal = value >= 0 && value < 1.0e9
        let whole = isLegal ? value.rounded(.down) : 0
        writeInt(&buf, isLegal ? UInt64(whole) : UInt64.max)
        writeInt(&buf, isLegal ? min(UInt32((value - whole) * 1.0e9), 999_999_999) : 0)
    }
";
