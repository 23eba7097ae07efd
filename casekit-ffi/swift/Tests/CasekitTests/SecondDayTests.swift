import Casekit
import XCTest

/// Data requests: from the webform to the receipt, with what goes wrong on the way.
final class SecondDayTests: XCTestCase {
    func testADayWithDataRequests() throws {
        let folder = try folder()
        let webform = folder.appendingPathComponent("webform")
        try FileManager.default.createDirectory(at: webform, withIntermediateDirectories: true)
        let shop = folder.appendingPathComponent("shop.csv")
        let kit = try CaseKit.open(
            folder.appendingPathComponent("cases.db"), options: Options(allowFolders: [folder.path]))
        let petra = desk(kit, "petra", .approver)
        let ivo = desk(kit, "ivo", .itAdministrator)
        let mona = desk(kit, "mona", .manager)

        // Settings: the file of the shop is not there yet.
        try ivo.changeSettings(
            SettingsEdit(
                organisation: "Lampenhaus Lind", supportEmail: "help@lampenhaus.example",
                webform: .directory(path: webform.path),
                sources: [SourceSetting(name: "shop", kind: .csv(path: shop.path, keyColumn: "customer"))]))
        try petra.createCustomer(NewCustomer(name: "Ada Obi", externalReference: "CRM-77"))

        // A request arrives, twice.
        let request = NewRequest(
            requestRef: "WEB-1", requester: "Ada Obi",
            credentials: [NewCredential(kind: "customer number", value: "CRM-77-2291-0042")],
            replyTo: "ada@example.org", customerRef: "CRM-77")
        let raised = try petra.receiveRequest(request)
        XCTAssertTrue(try petra.receiveRequest(request).replayed)
        XCTAssertEqual(try petra.myPendingCount(), 1)
        XCTAssertEqual(try petra.myPendingCases().rows.map(\.number), [raised.number])
        XCTAssertEqual(try petra.findCase(raised.id!.uuidString.lowercased()).customerName, "Ada Obi")

        // Take it, and make sure who is asking.
        let refused = refusal { try petra.release(raised.id!) }
        XCTAssertTrue(refused?.blockers.contains(.notTaken) ?? false)
        XCTAssertTrue(refused?.blockers.allSatisfy { !$0.text.isEmpty } ?? false)
        try petra.takeCase(raised.id!)
        XCTAssertEqual(try petra.summary(raised.id!).credentials[0].value, "CRM-77-2291-0042")
        try petra.approveIdentification(raised.id!, method: "video call", checked: ["passport"])
        XCTAssertEqual(try petra.summary(raised.id!).steps.map(\.state), [.done, .ready, .locked])

        // Ask back, and receive the answer.
        let question = try petra.sendMessage(raised.id!, message: NewMessage(text: "Which account?"))
        let asked = try FileManager.default.contentsOfDirectory(atPath: webform.path).first { $0.hasSuffix(".json") }
        XCTAssertTrue(try XCTUnwrap(asked).hasPrefix("message-"))
        let answer = try petra.receiveAnswer(XCTUnwrap(question.answerRef), "The first one.")
        let correspondence = try petra.thread(raised.id!).rows
        XCTAssertEqual(correspondence.map(\.message?.direction), [.sent, .received])
        XCTAssertEqual(correspondence.last?.id, answer.note)

        // Collect: the source fails, is fixed, and the retry goes on.
        let failure = try petra.prepareData(raised.id!).failure
        XCTAssertEqual(failure?.setting, "sources.shop")
        let one = try petra.snapshot(raised.id!)
        XCTAssertEqual(one.sources.map(\.state), [.found, .failed])
        XCTAssertNil(one.id)
        XCTAssertThrowsError(try petra.leaveOutSource(raised.id!, source: "casekit", reason: "it is fine"))
        try petra.leaveOutSource(raised.id!, source: "shop", reason: "it is being rebuilt")
        let left = try XCTUnwrap(petra.snapshot(raised.id!).sources.last)
        XCTAssertEqual(left.state, .leftOut)
        XCTAssertEqual(left.reason, "it is being rebuilt")
        // Named again, it is asked again, and fails again.
        XCTAssertEqual(try petra.prepareSource(raised.id!, source: "shop").failure?.setting, "sources.shop")
        XCTAssertEqual(failure?.responsible, .itAdministrator)
        XCTAssertEqual(try ivo.failureOverview().groups.map(\.count), [1])
        XCTAssertEqual(try ivo.casesWithErrors().rows.map(\.number), [raised.number])
        try "customer,number,article,remark\nCRM-77,4711,Reading lamp,asks a lot\nCRM-12,4713,Rug,\n"
            .write(to: shop, atomically: true, encoding: .utf8)
        XCTAssertEqual(try ivo.retryAll(failure?.code ?? "").map(\.report), [.recovered])
        let snapshot = try petra.snapshot(raised.id!)
        let table = try XCTUnwrap(snapshot.tables.first { $0.source == "shop" })
        XCTAssertEqual(table.rows, 1)
        let preview = try petra.previewData(raised.id!, source: table.source, table: table.name)
        XCTAssertTrue(preview.rows[0].contains(.text("Reading lamp")))

        // Hide a column, approve exactly this, release it.
        let hide = NewRedaction(source: "shop", table: table.name, column: "remark", reason: "opinions of our staff")
        try petra.approveData(raised.id!, snapshot: XCTUnwrap(snapshot.id), redactions: [hide])
        XCTAssertEqual(try petra.blockers(raised.id!, action: .release), [])
        guard case .delivered(let receipt) = try petra.release(raised.id!) else { return XCTFail("not delivered") }
        XCTAssertNotNil(receipt)
        XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: webform.path).filter { $0.hasSuffix(".zip") }.count, 1)
        XCTAssertEqual(try petra.myPendingCount(), 0)

        // The address was wrong; and something is missing, so it is answered anew.
        _ = try petra.editRequest(raised.id!, RequestEdit(replyTo: "ada@example.com", reason: "a typo"))
        _ = try petra.sendAgain(raised.id!, reason: "it never came")
        _ = try petra.answerAnew(raised.id!, reason: "an order is missing")
        let anew = try petra.summary(raised.id!)
        XCTAssertEqual(anew.round, 2)
        XCTAssertEqual(anew.request?.replyTo, "ada@example.com")
        XCTAssertEqual(anew.earlierRounds.map(\.outcomeCode), ["data_released"])
        XCTAssertEqual(anew.earlierRounds[0].release?.sendings.map(\.state), ["arrived", "arrived"])

        // Identified with every credential ticked, and one value hidden.
        let places = (0..<anew.credentials.count).map(UInt32.init)
        let known = NewIdentification(method: "passport", assurance: .high, credentials: places, note: "in person")
        _ = try petra.approveIdentificationWith(raised.id!, identification: known)
        XCTAssertEqual(try petra.summary(raised.id!).steps[0].approvals.first?.assurance, .high)
        XCTAssertTrue(try petra.summary(raised.id!).credentials.allSatisfy(\.checked))
        let found = try petra.prepareData(raised.id!)
        let cell = NewRedaction(source: "shop", table: table.name, column: "remark", reason: "opinions", row: 1)
        try petra.approveData(raised.id!, snapshot: XCTUnwrap(found.id), redactions: [cell])
        XCTAssertEqual(try petra.summary(raised.id!).steps[1].approvals.first?.hidden.map(\.place), ["shop.\(table.name)[1].remark"])

        // Something to look at.
        XCTAssertEqual(try mona.overviewPdf().bytes.prefix(5), Data("%PDF-".utf8))
        let paper = folder.appendingPathComponent("case.pdf")
        _ = try mona.casePdfTo(raised.id!, path: paper.path)
        XCTAssertEqual(try Data(contentsOf: paper).prefix(5), Data("%PDF-".utf8))
        let list = try String(decoding: mona.overviewCsv(), as: UTF8.self)
        XCTAssertTrue(list.contains(raised.number!), list)
    }
}
