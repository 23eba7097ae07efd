package casekit

import java.time.Instant

/** An instant, from the microseconds since 1970 as which it crosses. */
internal fun instantOf(micros: Long): Instant =
    Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000)

/** The microseconds of an instant since 1970. Where they do not reach, the first or the last: the library refuses those. */
internal fun microsOf(at: Instant): Long = when {
    at.epochSecond <= Long.MIN_VALUE / 1_000_000 -> Long.MIN_VALUE
    at.epochSecond >= Long.MAX_VALUE / 1_000_000 -> Long.MAX_VALUE
    else -> at.epochSecond * 1_000_000 + at.nano / 1_000
}
