"""Heads that are kept elsewhere: several at once, on paper, signed; and verifying that is followed and ended."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from pathlib import Path

import pytest

import casekit
from casekit import (
    AuditHead,
    CaseKit,
    Damage,
    Desk,
    HeadSignature,
    Invalid,
    Role,
    StoreError,
    StreamId,
    VerifyProgress,
)


@pytest.fixture
def heads(kit: CaseKit, agent: Desk, manager: Desk) -> list[AuditHead]:
    """Two heads of a file, between which somebody worked."""
    agent.raise_case("Support", "Cannot log in")
    first = manager.audit_head()
    agent.raise_case("Support", "Password lost")
    return [first, manager.audit_head()]


def test_a_report_confirms_each_head_that_was_kept(manager: Desk, heads: list[AuditHead]) -> None:
    assert manager.verify().confirmed == []
    assert manager.verify(heads[1]).confirmed == [heads[1]]
    assert manager.verify(reversed(heads)).confirmed == heads
    foreign = dataclasses.replace(heads[1], number=7)
    report = manager.verify([foreign, heads[0]])
    assert report.confirmed == [heads[0]]
    assert report.broken is not None and report.broken.kind is Damage.KEPT_HEAD_MISSING
    assert report.broken.stream == StreamId.ledger() and "restore a backup" in report.broken.advice
    german = manager.in_language("de").verify(foreign).broken
    assert german is not None and german.why == "Der aufbewahrte Kopf ist nicht in dieser Datei"


def test_verifying_is_followed_and_ended(manager: Desk, heads: list[AuditHead]) -> None:
    told: list[VerifyProgress] = []
    report = manager.verify(heads, told.append)
    assert told[0].events == 0 and told[-1].events == report.events == told[0].of
    with pytest.raises(StoreError) as ended:
        manager.verify(progress=lambda so_far: False)
    assert ended.value.code == "cancelled"

    def raises(so_far: VerifyProgress) -> None:
        raise KeyError("of the application")

    with pytest.raises(KeyError):
        manager.verify(progress=raises)
    assert manager.verify(heads).broken is None


def test_verifying_one_stream_is_followed_and_ended(manager: Desk, heads: list[AuditHead]) -> None:
    told: list[VerifyProgress] = []
    ledger = StreamId.ledger()
    report = manager.verify_stream(ledger, told.append)
    assert told[0].events == 0 and told[-1].events == report.events == told[0].of
    with pytest.raises(StoreError) as ended:
        manager.verify_stream(ledger, lambda so_far: False)
    assert ended.value.code == "cancelled"

    def raises(so_far: VerifyProgress) -> None:
        raise KeyError("of the application")

    with pytest.raises(KeyError):
        manager.verify_stream(ledger, raises)
    assert manager.verify_stream(ledger) == report


def test_a_head_is_copied_from_paper(manager: Desk, heads: list[AuditHead]) -> None:
    for head in heads:
        text = manager.audit_head_text(head)
        assert manager.audit_head_of_text(text.lower().replace("-", "\n")) == head
    groups = manager.audit_head_text(heads[-1]).split("-")
    assert all(len(group) == 6 for group in groups)
    groups[2] = ("1" if groups[2][0] == "0" else "0") + groups[2][1:]
    with pytest.raises(Invalid) as misread:
        manager.audit_head_of_text(" ".join(groups))
    assert "group `3`" in str(misread.value)
    with pytest.raises(Invalid) as german:
        manager.in_language("de").audit_head_of_text(" ".join(groups))
    assert "Gruppe 3" in str(german.value)


def test_a_signed_head_is_checked_with_the_key_alone(manager: Desk, heads: list[AuditHead]) -> None:
    key = b"the key of the application"

    def sign(statement: bytes) -> HeadSignature:
        return HeadSignature("audit-2026", "hmac-sha256", hmac.digest(key, statement, "sha256"))

    signed = manager.sign_audit_head(heads[0], sign)
    assert (signed.head, signed.key_id, signed.algorithm) == (heads[0], "audit-2026", "hmac-sha256")
    said = signed.head
    statement = (
        f"casekit audit head 1\nnumber {said.number}\nposition {said.position}\ncovers {said.covers}\n"
        f"events {said.events}\ndigest {said.digest}\n"
    ).encode()
    assert manager.audit_head_statement(said) == statement
    assert hmac.new(key, statement, hashlib.sha256).hexdigest() == signed.signature

    def fails(statement: bytes) -> HeadSignature:
        raise PermissionError("the key store is locked")

    with pytest.raises(PermissionError):
        manager.sign_audit_head(heads[0], fails)


def test_a_head_of_another_file_is_not_in_this_one(tmp_path: Path, manager: Desk, heads: list[AuditHead]) -> None:
    with casekit.open(tmp_path / "other.db") as other:
        auditor = other.desk("audra", roles=Role.AUDITOR)
        auditor.audit_head()
        broken = auditor.verify(heads).broken
    assert broken is not None and broken.kind is Damage.KEPT_HEAD_DIFFERS
