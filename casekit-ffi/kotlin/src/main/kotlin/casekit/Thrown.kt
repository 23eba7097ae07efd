package casekit

import java.util.concurrent.atomic.AtomicInteger
import java.util.logging.Level
import java.util.logging.Logger

/** What callbacks of the application throw. It is logged, and becomes the cause of the error of the call in which it was thrown. */
internal object Thrown {
    private val last = ThreadLocal<Throwable?>()

    /** On how many threads something is kept: most calls have nothing to forget. */
    private val kept = AtomicInteger()

    /** Logs and keeps what a callback threw. A [HostException] says itself who has to fix what, and is not logged. */
    fun keep(method: String, thrown: Throwable) {
        if (thrown !is HostException || thrown is HostException.Unexpected) log(method, thrown)
        // An observer is called on a thread of its own, in no call.
        if (method == "changed") return
        if (last.get() == null) kept.incrementAndGet()
        last.set(thrown)
    }

    /** The error of a call that ends now, with what a callback threw during it as its cause. */
    fun <E : Throwable> causing(error: E): E {
        val thrown = forget()
        if (thrown != null && error is CasekitException && error.code in CAUSED) error.initCause(thrown)
        return error
    }

    /** Forgets what was thrown in a call that ends now. */
    fun forget(): Throwable? {
        if (kept.get() == 0) return null
        val thrown = last.get()
        last.remove()
        if (thrown != null) kept.decrementAndGet()
        return thrown
    }

    /**
     * Java's own logging writes to standard error in a program that configures none, and Android's to its log. Kept, because
     * Java forgets what was set for a logger that nobody keeps; `null` in a run time that was made without `java.logging`.
     */
    private val logger: Logger? = try {
        Logger.getLogger("casekit")
    } catch (_: NoClassDefFoundError) {
        null
    }

    private fun log(method: String, thrown: Throwable) = say("the application's `$method` failed", thrown)

    /** Logs something that failed, and that no call answers with. */
    fun say(sentence: String, thrown: Throwable) {
        if (logger != null) {
            logger.log(Level.SEVERE, thrown) { sentence }
        } else {
            System.err.println("casekit: $sentence")
            thrown.printStackTrace()
        }
    }

    /** What an authorizer that fails comes to is that the action is forbidden. */
    private val CAUSED = setOf("callback_failed", "not_allowed_here")
}
