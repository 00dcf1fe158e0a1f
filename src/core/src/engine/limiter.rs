//! How many requests Notion gets, and when.
//!
//! Notion counts in fixed windows of 60 s whose beginnings nobody tells.
//! In any 60 s, wherever they begin, no more than the budget is started here: that fits every fixed window.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The span that Notion's budget is counted over.
const WINDOW: Duration = Duration::from_secs(60);

/// How long everything is held back at least at the second refusal in a row; twice as long at each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How finely the log tells them apart, in ms: the finest with which it is short enough.
/// Each run starts later than the one before by as much as that, until a tick comes too early and a minute is lost.
const SPANS_MS: [i64; 4] = [50, 100, 250, 1_000];

/// The most entries of a log finer than by the second.
const MAX_ENTRIES: usize = 90;

/// Requests that started within a second, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Seconds since the epoch.
    pub second: i64,
    /// When in that second the last of them may have started, in ms.
    #[serde(default = "whole_second")]
    pub ms: i64,
    /// How many.
    pub requests: usize,
}

fn whole_second() -> i64 {
    1_000
}

/// The limiter for one token; its log outlives the run.
#[derive(Debug)]
pub struct Limiter {
    budget: usize,
    started: VecDeque<Timestamp>,
    paused_until: Timestamp,
    /// How often in a row what started after a refusal was refused as well, and when the last of them was.
    refusals: u32,
    refused_at: Timestamp,
}

impl Limiter {
    /// At most `budget` requests in any 60 s.
    pub fn new(budget: u32) -> Self {
        let budget = usize::try_from(budget).unwrap_or(usize::MAX);
        Self {
            budget,
            started: VecDeque::new(),
            paused_until: Timestamp::default(),
            refusals: 0,
            refused_at: Timestamp::default(),
        }
    }

    /// Takes over the requests that earlier runs started, each as if it were the last of its entry.
    pub fn restore(&mut self, log: &[Started]) {
        let starts = log.iter().flat_map(|started| {
            let second = started.second.saturating_mul(1_000);
            let end = Timestamp::from_millis(second.saturating_add(started.ms));
            std::iter::repeat_n(end, started.requests.min(self.budget))
        });
        self.started = starts.collect();
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

    /// Holds everything back for `retry_after`, as a refusal of what started at `started` demands; for longer where
    /// that was too short before: whoever names no time, or none at all, would be asked without end.
    pub fn refused(&mut self, now: Timestamp, started: Timestamp, retry_after: Duration) {
        if started >= self.refused_at {
            self.refusals = self.refusals.saturating_add(1);
            self.refused_at = now;
        }
        let least = match self.refusals {
            0 | 1 => Duration::ZERO,
            refusals => FIRST_PAUSE
                .saturating_mul(1 << (refusals - 2).min(20))
                .min(WINDOW),
        };
        self.pause(now.plus(retry_after.max(least)));
    }

    /// Notes that a request was not refused.
    pub fn taken(&mut self) {
        self.refusals = 0;
    }

    /// Until when everything is held back, if that is later than `now`.
    pub fn pause_after(&self, now: Timestamp) -> Option<Timestamp> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// The requests of the last 60 s, for the next run: at most 90 entries, whatever the budget.
    pub fn log(&self, now: Timestamp) -> Vec<Started> {
        let mut logs = SPANS_MS.iter().map(|span_ms| self.log_by(*span_ms, now));
        logs.find_map(|log| log).unwrap_or_default()
    }

    /// The log that tells requests apart so finely, unless it is too long.
    fn log_by(&self, span_ms: i64, now: Timestamp) -> Option<Vec<Started>> {
        let mut log: Vec<Started> = Vec::new();
        let recent = |started: &&Timestamp| now.since(**started) < WINDOW;
        for started in self.started.iter().filter(recent) {
            let second = started.millis().div_euclid(1_000);
            let within = started.millis().rem_euclid(1_000);
            let ms = within - within.rem_euclid(span_ms) + span_ms;
            let is_full = log.len() == MAX_ENTRIES;
            match log
                .last_mut()
                .filter(|last| (last.second, last.ms) == (second, ms))
            {
                Some(last) => last.requests += 1,
                None if is_full => return None,
                None => log.push(Started {
                    second,
                    ms,
                    requests: 1,
                }),
            }
        }
        Some(log)
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
        let end = Timestamp::from_millis(5_050);
        assert_eq!(second.next_start(), end.plus(WINDOW));
    }

    #[test]
    fn runs_a_minute_apart_use_the_whole_budget_of_an_hour() {
        let (mut log, mut sent) = (Vec::new(), 0);
        for minute in 0..60 {
            let begin = Timestamp::from_millis(minute * 60_000);
            let mut limiter = Limiter::new(180);
            limiter.restore(&log);
            let mut now = begin;
            // A run waits for 10 s at most.
            while limiter.next_start() <= now.plus(Duration::from_secs(10)) {
                now = now.max(limiter.next_start());
                limiter.start(now);
                sent += 1;
                now = now.plus(Duration::from_millis(40));
            }
            log = limiter.log(now);
        }
        assert!(sent >= 60 * 180 * 99 / 100, "{sent}");
    }

    #[test]
    fn the_log_is_short_whatever_the_budget() {
        let mut limiter = Limiter::new(100_000);
        let mut now = Timestamp::from_millis(999);
        for _ in 0..100_000 {
            limiter.start(now);
            now = now.plus(Duration::from_micros(600));
        }
        for _ in 0..60_000 {
            limiter.start(now);
            now = now.plus(Duration::from_millis(1));
        }
        let log = limiter.log(now);
        assert!(log.len() <= 90, "{}", log.len());
        let requests: usize = log.iter().map(|started| started.requests).sum();
        assert_eq!(requests, 59_999);
    }

    #[test]
    fn refusals_in_a_row_hold_back_for_longer_each_time_and_those_at_once_count_once() {
        let mut limiter = Limiter::new(180);
        let mut now = Timestamp::from_millis(1_000);
        let started = now;
        for _ in 0..6 {
            now = now.plus(Duration::from_millis(1));
            limiter.refused(now, started, Duration::ZERO);
        }
        assert_eq!(limiter.next_start(), now);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            limiter.refused(now, now, Duration::ZERO);
            pauses.push(limiter.next_start().since(now).as_secs());
            now = limiter.next_start();
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        limiter.taken();
        limiter.refused(now, now, Duration::from_secs(3));
        assert_eq!(limiter.next_start().since(now).as_secs(), 3);
    }

    #[test]
    fn a_pause_holds_back_what_the_budget_allows() {
        let mut limiter = Limiter::new(180);
        limiter.pause(Timestamp::from_millis(9_000));
        assert_eq!(limiter.next_start(), Timestamp::from_millis(9_000));
    }
}
