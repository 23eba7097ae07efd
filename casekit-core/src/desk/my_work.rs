//! The actor's own work: what they hold, what is pending for them, and what they raised.

use serde::{Deserialize, Serialize};

use super::look::Look;
use super::{CaseSummary, CasesQuery, Desk, HeldBy, Page, PageRequest, RaisedBy, WorkRow, admission};
use crate::error::Error;
use crate::model::StageCategory;
use crate::store::{CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, Direction, HolderFilter, Sort};

/// How much work the actor has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct WorkCounts {
    /// The number of cases that the actor holds and that are not closed.
    pub held: u64,
    /// The number of cases that are pending for the actor.
    pub pending: u64,
    /// The number of cases that the actor raised and that are not closed.
    pub raised: u64,
    /// The number of cases in one or more of these.
    pub all: u64,
}

impl Desk {
    /// Lists the actor's work, oldest first: the cases that they hold, that are pending for them, and that they raised.
    ///
    /// Each case comes once, with every reason why it is there. What is held or raised is left out once it is closed; a
    /// case that is resolved and not closed is there. Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads about a page by each index: of holders, of raisers and of pending cases. It is the same at a thousand cases
    /// and at a million. If the actor's scope is narrowed, or they are excluded from a step of some case, that is tested
    /// on the cases that these have, as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn my_work(&self, page: PageRequest) -> Result<Page<WorkRow>, Error> {
        let look = self.enter(&admission::CASES, "my_cases")?;
        let filter = CaseFilter { work: Some(look.pending()), ..look.caller.filter() };
        let (me, mut why) = (&look.caller.by, Vec::new());
        let page = self.oldest_first(&look, "my-work", filter, page, |row| {
            let is_open = row.category != StageCategory::Closed;
            let held = is_open && row.holder.as_ref() == Some(me);
            why.push((held, row.pending, is_open && row.raised_by == *me));
        })?;
        let row = |(case, (held, pending, raised))| WorkRow { case, held, pending, raised };
        Ok(Page { rows: page.rows.into_iter().zip(why).map(row).collect(), next: page.next })
    }

    /// Lists the cases that the actor holds and that are not closed, oldest first.
    ///
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads one page by the index of holders: the same at a thousand cases and at a million. If the actor's scope is
    /// narrowed to their own cases, it is tested as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn my_held_cases(&self, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        self.cases(&CasesQuery { holder: Some(HeldBy::Me), ..not_closed() }, page)
    }

    /// Lists the cases that are pending for the actor, oldest first.
    ///
    /// A case is pending if a step is ready, or has failed, that the actor can decide: no blocker that casekit knows
    /// is in the way, or only that nobody has taken the case. So a step that excludes the actor is not pending for them,
    /// and one that anyone may do is, whoever holds the case. An answer that could not be sent is pending for whoever
    /// may do its step, and retry. What the host's authorizer forbids is not asked. Needs
    /// [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads one page by the index of pending cases: the same at a thousand cases and at a million. If the actor's
    /// scope is narrowed, or they are excluded from a step of some case, that is tested on the pending cases as in
    /// [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn my_pending_cases(&self, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        let look = self.enter(&admission::CASES, "my_cases")?;
        let filter = CaseFilter { pending: Some(look.pending()), ..look.caller.filter() };
        self.oldest_first(&look, "my-pending", filter, page, |_| ())
    }

    /// Lists the cases that the actor raised and that are not closed, oldest first.
    ///
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads one page by the index of raisers: the same at a thousand cases and at a million. If the actor's scope is
    /// narrowed to their own cases, it is tested as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn my_raised_cases(&self, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        self.cases(&CasesQuery { raised_by: Some(RaisedBy::Me), ..not_closed() }, page)
    }

    /// Counts the cases that are pending for the actor: the rows of [`my_pending_cases`](Self::my_pending_cases).
    ///
    /// The store maintains the number with every change, so a screen can ask often. Needs
    /// [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads a few totals that every change keeps, and no cases: the same at a thousand cases and at a million. For
    /// an actor who acts for somebody else, it also reads the cases from which one of the two is excluded.
    pub fn my_pending_count(&self) -> Result<u64, Error> {
        let look = self.enter(&admission::CASES, "my_cases")?;
        self.counted(CaseFilter { pending: Some(look.pending()), ..look.caller.filter() })
    }

    /// Counts the actor's work: the rows of [`my_work`](Self::my_work), and of each of the lists that it is made of.
    ///
    /// The store maintains the numbers with every change, so a screen can ask often. They are read one after the other: a
    /// change that comes in between is in the later ones. Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Reads a few totals that every change keeps, and no cases: the same at a thousand cases and at a million. For
    /// an actor who acts for somebody else, it also reads the cases from which one of the two is excluded.
    pub fn my_work_counts(&self) -> Result<WorkCounts, Error> {
        let look = self.enter(&admission::CASES, "my_cases")?;
        let seen = || look.caller.filter();
        let (me, pending) = (look.caller.by.clone(), look.pending());
        let open = || Some(NOT_CLOSED.to_vec());
        let holder = Some(HolderFilter::By(me.clone()));
        Ok(WorkCounts {
            held: self.counted(CaseFilter { holder, categories: open(), ..seen() })?,
            pending: self.counted(CaseFilter { pending: Some(pending.clone()), ..seen() })?,
            raised: self.counted(CaseFilter { raised_by: Some(me), categories: open(), ..seen() })?,
            all: self.counted(CaseFilter { work: Some(pending), ..seen() })?,
        })
    }

    fn counted(&self, filter: CaseFilter) -> Result<u64, Error> {
        let query = CountQuery { by: CountBy::Category, filter };
        Ok(self.engine.store.count_cases(&query)?.answer.iter().map(|count| count.count).sum())
    }

    /// A page of cases by number. `seen` is shown each row as the store gave it.
    fn oldest_first(
        &self,
        look: &Look<'_>,
        list: &str,
        filter: CaseFilter,
        page: PageRequest,
        seen: impl FnMut(&CaseRow),
    ) -> Result<Page<CaseSummary>, Error> {
        let after = page.place(list)?;
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let query = CaseQuery { filter, sort, by_field: None, direction, after, limit: page.limit()? };
        self.summaries(look, list, query, &mut self.engine.seen(), seen)
    }
}

/// Every category but `Closed`.
const NOT_CLOSED: [StageCategory; 4] =
    [StageCategory::Open, StageCategory::Active, StageCategory::Waiting, StageCategory::Resolved];

fn not_closed() -> CasesQuery {
    CasesQuery { categories: NOT_CLOSED.to_vec(), direction: Direction::Ascending, ..CasesQuery::default() }
}
