package casekit

import java.lang.ref.WeakReference
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext

/**
 * One open file of cases.
 *
 * Many threads can use it at once, and many processes may open the same file. Every method blocks the calling thread
 * until it is done; [Desk.on] gives the same methods as `suspend` functions. After [close], calls throw
 * [CasekitException.Store] with the code `closed`.
 */
class CaseKit private constructor(private val handle: KitHandle) : AutoCloseable {
    private val closed = AtomicBoolean(false)
    private val bell = Bell()
    private val ringing by lazy { orClosed { observe(bell) } }

    /**
     * The desk of an actor; every command and every read goes through one. The application vouches for the actor. That of a
     * closed kit throws `closed` at each call.
     */
    fun desk(actor: Actor): Desk = orClosed { desk(actor) }.also { it.kit = this }

    /** The language of desks that choose none of their own. */
    fun language(): Language = handle.language()

    /**
     * Calls [changed] after commits, on a thread of its own, with the cursor up to which changes can be read. Calls for
     * several commits may be merged into one. [changed] may call the kit; what it throws is logged.
     *
     * @return The subscription. It goes on until it is closed, the kit is closed, or nobody has the kit any more; it need
     * not be kept. On a closed kit it has ended.
     */
    fun observe(changed: (cursor: String) -> Unit): AutoCloseable = Observation(orClosed { observe(Heard(changed)) })

    /**
     * Says which streams changed since a cursor, such as that of the previous answer or of an observer: an open screen then
     * knows whether it is concerned. Reads up to 500 events by their position.
     *
     * @return The streams, and the cursor to go on with. `null` instead of the streams says that any may have changed: because
     * more than 500 events came, or no cursor was given.
     */
    @JvmOverloads
    fun changedStreams(since: String? = null): ChangedStreams = handle.changedStreams(since)

    /**
     * Looks for changes by other processes, and tells observers about them.
     *
     * @return Whether there were any changes.
     */
    fun poll(): Boolean = handle.poll()

    /**
     * [Polls][poll] by itself, on a thread of the library's own: observers and flows learn what other processes commit within
     * about [interval], of at least 10 milliseconds and at most a day.
     *
     * @return What ends it when it is closed. It ends too when the kit is closed, or nobody has the kit any more.
     */
    fun pollEvery(interval: Duration): AutoCloseable = Observation(handle.pollEvery(interval))

    /**
     * Does what is due: continues deliveries that are unfinished and that nobody is working on, tries again what failed and may
     * pass by itself, once its instant has come, and destroys snapshots and packages whose retention is over.
     *
     * Call it when the application starts, and again at the instant that the answer names, or have [runDueInBackground] do
     * so. It acts as `casekit` in the history, and only goes on with what a person decided. What fails at a case is not an error
     * of this call: the case is then among the cases with errors.
     *
     * @return What was done, and when the library wants to be called next: up to 100 cases have their turn in one call.
     */
    fun runDue(): DueReport = handle.runDue()

    /**
     * Does by itself what is due, on a daemon thread of its own: at once, then when something is due, and at least every
     * [atMost], since another process may make something due earlier. The application's sources and deliveries are called on
     * this thread. While the kit is suspended, nothing is done.
     *
     * @param atMost The longest time to wait, up to a day.
     * @param failed Called with the error if a run failed, for instance because the disk is full; the next run may go well.
     *   Unless given, the error is logged.
     * @param tell Called after each run with what was done.
     * @return What ends it when it is closed: a run that is going on is not interrupted, and no other is begun. It ends too when
     *   the kit is closed, or nobody has the kit any more.
     */
    fun runDueInBackground(
        atMost: Duration = Duration.ofMinutes(1),
        failed: (Throwable) -> Unit = { Thrown.say("what is due could not be done: it is tried again", it) },
        tell: (DueReport) -> Unit = {},
    ): AutoCloseable {
        require(!atMost.isNegative && atMost <= Duration.ofDays(1)) { "`atMost` must be from nothing to a day" }
        return DueRuns(WeakReference(this), atMost, failed, tell)
    }

    /**
     * Continues every unfinished delivery that nobody is working on, and tries those again that failed, once their instant has
     * come: the part of [runDue] that sends. A delivery that fails is not an error of this call: its case is then among the
     * cases with errors.
     */
    fun resumeDeliveries(): Resumed = handle.resumeDeliveries()

    /**
     * Destroys snapshots and packages whose retention is over: the part of [runDue] that destroys.
     *
     * @return The number of snapshots and packages that were destroyed.
     */
    fun purgeExpired(): Long = handle.purgeExpired()

