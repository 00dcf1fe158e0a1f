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

/// What comes last is unlike what came first, in a way that no count shows: a few long pages are much of the work.
/// The standard deviation of that where one object is done; the more there are the less it is.
const UNLIKE: f64 = 1.2;

/// The share of objects that lead to another one is not believed to be higher.
const MAX_GROWTH: f64 = 0.9;

/// What was done, over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    clock_ms: u64,
    span_ms: u64,
    slots: Vec<Slot>,
}

/// What happened within one span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64, u64)", into = "(u64, u64, u64)")]
pub struct Slot {
    /// Requests that were sent.
    pub requests: u64,
    /// Objects that were done.
    pub done: u64,
    /// Objects that were found.
    pub found: u64,
}

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
    requests: f64,
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
    /// Notes what happened in the `elapsed_ms` since the last time.
    pub fn add(&mut self, elapsed_ms: u64, what: Slot) {
        self.clock_ms = self.clock_ms.saturating_add(elapsed_ms);
        while self.clock_ms / self.span_ms >= MAX_SLOTS {
            self.span_ms = self.span_ms.saturating_mul(2);
            self.slots = self.slots.chunks(2).map(Slot::sum).collect();
        }
        let place = usize::try_from(self.clock_ms / self.span_ms).unwrap_or_default();
        self.slots.resize(place + 1, Slot::default());
        if let Some(slot) = self.slots.last_mut() {
            *slot = Slot::sum(&[*slot, what]);
        }
    }

    /// All that happened.
    pub fn total(&self) -> Slot {
        Slot::sum(&self.slots)
    }

    /// How many objects there will be when `waiting` are known, as each may lead to others.
    pub fn growth(&self, waiting: f64) -> f64 {
        let windows = self.windows();
        let recent = sum(windows.get(..windows.len().div_ceil(2)).unwrap_or_default());
        match recent.done > 0.0 {
            // Where search hides some, those found are searched for others in the same way.
            true => waiting / (1.0 - (recent.found / recent.done).min(MAX_GROWTH)),
            false => waiting,
        }
    }

    /// How long `objects` more will take, which need so many requests; nothing while too little was done to tell.
    /// `per_minute` is how many requests a minute allows, where that is known.
    pub fn guess(&self, objects: f64, requests: f64, per_minute: Option<u32>) -> Option<Guess> {
        let windows = self.windows();
        let total = sum(&windows);
        if total.done < 3.0 || total.requests < 3.0 {
            return None;
        }
        let recent = sum(windows.get(..windows.len() / 2).unwrap_or_default());
        let (variance, freedom) = self.variance_of_requests(objects);
        let per_object = variance / (objects + objects.powi(2) / total.done);
        let apart = [recent, total].map(|it| (it.requests, it.done));
        let growing = drift(apart, 2.0 * per_object) / (total.requests / total.done);
        let requests = requests * (1.0 + growing);
        let each = total.millis / total.requests;
        let by_pace = match windows.len() >= 3 {
            true => Some(self.by_pace(&windows, requests)),
            false => None,
        };
        let limited = per_minute.and_then(|most| self.by_limit(requests, f64::from(most)));
        let mut guess = match (by_pace, limited) {
            // The limit is a bound that the first minutes do not show yet.
            (Some(pace), Some(limit)) if limit.millis > pace.millis => limit,
            (Some(pace), _) => pace,
            (None, limited) => limited?,
        };
        let each = each.max(guess.millis / requests.max(1.0));
        let unlike = (UNLIKE / total.done.sqrt() + growing.abs() / 2.0) * requests;
        let of_requests = (variance + unlike.powi(2)) * each.powi(2);
        if of_requests > guess.variance {
            guess.freedom = freedom;
        }
        guess.variance += of_requests;
        Some(guess)
    }

    /// How long so many requests take at the pace of the past.
    fn by_pace(&self, windows: &[Window], requests: f64) -> Guess {
        let total = sum(windows);
        let count = windows.len() as f64;
        let each = total.millis / total.requests;
        let squares: f64 = windows
            .iter()
            .map(|window| (window.millis - each * window.requests).powi(2))
            .sum();
        let per_request = squares * count / (count - 1.0) / total.requests;
        let recent = sum(windows.get(..windows.len() / 2).unwrap_or_default());
        let apart = [recent, total].map(|it| (it.millis, it.requests));
        let drift = drift(apart, per_request);
        let own = per_request * requests + per_request * requests.powi(2) / total.requests;
        // Where work comes in bursts, its end may lie anywhere between two of them;
        // more of the time is still to come the more of this burst is over.
        let pause = self.pause_ms() as f64;
        let of_burst = (self.sent_since_pause() * each / MINUTE_MS as f64).min(1.0);
        Guess {
            millis: ((each + drift) * requests + pause * (of_burst - 0.5)).max(0.0),
            // What has changed may go on changing.
            variance: own + (drift * requests).powi(2) + pause.powi(2) / 12.0,
            freedom: windows.len() - 1,
        }
    }

    /// How long so many requests take where each minute allows `most`; nothing where this minute allows them all.
    fn by_limit(&self, requests: f64, most: f64) -> Option<Guess> {
        let minute = usize::try_from(MINUTE_MS / self.span_ms).unwrap_or(usize::MAX);
        let slots = self.slots.iter().rev().take(minute.max(1));
        let (mut used, mut age) = (0.0, 0_u64);
        for (place, slot) in (1_u64..).zip(slots) {
            used += slot.requests as f64;
            if slot.requests > 0 {
                age = place.saturating_mul(self.span_ms).min(MINUTE_MS);
            }
        }
        let beyond = requests - (most - used).max(0.0);
        if beyond <= 0.0 {
            return None;
        }
        let minutes = (beyond / most).ceil() - 1.0;
        let next_ms = MINUTE_MS.saturating_sub(age.min(self.clock_ms)) as f64;
        Some(Guess {
            millis: next_ms + minutes * MINUTE_MS as f64,
            // The last burst may be a minute earlier or later, and a run may begin late.
            variance: (MINUTE_MS as f64).powi(2) / 24.0 * (1.0 + minutes / 4.0),
            freedom: usize::MAX,
        })
    }

    /// How uncertain it is how many requests so many objects need, and from how many spans that is known, less one.
    fn variance_of_requests(&self, objects: f64) -> (f64, usize) {
        let total = self.total();
        let (done, requests) = (total.done as f64, total.requests as f64);
        let busy = self
            .slots
            .iter()
            .filter(|slot| slot.requests > 0 || slot.done > 0);
        let each = requests / done;
        let (count, squares) = busy.fold((0_usize, 0.0), |(count, squares), slot| {
            let apart = slot.requests as f64 - each * slot.done as f64;
            (count + 1, squares + apart * apart)
        });
        match count > 2 {
            true => {
                let per_object = squares / done * count as f64 / (count - 1) as f64;
                let variance = per_object * objects + per_object * objects.powi(2) / done;
                (variance, count - 1)
            }
            false => ((each * objects / 3.0).powi(2), 1),
        }
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
                requests: slot.requests as f64,
                done: slot.done as f64,
                found: slot.found as f64,
            })
            .collect();
        // The slot that is under way belongs to the window before it.
        let (first, rest) = slots.split_at(slots.len().min(each + 1));
        let chunks = std::iter::once(first).chain(rest.chunks(each));
        let mut windows: Vec<Window> = chunks.map(sum).collect();
        if windows.len() > 3 && rest.len() % each != 0 {
            windows.pop();
        }
        windows
    }

    /// How long work stands still between bursts; 0 where it does not come in bursts.
    fn pause_ms(&self) -> u64 {
        let pauses = self.slots.split(|slot| slot.requests > 0);
        let longest = pauses.map(<[Slot]>::len).max().unwrap_or_default();
        let longest = self
            .span_ms
            .saturating_mul(u64::try_from(longest).unwrap_or(u64::MAX));
        match longest >= BURST_PAUSE_MS {
            true => longest.min(MINUTE_MS),
            false => 0,
        }
    }

    /// How much was sent since work stood still.
    fn sent_since_pause(&self) -> f64 {
        let latest = self.slots.iter().rev().map(|slot| slot.requests);
        let latest = latest.skip_while(|sent| *sent == 0);
        latest.take_while(|sent| *sent > 0).sum::<u64>() as f64
    }
}

