//! Exports: what the ledger says of them, and the files that they make.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use casekit::export::csv::Cells;
use casekit::export::pdf::Fonts;
use casekit::reports::{ExportFile, case_pdf, overview_csv, overview_csv_to, overview_pdf};
use casekit::{Actor, CaseKit, CasesQuery, Desk, NewCase, OpenOptions, PageRequest, Role, Sharing, StreamId};

/// A kit on a file with a few cases, and the folder for exports.
struct Scene {
    folder: tempfile::TempDir,
    kit: CaseKit,
}

impl Scene {
    fn new(sharing: Sharing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kit = OpenOptions::new().sharing(sharing).open(folder.path().join("cases.db")).unwrap();
        let scene = Self { folder, kit };
        (0..3).for_each(|n| {
            drop(scene.desk().raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap())
        });
        scene
    }

    fn desk(&self) -> Desk {
        self.kit.desk(Actor::new("root", "Root").with_role(Role::Administrator))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn export(&self, to: &Path) -> Result<u64, casekit::Error> {
        overview_csv_to(&self.desk(), &CasesQuery::default(), Cells::Raw, ExportFile::at(to))
    }

    /// The codes of the ledger's entries after the first.
    fn ledger(&self) -> Vec<String> {
        let page = self.desk().history(StreamId::Ledger, PageRequest::first()).unwrap();
        page.rows.into_iter().skip(1).map(|entry| entry.code).collect()
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("cases.db")).collect();
        names.sort();
        names
    }
}

/// Does something before the first byte, and may fail then.
struct Eager<F>(Option<F>);

impl<F: FnOnce() -> io::Result<()>> Write for Eager<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(()), |eager| eager())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_ledger_has_an_export_before_its_first_byte_and_then_how_it_ended() {
    let scene = Scene::new(Sharing::Owner);
    let looks = || {
        assert_eq!(scene.ledger(), ["export_begun"]);
        Ok(())
    };
    let rows =
        overview_csv(&scene.desk(), &CasesQuery::default(), Cells::Raw, &mut Eager(Some(looks))).unwrap();
    assert_eq!((rows, scene.ledger()), (3, vec!["export_begun".into(), "exported".into()]));
    let (desk, fonts) = (scene.desk(), Fonts::bundled());
    let begins = || {
        assert_eq!(scene.ledger().last().unwrap(), "export_begun");
        Ok(())
    };
    overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut Eager(Some(begins))).unwrap();
    let case = desk.find_case("1").unwrap().id;
    case_pdf(&desk, case, &fonts, &mut Eager(Some(begins))).unwrap();
    let pairs = scene.ledger();
    assert!(pairs.chunks(2).all(|pair| pair == ["export_begun", "exported"]), "{pairs:?}");
    let fails = || Err(io::Error::other("no room"));
    overview_csv(&scene.desk(), &CasesQuery::default(), Cells::Raw, &mut Eager(Some(fails))).unwrap_err();
    assert_eq!(scene.ledger()[pairs.len()..], ["export_begun", "export_failed"]);
}

#[test]
fn an_export_under_a_request_id_that_was_used_for_it_is_recorded_again() {
    let scene = Scene::new(Sharing::Owner);
    for _ in 0..2 {
        let desk = scene.desk().request("once");
        overview_csv(&desk, &CasesQuery::default(), Cells::Raw, &mut Vec::new()).unwrap();
    }
    assert_eq!(scene.ledger(), ["export_begun", "exported", "export_begun", "exported"]);
}

#[test]
fn an_export_that_was_broken_off_shows_as_such() {
    let scene = Scene::new(Sharing::Owner);
    scene.desk().begin_export("overview", "pdf").unwrap();
    let page = scene.desk().history(StreamId::Ledger, PageRequest::first()).unwrap();
    assert_eq!(
        page.rows.last().unwrap().text,
        "began to export the overview as pdf; unless a later entry says how this one ended, it was broken off"
    );
}

#[test]
fn an_export_holds_no_read_while_it_writes() {
    let scene = Scene::new(Sharing::Owner);
    let looks = || {
        assert_eq!(scene.kit.health().unwrap().oldest_read, None);
        scene.kit.purge_expired().map_err(io::Error::other)?;
        Ok(())
    };
    let (desk, fonts) = (scene.desk(), Fonts::bundled());
    overview_csv(&desk, &CasesQuery::default(), Cells::Raw, &mut Eager(Some(looks))).unwrap();
    overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut Eager(Some(looks))).unwrap();
    let case = desk.find_case("1").unwrap().id;
    case_pdf(&desk, case, &fonts, &mut Eager(Some(looks))).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_and_the_ledger_says_so() {
    let scene = Scene::new(Sharing::Owner);
    for nowhere in ["none/overview.csv", "folder"] {
        fs::create_dir_all(scene.path("folder")).unwrap();
        let refused = scene.export(&scene.path(nowhere)).unwrap_err();
        assert_eq!(refused.code(), "file", "{refused}");
    }
    assert_eq!(scene.names(), ["folder"]);
    assert_eq!(scene.ledger(), ["export_begun", "export_failed", "export_begun", "export_failed"]);
}

#[test]
fn what_a_killed_export_left_is_removed_by_the_next_one_to_the_same_path() {
    let scene = Scene::new(Sharing::Owner);
    for left in [".overview.csv.0011.part", ".overview.csv.txt", ".other.csv.0011.part"] {
        fs::write(scene.path(left), "half").unwrap();
    }
    scene.export(&scene.path("overview.csv")).unwrap();
    assert_eq!(scene.names(), [".other.csv.0011.part", ".overview.csv.txt", "overview.csv"]);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_what_it_points_at_is_left_alone() {
    let scene = Scene::new(Sharing::Owner);
    let victim = scene.path("victim");
    fs::write(&victim, "precious").unwrap();
    let path = scene.path("overview.csv");
    // As earlier versions named what was not whole yet.
    let guessed = format!("overview.csv.{}.part", std::process::id());
    for link in [path.clone(), scene.path(&guessed)] {
        std::os::unix::fs::symlink(&victim, link).unwrap();
    }
    scene.export(&path).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn what_is_created_is_for_its_owner_alone_unless_the_host_says_otherwise() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // What the `umask` of this process takes away.
    let probe = tempfile::tempdir().unwrap();
    fs::write(probe.path().join("probe"), "").unwrap();
    let masked = 0o666 & !mode(&probe.path().join("probe"));
    for (sharing, expected) in
        [(Sharing::Owner, 0o600), (Sharing::Group, 0o660 & !masked), (Sharing::Umask, 0o666 & !masked)]
    {
        let scene = Scene::new(sharing);
        let path = scene.path("overview.csv");
        let file = ExportFile::at(&path).shared_with(sharing);
        overview_csv_to(&scene.desk(), &CasesQuery::default(), Cells::Raw, file).unwrap();
        scene.kit.backup_to(scene.path("backup.db")).unwrap();
        for name in ["cases.db", "cases.db-wal", "cases.db-shm", "overview.csv", "backup.db"] {
            assert_eq!(mode(&scene.path(name)), expected, "{name}, {sharing:?}");
        }
    }
}
