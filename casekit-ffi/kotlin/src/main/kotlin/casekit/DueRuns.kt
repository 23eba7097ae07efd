package casekit

import java.lang.ref.WeakReference
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.MILLISECONDS

/** A thread that has a kit do what is due. It keeps nobody from letting go of the kit. */
internal class DueRuns(
    private val kit: WeakReference<CaseKit>,
    private val atMost: Duration,
    private val failed: (Throwable) -> Unit,
    private val tell: (DueReport) -> Unit,
) : AutoCloseable {
    private val ended = CountDownLatch(1)

    init {
        Thread(::run, "casekit-due").apply { isDaemon = true }.start()
    }

    override fun close() = ended.countDown()

    private fun run() {
        do {
            val wait = once() ?: return
            // In parts, so that the thread of a kit that nobody has any more ends soon.
            var left = wait.coerceIn(SHORTEST, maxOf(atMost, SHORTEST)).toMillis()
            while (left > 0 && kit.get()?.isClosed == false && !ended.await(minOf(left, PART), MILLISECONDS)) left -= PART
        } while (ended.count > 0)
    }

    /** Does once what is due. The answer is how long to wait then, or `null` if the kit is no more. */
    private fun once(): Duration? {
        val report = try {
            (kit.get() ?: return null).runDue()
        } catch (fault: CasekitException.Store) {
            if (fault.code == "closed") return null
            if (fault.code !in PAUSED) told(failed, fault)
            return atMost
        } catch (fault: CasekitException) {
            told(failed, fault)
            return atMost
        }
        told(tell, report)
        return report.next?.let { Duration.between(report.at, it) } ?: atMost
    }

    private fun <T> told(function: (T) -> Unit, news: T) = try {
        function(news)
    } catch (own: Exception) {
        Thrown.say("the function that is told what was due failed", own)
    }

    private companion object {
        val PAUSED = setOf("suspended", "interrupted")
        val SHORTEST: Duration = Duration.ofMillis(10)
        const val PART = 1_000L
    }
}
