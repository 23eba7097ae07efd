//! Cases with errors: what is wrong, who has to fix it, and retrying.

use serde::{Deserialize, Serialize};

use super::failure_view::failure_view;
use super::page::filled;
use super::{Desk, FailingCase, Page, PageRequest, Retried, admission};
use crate::decide::RetryAll;
use crate::engine::{guarded, no_package_builder};
use crate::error::Error;
use crate::language::{Language, Message};
use crate::model::{Settings, WebformTarget};
use crate::release::{Fault, Reach};
use crate::store::{CaseQuery, CaseRow, Defined, Direction, Failing, Sort};

/// How many cases fail for one cause, because of one setting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureGroup {
    /// The code of the cause, such as `source_missing`; it never changes.
    pub code: String,
    /// The setting that is wrong, such as `webform` or `sources.crm`; `None` if the cause is not a setting.
    pub setting: Option<String>,
    /// The number of cases with this cause and setting.
    pub count: u64,
}

/// The cases with errors within the actor's scope, as numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureOverview {
    /// One group for each cause and setting that has cases.
    pub groups: Vec<FailureGroup>,
    /// The number of cases in all groups.
    pub count: u64,
    /// The e-mail address at which users get help; `None` if the settings have none.
    pub support_email: Option<String>,
}

/// The result of checking one setting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SettingFinding {
    /// The setting, such as `webform` or `sources.crm`.
    pub setting: String,
    /// The code of what is wrong; `None` if the setting works. It never changes.
    pub problem: Option<String>,
    /// What to do about it, as text in the desk's language; `None` if the setting works.
    pub fix: Option<String>,
}

impl Desk {
    /// Lists the cases with errors, oldest first.
    ///
    /// Needs [`ReadFailures`](crate::model::Permission::ReadFailures).
    ///
    /// # Arguments
    ///
    /// - `code`: only cases with this cause; `None` for every cause.
    /// - `setting`: only cases that fail because of this setting; `None` for every setting.
    ///
    /// # Cost
    ///
    /// Reads one page by the index of failing cases: it does not grow with the other cases. If the actor's scope is
    /// narrowed, it is tested on the failing cases as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn cases_with_errors(
        &self,
        code: Option<&str>,
        setting: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<FailingCase>, Error> {
        let look = self.enter(&admission::FAILURES, "cases_with_errors")?;
        let after = page.place("errors")?;
        if look.is_for_customer() {
            // What fails on the way to an answer is for staff.
            return Ok(Page::empty());
        }
        let mut filter = look.caller.filter();
        filter.failing = Some(Failing { code: code.map(str::to_owned), setting: setting.map(str::to_owned) });
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let size = page.limit()?;
        let mut query = CaseQuery { filter, sort, by_field: None, direction, after: None, limit: size };
        let slice = filled(after, size, |after, limit| {
            (query.after, query.limit) = (after, limit);
            Ok(self.engine.store.cases(&query)?.answer)
        })?;
        let failing = |row: CaseRow| {
            let failure = failure_view(row.failure.as_deref()?, self.language());
            Some(FailingCase { id: row.id, number: row.number.to_string(), failure })
        };
        Ok(Page::new("errors", size, slice.rows.into_iter().filter_map(failing).collect(), slice.next))
    }

    /// Counts the cases with errors by cause and setting.
    ///
    /// Needs [`ReadFailures`](crate::model::Permission::ReadFailures).
    ///
    /// # Cost
    ///
    /// Reads totals that every change keeps, and no cases: it grows with the number of causes and types. For an actor
    /// who sees only their own cases, or one customer's, reads every failing case.
    pub fn failure_overview(&self) -> Result<FailureOverview, Error> {
        let look = self.enter(&admission::FAILURES, "cases_with_errors")?;
        let Defined { answer: mut counts, catalog } =
            self.engine.store.count_failures(&look.caller.within())?;
        counts.retain(|_| !look.is_for_customer());
        let count = counts.iter().map(|group| group.count).sum();
        let group = |one: crate::store::FailureCount| FailureGroup {
            code: one.code,
            setting: one.setting,
            count: one.count,
        };
        let support = catalog.settings.as_ref().and_then(|settings| settings.support_email.as_ref());
        let support_email = support.map(ToString::to_string);
        Ok(FailureOverview { groups: counts.into_iter().map(group).collect(), count, support_email })
    }

