//! The one way from a request to the kit: off the threads that serve, at the desk of whoever sits at the browser.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use crate::prelude::*;
use crate::retries::Retries;
use crate::session::Key;
use crate::{Failed, demo};

/// What all requests share.
#[derive(Clone)]
pub(crate) struct App {
    /// Locked for writing only while the demo starts over with another file.
    kit: Arc<RwLock<(CaseKit, Subscription)>>,
    file: Arc<PathBuf>,
    pub(crate) key: Key,
    /// The position of the newest change; `None` when the desk closes.
    pub(crate) changed: Changes,
    pub(crate) retries: Retries,
}

/// Where not even a page could be drawn.
const BROKEN: (StatusCode, &str) =
    (StatusCode::INTERNAL_SERVER_ERROR, "something failed, and nothing was changed: go back and try again");

type Changes = Arc<watch::Sender<Option<u64>>>;

impl App {
    /// Opens the file, which is made with an office full of work if it is not there.
    pub(crate) fn open(file: &Path, cases: u32) -> Result<Self, Failed> {
        let folder = folder_of(file);
        std::fs::create_dir_all(folder)?;
        let file = folder.canonicalize()?.join(file.file_name().ok_or("the name of a file is missing")?);
        let folder = folder_of(&file);
        if !file.exists() {
            demo::make(&file, folder, cases)?;
        }
        let app = Self::of(demo::options(folder).open(&file)?, Key::kept_in(&folder.join("session.key"))?);
        Ok(Self { file: Arc::new(file), ..app })
    }

    pub(crate) fn of(kit: CaseKit, key: Key) -> Self {
        let changed = Arc::new(watch::Sender::new(Some(0)));
        let kit = Arc::new(RwLock::new(watched(kit, &changed)));
        Self { kit, file: Arc::default(), key, changed, retries: Retries::default() }
    }

    /// The demo's webform, which has a folder beside the file.
    pub(crate) fn webform(&self) -> demo::Webform {
        demo::Webform::in_folder(folder_of(&self.file))
    }

    /// The kit, for what does not come from whoever sits at a browser.
    pub(crate) fn kit(&self) -> CaseKit {
        self.kit.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Another file instead of this one: the office as it was on its first day.
    pub(crate) fn start_over(&self) -> Result<(), Failed> {
        let mut kit = self.kit.write().unwrap_or_else(PoisonError::into_inner);
        let folder = folder_of(&self.file);
        let fresh = self.file.with_extension("fresh");
        demo::make(&fresh, folder, 0)?;
        kit.0.close()?;
        for part in ["-wal", "-shm"] {
            let mut name = self.file.as_os_str().to_owned();
            name.push(part);
            let _ = std::fs::remove_file(name);
        }
        std::fs::rename(&fresh, &*self.file)?;
        *kit = watched(demo::options(folder).open(&*self.file)?, &self.changed);
        self.changed.send_modify(|position| *position = position.map(|_| 0));
        Ok(())
    }

    /// Tells browsers that there is something else to see.
    pub(crate) fn tell(&self) {
        self.changed.send_modify(|_| {});
    }

    /// Ends the streams, so that the server can stop.
    pub(crate) fn end(&self) {
        self.changed.send_replace(None);
    }

    /// Answers with what is read from the kit, or with a page that says what the problem is.
    pub(crate) async fn read<R: IntoResponse>(
        &self,
        session: Session,
        asked: Address,
        read: impl FnOnce(&Here) -> Result<R> + Send + 'static,
    ) -> Response {
        let app = self.clone();
        let work = move || {
            let kit = app.kit.read().unwrap_or_else(PoisonError::into_inner);
            let desk = kit.0.desk(session.actor()).in_language(session.language.library());
            let here = Here { app: app.clone(), desk, session, asked, offered: OnceCell::new() };
            read(&here).map_or_else(|problem| problem_page(&here, &problem), IntoResponse::into_response)
        };
        // A panic inside has rolled back whatever was being written.
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| BROKEN.into_response())
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|one| !one.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A kit that tells what was committed.
fn watched(kit: CaseKit, changed: &Changes) -> (CaseKit, Subscription) {
    let teller = Arc::clone(changed);
    let told = kit.observe(move |cursor: &Cursor| {
        teller.send_modify(|position| *position = position.map(|_| cursor.position));
    });
    (kit, told)
}

/// What a screen is drawn from: the desk of the person at the browser, in their language, and what they asked for.
pub(crate) struct Here {
    pub(crate) app: App,
    pub(crate) desk: Desk,
    pub(crate) session: Session,
    pub(crate) asked: Address,
    offered: OnceCell<Vec<AvailableDeskAction>>,
}

impl Here {
    /// A text of this application.
    pub(crate) fn say(&self, key: &'static str) -> &'static str {
        self.session.language.say(key)
    }

    /// What the library calls something, as a label begins.
    pub(crate) fn word(&self, group: &str, code: &str) -> String {
        sentence(&self.desk.language().word_of(group, code))
    }

    /// Whether whoever sits here can do something at the desk now.
    pub(crate) fn can(&self, action: DeskAction) -> bool {
        let offered = self.offered.get_or_init(|| self.desk.desk_actions().unwrap_or_default());
        offered.iter().any(|one| one.action == action && one.blockers.is_empty())
    }

    /// The same for a customer.
    pub(crate) fn can_with(&self, customer: CustomerId, action: DeskAction) -> Result<bool> {
        let offered = self.desk.customer_actions(customer)?;
        Ok(offered.iter().any(|one| one.action == action && one.blockers.is_empty()))
    }

    /// What the actor may not see is not there: no problem page for a count at the side of the page.
    pub(crate) fn or_none<T: Default>(&self, read: Result<T, Error>) -> Result<T, Error> {
        match read {
            Err(error) if error.code() == "forbidden" => Ok(T::default()),
            other => other,
        }
    }
}
