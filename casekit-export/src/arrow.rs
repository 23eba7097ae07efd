//! Lists of cases as Apache Arrow, for dataframes and databases that read it without a copy.

use std::sync::Arc;

use arrow_array::builder::{StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use casekit_core::Error;
use casekit_core::desk::{CaseSummary, CasesQuery, Desk, Page, PageRequest};
use casekit_core::model::limits;

/// The cases under a filter, by [`CaseBatches`].
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
pub fn cases(desk: Desk, query: CasesQuery) -> Result<impl RecordBatchReader + Send, Error> {
    CaseBatches::new(u64::MAX, move |request| desk.cases(&query, request))
}

/// A list of cases, in its order: a batch for each page, read as the reader goes on. Nothing else of the list is held in
/// memory.
///
/// The columns are those of a [`CaseSummary`], by the same names. Instants are microseconds in UTC; all else is text,
/// ids too, and null where a summary has none. Pages follow on each other as those of [`Desk::cases`] do, so that what
/// changes meanwhile is met in the same way.
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
    /// At most `limit` of the cases that `read` gives a page at a time. The first page is read at once; a later one that
    /// cannot be read is an [`ArrowError::ExternalError`] with what `read` said, after which the stream has ended.
    ///
    /// # Errors
    ///
    /// What reading the first page gives.
    pub fn new(limit: u64, mut read: R) -> Result<Self, E> {
        let first = if limit == 0 { None } else { Some(read(request(limit, None))?) };
        Ok(Self { read, schema: schema(), first, next: None, left: limit })
    }
}

/// The page that begins after another.
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
            // A page can be empty and go on.
            if !page.rows.is_empty() {
                return Some(RecordBatch::try_new(Arc::clone(&self.schema), columns(&page.rows)));
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
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let maybe = |name: &str| Field::new(name, DataType::Utf8, true);
    let instant =
        |name: &str| Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false);
    Arc::new(Schema::new(vec![
        text("id"),
        text("number"),
        text("case_type"),
        text("stage"),
        text("title"),
        maybe("customer"),
        maybe("holder"),
        instant("raised_at"),
        instant("updated_at"),
        maybe("workflow"),
        maybe("status_code"),
        text("status"),
    ]))
}

/// The columns of the rows, in the order of the schema.
fn columns(rows: &[CaseSummary]) -> Vec<ArrayRef> {
    let texts = |of: fn(&CaseSummary) -> &str| -> ArrayRef {
        let mut column = StringBuilder::with_capacity(rows.len(), rows.iter().map(|row| of(row).len()).sum());
        rows.iter().for_each(|row| column.append_value(of(row)));
        Arc::new(column.finish())
    };
    let optional = |of: fn(&CaseSummary) -> Option<&str>| -> ArrayRef {
        let bytes = rows.iter().filter_map(of).map(str::len).sum();
        let mut column = StringBuilder::with_capacity(rows.len(), bytes);
        rows.iter().for_each(|row| column.append_option(of(row)));
        Arc::new(column.finish())
    };
    let instants = |of: fn(&CaseSummary) -> i64| -> ArrayRef {
        let mut column = TimestampMicrosecondBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| column.append_value(of(row)));
        Arc::new(column.finish().with_timezone("UTC"))
    };
    vec![
        ids(rows),
        texts(|row| &row.number),
        texts(|row| &row.case_type),
        texts(|row| &row.stage),
        texts(|row| &row.title),
        optional(|row| row.customer.as_deref()),
        optional(|row| row.holder.as_deref()),
        instants(|row| row.raised_at.timestamp_micros()),
        instants(|row| row.updated_at.timestamp_micros()),
        optional(|row| row.workflow.as_deref()),
        optional(|row| row.status_code.as_deref()),
        texts(|row| &row.status),
    ]
}

fn ids(rows: &[CaseSummary]) -> ArrayRef {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let mut column = StringBuilder::with_capacity(rows.len(), rows.len() * text.len());
    rows.iter().for_each(|row| column.append_value(row.id.0.hyphenated().encode_lower(&mut text)));
    Arc::new(column.finish())
}
