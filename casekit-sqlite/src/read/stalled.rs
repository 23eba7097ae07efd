//! Cases that are in their stage since before an instant, which differs from stage to stage.

use casekit_core::store::Stalled;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::Part;
use super::places::{NOT_OVER, Places};
use crate::error::Result;
use crate::known::Known;
use crate::value::micros;

/// The places in which cases count as stalled, each with the instant before which they came there: pairs as JSON, so that one
/// cached statement serves however many there are.
pub(super) struct StalledIn(String);

impl StalledIn {
    /// The places among some that are meant.
    pub(super) fn of(
        connection: &Connection,
        known: &Known,
        some: &[Stalled],
        among: &Places,
    ) -> Result<Self> {
        let mut pairs = Vec::new();
        for one in some {
            let found = known
                .places(connection, |place| place.case_type == one.case_type && place.stage == one.stage)?;
            let before = micros(one.before);
            let left = found.into_iter().map(|place| place.key).filter(|key| among.has(*key));
            pairs.extend(left.map(|key| format!("[{key},{before}]")));
        }
        Ok(Self(format!("[{}]", pairs.join(","))))
    }

    /// The cases, from the index of those that are not over: a range for each place, in the order of instants.
    pub(super) fn walk(&self) -> Part {
        const WALK: &str = "json_each(?) j CROSS JOIN cases c INDEXED BY cases_by_stage_since
            ON c.place = (j.value ->> 0) AND c.stage_since < (j.value ->> 1) WHERE true";
        let mut part = Part::default();
        part.bind(WALK, [self.pairs()]).push(NOT_OVER);
        part
    }

    /// The condition that a case `c` is one of them, after ` AND `.
    pub(super) fn condition(&self) -> Part {
        const IS_ONE: &str = " AND +c.resolved_at IS NULL AND +c.closed_at IS NULL AND EXISTS (SELECT 1
            FROM json_each(?) j WHERE (j.value ->> 0) = +c.place AND +c.stage_since < (j.value ->> 1))";
        let mut part = Part::default();
        part.bind(IS_ONE, [self.pairs()]);
        part
    }

    fn pairs(&self) -> Value {
        Value::Text(self.0.clone())
    }
}
