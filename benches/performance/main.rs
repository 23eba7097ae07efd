//! Makes `docs/performance.md` of what the other benches measured: `make bench` runs them and then this.
//!
//! It measures nothing. What is written by hand, above all why a goal is missed, stands in `benches/notes.md`: a section
//! for each goal, by the name of the operation or the beginning of it, that comes on the page while the goal is missed.

mod growth;
mod machine;
mod notes;
mod plot;
mod proof;
mod versus;

use std::fmt::Write as _;
use std::path::Path;

use notes::Notes;
use serde_json::Value;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// What was wanted, and what became of it.
#[derive(Default)]
struct Goals {
    of: usize,
    met: usize,
    missed: Vec<Missed>,
}

/// A goal that is missed: of what, what it is, in each size in which it is missed, and what it should be.
struct Missed {
    op: String,
    is: Vec<String>,
    goal: String,
}

impl Goals {
    fn add(&mut self, op: &str, (value, target): (f64, f64), is: String, goal: String) {
        self.of += 1;
        if value <= target {
            self.met += 1;
            return;
        }
        match self.missed.iter_mut().find(|known| known.op == op && known.goal == goal) {
            Some(known) => known.is.push(is),
            None => self.missed.push(Missed { op: op.to_owned(), is: vec![is], goal }),
        }
    }
}

fn main() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let measured =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("there is no target folder")?.join("bench");
    let read = |name: &str| -> Outcome<Value> {
        let path = measured.join(name);
        let bytes =
            std::fs::read(&path).map_err(|why| format!("{}: {why}; run `make bench`", path.display()))?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    let (versus, growth) = (read("versus_sql.json")?, read("growth.json")?);
    let (proof, contention) = (read("proof.json")?, read("contention.json")?);
    let notes = Notes::read(&root.join("benches/notes.md"))?;

    let mut goals = Goals::default();
    let ratios = versus::tables(&versus, &mut goals);
    let sizes = growth::tables(&growth, &mut goals);
    let Goals { of, met, missed } = goals;
    let mut page = String::new();
    writeln!(page, "# How fast casekit is\n")?;
    writeln!(
        page,
        "<!-- Written by `make bench` out of what it measured and benches/notes.md: change those. -->\n"
    )?;
    writeln!(page, "{}\n", notes.introduction())?;
    writeln!(page, "{}\n", machine::line(&contention))?;
    writeln!(page, "{met} of {of} goals are met.\n")?;
    write!(page, "{}", why(&missed, &notes))?;
    write!(page, "{ratios}{sizes}{}{}", proof::table(&proof), growth::contention(&contention))?;

    std::fs::write(root.join("docs/performance.md"), page)?;
    std::fs::write(root.join("docs/performance-growth.svg"), plot::plot(&growth)?)?;
    println!("docs/performance.md: {met} of {of} goals are met");
    for Missed { op, is, goal } in &missed {
        let note = if notes.about(op).is_some() { "" } else { "; benches/notes.md does not say why" };
        println!("    {op}: {}, goal {goal}{note}", is.join(", "));
    }
    Ok(())
}

/// The goals that are missed, and what is known about each.
fn why(missed: &[Missed], notes: &Notes) -> String {
    if missed.is_empty() {
        return String::new();
    }
    let mut text = String::from("## Goals that are missed\n\n| | is | goal |\n|---|---|---|\n");
    for Missed { op, is, goal } in missed {
        text += &format!("| {op} | {} | {goal} |\n", is.join(", "));
    }
    text.push('\n');
    let mut told: Vec<&str> = Vec::new();
    for note in missed.iter().filter_map(|one| notes.about(&one.op)) {
        if !told.contains(&note) {
            text += &format!("{note}\n\n");
            told.push(note);
        }
    }
    text
}

/// A text of a record.
fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A figure of a record.
fn figure(of: &Value, key: &str) -> f64 {
    of.get(key).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// The records of a list.
fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A figure as people read it: three digits that matter, and thousands apart.
fn said(figure: f64) -> String {
    if !figure.is_finite() {
        return "–".to_owned();
    }
    if figure < 10.0 {
        return format!("{figure:.2}");
    }
    if figure < 100.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut said = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            said.push(',');
        }
        said.push(digit);
    }
    said
}
