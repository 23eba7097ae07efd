//! A few items of every harness: that they run, and find nothing. `make torture` runs more.

use std::io;
use std::process::{Command, Output};

fn torture(harness: &str, count: &str) -> io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_torture")).args([harness, "--count", count, "--seed", "7"]).output()
}

fn passes(harness: &str, count: &str) -> io::Result<()> {
    let output = torture(harness, count)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    let summary = format!("torture {harness}: ");
    assert_eq!(said.lines().filter(|line| line.starts_with(&summary)).count(), 1, "{said}");
    assert!(said.trim_end().ends_with(": ok"), "{said}");
    Ok(())
}

#[test]
fn nothing_is_lost_in_a_few_kills() {
    passes("kill", "10").unwrap();
}

#[test]
fn nothing_is_lost_in_a_few_faults() {
    passes("faults", "60").unwrap();
}

#[test]
fn nothing_is_lost_in_a_few_power_cuts() {
    passes("power", "100").unwrap();
}

#[test]
fn a_few_hostile_files_are_refused_or_found_out() {
    passes("hostile", "40").unwrap();
}

#[test]
fn processes_contend_for_a_file_and_lose_nothing() {
    passes("contend", "20").unwrap();
}

#[test]
fn a_full_disk_is_told_and_overcome() {
    passes("disk", "4").unwrap();
}

#[test]
fn what_cannot_be_written_is_refused_as_that() {
    passes("readonly", "1").unwrap();
}

#[test]
fn a_file_that_is_moved_takes_no_acknowledgement_with_it() {
    passes("moved", "9").unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_copy_of_sqlite_in_the_process_costs_nothing() {
    passes("foreign", "21").unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_forked_child_takes_nothing_from_its_parent() {
    passes("forks", "8").unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn without_locks_by_description_a_second_copy_and_forks_do_harm() {
    for (harness, count) in [("foreign", "9"), ("forks", "8")] {
        let mut torture = Command::new(env!("CARGO_BIN_EXE_torture"));
        torture.args([harness, "--count", count, "--seed", "7"]).env("CASEKIT_LOCKS_OFF", "shm,guard");
        assert_eq!(torture.output().unwrap().status.code(), Some(1), "{harness}");
    }
}

#[test]
fn an_unknown_harness_is_answered_with_the_known_ones() {
    let output = torture("flood", "1").unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("kill, faults, power"), "{output:?}");
}
