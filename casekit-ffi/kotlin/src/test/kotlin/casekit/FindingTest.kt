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
    fun `a row says whose it is and where it stands`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val bo = desk.createCustomer(NewCustomer(name = "Bo Li")).id
        val case = desk.raiseCase(support("Cannot log in").copy(customer = bo, stage = "In Progress")).id
        val request = NewRequest(requestRef = "WEB-1", requester = "Ada Obi", replyTo = "ada@example.org")
        val asked = desk.receiveRequest(request).id!!
        val rows = desk.cases().rows.associateBy { it.id }
        val (row, view) = rows.getValue(case) to desk.case(case)
        assertEquals(Triple(bo, "Bo Li", null), Triple(row.customerId, row.customer, row.requester))
        assertEquals(Triple(view.caseTypeId, "in_progress", "active"), Triple(row.caseTypeId, row.stageId, row.categoryCode))
        assertEquals(view.revision, row.revision)
        assertEquals(null to "Ada Obi", rows.getValue(asked).run { customerId to requester })
        assertEquals(listOf(asked), desk.search("ada@example.org").rows.map { it.case.id })
        assertEquals(setOf(bo, null), desk.caseTable(10).customerId.toSet())
    }

    @Test
    fun `customers are found by what they say of themselves`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val phone = "+49 (0)151 2345678"
        val new = NewCustomer(name = "Ada Obi", email = "ada.obi@example.org", phone = phone, externalReference = "CRM-0077")
        val ada = desk.createCustomer(new).id
        desk.createCustomer(NewCustomer(name = "Bo Li", phone = "030 5550-1234"))
        for (text in listOf("ada", "ada.obi@example.org", "0151/2345678", "0049 151 2345678", "crm-0077")) {
            assertEquals(listOf(ada), desk.customers(text).rows.map { it.id }, text)
        }
        assertEquals(listOf("Bo Li"), desk.customers("+49 30 55501234").rows.map { it.name })
        assertEquals(emptyList<CustomerSummary>(), desk.customers("+48 151 2345678").rows)
        assertEquals("ada.obi@example.org" to phone, desk.customers("ada").rows.single().run { email to this.phone })
    }

    @Test
    fun `the id of something else says so`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val customer = desk.createCustomer(NewCustomer(name = "Ada Obi")).id
        val refused = refused<CasekitException.NotFound> { desk.case(customer) }
        assertTrue("that is the id of a customer" in refused.message) { refused.message }
    }
}
