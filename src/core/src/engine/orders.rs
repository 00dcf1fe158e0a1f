//! Which export is worked on: what is ordered, what is urgent, what was set aside for it, and how an export ends.

use crate::redis::Value;
use crate::time::Timestamp;

use super::effect::Outcome;
use super::job::{Job, Order, What};
use super::lane::{Event, Turn};
use super::state::{End, Export, Verified};
use super::unit::{Purpose, Unit};
use super::write::{Leftover, Verdict};
use super::{Engine, Frontier};

impl Engine {
    /// Takes the orders as a script told them.
    pub(super) fn heed(&mut self, lines: Option<String>) {
        if let Some(lines) = lines {
            self.orders = Order::list(&lines);
        }
    }

    /// Whether the export that is under way has to stop for an order: one that cancels it, or a more urgent one.
    pub(super) fn is_interrupted(&self) -> bool {
        self.state.under_way().is_some_and(|export| {
            let is_passed = !export.job.is_urgent() && self.first(Job::is_urgent).is_some();
            is_passed || self.is_to_end(export)
        })
    }

    /// Whether an export has to end where it is: it is cancelled, or has begun in another scope.
    fn is_to_end(&self, export: &Export) -> bool {
        let is_its = |order: &Order| order.what == What::Cancel && order.number == export.number;
        let is_of_scope =
            export.job.is_urgent() || export.scope == self.settings.scope.fingerprint();
        !is_of_scope || self.orders.iter().any(is_its)
    }

    fn first(&self, is_wanted: impl Fn(Job) -> bool) -> Option<Order> {
        let mut orders = self.orders.iter();
        orders
            .find(|order| order.job().is_some_and(&is_wanted))
            .copied()
    }

    /// Turns to another export once nothing is being worked on; false where there is none.
    pub(super) fn turn(&mut self, now: Timestamp) -> bool {
        if let Some(export) = self.state.under_way() {
            if self.is_to_end(export) {
                self.end(End::Cancelled, now);
                return true;
            }
            self.state.aside = self.state.export.take();
        }
        self.frontier = Frontier::default();
        if self.first(Job::is_urgent).is_none() && self.state.aside.is_some() {
            self.state.export = self.state.aside.take();
            self.enter(now);
            return true;
        }
        let Some(order) = self.first(Job::is_urgent).or_else(|| self.first(|_| true)) else {
            return false;
        };
        let Some(job) = order.job() else { return false };
        self.orders.retain(|other| *other != order);
        let export = Export {
            requested_at: Some(order.requested_at),
            ..Export::new(order.number, job, now)
        };
        self.start(export, now);
        true
    }

    /// Begins an export.
    pub(super) fn start(&mut self, mut export: Export, now: Timestamp) {
        export.scope = self.settings.scope.fingerprint();
        if !export.job.is_urgent() {
            export.form = Some(self.state.form.clone());
        }
        let is_reformed = export.form.is_some() && self.state.is_mixed;
        let is_rescoped = export.job == Job::All && self.state.scope != export.scope;
        export.rescoping = (is_reformed || is_rescoped).then(Verified::default);
        if export.job == Job::All {
            export.tallies.known = self.state.known.filter(|_| !is_rescoped);
            self.state.errors.clear();
            self.state.held = None;
        }
        if export.job != Job::Changes || export.requested_at.is_some() {
            self.lane.enter(Turn::Mark(Event::Started));
        }
        self.state.export = Some(export);
        self.enter(now);
    }

    /// Goes on with the export that is under way.
    pub(super) fn enter(&mut self, now: Timestamp) {
        let Some(export) = self.state.export.as_mut() else {
            return;
        };
        export.runs += 1;
        if export.job == Job::All && export.connection.is_none() {
            self.start_unit(Unit::probe(Purpose::Identity), now);
        }
    }

    /// Ends the export that is under way. The run goes on where another one waits.
    pub(super) fn end(&mut self, end: End, now: Timestamp) {
        let waits = self.state.aside.is_some() || self.orders.iter().any(|it| it.job().is_some());
        let Some(export) = self.state.export.as_mut() else {
            return;
        };
        export.completed_at = Some(now);
        export.end = end;
        if end == End::Complete && export.form.is_some() {
            self.state.is_mixed = false;
            self.state.lacks_comments = false;
            self.state.lacks_files = false;
        }
        if export.job == Job::All && end == End::Complete {
            self.state.full_since = Some(export.started_at);
            self.state.known = Some(export.tallies.known_after());
            self.state.connection = export.connection.take().or(self.state.connection.take());
            self.state.builder = self.builder.name().to_owned();
            self.state.scope = export.scope.clone();
        }
        let is_news = export.job != Job::Changes
            || export.requested_at.is_some()
            || export.counts.changed > 0;
        if !waits {
            self.close_for(Outcome::Complete);
        }
        if is_news {
            self.lane.enter(Turn::Mark(Event::Ended));
        }
    }

    /// Takes what became of the event: an order that was withdrawn before it could begin is not carried out.
    pub(super) fn marked(
        &mut self,
        now: Timestamp,
        event: Event,
        verdict: Verdict,
        answer: &Value,
    ) {
        let was_ordered = answer.items().get(2).and_then(Value::integer) != Some(0);
        if event == Event::Ended || verdict != Verdict::Done || was_ordered {
            return;
        }
        let export = self.state.export.as_mut();
        if let Some(export) = export.filter(|export| export.requested_at.is_some()) {
            export.completed_at = Some(now);
            export.end = End::Cancelled;
        }
    }

    /// The orders that are carried out with the event of the export: its own, and what would cancel one that is over.
    pub(super) fn carried_out(&self) -> Vec<u64> {
        let own = self.state.export.as_ref().map(|export| export.number);
        let aside = self.state.aside.as_ref().map(|export| export.number);
        let cancelled = self.orders.iter().filter(|it| it.what == What::Cancel);
        let over = cancelled
            .map(|order| order.number)
            .filter(|number| Some(*number) != aside);
        own.into_iter().chain(over).collect()
    }

    /// What becomes of the frontier of an urgent export that ended.
    pub(super) fn leftover(&self) -> Leftover {
        match &self.state.export {
            Some(export) if !export.job.is_urgent() || export.completed_at.is_none() => {
                Leftover::None
            }
            Some(export) if export.end == End::Cancelled => Leftover::Dropped,
            Some(_) => Leftover::Kept,
            None => Leftover::None,
        }
    }
}
