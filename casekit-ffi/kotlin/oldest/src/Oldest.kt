import casekit.*
import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking

/** What a program does with a kit, a desk, records, choices, callbacks, errors and flows: all of it is in the jar's metadata. */
fun main() = runBlocking {
    val options = Options(
        sources = mapOf("shop" to DataSource { listOf(DataTable("orders", emptyList(), emptyList())) }),
        clock = Clock { Instant.parse("2026-01-02T03:04:05Z") },
    )
    CaseKit.inMemory(options).use { kit ->
        val desk = kit.desk(Actor("amara", "Amara Okafor", listOf(Role.AGENT)))
        val case = desk.raiseCase(NewCase("Support", "Cannot log in")).id
        desk.editCase(case, CaseEdit(stage = "Resolved", seen = desk.case(case).revision))
        val refused = runCatching { desk.raiseCase(NewCase("Support", " ")) }.exceptionOrNull() as CasekitException.Invalid
        check(refused.fields.single().rule == FieldRule.Required && refused.fields.single().code == "required")
        val page = desk.on(Dispatchers.IO).liveCases(CasesQuery(holder = HeldBy.Nobody), PageRequest(size = 10)).first()
        check(desk.allCases().map { it.title }.toList() == page.rows.map { it.title })
        println("oldest: ${page.rows.single().title}, ${desk.caseTable(10).size} in a table, ${desk.myPendingCount()} pending")
    }
}
