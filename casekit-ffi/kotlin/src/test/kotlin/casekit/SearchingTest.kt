package casekit

import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Search as people type. */
class SearchingTest {
    private fun Desk.titles(typed: String): List<String> = search(typed).rows.map { it.case.title }

    @Test
    fun `search finds texts as people type`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val titles =
            mapOf(
                "Wysyłka do Łodzi" to listOf("lodzi", "ŁODZI"),
                "Ferry to Ærø" to listOf("aero", "ærø"),
                "Paket\u00ADschein" to listOf("paketschein"),
                "snake_case in INV2024-0001" to listOf("snake", "2024-0001"),
                "Don’t send e-mail" to listOf("dont", "don't", "email", "e-mail"),
                "환불을 요청합니다" to listOf("환불 요청"),
                "Thanks \uD83D\uDC4D\uD83C\uDFFD" to listOf("\uD83D\uDC4D"),
                "Müller, 030/123 45 67" to listOf("mueller", "0301234567", "+49 30 1234567"),
            )
        titles.keys.forEach { desk.raise(it) }
        for ((title, typed) in titles) {
            typed.forEach { assertEquals(listOf(title), desk.titles(it), it) }
        }
        for (typed in listOf("odzi", "2024-0002", "0301234568")) {
            assertEquals(emptyList<String>(), desk.titles(typed), typed)
        }
    }

    @Test
    fun `the prefix of case numbers is no word`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        listOf("Vitamin C", "Vitamin D").forEach { desk.raise(it) }
        assertEquals(listOf("Vitamin C"), desk.titles("vitamin c"))
        assertEquals(listOf("Vitamin D"), desk.titles("C-000002"))
    }

    @Test
    fun `making the search anew is followed and ended`(@TempDir folder: Path) {
        val told = mutableListOf<SearchProgress>()
        fun opening(file: Path, answer: () -> Boolean) =
            CaseKit.open(file, Options(searchProgress = SearchListener { told += it; answer() }))
        opening(ofOtherRules(folder)) { true }.use { kit -> assertTrue(kit.desk(MONA).cases().rows.isNotEmpty()) }
        assertEquals(0L to told.last().total, told.first().made to told.last().made)
        val steps = told.size

        val file = ofOtherRules(folder)
        told.clear()
        assertEquals("cancelled", refused<CasekitException.Store> { opening(file) { false } }.code)
        assertEquals(0L, told.single().made)
        // It goes on behind the first step. At the last one there is nothing left to end, and the caller hears of it all the same.
        val thrown = IllegalStateException("of the application")
        val failed = refused<CasekitException.Callback> { opening(file) { if (told.size == steps) throw thrown else true } }
        assertEquals("callback_failed" to thrown, failed.code to failed.cause)
        told.clear()
        opening(file) { true }.close()
        assertEquals(emptyList<SearchProgress>(), told, "it is made")
    }
}
