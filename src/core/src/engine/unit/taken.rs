//! An entry of the frontier as it was taken, and what becomes of it when its document is not written.

use std::rc::Rc;
use std::time::Duration;

use crate::engine::connection::Connection;
use crate::engine::version::Builder;
use crate::engine::write::{Departure, Owner, Retry, Settlement, Version};
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::Parent;
use crate::scope::Scope;
use crate::time::Timestamp;

use super::ascent::{Ascent, Held};
use super::climb::Above;

/// How often an object is taken without an end before it is put aside.
const MAX_TAKES: u32 = 3;

/// How long an object waits that Notion could not give, times the number of its takes.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// How long an object is put aside; it stays in the frontier, because nothing else may ever show it again.
pub const REST: Duration = Duration::from_secs(60 * 60);

/// How long an object rests that no run can hold.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An object that waits no longer than this has attempts left: it is not put aside.
pub const LONGEST_RETRY_DELAY: Duration = Duration::from_secs(180);

/// How long an object must be unknown to Notion before it counts as gone.
const GONE_AFTER: Duration = Duration::from_secs(10 * 60);

/// The version of an object that was never asked for.
pub const NEVER_STORED: &str = "-";

/// The version of an object that was asked for, and of which the store holds nothing.
pub const NOTHING_STORED: &str = "?";

/// The version of an object whose document has expired.
pub const EXPIRED: &str = "!";

/// Whether Notion was asked whose blocks hold an object, which no page that was read has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    NotYet,
    /// It was, and told.
    Told,
    /// It was, and the connection sees no such page.
    InVain,
    /// It was, and did not answer.
    NotAnswered,
}

/// An entry of the frontier.
#[derive(Clone, Debug)]
pub struct Taken {
    pub member: Member,
    /// How often it was taken, this time included.
    pub takes: u32,
    /// The object as a listing gave it, and when.
    pub listed: Option<(Timestamp, String)>,
    /// How many bytes of it an earlier run fetched and saved, if one did.
    pub half: Option<usize>,
    /// The version that the store holds, if that is certain.
    pub known: Option<String>,
    /// Whether the store holds any version.
    pub is_stored: bool,
    /// The page whose blocks hold it.
    pub owner: Option<Id>,
    /// Whether Notion was asked for that page.
    pub asked: Asked,
    /// Since when Notion does not know it any more.
    pub missing: Option<Timestamp>,
    /// The connection that what is stored was seen with; none while Notion is seen with another one.
    pub connection: Option<Connection>,
    /// Whether it is to be built again from what is stored.
    pub is_rebuild: bool,
    /// Whether its document is large, and is built again alone.
    pub is_large: bool,
    /// Whether what the store held has expired: all of it is to be written again.
    pub is_expired: bool,
    /// What is made of it.
    pub builder: Builder,
    /// When it was taken.
    pub at: Timestamp,
    /// The number of the export that took it.
    pub export: u64,
    /// What is copied, where that is not everything.
    pub scope: Option<Rc<Scope>>,
    /// Whether the scope has changed, so that a stored page may hold others that were left out before.
    pub is_rescoped: bool,
    /// Whether it is fetched for someone who waits for it.
    pub is_urgent: bool,
    /// Whether it is what an order or `ROOTS` names: then it is told why there is nothing of it.
    pub is_named: bool,
    /// Whether its comments are asked for.
    pub wants_comments: bool,
}

impl Taken {
    /// What ends it before its first request, when the earlier runs died with it.
    pub fn used_up(&self, now: Timestamp) -> Option<Settlement> {
        let is_used_up = self.takes > MAX_TAKES;
        let cause = " that did not come to an end: the runs died, or may do too little for it; \
            PLAN=paid and an export from Node may do more";
        is_used_up.then(|| self.put_aside(now, cause))
    }

    /// Where nobody knows yet what it lies in, it goes behind the others once: what it lies in may be among them.
    pub fn put_back(&self) -> Option<Settlement> {
        let is_first = self.takes == 1 && !self.is_rebuild;
        is_first.then(|| Settlement {
            retry: Some(Retry::At(self.at)),
            ..self.kept()
        })
    }

    /// The way to the page whose blocks hold it, where Notion is to be asked for that: once all is fetched that may tell;
    /// and before it is fetched where it was in the trash, since a block that it lies in may still be there.
    pub fn ascent(&self, parent: Option<&Parent>) -> Option<Ascent> {
        let is_due = self.is_rebuild || self.known.as_deref() == Some(NOTHING_STORED);
        let is_open = self.owner.is_none() && self.asked == Asked::NotYet;
        match Above::of(parent, None) {
            // What is stored may lie elsewhere by now.
            Above::Block(_) if is_due && is_open && self.is_rebuild => {
                Some(Ascent::new(Above::Member(self.member)))
            }
            block @ Above::Block(_) if is_due && is_open => Some(Ascent::new(block)),
            _ => None,
        }
    }

    /// Takes what holds it; whether that is not in the trash.
    pub fn found(&mut self, held: Held) -> bool {
        (self.owner, self.asked) = match held {
            Held::By(page) => (Some(page), Asked::Told),
            Held::ByNobody | Held::InTrash => (None, Asked::InVain),
            Held::NotTold => (None, Asked::NotAnswered),
        };
        held != Held::InTrash
    }

    /// The page whose blocks hold it, as its commit takes that.
    pub fn owner(&self, is_under_a_block: bool) -> Owner {
        match (self.owner, self.asked) {
            _ if !is_under_a_block => Owner::NotNeeded,
            (Some(page), Asked::Told) => Owner::Told(page),
            (Some(page), _) => Owner::Page(page),
            (None, Asked::InVain) => Owner::Nobody,
            (None, Asked::NotAnswered) => Owner::NotAnswered,
            (None, Asked::NotYet | Asked::Told) => Owner::Unknown,
        }
    }

