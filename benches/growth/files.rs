//! Files of a number of cases, made once.

use std::path::{Path, PathBuf};
use std::time::Instant;

use casekit::{CustomerId, Durability};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};

use crate::remove;
use crate::timing::Outcome;
use crate::world::{Kit, SEED, VERSION};

/// The folder of files.
pub(crate) struct Files {
    folder: PathBuf,
    answers: tempfile::TempDir,
    schema: String,
}

/// A file with so many cases.
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    /// How many cases came into it in a second; `None` if it was there.
    pub(crate) per_second: Option<f64>,
}

impl Files {
    pub(crate) fn new(folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let answers = tempfile::tempdir_in(folder)?;
        let schema = schema(answers.path())?;
        let files = Self { folder: folder.to_owned(), answers, schema };
        files.forget_others()?;
        Ok(files)
    }

    /// What tells the schema, the world and its seed.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// The file of so many cases, made out of the largest that is smaller if it is not there.
    pub(crate) fn of(&self, cases: usize) -> Outcome<Made> {
        let path = self.path(cases);
        if path.exists() {
            return Ok(Made { path, per_second: None });
        }
        let unfinished = self.folder.join("unfinished.db");
        remove(&unfinished)?;
        let start = self.largest_below(cases)?;
        let mut kit = match start {
            0 => Kit::create(&unfinished, self.answers.path())?,
            start => {
                std::fs::copy(self.path(start), &unfinished)?;
                let customers = customers(&unfinished)?;
                Kit::again(&unfinished, Durability::Normal, self.answers.path(), customers)?
            }
        };
        let begun = Instant::now();
        let per_second = |so_far: usize| (so_far - start) as f64 / begun.elapsed().as_secs_f64();
        let mut told = start;
        kit.grow(start..cases, |so_far| {
            if so_far - told >= 25_000 || so_far == cases {
                eprintln!("growth: {so_far} of {cases} cases, {:.0} a second", per_second(so_far));
                told = so_far;
            }
        })?;
        let per_second = Some(per_second(cases));
        kit.kit.close()?;
        std::fs::rename(&unfinished, &path)?;
        Ok(Made { path, per_second })
    }

    fn path(&self, cases: usize) -> PathBuf {
        self.folder.join(format!("{}-{cases}.db", self.schema))
    }

    fn largest_below(&self, cases: usize) -> Outcome<usize> {
        let there = self.names()?.into_iter().filter_map(|name| self.cases_of(&name));
        Ok(there.filter(|there| *there < cases).max().unwrap_or(0))
    }

    /// The number of cases in a file of ours, by its name.
    fn cases_of(&self, name: &str) -> Option<usize> {
        name.strip_prefix(&self.schema)?.strip_prefix('-')?.strip_suffix(".db")?.parse().ok()
    }

    /// Removes files of another schema: nobody uses them again, and they are large.
    fn forget_others(&self) -> Outcome {
        for name in self.names()?.iter().filter(|name| name.ends_with(".db")) {
            if self.cases_of(name).is_none() {
                remove(&self.folder.join(name))?;
            }
        }
        Ok(())
    }

    fn names(&self) -> Outcome<Vec<String>> {
        let entries = std::fs::read_dir(&self.folder)?;
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }
}

/// A digest of the schema of a new file, of what stands in it from the beginning, and of the world.
fn schema(folder: &Path) -> Outcome<String> {
    let path = folder.join("new.db");
    Kit::create(&path, folder)?.kit.close()?;
    let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut hasher = Sha256::new();
    let mut statement =
        connection.prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        hasher.update(row.get::<_, String>(0)?);
        hasher.update(row.get::<_, String>(1)?);
    }
    // Comments outside statements tell of stored forms too.
    hasher.update(include_str!("../../casekit-sqlite/migrations/0001_cases.sql"));
    hasher.update(SEED.to_be_bytes());
    hasher.update(VERSION.to_be_bytes());
    Ok(hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// The customers of a file, as they were entered.
fn customers(path: &Path) -> Outcome<Vec<CustomerId>> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare("SELECT id FROM customers ORDER BY key")?;
    let ids = statement.query_map((), |row| row.get::<_, [u8; 16]>(0))?;
    ids.map(|id| Ok(CustomerId(uuid::Uuid::from_bytes(id?)))).collect()
}
