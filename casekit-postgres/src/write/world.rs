//! What the commits of a batch rely on, looked up once after the lock and then judged in memory: what one commit changes, the
//! next one sees. Nothing of it needs a savepoint.

use std::collections::{BTreeSet, HashMap, HashSet};

use casekit_core::commit::{
    Assigned, Claim, Commit, Committed, Expect, Head, Refused, SealError, Sealed, claims_for_good, seal,
};
use casekit_core::model::{ActorId, BlobId, RequestId, State, StreamId};
use casekit_core::store::incomplete;
use tokio_postgres::Row;

use super::changes::Changes;
use crate::connection::{Answer, Connection, Query};
use crate::error::{Result, unreadable};
use crate::read::catalog::INCOMPLETE;
use crate::value::{
    Value, digest, id, instant, narrow, optional_plain, plain, signed, stream, text, unsigned,
};

/// The store as the next commit of the batch finds it, as far as the batch asks.
pub(super) struct World {
    /// Positions and numbers that were given out.
    pub(super) position: u64,
    pub(super) number: u64,
    pub(super) generation: i64,
    /// The server on which the newest event was written, and that on which this is; `None` if it is not known.
    written_on: Option<String>,
    here: Option<String>,
    heads: HashMap<StreamId, Option<Head>>,
    claimed: HashMap<Claim, bool>,
    requests: HashSet<(ActorId, RequestId)>,
    blobs: HashSet<BlobId>,
}

/// Begins the transaction and takes the writer's lock. The lock is a statement of its own under `READ COMMITTED`: what is
/// looked up after it sees everything that was committed before it was given.
pub(super) fn lock() -> Vec<Query> {
    const LOCK: &str =
        "SELECT position, number, generation, written_on FROM org.file WHERE id = 1 FOR UPDATE";
    vec![Query::new("BEGIN ISOLATION LEVEL READ COMMITTED", []), Query::new(LOCK, [])]
}

/// What the answer to [`lock`] says.
pub(super) struct Locked {
    /// The newest position.
    pub(super) position: u64,
    /// The greatest number.
    pub(super) number: u64,
    pub(super) generation: i64,
    /// Where the newest event was written.
    pub(super) written_on: Option<String>,
}

pub(super) fn locked(answers: &[Answer]) -> Result<Locked> {
    let file = answers.get(1).and_then(|file| file.rows.first()).ok_or_else(unreadable)?;
    Ok(Locked {
        position: unsigned(file, 0)?,
        number: unsigned(file, 1)?,
        generation: signed(file, 2)?,
        written_on: optional_plain(file, 3)?.map(str::to_owned),
    })
}

impl World {
    /// Takes the lock, asks where this is if there is a question for it, and looks up what the commits name.
    ///
    /// # Errors
    /// `Incomplete` while a copy is being written into the store, otherwise a fault.
    pub(super) fn open(
        connection: &Connection,
        whereabouts: Option<Query>,
        commits: &[Commit],
    ) -> Result<Self> {
        let answers = connection.pipeline(lock().into_iter().chain(whereabouts).collect())?;
        let Locked { position, number, generation, written_on } = locked(&answers)?;
        let here = answers.get(2).and_then(|here| here.rows.first());
        let here = here.map(|row| plain(row, 0).map(str::to_owned)).transpose()?;
        if generation == INCOMPLETE {
            return Err(incomplete());
        }
        let (streams, claims) = named(commits);
        let kept: BTreeSet<BlobId> = commits.iter().flat_map(|commit| commit.keep_blobs.clone()).collect();
        let requests: Vec<_> = commits.iter().filter_map(|commit| commit.request.as_ref()).collect();
        let mut queries = vec![heads_of(&streams), claims_of(&claims)];
        if !requests.is_empty() {
            const SQL: &str = "SELECT r.actor, r.id FROM unnest($1::text[], $2::text[]) AS u(actor, id)
                JOIN org.requests r ON r.actor = u.actor AND r.id = u.id";
            let actors: Vec<String> = requests.iter().map(|one| one.actor.as_str().to_owned()).collect();
            let ids: Vec<String> = requests.iter().map(|one| one.id.as_str().to_owned()).collect();
            queries.push(Query::new(SQL, [actors.into(), ids.into()]));
        }
        if !kept.is_empty() {
            // Locked in order, so that no sweep takes one meanwhile, and no two writers wait for each other.
            const SQL: &str = "SELECT id FROM org.blobs WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE";
            let ids: Vec<_> = kept.iter().map(|blob| blob.0).collect();
            queries.push(Query::new(SQL, [ids.into()]));
        }
        let mut answers = connection.pipeline(queries)?.into_iter().map(|answer| answer.rows);
        let mut next = || answers.next().unwrap_or_default();
        let mut world = Self {
            position,
            number,
            generation,
            written_on,
            here,
            heads: streams.into_iter().map(|stream| (stream, None)).collect(),
            claimed: HashMap::new(),
            requests: HashSet::new(),
            blobs: HashSet::new(),
        };
        for row in next() {
            world.found(&row)?;
        }
        world.claims_are(claims, &next())?;
        if !requests.is_empty() {
            for row in next() {
                world.requests.insert((text(&row, 0)?, text(&row, 1)?));
            }
        }
        if !kept.is_empty() {
            for row in next() {
                world.blobs.insert(id(&row, 0)?);
            }
        }
        Ok(world)
    }

