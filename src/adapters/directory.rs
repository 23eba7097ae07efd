//! Delivering answers as files in a folder, from which a webform collects them.

use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use casekit_core::language::Message;
use casekit_core::model::{FailureClass, Responsible};
use casekit_core::release::{Delivered, Delivery, Fault, Outgoing, OutgoingKind};
use casekit_sqlite::Sharing;

use super::message;
use crate::files;

/// Puts each package and each message into a folder, as one file.
///
/// The file appears whole and synced to disk, or not at all. Until then its bytes are in a hidden file beside it that
/// ends in `.part`. If the same package is already there, it counts as delivered; a file of that name with other bytes
/// is left unchanged. The receipt is the name of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryDelivery {
    folder: PathBuf,
    sharing: Sharing,
}

impl DirectoryDelivery {
    /// A delivery into this folder, which must exist when something is delivered.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), sharing: Sharing::Owner }
    }

    /// Sets who may open the packages: by default, the account under which the program runs.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn shared_with(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// Checks that the folder exists and can be written.
    ///
    /// # Errors
    /// `delivery_folder_missing`, `delivery_folder_not_writable`, `delivery_folder_full`.
    ///
    /// # Cost
    /// Creates an empty file in the folder, and removes it.
    pub fn check(&self) -> Result<(), Fault> {
        let created = files::create_part(&self.folder, "casekit-check".as_ref(), self.sharing);
        let tried = created.and_then(|(path, _)| fs::remove_file(path));
        tried.map_err(|error| fault(&error))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let there = self.folder.join(name);
        if !self.is_there(&there, bytes)? {
            self.write(&there, name, bytes)?;
        }
        // Also if the file was already there: the process that wrote it may have died before it synced the folder.
        files::sync_folder(&self.folder).map_err(|error| fault(&error))?;
        self.clear_parts(name);
        Ok(())
    }

    fn write(&self, there: &Path, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let created = files::create_part(&self.folder, name.as_ref(), self.sharing);
        let (part, mut file) = created.map_err(|error| fault(&error))?;
        // Synced before it is renamed: otherwise a crash could leave a file under the final name without its bytes.
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        drop(file);
        let Err(error) = written.and_then(|()| files::rename_new(&part, there)) else { return Ok(()) };
        // If this fails, the next delivery removes the file.
        let _ = fs::remove_file(&part);
        // Somebody else delivered the package first: the name is taken, or their clean-up has removed this part.
        let lost_the_race = matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound);
        if lost_the_race && self.is_there(there, bytes)? {
            return Ok(());
        }
        Err(fault(&error))
    }

    /// Whether the package is already there, byte for byte.
    fn is_there(&self, path: &Path, bytes: &[u8]) -> Result<bool, Fault> {
        let found = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(fault(&error)),
            Ok(found) => found,
        };
        let same = found.is_file()
            && found.len() == bytes.len() as u64
            && fs::read(path).map_err(|error| fault(&error))? == bytes;
        if same {
            return Ok(true);
        }
        let hint = Message::new("hint.delivery_conflict");
        Err(Fault::new("delivery_conflict", FailureClass::Permanent, Responsible::ItAdministrator, hint))
    }

    /// Removes partial files that processes left behind when they died while writing this package. Called once it is
    /// delivered.
    fn clear_parts(&self, name: &str) {
        for part in files::parts(&self.folder, name.as_ref()) {
            let _ = fs::remove_file(part);
        }
    }
}

impl Delivery for DirectoryDelivery {
    /// Accepts packages and messages. A message is a file `message-C-000123-….json` with what
    /// `docs/webform-delivery.md` says of its body.
    ///
    /// # Cost
    /// Writes it and waits until it and the folder are on the disk. It compares it with a file of the same
    /// name, if there is one, and reads the names in the folder once.
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        let (name, bytes) = match &outgoing.kind {
            OutgoingKind::Package { file_name, bytes, .. } => {
                (file_name.clone(), Cow::Borrowed(bytes.as_slice()))
            }
            OutgoingKind::Message { .. } => {
                let letters = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
                let number: String = outgoing.case_number.chars().filter(letters).collect();
                let message =
                    message::of(outgoing).ok_or_else(|| Fault::cannot_carry(outgoing.kind.code()))?;
                (format!("message-{number}-{}.json", outgoing.key), Cow::Owned(message))
            }
            _ => return Err(Fault::cannot_carry(outgoing.kind.code())),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.starts_with('.') || !name.chars().all(plain) || name.is_empty() {
            let hint = Message::new("hint.delivery_bad_name");
            return Err(in_webform(Fault::permanent("delivery_failed", hint)));
        }
        self.put(&name, &bytes).map_err(in_webform)?;
        Ok(Delivered { receipt: Some(name) })
    }
}

/// The fault for a folder that does not exist.
pub(super) fn missing_folder() -> Fault {
    let hint = Message::new("hint.delivery_folder_missing");
    Fault::configuration("delivery_folder_missing", "webform", hint)
}

fn in_webform(fault: Fault) -> Fault {
    fault.because_of("webform")
}

