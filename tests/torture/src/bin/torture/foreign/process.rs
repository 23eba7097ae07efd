//! A process that works, with a stranger in it or without.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use casekit_torture::forking;
use casekit_torture::stranger::{Act, Stranger};
use casekit_torture::{Action, Outcome, Random, Worker, open};

use super::{CHILD, FAULT, VISITS, WORK, how};

/// What A and the second process do.
const ACTIONS: [Action; 6] =
    [Action::Raise, Action::Raise, Action::Raise, Action::Note, Action::Edit, Action::Read];

/// After so many seconds a process that hangs is ended.
const PATIENCE: u32 = 60;

/// A process that works: `PATH ANSWERS NAME SEED ACT FORKS`.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [path, answers, name, seed, act, forks] = arguments else {
        return Err("a process takes six arguments".into());
    };
    forking::end_in(PATIENCE);
    let path: &Path = path.as_ref();
    let office = open(path, answers.as_ref(), &how())?;
    let mut worker = Worker::new(Random::new(seed.parse()?), format!("{name}-"));
    worker.look_around(&office.kit)?;
    let visits = match Act::ALL.into_iter().find(|known| format!("{known:?}") == *act) {
        Some(act) => Some(Visits::begin(path, act)?),
        None => None,
    };
    let mut out = io::stdout().lock();
    if forks == "forks" {
        writeln!(out, "{CHILD}{}", forking::fork_a_sleeper()?)?;
    }
    out.flush()?;
    let began = Instant::now();
    while began.elapsed() < WORK {
        let action = worker.random.pick(&ACTIONS).unwrap_or(Action::Raise);
        match worker.run(action, &office.kit) {
            Ok(acks) => {
                for ack in acks {
                    writeln!(out, "{}", ack.line()?)?;
                }
            }
            Err(fault) => {
                writeln!(out, "{FAULT}{action:?}: {}: {fault}", fault.kind().code())?;
                break;
            }
        }
        if let Some(visits) = &visits {
            // Said again and again: a kill comes at any time.
            writeln!(out, "{VISITS}{}", visits.count.swap(0, Ordering::Relaxed))?;
        }
        out.flush()?;
    }
    if let Some(visits) = visits {
        visits.end()?;
    }
    if let Err(error) = office.kit.close() {
        writeln!(out, "{FAULT}closing: {error}")?;
    }
    Ok(out.flush()?)
}

/// The visits of a stranger.
struct Visits {
    count: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<Result<(), String>>>,
}

impl Visits {
    fn begin(path: &Path, act: Act) -> Outcome<Self> {
        let stranger = Stranger::load()?;
        let (count, ended) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let threads = (0..2)
            .map(|thread| {
                let (count, ended) = (Arc::clone(&count), Arc::clone(&ended));
                let (path, copy) = (path.to_owned(), path.with_extension(format!("copy{thread}")));
                thread::spawn(move || {
                    while !ended.load(Ordering::Relaxed) {
                        // A visit that others are in the way of is none.
                        let came = stranger.visit(&path, act, &copy).map_err(|error| error.to_string())?;
                        count.fetch_add(u64::from(came), Ordering::Relaxed);
                        thread::sleep(Duration::from_millis(1));
                    }
                    Ok(())
                })
            })
            .collect();
        Ok(Self { count, ended, threads })
    }

    fn end(self) -> Outcome {
        self.ended.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().map_err(|_| "a thread of the stranger ended")??;
        }
        Ok(())
    }
}
