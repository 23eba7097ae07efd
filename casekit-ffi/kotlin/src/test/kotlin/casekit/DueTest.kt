package casekit

import java.lang.ref.WeakReference
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.MILLISECONDS
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What the library does by itself, and the thread that has it done. */
class DueTest {
    @Volatile private var now: Instant = Instant.parse("2026-01-02T00:00:00Z")
    @Volatile private var isDown = true
    private val keys = LinkedBlockingQueue<String>()

    private val options = Options(
        clock = Clock { now },
        deliveries = mapOf(
            "post" to Delivery { outgoing ->
                keys.add(outgoing.key)
                if (isDown) throw HostException.Transient("webform_down", "wait until it is up again")
                Delivered("R-1")
            },
        ),
    )

    private fun released(kit: CaseKit) {
        kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("post")))
        val case = kit.identified()
        kit.desk(PETRA).prepareData(case)
        kit.desk(PETRA).approveNoData(case, "you are not a customer of ours")
        assertTrue(kit.desk(PETRA).release(case) is ReleaseReport.Failed)
    }

    private fun failure(kit: CaseKit): FailureView? = kit.desk(PETRA).casesWithErrors().rows.singleOrNull()?.failure

    private fun threads() = Thread.getAllStackTraces().keys.count { it.name == "casekit-due" && it.isAlive }

    private fun until(holds: () -> Boolean) {
        val end = System.nanoTime() + PATIENCE * 1_000_000
        while (!holds()) {
            check(System.nanoTime() < end) { "it never came" }
            System.gc()
            Thread.sleep(20)
        }
    }

    @Test
    fun `what may pass by itself is tried again when it said`() = inMemory(options) { kit ->
        assertNull(kit.runDue().next)
        released(kit)
        var report = kit.runDue()
        assertEquals(failure(kit)!!.retryAt, report.next)
        assertEquals(listOf(0L, 0L), listOf(report.delivered, report.failed))
        now = report.next!!
        report = kit.runDue()
        assertEquals(1L to 2L, report.failed to failure(kit)!!.attempts.toLong())
        isDown = false
        now = report.next!!
        report = kit.runDue()
        assertEquals(1L, report.delivered)
        assertEquals(3 to 1, keys.size to keys.toSet().size)
        assertNull(failure(kit))
        now = report.next!!
        assertTrue(kit.runDue().destroyed > 0)
    }

    @Test
    fun `a thread of its own does what is due until it is closed`() = inMemory(options) { kit ->
        released(kit)
        val reports = LinkedBlockingQueue<DueReport>()
        val runs = kit.runDueInBackground(Duration.ofMillis(10)) { reports.add(it) }
        isDown = false
        now = reports.poll(PATIENCE, MILLISECONDS)!!.next!!
        until { reports.poll()?.delivered == 1L }
        repeat(2) { runs.close() }
        until { threads() == 0 }
    }

    @Test
    fun `it lives through a pause, tells nothing of it, and ends with its kit`(@TempDir folder: Path) {
        val reports = LinkedBlockingQueue<DueReport>()
        val failures = LinkedBlockingQueue<Throwable>()
        val kit = CaseKit.open(folder.resolve("cases.db"))
        kit.runDueInBackground(Duration.ofMillis(10), { failures.add(it) }) { reports.add(it) }
        assertNotNull(reports.poll(PATIENCE, MILLISECONDS))
        kit.suspend(Duration.ofSeconds(2))
        while (reports.poll(300, MILLISECONDS) != null) continue
        kit.resume()
        assertNotNull(reports.poll(PATIENCE, MILLISECONDS))
        kit.close()
        until { threads() == 0 }
        assertEquals(0, failures.size)
    }

    @Test
    fun `it keeps nobody from letting go of the kit`() {
        fun opened(): WeakReference<CaseKit> {
            val kit = CaseKit.inMemory()
            kit.runDueInBackground(Duration.ofHours(1))
            return WeakReference(kit)
        }
        val kit = opened()
        until { kit.get() == null && threads() == 0 }
    }

    @Test
    fun `what fails is told, and it goes on`() {
        val failing = Options(clock = Clock {
            if (isDown && Thread.currentThread().name == "casekit-due") error("the clock stands still")
            now
        })
        inMemory(failing) { kit ->
            val failures = LinkedBlockingQueue<Throwable>()
            val reports = LinkedBlockingQueue<DueReport>()
            kit.runDueInBackground(Duration.ofMillis(10), { failures.add(it) }) { reports.add(it); error("own") }.use {
                assertTrue(failures.poll(PATIENCE, MILLISECONDS) is CasekitException)
                isDown = false
                repeat(2) { assertNotNull(reports.poll(PATIENCE, MILLISECONDS)) }
            }
            for (wrong in listOf(Duration.ofMillis(-1), Duration.ofDays(2))) {
                refused<IllegalArgumentException> { kit.runDueInBackground(wrong) }
            }
        }
    }
}
