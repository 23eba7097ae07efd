/** Data requests: from the webform to the receipt, with what can go wrong, and the overview as a PDF. */
package quickstart

import casekit.*
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteIfExists
import kotlin.io.path.writeText

/** The people who work here on the second day. */
private class Deciders(kit: CaseKit) {
    val petra = kit.desk(Actor("petra", "Petra Lind", listOf(Role.APPROVER)))
    val ivo = kit.desk(Actor("ivo", "Ivo Marek", listOf(Role.IT_ADMINISTRATOR)))
    val mona = kit.desk(Actor("mona", "Mona Haddad", listOf(Role.MANAGER)))
    val ines = kit.desk(Actor("ines", "Inês Prata", listOf(Role.AUDITOR)))
}

internal fun secondDay(kit: CaseKit, folder: Path) {
    val staff = Deciders(kit)
    val orders = folder.resolve("orders.csv")
    // As on the first morning: the shop's file is not where the settings say.
    orders.deleteIfExists()
    staff.settings(folder, orders)
    val case = staff.receive()
    staff.identify(case)
    staff.collect(case, orders)
    staff.release(case)
    staff.leave(case, folder)
}

private fun Deciders.settings(folder: Path, orders: Path) {
    part("Set up where data comes from and where answers go (petra approves, ivo keeps the settings)")
    val webform = folder.resolve("webform").createDirectories()
    ivo.changeSettings(
        SettingsEdit(
            organisation = "Lampenhaus Lind",
            supportEmail = "help@lampenhaus.example",
            webform = WebformTarget.Directory(webform.toString()),
            sources = listOf(SourceSetting("shop", csvSource(orders.toString(), keyColumn = "customer"))),
        ),
    )
    back("the webform is a folder, and the shop's orders a source; both lie where the host allows it")
}

private fun Deciders.receive(): CaseId {
    part("A request arrives at the webform")
    fun request(n: Int) = NewRequest(
        requestRef = "WEB-$n",
        requester = "Ada Obi",
        customerRef = "CRM-77",
        replyTo = "ada@example.org",
        credentials = listOf(
            NewCredential("customer number", "CRM-77-2291-0042"),
            NewCredential("date of birth", "1990-02-03"),
        ),
    )
    // A repeated request gives the same case again, so the first new case is the one of this run.
    val n = generateSequence(1) { it + 1 }.first { !petra.receiveRequest(request(it)).replayed }
    val case = petra.receiveRequest(request(n))
    back("${case.number}; handed in twice, it is the same case: replayed is ${case.replayed}")
    back("${petra.myPendingCount()} pending")
    for (row in petra.allMyPendingCases()) back("${row.number} ${row.title} | ${row.status} | ${row.workflow}")
    // Only a repeated request whose case the actor may not see has no id.
    val id = checkNotNull(case.id)
    val found = petra.findCase(id.toString())
    back("found by its id: ${found.number} of ${found.customerName}")
    return id
}

private fun Deciders.identify(case: CaseId) {
    part("Take the case, and make sure who is asking")
    refused { petra.release(case) }?.blockers?.forEach { back("not yet: ${it.text}") }
    petra.takeCase(case)
    for (credential in petra.summary(case).credentials) back("${credential.kind}: ${credential.value ?: credential.hint}")
    petra.approveIdentification(case, "video call", listOf("passport", "date of birth"))
    back(petra.summary(case).steps.joinToString(" | ") { "${it.label}: ${it.state}" })
}

private fun Deciders.collect(case: CaseId, orders: Path) {
    part("Collect the data: a source fails, is fixed, and the retry goes on")
    petra.prepareData(case).failure?.let { failure ->
        back("failed: ${failure.code} because of ${failure.setting}")
        back("to be fixed by ${failure.responsible}: ${failure.hint}")
    }
    val errors = ivo.failureOverview()
    for (group in errors.groups) back("${group.count} x ${group.code} (${group.setting ?: "-"})")
    back("help: ${errors.supportEmail}")
    for (finding in ivo.checkSettings(Reach.HERE)) back("${finding.setting}: ${finding.fix ?: "works"}")
    orders.writeText(
        """
        customer,number,article,remark
        CRM-77,4711,Reading lamp,asks a lot
        CRM-77,4802,Oak chair,
        CRM-12,4713,Rug,
        """.trimIndent() + "\n",
    )
    back("ivo puts $orders in its place")
    for (one in ivo.retryAll("source_missing", "sources.shop")) {
        back("${one.number}: ${if (one.report == ReleaseReport.Recovered) "goes on" else "fails still"}")
    }
    for (table in petra.snapshot(case).tables) {
        back("${table.source}.${table.name}, ${table.rows} rows: ${table.columns.joinToString { it.name }}")
    }
}

private fun Deciders.release(case: CaseId) {
    part("Hide a column, approve exactly this, and release it")
    val snapshot = petra.snapshot(case)
    val hide = snapshot.tables.filter { it.source == "shop" }.map { table ->
        NewRedaction(table.source, table.name, "remark", "opinions of our staff, not data about you")
    }
    petra.approveData(case, snapshot.id ?: error("nothing was collected"), hide)
    val free = petra.blockers(case, Action.RELEASE).isEmpty()
    back(if (free) "nothing stands in the way" else "something stands in the way")
    back(
        when (val report = petra.release(case)) {
            is ReleaseReport.Delivered -> "delivered, receipt ${report.receipt}"
            is ReleaseReport.Failed -> report.failure.hint
            ReleaseReport.UnderWay -> "another process sends it just now"
            ReleaseReport.Recovered -> "nothing is on its way"
            is ReleaseReport.Ended -> "ended, and nothing is sent: ${report.outcome}"
        },
    )
    val done = petra.case(case)
    back("${done.number} is ${done.stage}; ${petra.myPendingCount()} pending")
}

private fun Deciders.leave(case: CaseId, folder: Path) {
    part("Leave something to look at")
    mona.overviewPdfTo(folder.resolve("overview.pdf").toString())
    mona.overviewCsvTo(folder.resolve("overview.csv").toString())
    mona.casePdfTo(case, folder.resolve("case.pdf").toString())
    val report = ines.verify()
    val sound = if (report.broken == null) "nothing was altered" else "something was altered"
    back("${report.events} events in ${report.streams} streams: $sound")
}