fn fault(error: &io::Error) -> Fault {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => missing_folder(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            let hint = Message::new("hint.delivery_folder_not_writable");
            Fault::configuration("delivery_folder_not_writable", "webform", hint)
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            in_webform(Fault::transient("delivery_folder_full", Message::new("hint.delivery_folder_full")))
        }
        _ => in_webform(Fault::transient("delivery_failed", Message::new("hint.delivery_folder_failed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "package-C-000123-0123.zip";

    fn outgoing(kind: OutgoingKind) -> Outgoing {
        let mut outgoing = Outgoing::new("0123", "C-000123", kind);
        outgoing.request_ref = "SECRET-REF".into();
        outgoing.reply_to = "SECRET@example.org".into();
        outgoing
    }

    fn named(file_name: &str, bytes: &[u8]) -> Outgoing {
        outgoing(OutgoingKind::Package {
            file_name: file_name.into(),
            outcome: "no_data".into(),
            sha256: String::new(),
            bytes: bytes.to_vec(),
        })
    }

    fn package_of(bytes: &[u8]) -> Outgoing {
        named(NAME, bytes)
    }

    #[cfg(unix)]
    #[test]
    fn a_package_is_for_the_account_of_the_program_alone_unless_the_host_says_otherwise() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        delivery.deliver(&package_of(b"bytes")).unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(NAME), 0o600);
        fs::write(folder.path().join("probe"), "").unwrap();
        let other = "package-C-000124-0123.zip";
        delivery.shared_with(Sharing::Umask).deliver(&named(other, b"bytes")).unwrap();
        assert_eq!(mode(other), mode("probe"));
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn code(delivery: &DirectoryDelivery, outgoing: &Outgoing) -> (String, FailureClass) {
        let fault = delivery.deliver(outgoing).unwrap_err();
        assert_eq!(fault.setting.as_deref(), Some("webform"));
        assert!(!format!("{fault:?}").contains("SECRET"), "{fault:?}");
        (fault.code, fault.class)
    }

    #[test]
    fn a_package_appears_whole_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        delivery.check().unwrap();
        let bytes = vec![7; 3_000_000];
        let delivered = delivery.deliver(&package_of(&bytes)).unwrap();
        assert_eq!(delivered, Delivered { receipt: Some(NAME.into()) });
        assert_eq!(names(folder.path()), [NAME]);
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), bytes);
    }

    #[test]
    fn a_second_delivery_has_no_second_effect() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        let first = delivery.deliver(&package_of(b"same")).unwrap();
        let at = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        let written = at(&folder.path().join(NAME));
        assert_eq!(delivery.deliver(&package_of(b"same")), Ok(first));
        assert_eq!(at(&folder.path().join(NAME)), written);
        for others in [&b"other"[..], b"diff", b""] {
            let conflict = ("delivery_conflict".to_owned(), FailureClass::Permanent);
            assert_eq!(code(&delivery, &package_of(others)), conflict);
        }
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), b"same");
    }

    #[test]
    fn what_a_crash_left_is_cleared_by_the_next_delivery() {
        let folder = tempfile::tempdir().unwrap();
        let left = format!(".{NAME}.999-0.part");
        for name in [left.as_str(), ".package-other.zip.999-0.part", "note.txt"] {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        DirectoryDelivery::new(folder.path()).deliver(&package_of(b"whole")).unwrap();
        assert_eq!(names(folder.path()), [".package-other.zip.999-0.part", "note.txt", NAME]);
    }

    #[test]
    fn many_at_once_have_one_effect() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        let bytes = vec![1; 200_000];
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| delivery.deliver(&package_of(&bytes)).unwrap());
            }
        });
        assert_eq!(names(folder.path()), [NAME]);
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), bytes);
    }

    #[test]
    fn a_folder_that_is_not_there_or_is_a_file_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for place in [folder.path().join("none"), file] {
            let delivery = DirectoryDelivery::new(place);
            let missing = ("delivery_folder_missing".to_owned(), FailureClass::Configuration);
            assert_eq!(code(&delivery, &package_of(b"x")), missing);
            assert_eq!(delivery.check().unwrap_err().code, missing.0);
        }
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        for name in ["", "../a.zip", "a/b.zip", "..", ".hidden", "a\\b", "c:a"] {
            assert_eq!(code(&delivery, &named(name, b"x")).0, "delivery_failed", "{name}");
        }
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_message_is_a_file_of_json_that_comes_once() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        let sent = outgoing(OutgoingKind::Message { text: "Which year?".into(), answer_ref: "A-1".into() });
        let name = "message-C-000123-0123.json";
        for _ in 0..2 {
            assert_eq!(delivery.deliver(&sent), Ok(Delivered { receipt: Some(name.into()) }));
        }
        assert_eq!(names(folder.path()), [name]);
        let body: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join(name)).unwrap()).unwrap();
        assert_eq!((&body["text"], &body["answer_ref"]), (&"Which year?".into(), &"A-1".into()));
    }

    #[test]
    fn what_is_neither_package_nor_message_is_not_put_into_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = DirectoryDelivery::new(folder.path());
        let valid_until = chrono::DateTime::UNIX_EPOCH;
        let sent = outgoing(OutgoingKind::Code { code: "SECRET".into(), valid_until });
        let refused = ("kind_not_supported".to_owned(), FailureClass::Configuration);
        assert_eq!(code(&delivery, &sent), refused);
        assert!(!format!("{:?}", sent.kind).contains("SECRET"));
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn faults_of_the_system_say_what_to_do() {
        let of = |kind: ErrorKind| {
            let fault = fault(&kind.into());
            (fault.code, fault.class, fault.setting)
        };
        use FailureClass::{Configuration, Transient};
        let cases = [
            (ErrorKind::PermissionDenied, "delivery_folder_not_writable", Configuration),
            (ErrorKind::ReadOnlyFilesystem, "delivery_folder_not_writable", Configuration),
            (ErrorKind::StorageFull, "delivery_folder_full", Transient),
            (ErrorKind::Other, "delivery_failed", Transient),
        ];
        for (kind, code, class) in cases {
            assert_eq!(of(kind), (code.into(), class, Some("webform".into())));
        }
    }
}
