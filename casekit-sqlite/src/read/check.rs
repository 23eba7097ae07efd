//! Checking the whole file, in parts: first the data from which everything else is made, then derived data.
//!
//! Each state is compared with the fold of its events, and each derived column with what it is derived from. The test in
//! `check/compared.rs` names the comparison of every column that the schema has.

mod at;
#[cfg(test)]
mod compared;
pub(crate) mod search;
mod segments;
mod streams;
mod truth;
mod wrong;

use rusqlite::{Connection, Row};

use crate::derived;
use crate::durations;
use crate::error::{Result, SEARCH, fault};
use crate::exclusions;
use crate::fields;
use crate::known::Known;
use crate::rows::count;
use crate::schema;
use crate::tags;

pub(crate) use at::At;
use at::Part;
pub(crate) use truth::{FAMILIES, FLOOR, Pages, has_its_floor, pages, totals_that_differ, truth};
use wrong::Wrong;

/// Checks one part in one transaction: about `limit` rows from `at` on. Returns where the next part begins, `None` at
/// the end.
///
/// `proceed` is called often, and an error from it ends the check.
///
/// # Errors
/// Damage where it is found. Wrong derived data is reported at the end, once the rest is known to be sound.
pub(crate) fn part(
    connection: &Connection,
    known: &Known,
    at: At,
    limit: u32,
    proceed: impl Fn() -> Result<()>,
) -> Result<Option<At>> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let At { part, after, mut wrong } = at;
    let look: RowsOf = match part {
        Part::Whole => whole,
        Part::Cases => streams::cases,
        Part::Customers => streams::customers,
        Part::Definitions => streams::definitions,
        Part::People => streams::people,
        Part::End => {
            wrong.is_nothing()?;
            return Ok(None);
        }
    };
    let rows = Rows { moment: &moment, known, after, limit: limit.max(1), proceed: &proceed };
    let reached = look(&rows, &mut wrong)?;
    moment.commit().map_err(fault)?;
    let (part, after) = reached.map_or((part.next(), 0), |last| (part, last));
    Ok(Some(At { part, after, wrong }))
}

/// Checks that cannot be split.
fn whole(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let (moment, proceed) = (rows.moment, &|| (rows.proceed)());
    // A file that opening would refuse is not sound either.
    schema::verify(moment)?;
    let pages = truth(moment, proceed)?;
    wrong.unless(pages.map, "map of pages");
    wrong.unless(has_its_floor(moment)?, "floor of case numbers");
    wrong.unless(count(moment, FAMILIES)? == 0, "families of places");
    wrong.unless(count(moment, &totals_that_differ())? == 0, "counts of cases");
    let measured = super::durations::counted(moment, rows.known, proceed)?;
    wrong.unless(durations::kept(moment).is_ok_and(|kept| kept == measured), "figures of durations");
    wrong.unless(count(moment, exclusions::STRAY)? == 0, "exclusions of cases");
    wrong.unless(count(moment, fields::STRAY)? == 0, "fields of cases");
    wrong.unless(count(moment, tags::STRAY)? == 0, "tags of cases");
    wrong.unless(count(moment, fields::STRAY_OF_CUSTOMERS)? == 0, "fields of customers");
    proceed()?;
    wrong.unless(pages.search && search::is_whole(moment, proceed)?, SEARCH);
    wrong.unless(derived::claims_agree(moment, proceed)?, "names and references");
    Ok(None)
}

/// Checks some rows. Returns the key of the last one, or `None` if there are no more.
type RowsOf = fn(&Rows<'_>, &mut Wrong) -> Result<Option<i64>>;

/// The rows of a table after a key, about `limit` of them with what belongs to them.
struct Rows<'a> {
    moment: &'a Connection,
    known: &'a Known,
    after: i64,
    limit: u32,
    proceed: &'a dyn Fn() -> Result<()>,
}

impl Rows<'_> {
    /// Checks the rows of a query, whose first column is their key and whose only parameter is the key before them.
    /// `look` says how many rows it read. Returns the key of the last row if as many came as were asked for.
    fn look(&self, sql: &str, mut look: impl FnMut(&Row<'_>) -> Result<u32>) -> Result<Option<i64>> {
        let mut statement = self.moment.prepare(sql).map_err(fault)?;
        let mut rows = statement.query([self.after]).map_err(fault)?;
        let mut seen = 0_u32;
        while let Some(row) = rows.next().map_err(fault)? {
            (self.proceed)()?;
            seen = seen.saturating_add(look(row)?);
            if seen >= self.limit {
                return row.get(0).map(Some).map_err(fault);
            }
        }
        Ok(None)
    }
}
