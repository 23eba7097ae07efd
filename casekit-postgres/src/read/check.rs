//! Checking the store, in parts: first what can only be checked as a whole, then each stream against the fold of its events,
//! with everything that is kept beside it so that it can be found.

mod at;
mod beside;
mod cases;
mod claims;
mod folds;
mod whole;
mod wrong;

use std::time::Duration;

use casekit_core::model::{Catalog, StreamId};
use casekit_core::store::CheckPlace;

use self::at::{At, Part};
use self::wrong::Wrong;
use crate::connection::Connection;
use crate::error::Result;
use crate::read::{at_one_moment, catalog};
use crate::server::milliseconds;

/// How long a statement of a check may take. It looks at whole tables, so a limit that is right for lists would keep a large store
/// from ever being checked; whoever suspends the store interrupts it.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Checks one part as of one moment: about `limit` rows. Returns where the next part begins, `None` at the end.
///
/// `proceed` is called often, and an error from it ends the check.
///
/// # Errors
/// Damage where it is found. Wrong derived data is reported at the end, once the rest is known to be sound.
pub(crate) fn part(
    connection: &Connection,
    after: Option<&CheckPlace>,
    limit: u32,
    proceed: impl Fn() -> Result<()>,
) -> Result<Option<CheckPlace>> {
    let At { part, mut wrong } = At::of(after);
    let look = |connection: &Connection, _| {
        connection.execute(&format!("SET LOCAL statement_timeout = {}", milliseconds(LIMIT)), [])?;
        let moment = Checked { connection, catalog: catalog::parse(connection)?, proceed: &proceed };
        Ok(match part {
            Part::Whole => {
                whole::check(&moment, &mut wrong)?;
                Some(Part::Streams(None))
            }
            Part::Streams(after) => {
                let last = folds::check(&moment, &mut wrong, after, limit.max(1))?;
                Some(last.map_or(Part::End, |last: StreamId| Part::Streams(Some(last))))
            }
            Part::End => {
                wrong.is_nothing()?;
                None
            }
        })
    };
    let next = connection.within(LIMIT, || at_one_moment(connection, look))?;
    Ok(next.map(|part| At { part, wrong }.place()))
}

/// A moment of the store that is checked.
struct Checked<'a> {
    connection: &'a Connection,
    /// The definitions, read anew: what is kept in this process proves nothing.
    catalog: Catalog,
    proceed: &'a dyn Fn() -> Result<()>,
}
