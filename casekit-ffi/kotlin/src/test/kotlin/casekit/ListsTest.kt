package casekit

import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class ListsTest {
    private val byNumber = CasesQuery(sort = Sort.NUMBER, direction = Direction.ASCENDING)

    @Test
    fun `pages lead to each other, and a sequence goes through them`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val raised = List(7) { desk.raise("Case $it") }
        val first = desk.cases(byNumber, PageRequest(size = 3))
        assertEquals(raised.take(3), first.rows.map { it.id })
        val second = desk.cases(byNumber, PageRequest(size = 3, after = first.next))
        val third = desk.cases(byNumber, PageRequest(size = 3, after = second.next))
        assertEquals(raised.takeLast(1), third.rows.map { it.id })
        assertNull(third.next)
        assertEquals(raised, desk.allCases(byNumber, pageSize = 3).map { it.id }.toList())
        runBlocking {
            val suspending = desk.on(Dispatchers.IO)
            assertEquals(raised, suspending.allCases(byNumber, 2).map { it.id }.toList())
            assertEquals(raised.take(3), suspending.allCases(byNumber, 2).map { it.id }.take(3).toList())
        }
    }

    @Test
    fun `a sequence reads a page only when it comes to it`() {
        var asked = 0
        val counting = object : Authorizer {
            override fun scope(actor: Actor) = Scope(cases = ScopeCases.ALL, internalNotes = true).also { asked++ }

            override fun forbids(actor: Actor, action: String, case: CaseHead) = false
        }
        inMemory(Options(authorizer = counting)) { kit ->
            val desk = kit.desk(AMARA)
            repeat(6) { desk.raise("Case $it") }
            asked = 0
            val all = desk.allCases(pageSize = 2)
            assertEquals(0, asked)
            all.take(2).toList()
            assertEquals(1, asked)
            all.toList()
            assertEquals(4, asked)
        }
    }

    @Test
    fun `every list can be gone through whole`() = inMemory { kit ->
        val desk = kit.desk(MONA)
        val customers = List(3) { desk.createCustomer(NewCustomer(name = "Ada Obi $it")).id }
        val cases = List(3) { desk.raiseCase(support("Refund $it").copy(customer = customers[0])).id }
        cases.forEach { desk.takeCase(it) }
        val notes = List(3) { desk.addNote(cases[0], "Note $it").id }
        val history = kit.desk(INES).history(StreamId.Case(cases[0])).rows
        val requests = List(3) { desk.receiveRequest(NewRequest(requestRef = "WEB-$it", requester = "Ada Obi")).id!! }
        val newest = cases.reversed()

        assertEquals(newest, desk.allInteractions(customers[0], 2).map { it.id }.toList())
        assertEquals(cases, desk.allMyHeldCases(2).map { it.id }.toList())
        assertEquals(customers, desk.allCustomers("ada", 2).map { it.id }.toList())
        assertEquals(newest, desk.searchAll("refund", 2).map { it.case.id }.toList())
        assertEquals(notes, desk.wholeThread(cases[0], 2).map { it.id }.toList())
        assertEquals(history, kit.desk(INES).wholeHistory(StreamId.Case(cases[0]), 2).toList())
        val then = Moment.Revision(desk.case(cases[0]).revision)
        assertEquals(notes, desk.wholeThreadAt(cases[0], then, 2).map { it.id }.toList())
        assertEquals(requests, desk.allMyPendingCases(2).map { it.id }.toList())
        assertEquals(emptyList<FailingCase>(), desk.allCasesWithErrors(pageSize = 2).toList())

        runBlocking {
            val same = desk.on(Dispatchers.IO)
            assertEquals(newest, same.allInteractions(customers[0], 2).map { it.id }.toList())
            assertEquals(cases, same.allMyHeldCases(2).map { it.id }.toList())
            assertEquals(customers, same.allCustomers("ada", 2).map { it.id }.toList())
            assertEquals(newest, same.searchAll("refund", 2).map { it.case.id }.toList())
            assertEquals(notes, same.wholeThread(cases[0], 2).map { it.id }.toList())
            val auditor = kit.desk(INES).on(Dispatchers.IO)
            assertEquals(history, auditor.wholeHistory(StreamId.Case(cases[0]), 2).toList())
            assertEquals(notes, same.wholeThreadAt(cases[0], then, 2).map { it.id }.toList())
            assertEquals(requests, same.allMyPendingCases(2).map { it.id }.toList())
            assertEquals(emptyList<FailingCase>(), same.allCasesWithErrors(pageSize = 2).toList())
        }
    }

    @Test
    fun `a case is shown as it was`() = inMemory { kit ->
        val (mona, ines) = kit.desk(MONA) to kit.desk(INES)
        val case = mona.raise("Cannot log in")
        val note = mona.addNote(case, "Called, no answer.").id
        val head = ines.auditHead()
        mona.editNote(note, "Called twice.")
        mona.editCase(case, CaseEdit(title = "Locked out"))
        for (moment in listOf(Moment.Revision(2L), Moment.Position(head.position))) {
            val was = ines.caseAt(case, moment).summary
            assertEquals("Cannot log in" to 2L, was.case.title to was.case.revision)
            assertEquals(listOf("Called, no answer."), ines.threadAt(case, moment).rows.map { it.text })
        }
        val now = ines.case(case)
        assertEquals(now, ines.caseAt(case, Moment.Instant(now.updatedAt)).summary.case)
        val early = refused<CasekitException.Invalid> {
            ines.caseAt(case, Moment.Instant(now.raisedAt.minusSeconds(1)))
        }
        assertEquals(now.raisedAt, (early.fields.single().rule as FieldRule.InstantOutOfRange).first)
    }

    @Test
    fun `columns of kinds that no list has yet are unpacked`() {
        val at = byteArrayOf(0x07, 0xB1.toByte(), 12, 31, 23, 59, 59, 0x0F, 0x42, 0x3F)
        val fixed = byteArrayOf(1, 0) + at + ByteArray(10) + byteArrayOf(0, 0, 0, 0, 0, 1, 0, 0) + ByteArray(8)
        val packed = byteArrayOf(2, 0, 0, 0, fixed.size.toByte(), 0, 0, 0) + fixed + "C-1\u001F".toByteArray()
        val unpacking = Unpacking(packed)
        assertEquals(listOf(true, false), unpacking.flags())
        assertEquals(listOf(Instant.parse("1969-12-31T23:59:59.999999Z"), null), unpacking.optionalInstants())
        assertEquals(listOf(1L shl 40, 0L), unpacking.numbers())
        assertEquals("C-1", unpacking.next)
    }

    @Test
    fun `columns hold what the rows hold`() {
        val start = Instant.parse("2026-01-02T03:04:05.678901Z")
        val times = generateSequence(start) { it.plusNanos(1_001_000) }.iterator()
        inMemory(Options(clock = Clock { synchronized(times) { times.next() } })) { kit ->
            val desk = kit.desk(MONA)
            val ada = desk.createCustomer(NewCustomer(name = "Ádá Öbi 阿达 👩🏽‍🚀")).id
            repeat(600) { n ->
                val new = support("Case $n – ${"✓".repeat(n % 4)} x").copy(customer = ada.takeIf { n % 3 == 0 })
                val case = desk.raiseCase(new).id
                if (n % 5 == 0) desk.takeCase(case)
            }
            desk.receiveRequest(NewRequest(requestRef = "WEB-1", requester = "Ada Obi"))
            val rows = desk.allCases(byNumber, 500).toList()
            val table = desk.caseTable(10_000, byNumber)
            assertEquals(601, table.size)
            assertEquals(rows, List(table.size) { table[it] })
            assertEquals(rows.map { it.customer }, table.customer)

            val some = desk.caseTable(550, byNumber)
            assertEquals(550, some.size)
            val rest = desk.caseTable(550, byNumber, some.next)
            assertEquals(rows, List(some.size) { some[it] } + List(rest.size) { rest[it] })
            assertNotNull(some.next)
            assertNull(rest.next)
            val mine = desk.myPendingCaseTable()
            assertEquals(desk.myPendingCases().rows, List(mine.size) { mine[it] })
            assertEquals(0, desk.caseTable(5, CasesQuery(stages = listOf("Closed"))).size)
            runBlocking {
                assertEquals(table.title, desk.on(Dispatchers.IO).caseTable(10_000, byNumber).title)
                assertEquals(1, desk.on(Dispatchers.IO).myPendingCaseTable().size)
            }
        }
    }
}
