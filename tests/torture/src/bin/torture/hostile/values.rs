//! Values that no library would have written: what a column is given instead of its own.

use casekit_torture::Random;
use rusqlite::Result;
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::json;

/// A value as the file stores it. Text is bytes, since a file can say of any bytes that they are text.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl FromSql for Cell {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => Self::Text(bytes.to_vec()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        })
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Cell {
    /// The bytes of a text or a blob.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) | Self::Blob(bytes) => Some(bytes),
            Self::Null | Self::Integer(_) | Self::Real(_) => None,
        }
    }

    /// Other bytes, stored as these are.
    fn with(&self, bytes: Vec<u8>) -> Self {
        match self {
            Self::Blob(_) => Self::Blob(bytes),
            Self::Text(_) | Self::Null | Self::Integer(_) | Self::Real(_) => Self::Text(bytes),
        }
    }

    /// What is said of it, for whoever reads of a failure.
    pub(super) fn said(&self) -> String {
        let short = |bytes: &[u8]| {
            let begin =
                String::from_utf8_lossy(bytes.get(..60.min(bytes.len())).unwrap_or_default()).into_owned();
            format!("{begin:?} of {} bytes", bytes.len())
        };
        match self {
            Self::Null => "nothing".into(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => format!("{number:?}"),
            Self::Text(bytes) => format!("the text {}", short(bytes)),
            Self::Blob(bytes) => format!("the blob {}", short(bytes)),
        }
    }
}

/// Numbers at the limits of some type, and beside them.
const LIMITS: [i64; 16] = [
    0,
    1,
    -1,
    2,
    255,
    256,
    i32::MAX as i64,
    i32::MIN as i64,
    u32::MAX as i64,
    u32::MAX as i64 + 1,
    i64::MAX,
    i64::MAX - 1,
    i64::MAX / 4 + 1,
    i64::MIN,
    i64::MIN + 1,
    // Beyond every instant that there is, as microseconds.
    9_000_000_000_000_000_000,
];

/// Bytes that are not text, or not a text that anybody means.
const TEXTS: [&[u8]; 14] = [
    b"",
    b" ",
    b"\0",
    b"null",
    b"0",
    b"-1",
    b"{}",
    b"[]",
    b"\"\"",
    b"\xff\xfe\x80",
    b"abc\xc3",
    b"\xed\xa0\x80",
    "\u{202e}\u{feff}\u{0}x".as_bytes(),
    b"../../x' OR 1=1 --",
];

/// A hostile value for a column that has `was`. `other` gives a value of another row or column.
pub(super) fn hostile(
    was: &Cell,
    random: &mut Random,
    other: impl Fn(&mut Random) -> Result<Cell>,
) -> Result<Cell> {
    if let Some(bytes) = was.bytes().filter(|bytes| json::is(bytes))
        && random.below(4) > 0
    {
        return Ok(was.with(json::mutated(bytes, random)));
    }
    Ok(match random.below(12) {
        0 => Cell::Null,
        1 | 2 => Cell::Integer(random.pick(&LIMITS).unwrap_or_default()),
        3 => near(was, random),
        4 => was.with(random.pick(&TEXTS).unwrap_or_default().to_vec()),
        5 => huge(was, random),
        6 => as_another_type(was, random),
        7 => cut(was, random),
        8 => flipped(was, random),
        9 => id(random),
        _ => other(random)?,
    })
}

fn near(was: &Cell, random: &mut Random) -> Cell {
    match was {
        Cell::Integer(number) => Cell::Integer(match random.below(5) {
            0 => number.wrapping_add(1),
            1 => number.wrapping_sub(1),
            2 => number.wrapping_neg(),
            3 => number.wrapping_mul(2),
            _ => number ^ (1 << random.below(63)),
        }),
        Cell::Real(number) => Cell::Real(-number),
        Cell::Null => Cell::Integer(1),
        Cell::Text(_) | Cell::Blob(_) => flipped(was, random),
    }
}

fn huge(was: &Cell, random: &mut Random) -> Cell {
    const SIZES: [usize; 4] = [300, 5_000, 70_000, 1_500_000];
    let size = random.pick(&SIZES).unwrap_or(300);
    was.with(vec![random.pick(b"a\0\xff[9").unwrap_or(b'a'); size])
}

fn as_another_type(was: &Cell, random: &mut Random) -> Cell {
    match was {
        Cell::Null => Cell::Real(0.5),
        // So great that no two of them differ by one.
        Cell::Integer(number) if random.one_in(2) => Cell::Real(*number as f64 + 9e15),
        Cell::Integer(number) => Cell::Text(number.to_string().into_bytes()),
        Cell::Real(number) => Cell::Integer(*number as i64),
        Cell::Text(bytes) => Cell::Blob(bytes.clone()),
        Cell::Blob(bytes) => Cell::Text(bytes.clone()),
    }
}

fn cut(was: &Cell, random: &mut Random) -> Cell {
    let bytes = was.bytes().unwrap_or_default();
    was.with(bytes.get(..random.place(bytes.len())).unwrap_or_default().to_vec())
}

fn flipped(was: &Cell, random: &mut Random) -> Cell {
    let mut bytes = was.bytes().unwrap_or(b"x").to_vec();
    let place = random.place(bytes.len());
    match bytes.get_mut(place) {
        Some(byte) => *byte ^= 1 << random.below(8),
        None => bytes.push(random.byte()),
    }
    was.with(bytes)
}

fn id(random: &mut Random) -> Cell {
    let length = random.pick(&[16, 16, 16, 15, 17, 32]).unwrap_or(16);
    let zeros = random.one_in(3);
    Cell::Blob((0..length).map(|_| if zeros { 0 } else { random.byte() }).collect())
}
