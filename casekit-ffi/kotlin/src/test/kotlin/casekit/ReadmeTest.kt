package casekit

import java.nio.file.Path
import kotlin.io.path.createTempDirectory
import kotlin.io.path.exists
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

/** The programs that `scripts/readme` takes out of the READMEs, each in a process and an empty folder of its own. */
class ReadmeTest {
    private val here = Path.of(System.getProperty("basedir") ?: "").toAbsolutePath()
    private val blocks = listOf(here.resolve("README.md"), here.resolve("../../README.md"))
        .sumOf { Regex("^```kotlin$", RegexOption.MULTILINE).findAll(it.readText()).count() }

    @Test
    fun `every block was taken out`() {
        assertTrue(blocks > 5)
        val made = here.resolve("../../target/kotlin/readme")
        assertTrue(made.resolve("block$blocks").exists() && !made.resolve("block${blocks + 1}").exists()) { "run `scripts/test`" }
    }

    @Test
    fun `the program in Java is the one that is tested`() {
        val lines = { text: String -> text.lines().map(String::trim).filter(String::isNotEmpty) }
        val block = lines(here.resolve("README.md").readText().substringAfter("```java\n").substringBefore("```"))
        val tested = lines(here.resolve("src/test/java/outside/JavaTest.java").readText())
        // Except for where its file is.
        val program = block.map { it.replace("\"cases.db\"", "folder + \"/cases.db\"") }
        assertTrue(program.size > 5 && tested.windowed(program.size).any { it == program }) { "$program" }
    }

    @TestFactory
    fun `every program runs`(): List<DynamicTest> = (1..blocks).map { n ->
        dynamicTest("block $n") {
            val folder = createTempDirectory("readme")
            val ended = process("readme.block$n.BlockKt", folder = folder)
            assertEquals("", ended.err)
            assertEquals(0, ended.code) { ended.out }
            assertTrue(ended.out.isNotBlank()) { "it says nothing" }
            folder.toFile().deleteRecursively()
        }
    }
}
