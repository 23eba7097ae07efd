//! Pages of long lists, and the cursors that lead from one to the next.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    CaseSummary, CustomerSummary, FailingCase, MigratedCase, MigratedCustomer, PersonSummary, Retried,
    SearchHit, StuckCase, ThreadNote, WorkRow,
};
use crate::history::HistoryEntry;
use crate::model::{ActorId, CaseTypeId, CustomerId, FieldKey, Timestamp, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::store::{After, Slice, StoreError};

/// Which page of a list to read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// The maximum number of rows, 1 to 500. If it is not given, the size of the previous page, or 50 for the first.
    pub size: Option<u32>,
    /// The `next` of the previous page; `None` for the first page.
    pub after: Option<String>,
}

impl PageRequest {
    /// A request for the first page, with the default size.
    #[must_use]
    pub fn first() -> Self {
        Self::default()
    }

    /// A request for the page after the one that had this `next`, with the same size.
    #[must_use]
    pub fn after(next: impl Into<String>) -> Self {
        Self { size: None, after: Some(next.into()) }
    }

    /// The same request with another maximum number of rows.
    #[must_use]
    pub fn of(mut self, size: u32) -> Self {
        self.size = Some(size);
        self
    }

    /// The maximum number of rows; the size of the previous page if the caller gave none. Refuses a size that is not in
    /// 1 to 500.
    pub(crate) fn limit(&self) -> Result<u32, Rejection> {
        match self.size.or_else(|| self.sized()?.0) {
            None => Ok(limits::PAGE_DEFAULT),
            Some(size) if (1..=limits::PAGE).contains(&size) => Ok(size),
            Some(_) => {
                let rule = FieldRule::OutOfRange { least: 1, most: i64::from(limits::PAGE) };
                Err(Rejection::field("size", rule))
            }
        }
    }

    /// The place after which reading continues. A cursor of another list is refused, even if its place could be parsed.
    pub(crate) fn place(&self, list: &str) -> Result<Option<After>, Rejection> {
        let Some((_, token)) = self.sized() else { return Ok(None) };
        read_token(token, list).map(Some).ok_or_else(malformed)
    }

    /// The place in a history after which reading continues.
    pub(super) fn told(&self) -> Result<Told, Rejection> {
        let Some((_, token)) = self.sized() else { return Ok(Told { revision: 0, case_type: None }) };
        Told::read(token).ok_or_else(malformed)
    }

    /// The actor id after which reading of the directory of people continues.
    pub(super) fn person(&self) -> Result<Option<ActorId>, Rejection> {
        let Some((_, token)) = self.sized() else { return Ok(None) };
        let id = token.strip_prefix(PEOPLE).and_then(|id| ActorId::parse("after", id).ok());
        id.map(Some).ok_or_else(malformed)
    }

    /// The cursor behind a person in the directory of people.
    pub(super) fn behind_person(id: &ActorId) -> String {
        format!("{PEOPLE}{id}")
    }

    /// The size that a cursor carries, and the cursor without it. A size comes before the first `@` and is a number;
    /// names of lists contain no `@`, so an `@` in a customer's name is not taken for the end of a size.
    fn sized(&self) -> Option<(Option<u32>, &str)> {
        let after = self.after.as_deref()?;
        let sized = after.split_once('@').and_then(|(size, token)| Some((Some(size.parse().ok()?), token)));
        Some(sized.unwrap_or((None, after)))
    }
}

/// What the cursors of the directory of people begin with.
const PEOPLE: &str = "people.a.";

/// A place in a history: the revision of the last event on the page, and the type that the case had then. With the type
/// in the cursor, the next page need not read any earlier event to know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Told {
    pub(super) revision: u64,
    pub(super) case_type: Option<CaseTypeId>,
}

impl Told {
    const LIST: &str = "history.h.";

    pub(super) fn token(self) -> String {
        let case_type = self.case_type.map(|id| id.0.as_simple().to_string()).unwrap_or_default();
        format!("{}{}.{case_type}", Self::LIST, self.revision)
    }

