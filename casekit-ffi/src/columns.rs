//! Lists a column at a time, for who reads many rows at once: a row costs the hosts a little more than nothing.

use casekit::casekit_core::desk::{Column, Values};
use casekit::casekit_core::model::limits;
use casekit::{CaseSummary, PageRequest, Timestamp};

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::packed::Packed;
use crate::types::CasesQuery;

/// Ends a text; no text that casekit keeps on one line has it.
const END: u8 = 0x1f;
/// Stands for no text at all.
const NOTHING: u8 = 0x1e;
/// Stands for no instant: further back than any.
const NEVER: i64 = i64::MIN;

#[uniffi::export]
impl Desk {
    /// Cases under a filter, a column each, packed as [`packed`] says: at most `limit` of them, in pages of 500 within.
    /// `after` is the `next` of the columns before. Needs `read_cases`.
    #[uniffi::method(default(query = None, after = None))]
    pub fn cases_columns(
        &self,
        limit: u32,
        query: Option<CasesQuery>,
        after: Option<String>,
    ) -> Result<Packed, CasekitError> {
        self.guard(|| {
            let query = query.unwrap_or_default().into();
            let (mut rows, mut after) = (Vec::new(), after);
            loop {
                let left = limit.saturating_sub(rows.len() as u32);
                // A limit of nothing is refused as the page that it is.
                let size = if limit == 0 { 0 } else { left.min(limits::PAGE) };
                let page = self.desk.cases(&query, PageRequest { size: Some(size), after: after.take() })?;
                rows.extend(page.rows);
                after = page.next;
                if after.is_none() || rows.len() as u32 >= limit {
                    return packed(CaseSummary::COLUMNS, &rows, after.as_deref());
                }
            }
        })
    }

    /// The cases that wait for the actor, oldest first, a column each, a page of at most 500. Needs `read_cases`.
    #[uniffi::method(default(page = None))]
    pub fn my_cases_columns(&self, page: Option<PageRequest>) -> Result<Packed, CasekitError> {
        self.guard(|| {
            let page = self.desk.my_cases(page.unwrap_or_default())?;
            packed(CaseSummary::COLUMNS, &page.rows, page.next.as_deref())
        })
    }
}

