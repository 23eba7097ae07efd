import Foundation

/// One open file of cases.
///
/// Many threads can use a kit at once, and many processes may open the same file. The file is closed by `close()`, or
/// when the kit and everything that came from it (desks, live lists) is released.
public final class CaseKit: Sendable {
    private let handle: KitHandle
    private let bell: Bell

    private init(_ handle: KitHandle, _ workers: Workers) {
        self.handle = handle
        bell = Bell(handle, workers)
    }

    /// The threads on which asynchronous calls of this kit wait.
    var workers: Workers { bell.workers }

    /// Opens the file at `path`, or creates it with the shipped case types, stages and workflows. `:memory:` makes a
    /// kit in memory, without a file.
    ///
    /// - Throws: `CasekitError.store` with `not_casekit`, `too_new` or `corrupt` if the file exists and cannot be used:
    ///   it is left unchanged; `foreign` if another program made a table, view, index or trigger in it; `missing` if it
    ///   does not exist and must not be created; `network_file_system` if it is on one and the options do not allow it;
    ///   `io`, `read_only`, `busy` or `full` for errors of the system.
    public static func open(_ path: String, options: Options = Options()) throws -> CaseKit {
        try open(path, options: options, workers: Workers())
    }

    static func open(_ path: String, options: Options, workers: Workers) throws -> CaseKit {
        try Version.check()
        return CaseKit(try KitHandle.open(path: path, options: options), workers)
    }

    /// Opens the file at `url`, as `open(_:options:)` does with a path.
    ///
    /// - Throws: `CasekitError.invalid` for a URL that is not of a file.
    public static func open(_ url: URL, options: Options = Options()) throws -> CaseKit {
        try open(url.pathOfFile("url"), options: options)
    }

    /// Opens the organisation's schema in the PostgreSQL database at `url`, such as `postgres://user@host/database`, or
    /// creates it: what a file is to `open(_:options:)`. Many hosts may have it open at the same time. Connections to another
    /// machine are encrypted, and the server's certificate is verified, unless the address says `sslmode=disable`.
    ///
    /// - Throws: `CasekitError.store` with `missing` for a text that is no address, or if the database or the schema is not
    ///   there and must not be created; `denied` if the login is refused, lacks a right, or the server's certificate is not
    ///   trusted; `unavailable` if the server cannot be reached; `too_new` for a schema of a later version; `unsupported` if
    ///   `readOnly`, `untrusted` or a durability of less than `full` is set.
    public static func connect(
        _ url: String, database: DatabaseOptions = DatabaseOptions(), options: Options = Options()
    ) throws -> CaseKit {
        try connect(url, database: database, options: options, workers: Workers())
    }

    static func connect(_ url: String, database: DatabaseOptions, options: Options, workers: Workers) throws -> CaseKit {
        try Version.check()
        return CaseKit(try KitHandle.connect(url: url, database: database, options: options), workers)
    }

    /// A kit in memory, for tests and trials. Its content is gone when it is closed.
    public static func inMemory(options: Options = Options()) throws -> CaseKit {
        try Version.check()
        return CaseKit(try KitHandle.inMemory(options: options), Workers())
    }

    /// The desk of an actor; every command and every read goes through one. The application vouches for the actor. A
    /// desk works while the file is open, even if the application keeps no reference to the kit; that of a closed kit throws
    /// `closed` at each call.
    public func desk(_ actor: Actor) -> Desk {
        let desk = handle.desk(actor: actor)
        desk.bell = bell
        return desk
    }

    /// The language of desks that choose none of their own.
    public func language() -> Language {
        handle.language()
    }

    /// Closes the file for good. Later calls throw `closed`, live lists end, and so do subscriptions. Closing it again does
    /// nothing.
    public func close() throws {
        try handle.closeKit()
        bell.ring()
    }

    /// Calls a closure after commits, on a thread of its own, with the cursor up to which changes can be read. Calls
    /// for several commits may be merged into one. What it throws is logged.
    ///
    /// - Returns: The subscription. It goes on until it is ended, the kit is closed, or the kit is released; it need not be
    ///   kept. On a closed kit it has ended.
    @discardableResult
    public func observe(_ changed: @escaping @Sendable (_ cursor: String) throws -> Void) -> Subscription {
        observe(Hearer(changed))
    }

    /// Calls an observer after commits, as the function with a closure does.
    @discardableResult
    public func observe(_ observer: Observer) -> Subscription {
        handle.observe(observer: observer)
    }

    /// Says which streams changed since a cursor, such as that of the previous answer or of an observer: an open screen then
    /// knows whether it is concerned. Reads up to 500 events by their position.
    ///
    /// - Returns: The streams, and the cursor to go on with. `nil` instead of the streams says that any may have changed:
    ///   because more than 500 events came, or no cursor was given.
    public func changedStreams(since: String? = nil) throws -> ChangedStreams {
        try handle.changedStreams(since: since)
    }

