//! A page of a list as a store returns it, and filling up pages that are short.

use super::{After, StoreError};

/// A part of a list, and where the list continues.
///
/// A store bounds the cost of a part. Where few rows match, it may stop after reading a number of rows of its own
/// choice: then the part is shorter than its limit, or empty, and still has a `next`. Only a part without a `next` is
/// the last one. Following each `next` leads to the end, and the parts together are exact: each row once, in order,
/// none left out. (If the list is sorted by something that changes while it is read, a changed row may appear twice or
/// not at all.)
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice<T> {
    /// The rows: at most `limit`.
    pub rows: Vec<T>,
    /// The place up to which the list was read, if there may be more after it. It is a place in the requested order,
    /// after the one that was given, and need not be that of a row.
    pub next: Option<After>,
}

impl<T> Slice<T> {
    /// Reads parts until there are `limit` rows, the list ends, or `rounds` parts were read. `part` gets a place and a
    /// limit, and reads at most that many rows after the place.
    pub(crate) fn filled(
        after: Option<After>,
        limit: u32,
        rounds: u32,
        mut part: impl FnMut(Option<After>, u32) -> Result<Self, StoreError>,
    ) -> Result<Self, StoreError> {
        let mut whole = part(after, limit)?;
        for _ in 1..rounds {
            let left = limit.saturating_sub(u32::try_from(whole.rows.len()).unwrap_or(limit));
            let Some(after) = whole.next.take_if(|_| left > 0) else { break };
            let more = part(Some(after), left)?;
            whole.rows.extend(more.rows);
            whole.next = more.next;
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of a list of the numbers up to 20, of which every third matches; each part reads four numbers.
    fn thirds(after: Option<After>, limit: u32) -> Slice<u64> {
        let Some(After::Number(seen)) = after.or(Some(After::Number(0))) else { panic!("a number") };
        let looked_at = seen + 1..=20.min(seen + 4);
        let fitting: Vec<u64> = looked_at.filter(|number| number % 3 == 0).collect();
        let rows: Vec<u64> = fitting.iter().copied().take(limit as usize).collect();
        let cut = fitting.len() > rows.len();
        let end = if cut { *rows.last().unwrap() } else { seen + 4 };
        Slice { rows, next: (end < 20).then_some(After::Number(end)) }
    }

    fn filled(limit: u32, rounds: u32) -> (Vec<u64>, Option<After>, u32) {
        let mut parts = 0;
        let whole = Slice::filled(None, limit, rounds, |after, limit| {
            parts += 1;
            Ok(thirds(after, limit))
        });
        let whole = whole.unwrap();
        (whole.rows, whole.next, parts)
    }

    #[test]
    fn parts_are_read_until_there_are_enough_rows() {
        assert_eq!(filled(3, 9), (vec![3, 6, 9], Some(After::Number(9)), 3));
        assert_eq!(filled(1, 9), (vec![3], Some(After::Number(4)), 1), "no part more than it takes");
    }

    #[test]
    fn parts_are_read_until_the_list_ends() {
        assert_eq!(filled(50, 9), (vec![3, 6, 9, 12, 15, 18], None, 5));
    }

    #[test]
    fn after_so_many_rounds_a_short_one_says_where_it_goes_on() {
        assert_eq!(filled(50, 2), (vec![3, 6], Some(After::Number(8)), 2));
    }
}
