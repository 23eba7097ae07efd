//! Events: chained, and their personal part committed to.

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::timing::Outcome;

pub(super) type Digest = [u8; 32];

/// Where the events of a case stand, and where the next one goes.
pub(super) struct Trail {
    pub(super) number: i64,
    pub(super) revision: i64,
    /// Of the newest; zeros before the first.
    pub(super) hash: Digest,
    /// The next place in the file.
    pub(super) position: i64,
}

/// Who, when, and for imports by whom.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) at: i64,
    pub(super) actor: i64,
    pub(super) imported_by: Option<i64>,
}

/// What happened, by its code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Raised = 1,
    StageChanged,
    Taken,
    NoteAdded,
    WorkflowStarted,
    StepApproved,
    ReleaseRequested,
    PackageBuilt,
    DeliveryStarted,
    Delivered,
    FieldsChanged,
    Tagged,
}

impl Code {
    pub(super) const ALL: [(Self, &'static str); 12] = [
        (Self::Raised, "case_raised"),
        (Self::StageChanged, "stage_changed"),
        (Self::Taken, "case_taken"),
        (Self::NoteAdded, "note_added"),
        (Self::WorkflowStarted, "workflow_started"),
        (Self::StepApproved, "step_approved"),
        (Self::ReleaseRequested, "release_requested"),
        (Self::PackageBuilt, "package_built"),
        (Self::DeliveryStarted, "delivery_started"),
        (Self::Delivered, "delivered"),
        (Self::FieldsChanged, "fields_changed"),
        (Self::Tagged, "tags_changed"),
    ];
}

#[derive(Serialize, Deserialize)]
pub(super) struct Raised {
    pub(super) number: i64,
    pub(super) case_type: usize,
    pub(super) stage: usize,
    pub(super) customer: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StageChanged {
    pub(super) from: usize,
    pub(super) to: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct NoteAdded {
    pub(super) note: uuid::Uuid,
    pub(super) path: Vec<u32>,
    pub(super) visibility: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Titled<'a> {
    #[serde(borrow)]
    pub(super) title: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub(super) description: std::borrow::Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Said<'a> {
    #[serde(borrow)]
    pub(super) text: std::borrow::Cow<'a, str>,
}

/// What has no facts beyond its code.
#[derive(Serialize)]
pub(super) struct Nothing {}

/// Appends an event to a case.
pub(super) fn append(
    change: &Transaction<'_>,
    trail: &mut Trail,
    header: Header,
    code: Code,
    facts: &impl Serialize,
    personal: Option<&str>,
) -> Outcome {
    const SQL: &str =
        "INSERT INTO events (position, stream, revision, at, actor, imported_by, code, facts, personal, salt,
        commitment, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let facts = serde_json::to_vec(facts)?;
    let mut salt = [0_u8; 16];
    let commitment = match personal {
        Some(personal) => {
            getrandom::fill(&mut salt)?;
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&salt)?;
            mac.update(personal.as_bytes());
            Some(Digest::from(mac.finalize().into_bytes()))
        }
        None => None,
    };
    let revision = trail.revision + 1;
    let mut hasher = Sha256::new();
    hasher.update(trail.hash);
    for part in
        [trail.number, revision, header.at, header.actor, header.imported_by.unwrap_or(0), code as i64]
    {
        hasher.update(part.to_be_bytes());
    }
    hasher.update((facts.len() as u64).to_be_bytes());
    hasher.update(&facts);
    hasher.update(commitment.unwrap_or_default());
    let hash = Digest::from(hasher.finalize());
    change.prepare_cached(SQL)?.execute(params![
        trail.position,
        trail.number,
        revision,
        header.at,
        header.actor,
        header.imported_by,
        code as i64,
        facts,
        personal.map(str::as_bytes),
        personal.map(|_| salt),
        commitment,
        hash,
    ])?;
    trail.revision = revision;
    trail.position += 1;
    trail.hash = hash;
    Ok(())
}
