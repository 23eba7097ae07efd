import Casekit
import XCTest

final class MyWorkTests: XCTestCase {
    func testMyWorkIsWhatIHoldWhatIsPendingForMeAndWhatIRaised() throws {
        let kit = try CaseKit.inMemory()
        let (amara, petra) = (desk(kit, "amara", .agent), desk(kit, "petra", .approver))
        let held = try amara.raiseCase(NewCase(caseType: "Support", title: "Held")).id
        try petra.takeCase(held)
        let pending = try amara.raiseCase(NewCase(caseType: "Data request", title: "Pending")).id
        let raised = try petra.raiseCase(NewCase(caseType: "Support", title: "Raised")).id
        let work = try petra.myWork().rows
        XCTAssertEqual(work.map(\.case.id), [held, pending, raised])
        XCTAssertEqual(work.map { [$0.held, $0.pending, $0.raised] }, [
            [true, false, false], [false, true, false], [false, false, true],
        ])
        XCTAssertEqual(try petra.myHeldCases().rows.map(\.id), [held])
        XCTAssertEqual(try petra.myRaisedCases().rows.map(\.id), [raised])
        let counts = try petra.myWorkCounts()
        XCTAssertEqual([counts.held, counts.pending, counts.raised, counts.all], [1, 1, 1, 3])
    }

