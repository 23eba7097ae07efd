package casekit

import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
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
 * One open file with cases in it.
 *
 * It can be used from many threads, and many processes may open the same file. Every method blocks the calling thread
 * for as long as it takes; [Desk.on] gives the same methods as `suspend` functions. After [close], calls throw
 * [CasekitException.Store] with the code `closed`.
 */
class CaseKit private constructor(private val handle: KitHandle) : AutoCloseable {
    private val closed = AtomicBoolean(false)
    private val observations = ConcurrentHashMap.newKeySet<Observation>()
    private val count = MutableStateFlow(0L)
    private val bell by lazy { observe { ring() } }

    /** The desk of an actor, for whom the application vouches: every command and every read goes through one. */
    fun desk(actor: Actor): Desk = call { desk(actor) }.also { it.kit = this }

    /** The language in which desks speak that choose none of their own. */
    fun language(): Language = call { language() }

    /**
     * Calls [changed] after commits, on a thread of its own, with the cursor up to which everything is there to be
     * read; hints may be merged. It lasts until what is returned is closed, or the kit is, and may call the kit. What
     * it throws is dropped.
     */
    fun observe(changed: (cursor: String) -> Unit): AutoCloseable {
        val observation = Observation(call { observe(Heard(changed)) })
        observations += observation
        // The kit may have been closed meanwhile, and gone through them.
        if (closed.get()) observation.close()
        return observation
    }

    /** Looks for changes that another process made, tells observers of them, and says whether there were any. */
    fun poll(): Boolean = call { poll() }

    /**
     * Goes on with every answer that is under way and that nobody sends just now: call it when the application starts,
     * and from time to time. A delivery that failed is no error: the case is among the cases with errors.
     */
    fun resumeDeliveries(): Resumed = call { resumeDeliveries() }

    /** Destroys snapshots and packages whose retention time is over; says how many. Call it from time to time. */
    fun purgeExpired(): ULong = call { purgeExpired() }

    /**
     * Looks the whole file over for damage; it reads everything. The message of what it throws says whether
     * [repairDerived] fixes it or only a backup does.
     */
    fun check() = call { check() }

    /**
     * How the kit is doing: the last fault, the size of the log, the oldest read, work that is due, the last checkpoint,
     * and what keeps the file whole on this system. Told in a moment; [check] looks the file over.
     */
    fun health(): Health = call { health() }

    /**
     * Gives back the space in the file that holds nothing, as after [purgeExpired], in steps between which others write; says how
     * many bytes the file has less.
     */
    fun compact(): ULong = call { compact() }

    /**
     * Makes anew what the search and lists are found by: indexes, counts, names in use, columns. Says how many things
     * were not as they should be. Cases, customers, notes, events and files stay as they are; if they are damaged
     * themselves, it throws [CasekitException.Store] with the code `corrupt`, and nothing was changed.
     */
    fun repairDerived(): ULong = call { repairDerived() }

    /**
     * Copies the file to [path], of one moment and while others read and write.
     *
     * Nothing may be at the path. The copy comes there whole or not at all: made beside it for its owner alone, synced,
     * every page of it checked, and put there without replacing anything. It is a file like the original, with every
     * customer's data in it, and the ledger says nothing of it. To go on with a copy, see [Options.restored].
     *
     * [progress] is called after each mebibyte and while the copy is checked. It ends the backup by answering `false`
     * (the code is `cancelled`) or by throwing, which goes on to the caller. It must not suspend or close the kit.
     *
     * @throws CasekitException.Store with `exists` if something is at the path, with `interrupted` after [suspend], with
     * `corrupt` if the file is damaged, with `unsupported` from a kit in memory. After an error nothing of it is left.
     */
    @JvmOverloads
    fun backupTo(path: Path, progress: ((BackupProgress) -> Boolean)? = null) {
        val listener = progress?.let(::Following)
        try {
            call { backupTo(path.toString(), listener) }
        } catch (store: CasekitException.Store) {
            throw listener?.thrown ?: store
        }
    }

    /**
     * Copies the file to [path] as the other one does, on [dispatcher]. Cancelling the coroutine ends the backup, and
     * nothing of it is left when the cancellation is thrown.
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
     * Lets go of the file, for a phone that puts the application to sleep: waits for calls under way for at most
     * [wait], interrupts reads, and closes every handle. Until [resume], calls throw [CasekitException.Store] with the
     * code `suspended`; live lists and changes wait.
     */
    fun suspend(wait: Duration) = call { suspend(wait) }

    /** Opens the file again after [suspend]. */
    fun resume() {
        call { resume() }
        ring()
    }

    /** Lets go of the file for good, and ends every flow and observer. Closing again does nothing. */
    override fun close() {
        if (!closed.compareAndSet(false, true)) return
        count.value = ENDED
        observations.forEach(Observation::close)
        handle.use { it.closeKit() }
    }

    /** Once now, and once after commits, merged while the collector is busy; it ends with the kit. */
    internal fun bell(): Flow<Unit> {
        bell
        return count.transformWhile { now ->
            if (now != ENDED) emit(Unit)
            now != ENDED
        }
    }

    internal val isClosed get() = closed.get()

    private fun ring() = count.update { if (it == ENDED) it else it + 1 }

    private inline fun <T> call(work: KitHandle.() -> T): T = try {
        handle.work()
    } catch (gone: IllegalStateException) {
        throw if (closed.get()) CasekitException.Store("closed", "the kit was closed: open it again") else gone
    }

    private class Heard(private val hear: (String) -> Unit) : Observer {
        override fun changed(cursor: String) = hear(cursor)
    }

    private inner class Observation(private val subscription: Subscription) : AutoCloseable {
        override fun close() {
            observations.remove(this)
            // The library ends it when it is let go.
            subscription.destroy()
        }
    }

    /** Keeps what the application's code throws: the library only hears that it failed. */
    private class Following(private val follow: (BackupProgress) -> Boolean) : BackupListener {
        var thrown: Throwable? = null

        override fun progress(progress: BackupProgress): Boolean = try {
            follow(progress)
        } catch (failed: Throwable) {
            thrown = failed
            false
        }
    }

    companion object {
        private const val ENDED = -1L

        /**
         * Opens the file at [path], or creates it, with the shipped case types, stages and workflows. `:memory:` is no
         * file: it lives in memory.
         *
         * @throws CasekitException.Store with `not_casekit`, `too_new` or `corrupt` for a file that is there and
         * cannot be used, which is left as it was; with `foreign` for a sound one in which another program made a table,
         * view, index or trigger; with `missing` if nothing is there and nothing is to be created; with
         * `network_file_system` for one on a network file system, unless the options allow it; with `io`, `read_only`,
         * `busy` or `full` as the system says.
         * @throws LinkageError if the native library is missing or of another version.
         */
        @JvmStatic
        @JvmOverloads
        fun open(path: String, options: Options = Options()): CaseKit {
            Library.check()
            return CaseKit(KitHandle.open(path, options))
        }

        /** Opens the file at [path], or creates it. */
        @JvmStatic
        @JvmOverloads
        fun open(path: Path, options: Options = Options()): CaseKit = open(path.toString(), options)

        /** A kit that lives in memory, for tests and trials; it is gone when it is closed. */
        @JvmStatic
        @JvmOverloads
        fun inMemory(options: Options = Options()): CaseKit {
            Library.check()
            return CaseKit(KitHandle.inMemory(options))
        }
    }
}
