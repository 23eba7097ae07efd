// The library in use. Read the days in their order; each prints the calls that it makes and their results.
import Casekit
import Foundation

let folder = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? "quickstart-swift").standardizedFileURL
do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("cases.db")
    let isNew = !FileManager.default.fileExists(atPath: file.path)

    part("Open one file")
    call("CaseKit.open(file, options: Options(allowFolders: [folder.path]))")
    let kit = try CaseKit.open(file, options: Options(allowFolders: [folder.path]))
    back("\(isNew ? "made" : "opened") \(file.path)")
    try FirstDay(kit).run()
    try SecondDay(kit, folder).run()
    try kit.close()
    print()
    back("all of it is in \(file.path): run this again, and it goes on there")
} catch {
    FileHandle.standardError.write(Data("quickstart: \(error.localizedDescription)\n".utf8))
    exit(1)
}
