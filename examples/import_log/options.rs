//! What the command line says.

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;

use casekit::{ExistingItems, ImportOptions};

use crate::log::{Malformed, Reading, Role};

pub(crate) const USAGE: &str = "\
usage: import_log FILE [DB] [options]
  FILE                    CSV with a row for each event, or XES; plain or compressed with gzip
  DB                      the file to load it into; without it, a temporary one
  --case NAME             the column of the case; else `case:concept:name` or `case`
  --activity NAME         the column of what was done; else `concept:name` or `activity`
  --timestamp NAME        the column of the time; else `time:timestamp` or `timestamp`
  --resource NAME         the column of who did it; else `org:resource` or `resource`, and a log may have none
  --stage ACTIVITY=STAGE  an activity that moves its case to a stage; may be given again
  --existing WHAT         what is done with cases that are there: refuse, skip (unless given) or update
  --utc                   times without an offset are in UTC
  --dry-run               check everything, and write nothing
  --skip-malformed        leave malformed events out, and report them";

pub(crate) struct Options {
    pub(crate) file: PathBuf,
    pub(crate) db: Option<PathBuf>,
    pub(crate) reading: Reading,
    /// Activities that move a case, each with the label of the stage.
    pub(crate) stages: Vec<(String, String)>,
    pub(crate) import: ImportOptions,
}

impl Options {
    pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, Box<dyn Error>> {
        let (mut paths, mut reading, mut stages) = (Vec::new(), Reading::default(), Vec::new());
        let mut import = ImportOptions::new().existing(ExistingItems::Skip);
        let mut args = args;
        while let Some(arg) = args.next() {
            let Some(option) = arg.to_str().filter(|text| text.starts_with("--")) else {
                paths.push(PathBuf::from(arg));
                continue;
            };
            let mut value = || -> Result<String, String> {
                let value = args.next().and_then(|value| value.into_string().ok());
                value.ok_or_else(|| format!("`{option}` needs a value; {USAGE}"))
            };
            if let Some(role) = Role::of_option(option) {
                reading.names.give(role, value()?);
                continue;
            }
            match option {
                "--stage" => {
                    let given = value()?;
                    let (activity, stage) = given.split_once('=').ok_or_else(|| {
                        format!("`{given}` is no move: give it like `--stage \"pay compensation=Resolved\"`")
                    })?;
                    stages.push((activity.to_owned(), stage.to_owned()));
                }
                "--existing" => import = import.existing(existing(&value()?)?),
                "--utc" => reading.utc = true,
                "--dry-run" => import = import.dry_run(),
                "--skip-malformed" => reading.malformed = Malformed::Skip,
                other => return Err(format!("no option `{other}`; {USAGE}").into()),
            }
        }
        let mut paths = paths.into_iter();
        match (paths.next(), paths.next(), paths.next()) {
            (Some(file), db, None) => Ok(Self { file, db, reading, stages, import }),
            (None, ..) | (_, _, Some(_)) => Err(USAGE.into()),
        }
    }
}

fn existing(text: &str) -> Result<ExistingItems, String> {
    match text {
        "refuse" => Ok(ExistingItems::Refuse),
        "skip" => Ok(ExistingItems::Skip),
        "update" => Ok(ExistingItems::Update),
        other => Err(format!("`{other}` is nothing to do with existing cases: give refuse, skip or update")),
    }
}
