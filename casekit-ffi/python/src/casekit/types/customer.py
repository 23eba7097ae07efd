"""Customers and their profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from .base import Word, word_of


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be entered; only what is given is stored.

    Attributes:
        name: One line of 1 to 200 characters.
        gender: As they gave it.
        marital_status: As they gave it.
        employment_status: As they gave it.
        next_of_kin: Up to 100.
        bank_accounts: Up to 100.
        email: Up to 1,000 characters with an `@` inside.
        phone: Up to 1,000 characters.
        address: Up to 100,000 characters over several lines.
        external_reference: What another system calls them: up to 200 characters, unique in the
            file.
    """

    name: str
    gender: Gender | None = None
    marital_status: MaritalStatus | None = None
    employment_status: EmploymentStatus | None = None
    next_of_kin: Sequence[NewNextOfKin] = ()
    bank_accounts: Sequence[NewBankAccount] = ()
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    external_reference: str | None = None


@dataclass(frozen=True, slots=True)
class NewNextOfKin:
    """Whom to call in need.

    Attributes:
        name: One line of 1 to 200 characters.
        relationship: What they are to the customer.
        phone: Their telephone number.
        address: Their address.
    """

    name: str
    relationship: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class NewBankAccount:
    """Where money goes.

    Attributes:
        bank: The bank.
        account_name: In whose name it is kept.
        number: The account number or IBAN; sensitive.
    """

    number: str = field(repr=False)
    bank: str | None = None
    account_name: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerEdit:
    """Changes to a customer's profile; what is `None` stays as it is.
    
    Blank text takes an optional text away, an empty list empties the list, and `clear` empties any
    field but the name.

    Attributes:
        name: Another name.
        gender: Another gender.
        marital_status: Another marital status.
        employment_status: Another employment status.
        next_of_kin: All next of kin from now on.
        bank_accounts: All bank accounts from now on.
        email: Another e-mail address.
        phone: Another telephone number.
        address: Another postal address.
        external_reference: Another external reference.
        clear: Fields to be emptied.
        seen: The revision that the caller saw.
    """

    name: str | None = None
    gender: Gender | None = None
    marital_status: MaritalStatus | None = None
    employment_status: EmploymentStatus | None = None
    next_of_kin: Sequence[NewNextOfKin] | None = None
    bank_accounts: Sequence[NewBankAccount] | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    external_reference: str | None = None
    clear: Sequence[CustomerField] = ()
    seen: int | None = None


class CustomerField(Word):
    """The fields of a profile."""

    NAME = "name"
    """The name."""

    GENDER = "gender"
    """The gender."""

    MARITAL_STATUS = "marital_status"
    """The marital status."""

    EMPLOYMENT_STATUS = "employment_status"
    """The employment status."""

    NEXT_OF_KIN = "next_of_kin"
    """The next of kin."""

    BANK_ACCOUNTS = "bank_accounts"
    """The bank accounts."""

    EMAIL = "email"
    """The e-mail address."""

    PHONE = "phone"
    """The telephone number."""

    ADDRESS = "address"
    """The postal address."""

    EXTERNAL_REFERENCE = "external_reference"
    """The external reference."""


@dataclass(frozen=True, slots=True)
class Gender:
    """A gender: one of the usual, such as `Gender.FEMALE`, or `Gender.other("in their own words")`.

    Attributes:
        word: The stable word: `female`, or `other`.
        text: In their own words, for `other`: 1 to 1,000 characters on one line.
    """

    word: str
    text: str | None = None

    FEMALE: ClassVar[Gender]
    MALE: ClassVar[Gender]
    NON_BINARY: ClassVar[Gender]
    NOT_DISCLOSED: ClassVar[Gender]

    @classmethod
    def other(cls, text: str) -> Gender:
        """Anything else, in their own words."""
        return cls("other", text)

    def __str__(self) -> str:
        return self.word if self.text is None else self.text

    @classmethod
    def _lift(cls, raw: Any) -> Gender:
        return cls(word_of(raw), getattr(raw, "text", None))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.word.upper())
        return variant() if self.text is None else variant(self.text)


Gender.FEMALE = Gender("female")
Gender.MALE = Gender("male")
Gender.NON_BINARY = Gender("non_binary")
Gender.NOT_DISCLOSED = Gender("not_disclosed")


