//! Decisions, and an answer that goes into a folder: decided and kept before it is sent, so that whoever goes on after a crash
//! sends the same bytes under the same key.

use std::fs::{self, File};
use std::io::Write;

use rusqlite::params;
use sha2::{Digest as _, Sha256};

use super::durations::{Durations, Times};
use super::event::{Code, Header, StageChanged, append};
use super::totals::{Group, Totals};
use super::write::{Before, before};
use super::{ACTOR, DECIDE, Id, RELEASE, Raw, begin, now, parts, place};
use crate::timing::Outcome;
use crate::world::RESOLVED;

impl Raw {
    /// Approves a step of a case that the actor holds, over what there is; the step after it becomes ready.
    pub(crate) fn approve(&mut self, case: Id, step: i64) -> Outcome {
        const STATE: &str = "SELECT done_by IS NULL FROM steps WHERE number = ?1 AND step = ?2";
        const MATERIAL: &str =
            "SELECT c.title, b.description FROM cases c JOIN case_bodies b ON b.number = c.number
            WHERE c.number = ?1";
        const DONE: &str =
            "UPDATE steps SET done_by = ?3, done_at = ?4, digest = ?5 WHERE number = ?1 AND step = ?2";
        const CASE: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, ready = ?5 WHERE number = ?1";
        let at = now();
        let change = begin(&mut self.connection)?;
        let Before { mut trail, group, .. } = before(&change, case)?;
        let number = trail.number;
        let is_open: bool = change.prepare_cached(STATE)?.query_row([number, step], |row| row.get(0))?;
        if group.holder != ACTOR || !is_open {
            return Err("it is not to be approved now".into());
        }
        let digest: [u8; 32] = change.prepare_cached(MATERIAL)?.query_row([number], |row| {
            let mut hasher = Sha256::new();
            for column in 0..2 {
                hasher.update(row.get_ref(column)?.as_str_or_null()?.unwrap_or_default());
            }
            Ok(hasher.finalize().into())
        })?;
        let header = Header { at, actor: ACTOR, imported_by: None };
        append(&change, &mut trail, header, Code::StepApproved, &(step, digest), None)?;
        change.prepare_cached(DONE)?.execute(params![number, step, ACTOR, at, digest])?;
        let moved = Group { ready: if step == 0 { DECIDE } else { RELEASE }, ..group };
        change.prepare_cached(CASE)?.execute(params![number, trail.revision, trail.hash, at, moved.ready])?;
        let mut totals = Totals::default();
        totals.moved(Some(group), moved);
        totals.write(&change)?;
        Ok(change.commit()?)
    }

    /// Sends the answer: two transactions, and between them the file.
    pub(crate) fn release(&mut self, case: Id, bytes: &[u8]) -> Outcome {
        const KEEP: &str = "INSERT INTO packages (key, number, bytes) VALUES (?1, ?2, ?3)";
        const SENDING: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, ready = 0, status = 2
            WHERE number = ?1";
        let at = now();
        let header = Header { at, actor: ACTOR, imported_by: None };
        let change = begin(&mut self.connection)?;
        let Before { mut trail, group, .. } = before(&change, case)?;
        let number = trail.number;
        if group.ready != RELEASE || group.holder != ACTOR {
            return Err("it is not to be released now".into());
        }
        let key = format!("{number}-{}", trail.revision);
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        append(&change, &mut trail, header, Code::ReleaseRequested, &key, None)?;
        append(&change, &mut trail, header, Code::PackageBuilt, &digest, None)?;
        append(&change, &mut trail, header, Code::DeliveryStarted, &key, None)?;
        change.prepare_cached(KEEP)?.execute(params![key, number, bytes])?;
        change.prepare_cached(SENDING)?.execute(params![number, trail.revision, trail.hash, at])?;
        let sent = Group { ready: 0, ..group };
        let mut totals = Totals::default();
        totals.moved(Some(group), sent);
        totals.write(&change)?;
        change.commit()?;

        self.put(&key, bytes)?;
        self.arrived(case, &key)
    }

    /// The file appears whole and on the disk, or not at all.
    fn put(&self, key: &str, bytes: &[u8]) -> Outcome {
        let (part, there) =
            (self.folder.join(format!(".{key}.part")), self.folder.join(format!("{key}.zip")));
        let mut file = File::create_new(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::hard_link(&part, &there)?;
        fs::remove_file(&part)?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }

    fn arrived(&mut self, case: Id, key: &str) -> Outcome {
        const DONE: &str = "UPDATE steps SET done_by = ?2, done_at = ?3 WHERE number = ?1 AND step = 2";
        const CASE: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, place = ?5, status = 3,
            stage_since = ?4, resolved_at = ?6 WHERE number = ?1";
        let at = now();
        let header = Header { at, actor: ACTOR, imported_by: None };
        let change = begin(&mut self.connection)?;
        let Before { mut trail, group, times, .. } = before(&change, case)?;
        append(&change, &mut trail, header, Code::Delivered, &key, None)?;
        let moved = Group { place: place(parts(group.place).0, RESOLVED), ..group };
        let facts = StageChanged { from: parts(group.place).1, to: RESOLVED };
        append(&change, &mut trail, header, Code::StageChanged, &facts, None)?;
        let sql = "UPDATE packages SET delivered_at = ?2 WHERE key = ?1";
        change.prepare_cached(sql)?.execute(params![key, at])?;
        change.prepare_cached(DONE)?.execute(params![trail.number, ACTOR, at])?;
        let mut durations = Durations::default();
        let Times { resolved_at, .. } = durations.moved(group.place, RESOLVED, times, at);
        change.prepare_cached(CASE)?.execute(params![
            trail.number,
            trail.revision,
            trail.hash,
            at,
            moved.place,
            resolved_at
        ])?;
        let mut totals = Totals::default();
        totals.moved(Some(group), moved);
        totals.write(&change)?;
        durations.write(&change)?;
        Ok(change.commit()?)
    }
}
