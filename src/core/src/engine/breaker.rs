//! Whether a server answers at all: a circuit breaker over its answers.
//!
//! ```text
//! closed ──failures without an answer between them──▶ open ──its pause is over──▶ half-open, one trial
//!   ▲                                                  ▲ ◀──────────it fails─────────┤
//!   └───────────────────────an answer, whatever it says┴─────────────────────────────┘
//! ```
//!
//! An answer that refuses is an answer: the breaker tells an outage from what is wrong with one object.

use std::time::Duration;

use crate::time::Timestamp;

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    threshold: u32,
    first_pause: Duration,
    pause: Duration,
    /// Failures since the last answer.
    failures: u32,
    /// Until when it is open, and half-open from then on; closed without.
    open_until: Option<Timestamp>,
    answered_at: Timestamp,
}

impl Breaker {
    /// Opens for `first_pause` at `threshold` failures in a row, and for `pause` each time that a trial fails.
    pub fn new(threshold: u32, first_pause: Duration, pause: Duration) -> Self {
        Self {
            threshold,
            first_pause,
            pause,
            failures: 0,
            open_until: None,
            answered_at: Timestamp::default(),
        }
    }

    /// Whether everything may be asked.
    pub fn is_closed(&self) -> bool {
        self.open_until.is_none()
    }

    /// Until when nothing may be asked; from then on a trial may.
    pub fn open_until(&self) -> Option<Timestamp> {
        self.open_until
    }

    /// Whether a request may start. Half-open it says yes once, and again when the pause is over without word of that one.
    pub fn allows(&mut self, now: Timestamp) -> bool {
        match self.open_until {
            None => true,
            Some(until) if until > now => false,
            Some(_) => {
                self.open_until = Some(now.plus(self.pause));
                true
            }
        }
    }

    /// Whether there was an answer after `instant`.
    pub fn has_answered_since(&self, instant: Timestamp) -> bool {
        self.answered_at > instant
    }

    /// Notes an answer: it is closed.
    pub fn answered(&mut self, now: Timestamp) {
        self.answered_at = now;
        self.failures = 0;
        self.open_until = None;
    }

    /// Notes that a request got no answer, or none that says anything.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.open_until.is_some() {
            self.open_until = Some(now.plus(self.pause));
        } else if self.failures >= self.threshold {
            self.trip(now);
        }
    }

    /// Opens it, if it is not open.
    pub fn trip(&mut self, now: Timestamp) {
        self.open_until.get_or_insert(now.plus(self.first_pause));
    }

    /// Goes on as another run left it.
    pub fn restore(&mut self, open_until: Option<Timestamp>) {
        self.open_until = open_until;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Breaker;
    use crate::time::Timestamp;

    const PAUSE: Duration = Duration::from_secs(120);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn open_after_three() -> Breaker {
        let mut breaker = Breaker::new(3, PAUSE, PAUSE);
        for second in 1..=3 {
            assert!(breaker.allows(at(second)));
            breaker.failed(at(second));
        }
        breaker
    }

    #[test]
    fn it_opens_at_failures_in_a_row_and_an_answer_between_them_begins_anew() {
        let mut breaker = Breaker::new(3, PAUSE, PAUSE);
        for second in 1..=10 {
            breaker.failed(at(second));
            breaker.failed(at(second));
            breaker.answered(at(second));
        }
        assert!(breaker.is_closed());
        assert!(!open_after_three().allows(at(4)));
    }

    #[test]
    fn half_open_it_lets_one_trial_through_whose_answer_closes_it() {
        let mut breaker = open_after_three();
        assert!(!breaker.allows(at(122)));
        assert!(breaker.allows(at(123)));
        assert!(!breaker.allows(at(124)));
        breaker.answered(at(125));
        assert!(breaker.allows(at(125)) && breaker.is_closed());
    }

    #[test]
    fn a_trial_that_fails_opens_it_for_as_long_again() {
        let mut breaker = open_after_three();
        assert!(breaker.allows(at(123)));
        breaker.failed(at(130));
        assert!(!breaker.allows(at(249)));
        assert!(breaker.allows(at(250)));
    }

    #[test]
    fn a_trial_that_nobody_hears_of_is_followed_by_another() {
        let mut breaker = open_after_three();
        assert!(breaker.allows(at(123)));
        assert!(breaker.allows(at(243)));
    }
}