    fn read(token: &str) -> Option<Self> {
        let (revision, case_type) = token.strip_prefix(Self::LIST)?.split_once('.')?;
        let case_type = match case_type {
            "" => None,
            text => Some(CaseTypeId(Uuid::try_parse(text).ok()?)),
        };
        Some(Self { revision: revision.parse().ok()?, case_type })
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Page<T> {
    /// The rows, at most as many as were requested.
    pub rows: Vec<T>,
    /// The cursor of the next page, to be given as `after`; `None` on the last page, and only there. A page with a
    /// `next` can be shorter than requested, even empty: if few cases match, reading stops after a fixed number of
    /// rows, so that no page takes long. To read the whole list, continue while there is a `next`.
    pub next: Option<String>,
}

/// A page of cases, in the order of its query.
pub type CasePage = Page<CaseSummary>;
/// A page of customers, sorted by name.
pub type CustomerPage = Page<CustomerSummary>;
/// A page of the notes of a case: of its thread in reading order, or by when they were added.
pub type NotePage = Page<ThreadNote>;
/// A page of a history, oldest entry first.
pub type HistoryPage = Page<HistoryEntry>;
/// A page of cases with errors, oldest first.
pub type FailingCasePage = Page<FailingCase>;
/// A page of the cases that a migration came to, oldest first.
pub type MigrationPage = Page<MigratedCase>;
/// A page of what retries came to.
pub type RetriedPage = Page<Retried>;
/// A page of customers of a migration.
pub type CustomerMigrationPage = Page<MigratedCustomer>;
/// A page of the directory of people, by actor id.
pub type PeoplePage = Page<PersonSummary>;
/// A page of somebody's work, oldest first.
pub type WorkPage = Page<WorkRow>;
/// A page of cases that do not go on, oldest first.
pub type StuckPage = Page<StuckCase>;
/// A page of search results, newest first.
pub type SearchPage = Page<SearchHit>;

impl<T> Page<T> {
    pub(crate) fn new(list: &str, limit: u32, rows: Vec<T>, next: Option<After>) -> Self {
        Self::sized(limit, rows, next.as_ref().map(|next| write_token(list, next)))
    }

    /// Makes a page for a request of `limit` rows. The cursor carries the size, so that the next page has the same one;
    /// the default size is left out.
    pub(super) fn sized(limit: u32, rows: Vec<T>, next: Option<String>) -> Self {
        let next =
            if limit == limits::PAGE_DEFAULT { next } else { next.map(|next| format!("{limit}@{next}")) };
        Self { rows, next }
    }

    /// The page of a list without rows, which is also the last page.
    pub(super) fn empty() -> Self {
        Self { rows: Vec::new(), next: None }
    }

    /// The request for the next page, with the same size; `None` after the last page.
    #[must_use]
    pub fn next_request(&self) -> Option<PageRequest> {
        self.next.clone().map(PageRequest::after)
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// Iterates over the rows of this page only; `next` says whether the list continues.
    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

/// Reads parts of a list until the page is full, the list ends, or [`ROUNDS`] parts were read.
pub(super) fn filled<T>(
    after: Option<After>,
    limit: u32,
    part: impl FnMut(Option<After>, u32) -> Result<Slice<T>, StoreError>,
) -> Result<Slice<T>, StoreError> {
    Slice::filled(after, limit, ROUNDS, part)
}

/// How many parts a page reads at most from a store that returns short ones, so that people seldom see an empty page
/// with a `next`.
///
/// Eight: a store ends a part after some ten thousand rows, which takes a few milliseconds. Eight times that is still
/// too short to be noticed, and a page of 50 is full as long as one case in about three thousand matches. If fewer
/// match, the rows that were found are returned, and the reader decides whether to continue.
const ROUNDS: u32 = 8;

fn malformed() -> Rejection {
    let form = "next_page".into();
    Rejection::field("after", FieldRule::Malformed { form })
}

/// The text of a page cursor: the list, the kind of place, then the place.
pub(crate) fn write_token(list: &str, after: &After) -> String {
    let place = match after {
        After::Number(number) => format!("n.{number}"),
        After::Instant(at, number) => format!("i.{}.{number}", at.timestamp_micros()),
        After::Field(FieldKey::Number(key), number) => format!("v.{number}.{key}"),
        After::Field(FieldKey::Text(key), number) => format!("t.{number}.{key}"),
        After::Name(name, id) => format!("m.{}.{name}", id.0.as_simple()),
        After::Path(path) => format!("p.{}", path.iter().map(u32::to_string).collect::<Vec<_>>().join("-")),
        After::Entry(entry) => format!("e.{entry}"),
    };
    format!("{list}.{place}")
}

fn read_token(token: &str, list: &str) -> Option<After> {
    let (kind, rest) = token.strip_prefix(list)?.strip_prefix('.')?.split_once('.')?;
    match kind {
        "n" => rest.parse().ok().map(After::Number),
        "i" => {
            let (at, number) = rest.split_once('.')?;
            Some(After::Instant(Timestamp::from_timestamp_micros(at.parse().ok()?)?, number.parse().ok()?))
        }
        "v" => {
            let (number, key) = rest.split_once('.')?;
            Some(After::Field(FieldKey::Number(key.parse().ok()?), number.parse().ok()?))
        }
        "t" => {
            let (number, key) = rest.split_once('.')?;
            Some(After::Field(FieldKey::Text(key.to_owned()), number.parse().ok()?))
        }
        "m" => {
            let (id, name) = rest.split_once('.')?;
            Some(After::Name(name.to_owned(), CustomerId(Uuid::try_parse(id).ok()?)))
        }
        "p" => rest.split('-').map(|place| place.parse().ok()).collect::<Option<Vec<u32>>>().map(After::Path),
        "e" => rest.parse().ok().map(After::Entry),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was() {
        let at = Timestamp::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        for after in [
            After::Number(7),
            After::Instant(at, 7),
            After::Name("o. d-d.".into(), CustomerId(Uuid::from_u128(7))),
            After::Field(FieldKey::Number(-7), 7),
            After::Field(FieldKey::Text("a. 7@b.".into()), 7),
            After::Path(vec![1, 20, 3]),
            After::Entry(9),
        ] {
            let page = PageRequest::after(write_token("cases", &after));
            assert_eq!(page.place("cases"), Ok(Some(after)));
        }
    }

    #[test]
    fn a_page_remembers_its_size_and_another_may_be_asked_for() {
        let page = Page::new("cases", 20, vec![1, 2], Some(After::Number(7)));
        let next = page.next_request().unwrap();
        assert_eq!((next.limit(), next.place("cases")), (Ok(20), Ok(Some(After::Number(7)))));
        assert_eq!(next.of(3).limit(), Ok(3));
        assert_eq!((&page).into_iter().sum::<i32>(), page.into_iter().sum::<i32>());
        // The text of a cursor may contain an `@` that belongs to a name.
        let name = After::Name("20@x".into(), CustomerId(Uuid::from_u128(7)));
        let next = Page::new("customers", 50, vec![0], Some(name.clone())).next_request().unwrap();
        assert_eq!((next.limit(), next.place("customers")), (Ok(50), Ok(Some(name))));
        assert!(PageRequest::after("501@cases.n.7").limit().is_err());
        assert!(PageRequest::after("x@cases.n.7").place("cases").is_err());
        let told = Told { revision: 5, case_type: None };
        let next = Page::sized(2, vec![0], Some(told.token())).next_request().unwrap();
        assert_eq!((next.limit(), next.told()), (Ok(2), Ok(told)));
    }

    #[test]
    fn a_made_up_place_or_that_of_another_list_is_refused() {
        for token in
            ["", "cases", "cases.n", "cases.n.x", "cases.i.1", "cases.p.", "cases.p.1-x", "cases.z.1", "n.1"]
        {
            assert!(PageRequest::after(token).place("cases").is_err(), "{token}");
        }
        let other = write_token("search", &After::Entry(7));
        assert!(PageRequest::after(&other).place("notes").is_err());
        assert!(PageRequest::after(other).told().is_err());
    }

    #[test]
    fn a_place_in_a_history_says_the_type_that_the_case_had_there() {
        for case_type in [None, Some(CaseTypeId(Uuid::from_u128(7)))] {
            let told = Told { revision: 50, case_type };
            assert_eq!(PageRequest::after(told.token()).told(), Ok(told));
        }
        for token in ["history.h.", "history.h.x.", "history.h.5", "history.h.5.x", "history.e.5", "h.5."] {
            assert!(PageRequest::after(token).told().is_err(), "{token}");
        }
    }

    #[test]
    fn a_page_has_1_to_500_rows() {
        assert_eq!(PageRequest::first().limit(), Ok(50));
        assert_eq!(PageRequest::first().of(500).limit(), Ok(500));
        assert!(PageRequest::first().of(0).limit().is_err());
        assert!(PageRequest::first().of(501).limit().is_err());
    }
}
