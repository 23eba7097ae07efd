import Casekit
import XCTest

private let planted = "GB33BUKB20201555555555"

private struct Oops: Error, CustomStringConvertible {
    var description: String { planted }
}

private struct Named: Error, Equatable {
    let name: String
}

/// A source made of a closure.
private final class Source: DataSource {
    private let body: @Sendable (SourceQuestion) throws -> [DataTable]
    init(_ body: @escaping @Sendable (SourceQuestion) throws -> [DataTable]) { self.body = body }
    func collect(question: SourceQuestion) throws -> [DataTable] { try body(question) }
}

/// A delivery made of a closure.
private final class Van: Delivery {
    private let body: @Sendable (Outgoing) throws -> Delivered
    init(_ body: @escaping @Sendable (Outgoing) throws -> Delivered) { self.body = body }
    func deliver(outgoing: Outgoing) throws -> Delivered { try body(outgoing) }
}

private final class Gate: Authorizer {
    private let body: @Sendable (Actor) throws -> Scope
    init(_ body: @escaping @Sendable (Actor) throws -> Scope) { self.body = body }
    func scope(actor: Actor) throws -> Scope { try body(actor) }
    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool {
        action == "take_case" && `case`.raisedBy == actor.id
    }
}

private final class BrokenClock: Clock {
    let works = Shared(true)
    func now() throws -> Timestamp {
        guard works.now else { throw Oops() }
        return Date()
    }
}

private let orders = DataTable(
    name: "orders", columns: [DataColumn(name: "article", kind: .text)], rows: [[.text("Reading lamp")]])

final class CallbackTests: XCTestCase {
    /// A kit with one source and one delivery, and a case that waits for its data.
    private func kit(
        source: @escaping @Sendable (SourceQuestion) throws -> [DataTable],
        van: @escaping @Sendable (Outgoing) throws -> Delivered = { _ in Delivered(receipt: "R-1") }
    ) throws -> (CaseKit, Desk, CaseId) {
        let kit = try CaseKit.inMemory(
            options: Options(sources: ["shop": Source(source)], deliveries: ["van": Van(van)]))
        try desk(kit, "ivo", .itAdministrator).changeSettings(SettingsEdit(webform: .host(name: "van")))
        let petra = desk(kit, "petra", .approver)
        let raised = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi"))
        try petra.takeCase(raised.id!)
        try petra.approveIdentification(raised.id!, method: "video call")
        return (kit, petra, raised.id!)
    }

    func testASourceAndADeliveryOfTheApplication() throws {
        let sent = Shared<[Outgoing]>([])
        let (_, petra, id) = try kit(
            source: { question in question.requester == "Ada Obi" ? [orders] : [] },
            van: { outgoing in
                sent.change { $0.append(outgoing) }
                return Delivered(receipt: "R-77")
            })
        let snapshot = try petra.prepareData(id)
        let table = try XCTUnwrap(snapshot.tables.first { $0.source == "shop" })
        XCTAssertEqual(try petra.previewData(id, source: "shop", table: table.name).rows, [[.text("Reading lamp")]])
        try petra.approveData(id, snapshot: XCTUnwrap(snapshot.id))
        XCTAssertEqual(try petra.release(id), .delivered(receipt: "R-77"))
        XCTAssertEqual(try petra.sendAgain(id, reason: "the mailbox was lost"), .delivered(receipt: "R-77"))
        XCTAssertEqual(try petra.summary(id).release?.sendings.map(\.key), sent.now.map(\.key))
        let outgoing = try XCTUnwrap(sent.now.first)
        XCTAssertEqual(outgoing.requestRef, "WEB-1")
        guard case .package(_, let outcome, _, let bytes) = outgoing.kind else { return XCTFail("no package") }
        XCTAssertEqual(outcome, "data_released")
        XCTAssertEqual(bytes.prefix(2), Data("PK".utf8))
    }

    func testWhatACallbackThrowsOnPurposeReachesWhoMustFixIt() throws {
        let error = Shared<HostError>(.unexpected)
        let (_, petra, id) = try kit(source: { _ in throw error.now })
        for (thrown, code, kind) in [
            (HostError.configuration(code: "no_key", setting: "sources.shop", hint: "give the key"), "no_key", FailureClass.configuration),
            (.transient(code: "line_busy", hint: "try later"), "line_busy", .transient),
            (.permanent(code: "gone", hint: "ask support"), "gone", .permanent),
            (.data(code: "two_people", hint: "look at the case"), "two_people", .data),
            (.unexpected, "callback_failed", .permanent),
        ] {
            error.change { $0 = thrown }
            let failure = try XCTUnwrap(try petra.prepareData(id).failure)
            XCTAssertEqual(failure.code, code)
            XCTAssertEqual(failure.class, kind)
        }
    }

