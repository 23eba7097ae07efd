package casekit

import java.time.Instant

/**
 * A source of the application's own, for [Options.sources]. It throws [HostException] so that the right person fixes
 * the cause.
 */
fun DataSource(collect: (SourceQuestion) -> List<DataTable>): DataSource = object : DataSource {
    override fun collect(question: SourceQuestion) = collect(question)
}

/**
 * A delivery of the application's own, for [Options.deliveries]. It throws [HostException] so that the right person
 * fixes the cause; for a [kind][Outgoing.kind] that it does not support, [HostException.Configuration] with the code
 * `kind_not_supported`.
 */
fun Delivery(deliver: (Outgoing) -> Delivered): Delivery = object : Delivery {
    override fun deliver(outgoing: Outgoing) = deliver(outgoing)
}

/** The secrets that settings refer to by name, for [Options.secrets]; `null` for one that does not exist. */
fun SecretProvider(secret: (name: String) -> String?): SecretProvider = object : SecretProvider {
    override fun secret(name: String) = secret(name)
}

/** Fonts for scripts that the bundled ones lack, for [Options.fonts]. */
fun FontProvider(fonts: () -> List<Font>): FontProvider = object : FontProvider {
    override fun fonts() = fonts()
}

/** The time, instead of that of the system, for tests and [Options.clock]. */
fun Clock(now: () -> Instant): Clock = object : Clock {
    override fun now() = now()
}

/**
 * A listener that is told the progress of an import, after each 500 items. It answers whether to continue; if it answers no, the
 * import fails with `cancelled`, and if it throws, with [CasekitException.Callback]. Both say how much was written, which stays.
 */
fun ImportListener(progress: (ImportProgress) -> Boolean): ImportListener = object : ImportListener {
    override fun progress(progress: ImportProgress) = progress(progress)
}

/**
 * A listener that is told the progress of verifying a file. It answers whether to continue; if it answers no, verifying
 * fails with `cancelled`.
 */
fun VerifyListener(progress: (VerifyProgress) -> Boolean): VerifyListener = object : VerifyListener {
    override fun progress(progress: VerifyProgress) = progress(progress)
}

/**
 * A listener that is told how far a report has come. It answers whether to continue; if it answers no, the report fails with
 * `cancelled`, and nothing of it is left.
 */
fun ReportListener(progress: (ReportProgress) -> Boolean): ReportListener = object : ReportListener {
    override fun progress(progress: ReportProgress) = progress(progress)
}

/**
 * A listener that is told how far the search was made anew while a file is opened, for [Options.searchProgress]. It answers
 * whether to continue; if it answers no, opening fails with `cancelled`, and the next opening continues.
 */
fun SearchListener(progress: (SearchProgress) -> Boolean): SearchListener = object : SearchListener {
    override fun progress(progress: SearchProgress) = progress(progress)
}

/** A signer of audit heads, which is given the exact bytes to sign. No key enters the library. */
fun HeadSigner(sign: (statement: ByteArray) -> HeadSignature): HeadSigner = object : HeadSigner {
    override fun sign(statement: ByteArray) = sign(statement)
}
