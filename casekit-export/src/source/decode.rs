//! Files in other encodings, read as UTF-8.

use std::io::{self, Read};

use casekit_core::model::CsvEncoding;

/// Reads a file as UTF-8. What is nothing in its encoding becomes a byte that is nothing in UTF-8, so that the reader of lines
/// says in which of them it stands.
pub(super) struct Decoded<R> {
    input: R,
    kind: Kind,
    /// What is decoded and not handed out yet, from the end.
    ready: Vec<u8>,
    /// The first byte of two.
    half: Option<u8>,
    /// The first unit of a pair.
    high: Option<u16>,
}

enum Kind {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
    Windows1252,
}

/// No byte of UTF-8.
const INVALID: u8 = 0xFF;

impl<R> Decoded<R> {
    /// How many of the first bytes are a byte order mark; `None` if it is one of another encoding.
    pub(super) fn mark(encoding: CsvEncoding, first: &[u8; 4]) -> Option<usize> {
        let (said, size) = match first {
            [0xEF, 0xBB, 0xBF, _] => (CsvEncoding::Utf8, 3),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => (CsvEncoding::Utf16, 2),
            _ => return Some(0),
        };
        (said == encoding).then_some(size)
    }

    /// Reads a file whose byte order mark is gone and whose first bytes, with the mark, were these.
    pub(super) fn new(input: R, encoding: CsvEncoding, first: &[u8; 4]) -> Self {
        let kind = match (encoding, first) {
            (CsvEncoding::Utf8, _) => Kind::Utf8,
            (CsvEncoding::Utf16, [0xFE, ..] | [0, ..]) => Kind::Utf16(u16::from_be_bytes),
            (CsvEncoding::Utf16, _) => Kind::Utf16(u16::from_le_bytes),
            (CsvEncoding::Windows1252, _) => Kind::Windows1252,
        };
        Self { input, kind, ready: Vec::new(), half: None, high: None }
    }

    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Utf8 => out.push(byte),
            Kind::Windows1252 => push(out, windows_1252(byte)),
            Kind::Utf16(unit) => match self.half.take() {
                None => self.half = Some(byte),
                Some(first) => self.take_unit(unit([first, byte]), out),
            },
        }
    }

    fn take_unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        let is_high = (0xD800..0xDC00).contains(&unit);
        let units = match self.high.take() {
            Some(high) if (0xDC00..0xE000).contains(&unit) => [Some(high), Some(unit)],
            Some(_) => {
                out.push(INVALID);
                [None, Some(unit)]
            }
            None => [None, Some(unit)],
        };
        if is_high {
            self.high = Some(unit);
            return;
        }
        for found in char::decode_utf16(units.into_iter().flatten()) {
            push(out, found.ok());
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Kind::Utf8 = self.kind {
            return self.input.read(buffer);
        }
        if buffer.is_empty() {
            return Ok(0);
        }
        while self.ready.is_empty() {
            let mut chunk = [0; 4096];
            let read = self.input.read(&mut chunk)?;
            let mut out = Vec::with_capacity(read * 3);
            if read == 0 {
                if self.half.take().is_some() || self.high.take().is_some() {
                    out.push(INVALID);
                }
                if out.is_empty() {
                    return Ok(0);
                }
            }
            chunk.iter().take(read).for_each(|byte| self.take(*byte, &mut out));
            out.reverse();
            self.ready = out;
        }
        let mut read = 0;
        for (place, byte) in buffer.iter_mut().zip(std::iter::from_fn(|| self.ready.pop())) {
            *place = byte;
            read += 1;
        }
        Ok(read)
    }
}

fn push(out: &mut Vec<u8>, found: Option<char>) {
    match found {
        Some(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        None => out.push(INVALID),
    }
}

/// The character of a byte (WHATWG's index of windows-1252); `None` for the five that have none in Windows.
fn windows_1252(byte: u8) -> Option<char> {
    let high = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => high.get(usize::from(byte) - 0x80).copied().filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}