    func testAnythingElseThatIsThrownIsAFailureWithoutItsText() throws {
        let (_, petra, id) = try kit(source: { _ in throw Oops() })
        let failure = try XCTUnwrap(try petra.prepareData(id).failure)
        XCTAssertEqual(failure.code, "callback_failed")
        XCTAssertEqual(failure.responsible, .support)
        XCTAssertFalse(failure.hint.contains(planted))
        XCTAssertFalse("\(try petra.summary(id))".contains(planted))
    }

    func testADeliveryThatThrowsLeavesACaseWithAnErrorAndTheRetryGoesOn() throws {
        let works = Shared(false)
        let keys = Shared<[String]>([])
        let (kit, petra, id) = try kit(
            source: { _ in [] },
            van: { outgoing in
                keys.change { $0.append(outgoing.key) }
                guard works.now else { throw Oops() }
                return Delivered()
            })
        _ = try petra.prepareData(id)
        try petra.approveNoData(id, reason: "you are not a customer of ours")
        guard case .failed(let failure) = try petra.release(id) else { return XCTFail("it did not fail") }
        XCTAssertEqual(failure.code, "callback_failed")
        XCTAssertEqual(try desk(kit, "ivo", .itAdministrator).casesWithErrors().rows.count, 1)
        works.change { $0 = true }
        XCTAssertEqual(try petra.retry(id), .delivered(receipt: nil))
        XCTAssertEqual(Set(keys.now).count, 1, "the key never changes")
    }

    func testACallbackThatHangsHoldsUpNobodyElse() async throws {
        let began = Shared(false)
        let goOn = Shared(false)
        let (kit, petra, id) = try kit(source: { _ in
            began.change { $0 = true }
            XCTAssertTrue(goOn.wait { $0 })
            return [orders]
        })
        let hanging = Task { try await petra.async.prepareData(id) }
        XCTAssertTrue(began.wait { $0 })
        let amara = desk(kit, "amara", .agent)
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Meanwhile"))
        let seen = try await amara.async.case(raised.id)
        XCTAssertEqual(seen.title, "Meanwhile")
        goOn.change { $0 = true }
        let snapshot = try await hanging.value
        XCTAssertNil(snapshot.failure)
    }

    func testACallbackMayCallTheKit() throws {
        let inner = Shared<Desk?>(nil)
        let raised = Shared<[String]>([])
        let (kit, petra, id) = try kit(source: { _ in
            let amara = inner.now!
            let new = try amara.raiseCase(NewCase(caseType: "Support", title: "From within"))
            let title = try amara.case(new.id).title
            raised.change { $0.append(title) }
            return []
        })
        inner.change { $0 = desk(kit, "amara", .agent) }
        XCTAssertNil(try petra.prepareData(id).failure)
        XCTAssertEqual(raised.now, ["From within"])
        inner.change { $0 = nil }

        let titles = Shared<[String]>([])
        let amara = desk(kit, "amara", .agent)
        let subscription = kit.observe { _ in
            let title = (try? amara.cases(page: PageRequest(size: 1)).rows.first?.title) ?? "nothing"
            titles.change { $0.append(title) }
        }
        try amara.raiseCase(NewCase(caseType: "Support", title: "Heard"))
        XCTAssertTrue(titles.wait { $0.last == "Heard" })
        subscription.end()
    }

    func testACallbackMayCloseTheKit() throws {
        let inner = Shared<CaseKit?>(nil)
        let (kit, petra, id) = try kit(source: { _ in
            try inner.now!.close()
            return []
        })
        inner.change { $0 = kit }
        XCTAssertEqual(refusal { try petra.prepareData(id) }?.code, "closed")
        inner.change { $0 = nil }
    }

