//! Lists of cases as Apache Arrow, which dataframes and databases read without copying.

use std::sync::Arc;

use arrow_array::builder::{StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchReader, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use casekit_core::Error;
use casekit_core::desk::{CaseSummary, CasesQuery, Column, Desk, Page, PageRequest, Values};
use casekit_core::model::limits;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The cases under a filter, as [`CaseBatches`].
///
/// ```
/// use arrow_array::RecordBatchReader;
/// use casekit_core::desk::{CasesQuery, Desk};
///
/// fn rows(desk: Desk) -> Result<usize, Box<dyn std::error::Error>> {
///     let batches = casekit_export::arrow::cases(desk, CasesQuery::default())?;
///     assert_eq!(batches.schema().field(0).name(), "id");
///     let mut rows = 0;
///     for batch in batches {
///         rows += batch?.num_rows();
///     }
///     Ok(rows)
/// }
/// ```
///
/// # Errors
///
/// As [`Desk::cases`].
///
/// # Cost
///
/// Reads the first page of up to 500 cases; then one page for each batch, when the reader asks for it. It holds one
/// page.
pub fn cases(desk: Desk, query: CasesQuery) -> Result<impl RecordBatchReader + Send, Error> {
    CaseBatches::new(u64::MAX, move |request| desk.cases(&query, request))
}

/// A list of cases, in order: one batch for each page, read when the consumer asks for it. Only one page is held in
/// memory.
///
/// The columns are those of a [`CaseSummary`], with the same names. Instants are microseconds in UTC, ids are text;
/// optional values that are absent are null. Pages are read as by [`Desk::cases`], so changes in between have the same
/// effect.
pub struct CaseBatches<R> {
    read: R,
    schema: SchemaRef,
    first: Option<Page<CaseSummary>>,
    next: Option<PageRequest>,
    left: u64,
}

impl<R, E> CaseBatches<R>
where
    R: FnMut(PageRequest) -> Result<Page<CaseSummary>, E>,
    E: std::error::Error + Send + Sync + 'static,
{
    /// At most `limit` of the cases that `read` returns, a page at a time. The first page is read now. If a later page
    /// cannot be read, the stream yields an [`ArrowError::ExternalError`] with the error of `read`, and ends.
    ///
    /// # Errors
    ///
    /// The error of reading the first page.
    ///
    /// # Cost
    ///
    /// Reads the first page of up to 500 cases; then one page for each batch, when the reader asks for it. It holds
    /// one page.
    pub fn new(limit: u64, mut read: R) -> Result<Self, E> {
        let first = if limit == 0 { None } else { Some(read(request(limit, None))?) };
        Ok(Self { read, schema: schema(), first, next: None, left: limit })
    }
}

/// The request for the next page, no larger than what is left of the limit.
fn request(left: u64, after: Option<String>) -> PageRequest {
    PageRequest { size: u32::try_from(left.min(u64::from(limits::PAGE))).ok(), after }
}

impl<R, E> Iterator for CaseBatches<R>
where
    R: FnMut(PageRequest) -> Result<Page<CaseSummary>, E>,
    E: std::error::Error + Send + Sync + 'static,
{
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let page = match self.first.take() {
                Some(page) => page,
                None => match (self.read)(self.next.take()?) {
                    Ok(page) => page,
                    Err(error) => return Some(Err(ArrowError::ExternalError(Box::new(error)))),
                },
            };
            self.left = self.left.saturating_sub(page.rows.len() as u64);
            self.next = page.next.filter(|_| self.left > 0).map(|after| request(self.left, Some(after)));
            // An empty page need not be the last one.
            if !page.rows.is_empty() {
                let arrays = CaseSummary::COLUMNS.iter().map(|column| array(&page.rows, column)).collect();
                return Some(RecordBatch::try_new(Arc::clone(&self.schema), arrays));
            }
        }
    }
}

