package casekit

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.io.path.listDirectoryEntries
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class LifetimeTest {
    /** Which files below a folder this process has open. */
    private fun handles(folder: Path) = Path.of("/proc/self/fd").listDirectoryEntries().mapNotNull { handle ->
        runCatching { Files.readSymbolicLink(handle).toString() }.getOrNull()
    }.filter { it.startsWith(folder.toRealPath().toString()) }

    @Test
    fun `a closed kit has let go of its file, and says that it is closed`(@TempDir folder: Path) {
        val kit = CaseKit.open(folder.resolve("cases.db"))
        val desk = kit.desk(AMARA)
        val live = desk.liveCases()
        val case = desk.raise("Cannot log in")
        assertTrue(handles(folder).isNotEmpty())
        kit.close()
        kit.close()
        assertEquals(emptyList<String>(), handles(folder))
        val calls = listOf<() -> Any?>(
            { desk.case(case) }, { desk.raise("Too late") }, { desk.request("r-1").raise("Too late") }, { live.refresh() },
            { kit.desk(AMARA).cases() }, { kit.poll() }, { kit.purgeExpired() }, { kit.check() }, { kit.repairDerived() }, { kit.resume() },
            { kit.health() }, { kit.compact() },
            { kit.suspend(Duration.ZERO) }, { kit.resumeDeliveries() }, { kit.runDue() },
        )
        for (call in calls) assertEquals("closed", refused<CasekitException.Store>(call).code)
        CaseKit.open(folder.resolve("cases.db")).use { assertEquals("Cannot log in", it.desk(AMARA).case(case).title) }
    }

    @Test
    fun `a suspended kit has no handle open, and goes on where it was`(@TempDir folder: Path) {
        CaseKit.open(folder.resolve("cases.db")).use { kit ->
            val desk = kit.desk(AMARA)
            val case = desk.raise("Cannot log in")
            kit.suspend(Duration.ofSeconds(5))
            assertEquals(emptyList<String>(), handles(folder))
            assertEquals("suspended", refused<CasekitException.Store> { desk.case(case) }.code)
            kit.resume()
            assertEquals("Cannot log in", desk.case(case).title)
            desk.raise("Goes on")
        }
    }

    @Test
    fun `a desk that was let go says so, and its kit goes on`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        desk.close()
        desk.close()
        assertEquals("closed", refused<CasekitException.Store> { desk.cases() }.code)
        kit.desk(AMARA).cases()
    }

    @Test
    fun `a kit may be closed in the midst of calls`(@TempDir folder: Path) {
        repeat(5) { round ->
            val kit = CaseKit.open(folder.resolve("cases-$round.db"), Options(durability = Durability.NORMAL))
            val desk = kit.desk(AMARA)
            val others = ConcurrentLinkedQueue<Throwable>()
            val threads = List(4) {
                thread {
                    try {
                        while (true) desk.raise("Case")
                    } catch (closed: CasekitException.Store) {
                        if (closed.code !in setOf("closed", "interrupted")) others += closed
                    } catch (other: Throwable) {
                        others += other
                    }
                }
            }
            while (desk.cases().rows.size < 10) Thread.onSpinWait()
            val closers = List(2) { thread { kit.close() } }
            (threads + closers).forEach { it.join(PATIENCE) }
            assertEquals(emptyList<Throwable>(), others.toList())
            assertTrue((threads + closers).none { it.isAlive })
            assertEquals(emptyList<String>(), handles(folder))
        }
    }

    @Test
    fun `many threads at one desk lose nothing, and one case has one taker`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val numbers = ConcurrentLinkedQueue<String>()
        List(8) { thread { repeat(50) { numbers += desk.raiseCase(support("Case $it")).number } } }.forEach { it.join() }
        assertEquals(400, numbers.toSet().size)
        assertEquals(400, desk.allCases(pageSize = 500).count())

        val case = desk.raise("Everybody wants it")
        val winners = ConcurrentLinkedQueue<String>()
        val losers = ConcurrentLinkedQueue<String>()
        List(8) { n ->
            thread {
                try {
                    kit.desk(Actor("agent-$n", roles = listOf(Role.AGENT))).takeCase(case)
                    winners += "agent-$n"
                } catch (taken: CasekitException.AlreadyTaken) {
                    losers += taken.by
                }
            }
        }.forEach { it.join() }
        assertEquals(1, winners.size)
        assertEquals(List(7) { winners.single() }, losers.toList())
    }
}
