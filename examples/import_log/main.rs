//! Loads an event log: `cargo run --release --example import_log -- FILE [DB] [options]`.
//!
//! `FILE` is CSV with one row for each event, or XES, plain or compressed with gzip. The usual names are known
//! (`case:concept:name`, `concept:name`, `time:timestamp`, `org:resource`), others are options. Each case is loaded with its
//! stages and holders: an activity moves its case if an option says to which stage, or if it is a help desk's word for one.
//! Other activities become internal notes, and what else the log says becomes the case's description. Without `DB` it loads
//! into a temporary file.

mod load;
mod log;
mod options;
mod report;
mod told;

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use casekit::{Actor, CaseKit, Role};
use load::Meanings;
use options::Options;

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

/// Reads, loads and reports. Returns whether every event of the log is in the file now, or could be after a dry run.
fn run(options: &Options, out: &mut dyn Write) -> Result<bool, Box<dyn Error>> {
    let meanings = Meanings::given(&options.stages)?;
    let read = log::read(&options.file, &options.reading)?;
    for event in &read.skipped {
        eprintln!("skipped {event}");
    }
    let folder = tempfile::tempdir()?;
    let path = options.db.clone().unwrap_or_else(|| folder.path().join("cases.db"));
    let kit = CaseKit::open(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let desk = kit.desk(Actor::new("importer", "Importer").with_role(Role::Administrator));
    let loaded = load::load(&desk, &read.cases, &meanings, &options.import)?;
    if options.import.dry_run {
        report::tried(&read, &loaded, out)?;
        return Ok(loaded.refused.is_empty());
    }
    report::report(&desk, &read, &loaded, &meanings, place(options.db.as_deref()), out)
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
    use std::path::PathBuf;

    use super::*;
    use crate::log::Malformed;

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
        let mut args: Vec<PathBuf> = vec![file];
        args.extend(db.map(Path::to_owned));
        args.extend((malformed == Malformed::Skip).then(|| PathBuf::from("--skip-malformed")));
        run_with(args)
    }

    fn run_with(args: Vec<PathBuf>) -> Result<(bool, String), String> {
        let mut out = Vec::new();
        let options = Options::parse(args.into_iter().map(Into::into)).map_err(|error| error.to_string())?;
        let whole = run(&options, &mut out).map_err(|error| error.to_string())?;
        Ok((whole, String::from_utf8(out).unwrap()))
    }

    #[test]
    fn a_log_becomes_cases_and_no_event_is_lost() {
        let (whole, said) = run_on(LOG.as_bytes(), None, Malformed::Stop).unwrap();
        assert!(whole, "{said}");
        assert!(said.contains("2 cases, 7 events"), "{said}");
        assert!(said.contains("7 of 7 events"), "{said}");
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
        assert!(said.contains("7 of 7 events"), "{said}");
    }

    #[test]
    fn a_malformed_line_is_named_and_stops_or_is_skipped_as_asked() {
        let bad: [(&str, &str); 4] = [
            ("A,Closed,cleo,yesterday,valve\n", "timestamp"),
            ("A,Closed,cleo\n", "columns"),
            (",Closed,cleo,2024-01-01T13:00:00Z,valve\n", "case"),
            ("A,Clo\u{7}sed,cleo,2024-01-01T13:00:00Z,valve\n", "control character"),
        ];
        for (line, why) in bad {
            let text = format!("{LOG}{line}A,VERIFIED,ana,2024-01-03T09:00:00Z,valve\n");
            let stopped = run_on(text.as_bytes(), None, Malformed::Stop).unwrap_err();
            assert!(stopped.contains("line 9") && stopped.contains(why), "{stopped}");
            let (whole, said) = run_on(text.as_bytes(), None, Malformed::Skip).unwrap();
            assert!(whole && said.contains("2 cases, 8 events"), "{said}");
            assert!(said.contains("1 malformed event skipped"), "{said}");
        }
        let latin = [LOG.as_bytes(), b"A,Gepr\xfcft,ana,2024-01-03T09:00:00Z,valve\n"].concat();
        assert!(run_on(&latin, None, Malformed::Stop).unwrap_err().contains("line 9"));
    }

    #[test]
    fn a_log_without_a_needed_column_is_refused() {
        let refused = run_on(b"case,activity,when\nA,Closed,now\n", None, Malformed::Skip).unwrap_err();
        let said = "no column `time:timestamp` or `timestamp` (say which with --timestamp); there are `case`";
        assert!(refused.contains(said) && refused.contains("`when`"), "{refused}");
    }

    #[test]
    fn columns_are_named_by_options_and_a_log_need_not_say_who_did_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.csv");
        let log = "ticket,step,when,who\n7,Opened,2024-01-01 09:00:00,\n7,Paid,2024-01-02 09:00:00,ben\n";
        std::fs::write(&file, log).unwrap();
        let names = ["--case", "ticket", "--activity", "step", "--timestamp", "when", "--utc"];
        let stages = ["--stage", "paid=Resolved"];
        let args = |more: &[&str]| {
            let given = names.iter().chain(&stages).chain(more).map(PathBuf::from);
            std::iter::once(file.clone()).chain(given).collect()
        };
        let (whole, said) = run_with(args(&[])).unwrap();
        assert!(whole && said.contains("1 cases, 2 events"), "{said}");
        assert!(said.contains("Resolved") && said.contains("2 of 2 events"), "{said}");
        let named = run_with(args(&["--resource", "who"])).unwrap().1;
        assert!(named.contains("2 of 2 events"), "{named}");
        let none = run_with(args(&["--resource", "whose"])).unwrap_err();
        assert!(none.contains("`whose`") && none.contains("`who`"), "{none}");
        let nowhere = run_with(args(&["--stage", "Opened=Nowhere"])).unwrap_err();
        assert!(nowhere.contains("no stage `Nowhere`") && nowhere.contains("`Waiting`"), "{nowhere}");
        let tried = run_with(args(&["--dry-run"])).unwrap().1;
        assert!(tried.contains("would be imported: 1 cases with 3 events"), "{tried}");
    }

    /// A log in XES as programs write it: with a namespace, an extension, globals, and attributes within attributes.
    const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- written by hand -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <float key="average" value="2.5"><float key="concept:name" value="1.0"/></float>
  <trace>
    <string key="concept:name" value="3"/>
    <string key="channel" value="Post &amp; desk"/>
    <event>
      <string key="concept:name" value="register request"/>
      <string key="org:resource" value="Pete"/>
      <date key="time:timestamp" value="2010-12-30T14:32:00.000+01:00"/>
      <int key="costs" value="50"><string key="concept:name" value="of the costs"/></int>
    </event>
    <event>
      <date key="time:timestamp" value="2011-01-15T10:45:00.000+01:00"/>
      <string key="concept:name" value="pay compensation"/>
    </event>
  </trace>
