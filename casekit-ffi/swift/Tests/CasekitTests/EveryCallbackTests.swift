import Casekit
import Foundation
import XCTest

private let planted = "GB33BUKB20201555555555"

private struct Oops: Error, CustomStringConvertible {
    var description: String { planted }
}

/// What a callback does before it answers, once: what it does may make the library call it again.
private final class Probe: Sendable {
    let does = Shared<(@Sendable () throws -> Void)?>(nil)
    let called = Shared(false)

    func ask() throws {
        let taken = does.change { does in
            defer { does = nil }
            return does
        }
        guard let taken else { return }
        defer { called.change { $0 = true } }
        try taken()
    }
}

/// An application whose methods are the callbacks; each asks the probe first.
private final class Host: Authorizer, Clock, DataSource, Delivery, FontProvider, ImportListener, Observer, SecretProvider {
    let probe: Probe

    init(_ probe: Probe = Probe()) { self.probe = probe }

    func scope(actor: Actor) throws -> Scope {
        try probe.ask()
        return Scope(cases: .all, internalNotes: true)
    }

    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool {
        try probe.ask()
        return false
    }

    func now() throws -> Timestamp {
        try probe.ask()
        return Date(timeIntervalSince1970: 1_770_000_000)
    }

    func collect(question: SourceQuestion) throws -> [DataTable] {
        try probe.ask()
        return []
    }

    func deliver(outgoing: Outgoing) throws -> Delivered {
        try probe.ask()
        return Delivered(receipt: "R-1")
    }

    func fonts() throws -> [Font] {
        try probe.ask()
        return []
    }

    func secret(name: String) throws -> String? {
        try probe.ask()
        return "s3cret"
    }

    func progress(progress: ImportProgress) throws -> Bool {
        try probe.ask()
        return true
    }

    func changed(cursor: String) throws { try probe.ask() }
}

/// Follows the making of a search, and asks the probe of its host first.
private final class Following: SearchListener {
    let host: Host

    init(_ host: Host) { self.host = host }

    func progress(progress: SearchProgress) throws -> Bool {
        try host.probe.ask()
        return true
    }
}

/// How a callback is given to a kit, and how the library is made to call it; the answer says whether that went well.
private struct Rig: Sendable {
    let of: String
    var isGivenToTheKit = true
    var options: @Sendable (Host) -> Options = { _ in Options() }
    let calls: @Sendable (CaseKit, Host, URL) throws -> Bool
}

private func identified(_ kit: CaseKit) throws -> (Desk, CaseId) {
    let petra = desk(kit, "petra", .approver)
    let raised = try petra.receiveRequest(NewRequest(requestRef: UUID().uuidString, requester: "Ada Obi"))
    try petra.takeCase(raised.id!)
    try petra.approveIdentification(raised.id!, method: "video call")
    return (petra, raised.id!)
}

private func raise(_ kit: CaseKit, _ title: String) throws -> Bool {
    try !desk(kit, "amara", .agent).raiseCase(NewCase(caseType: "Support", title: title)).number.isEmpty
}

