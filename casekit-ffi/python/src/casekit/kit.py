"""One open file."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any

from . import _forks, callbacks, errors
from ._raw import raw
from .callbacks import Authorizer, Clock, Fonts, Secrets, Sender, Source
from .copies import Single
from .desk import Desk
from .language import Language, language_of
from .live import Bell
from .types import Actor, BackupProgress, Durability, Health, Permission, Restored, Resumed, Role


class CaseKit(Single):
    """One open file with cases in it. Many threads may use it at once, and many processes may open the same file.

    `casekit.open` and `casekit.in_memory` make one; everything in it goes through the desk of an actor. It is closed at
    the end of a `with`, by `close`, or when the program ends.

    It belongs to the process that opened it: in a forked child every call raises `StoreError` with `forked`, and closing it
    does nothing. `docs/forks.md` says how a server that forks opens one.
    """

    _instead = "it is one open file: hand it on as it is, or open the file where it is needed"

    def __init__(self, handle: Any, language: Language | None = None) -> None:
        self._home = _forks.here()
        self._handle = handle
        self._language = language or Language("en")
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._bell = Bell()
        # The bell outlives the kit where a list is still held: it must not hold the kit.
        this = weakref.ref(self)
        self._bell.starts_with(lambda: _ring_for(this))
        self._own: Subscription | None = None
        _open_kits.add(self)

    def desk(
        self,
        actor: Actor | str,
        name: str = "",
        *,
        roles: Role | Iterable[Role] = (),
        permissions: Permission | Iterable[Permission] = (),
        on_behalf_of: str | None = None,
    ) -> Desk:
        """The desk of an actor, for whom the application vouches: every command and every read goes through one.

        The actor's id is kept in the audit trail for good: choose it opaque, and never give it to another person. Nothing
        is allowed by default: roles are bundles of permissions.
        """
        if not isinstance(actor, Actor):
            roles = [roles] if isinstance(roles, str) else list(roles)
            permissions = [permissions] if isinstance(permissions, str) else list(permissions)
            actor = Actor(actor, name, roles, permissions, on_behalf_of)
        return Desk(self._handle.desk(actor), self._bell, self._language)

    @property
    def language(self) -> Language:
        """The language in which desks speak that choose none of their own."""
        return self._language

    def observe(self, changed: Callable[[str], object]) -> Subscription:
        """Calls a function after commits, on a thread of its own, with the cursor up to which there is something to be read.

        Hints may be merged; what exactly changed comes from `Desk.changes_since`. Keep what this gives: it ends when it is
        let go.
        """
        return self._subscribe(callbacks.observer(changed))

    def poll(self) -> bool:
        """Looks for changes that another process made, tells observers of them, and says whether there were any."""
        return bool(self._handle.poll())

    def resume_deliveries(self) -> Resumed:
        """Goes on with every answer that is under way and that nobody sends just now: call it when the application
        starts, and from time to time. A delivery that failed is no error: the case is among the cases with errors."""
        resumed: Resumed = self._handle.resume_deliveries()
        return resumed

    def purge_expired(self) -> int:
        """Destroys snapshots and packages whose retention time is over; says how many. Call it from time to time."""
        return int(self._handle.purge_expired())

    def check(self) -> None:
        """Looks the whole file over for damage; it reads everything. `StoreError` with `corrupt` if there is any; its
        message says whether `repair_derived` fixes it or only a backup does."""
        self._handle.check()

    def health(self) -> Health:
        """How the kit is doing: the last fault, the size of the log, the oldest read, work that is due, the last
        checkpoint, and what keeps the file whole on this system. Told in a moment; `check` looks the file over."""
        health: Health = self._handle.health()
        return health

    def compact(self) -> int:
        """Gives back the space in the file that holds nothing, as after `purge_expired`, in steps between which others write; says
        how many bytes the file has less."""
        return int(self._handle.compact())

    def repair_derived(self) -> int:
        """Makes anew what the search and lists are found by: indexes, counts, names in use, columns. Says how many
        things were not as they should be. Cases, customers, notes, events and files stay as they are; if they are
        damaged themselves, `StoreError` with `corrupt`, and nothing was changed."""
        return int(self._handle.repair_derived())

    def backup_to(
        self, path: str | os.PathLike[str], progress: Callable[[BackupProgress], object] | None = None
    ) -> None:
        """Copies the file to `path`, of one moment and while others read and write.

        Nothing may be at the path. The copy comes there whole or not at all: made beside it for its owner alone, synced,
        every page of it checked, and put there without replacing anything. It is a file like the original, with every
        customer's data in it, and the ledger says nothing of it. To go on with a copy, open it with `restored`.

        `progress` is called after each mebibyte and while the copy is checked. It ends the backup by answering `False`
        (`StoreError` with `cancelled`) or by raising, which goes on to the caller. It must not suspend or close the kit.

        `StoreError` with `exists` if something is at the path, with `interrupted` after `suspend`, with `corrupt` if the
        file is damaged, with `unsupported` from a kit in memory. After an error nothing of the backup is left.
        """
        listener = None if progress is None else callbacks.backup_listener(progress)
        try:
            self._handle.backup_to(os.fspath(path), listener)
        except errors.StoreError:
            if listener is not None and listener.error is not None:
                raise listener.error from None
            raise

    def suspend(self, wait: float | timedelta = 2.0) -> None:
        """Lets go of the file for a while: waits for calls under way for at most `wait` (seconds), interrupts reads, and
        closes every handle. Calls raise `StoreError` with `suspended` until `resume`."""
        self._handle.suspend(_seconds(wait))

    def resume(self) -> None:
        """Opens the file again after `suspend`."""
        self._handle.resume()

    def close(self) -> None:
        """Lets go of the file for good; calls raise `StoreError` with `closed`, and live lists end. Closing again does
        nothing, and closing what was opened before a fork does nothing in the child."""
        if not self._home.is_here():
            return
        subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.end()
        self._own = None
        try:
            self._handle.close_kit()
        finally:
            self._bell.ring()
            _open_kits.discard(self)

    def __enter__(self) -> CaseKit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _subscribe(self, observer: Any) -> Subscription:
        subscription = Subscription(self._handle.observe(observer), observer)
        self._subscriptions.add(subscription)
        return subscription


class Subscription(Single):
    """Keeps an observer subscribed for as long as it lives; also in a `with`."""

    _instead = "it keeps one observer: call `observe` again"

    def __init__(self, handle: Any, observer: Any) -> None:
        self._home = _forks.here()
        self._handle = handle
        # No `weakref.finalize`: those end before what is registered below does.
        _heard[weakref.ref(observer, _let_go)] = threading.Event()

    def end(self) -> None:
        """Ends it; a call that is under way comes to its end."""
        if self._home.is_here():
            self._handle.end()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def open(
    path: str | os.PathLike[str],
    *,
    durability: Durability = Durability.FULL,
    busy_timeout: float | timedelta = 5.0,
    untrusted: bool = False,
    read_only: bool = False,
    create: bool = True,
    restored: Restored | None = None,
    allow_network_file_system: bool = False,
    allow_folders: Iterable[str | os.PathLike[str]] = (),
    allow_hosts: Iterable[str] = (),
    sources: Mapping[str, Source] | None = None,
    deliveries: Mapping[str, Sender] | None = None,
    authorizer: Authorizer | None = None,
    secrets: Secrets | None = None,
    fonts: Fonts | None = None,
    clock: Clock | None = None,
    language: Language | str | None = None,
) -> CaseKit:
    """Opens the file at `path`, or creates it, with the shipped case types, stages and workflows. `:memory:` is no file:
    it lives in memory.

    A file that is there and cannot be used is left as it was: `StoreError` with `not_casekit`, `too_new` or
    `corrupt`; with `foreign` for a sound one in which another program made a table, view, index or trigger; with
    `missing` if nothing is there and nothing is to be created; with `network_file_system` for one on a network file
    system, unless that is allowed; with `forked` if the process that this one was forked from has it open; with `io`,
    `read_only`, `busy` or `full` as the system says.

    Args:
        path: The file.
        durability: When a commit counts as written: when the disk has it, unless said otherwise.
        busy_timeout: Seconds to wait for a writer of another process before saying `busy`.
        untrusted: Whether every page of the file is checked before it is used, for a file that comes from elsewhere.
        read_only: Whether the file is only read: whatever would write answers `read_only`, and nothing is created.
        create: Whether a missing file is created; otherwise opening answers `missing`.
        restored: That the file was restored from a backup, or copied back in any way. Say it once, before anybody else opens
            the file, and again should that opening be cut off: the ledger says so, case numbers go on from a floor, and
            every answer that was under way waits among the cases with errors, under the code `restored`, for a person who
            finds out whether it arrived. A missing file is not created then.
        allow_network_file_system: Whether the file may lie on a network file system (NFS, SMB, 9p, FUSE and their like),
            whose locks and syncs may not do what they promise: only if one machine alone uses it.
        allow_folders: Folders in which settings may name files and folders: sources, and where answers go.
        allow_hosts: Web servers that settings may name: `forms.example.org`, by HTTPS.
        sources: Sources of the application's own, by name: functions, or objects with `collect(question)`.
        deliveries: Deliveries of the application's own, by the name that the setting `webform` gives: functions, or
            objects with `deliver(outgoing)`.
        authorizer: Narrows who sees and does what.
        secrets: The secrets that settings name, or a function that gives one by its name.
        fonts: Font files for scripts that the bundled fonts lack, or a function that gives them.
        clock: Tells the time instead of the system, for tests: a function that gives an aware datetime.
        language: In which language people read what the kit tells: the tag of one that ships (`en`, `de`), or a `Language`
            of the application's own; English unless given. `Desk.in_language` chooses for one desk.
    """
    chosen = None if language is None else language_of(language)
    options = callbacks.options(
        durability=durability,
        busy_timeout=_seconds(busy_timeout),
        untrusted=untrusted,
        read_only=read_only,
        create=create,
        restored=restored,
        allow_network_file_system=allow_network_file_system,
        allow_folders=[os.fspath(folder) for folder in allow_folders],
        allow_hosts=list(allow_hosts),
        sources=sources,
        deliveries=deliveries,
        authorizer=authorizer,
        secrets=secrets,
        fonts=fonts,
        clock=clock,
        language=chosen,
    )
    return CaseKit(raw.KitHandle.open(os.fspath(path), options), chosen)


def in_memory(
    *,
    sources: Mapping[str, Source] | None = None,
    deliveries: Mapping[str, Sender] | None = None,
    authorizer: Authorizer | None = None,
    secrets: Secrets | None = None,
    fonts: Fonts | None = None,
    clock: Clock | None = None,
    language: Language | str | None = None,
) -> CaseKit:
    """A kit that lives in memory, for tests and trials; it is gone when it is closed. `open` says what can be given."""
    chosen = None if language is None else language_of(language)
    options = callbacks.options(
        sources=sources,
        deliveries=deliveries,
        authorizer=authorizer,
        secrets=secrets,
        fonts=fonts,
        clock=clock,
        language=chosen,
    )
    return CaseKit(raw.KitHandle.in_memory(options), chosen)


_open_kits: weakref.WeakSet[CaseKit] = weakref.WeakSet()
_heard: dict[weakref.ref[Any], threading.Event] = {}
"""One for each observer that the library still holds, set when it lets go."""
_PATIENCE = 1.0


def _let_go(observer: weakref.ref[Any]) -> None:
    gone = _heard.pop(observer, None)
    if gone is not None:
        gone.set()


def _seconds(wait: float | timedelta) -> timedelta:
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _ring_for(kit: weakref.ref[CaseKit]) -> None:
    this = kit()
    if this is not None:
        bell = this._bell
        this._own = this._subscribe(callbacks.observer(lambda _: bell.ring()))


def _begin_anew() -> None:
    """In a forked child: what is open is its parent's, and nobody will let go of it here."""
    global _open_kits
    _open_kits = weakref.WeakSet()
    _heard.clear()


_forks.in_child(_begin_anew)


@atexit.register
def _close_all() -> None:
    """Ends everything, and waits until the library's threads have left this interpreter: one that is still in it when it
    ends takes the program with it."""
    _forks.here()
    for kit in list(_open_kits):
        try:
            kit.close()
        except errors.Error:
            # The file is as the last commit left it.
            pass
    # A thread that lets go is not interrupted on the last steps of its way out.
    sys.setswitchinterval(_PATIENCE)
    until = time.monotonic() + _PATIENCE
    for gone in list(_heard.values()):
        # One whose function never comes back is left behind.
        gone.wait(max(0.0, until - time.monotonic()))
    # Whoever is on the way out goes first.
    time.sleep(0.002)
