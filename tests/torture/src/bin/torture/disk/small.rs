//! A small file system of our own, filled to its last byte.

use std::fs;
use std::path::Path;

use casekit_torture::office::beside;
use casekit_torture::{How, Outcome, Random, Worker, World, open};

use super::{Filled, judge, office, proceed};
use crate::options::Folder;
use crate::system::{mount_memory, with_own_mounts};

const SIZE: u64 = 6 * 1024 * 1024;
/// What each line of the child says.
const ACKS: &str = "acks";
const REFUSED: &str = "refused";
const WRONG: &str = "wrong";

/// Fills one in a process with mounts of its own; `false` if the system does not let us.
pub(super) fn run(folder: &Folder, seed: u64, rounds: u64, filled: &mut Filled) -> Outcome<bool> {
    let at = folder.empty("small")?;
    let arguments = ["disk".into(), at.display().to_string(), seed.to_string(), rounds.to_string()];
    let Some(output) = with_own_mounts(&arguments)? else { return Ok(false) };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        filled.wrong.push(format!("small: the process ended ({}): {}", output.status, said.trim()));
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match words.as_slice() {
            [ACKS, count] => filled.acks += count.parse::<u64>()?,
            [REFUSED, code, count] => {
                *filled.refused.entry((*code).to_owned()).or_default() += count.parse::<u64>()?;
            }
            [WRONG, what] => filled.wrong.push(format!("small: {what}")),
            _ => filled.wrong.push(format!("small: the process says: {line}")),
        }
    }
    Ok(true)
}

/// `FOLDER SEED ROUNDS`: mounts a small file system at the folder and fills it.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [at, seed, rounds] = arguments else { return Err("the filler takes three arguments".into()) };
    let at: &Path = at.as_ref();
    mount_memory(at, SIZE)?;
    let mut filled = Filled::default();
    fill(at, seed.parse()?, rounds.parse()?, &mut filled)?;
    create_without_room(at, &mut filled)?;
    println!("{ACKS}\t{}", filled.acks);
    for (code, count) in &filled.refused {
        println!("{REFUSED}\t{code}\t{count}");
    }
    for wrong in &filled.wrong {
        println!("{WRONG}\t{}", wrong.replace(['\n', '\t'], " "));
    }
    Ok(())
}

fn fill(at: &Path, seed: u64, rounds: u64, filled: &mut Filled) -> Outcome {
    let (path, answers) = (at.join("cases.db"), at.join("answers"));
    fs::create_dir_all(&answers)?;
    let office = office(&path, &answers)?;
    let mut worker = Worker::new(Random::new(seed), "small-");
    let mut acks = Vec::new();
    for round in 0..rounds {
        // Other files leave some room, and not always the same.
        let room = 20_000 + worker.random.below(200_000);
        take_room(at, room)?;
        for _ in 0..100 {
            if filled.work(&mut worker, &office.kit, 10, &mut acks) > 0 {
                break;
            }
        }
        filled.work(&mut worker, &office.kit, 10, &mut acks);
        let own = ["", "-wal"].map(|suffix| fs::metadata(beside(&path, suffix)).map_or(0, |file| file.len()));
        // At the end it stays full.
        if round + 1 == rounds || own.iter().sum::<u64>() > SIZE / 2 {
            break;
        }
        fs::remove_file(at.join("others"))?;
        proceed(&mut worker, &office, &mut acks, filled, &format!("round {round}"));
    }
    drop(office);
    // Opened while it is full, too. What is to be read needs no room, but for the index of the log, and a check that asks
    // for a write; where there is not even that, it is said.
    let mut full = Filled::default();
    judge(&path, &answers, &acks, &mut full, "opened while there is no room");
    filled.wrong.extend(full.wrong.into_iter().filter(|wrong| !wrong.contains("no room is left")));
    fs::remove_file(at.join("others"))?;
    judge(&path, &answers, &acks, filled, "opened with room again");
    Ok(())
}

/// A file that cannot be made leaves nothing.
fn create_without_room(at: &Path, filled: &mut Filled) -> Outcome {
    take_room(at, 20_000)?;
    let names = || -> Outcome<Vec<_>> {
        let mut names = fs::read_dir(at)?.map(|entry| Ok(entry?.file_name())).collect::<Outcome<Vec<_>>>()?;
        names.sort();
        Ok(names)
    };
    let before = names()?;
    match open(&at.join("new.db"), at, &How::new(World::system(0))) {
        Ok(_) => filled.wrong.push("a file was made without room for it".into()),
        Err(error) => filled.refuse(&error),
    }
    let after = names()?;
    if after != before {
        filled.wrong.push(format!("a file that could not be made left something: {after:?}"));
    }
    fs::remove_file(at.join("others"))?;
    Ok(())
}

/// Fills the file system but for so much.
fn take_room(at: &Path, but: u64) -> Outcome {
    let others = at.join("others");
    let mut taken = SIZE;
    loop {
        let length = usize::try_from(taken)?;
        if fs::write(&others, vec![1; length]).is_ok() {
            break;
        }
        // What there is room for is found by trying.
        taken = fs::metadata(&others)?.len();
    }
    fs::File::options().write(true).open(&others)?.set_len(taken.saturating_sub(but))?;
    Ok(())
}
