"""Data requests: the second working day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..types import (
    Action,
    AvailableAction,
    Blocker,
    Changed,
    DataPreview,
    NewCredential,
    NewDenial,
    NewRedaction,
    NewRequest,
    RaisedCase,
    Ref,
    ReleaseReport,
    RequestSummary,
    SnapshotView,
)
from ..types.base import id_of
from .part import Part


class Requests(Part):
    """Data requests, from the webform to the receipt."""

    def receive_request(
        self,
        request_ref: str,
        requester: str,
        *,
        credentials: Mapping[str, str] | Iterable[NewCredential] = (),
        reply_to: str | None = None,
        customer_ref: str | None = None,
        case_type: str | None = None,
        title: str | None = None,
        description: str | None = None,
    ) -> RaisedCase:
        """Takes in a request that arrived at the webform: it becomes a case with its credentials.

        The same reference again gives the same case and changes nothing, whatever else it says. The customer is linked if
        one has the external reference; otherwise the link is left to the worker. Needs `receive_requests`.

        Args:
            request_ref: What the webform calls it: 1 to 200 characters, unique in the file.
            requester: Who says they are asking.
            credentials: What they gave to prove who they are, up to 50: kinds and values.
            reply_to: Where the answer goes, as the webform understands it.
            customer_ref: The external reference of the customer.
            case_type: The name or id of the case type; `Data request` if not given.
            title: The title of the case; `Data request` if not given.
            description: What they wrote.
        """
        if isinstance(credentials, Mapping):
            credentials = [NewCredential(kind, value) for kind, value in credentials.items()]
        request = NewRequest(
            request_ref=request_ref,
            requester=requester,
            credentials=list(credentials),
            reply_to=reply_to,
            customer_ref=customer_ref,
            case_type=case_type,
            title=title,
            description=description,
        )
        raised: RaisedCase = self._handle.receive_request(request)
        return raised

    def summary(self, id: Ref) -> RequestSummary:
        """Everything that a worker's screen shows of one case: the case, its customer, what the requester gave, the
        steps with their states, the data that was collected, what the actor may do now, what failed, the last notes.

        Needs `read_cases`; customer, credentials in clear and notes for who may read them.
        """
        summary: RequestSummary = self._handle.summary(id_of(id))
        return summary

    def available_actions(self, id: Ref) -> list[AvailableAction]:
        """What can be done to a case, each with every reason why not; what has no reason can be done now.
        Needs `read_cases`."""
        actions: list[AvailableAction] = self._handle.available_actions(id_of(id))
        return actions

    def blockers(self, id: Ref, action: Action, *, step: str | None = None) -> list[Blocker]:
        """Every reason why an action on a case (and on a step of it) is not possible now; none if it is.
        Needs `read_cases`."""
        blockers: list[Blocker] = self._handle.blockers(id_of(id), action, step)
        return blockers

    def approve_identification(self, case: Ref, method: str, *, checked: Iterable[str] = ()) -> Changed:
        """Approves that the requester is who they say: by which method, and what was checked.

        `Blocked` lists every reason why not. The holder of the case does it, with `decide_steps` in the shipped workflow.
        """
        changed: Changed = self._handle.approve_identification(id_of(case), method, list(checked))
        return changed

    def prepare_data(self, case: Ref) -> SnapshotView:
        """Collects what the workflow's sources find, as a snapshot to look at and decide on.

        A source that fails makes the case one with errors; the answer says so. Needs the permission of the step.
        """
        snapshot: SnapshotView = self._handle.prepare_data(id_of(case))
        return snapshot

    def snapshot(self, id: Ref) -> SnapshotView:
        """What was collected last for a case, without its rows. Needs `read_cases` and `decide_steps`."""
        snapshot: SnapshotView = self._handle.snapshot(id_of(id))
        return snapshot

    def preview_data(self, id: Ref, source: str, table: str, *, offset: int = 0, limit: int = 50) -> DataPreview:
        """Rows of one table of what was collected, in clear: at most 500 from `offset`.
        Needs `decide_steps` and `read_sensitive`."""
        preview: DataPreview = self._handle.preview_data(id_of(id), source, table, offset, limit)
        return preview

    def approve_no_data(self, case: Ref) -> Changed:
        """Approves that there is no data about the person: an answer like any other, to be released."""
        changed: Changed = self._handle.approve_no_data(id_of(case))
        return changed

    def approve_data(self, case: Ref, snapshot: Ref | SnapshotView, *, redactions: Iterable[NewRedaction] = ()) -> Changed:
        """Approves a snapshot with columns hidden. The approval covers exactly this: if anything of it changes, it falls
        back."""
        if isinstance(snapshot, SnapshotView):
            if snapshot.id is None:
                raise ValueError("nothing was collected: there is no snapshot to approve")
            snapshot = snapshot.id
        changed: Changed = self._handle.approve_data(id_of(case), id_of(snapshot), list(redactions))
        return changed

    def approve_step(self, case: Ref, step: str, *, reason: str | None = None) -> Changed:
        """Approves a step of the kind `StepKind.APPROVAL`."""
        changed: Changed = self._handle.approve_step(id_of(case), step, reason)
        return changed

    def deny(
        self, case: Ref, code: str, *, internal_reason: str, customer_reason: str, step: str | None = None
    ) -> ReleaseReport:
        """Denies the request. It ends the workflow, and is built and delivered like any answer.

        Args:
            case: The case.
            code: One of the step's denial codes.
            internal_reason: Why, for staff.
            customer_reason: Why, for the person who asked.
            step: The id of the step at which it is denied; the first that can be denied now, if not given.
        """
        denial = NewDenial(code=code, internal_reason=internal_reason, customer_reason=customer_reason, step=step)
        report: ReleaseReport = self._handle.deny(id_of(case), denial)
        return report

    def revoke(self, case: Ref, step: str, *, reason: str | None = None) -> Changed:
        """Takes one's own approval back, or as a manager anybody's; the approvals after it fall back too."""
        changed: Changed = self._handle.revoke(id_of(case), step, reason)
        return changed

    def release(self, case: Ref) -> ReleaseReport:
        """Builds the answer and sends it to the webform. Each point is durable before the next begins: killed anywhere,
        `CaseKit.resume_deliveries` goes on, with the same bytes and the same key.

        That something failed on the way is an answer, not an error. Needs `release_cases` in the shipped workflow.
        """
        report: ReleaseReport = self._handle.release(id_of(case))
        return report

    def send_again(self, case: Ref, reason: str) -> ReleaseReport:
        """Sends an answer that has arrived once more, because of a reason that the history keeps: the same bytes, under
        a key of its own, so that the receiver takes it as something new. What was delivered before stays delivered, with
        its receipt.

        As `release`, for the same people. `Blocked` with `not_delivered` if no answer has arrived, with
        `package_destroyed` once its bytes are gone.
        """
        report: ReleaseReport = self._handle.send_again(id_of(case), reason)
        return report

    def retry(self, case: Ref) -> ReleaseReport:
        """Tries again what failed, from the last good point. Needs `retry_failures`."""
        report: ReleaseReport = self._handle.retry(id_of(case))
        return report

    def withdraw(self, case: Ref, *, reason: str | None = None) -> Changed:
        """Ends the workflow because the request was withdrawn; what was found is destroyed. Of an answer that has
        arrived, it gives up a sending (`send_again`) that fails."""
        changed: Changed = self._handle.withdraw(id_of(case), reason)
        return changed
