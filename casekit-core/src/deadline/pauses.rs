//! The times in which a deadline is paused, by somebody or by the stage of the case.

use crate::model::{Clock, DeadlinePolicy, PauseCause, Timestamp};

/// A time in which a deadline is paused for one cause.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Pausing {
    pub(super) from: Timestamp,
    /// `None` while it lasts.
    pub(super) until: Option<Timestamp>,
    pub(super) cause: PauseCause,
}

/// Every pause that the policy knows and that had begun by `now`, sorted by its beginning. Once the goal is met, a pause ends
/// with that, and none begins.
pub(super) fn pauses(policy: &DeadlinePolicy, clock: &Clock, now: Timestamp) -> Vec<Pausing> {
    let reasons = clock.pauses.iter().filter(|pause| policy.pauses_for.contains(&pause.reason));
    let mut all: Vec<Pausing> = reasons
        .map(|pause| Pausing {
            from: pause.from,
            until: pause.until.map(|until| until.max(pause.from)),
            cause: PauseCause::Reason(pause.reason.clone()),
        })
        .collect();
    all.extend(in_categories(policy, clock));
    if let Some(met) = clock.met {
        all.retain(|pause| pause.from < met);
        for pause in &mut all {
            pause.until = Some(pause.until.map_or(met, |until| until.min(met)));
        }
    }
    all.retain(|pause| pause.from <= now);
    all.sort();
    all
}

/// A pause for each time in a category that pauses. Moves within the category do not end it.
fn in_categories(policy: &DeadlinePolicy, clock: &Clock) -> Vec<Pausing> {
    let mut all: Vec<Pausing> = Vec::new();
    let ends = clock.stays.iter().skip(1).map(|next| Some(next.from)).chain([None]);
    for (stay, until) in clock.stays.iter().zip(ends) {
        if !policy.pauses_in.contains(&stay.category) {
            continue;
        }
        let cause = PauseCause::Category(stay.category);
        match all.last_mut() {
            Some(last) if last.until == Some(stay.from) && last.cause == cause => last.until = until,
            Some(_) | None => all.push(Pausing { from: stay.from, until, cause }),
        }
    }
    all
}
