//! One case: as it is, as it was, and what was said.

use rusqlite::{Params, Row};

use super::event::{Code, NoteAdded, Raised, Said, StageChanged, Titled};
use super::{Id, Raw, kind_name, parts, stage_label};
use crate::timing::Outcome;

macro_rules! case {
    ($rest:literal) => {
        concat!(
            "SELECT c.number, c.id, c.revision, c.place, c.title, b.description, u.id, u.name, u.reference,
                u.created_at, c.holder, c.held_since, c.raised_by, c.raised_at, c.updated_at, c.reopened, c.notes,
                c.workflow, c.ready, c.status, c.stage_since, c.resolved_at, c.closed_at, c.requester, c.due_at,
                c.warn_at, b.rest
             FROM cases c JOIN case_bodies b ON b.number = c.number
             LEFT JOIN customers u ON u.key = c.customer WHERE ",
            $rest
        )
    };
}

/// A case, whole.
#[allow(dead_code, reason = "fetched as a screen would; few look here")]
pub(crate) struct View<'a> {
    pub(crate) id: Id,
    pub(crate) revision: i64,
    pub(crate) number: String,
    pub(crate) case_type: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) customer: Option<Person>,
    pub(crate) holder: Option<(&'a str, Option<i64>)>,
    pub(crate) raised_by: Option<&'a str>,
    pub(crate) raised_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) reopened: i64,
    pub(crate) notes: i64,
    pub(crate) workflow: Option<i64>,
    pub(crate) ready: i64,
    pub(crate) status: i64,
    pub(crate) stage_since: i64,
    pub(crate) resolved_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) requester: Option<String>,
    pub(crate) due_at: Option<i64>,
    pub(crate) warn_at: Option<i64>,
    /// JSON of its fields, tags and deadlines.
    pub(crate) rest: Option<String>,
    key: i64,
}

/// A customer, as the screen of a case shows them.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Person {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) reference: Option<String>,
    pub(crate) created_at: i64,
}

/// A note in its thread.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Note<'a> {
    pub(crate) id: Id,
    pub(crate) parent: Option<Id>,
    pub(crate) depth: usize,
    pub(crate) author: Option<&'a str>,
    pub(crate) added_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) text: Option<String>,
    pub(crate) visibility: i64,
    pub(crate) edits: i64,
}

/// A line of a history.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Happened<'a> {
    pub(crate) revision: i64,
    pub(crate) at: i64,
    pub(crate) actor: Option<&'a str>,
    pub(crate) imported_by: Option<&'a str>,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) note: Option<uuid::Uuid>,
}

/// A field that changed.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Change {
    pub(crate) field: &'static str,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// A screen of one case.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Summary<'a> {
    pub(crate) case: View<'a>,
    pub(crate) steps: Vec<(i64, Option<i64>, Option<i64>)>,
    pub(crate) last_notes: Vec<Note<'a>>,
}

