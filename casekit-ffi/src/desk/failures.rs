//! Cases with errors: what is wrong, who must mend it, and trying again.

use casekit::{FailureOverview, PageRequest, Reach, Retried, SettingFinding};

use super::Desk;
use crate::error::CasekitError;
use crate::types::FailingCasePage;

#[uniffi::export]
impl Desk {
    /// Cases with errors, oldest first; of one cause or one setting if they are given.
    /// Needs `read_failures`.
    #[uniffi::method(default(code = None, setting = None, page = None))]
    pub fn cases_with_errors(
        &self,
        code: Option<String>,
        setting: Option<String>,
        page: Option<PageRequest>,
    ) -> Result<FailingCasePage, CasekitError> {
        self.guard(|| {
            self.desk
                .cases_with_errors(code.as_deref(), setting.as_deref(), super::page(page))
                .map(Into::into)
        })
    }

    /// How many cases fail, by cause and setting. Needs `read_failures`.
    pub fn failure_overview(&self) -> Result<FailureOverview, CasekitError> {
        self.guard(|| self.desk.failure_overview())
    }

    /// Tries all cases of one cause again, after the mend; each has its result, and one that fails again leaves the
    /// rest. Needs `read_failures` and `retry_failures`.
    #[uniffi::method(default(setting = None))]
    pub fn retry_all(&self, code: String, setting: Option<String>) -> Result<Vec<Retried>, CasekitError> {
        self.guard(|| self.desk.retry_all(&code, setting.as_deref()))
    }

    /// Tries every setting and lists what was found, each with its mend: whether folders can be written, addresses are
    /// well formed and allowed, sources open and their queries fit. Only with [`Reach::There`] the webform's server
    /// is asked whether it is there; nothing is sent unless that is given. Needs `check_settings`.
    #[uniffi::method(default(reach = None))]
    pub fn check_settings(&self, reach: Option<Reach>) -> Result<Vec<SettingFinding>, CasekitError> {
        self.guard(|| self.desk.check_settings(reach.unwrap_or(Reach::Here)))
    }
}
