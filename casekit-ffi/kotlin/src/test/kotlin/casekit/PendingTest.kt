package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class PendingTest {
    @Test
    fun `pending is for whoever has no blocker`() = inMemory { kit ->
        kit.desk(MONA).createCaseType(NewCaseType(name = "Two pairs of eyes", workflow = "Data request, four eyes"))
        val petra = kit.desk(PETRA)
        val quin = kit.desk(Actor("quin", "Quin Ota", listOf(Role.APPROVER)))
        val case = petra.raiseCase(NewCase(caseType = "Two pairs of eyes", title = "Everything about me")).id
        petra.takeCase(case)
        assertEquals(listOf(1L, 0L), listOf(petra.myPendingCount(), quin.myPendingCount()))
        petra.approveIdentification(case, "video call", listOf("passport"))
        petra.approveNoData(case, "by phone")
        assertEquals(emptyList<CaseSummary>(), petra.myPendingCases().rows)
        assertEquals(listOf(0L, 1L), listOf(petra.myPendingCount(), quin.myPendingCount()))
        assertEquals(listOf(case), quin.myPendingCases().rows.map { it.id })
    }
}
