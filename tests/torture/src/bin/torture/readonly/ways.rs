//! The ways in which a file can be read-only.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use casekit::{CaseKit, NewCase};
use casekit_torture::office::beside;
use casekit_torture::{How, Outcome, World, open, root};

use crate::options::Folder;
use crate::system::{as_nobody, mount_memory, remount_read_only, with_own_mounts};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    FileMarked,
    FolderMarked,
    /// There is no file, and none can be made.
    NothingInAMarkedFolder,
    OfSomebodyElse,
    InAFolderOfSomebodyElse,
    MountedReadOnly,
    MarkedWhileOpen,
}

/// What came of a way.
pub(super) enum Answer {
    Right,
    Wrong(String),
    /// It takes root, or a tool that is not here.
    NotHere,
}

impl Way {
    pub(super) const ALL: [Self; 7] = [
        Self::FileMarked,
        Self::FolderMarked,
        Self::NothingInAMarkedFolder,
        Self::OfSomebodyElse,
        Self::InAFolderOfSomebodyElse,
        Self::MountedReadOnly,
        Self::MarkedWhileOpen,
    ];

    /// They come in turns.
    pub(super) fn of(item: u64) -> Self {
        let turn = usize::try_from(item).unwrap_or_default() % Self::ALL.len();
        Self::ALL.get(turn).copied().unwrap_or(Self::FileMarked)
    }

    /// Makes a file so, and opens it.
    pub(super) fn try_it(self, folder: &Folder, hot: bool) -> Outcome<Answer> {
        let home = folder.empty("readonly")?;
        let files = home.join("files");
        fs::create_dir(&files)?;
        let path = files.join("cases.db");
        if self != Self::NothingInAMarkedFolder {
            make(&path, hot)?;
        }
        match self {
            Self::FileMarked => marked(&path, 0o444, &path),
            Self::FolderMarked | Self::NothingInAMarkedFolder => marked(&files, 0o555, &path),
            Self::OfSomebodyElse => of_somebody_else(folder, &home, &path, 0o777),
            Self::InAFolderOfSomebodyElse => of_somebody_else(folder, &home, &path, 0o755),
            Self::MountedReadOnly => {
                let arguments =
                    ["readonly".into(), "mounted".into(), path.display().to_string(), hot.to_string()];
                Ok(with_own_mounts(&arguments)?.map_or(Answer::NotHere, |output| heard(&output)))
            }
            Self::MarkedWhileOpen => marked_while_open(&path),
        }
    }
}

/// A file with some cases in it, and if `hot` the last of them in a log, as after a kill.
fn make(path: &Path, hot: bool) -> Outcome {
    let kit = CaseKit::open(path)?;
    for place in 0..3 {
        root(&kit).raise_case(NewCase::new("Support", format!("case {place}")))?;
    }
    if hot {
        let copy = path.with_file_name("copy.db");
        for suffix in ["", "-wal"] {
            fs::copy(beside(path, suffix), beside(&copy, suffix))?;
        }
        kit.close()?;
        for suffix in ["", "-wal"] {
            fs::rename(beside(&copy, suffix), beside(path, suffix))?;
        }
    } else {
        kit.close()?;
    }
    Ok(())
}

fn marked(what: &Path, mode: u32, path: &Path) -> Outcome<Answer> {
    let was = fs::metadata(what)?.permissions();
    fs::set_permissions(what, Permissions::from_mode(mode))?;
    let answer = refused(path);
    fs::set_permissions(what, was)?;
    answer
}

