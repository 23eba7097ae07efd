//! The folders in which settings may name files.

use std::path::{Component, Path, PathBuf};

use casekit_core::language::Message;
use casekit_core::release::Fault;

/// An allow-list of folders.
#[derive(Default, Debug)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    pub(super) fn allow(&mut self, path: PathBuf) {
        // Made absolute now: a relative path would change its meaning when the process changes its working directory.
        self.0.push(std::path::absolute(&path).unwrap_or(path));
    }

    /// The canonical path of what a setting names, if it is within an allowed folder after every link is followed;
    /// `missing` if it would be allowed and does not exist.
    pub(super) fn existing(
        &self,
        path: &str,
        setting: &str,
        missing: impl FnOnce() -> Fault,
    ) -> Result<PathBuf, Fault> {
        let path = Path::new(path);
        let steps_back = path.components().any(|part| part == Component::ParentDir);
        if !path.is_absolute() || steps_back {
            let hint = Message::new("hint.path_not_absolute");
            return Err(Fault::configuration("not_allowed", setting, hint));
        }
        match path.canonicalize() {
            Ok(found) if self.holds(&found) => Ok(found),
            Ok(_) => Err(not_allowed(setting)),
            // "Missing" is answered only within allowed folders. Elsewhere it would reveal which files exist.
            Err(_) if self.would_hold(path) => Err(missing()),
            Err(_) => Err(not_allowed(setting)),
        }
    }

    fn holds(&self, found: &Path) -> bool {
        self.0.iter().filter_map(|folder| folder.canonicalize().ok()).any(|folder| found.starts_with(folder))
    }

    /// Whether the nearest existing parent folder is allowed, or the path is in an allowed folder that does not exist
    /// itself.
    fn would_hold(&self, path: &Path) -> bool {
        let nearest = path.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
        let gone = |folder: &PathBuf| path.starts_with(folder) && !folder.exists();
        nearest.is_some_and(|above| self.holds(&above)) || self.0.iter().any(gone)
    }
}

fn not_allowed(setting: &str) -> Fault {
    let hint = Message::new("hint.path_not_allowed");
    Fault::configuration("not_allowed", setting, hint)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Place {
        root: tempfile::TempDir,
        folders: Folders,
    }

    impl Place {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir_all(root.path().join("allowed/inner")).unwrap();
            fs::create_dir_all(root.path().join("allowed-not")).unwrap();
            for file in ["allowed/a.csv", "allowed/inner/b.csv", "allowed-not/c.csv", "d.csv"] {
                fs::write(root.path().join(file), "").unwrap();
            }
            let mut folders = Folders::default();
            folders.allow(root.path().join("allowed"));
            Self { root, folders }
        }

        fn code(&self, path: &str) -> Result<(), String> {
            let path = if path.is_empty() {
                path.to_owned()
            } else {
                format!("{}/{path}", self.root.path().display())
            };
            let missing = || Fault::configuration("missing", "sources.a", "");
            let found = self.folders.existing(&path, "sources.a", missing);
            found.map(|_| ()).map_err(|fault| {
                assert!(!fault.to_string().contains(self.root.path().to_str().unwrap()), "{fault}");
                assert_eq!(fault.setting.as_deref(), Some("sources.a"));
                fault.code
            })
        }
    }

    #[test]
    fn what_is_inside_is_allowed_and_what_is_outside_is_not() {
        let place = Place::new();
        for inside in ["allowed/a.csv", "allowed/inner/b.csv", "allowed", "allowed/./a.csv"] {
            assert_eq!(place.code(inside), Ok(()), "{inside}");
        }
        for missing in ["allowed/x.csv", "allowed/x/y/z.csv", "allowed/a.csv/x"] {
            assert_eq!(place.code(missing), Err("missing".into()), "{missing}");
        }
        for outside in
            ["d.csv", "allowed-not/c.csv", "none.csv", "allowed/../d.csv", "allowed/inner/../a.csv", ""]
        {
            assert_eq!(place.code(outside), Err("not_allowed".into()), "{outside}");
        }
    }

    #[test]
    fn nothing_is_allowed_by_default_and_relative_paths_never() {
        let missing = || Fault::configuration("missing", "", "");
        for path in ["/", "/etc/passwd", "Cargo.toml", "./Cargo.toml", "a\0b"] {
            assert_eq!(
                Folders::default().existing(path, "webform", missing).unwrap_err().code,
                "not_allowed"
            );
        }
        let mut all = Folders::default();
        all.allow(".".into());
        assert_eq!(all.existing("Cargo.toml", "webform", missing).unwrap_err().code, "not_allowed");
        let here = std::env::current_dir().unwrap().join("Cargo.toml");
        assert!(all.existing(here.to_str().unwrap(), "webform", missing).is_ok());
    }

    #[test]
    fn an_allowed_folder_that_is_away_is_missing() {
        let place = Place::new();
        let away = place.root.path().join("share");
        let mut folders = Folders::default();
        folders.allow(away.clone());
        let missing = || Fault::configuration("missing", "", "");
        let path = away.join("a.csv");
        assert_eq!(folders.existing(path.to_str().unwrap(), "", missing).unwrap_err().code, "missing");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leaves_is_refused_and_one_that_stays_is_not() {
        use std::os::unix::fs::symlink;
        let place = Place::new();
        let at = |path: &str| place.root.path().join(path);
        symlink(at("d.csv"), at("allowed/out.csv")).unwrap();
        symlink(at("allowed-not"), at("allowed/out")).unwrap();
        symlink(at("allowed/inner"), at("allowed/in")).unwrap();
        symlink(at("allowed"), at("way-in")).unwrap();
        assert_eq!(place.code("allowed/out.csv"), Err("not_allowed".into()));
        assert_eq!(place.code("allowed/out/c.csv"), Err("not_allowed".into()));
        assert_eq!(place.code("allowed/out/none.csv"), Err("not_allowed".into()));
        assert_eq!(place.code("allowed/in/b.csv"), Ok(()));
        assert_eq!(place.code("way-in/a.csv"), Ok(()));
    }
}
