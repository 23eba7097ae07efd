//! A kit on a PostgreSQL server beside an expert's SQL on the same server: `cargo bench --bench postgres --features postgres`,
//! `-- --quick` for a look; `--cases "10000 1000000"` for other sizes, and `--add` behind that to keep what was measured of the rest.
//!
//! The server is started for it, on this machine, and reaches the disk at each commit. The world is made in a file and copied
//! there. The expert's statements are sent by pgbench, prepared, on tables of the same columns and indexes, in schemas of
//! their own; `expert.rs` says what they leave out. Both sides take turns. pgbench's own figure is for comparing machines. What was
//! measured is kept in `target/bench/postgres.json` and, unless it was only a look, written into `docs/performance-postgres.md`.

mod expert;
mod page;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;
#[path = "../world/world.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod world;

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use casekit::{Actor, CaseKit, CasesQuery, CountBy, OpenOptions, PageRequest, Role};
use expert::{Expert, Script};
use serde_json::{Value, json};
use timing::{Number, Options, Outcome, fdatasync, keep, results};
use world::{Dice, Kit, sentence, told};

/// Keeps what a run before this one measured of other sizes.
const ADD: &str = "--add";
const RESULT: &str = "postgres.json";

fn main() -> Outcome {
    let number = Number { option: "--cases", usual: &[10_000, 100_000], quick: &[2_000] };
    let options = Options::read(&number, &[ADD])?;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let server = Server::start()?;
    let turn = Duration::from_secs(if options.quick { 1 } else { 4 });
    let (median, _) = fdatasync(folder.path())?;
    println!("fdatasync here {median:.0} µs");
    let mut lines = Vec::new();
    for cases in &options.numbers {
        let url = server.address(&format!("org_{cases}"));
        let (kit, seconds) = moved(*cases, &folder.path().join(format!("{cases}.db")), &url)?;
        let bytes = server.bytes_of(&format!("org_{cases}"))? / *cases as f64;
        println!(
            "{cases} cases were copied, compared and checked in {seconds:.1} s; {bytes:.0} bytes a case"
        );
        lines.push(json!({ "copied": cases, "seconds": seconds.ceil(), "bytes_a_case": bytes.round() }));
        let expert = Expert::beside(&server.programs, &server.address, &format!("org_{cases}"))?;
        reads(&kit, &expert, turn, *cases, &mut lines)?;
        if cases == options.numbers.last().unwrap_or(cases) {
            writes(&kit, *cases, &expert, turn, &mut lines)?;
        }
        kit.kit.close()?;
    }
    let office = server.pgbench_figure(turn)?;
    println!("pgbench's own transactions: {office}");
    organisations(&server, turn, if options.quick { 10 } else { 100 }, &mut lines)?;
    if options.rest.iter().any(|one| one == ADD) {
        lines = beside_before(lines)?;
    }
    let measured = json!({ "fdatasync_us": median, "pgbench": office, "lines": lines });
    if !options.quick {
        page::write(&measured)?;
    }
    keep(RESULT, &measured)
}

/// The lines of a run before this one that this one has none for, and its own behind them.
fn beside_before(lines: Vec<Value>) -> Outcome<Vec<Value>> {
    let before: Value = serde_json::from_str(&std::fs::read_to_string(results()?.join(RESULT))?)?;
    let about = |line: &Value| {
        ["copied", "read", "cases", "callers", "organisations"].map(|key| line.get(key).cloned())
    };
    let taken: Vec<_> = lines.iter().map(about).collect();
    let before = before.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let kept = before.into_iter().filter(|line| !taken.contains(&about(line)));
    Ok(kept.chain(lines).collect())
}

struct Server {
    address: String,
    programs: PathBuf,
    /// It ends the server when its input ends, which is that of this process.
    _script: Child,
}

