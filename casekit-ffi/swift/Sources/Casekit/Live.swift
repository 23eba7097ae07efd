import Foundation

/// A read whose answer is delivered again when a commit changed it: iterate with `for try await`.
///
/// The first delivery is the present answer. A slow consumer gets only the newest answer, never a backlog. A commit
/// that does not change the answer delivers nothing, and while nothing is committed nothing runs. Ending the iteration,
/// or cancelling its task, frees the read. When the kit is closed, the iteration ends; while it is suspended, the iteration
/// waits.
public struct Live<Element: Sendable>: AsyncSequence, Sendable {
    fileprivate let bell: Bell
    /// Begins one iteration. The closure that it returns gives the answer if it has changed since the last call.
    fileprivate let begin: @Sendable () throws -> @Sendable () throws -> Element?

    public func makeAsyncIterator() -> Iterator {
        // Subscribed before the first read, so that no commit after it is missed.
        Iterator(live: self, rings: bell.rings().makeAsyncIterator())
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let live: Live
        fileprivate var rings: AsyncStream<Void>.Iterator
        private var read: (@Sendable () throws -> Element?)?
        private var isOver = false

        fileprivate init(live: Live, rings: AsyncStream<Void>.Iterator) {
            self.live = live
            self.rings = rings
        }

        public mutating func next() async throws -> Element? {
            guard !isOver else { return nil }
            do {
                repeat {
                    if let news = try await news() {
                        return news
                    }
                } while await rings.next() != nil
            } catch is CancellationError {
            } catch let error as CasekitError where error.code == "closed" {
            } catch {
                isOver = true
                throw error
            }
            isOver = true
            return nil
        }

        private mutating func news() async throws -> Element? {
            do {
                if read == nil {
                    read = try await live.bell.workers.run(live.begin)
                }
                guard let read else { return nil }
                return try await live.bell.workers.run(read)
            } catch let error as CasekitError where ["suspended", "interrupted"].contains(error.code) {
                // Nothing is lost: `resume` rings the bell, and then the answer is read.
                return nil
            }
        }
    }
}

extension Desk {
    /// The reads of this desk that are delivered again when a commit changed their answer.
    public var live: LiveDesk { LiveDesk(desk: self) }
}

/// The reads of one actor that are delivered again when a commit changed their answer.
public struct LiveDesk: Sendable {
    fileprivate let desk: Desk

    /// A page of cases under a filter. Needs `read_cases`.
    public func cases(_ query: CasesQuery? = nil, page: PageRequest? = nil) -> Live<CasePage> {
        live { desk in
            let live = try desk.liveCases(query, page: page)
            return { try live.refresh() }
        }
    }

    /// The cases that wait for the actor, oldest first. Needs `read_cases`.
    public func myPendingCases(page: PageRequest? = nil) -> Live<CasePage> {
        live { desk in
            let live = try desk.liveMyPendingCases(page: page)
            return { try live.refresh() }
        }
    }

    /// How many cases are pending for the actor. Needs `read_cases`.
    public func pendingCount() -> Live<UInt64> {
        live { desk in
            let live = try desk.livePendingCount()
            return { try live.refresh() }
        }
    }

    /// The actor's work, oldest first: what they hold, what is pending for them, and what they raised. Needs `read_cases`.
    public func myWork(page: PageRequest? = nil) -> Live<WorkPage> {
        live { desk in
            let live = try desk.liveMyWork(page: page)
            return { try live.refresh() }
        }
    }

    /// How much work the actor has. Needs `read_cases`.
    public func workCounts() -> Live<WorkCounts> {
        live { desk in
            let live = try desk.liveWorkCounts()
            return { try live.refresh() }
        }
    }

    /// The thread of a case in reading order. Needs `read_cases` and `read_notes`.
    public func thread(_ case: CaseId, page: PageRequest? = nil) -> Live<NotePage> {
        live { desk in
            let live = try desk.liveThread(`case`, page: page)
            return { try live.refresh() }
        }
    }

    /// Everything that a case worker's screen shows about one case. Needs `read_cases`.
    public func summary(_ case: CaseId) -> Live<RequestSummary> {
        live { desk in
            let live = try desk.liveSummary(`case`)
            return { try live.refresh() }
        }
    }

    /// Cases with errors, oldest first. Needs `read_failures`.
    public func failures(page: PageRequest? = nil) -> Live<FailingCasePage> {
        live { desk in
            let live = try desk.liveFailures(page: page)
            return { try live.refresh() }
        }
    }

    /// The changes since a cursor, in order and at least once, at most 500 in a delivery. Keep the cursor of each
    /// delivery to continue from there later. Without a cursor it begins with the first change of the file. A cursor to
    /// changes that were lost when a backup was restored is refused with `cursor_not_of_this_store`.
    public func changes(since cursor: String? = nil) -> Live<Changes> {
        live { desk in
            let place = Place(cursor)
            return {
                let news = try desk.changesSince(place.cursor)
                place.cursor = news.cursor
                return news.changes.isEmpty ? nil : news
            }
        }
    }

    private func live<Element: Sendable>(
        _ begin: @escaping @Sendable (Desk) throws -> @Sendable () throws -> Element?
    ) -> Live<Element> {
        Live(bell: desk.bell) { [desk] in try begin(desk) }
    }
}

/// The cursor of one iteration, which its reads advance one after the other.
private final class Place: @unchecked Sendable {
    var cursor: String?

    init(_ cursor: String?) {
        self.cursor = cursor
    }
}

/// Wakes everybody who waits for a commit. A kit has one observer for this, and none while nobody waits.
final class Bell: @unchecked Sendable {
    let workers: Workers
    private let handle: KitHandle
    private let lock = NSLock()
    private var waiting: [UInt64: AsyncStream<Void>.Continuation] = [:]
    private var last: UInt64 = 0
    private var subscription: Subscription?

    init(_ handle: KitHandle, _ workers: Workers) {
        self.handle = handle
        self.workers = workers
    }

    /// A stream with one element for any number of commits since the element before.
    func rings() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let place = lock.withLock {
                last += 1
                waiting[last] = continuation
                if subscription == nil {
                    subscription = handle.observe(observer: Ringer(self))
                }
                return last
            }
            continuation.onTermination = { [weak self] _ in self?.leave(place) }
        }
    }

    func ring() {
        lock.withLock { Array(waiting.values) }.forEach { $0.yield() }
    }

    /// The number of iterations that wait.
    var count: Int {
        lock.withLock { waiting.count }
    }

    private func leave(_ place: UInt64) {
        let over: Subscription? = lock.withLock {
            waiting[place] = nil
            guard waiting.isEmpty else { return nil }
            defer { subscription = nil }
            return subscription
        }
        over?.end()
    }
}

private final class Ringer: Observer {
    /// Weak, because the library holds the ringer, and the bell holds the library: otherwise neither would be freed.
    private let bell: WeakBell

    init(_ bell: Bell) {
        self.bell = WeakBell(bell)
    }

    func changed(cursor: String) throws {
        bell.bell?.ring()
    }
}

private final class WeakBell: @unchecked Sendable {
    weak var bell: Bell?

    init(_ bell: Bell) {
        self.bell = bell
    }
}

extension Live {
    /// The number of iterations over all live lists of the kit.
    var waiting: Int { bell.count }
}
