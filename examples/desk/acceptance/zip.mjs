// What is in a package that was delivered: the texts of its files, by name.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

export function unpack(path) {
  const bytes = readFileSync(path), files = {};
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [method, size, name, extra, comment, from] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const start = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28);
    const packed = bytes.subarray(start, start + size);
    files[bytes.toString("utf8", at + 46, at + 46 + name)] = method === 8 ? inflateRawSync(packed) : packed;
    at += 46 + name + extra + comment;
  }
  return files;
}
