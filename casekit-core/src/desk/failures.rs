//! Cases with errors: what is wrong, who must fix it, and trying again.

use serde::{Deserialize, Serialize};

use super::page::filled;
use super::request_view::failure_view;
use super::{Desk, FailingCase, Page, PageRequest, ReleaseReport};
use crate::engine::guarded;
use crate::error::Error;
use crate::language::{Language, Message};
use crate::model::{CaseId, Permission, Settings, WebformTarget};
use crate::release::{Fault, Reach};
use crate::store::{CaseQuery, CaseRow, Defined, Direction, Failing, Sort};

/// How many cases fail for one cause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureGroup {
    /// The stable word for the cause.
    pub code: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// How many cases.
    pub count: u64,
}

/// The cases with errors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureOverview {
    /// By cause and setting.
    pub groups: Vec<FailureGroup>,
    /// How many cases in all.
    pub count: u64,
    /// Where users turn for help, from the settings.
    pub support_email: Option<String>,
}

/// What became of one retry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Retried {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// How far it came; `None` if it could not be tried.
    pub report: Option<ReleaseReport>,
    /// Why it could not be tried.
    pub error: Option<String>,
}

/// One thing that a check of the settings found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SettingFinding {
    /// The setting: `webform`, `sources.crm`.
    pub setting: String,
    /// The stable word for what is wrong; `None` if it works.
    pub problem: Option<String>,
    /// What to do.
    pub fix: Option<String>,
}

impl Desk {
    /// Cases with errors, oldest first. Needs [`ReadFailures`](Permission::ReadFailures).
    ///
    /// # Arguments
    ///
    /// - `code`: only those of this cause.
    /// - `setting`: only those of this setting.
    pub fn cases_with_errors(
        &self,
        code: Option<&str>,
        setting: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<FailingCase>, Error> {
        let look = self.look(Permission::ReadFailures, "cases_with_errors")?;
        let after = page.place("errors")?;
        let mut filter = look.caller.filter();
        filter.failing = Some(Failing { code: code.map(str::to_owned), setting: setting.map(str::to_owned) });
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let size = page.limit()?;
        let mut query = CaseQuery { filter, sort, direction, after: None, limit: size };
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

    /// How many cases fail, by cause and setting. Needs [`ReadFailures`](Permission::ReadFailures).
    pub fn failure_overview(&self) -> Result<FailureOverview, Error> {
        let look = self.look(Permission::ReadFailures, "cases_with_errors")?;
        let (caller, own) = (&look.caller, look.caller.own());
        let types = caller.scope.types.as_deref();
        let Defined { answer: counts, catalog } = self.engine.store.count_failures(types, own.as_ref())?;
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

    /// Tries all cases of one cause again, once it is fixed. One that fails again leaves the rest alone. Needs
    /// [`ReadFailures`](Permission::ReadFailures) and [`RetryFailures`](Permission::RetryFailures).
    ///
    /// # Arguments
    ///
    /// - `code`: the cause.
    /// - `setting`: only those of this setting.
    ///
    /// # Returns
    ///
    /// What became of each case.
    pub fn retry_all(&self, code: &str, setting: Option<&str>) -> Result<Vec<Retried>, Error> {
        self.require(Permission::RetryFailures, "retry")?;
        let (mut all, mut page) = (Vec::new(), Some(PageRequest::first()));
        while let Some(request) = page {
            let failing = self.cases_with_errors(Some(code), setting, request)?;
            page = failing.next_request();
            all.extend(failing.rows);
        }
        let mut retried = Vec::new();
        for one in all {
            let (report, error) = match self.part(one.id).retry(one.id) {
                Ok(report) => (Some(report), None),
                Err(Error::Rejected(rejection)) => (None, Some(self.language().render(&rejection.message()))),
                Err(error) => return Err(error),
            };
            retried.push(Retried { case: one.id, number: one.number, report, error });
        }
        Ok(retried)
    }

    /// Tries every setting: whether folders can be written, addresses are well formed and allowed, sources open and
    /// their queries fit. Needs [`CheckSettings`](Permission::CheckSettings).
    ///
    /// # Arguments
    ///
    /// - `reach`: whether the webform's server is asked too, which only [`Reach::There`] does.
    ///
    /// # Returns
    ///
    /// What was found, each with what to do about it.
    pub fn check_settings(&self, reach: Reach) -> Result<Vec<SettingFinding>, Error> {
        let catalog = self.look(Permission::CheckSettings, "check_settings")?.catalog()?;
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
