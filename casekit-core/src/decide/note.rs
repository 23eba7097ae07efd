//! Writing notes: add, reply, edit, retract, and change who sees them.

use serde::Serialize;

use super::message::is_correspondence;
use super::{Command, Context, Decision, Subject};
use crate::command::NewNote;
use crate::event::{CaseFact, Fact, OldNew, Personal};
use crate::model::{
    ActorId, Case, CaseId, LongText, Note, NoteId, NoteOrigin, Permission, ShortText, State, Visibility,
    limits,
};
use crate::rejection::{Blocker, Rejection};
use crate::store::LoadPlan;

/// Adds a note to a case, or a reply to another note.
#[derive(Serialize)]
pub(crate) struct AddNote {
    pub(crate) to: NotePlace,
    pub(crate) note: NewNote,
}

/// Where a note is added.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotePlace {
    /// At the top level of the case's thread.
    Case(CaseId),
    /// As a reply to a note.
    Below(NoteId),
}

impl Command for AddNote {
    fn action(&self) -> &'static str {
        match self.to {
            NotePlace::Case(_) => "add_note",
            NotePlace::Below(_) => "reply",
        }
    }

    fn subject(&self) -> Option<Subject> {
        Some(match self.to {
            NotePlace::Case(case) => Subject::Case(case),
            NotePlace::Below(note) => Subject::Note(note),
        })
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(match self.to {
            NotePlace::Case(case) => LoadPlan::case(case),
            NotePlace::Below(note) => LoadPlan { notes: vec![note], ..LoadPlan::default() },
        })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::WriteNotes, self.action())?;
        let (parent, case) = match self.to {
            NotePlace::Case(id) => (None, context.case(id)?),
            NotePlace::Below(id) => context.note(id).map(|(note, case)| (Some(note), case))?,
        };
        let text = LongText::parse("text", &self.note.text)?;
        if let Some(blocker) = parent.and_then(too_deep) {
            return Err(Rejection::blocked(self.action(), blocker));
        }
        let mut path = parent.map(|parent| parent.path.clone()).unwrap_or_default();
        path.push(case.notes.saturating_add(1));
        let fact = CaseFact::NoteAdded {
            note: NoteId(context.fresh),
            parent: parent.map(|parent| parent.id),
            path,
            // Whoever speaks for a customer writes what the customer sees.
            visibility: match context.scope.customer {
                Some(_) => Visibility::Customer,
                None => self.note.visibility,
            },
            origin: match context.scope.customer {
                Some(_) => NoteOrigin::Customer,
                None => NoteOrigin::Staff,
            },
        };
        let personal = Personal { text: Some(OldNew::new(text)), ..Personal::default() };
        let mut decision = on_note(case, None);
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        Ok(decision)
    }
}

/// Replaces the text of the actor's own note. The old text stays in the history.
#[derive(Serialize)]
pub(crate) struct EditNote {
    pub(crate) note: NoteId,
    pub(crate) text: String,
}

impl Command for EditNote {
    fn action(&self) -> &'static str {
        "edit_note"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Note(self.note))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(only_note(self.note))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let (note, case) = own_note(self.note, context, self.action())?;
        let text = LongText::parse("text", &self.text)?;
        let mut decision = on_note(case, Some(note));
        if note.text() != Some(&text) {
            let text = OldNew { from: note.text().cloned(), to: Some(text) };
            let personal = Personal { text: Some(text), ..Personal::default() };
            let fact = CaseFact::NoteEdited { note: note.id, visibility: note.visibility };
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        }
        Ok(decision)
    }
}

/// Takes back the actor's own note. A tombstone stays in the thread.
#[derive(Serialize)]
pub(crate) struct RetractNote {
    pub(crate) note: NoteId,
    pub(crate) reason: Option<String>,
}

impl Command for RetractNote {
    fn action(&self) -> &'static str {
        "retract_note"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Note(self.note))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(only_note(self.note))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let (note, case) = own_note(self.note, context, self.action())?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let mut decision = on_note(case, Some(note));
        let fact = CaseFact::NoteRetracted { note: note.id, visibility: note.visibility };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        Ok(decision)
    }
}

/// Changes who can see the actor's own note.
#[derive(Serialize)]
pub(crate) struct ShowNote {
    pub(crate) note: NoteId,
    pub(crate) to: Visibility,
}

impl Command for ShowNote {
    fn action(&self) -> &'static str {
        "set_note_visibility"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Note(self.note))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(only_note(self.note))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let (note, case) = own_note(self.note, context, self.action())?;
        let mut decision = on_note(case, Some(note));
        if note.visibility != self.to {
            let fact = CaseFact::NoteVisibilityChanged { note: note.id, from: note.visibility, to: self.to };
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

fn only_note(note: NoteId) -> LoadPlan {
    LoadPlan { notes: vec![note], ..LoadPlan::default() }
}

fn on_note(case: &Case, note: Option<&Note>) -> Decision {
    let mut decision = Decision { read_notes: note.cloned().into_iter().collect(), ..Decision::default() };
    decision.builds_on(State::Case(Box::new(case.clone())));
    decision
}

/// A note that the actor wrote and has not retracted. Nobody changes the notes of others.
fn own_note<'a>(id: NoteId, context: &Context<'a>, action: &str) -> Result<(&'a Note, &'a Case), Rejection> {
    context.require(Permission::WriteNotes, action)?;
    let (note, case) = context.note(id)?;
    let blockers = altering(note, case, context.by);
    if blockers.is_empty() {
        Ok((note, case))
    } else {
        Err(Rejection::Blocked { action: action.to_owned(), blockers })
    }
}

