//! Whether every answer was delivered once, with the bytes that were approved.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use casekit::casekit_core::commit::{Digest, hex};
use casekit::{CaseId, Desk, ReleaseView};
use sha2::Digest as _;

use super::{Found, Judge, Wrong, missing};
use crate::ack::Ack;
use crate::office::{Office, root};

impl Judge {
    /// Judges an office, and the folder of its answers: what was under way is brought to its end first.
    ///
    /// # Errors
    /// What is wrong.
    pub fn judge_with_answers(&mut self, office: &Office, acks: &[Ack]) -> Result<Found, Wrong> {
        let mut found = self.judge(office, acks)?;
        let root = root(&office.kit);
        let resumed = office.kit.resume_deliveries().map_err(|error| Wrong::Unsound(error.to_string()))?;
        let furnished = root.settings().map_err(|error| Wrong::Unsound(error.to_string()))?.webform.is_some();
        if resumed.failed > 0 && furnished {
            return Err(Wrong::Unsound(format!("{} deliveries cannot go on", resumed.failed)));
        }
        found.resumed = resumed.delivered;
        let files = files(&office.answers)?;
        for (case, file) in &self.delivered {
            arrived(&root, *case, file, &files)?;
            found.answers += 1;
        }
        one_a_case(&root, &files)?;
        Ok(found)
    }
}

/// The names of the packages in a folder, with the digests of their bytes.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, Wrong> {
    let unreadable = |error: std::io::Error| Wrong::Unsound(format!("the folder of answers: {error}"));
    let mut files = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // What a killed process was writing; the next delivery of that package removes it.
        if name.ends_with(".part") {
            continue;
        }
        let key = name.trim_end_matches(".zip").rsplit('-').next().unwrap_or_default().to_owned();
        if !keys.insert(key) {
            return Err(Wrong::Twice(format!("two files of one key: `{name}`")));
        }
        let digest: Digest = sha2::Sha256::digest(fs::read(entry.path()).map_err(unreadable)?).into();
        files.insert(name, hex(&digest));
    }
    Ok(files)
}

fn arrived(root: &Desk, case: CaseId, file: &str, files: &BTreeMap<String, String>) -> Result<(), Wrong> {
    let Some(release) = release(root, case)?.filter(|release| release.delivered_at.is_some()) else {
        return Err(Wrong::Lost(format!("that case `{case}` was delivered")));
    };
    match files.get(file) {
        None => Err(Wrong::Lost(format!("the package `{file}`"))),
        Some(digest) if Some(digest) == release.package_sha256.as_ref() => Ok(()),
        Some(_) => Err(Wrong::Altered(format!("the package `{file}`"))),
    }
}

/// Every file belongs to a case that says it was delivered, and no case has two.
fn one_a_case(root: &Desk, files: &BTreeMap<String, String>) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for file in files.keys() {
        let number = file.trim_start_matches("package-").rsplit_once('-').map_or("", |(number, _)| number);
        if !seen.insert(number) {
            return Err(Wrong::Twice(format!("case `{number}` has two packages")));
        }
        let case =
            root.find_case(number).map_err(|error| missing(&format!("the case of `{file}`"), &error))?;
        if release(root, case.id)?.is_none_or(|release| release.delivered_at.is_none()) {
            return Err(Wrong::Lost(format!("that case `{number}` was delivered: its package is there")));
        }
    }
    Ok(())
}

fn release(root: &Desk, case: CaseId) -> Result<Option<ReleaseView>, Wrong> {
    let summary = root.summary(case).map_err(|error| missing(&format!("request `{case}`"), &error))?;
    Ok(summary.release)
}
