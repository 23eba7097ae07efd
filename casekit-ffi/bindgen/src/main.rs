//! `cargo run -p casekit-bindgen -- generate LIBRARY --language python --out-dir FOLDER`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
