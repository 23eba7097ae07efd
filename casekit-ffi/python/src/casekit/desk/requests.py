"""Data requests: receiving them, and approving their data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..types import (
    Changed,
    GivenField,
    NewCredential,
    NewRedaction,
    NewRequest,
    ReceivedRequest,
    Ref,
    RequestEdit,
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
        team: str | None = None,
        received_at: datetime | None = None,
        tags: Iterable[str] = (),
        fields: Iterable[GivenField] = (),
    ) -> ReceivedRequest:
        """Receives a request that arrived at the webform. It becomes a case, with its credentials.

        The same request again, with the same reference and content, returns the same case and changes nothing. A request
        with a known reference and other content gets a case of its own, and both cases say that they share a reference.
        The customer is linked if one has exactly the external reference; otherwise a case worker has to link one. Needs
        `receive_requests`.

        Args:
            request_ref: The webform's reference for the request: 1 to 200 characters, compared as it is given.
            requester: The name that the requester gave.
            credentials: What the requester gave to prove who they are, up to 50: kinds and values.
            reply_to: The address for the answer, in the webform's own form.
            customer_ref: The external reference of the customer.
            case_type: The name or id of the case type; `Data request` if not given.
            title: The title of the case; the name of its type, in the language of the kit, if not given.
            description: The text that the requester wrote.
            team: The name or id of the team with which the case stands.
            received_at: When the organisation received the request, not later than now; now if not given.
            tags: The tags of the case, up to 20, by name or id; a name that no tag has makes one. They are the application's
                words, and not what a person typed.
            fields: Values for the fields of the case type that are for customers, each field once; those that are required
                have to be given.
        """
        request = NewRequest(
            request_ref=request_ref,
            requester=requester,
            credentials=_credentials(credentials),
            reply_to=reply_to,
            customer_ref=customer_ref,
            case_type=case_type,
            title=title,
            description=description,
            team=team,
            received_at=received_at,
            tags=list(tags),
            fields=list(fields),
        )
        received: ReceivedRequest = self._handle.receive_request(request)
        return received

    def edit_request(
        self,
        case: Ref,
        *,
        requester: str | None = None,
        reply_to: str | None = None,
        credentials: Mapping[str, str] | Iterable[NewCredential] = (),
        received_at: datetime | None = None,
        reason: str | None = None,
        seen: int | None = None,
    ) -> Changed:
        """Corrects a request: who asked, where the answer goes, what they gave later, and when it was received.

        Each correction is an event with what it was before. If another person asked, the approvals of a request that is not
        answered yet lapse. An answer that could not be sent is taken back if it was meant for another person or place: it
        has to be asked for again. After the answer has arrived, `send_again` sends it to the corrected place. Needs
        `edit_cases`.

        Args:
            requester: The name of the person who asked, 1 to 200 characters.
            reply_to: The address for the answer, in the webform's own form; blank text removes it.
            credentials: What the person gave later, to be added: kinds and values. What is there is not added again.
            received_at: When the organisation received the request, not later than now.
            reason: Why it is corrected, up to 1,000 characters.
            seen: The revision that the caller saw; `Conflict` if the case has another one by now.

        Raises:
            Blocked: If the case has no request, or its answer is on its way.
            Invalid: If a field is not valid; the error lists every such field.
        """
        edit = RequestEdit(
            requester=requester,
            reply_to=reply_to,
            credentials=_credentials(credentials),
            received_at=received_at,
            reason=reason,
            seen=seen,
        )
        changed: Changed = self._handle.edit_request(id_of(case), edit)
        return changed

    def approve_data(self, case: Ref, snapshot: Ref | SnapshotView, *, redactions: Iterable[NewRedaction] = ()) -> Changed:
        """Approves a snapshot, without the columns that are hidden. The approval covers exactly this content: if any of
        it changes, the approval lapses."""
        if isinstance(snapshot, SnapshotView):
            if snapshot.id is None:
                raise ValueError("nothing was collected: there is no snapshot to approve")
            snapshot = snapshot.id
        changed: Changed = self._handle.approve_data(id_of(case), id_of(snapshot), list(redactions))
        return changed


def _credentials(given: Mapping[str, str] | Iterable[NewCredential]) -> list[NewCredential]:
    if isinstance(given, Mapping):
        return [NewCredential(kind, value) for kind, value in given.items()]
    return list(given)
