import Casekit

/// Customer cases: configure, raise, work on, read.
struct FirstDay {
    // The people who work here. The host knows who they are; casekit checks what they may do.
    let amara: Desk
    let ben: Desk
    let mona: Desk
    let ines: Desk

    init(_ kit: CaseKit) {
        part("Sit down at a desk: every call is somebody's")
        call(#"kit.desk(Actor(id: "amara", name: "Amara Okafor", roles: [.agent]))"#)
        amara = kit.desk(Actor(id: "amara", name: "Amara Okafor", roles: [.agent]))
        ben = kit.desk(Actor(id: "ben", name: "Ben Adler", roles: [.agent]))
        mona = kit.desk(Actor(id: "mona", name: "Mona Haddad", roles: [.manager]))
        ines = kit.desk(Actor(id: "ines", name: "Inês Prata", roles: [.auditor]))
        back("amara and ben are agents, mona is their manager, ines audits")
    }

    func run() throws {
        try configure()
        let ada = try customer()
        let raised = try raise(ada)
        try work(raised)
        try look(ada)
        try prove(raised)
    }

    private func configure() throws {
        part("Configure what cases are about")
        call("amara.caseTypes()")
        back(try amara.caseTypes().map(\.name).joined(separator: ", "))
        if (try? mona.caseType("Refunds")) != nil {
            return back("Refunds is there from an earlier run")
        }
        call(#"mona.createCaseType(NewCaseType(name: "Refunds", stages: …))"#)
        let refunds = try mona.createCaseType(
            NewCaseType(
                name: "Refunds",
                stages: [
                    NewStage(label: "New", category: .open),
                    NewStage(label: "With accounting", customerLabel: "In progress", category: .active),
                    NewStage(label: "With the bank", customerLabel: "In progress", category: .waiting),
                    NewStage(label: "Paid", category: .resolved),
                ]))
        back("Refunds, with four stages; the customer reads In progress for two of them")
        call("amara.deactivateCaseType(refunds.id)")
        refused { try amara.deactivateCaseType(refunds.id) }
    }

    private func customer() throws -> CustomerId {
        part("Enter a customer")
        if let ada = try? amara.findCustomer("CRM-77") {
            back("\(ada.name) is there from an earlier run")
            return ada.id
        }
        call(#"amara.createCustomer(NewCustomer(name: "Ada Obi", …))"#)
        let ada = try amara.createCustomer(
            NewCustomer(
                name: "Ada Obi", gender: .female, maritalStatus: .married,
                nextOfKin: [NewNextOfKin(name: "Chidi Obi", relationship: "husband")],
                bankAccounts: [
                    NewBankAccount(bank: "First Bank", accountName: "Ada Obi", number: "GB33BUKB20201555555555")
                ],
                externalReference: "CRM-77"))
        back("Ada Obi: only what was given is stored")
        call(#"amara.updateCustomer(ada.id, CustomerEdit(employmentStatus: .selfEmployed, phone: "+234 1 555 0100"))"#)
        try amara.updateCustomer(ada.id, CustomerEdit(employmentStatus: .selfEmployed, phone: "+234 1 555 0100"))
        for (who, desk) in [("amara", amara), ("mona", mona)] {
            let accounts = try desk.customer(ada.id).bankAccounts.map { $0.number ?? $0.hint }
            back("\(who) sees the account \(accounts.joined(separator: ", "))")
        }
        return ada.id
    }

    private func raise(_ ada: CustomerId) throws -> CaseId {
        part("Raise a case")
        call(#"amara.validateCase(NewCase(caseType: "Enquiry", title: " ", stage: "Somewhere"))"#)
        for wrong in try amara.validateCase(NewCase(caseType: "Enquiry", title: " ", stage: "Somewhere")) {
            back(wrong.text)
        }
        back("every field at once, for a form; nothing was written")
        call(#"amara.raiseCase(NewCase(caseType: "Enquiries", title: "Where is my refund?", …, customer: ada))"#)
        let raised = try amara.raiseCase(
            NewCase(
                caseType: "Enquiries", title: "Where is my refund?", description: "Ordered in May, returned in June.",
                customer: ada))
        back("raised \(raised.number)")
        return raised.id
    }

    private func work(_ id: CaseId) throws {
        part("Work on it")
        call("amara.takeCase(id)")
        try amara.takeCase(id)
        call("ben.takeCase(id)")
        refused { try ben.takeCase(id) }
        call(#"amara.addNote(id, "Called, no answer.")"#)
        let note = try amara.addNote(id, "Called, no answer.")
        call(#"ben.reply(to: note.id, "Reached her at 14:10, sending the form.")"#)
        try ben.reply(to: note.id, "Reached her at 14:10, sending the form.")
        call(#"amara.addNote(id, "We have sent you the form.", visibility: .customer)"#)
        try amara.addNote(id, "We have sent you the form.", visibility: .customer)
        call("amara.thread(id)")
        for note in try amara.thread(id).rows {
            back(String(repeating: "   ", count: Int(note.depth)) + "\(note.author): \(note.text ?? "(retracted)")")
        }
        call(#"amara.editCase(id, CaseEdit(caseType: "Refunds", stage: "With the bank"))"#)
        try amara.editCase(id, CaseEdit(caseType: "Refunds", stage: "With the bank"))
        call(#"amara.editCase(id, CaseEdit(stage: "Paid", title: "Refund of order 4711"))"#)
        try amara.editCase(id, CaseEdit(stage: "Paid", title: "Refund of order 4711"))
        call(#"amara.editCase(id, CaseEdit(stage: "New"))"#)
        refused { try amara.editCase(id, CaseEdit(stage: "New")) }
        call(#"amara.editCase(id, CaseEdit(stage: "New", reason: "The bank sent it back."))"#)
        try amara.editCase(id, CaseEdit(stage: "New", reason: "The bank sent it back."))
        call("amara.case(id)")
        let seen = try amara.case(id)
        back("\(seen.number) is \(seen.stage) again, at revision \(seen.revision)")
    }

    private func look(_ ada: CustomerId) throws {
        part("Find things again")
        call("amara.interactions(ada)")
        for row in try amara.interactions(ada).rows {
            back("\(row.number)  \(row.caseType)  \(row.stage)  \(row.title)")
        }
        call(#"amara.cases(CasesQuery(stages: ["New"]), page: PageRequest(size: 20))"#)
        let page = try amara.cases(CasesQuery(stages: ["New"]), page: PageRequest(size: 20))
        back("\(page.rows.count) on this page, \(page.next == nil ? "no more after it" : "its `next` leads to more")")
        call(#"amara.counts(by: .stage, CasesQuery(caseTypes: ["Refunds"]))"#)
        for count in try amara.counts(by: .stage, CasesQuery(caseTypes: ["Refunds"])) {
            back("\(count.caseType ?? "") \(count.stage ?? ""): \(count.count)")
        }
        call(#"amara.search("reached 14")"#)
        let hits = try amara.search("reached 14").rows
        if let hit = hits.first {
            back("found \(hits.count), the newest \(hit.note == nil ? "the case" : "a note on") \(hit.case.number)")
        }
        call(#"amara.findCase("c-1")"#)
        let found = try amara.findCase("c-1")
        back("\(found.number): \(found.title), \(found.stage)")
    }

    private func prove(_ id: CaseId) throws {
        part("See who did what, and prove it")
        call("ines.history(.case(id))")
        for entry in try ines.history(.case(id)).rows {
            back("\(entry.revision) \(entry.actor) \(entry.text)")
        }
        call("ines.auditHead()")
        let head = try ines.auditHead()
        back("\(head.digest.prefix(16))…: keep it elsewhere")
        call("ines.verify(kept: [head])")
        let report = try ines.verify(kept: [head])
        back(
            report.broken.map { "event \($0.revision): \($0.why)" }
                ?? "\(report.events) events in \(report.streams) streams, every one as it was written")
    }
}

/// Shows the sentence with which a call is refused.
func refused<T>(_ call: () throws -> T) {
    do {
        _ = try call()
    } catch {
        back(error.localizedDescription)
    }
}
