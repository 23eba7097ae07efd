package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

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
}
