//! Lists in columns, for callers that read many rows at once: a list crosses as one buffer, not as a record for each row.

mod layout;

use casekit::casekit_core::model::limits;
use casekit::{CaseSummary, PageRequest};

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::packed::Packed;
use crate::types::CasesQuery;
use layout::packed;

#[uniffi::export]
impl Desk {
    /// Cases under a filter, in columns, packed for the host's package. It gives at most `limit` of them, and reads
    /// pages of 500 internally. `after` is the `next` of the columns before. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads pages of 500 as `Desk::cases` does, until it has `limit` rows, and holds them all.
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
                // A limit of 0 is passed on as a page of 0 rows, which the desk refuses.
                let size = if limit == 0 { 0 } else { left.min(limits::PAGE) };
                let page = self.desk.cases(&query, PageRequest { size: Some(size), after: after.take() })?;
                // Most lists fit into the first page, so its rows are taken over without a copy.
                if rows.is_empty() {
                    rows = page.rows
                } else {
                    rows.extend(page.rows)
                }
                after = page.next;
                if after.is_none() || rows.len() as u32 >= limit {
                    return packed(CaseSummary::COLUMNS, &rows, after.as_deref());
                }
            }
        })
    }

    /// A page of cases under a filter, in columns, packed for the host's package. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// As `Desk::cases`.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(query = None, page = None))]
    pub fn cases_page_columns(
        &self,
        query: Option<CasesQuery>,
        page: Option<PageRequest>,
    ) -> Result<Packed, CasekitError> {
        self.guard(|| {
            let page = self.desk.cases(&query.unwrap_or_default().into(), page.unwrap_or_default())?;
            packed(CaseSummary::COLUMNS, &page.rows, page.next.as_deref())
        })
    }

    /// The cases that wait for the actor, oldest first, in columns: a page of at most 500. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// As `Desk::my_pending_cases`.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(page = None))]
    pub fn my_pending_cases_columns(&self, page: Option<PageRequest>) -> Result<Packed, CasekitError> {
        self.guard(|| {
            let page = self.desk.my_pending_cases(page.unwrap_or_default())?;
            packed(CaseSummary::COLUMNS, &page.rows, page.next.as_deref())
        })
    }
}

#[cfg(test)]
mod tests {
    use casekit::{CaseKit, NewCase, Role};

    use super::*;

    /// What a host receives: the number of rows, the bytes of fixed length, and the texts.
    fn got(packed: Packed) -> (usize, Vec<u8>, Vec<String>) {
        let bytes =
            <Packed as uniffi::Lower<crate::UniFfiTag>>::lower(packed).destroy_into_vec().split_off(4);
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (fixed, texts) = bytes[8..].split_at(number(4));
        let texts = std::str::from_utf8(texts).unwrap().split_terminator('\u{1f}').map(ToOwned::to_owned);
        (number(0), fixed.to_vec(), texts.collect())
    }

    #[test]
    fn columns_are_the_rows_of_the_list() {
        let kit = CaseKit::in_memory().unwrap();
        let desk = kit.desk(casekit::Actor::new("amara", "").with_role(Role::Agent));
        for n in 0..1_203 {
            desk.raise_case(NewCase::new("Support", format!("Grüße {n}"))).unwrap();
        }
        let rows = desk.cases(&casekit::CasesQuery::default(), PageRequest::first().of(500)).unwrap().rows;
        let fonts = std::sync::Arc::new(crate::fonts::HostFonts::new(None));
        let desk = Desk::new(desk, fonts, casekit::Sharing::Owner);
        let (count, fixed, texts) = got(desk.cases_columns(10_000, None, None).unwrap());
        assert_eq!((count, texts.last().unwrap().as_str()), (1_203, "\u{1e}"));
        assert_eq!(fixed[..16], *rows[0].id.0.as_bytes());
        // All numbers, the only type, the only stage with its id and category, then all titles.
        assert_eq!((texts[0].as_str(), texts[1_202].as_str()), ("C-001203", "C-000001"));
        assert_eq!(texts[1_203..1_207], ["Support", "open", "Open", "open"]);
        assert_eq!((texts[1_207].as_str(), texts[2 * 1_203 + 3].as_str()), ("Grüße 1202", "Grüße 0"));

        let (first, _, texts) = got(desk.cases_columns(700, None, None).unwrap());
        let (rest, begin, texts) = got(desk.cases_columns(700, None, texts.last().cloned()).unwrap());
        assert_eq!((first, rest, texts.last().unwrap().as_str()), (700, 503, "\u{1e}"));
        assert_eq!(begin[..16 * 503], fixed[16 * 700..16 * 1_203]);
        assert!(matches!(desk.cases_columns(0, None, None), Err(CasekitError::Invalid { .. })));
    }
}
