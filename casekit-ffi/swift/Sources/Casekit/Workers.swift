import Foundation

/// Threads on which calls wait, so that they never block Swift's own few threads. A thread is started when it is
/// needed, and ends after it was idle for a while. Each kit has its own, so that calls which wait in one kit's callbacks
/// hold up no other kit.
final class Workers: @unchecked Sendable {
    /// The most threads of a kit. If that many of its calls wait in callbacks, further calls wait for one of them to end.
    private let limit = 64
    private let patience: TimeInterval = 10
    private let condition = NSCondition()
    private var waiting: [any Job] = []
    private var threads = 0
    private var idle = 0

    /// Runs `work` on a thread. If the task is cancelled before the work begins, the work is not done.
    func run<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        let job = Awaited(work)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if job.await(continuation) {
                    hire(for: job)
                }
            }
        } onCancel: {
            job.cancel()
        }
    }

    private func hire(for job: any Job) {
        condition.lock()
        defer { condition.unlock() }
        waiting.append(job)
        if idle >= waiting.count {
            condition.signal()
        } else if threads < limit {
            threads += 1
            let thread = Thread { [self] in labour() }
            thread.name = "casekit"
            // 4 MiB, because reports are laid out on these threads.
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    private func labour() {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if waiting.isEmpty {
                idle += 1
                let woken = condition.wait(until: Date(timeIntervalSinceNow: patience))
                idle -= 1
                if waiting.isEmpty && !woken {
                    threads -= 1
                    return
                }
            } else {
                let job = waiting.removeFirst()
                condition.unlock()
                job.run()
                condition.lock()
            }
        }
    }
}

private protocol Job: AnyObject, Sendable {
    func run()
}

/// One piece of work, with the continuation of its caller. Whoever takes the continuation out resumes it, so it is
/// resumed once.
private final class Awaited<Answer: Sendable>: Job, @unchecked Sendable {
    private let work: @Sendable () throws -> Answer
    private let lock = NSLock()
    private var continuation: CheckedContinuation<Answer, Error>?
    private var isCancelled = false

    init(_ work: @escaping @Sendable () throws -> Answer) {
        self.work = work
    }

    /// Sets the continuation, and answers whether the work is still wanted.
    func await(_ continuation: CheckedContinuation<Answer, Error>) -> Bool {
        let wanted = lock.withLock {
            if !isCancelled {
                self.continuation = continuation
            }
            return !isCancelled
        }
        if !wanted {
            continuation.resume(throwing: CancellationError())
        }
        return wanted
    }

    func run() {
        take()?.resume(with: Result(catching: work))
    }

    func cancel() {
        lock.withLock { isCancelled = true }
        take()?.resume(throwing: CancellationError())
    }

    private func take() -> CheckedContinuation<Answer, Error>? {
        lock.withLock {
            defer { continuation = nil }
            return continuation
        }
    }
}
