// `Bench DB` measures four calls on a file with at least 10,000 cases and prints the median of each in microseconds.
// `Bench --make DB` makes such a file.
import Casekit
import Foundation

func median(_ times: Int, _ call: () throws -> Void) rethrows -> Double {
    for _ in 0..<max(3, times / 10) { try call() }
    var spans: [Double] = []
    for _ in 0..<times {
        let begin = DispatchTime.now().uptimeNanoseconds
        try call()
        spans.append(Double(DispatchTime.now().uptimeNanoseconds - begin) / 1000)
    }
    return spans.sorted()[times / 2]
}

func make(_ desk: Desk) throws {
    try desk.createCustomer(NewCustomer(name: "Ada Obi", externalReference: "CRM-77"))
    let start = Date(timeIntervalSince1970: 1_700_000_000)
    for chunk in 0..<20 {
        let items = (0..<500).map { place -> ImportItem in
            let number = chunk * 500 + place
            return .case(
                ImportCase(
                    reference: "OLD-\(number)",
                    case: NewCase(caseType: "Support", title: "Where is order \(number), and when does it come?"),
                    customerReference: number % 2 == 0 ? "CRM-77" : nil,
                    at: start.addingTimeInterval(Double(number) * 60), by: "u-\(number % 7)"))
        }
        try desk.importItems(items, listener: nil)
    }
}

let arguments = CommandLine.arguments.dropFirst()
guard let file = arguments.last else {
    print("usage: Bench [--make] DB")
    exit(2)
}
let kit = try CaseKit.open(file, options: Options(durability: .normal))
let desk = kit.desk(Actor(id: "mona", name: "Mona Haddad", roles: [.manager]))
if arguments.first == "--make" {
    try make(desk)
    exit(0)
}

let query = CasesQuery(sort: .number)
let page = try desk.cases(query)
let one = page.rows[0].id
let enough = try desk.caseColumns(query, limit: 5000).count == 5000
precondition(page.rows.count == 50 && enough)
let results: [(String, Double)] = [
    ("one_case", try median(2000) { _ = try desk.case(one) }),
    ("page_of_50", try median(2000) { _ = try desk.cases(query) }),
    ("columns_5000", try median(30) { _ = try desk.caseColumns(query, limit: 5000) }),
    ("raise", try median(500) { try desk.raiseCase(NewCase(caseType: "Support", title: "Measured")) }),
]
for (name, micros) in results {
    print("\(name)\t\(String(format: "%.1f", micros))")
}
