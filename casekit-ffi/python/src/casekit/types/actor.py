"""Who acts, and what they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from .base import Word


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the host vouches for them.
    
    The id is what the audit trail keeps; choose it opaque and never give it to somebody else. The name is for
    the host's own screens and is not stored.

    Attributes:
        id: 1 to 200 characters on one line; two actors are the same person when their ids are the
            same to the letter.
        name: The name a screen shows.
        roles: Bundles of permissions.
        permissions: Permissions beyond those of the roles.
        on_behalf_of: The id of the person for whom they act; it counts as a doer too.
    """

    id: str
    name: str = ""
    roles: Sequence[Role] = ()
    permissions: Sequence[Permission] = ()
    on_behalf_of: str | None = None


class Permission(Word):
    """One thing that an actor may be allowed to do."""

    READ_CUSTOMERS = "read_customers"
    """Read profiles and lists of customers."""

    EDIT_CUSTOMERS = "edit_customers"
    """Create and update customers."""

    READ_CASES = "read_cases"
    """Read cases, lists, counts and search."""

    RAISE_CASES = "raise_cases"
    """Raise cases."""

    EDIT_CASES = "edit_cases"
    """Edit type, stage, title, description and customer of cases."""

    READ_NOTES = "read_notes"
    """Read the text of notes."""

    WRITE_NOTES = "write_notes"
    """Add notes, reply, edit and retract one's own, change their visibility."""

    TAKE_CASES = "take_cases"
    """Take cases, and return one's own."""

    ASSIGN_CASES = "assign_cases"
    """Put a case in another's hands, or take it out of them."""

    TAKE_OVER_CASES = "take_over_cases"
    """Take a case that another holds."""

    DECIDE_STEPS = "decide_steps"
    """Approve and deny steps."""

    RELEASE_CASES = "release_cases"
    """Release cases."""

    RETRY_FAILURES = "retry_failures"
    """Retry what failed."""

    REVOKE_APPROVALS = "revoke_approvals"
    """Revoke approvals that others gave."""

    RECEIVE_REQUESTS = "receive_requests"
    """Hand in requests that arrived at the webform."""

    CONFIGURE_CASE_TYPES = "configure_case_types"
    """Create and edit case types."""

    CONFIGURE_WORKFLOWS = "configure_workflows"
    """Create and edit workflows."""

    EXPORT = "export"
    """Export lists and cases."""

    IMPORT = "import"
    """Import customers and cases."""

    READ_HISTORY = "read_history"
    """Read the history of cases, customers and definitions."""

    VERIFY = "verify"
    """Verify the audit trail and take its head."""

    CHANGE_SETTINGS = "change_settings"
    """Change the settings."""

    CHECK_SETTINGS = "check_settings"
    """Read and check the settings."""

    READ_FAILURES = "read_failures"
    """See cases with errors."""

    READ_SENSITIVE = "read_sensitive"
    """Read sensitive values in clear."""

    ERASE = "erase"
    """Erase customers."""


class Role(Word):
    """A named bundle of permissions."""

    AGENT = "agent"
    """Works on customers and cases."""

    APPROVER = "approver"
    """Agent, and decides steps, releases and retries."""

    MANAGER = "manager"
    """Approver, and assigns, takes over, revokes others' approvals, configures, exports and imports."""

    AUDITOR = "auditor"
    """Reads everything and verifies; changes nothing."""

    IT_ADMINISTRATOR = "it_administrator"
    """Settings and cases with errors; no customer data and no note text."""

    ADMINISTRATOR = "administrator"
    """All of the above, and erases."""


class ScopeCases(Word):
    """Which cases a scope leaves."""

    ALL = "all"
    """All of them."""

    OWN = "own"
    """Those that the actor holds or raised."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a host's authorizer leaves of an actor's sight; it can only narrow. `Scope()` leaves all.

    Attributes:
        types: Only cases of these types; `None` for all.
        cases: All cases, or the actor's own.
        internal_notes: Whether internal notes are seen.
    """

    types: Sequence[UUID] | None = None
    cases: ScopeCases = ScopeCases.ALL
    internal_notes: bool = True
