import Foundation

/// One open file with cases in it.
///
/// A kit can be used from many threads, and many processes may open the same file. The file is let go by `close()`, or
/// when the kit and everything that came from it (desks, live lists) is gone.
public final class CaseKit: Sendable {
    private let handle: KitHandle
    private let bell: Bell

    private init(_ handle: KitHandle) {
        self.handle = handle
        bell = Bell(handle)
    }

    /// Opens the file at `path`, or creates it, with the shipped case types, stages and workflows. `:memory:` is no file:
    /// it lives in memory.
    ///
    /// Throws `CasekitError.store` with the code `not_casekit`, `too_new` or `corrupt` for a file that is there
    /// and cannot be used: it is left as it was; with `foreign` for a sound one in which another program made a table,
    /// view, index or trigger; with `missing` if nothing is there and nothing is to be created; with
    /// `network_file_system` for one on a network file system, unless the options allow it; with `io`, `read_only`, `busy`
    /// or `full` as the system says.
    public static func open(_ path: String, options: Options = Options()) throws -> CaseKit {
        try Version.check()
        return CaseKit(try KitHandle.open(path: path, options: options))
    }

    /// Opens the file at `url`, as `open(_:options:)` does with a path.
    public static func open(_ url: URL, options: Options = Options()) throws -> CaseKit {
        try open(url.path, options: options)
    }

    /// A kit that lives in memory, for tests and trials; it is gone when it is closed.
    public static func inMemory(options: Options = Options()) throws -> CaseKit {
        try Version.check()
        return CaseKit(try KitHandle.inMemory(options: options))
    }

    /// The desk of an actor, for whom the application vouches: every command and every read goes through one. It works
    /// for as long as the file is open, whether the kit is kept or not.
    public func desk(_ actor: Actor) -> Desk {
        let desk = handle.desk(actor: actor)
        desk.bell = bell
        return desk
    }

    /// The language in which desks speak that choose none of their own.
    public func language() -> Language {
        handle.language()
    }

    /// Lets go of the file for good; calls answer `closed` from then on, and live lists end with that. Closing again
    /// does nothing.
    public func close() throws {
        try handle.closeKit()
        bell.ring()
    }

    /// Tells a closure after commits, on a thread of its own, with the cursor up to which there is something to be read;
    /// hints may be merged.
    /// It ends when the subscription is ended or let go.
    public func observe(_ changed: @escaping @Sendable (_ cursor: String) -> Void) -> Subscription {
        handle.observe(observer: Hearer(changed))
    }

    /// Tells an observer after commits, until the subscription is ended or let go.
    public func observe(_ observer: Observer) -> Subscription {
        handle.observe(observer: observer)
    }

    /// Looks for changes that another process made, tells observers and live lists, and says whether there were any.
    @discardableResult
    public func poll() throws -> Bool {
        try handle.poll()
    }

    /// Goes on with every answer that is under way and that nobody sends just now: call it when the application
    /// starts, and from time to time. A delivery that failed is no error: the case is among the cases with errors.
    @discardableResult
    public func resumeDeliveries() throws -> Resumed {
        try handle.resumeDeliveries()
    }

    /// Destroys snapshots and packages whose retention time is over; says how many. Call it from time to time.
    @discardableResult
    public func purgeExpired() throws -> UInt64 {
        try handle.purgeExpired()
    }

    /// Looks the whole file over for damage; it reads everything. The message of what it throws says whether
    /// `repairDerived` fixes it or only a backup does.
    public func check() throws {
        try handle.check()
    }

    /// How the kit is doing: the last fault, the size of the log, the oldest read, work that is due, the last checkpoint,
    /// and what keeps the file whole on this system. Told in a moment; `check` looks the file over.
    public func health() throws -> Health {
        try handle.health()
    }

    /// Gives back the space in the file that holds nothing, as after `purgeExpired`, in steps between which others write; says
    /// how many bytes the file has less.
    @discardableResult
    public func compact() throws -> UInt64 {
        try handle.compact()
    }

    /// Makes anew what the search and lists are found by: indexes, counts, names in use, columns. Says how many things
    /// were not as they should be. Cases, customers, notes, events and files stay as they are; if they are damaged
    /// themselves, it throws `corrupt`, and nothing was changed.
    @discardableResult
    public func repairDerived() throws -> UInt64 {
        try handle.repairDerived()
    }

    /// Copies the file to `url`, of one moment and while others read and write.
    ///
    /// Nothing may be there. The copy comes there whole or not at all: made beside it for its owner alone, synced, every
    /// page of it checked, and put there without replacing anything. It is a file like the original, with every
    /// customer's data in it, and the ledger says nothing of it. To go on with a copy, see `Options.restored`.
    ///
    /// `progress` is called after each mebibyte and while the copy is checked. It ends the backup by answering `false`
    /// (the code is `cancelled`) or by throwing, which goes on to the caller. It must not suspend or close the kit.
    ///
    /// Throws `CasekitError.store` with `exists` if something is there, with `interrupted` after `suspend`, with
    /// `corrupt` if the file is damaged, with `unsupported` from a kit in memory. After an error nothing of it is left.
    public func backup(to url: URL, progress: (@Sendable (BackupProgress) throws -> Bool)? = nil) throws {
        let listener = progress.map(Watcher.init)
        do {
            try handle.backupTo(path: url.path, listener: listener)
        } catch let error as CasekitError {
            throw listener?.thrown ?? error
        }
    }

