package casekit

import java.lang.ref.WeakReference
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.atomic.AtomicBoolean
import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.io.path.listDirectoryEntries
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Where casekit meets the rest of the JVM: numbers and texts that cannot be, errors of callbacks, paths, what is printed. */
class EdgesTest {
    private fun invalid(call: () -> Any?): List<Pair<String, String>> =
        refused<CasekitException.Invalid>(call).let { refused ->
            assertEquals("invalid", (refused as CasekitException).code)
            refused.fields.map { it.field to it.code }
        }

    @Test
    fun `a negative number is refused by the name of its field`() = inMemory { kit ->
        val desk = kit.desk(MONA)
        val case = desk.raise("Cannot log in")
        val cases = listOf<Pair<String, () -> Any?>>(
            "size" to { desk.cases(page = PageRequest(size = -1)) },
            "limit" to { desk.caseTable(-1) },
            "limit" to { desk.changesSince(limit = -1) },
            "seen" to { desk.editCase(case, CaseEdit(title = "No", seen = -1)) },
            "seen" to { desk.editCase(case, CaseEdit(title = "No", seen = Long.MIN_VALUE)) },
            "revision" to { desk.caseAt(case, Moment.Revision(-1)) },
            "position" to { desk.caseAt(case, Moment.Position(-1)) },
        )
        for ((field, call) in cases) assertEquals(listOf(field to "out_of_range"), invalid(call))
        assertEquals(
            listOf("number_floor" to "out_of_range"),
            invalid { CaseKit.open("unused.db", Options(restored = Restored(numberFloor = -1))) },
        )
        assertEquals("Cannot log in", desk.case(case).title)
    }

    @Test
    fun `half a character is refused by the name of its field, wherever it is`() = inMemory { kit ->
        val half = "half a character: \uD83D"
        val desk = kit.desk(MONA)
        val case = desk.raise("Cannot log in")
        val calls = listOf<Pair<String, () -> Any?>>(
            "title" to { desk.raise(half) },
            "text" to { desk.addNote(case, half) },
            "text" to { desk.search(half) },
            "id" to { kit.desk(Actor(half)) },
            "name" to { desk.createCustomer(NewCustomer("Ada Obi", nextOfKin = listOf(NewNextOfKin(half, "sister")))) },
            "checked" to { desk.approveIdentification(case, "video call", listOf("passport", half)) },
            "path" to { CaseKit.open("$half.db") },
            "text" to { Language.parse(half) },
        )
        for ((field, call) in calls) assertEquals(listOf(field to "malformed"), invalid(call))
    }

    @Test
    fun `a path of another file system is refused by name`(@TempDir folder: Path) {
        val archive = folder.resolve("a.zip")
        FileSystems.newFileSystem(archive, mapOf("create" to "true")).use { zip ->
            val within = zip.getPath("${folder.toAbsolutePath()}/in.db")
            inMemory { kit ->
                for (call in listOf<() -> Any?>(
                    { CaseKit.open(within) },
                    { kit.backupTo(within) },
                    { Language.fromFile(within) },
                )) assertEquals(listOf("path" to "malformed"), invalid(call))
            }
        }
        assertEquals(listOf(archive), folder.listDirectoryEntries())
    }

    private class Heard : Handler() {
        val records = java.util.Collections.synchronizedList(mutableListOf<LogRecord>())

        override fun publish(record: LogRecord) {
            records += record
        }

        override fun flush() = Unit

        override fun close() = Unit
    }

    /** What is logged meanwhile. */
    private fun logged(work: () -> Unit): List<LogRecord> {
        val logger = Logger.getLogger("casekit")
        val heard = Heard()
        logger.addHandler(heard)
        try {
            work()
        } finally {
            logger.removeHandler(heard)
        }
        return heard.records.toList()
    }

    @Test
    fun `what a callback threw is the cause of the error, and logged`() {
        val planted = IllegalStateException(PLANTED)
        val fails = AtomicBoolean(false)
        val authorizer = object : Authorizer {
            override fun scope(actor: Actor) = Scope(cases = ScopeCases.ALL, internalNotes = true)

            override fun forbids(actor: Actor, action: String, case: CaseHead) =
                if (fails.get()) throw planted else false
        }
        val records = logged {
            assertSame(planted, refused<CasekitException.Callback> {
                CaseKit.inMemory(Options(clock = Clock { throw planted }))
            }.cause)
            inMemory(Options(authorizer = authorizer)) { kit ->
                val desk = kit.desk(AMARA)
                val case = desk.raise("Cannot log in")
                fails.set(true)
                val forbidden = refused<CasekitException.Forbidden> { desk.case(case) }
                assertSame(planted, forbidden.cause)
                assertTrue(PLANTED !in forbidden.message)
                fails.set(false)
                // It is not the cause of the next error.
                assertNull(refused<CasekitException.NotFound> { desk.findCase("C-999999") }.cause)
            }
        }
        assertEquals(listOf("the application's `now` failed", "the application's `forbids` failed"), records.map { it.message })
        assertTrue(records.all { it.level == Level.SEVERE && it.thrown === planted })
    }

