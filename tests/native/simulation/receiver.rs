//! The receiver: how it answers a POST.

use domain::delivery::{Answer, Outcome, SendError, SignalHeaders};
use domain::dispatch::SendJob;

use super::world::World;

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    /// With a 2xx.
    Up,
    /// With a 5xx.
    Down,
    /// Like `Up`, `Down` or `Unreachable`, at random.
    Flaky,
    /// Not before the timeout.
    Hanging,
    /// Not at all: the connection fails.
    Unreachable,
    /// With a 302.
    Redirecting,
    /// With a 4xx.
    Rejecting,
    /// With a 503 and `Retry-After`.
    Throttling,
    /// With a 2xx after nine seconds, shortly before the timeout of the deployment.
    Slow,
    /// With a 403 that is the challenge of a bot protection.
    Challenging,
    /// With a 422, and asks to abort the event.
    Aborting,
    /// With a 204, and asks for no further event.
    Disabling,
}

pub(super) const RECEIVERS: [Receiver; 9] = [
    Receiver::Up,
    Receiver::Down,
    Receiver::Flaky,
    Receiver::Hanging,
    Receiver::Unreachable,
    Receiver::Redirecting,
    Receiver::Rejecting,
    Receiver::Throttling,
    Receiver::Slow,
];

impl World {
    /// Whether the receiver asks for the end of a delivery or of all in this run.
    const fn has_wishes(&self) -> bool {
        self.faulty && self.wishes
    }

    /// POSTs an attempt. Returns its duration in milliseconds and its outcome.
    pub(super) fn post(&mut self, attempt: &SendJob) -> (u64, Outcome) {
        self.posts += 1;
        Self::check_trace(attempt);
        let receiver = if self.receiver == Receiver::Flaky {
            self.rng.pick(&[Receiver::Up, Receiver::Down, Receiver::Unreachable])
        } else {
            self.receiver
        };
        // In some runs the receiver asks for the end now and then. It draws no number for that, so
        // that all other runs stay the same.
        let is_each = |posts| self.has_wishes() && self.posts.is_multiple_of(posts);
        let receiver = if receiver == Receiver::Rejecting && self.has_wishes() && !is_each(3) {
            Receiver::Aborting
        } else if receiver == Receiver::Up && is_each(17) {
            Receiver::Disabling
        } else if receiver == Receiver::Redirecting && self.has_wishes() {
            Receiver::Challenging
        } else {
            receiver
        };
        let answer = |status, retry_after: Option<&str>| {
            let headers = SignalHeaders::default();
            let retry_after = retry_after.unwrap_or_default();
            Outcome::Answered(Answer::received(status, retry_after, headers, Vec::new()))
        };
        let signal = |status, webhook_delivery, mitigated| {
            let headers = SignalHeaders { webhook_delivery, mitigated: [mitigated, "", ""] };
            Outcome::Answered(Answer::received(status, "", headers, Vec::new()))
        };
        let delay_ms = self.rng.below(500);
        let timeout_ms = attempt.timeout(self.rules.timeout).as_ms();
        let (delay_ms, outcome) = match receiver {
            Receiver::Up | Receiver::Flaky => {
                (delay_ms, answer(self.rng.pick(&[200, 201, 204]), None))
            }
            Receiver::Slow if timeout_ms > 9_500 => (9_000 + delay_ms, answer(200, None)),
            Receiver::Down => (delay_ms, answer(self.rng.pick(&[500, 502, 503, 530]), None)),
            Receiver::Throttling => (delay_ms, answer(503, Some("7"))),
            Receiver::Hanging | Receiver::Slow => (timeout_ms, Outcome::Failed(SendError::Timeout)),
            Receiver::Unreachable => (delay_ms, Outcome::Failed(SendError::Connection)),
            Receiver::Redirecting => (delay_ms, answer(302, None)),
            Receiver::Rejecting => (delay_ms, answer(self.rng.pick(&[400, 404, 410, 429]), None)),
            Receiver::Challenging => (delay_ms, signal(403, "", "challenge")),
            Receiver::Aborting => (delay_ms, signal(422, "abort-message", "")),
            Receiver::Disabling => (delay_ms, signal(204, "disable", "")),
        };
        if matches!(&outcome, Outcome::Answered(answer) if answer.status < 300) {
            self.expectations.get_mut(&attempt.event_id).unwrap().received = true;
        }
        (delay_ms, outcome)
    }
}
