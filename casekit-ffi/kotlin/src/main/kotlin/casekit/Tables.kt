package casekit

/** A page that comes packed. */
internal fun liftPage(buffer: RustBuffer.ByValue): CasePage {
    val table = CaseTable(Unpacking(FfiConverterByteArray.lift(buffer)))
    return CasePage(List(table.size, table::get), table.next)
}

/** At most [limit] cases under a filter, a column each. [after] is the `next` of the table before. */
fun Desk.caseTable(limit: UInt, query: CasesQuery? = null, after: String? = null): CaseTable =
    CaseTable(Unpacking(casesColumns(limit, query, after)))

/** The cases that wait for the actor, oldest first, a column each, a page of at most 500. */
fun Desk.myCaseTable(page: PageRequest? = null): CaseTable = CaseTable(Unpacking(myCasesColumns(page)))

/** At most [limit] cases under a filter, a column each. [after] is the `next` of the table before. */
suspend fun SuspendDesk.caseTable(limit: UInt, query: CasesQuery? = null, after: String? = null): CaseTable =
    call { caseTable(limit, query, after) }

/** The cases that wait for the actor, oldest first, a column each, a page of at most 500. */
suspend fun SuspendDesk.myCaseTable(page: PageRequest? = null): CaseTable = call { myCaseTable(page) }
