"""Data requests: receiving them, and approving their data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..types import Changed, NewCredential, NewRedaction, NewRequest, ReceivedRequest, Ref, SnapshotView
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
        received: ReceivedRequest = self._handle.receive_request(request)
        return received

    def approve_data(self, case: Ref, snapshot: Ref | SnapshotView, *, redactions: Iterable[NewRedaction] = ()) -> Changed:
        """Approves a snapshot, without the columns that are hidden. The approval covers exactly this content: if any of
        it changes, the approval lapses."""
        if isinstance(snapshot, SnapshotView):
            if snapshot.id is None:
                raise ValueError("nothing was collected: there is no snapshot to approve")
            snapshot = snapshot.id
        changed: Changed = self._handle.approve_data(id_of(case), id_of(snapshot), list(redactions))
        return changed
