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

/** Stands for no instant. */
private const val NEVER = Long.MIN_VALUE

/** What the library packs, a column after the other in the order of the fields of a row: each is taken once. */
internal class Unpacking(packed: ByteArray) {
    private val fixed = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN)
    val size: Int = fixed.getInt()
    private val texts: String
    private var from = 0

    init {
        val end = fixed.getInt() + fixed.position()
        texts = String(packed, end, packed.size - end, Charsets.UTF_8)
    }

    /** Where the next page begins: the last of the texts. */
    val next: String? =
        texts.substring(texts.lastIndexOf(END, texts.length - 2) + 1, texts.length - 1).takeIf { it != "$NOTHING" }

    /** Which columns have a text in every row is what the type of each says. */
    @Suppress("UNCHECKED_CAST")
    fun <T : String?> texts(): List<T> {
        // Names of types, stages and workflows come again and again: one text for all is enough.
        var last = ""
        return List(size) {
            val end = texts.indexOf(END, from)
            val text = when {
                end - from == 1 && texts[from] == NOTHING -> null
                end - from == last.length && texts.startsWith(last, from) -> last
                else -> texts.substring(from, end).also { last = it }
            }
            from = end + 1
            text as T
        }
    }

    fun ids(): List<UUID> = column(16).asLongBuffer().let { longs -> List(size) { UUID(longs.get(), longs.get()) } }

    fun instants(): LongArray =
        LongArray(size).also { column(8).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(it) }

    fun optionalInstants(): List<Instant?> = instants().map { if (it == NEVER) null else instant(it) }

    fun numbers(): List<ULong> = instants().map(Long::toULong)

    fun flags(): List<Boolean> = column(1).let { bytes -> List(size) { bytes.get() != 0.toByte() } }

    private fun column(width: Int): ByteBuffer {
        val begin = fixed.position()
        fixed.position(begin + width * size)
        return fixed.slice(begin, width * size)
    }

    companion object {
        fun instant(micros: Long): Instant = Instant.EPOCH.plus(micros, MICROS)
    }
}
