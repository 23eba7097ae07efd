//! Lists a column at a time, for who reads many rows at once: a row costs the hosts a little more than nothing.

use casekit::{CaseSummary, PageRequest};

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::types::CasesQuery;

/// Ends a text in a column; no text that casekit keeps on one line has it.
const END: char = '\u{1f}';
/// Stands for no text at all.
const NOTHING: char = '\u{1e}';

/// Cases, a column each, packed for each host's package to unpack; the rows are those of `CaseSummary`.
///
/// Texts: UTF-8, each ended by U+001F; U+001E alone stands for none. Instants: microseconds since 1970 in UTC, signed,
/// 8 bytes each, little-endian. Ids: 16 bytes each, as RFC 9562 orders them.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct CaseColumns {
    /// How many rows.
    pub count: u32,
    /// Identities.
    pub id: Vec<u8>,
    /// Numbers.
    pub number: String,
    /// Names of types.
    pub case_type: String,
    /// Labels of stages.
    pub stage: String,
    /// Titles.
    pub title: String,
    /// Names of customers.
    pub customer: String,
    /// Ids of holders.
    pub holder: String,
    /// When they were raised.
    pub raised_at: Vec<u8>,
    /// When their newest events happened.
    pub updated_at: Vec<u8>,
    /// Names of workflows.
    pub workflow: String,
    /// Codes of statuses in their workflows; none for a case without one.
    pub status_code: String,
    /// Statuses in words.
    pub status: String,
    /// Where the next page begins; nothing on the last one, and only there: one can be shorter than asked for, even empty,
    /// and go on.
    pub next: Option<String>,
}

#[uniffi::export]
impl Desk {
    /// Cases under a filter, a column each: at most `limit` of them, in pages of 500 within. `after` is the `next` of the
    /// columns before. Needs `read_cases`.
    #[uniffi::method(default(query = None, after = None))]
    pub fn cases_columns(
        &self,
        limit: u32,
        query: Option<CasesQuery>,
        after: Option<String>,
    ) -> Result<CaseColumns, CasekitError> {
        self.guard(|| {
            let query = query.unwrap_or_default().into();
            let mut columns = CaseColumns { next: after, ..CaseColumns::default() };
            loop {
                let left = limit.saturating_sub(columns.count);
                // A limit of nothing is refused as the page that it is.
                let size = if limit == 0 { 0 } else { left.min(casekit::casekit_core::model::limits::PAGE) };
                let request = PageRequest { size: Some(size), after: columns.next.take() };
                let page = self.desk.cases(&query, request)?;
                columns.next = page.next;
                page.rows.into_iter().for_each(|row| columns.push(row));
                if columns.next.is_none() || columns.count >= limit {
                    return Ok::<_, CasekitError>(columns);
                }
            }
        })
    }

    /// The cases that wait for the actor, oldest first, a column each, a page of at most 500. Needs `read_cases`.
    #[uniffi::method(default(page = None))]
    pub fn my_cases_columns(&self, page: Option<PageRequest>) -> Result<CaseColumns, CasekitError> {
        self.guard(|| {
            let page = self.desk.my_cases(page.unwrap_or_default())?;
            let mut columns = CaseColumns { next: page.next, ..CaseColumns::default() };
            page.rows.into_iter().for_each(|row| columns.push(row));
            Ok::<_, CasekitError>(columns)
        })
    }
}

impl CaseColumns {
    fn push(&mut self, row: CaseSummary) {
        let CaseSummary {
            id,
            number,
            case_type,
            stage,
            title,
            customer,
            holder,
            raised_at,
            updated_at,
            workflow,
            status_code,
            status,
        } = row;
        self.count += 1;
        self.id.extend(id.0.as_bytes());
        self.raised_at.extend(raised_at.timestamp_micros().to_le_bytes());
        self.updated_at.extend(updated_at.timestamp_micros().to_le_bytes());
        text(&mut self.number, Some(number));
        text(&mut self.case_type, Some(case_type));
        text(&mut self.stage, Some(stage));
        text(&mut self.title, Some(title));
        text(&mut self.customer, customer);
        text(&mut self.holder, holder);
        text(&mut self.workflow, workflow);
        text(&mut self.status_code, status_code);
        text(&mut self.status, Some(status));
    }
}

fn text(column: &mut String, value: Option<String>) {
    match value {
        // INVARIANT: texts of one line have no control characters; a store of somebody's own might bring some.
        Some(value) if value.bytes().any(|byte| matches!(byte, 0x1e | 0x1f)) => {
            column.push_str(&value.replace([END, NOTHING], " "))
        }
        Some(value) => column.push_str(&value),
        None => column.push(NOTHING),
    }
    column.push(END);
}

#[cfg(test)]
mod tests {
    use casekit::{CaseKit, NewCase, Role};

    use super::*;

    #[test]
    fn columns_are_the_rows_of_the_list() {
        let kit = CaseKit::in_memory().unwrap();
        let desk = kit.desk(casekit::Actor::new("amara", "").with_role(Role::Agent));
        for n in 0..1_203 {
            desk.raise_case(NewCase::new("Support", format!("Grüße {n}"))).unwrap();
        }
        let rows = desk.cases(&casekit::CasesQuery::default(), PageRequest::first().of(500)).unwrap().rows;
        let fonts = std::sync::Arc::new(crate::fonts::HostFonts::new(None));
        let desk = Desk::new(desk, fonts);
        let columns = desk.cases_columns(10_000, None, None).unwrap();
        assert_eq!((columns.count, columns.next), (1_203, None));
        let titles: Vec<&str> = columns.title.split_terminator(END).collect();
        assert_eq!(titles.len(), 1_203);
        assert_eq!((titles[0], titles[1_202]), ("Grüße 1202", "Grüße 0"));
        assert!(columns.holder.split_terminator(END).all(|holder| holder == "\u{1e}"));
        assert_eq!(columns.id[..16], *rows[0].id.0.as_bytes());
        assert_eq!(columns.raised_at[..8], rows[0].raised_at.timestamp_micros().to_le_bytes());

        let first = desk.cases_columns(700, None, None).unwrap();
        let rest = desk.cases_columns(700, None, first.next.clone()).unwrap();
        assert_eq!((first.count, rest.count, rest.next), (700, 503, None));
        assert_eq!(first.number + &rest.number, columns.number);
        assert!(matches!(desk.cases_columns(0, None, None), Err(CasekitError::Invalid { .. })));
    }

    #[test]
    fn a_text_with_the_marks_of_the_packing_stays_one_text() {
        let mut column = String::new();
        text(&mut column, Some("a\u{1f}b\u{1e}".into()));
        text(&mut column, None);
        text(&mut column, Some(String::new()));
        assert_eq!(column.split_terminator(END).collect::<Vec<_>>(), ["a b ", "\u{1e}", ""]);
    }
}
