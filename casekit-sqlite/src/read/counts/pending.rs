//! Counting what is pending for somebody: what waits for them, less that from which they are excluded.

use casekit_core::store::CountBy;
use rusqlite::types::Value;

use super::{Counting, in_places};
use crate::error::{Result, unreadable};
use crate::known::NOBODY;
use crate::read::filter::{EVERY, EXCLUDED as EXCLUSION, KeyedFilter};
use crate::read::part::Part;
use crate::read::pending::PendingFor;
use crate::read::places::Places;
use crate::totals::{BY_HOLDER, EXCLUDED, FOR_ANYONE, PENDING};

impl Counting<'_> {
    /// Counts what waits for somebody: in places or everywhere, of a holder or of all, whatever they are excluded from.
    pub(super) fn pending(
        &mut self,
        places: &Places,
        holder: Option<i64>,
        pending: &PendingFor,
    ) -> Result<()> {
        let (by, bits) = (pending.by, || Value::from(pending.bits));
        let mut part = match (holder, self.by) {
            // These are counted one by one.
            (None, CountBy::Tag) => return Err(unreadable()),
            (Some(holder), _) => {
                let mut part = self.of_totals(BY_HOLDER);
                part.bind(" AND a = ? AND (", [Value::from(holder)]);
                part.push(if [NOBODY, by].contains(&holder) { "c" } else { "c >> 32" });
                part.bind(" & ?) <> 0", [bits()]);
                part
            }
            (None, CountBy::Holder) => {
                let (kind, held, open) = match places.is_all() {
                    true => (PENDING, "b", "c"),
                    false => (BY_HOLDER, "c", "c >> 32"),
                };
                let mut part = self.of_totals(kind);
                part.bind(" AND (iif(a IN (0, ?), ", [Value::from(by)]);
                part.push(held).push(", ").push(open).bind(") & ?) <> 0", [bits()]);
                part
            }
            (
                None,
                CountBy::CaseType
                | CountBy::Stage
                | CountBy::Category
                | CountBy::Team
                | CountBy::Priority
                | CountBy::Resolution,
            ) => {
                let mut open = self.of_totals(FOR_ANYONE);
                open.bind(" AND (a & ?) <> 0", [bits()]).append(in_places(places));
                self.add(open)?;
                let mut part = self.of_totals(BY_HOLDER);
                let values = [Value::from(by), bits(), bits()];
                part.bind(" AND a IN (0, ?) AND (c & ?) <> 0 AND ((c >> 32) & ?) = 0", values);
                part
            }
        };
        part.append(in_places(places));
        self.add(part)
    }

    /// Takes out what was counted as waiting for somebody and is not left for them.
    pub(super) fn without_excluded(&mut self, keyed: &KeyedFilter<'_>, pending: &PendingFor) -> Result<()> {
        if !pending.is_excluded {
            return Ok(());
        }
        let is_kept = pending.is_alone() && keyed.holder.is_none();
        let part = match self.by {
            CountBy::Tag => return Err(unreadable()),
            CountBy::CaseType
            | CountBy::Stage
            | CountBy::Category
            | CountBy::Team
            | CountBy::Priority
            | CountBy::Resolution
                if is_kept =>
            {
                let mut part = Part::default();
                let bits = || Value::from(pending.bits);
                part.bind(
                    "SELECT b, -n FROM totals WHERE kind = ? AND a = ? AND ((c >> 32) & ?) <> 0
                    AND (((c & 4294967295) >> 1) & ?) = 0",
                    [Value::from(EXCLUDED), Value::from(pending.by), bits(), bits()],
                );
                part.push(if keyed.own.is_some() { " AND (c & 1) = 1" } else { "" });
                part.append(in_places(&keyed.places));
                part
            }
            // Case by case, of which there are as many as somebody is excluded from.
            CountBy::CaseType
            | CountBy::Stage
            | CountBy::Category
            | CountBy::Team
            | CountBy::Priority
            | CountBy::Resolution
            | CountBy::Holder => {
                let mut part = Part::default();
                part.push(if self.by == CountBy::Holder { "SELECT c.holder" } else { "SELECT c.place" });
                part.push(", -count(*) FROM cases c WHERE ").append(pending.excluded());
                part.append(keyed.conditions(EVERY & !EXCLUSION));
                part.push(" AND ").append(pending.left()).push(" = 0 GROUP BY 1");
                part
            }
        };
        self.add(part)
    }
}
