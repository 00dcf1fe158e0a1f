//! How many requests Notion gets, and when.
//!
//! Notion counts in fixed windows of 60 s whose beginnings nobody tells.
//! In any 60 s, wherever they begin, no more than the budget is started here: that fits every fixed window.

use std::collections::VecDeque;
use std::time::Duration;

use crate::time::Timestamp;

/// The span that Notion's budget is counted over.
const WINDOW: Duration = Duration::from_secs(60);

/// The limiter for one token; its log outlives the run.
#[derive(Debug)]
pub struct Limiter {
    budget: usize,
    started: VecDeque<Timestamp>,
    paused_until: Timestamp,
}

impl Limiter {
    /// At most `budget` requests in any 60 s.
    pub fn new(budget: u32) -> Self {
        let budget = usize::try_from(budget).unwrap_or(usize::MAX);
        Self {
            budget,
            started: VecDeque::new(),
            paused_until: Timestamp::default(),
        }
    }

    /// Takes over the requests that earlier runs started.
    pub fn restore(&mut self, log: &[Timestamp]) {
        self.started = log.iter().copied().collect();
    }

    /// The first instant at which one more request may start; `now` or earlier means at once.
    pub fn next_start(&self) -> Timestamp {
        let excess = self.started.len().saturating_sub(self.budget);
        let free = match self.started.get(excess) {
            Some(oldest) if self.started.len() >= self.budget => oldest.plus(WINDOW),
            _ => Timestamp::default(),
        };
        free.max(self.paused_until)
    }

    /// Notes a request that starts now.
    pub fn start(&mut self, now: Timestamp) {
        while self
            .started
            .front()
            .is_some_and(|oldest| now.since(*oldest) >= WINDOW)
        {
            self.started.pop_front();
        }
        self.started.push_back(now);
    }

    /// Holds everything back until `until`, as an answer demanded.
    pub fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(until);
    }

    /// Until when everything is held back, if that is later than `now`.
    pub fn pause_after(&self, now: Timestamp) -> Option<Timestamp> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// The requests of the last 60 s, for the next run.
    pub fn log(&self, now: Timestamp) -> Vec<Timestamp> {
        self.started
            .iter()
            .copied()
            .filter(|started| now.since(*started) < WINDOW)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Limiter, WINDOW};
    use crate::time::Timestamp;

    #[test]
    fn no_window_holds_more_than_the_budget_and_none_is_left_unused() {
        let mut limiter = Limiter::new(180);
        let mut now = Timestamp::from_millis(1_000_000);
        let mut starts = Vec::new();
        for _ in 0..1_000 {
            now = now.max(limiter.next_start());
            limiter.start(now);
            starts.push(now);
            now = now.plus(Duration::from_millis(7));
        }
        for (first, after) in starts.iter().zip(starts.iter().skip(180)) {
            assert!(after.since(*first) >= WINDOW);
        }
        let took = starts
            .last()
            .map(|last| last.since(Timestamp::from_millis(1_000_000)));
        assert!(
            took.is_some_and(|took| took < Duration::from_secs(60 * 5 + 2)),
            "{took:?}"
        );
    }

    #[test]
    fn the_log_carries_over() {
        let mut first = Limiter::new(2);
        let now = Timestamp::from_millis(5_000);
        first.start(now);
        first.start(now);
        let mut second = Limiter::new(2);
        second.restore(&first.log(now));
        assert_eq!(second.next_start(), now.plus(WINDOW));
    }

    #[test]
    fn a_pause_holds_back_what_the_budget_allows() {
        let mut limiter = Limiter::new(180);
        limiter.pause(Timestamp::from_millis(9_000));
        assert_eq!(limiter.next_start(), Timestamp::from_millis(9_000));
    }
}