impl Server {
    fn start() -> Outcome<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/casekit-postgres/scripts/server");
        let durable = ["fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum=on"];
        let sized = ["shared_buffers=512MB", "max_wal_size=4GB"];
        let mut command = Command::new(script);
        for setting in durable.into_iter().chain(sized) {
            command.args(["-c", setting]);
        }
        let mut script = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = script.stdout.take().ok_or("the server says nothing")?;
        let mut said = BufReader::new(output).lines();
        let mut line = || -> Outcome<String> { Ok(said.next().ok_or("the server does not start")??) };
        Ok(Self { address: line()?, programs: line()?.into(), _script: script })
    }

    fn address(&self, schema: &str) -> String {
        format!("{}?schema={schema}", self.address)
    }

    /// What the tables and indexes of a schema take, in bytes.
    fn bytes_of(&self, schema: &str) -> Outcome<f64> {
        let sql = format!(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace"
        );
        Ok(expert::psql(&self.programs, &self.address, &sql)?.parse()?)
    }

    /// Transactions a second of pgbench's own kind, by the number of clients.
    fn pgbench_figure(&self, turn: Duration) -> Outcome<Value> {
        let run = |arguments: &[&str]| expert::pgbench(&self.programs, &self.address, arguments);
        run(&["--initialize", "--quiet", "--scale=10"])?;
        let seconds = format!("--time={}", turn.as_secs().max(1));
        let mut figures = serde_json::Map::new();
        for clients in [1, 8, 32, 64] {
            let clients_option = format!("--client={clients}");
            let said = run(&["--no-vacuum", "--protocol=prepared", "--jobs=2", &clients_option, &seconds])?;
            figures.insert(clients.to_string(), json!(said.per_second.round()));
        }
        Ok(Value::Object(figures))
    }
}

/// A world of so many cases on the server, and how many seconds it took to move it there.
fn moved(cases: usize, path: &std::path::Path, url: &str) -> Outcome<(Kit, f64)> {
    let folder = path.parent().ok_or("no folder")?;
    let mut made = Kit::create(path, folder)?;
    made.grow(0..cases, |_| ())?;
    made.kit.close()?;
    let begun = Instant::now();
    let from = path.to_str().ok_or("not a text")?;
    casekit::copy(from, url, &mut |_| ControlFlow::Continue(()))?;
    let seconds = begun.elapsed().as_secs_f64();
    let kit = OpenOptions::new().connections(16).connect(url)?;
    let desk = kit.desk(Actor::new(world::person(0), "Person").with_role(Role::Administrator));
    Ok((Kit { kit, desk, customers: made.customers }, seconds))
}

/// What lists, counts and searches take, in microseconds, one caller at a time.
fn reads(kit: &Kit, expert: &Expert, turn: Duration, cases: usize, lines: &mut Vec<Value>) -> Outcome {
    let desk = &kit.desk;
    let all = CasesQuery::default();
    let open = CasesQuery { stages: vec!["Open".into()], ..CasesQuery::default() };
    let (common, rare) = (world::word(3), world::rare_word(0));
    let page = || PageRequest::first().of(50);
    let work: [(&str, Script, &dyn Fn() -> Outcome); 5] = [
        ("page of 50, all", Script::page(), &|| {
            desk.cases(&all, page())?;
            Ok(())
        }),
        ("page of 50, of a stage", Script::page_of_a_stage(), &|| {
            desk.cases(&open, page())?;
            Ok(())
        }),
        ("counts by stage", Script::counts(), &|| {
            desk.counts(CountBy::Stage, &all)?;
            Ok(())
        }),
        ("search, a common word", Script::search(&common), &|| {
            desk.search(&common, page())?;
            Ok(())
        }),
        ("search, a rare word", Script::search(&rare), &|| {
            desk.search(&rare, page())?;
            Ok(())
        }),
    ];
    println!(
        "\n{:<26}{:>8}  {:>10}  {:>10}  {:>6}",
        "read, one caller", "cases", "casekit us", "expert us", "ratio"
    );
    for (name, script, call) in work {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            theirs.push(expert.run(&script, 1, turn)?.micros);
            let (begun, mut calls) = (Instant::now(), 0_u32);
            while begun.elapsed() < turn {
                call()?;
                calls += 1;
            }
            ours.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
        }
        let (ours, theirs) = (least(&ours), least(&theirs));
        println!("{name:<26}{cases:>8}  {ours:>10.0}  {theirs:>10.0}  {:>6.2}", ours / theirs);
        lines.push(
            json!({ "read": name, "cases": cases, "casekit_us": ours.round(), "expert_us": theirs.round() }),
        );
    }
    Ok(())
}

