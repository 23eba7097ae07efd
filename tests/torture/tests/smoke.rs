//! A few items of every harness: that they run, and find nothing. `make torture` runs more.

use std::process::{Command, Output};

fn torture(harness: &str, count: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_torture"))
        .args([harness, "--count", count, "--seed", "7"])
        .output()
        .unwrap()
}

fn passes(harness: &str, count: &str) {
    let output = torture(harness, count);
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    let summary = format!("torture {harness}: ");
    assert_eq!(said.lines().filter(|line| line.starts_with(&summary)).count(), 1, "{said}");
    assert!(said.trim_end().ends_with(": ok"), "{said}");
}

#[test]
fn nothing_is_lost_in_a_few_kills() {
    passes("kill", "10");
}

#[test]
fn nothing_is_lost_in_a_few_faults() {
    passes("faults", "60");
}

#[test]
fn nothing_is_lost_in_a_few_power_cuts() {
    passes("power", "100");
}

#[test]
fn a_few_hostile_files_are_refused_or_found_out() {
    passes("hostile", "40");
}

#[test]
fn processes_contend_for_a_file_and_lose_nothing() {
    passes("contend", "20");
}

#[test]
fn a_full_disk_is_told_and_overcome() {
    passes("disk", "4");
}

#[test]
fn what_cannot_be_written_is_refused_as_that() {
    passes("readonly", "1");
}

#[test]
fn a_file_that_is_moved_takes_no_acknowledgement_with_it() {
    passes("moved", "9");
}

#[test]
fn an_unknown_harness_is_answered_with_the_known_ones() {
    let output = torture("flood", "1");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("kill, faults, power"), "{output:?}");
}
