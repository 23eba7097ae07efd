package casekit

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext

/**
 * The same desk for coroutines: every method suspends instead of blocking, and the work is done on [dispatcher], such
 * as `Dispatchers.IO`. The desk must be one of a [CaseKit].
 */
fun Desk.on(dispatcher: CoroutineDispatcher): SuspendDesk =
    SuspendDesk(requireNotNull(this as? KitDesk) { "this desk is not one of a `CaseKit`: ask a kit for one" }, dispatcher)

/**
 * A [Desk] for coroutines: each method is that of [Desk] by the same name.
 *
 * A call that has begun is carried out whole even if its coroutine is cancelled, and its answer is lost then: give what
 * may have to be asked again an id, with [request]. A call that has not begun is not made. Live lists and [changes] hold
 * no thread while they wait.
 */
class SuspendDesk internal constructor(private val desk: KitDesk, private val dispatcher: CoroutineDispatcher) {
    /** The same desk for one request with an id of the caller's: carried out at most once. */
    fun request(id: String): SuspendDesk = desk.request(id).on(dispatcher)

    /** The same desk in another language: what people read, errors too. Codes and ids are the same in every language. */
    fun inLanguage(language: Language): SuspendDesk = desk.inLanguage(language).on(dispatcher)

    /** The language in which it speaks. */
    fun language(): Language = desk.language()

    /** Whose desk it is. */
    fun actor(): Actor = desk.actor()

    /** A page of cases under a filter. */
    fun liveCases(query: CasesQuery? = null, page: PageRequest? = null): Flow<CasePage> =
        live({ liveCases(query, page) }, LiveCases::refresh)

    /** The cases that wait for the actor, oldest first. */
    fun liveMyCases(page: PageRequest? = null): Flow<CasePage> =
        live({ liveMyCases(page) }, LiveCases::refresh)

    /** How many cases are pending for the actor. */
    fun livePendingCount(): Flow<ULong> =
        live({ livePendingCount() }, LivePendingCount::refresh)

    /** The thread of a case in reading order. */
    fun liveThread(case: CaseId, page: PageRequest? = null): Flow<NotePage> =
        live({ liveThread(case, page) }, LiveThread::refresh)

    /** Everything that a worker's screen shows of one case. */
    fun liveSummary(case: CaseId): Flow<RequestSummary> =
        live({ liveSummary(case) }, LiveSummary::refresh)

    /** Cases with errors, oldest first. */
    fun liveFailures(page: PageRequest? = null): Flow<FailingCasePage> =
        live({ liveFailures(page) }, LiveFailures::refresh)

    /**
     * What changed since a cursor, oldest first and complete, and then what changes: start with nothing, keep the
     * cursor of what was dealt with, and go on with it another day. One from behind a backup
     * that was restored since is refused with `cursor_not_of_this_store`. A slow collector misses nothing. It ends with the
     * kit.
     */
    fun changes(cursor: String? = null): Flow<Changes> = flow {
        var known = cursor
        desk.kit.bell().collect {
            do {
                val news = unlessAsleep { desk.changesSince(known) } ?: break
                known = news.cursor
                if (news.changes.isNotEmpty()) emit(news)
            } while (news.more)
        }
    }.flowOn(dispatcher)

    suspend fun casesColumns(limit: UInt, query: CasesQuery? = null, after: String? = null): CaseColumns =
        on { casesColumns(limit, query, after) }

    suspend fun myCasesColumns(page: PageRequest? = null): CaseColumns = on { myCasesColumns(page) }

    suspend fun auditHead(): AuditHead = on { auditHead() }

    suspend fun changesSince(cursor: String? = null, limit: UInt = 500u): Changes = on { changesSince(cursor, limit) }

    suspend fun history(stream: StreamId, page: PageRequest? = null): HistoryPage = on { history(stream, page) }

    suspend fun verify(kept: AuditHead? = null): VerifyReport = on { verify(kept) }

    suspend fun verifyStream(stream: StreamId): VerifyReport = on { verifyStream(stream) }

    suspend fun assignCase(case: CaseId, to: String, reason: String? = null): Changed =
        on { assignCase(case, to, reason) }

    suspend fun case(id: CaseId): CaseView = on { case(id) }

    suspend fun editCase(case: CaseId, edit: CaseEdit): Changed = on { editCase(case, edit) }

