/** Customer cases: configure, raise, work on, read. */
package quickstart

import casekit.*

/** The people who work here. The host knows who they are; casekit checks what they may do. */
private class Staff(kit: CaseKit) {
    val amara = kit.desk(Actor("amara", "Amara Okafor", listOf(Role.AGENT)))
    val ben = kit.desk(Actor("ben", "Ben Adler", listOf(Role.AGENT)))
    val mona = kit.desk(Actor("mona", "Mona Haddad", listOf(Role.MANAGER)))
    val ines = kit.desk(Actor("ines", "Inês Prata", listOf(Role.AUDITOR)))
}

internal fun firstDay(kit: CaseKit) {
    part("Sit down at a desk: every call is somebody's")
    val staff = Staff(kit)
    back("amara and ben are agents, mona is their manager, ines audits")
    staff.configure()
    val ada = staff.customer()
    val case = staff.raise(ada)
    staff.work(case)
    staff.look(ada)
    staff.prove(case)
}

private fun Staff.configure() {
    part("Configure what cases are about")
    val types = amara.caseTypes()
    back(types.joinToString { it.name })
    if (types.any { it.name == "Refunds" }) return back("Refunds is there from an earlier run")
    val stages = listOf(
        NewStage(label = "New", category = StageCategory.OPEN),
        NewStage(label = "With accounting", category = StageCategory.ACTIVE, customerLabel = "In progress"),
        NewStage(label = "With the bank", category = StageCategory.WAITING, customerLabel = "In progress"),
        NewStage(label = "Paid", category = StageCategory.RESOLVED),
    )
    val refunds = mona.createCaseType(NewCaseType(name = "Refunds", stages = stages))
    back("Refunds, with four stages; the customer reads In progress for two of them")
    back(refused { amara.deactivateCaseType(refunds.id) }?.message)
}

private fun Staff.customer(): CustomerId {
    part("Enter a customer")
    amara.allCustomers("Ada Obi").firstOrNull()?.let { ada ->
        back("${ada.name} is there from an earlier run")
        return ada.id
    }
    val ada = amara.createCustomer(
        NewCustomer(
            name = "Ada Obi",
            gender = Gender.Female,
            maritalStatus = MaritalStatus.Married,
            nextOfKin = listOf(NewNextOfKin(name = "Chidi Obi", relationship = "husband")),
            bankAccounts = listOf(
                NewBankAccount(bank = "First Bank", accountName = "Ada Obi", number = "GB33BUKB20201555555555"),
            ),
            externalReference = "CRM-77",
        ),
    )
    back("Ada Obi: only what was given is stored")
    amara.updateCustomer(
        ada.id,
        CustomerEdit(employmentStatus = EmploymentStatus.SelfEmployed, phone = "+234 1 555 0100"),
    )
    for ((who, desk) in listOf("amara" to amara, "mona" to mona)) {
        back("$who sees the account ${desk.customer(ada.id).bankAccounts.joinToString { it.number ?: it.hint }}")
    }
    return ada.id
}

private fun Staff.raise(ada: CustomerId): CaseId {
    part("Raise a case")
    amara.validateCase(NewCase(caseType = "Enquiry", title = " ", stage = "Somewhere")).forEach { back(it.text) }
    back("every field at once, for a form; nothing was written")
    val case = amara.raiseCase(
        NewCase(
            caseType = "Enquiries",
            title = "Where is my refund?",
            description = "Ordered in May, returned in June.",
            customer = ada,
        ),
    )
    back("raised ${case.number}")
    return case.id
}

private fun Staff.work(case: CaseId) {
    part("Work on it")
    amara.takeCase(case)
    back(refused { ben.takeCase(case) }?.message)
    val note = amara.addNote(case, "Called, no answer.")
    ben.reply(note.id, "Reached her at 14:10, sending the form.")
    amara.addNote(case, "We have sent you the form.", Visibility.CUSTOMER)
    for (each in amara.thread(case).rows) {
        back("${"   ".repeat(each.depth)}${each.author}: ${each.text ?: "(retracted)"}")
    }
    amara.editCase(case, CaseEdit(caseType = "Refunds", stage = "With the bank"))
    amara.editCase(case, CaseEdit(title = "Refund of order 4711", stage = "Paid"))
    back(refused { amara.editCase(case, CaseEdit(stage = "New")) }?.message)
    amara.editCase(case, CaseEdit(stage = "New", reason = "The bank sent it back."))
    val seen = amara.case(case)
    back("${seen.number} is ${seen.stage} again, at revision ${seen.revision}")
}

private fun Staff.look(ada: CustomerId) {
    part("Find things again")
    for (row in amara.interactions(ada).rows) {
        back("${row.number}  ${row.caseType.padEnd(12)} ${row.stage.padEnd(8)} ${row.title}")
    }
    val page = amara.cases(CasesQuery(stages = listOf("New")), PageRequest(size = 20))
    back("${page.rows.size} on this page, ${if (page.next == null) "no more after it" else "its `next` leads to more"}")
    for (count in amara.counts(CountBy.STAGE, CasesQuery(caseTypes = listOf("Refunds")))) back("${count.caseType} ${count.stage}: ${count.count}")
    for (hit in amara.search("reached 14").rows.take(1)) {
        back("found: ${if (hit.note == null) "the case" else "a note on"} ${hit.case.number}")
    }
    val first = amara.findCase("c-1")
    back("${first.number}: ${first.title}, ${first.stage}")
}

private fun Staff.prove(case: CaseId) {
    part("See who did what, and prove it")
    for (entry in ines.history(StreamId.Case(case)).rows) {
        back("${entry.revision.toString().padStart(2)} ${entry.actor} ${entry.text}")
    }
    val head = ines.auditHead()
    back("${head.digest.take(16)}…: keep it elsewhere")
    val report = ines.verify(listOf(head))
    back(report.broken?.why ?: "${report.events} events in ${report.streams} streams, every one as it was written")
}
