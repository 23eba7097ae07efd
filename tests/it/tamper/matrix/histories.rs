//! Histories that were rewritten: nothing in the file contradicts them but the heads, and only as far as those were left.

use casekit::casekit_core::commit::StoredEvent;
use casekit::casekit_core::event::{CaseFact, Fact};
use casekit::casekit_core::model::ActorId;
use casekit::{CaseKit, StreamId};
use rusqlite::Connection;

use super::found;
use super::past::{Past, said};
use super::reviewed::Answers;
use super::scene::Scene;

/// What is done to the past.
type Rewrite = fn(&mut Past);

const REWRITTEN: [(&str, Rewrite); 11] = [
    ("history as it was", |_| {}),
    ("who approved a step", |past| {
        let mona = ActorId::parse("actor", "mona").unwrap();
        in_fact(past, |fact| matches!(fact, CaseFact::StepApproved { .. })).header.actor = mona;
    }),
    ("when a case was taken", |past| {
        let taken = in_fact(past, |fact| matches!(fact, CaseFact::CaseTaken));
        taken.header.at -= std::time::Duration::from_secs(3600);
    }),
    ("the text of a note", |past| {
        let note = in_fact(past, |fact| matches!(fact, CaseFact::NoteAdded { .. }));
        let text = String::from_utf8(note.personal.clone().unwrap()).unwrap();
        note.personal = Some(text.replace("picture", "payment").into_bytes());
    }),
    ("a profile of a customer", |past| {
        let created =
            past.events.iter_mut().find(|event| matches!(event.stream, StreamId::Customer(_))).unwrap();
        let text = String::from_utf8(created.personal.clone().unwrap()).unwrap();
        created.personal = Some(text.replace("Marina", "Harbour").into_bytes());
    }),
    ("an event taken out", |past| take_out(past, |fact| matches!(fact, CaseFact::NoteEdited { .. }))),
    ("an event, its gap closed", |past| {
        take_out(past, |fact| matches!(fact, CaseFact::NoteEdited { .. }));
        past.close_gaps();
    }),
    ("a stream taken out", |past| {
        let case = past.events.iter().find(|event| matches!(event.stream, StreamId::Case(_))).unwrap().stream;
        past.events.retain(|event| event.stream != case);
        past.requests.retain(|request| request.receipt.streams.iter().all(|(stream, _)| *stream != case));
    }),
    ("a request and its event's word", |past| {
        let place = past.requests.iter().position(|request| request.claim.id.as_str() == "raise 1").unwrap();
        let position = past.requests.remove(place).receipt.position;
        past.events
            .iter_mut()
            .filter(|event| event.position == position)
            .for_each(|event| event.request = None);
    }),
    ("the tail after the heads", |past| {
        let newest = past.events.iter().rposition(|event| said(event).is_some()).unwrap();
        past.events.truncate(newest + 1);
        past.requests.retain(|request| request.claim.id.as_str() != "note 1");
    }),
    ("the tail with a head", |past| {
        let newest = past.events.iter().rposition(|event| said(event).is_some()).unwrap();
        past.events.truncate(newest);
        past.requests.retain(|request| request.claim.id.as_str() != "note 1");
    }),
];

/// What is done to the heads alone.
const HEADS: [(&str, Rewrite); 5] = [
    ("the first head forged", |past| {
        let head = past.events.iter_mut().find(|event| said(event).is_some()).unwrap();
        let digest = said(head).unwrap()["digest"].as_str().unwrap().to_owned();
        let facts = String::from_utf8(head.facts.clone()).unwrap();
        head.facts = facts.replace(&digest, &"7".repeat(64)).into_bytes();
    }),
    ("a head that covers less", |past| {
        let head = past.events.iter_mut().rfind(|event| said(event).is_some()).unwrap();
        let covers = said(head).unwrap()["covers"].as_u64().unwrap();
        let facts = String::from_utf8(head.facts.clone()).unwrap();
        let less = facts.replace(&format!("\"covers\":{covers}"), &format!("\"covers\":{}", covers - 1));
        head.facts = less.into_bytes();
    }),
    ("a head that counts more", |past| {
        let head = past.events.iter_mut().rfind(|event| said(event).is_some()).unwrap();
        let events = said(head).unwrap()["events"].as_u64().unwrap();
        let facts = String::from_utf8(head.facts.clone()).unwrap();
        let more = facts.replace(&format!("\"events\":{events}"), &format!("\"events\":{}", events + 1));
        head.facts = more.into_bytes();
    }),
    ("the newest head taken out", |past| {
        let newest = past.events.iter().rposition(|event| said(event).is_some()).unwrap();
        past.events.remove(newest);
    }),
    ("every head taken out", |past| past.events.retain(|event| said(event).is_none())),
];