    /**
     * Checks the whole file for damage: each state against its events, what finds it against what it is derived from,
     * and the bytes of snapshots and packages against their digests. It reads everything, so it takes long for a large
     * file.
     *
     * [progress] is called after each part of the file. It ends the check by returning `false` or by throwing; what it throws
     * is thrown to the caller.
     *
     * @return What was compared, and whether destroyed bytes may still be in the log.
     * @throws CasekitException.Store with `corrupt` if there is any damage; the message says whether [repairDerived]
     * repairs it or only a backup helps; with `cancelled` if [progress] returned `false`.
     */
    @JvmOverloads
    fun check(progress: ((CheckProgress) -> Boolean)? = null): CheckReport {
        val following = progress?.let(::Following)
        return following.rethrowing { handle.check(following?.let { CheckFollowing(it) }) }
    }

    /**
     * The state of the kit: the last fault, the size of the log, the oldest read, due tasks, the last checkpoint, and
     * what protects the file on this system. It returns at once; [check] reads the whole file.
     */
    fun health(): Health = handle.health()

    /**
     * Returns unused space in the file to the system, as after [purgeExpired]. It works in steps, between which others
     * can write.
     *
     * @return The number of bytes by which the file shrank.
     */
    fun compact(): Long = handle.compact()

    /**
     * Rebuilds everything by which searches and lists find records: indexes, counts, claims and columns. Cases,
     * customers, notes, events and files are not changed.
     *
     * @return The number of entries that were wrong.
     * @throws CasekitException.Store with `corrupt` if cases, customers, notes, events or files are damaged themselves;
     * nothing was changed.
     */
    fun repairDerived(): Long = handle.repairDerived()

    /**
     * Copies the file to [path] as it is at one moment, while others read and write.
     *
     * There must be nothing at the path. The copy appears there complete or not at all: it is made beside the path with
     * access for its owner alone, synced, checked page by page, and moved to the path without replacing anything. It is
     * a file like the original, with every customer's data in it, and the ledger does not mention it. To continue with
     * a copy, see [Options.restored].
     *
     * [progress] is called after each mebibyte, and while the copy is checked. It ends the backup by returning `false`
     * or by throwing; what it throws is thrown to the caller. It must not suspend or close the kit.
     *
     * @throws CasekitException.Store with `exists` if there is something at the path, `cancelled` if [progress]
     * returned `false`, `interrupted` after [suspend], `corrupt` if the file is damaged, `unsupported` for a kit in
     * memory. After an error nothing of the backup is left.
     */
    @JvmOverloads
    fun backupTo(path: Path, progress: ((BackupProgress) -> Boolean)? = null) {
        val following = progress?.let(::Following)
        following.rethrowing { handle.backupTo(path.local(), following?.let { BackupFollowing(it) }) }
    }

    /**
     * Copies the file to [path] like the blocking function, on [dispatcher]. Cancelling the coroutine ends the backup,
     * and nothing of the backup is left when the cancellation is thrown.
     */
    suspend fun backupTo(path: Path, dispatcher: CoroutineDispatcher, progress: (BackupProgress) -> Unit = {}) =
        withContext(dispatcher) {
            try {
                backupTo(path) { soFar ->
                    progress(soFar)
                    isActive
                }
            } catch (store: CasekitException.Store) {
                ensureActive()
                throw store
            }
        }

    /**
     * Closes the file for a while, for a phone that suspends the application. It waits for running calls for at most
     * [wait], interrupts reads, and closes every handle. Until [resume], calls throw [CasekitException.Store] with the
     * code `suspended`; live lists and changes wait.
     */
    fun suspend(wait: Duration) = handle.suspend(wait)

    /** Opens the file again after [suspend]. */
    fun resume() {
        handle.resume()
        bell.ring()
    }

    /** Closes the file for good, and ends every flow and observer. Closing it again does nothing. */
    override fun close() {
        if (!closed.compareAndSet(false, true)) return
        bell.end()
        // With its handle the kit lets go of what the application brought.
        handle.use { it.closeKit() }
    }

    /** Emits at once, and then after commits, merged while the collector is busy. It ends when the kit is closed. */
    internal fun bell(): Flow<Unit> {
        if (!closed.get()) ringing
        return bell.rings()
    }

    /** What needs no open file: of a closed kit, whose handle is gone, that of another closed one. */
    private inline fun <T> orClosed(work: KitHandle.() -> T): T {
        if (!closed.get()) {
            try {
                return handle.work()
            } catch (gone: CasekitException.Store) {
                if (!closed.get()) throw gone
            }
        }
        return CLOSED.work()
    }