/// Somebody opens it who may read it only: a copy of this program does, which they may start.
fn of_somebody_else(folder: &Folder, home: &Path, path: &Path, files: u32) -> Outcome<Answer> {
    let program = home.join("torture");
    fs::copy(std::env::current_exe()?, &program)?;
    for (path, mode) in [(folder.path(), 0o755), (home, 0o755), (&home.join("files"), files), (path, 0o644)] {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    let log = beside(path, "-wal");
    if log.exists() {
        fs::set_permissions(log, Permissions::from_mode(0o644))?;
    }
    let arguments = ["readonly".into(), "refused".into(), path.display().to_string()];
    Ok(as_nobody(&program, &arguments).map_or(Answer::NotHere, |output| heard(&output)))
}

/// What is acknowledged is there; once it is suspended it cannot be resumed; and it goes on when the mark is gone.
fn marked_while_open(path: &Path) -> Outcome<Answer> {
    let office = open(path, path.parent().unwrap_or(path), &How::new(World::system(0)))?;
    fs::set_permissions(path, Permissions::from_mode(0o444))?;
    let raise =
        |title: &str| root(&office.kit).raise_case(NewCase::new("Support", title)).map(|case| case.number);
    let mut acked = Vec::new();
    match raise("while it is marked") {
        Ok(number) => acked.push(number),
        Err(error) if error.code() == "read_only" => {}
        Err(error) => return Ok(Answer::Wrong(format!("a command answers `{}`: {error}", error.code()))),
    }
    office.kit.suspend(Duration::from_secs(1))?;
    match office.kit.resume() {
        Err(error) if error.code() == "read_only" => {}
        Ok(()) => return Ok(Answer::Wrong("it is resumed although it is marked".into())),
        Err(error) => return Ok(Answer::Wrong(format!("resume answers `{}`: {error}", error.code()))),
    }
    fs::set_permissions(path, Permissions::from_mode(0o644))?;
    office.kit.resume()?;
    acked.push(raise("after it")?);
    for number in acked {
        if let Err(error) = root(&office.kit).find_case(&number) {
            return Ok(Answer::Wrong(format!("`{number}` was acknowledged: {error}")));
        }
    }
    Ok(Answer::Right)
}

/// Opens a file that cannot be written.
fn refused(path: &Path) -> Outcome<Answer> {
    let before = everything_in(path.parent().unwrap_or(path))?;
    let answer = match CaseKit::open(path) {
        Ok(_) => Answer::Wrong("it opens".into()),
        Err(error) if error.code() == "read_only" => Answer::Right,
        Err(error) => Answer::Wrong(format!("it is refused as `{}`: {error}", error.code())),
    };
    let after = everything_in(path.parent().unwrap_or(path))?;
    let changed: Vec<String> = before
        .iter()
        .filter(|file| !after.contains(file))
        .chain(after.iter().filter(|file| !before.contains(file)))
        .filter_map(|(path, _)| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    if changed.is_empty() {
        Ok(answer)
    } else {
        Ok(Answer::Wrong(format!("in its folder has changed: {}", changed.join(", "))))
    }
}

fn everything_in(folder: &Path) -> Outcome<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push((path.clone(), fs::read(path)?));
        }
    }
    files.sort();
    Ok(files)
}

/// `refused PATH` opens what cannot be written; `mounted PATH HOT` makes it so first. An empty line says that all is right.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let answer = match arguments {
        [word, path] if word == "refused" => refused(path.as_ref())?,
        [word, path, hot] if word == "mounted" => {
            let path: &Path = path.as_ref();
            let folder = path.parent().unwrap_or(path);
            mount_memory(folder, 16 * 1024 * 1024)?;
            make(path, hot.parse()?)?;
            remount_read_only(folder)?;
            refused(path)?
        }
        _ => return Err("there is no such way to open a file".into()),
    };
    match answer {
        Answer::Right | Answer::NotHere => println!(),
        Answer::Wrong(what) => println!("{what}"),
    }
    Ok(())
}

fn heard(output: &Output) -> Answer {
    let said = String::from_utf8_lossy(&output.stdout);
    match (output.status.success(), said.trim()) {
        (true, "") => Answer::Right,
        (true, what) => Answer::Wrong(what.to_owned()),
        (false, _) => {
            let why = String::from_utf8_lossy(&output.stderr);
            Answer::Wrong(format!("the process ended ({}): {}", output.status, why.trim()))
        }
    }
}
