//! How often something is repeated that another part of the product has to hear, and did not
//! acknowledge.

use crate::base::Delay;

/// How long an unanswered call is waited for before it is repeated. Longer than any call between
/// objects or to KV takes when it succeeds.
pub(crate) const PATIENCE: Delay = Delay::from_secs(30);

/// The delay after the first failure; it doubles up to `2^DOUBLINGS_MAX` times this, about a
/// minute: an outage of KV is over when it is over, and one call a minute is cheap.
const RETRY: Delay = Delay::from_secs(1);
const DOUBLINGS_MAX: u32 = 6;

/// How long to wait after a failure that followed so many others in a row.
pub(crate) const fn pause_after(failures: u32) -> Delay {
    let doublings = if failures < DOUBLINGS_MAX { failures } else { DOUBLINGS_MAX };
    Delay::from_ms(RETRY.as_ms() << doublings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses: Vec<u64> = (0..8).map(|n| pause_after(n).as_ms() / 1_000).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64]);
        assert_eq!(pause_after(u32::MAX), pause_after(6));
    }
}
