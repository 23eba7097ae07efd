//! The version of the library, and whether bindings match it.

use crate::api_version::API_VERSION;

/// The interface version: a hash of what hosts see. Bindings compare it with their own before they call anything else,
/// and refuse a library that differs. The signature of this function never changes.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_api_version() -> u32 {
    API_VERSION
}

/// The version of the library, such as `0.1.0`.
#[uniffi::export]
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