/// Tries each of them, with the heads as they were and with heads that were forged to fit.
pub(super) fn answers(scene: &Scene, answers: &mut Answers) {
    let readable = found::unreadable(&CaseKit::open(&scene.path).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("past.db");
    let mut told = |line: &str, how, rewrite: &dyn Fn(&mut Past)| {
        let mut past = Past::of(&scene.path);
        rewrite(&mut past);
        past.write(&path);
        // What cannot be read is damage; here something else can be read, and that is no finding.
        let found = found::finds(&path, &scene.kept, &readable).replace('R', "");
        answers.add(line, how, if found.is_empty() { "-" } else { &found }, line);
        for name in ["past.db", "past.db-wal", "past.db-shm"] {
            std::fs::remove_file(folder.path().join(name)).ok();
        }
    };
    for (line, rewrite) in REWRITTEN {
        told(line, "heads-left", &|past| {
            rewrite(past);
            past.hash_again();
        });
        told(line, "heads-forged", &|past| {
            rewrite(past);
            past.hash_again();
            past.forge_heads();
        });
    }
    for (line, rewrite) in HEADS {
        told(line, "done", &|past| {
            rewrite(past);
            past.hash_again();
        });
    }
    for (line, sql) in BLOBS {
        std::fs::copy(&scene.path, &path).unwrap();
        let file = Connection::open(&path).unwrap();
        file.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        drop(file);
        answers.add(line, "done", &found::finds(&path, &scene.kept, &readable), line);
        std::fs::remove_file(&path).unwrap();
    }
}

/// What is done to the bytes of a package and of a snapshot, beyond a changed byte.
const BLOBS: [(&str, &str); 5] = [
    (
        "the first byte of each chunk",
        "UPDATE blob_chunks SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB)",
    ),
    (
        "a chunk cut, its size left",
        "UPDATE blob_chunks SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE start > 0",
    ),
    (
        "the last chunk cut with its size",
        "UPDATE blob_chunks SET bytes = substr(bytes, 1, length(bytes) - 1)
         WHERE start = (SELECT max(start) FROM blob_chunks other WHERE other.blob = blob_chunks.blob);
         UPDATE blobs SET size = size - 1",
    ),
    (
        "the last chunk gone, with its size",
        "DELETE FROM blob_chunks WHERE start > 0
         AND start = (SELECT max(start) FROM blob_chunks other WHERE other.blob = blob_chunks.blob);
         UPDATE blobs SET size = (SELECT sum(length(bytes)) FROM blob_chunks WHERE blob = key)",
    ),
    (
        "a blob gone",
        "DELETE FROM blob_chunks WHERE blob = (SELECT min(key) FROM blobs); \
         DELETE FROM blobs WHERE key = (SELECT min(key) FROM blobs)",
    ),
];

/// The first event of a case with such a fact.
fn in_fact(past: &mut Past, is_it: fn(&CaseFact) -> bool) -> &mut StoredEvent {
    past.events.iter_mut().find(|event| fits(event, is_it)).expect("the story has such an event")
}

fn take_out(past: &mut Past, is_it: fn(&CaseFact) -> bool) {
    let place = past.events.iter().position(|event| fits(event, is_it)).expect("the story has such an event");
    past.events.remove(place);
}

fn fits(event: &StoredEvent, is_it: fn(&CaseFact) -> bool) -> bool {
    matches!(event.open().unwrap().fact, Fact::Case(_, fact) if is_it(&fact))
}