    /// Why it leaves the store, for someone who waits for it.
    pub fn why_left(&self, departure: Departure) -> Option<String> {
        let (is_told, why) = match departure {
            Departure::OutOfScope => (
                self.is_urgent,
                "it is out of scope: ROOTS and EXCLUDE leave it out",
            ),
            Departure::Trashed | Departure::InTrashedBlock => (
                self.is_named,
                "it is in the trash, or what it lies in is: take it out of there in Notion",
            ),
            Departure::Gone => (
                self.is_named,
                "it is gone: it was deleted for good, or is not shared with the connection any more",
            ),
        };
        is_told.then(|| why.to_owned())
    }

    /// Why there is nothing of a database without data sources, for someone who named it.
    pub fn no_sources(&self) -> Option<String> {
        let why = "the connection sees no data source of it: share what it shows, or name that";
        self.is_named.then(|| why.to_owned())
    }

    /// Whether no attempt is left after this one.
    pub fn is_last(&self) -> bool {
        self.takes >= MAX_TAKES
    }

    /// The store holds this version, and there is nothing to write.
    pub fn unchanged(&self, version: Version) -> Settlement {
        Settlement {
            member: self.member.to_string(),
            version,
            error: None,
            retry: None,
            missing: None,
            is_withheld: false,
            is_unseen: false,
        }
    }

    /// Notion does not give it; what the store holds stays as it is.
    pub fn kept(&self) -> Settlement {
        self.unchanged(match self.is_rebuild {
            true => Version::Rebuilt,
            false => Version::Kept,
        })
    }

    /// Notion does not know it. What was never stored and was not there before either is asked for no more;
    /// what is stored is asked for again. Nothing where it has been missing for long enough.
    pub fn not_found(&self, now: Timestamp) -> Option<Settlement> {
        if !self.is_stored {
            return Some(match self.known.as_deref() {
                Some(NOTHING_STORED) => self.unchanged(Version::Forgotten),
                _ => self.kept(),
            });
        }
        if self.connection.is_none() {
            return Some(Settlement {
                is_unseen: true,
                ..self.kept()
            });
        }
        // A clock that was ahead may have noted an instant that is yet to come.
        let since = self.missing.map_or(now, |since| since.min(now));
        let due = since.plus(GONE_AFTER);
        (due > now).then(|| Settlement {
            retry: Some(Retry::Afresh(due)),
            missing: Some(since),
            ..self.kept()
        })
    }

    /// Whether this answer of `users/me` is of the connection that saw what is stored.
    pub fn is_of(&self, me: &[u8]) -> bool {
        Connection::read(me) == self.connection
    }

    /// Notion does not know it, and the token is another connection's: that says nothing.
    pub fn not_seen(&self, now: Timestamp) -> Settlement {
        Settlement {
            retry: Some(Retry::Afresh(now.plus(REST))),
            is_withheld: false,
            is_unseen: true,
            ..self
                .failed("notion does not know it, but the token is another connection's".to_owned())
        }
    }

    /// It cannot be exported, and trying again would change nothing.
    pub fn failed(&self, problem: String) -> Settlement {
        Settlement {
            error: Some(problem),
            is_withheld: self.is_stored && !self.is_expired && !self.is_rebuild,
            ..self.kept()
        }
    }

    /// Redis refuses what was to be written; its limits may be others another time.
    pub fn refused(&self, problem: &str) -> Settlement {
        Settlement {
            retry: (!self.is_rebuild).then(|| Retry::Afresh(self.at.plus(REST))),
            ..self.failed(format!("redis refuses it: {problem}"))
        }
    }

    /// Notion's final answer, after retries, was a failure.
    pub fn failed_for(&self, now: Timestamp, failure: &Failure) -> Settlement {
        if !failure.is_passing() {
            // Asked for at every tick it would be refused at every tick.
            return Settlement {
                retry: Some(Retry::Afresh(now.plus(REST))),
                ..self.failed(failure.to_string())
            };
        }
        if self.is_last() {
            return self.put_aside(now, &format!(": {failure}"));
        }
        let retry_at = now.plus(RETRY_DELAY.saturating_mul(self.takes));
        Settlement {
            retry: Some(Retry::At(retry_at)),
            ..self.failed(failure.to_string())
        }
    }

    /// No run of this plan can hold it. A plan that can may come any day, and so may a shorter version.
    pub fn too_large(&self, now: Timestamp) -> Settlement {
        Settlement {
            retry: Some(Retry::Afresh(now.plus(DAY))),
            ..self.failed(
                "too_large_for_plan: no run may do as much as this page takes; \
                export it with PLAN=paid or from Node, or split it"
                    .to_owned(),
            )
        }
    }

    fn put_aside(&self, now: Timestamp, cause: &str) -> Settlement {
        // Once a rebuild is given up, the next change of what the page shows brings another, or an hour where there is a rule (`given_up`).
        let retry = (!self.is_rebuild).then(|| Retry::Afresh(now.plus(REST)));
        let problem = format!("put aside after {MAX_TAKES} attempts{cause}");
        Settlement {
            retry,
            ..self.failed(problem)
        }
    }
}

impl Settlement {
    /// For an entry that names no object of this version.
    pub fn foreign(member: String, version: Version) -> Self {
        Self {
            member,
            version,
            error: Some("not an object that this version exports".to_owned()),
            retry: None,
            missing: None,
            is_withheld: false,
            is_unseen: false,
        }
    }

    /// What is to be reported: not what is soon tried again.
    pub fn report(&self) -> Option<&str> {
        let has_attempts_left = matches!(self.retry, Some(Retry::At(_)));
        self.error.as_deref().filter(|_| !has_attempts_left)
    }
}