    /// Looks for changes by other processes, and tells observers and live lists about them.
    ///
    /// - Returns: Whether there were any changes.
    @discardableResult
    public func poll() throws -> Bool {
        try handle.poll()
    }

    /// Polls by itself, on a thread of the library's own: observers and live lists learn what other processes commit within
    /// about `interval` seconds, at least 0.01 and at most a day.
    ///
    /// - Returns: What ends it. It ends too when the kit is closed or released; it need not be kept.
    @discardableResult
    public func poll(every interval: TimeInterval) throws -> Subscription {
        try handle.pollEvery(interval: interval)
    }

    /// Does what is due: continues deliveries that are unfinished and that nobody is working on, tries again what failed and
    /// may pass by itself, once its instant has come, and destroys snapshots and packages whose retention is over.
    ///
    /// Call it when the application starts, and again at the instant that the answer names, or have `runDueInBackground` do
    /// so. It acts as `casekit` in the history, and only goes on with what a person decided. What fails at a case is not an
    /// error of this call: the case is then among the cases with errors.
    ///
    /// - Returns: What was done, and when the library wants to be called next: up to 100 cases have their turn in one call.
    @discardableResult
    public func runDue() throws -> DueReport {
        try handle.runDue()
    }

    /// Continues every unfinished delivery that nobody is working on, and tries those again that failed, once their instant
    /// has come: the part of `runDue` that sends. A delivery that fails is not an error of this call: its case is then among
    /// the cases with errors.
    @discardableResult
    public func resumeDeliveries() throws -> Resumed {
        try handle.resumeDeliveries()
    }

    /// Destroys snapshots and packages whose retention is over: the part of `runDue` that destroys.
    ///
    /// - Returns: The number of snapshots and packages that were destroyed.
    @discardableResult
    public func purgeExpired() throws -> UInt64 {
        try handle.purgeExpired()
    }

    /// Checks the whole file for damage: each state against its events, what finds it against what it is derived from,
    /// and the bytes of snapshots and packages against their digests. It reads everything, so it takes long for a large
    /// file.
    ///
    /// `progress` is called after each part of the file. It ends the check by returning `false` or by throwing; what it throws
    /// is thrown to the caller.
    ///
    /// - Returns: What was compared, and whether destroyed bytes may still be in the log.
    /// - Throws: `CasekitError.store` with `corrupt` if there is any damage; the message says whether `repairDerived`
    ///   repairs it or only a backup helps; with `cancelled` if `progress` returned `false`.
    @discardableResult
    public func check(progress: (@Sendable (CheckProgress) throws -> Bool)? = nil) throws -> CheckReport {
        let listener = progress.map(Examiner.init)
        do {
            return try handle.check(listener: listener)
        } catch let error as CasekitError {
            throw listener?.thrown ?? error
        }
    }

    /// The state of the kit: the last fault, the size of the log, the oldest read, due tasks, the last checkpoint, and
    /// what protects the file on this system. It returns at once; `check` reads the whole file.
    public func health() throws -> Health {
        try handle.health()
    }

    /// Returns unused space in the file to the system, as after `purgeExpired`. It works in steps, between which others
    /// can write.
    ///
    /// - Returns: The number of bytes by which the file shrank.
    @discardableResult
    public func compact() throws -> UInt64 {
        try handle.compact()
    }

    /// Rebuilds everything by which searches and lists find records: indexes, counts, claims and columns. Cases,
    /// customers, notes, events and files are not changed.
    ///
    /// - Returns: The number of entries that were wrong.
    /// - Throws: `CasekitError.store` with `corrupt` if cases, customers, notes, events or files are damaged
    ///   themselves; nothing was changed.
    @discardableResult
    public func repairDerived() throws -> UInt64 {
        try handle.repairDerived()
    }

    /// Copies the file to `url` as it is at one moment, while others read and write.
    ///
    /// There must be nothing at `url`. The copy appears there complete or not at all: it is made beside it with access
    /// for its owner alone, synced, checked page by page, and moved to its place without replacing anything. It is a
    /// file like the original, with every customer's data in it, and the ledger does not mention it. To continue with a
    /// copy, see `Options.restored`.
    ///
    /// `progress` is called after each mebibyte, and while the copy is checked. It ends the backup by returning `false`
    /// or by throwing; what it throws is thrown to the caller. It must not suspend or close the kit.
    ///
    /// - Throws: `CasekitError.store` with `exists` if there is something at `url`, `cancelled` if `progress` returned
    ///   `false`, `interrupted` after `suspend`, `corrupt` if the file is damaged, `unsupported` for a kit in memory.
    ///   After an error nothing of the backup is left.
    public func backup(to url: URL, progress: (@Sendable (BackupProgress) throws -> Bool)? = nil) throws {
        let listener = progress.map(Watcher.init)
        do {
            try handle.backupTo(path: url.pathOfFile("url"), listener: listener)
        } catch let error as CasekitError {
            throw listener?.thrown ?? error
        }
    }