@dataclass(frozen=True, slots=True)
class MaritalStatus:
    """A marital status: one of the usual, such as `MaritalStatus.SINGLE`, or `MaritalStatus.other("in their own words")`.

    Attributes:
        word: The stable word: `single`, or `other`.
        text: In their own words, for `other`: 1 to 1,000 characters on one line.
    """

    word: str
    text: str | None = None

    SINGLE: ClassVar[MaritalStatus]
    MARRIED: ClassVar[MaritalStatus]
    PARTNERSHIP: ClassVar[MaritalStatus]
    SEPARATED: ClassVar[MaritalStatus]
    DIVORCED: ClassVar[MaritalStatus]
    WIDOWED: ClassVar[MaritalStatus]

    @classmethod
    def other(cls, text: str) -> MaritalStatus:
        """Anything else, in their own words."""
        return cls("other", text)

    def __str__(self) -> str:
        return self.word if self.text is None else self.text

    @classmethod
    def _lift(cls, raw: Any) -> MaritalStatus:
        return cls(word_of(raw), getattr(raw, "text", None))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.word.upper())
        return variant() if self.text is None else variant(self.text)


MaritalStatus.SINGLE = MaritalStatus("single")
MaritalStatus.MARRIED = MaritalStatus("married")
MaritalStatus.PARTNERSHIP = MaritalStatus("partnership")
MaritalStatus.SEPARATED = MaritalStatus("separated")
MaritalStatus.DIVORCED = MaritalStatus("divorced")
MaritalStatus.WIDOWED = MaritalStatus("widowed")


@dataclass(frozen=True, slots=True)
class EmploymentStatus:
    """A employment status: one of the usual, such as `EmploymentStatus.EMPLOYED`, or `EmploymentStatus.other("in their own words")`.

    Attributes:
        word: The stable word: `employed`, or `other`.
        text: In their own words, for `other`: 1 to 1,000 characters on one line.
    """

    word: str
    text: str | None = None

    EMPLOYED: ClassVar[EmploymentStatus]
    SELF_EMPLOYED: ClassVar[EmploymentStatus]
    UNEMPLOYED: ClassVar[EmploymentStatus]
    STUDENT: ClassVar[EmploymentStatus]
    RETIRED: ClassVar[EmploymentStatus]

    @classmethod
    def other(cls, text: str) -> EmploymentStatus:
        """Anything else, in their own words."""
        return cls("other", text)

    def __str__(self) -> str:
        return self.word if self.text is None else self.text

    @classmethod
    def _lift(cls, raw: Any) -> EmploymentStatus:
        return cls(word_of(raw), getattr(raw, "text", None))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.word.upper())
        return variant() if self.text is None else variant(self.text)


EmploymentStatus.EMPLOYED = EmploymentStatus("employed")
EmploymentStatus.SELF_EMPLOYED = EmploymentStatus("self_employed")
EmploymentStatus.UNEMPLOYED = EmploymentStatus("unemployed")
EmploymentStatus.STUDENT = EmploymentStatus("student")
EmploymentStatus.RETIRED = EmploymentStatus("retired")


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer, whole.

    Attributes:
        id: Their identity.
        revision: Their revision.
        name: Their name.
        gender: As they gave it.
        marital_status: As they gave it.
        employment_status: As they gave it.
        next_of_kin: Whom to call in need.
        bank_accounts: Where money goes.
        email: Their e-mail address.
        phone: Their telephone number.
        address: Their postal address.
        external_reference: What another system calls them.
        created_at: When they were entered.
        updated_at: When their profile last changed.
    """

    id: UUID
    revision: int
    name: str
    gender: Gender | None
    marital_status: MaritalStatus | None
    employment_status: EmploymentStatus | None
    next_of_kin: list[NextOfKinView]
    bank_accounts: list[BankAccountView]
    email: str | None
    phone: str | None
    address: str | None
    external_reference: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NextOfKinView:
    """Whom to call in need.

    Attributes:
        name: Their name.
        relationship: What they are to the customer.
        phone: Their telephone number.
        address: Their address.
    """

    name: str
    relationship: str | None
    phone: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class BankAccountView:
    """Where money goes.

    Attributes:
        bank: The bank.
        account_name: In whose name it is kept.
        hint: The number with all but its last four characters hidden.
        number: The number in clear, for those who may read sensitive values.
    """

    bank: str | None
    account_name: str | None
    hint: str
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """A customer in a list.

    Attributes:
        id: Their identity.
        name: Their name.
        external_reference: What another system calls them.
    """

    id: UUID
    name: str
    external_reference: str | None


@dataclass(frozen=True, slots=True)
class CreatedCustomer:
    """A customer was entered.

    Attributes:
        id: Their id.
        revision: Their revision.
        replayed: Whether they were entered before under the same request id.
    """

    id: UUID
    revision: int
    replayed: bool
