import Casekit
import XCTest

/// Customers have the fields that the settings define.
final class CustomerFieldsTests: XCTestCase {
    func testFieldsAreDefinedFilledInFoundAndMigrated() throws {
        let kit = try CaseKit.inMemory()
        let (amara, ivo, mona) = (
            desk(kit, "amara", .agent), desk(kit, "ivo", .itAdministrator), desk(kit, "mona", .manager)
        )
        let vat = NewField(label: "VAT number", kind: .text, unique: true, indexed: true)
        _ = try ivo.changeSettings(SettingsEdit(customerFields: [vat]))
        XCTAssertEqual(try amara.customerFields().map(\.id), ["vat_number"])
        func named(_ name: String, _ number: String) -> NewCustomer {
            NewCustomer(name: name, fields: [GivenField(field: "VAT number", value: .text(number))])
        }
        let ada = try amara.createCustomer(named("Ada Obi", "DE 1")).id
        let refused = refusal { try amara.createCustomer(named("Bo Li", "de 1")) }
        XCTAssertEqual(refused?.fields.map(\.field), ["fields.vat_number"])
        _ = try amara.updateCustomer(
            ada, CustomerEdit(fields: [GivenField(field: "vat_number", value: .text("DE 2"))]))
        XCTAssertEqual(try amara.customer(ada).fields.map(\.text), ["DE 2"])
        let condition = FieldCondition(field: "VAT number", oneOf: [.text("de 2")])
        XCTAssertEqual(try amara.customersByFields(fields: [condition]).rows.map(\.id), [ada])

        let since = NewField(label: "Since", kind: .date, required: true)
        _ = try ivo.changeSettings(SettingsEdit(customerFields: [vat, since]))
        let told = try mona.migrateCustomers(migration: Migration(dryRun: true)).rows[0]
        XCTAssertEqual(told.customer, ada)
        XCTAssertEqual(told.misfits.map(\.field), ["Since"])
    }

    func testCasesAreSortedByAFieldOfTheirType() throws {
        let kit = try CaseKit.inMemory()
        let (amara, mona) = (desk(kit, "amara", .agent), desk(kit, "mona", .manager))
        let amount = NewField(label: "Amount", kind: .money, indexed: true)
        _ = try mona.createCaseType(NewCaseType(name: "Refunds", fields: [amount]))
        for (title, value) in [("large", "50 EUR"), ("small", "5 EUR"), ("middle", "7 EUR")] {
            let fields = [GivenField(field: "Amount", value: .text(value))]
            try amara.raiseCase(NewCase(caseType: "Refunds", title: title, fields: fields))
        }
        try amara.raiseCase(NewCase(caseType: "Refunds", title: "without one"))
        let rows = try amara.cases(CasesQuery(sortField: "Amount", direction: .ascending)).rows
        XCTAssertEqual(rows.map(\.title), ["small", "middle", "large"])
        let refused = refusal { try amara.cases(CasesQuery(sortField: "Colour")) }
        XCTAssertEqual(refused?.fields.map(\.field), ["sort_field"])
    }
}
