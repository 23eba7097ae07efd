//! casekit against the same work in an expert's SQL: `cargo bench --bench versus_sql`, and `-- --quick` for a look within a
//! minute; `--cases "1000 100000"` for other sizes, `--only TEXT` for operations with that in their name.
//!
//! Twin files with the same world in them, the same pragmas and durability, in one process, turn by turn, A B then B A.
//! What the hand-written side leaves out is said in `raw/raw.rs`. Only ratios travel from machine to machine. At the end
//! both sides must show the same, or the bench fails. What was measured is kept in `target/bench/versus_sql.json`.

mod agree;
mod lists;
#[path = "../raw/raw.rs"]
mod raw;
mod reads;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;
mod twins;
#[path = "../world/world.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod world;
mod writes;

use casekit::Durability;
use timing::{Number, Options, Outcome, Pace, Table, fdatasync, keep};
use twins::Twins;

fn main() -> Outcome {
    let number = Number { option: "--cases", usual: &[1_000, 10_000], quick: &[1_000] };
    let options = Options::read(&number, &[])?;
    let mut table = Table::default();
    for cases in &options.numbers {
        measure(*cases, &options, &mut table)?;
    }
    let (met, of) = table.met();
    println!("\n{met} of {of} goals are met");
    if options.only.is_some() {
        // Some lines would stand for the whole.
        return Ok(());
    }
    keep("versus_sql.json", &table.json())
}

/// Both sides with so many cases.
fn measure(cases: usize, options: &Options, table: &mut Table) -> Outcome {
    // Not /tmp, which may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (median, slow) = fdatasync(folder.path())?;
    Table::head(&format!("{cases} cases; fdatasync here {median:.0} µs (1 in 10 over {slow:.0})"));
    let mut bench = Bench {
        twins: Twins::create(folder.path(), cases)?,
        pace: if options.quick { Pace::QUICK } else { Pace::USUAL },
        options,
        table,
    };
    bench.fill()?;
    bench.reads()?;
    bench.lists()?;
    for (durability, mode) in [(Durability::Normal, "NORMAL"), (Durability::Full, "FULL")] {
        bench.writes(durability, mode)?;
    }
    agree::agree(&bench.twins)
}

/// What is measured, and how.
struct Bench<'a> {
    twins: Twins,
    pace: Pace,
    options: &'a Options,
    table: &'a mut Table,
}

impl Bench<'_> {
    /// Both are filled by their imports, which are compared with it.
    fn fill(&mut self) -> Outcome {
        let imported = self.twins.fill()?;
        let cases = self.twins.cases;
        if self.options.wants("import") {
            self.table.add(imported.line("import, a case with its past", "NORMAL", cases, Some(1.5)));
        }
        if self.options.wants("bytes") {
            // The pages of tables that are nearly empty weigh in a small file.
            let goal = (cases >= 10_000).then_some(1.25);
            self.table.add(self.twins.bytes()?.line("bytes a case", "size", cases, goal));
        }
        self.twins.add_special()
    }

    /// Measures one operation, if it is asked for.
    fn compare<R, K>(
        &mut self,
        op: &str,
        mode: &str,
        target: Option<f64>,
        raw: impl FnMut(&mut raw::Raw, usize) -> Outcome<R>,
        kit: impl FnMut(&world::Kit, usize) -> Outcome<K>,
    ) -> Outcome<Option<timing::Compared>> {
        self.compare_some(op, mode, target, usize::MAX, raw, kit)
    }

    /// As [`compare`](Self::compare), with so many calls at most.
    fn compare_some<R, K>(
        &mut self,
        op: &str,
        mode: &str,
        target: Option<f64>,
        most: usize,
        mut raw: impl FnMut(&mut raw::Raw, usize) -> Outcome<R>,
        mut kit: impl FnMut(&world::Kit, usize) -> Outcome<K>,
    ) -> Outcome<Option<timing::Compared>> {
        if !self.options.wants(op) {
            return Ok(None);
        }
        let pace = self.pace.at_most(self.pace.most.min(most));
        let Twins { raw: of_raw, kit: of_kit, cases, .. } = &mut self.twins;
        let compared = timing::compare(pace, |n| raw(of_raw, n), |n| kit(of_kit, n))?;
        self.table.add(compared.line(op, mode, *cases, target));
        Ok(Some(compared))
    }
}

/// One of them, over and over.
fn pick<T: Copy>(from: &[T], place: usize) -> Outcome<T> {
    from.iter().copied().nth(place % from.len().max(1)).ok_or_else(|| "nothing to pick from".into())
}
