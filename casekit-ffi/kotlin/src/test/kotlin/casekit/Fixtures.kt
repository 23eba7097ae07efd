package casekit

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.fail

internal val AMARA = Actor("amara", "Amara Okafor", listOf(Role.AGENT))
internal val BEN = Actor("ben", "Ben Adler", listOf(Role.AGENT))
internal val PETRA = Actor("petra", "Petra Lind", listOf(Role.APPROVER))
internal val MONA = Actor("mona", "Mona Haddad", listOf(Role.MANAGER))
internal val INES = Actor("ines", "Inês Prata", listOf(Role.AUDITOR))
internal val IVO = Actor("ivo", "Ivo Marek", listOf(Role.IT_ADMINISTRATOR))

/** What must not be seen where it does not belong. */
internal const val PLANTED = "GB33BUKB20201555555555"

/** For what must come: long enough for a busy machine, and an end if it never does. */
internal const val PATIENCE = 60_000L

internal fun inMemory(options: Options = Options(), test: (CaseKit) -> Unit) = CaseKit.inMemory(options).use(test)

internal fun support(title: String) = NewCase(caseType = "Support", title = title)

internal fun Desk.raise(title: String): CaseId = raiseCase(support(title)).id

/** A copy of a file whose search was made by other text rules, as `casekit-ffi/scripts/other-rules` makes it: opening it makes the search anew. */
internal fun ofOtherRules(folder: Path): Path {
    val made = Path.of(System.getProperty("basedir") ?: "").toAbsolutePath().resolve("../../target/hosts/other-rules.db")
    return Files.copy(made, Files.createTempDirectory(folder, "other").resolve("cases.db"))
}

/** What is refused, as the kind that it must be. */
internal inline fun <reified E : Throwable> refused(call: () -> Any?): E {
    try {
        call()
    } catch (refused: Throwable) {
        if (refused is E) return refused
        throw AssertionError("another refusal than ${E::class.simpleName}", refused)
    }
    return fail("it was not refused")
}

/** A request in progress whose data can be prepared. */
internal fun CaseKit.identified(reference: String = "WEB-1"): CaseId {
    val petra = desk(PETRA)
    val request = NewRequest(requestRef = reference, requester = "Ada Obi", replyTo = "ada@example.org", customerRef = "CRM-77")
    if (petra.customers("Ada Obi").rows.isEmpty()) {
        petra.createCustomer(NewCustomer(name = "Ada Obi", externalReference = "CRM-77"))
    }
    val case = petra.receiveRequest(request).id!!
    petra.takeCase(case)
    petra.approveIdentification(case, "video call", listOf("passport"))
    return case
}

/** How a process ended, and what it said. */
internal class Finished(val code: Int, val out: String, val err: String)

/** Runs a main of the tests in a process of its own. */
internal fun process(
    main: String,
    vararg args: String,
    folder: Path = Path.of("").toAbsolutePath(),
    properties: Map<String, String> = emptyMap(),
): Finished {
    val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    // Java writes in the encoding of the locale, unless it is told.
    val utf8 = listOf("file.encoding", "stdout.encoding", "stderr.encoding").associateWith { "UTF-8" }
    val given = (utf8 + properties).map { (name, value) -> "-D$name=$value" }
    val command = listOf(java, "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-cp", classes) + given + main + args
    val process = ProcessBuilder(command).directory(folder.toFile()).start()
    val err = StringBuilder()
    val reader = Thread { err.append(process.errorStream.readBytes().decodeToString()) }.apply { start() }
    val watch = Thread {
        if (!process.waitFor(PATIENCE, TimeUnit.MILLISECONDS)) process.destroyForcibly()
    }.apply { start() }
    val out = process.inputStream.readBytes().decodeToString()
    val code = process.waitFor()
    reader.join()
    watch.join()
    return Finished(code, out, err.toString())
}