    @Test
    fun `what a source throws is logged, unless it is meant`() {
        val bug = NullPointerException("no answer from the CRM")
        var thrown: Throwable = bug
        val records = logged {
            inMemory(Options(sources = mapOf("crm" to DataSource { throw thrown }))) { kit ->
                val (petra, case) = kit.desk(PETRA) to kit.identified()
                assertEquals("callback_failed", petra.prepareData(case).failure!!.code)
                thrown = HostException.Transient("crm_busy", "try later")
                assertEquals("crm_busy", petra.prepareData(case).failure!!.code)
                // The call went well, so what was thrown in it is no cause of a later error.
                assertNull(refused<CasekitException.NotFound> { petra.findCase("C-999999") }.cause)
            }
        }
        assertEquals(listOf<Throwable>(bug), records.map { it.thrown })
    }

    @Test
    fun `a program that configures no logging sees what a callback threw`() {
        val done = process("casekit.EdgesTestKt")
        assertEquals(0, done.code) { done.err }
        assertTrue("the application's `collect` failed" in done.err && "no answer from the CRM" in done.err) { done.err }
    }

    @Test
    fun `account numbers and credentials are not printed`() = inMemory { kit ->
        val mona = kit.desk(MONA)
        val account = NewBankAccount(number = PLANTED, bank = "Bank")
        val credential = NewCredential("password", PLANTED)
        val ada = mona.createCustomer(NewCustomer(name = "Ada Obi", bankAccounts = listOf(account))).id
        assertEquals(PLANTED, mona.customer(ada).bankAccounts.single().number)
        val request = NewRequest(requestRef = "WEB-1", requester = "Ada Obi", credentials = listOf(credential))
        val case = mona.receiveRequest(request).id!!
        val shown = listOf<Any>(
            account, credential, NewCustomer(name = "Ada Obi", bankAccounts = listOf(account)), request, mona.customer(ada),
            mona.summary(case), BankAccountEdit(number = PLANTED), OutgoingKind.Code(PLANTED, Instant.EPOCH),
            OutgoingKind.Message(PLANTED, "A-1"), OutgoingKind.Package("a.zip", "data_released", "00", PLANTED.toByteArray()),
        )
        for (one in shown) assertFalse(PLANTED in one.toString()) { one.toString() }
        assertEquals("NewCredential(kind=password, value=…)", credential.toString())
    }

    @Test
    fun `a check tells how far it has come, and can be ended`() = inMemory { kit ->
        kit.desk(AMARA).raise("Cannot log in")
        val told = mutableListOf<CheckProgress>()
        assertEquals(kit.check(), kit.check { told += it; true })
        assertTrue(told.size > 1 && told.first() == CheckProgress(1, 0)) { "$told" }
        assertEquals("cancelled", refused<CasekitException.Store> { kit.check { false } }.code)
        assertEquals("enough", refused<IllegalStateException> { kit.check { error("enough") } }.message)
    }

    @Test
    fun `a kit that polls by itself hears of what another commits`(@TempDir folder: Path) {
        CaseKit.open(folder.resolve("cases.db")).use { here ->
            CaseKit.open(folder.resolve("cases.db")).use { there ->
                val heard = CountDownLatch(1)
                here.observe { heard.countDown() }
                val polling = here.pollEvery(Duration.ofMillis(1))
                there.desk(BEN).raise("From elsewhere")
                assertTrue(heard.await(PATIENCE, MILLISECONDS))
                repeat(2) { polling.close() }
                assertEquals(listOf("interval" to "out_of_range"), invalid { here.pollEvery(Duration.ofDays(2)) })
            }
        }
    }

    @Test
    fun `a choice without fields prints its name`() {
        assertEquals("Required", FieldRule.Required.toString())
        assertEquals("Nobody", HeldBy.Nobody.toString())
    }

    @Test
    fun `a kit that served a live list is collected when nobody has it`(@TempDir folder: Path) {
        val kits = List(5) { place ->
            val kit = CaseKit.open(folder.resolve("cases-$place.db"))
            runBlocking { kit.desk(AMARA).on(Dispatchers.IO).liveCases().first() }
            kit.observe { }
            WeakReference(kit)
        }
        fun open() = Path.of("/proc/self/fd").listDirectoryEntries().count { handle ->
            runCatching { Files.readSymbolicLink(handle).startsWith(folder.toRealPath()) }.getOrDefault(false)
        }
        val end = System.currentTimeMillis() + PATIENCE
        while ((kits.any { it.get() != null } || open() > 0) && System.currentTimeMillis() < end) {
            System.gc()
            Thread.sleep(10)
        }
        assertEquals(0 to 0, kits.count { it.get() != null } to open())
    }

    @Test
    fun `a closed kit gives desks and subscriptions that say so, and its flows end`() {
        val kit = CaseKit.inMemory()
        val before = kit.desk(AMARA)
        val heard = AtomicBoolean(false)
        kit.close()
        for (desk in listOf(before, kit.desk(BEN), before.request("r-1"))) {
            assertEquals("closed", refused<CasekitException.Store> { desk.cases() }.code)
            val flow = desk.on(Dispatchers.IO).liveCases()
            assertEquals(emptyList<CasePage>(), runBlocking { flow.toList() })
            assertEquals(emptyList<Changes>(), runBlocking { desk.on(Dispatchers.IO).changes().toList() })
        }
        kit.observe { heard.set(true) }.close()
        assertFalse(heard.get())
    }
}

/** A program that configures no logging, whose source has a bug. */
fun main() = CaseKit.inMemory(Options(sources = mapOf("crm" to DataSource { error("no answer from the CRM") }))).use { kit ->
    check(kit.desk(PETRA).prepareData(kit.identified()).failure!!.code == "callback_failed")
}
