//! Everything that a store returns, as one value to compare.

use super::{paged, query};
use crate::commit::StoredEvent;
use crate::model::{Catalog, Note};
use crate::store::{
    CaseCount, CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, CustomerQuery, CustomerRow, Direction,
    EventQuery, FailureCount, PeopleQuery, PersonRow, SearchQuery, SearchRow, Sort, Store, StreamRow, Within,
};

/// The word by which [`everything`] searches.
pub const WORD: &str = "pelican";

/// Everything that a store returns. Two of them are equal if nothing changed in between.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Everything {
    /// Every event.
    pub events: Vec<StoredEvent>,
    /// The position of the newest event.
    pub last_position: u64,
    /// Every stream.
    pub streams: Vec<StreamRow>,
    /// Every note.
    pub notes: Vec<Note>,
    /// Settings, case types and workflows.
    pub catalog: Catalog,
    /// Every case.
    pub cases: Vec<CaseRow>,
    /// Counts of cases by type and stage.
    pub counts: Vec<CaseCount>,
    /// Counts of cases by tag.
    pub tags: Vec<CaseCount>,
    /// Counts of failures by cause.
    pub failures: Vec<FailureCount>,
    /// Every customer.
    pub customers: Vec<CustomerRow>,
    /// Everybody in the directory of people.
    pub people: Vec<PersonRow>,
    /// The results of a search for [`WORD`].
    pub found: Vec<SearchRow>,
}

/// Reads everything that a store returns.
pub fn everything(store: &dyn Store) -> Everything {
    let cases = |after| CaseQuery {
        filter: CaseFilter::default(),
        sort: Sort::Number,
        by_field: None,
        direction: Direction::Ascending,
        after,
        limit: 500,
    };
    let found = |after| SearchQuery {
        text: query(WORD),
        types: None,
        teams: None,
        customer: None,
        own: None,
        notes: true,
        internal: true,
        cases: true,
        after,
        limit: 500,
    };
    let counts = CountQuery { by: CountBy::Stage, filter: CaseFilter::default() };
    Everything {
        events: store.events(&EventQuery::All { after: 0, limit: 1_000_000 }).unwrap(),
        last_position: store.last_position().unwrap(),
        streams: store.streams(None, 1_000_000).unwrap(),
        notes: store.all_notes(None, 1_000_000).unwrap(),
        catalog: store.catalog().unwrap().as_ref().clone(),
        cases: paged(|after| store.cases(&cases(after)).unwrap().answer),
        counts: store.count_cases(&counts).unwrap().answer,
        tags: store.count_cases(&CountQuery { by: CountBy::Tag, ..counts }).unwrap().answer,
        failures: store.count_failures(&Within::default()).unwrap().answer,
        customers: paged(|after| {
            store.customers(&CustomerQuery { text: None, fields: Vec::new(), after, limit: 500 }).unwrap()
        }),
        people: store.people(&PeopleQuery::All { after: None, limit: 1_000_000 }).unwrap(),
        found: paged(|after| store.search(&found(after)).unwrap().answer),
    }
}
