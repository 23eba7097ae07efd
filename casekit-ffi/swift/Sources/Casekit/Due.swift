import Foundation

extension CaseKit {
    /// Does by itself what is due, in a task of its own: at once, then when something is due, and at least every `atMost`
    /// seconds, since another process may make something due earlier. The application's sources and deliveries are called on
    /// threads of the kit. While the kit is suspended, nothing is done.
    ///
    /// - Parameters:
    ///   - atMost: The longest time to wait, in seconds: at least 0.01 and at most a day.
    ///   - tell: Called after each run with what was done.
    ///   - failed: Called with the error if a run failed, for instance because the disk is full; the next run may go well.
    ///     Unless given, the error is logged.
    /// - Returns: The task. Cancelling it ends it: a run that is going on is not interrupted, and no other is begun. It ends too
    ///   when the kit is closed or released; it need not be kept.
    @discardableResult
    public func runDueInBackground(
        atMost: TimeInterval = 60,
        tell: @escaping @Sendable (DueReport) -> Void = { _ in },
        failed: (@Sendable (any Error) -> Void)? = nil
    ) -> Task<Void, Never> {
        let longest = min(max(atMost, 0.01), 86_400)
        return Task.detached { [weak self] in
            while !Task.isCancelled {
                // Held only for a run: the task must not keep the kit open.
                guard let wait = await self?.runOnce(longest, failed, tell) else { return }
                // In parts, so that the task of a kit that was released ends soon.
                let until = Date(timeIntervalSinceNow: wait)
                while self != nil, !Task.isCancelled, until.timeIntervalSinceNow > 0 {
                    let part = min(until.timeIntervalSinceNow, 1)
                    try? await Task.sleep(nanoseconds: UInt64(max(part, 0.001) * 1e9))
                }
            }
        }
    }

    /// Does once what is due. The answer is how long to wait then, or `nil` if the kit is closed.
    private func runOnce(
        _ longest: TimeInterval,
        _ failed: (@Sendable (any Error) -> Void)?,
        _ tell: @Sendable (DueReport) -> Void
    ) async -> TimeInterval? {
        do {
            let report = try await workers.run { [self] in try runDue() }
            tell(report)
            return report.next.map { min(max($0.timeIntervalSince(report.at), 0.01), longest) } ?? longest
        } catch let error as CasekitError where error.code == "closed" {
            return nil
        } catch let error as CasekitError where ["suspended", "interrupted"].contains(error.code) {
            return longest
        } catch is CancellationError {
            return nil
        } catch {
            if let failed { failed(error) } else { Thrown.say("what is due could not be done: it is tried again", error) }
            return longest
        }
    }
}
