//! Which library this is, and whether bindings fit it.

use crate::api_version::API_VERSION;

/// The version of the interface, a hash of what hosts see, for bindings to compare with theirs before anything else: those
/// made for another are refused. This function never changes its form.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_api_version() -> u32 {
    API_VERSION
}

/// The version of the library, such as `0.1.0`.
#[uniffi::export]
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
