//! What takes time with every case of a file: the merge of a tag that all of them have, and `check` and `repair_derived` of their
//! durations, fields and tags. Each once, beside the least that SQL could do for the merge.

use std::path::Path;
use std::time::Instant;

use casekit::{
    Actor, CaseKit, Desk, ImportCase, ImportChange, ImportItem, ImportedChange, NewCase, Role, TagsEdit,
    Timestamp,
};
use rusqlite::Connection;

use crate::timing::{Compared, Outcome, Table, micros};

pub(crate) fn measure(folder: &Path, cases: usize, table: &mut Table) -> Outcome {
    let kit = CaseKit::open(folder.join("tagged.db"))?;
    let desk = kit.desk(Actor::new("root", "Root").with_role(Role::Administrator));
    fill(&desk, cases)?;
    let tags = desk.tags()?;
    let tag = |name: &str| tags.iter().find(|tag| tag.name == name).map(|tag| tag.id).ok_or("no such tag");
    let raw = raw(&folder.join("tagged-raw.db"), cases)?;
    let (from, into) = (tag("Goodwill")?, tag("Kindness")?);
    let of_kit = clocked(|| Ok(desk.merge_tags(from, into)?))?;
    let of_raw = clocked(|| Ok(raw.execute_batch(MERGE)?))?;
    let mut merged = Compared::default();
    merged.add(of_raw, of_kit);
    table.add(merged.line("merge of a tag that every case has", "once", cases, None));
    let checked = clocked(|| Ok(kit.check()?))?;
    let repaired = clocked(|| Ok(kit.repair_derived()?))?;
    println!("check {:.2} s, repair_derived {:.2} s", checked / 1e6, repaired / 1e6);
    Ok(())
}

const MERGE: &str =
    "BEGIN IMMEDIATE; INSERT OR IGNORE INTO case_tags SELECT 2, number FROM case_tags WHERE tag = 1;
    DELETE FROM case_tags WHERE tag = 1; COMMIT";

/// Every case has the tag, and left a stage.
fn fill(desk: &Desk, cases: usize) -> Outcome {
    let one = desk.raise_case(NewCase::new("Support", "The first of all"))?.id;
    desk.tag_case(one, TagsEdit::new().with("Goodwill").with("Kindness"))?;
    for from in (0..cases).step_by(2_000) {
        let items = (from..cases.min(from + 2_000)).map(|place| {
            let at = |hours: i64| {
                let at = Timestamp::from_timestamp(1_700_000_000 + place as i64 + hours * 3_600, 0);
                at.ok_or("no instant")
            };
            let case = NewCase::new("Support", format!("Case {place}")).with_tag("Goodwill");
            let mut case = ImportCase::new(case, at(0)?, "amara");
            let what = ImportedChange::Stage { to: "In Progress".into(), reason: None };
            case.changes = vec![ImportChange { at: at(place as i64 % 700)?, by: "amara".into(), what }];
            Ok(ImportItem::Case(case))
        });
        let items: Vec<ImportItem> = items.collect::<Outcome<_>>()?;
        if let Some((_, why)) = desk.import(&items)?.refused().next() {
            return Err(why.to_string().into());
        }
    }
    Ok(())
}

fn raw(path: &Path, cases: usize) -> Outcome<Connection> {
    let raw = Connection::open(path)?;
    raw.pragma_update(None, "journal_mode", "wal")?;
    raw.execute_batch(
        "CREATE TABLE case_tags (tag INTEGER, number INTEGER, PRIMARY KEY (tag, number)) STRICT, WITHOUT ROWID",
    )?;
    raw.execute(
        "INSERT INTO case_tags WITH RECURSIVE one(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < ?1)
         SELECT 1, i FROM one",
        [cases as i64],
    )?;
    Ok(raw)
}

fn clocked<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<f64> {
    let begun = Instant::now();
    std::hint::black_box(work()?);
    Ok(micros(begun.elapsed()))
}
