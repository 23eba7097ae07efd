//! Tables of keys: who alters what a key stands for alters every row that holds it, and each of these is proven.

use casekit::Role;

use super::{Scene, scene};
use crate::build::{actor, introduced};

/// What verifying says of the file: what is broken, or why it could not go on.
fn verified(scene: &Scene) -> String {
    let desk = scene.closed.open().desk(actor("audra", Role::Auditor));
    match desk.verify(None) {
        Ok(report) => report.broken.map_or_else(|| "nothing".to_owned(), |broken| broken.why),
        Err(error) => error.to_string(),
    }
}

/// What checking says of the file.
fn checked(scene: &Scene) -> String {
    scene.closed.open().check().err().map_or_else(|| "nothing".to_owned(), |error| error.to_string())
}

fn damaged(what: &str) -> String {
    format!("the file is damaged: its {what} are wrong; keep a copy of it and restore a backup")
}

const ALTERED: &str = "its facts, actor, time or place were altered";
const DIFFERS: &str = "what reads show is not what its events say";
const UNDER_ANOTHER: &str = "it is kept under the id of another stream";
const MISSING: &str = "there are events of streams that are missing";

#[track_caller]
fn all_are_found(tampered: &[(&str, String)]) {
    for (sql, why) in tampered {
        let scene = scene();
        scene.closed.tamper(sql);
        assert_eq!(verified(&scene), *why, "{sql}");
    }
}

#[test]
fn streams_whose_rows_were_altered_are_found() {
    all_are_found(&[
        // Two cases that changed their ids: each state says whose it is.
        (
            "CREATE TEMP TABLE old AS SELECT * FROM streams WHERE key IN (4, 8);
             UPDATE streams SET id = randomblob(16) WHERE key IN (4, 8);
             UPDATE streams SET id = (SELECT id FROM old WHERE old.key = 12 - streams.key) WHERE key IN (4, 8)",
            UNDER_ANOTHER.into(),
        ),
        // And two case types.
        (
            "CREATE TEMP TABLE two AS SELECT key, id FROM streams WHERE kind = 2 ORDER BY key LIMIT 2;
             UPDATE streams SET id = randomblob(16) WHERE key IN (SELECT key FROM two);
             UPDATE streams SET id = (SELECT id FROM two WHERE two.key <> streams.key)
             WHERE key IN (SELECT key FROM two)",
            UNDER_ANOTHER.into(),
        ),
        ("UPDATE streams SET id = zeroblob(16) WHERE key = 4", UNDER_ANOTHER.into()),
        ("UPDATE streams SET id = zeroblob(16) WHERE kind = 3", UNDER_ANOTHER.into()),
        ("UPDATE streams SET kind = 3 WHERE key = 4", MISSING.into()),
        ("UPDATE streams SET kind = 1 WHERE key = (SELECT min(key) FROM streams WHERE kind = 2)", UNDER_ANOTHER.into()),
        ("DELETE FROM streams WHERE key = 4", damaged("streams")),
        ("DELETE FROM streams WHERE kind = 3", damaged("streams")),
        ("DELETE FROM streams WHERE kind = 5", damaged("streams")),
        ("DELETE FROM streams", damaged("streams")),
        ("UPDATE streams SET key = key + 1 WHERE key = 4", "events after it are missing".into()),
        ("UPDATE streams SET key = 4000 WHERE key = 4", damaged("streams")),
        // A second name for a case.
        ("INSERT INTO streams VALUES (5, 4, zeroblob(16))", UNDER_ANOTHER.into()),
    ]);
}

#[test]
fn states_whose_rows_are_gone_or_kept_elsewhere_are_found() {
    all_are_found(&[
        ("DELETE FROM notes WHERE number = 1; DELETE FROM cases WHERE number = 1", MISSING.into()),
        ("DELETE FROM customers", MISSING.into()),
        ("DELETE FROM definitions WHERE kind = 5", MISSING.into()),
        ("UPDATE cases SET number = 77 WHERE number = 1; DELETE FROM notes WHERE number = 1", MISSING.into()),
        ("UPDATE customers SET key = 77", MISSING.into()),
        ("UPDATE customers SET id = zeroblob(16)", damaged("streams")),
        ("UPDATE definitions SET id = randomblob(16) WHERE kind = 2", damaged("streams")),
        (
            "UPDATE definitions SET kind = 1 WHERE key = (SELECT min(key) FROM definitions WHERE kind = 2)",
            damaged("streams"),
        ),
        // Each row in the place of the other.
        (
            "UPDATE notes SET number = number + 96; UPDATE cases SET number = 3 WHERE number = 1;
             UPDATE cases SET number = 1 WHERE number = 2; UPDATE cases SET number = 2 WHERE number = 3;
             UPDATE notes SET number = 99 - number",
            UNDER_ANOTHER.into(),
        ),
    ]);
}

