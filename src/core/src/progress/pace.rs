//! How fast one kind of work goes, from how much of it was done when.
//!
//! The past lies in slots of equal length; when they are too many, two become one.

use serde::{Deserialize, Serialize};

/// The most slots that are kept: enough to see how much the pace varies.
const MAX_SLOTS: u64 = 64;

/// The length of the first slots. Doubled it meets the minute, which Notion's budget and the cron trigger come by.
const FIRST_SPAN_MS: u64 = 1_875;

/// The minute by which work comes in bursts.
const MINUTE_MS: u64 = 60_000;

/// Work that stood still for so long within a minute comes in bursts.
const BURST_PAUSE_MS: u64 = 10_000;

/// The share of objects that lead to another one is not believed to be higher.
const MAX_GROWTH: f64 = 0.9;

/// What was done, over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    clock_ms: u64,
    span_ms: u64,
    slots: Vec<Slot>,
}

/// What was done within one span, and what more was found to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Slot(u64, u64);

/// A duration that is not certain.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Guess {
    pub millis: f64,
    pub variance: f64,
    /// How many independent spans it was learned from, less one.
    pub freedom: usize,
}

/// Some slots in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    millis: f64,
    done: f64,
    found: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            clock_ms: 0,
            span_ms: FIRST_SPAN_MS,
            slots: Vec::new(),
        }
    }
}

impl Pace {
    /// Notes what was done and found in the `elapsed_ms` since the last time.
    pub fn add(&mut self, elapsed_ms: u64, done: u64, found: u64) {
        self.clock_ms = self.clock_ms.saturating_add(elapsed_ms);
        while self.clock_ms / self.span_ms >= MAX_SLOTS {
            self.span_ms = self.span_ms.saturating_mul(2);
            self.slots = self.slots.chunks(2).map(Slot::sum).collect();
        }
        let place = usize::try_from(self.clock_ms / self.span_ms).unwrap_or_default();
        self.slots.resize(place + 1, Slot::default());
        if let Some(slot) = self.slots.last_mut() {
            *slot = Slot(slot.0 + done, slot.1 + found);
        }
    }

    /// How much was done.
    pub fn done(&self) -> u64 {
        self.slots.iter().map(|slot| slot.0).sum()
    }

    /// How many there will be when `waiting` are known, as each may lead to others; and how uncertain that is.
    pub fn growth(&self, waiting: f64) -> (f64, f64) {
        let windows = self.windows();
        let recent = windows.iter().take(windows.len().div_ceil(2));
        let recent = recent.fold(Window::default(), Window::plus);
        if recent.done <= 0.0 {
            return (waiting, waiting);
        }
        // Where search hides some, those found are searched for others in the same way.
        let growth = (recent.found / recent.done).min(MAX_GROWTH);
        let all = waiting / (1.0 - growth);
        (all, (all - waiting) / 4.0)
    }

    /// How long `amount` more will take; nothing while too little was done to tell.
    pub fn guess(&self, amount: f64) -> Option<Guess> {
        let windows = self.windows();
        let total = windows.iter().fold(Window::default(), Window::plus);
        if windows.len() < 3 || total.done < 3.0 {
            return None;
        }
        let each = total.millis / total.done;
        let count = windows.len() as f64;
        // The jackknife's idea: how far each window is from the pace of all.
        let squares: f64 = windows
            .iter()
            .map(|window| (window.millis - each * window.done).powi(2))
            .sum();
        let per_object = squares * count / (count - 1.0) / total.done;
        let recent = windows.iter().take(windows.len() / 2);
        let recent = recent.fold(Window::default(), Window::plus);
        let drift = drift(recent, total, per_object);
        let own = per_object * amount + per_object * amount.powi(2) / total.done;
        // Where work comes in bursts, its end may lie anywhere between two of them;
        // more of the time is still to come the more of this burst is over.
        let pause = self.pause_ms() as f64;
        let of_burst = (self.done_since_pause() * each / MINUTE_MS as f64).min(1.0);
        Some(Guess {
            millis: ((each + drift) * amount + pause * (of_burst - 0.5)).max(0.0),
            // What has changed may go on changing.
            variance: own + (drift * amount).powi(2) + pause.powi(2) / 12.0,
            freedom: windows.len() - 1,
        })
    }

    /// The past in windows, the latest first.
    ///
    /// Windows end now, so that a burst lies whole in one of them; the incomplete first one is left out.
    fn windows(&self) -> Vec<Window> {
        let wanted_ms = match self.pause_ms() > 0 || self.clock_ms >= 5 * MINUTE_MS {
            true => MINUTE_MS,
            false => self.clock_ms / 16,
        };
        let each = usize::try_from(wanted_ms.div_ceil(self.span_ms).max(1)).unwrap_or(1);
        let current_ms = self.clock_ms % self.span_ms;
        let spans = std::iter::once(current_ms).chain(std::iter::repeat(self.span_ms));
        let slots: Vec<Window> = self
            .slots
            .iter()
            .rev()
            .zip(spans)
            .map(|(slot, millis)| Window {
                millis: millis as f64,
                done: slot.0 as f64,
                found: slot.1 as f64,
            })
            .collect();
        // The slot that is under way belongs to the window before it.
        let (first, rest) = slots.split_at(slots.len().min(each + 1));
        let chunks = std::iter::once(first).chain(rest.chunks(each));
        let mut windows: Vec<Window> = chunks
            .map(|chunk| chunk.iter().fold(Window::default(), Window::plus))
            .collect();
        if windows.len() > 3 && rest.len() % each != 0 {
            windows.pop();
        }
        windows
    }

    /// How long work stands still between bursts; 0 where it does not come in bursts.
    fn pause_ms(&self) -> u64 {
        let pauses = self.slots.split(|slot| slot.0 > 0);
        let longest = pauses.map(<[Slot]>::len).max().unwrap_or_default();
        let longest = self
            .span_ms
            .saturating_mul(u64::try_from(longest).unwrap_or(u64::MAX));
        match longest >= BURST_PAUSE_MS {
            true => longest.min(MINUTE_MS),
            false => 0,
        }
    }

    /// How much was done since work stood still.
    fn done_since_pause(&self) -> f64 {
        let latest = self.slots.iter().rev().skip_while(|slot| slot.0 == 0);
        latest
            .take_while(|slot| slot.0 > 0)
            .map(|slot| slot.0 as f64)
            .sum()
    }
}

/// How much slower the latest half goes than all of it, where that is more than chance.
fn drift(recent: Window, total: Window, per_object: f64) -> f64 {
    if recent.done <= 0.0 {
        return 0.0;
    }
    let drift = recent.millis / recent.done - total.millis / total.done;
    let chance = per_object * (1.0 / recent.done - 1.0 / total.done);
    match drift.powi(2) > 3.0 * chance {
        true => drift,
        false => 0.0,
    }
}

impl Slot {
    fn sum(slots: &[Self]) -> Self {
        slots.iter().fold(Self::default(), |sum, slot| {
            Self(sum.0 + slot.0, sum.1 + slot.1)
        })
    }
}

impl Window {
    fn plus(self, other: &Self) -> Self {
        Self {
            millis: self.millis + other.millis,
            done: self.done + other.done,
            found: self.found + other.found,
        }
    }
}
