"""Cases with errors: what is wrong, who must mend it, and trying again."""

from __future__ import annotations

from ..pages import Page
from ..types import FailingCase, FailureOverview, Reach, Retried, SettingFinding
from .part import Part


class Failures(Part):
    """Cases with errors: what is wrong, who must mend it, and trying again."""

    def cases_with_errors(
        self,
        *,
        code: str | None = None,
        setting: str | None = None,
        size: int | None = None,
        after: str | None = None,
    ) -> Page[FailingCase]:
        """Cases with errors, oldest first; of one cause or one setting if they are given. Needs `read_failures`."""
        return self._page(lambda page: self._handle.cases_with_errors(code, setting, page), size, after)

    def failure_overview(self) -> FailureOverview:
        """How many cases fail, by cause and setting. Needs `read_failures`."""
        overview: FailureOverview = self._handle.failure_overview()
        return overview

    def retry_all(self, code: str, *, setting: str | None = None) -> list[Retried]:
        """Tries all cases of one cause again, after the mend; each has its result, and one that fails again leaves the
        rest. Needs `read_failures` and `retry_failures`."""
        retried: list[Retried] = self._handle.retry_all(code, setting)
        return retried

    def check_settings(self, reach: Reach = Reach.HERE) -> list[SettingFinding]:
        """Tries every setting and lists what was found, each with its mend: whether folders can be written, addresses are
        well formed and allowed, sources open and their queries fit. Only with `Reach.THERE` the webform's server is asked
        whether it is there; nothing is sent unless that is given. Needs `check_settings`."""
        findings: list[SettingFinding] = self._handle.check_settings(reach)
        return findings