#[test]
fn people_who_became_others_are_found() {
    let (introduce, ben) = introduced("ben");
    all_are_found(&[
        ("UPDATE people SET id = 'mallory' WHERE id = 'amara'", ALTERED.into()),
        // Two who changed their names.
        (
            &format!(
                "{introduce}; UPDATE people SET id = '' WHERE id = 'amara';
                 UPDATE people SET id = 'amara' WHERE key = {ben}; UPDATE people SET id = 'ben' WHERE id = ''"
            ),
            ALTERED.into(),
        ),
        ("UPDATE events SET actor = 0 WHERE stream = 4 AND revision = 2", damaged("people")),
        ("UPDATE events SET actor = 99 WHERE stream = 4 AND revision = 2", damaged("people")),
        ("UPDATE events SET on_behalf_of = 0 WHERE stream = 4 AND revision = 2", damaged("people")),
        ("DELETE FROM people WHERE id = 'amara'", damaged("people")),
        ("DELETE FROM people", damaged("people")),
        ("UPDATE people SET key = key + 100", damaged("people")),
        ("UPDATE cases SET holder = 99 WHERE number = 1", damaged("people")),
        ("UPDATE cases SET raised_by = -1 WHERE number = 1", damaged("people")),
        ("UPDATE notes SET author = 99 WHERE number = 1", damaged("people")),
    ]);
}

#[test]
fn places_that_became_others_are_found() {
    all_are_found(&[
        ("UPDATE places SET stage = 'shut' WHERE category = 3", DIFFERS.into()),
        ("UPDATE places SET category = 4 WHERE category = 3", DIFFERS.into()),
        ("UPDATE places SET case_type = zeroblob(16)", DIFFERS.into()),
        (
            "UPDATE places SET key = 99 WHERE category = 0; UPDATE places SET key = 1 WHERE category = 3;
             UPDATE places SET key = 3 WHERE key = 99",
            DIFFERS.into(),
        ),
        ("DELETE FROM places", damaged("places")),
        ("UPDATE cases SET place = 99 WHERE number = 1", damaged("places")),
    ]);
}

#[test]
fn what_is_told_without_a_proof_is_told_by_check_too() {
    for (sql, what) in [
        ("DELETE FROM streams WHERE key = 4", "streams"),
        ("UPDATE streams SET key = key + 1 WHERE key = 4", "streams"),
        ("INSERT INTO streams VALUES (4000, 4, zeroblob(16))", "streams"),
        ("INSERT INTO streams VALUES (5, 4, zeroblob(16))", "streams"),
        ("UPDATE streams SET id = zeroblob(16) WHERE key = 4", "streams"),
        ("UPDATE definitions SET id = randomblob(16) WHERE kind = 2", "streams"),
        ("UPDATE customers SET id = zeroblob(16)", "streams"),
        ("DELETE FROM customers", "streams"),
        ("DELETE FROM notes WHERE number = 1; DELETE FROM cases WHERE number = 1", "streams"),
        ("UPDATE notes SET number = 99 WHERE number = 1", "references"),
        ("INSERT INTO case_bodies (number, description) VALUES (99, 'Of no case.')", "descriptions of cases"),
        ("DELETE FROM people WHERE id = 'amara'", "people"),
        ("INSERT INTO people (key, id) VALUES (0, 'nobody')", "people"),
        ("INSERT INTO people (key, id) VALUES (-1, 'stranger')", "people"),
        ("UPDATE events SET imported_by = 99 WHERE stream = 4 AND revision = 2", "people"),
        ("UPDATE cases SET holder = 99 WHERE number = 1", "people"),
        ("UPDATE cases SET holder = 0 WHERE number = 1", "holders of cases"),
        ("UPDATE cases SET held_since = NULL WHERE number = 1", "holders of cases"),
        ("UPDATE cases SET customer = 99 WHERE number = 1", "customers of cases"),
        ("DELETE FROM places", "places"),
        ("UPDATE cases SET place = 99 WHERE number = 1", "places"),
    ] {
        let scene = scene();
        scene.closed.tamper(sql);
        assert_eq!(checked(&scene), damaged(what), "{sql}");
    }
}
