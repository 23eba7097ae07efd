package casekit

import java.lang.ref.WeakReference
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import java.util.UUID
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.atomic.AtomicReference
import kotlin.io.path.readLines
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir

/** Every callback that the interface knows: one that throws, hangs, calls the kit from within, or that only the kit holds. */
class EveryCallbackTest {
    @TempDir lateinit var folder: Path

    /** What a callback does before it answers, once: what it does may make the library call it again. */
    private class Probe {
        val does = AtomicReference<(() -> Unit)?>()
        val called = CountDownLatch(1)

        fun ask() {
            try {
                (does.getAndSet(null) ?: return)()
            } finally {
                called.countDown()
            }
        }
    }

    /** An application whose methods are the callbacks; each asks the probe first. */
    private class Host(val probe: Probe = Probe()) :
        Authorizer, Clock, DataSource, Delivery, FontProvider, ImportListener, SecretProvider {
        override fun scope(actor: Actor) = Scope(cases = ScopeCases.ALL, internalNotes = true).also { probe.ask() }

        override fun forbids(actor: Actor, action: String, case: CaseHead) = false.also { probe.ask() }

        override fun now(): Instant = Instant.parse("2026-01-02T00:00:00Z").also { probe.ask() }

        override fun collect(question: SourceQuestion) = emptyList<DataTable>().also { probe.ask() }

        override fun deliver(outgoing: Outgoing) = Delivered("R-1").also { probe.ask() }

        override fun fonts() = emptyList<Font>().also { probe.ask() }

        override fun secret(name: String) = "s3cret".also { probe.ask() }

        override fun progress(progress: ImportProgress) = true.also { probe.ask() }
    }

    /** How a callback is given to a kit, and how the library is made to call it; the answer says whether that went well. */
    private class Rig(
        val of: String,
        val options: (Host) -> Options = { Options() },
        val isGivenToTheKit: Boolean = true,
        val calls: (CaseKit, Host, Path) -> Boolean,
    )