/// How much more each takes in the latest half than in all of it, where that is more than chance:
/// what it took and how many there were, recently and in all, and the variance of one.
fn drift([recent, total]: [(f64, f64); 2], variance: f64) -> f64 {
    if recent.1 <= 0.0 || total.1 <= 0.0 {
        return 0.0;
    }
    let drift = recent.0 / recent.1 - total.0 / total.1;
    let chance = variance * (1.0 / recent.1 - 1.0 / total.1);
    match drift.powi(2) > 3.0 * chance {
        true => drift,
        false => 0.0,
    }
}

fn sum(windows: &[Window]) -> Window {
    windows.iter().fold(Window::default(), |sum, it| Window {
        millis: sum.millis + it.millis,
        requests: sum.requests + it.requests,
        done: sum.done + it.done,
        found: sum.found + it.found,
    })
}

impl Slot {
    fn sum(slots: &[Self]) -> Self {
        slots.iter().fold(Self::default(), |sum, it| Self {
            requests: sum.requests + it.requests,
            done: sum.done + it.done,
            found: sum.found + it.found,
        })
    }
}

impl From<(u64, u64, u64)> for Slot {
    fn from((requests, done, found): (u64, u64, u64)) -> Self {
        Self {
            requests,
            done,
            found,
        }
    }
}

impl From<Slot> for (u64, u64, u64) {
    fn from(slot: Slot) -> Self {
        (slot.requests, slot.done, slot.found)
    }
}
