//! The course of an export: what begins next, what was taken, and when it is complete.

use crate::config::{FilePlace, copied_files};
use crate::id::Id;
use crate::member::Member;
use crate::redis::Value;
use crate::report::ExportReport;
use crate::time::Timestamp;

use super::connection::Connection;
use super::effect::Outcome;
use super::job::Job;
use super::lane::{Event, Turn};
use super::state::{End, Export, ExportError, SearchPlace, State, Verified};
use super::unit::{LaneStep, Purpose, Roots, Search, Unit};
use super::work::Active;
use super::write::{Again, Mark, Verdict, Write};
use super::{Engine, OUTAGE_PAUSE, Phase, RENEWAL};

impl Engine {
    /// Decides everything that can be decided without another reply.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if self.phase == Phase::Working {
            self.close_if_spent(now);
            self.probe_if_down(now);
            self.advance_units(now);
            self.begin_work(now);
        }
        while self.lane.pending.is_none() && !matches!(self.phase, Phase::Over(_)) {
            if self.phase == Phase::Acquiring {
                self.lane.pending = Some(self.acquisition(now));
                break;
            }
            let active = &self.active;
            let is_social = |turn| match turn {
                Turn::Unit(number) => active
                    .iter()
                    .any(|active| active.number == number && active.unit.may_join_others()),
                _ => false,
            };
            while self.lane.admit(is_social) {}
            if self.has_left(now) {
                self.advance_units(now);
                self.begin_work(now);
                continue;
            }
            let steps = self.lane.steps();
            if steps.is_empty() {
                break;
            }
            self.lane.pending = Some(self.prepared(steps, now));
        }
    }

    /// Lets those in the lane say what they do next; whether someone's turn is over.
    fn has_left(&mut self, now: Timestamp) -> bool {
        let mut is_over = false;
        for turn in self.lane.undecided() {
            let mut step = LaneStep::Look;
            // What it shows may be known only now.
            while matches!(step, LaneStep::Look) && self.may_look(turn) {
                step = self.next_step(turn, now);
            }
            match step {
                LaneStep::Look => {}
                LaneStep::Leave => {
                    self.lane.leave(turn);
                    is_over = true;
                }
                step => self.lane.decide(turn, step),
            }
        }
        is_over
    }

    /// Whether one in the lane may look at what it is about to look at, if it is about to.
    fn may_look(&mut self, turn: Turn) -> bool {
        let shows = self.looks(turn);
        shows.is_none_or(|shows| self.lane.may_look(turn, shows))
    }

    /// What one in the lane does next.
    fn next_step(&mut self, turn: Turn, now: Timestamp) -> LaneStep {
        LaneStep::Write(match turn {
            Turn::Mark(event) => Write::Mark(self.mark(event)),
            Turn::Take => Write::Take,
            Turn::Verify => match self.unverified() {
                Some(cursor) => Write::Verify {
                    cursor,
                    again: match self.is_rescoping() {
                        false => Again::Unseen,
                        true if self.lacks_what_is_stored_beside() => Again::Read,
                        true => Again::Built,
                    },
                },
                None => return LaneStep::Leave,
            },
            Turn::Sweep => Write::Sweep(self.sweeping()),
            Turn::Expire => Write::Expire,
            Turn::Discard => match self.foreign.pop() {
                Some(foreign) => Write::Settle(foreign),
                None => return LaneStep::Leave,
            },
            Turn::Release => self.release(now),
            Turn::Unit(number) => return self.lane_step(now, number),
            Turn::Acquire => return LaneStep::Leave,
        })
    }

    /// Goes on from the state that the last run left, or begins the next export.
    pub(super) fn begin(&mut self, state: State, now: Timestamp) {
        self.phase = Phase::Working;
        self.state = state;
        self.state.forget_what_is_too_far(now);
        self.limiter.restore(&self.state.started);
        self.breaker.restore(self.state.down_until);
        let form = self.settings.form(&self.state.form);
        self.state.meet(&form);
        self.builder.has_place_for_files_changed = self.state.lacks_files;
        self.builder.unlinks = self.state.unlinks;
        if self.settings.files == FilePlace::Elsewhere && copied_files(&form).is_none() {
            self.builder.files = FilePlace::None;
        }
        self.meet_ttl(now);
        self.state.not_before = None;
        if let Some(until) = self.state.paused_until.take() {
            self.limiter.pause(until);
        }
        let is_under_way = self.state.under_way().is_some();
        if is_under_way && !self.is_interrupted() {
            self.enter(now);
        } else if !self.turn(now) {
            let is_full_due = match self.state.full_since {
                Some(since) => now.since(since) >= self.settings.reconcile_interval,
                None => true,
            };
            let is_rescoped = self.is_rescoped();
            let is_outdated = self.state.builder != self.builder.name() || is_rescoped;
            let job = match is_full_due || is_outdated {
                true => Job::All,
                false => Job::Changes,
            };
            let number = self.number.take().unwrap_or_default();
            let mut export = Export::new(number, job, now);
            export.searched = job == Job::Changes && !self.settings.searches;
            self.start(export, now);
        }
    }

    /// Notes whose token this is. What another connection does not see counts as gone only after a whole export with it.
    pub(super) fn met(&mut self, connection: &Connection, now: Timestamp) {
        if let Some(export) = self.state.export.as_mut() {
            export.connection = Some(connection.clone());
        }
        let stored = self
            .state
            .connection
            .get_or_insert_with(|| connection.clone());
        if stored != connection {
            let problem = "NOTION_TOKEN is of another connection than before: \
                what it does not see stays until someone confirms that it goes";
            self.report(ExportError::new(now, "connection", problem.to_owned()));
        } else {
            self.state.forget_error("connection");
        }
    }

    fn begin_work(&mut self, now: Timestamp) {
        let is_quiet = self.active.is_empty() && self.lane.is_idle();
        if self.closing.is_some() {
            match is_quiet {
                true => self.lane.enter(Turn::Release),
                false => self.keep_lease(now),
            }
            return;
        }
        // What is being worked on meanwhile would not know that it is to be written in full.
        if self.is_expiry_due(now) {
            match is_quiet {
                true => self.lane.enter(Turn::Expire),
                false => self.keep_lease(now),
            }
            return;
        }
        let under_way = self.state.under_way().filter(|_| !self.is_interrupted());
        let Some(export) = under_way else {
            if is_quiet {
                if !self.turn(now) {
                    self.close_for(Outcome::Complete);
                }
                self.begin_work(now);
            }
            return;
        };
        // A page that is taken up now could show what is being deleted.
        if self.is_unlinking() {
            return self.keep_lease(now);
        }
        // Where nothing is under way and nothing is known of the frontier, only a look can tell.
        let frontier = &self.frontier;
        let is_due = frontier.is_worth_a_look
            || match frontier.next_due {
                Some(due) => due <= now,
                None => is_quiet && !frontier.is_worked_off,
            };
        let is_rescoping = export.rescoping.is_some();
        if self.is_listing() && frontier.publishes {
            if !self.lane.has(Turn::Take) {
                self.lane.enter(Turn::Take);
            }
        } else if self.is_listing() {
            let is_begun = |active: &Active| !active.unit.is_probe(Purpose::Identity);
            if self.lane.is_idle() && !self.active.iter().any(is_begun) {
                let first = match self.roots(export.job) {
                    Some(roots) => Unit::roots(roots, export.rooted),
                    None => Unit::search(
                        (export.job, export.number),
                        self.state.watermark,
                        export.search.clone(),
                        self.scope.clone(),
                        self.builder.clone(),
                    ),
                };
                self.start_unit(first, now);
                self.advance_units(now);
            }
        } else if self.are_users_due() {
            if self.lane.is_idle() && self.active.is_empty() {
                self.start_unit(self.users(), now);
                self.advance_units(now);
            }
        } else if is_due {
            if self.active.len() < self.room() && !self.lane.has(Turn::Take) {
                self.lane.enter(Turn::Take);
            }
        } else if is_quiet && self.frontier.is_worked_off {
            match self.unverified() {
                Some(_) => self.lane.enter(Turn::Verify),
                None if is_rescoping => {
                    if let Some(export) = self.state.export.as_mut() {
                        export.rescoping = None;
                    }
                    self.begin_work(now);
                }
                None if self.is_sweep_due(now) => self.lane.enter(Turn::Sweep),
                None if self.are_files_to_go() => {
                    self.state.unlinks += 1;
                    self.builder.unlinks = self.state.unlinks;
                    self.start_unit(Unit::unlink(), now);
                    self.advance_units(now);
                }
                None => {
                    self.end(End::Complete, now);
                    self.begin_work(now);
                }
            }
        }
        self.keep_lease(now);
    }

    /// Renews the lease where nothing was written for some time.
    fn keep_lease(&mut self, now: Timestamp) {
        if self.lane.is_idle() && now.since(self.last_write_at) >= RENEWAL {
            self.lane.enter(Turn::Take);
        }
    }

    /// Search is over: what it hides is found on the way.
    pub(super) fn search_ended(&mut self, now: Timestamp, search: &Search) {
        if let Some(problem) = search.failure() {
            if let Some(export) = self.state.export.as_mut() {
                export.search = search.place();
            }
            let outcome = Outcome::Stopped(problem.to_owned());
            return self.close_until(outcome, Some(now.plus(OUTAGE_PAUSE)));
        }
        self.state.watermark = self.state.watermark.max(search.watermark());
        match search.incomplete() {
            Some(problem) => {
                self.report(ExportError::new(now, "search", problem.to_owned()));
            }
            None => self.state.forget_error("search"),
        }
        if let Some(export) = self.state.export.as_mut() {
            export.searched = true;
            export.search = SearchPlace::default();
        }
    }

    /// The roots are looked up: what lies below them is found on the way.
    pub(super) fn roots_ended(&mut self, now: Timestamp, roots: &Roots) {
        for (member, problem) in roots.failures() {
            self.report(ExportError::new(now, &member.to_string(), problem.clone()));
        }
        if let Some(export) = self.state.export.as_mut() {
            export.searched = true;
            if export.job.is_urgent() && roots.failures().len() == roots.done() {
                self.end(End::Failed, now);
            }
        }
    }

    /// Takes what a write came to; a control turn is over with it.
    pub(super) fn written(&mut self, now: Timestamp, turn: Turn, verdict: Verdict, answer: &Value) {
        match turn {
            Turn::Unit(number) => {
                self.unit_written(number, verdict, answer);
                return self.taken(now, turn, answer);
            }
            Turn::Take => self.taken(now, turn, answer),
            Turn::Release => {
                let outcome = self
                    .closing
                    .take()
                    .map_or(Outcome::Advanced, |closing| closing.outcome);
                self.phase = Phase::Over(outcome);
            }
            Turn::Verify => self.verified(answer),
            Turn::Sweep => self.swept(now, answer),
            Turn::Expire => self.noted_expired(now, answer),
            Turn::Discard => self.frontier.is_worth_a_look = true,
            Turn::Mark(event) => self.marked(now, event, verdict, answer),
            Turn::Acquire => {}
        }
        self.lane.leave(turn);
    }

    /// Where the comparison of the store with what was seen goes on; a full export ends with it,
    /// because an edit of a page that search hides shows nowhere else while the page above it is unchanged.
    fn unverified(&self) -> Option<String> {
        match self.state.export.as_ref() {
            Some(Export {
                rescoping: Some(Verified::UpTo(cursor)),
                ..
            }) => Some(cursor.clone()),
            Some(Export {
                rescoping: Some(Verified::Whole),
                ..
            }) => None,
            Some(Export {
                job: Job::All,
                verified: Verified::UpTo(cursor),
                ..
            }) => Some(cursor.clone()),
            _ => None,
        }
    }

    fn verified(&mut self, answer: &Value) {
        let cursor = answer.items().get(2).and_then(Value::text);
        if let (Some(export), Some(cursor)) = (self.state.export.as_mut(), cursor) {
            let verified = match cursor.as_str() {
                "0" => Verified::Whole,
                _ => Verified::UpTo(cursor),
            };
            match export.rescoping.as_mut() {
                Some(rescoping) => *rescoping = verified,
                None => export.verified = verified,
            }
        }
        self.frontier.is_worth_a_look = true;
    }

    /// What an export of that job begins with, where it does not begin with search: for changes that shows them all.
    fn roots(&self, job: Job) -> Option<Vec<Vec<Member>>> {
        let any = |id: &Id| {
            vec![
                Member::Page(*id),
                Member::Database(*id),
                Member::DataSource(*id),
            ]
        };
        match (job, &self.settings.scope.roots) {
            (Job::Changes, _) | (Job::All, None) => None,
            (Job::All, Some(roots)) => Some(roots.iter().map(any).collect()),
            (Job::Database(_) | Job::Page(_), _) => Some(vec![job.root()]),
        }
    }

    /// Whether what the store holds is of another scope.
    pub(super) fn is_rescoped(&self) -> bool {
        self.state.scope != self.settings.scope.fingerprint()
    }

    /// Whether what the store holds is being built again, because its scope or its form has changed.
    pub(super) fn is_rescoping(&self) -> bool {
        let export = self.state.export.as_ref();
        export.is_some_and(|export| export.rescoping.is_some())
    }

    /// Whether the export begins with search, or its roots, and that is not over.
    pub(super) fn is_listing(&self) -> bool {
        let export = self.state.under_way();
        export.is_some_and(|export| !export.searched && export.rescoping.is_none())
    }

    /// Whether the export that is under way is of one page or database.
    pub(super) fn is_urgent(&self) -> bool {
        let export = self.state.export.as_ref();
        export.is_some_and(|export| export.job.is_urgent())
    }

    fn mark(&self, event: Event) -> Mark {
        let export = self.state.export.as_ref();
        let is_over = event == Event::Ended;
        let report = export.filter(|_| is_over).map(ExportReport::of);
        Mark {
            event: match (event, export.map(|export| export.end)) {
                (Event::Started, _) => "export.started",
                (Event::Ended, Some(End::Cancelled)) => "export.cancelled",
                (Event::Ended, Some(End::Failed)) => "export.failed",
                (Event::Ended, _) => "export.completed",
            },
            data: self.event_data(),
            report: report.map(|report| report.to_json()),
            leftover: self.leftover(),
            carried_out: self.carried_out(),
        }
    }

    fn event_data(&self) -> String {
        let export = self.state.export.as_ref();
        let job = export.map(|export| export.job);
        serde_json::json!({
            "number": export.map(|export| export.number),
            "job": job.map(Job::name),
            "id": job.and_then(Job::id),
            "counts": export.map(|export| export.counts),
        })
        .to_string()
    }
}