    internal val isClosed get() = closed.get()

    /**
     * Wakes whoever waits for commits. The library holds it for the life of the kit, so it knows nothing of the kit: a kit
     * that is dropped can be collected.
     */
    private class Bell : Observer {
        private val count = MutableStateFlow(0L)

        override fun changed(cursor: String) = ring()

        fun ring() = count.update { if (it == ENDED) it else it + 1 }

        fun end() {
            count.value = ENDED
        }

        fun rings(): Flow<Unit> = count.transformWhile { now ->
            if (now != ENDED) emit(Unit)
            now != ENDED
        }
    }

    private class Heard(private val hear: (String) -> Unit) : Observer {
        override fun changed(cursor: String) = hear(cursor)
    }

    private class Observation(private val subscription: Subscription) : AutoCloseable {
        private val ended = AtomicBoolean(false)

        override fun close() {
            if (ended.compareAndSet(false, true)) subscription.use { it.end() }
        }
    }

    /** Keeps what the application's code throws, to be thrown to the caller: the library only learns that it failed. */
    private class Following<P>(private val follow: (P) -> Boolean) {
        var thrown: Throwable? = null

        fun goesOn(progress: P): Boolean = try {
            follow(progress)
        } catch (failed: Throwable) {
            thrown = failed
            false
        }
    }

    private class BackupFollowing(private val following: Following<BackupProgress>) : BackupListener {
        override fun progress(progress: BackupProgress) = following.goesOn(progress)
    }

    private class CheckFollowing(private val following: Following<CheckProgress>) : CheckListener {
        override fun progress(progress: CheckProgress) = following.goesOn(progress)
    }

    private inline fun <T> Following<*>?.rethrowing(work: () -> T): T = try {
        work()
    } catch (store: CasekitException.Store) {
        throw this?.thrown ?: store
    }

    companion object {
        private const val ENDED = -1L

        /** A kit that was closed: its desks say so. */
        private val CLOSED by lazy { KitHandle.inMemory(null).apply { closeKit() } }

        /**
         * Opens the file at [path], or creates it with the shipped case types, stages and workflows. `:memory:` makes a
         * kit in memory, without a file.
         *
         * @throws CasekitException.Store with `not_casekit`, `too_new` or `corrupt` if the file exists and cannot be
         * used: it is left unchanged; `foreign` if another program made a table, view, index or trigger in it;
         * `missing` if it does not exist and must not be created; `network_file_system` if it is on one and the options
         * do not allow it; `io`, `read_only`, `busy` or `full` for errors of the system.
         * @throws LinkageError if the native library is missing or of another version.
         */
        @JvmStatic
        @JvmOverloads
        fun open(path: String, options: Options = Options()): CaseKit {
            Library.check()
            return CaseKit(KitHandle.open(path, options))
        }

        /**
         * Opens the file at [path], or creates it, like the function with a text.
         *
         * @throws CasekitException.Invalid for a path that is not of the default file system, such as one in an archive.
         */
        @JvmStatic
        @JvmOverloads
        fun open(path: Path, options: Options = Options()): CaseKit = open(path.local(), options)

        /**
         * Opens the organisation's schema in the PostgreSQL database at [url], such as `postgres://user@host/database`, or
         * creates it: what a file is to [open]. Many hosts may have it open at the same time. Connections to another machine
         * are encrypted, and the server's certificate is verified, unless the address says `sslmode=disable`.
         *
         * @throws CasekitException.Store with `missing` for a text that is no address, or if the database or the schema is not
         * there and must not be created; `denied` if the login is refused, lacks a right, or the server's certificate is not
         * trusted; `unavailable` if the server cannot be reached; `too_new` for a schema of a later version; `unsupported` if
         * `readOnly`, `untrusted` or a durability of less than `FULL` is set.
         * @throws LinkageError if the native library is missing or of another version.
         */
        @JvmStatic
        @JvmOverloads
        fun connect(
            url: String,
            database: DatabaseOptions = DatabaseOptions(),
            options: Options = Options(),
        ): CaseKit {
            Library.check()
            return CaseKit(KitHandle.connect(url, database, options))
        }

        /** A kit in memory, for tests and trials. Its content is gone when it is closed. */
        @JvmStatic
        @JvmOverloads
        fun inMemory(options: Options = Options()): CaseKit {
            Library.check()
            return CaseKit(KitHandle.inMemory(options))
        }
    }
}
