//! One transaction: the lock, what the commits rely on, their judgement in memory, and everything they write.

use std::collections::BTreeMap;

use casekit_core::commit::{Commit, Committed, Refused};
use casekit_core::model::{State, TagId};
use casekit_core::store::StoreError;

use super::changes::Changes;
use super::session::Session;
use super::settle::Mark;
use super::world::World;
use super::{Around, lineage, rows, searched};
use crate::connection::{Connection, Query};
use crate::error::{Result, unreadable};
use crate::read::catalog;

/// The answers to commits.
pub(super) type Answers = Vec<Result<Committed, Refused>>;

/// Why a transaction did not end as it should.
pub(super) enum Failed {
    /// Nothing was written.
    Before(StoreError),
    /// The connection was lost after `COMMIT` was sent: the answers are right if it was carried out, which the mark tells.
    During(Answers, Mark),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Before(error)
    }
}

/// Carries out commits in order, all of them or none. A commit that is refused writes nothing and leaves the others as they are.
pub(super) fn carry_out(
    session: &mut Session,
    commits: &[Commit],
    around: &Around<'_>,
) -> Result<Answers, Failed> {
    let mut changes = Changes::default();
    let mut answers = Vec::with_capacity(commits.len());
    let connection = session.connection()?;
    let least = around.seen.least()?;
    let mut world = World::open(connection, session.whereabouts.query(), commits)?;
    around.seen.primary_has(connection, world.position, least)?;
    if let Some(first) = lineage::begin(connection, &mut world, commits)? {
        // It names what was looked up under the lock.
        world.commit(connection, &first, &mut changes)?.map_err(|_| unreadable())?;
    }
    for commit in commits {
        answers.push(world.commit(connection, commit, &mut changes)?);
    }
    if changes.is_empty() {
        connection.execute("ROLLBACK", [])?;
        return Ok(answers);
    }
    let mut queries = written(session, &world, &changes, around)?;
    queries.push(Query::new("COMMIT", []));
    let connection = session.connection()?;
    // What is not prepared yet costs a way to the server; after that, it is one for everything that is left.
    connection.prepare_all(&queries)?;
    around.lifecycle.check_cancelled()?;
    match connection.pipeline(queries) {
        Ok(_) => Ok(answers),
        // The server says that a statement failed, so the transaction did.
        Err(error) if !Mark::is_needed(&error) => Err(Failed::Before(error)),
        Err(_) => Err(Failed::During(answers, Mark::of(&changes))),
    }
}

fn written(
    session: &mut Session,
    world: &World,
    changes: &Changes,
    around: &Around<'_>,
) -> Result<Vec<Query>> {
    const FILE: &str =
        "UPDATE org.file SET position = $1, number = $2, generation = $3, written_on = $4 WHERE id = 1";
    let mut places = session.places.clone();
    let new_places = places.meet(session.connection()?, rows::places(changes))?;
    session.places = places;
    let connection = session.connection()?;
    let tags = merged_tags(connection, world, changes, around)?;
    let stands_for = |tag: TagId| stands_for(&tags, tag);
    let mut queries = Vec::new();
    for (from, into) in &changes.merged {
        queries.extend(rows::merge(*from, *into));
    }
    queries.extend(new_places);
    queries.extend(rows::events(changes.events.iter(), false)?);
    queries.extend(rows::states(changes, &session.places, &stands_for)?);
    queries.extend(searched::write(connection, changes)?);
    queries.extend(rows::claims(&changes.claims)?);
    let requests = changes.requests.iter().map(|(claim, receipt)| (claim, receipt));
    queries.extend(rows::requests(requests, false)?);
    queries.extend(rows::blobs(&changes.keep_blobs, &changes.drop_blobs));
    let generation =
        if changes.have_definitions() { catalog::after(world.generation) } else { world.generation };
    let file = [world.position.into(), world.number.into(), generation.into(), world.written_on().into()];
    queries.push(Query::new(FILE, file));
    Ok(queries)
}

/// The tags that were merged by the end of the batch, each with the one into which it was. Without a case that has a tag nobody
/// asks.
fn merged_tags(
    connection: &Connection,
    world: &World,
    changes: &Changes,
    around: &Around<'_>,
) -> Result<BTreeMap<TagId, TagId>> {
    let states = changes.states.values().flat_map(|changed| changed.before.iter().chain([&changed.after]));
    if states.filter_map(rows::as_case).all(|case| case.tags.is_empty()) {
        return Ok(BTreeMap::new());
    }
    let catalog = around.catalogs.current(connection, world.generation)?;
    let known = catalog.tags.values().filter_map(|tag| Some((tag.id, tag.merged_into?)));
    let mut merged: BTreeMap<TagId, TagId> = known.collect();
    for changed in changes.states.values() {
        if let State::Tag(tag) = &changed.after {
            merged.extend(tag.merged_into.map(|into| (tag.id, into)));
        }
    }
    Ok(merged)
}

/// The tag for which one stands.
pub(super) fn stands_for(merged: &BTreeMap<TagId, TagId>, tag: TagId) -> TagId {
    let mut last = tag;
    // As often as there are merged ones: what was forged into a circle must not hang.
    for _ in 0..merged.len() {
        match merged.get(&last) {
            Some(into) => last = *into,
            None => break,
        }
    }
    last
}
