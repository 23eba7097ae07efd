// Callbacks that suspend, which nobody would wait for: `scripts/oldest` has the compiler refuse each.
import casekit.*
import kotlinx.coroutines.delay

class Source : DataSource { override suspend fun collect(question: SourceQuestion): List<DataTable> = emptyList() } // refused

val sender = Delivery { delay(1); Delivered() } // refused

fun follows(kit: CaseKit, desk: Desk) {
    kit.observe { delay(1) } // refused
    desk.overviewCsv(listener = ReportListener { delay(1); true }) // refused
}
