//! The second working day: a request from the webform to the receipt, and everything that may stand in its way.

mod approvals;
mod clocks;
#[cfg(all(feature = "fonts", feature = "package"))]
mod content;
mod corrected;
mod deadlines;
mod delivery;
mod due;
#[cfg(all(feature = "fonts", feature = "package"))]
mod entitled;
mod failures;
mod german;
pub(crate) mod host;
mod identification;
mod identified;
mod intake;
mod killed;
mod messages;
mod no_data;
#[cfg(all(feature = "fonts", feature = "package"))]
mod own_fields;
#[cfg(all(feature = "fonts", feature = "package"))]
mod package;
mod read_back;
mod redaction;
#[cfg(feature = "fonts")]
mod references;
mod repeats;
mod reports;
mod sources;
pub(crate) mod story;
mod target;
mod withdrawn;
mod workflows;

use casekit::Action;
use casekit::casekit_core::rejection::Blocker;
use host::Bureau;

/// The reasons why petra may not do something now.
fn why_not(bureau: &Bureau, case: casekit::CaseId, action: Action) -> Vec<Blocker> {
    bureau.petra().blockers(case, action, None).unwrap()
}

/// Makes a test on every store of each function that takes a bureau.
macro_rules! in_every_bureau {
    ($($name:ident),* $(,)?) => {
        crate::build::on_every_store!(crate::second_day::host::Bureau: $($name),*);
    };
}
use in_every_bureau;
