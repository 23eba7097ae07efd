package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class PeopleTest {
    @Test
    fun `people have names beside their ids`() = inMemory { kit ->
        val ada = kit.desk(Actor("u-17", "Ada Obi", listOf(Role.AGENT)))
        val case = ada.raise("Cannot log in")
        ada.takeCase(case)
        ada.addNote(case, "Called.")
        val mona = kit.desk(MONA)
        val view = mona.case(case)
        assertEquals("u-17" to "Ada Obi", view.raisedBy to view.raisedByName)
        assertEquals("u-17" to "Ada Obi", view.holder!!.by to view.holder!!.name)
        val row = mona.cases().rows.single()
        assertEquals("u-17" to "Ada Obi", row.holder to row.holderName)
        val note = mona.thread(case).rows.single()
        assertEquals("u-17" to "Ada Obi", note.author to note.authorName)
        val entries = mona.history(StreamId.Case(case)).rows
        assertEquals(setOf("u-17" to "Ada Obi"), entries.map { it.actor to it.actorName }.toSet())

        // Another name is entered with the next command, and shown at once.
        kit.desk(Actor("u-17", "Ada Lund", listOf(Role.AGENT))).addNote(case, "Called again.")
        assertEquals("Ada Lund", mona.case(case).raisedByName)
    }

    @Test
    fun `a directory is filled ahead, corrected and read`() = inMemory { kit ->
        val mona = kit.desk(MONA)
        assertEquals(2L, mona.namePeople(listOf(PersonName("u-17", "Ada Obi"), PersonName("u-18", "Ada Obi"))).events)
        assertEquals(1L, mona.namePeople(listOf(PersonName("u-17", "Ada Obi"), PersonName("u-18", "Bea Ito"))).events)
        val people = mona.allPeople().filter { it.id.startsWith("u-") }
        assertEquals(listOf("u-17" to "Ada Obi", "u-18" to "Bea Ito"), people.map { it.id to it.name }.toList())
        val bea = mona.person("u-18")
        assertEquals("Bea Ito" to 2L, bea.name to bea.revision)
        val history = mona.history(StreamId.Person(bea.entry)).rows
        assertEquals(listOf("person_entered", "person_renamed"), history.map { it.code })
        val refused = refused<CasekitException.Forbidden> { kit.desk(BEN).namePeople(listOf(PersonName("u-17", "Ben"))) }
        assertEquals("forbidden", refused.code)
    }
}