    func testAnObserverMayEndItsOwnSubscription() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let subscription = Shared<Subscription?>(nil)
        let ended = Shared(0)
        let other = Shared("")
        let told = kit.observe { _ in
            _ = subscription.wait { $0 != nil }
            subscription.now?.end()
            ended.change { $0 += 1 }
        }
        subscription.change { $0 = told }
        try amara.raiseCase(NewCase(caseType: "Support", title: "One"))
        XCTAssertTrue(ended.wait { $0 == 1 })
        let second = kit.observe { cursor in other.change { $0 = cursor } }
        try amara.raiseCase(NewCase(caseType: "Support", title: "Two"))
        XCTAssertTrue(other.wait { !$0.isEmpty })
        XCTAssertEqual(ended.now, 1)
        second.end()
        subscription.change { $0 = nil }
    }

    func testAKitIsSuspendedAndClosedWhileACallbackHangs() async throws {
        let began = Shared(0)
        let goOn = Shared(false)
        let (kit, petra, id) = try kit(source: { _ in
            began.change { $0 += 1 }
            XCTAssertTrue(goOn.wait { $0 })
            return []
        })
        let hanging = Task { try await petra.async.prepareData(id) }
        XCTAssertTrue(began.wait { $0 == 1 })
        _ = try? kit.suspend(wait: 0.05)
        try kit.close()
        goOn.change { $0 = true }
        let refused = await refusal { try await hanging.value }
        XCTAssertEqual(refused?.code, "closed")
    }

    func testAnErrorOfTheLibraryWithinACallbackIsAFailureToo() throws {
        let inner = Shared<Desk?>(nil)
        let (kit, petra, id) = try kit(source: { _ in
            _ = try inner.now!.case(UUID())
            return []
        })
        inner.change { $0 = desk(kit, "amara", .agent) }
        XCTAssertEqual(try petra.prepareData(id).failure?.code, "callback_failed")
        inner.change { $0 = nil }
    }

    func testAnAuthorizerNarrowsAndIfItThrowsTheAnswerIsNo() throws {
        let fails = Shared(false)
        let kit = try CaseKit.inMemory(
            options: Options(
                authorizer: Gate { actor in
                    if fails.now { throw Oops() }
                    return Scope(cases: actor.id.hasPrefix("trainee") ? .own : .all, internalNotes: true)
                }))
        let amara = desk(kit, "amara", .agent)
        let trainee = desk(kit, "trainee-3", .agent)
        let raised = try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        XCTAssertEqual(refusal { try trainee.case(raised.id) }?.code, "not_found")
        XCTAssertEqual(try trainee.cases().rows, [])
        XCTAssertEqual(refusal { try amara.takeCase(raised.id) }?.code, "not_allowed_here")
        fails.change { $0 = true }
        let refused = try XCTUnwrap(refusal { try amara.cases() })
        XCTAssertEqual(refused.code, "not_allowed_here")
        XCTAssertFalse(refused.message.contains(planted))
        XCTAssertTrue(refused.underlyingError is Oops)
        // Of another error on the same thread it is not the cause, nor of the same refusal without a fault.
        fails.change { $0 = false }
        XCTAssertNil(refusal { try amara.takeCase(raised.id) }?.underlyingError)
    }

    func testWhatACallbackThrewIsTheCauseOfNoLaterError() throws {
        let works = Shared(false)
        let (kit, petra, id) = try kit(source: { _ in
            if !works.now { throw Oops() }
            return [orders]
        })
        // It is an answer, and the call went well.
        XCTAssertEqual(try petra.prepareData(id).failure?.code, "callback_failed")
        XCTAssertNil(refusal { try petra.case(UUID()) }?.underlyingError)
        let failing = BrokenClock()
        let other = try CaseKit.inMemory(options: Options(clock: failing))
        let amara = desk(other, "amara", .agent)
        failing.works.change { $0 = false }
        let refused = try XCTUnwrap(
            refusal { try amara.raiseCase(NewCase(caseType: "Support", title: "Never")) })
        XCTAssertTrue(refused.underlyingError is Oops)
        XCTAssertTrue(refused.errorUserInfo[NSUnderlyingErrorKey] is Oops)
        XCTAssertEqual(refused.localizedDescription, refused.message)
        // Errors are compared by what the library says, and what was thrown is not part of an encoded one.
        XCTAssertEqual(refused, .callback(code: refused.code, message: refused.message))
        let encoded = try JSONEncoder().encode(refused)
        XCTAssertFalse(String(decoding: encoded, as: UTF8.self).contains(planted))
        XCTAssertEqual(try JSONDecoder().decode(CasekitError.self, from: encoded), refused)
        try kit.close()
    }

    func testWhatACallbackThrewIsTheCauseOfItsOwnThreadsErrorAlone() async throws {
        let kit = try CaseKit.inMemory(
            options: Options(
                authorizer: Gate { actor in
                    if actor.id != "amara" { throw Named(name: actor.id) }
                    return Scope(cases: .all, internalNotes: true)
                }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let refused = await refusal { try await desk(kit, "u-\(number)", .agent).async.cases() }
                    XCTAssertEqual(refused?.underlyingError as? Named, Named(name: "u-\(number)"))
                    let rows = try await desk(kit, "amara", .agent).async.cases().rows
                    XCTAssertEqual(rows, [])
                }
            }
            try await group.waitForAll()
        }
    }

    func testAPortalShowsACustomerWhatIsTheirs() throws {
        let customer = Shared<UUID?>(nil)
        let kit = try CaseKit.inMemory(
            options: Options(
                authorizer: Gate { actor in
                    let only = actor.id == "k-1" ? customer.now : nil
                    return Scope(cases: .all, customer: only, internalNotes: true)
                }))
        let amara = desk(kit, "amara", .manager)
        let ada = desk(kit, "k-1", .manager)
        let id = try amara.createCustomer(NewCustomer(name: "Ada Obi")).id
        customer.change { $0 = id }
        let hers = try amara.raiseCase(NewCase(caseType: "Support", title: "Her lamp", customer: id)).id
        let other = try amara.raiseCase(NewCase(caseType: "Support", title: "A lamp")).id
        XCTAssertEqual(try ada.cases().rows.map(\.id), [hers])
        XCTAssertEqual(refusal { try ada.case(other) }?.code, "not_found")
    }

    func testAMemberOfATeamSeesItsCasesAndHandsThemOver() throws {
        let teams = Shared<[String: UUID]>([:])
        let kit = try CaseKit.inMemory(
            options: Options(
                authorizer: Gate { actor in
                    let theirs = actor.id == "bea" ? teams.now["Billing"].map { [$0] } : nil
                    return Scope(teams: theirs, cases: .all, internalNotes: true)
                }))
        let (amara, bea, mona) = (desk(kit, "amara", .agent), desk(kit, "bea", .agent), desk(kit, "mona", .manager))
        for name in ["Front office", "Billing"] {
            let id = try mona.createTeam(NewTeam(name: name)).id
            teams.change { $0[name] = id }
        }
        let billing = try XCTUnwrap(teams.now["Billing"])
        XCTAssertEqual(refusal { try mona.createTeam(NewTeam(name: "BILLING")) }?.code, "invalid")
        XCTAssertEqual(try bea.teams().map(\.name), ["Billing", "Front office"])
        let refund = try amara.raiseCase(NewCase(caseType: "Support", title: "Refund", team: "billing")).id
        let other = try amara.raiseCase(NewCase(caseType: "Support", title: "A visitor", team: "Front office")).id
        XCTAssertEqual(try bea.cases().rows.map(\.id), [refund])
        XCTAssertEqual(refusal { try bea.case(other) }?.code, "not_found")
        let own = try bea.raiseCase(NewCase(caseType: "Support", title: "Another refund")).id
        XCTAssertEqual(try bea.case(own).teamId, billing)

        try bea.takeCase(refund)
        try bea.editCase(refund, CaseEdit(team: "Front office"))
        XCTAssertEqual(refusal { try bea.case(refund) }?.code, "not_found")
        let handed = try amara.case(refund)
        XCTAssertEqual(handed.team, "Front office")
        XCTAssertNil(handed.holder)
        let unknown = refusal { try amara.editCase(refund, CaseEdit(team: "Biling")) }
        XCTAssertTrue(unknown?.message.contains("`Billing`") ?? false, "\(String(describing: unknown))")
        try amara.editCase(other, CaseEdit(withoutTeam: true))
        XCTAssertEqual(try amara.cases(CasesQuery(withoutTeam: true)).rows.map(\.title), ["A visitor"])
        let counted = try amara.counts(by: .team).map { "\($0.team ?? "none") \($0.count)" }
        XCTAssertEqual(counted, ["none 1", "Billing 1", "Front office 1"])
        try mona.editTeam(billing, TeamEdit(name: "Accounts"))
        try mona.deactivateTeam(billing)
        XCTAssertEqual(try mona.team("accounts").active, false)
        XCTAssertEqual(try amara.editForm(other).teams.map(\.name), ["Front office"])
        let told = try mona.history(.team(billing)).rows.map(\.code)
        XCTAssertEqual(told, ["team_created", "team_renamed", "team_deactivated"])
    }

    func testAClockThatFailsIsAnErrorAndNothingIsWritten() throws {
        let clock = BrokenClock()
        let kit = try CaseKit.inMemory(options: Options(clock: clock))
        let amara = desk(kit, "amara", .agent)
        clock.works.change { $0 = false }
        let refused = refusal { try amara.raiseCase(NewCase(caseType: "Support", title: "Never")) }
        guard case .callback? = refused else { return XCTFail("\(String(describing: refused))") }
        XCTAssertEqual(refused?.code, "callback_failed")
        XCTAssertFalse(refused?.message.contains(planted) ?? true)
        clock.works.change { $0 = true }
        XCTAssertEqual(try amara.cases().rows, [])
        XCTAssertNoThrow(try amara.raiseCase(NewCase(caseType: "Support", title: "Now")))
    }

    func testWhatACallbackAnswersThatCannotBeIsAnError() throws {
        final class Wrong: Clock {
            let date: Date
            init(_ date: Date) { self.date = date }
            func now() throws -> Timestamp { date }
        }
        for date in [Date.distantPast.addingTimeInterval(-1), Date(timeIntervalSince1970: .nan)] {
            let refused = refusal {
                let kit = try CaseKit.inMemory(options: Options(clock: Wrong(date)))
                return try desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: "Never"))
            }
            XCTAssertEqual(refused?.code, "clock_out_of_range")
            XCTAssert(refused?.message.contains("the application's clock gave") ?? false, refused?.message ?? "")
        }

        let answer = Shared<[DataTable]>([])
        let (_, petra, id) = try kit(source: { _ in answer.now })
        let column = DataColumn(name: "number", kind: .real)
        for wrong in [
            [DataTable(name: "orders", columns: [column], rows: [[.real(.nan)]])],
            [DataTable(name: "orders", columns: [column], rows: [[.real(1), .real(2)]])],
            [orders, orders],
        ] {
            answer.change { $0 = wrong }
            let failure = try petra.prepareData(id).failure
            XCTAssertNotNil(failure, "\(wrong)")
            XCTAssertFalse(failure?.hint.isEmpty ?? true)
        }
        answer.change { $0 = [orders] }
        XCTAssertNil(try petra.prepareData(id).failure)
    }

    func testAnImportTellsHowFarItHasCome() throws {
        let kit = try CaseKit.inMemory()
        let mona = desk(kit, "mona", .manager)
        let items = (1...1200).map { place in
            ImportItem.case(
                ImportCase(
                    reference: "OLD-\(place)", case: NewCase(caseType: "Support", title: "Old \(place)"),
                    at: Date(timeIntervalSince1970: 1_600_000_000), by: "u-9",
                    changes: [ImportChange(at: Date(timeIntervalSince1970: 1_600_000_060), by: "u-9", what: .taken)]))
        }
        let told = Shared<[UInt64]>([])
        let report = try mona.importItems(items) { progress in
            told.change { $0.append(progress.done) }
            return true
        }
        XCTAssertEqual(report.results.count, 1200)
        XCTAssertEqual(told.now.last, 1200)
        XCTAssertGreaterThan(told.now.count, 1)
        let again = try mona.importItems(Array(items.prefix(1))).results[0]
        XCTAssertEqual(again.refusal?.code, "invalid")
        XCTAssertEqual(again.reference, "OLD-1")
    }

    func testAnImportEndsCleanlyIfItsProgressThrowsOrSaysNo() throws {
        let mona = desk(try CaseKit.inMemory(), "mona", .manager)
        let items = (1...1200).map { place in
            let old = NewCase(caseType: "Support", title: "Old \(place)")
            return ImportItem.case(ImportCase(reference: "OLD-\(place)", case: old, at: Date(timeIntervalSince1970: 0), by: "u-9"))
        }
        struct Stop: Error {}
        XCTAssertThrowsError(try mona.importItems(items) { _ in throw Stop() }) { error in
            let said = error as? CasekitError
            XCTAssertEqual(said?.code, "callback_failed")
            XCTAssertTrue("\(error)".contains("after 500 of 1200 items: 500 were written and stay"), "\(error)")
            XCTAssertTrue(said?.underlyingError is Stop)
        }
        let skip = ImportOptions(existing: .skip)
        XCTAssertThrowsError(try mona.importItems(items, options: skip) { $0.done < 1000 }) { error in
            XCTAssertEqual((error as? CasekitError)?.code, "cancelled")
            XCTAssertTrue("\(error)".contains("500 were there already"), "\(error)")
        }
        let report = try mona.importItems(items, options: skip)
        XCTAssertEqual(report.results.filter { $0.outcome == .created }.count, 200)
    }

    func testABadItemAmongGoodOnesIsRefusedByItsReferenceAndADryRunSaysSoBefore() throws {
        let mona = desk(try CaseKit.inMemory(), "mona", .manager)
        let day = Date(timeIntervalSince1970: 1_700_000_000)
        func old(_ reference: String, _ at: Date, _ changes: [ImportChange] = []) -> ImportItem {
            let new = NewCase(caseType: "Support", title: reference)
            return .case(ImportCase(reference: reference, case: new, at: at, by: "u-9", changes: changes))
        }
        let request = ImportRequest(
            requestRef: "WEB-1", requester: "Ada Obi", credentials: [NewCredential(kind: "born", value: "1990-02-03")])
        let answered = ImportChange(
            at: day.addingTimeInterval(60), by: "u-9", what: .answered(outcome: .denied, denialCode: "no_match"))
        let asked = ImportCase(
            case: NewCase(caseType: "Data request", title: "Mine"), at: day, by: "u-9", request: request, changes: [answered])
        let workflow = NewWorkflow(name: "Own", steps: [NewStep(id: "lead", label: "Lead", kind: .approval, doer: .anyone)])
        let far = Date(timeIntervalSince1970: 1e12)
        let items: [ImportItem] = [
            .workflow(ImportWorkflow(workflow: workflow, at: day, by: "u-9")), old("OLD-1", day), old("OLD-2", far), .case(asked),
        ]
        let tried = try mona.importItems(items, options: ImportOptions(dryRun: true))
        XCTAssertTrue(try mona.cases().rows.isEmpty)
        let report = try mona.importItems(items)
        XCTAssertEqual(tried.results.map(\.outcome), report.results.map(\.outcome))
        XCTAssertEqual(report.results.map(\.reference), ["Own", "OLD-1", "OLD-2", "WEB-1"])
        XCTAssertEqual(report.results.map(\.outcome), [.created, .created, .refused, .created])
        XCTAssertEqual(report.results[2].refusal?.fields.map(\.field), ["at"])
        XCTAssertNil(tried.results[1].case)
        XCTAssertEqual(try mona.cases(CasesQuery(outcome: .denied)).rows.count, 1)
        let moved = ImportChange(at: day.addingTimeInterval(90), by: "u-9", what: .stage(to: "Closed", reason: nil))
        let update = ImportOptions(existing: .update)
        let updated = try mona.importItems([old("OLD-1", day, [moved])], options: update).results[0]
        XCTAssertEqual(updated.outcome, .updated)
        XCTAssertEqual(updated.updated, ["stage"])
        XCTAssertEqual(updated.case, report.results[1].case)
    }

    func testCallbacksAreFreedWithTheKit() throws {
        weak var source: Source?
        weak var clock: BrokenClock?
        do {
            let strong = Source { _ in [] }
            let time = BrokenClock()
            source = strong
            clock = time
            let kit = try CaseKit.inMemory(options: Options(sources: ["shop": strong], clock: time))
            XCTAssertNotNil(source)
            _ = try desk(kit, "amara", .agent).cases()
            try kit.close()
        }
        XCTAssertNil(source)
        XCTAssertNil(clock)
    }

    func testTenThousandCallbacksLeaveNoMemoryBehind() throws {
        let calls = Shared(0)
        let kit = try CaseKit.inMemory(
            options: Options(
                authorizer: Gate { _ in
                    calls.change { $0 += 1 }
                    return Scope(cases: .all, internalNotes: true)
                }))
        let amara = desk(kit, "amara", .agent)
        try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        func call(_ times: Int) throws {
            let end = calls.now + times
            while calls.now < end { _ = try amara.cases() }
        }
        try call(2_000)
        let before = try residentPages()
        try call(10_000)
        let grown = try residentPages() - before
        XCTAssertLessThan(grown, 512, "10,000 callbacks grew the process by \(grown) pages")
    }
}