    /// Retries every case with one cause, for example once the cause is fixed.
    ///
    /// A case that fails again does not keep the others from being retried. Needs
    /// [`ReadFailures`](crate::model::Permission::ReadFailures) and [`RetryFailures`](crate::model::Permission::RetryFailures).
    ///
    /// # Arguments
    ///
    /// - `code`: the code of the cause.
    /// - `setting`: only cases that fail because of this setting; `None` for every setting.
    ///
    /// # Returns
    ///
    /// The result for each case.
    ///
    /// # Cost
    ///
    /// Reads the failing cases with that cause page by page and retries one after another, each at the cost of
    /// [`retry`](Self::retry). All results are held and answered at once: [`retry_page`](Self::retry_page) answers part by part.
    pub fn retry_all(&self, code: &str, setting: Option<&str>) -> Result<Vec<Retried>, Error> {
        self.pass(&admission::RETRY, "retry")?;
        let (mut retried, mut next) = (Vec::new(), Some(PageRequest::first()));
        while let Some(page) = next {
            let done = self.retry_page(code, setting, page)?;
            next = done.next_request();
            retried.extend(done.rows);
        }
        Ok(retried)
    }

    /// Retries the cases of one page of those with one cause: [`retry_all`](Self::retry_all) in parts, for a screen that shows how far
    /// it has come. [`failure_overview`](Self::failure_overview) says how many there are.
    ///
    /// A case that fails again does not keep the others from being retried, and is not on a later page. Needs
    /// [`ReadFailures`](crate::model::Permission::ReadFailures) and [`RetryFailures`](crate::model::Permission::RetryFailures).
    ///
    /// # Arguments
    ///
    /// - `code`: the code of the cause.
    /// - `setting`: only cases that fail because of this setting; `None` for every setting.
    /// - `page`: which of them, as [`cases_with_errors`](Self::cases_with_errors) lists them.
    ///
    /// # Returns
    ///
    /// The result for each case of the page.
    ///
    /// # Cost
    ///
    /// Reads one page by the index of failing cases, then retries one after another, each at the cost of
    /// [`retry`](Self::retry).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn retry_page(
        &self,
        code: &str,
        setting: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<Retried>, Error> {
        self.pass(&admission::RETRY, "retry")?;
        // Each case is retried under a request id of its own. Without this the whole call's id would be spent on nothing.
        let whole = RetryAll { code: code.to_owned(), setting: setting.map(str::to_owned) };
        self.engine.run(&self.call, &whole)?;
        let failing = self.cases_with_errors(Some(code), setting, page)?;
        let mut rows = Vec::new();
        for one in failing.rows {
            let (report, error) = match self.part(one.id).retry(one.id) {
                Ok(report) => (Some(report), None),
                Err(Error::Rejected(rejection)) => (None, Some(self.language().render(&rejection.message()))),
                Err(error) => return Err(error),
            };
            rows.push(Retried { case: one.id, number: one.number, report, error });
        }
        Ok(Page { rows, next: failing.next })
    }

