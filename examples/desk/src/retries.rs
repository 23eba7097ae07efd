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
    /// Whether it ended before all were retried.
    pub(crate) broke_off: bool,
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
        let (id, cause) = (new.id.clone(), new.cause.clone());
        if let Some(running) = self.enter(new) {
            return Ok(running);
        }
        let (desk, all, app) = (desk.clone(), self.clone(), here.app.clone());
        let step = move |request| desk.retry_page(&cause.code, cause.setting.as_deref(), request);
        let first = step(PageRequest::first().of(1)).inspect_err(|_| self.leave(&id))?;
        let mut next = first.next_request();
        self.change(&id, |one| one.add(&first.rows));
        let of = id.clone();
        std::thread::spawn(move || {
            while let Some(request) = next.take() {
                match step(request) {
                    Ok(done) => {
                        next = done.next_request();
                        all.change(&of, |one| one.add(&done.rows));
                    }
                    Err(_) => all.change(&of, |one| one.broke_off = true),
                }
                app.tell();
            }
            all.change(&of, |one| one.is_over = true);
            app.tell();
        });
        Ok(id)
    }

    /// Enters a retry, unless one of the same cause goes on, whose id this is. Under one lock: of two that begin at the same
    /// moment one is entered.
    fn enter(&self, new: Retrying) -> Option<String> {
        let mut all = self.all();
        let of = |one: &Retrying| (one.cause.code.clone(), one.cause.setting.clone());
        if let Some(running) = all.iter().find(|one| !one.is_over && of(one) == of(&new)) {
            return Some(running.id.clone());
        }
        if let Some(oldest) = all.iter().position(|one| one.is_over).filter(|_| all.len() >= KEPT) {
            all.remove(oldest);
        }
        all.push(new);
        None
    }

    fn leave(&self, id: &str) {
        self.all().retain(|one| one.id != id);
    }

    fn change(&self, id: &str, how: impl Fn(&mut Retrying)) {
        self.all().iter_mut().filter(|one| one.id == id).for_each(how);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Retrying>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str, code: &str, count: u64) -> Retrying {
        let cause = serde_json::json!({ "code": code, "setting": null, "count": count });
        let cause = serde_json::from_value(cause).unwrap();
        Retrying {
            id: id.into(),
            cause,
            label: code.into(),
            went_on: 0,
            failing: 0,
            is_over: false,
            broke_off: false,
        }
    }

    #[test]
    fn a_cause_is_retried_once_at_a_time_however_many_cases_are_left_of_it() {
        let all = Retries::default();
        assert_eq!(all.enter(of("first", "webform_unreachable", 7)), None);
        assert_eq!(all.enter(of("second", "webform_unreachable", 3)).as_deref(), Some("first"));
        assert_eq!(all.enter(of("other", "shop_closed", 1)), None);
        all.change("first", |one| one.is_over = true);
        assert_eq!(all.enter(of("second", "webform_unreachable", 3)), None);
    }

    #[test]
    fn what_goes_on_is_never_forgotten() {
        let all = Retries::default();
        for place in 0..KEPT + 5 {
            assert_eq!(all.enter(of(&place.to_string(), &place.to_string(), 1)), None);
        }
        assert_eq!(all.shown(None).len(), KEPT + 5);
    }
}
