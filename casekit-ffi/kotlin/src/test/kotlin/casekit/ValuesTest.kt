package casekit

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.UUID
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ValuesTest {
    private fun raisedAt(now: Instant): Instant = CaseKit.inMemory(Options(clock = Clock { now })).use { kit ->
        val desk = kit.desk(AMARA)
        desk.case(desk.raise("Cannot log in")).raisedAt
    }

    @Test
    fun `instants are kept to the microsecond`() {
        val exact = listOf(
            "2026-01-02T03:04:05.678901Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.500Z",
            "1969-12-31T23:59:58.500Z", "1969-07-20T20:17:40.000001Z", "0001-01-01T00:00:00Z", "1677-09-21T00:12:43.145224Z",
            "2262-04-11T23:47:16.854776Z", "9999-12-31T23:59:59.999999Z",
        ).map(Instant::parse)
        for (at in exact) assertEquals(at, raisedAt(at))
        inMemory { kit ->
            val mona = kit.desk(MONA)
            val items = exact.map { ImportItem.Case(ImportCase(case = support("Imported"), at = it, by = "u-9")) }
            val ids = mona.importItems(items).results.map { it.case!! }
            assertEquals(exact, ids.map { mona.case(it).raisedAt })
            assertEquals(exact.toSet(), mona.cases().rows.map { it.raisedAt }.toSet())
        }
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
        }
    }

    @Test
    fun `an instant that no calendar has is refused by name`() {
        val beyond = listOf(
            Instant.MAX, Instant.MIN, Instant.parse("+10000-01-01T00:00:00Z"), Instant.parse("0000-12-31T23:59:59.999999Z"),
            Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000), Instant.ofEpochSecond(Long.MIN_VALUE / 1_000_000),
        )
        for (far in beyond) {
            inMemory { kit ->
                val mona = kit.desk(MONA)
                val refused = refused<CasekitException.Invalid> { mona.cases(CasesQuery(raisedFrom = far)) }
                assertEquals(listOf("raised_from" to "instant_out_of_range"), refused.fields.map { it.field to it.code })
                val item = ImportItem.Case(ImportCase(case = support("Imported"), at = far, by = "u-9"))
                val imported = mona.importItems(listOf(item)).results.single()
                assertEquals(listOf("at"), imported.refusal!!.fields.map { it.field })
            }
            val clock = refused<CasekitException.Callback> { raisedAt(far) }
            assertEquals("clock_out_of_range", clock.code)
            assertTrue("the application's clock gave" in clock.message && "9999-12-31" in clock.message) { clock.message }
        }
    }

    @Test
    fun `a wait that cannot be is refused by name`(@TempDir folder: Path) {
        val path = folder.resolve("cases.db")
        for (wait in listOf(Duration.ofSeconds(-1), Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE), Duration.ofDays(2),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))) {
            val opening = refused<CasekitException.Invalid> { CaseKit.open(path, Options(busyTimeout = wait)) }
            assertEquals(listOf("busy_timeout"), opening.fields.map { it.field })
            inMemory { kit ->
                assertEquals(listOf("wait"), refused<CasekitException.Invalid> { kit.suspend(wait) }.fields.map { it.field })
            }
        }
        CaseKit.open(path, Options(busyTimeout = Duration.ofDays(1))).close()
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
