//! Faults that tests switch on, to see that they are noticed.

/// Whether a part of the mechanism is switched off: `shm`, `guard` or `fork`. `CASEKIT_LOCKS_OFF` lists them, separated
/// by commas.
///
/// Always false without the feature `faults`: the variable is not read then.
pub(super) fn is_off(part: &str) -> bool {
    cfg!(feature = "faults")
        && std::env::var("CASEKIT_LOCKS_OFF").is_ok_and(|off| off.split(',').any(|named| named == part))
}
