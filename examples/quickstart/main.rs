//! The library in use: `cargo run --release --example quickstart [-- DIR]` works in `DIR/cases.db`.
//!
//! Read the days in their order. Each prints the calls that it makes and their results.

// This module comes first, because the others use its macro.
#[macro_use]
mod tell;
mod first_day;
mod second_day;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casekit::OpenOptions;
use tell::Tell;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("quickstart"), PathBuf::from);
    match run(&folder, &mut Tell::new(&mut io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has closed the pipe, as `head` does: that is no failure.
        Err(error) if is_closed_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, tell: &mut Tell<'_>) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    // Settings need absolute paths, and may name only folders that the host allows.
    let folder = &folder.canonicalize()?;
    let path = folder.join("cases.db");
    let is_new = !path.exists();

    tell.part("Open one file")?;
    let kit = call!(tell, OpenOptions::new().allow_folder(folder).open(&path)?);
    tell.back(format_args!("{} {}", if is_new { "made" } else { "opened" }, path.display()))?;
    first_day::run(&kit, tell)?;
    second_day::run(&kit, folder, tell)?;

    tell.back(format_args!("all of it is in {}: run this again, and it goes on there", path.display()))?;
    Ok(())
}

fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(folder: &Path) -> String {
        let mut out = Vec::new();
        run(folder, &mut Tell::new(&mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_second_run_in_the_same_folder_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (told(folder.path()), told(folder.path()));
        assert!(first.contains("raised C-000001"), "{first}");
        // The earlier run used some numbers, and the first one is not given again.
        assert!(second.contains("raised C-") && !second.contains("raised C-000001"), "{second}");
        assert!(second.contains("C-000001"), "the second page lists what the first run left: {second}");
    }

    #[test]
    fn a_file_that_is_not_ours_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        std::fs::write(&path, "my diary").unwrap();
        let refused = run(folder.path(), &mut Tell::new(&mut Vec::new())).unwrap_err();
        assert!(refused.to_string().contains("not a casekit file"), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "my diary");
    }
}
