//! When what failed is tried again by itself.
//!
//! A fault of the network or of another system often passes. It is tried again soon at first and then more and more
//! seldom, so that a webform that is down from Friday evening to Monday evening is met when it works again, and nobody
//! hammers it meanwhile. After [`limits::ATTEMPTS`] attempts a person has to look.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::model::{Failure, FailureClass, Timestamp, limits};
use crate::time;

/// How long is waited after the first attempt, after the second and so on. After more attempts, the last of them.
const WAITS: [TimeDelta; 5] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
];

/// By how many thousandths a wait is shorter or longer at most. Cases that failed together are not tried again at one
/// instant, when what they need may just have come back.
const JITTER: i64 = 200;

impl Failure {
    /// The failure with the instant at which the library tries again by itself, if it does.
    ///
    /// - `fresh`: random bytes of the decision, from which the jitter is drawn.
    pub(crate) fn backing_off(self, fresh: Uuid) -> Self {
        Self { retry_at: next(self.class, self.attempts, self.at, fresh), ..self }
    }
}

/// When what failed for the `attempts`th time is tried again by itself; `None` if a person has to act.
fn next(class: FailureClass, attempts: u32, failed: Timestamp, fresh: Uuid) -> Option<Timestamp> {
    match class {
        FailureClass::Transient if attempts < limits::ATTEMPTS => {
            // The last four bytes of an id are random.
            let drawn = i64::try_from(fresh.as_u128() & 0xffff_ffff).unwrap_or_default();
            let thousandths = 1_000 - JITTER + drawn % (2 * JITTER + 1);
            Some(time::after(failed, wait(attempts) * i32::try_from(thousandths).unwrap_or(1_000) / 1_000))
        }
        FailureClass::Transient
        | FailureClass::Configuration
        | FailureClass::Permanent
        | FailureClass::Data => None,
    }
}

fn wait(attempts: u32) -> TimeDelta {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let [.., last] = WAITS;
    WAITS.get(place).copied().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRANSIENT: FailureClass = FailureClass::Transient;

    fn course(draws: &[u128]) -> Vec<Timestamp> {
        let mut instants = vec![Timestamp::UNIX_EPOCH];
        for (attempts, draw) in (1..).zip(draws) {
            let at = instants[instants.len() - 1];
            instants.extend(next(TRANSIENT, attempts, at, Uuid::from_u128(*draw)));
        }
        instants
    }

    proptest! {
        #[test]
        fn attempts_never_exceed_the_most_and_instants_grow(
            draws in prop::collection::vec(any::<u128>(), 0..100),
        ) {
            let instants = course(&draws);
            prop_assert!(instants.len() <= limits::ATTEMPTS as usize);
            prop_assert!(instants.is_sorted_by(|earlier, later| earlier < later));
            for (attempts, pair) in (1..).zip(instants.windows(2)) {
                let (waited, stated) = (pair[1] - pair[0], wait(attempts));
                prop_assert!(waited >= stated * 4 / 5 && waited <= stated * 6 / 5, "{attempts}: {waited}");
            }
        }
    }

    #[test]
    fn an_outage_from_friday_evening_to_monday_evening_is_outlasted_whatever_is_drawn() {
        let shortest = course(&[0; limits::ATTEMPTS as usize]);
        assert_eq!(shortest.len(), limits::ATTEMPTS as usize);
        assert!(shortest[shortest.len() - 1] - shortest[0] > TimeDelta::hours(3 * 24));
        // Within the working day after it, the answer goes out.
        let longest = course(&[400; limits::ATTEMPTS as usize]);
        assert!(longest.windows(2).all(|pair| pair[1] - pair[0] <= TimeDelta::minutes(6 * 72)));
    }

    #[test]
    fn the_draw_spreads_cases_that_failed_together() {
        let at = |draw| next(TRANSIENT, 4, Timestamp::UNIX_EPOCH, Uuid::from_u128(draw)).unwrap();
        let minutes = |draw| (at(draw) - Timestamp::UNIX_EPOCH).num_minutes();
        assert_eq!([0, 200, 400, 401].map(minutes), [96, 120, 144, 96]);
    }

    #[test]
    fn only_what_may_pass_by_itself_is_tried_again_by_itself() {
        for class in [FailureClass::Configuration, FailureClass::Permanent, FailureClass::Data] {
            assert_eq!(next(class, 1, Timestamp::UNIX_EPOCH, Uuid::nil()), None, "{class:?}");
        }
        assert_eq!(next(TRANSIENT, u32::MAX, Timestamp::UNIX_EPOCH, Uuid::nil()), None);
        let last = next(TRANSIENT, 1, Timestamp::MAX_UTC, Uuid::nil());
        assert_eq!(last, Some(Timestamp::MAX_UTC), "the last instant that there is");
    }
}
