#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| casekit_fuzz::run("settings", bytes));
