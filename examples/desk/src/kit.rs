//! The one way from a request to the kit: off the threads that serve, at the desk of whoever sits at the browser.

use std::path::Path;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use casekit::{CaseKit, Desk, Error, Subscription};
use tokio::sync::watch;

use crate::acts::{Form, Problem};
use crate::parts::problem_page;
use crate::session::{Key, Session};
use crate::{Failed, demo};

/// What all requests share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) kit: CaseKit,
    pub(crate) key: Key,
    /// The position of the newest change; `None` when the desk closes.
    pub(crate) changed: Arc<watch::Sender<Option<u64>>>,
    _told: Arc<Subscription>,
}

impl App {
    /// Opens the file, which is made with an office full of work if it is not there.
    pub(crate) fn open(file: &Path, cases: u32) -> Result<Self, Failed> {
        let folder = file.parent().filter(|one| !one.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        if !file.exists() {
            demo::make(file, &folder, cases)?;
        }
        let kit = demo::options(&folder).open(file)?;
        Ok(Self::of(kit, Key::kept_in(&folder.join("session.key"))?))
    }

    pub(crate) fn of(kit: CaseKit, key: Key) -> Self {
        let changed = Arc::new(watch::Sender::new(Some(0)));
        let teller = Arc::clone(&changed);
        let told = kit.observe(move |cursor: &casekit::Cursor| {
            teller.send_modify(|position| *position = position.map(|_| cursor.position));
        });
        Self { kit, key, changed, _told: Arc::new(told) }
    }

    /// Ends the streams, so that the server can stop.
    pub(crate) fn end(&self) {
        self.changed.send_replace(None);
    }

    /// Answers with what is read from the kit, or with a page that says what the problem is.
    pub(crate) async fn read<R: IntoResponse>(
        &self,
        session: Session,
        read: impl FnOnce(&Here) -> Result<R, Problem> + Send + 'static,
    ) -> Response {
        let kit = self.kit.clone();
        let work = move || {
            let here = Here::new(&kit, session);
            read(&here).map_or_else(|problem| problem_page(&here, &problem), IntoResponse::into_response)
        };
        // A panic inside has rolled back whatever was being written.
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Problem::broken().into_response())
    }

    /// Carries out what a form asks for. `act` gets the desk on which the form's command is done once, however often it is sent.
    pub(crate) async fn act<R: IntoResponse>(
        &self,
        session: Session,
        form: Form,
        act: impl FnOnce(&Here, &Desk, &Form) -> Result<R, Problem> + Send + 'static,
    ) -> Response {
        self.read(session, move |here| {
            let desk = form.desk(here);
            act(here, &desk, &form)
        })
        .await
    }
}

/// What a screen is drawn from: the desk of the person at the browser, in their language.
pub(crate) struct Here {
    pub(crate) desk: Desk,
    pub(crate) session: Session,
}

impl Here {
    fn new(kit: &CaseKit, session: Session) -> Self {
        let desk = kit.desk(session.actor()).in_language(session.language.library());
        Self { desk, session }
    }

    /// A text of this application.
    pub(crate) fn say(&self, key: &'static str) -> &'static str {
        self.session.language.say(key)
    }

    /// What the actor may not see is not there: no problem page for a count at the side of the page.
    pub(crate) fn or_none<T: Default>(&self, read: Result<T, Error>) -> Result<T, Error> {
        match read {
            Err(error) if error.code() == "forbidden" => Ok(T::default()),
            other => other,
        }
    }
}
