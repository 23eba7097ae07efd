package casekit

import java.nio.charset.CharacterCodingException
import java.time.Instant
import java.util.UUID
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ValuesTest {
    private fun raisedAt(now: Instant): Instant = CaseKit.inMemory(Options(clock = Clock { now })).use { kit ->
        val desk = kit.desk(AMARA)
        desk.case(desk.raise("Cannot log in")).raisedAt
    }

    @Test
    fun `instants are kept to the microsecond`() {
        val exact = listOf("2026-01-02T03:04:05.678901Z", "1970-01-01T00:00:00Z", "1969-07-20T20:17:40.000001Z")
        for (text in exact) assertEquals(Instant.parse(text), raisedAt(Instant.parse(text)))
        val finer = raisedAt(Instant.parse("2026-01-02T03:04:05.678901499Z"))
        assertEquals(Instant.parse("2026-01-02T03:04:05.678901Z"), finer)
    }

    @Test
    fun `a filter takes its instants to the microsecond too`() {
        val at = Instant.parse("2026-01-02T03:04:05.678901Z")
        inMemory(Options(clock = Clock { at })) { kit ->
            val desk = kit.desk(AMARA)
            desk.raise("Cannot log in")
            assertEquals(1, desk.cases(CasesQuery(raisedFrom = at)).rows.size)
            assertEquals(0, desk.cases(CasesQuery(raisedFrom = at.plusNanos(1_000))).rows.size)
            assertEquals(0, desk.cases(CasesQuery(raisedBefore = at)).rows.size)
            assertEquals(1, desk.cases(CasesQuery(raisedBefore = at.plusNanos(1_000))).rows.size)
            for (far in listOf(Instant.MAX, Instant.MIN, Instant.parse("3000-01-01T00:00:00Z"))) {
                val refused = refused<CasekitException.Invalid> { desk.cases(CasesQuery(raisedFrom = far)) }
                assertTrue("instant" in refused.message) { refused.message }
            }
        }
    }

    @Test
    fun `ids are UUIDs`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val id: UUID = desk.raise("Cannot log in")
        assertEquals(7, id.version())
        assertEquals(id, desk.findCase(id.toString()).id)
    }

    @Test
    fun `text in every script comes back as it was given`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val titles = listOf(
            "Zażółć gęślą jaźń", "مرحبا بالعالم", "שלום",
            "我的退款在哪里", "ขอเงินคืน", "हिन्दी",
            "👩🏽‍🚀🇳🇬 ok", "𝔘𝔫𝔦", "ﬃ ﷺ", "e\u0301 é",
        )
        for (title in titles) {
            val case = desk.raiseCase(NewCase("Support", title, description = "$title\n$title"))
            val seen = desk.case(case.id)
            assertEquals(title, seen.title)
            assertEquals("$title\n$title", seen.description)
            assertTrue(desk.search(title).rows.any { it.case.id == case.id }) { title }
        }
        assertEquals(listOf("我的退款在哪里"), desk.search("退款").rows.map { it.case.title })
    }

    @Test
    fun `text that is none is refused, and nothing was changed`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        refused<CharacterCodingException> { desk.raise("half a character: \uD83D") }
        val refused = refused<CasekitException.Invalid> { desk.raise("a \u0000 in it") }
        assertEquals(listOf(FieldRule.ControlCharacter), refused.fields.map { it.rule })
        assertEquals(0, desk.cases().rows.size)
        desk.raise("goes on")
    }

    @Test
    fun `records are values`() {
        val edit = CaseEdit(title = "Refund of order 4711")
        assertEquals(edit, CaseEdit().copy(title = "Refund of order 4711"))
        assertEquals(Gender.Other("x"), Gender.Other("x"))
    }
}
