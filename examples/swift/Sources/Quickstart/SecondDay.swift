import Casekit
import Foundation

/// Data requests: from the webform to the receipt, with what can go wrong, and the overview as a PDF.
struct SecondDay {
    let petra: Desk
    let ivo: Desk
    let mona: Desk
    let ines: Desk
    let folder: URL
    let shop: URL

    init(_ kit: CaseKit, _ folder: URL) throws {
        petra = kit.desk(Actor(id: "petra", name: "Petra Lind", roles: [.approver]))
        ivo = kit.desk(Actor(id: "ivo", name: "Ivo Marek", roles: [.itAdministrator]))
        mona = kit.desk(Actor(id: "mona", name: "Mona Haddad", roles: [.manager]))
        ines = kit.desk(Actor(id: "ines", name: "Inês Prata", roles: [.auditor]))
        self.folder = folder
        shop = folder.appendingPathComponent("shop.csv")
        // As on the first morning: the shop's file is not where the settings say.
        try? FileManager.default.removeItem(at: shop)
    }

    func run() throws {
        try settings()
        let id = try receive()
        try identify(id)
        try collect(id)
        try release(id)
        try leave(id)
    }

    private func settings() throws {
        part("Set up where data comes from and where answers go (petra approves, ivo keeps the settings)")
        let webform = folder.appendingPathComponent("webform")
        try FileManager.default.createDirectory(at: webform, withIntermediateDirectories: true)
        call("ivo.changeSettings(SettingsEdit(…, webform: .directory(path: webform), sources: [shop]))")
        try ivo.changeSettings(
            SettingsEdit(
                organisation: "Lampenhaus Lind", supportEmail: "help@lampenhaus.example",
                webform: .directory(path: webform.path),
                sources: [SourceSetting(name: "shop", kind: .csv(path: shop.path, keyColumn: "customer"))]))
        back("the webform is a folder, and the shop's list a source; both lie where the host allows it")
    }

    private func receive() throws -> CaseId {
        part("A request arrives at the webform")
        func request(_ number: Int) -> NewRequest {
            NewRequest(
                requestRef: "WEB-\(number)", requester: "Ada Obi",
                credentials: [
                    NewCredential(kind: "customer number", value: "CRM-77-2291-0042"),
                    NewCredential(kind: "date of birth", value: "1990-02-03"),
                ],
                replyTo: "ada@example.org", customerRef: "CRM-77")
        }
        // A repeated request gives the same case again, so the first new case is the one of this run.
        var number = 1
        while try petra.receiveRequest(request(number)).replayed { number += 1 }
        call("petra.receiveRequest(request)")
        let raised = try petra.receiveRequest(request(number))
        back("\(raised.number ?? ""); handed in twice, it is the same case: replayed is \(raised.replayed)")
        call("petra.myPendingCount()")
        back("\(try petra.myPendingCount()) pending")
        call("petra.myPendingCases()")
        for row in try petra.myPendingCases().rows {
            back("\(row.number) \(row.title) | \(row.status) | \(row.workflow ?? "")")
        }
        call("petra.findCase(raised.id.uuidString)")
        // Only a repeated request whose case the actor may not see has no id.
        guard let id = raised.id else { fatalError("the case of the request is hidden") }
        let found = try petra.findCase(id.uuidString)
        back("found by its id: \(found.number) of \(found.customerName ?? "")")
        return id
    }

