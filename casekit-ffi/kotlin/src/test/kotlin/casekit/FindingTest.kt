package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A case is found by what a person holds. */
class FindingTest {
    @Test
    fun `a number is taken as people write it, with the prefix of its own case`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val case = desk.raise("Cannot log in")
        for (text in listOf("C-000001", "c1", "C\u20111", "C–000001", "#1", "１", "C-1.", "C-\u200B1")) {
            assertEquals(case, desk.findCase(text).id, text)
        }
        for (text in listOf("WEB-1", "INV-1", "C-2", "nothing")) {
            refused<CasekitException.NotFound> { desk.findCase(text) }
            assertEquals(emptyList<FoundCase>(), desk.findCases(text), text)
        }
    }

    @Test
    fun `all matches are answered, and findCase names the choices`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val first = desk.raise("Cannot log in")
        val asked = desk.receiveRequest(NewRequest(requestRef = "1", requester = "Ada Obi")).id!!
        val found = desk.findCases("1").associate { it.case.id to it.by }
        assertEquals(mapOf(first to listOf(FoundBy.NUMBER), asked to listOf(FoundBy.REQUEST_REFERENCE)), found)
        val refused = refused<CasekitException.Invalid> { desk.findCase("1") }
        val rule = refused.fields.single().rule as FieldRule.Ambiguous
        assertEquals(listOf("C-000001", "C-000002"), rule.choices)
    }

    @Test
    fun `the id of something else says so`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val customer = desk.createCustomer(NewCustomer(name = "Ada Obi")).id
        val refused = refused<CasekitException.NotFound> { desk.case(customer) }
        assertTrue("that is the id of a customer" in refused.message) { refused.message }
    }
}
