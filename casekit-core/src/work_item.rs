//! What a case waits for: at which steps somebody can act now, with which permission, and who may not.
//!
//! The reasons why an action is not possible are in `decide::blockers`; this is the same from the other side, for lists
//! and counts: who has no blocker that casekit knows, or only the one that they have to take the case first. Stores keep
//! it beside each case as [`WorkItems`], so that neither a list nor a count looks into a workflow.

mod kept;

use std::collections::BTreeSet;

pub use kept::{Exclusion, Waiting, WorkItems};

use crate::model::{ActorId, Approval, Case, Permission, Progress, Step, StepKind};
use crate::release::delivery::TARGET_CHANGED;
use crate::release::digest::digest_for;
use crate::store::Pending;

/// Something that a case waits for, and who may do it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkItem {
    /// The permission that it needs.
    pub permission: Permission,
    /// Whether only the holder may do it; an untaken case can be taken for it.
    pub for_holder: bool,
    /// Who may not do it, whatever they may otherwise: they raised the case, did another step or did this one.
    pub excluded: BTreeSet<ActorId>,
}

impl WorkItem {
    /// Whether it is for somebody, given who holds the case.
    fn is_of(&self, pending: &Pending, holder: Option<&ActorId>) -> bool {
        let held_by_another = holder.is_some_and(|holder| *holder != pending.by);
        pending.bits & self.permission.bit() != 0
            && !(self.for_holder && held_by_another)
            && !pending.people().any(|person| self.excluded.contains(person))
    }
}

/// Whether a case is pending for somebody: one of its work items is theirs, or would be if they took it.
#[must_use]
pub fn is_pending(case: &Case, pending: &Pending) -> bool {
    work_items(case).iter().any(|item| item.is_of(pending, case.holder_id()))
}

/// What a case waits for; nothing without a live workflow, and nothing of a person while its answer is delivered.
#[must_use]
pub fn work_items(case: &Case) -> Vec<WorkItem> {
    let Some(progress) = case.live() else { return Vec::new() };
    match (&progress.release, &progress.denial) {
        (Some(_), _) => failed_sending(case, progress),
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            let possible = progress.ready_steps().filter(|step| can_be_decided(case, progress, step));
            possible.map(|step| item_at(case, progress, step)).collect()
        }
    }
}

/// Whether a step that is ready can be approved, released or denied now. A release also waits for steps that it does
/// not require itself, and for approvals of something else to be given again.
fn can_be_decided(case: &Case, progress: &Progress, step: &Step) -> bool {
    match step.kind {
        StepKind::Identification | StepKind::DataApproval | StepKind::Approval => true,
        StepKind::Release => {
            let is_complete =
                left_behind(progress, step).next().is_none() && stale(case, progress).next().is_none();
            is_complete || !step.denial_codes.is_empty()
        }
    }
}

fn item_at(case: &Case, progress: &Progress, step: &Step) -> WorkItem {
    let mut item = item_of(case, progress, step, step.permission);
    if !progress.is_done(step) {
        item.excluded.extend(progress.approvals_of(&step.id).flat_map(givers).cloned());
    }
    item
}

/// An answer that could not be built or sent waits for whoever may do its step: for a retry, or for somebody to confirm
/// the new place.
fn failed_sending(case: &Case, progress: &Progress) -> Vec<WorkItem> {
    let Some(failure) = &progress.failure else { return Vec::new() };
    let failed = progress.step(failure.step.as_str());
    let retry = failed.map(|step| item_of(case, progress, step, Permission::RetryFailures));
    let to_confirm = progress
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Release && failure.code == TARGET_CHANGED)
        .map(|step| item_of(case, progress, step, step.permission));
    retry.into_iter().chain(to_confirm).collect()
}

fn item_of(case: &Case, progress: &Progress, step: &Step, permission: Permission) -> WorkItem {
    let raisers = case.raisers().filter(|_| step.excludes_raiser);
    let doers = excluding(progress, step).flat_map(|other| progress.approvals_of(&other.id)).flat_map(givers);
    let excluded = raisers.chain(doers).cloned().collect();
    WorkItem { permission, for_holder: Progress::is_for_holder(step), excluded }
}

/// Who gave an approval: who did, and the person for whom they acted.
fn givers(approval: &Approval) -> impl Iterator<Item = &ActorId> {
    std::iter::once(&approval.by).chain(&approval.on_behalf_of)
}

/// The steps whose doers may not do a step. In both directions: it must not matter in which order the two are done.
pub(crate) fn excluding<'a>(progress: &'a Progress, step: &'a Step) -> impl Iterator<Item = &'a Step> {
    let excludes = |one: &Step, other: &Step| one.excludes_doers_of.contains(&other.id);
    progress.steps.iter().filter(move |other| excludes(step, other) || excludes(other, step))
}

/// The steps that are not done and that a release does not require itself; nothing is sent before every step is done.
pub(crate) fn left_behind<'a>(progress: &'a Progress, release: &'a Step) -> impl Iterator<Item = &'a Step> {
    progress.steps.iter().filter(|step| step.id != release.id && !progress.is_done(step))
}

/// The steps with an approval of something other than what would be released now.
pub(crate) fn stale<'a>(case: &'a Case, progress: &'a Progress) -> impl Iterator<Item = &'a Step> {
    let data = progress.data_approval();
    progress.steps.iter().filter(move |step| {
        let mut given = progress.approvals_of(&step.id).peekable();
        // No digest is computed for a step that nobody approved: screens ask this of every case they show.
        given.peek().is_some() && {
            let now = digest_for(case, progress, step, data);
            given.any(|approval| approval.digest != now)
        }
    })
}
