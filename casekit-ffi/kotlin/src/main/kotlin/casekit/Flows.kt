package casekit

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn

/**
 * The same desk for coroutines: every method suspends instead of blocking, and the work is done on [dispatcher], such
 * as `Dispatchers.IO`. The desk must be one of a [CaseKit].
 */
fun Desk.on(dispatcher: CoroutineDispatcher): SuspendDesk {
    requireNotNull(kit) { "this desk is not one of a `CaseKit`: ask a kit for one" }
    return SuspendDesk(this, dispatcher)
}

/**
 * What changed since a cursor, oldest first and complete, and then what changes: start with nothing, keep the
 * cursor of what was dealt with, and go on with it another day. One from behind a backup that was restored since is
 * refused with `cursor_not_of_this_store`. A slow collector misses nothing. It ends with the kit.
 */
fun SuspendDesk.changes(cursor: String? = null): Flow<Changes> = flow {
    var known = cursor
    kit.bell().collect {
        do {
            val news = unlessAsleep { desk.changesSince(known) } ?: break
            known = news.cursor
            if (news.changes.isNotEmpty()) emit(news)
        } while (news.more)
    }
}.flowOn(dispatcher)

/**
 * A list that is delivered now, and again when a commit changed it: the newest only, if the collector was busy.
 * Nothing is read while nothing is committed. It outlives `suspend`, and ends with the kit.
 */
internal fun <L : AutoCloseable, T : Any> SuspendDesk.live(open: Desk.() -> L, refresh: L.() -> T?): Flow<T> = flow {
    desk.open().use { live ->
        kit.bell().collect { unlessAsleep { live.refresh() }?.let { emit(it) } }
    }
}.conflate().flowOn(dispatcher)

private val SuspendDesk.kit: CaseKit get() = checkNotNull(desk.kit) { "a suspending desk is one of a kit" }

/** Nothing from a kit that is suspended, for it rings when it is there again; and nothing more from a closed one. */
private inline fun <T> SuspendDesk.unlessAsleep(read: () -> T?): T? = try {
    read()
} catch (store: CasekitException.Store) {
    val asleep = store.code == "suspended" || store.code == "interrupted"
    if (asleep || kit.isClosed && store.code == "closed") null else throw store
}
