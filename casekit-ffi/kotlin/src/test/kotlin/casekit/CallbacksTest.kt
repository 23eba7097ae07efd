package casekit

import java.lang.ref.WeakReference
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.atomic.AtomicBoolean
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class CallbacksTest {
    private val open = Scope(cases = ScopeCases.ALL, internalNotes = true)

    private fun source(collect: (SourceQuestion) -> List<DataTable>) =
        Options(sources = mapOf("shop" to DataSource(collect)))

    private fun failure(collect: (SourceQuestion) -> List<DataTable>): FailureView {
        CaseKit.inMemory(source(collect)).use { kit ->
            return kit.desk(PETRA).prepareData(kit.identified()).failure ?: fail("it did not fail")
        }
    }

    @Test
    fun `what a source throws on purpose says who fixes it`() {
        val wrong = HostException.Configuration("crm_password", "sources.shop", "renew the password")
        val setting = failure { throw wrong }
        assertEquals(
            listOf("crm_password", "sources.shop", FailureClass.CONFIGURATION, Responsible.IT_ADMINISTRATOR, wrong.hint),
            listOf(setting.code, setting.setting, setting.`class`, setting.responsible, setting.hint),
        )
        assertEquals(FailureClass.TRANSIENT, failure { throw HostException.Transient("crm_busy", "try later") }.`class`)
        assertEquals(FailureClass.PERMANENT, failure { throw HostException.Permanent("crm_gone", "ask support") }.`class`)
        assertEquals(FailureClass.DATA, failure { throw HostException.Data("crm_twice", "merge the customers") }.`class`)
    }

    @Test
    fun `anything else that a source throws, or gives, fails without its words`() {
        val table = DataTable("orders", listOf(DataColumn("number", ColumnKind.TEXT)), emptyList())
        val collects: List<(SourceQuestion) -> List<DataTable>> = listOf(
            { throw IllegalStateException(PLANTED) },
            { throw AssertionError(PLANTED) },
            { TODO(PLANTED) },
            { throw StackOverflowError(PLANTED) },
            { @Suppress("UNCHECKED_CAST") (listOf(PLANTED) as List<DataTable>) },
            { @Suppress("UNCHECKED_CAST") (java.util.Collections.singletonList(null) as List<DataTable>) },
            { listOf(table.copy(rows = listOf(listOf(DataValue.Text("\uD83D"))))) },
        )
        for (collect in collects) {
            val failure = failure(collect)
            assertEquals("callback_failed", failure.code)
            assertTrue(PLANTED !in failure.toString())
        }
        val misshapen = failure { listOf(table.copy(rows = listOf(listOf(DataValue.Null, DataValue.Null)))) }
        assertTrue(misshapen.code != "callback_failed" && misshapen.hint.isNotEmpty()) { "$misshapen" }
    }

    @Test
    fun `an authorizer that throws says no`() {
        for (thrown in listOf(IllegalStateException(PLANTED), AssertionError(PLANTED))) {
            val fails = AtomicBoolean(false)
            val authorizer = object : Authorizer {
                override fun scope(actor: Actor) = if (fails.get()) throw thrown else open

                override fun forbids(actor: Actor, action: String, case: CaseHead) =
                    if (fails.get()) throw thrown else false
            }
            inMemory(Options(authorizer = authorizer)) { kit ->
                val desk = kit.desk(AMARA)
                val case = desk.raise("Cannot log in")
                desk.cases()
                fails.set(true)
                for (refused in listOf(
                    refused<CasekitException> { desk.cases() },
                    refused<CasekitException> { desk.editCase(case, CaseEdit(title = "No")) },
                )) assertTrue(PLANTED !in refused.message!!) { "$refused" }
                fails.set(false)
                assertEquals("Cannot log in", desk.case(case).title)
            }
        }
    }

    @Test
    fun `a portal shows a customer what is theirs`() {
        val customers = java.util.concurrent.ConcurrentHashMap<String, CustomerId>()
        val portal = object : Authorizer {
            override fun scope(actor: Actor) = open.copy(customer = customers[actor.id])

            override fun forbids(actor: Actor, action: String, case: CaseHead) = false
        }
        inMemory(Options(authorizer = portal)) { kit ->
            val desk = kit.desk(AMARA)
            val id = desk.createCustomer(NewCustomer(name = "Ada Obi")).id
            val hers = desk.raiseCase(NewCase(caseType = "Support", title = "Her lamp", customer = id)).id
            val other = desk.raise("A lamp")
            customers[PETRA.id] = id
            val ada = kit.desk(PETRA)
            assertEquals(listOf(hers), ada.cases().rows.map { it.id })
            refused<CasekitException> { ada.case(other) }
        }
    }

    @Test
    fun `a member of a team sees its cases and hands them over`() {
        val teams = java.util.concurrent.ConcurrentHashMap<String, TeamId>()
        val offices = object : Authorizer {
            override fun scope(actor: Actor) =
                if (actor.id == PETRA.id) open.copy(teams = listOf(teams.getValue("Billing"))) else open

            override fun forbids(actor: Actor, action: String, case: CaseHead) = false
        }
        inMemory(Options(authorizer = offices)) { kit ->
            val (desk, petra, mona) = listOf(kit.desk(AMARA), kit.desk(PETRA), kit.desk(MONA))
            for (name in listOf("Front office", "Billing")) teams[name] = mona.createTeam(NewTeam(name = name)).id
            refused<CasekitException.Invalid> { mona.createTeam(NewTeam(name = "BILLING")) }
            assertEquals(listOf("Billing", "Front office"), petra.teams().map { it.name })
            val refund = desk.raiseCase(NewCase(caseType = "Support", title = "Refund", team = "billing")).id
            val other = desk.raiseCase(NewCase(caseType = "Support", title = "A visitor", team = "Front office")).id
            assertEquals(listOf(refund to "Billing"), petra.cases().rows.map { it.id to it.team })
            refused<CasekitException.NotFound> { petra.case(other) }
            assertEquals(teams["Billing"], petra.case(petra.raise("Another refund")).teamId)

            petra.takeCase(refund)
            petra.editCase(refund, CaseEdit(team = "Front office"))
            refused<CasekitException.NotFound> { petra.case(refund) }
            assertEquals("Front office" to null, desk.case(refund).let { it.team to it.holder })
            val unknown = refused<CasekitException.Invalid> { desk.editCase(refund, CaseEdit(team = "Biling")) }
            assertTrue("`Billing`" in unknown.message) { unknown.message }
            desk.editCase(other, CaseEdit(withoutTeam = true))
            assertEquals(listOf("A visitor"), desk.cases(CasesQuery(withoutTeam = true)).rows.map { it.title })
            val counted = desk.counts(CountBy.TEAM).associate { it.team to it.count }
            assertEquals(mapOf(null to 1L, "Billing" to 1L, "Front office" to 1L), counted)
            mona.editTeam(teams.getValue("Billing"), TeamEdit(name = "Accounts"))
            mona.deactivateTeam(teams.getValue("Billing"))
            assertEquals(false, mona.team("accounts").active)
            assertEquals(listOf("Front office"), desk.editForm(other).teams.map { it.name })
            val told = mona.history(StreamId.Team(teams.getValue("Billing"))).rows.map { it.code }
            assertEquals(listOf("team_created", "team_renamed", "team_deactivated"), told)
        }
    }

    @Test
    fun `a clock, fonts and secrets that fail are errors, and the next call goes on`() {
        val fails = AtomicBoolean(false)
        val clock = Clock { if (fails.get()) error(PLANTED) else Instant.EPOCH }
        inMemory(Options(clock = clock)) { kit ->
            val desk = kit.desk(AMARA)
            fails.set(true)
            val refused = refused<CasekitException.Callback> { desk.raise("Cannot log in") }
            assertEquals("callback_failed", refused.code)
            assertTrue("clock" in refused.message && PLANTED !in refused.message) { refused.message }
            fails.set(false)
            desk.raise("Cannot log in")
        }
        val fonts = FontProvider { if (fails.getAndSet(false)) throw AssertionError(PLANTED) else emptyList() }
        inMemory(Options(fonts = fonts)) { kit ->
            fails.set(true)
            assertEquals("callback_failed", refused<CasekitException.Callback> { kit.desk(MONA).overviewPdf() }.code)
            assertTrue(kit.desk(MONA).overviewPdf().bytes.decodeToString(0, 4) == "%PDF")
        }
    }

    @Test
    fun `a delivery that fails leaves the case among those with errors, and a retry goes on`() {
        val fails = AtomicBoolean(true)
        val keys = mutableListOf<String>()
        val delivery = Delivery { outgoing ->
            keys += outgoing.key
            if (fails.get()) throw IllegalStateException(PLANTED)
            Delivered("R-1")
        }
        inMemory(Options(deliveries = mapOf("portal" to delivery))) { kit ->
            kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("portal")))
            val petra = kit.desk(PETRA)
            val case = kit.identified()
            petra.prepareData(case)
            petra.approveNoData(case, "you are not a customer of ours")
            val failed = petra.release(case) as ReleaseReport.Failed
            assertEquals("callback_failed", failed.failure.code)
            assertEquals(case, petra.casesWithErrors().rows.single().id)
            fails.set(false)
            assertEquals(ReleaseReport.Delivered("R-1"), petra.retry(case))
            assertEquals(1, keys.toSet().size)
        }
    }

    @Test
    fun `a callback that hangs holds nobody else up`() {
        val (entered, goOn) = CountDownLatch(1) to CountDownLatch(1)
        inMemory(source { entered.countDown(); goOn.await(); emptyList() }) { kit ->
            val case = kit.identified()
            val preparing = CompletableFuture.supplyAsync { kit.desk(PETRA).prepareData(case) }
            assertTrue(entered.await(PATIENCE, MILLISECONDS))
            val desk = kit.desk(AMARA)
            repeat(20) { desk.case(desk.raise("Case $it")) }
            goOn.countDown()
            assertNull(preparing.get(PATIENCE, MILLISECONDS).failure)
        }
    }

    @Test
    fun `an observer that hangs holds nobody else up, not even the end`() {
        val (entered, goOn) = CountDownLatch(1) to CountDownLatch(1)
        inMemory { kit ->
            kit.observe { entered.countDown(); goOn.await() }
            val others = LinkedBlockingQueue<String>()
            kit.observe { others += it }
            kit.desk(AMARA).raise("Cannot log in")
            assertTrue(entered.await(PATIENCE, MILLISECONDS))
            assertNotNull(others.poll(PATIENCE, MILLISECONDS))
        }
        goOn.countDown()
    }

    @Test
    fun `callbacks may call the kit`() {
        lateinit var kit: CaseKit
        lateinit var case: CaseId
        val source = DataSource { kit.desk(PETRA).addNote(case, "Asked for ${it.customerReference}"); emptyList() }
        val authorizer = object : Authorizer {
            override fun scope(actor: Actor): Scope {
                if (actor.id == "amara") kit.desk(BEN).cases()
                return open
            }

            override fun forbids(actor: Actor, action: String, case: CaseHead): Boolean {
                if (actor.id == "amara") kit.desk(BEN).case(case.id)
                return false
            }
        }
        kit = CaseKit.inMemory(Options(sources = mapOf("shop" to source), authorizer = authorizer))
        kit.use {
            val seen = LinkedBlockingQueue<Int>()
            kit.observe { seen += kit.desk(BEN).cases().rows.size }
            case = kit.identified()
            kit.desk(PETRA).prepareData(case)
            assertEquals("Asked for CRM-77", kit.desk(PETRA).thread(case).rows.single().text)
            assertEquals(1, kit.desk(AMARA).cases().rows.size)
            kit.desk(AMARA).editCase(case, CaseEdit(description = "Seen"))
            assertNotNull(seen.poll(PATIENCE, MILLISECONDS))
        }
    }

    @Test
    fun `an observer may end itself, and close the kit`() {
        val ended = CompletableFuture<Unit>()
        val kit = CaseKit.inMemory()
        lateinit var observation: AutoCloseable
        observation = kit.observe {
            observation.close()
            kit.close()
            ended.complete(Unit)
        }
        kit.desk(AMARA).raise("Cannot log in")
        ended.get(PATIENCE, MILLISECONDS)
        assertEquals("closed", refused<CasekitException.Store> { kit.desk(AMARA).cases() }.code)
    }

    @Test
    fun `an observer that throws is told again`() = inMemory { kit ->
        val told = LinkedBlockingQueue<String>()
        for (thrown in listOf(IllegalStateException(PLANTED), AssertionError(PLANTED))) kit.observe { told += it; throw thrown }
        val desk = kit.desk(AMARA)
        repeat(3) {
            desk.raise("Case $it")
            repeat(2) { assertNotNull(told.poll(PATIENCE, MILLISECONDS)) }
        }
    }

    @Test
    fun `what the library holds is not collected, and what it no longer holds is`() = inMemory { kit ->
        val told = LinkedBlockingQueue<String>()
        fun subscribe(): Pair<WeakReference<Any>, AutoCloseable> {
            val observer = object : (String) -> Unit { override fun invoke(cursor: String) { told += cursor } }
            return WeakReference<Any>(observer) to kit.observe(observer)
        }
        // Neither the observer nor what ends it is kept here.
        fun observe() = subscribe().first
        val kept = observe()
        repeat(3) { System.gc() }
        kit.desk(AMARA).raise("Cannot log in")
        assertNotNull(told.poll(PATIENCE, MILLISECONDS))
        assertNotNull(kept.get())

        val (gone, end) = subscribe()
        end.close()
        end.close()
        val deadline = System.nanoTime() + PATIENCE * 1_000_000
        while (gone.get() != null && System.nanoTime() < deadline) System.gc()
        assertNull(gone.get(), "an ended observer is still held")
    }

    @Test
    fun `an import tells how far it has come, and ends cleanly if its listener throws or says no`() = inMemory { kit ->
        val desk = kit.desk(MONA)
        val items = List(1_200) {
            val at = Instant.EPOCH.plusSeconds(it.toLong())
            ImportItem.Case(ImportCase(reference = "OLD-$it", case = support("Case $it"), at = at, by = "u-9"))
        }
        val failed = refused<CasekitException.Callback> {
            desk.importItems(items, listener = ImportListener { throw IllegalStateException(PLANTED) })
        }
        assertTrue("after 500 of 1200 items: 500 were written and stay" in failed.message) { failed.message }
        assertTrue(PLANTED !in failed.message && failed.cause!!.message == PLANTED)
        val skip = ImportOptions(existing = ExistingItems.SKIP)
        val cancelled = refused<CasekitException.Store> { desk.importItems(items, skip, ImportListener { it.done < 1_000 }) }
        assertEquals("cancelled", cancelled.code)
        assertTrue("500 were written and stay, 500 were there already" in cancelled.message) { cancelled.message }
        val heard = mutableListOf<ImportProgress>()
        val report = desk.importItems(items, skip, ImportListener { heard += it; true })
        assertEquals(listOf(500L, 1_000L, 1_200L), heard.map { it.done })
        assertEquals(ImportProgress(done = 1_200, of = 1_200, written = 200, unchanged = 1_000, refused = 0), heard.last())
        assertEquals(200, report.results.count { it.outcome == ImportOutcome.CREATED })
    }

    @Test
    fun `a bad item among good ones is refused by its reference, and a dry run says so before`() = inMemory { kit ->
        val desk = kit.desk(MONA)
        fun old(reference: String, at: Instant, vararg changes: ImportChange) =
            ImportItem.Case(ImportCase(reference = reference, case = support(reference), at = at, by = "u-9", changes = changes.toList()))
        val day = Instant.parse("2025-01-02T03:04:05Z")
        val request = ImportRequest("WEB-1", "Ada Obi", credentials = listOf(NewCredential("born", "1990-02-03")))
        val answered = ImportChange(day.plusSeconds(60), "u-9", ImportedChange.Answered(OutcomeKind.DENIED, "no_match"))
        val asked = ImportCase(case = NewCase("Data request", "Mine"), at = day, by = "u-9", request = request, changes = listOf(answered))
        val step = NewStep("lead", "Lead", StepKind.APPROVAL, doer = StepDoer.ANYONE)
        val workflow = ImportWorkflow(NewWorkflow("Own", steps = listOf(step)), day, "u-9")
        val items = listOf(
            ImportItem.Workflow(workflow), old("OLD-1", day), old("OLD-2", Instant.MAX), ImportItem.Case(asked),
        )
        val tried = desk.importItems(items, ImportOptions(dryRun = true))
        assertEquals(0, desk.cases().rows.size)
        val report = desk.importItems(items)
        assertEquals(tried.results.map { it.outcome }, report.results.map { it.outcome })
        assertEquals(tried.results.map { it.refusal }, report.results.map { it.refusal })
        assertEquals(listOf("Own", "OLD-1", "OLD-2", "WEB-1"), report.results.map { it.reference })
        assertEquals("instant_out_of_range", report.results[2].refusal!!.fields.single().code)
        assertNull(tried.results[1].case)
        assertEquals(listOf("C-000001", null, "C-000002"), report.results.drop(1).map { it.number })
        assertEquals(1, desk.cases(CasesQuery(outcome = OutcomeKind.DENIED)).rows.size)
        val moved = ImportChange(day.plusSeconds(90), "u-9", ImportedChange.Stage("Closed", null))
        val updated = desk.importItems(listOf(old("OLD-1", day, moved)), ImportOptions(existing = ExistingItems.UPDATE)).results.single()
        assertEquals(ImportOutcome.UPDATED to listOf("stage"), updated.outcome to updated.updated)
        assertEquals(report.results[1].case, updated.case)
    }
}
