@_spi(Testing) import Casekit
import XCTest

final class ErrorTests: XCTestCase {
    func testEveryKindOfErrorArrivesWithCodeAndSentence() throws {
        let folder = try folder()
        let kit = try CaseKit.inMemory(options: Options(busyTimeout: 1))
        let amara = desk(kit, "amara", .agent)
        let ben = desk(kit, "ben", .agent)
        let reader = kit.desk(Actor(id: "rita", permissions: [.readCases]))
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        try amara.takeCase(raised.id)

        let forbidden = refusal { try reader.takeCase(raised.id) }
        guard case .forbidden? = forbidden else { return XCTFail("\(String(describing: forbidden))") }
        XCTAssertEqual(forbidden?.code, "forbidden")

        let invalid = refusal { try amara.raiseCase(NewCase(caseType: "Nothing", title: String(repeating: "x", count: 201))) }
        guard case .invalid? = invalid else { return XCTFail("\(String(describing: invalid))") }
        XCTAssertEqual(invalid?.fields.map(\.field).sorted(), ["case_type", "title"])
        let title = try XCTUnwrap(invalid?.fields.first { $0.field == "title" })
        XCTAssertEqual(title.rule, .tooLong(limit: 200))
        XCTAssertEqual(title.code, "too_long")
        XCTAssertTrue(title.text.contains("200"), title.text)

        let blocked = refusal { try ben.returnCase(raised.id) }
        guard case .blocked? = blocked else { return XCTFail("\(String(describing: blocked))") }
        XCTAssertEqual(blocked?.blockers, [.heldBy(by: "amara", byName: nil)])
        XCTAssertEqual(blocked?.blockers.first?.code, "held_by")
        XCTAssertFalse(blocked?.blockers.first?.text.isEmpty ?? true)

        let taken = refusal { try ben.takeCase(raised.id) }
        guard case .alreadyTaken(code: "already_taken", message: _, by: "amara", byName: nil)? = taken else {
            return XCTFail("\(String(describing: taken))")
        }

        XCTAssertEqual(try desk(kit, "mona", .manager).assignCase(raised.id, to: "amara").events, 0)
        let dealtWith = try amara.raiseCase(NewCase(caseType: "Support", title: "Done", stage: "Closed"))
        let closed = refusal { try amara.takeCase(dealtWith.id) }
        XCTAssertEqual(closed?.blockers, [.closed(stage: "Closed")])
        XCTAssertEqual(try amara.blockers(dealtWith.id, action: .takeCase), closed?.blockers)
        let possible = try amara.availableActions(dealtWith.id).filter { $0.blockers.isEmpty }.map(\.action)
        XCTAssertTrue(!possible.contains(.takeCase) && possible.contains(.reopenCase))

        let missing = refusal { try amara.case(UUID()) }
        guard case .notFound? = missing else { return XCTFail("\(String(describing: missing))") }
        XCTAssertEqual(missing?.code, "not_found")

        let revision = try amara.case(raised.id).revision
        try amara.editCase(raised.id, CaseEdit(title: "Cannot log in since Monday"))
        let conflict = refusal { try amara.editCase(raised.id, CaseEdit(stage: "Resolved", seen: revision)) }
        guard case .conflict? = conflict else { return XCTFail("\(String(describing: conflict))") }
        XCTAssertEqual(conflict?.code, "conflict")
        _ = try amara.request("form-8812").raiseCase(NewCase(caseType: "Support", title: "One"))
        XCTAssertTrue(try amara.request("form-8812").raiseCase(NewCase(caseType: "Support", title: "One")).replayed)
        let reused = refusal { try amara.request("form-8812").raiseCase(NewCase(caseType: "Support", title: "Two")) }
        XCTAssertEqual(reused?.code, "request_id_reused")

        let diary = folder.appendingPathComponent("diary.txt")
        try "my diary".write(to: diary, atomically: true, encoding: .utf8)
        let store = refusal { try CaseKit.open(diary) }
        guard case .store? = store else { return XCTFail("\(String(describing: store))") }
        XCTAssertEqual(store?.code, "not_casekit")
        XCTAssertEqual(try String(contentsOf: diary, encoding: .utf8), "my diary")

        let path = folder.appendingPathComponent("cases.db")
        for options in [Options(create: false), Options(readOnly: true)] {
            XCTAssertEqual(refusal { try CaseKit.open(path, options: options) }?.code, "missing")
        }
        try CaseKit.open(folder.appendingPathComponent("other.db")).close()
        let open = try CaseKit.open(path)
        let case_ = try desk(open, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "One"))
        let reading = try CaseKit.open(path, options: Options(readOnly: true))
        XCTAssertEqual(try desk(reading, "amara", .agent).case(case_.id).title, "One")
        XCTAssertEqual(refusal { try desk(reading, "amara", .agent).takeCase(case_.id) }?.code, "read_only")
        let health = try open.health()
        XCTAssertTrue(health.fileBytes > 0 && health.lastFault == nil && health.safeguards?.watched == true)
        XCTAssertEqual(try open.compact(), 0)
        XCTAssertEqual(rename(folder.appendingPathComponent("other.db").path, path.path), 0)
        XCTAssertEqual(refusal { try desk(open, "amara", .agent).takeCase(case_.id) }?.code, "moved")
        XCTAssertEqual(refusal { try open.check() }?.code, "moved")

