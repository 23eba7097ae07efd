//! Files that were altered.

use std::fs;
use std::sync::OnceLock;

use casekit::{AuditHead, Error, StoreErrorKind, Trust};
use casekit_torture::screens::{only_refuses, screens};
use casekit_torture::{Ack, Action, How, Random, Worker, World, open, root, wipe};

use crate::pair::folder;

/// A file, what it shows, and the head that was kept.
struct Good {
    file: Vec<u8>,
    shown: String,
    head: AuditHead,
}

const FIRST: [Action; 10] = [
    Action::Enter,
    Action::Raise,
    Action::Raise,
    Action::Note,
    Action::Reply,
    Action::Receive,
    Action::Finish,
    Action::Receive,
    Action::Proceed,
    Action::Import,
];

fn good() -> &'static Good {
    static GOOD: OnceLock<Good> = OnceLock::new();
    GOOD.get_or_init(|| {
        let folder = folder();
        let path = folder.path().join("cases.db");
        let how = How { rows: 5, plain_packages: true, ..How::new(World::fixed(3)) };
        let office = open(&path, &folder.path().join("answers"), &how).unwrap();
        let mut worker = Worker::new(Random::new(5), "good-");
        for action in FIRST {
            worker.run(action, &office.kit).unwrap();
        }
        let acks = worker.run(Action::Head, &office.kit).unwrap();
        let Some(Ack::Head(head)) = acks.into_iter().next() else { panic!("a head was taken") };
        let shown = screens(&office.kit).unwrap();
        office.kit.close().unwrap();
        Good { file: fs::read(&path).unwrap(), shown, head }
    })
}

/// Alterations of four bytes each: three say where, the last is put there. What is read is what was written, or the library
/// says that it is not.
pub(crate) fn files(bytes: &[u8]) {
    let good = good();
    let mut file = good.file.clone();
    for alteration in bytes.chunks_exact(4) {
        let [high, middle, low, byte] = *alteration else { continue };
        let place = u32::from_be_bytes([0, high, middle, low]) as usize % file.len();
        file[place] = byte;
    }
    let folder = folder();
    let path = folder.path().join("cases.db");
    fs::write(&path, &file).unwrap();
    for trust in [Trust::Untrusted, Trust::Trusted] {
        let how = How { trust, plain_packages: true, ..How::new(World::fixed(9)) };
        let office = match open(&path, &folder.path().join("answers"), &how) {
            Ok(office) => office,
            Err(error) => {
                let code = error.code();
                assert!(
                    ["corrupt", "not_casekit", "too_new", "foreign", "incomplete"].contains(&code),
                    "{error}"
                );
                continue;
            }
        };
        let shown = screens(&office.kit);
        let is_proven =
            root(&office.kit).verify(Some(&good.head)).is_ok_and(|report| report.broken.is_none());
        let is_sound = is_proven && office.kit.check().is_ok();
        match shown {
            Ok(shown) => assert!(
                !is_sound || shown == good.shown || only_refuses(&shown, &good.shown),
                "it reads otherwise, and neither verify nor check says so"
            ),
            Err(Error::Store(fault)) => {
                assert!(!is_sound || fault.kind() != StoreErrorKind::Corrupt, "{fault}, and yet it is sound");
            }
            Err(error) => assert!(!is_sound, "a screen answers {error}, and yet it is sound"),
        }
        let _ = office.kit.close();
    }
    wipe(&path);
}
