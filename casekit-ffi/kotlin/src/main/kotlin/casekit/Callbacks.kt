package casekit

import java.time.Instant

/** A source of the application's own, for [Options.sources]; it throws [HostException] to say who fixes what. */
fun DataSource(collect: (SourceQuestion) -> List<DataTable>): DataSource = object : DataSource {
    override fun collect(question: SourceQuestion) = collect(question)
}

/**
 * A delivery of the application's own, for [Options.deliveries]; it throws [HostException] to say who fixes what. One that
 * cannot carry a [kind][Outgoing.kind] throws [HostException.Configuration] with the code `kind_not_supported`.
 */
fun Delivery(deliver: (Outgoing) -> Delivered): Delivery = object : Delivery {
    override fun deliver(outgoing: Outgoing) = deliver(outgoing)
}

/** The secrets that settings name, for [Options.secrets]. */
fun SecretProvider(secret: (name: String) -> String?): SecretProvider = object : SecretProvider {
    override fun secret(name: String) = secret(name)
}

/** Fonts for scripts that the bundled ones lack, for [Options.fonts]. */
fun FontProvider(fonts: () -> List<Font>): FontProvider = object : FontProvider {
    override fun fonts() = fonts()
}

/** The time as a test wants it, for [Options.clock]. */
fun Clock(now: () -> Instant): Clock = object : Clock {
    override fun now() = now()
}

/** Is told how far an import has come. */
fun ImportListener(progress: (ImportProgress) -> Unit): ImportListener = object : ImportListener {
    override fun progress(progress: ImportProgress) = progress(progress)
}
