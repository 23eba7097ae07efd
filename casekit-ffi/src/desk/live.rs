//! Live lists: reads that are delivered again when a commit touched them.

use std::sync::Arc;
use std::time::Duration;

use casekit::{CaseId, Live, PageRequest, RequestSummary, WorkCounts};

use super::{Desk, page};
use crate::error::{CasekitError, Told};
use crate::guard::guard;
use crate::types::{CasePage, CasesQuery, FailingCasePage, NotePage, WorkPage};

macro_rules! live {
    ($($(#[$doc:meta])* $name:ident of $what:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// While nothing is committed it costs nothing. Commits that came since the last delivery are merged.
        #[derive(uniffi::Object)]
        pub struct $name {
            live: Live<$what>,
        }

        #[uniffi::export]
        impl $name {
            /// What there is now, if it differs from what was delivered last; nothing if not. The first time it is
            /// always delivered.
            ///
            /// # Cost
            ///
            /// Reads nothing as long as nothing was committed. After any commit, whatever it was about, the read runs
            /// once; the last answer is held, and compared with the new one.
            pub fn refresh(&self) -> Result<Option<$what>, CasekitError> {
                guard(|| self.live.refresh().map_err(|error| error.told(self.live.language())))
            }

            /// Waits at most `wait` for a commit, and gives what there is then; nothing if none came, or it touched
            /// nothing of this. The calling thread waits.
            ///
            /// # Cost
            ///
            /// Waits without reading. After a commit it costs what [`refresh`](Self::refresh) does.
            pub fn next(&self, wait: Duration) -> Result<Option<$what>, CasekitError> {
                guard(|| self.live.next(wait).map_err(|error| error.told(self.live.language())))
            }
        }
    )*};
}

live! {
    /// A list of cases that is delivered again when a commit touched it.
    LiveCases of CasePage;
    /// The thread of a case that is delivered again when a commit touched it.
    LiveThread of NotePage;
    /// One case with all that its screen shows, delivered again when a commit touched it.
    LiveSummary of RequestSummary;
    /// The cases with errors, delivered again when a commit touched them.
    LiveFailures of FailingCasePage;
    /// How many cases are pending for the actor, delivered again when a commit changed it.
    LivePendingCount of u64;
    /// The actor's work, delivered again when a commit touched it.
    LiveWork of WorkPage;
    /// How much work the actor has, delivered again when a commit changed it.
    LiveWorkCounts of WorkCounts;
}

// Each can fail on what it is given, before anything is read: an id that is none, an instant that cannot be.
#[uniffi::export]
impl Desk {
    /// A page of cases under a filter, live. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::cases` reads; after that only if something was committed.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(query = None, page = None))]
    pub fn live_cases(
        &self,
        query: Option<CasesQuery>,
        page: Option<PageRequest>,
    ) -> Result<Arc<LiveCases>, CasekitError> {
        let (query, request) = (query.unwrap_or_default().into(), self::page(page));
        let live = self.desk.live(move |desk| desk.cases(&query, request.clone()).map(Into::into));
        Ok(Arc::new(LiveCases { live }))
    }

    /// The cases that wait for the actor, oldest first, live. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::my_pending_cases` reads; after that only if something was committed.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(page = None))]
    pub fn live_my_pending_cases(&self, page: Option<PageRequest>) -> Result<Arc<LiveCases>, CasekitError> {
        let request = self::page(page);
        let live = self.desk.live(move |desk| desk.my_pending_cases(request.clone()).map(Into::into));
        Ok(Arc::new(LiveCases { live }))
    }

    /// How many cases are pending for the actor, live. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::my_pending_count` reads; after that only if something was
    /// committed.
    pub fn live_pending_count(&self) -> Result<Arc<LivePendingCount>, CasekitError> {
        Ok(Arc::new(LivePendingCount { live: self.desk.live(|desk| desk.my_pending_count()) }))
    }

    /// The actor's work, oldest first, live: what they hold, what is pending for them, and what they raised. Needs
    /// `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::my_work` reads; after that only if something was committed.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(page = None))]
    pub fn live_my_work(&self, page: Option<PageRequest>) -> Result<Arc<LiveWork>, CasekitError> {
        let request = self::page(page);
        let live = self.desk.live(move |desk| desk.my_work(request.clone()).map(Into::into));
        Ok(Arc::new(LiveWork { live }))
    }

    /// How much work the actor has, live. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::my_work_counts` reads; after that only if something was
    /// committed.
    pub fn live_work_counts(&self) -> Result<Arc<LiveWorkCounts>, CasekitError> {
        Ok(Arc::new(LiveWorkCounts { live: self.desk.live(|desk| desk.my_work_counts()) }))
    }

    /// The thread of a case in reading order, live. Needs `read_cases` and `read_notes`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::thread` reads; after that only if something was committed.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(page = None))]
    pub fn live_thread(
        &self,
        case: CaseId,
        page: Option<PageRequest>,
    ) -> Result<Arc<LiveThread>, CasekitError> {
        let request = self::page(page);
        let live = self.desk.live(move |desk| desk.thread(case, request.clone()).map(Into::into));
        Ok(Arc::new(LiveThread { live }))
    }

    /// Everything that a worker's screen shows of one case, live. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::summary` reads; after that only if something was committed.
    pub fn live_summary(&self, case: CaseId) -> Result<Arc<LiveSummary>, CasekitError> {
        Ok(Arc::new(LiveSummary { live: self.desk.live(move |desk| desk.summary(case)) }))
    }

    /// Cases with errors, oldest first, live. Needs `read_failures`.
    ///
    /// # Cost
    ///
    /// Reads nothing until it is asked, then what `Desk::cases_with_errors` reads; after that only if something was
    /// committed.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    #[uniffi::method(default(page = None))]
    pub fn live_failures(&self, page: Option<PageRequest>) -> Result<Arc<LiveFailures>, CasekitError> {
        let request = self::page(page);
        let read =
            move |desk: &casekit::Desk| desk.cases_with_errors(None, None, request.clone()).map(Into::into);
        Ok(Arc::new(LiveFailures { live: self.desk.live(read) }))
    }
}
