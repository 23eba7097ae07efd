package casekit

import java.time.Instant

/** A source of the application's own, for [Options.sources]; it throws [HostException] to say who mends what. */
fun DataSource(collect: (SourceQuestion) -> List<DataTable>): DataSource = object : DataSource {
    override fun collect(question: SourceQuestion) = collect(question)
}

/**
 * A delivery of the application's own, for [Options.deliveries]; it throws [HostException] to say who mends what. One that
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

/**
 * The application's code, as it is handed to the library.
 *
 * What is generated catches exceptions; an [Error], such as that of `TODO()`, would go past it, be printed by JNA with
 * its text, and leave the call without an answer.
 */
internal object Guarded {
    fun options(options: Options): Options = options.copy(
        sources = options.sources.mapValues { (_, inner) -> DataSource { guard { inner.collect(it) } } },
        deliveries = options.deliveries.mapValues { (_, inner) -> Delivery { guard { inner.deliver(it) } } },
        authorizer = options.authorizer?.let(::authorizer),
        secrets = options.secrets?.let { inner -> SecretProvider { guard { inner.secret(it) } } },
        fonts = options.fonts?.let { inner -> FontProvider { guard { inner.fonts() } } },
        clock = options.clock?.let { inner -> Clock { guard { inner.now() } } },
    )

    fun listener(inner: ImportListener): ImportListener = ImportListener { guard { inner.progress(it) } }

    fun observer(inner: (String) -> Unit): Observer = object : Observer {
        override fun changed(cursor: String) = guard { inner(cursor) }
    }

    private fun authorizer(inner: Authorizer): Authorizer = object : Authorizer {
        override fun scope(actor: Actor) = guard { inner.scope(actor) }

        override fun forbids(actor: Actor, action: String, case: CaseHead) =
            guard { inner.forbids(actor, action, case) }
    }

    private inline fun <T> guard(call: () -> T): T = try {
        call()
    } catch (error: Error) {
        throw HostException.Unexpected()
    }
}
