package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A request that the webform hands in brings fields and tags. */
class IntakeTest {
    @Test
    fun `a request brings fields and tags`() = inMemory { kit ->
        val (amara, mona) = kit.desk(AMARA) to kit.desk(MONA)
        val meter = NewField(label = "Meter", kind = FieldKind.TEXT, required = true, forCustomer = true)
        val cause = NewField(label = "Cause", kind = FieldKind.TEXT, required = true)
        mona.editCaseType(mona.caseType("Data request").id, CaseTypeEdit(fields = listOf(meter, cause)))
        val request = NewRequest(
            requestRef = "WEB-1",
            requester = "Ada Obi",
            tags = listOf("web", "power"),
            fields = listOf(GivenField("meter", GivenValue.Text("4711"))),
        )
        val received = amara.receiveRequest(request)
        val case = amara.case(received.id!!)
        assertEquals(listOf("Meter" to "4711", "Cause" to null), case.fields.map { it.label to it.text })
        assertEquals(setOf("power", "web"), case.tags.toSet())
        val again = amara.receiveRequest(request.copy(tags = listOf("power", "web")))
        assertEquals(received.id, again.id)
        assertTrue(again.replayed)

        val rain = listOf(GivenField("Cause", GivenValue.Text("rain")))
        val refused = refused<CasekitException.Invalid> {
            amara.receiveRequest(NewRequest(requestRef = "WEB-2", requester = "Ada Obi", fields = rain))
        }
        assertEquals(listOf("fields[0].field", "fields.meter"), refused.fields.map { it.field })
    }
}
