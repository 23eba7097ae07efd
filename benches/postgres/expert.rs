//! What an expert writes by hand in SQL for the same, sent by pgbench.
//!
//! Left out, in the expert's favour: permissions, rules and what was seen before a change; the hash chain; names instead of
//! ids; request ids; deadlines and durations. What is promised alike: positions and numbers are dense and in the order of
//! commits, so a writer locks the one row of `file` first.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::timing::Outcome;

/// The tables of a kit with what is in them, for hand-written SQL.
pub(crate) struct Expert {
    programs: PathBuf,
    address: String,
    schema: String,
}

/// Statements that pgbench carries out over and over. `org` is the schema.
pub(crate) struct Script(String);

/// What pgbench said.
pub(crate) struct Said {
    pub(crate) per_second: f64,
    pub(crate) micros: f64,
}

const TABLES: [&str; 9] =
    ["file", "events", "streams", "places", "cases", "totals", "notes", "search", "customers"];

impl Expert {
    /// Copies the tables of a kit, with their indexes, beside it.
    pub(crate) fn beside(programs: &Path, address: &str, of: &str) -> Outcome<Self> {
        let schema = format!("expert_{of}");
        let expert = Self { programs: programs.to_owned(), address: address.to_owned(), schema };
        let mut made = format!("CREATE SCHEMA {};", expert.schema);
        for table in TABLES {
            let (mine, theirs) = (format!("{}.{table}", expert.schema), format!("{of}.{table}"));
            made += &format!(
                "CREATE TABLE {mine} (LIKE {theirs} INCLUDING ALL); INSERT INTO {mine} SELECT * FROM {theirs};"
            );
        }
        made += "ANALYZE;";
        psql(programs, address, &made)?;
        Ok(expert)
    }

    /// Runs a script with so many clients.
    pub(crate) fn run(&self, script: &Script, clients: usize, turn: Duration) -> Outcome<Said> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), script.0.replace("org.", &format!("{}.", self.schema)))?;
        let (clients, path) = (format!("--client={clients}"), format!("--file={}", file.path().display()));
        let seconds = format!("--time={}", turn.as_secs().max(1));
        let arguments = ["--no-vacuum", "--protocol=prepared", "--jobs=2", &clients, &seconds, &path];
        pgbench(&self.programs, &self.address, &arguments)
    }
}

/// What statements print, values alone.
pub(crate) fn psql(programs: &Path, address: &str, sql: &str) -> Outcome<String> {
    let options = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"];
    let mut psql = Command::new(programs.join("psql"));
    let done = psql.args(options).args(["--dbname", address, "--command", sql]).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into());
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

pub(crate) fn pgbench(programs: &Path, address: &str, arguments: &[&str]) -> Outcome<Said> {
    let done = Command::new(programs.join("pgbench")).args(arguments).arg(address).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into());
    }
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let number = |before: &str| -> f64 {
        let rest = said.lines().find_map(|line| line.strip_prefix(before));
        rest.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse().ok()).unwrap_or(0.0)
    };
    Ok(Said { per_second: number("tps = "), micros: number("latency average = ") * 1e3 })
}

const ROW: &str = "c.number, c.id, c.revision, c.prefix, p.case_type, p.stage, p.category, p.team, p.priority, p.resolution, c.holder, c.customer, \
    k.name, c.raised_by, c.raised_at, c.stage_since, c.updated_at, c.resolved_at, c.closed_at, c.title, c.requester, c.fields, c.tags, \
    c.workflow, c.outcome, c.status, c.steps, c.failure, c.due_at, c.warn_at";

impl Script {
    pub(crate) fn page() -> Self {
        Self(format!(
            "SELECT {ROW} FROM org.cases c JOIN org.places p ON p.key = c.place LEFT JOIN org.customers k ON k.id = c.customer
             ORDER BY c.number DESC LIMIT 50;"
        ))
    }