/// How many pairs of a raise and a note callers get done in a second.
fn writes(kit: &Kit, cases: usize, expert: &Expert, turn: Duration, lines: &mut Vec<Value>) -> Outcome {
    let script = Script::raise_and_note();
    println!("\n{:<26}{:>9}  {:>9}  {:>6}", "raise and note, callers", "casekit/s", "expert/s", "ratio");
    for callers in [1, 8, 32, 64] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            theirs.push(expert.run(&script, callers, turn)?.per_second);
            ours.push(pairs(&kit_calls(kit, cases), callers, turn)?);
        }
        let (ours, theirs) = (greatest(&ours), greatest(&theirs));
        println!("{callers:<26}{ours:>9.0}  {theirs:>9.0}  {:>6.2}", ours / theirs);
        lines.push(
            json!({ "callers": callers, "cases": cases, "casekit": ours.round(), "expert": theirs.round() }),
        );
    }
    Ok(())
}

/// Raises cases as they are told of in a world of so many, whose customers there are, and adds a note to each.
fn kit_calls(kit: &Kit, cases: usize) -> impl Fn(usize) -> Outcome + Sync + '_ {
    move |place| {
        let case = kit.raise(&told(place % cases))?;
        let mut dice = Dice::new(11, place);
        kit.desk.add_note(case, sentence(&mut dice, 30).as_str())?;
        Ok(())
    }
}

/// Each organisation has a schema and one caller of its own, all at the same time.
fn organisations(server: &Server, turn: Duration, count: usize, lines: &mut Vec<Value>) -> Outcome {
    let begun = Instant::now();
    let kits: Vec<CaseKit> = (0..count)
        .map(|place| OpenOptions::new().connections(1).connect(&server.address(&format!("of_many_{place}"))))
        .collect::<Result<_, _>>()?;
    let made = begun.elapsed().as_secs_f64() / count as f64;
    let raise = |place: usize| -> Outcome {
        let kit = kits.get(place / 1_000_000 % kits.len()).ok_or("no kit")?;
        let desk = kit.desk(Actor::new("amara", "Amara").with_role(Role::Agent));
        let case = desk.raise_case(casekit::NewCase::new("Support", format!("Case {place}")))?;
        desk.add_note(case.id, "Called, no answer.")?;
        Ok(())
    };
    let all = pairs(&raise, count, turn)?;
    println!(
        "\n{count} organisations at once, a caller each: {all:.0} pairs/s; a schema is made in {:.0} ms",
        made * 1e3
    );
    // Their connections are as many as the server takes.
    kits.iter().try_for_each(CaseKit::close)?;
    let bytes = server.bytes_of("of_many_0")?;
    lines.push(json!({
        "organisations": count,
        "casekit": all.round(),
        "schema_ms": (made * 1e3).round(),
        "schema_bytes": bytes,
    }));
    Ok(())
}

/// How many calls so many callers get done in a second. A call gets the number of its caller, in millions, and of itself.
fn pairs(call: &(impl Fn(usize) -> Outcome + Sync), callers: usize, turn: Duration) -> Outcome<f64> {
    let begun = Instant::now();
    let one = |caller: usize| -> Result<usize, String> {
        let mut done = 0;
        while begun.elapsed() < turn {
            call(caller * 1_000_000 + done).map_err(|error| error.to_string())?;
            done += 1;
        }
        Ok(done)
    };
    let done = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|caller| scope.spawn(move || one(caller))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a caller panicked")).collect::<Vec<_>>()
    });
    let took = begun.elapsed().as_secs_f64();
    let mut all = 0;
    for of_one in done {
        all += of_one??;
    }
    Ok(all as f64 / took)
}

fn least(of: &[f64]) -> f64 {
    of.iter().copied().fold(f64::INFINITY, f64::min)
}

fn greatest(of: &[f64]) -> f64 {
    of.iter().copied().fold(0.0, f64::max)
}
