//! Turns rows into cases, and imports them.

use std::error::Error;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use casekit::{
    Desk, FieldRule, ImportCase, ImportChange, ImportItem, ImportOptions, ImportedChange, NewCase,
    NewCaseType, NewStage, Rejection, StageCategory, Visibility,
};

use crate::log::{LoggedCase, Row};

/// The case type of the loaded cases.
pub(crate) const CASE_TYPE: &str = "Help desk";

/// The result of loading a log.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) imported: u64,
    /// Cases whose references were in use, because an earlier run loaded them.
    pub(crate) known: u64,
    /// The reasons for cases that were refused otherwise.
    pub(crate) refused: Vec<String>,
    /// Events that were not loaded.
    pub(crate) events: u64,
    pub(crate) took: Duration,
}

/// Loads the cases. A case that was loaded before stays as it is.
pub(crate) fn load(desk: &Desk, cases: &[LoggedCase]) -> Result<Loaded, Box<dyn Error>> {
    ensure_case_type(desk)?;
    let items: Vec<ImportItem> = cases.iter().filter_map(item).collect();
    let begun = Instant::now();
    let mut said = 0;
    let report = desk.import_with(&items, &ImportOptions::default(), &mut |progress| {
        let tenths = progress.done * 10 / progress.of.max(1);
        if tenths > said {
            said = tenths;
            eprintln!("{} of {} cases", progress.done, progress.of);
        }
        ControlFlow::Continue(())
    })?;
    let mut loaded = Loaded { events: report.events, took: begun.elapsed(), ..Loaded::default() };
    for (case, result) in cases.iter().zip(&report.results) {
        match &result.rejection {
            Some(rejection) if is_known(rejection) => loaded.known += 1,
            Some(rejection) => {
                let line = case.rows.first().map_or(0, |row| row.line);
                loaded.refused.push(format!("the case from line {line} on: {rejection}"));
            }
            None => loaded.imported += 1,
        }
    }
    Ok(loaded)
}

fn ensure_case_type(desk: &Desk) -> Result<(), Box<dyn Error>> {
    if desk.case_types()?.iter().any(|one| one.name == CASE_TYPE) {
        return Ok(());
    }
    let stages = vec![
        NewStage::new("Open", StageCategory::Open),
        NewStage::new("In Progress", StageCategory::Active),
        NewStage::new("Waiting", StageCategory::Waiting),
        NewStage::new("Resolved", StageCategory::Resolved),
        NewStage::new("Closed", StageCategory::Closed),
    ];
    desk.create_case_type(NewCaseType::new(CASE_TYPE).with_stages(stages))?;
    Ok(())
}

fn is_known(rejection: &Rejection) -> bool {
    rejection.fields().iter().any(|one| one.field == "reference" && one.rule == FieldRule::AlreadyInUse)
}

/// A case as an item to import. It is raised at the time and by the doer of its first row; then each row is a change.
fn item(case: &LoggedCase) -> Option<ImportItem> {
    let first = case.rows.first()?;
    let others = case.others.iter().filter(|(_, values)| !values.is_empty());
    let description: Vec<String> =
        others.map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    let new = NewCase::new(CASE_TYPE, &case.reference).described(description.join("\n"));
    let imported = ImportCase::new(new, first.at, &first.resource).with_reference(&case.reference);
    Some(ImportItem::Case(case.rows.iter().map(change).fold(imported, ImportCase::with_change)))
}

fn change(row: &Row) -> ImportChange {
    let what = match meaning(&row.activity) {
        Meaning::Stage(to) => {
            // The log's own word for the stage, if it is a different one.
            let reason = Some(row.activity.clone()).filter(|word| !word.eq_ignore_ascii_case(to));
            ImportedChange::Stage { to: to.into(), reason }
        }
        Meaning::Taken => ImportedChange::Taken,
        Meaning::Note => ImportedChange::Note {
            text: row.activity.clone(),
            visibility: Visibility::Internal,
            reply_to: None,
        },
    };
    ImportChange::new(row.at, &row.resource, what)
}

/// What an activity in the log means for a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// The case moves to a stage.
    Stage(&'static str),
    /// The doer becomes the holder.
    Taken,
    /// Anything else; it becomes a note.
    Note,
}

/// The words that help desks use for stages and for taking a case. Extend it for other logs.
pub(crate) fn meaning(activity: &str) -> Meaning {
    match activity.to_lowercase().as_str() {
        "wait" | "waiting" => Meaning::Stage("Waiting"),
        "resolve" | "resolved" | "resolve ticket" | "resolve case" => Meaning::Stage("Resolved"),
        "close" | "closed" | "close ticket" | "close case" => Meaning::Stage("Closed"),
        "take" | "take ticket" | "take case" | "take in charge ticket" => Meaning::Taken,
        _ => Meaning::Note,
    }
}
