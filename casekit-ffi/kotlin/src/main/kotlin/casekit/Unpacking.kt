package casekit

import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.time.Instant
import java.time.LocalDate
import java.util.UUID

/** Ends a text. */
private const val END = '\u001F'

/** Stands for a text that is not there. */
private const val NOTHING = "\u001E"

/** Stands for an id that is not there. */
private val NOBODY = UUID(0, 0)

/**
 * Unpacks columns from the library, in the order of the fields of a row. Each column can be taken once.
 * `casekit-ffi/src/columns/layout.rs` describes the layout.
 */
internal class Unpacking(packed: ByteArray) {
    private val fixed = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN)
    val size: Int = fixed.getInt()
    private val texts: String
    private var from = 0

    init {
        val end = fixed.getInt() + fixed.position()
        texts = String(packed, end, packed.size - end, Charsets.UTF_8)
    }

    /** The cursor of the next page, which is the last of the texts; `null` on the last page. */
    val next: String? =
        texts.substring(texts.lastIndexOf(END, texts.length - 2) + 1, texts.length - 1).takeIf { it != NOTHING }

    /** `T` must be `String?` for a column in which texts can be missing; the type of the field says so. */
    @Suppress("UNCHECKED_CAST")
    fun <T : String?> texts(): List<T> {
        val different = unsigned()
        if (different == 0) return List(size) { text() as T }
        val texts = Array(different) { text() }
        return List(size) { texts[unsigned()] as T }
    }

    // Ids are big-endian (RFC 9562), everything else here is little-endian.
    fun ids(): List<UUID> = List(size) { UUID(long().reverse(), long().reverse()) }

    fun optionalIds(): List<UUID?> = ids().map { id -> id.takeIf { it != NOBODY } }

    /** Instants, in microseconds since 1970 in UTC. */
    fun instants(): LongArray = LongArray(size) { micros() ?: 0 }

    fun optionalInstants(): List<Instant?> = List(size) { micros()?.let(::instant) }

    fun numbers(): List<Long> = List(size) { long() }

    fun flags(): List<Boolean> = List(size) { unsigned() != 0 }

    private fun unsigned(): Int = fixed.get().toInt() and 0xFF

    private fun long(): Long = fixed.getLong()

    private fun Long.reverse(): Long = java.lang.Long.reverseBytes(this)

    private fun text(): String? {
        val begin = from
        val end = texts.indexOf(END, begin)
        from = end + 1
        return texts.substring(begin, end).takeIf { it != NOTHING }
    }

    private fun micros(): Long? {
        val year = (unsigned() shl 8) or unsigned()
        val month = unsigned()
        val day = unsigned()
        val time = (unsigned() * 60L + unsigned()) * 60 + unsigned()
        val micros = (unsigned() shl 16) or (unsigned() shl 8) or unsigned()
        if (month == 0) return null
        return (LocalDate.of(year, month, day).toEpochDay() * 86_400 + time) * 1_000_000 + micros
    }

    companion object {
        fun instant(micros: Long): Instant = instantOf(micros)
    }
}
