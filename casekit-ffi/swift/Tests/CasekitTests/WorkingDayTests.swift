import Casekit
import XCTest

/// What a working day needs, point by point.
final class WorkingDayTests: XCTestCase {
    func testBankAccountsHaveIdsAndAreChangedOneByOne() throws {
        let number = "GB33BUKB20201555555555"
        let kit = try CaseKit.inMemory()
        let amara = desk(kit, "amara", .agent)
        let ada = try amara.createCustomer(
            NewCustomer(name: "Ada Obi", bankAccounts: [NewBankAccount(bank: "First Bank", number: number)])).id
        let seen = try amara.customer(ada).bankAccounts[0]
        XCTAssertNil(seen.number)

        try amara.editBankAccount(ada, account: seen.id, BankAccountEdit(bank: "Second Bank"))
        let now = try desk(kit, "mona", .manager).customer(ada).bankAccounts[0]
        XCTAssertEqual(now.id, seen.id)
        XCTAssertEqual(now.bank, "Second Bank")
        XCTAssertEqual(now.number, number)
        let hint = refusal { try amara.editBankAccount(ada, account: seen.id, BankAccountEdit(number: seen.hint)) }
        XCTAssertEqual(hint?.fields.map(\.rule), [.doesNotFit(why: "hint_of_a_number")])
        let mistyped = refusal { try amara.addBankAccount(ada, NewBankAccount(number: "DE98 3704 0044 0532 0130 00")) }
        XCTAssertEqual(mistyped?.fields.map(\.rule), [.doesNotFit(why: "iban_check_digits")])

        let other = try amara.addBankAccount(ada, NewBankAccount(number: "0532 013"))
        try amara.removeBankAccount(ada, account: seen.id)
        XCTAssertEqual(try amara.customer(ada).bankAccounts.map(\.id), [other.id])
        let gone = refusal { try amara.editBankAccount(ada, account: seen.id, BankAccountEdit(bank: "x")) }
        XCTAssertEqual(gone?.code, "not_found")
    }

    func testNextOfKinHaveIdsAndAreChangedOneByOne() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let ada = try amara.createCustomer(
            NewCustomer(name: "Ada Obi", nextOfKin: [NewNextOfKin(name: "Chidi Obi", relationship: "husband")])).id
        let chidi = try amara.customer(ada).nextOfKin[0]
        let ngozi = try amara.addNextOfKin(ada, NewNextOfKin(name: "Ngozi Obi"))
        try amara.editNextOfKin(ada, person: chidi.id, NextOfKinEdit(relationship: "", phone: "+234 1 555"))
        let known = try amara.customer(ada).nextOfKin
        XCTAssertEqual(known.map(\.id), [chidi.id, ngozi.id])
        XCTAssertNil(known[0].relationship)
        XCTAssertEqual(known[0].phone, "+234 1 555")
        try amara.removeNextOfKin(ada, person: ngozi.id)
        XCTAssertEqual(try amara.customer(ada).nextOfKin.map(\.id), [chidi.id])
    }

    func testErrorsNameTheChoices() throws {
        let amara = desk(try CaseKit.inMemory(), "amara", .agent)
        let refused = refusal { try amara.raiseCase(NewCase(caseType: "Suport", title: "Cannot log in")) }
        guard case .unknown(let choices)? = refused?.fields.first?.rule else { return XCTFail("\(String(describing: refused))") }
        XCTAssertEqual(choices.nearest, "Support")
        XCTAssertEqual(choices.names.count, 7)
        XCTAssertEqual(refusal { try amara.caseType("Suport") }?.choices?.nearest, "Support")
        let ada = try amara.createCustomer(NewCustomer(name: "Ada Obi")).id
        let other = refusal { try amara.case(ada) }
        XCTAssertTrue(other?.message.contains("is the id of a customer") ?? false, "\(String(describing: other))")
    }

    func testNamesThatAreGivenAtOpeningAreChecked() throws {
        let options = Options(sources: ["Shop DB": NoSource()])
        XCTAssertEqual(refusal { try CaseKit.inMemory(options: options) }?.fields.map(\.field), ["sources"])
    }
}

private final class NoSource: DataSource {
    func collect(question: SourceQuestion) throws -> [DataTable] { [] }
}
