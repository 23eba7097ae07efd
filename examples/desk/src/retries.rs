//! Retries of many cases at once. They go on whether or not a browser looks, and tell how far they have come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::prelude::*;

/// So many are remembered, for whoever comes back to see how theirs ended.
const KEPT: usize = 20;

/// The retries since the desk was opened, the newest last.
#[derive(Clone, Default)]
pub(crate) struct Retries(Arc<Mutex<Vec<Retrying>>>);

/// A retry of all cases with one cause.
#[derive(Clone)]
pub(crate) struct Retrying {
    pub(crate) id: String,
    pub(crate) cause: FailureGroup,
    pub(crate) label: String,
    pub(crate) went_on: u64,
    pub(crate) failing: u64,
    pub(crate) is_over: bool,
}

impl Retrying {
    pub(crate) fn done(&self) -> u64 {
        self.went_on + self.failing
    }

    fn add(&mut self, rows: &[Retried]) {
        let fails = |one: &&Retried| matches!(one.report, None | Some(ReleaseReport::Failed { .. }));
        let failing = rows.iter().filter(fails).count() as u64;
        self.failing += failing;
        self.went_on += rows.len() as u64 - failing;
    }
}

impl Retries {
    /// What goes on, and what was begun under this id.
    pub(crate) fn shown(&self, id: Option<&str>) -> Vec<Retrying> {
        self.all().iter().filter(|one| !one.is_over || Some(one.id.as_str()) == id).cloned().collect()
    }

    /// Begins to retry the cases with a cause, one after another; the same cause only once at a time. The first is retried before
    /// this returns, so that whoever may not is told so.
    pub(crate) fn begin(&self, here: &Here, desk: &Desk, new: Retrying) -> Result<String> {
        let running =
            self.all().iter().find(|one| !one.is_over && one.cause == new.cause).map(|one| one.id.clone());
        if let Some(id) = running {
            return Ok(id);
        }
        let (id, cause) = (new.id.clone(), new.cause.clone());
        let (desk, all, app) = (desk.clone(), self.clone(), here.app.clone());
        let step = move |request| desk.retry_page(&cause.code, cause.setting.as_deref(), request);
        let first = step(PageRequest::first().of(1))?;
        let mut next = first.next_request();
        self.push(new, &first.rows);
        let of = id.clone();
        std::thread::spawn(move || {
            while let Some(done) = next.take().and_then(|request| step(request).ok()) {
                next = done.next_request();
                all.change(&of, |one| one.add(&done.rows));
                app.tell();
            }
            all.change(&of, |one| one.is_over = true);
            app.tell();
        });
        Ok(id)
    }

    fn push(&self, mut new: Retrying, rows: &[Retried]) {
        let mut all = self.all();
        new.add(rows);
        let over = all.len().saturating_sub(KEPT - 1);
        all.drain(..over);
        all.push(new);
    }

    fn change(&self, id: &str, how: impl Fn(&mut Retrying)) {
        self.all().iter_mut().filter(|one| one.id == id).for_each(how);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Retrying>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
