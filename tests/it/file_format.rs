//! The page on the file format, worked out by itself: nothing here asks the library how anything is hashed.

use std::collections::BTreeMap;
use std::path::Path;

use casekit::casekit_core::commit::hex;
use casekit::{NewCase, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::build::Office;

const PAGE: &str = include_str!("../../docs/file-format.md");

/// The lines of a worked example: a word or two, then what it stands for. A word may come again.
fn example(name: &str) -> Vec<(&'static str, &'static str)> {
    let (_, from) = PAGE.split_once(&format!("```example {name}\n")).expect("the page has the example");
    let (lines, _) = from.split_once("```").expect("the example ends");
    // Values begin in one column.
    lines
        .lines()
        .map(|line| line.split_at_checked(13).unwrap_or((line, "")))
        .map(|(name, value)| (name.trim(), value))
        .collect()
}

fn the<'a>(example: &[(&str, &'a str)], name: &str) -> &'a str {
    example.iter().find(|(known, _)| *known == name).expect(name).1
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

/// Each part with its length before it.
fn joined<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut all = Vec::new();
    for part in parts {
        all.extend((part.len() as u64).to_be_bytes());
        all.extend(part);
    }
    all
}

fn keyed(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// What the hash of an event is over, as it stands in a row.
struct Row {
    previous: Vec<u8>,
    kind: u8,
    id: Vec<u8>,
    revision: u64,
    at: i64,
    people: [String; 3],
    facts: Vec<u8>,
    commitment: Option<Vec<u8>>,
    request: Option<Vec<u8>>,
}

impl Row {
    fn hash(&self) -> Vec<u8> {
        let (revision, at) = (self.revision.to_be_bytes(), self.at.to_be_bytes());
        let kind = [self.kind];
        let [actor, on_behalf_of, imported_by] = &self.people;
        let parts: [&[u8]; 12] = [
            b"casekit event 2",
            &self.previous,
            &kind,
            &self.id,
            &revision,
            &at,
            actor.as_bytes(),
            on_behalf_of.as_bytes(),
            imported_by.as_bytes(),
            &self.facts,
            self.commitment.as_deref().unwrap_or_default(),
            self.request.as_deref().unwrap_or_default(),
        ];
        Sha256::digest(joined(parts)).to_vec()
    }
}

/// The digest of a head; streams in their order.
fn head(previous: &[u8], streams: impl IntoIterator<Item = (u8, Vec<u8>, u64, Vec<u8>)>) -> String {
    let mut digest = Sha256::new().chain_update("casekit head 1").chain_update(previous);
    for (kind, id, revision, hash) in streams {
        digest.update([kind]);
        digest.update(id);
        digest.update(revision.to_be_bytes());
        digest.update(hash);
    }
    hex(&digest.finalize())
}

#[test]
fn the_example_of_an_event_is_what_the_page_says() {
    let example = example("event");
    let commitment = keyed(&unhex(the(&example, "salt")), the(&example, "personal").as_bytes());
    assert_eq!(hex(&commitment), the(&example, "commitment"));
    let row = Row {
        previous: unhex(the(&example, "previous")),
        kind: the(&example, "kind").parse().unwrap(),
        id: Uuid::parse_str(the(&example, "id")).unwrap().as_bytes().to_vec(),
        revision: the(&example, "revision").parse().unwrap(),
        at: the(&example, "at").parse::<Timestamp>().unwrap().timestamp_micros(),
        people: ["actor", "on_behalf_of", "imported_by"].map(|name| the(&example, name).to_owned()),
        facts: the(&example, "facts").as_bytes().to_vec(),
        commitment: Some(commitment),
        request: Some(unhex(the(&example, "request"))),
    };
    assert_eq!(hex(&row.hash()), the(&example, "hash"));
}

#[test]
fn the_example_of_a_head_is_what_the_page_says() {
    let example = example("head");
    let stream = |line: &str| {
        let mut parts = line.split(' ');
        let mut next = || parts.next().unwrap();
        let (kind, id) = (next().parse().unwrap(), Uuid::parse_str(next()).unwrap().as_bytes().to_vec());
        (kind, id, next().parse().unwrap(), unhex(next()))
    };
    let streams = example.iter().filter(|(name, _)| *name == "stream").map(|(_, line)| stream(line));
    assert_eq!(head(&unhex(the(&example, "previous")), streams), the(&example, "digest"));
}

#[test]
fn the_examples_of_a_request_of_content_and_of_a_cursor_are_what_the_page_says() {
    let example = self::example("request");
    let parts = ["casekit request 1", the(&example, "action"), the(&example, "form")].map(str::as_bytes);
    let (salt, fingerprint) = (unhex(the(&example, "salt")), the(&example, "fingerprint"));
    assert_eq!(hex(&keyed(&salt, &joined(parts))), fingerprint);
    let at = the(&example, "at").parse::<Timestamp>().unwrap().timestamp_micros().to_be_bytes();
    let events = the(&example, "events").parse::<u64>().unwrap().to_be_bytes();
    let (actor, id) = (the(&example, "actor"), the(&example, "id"));
    let parts: [&[u8]; 6] =
        [b"casekit claim 1", actor.as_bytes(), id.as_bytes(), &at, &unhex(fingerprint), &events];
    assert_eq!(hex(&keyed(&salt, &joined(parts))), the(&example, "digest"));

    let example = self::example("content");
    let parts = ["case type", "customer", "reference", "requester", "then", "finding", "reason"]
        .map(|name| the(&example, name));
    let parts = std::iter::once("casekit content 3").chain(parts).map(str::as_bytes);
    assert_eq!(hex(&keyed(the(&example, "salt").as_bytes(), &joined(parts))), the(&example, "digest"));

    let example = self::example("cursor");
    let lineage = Uuid::parse_str(the(&example, "lineage")).unwrap();
    let said = format!("c1.{}.{}", lineage.as_simple(), the(&example, "position"));
    let check = hex(&Sha256::digest(&said));
    assert_eq!(format!("{said}.{}", &check[..8]), the(&example, "cursor"));
}

/// A query of the page.
fn query(name: &str) -> &'static str {
    let (_, from) = PAGE.split_once(&format!("```sql {name}\n")).expect("the page has the query");
    from.split_once("```").expect("the query ends").0
}

