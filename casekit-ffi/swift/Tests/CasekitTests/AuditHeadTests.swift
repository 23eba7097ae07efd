import Casekit
import Foundation
import XCTest

/// Heads that are kept elsewhere: several at once, on paper, signed; and verifying that is followed and ended.
final class AuditHeadTests: XCTestCase {
    /// A desk at a file with two heads, between which somebody worked.
    private func withHeads() throws -> (CaseKit, Desk, [AuditHead]) {
        let kit = try CaseKit.open(":memory:")
        let auditor = desk(kit, "audra", .auditor)
        let amara = desk(kit, "amara", .agent)
        try amara.raiseCase(NewCase(caseType: "Support", title: "Cannot log in"))
        let first = try auditor.auditHead()
        try amara.raiseCase(NewCase(caseType: "Support", title: "Password lost"))
        return (kit, auditor, [first, try auditor.auditHead()])
    }

    func testAReportConfirmsEachHeadThatWasKept() throws {
        let (kit, auditor, heads) = try withHeads()
        XCTAssertEqual(try auditor.verify(kept: heads.reversed()).confirmed, heads)
        let last = heads[1]
        let foreign = AuditHead(
            number: 7, position: last.position, covers: last.covers, events: last.events, digest: last.digest)
        let report = try auditor.verify(kept: [foreign, heads[0]])
        XCTAssertEqual(report.confirmed, [heads[0]])
        XCTAssertEqual(report.broken?.kind, .keptHeadMissing)
        XCTAssertTrue(report.broken?.advice.contains("restore a backup") ?? false)
        try kit.close()
    }

    func testVerifyingIsFollowedAndEnded() throws {
        struct OfTheApplication: Error {}
        let (kit, auditor, heads) = try withHeads()
        let told = Shared<[VerifyProgress]>([])
        let report = try auditor.verify(kept: heads) { soFar in
            told.change { $0.append(soFar) }
            return true
        }
        XCTAssertEqual(told.now.first?.events, 0)
        XCTAssertEqual(told.now.last?.events, report.events)
        XCTAssertEqual(refusal { try auditor.verify(kept: heads) { _ in false } }?.code, "cancelled")
        XCTAssertThrowsError(try auditor.verify { _ in throw OfTheApplication() }) { error in
            XCTAssertTrue(error is OfTheApplication)
        }
        try kit.close()
    }

    func testVerifyingOneStreamIsFollowedAndEnded() throws {
        struct OfTheApplication: Error {}
        let (kit, auditor, _) = try withHeads()
        let told = Shared<[VerifyProgress]>([])
        let report = try auditor.verifyStream(.ledger) { soFar in
            told.change { $0.append(soFar) }
            return true
        }
        XCTAssertEqual(told.now.first?.events, 0)
        XCTAssertEqual(told.now.first?.of, report.events)
        XCTAssertEqual(told.now.last?.events, report.events)
        XCTAssertEqual(refusal { try auditor.verifyStream(.ledger) { _ in false } }?.code, "cancelled")
        XCTAssertThrowsError(try auditor.verifyStream(.ledger) { _ in throw OfTheApplication() }) { error in
            XCTAssertTrue(error is OfTheApplication)
        }
        XCTAssertEqual(try auditor.verifyStream(.ledger), report)
        try kit.close()
    }

    func testAHeadIsCopiedFromPaper() throws {
        let (kit, auditor, heads) = try withHeads()
        let text = try auditor.auditHeadText(heads[1])
        let typed = text.lowercased().replacingOccurrences(of: "-", with: " ")
        XCTAssertEqual(try auditor.auditHeadOfText(typed), heads[1])
        var groups = text.split(separator: "-").map(String.init)
        groups[2] = (groups[2].hasPrefix("0") ? "1" : "0") + groups[2].dropFirst()
        let refused = refusal { try auditor.auditHeadOfText(groups.joined(separator: "-")) }
        XCTAssertTrue(refused?.message.contains("group `3`") ?? false, "\(String(describing: refused))")
        try kit.close()
    }

    func testASignerGetsTheBytesThatAnybodyCanMakeAgain() throws {
        let (kit, auditor, heads) = try withHeads()
        let signed = try auditor.signAuditHead(heads[0]) { statement in
            HeadSignature(keyId: "audit-2026", algorithm: "none", signature: statement)
        }
        let head = signed.head
        let lines = "casekit audit head 1\nnumber \(head.number)\nposition \(head.position)\ncovers \(head.covers)\n"
            + "events \(head.events)\ndigest \(head.digest)\n"
        XCTAssertEqual(try auditor.auditHeadStatement(heads[0]), Data(lines.utf8))
        XCTAssertEqual(signed.signature, Data(lines.utf8).map { String(format: "%02x", $0) }.joined())
        XCTAssertEqual(signed.keyId, "audit-2026")
        try kit.close()
    }
}