    /// Some of the newest cases are in any common stage, so the numbers are walked backwards.
    pub(crate) fn page_of_a_stage() -> Self {
        Self(format!(
            "SELECT {ROW} FROM org.cases c JOIN org.places p ON p.key = c.place LEFT JOIN org.customers k ON k.id = c.customer
             WHERE p.stage = 'open' ORDER BY c.number DESC LIMIT 50;"
        ))
    }

    pub(crate) fn counts() -> Self {
        Self(
            "SELECT p.case_type, p.stage, p.category, sum(t.n) FROM org.totals t JOIN org.places p ON p.key = t.b
             WHERE t.kind = 1 AND t.n > 0 GROUP BY 1, 2, 3;"
                .to_owned(),
        )
    }

    pub(crate) fn search(word: &str) -> Self {
        let word = word.replace('\'', "");
        Self(format!(
            "SELECT s.id, s.note, {ROW}, n.body FROM (SELECT * FROM org.search WHERE terms @@ '''{word}'':*'::tsquery ORDER BY id DESC LIMIT 50) s
             JOIN org.cases c ON c.id = s.case_id JOIN org.places p ON p.key = c.place
             LEFT JOIN org.customers k ON k.id = c.customer LEFT JOIN org.notes n ON n.id = s.note ORDER BY s.id DESC;"
        ))
    }

    /// Two transactions, as a person makes them. The texts are as long as those of the world.
    pub(crate) fn raise_and_note() -> Self {
        const BODY: &str = "repeat('{\"title\":\"a case as it is\"}', 25)";
        const FACTS: &str = "convert_to(repeat('{\"fact\":\"raised\"}', 25), 'UTF8')";
        const TERMS: &str = "array_to_tsvector((SELECT array_agg(md5((:word::int + g)::text)) FROM generate_series(1, {}) g))";
        let (of_case, of_note) = (TERMS.replace("{}", "50"), TERMS.replace("{}", "30"));
        Self(format!(
            "\\set word random(1, 100000)
             \\set place random(1, 4)
             BEGIN;
             UPDATE org.file SET position = position + 1, number = number + 1 WHERE id = 1 RETURNING position, number \\gset
             SELECT gen_random_uuid() AS id, gen_random_uuid() AS note \\gset
             INSERT INTO org.events SELECT :position::int8, 3::int2, :id::uuid, 1, 0, 'ada', NULL, NULL, NULL, {FACTS}, {FACTS}, sha256('s'), sha256('c'), sha256('h');
             INSERT INTO org.streams VALUES (3, :id::uuid, 1, sha256('h'), 0, {BODY});
             INSERT INTO org.cases (number, id, revision, prefix, place, holder, raised_by, raised_at, stage_since, updated_at, entry, title, ready, for_anyone)
                 VALUES (:number, :id::uuid, 1, 'C', :place, '', 'ada', :position, :position, :position, :position, 'A case as it is', 0, 0);
             INSERT INTO org.search VALUES (2 * :position, :id::uuid, NULL, NULL, {of_case});
             INSERT INTO org.totals VALUES (1, '', :place, 0, 1), (3, '', :place, 0, 1) ON CONFLICT (kind, a, b, c) DO UPDATE SET n = totals.n + 1;
             COMMIT;
             BEGIN;
             UPDATE org.file SET position = position + 1 WHERE id = 1 RETURNING position \\gset
             INSERT INTO org.events SELECT :position::int8, 3::int2, :id::uuid, 2, 0, 'ada', NULL, NULL, NULL, {FACTS}, {FACTS}, sha256('s'), sha256('c'), sha256('h');
             UPDATE org.streams SET revision = 2, hash = sha256('h'), body = {BODY} WHERE kind = 3 AND id = :id::uuid;
             UPDATE org.cases SET revision = 2, updated_at = :position WHERE number = :number;
             INSERT INTO org.notes VALUES (:note::uuid, :position, :id::uuid, '\\x00000001', 0, {BODY});
             INSERT INTO org.search VALUES (2 * :position + 1, :id::uuid, :note::uuid, 0, {of_note});
             COMMIT;"
        ))
    }
}