/// Each callback by its name in `api.txt`; an authorizer by each of its questions.
private let rigs: [(name: String, rig: Rig)] = [
    ("Authorizer.scope", Rig(of: "Authorizer", options: { Options(authorizer: $0) }) { kit, _, _ in
        try !desk(kit, "amara", .agent).cases().rows.isEmpty
    }),
    ("Authorizer.forbids", Rig(of: "Authorizer", options: { Options(authorizer: $0) }) { kit, _, _ in
        try desk(kit, "amara", .agent).findCase("1").title == "First"
    }),
    ("BackupListener", Rig(of: "BackupListener", isGivenToTheKit: false) { kit, host, folder in
        try kit.backup(to: folder.appendingPathComponent("\(UUID()).db")) { _ in
            try host.probe.ask()
            return true
        }
        return true
    }),
    ("CheckListener", Rig(of: "CheckListener", isGivenToTheKit: false) { kit, host, _ in
        try kit.check { _ in
            try host.probe.ask()
            return true
        }
        return true
    }),
    ("Clock", Rig(of: "Clock", options: { Options(clock: $0) }) { kit, _, _ in try raise(kit, "Cannot log in") }),
    ("DataSource", Rig(of: "DataSource", options: { Options(sources: ["crm": $0]) }) { kit, _, _ in
        let (petra, id) = try identified(kit)
        return try petra.prepareData(id).failure == nil
    }),
    ("Delivery", Rig(of: "Delivery", options: { Options(deliveries: ["post": $0]) }) { kit, _, _ in
        try desk(kit, "ivo", .itAdministrator).changeSettings(SettingsEdit(webform: .host(name: "post")))
        let (petra, id) = try identified(kit)
        _ = try petra.prepareData(id)
        try petra.approveNoData(id, reason: "you are not a customer of ours")
        return try petra.release(id) == .delivered(receipt: "R-1")
    }),
    ("FontProvider", Rig(of: "FontProvider", options: { Options(fonts: $0) }) { kit, _, _ in
        try !desk(kit, "mona", .manager).overviewPdf().bytes.isEmpty
    }),
    ("HeadSigner", Rig(of: "HeadSigner", isGivenToTheKit: false) { kit, host, _ in
        let auditor = desk(kit, "audra", .auditor)
        let signed = try auditor.signAuditHead(try auditor.auditHead()) { statement in
            try host.probe.ask()
            return HeadSignature(keyId: "k-1", algorithm: "none", signature: statement.prefix(3))
        }
        return signed.signature == "636173"
    }),
    ("ImportListener", Rig(of: "ImportListener", isGivenToTheKit: false) { kit, host, _ in
        let old = NewCase(caseType: "Support", title: "Old")
        let item = ImportItem.case(ImportCase(case: old, at: Date(timeIntervalSince1970: 0), by: "u-9"))
        let report = try desk(kit, "mona", .manager).importItems([item], listener: host)
        return report.results[0].outcome == .created
    }),
    ("Observer", Rig(of: "Observer", isGivenToTheKit: false) { kit, host, _ in
        let heard = Shared(false)
        let subscription = kit.observe { _ in
            defer { heard.change { $0 = true } }
            try? host.probe.ask()
        }
        defer { subscription.end() }
        return try raise(kit, "Cannot log in") && heard.wait { $0 }
    }),
    ("ReportListener", Rig(of: "ReportListener", isGivenToTheKit: false) { kit, host, _ in
        try !desk(kit, "mona", .manager).overviewCsv { _ in
            try host.probe.ask()
            return true
        }.isEmpty
    }),
    ("SearchListener", Rig(of: "SearchListener", isGivenToTheKit: false) { _, host, folder in
        let file = folder.appendingPathComponent("\(UUID()).db")
        try FileManager.default.copyItem(at: ofTheProject("target/hosts/other-rules.db"), to: file)
        let other = try CaseKit.open(file, options: Options(searchProgress: Following(host)))
        defer { try? other.close() }
        return try !desk(other, "amara", .agent).cases().rows.isEmpty
    }),
    ("SecretProvider", Rig(of: "SecretProvider", options: { Options(secrets: $0) }) { kit, _, _ in
        let ivo = desk(kit, "ivo", .itAdministrator)
        let webform = WebformTarget.http(url: "https://forms.example.org/", secret: "webform")
        try ivo.changeSettings(SettingsEdit(webform: webform))
        return try ivo.checkSettings().first { $0.setting == "webform" }?.problem != "secret_missing"
    }),
    ("VerifyListener", Rig(of: "VerifyListener", isGivenToTheKit: false) { kit, host, _ in
        let report = try desk(kit, "audra", .auditor).verify { _ in
            try host.probe.ask()
            return true
        }
        return report.broken == nil
    }),
]

/// Every callback that the interface knows: one that throws, hangs, calls the kit from within, or that only the kit holds.
final class EveryCallbackTests: XCTestCase {
    private func opened(_ rig: Rig, _ host: Host) throws -> (CaseKit, URL) {
        let folder = try folder()
        let kit = try CaseKit.open(folder.appendingPathComponent("cases.db"), options: rig.options(host))
        _ = try raise(kit, "First")
        return (kit, folder)
    }

    /// The callbacks that this library makes: the published one sends nothing to web servers, so it asks for no secret.
    private func tried() throws -> [(name: String, rig: Rig)] {
        let kit = try CaseKit.inMemory()
        let ivo = desk(kit, "ivo", .itAdministrator)
        let webform = WebformTarget.http(url: "https://forms.example.org/", secret: "webform")
        try ivo.changeSettings(SettingsEdit(webform: webform))
        let asksForSecrets = try !ivo.checkSettings().contains { $0.problem == "delivery_not_built" }
        try kit.close()
        if !asksForSecrets { print("left out: SecretProvider: this library asks for no secret") }
        return rigs.filter { asksForSecrets || $0.name != "SecretProvider" }
    }

    /// Runs a call on a thread of its own; holds what it answered once it has, which is `nil` if it was refused.
    private func aside(_ call: @escaping @Sendable () throws -> Bool) -> Shared<[Bool?]> {
        let answers = Shared<[Bool?]>([])
        Thread.detachNewThread {
            let answer = try? call()
            answers.change { $0.append(answer) }
        }
        return answers
    }

