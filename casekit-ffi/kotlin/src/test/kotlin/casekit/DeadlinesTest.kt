package casekit

import java.time.Duration
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** When a case is due and why. */
class DeadlinesTest {
    private var now: Instant = Instant.parse("2026-09-21T09:00:00Z")
    private val options = Options(clock = Clock { now })

    @Test
    fun `a deadline is paused, extended and explained`() = inMemory(options) { kit ->
        val mona = kit.desk(MONA)
        mona.editWorkflow(mona.workflow("Data request").id, WorkflowEdit(deadlines = listOf("uk_gdpr")))
        val case = kit.identified()
        val petra = kit.desk(PETRA)
        assertEquals(Instant.parse("2026-10-21T22:59:59Z"), petra.case(case).dueAt)
        petra.pauseDeadlines(case, NewPause("clarification"))
        assertNull(petra.case(case).dueAt)
        now += Duration.ofDays(3)
        petra.resumeDeadlines(case, NewResumption())
        petra.extendDeadline(case, NewExtension("four hundred boxes of paper"))
        val explained = petra.explainDeadlines(case).single()
        assertEquals("Europe/London", explained.timeZone)
        assertEquals(explained.dueAt, explained.changes.last().to)
        assertTrue(explained.steps.map { it.kind }.containsAll(listOf("started", "paused", "extended", "due")))
    }

    @Test
    fun `what is due is listed and told`() = inMemory(options) { kit ->
        val mona = kit.desk(MONA)
        val petra = kit.desk(PETRA)
        val edit = CaseTypeEdit(deadlines = listOf("eu_gdpr"), timedMoves = listOf(NewTimedMove("Resolved", "Closed", 14)))
        mona.editCaseType(mona.caseType("Support").id, edit)
        val late = petra.raiseCase(support("Leak").copy(receivedAt = now - Duration.ofDays(60))).id
        val fresh = petra.raise("Roof")
        val query = CasesQuery(due = DueIn.Any, sort = Sort.DUE, direction = Direction.ASCENDING)
        assertEquals(listOf("overdue", "running"), petra.cases(query).rows.map { it.dueCode })
        assertEquals(listOf(late), petra.cases(CasesQuery(due = DueIn.Overdue)).rows.map { it.id })
        assertEquals(1L, kit.runDue().told)
        petra.editCase(fresh, CaseEdit(stage = "Resolved"))
        petra.followUp(late, now + Duration.ofDays(1), "ask the roofer")
        now += Duration.ofDays(15)
        assertEquals(2L, kit.runDue().told)
        assertEquals("closed", petra.case(fresh).stageId)
    }
}
