package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

class MyWorkTest {
    @Test
    fun `my work is what I hold, what is pending for me and what I raised`() = inMemory { kit ->
        val (amara, petra) = listOf(kit.desk(AMARA), kit.desk(PETRA))
        val held = amara.raiseCase(NewCase(caseType = "Support", title = "Held")).id
        petra.takeCase(held)
        val pending = amara.raiseCase(NewCase(caseType = "Data request", title = "Pending")).id
        val raised = petra.raiseCase(NewCase(caseType = "Support", title = "Raised")).id
        val work = petra.allMyWork(pageSize = 2).map { listOf(it.case.id, it.held, it.pending, it.raised) }.toList()
        val expected = listOf(
            listOf(held, true, false, false), listOf(pending, false, true, false), listOf(raised, false, false, true),
        )
        assertEquals(expected, work)
        assertEquals(listOf(held), petra.allMyHeldCases().map { it.id }.toList())
        assertEquals(listOf(raised), petra.allMyRaisedCases().map { it.id }.toList())
        assertEquals(WorkCounts(1L, 1L, 1L, 3L), petra.myWorkCounts())
    }

    @Test
    fun `a case has a priority, by which lists and counts are chosen`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        kit.desk(MONA).createCaseType(NewCaseType(name = "Outage", defaultPriority = Priority.URGENT))
        val outage = amara.raiseCase(NewCase(caseType = "Outage", title = "Everything is down")).id
        val lamp = amara.raiseCase(NewCase(caseType = "Support", title = "A lamp", priority = Priority.LOW)).id
        assertEquals(Priority.URGENT, amara.case(outage).priority)
        assertEquals(listOf(outage), amara.cases(CasesQuery(priorities = listOf(Priority.URGENT))).rows.map { it.id })
        amara.editCase(lamp, CaseEdit(priority = Priority.HIGH))
        assertEquals(listOf("high", "urgent"), amara.cases(CasesQuery()).rows.map { it.priorityCode })
        assertEquals(listOf(0L, 0L, 1L, 1L), amara.counts(CountBy.PRIORITY, CasesQuery()).map { it.count })
    }

    @Test
    fun `a case ends in a way of its type and says why`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        val stages = listOf(
            NewStage(label = "Lent", category = StageCategory.OPEN),
            NewStage(label = "Closed", category = StageCategory.CLOSED, needsResolution = true),
        )
        val ends = listOf(
            NewResolution(code = "returned", label = "Returned"),
            NewResolution(code = "written_off", label = "Written off", by = ResolvedBy.STAFF, needsReason = true),
        )
        kit.desk(MONA).createCaseType(NewCaseType(name = "Loan", stages = stages, resolutions = ends))
        val loan = amara.raiseCase(NewCase(caseType = "Loan", title = "Atlas")).id
        assertThrows(CasekitException.Blocked::class.java) { amara.editCase(loan, CaseEdit(stage = "Closed")) }
        amara.editCase(loan, CaseEdit(stage = "Closed", resolution = "written_off", reason = "Burnt", customerReason = "Sorry"))
        val ended = amara.case(loan).resolution
        assertEquals("written_off" to "Burnt", ended?.code to ended?.reason)
        assertEquals(listOf("Written off"), amara.cases(CasesQuery(resolutions = listOf("written_off"))).rows.map { it.resolution })
        val counts = amara.counts(CountBy.RESOLUTION, CasesQuery(caseTypes = listOf("Loan")))
        assertEquals(listOf(null to 0L, "returned" to 0L, "written_off" to 1L), counts.map { it.resolutionCode to it.count })
    }

    @Test
    fun `tags are given by name, listed, renamed and merged`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        val mona = kit.desk(MONA)
        val leak = amara.raiseCase(NewCase(caseType = "Support", title = "It rains in", tags = listOf("Roof"))).id
        val tile = amara.raiseCase(NewCase(caseType = "Support", title = "A tile is loose")).id
        amara.tagCase(tile, TagsEdit(add = listOf("roofing", "ROOF")))
        assertEquals(listOf("Roof", "roofing"), amara.case(tile).tags)
        val (roof, roofing) = amara.tags()
        assertEquals(listOf(2L, 1L), listOf(roof.count, roofing.count))
        mona.mergeTags(roofing.id, roof.id)
        mona.renameTag(roof.id, "Roofs")
        assertEquals(listOf("Roofs" to 2L), amara.tags().map { it.name to it.count })
        val rows = amara.cases(CasesQuery(tags = listOf("Roofing"))).rows
        assertEquals(listOf(tile to "[\"Roofs\"]", leak to "[\"Roofs\"]"), rows.map { it.id to it.tags })
        assertEquals(listOf("Roofs"), amara.counts(CountBy.TAG, CasesQuery()).map { it.tag })
        amara.tagCase(leak, TagsEdit(remove = listOf("roofs")))
        assertEquals(emptyList<String>(), amara.case(leak).tags)
    }

    @Test
    fun `lists and counts take the same query, with several types, stages and categories`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        amara.raiseCase(NewCase(caseType = "Support", title = "First"))
        amara.raiseCase(NewCase(caseType = "Enquiries", title = "Second", stage = "Closed"))
        kit.desk(MONA).raiseCase(NewCase(caseType = "Bug report", title = "Third", stage = "In Progress"))
        fun titles(query: CasesQuery) = amara.cases(query).rows.map { it.title }
        assertEquals(listOf("Second", "First"), titles(CasesQuery(caseTypes = listOf("Support", "Enquiries"))))
        val query = CasesQuery(
            stages = listOf("In Progress", "closed"), categories = listOf(StageCategory.CLOSED), raisedBy = RaisedBy.Me,
        )
        assertEquals(listOf("Second"), titles(query))
        val counts = amara.counts(CountBy.STAGE, query).filter { it.caseType == "Enquiries" || it.caseType == "Support" }
        assertEquals(listOf("closed" to 1L, "closed" to 0L), counts.map { it.stageId to it.count })
        val closedAt = amara.cases(query).rows.single().closedAt
        assertNotNull(closedAt)
        assertEquals(listOf("Second"), titles(CasesQuery(closedFrom = closedAt)))
        assertEquals(emptyList<String>(), titles(CasesQuery(outcome = OutcomeKind.WITHDRAWN, failing = FailingFor.Anything)))
        assertThrows(CasekitException.Invalid::class.java) { titles(CasesQuery(closedFrom = closedAt, closedBefore = closedAt)) }
    }

    @Test
    fun `statistics say how long things took, and what is stuck is listed by why`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        repeat(10) {
            val case = amara.raiseCase(NewCase(caseType = "Support", title = "Case $it")).id
            amara.editCase(case, CaseEdit(stage = "In Progress"))
        }
        val row = amara.statistics(StatisticsQuery(caseTypes = listOf("Support"))).single()
        assertEquals(listOf(Measure.TIME_IN_STAGE, "open", "Open", 10L), listOf(row.measure, row.stageId, row.stage, row.count))
        amara.raiseCase(NewCase(caseType = "Support", title = "Waits"))
        // Whether it waits for longer than was usual depends on how fast this runs.
        val stuck = amara.allStuckCases(StuckBy.InStage, CasesQuery(stages = listOf("Open"))).toList()
        assertEquals(stuck.map { row.p90Seconds }, stuck.map { it.usualSeconds })
        assertEquals(0L, amara.countStuckCases(StuckBy.Quiet(7)))
        assertThrows(CasekitException.Invalid::class.java) { amara.statistics(StatisticsQuery(fromMonth = "March")) }
    }

    @Test
    fun `a row says how far each step is, and a menu what can be done`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        val begin = kit.changedStreams()
        assertEquals(null, begin.streams)
        val request = amara.raiseCase(NewCase(caseType = "Data request", title = "What do you know of me?")).id
        val changed = kit.changedStreams(begin.cursor)
        assertEquals(true, changed.streams?.contains(StreamId.Case(request)))
        assertEquals(emptyList<StreamId>(), kit.changedStreams(changed.cursor).streams)
        val row = amara.cases(CasesQuery()).rows.single()
        val states = Regex("\"state\":\"([a-z]+)\"").findAll(row.steps ?: "").map { it.groupValues[1] }.toList()
        assertEquals(amara.summary(request).steps.map { it.state.name.lowercase() }, states)
        assertEquals(null, row.failureCode)

        fun possible(all: List<AvailableDeskAction>) = all.filter { it.blockers.isEmpty() }.map { it.action }
        val menu = possible(amara.deskActions())
        assertEquals(listOf(true, false), listOf(DeskAction.READ_CASES in menu, DeskAction.READ_SETTINGS in menu))
        assertEquals(listOf(DeskAction.RAISE_CASE), possible(amara.caseTypeActions(amara.caseType("Support").id)))
        val ada = amara.createCustomer(NewCustomer(name = "Ada Obi")).id
        assertEquals(true, DeskAction.UPDATE_CUSTOMER in possible(amara.customerActions(ada)))
    }

    @Test
    fun `statistics and stuck cases leave as files`(@TempDir folder: Path) = inMemory { kit ->
        val mona = kit.desk(MONA)
        val case = mona.raiseCase(NewCase(caseType = "Support", title = "Case")).id
        mona.editCase(case, CaseEdit(stage = "In Progress"))
        val programs = CsvForm(CsvReaders.PROGRAMS)
        val lines = String(mona.statisticsCsv(form = programs)).lines()
        assertTrue(lines[0].startsWith("measure,type_id,type,stage_id,stage,month,count,total_seconds"), lines[0])
        assertTrue(lines[1].startsWith("time_in_stage,"), lines[1])
        val support = StatisticsQuery(caseTypes = listOf("Support"))
        assertEquals(1L, mona.statisticsXlsxTo(folder.resolve("statistics.xlsx").toString(), support))
        val seen = mutableListOf<ReportProgress>()
        val stuck = mona.stuckCasesCsv(StuckBy.Quiet(7), form = programs, listener = ReportListener { seen += it; true })
        assertTrue(String(stuck).lines()[0].endsWith(",tags,updated,stage_since,seconds_in_stage,usual_seconds"))
        assertTrue(seen.isNotEmpty())
        assertEquals(0L, mona.stuckCasesXlsxTo(folder.resolve("stuck.xlsx").toString(), StuckBy.InStage))
        assertThrows(CasekitException.Forbidden::class.java) { kit.desk(AMARA).statisticsXlsx() }
    }

    @Test
    fun `tags and the priority are offered, and due cases are counted`() = inMemory { kit ->
        val amara = kit.desk(AMARA)
        val case = amara.raiseCase(NewCase(caseType = "Support", title = "Open")).id
        val offered = amara.availableActions(case).filter { it.blockers.isEmpty() }.map { it.action }
        assertTrue(offered.containsAll(listOf(Action.TAG_CASE, Action.CHANGE_PRIORITY)), "$offered")
        assertEquals(Pair(0L, false), amara.dueCounts().overdue.let { it.count to it.orMore })
    }
}