/// Every reason why somebody cannot change a note.
pub(super) fn altering(note: &Note, case: &Case, by: &ActorId) -> Vec<Blocker> {
    let mut found = Vec::new();
    if note.author != *by {
        found.push(Blocker::not_the_author(&note.author));
    }
    if note.text().is_none() {
        found.push(Blocker::Retracted);
    }
    if is_correspondence(case, note.id) {
        found.push(Blocker::Correspondence);
    }
    found
}

/// Why nobody can reply to a note; `None` if they can.
pub(super) fn too_deep(parent: &Note) -> Option<Blocker> {
    let limit = limits::THREAD_DEPTH as u64;
    (parent.path.len() >= limits::THREAD_DEPTH).then_some(Blocker::ThreadTooDeep { limit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, actor, agent, at, case, case_facts, nobody};
    use crate::model::{NoteBody, Role};
    use crate::rejection::FieldRule;
    use uuid::Uuid;

    fn note(author: &str, path: Vec<u32>) -> Note {
        Note {
            id: NoteId(Uuid::from_u128(30)),
            case: case().id,
            parent: None,
            path,
            author: ActorId::parse("author", author).unwrap(),
            added_at: at(),
            visibility: Visibility::Internal,
            body: NoteBody::Text(LongText::parse("text", "Called.").unwrap()),
            edits: 0,
            updated_at: at(),
        }
    }

    fn given() -> Given {
        Given::new().by(agent()).with_case(Case { notes: 4, ..case() })
    }

    fn add(given: &Given, to: NotePlace, text: &str) -> Result<CaseFact, Rejection> {
        given.when(&AddNote { to, note: text.into() }).map(|decision| case_facts(&decision).remove(0))
    }

    #[test]
    fn a_note_takes_the_next_place_and_a_reply_stands_below_its_parent() {
        let given = given().with_note(note("bola", vec![2, 3]));
        let CaseFact::NoteAdded { path, parent, .. } = add(&given, NotePlace::Case(case().id), "x").unwrap()
        else {
            panic!()
        };
        assert_eq!((path, parent), (vec![5], None));
        let below = NotePlace::Below(given.notes[0].id);
        let CaseFact::NoteAdded { path, parent, .. } = add(&given, below, "x").unwrap() else { panic!() };
        assert_eq!((path, parent), (vec![2, 3, 5], Some(given.notes[0].id)));
    }

    #[test]
    fn a_thread_goes_a_hundred_deep_and_no_deeper() {
        let deep = given().with_note(note("bola", (1..=99).collect()));
        assert!(add(&deep, NotePlace::Below(deep.notes[0].id), "x").is_ok());
        let deepest = given().with_note(note("bola", (1..=100).collect()));
        let refused = add(&deepest, NotePlace::Below(deepest.notes[0].id), "x");
        assert_eq!(refused, Err(Rejection::blocked("reply", Blocker::ThreadTooDeep { limit: 100 })));
    }

    #[test]
    fn nobody_alters_anothers_note() {
        let given = given().with_note(note("bola", vec![1]));
        let id = given.notes[0].id;
        let blocked = |action| Err(Rejection::blocked(action, Blocker::not_the_author("bola")));
        assert_eq!(given.when(&EditNote { note: id, text: "y".into() }), blocked("edit_note"));
        assert_eq!(given.when(&RetractNote { note: id, reason: None }), blocked("retract_note"));
        assert_eq!(
            given.when(&ShowNote { note: id, to: Visibility::Customer }),
            blocked("set_note_visibility")
        );
    }

    #[test]
    fn an_edit_keeps_the_old_text_and_a_retracted_note_stays_retracted() {
        let given = given().with_note(note("amara", vec![1]));
        let id = given.notes[0].id;
        let decision = given.when(&EditNote { note: id, text: "Reached her.".into() }).unwrap();
        let changed = decision.drafts[0].personal.text.clone().unwrap();
        let texts = (changed.from.map(String::from), changed.to.map(String::from));
        assert_eq!(texts, (Some("Called.".into()), Some("Reached her.".into())));
        assert_eq!(given.when(&EditNote { note: id, text: "Called.".into() }).unwrap().drafts, Vec::new());

        let gone = self::given().with_note(Note { body: NoteBody::Retracted, ..note("amara", vec![1]) });
        let refused = gone.when(&RetractNote { note: id, reason: None });
        assert_eq!(refused, Err(Rejection::blocked("retract_note", Blocker::Retracted)));
    }

    #[test]
    fn an_internal_note_outside_the_scope_is_not_there() {
        let mut narrow = given().with_note(note("amara", vec![1]));
        narrow.scope.internal_notes = false;
        let id = narrow.notes[0].id;
        assert_eq!(add(&narrow, NotePlace::Below(id), "x"), Err(Rejection::not_found("note", id)));
    }

    #[test]
    fn a_blank_or_too_long_note_is_refused() {
        let given = given();
        let add = |text: &str| add(&given, NotePlace::Case(case().id), text);
        assert_eq!(add(" \n"), Err(Rejection::field("text", FieldRule::Required)));
        assert!(add(&"x".repeat(100_000)).is_ok());
        assert_eq!(
            add(&"x".repeat(100_001)),
            Err(Rejection::field("text", FieldRule::TooLong { limit: 100_000 }))
        );
    }

    #[test]
    fn writing_needs_the_permission() {
        let given = given().by(nobody());
        assert_eq!(add(&given, NotePlace::Case(case().id), "x").unwrap_err().code(), "forbidden");
        let auditor = self::given().by(actor("aud", Role::Auditor));
        assert_eq!(add(&auditor, NotePlace::Case(case().id), "x").unwrap_err().code(), "forbidden");
    }
}
