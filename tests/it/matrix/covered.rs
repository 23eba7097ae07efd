//! That the classes of state leave none of the code's own out.

use std::collections::BTreeSet;

use casekit::casekit_core::model::{DeliveryState, Outcome};
use casekit::{StageCategory, StepKind, StepState};

use super::states::STATES;

/// The names of all variants of an enum of ours: one that is added does not compile without a name here.
macro_rules! every {
    ($of:ident { $($variant:ident),* }) => {{
        let exhaustive = |one: &$of| match one { $($of::$variant { .. } => stringify!($variant),)* };
        (exhaustive, [$(stringify!($variant)),*].into_iter().collect::<BTreeSet<&str>>())
    }};
}

#[test]
fn every_class_of_state_that_the_code_knows_is_built() {
    let (of_category, categories) = every!(StageCategory { Open, Active, Waiting, Resolved, Closed });
    let (of_step, steps) = every!(StepState { Locked, Ready, Done, Denied, Failed });
    let (of_kind, kinds) = every!(StepKind { Identification, DataApproval, Approval, Release });
    let (of_outcome, outcomes) =
        every!(Outcome { DataReleased, PartlyReleased, NoData, Denied, Approved, Withdrawn });
    let (of_delivery, deliveries) =
        every!(DeliveryState { Building, NotBuilt, Built, Sending, NotSent, Arrived, Stopped });
    let mut seen: [BTreeSet<&str>; 5] = Default::default();
    for state in STATES {
        let case = (state.build)().state();
        seen[0].insert(of_category(&case.category));
        let Some(progress) = case.progress else { continue };
        for step in &progress.steps {
            seen[1].insert(of_step(&progress.state_of(step)));
            seen[2].insert(of_kind(&step.kind));
        }
        seen[3].extend(progress.outcome.as_ref().map(of_outcome));
        seen[4].extend(progress.release.as_ref().map(|release| of_delivery(&release.sending.state)));
    }
    let all = [categories, steps, kinds, outcomes, deliveries];
    let mut missing: Vec<_> = all.iter().zip(&seen).map(|(all, seen)| all - seen).collect();
    // Between two commits of one call: nobody is answered otherwise than while it is being built.
    missing[4].remove("Built");
    assert_eq!(missing, vec![BTreeSet::new(); 5], "give it a line in STATES");
}
