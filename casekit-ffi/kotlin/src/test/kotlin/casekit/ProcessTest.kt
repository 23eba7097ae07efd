package casekit

import java.nio.file.Path
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.io.path.createDirectory
import kotlin.io.path.readLines
import kotlin.io.path.writeText
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What can only be seen from outside a process. */
class ProcessTest {
    private fun child(what: String, folder: Path, properties: Map<String, String> = emptyMap()) =
        process("casekit.Child", what, folder = folder, properties = properties)

    private fun stub(folder: Path, source: String): Map<String, String> {
        folder.resolve("stub.c").writeText(source)
        val library = folder.resolve(System.mapLibraryName("casekit_ffi")).toString()
        val compiler = ProcessBuilder("cc", "-shared", "-fPIC", "-o", library, folder.resolve("stub.c").toString())
        assertEquals(0, compiler.inheritIO().start().waitFor())
        return mapOf("jna.library.path" to folder.toString())
    }

    @Test
    fun `a library of another version is refused with a sentence`(@TempDir folder: Path) {
        val newer = child("open", folder, stub(folder, "unsigned casekit_api_version(void) { return 999; }"))
        assertEquals("", newer.err)
        assertEquals(
            "LinkageError: this package of casekit is made for version $API_VERSION of the library, and the one found is of " +
                "version 999: use both from the same release\n",
            newer.out,
        )
        assertEquals(0, newer.code)
    }

    @Test
    fun `a library without a version is refused with a sentence`(@TempDir folder: Path) {
        val other = child("open", folder, stub(folder, "int something_else(void) { return 1; }"))
        assertEquals(
            "LinkageError: this package of casekit is made for version $API_VERSION of the library, and the one found is one " +
                "without a version: use both from the same release\n",
            other.out,
        )
    }

    @Test
    fun `a library that is not there is missed with a sentence`(@TempDir folder: Path) {
        val none = child("open", folder, mapOf("uniffi.component.casekit.libraryOverride" to "casekit_elsewhere"))
        assertTrue(none.out.startsWith("LinkageError: casekit has no native library for `")) { none.out + none.err }
    }

    @Test
    fun `nothing that was planted comes out anywhere`(@TempDir folder: Path) {
        val planted = child("plant", folder)
        assertEquals(0, planted.code) { planted.err }
        assertTrue(planted.out.endsWith("21 refused\n")) { planted.out }
        assertTrue("incident" in planted.err) { "a panic leaves its incident: ${planted.err}" }
        for (words in listOf(PLANTED, PLANTED.dropLast(4), "panicked")) {
            assertTrue(words !in planted.out) { planted.out }
            assertTrue(words !in planted.err) { planted.err }
        }
    }

    @Test
    fun `ten thousand callbacks leave memory as it was`(@TempDir folder: Path) {
        val child = child("callbacks", folder)
        assertEquals("", child.err)
        val (asked, told, grown) = child.out.trim().split(" ").map(String::toLong)
        assertEquals(10_500, asked, "each list and each edit asks once")
        assertTrue(told > 100) { "$told hints" }
        assertTrue(grown < 15_000) { "$grown kB more" }
    }

    @Test
    fun `a process ends by itself while it observes`(@TempDir folder: Path) {
        for (what in listOf("observe", "observe-hanging", "observe-live")) {
            val child = child(what, folder.resolve(what).createDirectory())
            assertEquals("observed\n", child.out) { child.err }
            assertEquals(0, child.code) { child.err }
        }
    }

    @Test
    fun `a process may end in the midst of being told`(@TempDir folder: Path) {
        repeat(5) {
            val child = child("leave", folder)
            assertEquals("" to 0, child.err to child.code)
        }
    }
}

/** What runs in a process of its own. */
internal object Child {
    /** Kept, because Java forgets the level of a logger that nobody keeps. */
    private val log = java.util.logging.Logger.getLogger("casekit")

    @JvmStatic
    fun main(args: Array<String>) {
        when (args.single()) {
            "open" -> try {
                CaseKit.inMemory().close()
                println("opened")
            } catch (refused: LinkageError) {
                println("${refused.javaClass.simpleName}: ${refused.message}")
            }
            "observe" -> observe { }
            "leave" -> {
                val kit = CaseKit.inMemory()
                repeat(4) { kit.observe { Thread.onSpinWait() } }
                repeat(50) { kit.desk(AMARA).raise("Case $it") }
            }
            "observe-hanging" -> observe { CountDownLatch(1).await() }
            "observe-live" -> {
                val desk = CaseKit.open("cases.db").desk(AMARA).on(Dispatchers.IO)
                val seen = CountDownLatch(1)
                CoroutineScope(Dispatchers.Default).launch { desk.liveCases().collect { seen.countDown() } }
                seen.await()
                println("observed")
            }
            "callbacks" -> callbacks()
            "plant" -> {
                // What callbacks throw is logged whole, for whoever runs the application: elsewhere it must not be.
                log.level = java.util.logging.Level.OFF
                plant()
            }
        }
    }

