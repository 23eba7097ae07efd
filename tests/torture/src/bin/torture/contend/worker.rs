//! One of many processes that work in a file.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use std::time::Instant;

use casekit::{
    CaseEdit, CaseId, CaseKit, CasesQuery, Error, NewCase, NewExtension, NewPause, NewResumption,
    PageRequest, Role, StreamId, TagsEdit,
};
use casekit_torture::{Ack, How, Outcome, Random, World, desk, open, root};

/// What was acknowledged; each word begins a line.
pub(super) const ACK: &str = "ack";
/// What a command answered: `done`, or the code of an error that is expected here.
pub(super) const ANSWER: &str = "answer";
/// How long a write took.
pub(super) const MICROSECONDS: &str = "us";
/// An answer that nobody expects.
pub(super) const ODD: &str = "odd";

/// `PATH SEED THREADS COMMANDS`; without commands it raises one case, as soon as it can.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [path, seed, threads, each] = arguments else { return Err("a worker takes four arguments".into()) };
    let (seed, threads, each): (u64, u64, u64) = (seed.parse()?, threads.parse()?, each.parse()?);
    let path: &Path = path.as_ref();
    let answers = path.with_file_name("answers");
    fs::create_dir_all(&answers)?;
    let office = open(path, &answers, &How::new(World::system(0)))?;
    if each == 0 {
        let raised = root(&office.kit).raise_case(NewCase::new("Support", format!("race {seed}")))?;
        let ack = Ack::Raised { case: raised.id, number: raised.number };
        println!("{ACK}\t{}", ack.line()?);
        return Ok(());
    }
    let threads: Vec<_> = (0..threads)
        .map(|thread| {
            let kit = office.kit.clone();
            thread::spawn(move || work(&kit, seed * 100 + thread, each))
        })
        .collect();
    let mut out = io::stdout().lock();
    for thread in threads {
        let lines = thread.join().map_err(|_| "a thread ended")?.map_err(|error| error.to_string())?;
        for line in lines {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Does commands, and says in lines what came of them.
fn work(kit: &CaseKit, seed: u64, each: u64) -> Result<Vec<String>, Error> {
    let mut random = Random::new(seed);
    let rows = root(kit).cases(&CasesQuery::default(), PageRequest::first().of(8))?.rows;
    let cases: Vec<CaseId> = rows.iter().map(|row| row.id).collect();
    let mut lines = Vec::new();
    for place in 0..each {
        let Some(case) = random.pick(&cases) else { break };
        let kind = random.below(KINDS);
        let began = Instant::now();
        let answer = command(kit, kind, case, &format!("{seed}-{place}"));
        if is_write(kind) {
            lines.push(format!("{MICROSECONDS}\t{}", began.elapsed().as_micros()));
        }
        match answer {
            Ok(acks) => {
                lines.push(format!("{ANSWER}\tdone"));
                let acks = acks.iter().filter_map(|ack| ack.line().ok());
                lines.extend(acks.map(|ack| format!("{ACK}\t{ack}")));
            }
            Err(error) if matches!(error.code(), "conflict" | "contended" | "busy") => {
                lines.push(format!("{ANSWER}\t{}", error.code()));
            }
            // Another one has paused, merged or migrated it already, or it is no order.
            Err(error) if kind > READS && matches!(error.code(), "blocked" | "invalid") => {
                lines.push(format!("{ANSWER}\t{}", error.code()));
            }
            Err(error) => lines.push(format!("{ODD}\tcommand {kind}: {}: {error}", error.code())),
        }
    }
    Ok(lines)
}

/// How many kinds of commands there are.
const KINDS: u64 = 18;
/// The last kind that reads; those behind it write again.
const READS: u64 = 9;

fn is_write(kind: u64) -> bool {
    !(7..=READS).contains(&kind)
}

fn command(kit: &CaseKit, kind: u64, case: CaseId, name: &str) -> Result<Vec<Ack>, Error> {
    let amara = desk(kit, "amara", Role::Agent);
    match kind {
        0 => {
            let raised = amara.raise_case(NewCase::new("Support", format!("raised {name}")))?;
            Ok(vec![Ack::Raised { case: raised.id, number: raised.number }])
        }
        1..=4 => {
            let text = format!("note {name}");
            let added = amara.add_note(case, text.as_str())?;
            Ok(vec![
                Ack::Note { note: added.id, text },
                Ack::Event { stream: StreamId::Case(case), revision: added.revision },
            ])
        }
        5 | 6 => {
            let seen = amara.case(case)?.revision;
            let edit = CaseEdit::new().title(format!("edited {name}")).seen(seen);
            let changed = amara.edit_case(case, edit)?;
            Ok(vec![Ack::Event { stream: StreamId::Case(case), revision: changed.revision }])
        }
        7 => amara.cases(&CasesQuery::default(), PageRequest::first()).map(|_| Vec::new()),
        8 => amara.search("note edited", PageRequest::first()).map(|_| Vec::new()),
        READS => amara.thread(case, PageRequest::first()).map(|_| Vec::new()),
        _ => of_an_order(kit, kind, case, name),
    }
}

/// Fields, deadlines and tags, whichever of the cases it is.
fn of_an_order(kit: &CaseKit, kind: u64, case: CaseId, name: &str) -> Result<Vec<Ack>, Error> {
    let (amara, mona) = (desk(kit, "amara", Role::Agent), desk(kit, "mona", Role::Manager));
    let changed = match kind {
        10 => {
            let seen = amara.case(case)?.revision;
            amara.edit_case(case, CaseEdit::new().field("Order", format!("B {name}")).seen(seen))?
        }
        // All of them want the same.
        11 => amara.edit_case(case, CaseEdit::new().field("Order", "the last one"))?,
        12 => amara.pause_deadlines(case, NewPause::new("clarification"))?,
        13 => amara.resume_deadlines(case, NewResumption::new())?,
        14 => amara.extend_deadline(case, NewExtension::because("many boxes").of("eu_gdpr"))?,
        15 => amara.tag_case(case, TagsEdit::new().with("Roof").with(format!("Tag {}", name.len())))?,
        16 => {
            let tags = mona.tags()?;
            let Some((tag, into)) = tags.first().zip(tags.last()) else { return Ok(Vec::new()) };
            let changed = mona.merge_tags(tag.id, into.id)?;
            return Ok(vec![Ack::Event { stream: StreamId::Tag(tag.id), revision: changed.revision }]);
        }
        _ => {
            kit.run_due()?;
            return Ok(Vec::new());
        }
    };
    Ok(vec![Ack::Event { stream: StreamId::Case(case), revision: changed.revision }])
}
