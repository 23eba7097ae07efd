//! Loads an event log: `cargo run --release --example import_log -- FILE [DB] [--skip-malformed]`.
//!
//! `FILE` is CSV, plain or compressed with gzip, with one row for each event and the columns case, activity, resource
//! and timestamp. Each case is loaded with its stages and holders. Other activities become internal notes, and the
//! other columns become the case's description. Without `DB` it loads into a temporary file.

mod load;
mod log;
mod report;
mod told;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casekit::{Actor, CaseKit, Role};
use log::Malformed;

const USAGE: &str = "usage: import_log FILE [DB] [--skip-malformed]";

fn main() -> ExitCode {
    match Options::parse(std::env::args_os().skip(1))
        .and_then(|options| run(&options, &mut io::stdout().lock()))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader has closed the pipe, as `head` does: that is no failure.
        Err(error) if is_closed_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("import_log: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    file: PathBuf,
    db: Option<PathBuf>,
    malformed: Malformed,
}

impl Options {
    fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, Box<dyn Error>> {
        let (mut paths, mut malformed) = (Vec::new(), Malformed::Stop);
        for arg in args {
            match arg.to_str() {
                Some("--skip-malformed") => malformed = Malformed::Skip,
                Some(other) if other.starts_with("--") => {
                    return Err(format!("no option `{other}`; {USAGE}").into());
                }
                Some(_) | None => paths.push(PathBuf::from(arg)),
            }
        }
        let mut paths = paths.into_iter();
        match (paths.next(), paths.next(), paths.next()) {
            (Some(file), db, None) => Ok(Self { file, db, malformed }),
            (None, ..) | (_, _, Some(_)) => Err(USAGE.into()),
        }
    }
}

/// Reads, loads and reports. Returns whether every row of the log is in the file now.
fn run(options: &Options, out: &mut dyn Write) -> Result<bool, Box<dyn Error>> {
    let read = log::read(&options.file, options.malformed)?;
    for line in &read.skipped {
        eprintln!("skipped {line}");
    }
    let folder = tempfile::tempdir()?;
    let path = options.db.clone().unwrap_or_else(|| folder.path().join("cases.db"));
    let kit = CaseKit::open(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let desk = kit.desk(Actor::new("importer", "Importer").with_role(Role::Administrator));
    let loaded = load::load(&desk, &read.cases)?;
    report::report(&desk, &read, &loaded, place(options.db.as_deref()), out)
}

fn place(db: Option<&Path>) -> String {
    match db {
        Some(path) => path.display().to_string(),
        None => "a temporary file, gone after this; name a DB to keep it".into(),
    }
}

fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
case,activity,resource,timestamp,product
B,Assign seriousness,ana,2024-01-02T09:00:00Z,pump
A,Insert ticket,ana,2024-01-01T09:00:00Z,valve
A,Take in charge ticket,ben,2024-01-01T10:00:00+01:00,valve
A,Wait,ben,2024-01-01T11:00:00Z,hose
A,Wait,ben,2024-01-01T11:00:00Z,hose
A,Resolve ticket,ben,2024-01-01T12:00:00Z,valve
A,Closed,cleo,2024-01-01T13:00:00Z,valve
";

    fn run_on(text: &[u8], db: Option<&Path>, malformed: Malformed) -> Result<(bool, String), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.csv");
        std::fs::write(&file, text).unwrap();
        run_file(file, db, malformed)
    }

    fn run_file(file: PathBuf, db: Option<&Path>, malformed: Malformed) -> Result<(bool, String), String> {
        let mut out = Vec::new();
        let options = Options { file, db: db.map(Path::to_owned), malformed };
        let whole = run(&options, &mut out).map_err(|error| error.to_string())?;
        Ok((whole, String::from_utf8(out).unwrap()))
    }

    #[test]
    fn a_log_becomes_cases_and_no_row_is_lost() {
        let (whole, said) = run_on(LOG.as_bytes(), None, Malformed::Stop).unwrap();
        assert!(whole, "{said}");
        assert!(said.contains("2 cases, 7 events"), "{said}");
        assert!(said.contains("7 of 7 rows"), "{said}");
    }

    #[test]
    fn gzip_is_read_as_well() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(LOG.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        assert!(run_on(&packed, None, Malformed::Stop).unwrap().1.contains("2 cases, 7 events"));
        let cut = run_on(&packed[..packed.len() - 12], None, Malformed::Skip).unwrap_err();
        assert!(cut.contains("log.csv"), "a cut file is no malformed line: {cut}");
    }

    #[test]
    fn a_second_run_on_the_same_file_duplicates_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("cases.db");
        run_on(LOG.as_bytes(), Some(&db), Malformed::Stop).unwrap();
        let (whole, said) = run_on(LOG.as_bytes(), Some(&db), Malformed::Stop).unwrap();
        assert!(whole, "{said}");
        assert!(said.contains("2 were there already"), "{said}");
        assert!(said.contains("7 of 7 rows"), "{said}");
    }

    #[test]
    fn a_malformed_line_is_named_and_stops_or_is_skipped_as_asked() {
        let bad: [(&str, &str); 5] = [
            ("A,Closed,cleo,yesterday,valve\n", "timestamp"),
            ("A,Closed,cleo\n", "columns"),
            (",Closed,cleo,2024-01-01T13:00:00Z,valve\n", "case"),
            ("A,Clo\u{7}sed,cleo,2024-01-01T13:00:00Z,valve\n", "control character"),
            ("A,Closed, ,2024-01-01T13:00:00Z,valve\n", "resource"),
        ];
        for (line, why) in bad {
            let text = format!("{LOG}{line}A,VERIFIED,ana,2024-01-03T09:00:00Z,valve\n");
            let stopped = run_on(text.as_bytes(), None, Malformed::Stop).unwrap_err();
            assert!(stopped.contains("line 9") && stopped.contains(why), "{stopped}");
            let (whole, said) = run_on(text.as_bytes(), None, Malformed::Skip).unwrap();
            assert!(whole && said.contains("2 cases, 8 events"), "{said}");
            assert!(said.contains("1 malformed line skipped"), "{said}");
        }
        let latin = [LOG.as_bytes(), b"A,Gepr\xfcft,ana,2024-01-03T09:00:00Z,valve\n"].concat();
        assert!(run_on(&latin, None, Malformed::Stop).unwrap_err().contains("line 9"));
    }

    #[test]
    fn a_log_without_a_needed_column_is_refused() {
        let refused = run_on(b"case,activity,when\nA,Closed,now\n", None, Malformed::Skip).unwrap_err();
        assert!(refused.contains("`resource`") && refused.contains("`timestamp`"), "{refused}");
    }

    #[test]
    fn the_help_desk_log_is_loaded_whole() {
        // The log is public, but too large for this repository: «Help desk log of an Italian company»,
        // 4TU.ResearchData.
        let Some(file) = std::env::var_os("CASEKIT_HELPDESK_LOG").map(PathBuf::from) else {
            eprintln!("not run: CASEKIT_HELPDESK_LOG does not say where the log is");
            return;
        };
        let (whole, said) = run_file(file, None, Malformed::Stop).unwrap();
        assert!(whole, "{said}");
        assert!(said.contains("4,580 cases, 21,348 events"), "{said}");
        assert!(said.contains("21,348 of 21,348 rows"), "{said}");
    }
}