    /// Lets go of the file, for a phone that puts the application to sleep: waits for calls under way for at most
    /// `wait` seconds, interrupts reads, and closes every handle. Calls answer `suspended` until `resume`; live lists
    /// stay, and go on then.
    public func suspend(wait: TimeInterval = 2) throws {
        try handle.suspend(wait: wait)
    }

    /// Opens the file again after `suspend`.
    public func resume() throws {
        try handle.resume()
        bell.ring()
    }

    /// The same kit for code that must not block.
    public var async: AsyncKit { AsyncKit(kit: self) }
}

/// A kit for code that must not block: each call waits on a thread of casekit's own, never on one of Swift's.
public struct AsyncKit: Sendable {
    /// The same kit for code that may block.
    public let kit: CaseKit

    /// Opens the file at `path`, as `CaseKit.open(_:options:)` does.
    public static func open(_ path: String, options: Options = Options()) async throws -> CaseKit {
        try await Workers.shared.run { try CaseKit.open(path, options: options) }
    }

    /// Lets go of the file for good.
    public func close() async throws {
        try await Workers.shared.run { [kit] in try kit.close() }
    }

    /// Looks for changes that another process made.
    @discardableResult
    public func poll() async throws -> Bool {
        try await Workers.shared.run { [kit] in try kit.poll() }
    }

    /// Goes on with every answer that is under way.
    @discardableResult
    public func resumeDeliveries() async throws -> Resumed {
        try await Workers.shared.run { [kit] in try kit.resumeDeliveries() }
    }

    /// Destroys what was kept long enough.
    @discardableResult
    public func purgeExpired() async throws -> UInt64 {
        try await Workers.shared.run { [kit] in try kit.purgeExpired() }
    }

    /// Looks the whole file over for damage.
    public func check() async throws {
        try await Workers.shared.run { [kit] in try kit.check() }
    }

    /// How the kit is doing.
    public func health() async throws -> Health {
        try await Workers.shared.run { [kit] in try kit.health() }
    }

    /// Gives back the space in the file that holds nothing.
    @discardableResult
    public func compact() async throws -> UInt64 {
        try await Workers.shared.run { [kit] in try kit.compact() }
    }

    /// Makes anew what the search and lists are found by.
    @discardableResult
    public func repairDerived() async throws -> UInt64 {
        try await Workers.shared.run { [kit] in try kit.repairDerived() }
    }

    /// Copies the file to `url`, as `CaseKit.backup(to:progress:)` does. Cancelling the task ends the backup; nothing of
    /// it is left once it has ended, which it does within a mebibyte.
    public func backup(
        to url: URL, progress: (@Sendable (BackupProgress) -> Void)? = nil
    ) async throws {
        let isCancelled = Flag()
        do {
            try await withTaskCancellationHandler {
                try await Workers.shared.run { [kit] in
                    try kit.backup(to: url) { soFar in
                        progress?(soFar)
                        return !isCancelled.isSet
                    }
                }
            } onCancel: {
                isCancelled.set()
            }
        } catch let error as CasekitError where error.code == "cancelled" {
            // Either of the two that are told of it may be first.
            throw CancellationError()
        }
    }

    /// Lets go of the file until `resume`.
    public func suspend(wait: TimeInterval = 2) async throws {
        try await Workers.shared.run { [kit] in try kit.suspend(wait: wait) }
    }

    /// Opens the file again after `suspend`.
    public func resume() async throws {
        try await Workers.shared.run { [kit] in try kit.resume() }
    }
}

extension Desk {
    /// The same desk for code that must not block.
    public var async: AsyncDesk { AsyncDesk(desk: self) }

    /// Imports as `importItems(_:listener:)` does, and tells a closure how far it has come after each chunk.
    @discardableResult
    public func importItems(
        _ items: [ImportItem], progress: @escaping @Sendable (ImportProgress) -> Void
    ) throws -> ImportReport {
        try importItems(items, listener: Follower(progress))
    }
}

private final class Hearer: Observer {
    private let heard: @Sendable (String) -> Void

    init(_ heard: @escaping @Sendable (String) -> Void) {
        self.heard = heard
    }

    func changed(cursor: String) throws {
        heard(cursor)
    }
}

private final class Follower: ImportListener {
    private let follow: @Sendable (ImportProgress) -> Void

    init(_ follow: @escaping @Sendable (ImportProgress) -> Void) {
        self.follow = follow
    }

    func progress(progress: ImportProgress) throws {
        follow(progress)
    }
}

/// Keeps what the application's code throws: the library only hears that it failed.
private final class Watcher: BackupListener, @unchecked Sendable {
    private let watch: @Sendable (BackupProgress) throws -> Bool
    private(set) var thrown: Error?

    init(_ watch: @escaping @Sendable (BackupProgress) throws -> Bool) {
        self.watch = watch
    }

    func progress(progress: BackupProgress) throws -> Bool {
        do {
            return try watch(progress)
        } catch {
            thrown = error
            return false
        }
    }
}

private final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = false

    var isSet: Bool { lock.withLock { value } }

    func set() {
        lock.withLock { value = true }
    }
}
