//! `casekit-copy FROM TO`: moves a kit from a file to a database, or back. See [`casekit::copy`].

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::process::ExitCode;

use casekit::{CopyProgress, CopyStep};

const USAGE: &str = "usage: casekit-copy FROM TO
  A place is the path of a file, or postgres://user@host/database?schema=NAME.
  Close every kit that is open at FROM before. A copy that was ended is continued by the same command.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut told = None;
    let done = casekit::copy(from, to, &mut |progress| {
        tell(progress, &mut told);
        ControlFlow::Continue(())
    });
    if told.is_some() {
        eprintln!();
    }
    match done {
        Ok(()) => {
            println!("copied: both places have the same, row by row and byte by byte, and the copy is sound");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("casekit-copy: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One line for each step; on a terminal it counts.
fn tell(progress: CopyProgress, told: &mut Option<CopyStep>) {
    let (step, is_new) = (progress.step, *told != Some(progress.step));
    if !is_new && !std::io::stderr().is_terminal() {
        return;
    }
    if is_new && told.is_some() {
        eprintln!();
    }
    *told = Some(step);
    let what = match step {
        CopyStep::Events => "events",
        CopyStep::Streams => "streams",
        CopyStep::Notes => "notes",
        CopyStep::Claims => "names in use",
        CopyStep::Requests => "requests",
        CopyStep::Blobs => "blobs",
        CopyStep::Compare => "compared",
        CopyStep::Check => "checked",
    };
    match progress.total {
        Some(total) => eprint!("\r{what}: {} of {total}", progress.done),
        None => eprint!("\r{what}: {}", progress.done),
    }
    // A progress that cannot be shown is no reason to stop.
    std::io::stderr().flush().ok();
}
