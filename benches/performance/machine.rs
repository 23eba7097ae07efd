//! Where and when it was measured.

use std::process::Command;
use std::time::SystemTime;

use serde_json::Value;

use crate::{figure, said};

/// One line about the machine.
pub(crate) fn line(contention: &Value) -> String {
    let today = chrono::DateTime::<chrono::Utc>::from(SystemTime::now()).format("%Y-%m-%d");
    let unknown = || "a processor that does not say what it is".to_owned();
    let processor = found("/proc/cpuinfo", "model name").unwrap_or_else(unknown);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory =
        found("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let memory =
        memory.map(|kib| format!(", {:.0} GiB of memory", kib / 1024.0 / 1024.0)).unwrap_or_default();
    let system = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let commit = said_by("git", &["rev-parse", "--short", "HEAD"]);
    let rust = said_by("rustc", &["--version"]);
    let rust = rust.split(' ').nth(1).unwrap_or_default().to_owned();
    let disk = said(figure(contention, "fdatasync_us"));
    format!(
        "Measured on {today} at {commit}: {processor}, {cores} cores{memory}, {} {}, Rust {rust}; 4 KiB are on the \
         disk after {disk} µs. Only ratios can be compared between machines.",
        std::env::consts::OS,
        system.trim(),
    )
}

/// What stands behind a name in a file of the system.
fn found(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map(|text| text.trim().to_owned()).unwrap_or_default()
}