    private func identify(_ id: CaseId) throws {
        part("Take the case, and make sure who is asking")
        call("petra.release(id)")
        do {
            _ = try petra.release(id)
        } catch let error as CasekitError {
            error.blockers.forEach { back("not yet: \($0.text)") }
        }
        call("petra.takeCase(id)")
        try petra.takeCase(id)
        call("petra.summary(id)")
        for credential in try petra.summary(id).credentials {
            back("\(credential.kind): \(credential.value ?? credential.hint)")
        }
        call(#"petra.approveIdentification(id, method: "video call", checked: ["passport", "date of birth"])"#)
        try petra.approveIdentification(id, method: "video call", checked: ["passport", "date of birth"])
        back(try petra.summary(id).steps.map { "\($0.label): \($0.state)" }.joined(separator: " | "))
    }

    private func collect(_ id: CaseId) throws {
        part("Collect the data: a source fails, is fixed, and the retry goes on")
        call("petra.prepareData(id)")
        guard let failure = try petra.prepareData(id).failure else { return back("nothing failed") }
        back("failed: \(failure.code) because of \(failure.setting ?? "")")
        back("to be fixed by \(failure.responsible): \(failure.hint)")
        call("ivo.failureOverview()")
        let errors = try ivo.failureOverview()
        errors.groups.forEach { back("\($0.count) x \($0.code) (\($0.setting ?? "-"))") }
        back("help: \(errors.supportEmail ?? "")")
        call("ivo.checkSettings()")
        for finding in try ivo.checkSettings() {
            back("\(finding.setting): \(finding.fix ?? "works")")
        }
        let orders = """
            customer,number,article,remark
            CRM-77,4711,Reading lamp,asks a lot
            CRM-77,4802,Oak chair,
            CRM-12,4713,Rug,

            """
        try orders.write(to: shop, atomically: true, encoding: .utf8)
        back("ivo puts \(shop.path) in its place")
        call(#"ivo.retryAll("\#(failure.code)", setting: "sources.shop")"#)
        for one in try ivo.retryAll(failure.code, setting: "sources.shop") {
            back("\(one.number): \(one.report == .recovered ? "goes on" : "fails still")")
        }
        call("petra.snapshot(id)")
        for table in try petra.snapshot(id).tables {
            let columns = table.columns.map(\.name).joined(separator: ", ")
            back("\(table.source).\(table.name), \(table.rows) rows: \(columns)")
        }
    }

    private func release(_ id: CaseId) throws {
        part("Hide a column, approve exactly this, and release it")
        let snapshot = try petra.snapshot(id)
        guard let found = snapshot.id, let table = snapshot.tables.first(where: { $0.source == "shop" }) else {
            return back("nothing was collected")
        }
        let hide = NewRedaction(
            source: "shop", table: table.name, column: "remark", reason: "opinions of our staff, not data about you")
        call("petra.approveData(id, snapshot: found, redactions: [hide])")
        try petra.approveData(id, snapshot: found, redactions: [hide])
        call("petra.blockers(id, action: .release)")
        back(try petra.blockers(id, action: .release).isEmpty ? "nothing stands in the way" : "something does")
        call("petra.release(id)")
        switch try petra.release(id) {
        case .delivered(let receipt): back("delivered, receipt \(receipt ?? "")")
        case .failed(let failure): back(failure.hint)
        case .underWay: back("another process sends it just now")
        case .recovered: back("nothing is on its way")
        case .ended(let outcome): back("ended, and nothing is sent: \(outcome)")
        }
        let done = try petra.case(id)
        back("\(done.number) is \(done.stage); \(try petra.myPendingCount()) pending")
    }

    private func leave(_ id: CaseId) throws {
        part("Leave something to look at")
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        call(#"mona.overviewPdfTo(path("overview.pdf"))"#)
        _ = try mona.overviewPdfTo(path("overview.pdf"))
        call(#"mona.overviewCsvTo(path("overview.csv"))"#)
        _ = try mona.overviewCsvTo(path("overview.csv"))
        call(#"mona.casePdfTo(id, path: path("case.pdf"))"#)
        try mona.casePdfTo(id, path: path("case.pdf"))
        call("ines.verify()")
        let report = try ines.verify()
        let sound = report.broken == nil ? "nothing was altered" : "something was altered"
        back("\(report.events) events in \(report.streams) streams: \(sound)")
    }
}
