//! How long things take, worked out from every case.

use std::collections::BTreeMap;

use super::World;
use crate::durations::Tally;
use crate::store::{DurationCount, DurationQuery};

impl World {
    pub(super) fn durations(&self, query: &DurationQuery) -> Vec<DurationCount> {
        let mut tally = Tally::default();
        self.all_cases().for_each(|case| tally.add(case));
        let mut counts: BTreeMap<DurationCount, (i64, i64)> = BTreeMap::new();
        for (group, month, bucket, (n, seconds)) in tally.iter() {
            let fits = query.measures.contains(&group.measure)
                && query.types.as_ref().is_none_or(|types| types.contains(&group.case_type))
                && query.teams.as_ref().is_none_or(|teams| teams.contains(&group.team))
                && query.from.is_none_or(|from| month >= from)
                && query.to.is_none_or(|to| month <= to);
            if !fits {
                continue;
            }
            let key = DurationCount {
                measure: group.measure,
                case_type: group.case_type,
                stage: group.stage.clone(),
                month: query.by_month.then_some(month),
                bucket,
                count: 0,
                seconds: 0,
            };
            let sums = counts.entry(key).or_default();
            *sums = (sums.0 + n, sums.1 + seconds);
        }
        let counted = |(key, (n, seconds)): (DurationCount, (i64, i64))| DurationCount {
            count: n.unsigned_abs(),
            seconds: seconds.unsigned_abs(),
            ..key
        };
        counts.into_iter().map(counted).collect()
    }
}