    /// Whether the newest event was written on another server.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.written_on.is_some() && self.here.is_some() && self.written_on != self.here
    }

    /// The server that has the newest event once this is written.
    pub(super) fn written_on(&self) -> Option<&str> {
        self.here.as_deref().or(self.written_on.as_deref())
    }

    /// The head of a stream was looked up.
    pub(super) fn found(&mut self, row: &Row) -> Result<()> {
        let head = head(row)?;
        self.heads.insert(head.stream, Some(head));
        Ok(())
    }

    /// Judges a commit, and adds what it changes to the others.
    pub(super) fn commit(
        &mut self,
        connection: &Connection,
        commit: &Commit,
        changes: &mut Changes,
    ) -> Result<Result<Committed, Refused>> {
        // The request before the expectations: a repeated command has made its own read set stale, and must still be
        // answered with its receipt.
        let request = commit.request.as_ref().map(|claim| (claim.actor.clone(), claim.id.clone()));
        if request.as_ref().is_some_and(|request| self.requests.contains(request)) {
            return Ok(Err(Refused::RequestClaimed));
        }
        if let Some(broken) = commit.expect.iter().find(|expect| !self.holds(expect)) {
            return Ok(Err(Refused::Stale(broken.clone())));
        }
        let assigned = self.assign(commit);
        let sealed = match seal(commit.clone(), &assigned) {
            Ok(sealed) => sealed,
            Err(error) => return Ok(Err(Refused::Unsound(error))),
        };
        if let Some(claim) = self.contested(connection, &sealed)? {
            return Ok(Err(Refused::Stale(Expect::Unclaimed(claim))));
        }
        if let Some(missing) = sealed.keep_blobs.iter().find(|id| !self.blobs.contains(id)) {
            return Ok(Err(Refused::Unsound(SealError::MissingBlob(*missing))));
        }
        let receipt = sealed.receipt.clone();
        self.apply(&sealed);
        self.requests.extend(request);
        changes.add(commit, sealed);
        Ok(Ok(Committed { receipt }))
    }

    fn holds(&self, expect: &Expect) -> bool {
        let head = |stream| self.heads.get(stream).copied().flatten();
        match expect {
            // A stream that does not exist has no event, so its revision is 0.
            Expect::Revision(stream, revision) => head(stream).map_or(0, |head| head.revision) == *revision,
            Expect::Absent(stream) => head(stream).is_none(),
            Expect::Unclaimed(claim) => self.claimed.get(claim) == Some(&false),
        }
    }

    fn assign(&self, commit: &Commit) -> Assigned {
        let written: BTreeSet<StreamId> = commit.drafts.iter().map(|draft| draft.stream()).collect();
        let head = |stream: StreamId| self.heads.get(&stream).copied().flatten();
        Assigned {
            position: self.position + 1,
            number: self.number + 1,
            heads: written.into_iter().filter_map(head).collect(),
        }
    }

    /// A name that the commit takes although another stream has it, because its decision did not expect it to be
    /// unclaimed.
    fn contested(&mut self, connection: &Connection, sealed: &Sealed) -> Result<Option<Claim>> {
        let unknown: Vec<Claim> = sealed
            .claim
            .iter()
            .map(|(claim, _)| claim)
            .filter(|claim| !self.claimed.contains_key(claim))
            .cloned()
            .collect();
        if !unknown.is_empty() {
            let answers = connection.pipeline(vec![claims_of(&unknown)])?;
            self.claims_are(unknown, &answers.first().ok_or_else(unreadable)?.rows)?;
        }
        let mut taken = HashSet::new();
        let is_free =
            |claim: &Claim| self.claimed.get(claim) == Some(&false) || sealed.unclaim.contains(claim);
        let contested = |claim: &&Claim| !taken.insert((*claim).clone()) || !is_free(claim);
        Ok(sealed.claim.iter().map(|(claim, _)| claim).find(contested).cloned())
    }

    fn claims_are(&mut self, asked: Vec<Claim>, found: &[Row]) -> Result<()> {
        let mut taken = HashSet::new();
        for row in found {
            taken.insert((narrow::<u8>(row, 0)?, plain(row, 1)?.to_owned(), narrow::<u32>(row, 2)?));
        }
        for claim in asked {
            let is_taken = taken.contains(&(claim.kind.code(), claim.value.clone(), claim.number));
            self.claimed.insert(claim, is_taken);
        }
        Ok(())
    }

    fn apply(&mut self, sealed: &Sealed) {
        self.position += sealed.receipt.events;
        for change in &sealed.states {
            let stream = change.after.stream();
            let newest = sealed.events.iter().rev().find(|event| event.stream == stream);
            if let Some(event) = newest {
                let head = Head { stream, revision: event.revision, hash: event.hash, at: event.header.at };
                self.heads.insert(stream, Some(head));
            }
            match &change.after {
                State::Case(case) => self.number = self.number.max(case.number.value),
                State::Ledger(ledger) => self.number = self.number.max(ledger.number_floor.saturating_sub(1)),
                State::Settings(_)
                | State::Workflow(_)
                | State::CaseType(_)
                | State::Customer(_)
                | State::Person(_)
                | State::Team(_)
                | State::Tag(_) => {}
            }
        }
        self.claimed.extend(sealed.unclaim.iter().map(|claim| (claim.clone(), false)));
        self.claimed.extend(sealed.claim.iter().map(|(claim, _)| (claim.clone(), true)));
        sealed.drop_blobs.iter().for_each(|blob| _ = self.blobs.remove(blob));
    }
}

