//! The boundary between the library and its host: a panic becomes an error, and its text is dropped.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use casekit::{FieldError, Rejection};

use crate::error::CasekitError;

/// Runs a call into the library. A panic becomes an error with an incident id. The place in the code is written to
/// standard error under the same id. The panic's text is dropped, because it may contain personal data.
pub(crate) fn guard<T, E: Into<CasekitError>>(
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, CasekitError> {
    if !cfg!(test) {
        quiet();
    }
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => answer.map_err(Into::into),
        Err(panic) => Err(error_of(panic.as_ref())),
    }
}

/// The payload with which a callback that cannot answer by an error, such as a clock, unwinds to the call.
struct Left(CasekitError);

/// Leaves the current call, because the library cannot continue without what a callback was to answer.
pub(crate) fn leave(why: CasekitError) -> ! {
    std::panic::resume_unwind(Box::new(Left(why)))
}

fn error_of(panic: &(dyn Any + Send)) -> CasekitError {
    if let Some(Left(why)) = panic.downcast_ref() {
        return why.clone();
    }
    let incident = LAST.get();
    let message = format!(
        "something failed inside casekit: report incident `{incident}` of this process, with what was done"
    );
    CasekitError::Internal { code: "internal".to_owned(), message }
}

static INCIDENTS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static LAST: Cell<u64> = const { Cell::new(0) };
}

/// Replaces the panic hook by one that drops the texts of panics. It applies to this library alone: Rust code of the
/// host has its own copy of the standard library, with its own hook.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_hook(Box::new(|panic| {
            let incident = INCIDENTS.fetch_add(1, Ordering::Relaxed) + 1;
            LAST.set(incident);
            let place = panic.location().map(|at| format!(" at {}:{}", within(at.file()), at.line()));
            eprintln!("casekit: incident `{incident}`{}", place.unwrap_or_default());
        }));
    });
}

/// The path of a file within its package, without the folders of the machine on which the library was built.
fn within(file: &str) -> &str {
    let crate_folder = file.rfind("/src/").and_then(|src| file.get(..src)?.rfind('/'));
    crate_folder.and_then(|slash| file.get(slash + 1..)).unwrap_or(file)
}

/// Refuses what a host's package cannot hand over, such as the path of another file system, as the library refuses a field.
#[uniffi::export]
pub fn refuse(error: FieldError) -> Result<(), CasekitError> {
    guard(|| Err(Rejection::Invalid { fields: vec![error] }))
}

/// Panics with a text, for the tests of a host: the error must be `internal`, and must not contain the text.
#[uniffi::export]
#[allow(clippy::panic, reason = "it is for that")]
pub fn provoke_panic(text: String) -> Result<(), CasekitError> {
    guard(|| -> Result<(), CasekitError> {
        if text.is_empty() { Ok(()) } else { std::panic::panic_any(text) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_answered_without_what_it_said() {
        let error = provoke_panic("account DE89 3704 0044 0532 0130 00".into()).unwrap_err();
        let CasekitError::Internal { code, message } = error else { panic!("{error:?}") };
        assert_eq!(code, "internal");
        assert!(message.contains("report incident") && !message.contains("DE89"), "{message}");
        assert_eq!(provoke_panic(String::new()), Ok(()));
    }

    #[test]
    fn a_place_in_the_code_is_told_within_its_package() {
        assert_eq!(
            within("/home/who/.cargo/registry/src/index/chrono-0.4/src/lib.rs"),
            "chrono-0.4/src/lib.rs"
        );
        assert_eq!(within("casekit-core/src/engine.rs"), "casekit-core/src/engine.rs");
    }

    #[test]
    fn a_clock_that_fails_is_an_error_of_the_application() {
        let error =
            guard(|| -> Result<(), CasekitError> { leave(CasekitError::callback("clock")) }).unwrap_err();
        assert!(matches!(error, CasekitError::Callback { code, .. } if code == "callback_failed"));
    }
}