    func testNoCallbackIsLeftOut() throws {
        let api = try String(contentsOf: ofTheProject("casekit-ffi/api.txt"), encoding: .utf8)
        let known = api.split(separator: "\n").filter { $0.hasPrefix("callback ") }.map { String($0.dropFirst(9)) }
        XCTAssertEqual(Set(known), Set(rigs.map(\.rig.of)))
    }

    func testOneThatThrowsIsAnAnswerWithoutItsWordsAndTheNextCallGoesOn() throws {
        for (name, rig) in try tried() {
            let host = Host()
            let (kit, folder) = try opened(rig, host)
            host.probe.does.change { $0 = { throw Oops() } }
            do {
                let wentWell = try rig.calls(kit, host, folder)
                XCTAssertEqual(wentWell, name == "Observer", name)
            } catch is Oops {
                // On the caller's own thread, in a call that the caller made with it.
                let own = ["BackupListener", "CheckListener", "HeadSigner", "ReportListener", "VerifyListener"]
                XCTAssertTrue(own.contains(name), name)
            } catch let refused as CasekitError {
                let asked = ["Authorizer.scope", "Authorizer.forbids", "Clock", "FontProvider", "ImportListener", "SearchListener"]
                XCTAssertTrue(asked.contains(name), name)
                XCTAssertFalse("\(refused)".contains(planted), name)
                XCTAssertTrue(refused.underlyingError is Oops, "\(name): \(String(describing: refused.underlyingError))")
            }
            XCTAssertTrue(host.probe.called.wait { $0 }, name)
            XCTAssertTrue(try rig.calls(kit, host, folder), name)
            try kit.close()
        }
    }

    func testOneThatHangsHoldsUpNeitherOthersNorTheEnd() throws {
        for (name, rig) in try tried() {
            let host = Host()
            let (kit, folder) = try opened(rig, host)
            let (entered, goOn) = (Shared(false), Shared(false))
            host.probe.does.change {
                $0 = {
                    entered.change { $0 = true }
                    while !goOn.now { _ = goOn.wait { $0 } }
                }
            }
            let calling = aside { try rig.calls(kit, host, folder) }
            XCTAssertTrue(entered.wait { $0 }, name)
            let ben = desk(kit, "ben", .agent)
            let raised = try ben.raiseCase(NewCase(caseType: "Support", title: "Meanwhile"))
            XCTAssertEqual(try ben.case(raised.id).title, "Meanwhile", name)
            let closing = aside {
                try kit.close()
                return true
            }
            XCTAssertTrue(closing.wait { $0 == [true] }, "\(name) holds up the end")
            goOn.change { $0 = true }
            XCTAssertTrue(calling.wait { !$0.isEmpty }, name)
        }
    }

    func testOneMayCallTheKit() throws {
        for (name, rig) in try tried() {
            let host = Host()
            let (kit, folder) = try opened(rig, host)
            let found = Shared("")
            host.probe.does.change {
                $0 = {
                    let ben = desk(kit, "ben", .agent)
                    let raised = try ben.raiseCase(NewCase(caseType: "Support", title: "From within"))
                    try ben.addNote(raised.id, "Called.")
                    let title = try ben.search("called").rows.first?.case.title ?? ""
                    found.change { $0 = title }
                }
            }
            let calling = aside { try rig.calls(kit, host, folder) }
            XCTAssertTrue(calling.wait { $0 == [true] }, name)
            XCTAssertTrue(host.probe.called.wait { $0 }, name)
            XCTAssertEqual(found.now, "From within", name)
            try kit.close()
        }
    }

    func testOneThatOnlyTheKitHoldsLivesAsLongAsItIsNeeded() throws {
        for (name, rig) in try tried() {
            let probe = Probe()
            probe.does.change { $0 = {} }
            weak var alive: Host?
            var subscription: Subscription?
            do {
                let kit: CaseKit
                let folder: URL
                do {
                    let host = Host(probe)
                    alive = host
                    (kit, folder) = try opened(rig, host)
                    if name == "Observer" {
                        subscription = kit.observe(host)
                    } else if !rig.isGivenToTheKit {
                        XCTAssertTrue(try rig.calls(kit, host, folder), name)
                    }
                }
                XCTAssertEqual(alive != nil, rig.isGivenToTheKit || name == "Observer", name)
                if rig.isGivenToTheKit {
                    XCTAssertTrue(try rig.calls(kit, Host(), folder), name)
                } else {
                    _ = try raise(kit, "Heard")
                }
                XCTAssertTrue(probe.called.wait { $0 }, name)
                subscription?.end()
                subscription = nil
                try kit.close()
            }
            // An observer's thread lets go of it once it has come back.
            let end = Date(timeIntervalSinceNow: 20)
            while alive != nil, Date() < end { Thread.sleep(forTimeInterval: 0.01) }
            XCTAssertNil(alive, "\(name) is still held")
        }
    }
}
