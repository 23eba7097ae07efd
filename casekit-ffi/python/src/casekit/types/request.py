"""Data requests, as a worker's screen shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from .base import Word, word_of
from .case import CaseView
from .customer import CustomerView
from .data import ColumnKind, DataValue
from .failure import FailureView
from .note import ThreadNote
from .refusal import Blocker
from .workflow import StepKind


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as the webform hands it in.
    
    Handing the same reference in again gives the same case and changes nothing.

    Attributes:
        request_ref: What the webform calls it: 1 to 200 characters, unique in the file.
        requester: Who says they are asking.
        credentials: What they gave to prove who they are, up to 50.
        reply_to: Where the answer goes, as the webform understands it.
        customer_ref: The external reference of the customer. If no customer has it, the link is
            left to the worker.
        case_type: The name or id of the case type; `Data request` if not given.
        title: The title of the case; `Data request` if not given.
        description: What they wrote.
    """

    request_ref: str
    requester: str
    credentials: Sequence[NewCredential] = ()
    reply_to: str | None = None
    customer_ref: str | None = None
    case_type: str | None = None
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class NewCredential:
    """Something that a requester gave to prove who they are.

    Attributes:
        kind: What it is, up to 1,000 characters.
        value: What they gave, up to 1,000 characters; sensitive.
    """

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewRedaction:
    """A column to be hidden.

    Attributes:
        source: The source of the table.
        table: The table.
        column: The column.
        reason: Why, for the person who asked: up to 1,000 characters.
    """

    source: str
    table: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewDenial:
    """Why a request is denied.

    Attributes:
        step: The id of the step at which it is denied; the first that can be denied now, if not
            given.
        code: One of the step's denial codes.
        internal_reason: Why, for staff.
        customer_reason: Why, for the person who asked.
    """

    code: str
    internal_reason: str
    customer_reason: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """One case as a worker's screen shows it.

    Attributes:
        case: The case.
        customer: Its customer, for who may read customers.
        request: The request that it came from.
        credentials: What the requester gave to prove who they are.
        workflow: The name of its workflow.
        steps: The steps with their states: the boxes on the screen.
        snapshot: What was collected.
        release: The journey of the answer, once it was asked for.
        failure: What stands in the way.
        status_code: The code of its status in its workflow: `ready`, `waiting`, `being_delivered`, `failed`, `ended`; `None` without
            one.
        status: Its status in words, as in a list.
        outcome_code: The code of what the case ended as: `data_released`, `no_data`, `denied`, `approved`, `withdrawn`.
        outcome: What the case ended as, in words.
        actions: What the actor may do now, and why not.
        last_notes: The five newest notes.
    """

    case: CaseView
    customer: CustomerView | None
    request: RequestView | None
    credentials: list[CredentialView]
    workflow: str | None
    steps: list[StepView]
    snapshot: SnapshotView | None
    release: ReleaseView | None
    failure: FailureView | None
    status_code: str | None
    status: str
    outcome_code: str | None
    outcome: str | None
    actions: list[AvailableAction]
    last_notes: list[ThreadNote]


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request that arrived at the webform.

    Attributes:
        reference: What the webform calls it.
        requester: Who says they are asking, for who may read customers.
        reply_to: Where the answer goes, for who may read customers.
        received_at: When it arrived.
    """

    reference: str
    requester: str | None
    reply_to: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CredentialView:
    """Something that a requester gave to prove who they are.

    Attributes:
        kind: What it is.
        hint: What they gave, with all but its last four characters hidden.
        value: What they gave, in clear, for those who may read sensitive values.
    """

    kind: str
    hint: str
    value: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StepView:
    """A box on the screen.

    Attributes:
        id: Its id.
        label: Its label.
        kind: What is done there.
        state: What the box shows.
        requires: The ids of the steps that it waits for.
        quorum: How many different people must approve it.
        by_holder: Whether the holder of the case does it.
        denial_codes: The codes with which it can be denied.
        approvals: Who approved it so far.
    """

    id: str
    label: str
    kind: StepKind
    state: StepState
    requires: list[str]
    quorum: int
    by_holder: bool
    denial_codes: list[str]
    approvals: list[ApprovalView]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One person's approval.

    Attributes:
        by: The id of who gave it.
        at: When.
        digest: The digest of what was approved, in hexadecimal.
        no_data: Whether it says that there is no data.
        hidden: The columns that are hidden, as `source.table.column`.
        method: How the requester was identified.
        checked: What was checked for that.
    """

    by: str
    at: datetime
    digest: str
    no_data: bool
    hidden: list[str]
    method: str | None
    checked: list[str]


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """What was collected, without its rows; or why nothing was.

    Attributes:
        id: Its id, for the approval; `None` if collecting failed.
        tables: Its tables.
        failure: Why nothing was collected.
    """

    id: UUID | None
    tables: list[SnapshotTableView]
    failure: FailureView | None


