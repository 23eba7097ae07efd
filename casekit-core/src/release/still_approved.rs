//! Whether what is about to be sent is still approved: the last question before a package leaves.
//!
//! A release is asked the same when it is requested. It is asked again with the case as it is when the package is built
//! and when it is handed over, so that nothing is sent on the word of an earlier moment.

use super::Fault;
use super::digest::{content_digest, digest_for, material_digest};
use crate::language::Message;
use crate::model::{ActorId, Approval, Case, DataApproval, Progress, Release, Step, StepKind};

/// A fault unless every approval that the answer needs stands, on exactly what is sent.
///
/// An answer that has arrived was approved for the case as it was then. When it is sent again, the approvals must still
/// be there, but the case may have changed.
pub(crate) fn still_approved(case: &Case, progress: &Progress, release: &Release) -> Result<(), Fault> {
    let is_first = release.sending.number == 1;
    if progress.denial.is_some() {
        return (!is_first || material_digest(case, progress) == release.digest)
            .then_some(())
            .ok_or_else(content_changed);
    }
    let data = progress.data_approval();
    for step in progress.steps.iter().filter(|step| step.kind != StepKind::Release) {
        if !progress.is_done(step) || !is_apart(case, progress, step) {
            return Err(Fault::data("not_approved", Message::new("hint.not_approved")));
        }
        let same = |one: &Approval| one.digest == digest_for(case, progress, step, data);
        if is_first && !progress.approvals_of(&step.id).all(same) {
            return Err(content_changed());
        }
    }
    let now = content(case, progress, data);
    (!is_first || now == release.digest).then_some(()).ok_or_else(content_changed)
}

/// The digest of what would be released now: the material fields, and the data if any of it was approved.
#[must_use]
pub(crate) fn content(case: &Case, progress: &Progress, data: Option<&DataApproval>) -> String {
    match data {
        Some(data) => content_digest(case, progress, data),
        None => material_digest(case, progress),
    }
}

pub(crate) fn content_changed() -> Fault {
    Fault::data("content_changed", Message::new("hint.content_changed"))
}

/// Whether the people who approved a step are as many as it wants, and none of those whom it excludes.
fn is_apart(case: &Case, progress: &Progress, step: &Step) -> bool {
    let given: Vec<&Approval> = progress.approvals_of(&step.id).collect();
    let repeated = |(place, one): (usize, &&Approval)| given.iter().take(place).any(|two| one.by == two.by);
    let excluded = step.excludes_doers_of.iter().flat_map(|id| progress.approvals_of(id));
    let mut others: Vec<&ActorId> = excluded.flat_map(people).collect();
    if step.excludes_raiser {
        others.extend(case.raisers());
    }
    !given.iter().enumerate().any(repeated)
        && !given.iter().flat_map(|one| people(one)).any(|person| others.contains(&person))
}

/// Who counts as having given an approval.
fn people(approval: &Approval) -> impl Iterator<Item = &ActorId> {
    std::iter::once(&approval.by).chain(&approval.on_behalf_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{at, held_by};
    use crate::model::{NoDataFinding, Sending, StepId, WorkflowId, shipped_workflows};

    /// A release with everything approved, in the workflow with four eyes.
    fn approved() -> Case {
        let version = shipped_workflows().into_iter().find_map(|(_, version)| {
            version.steps.iter().any(|step| !step.excludes_doers_of.is_empty()).then_some(version)
        });
        let mut case = held_by("petra");
        let mut progress = Progress {
            round: 1,
            earlier: Vec::new(),
            workflow: WorkflowId(uuid::Uuid::from_u128(5)),
            version: 1,
            steps: version.unwrap().steps,
            salt: "00112233445566778899aabbccddeeff".into(),
            approvals: Vec::new(),
            denial: None,
            snapshot: None,
            left_out: Vec::new(),
            messages: Vec::new(),
            release: None,
            failure: None,
            outcome: None,
        };
        for (step, data) in [
            ("identification", None),
            ("data_approval", Some(DataApproval::NoData { finding: NoDataFinding::FoundNone, reason: None })),
        ] {
            let step = progress.step(step).unwrap().clone();
            let digest = digest_for(&case, &progress, &step, data.as_ref());
            let (by, method, checked) = (ActorId::parse("actor", "petra").unwrap(), None, Vec::new());
            let (step, at, on_behalf_of) = (step.id, at(), None);
            progress.approvals.push(Approval {
                step,
                by,
                on_behalf_of,
                at,
                digest,
                data,
                method,
                checked,
                assurance: None,
                credentials: Vec::new(),
                note: None,
            });
        }
        let sending = Sending::first("k".into(), ActorId::parse("actor", "paul").unwrap(), at(), None);
        let digest = content(&case, &progress, progress.data_approval());
        let step = StepId::parse("step", "release").unwrap();
        progress.release = Some(Release { step, digest, package: None, earlier: Vec::new(), sending });
        case.progress = Some(Box::new(progress));
        case
    }

    fn asked(case: &Case) -> Result<(), String> {
        let progress = case.progress.as_deref().unwrap();
        still_approved(case, progress, progress.release.as_ref().unwrap()).map_err(|fault| fault.code)
    }

    fn changed(change: impl FnOnce(&mut Progress)) -> Result<(), String> {
        let mut case = approved();
        change(case.progress.as_mut().unwrap());
        asked(&case)
    }

    #[test]
    fn an_answer_stands_on_every_approval_of_exactly_what_is_sent() {
        assert_eq!(asked(&approved()), Ok(()));
        let missing = Err("not_approved".to_owned());
        assert_eq!(changed(|progress| drop(progress.approvals.remove(0))), missing);
        assert_eq!(changed(|progress| drop(progress.approvals.pop())), missing);
        assert_eq!(changed(|progress| progress.steps[0].quorum = 2), missing);
        let twice = |progress: &mut Progress| {
            progress.steps[0].quorum = 2;
            progress.approvals.push(progress.approvals[0].clone());
        };
        assert_eq!(changed(twice), missing, "one person is not two");
        let excluding = |progress: &mut Progress| {
            let other = progress.steps[0].id.clone();
            progress.steps[1].excludes_doers_of.push(other);
        };
        assert_eq!(changed(excluding), missing, "who did the one must not do the other");
    }

    #[test]
    fn an_answer_about_something_else_by_now_is_not_sent() {
        let differs = Err("content_changed".to_owned());
        let other = |case: &mut Case| case.customer = Some(crate::model::CustomerId(uuid::Uuid::nil()));
        let mut case = approved();
        other(&mut case);
        assert_eq!(asked(&case), differs);
        assert_eq!(changed(|progress| progress.release.as_mut().unwrap().digest.push('0')), differs);
        assert_eq!(changed(|progress| progress.approvals[1].digest.push('0')), differs);
        let mut again = approved();
        again.progress.as_mut().unwrap().release.as_mut().unwrap().sending.number = 2;
        other(&mut again);
        assert_eq!(asked(&again), Ok(()), "what arrived before was approved for the case as it was then");
    }
}