    suspend fun findCase(text: String): CaseView = on { findCase(text) }

    suspend fun migrateCase(case: CaseId): Changed = on { migrateCase(case) }

    suspend fun raiseCase(new: NewCase): RaisedCase = on { raiseCase(new) }

    suspend fun returnCase(case: CaseId, reason: String? = null): Changed = on { returnCase(case, reason) }

    suspend fun takeCase(case: CaseId): Changed = on { takeCase(case) }

    suspend fun takeOverCase(case: CaseId, reason: String? = null): Changed = on { takeOverCase(case, reason) }

    suspend fun validateCase(new: NewCase): List<FieldError> = on { validateCase(new) }

    suspend fun activateCaseType(caseType: CaseTypeId): Changed = on { activateCaseType(caseType) }

    suspend fun activateWorkflow(workflow: WorkflowId): Changed = on { activateWorkflow(workflow) }

    suspend fun caseType(name: String): CaseTypeView = on { caseType(name) }

    suspend fun caseTypes(): List<CaseTypeView> = on { caseTypes() }

    suspend fun changeSettings(edit: SettingsEdit): Changed = on { changeSettings(edit) }

    suspend fun createCaseType(new: NewCaseType): CreatedCaseType = on { createCaseType(new) }

    suspend fun createWorkflow(new: NewWorkflow): WorkflowView = on { createWorkflow(new) }

    suspend fun deactivateCaseType(caseType: CaseTypeId): Changed = on { deactivateCaseType(caseType) }

    suspend fun deactivateWorkflow(workflow: WorkflowId): Changed = on { deactivateWorkflow(workflow) }

    suspend fun editCaseType(caseType: CaseTypeId, edit: CaseTypeEdit): Changed = on { editCaseType(caseType, edit) }

    suspend fun editWorkflow(workflow: WorkflowId, edit: WorkflowEdit): Changed = on { editWorkflow(workflow, edit) }

    suspend fun settings(): SettingsView = on { settings() }

    suspend fun workflow(name: String): WorkflowView = on { workflow(name) }

    suspend fun workflows(): List<WorkflowView> = on { workflows() }

    suspend fun createCustomer(new: NewCustomer): CreatedCustomer = on { createCustomer(new) }

    suspend fun customer(id: CustomerId): CustomerView = on { customer(id) }

    suspend fun customers(text: String? = null, page: PageRequest? = null): CustomerPage = on { customers(text, page) }

    suspend fun findCustomer(externalReference: String): CustomerView = on { findCustomer(externalReference) }

    suspend fun updateCustomer(customer: CustomerId, edit: CustomerEdit): Changed =
        on { updateCustomer(customer, edit) }

    suspend fun casesWithErrors(
        code: String? = null,
        setting: String? = null,
        page: PageRequest? = null,
    ): FailingCasePage = on { casesWithErrors(code, setting, page) }

    suspend fun checkSettings(reach: Reach? = null): List<SettingFinding> = on { checkSettings(reach) }

    suspend fun failureOverview(): FailureOverview = on { failureOverview() }

    suspend fun retryAll(code: String, setting: String? = null): List<Retried> = on { retryAll(code, setting) }

    suspend fun importItems(items: List<ImportItem>, listener: ImportListener? = null): ImportReport =
        on { importItems(items, listener) }

    suspend fun cases(query: CasesQuery? = null, page: PageRequest? = null): CasePage = on { cases(query, page) }

    suspend fun counts(by: CountBy, query: CountsQuery? = null): List<CaseCountRow> = on { counts(by, query) }

    suspend fun interactions(customer: CustomerId, page: PageRequest? = null): CasePage =
        on { interactions(customer, page) }

    suspend fun search(text: String, page: PageRequest? = null): SearchPage = on { search(text, page) }

    suspend fun addNote(case: CaseId, text: String, visibility: Visibility? = null): AddedNote =
        on { addNote(case, text, visibility) }

    suspend fun editNote(note: NoteId, text: String): Changed = on { editNote(note, text) }

    suspend fun noteRevisions(note: NoteId): List<NoteRevision> = on { noteRevisions(note) }

    suspend fun reply(to: NoteId, text: String, visibility: Visibility? = null): AddedNote =
        on { reply(to, text, visibility) }

    suspend fun retractNote(note: NoteId, reason: String? = null): Changed = on { retractNote(note, reason) }