    func testACaseHasAPriorityByWhichListsAndCountsAreChosen() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        _ = try desk(kit, "mona", .manager).createCaseType(NewCaseType(name: "Outage", defaultPriority: .urgent))
        let outage = try amara.raiseCase(NewCase(caseType: "Outage", title: "Everything is down")).id
        let lamp = try amara.raiseCase(NewCase(caseType: "Support", title: "A lamp", priority: .low)).id
        XCTAssertEqual(try amara.case(outage).priority, .urgent)
        XCTAssertEqual(try amara.cases(CasesQuery(priorities: [.urgent])).rows.map(\.id), [outage])
        try amara.editCase(lamp, CaseEdit(priority: .high))
        XCTAssertEqual(try amara.cases(CasesQuery()).rows.map(\.priorityCode), ["high", "urgent"])
        XCTAssertEqual(try amara.counts(by: .priority, CasesQuery()).map(\.count), [0, 0, 1, 1])
    }

    func testACaseEndsInAWayOfItsTypeAndSaysWhy() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let stages = [
            NewStage(label: "Lent", category: .open),
            NewStage(label: "Closed", category: .closed, needsResolution: true),
        ]
        let ends = [
            NewResolution(code: "returned", label: "Returned"),
            NewResolution(code: "written_off", label: "Written off", by: .staff, needsReason: true),
        ]
        _ = try desk(kit, "mona", .manager).createCaseType(NewCaseType(name: "Loan", stages: stages, resolutions: ends))
        let loan = try amara.raiseCase(NewCase(caseType: "Loan", title: "Atlas")).id
        XCTAssertThrowsError(try amara.editCase(loan, CaseEdit(stage: "Closed")))
        try amara.editCase(
            loan, CaseEdit(stage: "Closed", resolution: "written_off", reason: "Burnt", customerReason: "Sorry"))
        let ended = try XCTUnwrap(try amara.case(loan).resolution)
        XCTAssertEqual([ended.code, ended.reason], ["written_off", "Burnt"])
        XCTAssertEqual(try amara.cases(CasesQuery(resolutions: ["written_off"])).rows.map(\.resolution), ["Written off"])
        let counts = try amara.counts(by: .resolution, CasesQuery(caseTypes: ["Loan"]))
        XCTAssertEqual(counts.map(\.resolutionCode), [nil, "returned", "written_off"])
        XCTAssertEqual(counts.map(\.count), [0, 0, 1])
    }

    func testTagsAreGivenByNameListedRenamedAndMerged() throws {
        let kit = try CaseKit.inMemory()
        let (amara, mona) = (desk(kit, "amara", .agent), desk(kit, "mona", .manager))
        let leak = try amara.raiseCase(NewCase(caseType: "Support", title: "It rains in", tags: ["Roof"])).id
        let tile = try amara.raiseCase(NewCase(caseType: "Support", title: "A tile is loose")).id
        try amara.tagCase(tile, TagsEdit(add: ["roofing", "ROOF"]))
        XCTAssertEqual(try amara.case(tile).tags, ["Roof", "roofing"])
        let tags = try amara.tags()
        XCTAssertEqual(tags.map(\.count), [2, 1])
        try mona.mergeTags(tags[1].id, into: tags[0].id)
        try mona.renameTag(tags[0].id, name: "Roofs")
        XCTAssertEqual(try amara.tags().map(\.name), ["Roofs"])
        let rows = try amara.cases(CasesQuery(tags: ["Roofing"])).rows
        XCTAssertEqual(rows.map(\.id), [tile, leak])
        XCTAssertEqual(rows.map(\.tags), ["[\"Roofs\"]", "[\"Roofs\"]"])
        XCTAssertEqual(try amara.counts(by: .tag, CasesQuery()).map(\.tag), ["Roofs"])
        try amara.tagCase(leak, TagsEdit(remove: ["roofs"]))
        XCTAssertEqual(try amara.case(leak).tags, [])
    }

    func testListsAndCountsTakeTheSameQueryWithSeveralTypesStagesAndCategories() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        try amara.raiseCase(NewCase(caseType: "Support", title: "First"))
        try amara.raiseCase(NewCase(caseType: "Enquiries", title: "Second", stage: "Closed"))
        try desk(kit, "mona", .manager).raiseCase(NewCase(caseType: "Bug report", title: "Third", stage: "In Progress"))
        func titles(_ query: CasesQuery) throws -> [String] { try amara.cases(query).rows.map(\.title) }
        XCTAssertEqual(try titles(CasesQuery(caseTypes: ["Support", "Enquiries"])), ["Second", "First"])
        let query = CasesQuery(stages: ["In Progress", "closed"], categories: [.closed], raisedBy: .me)
        XCTAssertEqual(try titles(query), ["Second"])
        let counts = try amara.counts(by: .stage, query).filter { ["Enquiries", "Support"].contains($0.caseType) }
        XCTAssertEqual(counts.map(\.stageId), ["closed", "closed"])
        XCTAssertEqual(counts.map(\.count), [1, 0])
        let closedAt = try XCTUnwrap(try amara.cases(query).rows.first?.closedAt)
        XCTAssertEqual(try titles(CasesQuery(closedFrom: closedAt)), ["Second"])
        XCTAssertEqual(try titles(CasesQuery(outcome: .withdrawn, failing: .anything)), [])
        XCTAssertThrowsError(try titles(CasesQuery(closedFrom: closedAt, closedBefore: closedAt)))
    }

    func testStatisticsSayHowLongThingsTookAndWhatIsStuckIsListedByWhy() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        for place in 0..<10 {
            let id = try amara.raiseCase(NewCase(caseType: "Support", title: "Case \(place)")).id
            try amara.editCase(id, CaseEdit(stage: "In Progress"))
        }
        let rows = try amara.statistics(StatisticsQuery(caseTypes: ["Support"]))
        let row = try XCTUnwrap(rows.first)
        XCTAssertEqual(rows.count, 1)
        XCTAssertEqual(row.measure, .timeInStage)
        XCTAssertEqual(row.stage, "Open")
        XCTAssertEqual(row.count, 10)
        try amara.raiseCase(NewCase(caseType: "Support", title: "Waits"))
        // Whether it waits for longer than was usual depends on how fast this runs.
        let stuck = try amara.stuckCases(by: .inStage, CasesQuery(stages: ["Open"])).rows
        XCTAssertEqual(stuck.map(\.usualSeconds), stuck.map { _ in row.p90Seconds })
        XCTAssertEqual(try amara.countStuckCases(by: .quiet(days: 7)), 0)
        XCTAssertThrowsError(try amara.statistics(StatisticsQuery(fromMonth: "March")))
    }

    func testARowSaysHowFarEachStepIsAndAMenuWhatCanBeDone() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let begin = try kit.changedStreams()
        XCTAssertNil(begin.streams)
        let request = try amara.raiseCase(NewCase(caseType: "Data request", title: "What do you know of me?")).id
        let changed = try kit.changedStreams(since: begin.cursor)
        XCTAssertEqual(changed.streams?.contains(.case(request)), true)
        XCTAssertEqual(try kit.changedStreams(since: changed.cursor).streams, [])
        let row = try amara.cases(CasesQuery()).rows[0]
        let steps = try JSONSerialization.jsonObject(with: Data((row.steps ?? "[]").utf8)) as? [[String: String]]
        XCTAssertEqual(steps?.map { $0["id"] }, try amara.summary(request).steps.map { Optional($0.id) })
        XCTAssertEqual(steps?.first?["state"], "ready")
        XCTAssertNil(row.failureCode)

        let possible = try amara.deskActions().filter(\.blockers.isEmpty).map(\.action)
        XCTAssertTrue(possible.contains(.readCases) && !possible.contains(.readSettings))
        let support = try amara.caseType("Support").id
        let ofType = try amara.caseTypeActions(support).filter(\.blockers.isEmpty).map(\.action)
        XCTAssertEqual(ofType, [.raiseCase])
        let ada = try amara.createCustomer(NewCustomer(name: "Ada Obi")).id
        XCTAssertTrue(try amara.customerActions(ada).contains { $0.action == .updateCustomer && $0.blockers.isEmpty })
    }

    func testStatisticsAndStuckCasesLeaveAsFiles() throws {
        let kit = try CaseKit.inMemory()
        let mona = desk(kit, "mona", .manager)
        let id = try mona.raiseCase(NewCase(caseType: "Support", title: "Case")).id
        try mona.editCase(id, CaseEdit(stage: "In Progress"))
        let programs = CsvForm(readers: .programs)
        let table = String(decoding: try mona.statisticsCsv(form: programs), as: UTF8.self)
        XCTAssert(table.hasPrefix("measure,type_id,type,stage_id,stage,month,count,total_seconds"), table)
        XCTAssert(table.contains("time_in_stage,"), table)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let support = StatisticsQuery(caseTypes: ["Support"])
        XCTAssertEqual(try mona.statisticsXlsxTo(folder.appendingPathComponent("statistics.xlsx").path, support), 1)
        let quiet = try mona.stuckCasesCsv(by: .quiet(days: 7), form: programs) { _ in true }
        let stuck = String(decoding: quiet, as: UTF8.self)
        XCTAssert(stuck.contains(",tags,updated,stage_since,seconds_in_stage,usual_seconds"), stuck)
        XCTAssertEqual(
            try mona.stuckCasesXlsxTo(folder.appendingPathComponent("stuck.xlsx").path, by: .inStage) { _ in true }, 0)
        XCTAssertThrowsError(try desk(kit, "amara", .agent).statisticsXlsx())
    }

    func testTagsAndThePriorityAreOfferedAndDueCasesAreCounted() throws {
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let id = try amara.raiseCase(NewCase(caseType: "Support", title: "Open")).id
        let offered = try amara.availableActions(id).filter(\.blockers.isEmpty).map(\.action)
        XCTAssert(offered.contains(.tagCase) && offered.contains(.changePriority), "\(offered)")
        let counts = try amara.dueCounts()
        XCTAssertEqual(counts.overdue.count, 0)
        XCTAssertFalse(counts.dueSoon.orMore)
    }
}