/// What a query of the page finds, as the shell would print it.
fn asked(connection: &Connection, name: &str) -> Vec<String> {
    let mut statement = connection.prepare(query(name)).unwrap();
    let columns = statement.column_count();
    let line = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
        let cells = (0..columns).map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
                other => panic!("nobody reads {other:?}"),
            })
        });
        Ok(cells.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
    };
    statement.query_map((), line).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_history_is_read_with_the_queries_of_the_page() {
    let office = Office::on_file();
    let customer = office.customer("Ada Obi").id;
    let case =
        office.agent().raise_case(NewCase::new("Support", "Cannot log in").for_customer(customer)).unwrap();
    office.agent().take_case(case.id).unwrap();
    office.agent().add_note(case.id, "Called, no answer.").unwrap();
    let closed = office.close();
    let connection = Connection::open(&closed.path).unwrap();
    let history = asked(&connection, "history");
    let said = ["case_raised", "case_taken", "stage_changed", "note_added"];
    assert_eq!(history.len(), said.len());
    for (place, (line, said)) in history.iter().zip(said).enumerate() {
        assert!(line.starts_with(&format!("{}|20", place + 1)), "{line}");
        assert!(line.contains(&format!(r#"|amara|{{"event":"{said}""#)), "{line}");
    }
    assert!(history[0].contains("Cannot log in") && history[3].contains("Called, no answer."));
    let everything = asked(&connection, "everything");
    assert!(everything.last().unwrap().ends_with("|4|amara|note_added"), "{everything:?}");
    assert!(everything.iter().any(|line| line.ends_with("|1|amara|customer_created")), "{everything:?}");
    assert_eq!(asked(&connection, "cases"), ["C|1|Cannot log in|in_progress|amara|Ada Obi"]);
}

fn number(row: &rusqlite::Row<'_>, place: usize) -> u64 {
    u64::try_from(row.get::<_, i64>(place).unwrap()).unwrap()
}

/// Kind and id.
type Stream = (u8, Vec<u8>);

/// An event that was proven.
struct Proven {
    position: u64,
    stream: Stream,
    revision: u64,
    hash: Vec<u8>,
}

/// What heads are made of: the events so far, what the head before covers, and its digest.
struct Heads {
    seen: Vec<Proven>,
    covered: u64,
    digest: Vec<u8>,
    count: u64,
}

impl Heads {
    /// Makes a head anew and compares it with what its facts say.
    fn prove(&mut self, facts: &serde_json::Value, position: u64) {
        let covers = facts["covers"].as_u64().unwrap();
        let up_to_there = || self.seen.iter().filter(|event| event.position <= covers);
        let since = up_to_there().filter(|event| event.position > self.covered);
        let changed: BTreeMap<_, _> =
            since.map(|event| (event.stream.clone(), (event.revision, event.hash.clone()))).collect();
        let streams = changed.into_iter().map(|((kind, id), (revision, hash))| (kind, id, revision, hash));
        let digest = head(&self.digest, streams);
        assert_eq!(Some(digest.as_str()), facts["digest"].as_str());
        assert_eq!(facts["position"].as_u64(), Some(position));
        assert_eq!(facts["events"].as_u64(), Some(up_to_there().count() as u64));
        self.count += 1;
        assert_eq!(facts["number"].as_u64(), Some(self.count));
        (self.covered, self.digest) = (covers, unhex(&digest));
    }
}

/// Every event of the golden file, read by SQL alone, every head in it, and what each state says of its stream.
#[test]
fn whoever_has_the_page_can_prove_the_golden_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("golden.db");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/casekit.db"), &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let mut events = connection
        .prepare(
            "SELECT s.kind, s.id, e.revision, e.at, p.id, ifnull(b.id, ''), ifnull(i.id, ''), e.facts, \
             e.commitment, e.personal, e.salt, e.hash, e.position, e.request FROM events e \
             JOIN streams s ON s.key = e.stream JOIN people p ON p.key = e.actor \
             LEFT JOIN people b ON b.key = e.on_behalf_of LEFT JOIN people i ON i.key = e.imported_by \
             ORDER BY e.position",
        )
        .unwrap();
    let mut rows = events.query([]).unwrap();
    let mut stands: BTreeMap<Stream, (u64, Vec<u8>)> = BTreeMap::new();
    let mut heads = Heads { seen: Vec::new(), covered: 0, digest: vec![0; 32], count: 0 };
    while let Some(row) = rows.next().unwrap() {
        let stream: Stream = (row.get(0).unwrap(), row.get(1).unwrap());
        let (last, previous) = stands.get(&stream).cloned().unwrap_or((0, vec![0; 32]));
        let event = Row {
            previous,
            kind: stream.0,
            id: stream.1.clone(),
            revision: number(row, 2),
            at: row.get(3).unwrap(),
            people: [4, 5, 6].map(|place| row.get(place).unwrap()),
            facts: row.get(7).unwrap(),
            commitment: row.get(8).unwrap(),
            request: row.get(13).unwrap(),
        };
        let (hash, position): (Vec<u8>, u64) = (row.get(11).unwrap(), number(row, 12));
        assert_eq!(event.revision, last + 1);
        assert_eq!(hex(&event.hash()), hex(&hash), "event {position}");
        let (personal, salt): (Option<Vec<u8>>, Option<Vec<u8>>) =
            (row.get(9).unwrap(), row.get(10).unwrap());
        assert_eq!(personal.map(|bytes| keyed(&salt.unwrap(), &bytes)), event.commitment, "event {position}");
        let facts: serde_json::Value = serde_json::from_slice(&event.facts).unwrap();
        if facts["event"] == "checkpoint_taken" {
            heads.prove(&facts, position);
        }
        stands.insert(stream.clone(), (event.revision, hash.clone()));
        heads.seen.push(Proven { position, stream, revision: event.revision, hash });
    }
    assert!(heads.seen.len() > 100 && heads.count == 2, "{} heads", heads.count);
    for (table, kind) in [("cases", "4"), ("customers", "3"), ("definitions", "kind")] {
        let mut states =
            connection.prepare(&format!("SELECT {kind}, id, revision, hash FROM {table}")).unwrap();
        let mut rows = states.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let stands = &stands[&(row.get(0).unwrap(), row.get(1).unwrap())];
            assert_eq!((number(row, 2), row.get(3).unwrap()), *stands);
        }
    }
}
