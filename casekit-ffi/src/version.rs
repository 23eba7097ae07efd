//! Which library this is, and whether bindings fit it.

/// The version of the interface: one more with every change of what hosts see. Bindings made for another are refused.
const API_VERSION: u32 = 3;

/// The version of the interface, for bindings to compare with theirs before anything else. It never changes its form.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_api_version() -> u32 {
    API_VERSION
}

/// The version of the library, such as `0.1.0`.
#[uniffi::export]
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
