import Foundation
import XCTest

@testable import Casekit

/// What is asked of a handle in every language: is it ever let go twice, or used when it is gone? In Swift what holds one
/// is a class, whose copies are references, or a value with such a class in it: whoever is last lets go.
final class HandleTests: XCTestCase {
    func testWhatHoldsAHandleIsAClass() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        for holder in [kit, amara, amara.request("r-1"), try amara.liveCases(nil, page: nil), kit.observe { _ in }] as [Any] {
            XCTAssertEqual(Mirror(reflecting: holder).displayStyle, .class, "\(type(of: holder))")
        }
        let same = amara
        XCTAssertTrue(same === amara)
    }

    func testValuesThatHoldOneShareItWhoeverGoesFirst() async throws {
        var kit: CaseKit? = try CaseKit.inMemory()
        var desks = [AsyncDesk](repeating: desk(kit!, "amara", .agent).async, count: 1000)
        let lists = desks.map { $0.desk.live }
        var kits = [AsyncKit](repeating: kit!.async, count: 1000)
        try await desks[0].raiseCase(NewCase(caseType: "Support", title: "Still here"))
        kit = nil
        while kits.count > 1 { kits.remove(at: Int.random(in: 0..<kits.count)) }
        while desks.count > 1 { desks.remove(at: Int.random(in: 0..<desks.count)) }
        let titles = try await desks[0].cases().rows.map(\.title)
        XCTAssertEqual(titles, ["Still here"])
        desks = []
        var list = lists[500].cases().makeAsyncIterator()
        let page = try await list.next()
        XCTAssertEqual(page?.rows.count, 1)
        try await kits[0].close()
    }

    func testOptionsAreCopiedAsData() throws {
        final class Shop: DataSource {
            let asked = Shared(0)
            func collect(question: SourceQuestion) throws -> [DataTable] {
                asked.change { $0 += 1 }
                return []
            }
        }
        let shop = Shop()
        let options = Options(sources: ["shop": shop])
        let copy = options
        let (first, second) = (try CaseKit.inMemory(options: options), try CaseKit.inMemory(options: copy))
        for kit in [first, second] {
            let petra = desk(kit, "petra", .approver)
            let raised = try petra.receiveRequest(NewRequest(requestRef: "WEB-1", requester: "Ada Obi"))
            try petra.takeCase(raised.id!)
            try petra.approveIdentification(raised.id!, method: "video call")
            _ = try petra.prepareData(raised.id!)
            // What one kit lets go of, the other one keeps.
            try kit.close()
        }
        XCTAssertEqual(shop.asked.now, 2)
    }

    func testClosingTwiceAndInAnyOrder() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let list = try amara.liveCases(nil, page: nil)
        let observed = kit.observe { _ in }
        for _ in 0..<2 {
            try kit.close()
            observed.end()
        }
        XCTAssertEqual(refusal { try list.refresh() }?.code, "closed")
        XCTAssertEqual(refusal { try amara.request("r-1").cases() }?.code, "closed")
    }
}
