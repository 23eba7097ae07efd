//! Faults that tests put back.

/// Whether a part of the mechanism is to be left off: `shm`, `guard` or `fork`, as `CASEKIT_LOCKS_OFF` names them.
///
/// Never so without the feature `faults`: the variable is not read then.
pub(super) fn is_off(part: &str) -> bool {
    cfg!(feature = "faults")
        && std::env::var("CASEKIT_LOCKS_OFF").is_ok_and(|off| off.split(',').any(|named| named == part))
}
