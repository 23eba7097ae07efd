//! The layout of packed columns.
//!
//! 1. The number of rows and the number of bytes of fixed length: 4 bytes each, little-endian.
//! 2. The values of fixed length, one column after the other: ids, 16 bytes each in the order of RFC 9562, all zero
//!    for none; instants, 10
//!    bytes each (year, 2 bytes big-endian; month, day, hour, minute, second, a byte each; microseconds, 3 bytes
//!    big-endian), all zero for none; numbers, 8 bytes, little-endian; yes or no, a byte, 1 or 0. A column of texts has
//!    here a byte with the number of its different texts, and a byte for each row with the index of its text; or only a
//!    0, if there are many different texts.
//! 3. The texts in UTF-8, each ended by U+001F; U+001E alone stands for none. Each column in turn has its different
//!    texts, or one for each row if there are many. The cursor of the next page comes last; it is none on the last page,
//!    and only there.
//!
//! Instants have the form in which Python's `datetime` holds and pickles them, because making one from anything else
//! takes it five times as long. Labels, names and statuses repeat in a list, so hosts make one text of each.

use casekit::Timestamp;
use casekit::casekit_core::desk::{Column, Values};
use chrono::{Datelike as _, Timelike as _};

use crate::error::CasekitError;
use crate::packed::Packed;

/// Ends a text. No text that casekit keeps on one line contains it.
const END: u8 = 0x1f;
/// Stands for a text that is not there.
const NOTHING: u8 = 0x1e;
/// The most different texts of a column with indexes; with more, each row has its own text. The number is small,
/// because each row is compared with all of them.
const MOST: usize = 16;
/// A column that begins with so many different texts gets no index, which saves comparing the others: numbers, titles
/// and customers are such columns.
const FIRST: usize = 6;

/// Packs rows as columns, with the cursor of the next page.
///
/// # Errors
///
/// There are more bytes than can cross at once.
pub(super) fn packed<Row>(
    columns: &[Column<Row>],
    rows: &[Row],
    next: Option<&str>,
) -> Result<Packed, CasekitError> {
    let mut fixed = Vec::with_capacity(8 * columns.len() * rows.len());
    let mut texts = Vec::with_capacity(8 * columns.len() * rows.len());
    for column in columns {
        match column.values {
            Values::Ids(of) => rows.iter().for_each(|row| fixed.extend_from_slice(of(row).as_bytes())),
            Values::OptionalIds(of) => {
                rows.iter().for_each(|row| fixed.extend_from_slice(of(row).unwrap_or_default().as_bytes()));
            }
            Values::Texts(of) => self::texts(&mut fixed, &mut texts, rows.iter().map(|row| Some(of(row)))),
            Values::OptionalTexts(of) => self::texts(&mut fixed, &mut texts, rows.iter().map(of)),
            Values::Instants(of) => rows.iter().for_each(|row| instant(&mut fixed, Some(of(row)))),
            Values::OptionalInstants(of) => rows.iter().for_each(|row| instant(&mut fixed, of(row))),
            Values::Numbers(of) => rows.iter().for_each(|row| fixed.extend(of(row).to_le_bytes())),
            Values::Flags(of) => rows.iter().for_each(|row| fixed.push(of(row).into())),
        }
    }
    text(&mut texts, next);
    let (count, length) = (rows.len() as u32, fixed.len() as u32);
    Packed::of(&[&count.to_le_bytes(), &length.to_le_bytes(), &fixed, &texts])
}

fn instant(fixed: &mut Vec<u8>, value: Option<Timestamp>) {
    let mut state = [0; 10];
    if let Some(at) = value.map(|at| at.naive_utc()) {
        let ([y0, y1], [_, u0, u1, u2]) = (
            u16::try_from(at.year()).unwrap_or_default().to_be_bytes(),
            (at.nanosecond() / 1000).to_be_bytes(),
        );
        let [month, day, hour, minute, second] =
            [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|part| part as u8);
        state = [y0, y1, month, day, hour, minute, second, u0, u1, u2];
    }
    fixed.extend_from_slice(&state);
}

fn texts<'a>(
    fixed: &mut Vec<u8>,
    texts: &mut Vec<u8>,
    values: impl Iterator<Item = Option<&'a str>> + Clone,
) {
    let begin = fixed.len();
    fixed.push(0);
    let mut different: Vec<Option<&str>> = Vec::with_capacity(MOST);
    for (row, value) in values.clone().enumerate() {
        // The text that was added last is the likeliest, so the search begins there.
        let place = match different.iter().rposition(|one| *one == value) {
            Some(place) => place,
            None if different.len() < MOST && (row < FIRST || different.len() < row) => {
                different.push(value);
                different.len() - 1
            }
            None => {
                fixed.truncate(begin + 1);
                return values.for_each(|value| text(texts, value));
            }
        };
        fixed.push(place as u8);
    }
    if let Some(count) = fixed.get_mut(begin) {
        *count = different.len() as u8;
    }
    different.into_iter().for_each(|value| text(texts, value));
}