    /// Closes the file for a while, for a phone that suspends the application. It waits for running calls for at most
    /// `wait` seconds, interrupts reads, and closes every handle. Until `resume`, calls throw `suspended`; live lists
    /// wait, and continue then.
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

/// A kit for code that must not block: each call waits on one of casekit's own threads, never on one of Swift's.
public struct AsyncKit: Sendable {
    /// The same kit for code that may block.
    public let kit: CaseKit

    /// Opens the file at `path`, as `CaseKit.open(_:options:)` does.
    public static func open(_ path: String, options: Options = Options()) async throws -> CaseKit {
        let workers = Workers()
        return try await workers.run { try CaseKit.open(path, options: options, workers: workers) }
    }

    /// Opens a schema in a database, as `CaseKit.connect(_:database:options:)` does.
    public static func connect(
        _ url: String, database: DatabaseOptions = DatabaseOptions(), options: Options = Options()
    ) async throws -> CaseKit {
        let workers = Workers()
        return try await workers.run {
            try CaseKit.connect(url, database: database, options: options, workers: workers)
        }
    }

    /// Closes the file for good, as `CaseKit.close()` does.
    public func close() async throws {
        try await kit.workers.run { [kit] in try kit.close() }
    }

    /// Says which streams changed since a cursor, as `CaseKit.changedStreams(since:)` does.
    public func changedStreams(since: String? = nil) async throws -> ChangedStreams {
        try await kit.workers.run { [kit] in try kit.changedStreams(since: since) }
    }

    /// Looks for changes by other processes, as `CaseKit.poll()` does.
    @discardableResult
    public func poll() async throws -> Bool {
        try await kit.workers.run { [kit] in try kit.poll() }
    }

    /// Does what is due, as `CaseKit.runDue()` does.
    @discardableResult
    public func runDue() async throws -> DueReport {
        try await kit.workers.run { [kit] in try kit.runDue() }
    }

    /// Continues every unfinished delivery that nobody is working on, as `CaseKit.resumeDeliveries()` does.
    @discardableResult
    public func resumeDeliveries() async throws -> Resumed {
        try await kit.workers.run { [kit] in try kit.resumeDeliveries() }
    }

    /// Destroys snapshots and packages whose retention is over, as `CaseKit.purgeExpired()` does.
    @discardableResult
    public func purgeExpired() async throws -> UInt64 {
        try await kit.workers.run { [kit] in try kit.purgeExpired() }
    }

    /// Checks the whole file for damage, as `CaseKit.check(progress:)` does. Cancelling the task ends the check after the part
    /// that is being read.
    @discardableResult
    public func check(progress: (@Sendable (CheckProgress) -> Void)? = nil) async throws -> CheckReport {
        try await kit.cancellable { [kit] isCancelled in
            try kit.check { soFar in
                progress?(soFar)
                return !isCancelled.isSet
            }
        }
    }

    /// The state of the kit, as `CaseKit.health()` gives it.
    public func health() async throws -> Health {
        try await kit.workers.run { [kit] in try kit.health() }
    }

    /// Returns unused space in the file to the system, as `CaseKit.compact()` does.
    @discardableResult
    public func compact() async throws -> UInt64 {
        try await kit.workers.run { [kit] in try kit.compact() }
    }

    /// Rebuilds everything by which searches and lists find records, as `CaseKit.repairDerived()` does.
    @discardableResult
    public func repairDerived() async throws -> UInt64 {
        try await kit.workers.run { [kit] in try kit.repairDerived() }
    }

    /// Copies the file to `url`, as `CaseKit.backup(to:progress:)` does. Cancelling the task ends the backup within the
    /// next mebibyte; nothing of the backup is left then.
    public func backup(
        to url: URL, progress: (@Sendable (BackupProgress) -> Void)? = nil
    ) async throws {
        try await kit.cancellable { [kit] isCancelled in
            try kit.backup(to: url) { soFar in
                progress?(soFar)
                return !isCancelled.isSet
            }
        }
    }

    /// Closes the file until `resume`, as `CaseKit.suspend(wait:)` does.
    public func suspend(wait: TimeInterval = 2) async throws {
        try await kit.workers.run { [kit] in try kit.suspend(wait: wait) }
    }

