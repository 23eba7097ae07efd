package casekit

/** A page of cases, from its packed columns. */
internal fun liftPage(buffer: RustBuffer.ByValue): CasePage {
    val table = CaseTable(Unpacking(FfiConverterByteArray.lift(buffer)))
    return CasePage(List(table.size, table::get), table.next)
}

/** At most [limit] cases under a filter, in columns. [after] is the `next` of the table before. */
@JvmOverloads
fun Desk.caseTable(limit: Int, query: CasesQuery? = null, after: String? = null): CaseTable =
    CaseTable(Unpacking(casesColumns(limit, query, after)))

/** The cases that wait for the actor, oldest first, in columns: a page of at most 500. */
@JvmOverloads
fun Desk.myPendingCaseTable(page: PageRequest? = null): CaseTable = CaseTable(Unpacking(myPendingCasesColumns(page)))

/** At most [limit] cases under a filter, in columns. [after] is the `next` of the table before. */
@JvmOverloads
suspend fun SuspendDesk.caseTable(limit: Int, query: CasesQuery? = null, after: String? = null): CaseTable =
    call { caseTable(limit, query, after) }

/** The cases that wait for the actor, oldest first, in columns: a page of at most 500. */
@JvmOverloads
suspend fun SuspendDesk.myPendingCaseTable(page: PageRequest? = null): CaseTable = call { myPendingCaseTable(page) }
