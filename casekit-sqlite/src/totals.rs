//! The groups of cases whose sizes are kept as totals, defined once for writing, counting and checking.

use crate::exclusions;
use crate::known::NOBODY;

/// Cases in a place: `a` is the place.
pub(crate) const BY_PLACE: i64 = 1;
/// Cases of a holder in a place, by what they wait for: `a` is the holder, `b` the place, `c` the permissions of the
/// holder, plus those of anybody times 2^32.
pub(crate) const BY_HOLDER: i64 = 2;
/// Cases of a holder, by type: `a` is the holder, `b` the family.
pub(crate) const BY_FAMILY: i64 = 3;
/// Pending cases of a holder: `a` is the holder, `b` the permissions of the holder, never 0, `c` those of anybody.
pub(crate) const PENDING: i64 = 4;
/// Cases that somebody raised and does not hold: `a` is the raiser, `b` the place. `c` is twice what would wait for them
/// if nothing excluded them, plus 1 if somebody else holds the case.
pub(crate) const RAISED: i64 = 5;
/// Failing cases: `a` is the cause, `b` the family.
pub(crate) const FAILING: i64 = 6;
/// Cases that wait for anybody, whoever holds them: `a` is the permissions, never 0, `b` the place.
pub(crate) const FOR_ANYONE: i64 = 7;
/// Cases of which somebody is excluded from something: `a` is the person, `b` the place. `c` is what would wait for them
/// times 2^32, plus what does times 2, plus 1 if they hold or raised the case.
pub(crate) const EXCLUDED: i64 = 8;
/// Cases that somebody raised and holds: `a` is the person, `b` the place. With `RAISED` they are all that somebody raised.
pub(crate) const RAISED_AND_HELD: i64 = 9;

/// Cases with a tag: `a` is the tag, `b` the place.
pub(crate) const BY_TAG: i64 = 10;

/// The key of a row of `totals`: its kind, then `a`, `b` and `c`.
pub(crate) type Group = [i64; 4];

/// The values of a case that decide in which groups it is, as keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Counted {
    pub(crate) place: i64,
    pub(crate) family: i64,
    pub(crate) holder: i64,
    pub(crate) raised_by: i64,
    pub(crate) ready: i64,
    pub(crate) for_anyone: i64,
    pub(crate) cause: Option<i64>,
    pub(crate) exclusions: Vec<exclusions::Row>,
    /// The tags for which its own stand, in their order.
    pub(crate) tags: Vec<i64>,
}

impl Counted {
    /// The groups that the case is in.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Group> {
        let Self { place, family, holder, raised_by, ready, for_anyone, cause, .. } = *self;
        let pending = (ready != 0).then_some([PENDING, holder, ready, for_anyone]);
        let is_held = i64::from(holder != NOBODY);
        let raised = match holder == raised_by {
            true => [RAISED_AND_HELD, raised_by, place, 0],
            false => [RAISED, raised_by, place, self.would(raised_by) * 2 + is_held],
        };
        let failing = cause.map(|cause| [FAILING, cause, family, 0]);
        let open = (for_anyone != 0).then_some([FOR_ANYONE, for_anyone, place, 0]);
        let by_holder = [BY_HOLDER, holder, place, ready + (for_anyone << 32)];
        let always = [[BY_PLACE, place, 0, 0], by_holder, [BY_FAMILY, holder, family, 0], raised];
        let excluded = self.exclusions.iter().filter_map(|row| self.excluded(row));
        let tagged = self.tags.iter().map(move |tag| [BY_TAG, *tag, place, 0]);
        always.into_iter().chain(pending).chain(failing).chain(open).chain(excluded).chain(tagged)
    }

    /// What would wait for somebody if nothing excluded them.
    fn would(&self, person: i64) -> i64 {
        if [NOBODY, person].contains(&self.holder) { self.ready } else { self.for_anyone }
    }

    fn excluded(&self, row: &exclusions::Row) -> Option<Group> {
        let person = row.person;
        let (would, left) = match [NOBODY, person].contains(&self.holder) {
            true => (self.ready, row.ready),
            false => (self.for_anyone, row.for_anyone),
        };
        let is_own = i64::from(self.holder == person || self.raised_by == person);
        let group = [EXCLUDED, person, self.place, (would << 32) + left * 2 + is_own];
        (row.beside == NOBODY && would != left).then_some(group)
    }
}

/// Counts every group from the cases themselves.
pub(crate) const COUNTED: &str = "
    SELECT 1 AS kind, place AS a, 0 AS b, 0 AS c, count(*) AS n FROM cases GROUP BY place
    UNION ALL SELECT 2, holder, place, ready + (for_anyone << 32), count(*) FROM cases GROUP BY 2, 3, 4
    UNION ALL SELECT 3, holder, family, 0, count(*) FROM cases CROSS JOIN places ON key = place GROUP BY holder, family
    UNION ALL SELECT 4, holder, ready, for_anyone, count(*) FROM cases WHERE ready <> 0 GROUP BY 2, 3, 4
    UNION ALL SELECT 5, raised_by, place, iif(holder = 0, ready, for_anyone) * 2 + (holder <> 0), count(*) FROM cases
        WHERE holder <> raised_by GROUP BY 2, 3, 4
    UNION ALL SELECT 6, cause, family, 0, count(*) FROM cases CROSS JOIN places ON key = place
        WHERE cause IS NOT NULL GROUP BY cause, family
    UNION ALL SELECT 7, for_anyone, place, 0, count(*) FROM cases WHERE for_anyone <> 0 GROUP BY 2, 3
    UNION ALL SELECT 8, person, place, (would << 32) + left_over * 2 + is_own, count(*) FROM (
        SELECT x.person, c.place, iif(c.holder IN (0, x.person), c.ready, c.for_anyone) AS would,
            iif(c.holder IN (0, x.person), x.ready, x.for_anyone) AS left_over,
            x.person IN (c.holder, c.raised_by) AS is_own
        FROM case_exclusions x CROSS JOIN cases c ON c.number = x.number WHERE x.beside = 0)
        WHERE would <> left_over GROUP BY 2, 3, 4
    UNION ALL SELECT 9, raised_by, place, 0, count(*) FROM cases WHERE holder = raised_by GROUP BY 2, 3
    UNION ALL SELECT 10, tag, place, 0, count(*) FROM case_tags t CROSS JOIN cases c ON c.number = t.number GROUP BY 2, 3";