@dataclass(frozen=True, slots=True)
class SnapshotTableView:
    """A table of what was collected.

    Attributes:
        source: The source.
        name: The name.
        columns: The columns.
        rows: How many rows.
    """

    source: str
    name: str
    columns: list[SnapshotColumnView]
    rows: int


@dataclass(frozen=True, slots=True)
class SnapshotColumnView:
    """A column of what was collected.

    Attributes:
        name: Its name.
        kind: What stands in it.
    """

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class DataPreview:
    """Rows of a table of what was collected.

    Attributes:
        columns: The names of the columns.
        rows: The rows, each with a value for each column.
        of: How many rows the table has.
    """

    columns: list[str]
    rows: list[list[DataValue]]
    of: int


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """An answer, and how far it has come.

    Attributes:
        step: The id of the step that asked for it; for a denial the step that was denied.
        by: The id of who asked for it.
        requested_at: When.
        content_digest: The digest of the content that is released, in hexadecimal.
        package_sha256: SHA-256 of the package, in hexadecimal, once it is built.
        package_size: Bytes of the package, once it is built.
        attempts: How often it was tried to send it the first time.
        delivered_at: When it arrived first.
        receipt: What the receiver answered then.
        sendings: All its sendings, oldest first: there are several if it was sent again.
    """

    step: str
    by: str
    requested_at: datetime
    content_digest: str
    package_sha256: str | None
    package_size: int | None
    attempts: int
    delivered_at: datetime | None
    receipt: str | None
    sendings: list[SendingView]


@dataclass(frozen=True, slots=True)
class SendingView:
    """One sending of an answer.

    Attributes:
        key: The key that the receiver gets; that of the first is the package's.
        by: The id of who asked for it.
        requested_at: When.
        reason: Why, of all but the first.
        state: The word for how far it has come: `building`, `not_built`, `built`, `sending`, `not_sent`, `arrived`,
            `stopped`.
        attempts: How often it was tried to send it.
        arrived_at: When it arrived.
        receipt: What the receiver answered.
    """

    key: str
    by: str
    requested_at: datetime
    reason: str | None
    state: str
    attempts: int
    arrived_at: datetime | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class AvailableAction:
    """Something that can be done, and every reason why not now.

    Attributes:
        action: What.
        step: The id of the step that it acts on.
        blockers: Every reason why it is not possible now; empty if it is.
    """

    action: Action
    step: str | None
    blockers: list[Blocker]


class Action(Word):
    """What can be done to a case, as its screen offers it."""

    TAKE_CASE = "take_case"
    """Take the case."""

    RETURN_CASE = "return_case"
    """Put it back."""

    APPROVE_IDENTIFICATION = "approve_identification"
    """Approve that the requester is who they say."""

    PREPARE_DATA = "prepare_data"
    """Collect the data."""

    APPROVE_NO_DATA = "approve_no_data"
    """Approve that there is no data."""

    APPROVE_DATA = "approve_data"
    """Approve the data that was collected."""

    APPROVE_STEP = "approve_step"
    """Approve a step without data."""

    DENY = "deny"
    """Deny the request."""

    REVOKE = "revoke"
    """Take an approval back."""

    RELEASE = "release"
    """Build the answer and send it."""

    SEND_AGAIN = "send_again"
    """Send a delivered answer once more."""

    RETRY = "retry"
    """Try again what failed."""

    WITHDRAW = "withdraw"
    """End the workflow because the request was withdrawn."""


class StepState(Word):
    """What the boxes on the screen show."""

    LOCKED = "locked"
    """A required step is not done."""

    READY = "ready"
    """It can be done now."""

    DONE = "done"
    """It is done."""

    DENIED = "denied"
    """It was denied here."""

    FAILED = "failed"
    """Something failed here."""


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """How far an answer came.

    Attributes:
        state: `delivered`: it has arrived. `failed` on the way: the case is among the cases with errors until a retry
            succeeds. `under_way`: another process goes on with it just now. `mended`: no answer was asked for yet; what
            had failed works now, and the case waits for its next decision. `ended`: the request was denied in a workflow
            that releases nothing; it has ended, and nothing is sent.
        receipt: What the receiver answered, if it was delivered.
        failure: What failed, and who must mend it.
        outcome: The word for what the case ended as, if it ended so: `denied`.
    """

    state: str
    receipt: str | None = None
    failure: FailureView | None = None
    outcome: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether it has arrived."""
        return self.state == "delivered"

    @classmethod
    def _lift(cls, raw: Any) -> ReleaseReport:
        return cls(word_of(raw), **vars(raw))
