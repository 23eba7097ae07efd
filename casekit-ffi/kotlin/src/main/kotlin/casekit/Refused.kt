package casekit

/**
 * A value that cannot be handed to the library, because it is none that Rust has. Whoever knows which field it was to be
 * refuses it as the library refuses a field.
 */
internal class Unfit(val rule: FieldRule) : RuntimeException(null, null, false, false)

/** Refuses what cannot be handed over by the name of its field. */
internal inline fun <T> named(field: String, handOver: () -> T): T = try {
    handOver()
} catch (unfit: Unfit) {
    refuse(FieldError(field, unfit.rule))
    throw unfit
}

/** Java's numbers are signed, and none of casekit's counts and limits is negative. */
internal fun notNegative(number: Int): Int =
    if (number >= 0) number else throw Unfit(FieldRule.OutOfRange(0, Int.MAX_VALUE.toLong()))

internal fun notNegative(number: Long): Long =
    if (number >= 0) number else throw Unfit(FieldRule.OutOfRange(0, Long.MAX_VALUE))

internal fun halfACharacter() = Unfit(FieldRule.Malformed("text"))

internal fun failedInside() =
    CasekitException.Internal("internal", "something failed inside casekit: report what was done")
