package casekit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** Every case under a filter, read page by page while the sequence is iterated. */
@JvmOverloads
fun Desk.allCases(query: CasesQuery? = null, pageSize: Int? = null): Sequence<CaseSummary> =
    pages(pageSize, { cases(query, it) }, { rows to next })

/** Every case of a customer, newest first, read page by page. */
@JvmOverloads
fun Desk.allInteractions(customer: CustomerId, pageSize: Int? = null): Sequence<CaseSummary> =
    pages(pageSize, { interactions(customer, it) }, { rows to next })

/** Every case that waits for the actor, oldest first, read page by page. */
@JvmOverloads
fun Desk.allMyPendingCases(pageSize: Int? = null): Sequence<CaseSummary> =
    pages(pageSize, { myPendingCases(it) }, { rows to next })

/** Every case that the actor holds and that is not closed, oldest first, read page by page. */
@JvmOverloads
fun Desk.allMyHeldCases(pageSize: Int? = null): Sequence<CaseSummary> =
    pages(pageSize, { myHeldCases(it) }, { rows to next })

/** Every case that the actor raised and that is not closed, oldest first, read page by page. */
@JvmOverloads
fun Desk.allMyRaisedCases(pageSize: Int? = null): Sequence<CaseSummary> =
    pages(pageSize, { myRaisedCases(it) }, { rows to next })

/** Everything that the actor has to do, with why it is there, oldest first, read page by page. */
@JvmOverloads
fun Desk.allMyWork(pageSize: Int? = null): Sequence<WorkRow> =
    pages(pageSize, { myWork(it) }, { rows to next })

/** Every case that does not go on, and why it is thought to be stuck, oldest first, read page by page. */
@JvmOverloads
fun Desk.allStuckCases(by: StuckBy, query: CasesQuery = CasesQuery(), pageSize: Int? = null): Sequence<StuckCase> =
    pages(pageSize, { stuckCases(by, query, it) }, { rows to next })

/** Every customer by name, or those in whose name [text] is found, read page by page. */
@JvmOverloads
fun Desk.allCustomers(text: String? = null, pageSize: Int? = null): Sequence<CustomerSummary> =
    pages(pageSize, { customers(text, it) }, { rows to next })

/** Everybody in the directory of people who has a name, by actor id, read page by page. */
@JvmOverloads
fun Desk.allPeople(pageSize: Int? = null): Sequence<PersonSummary> =
    pages(pageSize, { people(it) }, { rows to next })

/** Every case with errors, oldest first, read page by page. */
@JvmOverloads
fun Desk.allCasesWithErrors(
    code: String? = null,
    setting: String? = null,
    pageSize: Int? = null,
): Sequence<FailingCase> = pages(pageSize, { casesWithErrors(code, setting, it) }, { rows to next })

/** Everything in which [text] is found, newest first, read page by page. */
@JvmOverloads
fun Desk.searchAll(text: String, pageSize: Int? = null): Sequence<SearchHit> =
    pages(pageSize, { search(text, it) }, { rows to next })

/** The whole thread of a case in reading order, read page by page. */
@JvmOverloads
fun Desk.wholeThread(case: CaseId, pageSize: Int? = null): Sequence<ThreadNote> =
    pages(pageSize, { thread(case, it) }, { rows to next })

/** The whole thread of a case as it was at a moment, read page by page. */
@JvmOverloads
fun Desk.wholeThreadAt(case: CaseId, moment: Moment, pageSize: Int? = null): Sequence<ThreadNote> =
    pages(pageSize, { threadAt(case, moment, it) }, { rows to next })

/** The whole history of a stream, oldest first, read page by page. */
@JvmOverloads
fun Desk.wholeHistory(stream: StreamId, pageSize: Int? = null): Sequence<HistoryEntry> =
    pages(pageSize, { history(stream, it) }, { rows to next })

/** Every case under a filter, read page by page as the flow is collected. */
@JvmOverloads
fun SuspendDesk.allCases(query: CasesQuery? = null, pageSize: Int? = null): Flow<CaseSummary> =
    pageFlow(pageSize, { cases(query, it) }, { rows to next })

