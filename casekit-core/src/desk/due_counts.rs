//! How many cases are overdue and due soon, up to a number.

use serde::{Deserialize, Serialize};

use super::case_filter::{DueIn, Narrowed};
use super::look::Look;
use super::{CasesQuery, Desk, admission};
use crate::error::Error;
use crate::model::limits;

/// A number of cases that is counted up to a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CountUpTo {
    /// How many there are; the limit if there are more.
    pub count: u64,
    /// Whether there are more: a screen says `10,000+` then.
    pub or_more: bool,
}

/// How many cases are overdue, and how many are due soon.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DueCounts {
    /// Those of which a deadline is over.
    pub overdue: CountUpTo,
    /// Those of which none is over, and the warning of one is due.
    pub due_soon: CountUpTo,
}

impl Desk {
    /// Counts the cases of a list that are overdue and those that are due soon, each exactly up to 10,000.
    ///
    /// They are the cases that the list has with [`DueIn::Overdue`] and [`DueIn::Soon`], those in error included. It is for
    /// the figures beside a menu, which must not take longer the later an office is; [`counts`](Self::counts) with `due` is
    /// exact at any number, in groups, and reads each of these cases. Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `query`: what else must hold of them. Its own `due` and its order do not matter.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type, a stage or a workflow that does not exist, with those that there are; or
    ///   if its conditions exclude each other.
    ///
    /// # Cost
    ///
    /// Reads overdue cases by an index until 10,000 fit the query, and those that are due soon likewise: without other
    /// conditions 10,001 of each at most, however many there are. Conditions that few of them meet are tested on all of them,
    /// unless the list is of a customer, of own cases, of a tag or of a value of a field, which are read instead.
    ///
    /// Each number is up to 10,000, and says if there are more.
    pub fn due_counts(&self, query: &CasesQuery) -> Result<DueCounts, Error> {
        let look = self.enter(&admission::CASES, "count_cases")?;
        Ok(DueCounts {
            overdue: self.due_in(&look, query, DueIn::Overdue)?,
            due_soon: self.due_in(&look, query, DueIn::Soon)?,
        })
    }

    fn due_in(&self, look: &Look<'_>, query: &CasesQuery, due: DueIn) -> Result<CountUpTo, Error> {
        const MOST: u32 = limits::DUE_CASES_COUNTED;
        let query = CasesQuery { due: Some(due), ..query.clone() };
        look.ask(
            |catalog| self.filter(&query, &look.caller, catalog, look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, is_empty: false, .. } = narrowed else {
                    return Ok(CountUpTo::default());
                };
                // One more tells whether there are more.
                let counted = self.engine.store.count_up_to(filter, MOST + 1)?;
                *catalog = counted.catalog;
                let most = u64::from(MOST);
                Ok(CountUpTo { count: counted.answer.min(most), or_more: counted.answer > most })
            },
        )
    }
}
