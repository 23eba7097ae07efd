package casekit

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ErrorsTest {
    @Test
    fun `what the actor may not do is Forbidden`() = inMemory { kit ->
        val types = kit.desk(AMARA).caseTypes()
        val refused = refused<CasekitException.Forbidden> { kit.desk(AMARA).deactivateCaseType(types[0].id) }
        assertEquals("forbidden", refused.code)
        assertTrue("configure case types" in refused.message) { refused.message }
        val noOne = refused<CasekitException.Forbidden> { kit.desk(Actor("nobody")).cases() }
        assertEquals("forbidden", noOne.code)
    }

    @Test
    fun `what the application's own authorizer forbids is Forbidden too`() {
        val strict = object : Authorizer {
            override fun scope(actor: Actor) = Scope(cases = ScopeCases.ALL, internalNotes = true)

            override fun forbids(actor: Actor, action: String, case: CaseHead) = action == "edit_case"
        }
        inMemory(Options(authorizer = strict)) { kit ->
            val desk = kit.desk(AMARA)
            val case = desk.raise("Cannot log in")
            val refused = refused<CasekitException.Forbidden> { desk.editCase(case, CaseEdit(title = "Can")) }
            assertEquals("not_allowed_here", refused.code)
        }
    }

    @Test
    fun `every wrong field is named at once`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val wrong = NewCase(caseType = "Enquiry", title = " ", stage = "Somewhere")
        val refused = refused<CasekitException.Invalid> { desk.raiseCase(wrong) }
        assertEquals(desk.validateCase(wrong), refused.fields)
        assertTrue(refused.fields.map { it.field }.containsAll(listOf("case_type", "title")))
        val title = refused.fields.first { it.field == "title" }
        assertEquals(FieldRule.Required, title.rule)
        assertEquals("required", title.code)
        assertTrue("title" in title.text) { title.text }
        assertEquals("invalid", (refused as CasekitException).code)
        assertEquals(refused.fields, (refused as CasekitException).fields)
        assertEquals(emptyList<Blocker>(), refused.blockers)
    }

    @Test
    fun `every reason why not is named at once`() = inMemory { kit ->
        val petra = kit.desk(PETRA)
        val case = petra.receiveRequest(NewRequest(requestRef = "WEB-1", requester = "Ada Obi")).id!!
        val refused = refused<CasekitException.Blocked> { petra.release(case) }
        assertEquals(petra.blockers(case, Action.RELEASE), refused.blockers)
        assertEquals(listOf("step_locked", "not_taken"), refused.blockers.map { it.code })
        assertTrue(refused.blockers.all { it.text.length > 10 })
        assertEquals(refused.blockers, (refused as CasekitException).blockers)
    }

    @Test
    fun `who was first is named`() = inMemory { kit ->
        val case = kit.desk(AMARA).raise("Where is my order?")
        kit.desk(AMARA).takeCase(case)
        assertEquals("amara", refused<CasekitException.AlreadyTaken> { kit.desk(BEN).takeCase(case) }.by)
    }

    @Test
    fun `a closed case is taken by nobody, and who holds a case is not given it again`() = inMemory { kit ->
        val (amara, mona) = kit.desk(AMARA) to kit.desk(MONA)
        val case = amara.raise("Where is my order?")
        amara.takeCase(case)
        assertEquals(0L, mona.assignCase(case, "amara").events)
        amara.returnCase(case)
        amara.editCase(case, CaseEdit(stage = "Closed"))
        val closed = refused<CasekitException.Blocked> { amara.takeCase(case) }.blockers
        assertEquals(listOf("closed"), closed.map { it.code })
        assertEquals(closed, amara.blockers(case, Action.TAKE_CASE))
        val possible = amara.availableActions(case).filter { it.blockers.isEmpty() }.map { it.action }
        assertTrue(Action.TAKE_CASE !in possible && Action.REOPEN_CASE in possible)
    }

    @Test
    fun `forms know what is possible, and for which revision`() = inMemory { kit ->
        val (amara, mona) = kit.desk(AMARA) to kit.desk(MONA)
        val case = amara.raise("Where is my order?")
        val form = amara.editForm(case)
        assertEquals("title" to "Where is my order?", form.fields[0].field to form.fields[0].value)
        assertEquals(listOf("Open"), form.stages.filter { it.current }.map { it.label })
        assertEquals(amara.summary(case), amara.findSummary("1"))
        assertEquals(emptyList<Blocker>(), amara.raiseBlockers("Support"))
        assertEquals(emptyList<Blocker>(), amara.blockers(case, Action.MOVE_CASE, "Closed"))
        val note = amara.addNote(case, "Called.").id
        assertEquals(listOf("not_the_author"), mona.noteActions(note)[1].blockers.map { it.code })
        val conflict = refused<CasekitException.Conflict> { amara.seen(form.revision).takeCase(case) }
        assertEquals(listOf<Long?>(1L, 2L), listOf(conflict.seen, conflict.now))
        amara.seen(2L).takeCase(case)
    }

    @Test
    fun `what is not there is NotFound, and what is no id is told from it`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val unknown = java.util.UUID.randomUUID()
        assertEquals("not_found", refused<CasekitException.NotFound> { desk.case(unknown) }.code)
        assertEquals("not_found", refused<CasekitException.NotFound> { desk.findCase(unknown.toString()) }.code)
        assertTrue(refused<CasekitException> { desk.findCase("no such thing") }.message!!.length > 10)
        val cursor = refused<CasekitException.Invalid> { desk.changesSince("no cursor") }
        assertEquals(listOf("cursor"), cursor.fields.map { it.field })
        refused<CasekitException.Invalid> { desk.cases(page = PageRequest(after = "no place")) }
        refused<CasekitException.Invalid> { desk.cases(page = PageRequest(size = 0)) }
        refused<CasekitException.Invalid> { desk.caseTable(0) }
    }

    @Test
    fun `news that were not seen, and an id used twice, are a Conflict`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val case = desk.raise("Cannot log in")
        val seen = desk.case(case).revision
        desk.editCase(case, CaseEdit(title = "Cannot log in since Monday"))
        val late = refused<CasekitException.Conflict> { desk.editCase(case, CaseEdit(stage = "Resolved", seen = seen)) }
        assertEquals("conflict", late.code)

        val first = desk.request("form-8812").raiseCase(support("Cannot log in"))
        val again = desk.request("form-8812").raiseCase(support("Cannot log in"))
        assertEquals(first.copy(replayed = true), again)
        val other = refused<CasekitException.Conflict> { desk.request("form-8812").raiseCase(support("Another")) }
        assertEquals("request_id_reused", other.code)
    }

    @Test
    fun `a file that is not ours is left alone`(@TempDir folder: Path) {
        val diary = folder.resolve("diary.txt").apply { writeText("my diary") }
        assertEquals("not_casekit", refused<CasekitException.Store> { CaseKit.open(diary) }.code)
        assertEquals("my diary", diary.readText())
        assertEquals("io", refused<CasekitException.Store> { CaseKit.open(folder.resolve("none/cases.db")) }.code)
    }

    @Test
    fun `a file that must be there, or is only read, or was replaced`(@TempDir folder: Path) {
        val path = folder.resolve("cases.db")
        for (options in listOf(Options(create = false), Options(readOnly = true))) {
            assertEquals("missing", refused<CasekitException.Store> { CaseKit.open(path, options) }.code)
        }
        CaseKit.open(folder.resolve("other.db")).close()
        CaseKit.open(path).use { kit ->
            val case = kit.desk(AMARA).raiseCase(support("Cannot log in"))
            CaseKit.open(path, Options(readOnly = true)).use { reading ->
                val desk = reading.desk(AMARA)
                assertEquals("Cannot log in", desk.case(case.id).title)
                assertEquals("read_only", refused<CasekitException.Store> { desk.takeCase(case.id) }.code)
            }
            val health = kit.health()
            assertTrue(health.fileBytes > 0 && health.lastFault == null && health.safeguards!!.watched) { "$health" }
            assertEquals(0L, kit.compact())
            Files.move(folder.resolve("other.db"), path, StandardCopyOption.REPLACE_EXISTING)
            assertEquals("moved", refused<CasekitException.Store> { kit.desk(AMARA).takeCase(case.id) }.code)
            assertEquals("moved", refused<CasekitException.Store> { kit.check() }.code)
        }
    }

    @Test
    fun `a report that cannot be written says where to look`(@TempDir folder: Path) = inMemory { kit ->
        val refused = refused<CasekitException.Report> { kit.desk(MONA).overviewCsvTo(folder.resolve("none/x.csv").toString()) }
        assertEquals("file", refused.code)
    }

    @Test
    fun `a panic is Internal, with an incident and not what it said`() {
        inMemory { }
        val refused = refused<CasekitException.Internal> { provokePanic(PLANTED) }
        assertEquals("internal", refused.code)
        assertTrue("incident" in refused.message && PLANTED !in refused.stackTraceToString()) { refused.message }
        assertNull(refused.cause)
        provokePanic("")
    }
}
