//! Opening the files, servers and deliveries that settings name, within limits that the host sets.

mod directory;
mod folders;
#[cfg(feature = "http")]
mod http;
mod message;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::Metadata;
use std::path::PathBuf;
use std::sync::Arc;

use casekit_core::language::Message;
use casekit_core::model::{ShortText, SourceKind, SourceSetting, WebformTarget};
use casekit_core::rejection::{FieldRule, Rejection};
use casekit_core::release::{Adapters, DataSource, Delivered, Delivery, Fault, Outgoing, Reach, Secrets};
use casekit_export::source::CsvSource;
use casekit_locks::{FileId, is_guarded};
use casekit_sqlite::{Sharing, SqliteSource};

pub use directory::DirectoryDelivery;
use folders::Folders;
#[cfg(feature = "http")]
pub use http::{HttpDelivery, HttpOptions, Signing};

/// Opens the sources and the webform that settings name, within the host's allow-lists. By default nothing is allowed.
///
/// A setting is checked against the lists at every use, with every symbolic link followed: settings are data in the
/// file, and the file may come from somebody else. The lists do not protect from whoever can change the allowed
/// folders.
#[derive(Default)]
pub struct HostAdapters {
    folders: Folders,
    hosts: Vec<String>,
    deliveries: Vec<(String, Arc<dyn Delivery>)>,
    secrets: Option<Box<dyn Secrets>>,
    sharing: Sharing,
    #[cfg(feature = "http")]
    http: HttpOptions,
}

impl fmt::Debug for HostAdapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostAdapters").finish_non_exhaustive()
    }
}

impl HostAdapters {
    /// Adapters that allow nothing yet.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows settings to name files and folders in this folder and its subfolders.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn allow_folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.folders.allow(path.into());
        self
    }

    /// Allows settings to name a web server, by HTTPS: `forms.example.org`, or `forms.example.org:8443` for a port of
    /// its own. `http://127.0.0.1:8080` allows plain HTTP to this machine itself, for tests.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Whether settings can name what the host brings: each delivery has a unique name, and each host is one.
    pub(crate) fn check(&self) -> Result<(), Rejection> {
        let mut seen = BTreeSet::new();
        for (name, _) in &self.deliveries {
            // Settings are trimmed, so that a name with outer space could not be said.
            if ShortText::parse("deliveries", name)?.as_str() != name {
                let form = "source_name".into();
                return Err(Rejection::field("deliveries", FieldRule::Malformed { form }));
            }
            if !seen.insert(name) {
                return Err(Rejection::field("deliveries", FieldRule::AlreadyInUse));
            }
        }
        #[cfg(feature = "http")]
        if !self.hosts.iter().all(|host| http::can_be_allowed(host)) {
            return Err(Rejection::field("allow_hosts", FieldRule::Malformed { form: "host".into() }));
        }
        Ok(())
    }

    /// Whether the host brings a delivery of its own, which is for sending answers and nothing else.
    pub(crate) fn has_deliveries(&self) -> bool {
        !self.deliveries.is_empty()
    }

    /// Adds a delivery that settings can name.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn with_delivery(mut self, name: impl Into<String>, delivery: impl Delivery + 'static) -> Self {
        self.deliveries.push((name.into(), Arc::new(delivery)));
        self
    }

    /// Sets where the secrets that settings name are looked up.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn with_secrets(mut self, secrets: impl Secrets + 'static) -> Self {
        self.secrets = Some(Box::new(secrets));
        self
    }

    /// Sets who may open packages that are put into a folder: by default, the account under which the program runs.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn with_sharing(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// Sets the time-outs and certificates for web servers.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn with_http_options(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    fn directory(&self, path: &str) -> Result<DirectoryDelivery, Fault> {
        let missing = directory::missing_folder;
        Ok(DirectoryDelivery::new(self.folders.existing(path, "webform", missing)?).shared_with(self.sharing))
    }

    fn host_delivery(&self, wanted: &str) -> Result<Shared, Fault> {
        let found = self.deliveries.iter().find(|(name, _)| name == wanted);
        found.map(|(_, delivery)| Shared(Arc::clone(delivery))).ok_or_else(|| {
            let hint = Message::new("hint.delivery_unknown").with("name", wanted);
            Fault::configuration("delivery_unknown", "webform", hint)
        })
    }

    fn open(&self, setting: &SourceSetting) -> Result<Opened, Fault> {
        let name = format!("sources.{}", setting.name);
        let missing = || {
            let hint = Message::new("hint.file_missing");
            Fault::configuration("source_missing", &name, hint)
        };
        Ok(match &setting.kind {
            SourceKind::Sqlite { path, queries } => {
                let path = self.folders.existing(path, &name, missing)?;
                Opened::Sqlite(SqliteSource::new(&setting.name, path, queries.clone()))
            }
            SourceKind::Csv { path, key_column, encoding, separator, line_breaks } => {
                let path = self.folders.existing(path, &name, missing)?;
                let source = CsvSource::new(&setting.name, path, key_column);
                let (encoding, separator, line_breaks) = (*encoding, *separator, *line_breaks);
                Opened::Csv(CsvSource { encoding, separator, line_breaks, is_held, ..source })
            }
        })
    }

    /// A secret of the host's, by its name.
    #[cfg(feature = "postgres")]
    pub(crate) fn secret(&self, name: &str) -> Option<casekit_core::model::Sensitive> {
        self.secrets.as_ref().and_then(|secrets| secrets.secret(name))
    }

    #[cfg(feature = "http")]
    fn web_server(&self, url: &str, secret: Option<&str>) -> Result<HttpDelivery, Fault> {
        let signing = match secret {
            None => Signing::Unsigned,
            Some(name) => {
                let secret = self.secrets.as_ref().and_then(|secrets| secrets.secret(name));
                Signing::Secret(secret.ok_or_else(|| {
                    let hint = Message::new("hint.secret_missing").with("name", name);
                    Fault::configuration("secret_missing", "webform", hint)
                })?)
            }
        };
        HttpDelivery::new(url, &self.hosts, signing, &self.http)
    }
}

