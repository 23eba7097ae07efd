// What a test must see from outside: `Probe open` opens a kit and says how it went; `Probe leak NUMBER` lets everything
// fail that can, with an account number in all that is said on the way, and prints every error that it gets.
@_spi(Testing) import Casekit
import Foundation

struct Oops: Error, CustomStringConvertible, LocalizedError {
    let number: String
    var description: String { number }
    var errorDescription: String? { number }
}

final class Failing: DataSource, Delivery, Observer, Authorizer, Clock, SecretProvider, FontProvider, ImportListener {
    let number: String
    init(_ number: String) { self.number = number }
    func collect(question: SourceQuestion) throws -> [DataTable] { throw Oops(number: number) }
    func deliver(outgoing: Outgoing) throws -> Delivered { throw Oops(number: number) }
    func changed(cursor: String) throws { throw Oops(number: number) }
    func scope(actor: Actor) throws -> Scope { throw Oops(number: number) }
    func forbids(actor: Actor, action: String, case: CaseHead) throws -> Bool { throw Oops(number: number) }
    func now() throws -> Timestamp { throw Oops(number: number) }
    func secret(name: String) throws -> String? { throw Oops(number: number) }
    func fonts() throws -> [Font] { throw Oops(number: number) }
    func progress(progress: ImportProgress) throws -> Bool { throw Oops(number: number) }
}

func tell(_ call: () throws -> Void) {
    do {
        try call()
        print("no error")
    } catch {
        print("\(error) | \(error.localizedDescription) | \(String(reflecting: error))")
    }
}

func leak(_ number: String) throws {
    tell { try provokePanic(text: number) }
    let thread = Thread { tell { try provokePanic(text: number) } }
    thread.start()
    while !thread.isFinished { usleep(1000) }

    let failing = Failing(number)
    let kit = try CaseKit.inMemory(
        options: Options(
            sources: ["shop": failing], deliveries: ["van": failing], secrets: failing, fonts: failing))
    let observed = kit.observe(failing)
    let petra = kit.desk(Actor(id: "petra", roles: [.approver]))
    let mona = kit.desk(Actor(id: "mona", roles: [.manager]))
    try kit.desk(Actor(id: "ivo", roles: [.itAdministrator])).changeSettings(SettingsEdit(webform: .host(name: "van")))
    let profile = NewCustomer(
        name: "Ada Obi", bankAccounts: [NewBankAccount(number: number)], externalReference: "CRM-77")
    let ada = try petra.createCustomer(profile)
    tell { _ = try petra.createCustomer(profile) }
    tell { _ = try petra.createCustomer(NewCustomer(name: number + String(repeating: "x", count: 300))) }
    tell { _ = try petra.findCustomer(number) }
    tell { _ = try petra.findCase(number) }
    let raised = try petra.receiveRequest(
        NewRequest(
            requestRef: "WEB-1", requester: "Ada Obi",
            credentials: [NewCredential(kind: "account", value: number)], customerRef: "CRM-77"))
    try petra.takeCase(raised.id!)
    try petra.approveIdentification(raised.id!, method: "video call")
    print(try petra.prepareData(raised.id!).failure?.hint ?? "collected")
    tell { _ = try petra.release(raised.id!) }
    tell { _ = try mona.overviewPdf() }
    tell { _ = try mona.casePdf(raised.id!) }
    let eve = ImportCustomer(customer: NewCustomer(name: "Eve"), at: Date(), by: "u-9")
    tell { _ = try mona.importItems([.customer(eve)], listener: failing) }
    observed.end()

    tell { _ = try CaseKit.inMemory(options: Options(clock: failing)).desk(Actor(id: "a", roles: [.agent])).raiseCase(NewCase(caseType: "Support", title: number)) }
    tell { _ = try CaseKit.inMemory(options: Options(authorizer: failing)).desk(Actor(id: "a", roles: [.agent])).cases() }
    try kit.close()
    tell { _ = try petra.customer(ada.id) }
}

switch CommandLine.arguments.dropFirst().first {
case "open":
    do {
        try CaseKit.inMemory().close()
        print("opened")
    } catch let error as CasekitError {
        print("\(error.code): \(error.localizedDescription)")
    }
case "leak":
    try leak(CommandLine.arguments[2])
    print("done")
default:
    print("usage: Probe open | Probe leak NUMBER")
    exit(2)
}
