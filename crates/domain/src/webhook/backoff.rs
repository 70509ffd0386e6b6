//! Backoff for internal calls that were not acknowledged.

use crate::base::Delay;

/// Time after which a call without an answer is repeated. Successful calls between objects, or to
/// KV, take less.
pub(crate) const ANSWER_TIMEOUT: Delay = Delay::from_secs(30);

/// The delay after the first failure. It doubles with each further failure, at most
/// [`DOUBLINGS_MAX`] times (64 s). One call a minute is cheap, and more calls would not end an
/// outage of KV sooner.
const RETRY: Delay = Delay::from_secs(1);
const DOUBLINGS_MAX: u32 = 6;

/// The delay after a failure, if `failures` consecutive failures preceded it.
pub(crate) const fn delay_after(failures: u32) -> Delay {
    let doublings = if failures < DOUBLINGS_MAX { failures } else { DOUBLINGS_MAX };
    Delay::from_ms(RETRY.as_ms() << doublings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_minute() {
        let delays: Vec<u64> = (0..8).map(|n| delay_after(n).as_ms() / 1_000).collect();
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 64, 64]);
        assert_eq!(delay_after(u32::MAX), delay_after(6));
    }
}
