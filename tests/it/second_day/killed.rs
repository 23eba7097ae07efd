//! A process that is killed somewhere on the way of an answer, and the next one that goes on: one effect at a receiver
//! who honours the key, whatever the moment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use casekit::{
    Actor, CaseKit, Delivered, Delivery, Fault, NewRequest, OpenOptions, Outgoing, OutgoingKind,
    PackageBuilder, PackageContent, ReleaseReport, Role, SettingsEdit, StreamId, WebformTarget,
};

use crate::build::Ticking;

const FOLDER: &str = "CASEKIT_KILLED_IN";
const MOMENT: &str = "CASEKIT_KILLED_AT";

/// A receiver who keeps a package once for each key, in a file; its sender may be killed before or after that.
struct Receiver {
    folder: PathBuf,
    dies: &'static str,
}

impl Delivery for Receiver {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        die_at(self.dies, "before the effect");
        let OutgoingKind::Package { bytes, .. } = &outgoing.kind else { panic!("only packages are sent") };
        let path = self.folder.join(&outgoing.key);
        match std::fs::read(&path) {
            Ok(kept) => assert_eq!(&kept, bytes, "the bytes of a key never change"),
            Err(_) => std::fs::write(&path, bytes).unwrap(),
        }
        let mut brought =
            std::fs::OpenOptions::new().append(true).create(true).open(self.folder.join("brought")).unwrap();
        std::io::Write::write_all(&mut brought, b"x").unwrap();
        die_at(self.dies, "after the effect");
        Ok(Delivered::default())
    }
}

struct Builder(&'static str);

impl PackageBuilder for Builder {
    fn build(&self, content: &PackageContent, _limit: u64) -> Result<Vec<u8>, Fault> {
        die_at(self.0, "while building");
        Ok(format!("{content:?}").into_bytes())
    }
}

fn die_at(dies: &str, moment: &str) {
    if dies == moment {
        // No destructor runs and nothing is flushed: as if it were killed.
        std::process::abort();
    }
}

fn open(folder: &Path, dies: &'static str, clock: Ticking) -> CaseKit {
    let receiver = Receiver { folder: folder.to_owned(), dies };
    let options = OpenOptions::new().env(clock).delivery("receiver", receiver).package_builder(Builder(dies));
    options.open(folder.join("cases.db")).unwrap()
}

const MOMENTS: [&str; 4] = ["while building", "before the effect", "after the effect", "after the release"];

/// Does nothing unless the test below started it.
#[test]
fn a_process_that_dies_on_the_way() {
    let (Ok(folder), Ok(moment)) = (std::env::var(FOLDER), std::env::var(MOMENT)) else { return };
    let dies = MOMENTS.into_iter().find(|one| *one == moment).unwrap();
    let kit = open(Path::new(&folder), dies, Ticking::default());
    let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
    let webform = Some(WebformTarget::Host { name: "receiver".into() });
    ivo.change_settings(SettingsEdit { webform, ..SettingsEdit::default() }).unwrap();
    let petra = kit.desk(Actor::new("petra", "Petra").with_role(Role::Approver));
    let case = petra.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    let _report = petra.release(case);
    std::process::abort();
}

#[test]
fn an_answer_cut_off_anywhere_has_one_effect() {
    for moment in MOMENTS {
        let folder = tempfile::tempdir().unwrap();
        let killed = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "second_day::killed::a_process_that_dies_on_the_way", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(MOMENT, moment)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(!killed.success(), "{moment}: it should have died");

        let clock = Ticking::default();
        clock.pass(100);
        let kit = open(folder.path(), "never", clock.clone());
        let early = kit.run_due().unwrap();
        let has_lease = moment.ends_with("the effect");
        assert_eq!(
            early.delivered,
            u64::from(moment == "while building"),
            "{moment}: a live lease is respected"
        );
        let lease = early.next.filter(|_| has_lease).map(|until| (until - early.at).num_minutes());
        assert!(lease.is_none_or(|minutes| minutes <= 10) && lease.is_some() == has_lease, "{moment}");
        clock.pass(3_600);
        assert_eq!(kit.health().unwrap().due_deliveries, u64::from(has_lease), "{moment}");
        assert_eq!(kit.run_due().unwrap().delivered, u64::from(has_lease), "{moment}");
        assert_eq!(kit.health().unwrap().due_deliveries, 0, "{moment}");
        assert_eq!(kit.run_due().unwrap().delivered, 0, "{moment}: once is enough");

        let petra = kit.desk(Actor::new("petra", "Petra").with_role(Role::Approver));
        let case = petra.find_case("C-1").unwrap();
        assert_eq!(case.stage, "Resolved", "{moment}");
        assert!(petra.retry(case.id).is_err() && petra.release(case.id).is_err(), "{moment}: it is over");
        let release = petra.summary(case.id).unwrap().release.unwrap();
        let kept: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        let keys = kept.iter().filter(|name| name.to_string_lossy().len() == 32).count();
        assert_eq!(keys, 1, "{moment}: the receiver saw one effect");
        let brought = std::fs::read(folder.path().join("brought")).unwrap().len();
        assert_eq!(brought, if moment == "after the effect" { 2 } else { 1 }, "{moment}");
        assert_eq!(release.attempts, if has_lease { 2 } else { 1 }, "{moment}");
        let audra = kit.desk(Actor::new("audra", "Audra").with_role(Role::Auditor));
        assert_eq!(audra.verify_stream(StreamId::Case(case.id)).unwrap().broken, None);
        assert!(!matches!(petra.retry(case.id), Ok(ReleaseReport::Delivered { .. })));
    }
}
