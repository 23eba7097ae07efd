"""Customers and their profiles."""

from __future__ import annotations

from collections.abc import Iterable

from ..pages import Page
from ..types import (
    Changed,
    CreatedCustomer,
    CustomerEdit,
    CustomerField,
    CustomerSummary,
    CustomerView,
    EmploymentStatus,
    Gender,
    MaritalStatus,
    NewBankAccount,
    NewCustomer,
    NewNextOfKin,
    Ref,
)
from ..types.base import id_of
from .part import Part


class Customers(Part):
    """Customers and their profiles."""

    def create_customer(
        self,
        name: str,
        *,
        gender: Gender | None = None,
        marital_status: MaritalStatus | None = None,
        employment_status: EmploymentStatus | None = None,
        next_of_kin: Iterable[NewNextOfKin] = (),
        bank_accounts: Iterable[NewBankAccount] = (),
        email: str | None = None,
        phone: str | None = None,
        address: str | None = None,
        external_reference: str | None = None,
    ) -> CreatedCustomer:
        """Enters a customer; only what is given is stored. Needs `edit_customers`.

        Args:
            name: One line of 1 to 200 characters.
            gender: As they gave it.
            marital_status: As they gave it.
            employment_status: As they gave it.
            next_of_kin: Whom to call in need, up to 100.
            bank_accounts: Where money goes, up to 100.
            email: Up to 1,000 characters with an `@` inside.
            phone: Up to 1,000 characters.
            address: Up to 100,000 characters over several lines.
            external_reference: What another system calls them: up to 200 characters, unique in the file.
        """
        new = NewCustomer(
            name=name,
            gender=gender,
            marital_status=marital_status,
            employment_status=employment_status,
            next_of_kin=list(next_of_kin),
            bank_accounts=list(bank_accounts),
            email=email,
            phone=phone,
            address=address,
            external_reference=external_reference,
        )
        created: CreatedCustomer = self._handle.create_customer(new)
        return created

    def update_customer(
        self,
        customer: Ref,
        *,
        name: str | None = None,
        gender: Gender | None = None,
        marital_status: MaritalStatus | None = None,
        employment_status: EmploymentStatus | None = None,
        next_of_kin: Iterable[NewNextOfKin] | None = None,
        bank_accounts: Iterable[NewBankAccount] | None = None,
        email: str | None = None,
        phone: str | None = None,
        address: str | None = None,
        external_reference: str | None = None,
        clear: Iterable[CustomerField] = (),
        seen: int | None = None,
    ) -> Changed:
        """Updates a customer's profile; the event says which fields changed. What is `None` stays as it is.

        Blank text takes an optional text away, an empty list empties the list, and `clear` empties any field but the name.
        `seen` is the revision that the caller saw. Needs `edit_customers`.
        """
        edit = CustomerEdit(
            name=name,
            gender=gender,
            marital_status=marital_status,
            employment_status=employment_status,
            next_of_kin=None if next_of_kin is None else list(next_of_kin),
            bank_accounts=None if bank_accounts is None else list(bank_accounts),
            email=email,
            phone=phone,
            address=address,
            external_reference=external_reference,
            clear=list(clear),
            seen=seen,
        )
        changed: Changed = self._handle.update_customer(id_of(customer), edit)
        return changed

    def customer(self, id: Ref) -> CustomerView:
        """One customer, whole. Account numbers are in clear only for who may read sensitive values.
        Needs `read_customers`."""
        view: CustomerView = self._handle.customer(id_of(id))
        return view

    def find_customer(self, external_reference: str) -> CustomerView:
        """The customer with an external reference, compared as names are."""
        view: CustomerView = self._handle.find_customer(external_reference)
        return view

    def customers(
        self, text: str | None = None, *, size: int | None = None, after: str | None = None
    ) -> Page[CustomerSummary]:
        """Customers by name, `size` a page; with a text, those in whose name it is found. Needs `read_customers`."""
        return self._page(lambda page: self._handle.customers(text, page), size, after)
