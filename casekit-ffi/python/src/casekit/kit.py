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

from . import _coroutines, _forks, callbacks, errors
from ._options import DatabaseOptions
from ._raw import raw
from .callbacks import AsyncAuthorizer, Authorizer, Clock, Fonts, Secrets, Sender, Source
from .copies import Single
from .desk import Desk
from .due import DueRuns, log_failure, wait_for_all
from .language import Language, language_of
from .live import Bell
from .types import (
    Actor,
    BackupProgress,
    ChangedStreams,
    CheckProgress,
    CheckReport,
    CsvForm,
    DueReport,
    Durability,
    DurabilityCode,
    Health,
    Paper,
    Permission,
    PermissionCode,
    Restored,
    Resumed,
    Role,
    RoleCode,
    SearchProgress,
    Sharing,
    SharingCode,
)


class CaseKit(Single):
    """One open file of cases. Many threads can use it at once, and many processes may open the same file.

    `casekit.open` and `casekit.in_memory` make one. Every command and every read goes through the desk of an actor. A
    kit is closed at the end of a `with`, by `close`, or when the program ends.

    It belongs to the process that opened it. In a forked child every call raises `StoreError` with `forked`, and
    `close` does nothing. `docs/forks.md` says how a server that forks opens a kit.
    """

    _instead = "it is one open file: hand it on as it is, or open the file where it is needed"

    def __init__(self, handle: Any, language: Language | None = None) -> None:
        if isinstance(handle, (str, os.PathLike)):
            raise TypeError("a kit is opened with `casekit.open(path)`, or made with `casekit.in_memory()`")
        self._home = _forks.here()
        self._handle = handle
        self._language = language or Language("en")
        self._bell = Bell()
        self._due_runs: weakref.WeakSet[threading.Event] = weakref.WeakSet()
        # A live list can keep the bell longer than the kit lives, so the bell must not keep the kit alive.
        this = weakref.ref(self)
        self._bell.starts_with(lambda: _ring_for(this))
        _open_kits.add(self)

    def desk(
        self,
        actor: Actor | str,
        name: str = "",
        *,
        roles: Role | RoleCode | Iterable[Role | RoleCode] = (),
        permissions: Permission | PermissionCode | Iterable[Permission | PermissionCode] = (),
        on_behalf_of: str | None = None,
    ) -> Desk:
        """The desk of an actor; every command and every read goes through one. The application vouches for the actor.

        The actor's id stays in the audit trail for good: choose an opaque one, and never give it to another person. The
        name is kept apart from it, in the directory of people, and is shown beside it; blank says nothing. An actor may do
        nothing by default; a role is a named set of permissions.
        """
        if not isinstance(actor, Actor):
            roles = [roles] if isinstance(roles, str) else list(roles)
            permissions = [permissions] if isinstance(permissions, str) else list(permissions)
            actor = Actor(actor, name, roles, permissions, on_behalf_of)
        return Desk(self._handle.desk(actor), self._bell, self._language)

    @property
    def language(self) -> Language:
        """The language of desks that choose none of their own."""
        return self._language

    def observe(self, changed: Callable[[str], object]) -> Subscription:
        """Calls a function after commits, on a thread of its own, with the cursor up to which changes can be read.

        Calls for several commits may be merged into one; `Desk.changes_since` says what exactly changed. What the
        function raises goes to the log `casekit`.

        Returns:
            The subscription. It goes on until it is ended, the kit is closed, or nobody has the kit any more; it need not be
            kept. On a closed kit it has ended.
        """
        return self._subscribe(callbacks.observer(changed))

    def changed_streams(self, since: str | None = None) -> ChangedStreams:
        """Says which streams changed since a cursor, such as that of the previous answer or of an observer: an open screen
        then knows whether it is concerned.

        Reads up to 500 events by their position.

        Args:
            since: The cursor of the previous answer; `None` for where the kit is now.

        Returns:
            The streams, and the cursor to go on with. `None` instead of the streams says that any may have changed:
            because more than 500 events came, or no cursor was given.
        """
        changed: ChangedStreams = self._handle.changed_streams(since)
        return changed

    def poll(self) -> bool:
        """Looks for changes by other processes, and tells observers about them.

        Returns:
            Whether there were any changes.
        """
        return bool(self._handle.poll())

    def poll_every(self, interval: float | timedelta) -> Polling:
        """Polls by itself, on a thread of the library's own: observers and live lists learn what other processes commit
        within about `interval`, in seconds or as a `timedelta`, of at least 10 milliseconds and at most a day.

        Returns:
            What ends it. It ends too when the kit is closed, or nobody has the kit any more; it need not be kept.
        """
        return Polling(self._handle.poll_every(_seconds("interval", interval)))

    def run_due(self) -> DueReport:
        """Does what is due: continues deliveries that are unfinished and that nobody is working on, tries again what failed
        and may pass by itself, once its instant has come, and destroys snapshots and packages whose retention is over.

        Call it when the application starts, and again at the instant that the answer names, or have
        `run_due_in_background` do so. It acts as `casekit` in the history, and only goes on with what a person decided.
        What fails at a case is not an error of this call: the case is then among the cases with errors.

        Returns:
            What was done, and when the library wants to be called next: up to 100 cases have their turn in one call.
        """
        report: DueReport = self._handle.run_due()
        return report

    def run_due_in_background(
        self,
        at_most: float | timedelta = 60.0,
        *,
        tell: Callable[[DueReport], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> DueRuns:
        """Does by itself what is due, on a thread of its own: at once, then when something is due. The application's sources
        and deliveries are called on this thread. While the kit is suspended, nothing is done.

        Args:
            at_most: The longest time to wait, in seconds or as a `timedelta` of up to a day: another process may make
                something due earlier.
            tell: Called after each run with what was done.
            failed: Called with the error if a run failed, for instance because the disk is full; the next run may go well.
                Unless given, the error goes to the log `casekit`.

        Returns:
            What ends it. It ends too when the kit is closed, or nobody has the kit any more; it need not be kept.
        """
        longest = _seconds("at_most", at_most)
        if longest > timedelta(days=1):
            raise ValueError("`at_most` must be a day at most")
        told = _coroutines.plain(tell or _ignore, "tell")
        ended = threading.Event()
        self._due_runs.add(ended)
        return DueRuns(self, ended, longest, told, _coroutines.plain(failed or log_failure, "failed"))

    def resume_deliveries(self) -> Resumed:
        """Continues every unfinished delivery that nobody is working on, and tries those again that failed, once their instant
        has come: the part of `run_due` that sends. A delivery that fails is not an error of this call: its case is then
        among the cases with errors.
        """
        resumed: Resumed = self._handle.resume_deliveries()
        return resumed

    def purge_expired(self) -> int:
        """Destroys snapshots and packages whose retention is over: the part of `run_due` that destroys.

        Returns:
            The number of snapshots and packages that were destroyed.
        """
        return int(self._handle.purge_expired())

    def check(self, progress: Callable[[CheckProgress], object] | None = None) -> CheckReport:
        """Checks the whole file for damage: each state against its events, what finds it against what it is derived
        from, and the bytes of snapshots and packages against their digests. It reads everything, so it takes long for a
        large file.

        Args:
            progress: Called after each part of the file. It ends the check by returning `False` or by raising; what it
                raises is raised to the caller.

        Returns:
            What was compared, and whether destroyed bytes may still be in the log.

        Raises:
            StoreError: With `corrupt` if there is any damage; the message says whether `repair_derived` repairs it or
                only a backup helps; with `cancelled` if `progress` returned `False`.
        """
        report: CheckReport = callbacks.followed(progress, self._handle.check)
        return report

    def health(self) -> Health:
        """The state of the kit: the last fault, the size of the log, the oldest read, due tasks, the last checkpoint,
        and what protects the file on this system. It returns at once; `check` reads the whole file."""
        health: Health = self._handle.health()
        return health

    def compact(self) -> int:
        """Returns unused space in the file to the system, as after `purge_expired`. It works in steps, between which
        others can write.

        Returns:
            The number of bytes by which the file shrank.
        """
        return int(self._handle.compact())

    def repair_derived(self) -> int:
        """Rebuilds everything by which searches and lists find records: indexes, counts, claims and columns. Cases,
        customers, notes, events and files are not changed.

        Returns:
            The number of entries that were wrong.

        Raises:
            StoreError: With `corrupt` if cases, customers, notes, events or files are damaged themselves; nothing was
                changed.
        """
        return int(self._handle.repair_derived())

    def backup_to(
        self, path: str | os.PathLike[str], progress: Callable[[BackupProgress], object] | None = None
    ) -> None:
        """Copies the file to `path` as it is at one moment, while others read and write.

        There must be nothing at the path. The copy appears there complete or not at all: it is made beside the path
        with access for its owner alone, synced, checked page by page, and moved to the path without replacing anything.
        It is a file like the original, with every customer's data in it, and the ledger does not mention it. To
        continue with a copy, open it with `restored`.

        Args:
            path: Where to put the copy.
            progress: Called after each mebibyte, and while the copy is checked. It ends the backup by returning `False`
                or by raising; what it raises is raised to the caller. It must not suspend or close the kit.

        Raises:
            StoreError: With `exists` if there is something at the path, `cancelled` if `progress` returned `False`,
                `interrupted` after `suspend`, `corrupt` if the file is damaged, `unsupported` for a kit in memory.
                After an error nothing of the backup is left.
        """
        callbacks.followed(progress, lambda listener: self._handle.backup_to(os.fspath(path), listener))

    def suspend(self, wait: float | timedelta = 2.0) -> None:
        """Closes the file for a while. It waits for running calls, interrupts reads, and closes every handle. Until
        `resume`, calls raise `StoreError` with `suspended`.

        Args:
            wait: The longest time to wait for running calls, in seconds or as a `timedelta`.
        """
        self._handle.suspend(_seconds("wait", wait))

    def resume(self) -> None:
        """Opens the file again after `suspend`."""
        self._handle.resume()

    def close(self) -> None:
        """Closes the file for good, and ends every subscription. Later calls raise `StoreError` with `closed`, and live
        lists end. Closing it again does nothing, and closing it in a forked child does nothing."""
        if not self._home.is_here():
            return
        for ended in list(self._due_runs):
            ended.set()
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
        return Subscription(self._handle.observe(observer), observer)


class Polling(Single):
    """A kit that polls by itself. It ends with `end`, at the end of a `with`, or with its kit."""

    _instead = "it is of one kit: call `poll_every` again"

    def __init__(self, handle: Any) -> None:
        self._home = _forks.here()
        self._handle = handle

    def end(self) -> None:
        """Ends the polling."""
        if self._home.is_here():
            self._handle.end()

    def __enter__(self) -> Polling:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class Subscription(Single):
    """A subscription of an observer. It ends with `end`, at the end of a `with`, or with its kit."""

    _instead = "it keeps one observer: call `observe` again"

    def __init__(self, handle: Any, observer: Any) -> None:
        self._home = _forks.here()
        self._handle = handle
        # Not `weakref.finalize`: at exit its callbacks run before `_close_all` below, which still needs these.
        _heard[weakref.ref(observer, _let_go)] = threading.Event()

    def end(self) -> None:
        """Ends the subscription. A call of the observer that is running is not interrupted."""
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
    durability: Durability | DurabilityCode = Durability.FULL,
    busy_timeout: float | timedelta = 5.0,
    untrusted: bool = False,
    read_only: bool = False,
    create: bool = True,
    restored: Restored | None = None,
    allow_network_file_system: bool = False,
    sharing: Sharing | SharingCode = Sharing.OWNER,
    allow_folders: Iterable[str | os.PathLike[str]] = (),
    allow_hosts: Iterable[str] = (),
    sources: Mapping[str, Source] | None = None,
    deliveries: Mapping[str, Sender] | None = None,
    authorizer: Authorizer | AsyncAuthorizer | None = None,
    secrets: Secrets | None = None,
    fonts: Fonts | None = None,
    package_csv: CsvForm | None = None,
    time_zone: str | None = None,
    package_paper: Paper | None = None,
    clock: Clock | None = None,
    language: Language | str | None = None,
    search_progress: Callable[[SearchProgress], object] | None = None,
) -> CaseKit:
    """Opens the file at `path`, or creates it with the shipped case types, stages and workflows.

    Args:
        path: Where the file is; `:memory:` makes a kit in memory, without a file.
        durability: When a commit counts as written; `FULL` unless given: once it is on the disk.
        busy_timeout: How long to wait for another process that is writing, before a call fails with `busy`; in seconds
            or as a `timedelta`.
        untrusted: Whether every page of the file is checked before it is used; for a file from an untrusted place.
        read_only: Whether the file is only read. Calls that would write then fail with `read_only`, and nothing is
            created.
        create: Whether a missing file is created; otherwise opening fails with `missing`.
        restored: Set if the file was restored from a backup, or copied back in any other way. Give it once, before
            anybody else opens the file, and again if that opening was interrupted. The ledger then records it, new case
            numbers begin at a floor, and every unfinished delivery is put among the cases with errors under the code
            `restored`, for a person to find out whether it arrived. A missing file is not created then.
        allow_network_file_system: Whether the file may be on a network file system (NFS, SMB, 9p, FUSE and the like),
            where locks and syncs may not do what they promise. Allow it only if a single machine uses the file.
        sharing: Who may open the files that are created: the file of cases with its log, backups, exports, and packages
            in a folder; `OWNER` unless given: the account under which the program runs.
        allow_folders: The folders in which settings may name files and folders: for sources, and for answers.
        allow_hosts: The web servers that settings may name, such as `forms.example.org`; they are reached by HTTPS.
        sources: The application's own sources, by name: functions, or objects with `collect(question)`.
        deliveries: The application's own deliveries, by the name that the setting `webform` gives: functions, or
            objects with `deliver(outgoing)`.
        authorizer: Narrows what actors may see and do.
        secrets: The secrets that settings refer to by name, or a function that gives a secret by its name.
        fonts: Font files for scripts that the bundled fonts lack, or a function that gives them.
        package_csv: How the tables of a package are written as CSV, such as
            `CsvForm(separator="semicolon", byte_order_mark=True)`; for people, with commas and without a mark, unless given.
        time_zone: The time zone by whose clocks every text says when something was: texts of the history, values of fields,
            papers and packages, which say the zone. A name of the IANA database, such as `Europe/Berlin`; `UTC` unless given.
            Instants in records are instants, and due dates keep the zone of their calendar.
        package_paper: What the letter of a package is printed with, such as `Paper("Europe/Berlin")`: its time zone, which
            the letter and the page for a browser say, the size of its pages, and whether fonts of the system are used; in
            the kit's time zone, on A4, with the kit's fonts unless given.
        clock: Gives the time instead of the system, for tests: a function that returns an aware datetime.
        language: The language of names, statuses and messages: the tag of one that ships (`en`, `de`), or a `Language`
            of the application's own; English unless given. `Desk.in_language` chooses another for one desk.
        search_progress: Is told how far the search was made anew. That is done when a file is first opened to be written to
            after the application got a version of casekit with other text rules: it takes time in proportion to the file, and
            opening waits for it. It ends the opening by returning `False` or by raising; what it raises is raised to the
            caller, and the next opening continues. It must not open the same file.

    Raises:
        StoreError: With `not_casekit`, `too_new` or `corrupt` if the file exists and cannot be used: it is left
            unchanged; `foreign` if another program made a table, view, index or trigger in it; `missing` if it does not
            exist and must not be created; `network_file_system` if it is on one and that is not allowed; `forked` if
            the process from which this one was forked has it open; `cancelled` if `search_progress` returned `False`;
            `io`, `read_only`, `busy` or `full` for errors of the system.
        ReportError: With `zone_unknown` if there is no such time zone as `time_zone` or `package_paper` says.
    """
    chosen = None if language is None else language_of(language)
    options = callbacks.options(
        durability=durability,
        busy_timeout=_seconds("busy_timeout", busy_timeout),
        untrusted=untrusted,
        read_only=read_only,
        create=create,
        restored=restored,
        allow_network_file_system=allow_network_file_system,
        sharing=sharing,
        allow_folders=[os.fspath(folder) for folder in allow_folders],
        allow_hosts=list(allow_hosts),
        sources=sources,
        deliveries=deliveries,
        authorizer=authorizer,
        secrets=secrets,
        fonts=fonts,
        package_csv=package_csv,
        time_zone=time_zone,
        package_paper=package_paper,
        clock=clock,
        language=chosen,
    )

    def opened(listener: Any) -> Any:
        options.search_progress = listener
        return raw.KitHandle.open(os.fspath(path), options)

    return CaseKit(callbacks.followed(search_progress, opened), chosen)


def connect(
    url: str,
    *,
    schema: str | None = None,
    connections: int | None = None,
    root_certificates: bytes | None = None,
    password_secret: str | None = None,
    busy_timeout: float | timedelta = 5.0,
    create: bool = True,
    restored: Restored | None = None,
    allow_folders: Iterable[str | os.PathLike[str]] = (),
    allow_hosts: Iterable[str] = (),
    sources: Mapping[str, Source] | None = None,
    deliveries: Mapping[str, Sender] | None = None,
    authorizer: Authorizer | AsyncAuthorizer | None = None,
    secrets: Secrets | None = None,
    fonts: Fonts | None = None,
    package_csv: CsvForm | None = None,
    time_zone: str | None = None,
    package_paper: Paper | None = None,
    clock: Clock | None = None,
    language: Language | str | None = None,
) -> CaseKit:
    """Opens the organisation's schema in a PostgreSQL database, or creates it: what a file is to `open`, which describes the
    arguments that are not named here. Many hosts may have it open at the same time.

    Connections to another machine are encrypted, and the server's certificate is verified, unless the address says
    `sslmode=disable`.

    Args:
        url: The address, such as `postgres://user@host/database`.
        schema: The schema of the organisation, which is to it what a file would be; `casekit` unless given. 1 to 63 bytes,
            not beginning with `pg_`.
        connections: How many calls can read at the same time; 8 unless given. Each needs a connection, which is opened when
            it is first needed; one more writes.
        root_certificates: The certificates, as PEM, of the authorities that may sign the server's certificate; those of the
            system unless given.
        password_secret: The name under which `secrets` have the password, so that no address needs to have it.
        create: Whether a missing schema is created; otherwise connecting fails with `missing`.

    Raises:
        StoreError: With `missing` for a text that is no address, or if the database or the schema is not there and must not
            be created; `denied` if the login is refused, lacks a right, or the server's certificate is not trusted;
            `unavailable` if the server cannot be reached; `too_new` for a schema of a later version.
        ReportError: With `zone_unknown` if there is no such time zone as `time_zone` or `package_paper` says.
    """
    chosen = None if language is None else language_of(language)
    options = callbacks.options(
        busy_timeout=_seconds("busy_timeout", busy_timeout),
        create=create,
        restored=restored,
        allow_folders=[os.fspath(folder) for folder in allow_folders],
        allow_hosts=list(allow_hosts),
        sources=sources,
        deliveries=deliveries,
        authorizer=authorizer,
        secrets=secrets,
        fonts=fonts,
        package_csv=package_csv,
        time_zone=time_zone,
        package_paper=package_paper,
        clock=clock,
        language=chosen,
    )
    database = DatabaseOptions(schema, connections, root_certificates, password_secret)
    return CaseKit(raw.KitHandle.connect(url, database, options), chosen)


def in_memory(
    *,
    sources: Mapping[str, Source] | None = None,
    deliveries: Mapping[str, Sender] | None = None,
    authorizer: Authorizer | AsyncAuthorizer | None = None,
    secrets: Secrets | None = None,
    fonts: Fonts | None = None,
    package_csv: CsvForm | None = None,
    time_zone: str | None = None,
    package_paper: Paper | None = None,
    clock: Clock | None = None,
    language: Language | str | None = None,
) -> CaseKit:
    """A kit in memory, for tests and trials. Its content is gone when it is closed. `open` describes the arguments."""
    chosen = None if language is None else language_of(language)
    options = callbacks.options(
        sources=sources,
        deliveries=deliveries,
        authorizer=authorizer,
        secrets=secrets,
        fonts=fonts,
        package_csv=package_csv,
        time_zone=time_zone,
        package_paper=package_paper,
        clock=clock,
        language=chosen,
    )
    return CaseKit(raw.KitHandle.in_memory(options), chosen)


_open_kits: weakref.WeakSet[CaseKit] = weakref.WeakSet()
_heard: dict[weakref.ref[Any], threading.Event] = {}
"""An event for each observer that the library still holds; it is set when the library lets go of the observer."""
_PATIENCE = 1.0


def _ignore(_: object) -> None:
    pass


def _let_go(observer: weakref.ref[Any]) -> None:
    gone = _heard.pop(observer, None)
    if gone is not None:
        gone.set()


def _seconds(name: str, wait: float | timedelta) -> timedelta:
    if isinstance(wait, timedelta):
        found = wait
    else:
        try:
            found = timedelta(seconds=wait)
        except OverflowError:
            # As infinity is: the library refuses it by its name. A negative one is refused below.
            found = timedelta.max if wait > 0 else timedelta.min
        except ValueError:
            raise ValueError(f"`{name}` must be a number of seconds, or a timedelta") from None
    if found < timedelta():
        raise ValueError(f"`{name}` must not be negative")
    return found


def _ring_for(kit: weakref.ref[CaseKit]) -> None:
    this = kit()
    if this is not None:
        bell = this._bell
        this._subscribe(callbacks.observer(lambda _: bell.ring()))


def _begin_anew() -> None:
    """For a forked child: open kits belong to the parent, and the threads that let go of observers do not exist
    here."""
    global _open_kits
    _open_kits = weakref.WeakSet()
    _heard.clear()


_forks.in_child(_begin_anew)


@atexit.register
def _close_all() -> None:
    """Closes every kit, and waits until the library's threads have left this interpreter. A thread that is still inside
    when the interpreter ends would crash the program."""
    _forks.here()
    for kit in list(_open_kits):
        try:
            kit.close()
        except errors.Error:
            # Nothing is lost: the file is as the last commit left it.
            pass
    # A long switch interval, so that a thread on its way out of the interpreter is not interrupted in its last steps.
    sys.setswitchinterval(_PATIENCE)
    until = time.monotonic() + _PATIENCE
    # Bounded, because an observer's function, a source or a delivery may never return.
    for gone in list(_heard.values()):
        gone.wait(max(0.0, until - time.monotonic()))
    wait_for_all(until)
    # Lets threads that are leaving the interpreter run first.
    time.sleep(0.002)
