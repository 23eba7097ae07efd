//! A process of ours that is going to be killed, and what it said until then.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use casekit_torture::{Ack, Outcome};

/// What a child says when it has opened the file and begins to work.
pub(crate) const BEGUN: &str = "begun";
/// What it says after every action.
pub(crate) const DONE: &str = "done";

pub(crate) struct Victim {
    process: Child,
    listener: JoinHandle<Vec<String>>,
    begun: Receiver<()>,
}

/// What a child said.
pub(crate) struct Heard {
    /// What was acknowledged, in its order.
    pub(crate) acks: Vec<Ack>,
    /// How many actions were done.
    pub(crate) done: u64,
    /// Whether the kill ended it.
    pub(crate) killed: bool,
    /// How it ended.
    pub(crate) end: ExitStatus,
}

impl Victim {
    /// Starts this program again: `torture child ARGUMENTS…`.
    pub(crate) fn start(arguments: &[String]) -> Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("child")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the child has no output")?;
        let (begins, begun) = channel();
        let listener = thread::spawn(move || listen(stdout, &begins));
        Ok(Self { process, listener, begun })
    }

    /// Waits until it works; not for ever.
    pub(crate) fn wait_for_begin(&mut self, at_most: Duration) {
        // One that takes longer is killed while it opens the file.
        let _ = self.begun.recv_timeout(at_most);
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(mut self) -> Outcome<Heard> {
        self.process.kill()?;
        let end = self.process.wait()?;
        let lines = self.listener.join().map_err(|_| "the thread that listens ended")?;
        Ok(Heard {
            done: lines.iter().filter(|line| *line == DONE).count() as u64,
            acks: lines.iter().filter_map(|line| Ack::read(line)).collect(),
            killed: end.code().is_none(),
            end,
        })
    }
}

fn listen(stdout: ChildStdout, begins: &Sender<()>) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if line == BEGUN {
            // Who waits no longer has killed it.
            let _ = begins.send(());
        }
        lines.push(line);
    }
    lines
}
