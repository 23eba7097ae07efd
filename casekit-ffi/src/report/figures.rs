//! How long things take and which cases are stuck, as files.

use std::sync::Arc;

use casekit::reports;
use casekit::{StatisticsQuery, StuckBy};

use super::{ExportFile, Tell};
use crate::callback::ReportListener;
use crate::desk::Desk;
use crate::error::CasekitError;
use crate::types::{CasesQuery, CsvForm};

#[uniffi::export]
impl Desk {
    /// Writes how long things take, as `Self::statistics` tells it, as CSV to the file at `path`, and returns the number of rows.
    /// The file appears complete or not at all. Needs `export` and `read_cases`.
    ///
    /// For people, times are as `26:05:00`: hours, minutes and seconds. For programs they are in seconds, what is measured is a
    /// code such as `time_in_stage`, and the ids of types and stages have columns too.
    ///
    /// # Arguments
    ///
    /// - `query`: of which types and teams, and of which months.
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::statistics`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads what `Self::statistics` reads, which does not grow with the number of cases, and holds its rows. The export is
    /// recorded in the ledger.
    #[uniffi::method(default(query = None, form = None))]
    pub fn statistics_csv_to(
        &self,
        path: String,
        query: Option<StatisticsQuery>,
        form: Option<CsvForm>,
    ) -> Result<u64, CasekitError> {
        let (query, form) = (query.unwrap_or_default(), form.unwrap_or_default().into());
        self.guard(|| reports::statistics_csv_to(&self.desk, &query, form, self.file(&path)))
    }

    /// How long things take, as `Self::statistics` tells it, as CSV in UTF-8, in bytes. Needs `export` and `read_cases`.
    ///
    /// For people, times are as `26:05:00`: hours, minutes and seconds. For programs they are in seconds, what is measured is a
    /// code such as `time_in_stage`, and the ids of types and stages have columns too.
    ///
    /// # Arguments
    ///
    /// - `query`: of which types and teams, and of which months.
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::statistics`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads what `Self::statistics` reads, which does not grow with the number of cases, and holds its rows and the whole
    /// file. The export is recorded in the ledger.
    #[uniffi::method(default(query = None, form = None))]
    pub fn statistics_csv(
        &self,
        query: Option<StatisticsQuery>,
        form: Option<CsvForm>,
    ) -> Result<Vec<u8>, CasekitError> {
        let (query, form) = (query.unwrap_or_default(), form.unwrap_or_default().into());
        self.guard(|| {
            let mut bytes = Vec::new();
            reports::statistics_csv(&self.desk, &query, form, &mut bytes).map(|_| bytes)
        })
    }

    /// Writes how long things take, as `Self::statistics` tells it, as a workbook (xlsx) to the file at `path`, and returns the
    /// number of rows. Times are lengths of time that formulas can add. The file appears complete or not at all. Needs `export`
    /// and `read_cases`.
    ///
    /// # Arguments
    ///
    /// - `query`: of which types and teams, and of which months.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::statistics`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads what `Self::statistics` reads, which does not grow with the number of cases, and holds its rows. The export is
    /// recorded in the ledger.
    #[uniffi::method(default(query = None))]
    pub fn statistics_xlsx_to(
        &self,
        path: String,
        query: Option<StatisticsQuery>,
    ) -> Result<u64, CasekitError> {
        self.guard(|| self.statistics_workbook_file(query, &path))
    }

    /// How long things take, as `Self::statistics` tells it, as a workbook (xlsx), in bytes. Times are lengths of time that
    /// formulas can add. Needs `export` and `read_cases`.
    ///
    /// # Arguments
    ///
    /// - `query`: of which types and teams, and of which months.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::statistics`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads what `Self::statistics` reads, which does not grow with the number of cases, and holds its rows and the whole
    /// workbook. The export is recorded in the ledger.
    #[uniffi::method(default(query = None))]
    pub fn statistics_xlsx(&self, query: Option<StatisticsQuery>) -> Result<Vec<u8>, CasekitError> {
        self.guard(|| self.statistics_workbook(query))
    }