    private fun released(kit: CaseKit): Boolean {
        kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("post")))
        val case = kit.identified(UUID.randomUUID().toString())
        kit.desk(PETRA).prepareData(case)
        kit.desk(PETRA).approveNoData(case, "you are not a customer of ours")
        return kit.desk(PETRA).release(case) is ReleaseReport.Delivered
    }

    private fun secretWasFound(kit: CaseKit): Boolean {
        val webform = WebformTarget.Http("https://forms.example.org/", "webform")
        kit.desk(IVO).changeSettings(SettingsEdit(webform = webform))
        return kit.desk(IVO).checkSettings(null).single { it.setting == "webform" }.problem != "secret_missing"
    }

    private fun imported(kit: CaseKit, host: Host): Boolean {
        val item = ImportItem.Case(ImportCase(case = support("Old"), at = Instant.EPOCH, by = "u-9"))
        return kit.desk(MONA).importItems(listOf(item), listener = host).results.single().outcome == ImportOutcome.CREATED
    }

    private fun heard(kit: CaseKit, host: Host): Boolean {
        val heard = CountDownLatch(1)
        kit.observe { try { host.probe.ask() } finally { heard.countDown() } }.use {
            kit.desk(AMARA).raise("Cannot log in")
            return heard.await(PATIENCE, MILLISECONDS)
        }
    }

    private fun backedUp(kit: CaseKit, host: Host, folder: Path): Boolean {
        kit.backupTo(folder.resolve("backup-${UUID.randomUUID()}.db")) { host.probe.ask(); true }
        return true
    }

    private fun auditor(kit: CaseKit) = kit.desk(Actor("audra", "Audra Lind", listOf(Role.AUDITOR)))

    private fun signed(kit: CaseKit, host: Host): Boolean {
        val signer = HeadSigner { statement -> host.probe.ask(); HeadSignature("k-1", "none", statement.copyOf(3)) }
        return auditor(kit).run { signAuditHead(auditHead(), signer) }.signature == "636173"
    }

    private fun openedOther(host: Host): Boolean {
        val options = Options(searchProgress = SearchListener { host.probe.ask(); true })
        return CaseKit.open(ofOtherRules(folder), options).use { it.desk(AMARA).cases().rows.isNotEmpty() }
    }

    private fun verified(kit: CaseKit, host: Host): Boolean =
        auditor(kit).verify(listener = VerifyListener { host.probe.ask(); true }).broken == null

    /** Each callback by its name in `api.txt`; an authorizer by each of its questions. */
    private val rigs = mapOf(
        "Authorizer.scope" to Rig("Authorizer", { Options(authorizer = it) }) { kit, _, _ -> kit.desk(AMARA).cases().rows.isNotEmpty() },
        "Authorizer.forbids" to Rig("Authorizer", { Options(authorizer = it) }) { kit, _, _ -> kit.desk(AMARA).findCase("1").title == "First" },
        "BackupListener" to Rig("BackupListener", isGivenToTheKit = false) { kit, host, folder -> backedUp(kit, host, folder) },
        "CheckListener" to Rig("CheckListener", isGivenToTheKit = false) { kit, host, _ ->
            kit.check { host.probe.ask(); true }.requests >= 0
        },
        "Clock" to Rig("Clock", { Options(clock = it) }) { kit, _, _ -> kit.desk(AMARA).raise("Cannot log in").toString() != "" },
        "DataSource" to Rig("DataSource", { Options(sources = mapOf("crm" to it)) }) { kit, _, _ ->
            kit.desk(PETRA).prepareData(kit.identified(UUID.randomUUID().toString())).failure == null
        },
        "Delivery" to Rig("Delivery", { Options(deliveries = mapOf("post" to it)) }) { kit, _, _ -> released(kit) },
        "FontProvider" to Rig("FontProvider", { Options(fonts = it) }) { kit, _, _ -> kit.desk(MONA).overviewPdf().bytes.isNotEmpty() },
        "HeadSigner" to Rig("HeadSigner", isGivenToTheKit = false) { kit, host, _ -> signed(kit, host) },
        "ImportListener" to Rig("ImportListener", isGivenToTheKit = false) { kit, host, _ -> imported(kit, host) },
        "Observer" to Rig("Observer", isGivenToTheKit = false) { kit, host, _ -> heard(kit, host) },
        "ReportListener" to Rig("ReportListener", isGivenToTheKit = false) { kit, host, _ ->
            kit.desk(MONA).overviewCsv(listener = ReportListener { host.probe.ask(); true }).isNotEmpty()
        },
        "SearchListener" to Rig("SearchListener", isGivenToTheKit = false) { _, host, _ -> openedOther(host) },
        "SecretProvider" to Rig("SecretProvider", { Options(secrets = it) }) { kit, _, _ -> secretWasFound(kit) },
        "VerifyListener" to Rig("VerifyListener", isGivenToTheKit = false) { kit, host, _ -> verified(kit, host) },
    )

    private fun opened(rig: Rig, host: Host): CaseKit {
        val kit = CaseKit.open(Files.createTempDirectory(folder, "kit").resolve("cases.db"), rig.options(host))
        kit.desk(AMARA).raise("First")
        return kit
    }

    /** The published library sends nothing to web servers, so it asks for no secret. */
    private fun asksForSecrets(): Boolean = CaseKit.inMemory().use { kit ->
        kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Http("https://forms.example.org/", "webform")))
        kit.desk(IVO).checkSettings().none { it.problem == "delivery_not_built" }
    }

    private fun each(test: (String, Rig) -> Unit): List<DynamicTest> = rigs.map { (name, rig) ->
        dynamicTest(name) {
            if (name == "SecretProvider") assumeTrue(asksForSecrets(), "left out: this library asks for no secret")
            test(name, rig)
        }
    }

    @Test
    fun `no callback is left out`() {
        val api = Path.of(System.getProperty("basedir") ?: "").toAbsolutePath().resolve("../api.txt").readLines()
        val known = api.filter { it.startsWith("callback ") }.map { it.removePrefix("callback ") }
        assertEquals(known.toSet(), rigs.values.map { it.of }.toSet())
    }

    @TestFactory
    fun `one that throws is an answer without its words, and the next call goes on`() = each { name, rig ->
        val host = Host()
        opened(rig, host).use { kit ->
            val thrown = IllegalStateException(PLANTED)
            host.probe.does.set { throw thrown }
            try {
                assertEquals(name == "Observer", rig.calls(kit, host, folder))
            } catch (own: IllegalStateException) {
                // On the caller's own thread, in a call that the caller made with it.
                assertTrue(name in setOf("BackupListener", "CheckListener") && own === thrown) { own.stackTraceToString() }
            } catch (refused: CasekitException) {
                val own = setOf("Authorizer.scope", "Authorizer.forbids", "Clock", "FontProvider", "HeadSigner")
                assertTrue(name in own + setOf("ImportListener", "ReportListener", "SearchListener", "VerifyListener")) { "$refused" }
                assertTrue(PLANTED !in refused.message!! && refused.cause === thrown) { refused.stackTraceToString() }
            }
            assertTrue(host.probe.called.await(PATIENCE, MILLISECONDS))
            assertTrue(rig.calls(kit, host, folder))
        }
    }

    @TestFactory
    fun `one that hangs holds up neither others nor the end`() = each { _, rig ->
        val host = Host()
        val kit = opened(rig, host)
        val (entered, goOn) = CountDownLatch(1) to CountDownLatch(1)
        host.probe.does.set { entered.countDown(); goOn.await() }
        // It may be refused: the kit is closed meanwhile.
        val calling = CompletableFuture.supplyAsync { runCatching { rig.calls(kit, host, folder) } }
        assertTrue(entered.await(PATIENCE, MILLISECONDS))
        val desk = kit.desk(BEN)
        assertEquals("Meanwhile", desk.case(desk.raise("Meanwhile")).title)
        val closing = CompletableFuture.runAsync { kit.close() }
        try {
            closing.get(PATIENCE / 2, MILLISECONDS)
        } finally {
            goOn.countDown()
        }
        calling.get(PATIENCE, MILLISECONDS)
    }

    @TestFactory
    fun `one may call the kit`() = each { _, rig ->
        val host = Host()
        opened(rig, host).use { kit ->
            host.probe.does.set {
                val desk = kit.desk(BEN)
                desk.addNote(desk.raise("From within"), "Called.")
                assertEquals("From within", desk.search("called").rows.single().case.title)
            }
            CompletableFuture.supplyAsync { rig.calls(kit, host, folder) }.get(PATIENCE, MILLISECONDS)
            assertTrue(host.probe.called.await(PATIENCE, MILLISECONDS))
            assertEquals(1, kit.desk(AMARA).cases().rows.count { it.title == "From within" })
        }
    }

    @TestFactory
    fun `one that only the kit holds lives as long as it is needed`() = each { name, rig ->
        val probe = Probe().apply { does.set { } }
        // In a function of its own, so that nothing here keeps the host.
        fun given(): Pair<WeakReference<Host>, CaseKit> {
            val host = Host(probe)
            val kit = opened(rig, host)
            if (name == "Observer") kit.observe(observing(host)) else if (!rig.isGivenToTheKit) rig.calls(kit, host, folder)
            return WeakReference(host) to kit
        }
        val (alive, kit) = given()
        repeat(3) { System.gc() }
        if (rig.isGivenToTheKit || name == "Observer") assertNotNull(alive.get())
        if (rig.isGivenToTheKit) assertTrue(rig.calls(kit, Host(), folder)) else kit.desk(AMARA).raise("Heard")
        assertTrue(probe.called.await(PATIENCE, MILLISECONDS))
        kit.close()
        val deadline = System.nanoTime() + PATIENCE * 1_000_000
        while (alive.get() != null && System.nanoTime() < deadline) System.gc()
        assertNull(alive.get(), "it is still held after the kit was closed")
    }

    private fun observing(host: Host): (String) -> Unit = { host.probe.ask() }
}