</log>
"#;

    #[test]
    fn xes_is_read_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let (file, db) = (folder.path().join("log.xes"), folder.path().join("cases.db"));
        std::fs::write(&file, XES).unwrap();
        let stage = ["--stage", "pay compensation=Closed"].map(PathBuf::from);
        let (whole, said) = run_with([vec![file, db.clone()], stage.to_vec()].concat()).unwrap();
        assert!(whole && said.contains("1 cases, 2 events") && said.contains("2 of 2 events"), "{said}");
        let kit = CaseKit::open(&db).unwrap();
        let desk = kit.desk(Actor::new("mona", "Mona").with_role(Role::Manager));
        let case = desk.find_case("3").unwrap();
        assert_eq!(
            (case.title.as_str(), case.stage.as_str(), case.raised_by.as_str()),
            ("3", "Closed", "Pete")
        );
        assert_eq!(case.description.as_deref(), Some("case:channel: Post & desk\ncosts: 50"));
        let cut = XES.split("<date key=\"time:timestamp\" value=\"2011").next().unwrap();
        let cut = run_on(cut.as_bytes(), None, Malformed::Skip).unwrap_err();
        assert!(cut.contains("cut off"), "{cut}");
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
        assert!(said.contains("21,348 of 21,348 events"), "{said}");
    }
}
