package casekit

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn

/**
 * The same desk for coroutines: every method suspends instead of blocking, and runs on [dispatcher], such as
 * `Dispatchers.IO`. The desk must come from a [CaseKit].
 */
fun Desk.on(dispatcher: CoroutineDispatcher): SuspendDesk {
    requireNotNull(kit) { "this desk is not one of a `CaseKit`: ask a kit for one" }
    return SuspendDesk(this, dispatcher)
}

/**
 * The changes since a cursor, oldest first and complete, and then each new one as it happens. Start without a cursor,
 * keep the cursor of the changes that were handled, and continue with it later. A cursor to changes that were lost when
 * a backup was restored is refused with `cursor_not_of_this_store`. A slow collector misses nothing. The flow ends when
 * the kit is closed.
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
 * The present answer of a read, and a new one whenever a commit changes it; only the newest, if the collector was busy.
 * Nothing is read while nothing is committed. It continues after `suspend` and `resume`, and ends when the kit is
 * closed.
 */
internal fun <L : AutoCloseable, T : Any> SuspendDesk.live(open: Desk.() -> L, refresh: L.() -> T?): Flow<T> = flow {
    desk.open().use { live ->
        kit.bell().collect { unlessAsleep { live.refresh() }?.let { emit(it) } }
    }
}.conflate().flowOn(dispatcher)

private val SuspendDesk.kit: CaseKit get() = checkNotNull(desk.kit) { "a suspending desk is one of a kit" }

/** `null` while the kit is suspended, because its bell rings again on `resume`; also `null` once it is closed. */
private inline fun <T> SuspendDesk.unlessAsleep(read: () -> T?): T? = try {
    read()
} catch (store: CasekitException.Store) {
    val asleep = store.code == "suspended" || store.code == "interrupted"
    if (asleep || kit.isClosed && store.code == "closed") null else throw store
}
