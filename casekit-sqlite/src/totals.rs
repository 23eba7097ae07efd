//! The groups of cases whose sizes are kept as totals, defined once for writing, counting and checking.

/// Cases in a place: `a` is the place.
pub(crate) const BY_PLACE: i64 = 1;
/// Cases of a holder in a place, by permissions for which they are ready: `a` is the holder, `b` the place, `c` the
/// bits.
pub(crate) const BY_HOLDER: i64 = 2;
/// Cases of a holder, by type: `a` is the holder, `b` the family.
pub(crate) const BY_FAMILY: i64 = 3;
/// Pending cases of a holder: `a` is the holder, `b` the bits of the permissions, never 0.
pub(crate) const PENDING: i64 = 4;
/// Cases that somebody raised and does not hold: `a` is the raiser, `b` the place. `c` is twice the bits of the
/// permissions, plus 1 if somebody else holds them.
pub(crate) const RAISED: i64 = 5;
/// Failing cases: `a` is the cause, `b` the family.
pub(crate) const FAILING: i64 = 6;

/// The key of a row of `totals`: its kind, then `a`, `b` and `c`.
pub(crate) type Group = [i64; 4];

/// The values of a case that decide in which groups it is, as keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Counted {
    pub(crate) place: i64,
    pub(crate) family: i64,
    pub(crate) holder: i64,
    pub(crate) raised_by: i64,
    pub(crate) ready: i64,
    pub(crate) cause: Option<i64>,
}

impl Counted {
    /// The groups that the case is in.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Group> {
        let Self { place, family, holder, raised_by, ready, cause } = *self;
        let pending = (ready != 0).then_some([PENDING, holder, ready, 0]);
        let raised = (holder != raised_by).then_some([RAISED, raised_by, place, raised(ready, holder)]);
        let failing = cause.map(|cause| [FAILING, cause, family, 0]);
        let always =
            [[BY_PLACE, place, 0, 0], [BY_HOLDER, holder, place, ready], [BY_FAMILY, holder, family, 0]];
        always.into_iter().chain(pending).chain(raised).chain(failing)
    }
}

fn raised(ready: i64, holder: i64) -> i64 {
    ready * 2 + i64::from(holder != crate::known::NOBODY)
}

/// Counts every group from the cases themselves.
pub(crate) const COUNTED: &str = "
    SELECT 1 AS kind, place AS a, 0 AS b, 0 AS c, count(*) AS n FROM cases GROUP BY place
    UNION ALL SELECT 2, holder, place, ready, count(*) FROM cases GROUP BY holder, place, ready
    UNION ALL SELECT 3, holder, family, 0, count(*) FROM cases CROSS JOIN places ON key = place GROUP BY holder, family
    UNION ALL SELECT 4, holder, ready, 0, count(*) FROM cases WHERE ready <> 0 GROUP BY holder, ready
    UNION ALL SELECT 5, raised_by, place, ready * 2 + (holder <> 0), count(*) FROM cases
        WHERE holder <> raised_by GROUP BY 2, 3, 4
    UNION ALL SELECT 6, cause, family, 0, count(*) FROM cases CROSS JOIN places ON key = place
        WHERE cause IS NOT NULL GROUP BY cause, family";
