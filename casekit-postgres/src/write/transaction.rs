//! A batch until it is written or cannot be: retried after what passes, looked up after what left it open, and carried out
//! one by one after what one of its commits did to all.

use std::time::Instant;

use casekit_core::commit::{Commit, Committed, Refused, SealError};
use casekit_core::model::StreamId;
use casekit_core::store::{StoreError, StoreErrorKind};

use super::batch::{self, Answers, Failed};
use super::session::Session;
use super::{Around, settle};
use crate::error::{Result, code, lost, uncertain};

/// How often a batch is tried.
const TRIES: u32 = 4;

/// What came of each commit: its answer, or the fault of what it alone would write.
pub(super) type Each = Vec<Result<Result<Committed, Refused>>>;

/// Carries out commits in order in one transaction. `connect` makes sure of a connection.
pub(super) fn carry_out(
    session: &mut Session,
    commits: &[Commit],
    around: &Around<'_>,
    connect: &dyn Fn(&mut Session) -> Result<()>,
) -> Result<Each> {
    let since = Instant::now();
    let mut tries = 0;
    loop {
        tries += 1;
        around.lifecycle.check_cancelled()?;
        let tried = connect(session).map_err(Failed::from);
        match tried.and_then(|()| batch::carry_out(session, commits, around)) {
            Ok(answers) => return Ok(each(answers)),
            Err(Failed::During(answers, mark)) => {
                session.forget();
                if settle::is_committed(&mark, around)? {
                    return Ok(each(answers));
                }
                if tries >= TRIES {
                    return Err(lost());
                }
            }
            Err(Failed::Before(error)) => {
                session.forget();
                if is_of_a_row(&error) {
                    return one_by_one(session, (commits, error), around, connect);
                }
                if !passes(&error) || tries >= TRIES || since.elapsed() >= around.busy_timeout {
                    return Err(error);
                }
            }
        }
    }
}

/// Whether the same batch can succeed when it is tried again.
fn passes(error: &StoreError) -> bool {
    matches!(error.kind(), StoreErrorKind::Busy | StoreErrorKind::Unavailable)
}

fn each(answers: Answers) -> Each {
    answers.into_iter().map(Ok).collect()
}

/// Whether a row was refused: one of the commits contradicts what is stored in a way that nobody foresaw, or has a value that the
/// server does not take.
fn is_of_a_row(error: &StoreError) -> bool {
    is_of_class(error, "23") || is_of_class(error, "22") || is_of_class(error, "54000")
}

fn is_of_class(error: &StoreError, class: &str) -> bool {
    code(error).is_some_and(|state| state.code().starts_with(class))
}

/// Carries out each commit in a transaction of its own, so that the one whose row was refused is found, and no other is refused
/// with it.
fn one_by_one(
    session: &mut Session,
    (commits, refused): (&[Commit], StoreError),
    around: &Around<'_>,
    connect: &dyn Fn(&mut Session) -> Result<()>,
) -> Result<Each> {
    if let [commit] = commits {
        // No constraint: it agrees with what is stored, and the server says what it does not take.
        if !is_of_class(&refused, "23") {
            return Ok(vec![Err(refused)]);
        }
        let stream = commit.drafts.first().map_or(StreamId::Ledger, |draft| draft.stream());
        return Ok(vec![Ok(Err(Refused::Unsound(SealError::WrongReadSet(stream))))]);
    }
    let mut answers = Vec::with_capacity(commits.len());
    for commit in commits {
        match carry_out(session, std::slice::from_ref(commit), around, connect) {
            Ok(one) => answers.extend(one),
            // Those before it may have been written, and all of them get one error.
            Err(error) if answers.iter().any(is_written) => return Err(uncertain().with_source(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

/// Whether a commit was carried out.
pub(super) fn is_written(answer: &Result<Result<Committed, Refused>>) -> bool {
    matches!(answer, Ok(Ok(_)))
}