    /// Checks whether the settings work.
    ///
    /// Folders must be writable, addresses well formed and allowed, sources must open, and their queries must fit.
    /// Needs [`CheckSettings`](crate::model::Permission::CheckSettings).
    ///
    /// # Arguments
    ///
    /// - `reach`: whether to contact the webform's server too; only [`Reach::There`] does so.
    ///
    /// # Returns
    ///
    /// One result for each setting that was checked; for a setting that does not work, with what to do about it.
    ///
    /// # Cost
    ///
    /// Opens each source and the place of the webform, and reads no cases. The queries of an SQLite source are
    /// prepared and not run; a CSV file is read whole. With [`Reach::There`] the webform's server is asked. It takes
    /// as long as they do.
    ///
    /// Settings have up to 100 sources.
    pub fn check_settings(&self, reach: Reach) -> Result<Vec<SettingFinding>, Error> {
        let action = "check_settings";
        let catalog = self.enter(&admission::SETTINGS, action)?.catalog()?;
        let Some(settings) = catalog.settings.as_deref() else { return Ok(Vec::new()) };
        let language = self.language();
        let mut findings = vec![
            present("organisation", settings.organisation.is_some(), "hint.organisation_not_set", language),
            present(
                "support_email",
                settings.support_email.is_some(),
                "hint.support_email_not_set",
                language,
            ),
            finding("webform", self.try_webform(settings, reach), language),
        ];
        // Opening refuses a kit that could send answers and make none; the webform may have been set since.
        if settings.webform.is_some() && self.engine.services.builder.is_none() {
            findings.push(finding("package_builder", Err(no_package_builder()), language));
        }
        for setting in &settings.sources {
            let name = format!("sources.{}", setting.name);
            let tried = match &self.engine.services.adapters {
                Some(adapters) => guarded(|| adapters.try_source(setting)),
                None => Err(no_adapters()),
            };
            findings.push(finding(&name, tried, language));
        }
        Ok(findings)
    }

    fn try_webform(&self, settings: &Settings, reach: Reach) -> Result<(), Fault> {
        let target: Option<&WebformTarget> = settings.webform.as_ref();
        let hint = Message::new("hint.webform_not_set");
        let target = target.ok_or_else(|| Fault::configuration("webform_not_set", "webform", hint))?;
        let adapters = self.engine.services.adapters.as_ref().ok_or_else(no_adapters)?;
        guarded(|| adapters.try_delivery(target, reach))
    }
}

fn no_adapters() -> Fault {
    Fault::permanent("no_adapters", Message::new("hint.no_adapters"))
}

fn present(setting: &str, is_there: bool, fix: &'static str, language: &Language) -> SettingFinding {
    let fault = (!is_there).then(|| Fault::configuration("not_set", setting, Message::new(fix)));
    finding(setting, fault.map_or(Ok(()), Err), language)
}

fn finding(setting: &str, tried: Result<(), Fault>, language: &Language) -> SettingFinding {
    let fault = tried.err();
    SettingFinding {
        setting: setting.to_owned(),
        fix: fault.as_ref().map(|fault| language.render(&fault.hint)),
        problem: fault.map(|fault| fault.code),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::SettingsEdit;
    use crate::engine::testing::Counting;
    use crate::engine::{Engine, Services};
    use crate::memory::MemoryStore;
    use crate::model::{Actor, Role};

    #[test]
    fn a_webform_without_what_makes_packages_is_found_when_settings_are_checked() {
        let (store, env) = (Arc::new(MemoryStore::new()), Box::new(Counting::new()));
        let engine = Engine::new(store, env, None, Services::default()).unwrap();
        let ivo = engine.desk(Actor::new("ivo", "").with_role(Role::ItAdministrator));
        let found = || {
            let findings = ivo.check_settings(Reach::Here).unwrap().into_iter();
            findings.filter(|one| one.setting == "package_builder").map(|one| one.problem).collect::<Vec<_>>()
        };
        assert_eq!(found(), [], "nothing can be sent, so nothing need be made");
        let webform = WebformTarget::Directory { path: "/answers".into() };
        ivo.change_settings(SettingsEdit::new().webform(webform)).unwrap();
        assert_eq!(found(), [Some("no_package_builder".to_owned())]);
    }
}