    /// Opens the file again after `suspend`, as `CaseKit.resume()` does.
    public func resume() async throws {
        try await kit.workers.run { [kit] in try kit.resume() }
    }
}

extension CaseKit {
    /// Runs work on a thread of the kit that ends early once its task is cancelled.
    fileprivate func cancellable<Answer: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: Flag) throws -> Answer
    ) async throws -> Answer {
        let isCancelled = Flag()
        do {
            return try await withTaskCancellationHandler {
                try await workers.run { try work(isCancelled) }
            } onCancel: {
                isCancelled.set()
            }
        } catch let error as CasekitError where error.code == "cancelled" {
            // Both the worker and the work notice the cancellation; the caller gets one error whichever is first.
            throw CancellationError()
        }
    }
}

extension Desk {
    /// The same desk for code that must not block.
    public var async: AsyncDesk { AsyncDesk(desk: self) }

    /// Imports as `importItems(_:options:listener:)` does, and calls a closure with the progress after each 500 items. The
    /// import ends if the closure returns `false`, with `cancelled`, or throws, with a `CasekitError` that has what it threw
    /// as its `underlyingError`. Both say how much was written, which stays.
    @discardableResult
    public func importItems(
        _ items: [ImportItem], options: ImportOptions? = nil,
        progress: @escaping @Sendable (ImportProgress) throws -> Bool
    ) throws -> ImportReport {
        try importItems(items, options: options, listener: Follower(progress))
    }

    /// Verifies as `verify(kept:listener:)` does, and calls a closure with the progress, which ends it by returning `false`
    /// or by throwing; what it throws is thrown to the caller.
    public func verify(
        kept: [AuditHead] = [], progress: @escaping @Sendable (VerifyProgress) throws -> Bool
    ) throws -> VerifyReport {
        let listener = Checker(progress)
        do {
            return try verify(kept: kept, listener: listener)
        } catch let error as CasekitError {
            throw listener.thrown ?? error
        }
    }

    /// Verifies as `verifyStream(_:listener:)` does, and calls a closure with the progress, which ends it by returning
    /// `false` or by throwing; what it throws is thrown to the caller.
    public func verifyStream(
        _ stream: StreamId, progress: @escaping @Sendable (VerifyProgress) throws -> Bool
    ) throws -> VerifyReport {
        let listener = Checker(progress)
        do {
            return try verifyStream(stream, listener: listener)
        } catch let error as CasekitError {
            throw listener.thrown ?? error
        }
    }
}

extension Desk {
    /// Has a head signed as `signAuditHead(_:signer:)` does, by a closure that is given the exact bytes to sign. What it
    /// throws is thrown to the caller; the head stays taken, and can be signed again.
    public func signAuditHead(
        _ head: AuditHead, by sign: @escaping @Sendable (Data) throws -> HeadSignature
    ) throws -> SignedHead {
        let signer = Signer(sign)
        do {
            return try signAuditHead(head, signer: signer)
        } catch let error as CasekitError {
            throw signer.thrown ?? error
        }
    }
}

private final class Hearer: Observer {
    private let heard: @Sendable (String) throws -> Void

    init(_ heard: @escaping @Sendable (String) throws -> Void) {
        self.heard = heard
    }

    func changed(cursor: String) throws {
        try heard(cursor)
    }
}

private final class Follower: ImportListener {
    private let follow: @Sendable (ImportProgress) throws -> Bool

    init(_ follow: @escaping @Sendable (ImportProgress) throws -> Bool) {
        self.follow = follow
    }

    func progress(progress: ImportProgress) throws -> Bool {
        try follow(progress)
    }
}

/// Keeps what the application's code throws, to be thrown to the caller: the library only learns that it failed.
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

/// As `Watcher`, for checking.
private final class Examiner: CheckListener, @unchecked Sendable {
    private let examine: @Sendable (CheckProgress) throws -> Bool
    private(set) var thrown: Error?

    init(_ examine: @escaping @Sendable (CheckProgress) throws -> Bool) {
        self.examine = examine
    }

    func progress(progress: CheckProgress) throws -> Bool {
        do {
            return try examine(progress)
        } catch {
            thrown = error
            return false
        }
    }
}

private final class Checker: VerifyListener, @unchecked Sendable {
    private let check: @Sendable (VerifyProgress) throws -> Bool
    private(set) var thrown: Error?

    init(_ check: @escaping @Sendable (VerifyProgress) throws -> Bool) {
        self.check = check
    }

    func progress(progress: VerifyProgress) throws -> Bool {
        do {
            return try check(progress)
        } catch {
            thrown = error
            return false
        }
    }
}

private final class Signer: HeadSigner, @unchecked Sendable {
    private let make: @Sendable (Data) throws -> HeadSignature
    private(set) var thrown: Error?

    init(_ make: @escaping @Sendable (Data) throws -> HeadSignature) {
        self.make = make
    }

    func sign(statement: Data) throws -> HeadSignature {
        do {
            return try make(statement)
        } catch {
            thrown = error
            throw error
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