    suspend fun setNoteVisibility(note: NoteId, to: Visibility): Changed = on { setNoteVisibility(note, to) }

    suspend fun thread(case: CaseId, page: PageRequest? = null): NotePage = on { thread(case, page) }

    suspend fun approveData(case: CaseId, snapshot: BlobId, redactions: List<NewRedaction> = listOf()): Changed =
        on { approveData(case, snapshot, redactions) }

    suspend fun approveIdentification(case: CaseId, method: String, checked: List<String> = listOf()): Changed =
        on { approveIdentification(case, method, checked) }

    suspend fun approveNoData(case: CaseId): Changed = on { approveNoData(case) }

    suspend fun approveStep(case: CaseId, step: String, reason: String? = null): Changed =
        on { approveStep(case, step, reason) }

    suspend fun availableActions(id: CaseId): List<AvailableAction> = on { availableActions(id) }

    suspend fun blockers(id: CaseId, action: Action, step: String? = null): List<Blocker> =
        on { blockers(id, action, step) }

    suspend fun deny(case: CaseId, denial: NewDenial): ReleaseReport = on { deny(case, denial) }

    suspend fun myCases(page: PageRequest? = null): CasePage = on { myCases(page) }

    suspend fun myPendingCount(): ULong = on { myPendingCount() }

    suspend fun myTakenCases(page: PageRequest? = null): CasePage = on { myTakenCases(page) }

    suspend fun prepareData(case: CaseId): SnapshotView = on { prepareData(case) }

    suspend fun previewData(
        id: CaseId,
        source: String,
        table: String,
        offset: ULong = 0uL,
        limit: UInt = 50u,
    ): DataPreview = on { previewData(id, source, table, offset, limit) }

    suspend fun receiveRequest(request: NewRequest): RaisedCase = on { receiveRequest(request) }

    suspend fun release(case: CaseId): ReleaseReport = on { release(case) }

    suspend fun sendAgain(case: CaseId, reason: String): ReleaseReport = on { sendAgain(case, reason) }

    suspend fun retry(case: CaseId): ReleaseReport = on { retry(case) }

    suspend fun revoke(case: CaseId, step: String, reason: String? = null): Changed = on { revoke(case, step, reason) }

    suspend fun snapshot(id: CaseId): SnapshotView = on { snapshot(id) }

    suspend fun summary(id: CaseId): RequestSummary = on { summary(id) }

    suspend fun withdraw(case: CaseId, reason: String? = null): Changed = on { withdraw(case, reason) }

    suspend fun casePdf(case: CaseId): ByteArray = on { casePdf(case) }

    suspend fun casePdfTo(case: CaseId, path: String) = on { casePdfTo(case, path) }

    suspend fun overviewCsv(query: CasesQuery? = null, raw: Boolean = false): ByteArray = on { overviewCsv(query, raw) }

    suspend fun overviewCsvTo(path: String, query: CasesQuery? = null, raw: Boolean = false): ULong =
        on { overviewCsvTo(path, query, raw) }

    suspend fun overviewPdf(query: CasesQuery? = null): ByteArray = on { overviewPdf(query) }

    suspend fun overviewPdfTo(path: String, query: CasesQuery? = null): ULong = on { overviewPdfTo(path, query) }

    private suspend fun <T> on(work: Desk.() -> T): T = withContext(dispatcher) { desk.work() }

    /**
     * A list that is delivered now, and again when a commit changed it: the newest only, if the collector was busy.
     * Nothing is read while nothing is committed. It outlives `suspend`, and ends with the kit.
     */
    private fun <L, T : Any> live(open: Desk.() -> L, refresh: L.() -> T?): Flow<T> where L : Disposable = flow {
        desk.open().use { live ->
            desk.kit.bell().collect { unlessAsleep { live.refresh() }?.let { emit(it) } }
        }
    }.conflate().flowOn(dispatcher)

    /** Nothing from a kit that is suspended, for it rings when it is there again; and nothing more from a closed one. */
    private inline fun <T> unlessAsleep(read: () -> T?): T? = try {
        read()
    } catch (store: CasekitException.Store) {
        val asleep = store.code == "suspended" || store.code == "interrupted"
        if (asleep || desk.kit.isClosed && store.code == "closed") null else throw store
    }
}
