package casekit

import java.nio.file.Path
import kotlin.io.path.writeText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class LanguageTest {
    private val polish = """{"language": "pl", "stage.open": "Otwarta", "blocker.held_by_you": "sprawa jest już twoja"}"""

    @Test
    fun `a kit speaks German and a desk English`() = inMemory(Options(language = Language.shipped("de"))) { kit ->
        val german = kit.desk(AMARA)
        assertEquals(listOf("de", "de", "de"), listOf(kit.language(), german.language(), german.request("once").language()).map { it.tag() })
        val case = german.raiseCase(NewCase("Fehlermeldung", "Anmeldung geht nicht")).id
        assertEquals("Offen" to "Fehlermeldung", german.case(case).run { stage to caseType })
        val english = german.inLanguage(Language.shipped("en"))
        assertEquals("Open" to "Bug report", english.case(case).run { stage to caseType })
        assertEquals("Offen" to null, german.cases().rows.single().run { status to statusCode })
        val ines = kit.desk(INES)
        val told = listOf(ines, ines.inLanguage(Language.shipped("en"))).map { it.history(StreamId.Case(case)).rows.first().text }
        assertEquals(listOf("hat C-000001 als „Fehlermeldung“ in „Offen“ angelegt", "raised C-000001 as Bug report in Open"), told)
        // A desk in another language still knows its kit.
        runBlocking { assertEquals("Open", english.on(Dispatchers.IO).case(case).stage) }
        runBlocking { assertEquals("Offen", english.on(Dispatchers.IO).inLanguage(Language.shipped("de-AT")).case(case).stage) }
    }

    @Test
    fun `errors are told in the language of the desk`() = inMemory { kit ->
        val german = kit.desk(AMARA).inLanguage(Language.shipped("de"))
        val invalid = refused<CasekitException.Invalid> { german.raiseCase(support(" ")) }
        val field = invalid.fields.single()
        assertEquals("“title” must not be empty", field.text)
        assertEquals("„Titel“ darf nicht leer sein", field.textIn(german.language()))
        assertEquals(invalid.message, field.textIn(german.language()))
        val case = german.raise("Anmeldung geht nicht")
        german.takeCase(case)
        val blocker = refused<CasekitException.Blocked> { german.takeCase(case) }.blockers.single()
        assertEquals("held_by_you" to "Sie haben den Fall schon", blocker.code to blocker.textIn(german.language()))
        assertEquals("manager", Language.shipped("en").word("role", "manager"))
    }

    @Test
    fun `a language of one's own is a file`(@TempDir folder: Path) = inMemory { kit ->
        val path = folder.resolve("pl.json").also { it.writeText(polish) }
        val own = Language.fromFile(path)
        assertEquals(languageKeys().toSet() - setOf("stage.open", "blocker.held_by_you"), own.missingLabels().toSet())
        val desk = kit.desk(AMARA).inLanguage(own)
        val case = desk.raise("Cannot log in")
        // What it lacks is said in English.
        assertEquals("Otwarta" to "Support", desk.case(case).run { stage to caseType })
        assertEquals(emptyList<String>(), Language.shipped("de").missingLabels())
    }

    @Test
    fun `a faulty file is refused by its line or its key`(@TempDir folder: Path) {
        fun faulty(text: String) = refused<CasekitException.Language> { Language.parse(text) }.let { Triple(it.code, it.line, it.key) }
        assertEquals(Triple("not_a_table", 2L, null), faulty("{\n\"language\": 3}"))
        assertEquals(Triple("no_tag", null, null), faulty("{}"))
        assertEquals(Triple("unknown_key", null, "nope"), faulty("""{"language": "pl", "nope": "x"}"""))
        assertEquals(Triple("missing_argument", null, "blocker.held_by"), faulty("""{"language": "pl", "blocker.held_by": "x"}"""))
        val french = refused<CasekitException.Language> { Language.shipped("fr") }
        assertEquals("not_shipped", (french as CasekitException).code)
        assertTrue("`fr`" in french.message) { french.message }
        assertEquals("unreadable", refused<CasekitException.Language> { Language.fromFile(folder.resolve("none.json")) }.code)
    }
}
