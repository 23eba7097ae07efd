/**
 * The library in use: `examples/kotlin/run [DIR]` works in `DIR/cases.db`.
 *
 * Read the days in their order; each prints its results.
 */
package quickstart

import casekit.CaseKit
import casekit.CasekitException
import casekit.Options
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.exists
import kotlin.system.exitProcess

fun main(args: Array<String>) {
    try {
        run(Path.of(args.firstOrNull() ?: "quickstart"))
    } catch (refused: CasekitException) {
        System.err.println("quickstart: ${refused.message}")
        exitProcess(1)
    }
}

private fun run(folder: Path) {
    // Settings need absolute paths, and may name only folders that the host allows.
    val place = folder.createDirectories().toRealPath()
    val file = place.resolve("cases.db")
    val isNew = !file.exists()
    part("Open one file")
    CaseKit.open(file, Options(allowFolders = listOf(place.toString()))).use { kit ->
        back("${if (isNew) "made" else "opened"} $file")
        firstDay(kit)
        secondDay(kit, place)
    }
    back("\n     all of it is in $file: run this again, and it goes on there")
}

private var parts = 0

/** Prints the heading of a part. */
internal fun part(title: String) = println("\n${++parts}. $title")

/** Shows the result of a call, or what it means. */
internal fun back(what: Any?) = println("     $what")

/** The exception of a call that is refused; `null` if it is not. */
internal fun refused(call: () -> Unit): CasekitException? = try {
    call()
    null
} catch (refused: CasekitException) {
    refused
}
