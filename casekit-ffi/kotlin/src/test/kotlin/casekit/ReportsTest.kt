package casekit

import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Reports that are followed and ended. */
class ReportsTest {
    /** A manager's desk at a kit with three cases, and one of them. */
    private fun filled(test: (Desk, CaseId) -> Unit) = inMemory { kit ->
        val ids = (1..3).map { kit.desk(AMARA).raise("Case $it") }
        test(kit.desk(MONA), ids.first())
    }

    @Test
    fun `a report tells how far it has come`() = filled { desk, case ->
        val told = mutableListOf<ReportProgress>()
        val follow = ReportListener { told += it; true }
        assertTrue(desk.overviewCsv(listener = follow).isNotEmpty())
        assertEquals(listOf(ReportProgress(0, 3), ReportProgress(3, 3)), told)
        val papers = listOf({ desk.overviewPdf(listener = follow) }, { desk.casePdf(case, follow) }, { desk.customerCopyPdf(case, follow) })
        for (make in papers) {
            told.clear()
            assertTrue(make().bytes.isNotEmpty())
            assertEquals(0L, told.first().rows)
            assertEquals(told.last().of.coerceAtMost(3), told.last().rows.coerceAtMost(3))
        }
        runBlocking { assertTrue(desk.on(Dispatchers.IO).overviewCsv(listener = follow).isNotEmpty()) }
    }

    @Test
    fun `the overview is CSV for people or for programs, and a workbook`() = inMemory { kit ->
        kit.desk(AMARA).raise("=1+1;@SUM(1)")
        val desk = kit.desk(MONA)
        val people = String(desk.overviewCsv(form = CsvForm(separator = CsvSeparator.SEMICOLON, byteOrderMark = true)))
        assertTrue(people.startsWith("\uFEFFnumber;title;") && "\"'=1+1;'@SUM(1)\"" in people) { people }
        val programs = String(desk.overviewCsv(form = CsvForm(CsvReaders.PROGRAMS)))
        assertTrue(",=1+1;@SUM(1)," in programs) { programs }
        val workbook = desk.overviewXlsx()
        assertArrayEquals(workbook, desk.overviewXlsx())
        assertEquals("PK", String(workbook, 0, 2))
    }

    @Test
    fun `a paper has a time zone, a size, and says what no font has`() = inMemory { kit ->
        val desk = kit.desk(MONA)
        val case = kit.desk(AMARA).raise("שלום")
        val letter = Paper(zone = "Europe/Berlin", size = PaperSize.LETTER)
        val printed = desk.casePdf(case, paper = letter).printed
        assertEquals(1L, printed.rows)
        assertEquals(listOf("Hebrew" to 4L), printed.missing.map { it.script to it.characters })
        assertTrue(!desk.overviewPdf(paper = letter).bytes.contentEquals(desk.overviewPdf().bytes))
        val refused = refused<CasekitException.Report> { desk.overviewPdf(paper = Paper(zone = "Europe/Berln")) }
        assertEquals("zone_unknown", refused.code)
        assertTrue("`Europe/Berlin`" in refused.message)
    }

    @Test
    fun `texts tell instants by the clocks of the kit`() = inMemory(Options(timeZone = "Europe/Berlin")) { kit ->
        val desk = kit.desk(MONA)
        val case = desk.raise("Lamp")
        desk.followUp(case, Instant.parse("2036-07-01T22:15:00Z"), null)
        val history = desk.history(StreamId.Case(case)).rows.last().text
        assertTrue("2036-07-02 00:15" in history) { history }
    }

    @Test
    fun `a report that is ended leaves no file, and what was there is there still`(@TempDir folder: Path) = filled { desk, case ->
        val file = folder.resolve("report").also { it.writeText("yesterday's") }
        val path = file.toString()
        val thrown = IllegalStateException(PLANTED)
        val made = listOf<(ReportListener) -> Any>(
            { desk.overviewCsvTo(path, listener = it) },
            { desk.overviewPdfTo(path, listener = it) },
            { desk.overviewXlsxTo(path, listener = it) },
            { desk.casePdfTo(case, path, it) },
            { desk.customerCopyPdfTo(case, path, it) },
            { desk.overviewCsv(listener = it) },
            { desk.overviewPdf(listener = it) },
            { desk.overviewXlsx(listener = it) },
            { desk.casePdf(case, it) },
            { desk.customerCopyPdf(case, it) },
        )
        for (make in made) {
            assertEquals("cancelled", refused<CasekitException.Store> { make(ReportListener { false }) }.code)
            val failed = refused<CasekitException.Callback> { make(ReportListener { throw thrown }) }
            assertSame(thrown, failed.cause)
            assertTrue(PLANTED !in failed.message)
            assertEquals("yesterday's", file.readText())
            assertEquals(listOf(file), Files.list(folder).use { it.toList() })
        }
        val german = refused<CasekitException.Store> { desk.inLanguage(Language.shipped("de")).overviewCsv(listener = ReportListener { false }) }
        assertEquals("Es wurde abgebrochen", german.message)
    }
}
