//! JSON with one thing in it altered, and every other byte as it was.

use std::ops::Range;

use casekit_torture::Random;
use serde::de::IgnoredAny;

/// What stands instead of a value. Some of it is no JSON, or none that this library reads.
const TOKENS: [&str; 22] = [
    "null",
    "true",
    "0",
    "1",
    "-1",
    "1.0",
    "-0",
    "1e400",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "\"\"",
    "\"x\"",
    "\" x \"",
    "\"\\ud800\"",
    "\"a\\u0000b\"",
    "\"00000000-0000-0000-0000-000000000000\"",
    "[]",
    "{}",
    "[[]]",
];

/// Whether bytes are a JSON object or array.
pub(super) fn is(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'{' | b'[')) && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Alters JSON that [`is`] JSON.
pub(super) fn mutated(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut parts = Parts { bytes, at: 0, values: Vec::new(), members: Vec::new(), names: Vec::new() };
    parts.value();
    let value = random.pick(&places(&parts.values)).unwrap_or_default();
    let of = |(start, end): Place| bytes.get(start..end).unwrap_or_default().to_vec();
    match random.below(10) {
        0..=2 => put(bytes, value, random.pick(&TOKENS).unwrap_or("null").as_bytes()),
        3 => {
            let other = random.pick(&places(&parts.values)).unwrap_or_default();
            put(bytes, value, &of(other))
        }
        4 => match random.pick(&places(&parts.members)) {
            Some(member) => without(bytes, member),
            None => b"{}".to_vec(),
        },
        5 => match random.pick(&places(&parts.members)) {
            Some(member) => put(bytes, member, &[of(member), of(member)].join(&b',')),
            None => b"[]".to_vec(),
        },
        6 => match random.pick(&places(&parts.names)) {
            Some((start, end)) => put(bytes, (start + 1, end), b"x\""),
            None => b"null".to_vec(),
        },
        7 => match random.pick(&places(&parts.members)) {
            Some((start, _)) => put(bytes, (start, start), b"\"later\":{\"a\":[1]},"),
            None => b"{}".to_vec(),
        },
        8 => {
            let digit = of(value).iter().rposition(u8::is_ascii_alphanumeric);
            let place = value.0 + digit.unwrap_or_default();
            put(bytes, (place, place + 1), &[random.pick(b"0123456789abfz-").unwrap_or(b'0')])
        }
        _ => {
            let depth = random.pick(&[3, 100, 200, 20_000]).unwrap_or(100);
            put(bytes, value, "[".repeat(depth).as_bytes())
        }
    }
}

type Place = (usize, usize);

fn places(ranges: &[Range<usize>]) -> Vec<Place> {
    ranges.iter().map(|range| (range.start, range.end)).collect()
}

fn put(bytes: &[u8], (start, end): Place, new: &[u8]) -> Vec<u8> {
    let mut all = bytes.get(..start).unwrap_or_default().to_vec();
    all.extend_from_slice(new);
    all.extend_from_slice(bytes.get(end..).unwrap_or_default());
    all
}

/// Takes a member or an element out, with one of the commas around it.
fn without(bytes: &[u8], (start, end): Place) -> Vec<u8> {
    let is_comma = |place: usize| bytes.get(place) == Some(&b',');
    match (is_comma(end), start.checked_sub(1)) {
        (true, _) => put(bytes, (start, end + 1), b""),
        (false, Some(before)) if is_comma(before) => put(bytes, (before, end), b""),
        (false, _) => put(bytes, (start, end), b""),
    }
}

/// Where the parts of JSON are, as serde writes it: without spaces.
struct Parts<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Range<usize>>,
    /// Members of objects with their names, and elements of arrays.
    members: Vec<Range<usize>>,
    /// The names, from one quote to the other.
    names: Vec<Range<usize>>,
}

impl Parts<'_> {
    fn next(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    fn value(&mut self) {
        let start = self.at;
        match self.next() {
            b'{' => self.list(b'}', |parts| {
                let start = parts.at;
                parts.text();
                parts.names.push(start..parts.at);
                // The colon.
                parts.at += 1;
                parts.value();
            }),
            b'[' => self.list(b']', Self::value),
            b'"' => self.text(),
            _ => {
                while !matches!(self.next(), b',' | b'}' | b']' | 0) {
                    self.at += 1;
                }
            }
        }
        self.values.push(start..self.at);
    }

    fn list(&mut self, end: u8, mut member: impl FnMut(&mut Self)) {
        self.at += 1;
        while self.at < self.bytes.len() && self.next() != end {
            let start = self.at;
            member(self);
            self.members.push(start..self.at);
            if self.next() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn text(&mut self) {
        self.at += 1;
        while self.at < self.bytes.len() && self.next() != b'"' {
            self.at += if self.next() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }
}
