import Foundation

/// Seconds from 1970 to 2001, from which a `Date` counts.
private let epoch: Int64 = 978_307_200

/// An instant, from the microseconds since 1970 as which it crosses.
func date(ofMicros micros: Int64) -> Date {
    // By whole seconds and the rest: the sum is rounded once.
    let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
    return Date(timeIntervalSinceReferenceDate: Double(seconds - epoch) + Double(rest) / 1.0e6)
}

/// The microseconds of an instant since 1970, rounded, because a `Date` is a few nanoseconds off. Where they do not reach,
/// or the instant is no number, the first or the last: the library refuses those by name.
func micros(of date: Date) -> Int64 {
    let since = date.timeIntervalSinceReferenceDate
    guard abs(since) < 9.0e12 else { return since < 0 ? .min : .max }
    let whole = since.rounded(.down)
    return (Int64(whole) + epoch) * 1_000_000 + Int64(((since - whole) * 1.0e6).rounded())
}