fn text(texts: &mut Vec<u8>, value: Option<&str>) {
    match value {
        // INVARIANT: texts of one line have no control characters. A store that the application wrote might return
        // some, so they become spaces.
        Some(value) if has_marks(value) => {
            texts.extend(value.bytes().map(|byte| if matches!(byte, END | NOTHING) { b' ' } else { byte }));
        }
        Some(value) => texts.extend_from_slice(value.as_bytes()),
        None => texts.push(NOTHING),
    }
    texts.push(END);
}

/// Whether a text contains one of the marks. It looks at every byte, because a loop without an early end compares many
/// bytes at once.
fn has_marks(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | matches!(byte, END | NOTHING))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that a host receives.
    fn bytes_of(packed: Packed) -> Vec<u8> {
        <Packed as uniffi::Lower<crate::UniFfiTag>>::lower(packed).destroy_into_vec().split_off(4)
    }

    #[test]
    fn every_kind_of_column_lies_where_its_host_looks_for_it() {
        let columns: [Column<Option<u32>>; 6] = [
            Column {
                name: "customer_id",
                values: Values::OptionalIds(|row| row.map(|_| uuid::Uuid::from_u128(1))),
            },
            Column { name: "is_due", values: Values::Flags(Option::is_some) },
            Column { name: "hint", values: Values::OptionalTexts(|row| row.map(|_| "soon")) },
            Column {
                name: "due",
                values: Values::OptionalInstants(|row| {
                    row.and_then(|_| Timestamp::from_timestamp_micros(1_767_323_045_678_901))
                }),
            },
            Column { name: "count", values: Values::Numbers(|row| row.unwrap_or(7).into()) },
            Column { name: "stage", values: Values::Texts(|_| "Open") },
        ];
        let found = packed(&columns, &[Some(3), None], Some("C-1")).unwrap();
        let fixed = [
            &[0; 15][..],
            &[1],
            &[0; 16],
            &[1, 0],
            &[2, 0, 1],
            &[0x07, 0xea, 1, 2, 3, 4, 5, 0x0a, 0x5b, 0xf5],
            &[0; 10],
            &3_u64.to_le_bytes(),
            &7_u64.to_le_bytes(),
            &[1, 0, 0],
        ]
        .concat();
        let head = [2_u32.to_le_bytes(), (fixed.len() as u32).to_le_bytes()].concat();
        assert_eq!(bytes_of(found), [&head[..], &fixed, b"soon\x1f\x1e\x1fOpen\x1fC-1\x1f"].concat());
    }

    #[test]
    fn a_column_of_many_different_texts_has_one_for_each_row() {
        let columns: [Column<String>; 1] = [Column { name: "title", values: Values::Texts(|row| row) }];
        let pairs = |count: u32| (0..count).map(|n| (n / 2).to_string()).collect::<Vec<_>>();
        let texts = |rows: &[String]| rows.iter().map(|row| format!("{row}\u{1f}")).collect::<String>();
        let sixteen: Vec<String> = (0..16).map(|n| n.to_string()).collect();
        let few = bytes_of(packed(&columns, &pairs(32), None).unwrap());
        let places: Vec<u8> = (0..32).map(|n| n / 2).collect();
        assert_eq!(few[8..], [&[16], &places[..], texts(&sixteen).as_bytes(), b"\x1e\x1f"].concat());
        let many = bytes_of(packed(&columns, &pairs(33), None).unwrap());
        assert_eq!(many[8..], [&[0], texts(&pairs(33)).as_bytes(), b"\x1e\x1f"].concat());
        // One that begins with many different ones is taken for many at once.
        let (six, seven) = (sixteen[..6].to_vec(), sixteen[..7].to_vec());
        assert_eq!(bytes_of(packed(&columns, &six, None).unwrap())[8..15], [6, 0, 1, 2, 3, 4, 5]);
        let seven_texts = [&[0], texts(&seven).as_bytes(), b"\x1e\x1f"].concat();
        assert_eq!(bytes_of(packed(&columns, &seven, None).unwrap())[8..], seven_texts);
        assert_eq!(bytes_of(packed(&columns, &[], None).unwrap()), [0, 0, 0, 0, 1, 0, 0, 0, 0, 0x1e, 0x1f]);
    }

    #[test]
    fn a_text_with_the_marks_of_the_packing_stays_one_text() {
        let mut column = Vec::new();
        text(&mut column, Some("a\u{1f}b\u{1e}"));
        text(&mut column, None);
        text(&mut column, Some(""));
        assert_eq!(column, b"a b \x1f\x1e\x1f\x1f");
    }
}
