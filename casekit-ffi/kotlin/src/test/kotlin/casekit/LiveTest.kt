package casekit

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class LiveTest {
    private val supportOnly = CasesQuery(caseTypes = listOf("Support"))

    private fun live(options: Options = Options(), test: suspend CoroutineScope.(CaseKit) -> Unit) =
        inMemory(options) { kit -> runBlocking { withTimeout(PATIENCE) { test(kit) } } }

    /** Everything that a flow delivers, as it comes. */
    private fun <T> CoroutineScope.deliveries(flow: Flow<T>) = Channel<T>(Channel.UNLIMITED).also { all ->
        launch { flow.collect { all.send(it) }; all.close() }
    }

    /** Counts reads by who reads: each asks for the scope once. */
    private class Reads : Authorizer {
        private val count = ConcurrentHashMap<String, AtomicInteger>()

        fun of(actor: Actor) = count.getOrPut(actor.id) { AtomicInteger() }.get()

        override fun scope(actor: Actor): Scope {
            count.getOrPut(actor.id) { AtomicInteger() }.incrementAndGet()
            return Scope(cases = ScopeCases.ALL, internalNotes = true)
        }

        override fun forbids(actor: Actor, action: String, case: CaseHead) = false
    }

    @Test
    fun `a list is delivered now, and again when a commit touched it`() = live { kit ->
        val desk = kit.desk(AMARA)
        val rows = deliveries(desk.on(Dispatchers.IO).liveCases(supportOnly))
        val others = deliveries(desk.on(Dispatchers.IO).liveCases(CasesQuery(caseTypes = listOf("Enquiries"))))
        assertEquals(emptyList<CaseSummary>(), rows.receive().rows)
        assertEquals(0, others.receive().rows.size)
        desk.raiseCase(NewCase("Enquiries", "Not of this list"))
        assertEquals(1, others.receive().rows.size)
        desk.raise("Cannot log in")
        assertEquals(listOf("Cannot log in"), rows.receive().rows.map { it.title })
        assertTrue(rows.tryReceive().isFailure && others.tryReceive().isFailure, "what did not change was delivered")
        kit.close()
    }

    @Test
    fun `every kind of list is live`() = live { kit ->
        val petra = kit.desk(PETRA)
        val suspending = petra.on(Dispatchers.IO)
        val mine = deliveries(suspending.liveMyPendingCases())
        val pending = deliveries(suspending.livePendingCount())
        val failing = deliveries(kit.desk(IVO).on(Dispatchers.IO).liveFailures())
        assertEquals(0, mine.receive().rows.size)
        assertEquals(0L, pending.receive())
        assertEquals(0, failing.receive().rows.size)
        val case = petra.receiveRequest(NewRequest(requestRef = "WEB-1", requester = "Ada Obi")).id!!
        assertEquals(case, mine.receive().rows.single().id)
        assertEquals(1L, pending.receive())
        val thread = deliveries(suspending.liveThread(case))
        val summary = deliveries(suspending.liveSummary(case))
        assertEquals(0, thread.receive().rows.size)
        assertEquals(null, summary.receive().case.holder)
        petra.addNote(case, "Called, no answer.")
        assertEquals("Called, no answer.", thread.receive().rows.single().text)
        petra.takeCase(case)
        while (summary.receive().case.holder?.by != "petra") Unit
        kit.close()
    }

    @Test
    fun `a slow collector gets the newest only`() = live { kit ->
        val desk = kit.desk(AMARA)
        val (first, gate) = CompletableDeferred<Unit>() to CompletableDeferred<Unit>()
        val seen = mutableListOf<Int>()
        val collector = launch {
            desk.on(Dispatchers.IO).liveCases(page = PageRequest(size = 500)).first {
                seen += it.rows.size
                first.complete(Unit)
                gate.await()
                it.rows.size == 100
            }
        }
        first.await()
        launch(Dispatchers.IO) {
            repeat(100) { desk.raise("Case $it") }
            gate.complete(Unit)
        }
        collector.join()
        // The first; what waited, what was being read, and the newest.
        assertTrue(seen.size <= 4) { "$seen" }
        assertEquals(100, seen.last())
    }

    @Test
    fun `nothing is read while nothing changes, and once after a commit`() {
        val reads = Reads()
        live(Options(authorizer = reads)) { kit ->
            val rows = deliveries(kit.desk(BEN).on(Dispatchers.IO).liveCases())
            rows.receive()
            repeat(100) { assertFalse(kit.poll()) }
            assertEquals(1, reads.of(BEN))
            kit.desk(AMARA).raise("Cannot log in")
            rows.receive()
            assertEquals(2, reads.of(BEN))
            kit.close()
        }
    }

    @Test
    fun `who no longer collects is no longer read for`() {
        val reads = Reads()
        live(Options(authorizer = reads)) { kit ->
            val gone = CompletableDeferred<Unit>()
            val bens = launch { kit.desk(BEN).on(Dispatchers.IO).liveCases().collect { gone.complete(Unit) } }
            gone.await()
            bens.cancelAndJoin()
            val before = reads.of(BEN)
            val amaras = deliveries(kit.desk(AMARA).on(Dispatchers.IO).liveCases())
            amaras.receive()
            kit.desk(AMARA).raise("Cannot log in")
            assertEquals(1, amaras.receive().rows.size)
            assertEquals(before, reads.of(BEN))
            kit.close()
        }
    }

    @Test
    fun `lists need no thread each`() = live { kit ->
        val desk = kit.desk(AMARA).on(Dispatchers.Default)
        val one = deliveries(desk.liveCases())
        one.receive()
        fun threads() = Path.of("/proc/self/task").toFile().list()!!.size
        val before = threads()
        val many = List(300) { deliveries(desk.livePendingCount()) }
        many.forEach { it.receive() }
        assertTrue(threads() - before < 20) { "${threads()} threads, and $before before" }
        kit.close()
    }

    @Test
    fun `lists outlive a suspension and end with the kit`() = live { kit ->
        val desk = kit.desk(AMARA)
        val rows = deliveries(desk.on(Dispatchers.IO).liveCases())
        val changes = deliveries(desk.on(Dispatchers.IO).changes())
        rows.receive()
        kit.suspend(Duration.ofSeconds(10))
        val late = deliveries(desk.on(Dispatchers.IO).liveCases())
        kit.resume()
        assertEquals(0, late.receive().rows.size)
        desk.raise("Cannot log in")
        assertEquals(1, rows.receive().rows.size)
        while (changes.receive().changes.none { it.code == "case_raised" }) Unit
        kit.close()
        assertTrue(rows.receiveCatching().isClosed && changes.receiveCatching().isClosed)
    }

    @Test
    fun `a refusal reaches the collector`() = live { kit ->
        val nobody = kit.desk(Actor("nobody")).on(Dispatchers.IO)
        assertEquals("forbidden", refused<CasekitException.Forbidden> { nobody.liveCases().first() }.code)
        val never = CasesQuery(raisedFrom = Instant.MAX)
        refused<CasekitException.Invalid> { kit.desk(AMARA).on(Dispatchers.IO).liveCases(never).first() }
    }

    @Test
    fun `changes come in order, all of them, and go on from a cursor`() = live { kit ->
        val desk = kit.desk(AMARA)
        val suspending = desk.on(Dispatchers.IO)
        val cases = ConcurrentHashMap.newKeySet<CaseId>()
        val writers = List(4) { launch(Dispatchers.IO) { repeat(50) { cases += desk.raise("Case $it") } } }
        val revisions = HashMap<StreamId, Long>()
        val raised = LinkedHashSet<CaseId>()
        var cursor: String? = null
        suspending.changes().transformWhile { news ->
            emit(news)
            raised += news.changes.filter { it.code == "case_raised" }.map { (it.stream as StreamId.Case).v1 }
            raised.size < 200
        }.collect { news ->
            cursor = news.cursor
            for (change in news.changes) {
                val last = revisions.put(change.stream, change.revision)
                assertTrue(last == null || last < change.revision) { "$change came after revision $last" }
            }
        }
        writers.joinAll()
        assertEquals(cases.toSet(), raised.toSet())

        desk.takeCase(raised.first())
        val next = suspending.changes(cursor).first()
        assertTrue(next.changes.isNotEmpty() && next.changes.all { it.stream == StreamId.Case(raised.first()) }) { "$next" }
    }

    @Test
    fun `what another kit on the same file commits is seen after a poll`(@TempDir folder: Path) = runBlocking {
        withTimeout(PATIENCE) {
            CaseKit.open(folder.resolve("cases.db")).use { here ->
                CaseKit.open(folder.resolve("cases.db")).use { there ->
                    val rows = deliveries(here.desk(AMARA).on(Dispatchers.IO).liveCases())
                    rows.receive()
                    there.desk(BEN).raise("From elsewhere")
                    assertTrue(here.poll())
                    assertEquals("From elsewhere", rows.receive().rows.single().title)
                    assertFalse(here.poll())
                    here.close()
                }
            }
        }
    }
}
