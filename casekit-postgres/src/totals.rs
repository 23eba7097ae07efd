//! The groups of cases whose sizes are kept as totals, defined once for writing, counting and checking.

/// Cases in a place: `b` is the place.
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
/// Failing cases: `a` is the cause, by [`cause`], `b` the family.
pub(crate) const FAILING: i64 = 6;
/// Cases that wait for anybody, whoever holds them: `b` is the place, `c` the permissions, never 0.
pub(crate) const FOR_ANYONE: i64 = 7;
/// Cases of which somebody is excluded from something: `a` is the person, `b` the place. `c` is what would wait for them
/// times 2^32, plus what does times 2, plus 1 if they hold or raised the case.
pub(crate) const EXCLUDED: i64 = 8;
/// Cases that somebody raised and holds: `a` is the person, `b` the place. With `RAISED` they are all that somebody raised.
pub(crate) const RAISED_AND_HELD: i64 = 9;
/// Cases with a tag: `a` is the tag, `b` the place.
pub(crate) const BY_TAG: i64 = 10;

/// Stands for nobody where the column of a person cannot be null.
pub(crate) const NOBODY: &str = "";

/// The key of a row of `totals`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Group {
    pub(crate) kind: i64,
    pub(crate) a: String,
    pub(crate) b: i64,
    pub(crate) c: i64,
}

impl Group {
    fn new(kind: i64, a: &str, b: i64, c: i64) -> Self {
        Self { kind, a: a.to_owned(), b, c }
    }
}

/// Who is excluded from something that a case waits for, and the permissions that are left for them: a row of
/// `case_exclusions`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Excluded {
    pub(crate) person: String,
    /// A second person, for the two together; `NOBODY` for one alone.
    pub(crate) beside: String,
    pub(crate) ready: i64,
    pub(crate) for_anyone: i64,
}

/// The values of a case that decide in which groups it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Counted {
    pub(crate) place: i64,
    pub(crate) family: i64,
    pub(crate) holder: String,
    pub(crate) raised_by: String,
    pub(crate) ready: i64,
    pub(crate) for_anyone: i64,
    pub(crate) cause: Option<String>,
    pub(crate) exclusions: Vec<Excluded>,
    /// The tags for which its own stand.
    pub(crate) tags: Vec<String>,
}

impl Counted {
    /// The groups that the case is in.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let Self { place, family, ready, for_anyone, .. } = *self;
        let (holder, raised_by) = (self.holder.as_str(), self.raised_by.as_str());
        let is_held = i64::from(holder != NOBODY);
        let raised = match holder == raised_by {
            true => Group::new(RAISED_AND_HELD, raised_by, place, 0),
            false => Group::new(RAISED, raised_by, place, self.would(raised_by) * 2 + is_held),
        };
        let mut groups = vec![
            Group::new(BY_PLACE, NOBODY, place, 0),
            Group::new(BY_HOLDER, holder, place, ready + (for_anyone << 32)),
            Group::new(BY_FAMILY, holder, family, 0),
            raised,
        ];
        groups.extend((ready != 0).then(|| Group::new(PENDING, holder, ready, for_anyone)));
        groups.extend(self.cause.as_ref().map(|cause| Group::new(FAILING, cause, family, 0)));
        groups.extend((for_anyone != 0).then(|| Group::new(FOR_ANYONE, NOBODY, place, for_anyone)));
        groups.extend(self.exclusions.iter().filter_map(|row| self.excluded(row)));
        groups.extend(self.tags.iter().map(|tag| Group::new(BY_TAG, tag, place, 0)));
        groups
    }

    /// What would wait for somebody if nothing excluded them.
    fn would(&self, person: &str) -> i64 {
        if [NOBODY, person].contains(&self.holder.as_str()) { self.ready } else { self.for_anyone }
    }

    fn excluded(&self, row: &Excluded) -> Option<Group> {
        let person = row.person.as_str();
        let (would, left) = match [NOBODY, person].contains(&self.holder.as_str()) {
            true => (self.ready, row.ready),
            false => (self.for_anyone, row.for_anyone),
        };
        let is_own = i64::from(self.holder == person || self.raised_by == person);
        let group = Group::new(EXCLUDED, person, self.place, (would << 32) + left * 2 + is_own);
        (row.beside == NOBODY && would != left).then_some(group)
    }
}

/// A cause as it stands in `a` of the failing: JSON of the code and the setting that is wrong, if one is.
pub(crate) fn cause(code: &str, setting: Option<&str>) -> String {
    serde_json::json!([code, setting]).to_string()
}