impl Adapters for HostAdapters {
    fn source(&self, setting: &SourceSetting) -> Result<Box<dyn DataSource>, Fault> {
        Ok(match self.open(setting)? {
            Opened::Sqlite(source) => Box::new(source),
            Opened::Csv(source) => Box::new(source),
        })
    }

    fn delivery(&self, target: &WebformTarget) -> Result<Box<dyn Delivery>, Fault> {
        Ok(match target {
            WebformTarget::Directory { path } => Box::new(self.directory(path)?),
            WebformTarget::Host { name } => Box::new(self.host_delivery(name)?),
            #[cfg(feature = "http")]
            WebformTarget::Http { url, secret } => Box::new(self.web_server(url, secret.as_deref())?),
            #[cfg(not(feature = "http"))]
            WebformTarget::Http { .. } => return Err(without_http()),
        })
    }

    fn try_source(&self, setting: &SourceSetting) -> Result<(), Fault> {
        match self.open(setting)? {
            Opened::Sqlite(source) => source.check(),
            Opened::Csv(source) => source.check(),
        }
    }

    /// Tries whether an answer could be delivered. A folder is tested by creating and removing an empty file in it; a
    /// delivery of the host's is only looked up.
    fn try_delivery(&self, target: &WebformTarget, reach: Reach) -> Result<(), Fault> {
        match target {
            WebformTarget::Directory { path } => self.directory(path)?.check(),
            WebformTarget::Host { name } => self.host_delivery(name).map(|_| ()),
            #[cfg(feature = "http")]
            WebformTarget::Http { url, secret } => {
                let delivery = self.web_server(url, secret.as_deref())?;
                match reach {
                    Reach::Here => Ok(()),
                    Reach::There => delivery.reach(),
                }
            }
            #[cfg(not(feature = "http"))]
            WebformTarget::Http { .. } => {
                let _ = reach;
                Err(without_http())
            }
        }
    }
}

#[cfg(not(feature = "http"))]
fn without_http() -> Fault {
    let hint = Message::new("hint.delivery_not_built");
    Fault::configuration("delivery_not_built", "webform", hint)
}

/// Whether a kit in this process has the file open.
fn is_held(metadata: &Metadata) -> bool {
    FileId::of(metadata).is_some_and(is_guarded)
}

/// A source that a setting describes.
enum Opened {
    Sqlite(SqliteSource),
    Csv(CsvSource),
}

/// A delivery of the host's, shared: it outlives each use.
struct Shared(Arc<dyn Delivery>);

impl Delivery for Shared {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        self.0.deliver(outgoing)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use casekit_locks::Guard;

    use super::*;

    /// Takes the guard alone, which is what a kit holds on its file.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_a_kit_has_open_is_not_opened_as_csv_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (path, link) = (root.join("cases.db"), root.join("orders.csv"));
        fs::write(&path, "customer,note\n7,a\n").unwrap();
        fs::hard_link(&path, &link).unwrap();
        let adapters = HostAdapters::new().allow_folder(&root);
        let asked = |path: &std::path::Path| {
            let kind = SourceKind::csv(path.display().to_string(), "customer");
            adapters.try_source(&SourceSetting { name: "shop".into(), kind }).map_err(|fault| fault.code)
        };
        assert_eq!((asked(&path), asked(&link)), (Ok(()), Ok(())));
        let guard = Guard::lock(&path).unwrap();
        assert_eq!(asked(&path), Err("source_not_csv".into()));
        assert_eq!(asked(&link), Err("source_not_csv".into()));
        drop(guard);
        assert_eq!(asked(&link), Ok(()));
    }
}
