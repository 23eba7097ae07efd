//! Long lists, a page at a time.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CaseSummary, CustomerSummary, FailingCase, SearchHit, ThreadNote};
use crate::history::HistoryEntry;
use crate::model::{CaseTypeId, CustomerId, Timestamp, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::store::{After, Slice, StoreError};

/// Which page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// How many rows a page has at most: 1 to 500; 50 unless given.
    pub size: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl PageRequest {
    /// The first page.
    #[must_use]
    pub fn first() -> Self {
        Self::default()
    }

    /// The page after one.
    #[must_use]
    pub fn after(next: impl Into<String>) -> Self {
        Self { size: None, after: Some(next.into()) }
    }

    /// The same with another number of rows.
    #[must_use]
    pub fn of(mut self, size: u32) -> Self {
        self.size = Some(size);
        self
    }

    /// How many rows are asked for: as many as the page before had room for, if nothing else is said.
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

    /// The place to go on from. A place of another list is refused, whatever it looks like.
    pub(crate) fn place(&self, list: &str) -> Result<Option<After>, Rejection> {
        let Some((_, token)) = self.sized() else { return Ok(None) };
        read_token(token, list).map(Some).ok_or_else(malformed)
    }

    /// The place in a history to go on from.
    pub(super) fn told(&self) -> Result<Told, Rejection> {
        let Some((_, token)) = self.sized() else { return Ok(Told { revision: 0, case_type: None }) };
        Told::read(token).ok_or_else(malformed)
    }

    /// The size that the place to go on from remembers, and the place. No list has an `@` in its name, so a customer who
    /// has one is no size.
    fn sized(&self) -> Option<(Option<u32>, &str)> {
        let after = self.after.as_deref()?;
        let sized = after.split_once('@').and_then(|(size, token)| Some((Some(size.parse().ok()?), token)));
        Some(sized.unwrap_or((None, after)))
    }
}

/// A place in a history: behind which event, and the type that the case had there, so that no event before it is read again.
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
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins: give it as `after`. `None` on the last one, and only there. A page can be shorter than
    /// asked for, and even empty, and go on: where few cases fit, reading stops after a bound, so that no page takes long.
    /// Whoever wants all goes on while there is a `next`.
    pub next: Option<String>,
}

/// A page of cases.
pub type CasePage = Page<CaseSummary>;
/// A page of customers.
pub type CustomerPage = Page<CustomerSummary>;
/// A page of a thread.
pub type NotePage = Page<ThreadNote>;
/// A page of a history.
pub type HistoryPage = Page<HistoryEntry>;
/// A page of cases with errors.
pub type FailingCasePage = Page<FailingCase>;
/// A page of what was found.
pub type SearchPage = Page<SearchHit>;

impl<T> Page<T> {
    pub(crate) fn new(list: &str, limit: u32, rows: Vec<T>, next: Option<After>) -> Self {
        Self::sized(limit, rows, next.as_ref().map(|next| write_token(list, next)))
    }

    /// A page that was asked for with so many rows, and says so to the next.
    pub(super) fn sized(limit: u32, rows: Vec<T>, next: Option<String>) -> Self {
        let next =
            if limit == limits::PAGE_DEFAULT { next } else { next.map(|next| format!("{limit}@{next}")) };
        Self { rows, next }
    }

    /// A list with nothing in it.
    pub(super) fn empty() -> Self {
        Self { rows: Vec::new(), next: None }
    }

    /// The request for the page after this one, of as many rows.
    #[must_use]
    pub fn next_request(&self) -> Option<PageRequest> {
        self.next.clone().map(PageRequest::after)
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// The rows of this page; `next` tells whether there are more.
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

/// What a page is made of: of as many parts as it takes to fill it, up to [`ROUNDS`].
pub(super) fn filled<T>(
    after: Option<After>,
    limit: u32,
    part: impl FnMut(Option<After>, u32) -> Result<Slice<T>, StoreError>,
) -> Result<Slice<T>, StoreError> {
    Slice::filled(after, limit, ROUNDS, part)
}

/// How often a page asks a store that gives short parts to go on, so that people seldom see an empty page with a `next`.
///
/// Eight: a store stops after some ten thousand rows, a few milliseconds. Eight times that is still less than anybody
/// notices, and a page of 50 is full as long as one case in some three thousand fits. Where fewer do, what was found is
/// shown, and whoever looks decides whether to go on.
const ROUNDS: u32 = 8;

fn malformed() -> Rejection {
    let form = "next_page".into();
    Rejection::field("after", FieldRule::Malformed { form })
}

/// A token: the list, then the kind of place, then the place.
pub(crate) fn write_token(list: &str, after: &After) -> String {
    let place = match after {
        After::Number(number) => format!("n.{number}"),
        After::Instant(at, number) => format!("i.{}.{number}", at.timestamp_micros()),
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
        // A name may have the mark in it.
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
