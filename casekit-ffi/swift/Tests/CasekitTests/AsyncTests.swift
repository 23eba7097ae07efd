import Casekit
import XCTest

final class AsyncTests: XCTestCase {
    func testADeskForCodeThatMustNotBlock() async throws {
        let file = try folder().appendingPathComponent("cases.db")
        let kit = try await AsyncKit.open(file.path)
        let amara = desk(kit, "amara", .agent).async
        let ada = try await amara.createCustomer(NewCustomer(name: "Ada Obi"))
        let raised = try await amara.raiseCase(NewCase(caseType: "Enquiries", title: "Where is it?", customer: ada.id))
        let note = try await amara.addNote(raised.id, "Called.")
        _ = try await amara.reply(to: note.id, "Reached her.")
        let rows = try await amara.interactions(ada.id).rows
        XCTAssertEqual(rows.map(\.number), [raised.number])
        let again = try await amara.request("form-1").raiseCase(NewCase(caseType: "Support", title: "One"))
        XCTAssertFalse(again.replayed)
        XCTAssertEqual(amara.actor().id, "amara")
        let refused = await refusal { try await amara.case(UUID()) }
        XCTAssertEqual(refused?.code, "not_found")
        try await kit.async.check()
        try await kit.async.repairDerived()
        try await kit.async.close()
    }

    func testACallThatWaitsHoldsUpNoTask() async throws {
        // More calls hang than Swift has threads, and its tasks go on.
        let goOn = Shared(false)
        let hanging = Shared(0)
        let kit = try CaseKit.inMemory(options: Options(authorizer: Hold(goOn, hanging)))
        let amara = desk(kit, "amara", .agent).async
        let calls = ProcessInfo.processInfo.activeProcessorCount + 6
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<calls {
                group.addTask { _ = try await amara.cases() }
            }
            // Only a task that is given a thread comes here while the calls hang.
            group.addTask {
                while hanging.now < calls { await Task.yield() }
                goOn.change { $0 = true }
            }
            try await group.waitForAll()
        }
        XCTAssertEqual(hanging.now, calls)
    }

    func testACallThatIsCancelledBeforeItBeginsDoesNothing() async throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let mayBegin = Shared(false)
        let task = Task {
            while !mayBegin.now { await Task.yield() }
            return try await amara.async.raiseCase(NewCase(caseType: "Support", title: "Never"))
        }
        task.cancel()
        mayBegin.change { $0 = true }
        do {
            _ = try await task.value
            XCTFail("it was carried out")
        } catch is CancellationError {
        }
        XCTAssertEqual(try amara.cases().rows, [])
    }

    func testACallThatIsCancelledWhenItHasBegunComesToItsEnd() async throws {
        let goOn = Shared(false)
        let hanging = Shared(0)
        let kit = try CaseKit.inMemory(options: Options(authorizer: Hold(goOn, hanging)))
        let amara = desk(kit, "amara", .agent)
        let task = Task { try await amara.async.cases() }
        XCTAssertTrue(hanging.wait { $0 == 1 })
        task.cancel()
        goOn.change { $0 = true }
        let answer = await task.result
        XCTAssertTrue((try? answer.get()) != nil, "\(answer)")
    }
}

/// Hangs until it may go on.
private final class Hold: Authorizer {
    let goOn: Shared<Bool>
    let hanging: Shared<Int>
    init(_ goOn: Shared<Bool>, _ hanging: Shared<Int>) {
        self.goOn = goOn
        self.hanging = hanging
    }
    func scope(actor: Actor) throws -> Scope {
        hanging.change { $0 += 1 }
        XCTAssertTrue(goOn.wait { $0 }, "nobody was there to let it go on")
        return Scope(cases: .all, internalNotes: true)
    }
    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool { false }
}