impl<R, E> RecordBatchReader for CaseBatches<R>
where
    R: FnMut(PageRequest) -> Result<Page<CaseSummary>, E>,
    E: std::error::Error + Send + Sync + 'static,
{
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl<R> std::fmt::Debug for CaseBatches<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CaseBatches").finish_non_exhaustive()
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(CaseSummary::COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

fn field<Row>(column: &Column<Row>) -> Field {
    let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let (kind, is_optional) = match column.values {
        Values::Ids(_) | Values::Texts(_) => (DataType::Utf8, false),
        Values::OptionalIds(_) | Values::OptionalTexts(_) => (DataType::Utf8, true),
        Values::Instants(_) => (instant(), false),
        Values::OptionalInstants(_) => (instant(), true),
        Values::Numbers(_) => (DataType::UInt64, false),
        Values::Flags(_) => (DataType::Boolean, false),
    };
    Field::new(column.name, kind, is_optional)
}

/// The values of one column.
fn array<Row>(rows: &[Row], column: &Column<Row>) -> ArrayRef {
    match column.values {
        Values::Ids(of) => ids(rows, |row| Some(of(row))),
        Values::OptionalIds(of) => ids(rows, of),
        Values::Texts(of) => texts(rows, |row| Some(of(row))),
        Values::OptionalTexts(of) => texts(rows, of),
        Values::Instants(of) => instants(rows, |row| Some(of(row).timestamp_micros())),
        Values::OptionalInstants(of) => instants(rows, |row| of(row).map(|at| at.timestamp_micros())),
        Values::Numbers(of) => Arc::new(rows.iter().map(|row| Some(of(row))).collect::<UInt64Array>()),
        Values::Flags(of) => Arc::new(rows.iter().map(|row| Some(of(row))).collect::<BooleanArray>()),
    }
}

fn texts<'a, Row>(rows: &'a [Row], of: impl Fn(&'a Row) -> Option<&'a str>) -> ArrayRef {
    let bytes = rows.iter().filter_map(&of).map(str::len).sum();
    let mut column = StringBuilder::with_capacity(rows.len(), bytes);
    rows.iter().for_each(|row| column.append_option(of(row)));
    Arc::new(column.finish())
}

fn instants<Row>(rows: &[Row], of: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
    let mut column = TimestampMicrosecondBuilder::with_capacity(rows.len());
    rows.iter().for_each(|row| column.append_option(of(row)));
    Arc::new(column.finish().with_timezone("UTC"))
}

fn ids<Row>(rows: &[Row], of: impl Fn(&Row) -> Option<Uuid>) -> ArrayRef {
    let mut text = [0; Hyphenated::LENGTH];
    let mut column = StringBuilder::with_capacity(rows.len(), rows.len() * text.len());
    for row in rows {
        match of(row) {
            Some(id) => column.append_value(id.hyphenated().encode_lower(&mut text)),
            None => column.append_null(),
        }
    }
    Arc::new(column.finish())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use arrow_array::cast::AsArray as _;
    use arrow_array::types::{TimestampMicrosecondType, UInt64Type};
    use casekit_core::model::Timestamp;

    use super::*;

    #[test]
    fn every_kind_of_column_is_an_array_of_its_type_with_nothing_as_null() {
        let at = Timestamp::from_timestamp_micros(1_750_000_000_000_001).unwrap();
        let rows = [Some(at), None];
        let id = Uuid::from_u128(7);
        let columns: [Column<Option<Timestamp>>; 5] = [
            Column { name: "customer", values: Values::OptionalIds(|row| row.map(|_| Uuid::from_u128(7))) },
            Column { name: "due", values: Values::OptionalInstants(|row| *row) },
            Column { name: "count", values: Values::Numbers(|row| u64::from(row.is_some())) },
            Column { name: "is_due", values: Values::Flags(|row| row.is_some()) },
            Column { name: "hint", values: Values::OptionalTexts(|row| row.map(|_| "soon")) },
        ];
        let fields = columns.iter().map(field).collect::<Vec<_>>();
        let arrays = columns.iter().map(|column| array(&rows, column)).collect();
        // Fails if an array has another type than its field, or a null in a field that allows none.
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
        let due = batch["due"].as_primitive::<TimestampMicrosecondType>();
        assert_eq!(due.iter().collect::<Vec<_>>(), [Some(1_750_000_000_000_001), None]);
        assert_eq!(batch["count"].as_primitive::<UInt64Type>().values()[..], [1, 0]);
        assert_eq!(batch["is_due"].as_boolean().iter().collect::<Vec<_>>(), [Some(true), Some(false)]);
        let customer = batch["customer"].as_string::<i32>().iter().collect::<Vec<_>>();
        assert_eq!(customer, [Some(id.to_string().as_str()), None]);
        assert_eq!(batch["hint"].as_string::<i32>().iter().collect::<Vec<_>>(), [Some("soon"), None]);
    }
}
