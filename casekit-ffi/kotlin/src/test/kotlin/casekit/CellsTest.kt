package casekit

import java.math.BigDecimal
import java.math.BigInteger
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.LocalTime
import java.util.UUID
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Which values become cells, and what is said of those that cannot. */
class CellsTest {
    private val id = UUID.fromString("01a2137c-6dcc-7000-8000-000000000001")

    private fun source(rows: List<Map<String, Any?>>) =
        Options(sources = mapOf("shop" to DataSource { listOf(dataTable("orders", rows)) }))

    @Test
    fun `values are cells of their kind, and are found as such`() {
        val row = mapOf(
            "article" to "Lamp", "price" to BigDecimal("12.50"), "count" to 2, "great" to BigInteger.TWO.pow(64), "paid" to true,
            "weight" to 0.1f, "born" to LocalDate.of(1970, 1, 31), "at" to Instant.parse("2026-04-01T08:30:00.25Z"),
            "local" to LocalDateTime.of(2026, 4, 1, 8, 30), "time" to LocalTime.of(8, 30), "id" to id,
            "photo" to byteArrayOf(0, -1), "state" to Role.AGENT, "remark" to null, "nothing" to Double.NaN,
            "letter" to SourceFile("Brief für Ada.pdf", "application/pdf", "%PDF-".toByteArray()),
        )
        val kinds = listOf(
            ColumnKind.TEXT, ColumnKind.DECIMAL, ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.BOOLEAN, ColumnKind.REAL,
            ColumnKind.DATE, ColumnKind.TIMESTAMP, ColumnKind.DATE_TIME, ColumnKind.TIME, ColumnKind.UUID, ColumnKind.BYTES,
            ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.FILE,
        )
        val text = { text: String -> DataValue.Text(text) }
        val cells = listOf(
            text("Lamp"), text("12.50"), DataValue.Integer(2), text("18446744073709551616"), DataValue.Boolean(true),
            DataValue.Real(0.1), text("1970-01-31"), text("2026-04-01T08:30:00.250Z"), text("2026-04-01T08:30:00"),
            text("08:30:00"), text(id.toString()), text("00ff"), text("AGENT"), DataValue.Null, DataValue.Null,
            text("data:application/pdf;name=Brief%20f%C3%BCr%20Ada.pdf;base64,JVBERi0="),
        )
        CaseKit.inMemory(source(listOf(row))).use { kit ->
            val petra = kit.desk(PETRA)
            val case = kit.identified()
            val found = petra.prepareData(case)
            assertEquals(null, found.failure)
            assertEquals(kinds, found.tables.single { it.source == "shop" }.columns.map { it.kind })
            assertEquals(listOf(cells), petra.previewData(case, "shop", "orders").rows)
        }
        val mixed = dataTable("t", listOf(mapOf("n" to 1), mapOf("n" to BigDecimal("0.5")), mapOf("n" to null), mapOf("n" to 0.1)))
        assertEquals(listOf(DataColumn("n", ColumnKind.DECIMAL)), mixed.columns)
        assertEquals(listOf(text("1"), text("0.5"), DataValue.Null, text("0.1")), mixed.rows.map { it.single() })
    }

    @Test
    fun `a value that no cell can be is named with its source, its column and its type`() {
        for ((wrong, type) in listOf(Duration.ofDays(1) to "Duration", "1990" to "String")) {
            CaseKit.inMemory(source(listOf(mapOf("born" to LocalDate.of(1990, 2, 3)), mapOf("born" to wrong)))).use { kit ->
                val failure = kit.desk(PETRA).prepareData(kit.identified()).failure!!
                assertEquals(listOf("source_malformed", "sources.shop"), listOf(failure.code, failure.setting))
                assertEquals(Responsible.SUPPORT, failure.responsible)
                for (part in listOf("row `2`", "table `orders`", "column `born`", "`$type`")) {
                    assertTrue(part in failure.hint) { failure.hint }
                }
            }
        }
    }
}
