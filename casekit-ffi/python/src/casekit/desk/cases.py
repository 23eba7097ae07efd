"""One case: raise, look up, edit, take and put back."""

from __future__ import annotations

from ..types import CaseEdit, CaseView, Changed, FieldError, NewCase, RaisedCase, Ref
from ..types.base import id_of
from .part import Part


class Cases(Part):
    """One case: raise, look up, edit, take and put back."""

    def raise_case(
        self,
        case_type: str,
        title: str,
        *,
        description: str | None = None,
        stage: str | None = None,
        customer: Ref | None = None,
    ) -> RaisedCase:
        """Raises a case.

        `Invalid` names every wrong field. Needs `raise_cases`.

        Args:
            case_type: The name or id of an active case type.
            title: One line of 1 to 200 characters.
            description: Up to 100,000 characters; blank counts as none.
            stage: The id or label of an enabled stage; the type's first open stage if none is given.
            customer: Whom it concerns.
        """
        raised: RaisedCase = self._handle.raise_case(_new(case_type, title, description, stage, customer))
        return raised

    def validate_case(
        self,
        case_type: str,
        title: str,
        *,
        description: str | None = None,
        stage: str | None = None,
        customer: Ref | None = None,
    ) -> list[FieldError]:
        """Checks a case as a form would raise it: every field's error at once, none if it could be raised now.

        Nothing is written, so cancelling the form leaves nothing. The arguments are those of `raise_case`.
        """
        wrong: list[FieldError] = self._handle.validate_case(_new(case_type, title, description, stage, customer))
        return wrong

    def case(self, id: Ref) -> CaseView:
        """One case, whole. Needs `read_cases`."""
        view: CaseView = self._handle.case(id_of(id))
        return view

    def find_case(self, text: str) -> CaseView:
        """The case that a person means by its number in any letter case (`C-000123`), by bare digits, or by its id."""
        view: CaseView = self._handle.find_case(text)
        return view

    def edit_case(
        self,
        case: Ref,
        *,
        case_type: str | None = None,
        stage: str | None = None,
        title: str | None = None,
        description: str | None = None,
        customer: Ref | None = None,
        without_customer: bool = False,
        reason: str | None = None,
        seen: int | None = None,
    ) -> Changed:
        """Edits type, stage, title, description and customer: one event for each thing that really changes.

        `Invalid` names every wrong field; `Blocked` lists every reason why a move is not possible; `Conflict` if the edit
        names a revision that is no longer the present one. Needs `edit_cases`.

        Args:
            case: The case.
            case_type: The name or id of another active type.
            stage: The id or label of an enabled stage (of the new type, if the type changes).
            title: Another title.
            description: Another description; blank takes it away.
            customer: Another customer.
            without_customer: Whether the link to the customer is taken away.
            reason: Why; needed to leave `Resolved` or `Closed`. Up to 1,000 characters.
            seen: The revision that the caller saw.
        """
        edit = CaseEdit(
            case_type=case_type,
            stage=stage,
            title=title,
            description=description,
            customer=None if customer is None else id_of(customer),
            without_customer=without_customer,
            reason=reason,
            seen=seen,
        )
        changed: Changed = self._handle.edit_case(id_of(case), edit)
        return changed

    def migrate_case(self, case: Ref) -> Changed:
        """Brings a case to the newest version of its type; its stage goes along by id, then by name.
        Needs `edit_cases`."""
        changed: Changed = self._handle.migrate_case(id_of(case))
        return changed

    def take_case(self, case: Ref) -> Changed:
        """Takes a case that nobody holds; from an open stage it moves into progress.

        `AlreadyTaken` says who was first. Needs `take_cases`.
        """
        changed: Changed = self._handle.take_case(id_of(case))
        return changed

    def return_case(self, case: Ref, *, reason: str | None = None) -> Changed:
        """Puts a case back that the actor holds; who may assign cases puts back any. Needs `take_cases`."""
        changed: Changed = self._handle.return_case(id_of(case), reason)
        return changed

    def assign_case(self, case: Ref, to: str, *, reason: str | None = None) -> Changed:
        """Puts a case in the hands of the person with the id `to`. Needs `assign_cases`."""
        changed: Changed = self._handle.assign_case(id_of(case), to, reason)
        return changed

    def take_over_case(self, case: Ref, *, reason: str | None = None) -> Changed:
        """Takes a case out of another's hands. Needs `take_over_cases`."""
        changed: Changed = self._handle.take_over_case(id_of(case), reason)
        return changed


def _new(
    case_type: str, title: str, description: str | None, stage: str | None, customer: Ref | None
) -> NewCase:
    return NewCase(case_type, title, description, stage, None if customer is None else id_of(customer))
