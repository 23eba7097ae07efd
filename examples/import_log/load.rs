//! Turns events into cases, and imports them.

use std::error::Error;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use casekit::{
    Desk, FieldRule, ImportCase, ImportChange, ImportItem, ImportOptions, ImportOutcome, ImportedChange,
    NewCase, NewCaseType, NewStage, Rejection, StageCategory, Visibility,
};

use crate::log::{LoggedCase, Row};

/// The case type of the loaded cases.
pub(crate) const CASE_TYPE: &str = "Event log";

/// Its stages.
const STAGES: [(&str, StageCategory); 5] = [
    ("Open", StageCategory::Open),
    ("In Progress", StageCategory::Active),
    ("Waiting", StageCategory::Waiting),
    ("Resolved", StageCategory::Resolved),
    ("Closed", StageCategory::Closed),
];

/// The result of loading a log.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) imported: u64,
    pub(crate) updated: u64,
    /// Cases that were there already, because an earlier run loaded them, and stay as they are.
    pub(crate) known: u64,
    /// The reasons for cases that were refused otherwise.
    pub(crate) refused: Vec<String>,
    /// How many events they left.
    pub(crate) events: u64,
    pub(crate) took: Duration,
}

/// Loads the cases.
pub(crate) fn load(
    desk: &Desk,
    cases: &[LoggedCase],
    meanings: &Meanings,
    options: &ImportOptions,
) -> Result<Loaded, Box<dyn Error>> {
    ensure_case_type(desk)?;
    let items: Vec<ImportItem> = cases.iter().filter_map(|case| item(case, meanings)).collect();
    let begun = Instant::now();
    let mut said = 0;
    let report = desk.import_with(&items, options, &mut |progress| {
        let tenths = progress.done * 10 / progress.of.max(1);
        if tenths > said {
            said = tenths;
            eprintln!("{} of {} cases", progress.done, progress.of);
        }
        ControlFlow::Continue(())
    })?;
    let mut loaded = Loaded { events: report.events, took: begun.elapsed(), ..Loaded::default() };
    for (case, result) in cases.iter().zip(&report.results) {
        match (result.outcome, &result.rejection) {
            (ImportOutcome::Created, _) => loaded.imported += 1,
            (ImportOutcome::Updated, _) => loaded.updated += 1,
            (ImportOutcome::Unchanged, _) => loaded.known += 1,
            (_, Some(rejection)) if is_known(rejection) => loaded.known += 1,
            (_, Some(rejection)) => {
                let place = case.rows.first().map_or("nowhere", |row| row.place.as_str());
                let reference = &case.reference;
                loaded.refused.push(format!("the case `{reference}`, from {place} on: {rejection}"));
            }
            (_, None) => {}
        }
    }
    Ok(loaded)
}

fn ensure_case_type(desk: &Desk) -> Result<(), Box<dyn Error>> {
    if desk.case_types()?.iter().any(|one| one.name == CASE_TYPE) {
        return Ok(());
    }
    let stages = STAGES.map(|(label, category)| NewStage::new(label, category)).to_vec();
    desk.create_case_type(NewCaseType::new(CASE_TYPE).with_stages(stages))?;
    Ok(())
}

fn is_known(rejection: &Rejection) -> bool {
    rejection.fields().iter().any(|one| one.field == "reference" && one.rule == FieldRule::AlreadyInUse)
}

/// A case as an item to import. It is raised at the time and by the doer of its first event; then each event is a change.
fn item(case: &LoggedCase, meanings: &Meanings) -> Option<ImportItem> {
    let first = case.rows.first()?;
    let description: Vec<String> =
        case.others.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    let new = NewCase::new(CASE_TYPE, &case.reference).described(description.join("\n"));
    let imported = ImportCase::new(new, first.at, &first.resource).with_reference(&case.reference);
    let changes = case.rows.iter().map(|row| change(row, meanings));
    Some(ImportItem::Case(changes.fold(imported, ImportCase::with_change)))
}

fn change(row: &Row, meanings: &Meanings) -> ImportChange {
    let what = match meanings.of(&row.activity) {
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
pub(crate) enum Meaning<'a> {
    /// The case moves to a stage.
    Stage(&'a str),
    /// The doer becomes the holder.
    Taken,
    /// Anything else; it becomes a note.
    Note,
}

/// What activities mean: the moves that were given, and else the words that help desks use.
#[derive(Default)]
pub(crate) struct Meanings {
    moves: Vec<(String, String)>,
}

impl Meanings {
    /// Moves that were given, each an activity and the label of a stage; an error if there is no such stage.
    pub(crate) fn given(moves: &[(String, String)]) -> Result<Self, String> {
        let stage = |(activity, given): &(String, String)| {
            let found = STAGES.iter().find(|(label, _)| label.eq_ignore_ascii_case(given.trim()));
            let labels = STAGES.map(|(label, _)| format!("`{label}`")).join(", ");
            found
                .map(|(label, _)| (activity.trim().to_owned(), (*label).to_owned()))
                .ok_or_else(|| format!("no stage `{given}` for `{activity}`: there are {labels}"))
        };
        Ok(Self { moves: moves.iter().map(stage).collect::<Result<_, _>>()? })
    }

    pub(crate) fn of(&self, activity: &str) -> Meaning<'_> {
        let given = self.moves.iter().find(|(known, _)| known.eq_ignore_ascii_case(activity));
        if let Some((_, stage)) = given {
            return Meaning::Stage(stage);
        }
        match activity.to_lowercase().as_str() {
            "wait" | "waiting" => Meaning::Stage("Waiting"),
            "resolve" | "resolved" | "resolve ticket" | "resolve case" => Meaning::Stage("Resolved"),
            "close" | "closed" | "close ticket" | "close case" => Meaning::Stage("Closed"),
            "take" | "take ticket" | "take case" | "take in charge ticket" => Meaning::Taken,
            _ => Meaning::Note,
        }
    }
}
