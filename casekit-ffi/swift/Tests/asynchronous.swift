// Callbacks that are `async`, one to a declaration: `scripts/test` has the compiler refuse each.
import Casekit

final class Source: DataSource {  // refused
    func collect(question: SourceQuestion) async throws -> [DataTable] { [] }
}

final class Gate: Authorizer {  // refused
    func scope(actor: Actor) async throws -> Scope { Scope(cases: .all, internalNotes: true) }
    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool { false }
}

func follows(_ kit: CaseKit, _ desk: Desk, _ heard: @escaping @Sendable () async -> Void) throws {
    kit.observe { _ in await heard() }  // refused
    _ = try desk.overviewCsv { _ in await heard(); return true }  // refused
}