        let mona = desk(kit, "mona", .manager)
        let report = refusal { try mona.overviewCsvTo(folder.appendingPathComponent("no/such/folder.csv").path) }
        guard case .report? = report else { return XCTFail("\(String(describing: report))") }
        XCTAssertEqual(report?.code, "file")

        let `internal` = refusal { try provokePanic(text: "GB33BUKB20201555555555") }
        guard case .internal? = `internal` else { return XCTFail("\(String(describing: `internal`))") }
        XCTAssertEqual(`internal`?.code, "internal")

        for error in [forbidden, invalid, blocked, taken, missing, conflict, reused, store, report, `internal`] {
            let error = try XCTUnwrap(error)
            XCTAssertFalse(error.message.isEmpty)
            XCTAssertEqual(error.localizedDescription, error.message)
            XCTAssertEqual("\(error)", error.message)
            XCTAssertFalse(error.message.contains("GB33BUKB20201555555555"))
        }
    }

    func testAnErrorIsDataThatCanBeKept() throws {
        let error = CasekitError.blocked(
            code: "blocked", message: "not yet", action: "take_case", blockers: [.heldBy(by: "ben", byName: nil)])
        let kept = try JSONDecoder().decode(CasekitError.self, from: JSONEncoder().encode(error))
        XCTAssertEqual(kept, error)
    }

    func testFormsKnowWhatIsPossibleAndForWhichRevision() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let id = try amara.raiseCase(NewCase(caseType: "Support", title: "Where is my order?")).id
        let form = try amara.editForm(id)
        XCTAssertEqual(form.fields.first?.value, "Where is my order?")
        XCTAssertEqual(form.stages.filter(\.current).map(\.label), ["Open"])
        XCTAssertEqual(try amara.findSummary("1"), try amara.summary(id))
        XCTAssertEqual(try amara.raiseBlockers("Support"), [])
        XCTAssertEqual(try amara.blockers(id, action: .moveCase, target: "Closed"), [])
        let note = try amara.addNote(id, "Called.").id
        let ofOther = try desk(kit, "ben", .agent).noteActions(note)
        XCTAssertEqual(ofOther[1].blockers, [.notTheAuthor(author: "amara", authorName: nil)])
        let conflict = refusal { try amara.seen(form.revision).takeCase(id) }
        guard case .conflict(code: "conflict", message: _, seen: 1?, now: 2?)? = conflict else {
            return XCTFail("\(String(describing: conflict))")
        }
        XCTAssertEqual(try amara.seen(2).takeCase(id).events, 2)
    }

    func testABadIdAsTextIsRefusedOrNotFound() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        XCTAssertEqual(refusal { try amara.findCase("no such thing") }?.code, "not_found")
        XCTAssertEqual(refusal { try amara.findCase("00000000-0000-0000-0000-00000000000g") }?.code, "not_found")
        XCTAssertEqual(refusal { try amara.changesSince("not a cursor") }?.code, "invalid")
        XCTAssertEqual(refusal { try amara.cases(page: PageRequest(after: "not a place")) }?.code, "invalid")
    }

    func testAPanicIsAnErrorWithAnIncident() throws {
        XCTAssertTrue(refusal { try provokePanic(text: "secret") }?.message.contains("incident") ?? false)
        let kit = try CaseKit.inMemory()
        XCTAssertNoThrow(try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "Still works")))
    }

    func testAnAccountNumberIsInNoError() throws {
        let planted = "GB33BUKB20201555555555"
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let ada = try amara.createCustomer(
            NewCustomer(name: "Ada Obi", bankAccounts: [NewBankAccount(number: planted)], externalReference: "CRM-77"))
        let errors = [
            refusal { try amara.createCustomer(NewCustomer(name: "", bankAccounts: [NewBankAccount(number: planted + "\u{7}")])) },
            refusal { try amara.addBankAccount(ada.id, NewBankAccount(number: planted + String(repeating: "1", count: 2000))) },
            refusal { try amara.raiseCase(NewCase(caseType: planted, title: "x", stage: planted)) },
            refusal { try amara.findCustomer(planted) },
            refusal { try amara.findCase(planted) },
            refusal { try amara.createCustomer(NewCustomer(name: "Eve", externalReference: "CRM-77")) },
            refusal { try amara.changesSince(planted) },
        ]
        for error in errors {
            let error = try XCTUnwrap(error)
            let all = "\(error) \(error.localizedDescription) \(error.fields.map(\.text)) \(error.blockers.map(\.text))"
            XCTAssertFalse(all.contains(planted), all)
        }
    }
}