impl Raw {
    pub(crate) fn by_id(&self, id: Id) -> Outcome<View<'_>> {
        self.view(case!("c.id = ?1"), [id])
    }

    /// By a number as people write it.
    pub(crate) fn by_number(&self, number: &str) -> Outcome<View<'_>> {
        let number: i64 = number.trim_start_matches("C-").parse()?;
        self.view(case!("c.number = ?1"), [number])
    }

    fn view(&self, sql: &str, key: impl Params) -> Outcome<View<'_>> {
        Ok(self.connection.prepare_cached(sql)?.query_row(key, |row| self.read_view(row))?)
    }

    fn read_view(&self, row: &Row<'_>) -> rusqlite::Result<View<'_>> {
        let number: i64 = row.get(0)?;
        let (kind, stage) = parts(row.get(3)?);
        let customer = match row.get(6)? {
            None => None,
            Some(id) => {
                Some(Person { id, name: row.get(7)?, reference: row.get(8)?, created_at: row.get(9)? })
            }
        };
        let since = row.get(11)?;
        Ok(View {
            id: row.get(1)?,
            revision: row.get(2)?,
            number: format!("C-{number:06}"),
            case_type: kind_name(kind),
            stage: stage_label(stage),
            title: row.get(4)?,
            description: row.get(5)?,
            customer,
            holder: self.who(row.get(10)?).map(|by| (by, since)),
            raised_by: self.who(row.get(12)?),
            raised_at: row.get(13)?,
            updated_at: row.get(14)?,
            reopened: row.get(15)?,
            notes: row.get(16)?,
            workflow: row.get(17)?,
            ready: row.get(18)?,
            status: row.get(19)?,
            stage_since: row.get(20)?,
            resolved_at: row.get(21)?,
            closed_at: row.get(22)?,
            requester: row.get(23)?,
            due_at: row.get(24)?,
            warn_at: row.get(25)?,
            rest: row.get(26)?,
            key: number,
        })
    }

    /// The first page of what happened to a case, in words.
    pub(crate) fn history(&self, id: Id) -> Outcome<Vec<Happened<'_>>> {
        const SQL: &str = "SELECT revision, at, actor, imported_by, code, facts, personal FROM events
            WHERE stream = (SELECT number FROM cases WHERE id = ?1) AND revision > 0 ORDER BY revision LIMIT 51";
        let mut statement = self.connection.prepare_cached(SQL)?;
        let mut rows = statement.query([id])?;
        let mut happened = Vec::new();
        while let Some(row) = rows.next()? {
            happened.push(self.happened(row)?);
        }
        Ok(happened)
    }

    fn happened(&self, row: &Row<'_>) -> Outcome<Happened<'_>> {
        let number: i64 = row.get(4)?;
        let known = Code::ALL.iter().find(|(code, _)| *code as i64 == number);
        let (code, name) = known.copied().ok_or("an event of no kind")?;
        let facts = row.get_ref(5)?.as_blob()?;
        let personal = row.get_ref(6)?.as_blob_or_null()?.unwrap_or_default();
        let change = |field, from, to| Change { field, from, to };
        let (mut changes, mut note) = (Vec::new(), None);
        let text = match code {
            Code::Raised => {
                let raised: Raised = serde_json::from_slice(facts)?;
                let titled: Titled<'_> = serde_json::from_slice(personal)?;
                changes.push(change("stage", None, Some(stage_label(raised.stage).to_owned())));
                changes.push(change("title", None, Some(titled.title.into_owned())));
                changes.push(change("description", None, Some(titled.description.into_owned())));
                format!("raised the case as {}", kind_name(raised.case_type))
            }
            Code::StageChanged => {
                let StageChanged { from, to } = serde_json::from_slice(facts)?;
                let (from, to) = (stage_label(from), stage_label(to));
                changes.push(change("stage", Some(from.to_owned()), Some(to.to_owned())));
                format!("moved it from {from} to {to}")
            }
            Code::NoteAdded => {
                let added: NoteAdded = serde_json::from_slice(facts)?;
                let said: Said<'_> = serde_json::from_slice(personal)?;
                note = Some(added.note);
                changes.push(change("text", None, Some(said.text.into_owned())));
                "added a note".to_owned()
            }
            Code::Taken => "took the case".to_owned(),
            Code::WorkflowStarted
            | Code::StepApproved
            | Code::ReleaseRequested
            | Code::PackageBuilt
            | Code::DeliveryStarted
            | Code::Delivered
            | Code::FieldsChanged
            | Code::Tagged => name.replace('_', " "),
        };
        Ok(Happened {
            revision: row.get(0)?,
            at: row.get(1)?,
            actor: self.who(row.get(2)?),
            imported_by: row.get::<_, Option<i64>>(3)?.and_then(|key| self.who(key)),
            code: name,
            text,
            changes,
            note,
        })
    }

    /// The first page of a thread, in reading order.
    pub(crate) fn thread(&self, id: Id) -> Outcome<Vec<Note<'_>>> {
        const SQL: &str =
            "SELECT id, parent, path, author, added_at, updated_at, text, visibility, edits FROM notes
            WHERE number = (SELECT number FROM cases WHERE id = ?1) AND path > x'' ORDER BY path LIMIT 51";
        self.notes(SQL, id)
    }

    fn notes(&self, sql: &str, key: impl rusqlite::ToSql) -> Outcome<Vec<Note<'_>>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let note = |row: &Row<'_>| {
            let (added_at, updated_at): (i64, Option<i64>) = (row.get(4)?, row.get(5)?);
            Ok(Note {
                id: row.get(0)?,
                parent: row.get(1)?,
                depth: row.get_ref(2)?.as_blob()?.len() / 4 - 1,
                author: self.who(row.get(3)?),
                added_at,
                updated_at: updated_at.unwrap_or(added_at),
                text: row.get(6)?,
                visibility: row.get(7)?,
                edits: row.get(8)?,
            })
        };
        Ok(statement.query_map([key], note)?.collect::<Result<_, _>>()?)
    }

    /// All that the screen of one case shows, of one moment.
    pub(crate) fn summary(&self, id: Id) -> Outcome<Summary<'_>> {
        const STEPS: &str = "SELECT step, done_by, done_at FROM steps WHERE number = ?1 ORDER BY step";
        const NEWEST: &str =
            "SELECT id, parent, path, author, added_at, updated_at, text, visibility, edits FROM notes
            INDEXED BY notes_by_age WHERE number = ?1 AND visibility IN (0, 1) ORDER BY entry DESC LIMIT 5";
        let moment = self.connection.unchecked_transaction()?;
        let case = self.by_id(id)?;
        let mut steps = Vec::new();
        if case.workflow.is_some() {
            let mut statement = moment.prepare_cached(STEPS)?;
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            steps = statement.query_map([case.key], read)?.collect::<Result<_, _>>()?;
        }
        let mut last_notes = self.notes(NEWEST, case.key)?;
        last_notes.reverse();
        Ok(Summary { case, steps, last_notes })
    }
}
