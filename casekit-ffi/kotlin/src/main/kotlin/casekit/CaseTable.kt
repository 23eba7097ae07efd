package casekit

import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.time.Instant
import java.time.temporal.ChronoUnit.MICROS
import java.util.UUID

/** Ends a text in a packed column. */
private const val END = '\u001F'

/** Stands for no text at all. */
private const val NOTHING = '\u001E'

/** Cases, a column each: for who reads thousands of rows at once. The rows are those of [CaseSummary]. */
class CaseTable internal constructor(packed: CaseColumns) {
    /** How many rows. */
    val size: Int = packed.count.toInt()

    /** Identities. */
    val id: List<CaseId> = ids(packed.id)

    /** Numbers. */
    val number: List<String> = texts(packed.number)

    /** Names of types. */
    val caseType: List<String> = texts(packed.caseType)

    /** Labels of stages. */
    val stage: List<String> = texts(packed.stage)

    /** Titles. */
    val title: List<String> = texts(packed.title)

    /** Names of customers. */
    val customer: List<String?> = texts(packed.customer)

    /** Ids of holders. */
    val holder: List<String?> = texts(packed.holder)

    /** When they were raised, in microseconds since 1970 in UTC. */
    val raisedAt: LongArray = micros(packed.raisedAt)

    /** When their newest events happened, in microseconds since 1970 in UTC. */
    val updatedAt: LongArray = micros(packed.updatedAt)

    /** Names of workflows. */
    val workflow: List<String?> = texts(packed.workflow)

    /** Codes of what stands in the workflow. */
    val statusCode: List<String?> = texts(packed.statusCode)

    /** What the overview shows. */
    val status: List<String> = texts(packed.status)

    /** Where the next rows begin; nothing after the last, and only there: a table can be shorter than asked for, and go on. */
    val next: String? = packed.next

    /** One row, as a list gives it. */
    operator fun get(row: Int): CaseSummary = CaseSummary(
        id[row],
        number[row],
        caseType[row],
        stage[row],
        title[row],
        customer[row],
        holder[row],
        instant(raisedAt[row]),
        instant(updatedAt[row]),
        workflow[row],
        statusCode[row],
        status[row],
    )

    private fun ids(bytes: ByteArray): List<UUID> {
        val longs = ByteBuffer.wrap(bytes).asLongBuffer()
        return List(size) { UUID(longs.get(2 * it), longs.get(2 * it + 1)) }
    }

    private fun micros(bytes: ByteArray): LongArray =
        LongArray(size).also { ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(it) }

    /** Which columns have a text in every row is what the type of each says. */
    @Suppress("UNCHECKED_CAST")
    private fun <T : String?> texts(packed: String): List<T> {
        var from = 0
        // Names of types, stages and workflows come again and again: one text for all is enough.
        var last = ""
        return List(size) {
            val end = packed.indexOf(END, from)
            val text = when {
                end - from == 1 && packed[from] == NOTHING -> null
                end - from == last.length && packed.startsWith(last, from) -> last
                else -> packed.substring(from, end).also { last = it }
            }
            from = end + 1
            text as T
        }
    }

    private fun instant(micros: Long): Instant = Instant.EPOCH.plus(micros, MICROS)
}

/** At most [limit] cases under a filter, a column each. [after] is the `next` of the table before. */
fun Desk.caseTable(limit: UInt, query: CasesQuery? = null, after: String? = null): CaseTable =
    CaseTable(casesColumns(limit, query, after))

/** The cases that wait for the actor, oldest first, a column each, a page of at most 500. */
fun Desk.myCaseTable(page: PageRequest? = null): CaseTable = CaseTable(myCasesColumns(page))

/** At most [limit] cases under a filter, a column each. [after] is the `next` of the table before. */
suspend fun SuspendDesk.caseTable(limit: UInt, query: CasesQuery? = null, after: String? = null): CaseTable =
    call { caseTable(limit, query, after) }

/** The cases that wait for the actor, oldest first, a column each, a page of at most 500. */
suspend fun SuspendDesk.myCaseTable(page: PageRequest? = null): CaseTable = call { myCaseTable(page) }
