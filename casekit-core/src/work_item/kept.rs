//! Work items as stores keep them: permissions as bits beside the case, and what is left of these for people who are
//! excluded from something.

use std::collections::BTreeSet;

use super::{WorkItem, work_items};
use crate::model::{ActorId, Case};

/// Permissions with which somebody can act on a case now, as [bits](crate::model::Permission::bit).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// For the holder, or for anybody while the case is untaken.
    pub ready: u32,
    /// Of these, what does not need the holder: for anybody, whoever holds the case.
    pub for_anyone: u32,
}

impl Waiting {
    fn of<'a>(items: impl Iterator<Item = &'a WorkItem>) -> Self {
        items.fold(Self::default(), |Self { ready, for_anyone }, item| {
            let bit = item.permission.bit();
            let for_anyone = if item.for_holder { for_anyone } else { for_anyone | bit };
            Self { ready: ready | bit, for_anyone }
        })
    }

    fn and(self, other: Self) -> Self {
        Self { ready: self.ready & other.ready, for_anyone: self.for_anyone & other.for_anyone }
    }
}

/// What is left for somebody who is excluded from a part of what a case waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclusion {
    /// The person who is excluded.
    pub person: ActorId,
    /// The person for whom they act, or who acts for them, where the two together have less than each of them leaves:
    /// two steps wait for the same permission, and each excludes one of them. `None` in all other cases.
    pub beside: Option<ActorId>,
    /// What is left for them.
    pub left: Waiting,
}

/// What a case waits for, as a store keeps it.
///
/// For an actor, take `ready` if they hold the case or nobody does, otherwise `for_anyone`: of the case, and of each of
/// its exclusions that names the actor, the person for whom they act, or both of them. The case is pending if the bits
/// that all of these share have one of the actor's permissions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkItems {
    /// What it waits for.
    pub waiting: Waiting,
    /// Who has less. First those of one person, then those of two, each in the order of ids; `person` is the lesser of two.
    pub exclusions: Vec<Exclusion>,
}

impl WorkItems {
    /// The work items of a case.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let items = work_items(case);
        let people: BTreeSet<&ActorId> = items.iter().flat_map(|item| &item.excluded).collect();
        let waiting = Waiting::of(items.iter());
        let left = |excluded: &[&ActorId]| {
            let is_left = |item: &&WorkItem| !excluded.iter().any(|person| item.excluded.contains(*person));
            Waiting::of(items.iter().filter(is_left))
        };
        let one =
            |person: &&ActorId| Exclusion { person: (*person).clone(), beside: None, left: left(&[*person]) };
        let singly = people.iter().map(one).filter(|one| one.left != waiting);
        let mut exclusions: Vec<Exclusion> = singly.collect();
        if items.len() > 1 {
            for (place, person) in people.iter().enumerate() {
                for other in people.iter().skip(place + 1) {
                    let both = left(&[*person, *other]);
                    if both != left(&[*person]).and(left(&[*other])) {
                        let beside = Some((*other).clone());
                        exclusions.push(Exclusion { person: (*person).clone(), beside, left: both });
                    }
                }
            }
        }
        Self { waiting, exclusions }
    }
}