    /// Writes the cases that do not go on, as `Self::stuck_cases` lists them, as CSV to the file at `path`, and returns the number
    /// of rows. The file appears complete or not at all. Needs `export` and `read_cases`.
    ///
    /// The columns are those of the overview, and then when each case was changed last, since when it is in its stage, for how
    /// long, and what nine of ten cases there did not exceed: for people as `26:05:00`, for programs in seconds.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::stuck_cases`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen months, and holds
    /// no more than a page.
    /// The export is recorded in the ledger. With a listener, the cases are counted first.
    #[uniffi::method(default(query = None, form = None, listener = None))]
    pub fn stuck_cases_csv_to(
        &self,
        path: String,
        by: StuckBy,
        query: Option<CasesQuery>,
        form: Option<CsvForm>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<u64, CasekitError> {
        let (query, form) = (query.unwrap_or_default().into(), form.unwrap_or_default().into());
        self.reported(listener, |tell| {
            let (desk, file) = (&self.desk, self.file(&path));
            self.said(match tell {
                Some(tell) => reports::stuck_cases_csv_to_with(desk, by, &query, form, file, tell),
                None => reports::stuck_cases_csv_to(desk, by, &query, form, file),
            })
        })
    }

    /// The cases that do not go on, as `Self::stuck_cases` lists them, as CSV in UTF-8, in bytes. Needs `export` and
    /// `read_cases`.
    ///
    /// The columns are those of the overview, and then when each case was changed last, since when it is in its stage, for how
    /// long, and what nine of ten cases there did not exceed: for people as `26:05:00`, for programs in seconds.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    /// - `form`: says for whom the table is, with which separator, and whether a byte order mark comes first; for people, with
    ///   commas and without a mark, unless given.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::stuck_cases`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen months, and holds
    /// those rows and the whole file.
    /// The export is recorded in the ledger. With a listener, the cases are counted first.
    #[uniffi::method(default(query = None, form = None, listener = None))]
    pub fn stuck_cases_csv(
        &self,
        by: StuckBy,
        query: Option<CasesQuery>,
        form: Option<CsvForm>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        let (query, form) = (query.unwrap_or_default().into(), form.unwrap_or_default().into());
        self.reported(listener, |tell| {
            let (desk, mut bytes) = (&self.desk, Vec::new());
            self.said(match tell {
                Some(tell) => reports::stuck_cases_csv_with(desk, by, &query, form, &mut bytes, tell),
                None => reports::stuck_cases_csv(desk, by, &query, form, &mut bytes),
            })?;
            Ok(bytes)
        })
    }

    /// Writes the cases that do not go on, as `Self::stuck_cases` lists them, as a workbook (xlsx) to the file at `path`, and returns the number
    /// of rows. The file appears complete or not at all. Needs `export` and `read_cases`.
    ///
    /// The columns are those of the overview, and then when each case was changed last, since when it is in its stage, for how
    /// long, and what nine of ten cases there did not exceed: lengths of time that formulas can add.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing of the report is left then.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::stuck_cases`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen months, and keeps
    /// the rows in a file without a name beside the workbook until it is written. It holds a page of them.
    /// The export is recorded in the ledger. With a listener, the cases are counted first.
    ///
    /// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn stuck_cases_xlsx_to(
        &self,
        path: String,
        by: StuckBy,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<u64, CasekitError> {
        self.reported(listener, |tell| self.stuck_workbook_file((by, query), self.file(&path), tell))
    }

    /// The cases that do not go on, as `Self::stuck_cases` lists them, as a workbook (xlsx), in bytes. Needs `export` and
    /// `read_cases`.
    ///
    /// The columns are those of the overview, and then when each case was changed last, since when it is in its stage, for how
    /// long, and what nine of ten cases there did not exceed: lengths of time that formulas can add.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`.
    ///
    /// # Errors
    ///
    /// - `Invalid`: as of `Self::stuck_cases`.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen months, and holds
    /// those rows and the whole workbook.
    /// The export is recorded in the ledger. With a listener, the cases are counted first.
    ///
    /// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
    #[uniffi::method(default(query = None, listener = None))]
    pub fn stuck_cases_xlsx(
        &self,
        by: StuckBy,
        query: Option<CasesQuery>,
        listener: Option<Arc<dyn ReportListener>>,
    ) -> Result<Vec<u8>, CasekitError> {
        self.reported(listener, |tell| self.stuck_workbook((by, query), tell))
    }
}

#[cfg(feature = "xlsx")]
impl Desk {
    fn statistics_workbook_file(
        &self,
        query: Option<StatisticsQuery>,
        path: &str,
    ) -> Result<u64, CasekitError> {
        let query = query.unwrap_or_default();
        self.said(reports::statistics_xlsx_to(&self.desk, &query, self.file(path)))
    }

    fn statistics_workbook(&self, query: Option<StatisticsQuery>) -> Result<Vec<u8>, CasekitError> {
        let (query, mut out) = (query.unwrap_or_default(), Vec::new());
        self.said(reports::statistics_xlsx(&self.desk, &query, &mut out))?;
        Ok(out)
    }

    fn stuck_workbook_file(
        &self,
        (by, query): (StuckBy, Option<CasesQuery>),
        file: ExportFile<'_>,
        tell: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        let (desk, query) = (&self.desk, query.unwrap_or_default().into());
        self.said(match tell {
            Some(tell) => reports::stuck_cases_xlsx_to_with(desk, by, &query, file, tell),
            None => reports::stuck_cases_xlsx_to(desk, by, &query, file),
        })
    }

    fn stuck_workbook(
        &self,
        (by, query): (StuckBy, Option<CasesQuery>),
        tell: Tell<'_>,
    ) -> Result<Vec<u8>, CasekitError> {
        let (desk, query, mut out) = (&self.desk, query.unwrap_or_default().into(), Vec::new());
        self.said(match tell {
            Some(tell) => reports::stuck_cases_xlsx_with(desk, by, &query, &mut out, tell),
            None => reports::stuck_cases_xlsx(desk, by, &query, &mut out),
        })?;
        Ok(out)
    }
}

#[cfg(not(feature = "xlsx"))]
impl Desk {
    fn statistics_workbook_file(&self, _: Option<StatisticsQuery>, _: &str) -> Result<u64, CasekitError> {
        Err(super::without_xlsx())
    }

    fn statistics_workbook(&self, _: Option<StatisticsQuery>) -> Result<Vec<u8>, CasekitError> {
        Err(super::without_xlsx())
    }

    fn stuck_workbook_file(
        &self,
        _: (StuckBy, Option<CasesQuery>),
        _: ExportFile<'_>,
        _: Tell<'_>,
    ) -> Result<u64, CasekitError> {
        Err(super::without_xlsx())
    }

    fn stuck_workbook(&self, _: (StuckBy, Option<CasesQuery>), _: Tell<'_>) -> Result<Vec<u8>, CasekitError> {
        Err(super::without_xlsx())
    }
}