/** Every case of a customer, newest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allInteractions(customer: CustomerId, pageSize: Int? = null): Flow<CaseSummary> =
    pageFlow(pageSize, { interactions(customer, it) }, { rows to next })

/** Every case that waits for the actor, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allMyPendingCases(pageSize: Int? = null): Flow<CaseSummary> =
    pageFlow(pageSize, { myPendingCases(it) }, { rows to next })

/** Every case that the actor holds and that is not closed, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allMyHeldCases(pageSize: Int? = null): Flow<CaseSummary> =
    pageFlow(pageSize, { myHeldCases(it) }, { rows to next })

/** Every case that the actor raised and that is not closed, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allMyRaisedCases(pageSize: Int? = null): Flow<CaseSummary> =
    pageFlow(pageSize, { myRaisedCases(it) }, { rows to next })

/** Everything that the actor has to do, with why it is there, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allMyWork(pageSize: Int? = null): Flow<WorkRow> =
    pageFlow(pageSize, { myWork(it) }, { rows to next })

/** Every case that does not go on, and why it is thought to be stuck, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allStuckCases(by: StuckBy, query: CasesQuery = CasesQuery(), pageSize: Int? = null): Flow<StuckCase> =
    pageFlow(pageSize, { stuckCases(by, query, it) }, { rows to next })

/** Every customer by name, or those in whose name [text] is found, read page by page. */
@JvmOverloads
fun SuspendDesk.allCustomers(text: String? = null, pageSize: Int? = null): Flow<CustomerSummary> =
    pageFlow(pageSize, { customers(text, it) }, { rows to next })

/** Everybody in the directory of people who has a name, by actor id, read page by page. */
@JvmOverloads
fun SuspendDesk.allPeople(pageSize: Int? = null): Flow<PersonSummary> =
    pageFlow(pageSize, { people(it) }, { rows to next })

/** Every case with errors, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.allCasesWithErrors(
    code: String? = null,
    setting: String? = null,
    pageSize: Int? = null,
): Flow<FailingCase> = pageFlow(pageSize, { casesWithErrors(code, setting, it) }, { rows to next })

/** Everything in which [text] is found, newest first, read page by page. */
@JvmOverloads
fun SuspendDesk.searchAll(text: String, pageSize: Int? = null): Flow<SearchHit> =
    pageFlow(pageSize, { search(text, it) }, { rows to next })

/** The whole thread of a case in reading order, read page by page. */
@JvmOverloads
fun SuspendDesk.wholeThread(case: CaseId, pageSize: Int? = null): Flow<ThreadNote> =
    pageFlow(pageSize, { thread(case, it) }, { rows to next })

/** The whole thread of a case as it was at a moment, read page by page. */
@JvmOverloads
fun SuspendDesk.wholeThreadAt(case: CaseId, moment: Moment, pageSize: Int? = null): Flow<ThreadNote> =
    pageFlow(pageSize, { threadAt(case, moment, it) }, { rows to next })

/** The whole history of a stream, oldest first, read page by page. */
@JvmOverloads
fun SuspendDesk.wholeHistory(stream: StreamId, pageSize: Int? = null): Flow<HistoryEntry> =
    pageFlow(pageSize, { history(stream, it) }, { rows to next })

private inline fun <P, R> pages(
    size: Int?,
    crossinline read: (PageRequest) -> P,
    crossinline parts: P.() -> Pair<List<R>, String?>,
): Sequence<R> = sequence {
    var after: String? = null
    do {
        val (rows, next) = read(PageRequest(size, after)).parts()
        yieldAll(rows)
        after = next
    } while (after != null)
}

private inline fun <P, R> pageFlow(
    size: Int?,
    crossinline read: suspend (PageRequest) -> P,
    crossinline parts: P.() -> Pair<List<R>, String?>,
): Flow<R> = flow {
    var after: String? = null
    do {
        val (rows, next) = read(PageRequest(size, after)).parts()
        rows.forEach { emit(it) }
        after = next
    } while (after != null)
}