/// Columns in the order of their fields, each whole, for the host's package to unpack.
///
/// First how many rows there are, and how many bytes have a fixed length, in 4 bytes each; then those bytes; then texts up to
/// the end. Numbers are little-endian. Fixed are ids, 16 bytes each as RFC 9562 orders them; instants, in microseconds since
/// 1970 in UTC, signed, 8 bytes, and the least of them stands for none; numbers, 8 bytes; yes or no, a byte that is 1 or 0.
/// Texts are UTF-8, each ended by U+001F, and U+001E alone stands for none; the last one is where the next page begins,
/// nothing on the last page and only there.
fn packed<Row>(columns: &[Column<Row>], rows: &[Row], next: Option<&str>) -> Result<Packed, CasekitError> {
    // Most columns have less than 16 bytes in a row.
    let room = 16 * columns.len() * rows.len();
    let (mut fixed, mut texts) = (Vec::with_capacity(room / 2), Vec::with_capacity(room));
    for column in columns {
        match column.values {
            Values::Ids(of) => rows.iter().for_each(|row| fixed.extend_from_slice(of(row).as_bytes())),
            Values::Texts(of) => rows.iter().for_each(|row| text(&mut texts, Some(of(row)))),
            Values::OptionalTexts(of) => rows.iter().for_each(|row| text(&mut texts, of(row))),
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

fn instant(column: &mut Vec<u8>, value: Option<Timestamp>) {
    column.extend_from_slice(&value.map_or(NEVER, |at| at.timestamp_micros()).to_le_bytes());
}

fn text(column: &mut Vec<u8>, value: Option<&str>) {
    let begin = column.len();
    column.extend_from_slice(value.map_or(&[NOTHING], str::as_bytes));
    // INVARIANT: texts of one line have no control characters; a store of somebody's own might bring some.
    if let Some(written) = column.get_mut(begin..).filter(|_| value.is_some()) {
        for byte in written {
            *byte = if matches!(*byte, END | NOTHING) { b' ' } else { *byte };
        }
    }
    column.push(END);
}

#[cfg(test)]
mod tests {
    use casekit::{CaseKit, NewCase, Role};

    use super::*;

    /// What a host gets.
    fn bytes_of(packed: Packed) -> Vec<u8> {
        <Packed as uniffi::Lower<crate::UniFfiTag>>::lower(packed).destroy_into_vec().split_off(4)
    }

    struct Unpacked {
        count: usize,
        fixed: Vec<u8>,
        texts: Vec<String>,
        next: Option<String>,
    }

    fn unpacked(packed: Packed) -> Unpacked {
        let bytes = bytes_of(packed);
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (fixed, texts) = bytes[8..].split_at(number(4));
        let mut texts: Vec<String> =
            std::str::from_utf8(texts).unwrap().split_terminator('\u{1f}').map(ToOwned::to_owned).collect();
        let next = texts.pop().filter(|next| next != "\u{1e}");
        Unpacked { count: number(0), fixed: fixed.to_vec(), texts, next }
    }

    #[test]
    fn columns_are_the_rows_of_the_list() {
        let kit = CaseKit::in_memory().unwrap();
        let desk = kit.desk(casekit::Actor::new("amara", "").with_role(Role::Agent));
        for n in 0..1_203 {
            desk.raise_case(NewCase::new("Support", format!("Grüße {n}"))).unwrap();
        }
        let rows = desk.cases(&casekit::CasesQuery::default(), PageRequest::first().of(500)).unwrap().rows;
        let fonts = std::sync::Arc::new(crate::report::HostFonts::new(None));
        let desk = Desk::new(desk, fonts);
        let all = unpacked(desk.cases_columns(10_000, None, None).unwrap());
        assert_eq!((all.count, all.next.as_deref()), (1_203, None));
        assert_eq!(all.fixed.len(), (16 + 8 + 8) * 1_203);
        assert_eq!(all.fixed[..16], *rows[0].id.0.as_bytes());
        assert_eq!(all.fixed[16 * 1_203..][..8], rows[0].raised_at.timestamp_micros().to_le_bytes());
        let column = |at: usize| &all.texts[at * 1_203..][..1_203];
        let ends = |at: usize| (column(at)[0].as_str(), column(at)[1_202].as_str());
        assert_eq!(ends(0), ("C-001203", "C-000001"));
        assert_eq!(ends(3), ("Grüße 1202", "Grüße 0"));
        assert_eq!(ends(4), ("\u{1e}", "\u{1e}"));

        let first = unpacked(desk.cases_columns(700, None, None).unwrap());
        let rest = unpacked(desk.cases_columns(700, None, first.next.clone()).unwrap());
        assert_eq!((first.count, rest.count, rest.next), (700, 503, None));
        assert_eq!(first.fixed[..16 * 700], all.fixed[..16 * 700]);
        assert_eq!(rest.fixed[..16 * 503], all.fixed[16 * 700..16 * 1_203]);
        assert!(matches!(desk.cases_columns(0, None, None), Err(CasekitError::Invalid { .. })));
    }

    #[test]
    fn every_kind_of_column_lies_where_its_host_looks_for_it() {
        let columns: [Column<Option<u32>>; 4] = [
            Column { name: "is_due", values: Values::Flags(Option::is_some) },
            Column { name: "hint", values: Values::OptionalTexts(|row| row.map(|_| "soon")) },
            Column {
                name: "due",
                values: Values::OptionalInstants(|row| {
                    row.and_then(|_| Timestamp::from_timestamp_micros(-2))
                }),
            },
            Column { name: "count", values: Values::Numbers(|row| row.unwrap_or(7).into()) },
        ];
        let found = packed(&columns, &[Some(3), None], Some("C-1")).unwrap();
        let wanted = [
            &2_u32.to_le_bytes()[..],
            &(2 + 4 * 8_u32).to_le_bytes(),
            &[1, 0],
            &(-2_i64).to_le_bytes(),
            &i64::MIN.to_le_bytes(),
            &3_u64.to_le_bytes(),
            &7_u64.to_le_bytes(),
            b"soon\x1f\x1e\x1fC-1\x1f",
        ];
        assert_eq!(bytes_of(found), wanted.concat());
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