/// The streams and the names that commits rely on, or will write to.
fn named(commits: &[Commit]) -> (Vec<StreamId>, Vec<Claim>) {
    let (mut streams, mut claims) = (BTreeSet::new(), BTreeSet::new());
    for commit in commits {
        streams.extend(commit.drafts.iter().map(|draft| draft.stream()));
        claims.extend(commit.drafts.iter().flat_map(|draft| claims_for_good(&draft.fact)));
        for expect in &commit.expect {
            match expect {
                Expect::Revision(stream, _) | Expect::Absent(stream) => _ = streams.insert(*stream),
                Expect::Unclaimed(claim) => _ = claims.insert(claim.clone()),
            }
        }
    }
    (streams.into_iter().collect(), claims.into_iter().collect())
}

fn heads_of(streams: &[StreamId]) -> Query {
    const SQL: &str =
        "SELECT s.kind, s.id, s.revision, s.hash, s.at FROM unnest($1::int2[], $2::uuid[]) AS u(kind, id)
        JOIN org.streams s ON s.kind = u.kind AND s.id = u.id";
    let kinds: Vec<i64> = streams.iter().map(|stream| stream.kind().code().into()).collect();
    let ids: Vec<_> = streams.iter().map(|stream| stream.uuid()).collect();
    Query::new(SQL, [Value::from(kinds), ids.into()])
}

fn head(row: &Row) -> Result<Head> {
    Ok(Head {
        stream: stream(row, 0, 1)?,
        revision: unsigned(row, 2)?,
        hash: digest(row, 3)?,
        at: instant(row, 4)?,
    })
}

fn claims_of(claims: &[Claim]) -> Query {
    const SQL: &str = "SELECT c.kind, c.value, c.number
        FROM unnest($1::int2[], $2::text[], $3::int8[]) AS u(kind, value, number)
        JOIN org.claims c ON c.kind = u.kind AND c.value = u.value AND c.number = u.number";
    let kinds: Vec<i64> = claims.iter().map(|claim| claim.kind.code().into()).collect();
    let values: Vec<String> = claims.iter().map(|claim| claim.value.clone()).collect();
    let numbers: Vec<i64> = claims.iter().map(|claim| claim.number.into()).collect();
    Query::new(SQL, [Value::from(kinds), values.into(), numbers.into()])
}