    private fun observe(then: () -> Unit) {
        val kit = CaseKit.open("cases.db")
        val told = CountDownLatch(1)
        kit.observe { told.countDown(); then() }
        kit.desk(AMARA).raise("Cannot log in")
        told.await()
        println("observed")
    }

    /** Calls back on this thread by the thousand, and on the library's own; says how often, and how much memory grew. */
    private fun callbacks() {
        val (asked, told) = AtomicInteger() to AtomicInteger()
        val authorizer = object : Authorizer {
            override fun scope(actor: Actor): Scope {
                asked.incrementAndGet()
                return Scope(cases = ScopeCases.ALL, internalNotes = true)
            }

            override fun forbids(actor: Actor, action: String, case: CaseHead) = false
        }
        fun kilobytes(): Long {
            repeat(3) { System.gc() }
            return Path.of("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toLong()
        }
        CaseKit.inMemory(Options(authorizer = authorizer)).use { kit ->
            kit.observe { told.incrementAndGet() }
            val desk = kit.desk(AMARA)
            val case = desk.raise("Cannot log in")
            fun work(calls: Int) = repeat(calls) {
                desk.cases()
                if (it % 20 == 0) desk.editCase(case, CaseEdit(title = "Title $it"))
            }
            work(10_000)
            val before = kilobytes()
            asked.set(0)
            told.set(0)
            repeat(10) { work(1_000) }
            println("${asked.get()} ${told.get()} ${kilobytes() - before}")
        }
    }

    /** Puts the account number wherever it can be put, lets it fail there, and shows all that is told of it. */
    private fun plant() {
        var count = 0
        fun refused(call: () -> Any?) {
            val told = runCatching { call() }.exceptionOrNull() ?: error("not refused")
            // All but the cause, which is what the application itself threw.
            println("$told\n${told.stackTrace.joinToString("\n")}")
            if (told is CasekitException) println("${told.code} ${told.fields.map { it.text }} ${told.blockers.map { it.text }}")
            count++
        }
        val thrown = AtomicReference<Throwable?>(null)
        fun fail() = thrown.get()?.let { throw it }
        val authorizer = object : Authorizer {
            override fun scope(actor: Actor) = fail().let { Scope(cases = ScopeCases.ALL, internalNotes = true) }

            override fun forbids(actor: Actor, action: String, case: CaseHead) = fail().let { false }
        }
        val options = Options(
            authorizer = authorizer,
            clock = Clock { fail(); Instant.EPOCH },
            fonts = FontProvider { fail(); emptyList() },
            sources = mapOf("shop" to DataSource { throw HostException.Permanent("crm_gone", "ask support") }),
        )
        CaseKit.inMemory(options).use { kit ->
            val desk = kit.desk(AMARA)
            val case = desk.raise("Cannot log in")
            val account = listOf(NewBankAccount(number = PLANTED.dropLast(4) + "5555"))
            println(desk.customer(desk.createCustomer(NewCustomer(name = "Ada Obi", bankAccounts = account)).id))
            refused { desk.raise(PLANTED.repeat(100)) }
            refused { desk.raise("$PLANTED\u0000") }
            refused { desk.raise("$PLANTED\uD83D") }
            val wrong = listOf(NewBankAccount(number = "$PLANTED\u0007"))
            refused { desk.createCustomer(NewCustomer(name = " ", bankAccounts = wrong)) }
            refused { desk.changesSince(PLANTED) }
            refused { desk.cases(page = PageRequest(after = PLANTED)) }
            refused { desk.findCustomer(PLANTED) }
            refused { provokePanic(PLANTED) }
            val told = LinkedBlockingQueue<String>()
            val errors = listOf(IllegalStateException(PLANTED), AssertionError(PLANTED), NotImplementedError(PLANTED))
            for (error in errors) kit.observe { told += it; throw error }
            for (error in errors) {
                thrown.set(error)
                refused { desk.raise("Cannot log in") }
                refused { desk.cases() }
                refused { desk.editCase(case, CaseEdit(title = "x")) }
                refused { kit.desk(MONA).overviewPdf() }
                thrown.set(null)
                desk.raise("Cannot log in")
                repeat(errors.size) { told.take() }
            }
            refused { kit.desk(Actor("nobody", PLANTED)).case(case) }
        }
        println("$count refused")
    }
}
