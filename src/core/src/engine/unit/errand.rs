//! What a run does besides its objects: it asks who we are, lists what there is, and deletes copies of files.
//! An errand has no object of its own, so nothing of it waits in the frontier, is saved half done, or is put off.

use crate::failure::Failure;
use crate::redis::Value;

use super::probe::Probe;
use super::roots::Roots;
use super::search::Search;
use super::unlink::Unlink;
use super::users::Users;
use super::{Context, LaneStep, Unreadable, Want};
use crate::engine::write::Verdict;

/// A unit without an object of its own.
#[derive(Debug)]
pub enum Errand {
    Probe(Probe),
    Search(Box<Search>),
    Roots(Roots),
    Users(Users),
    Unlink(Unlink),
}

impl Errand {
    pub fn want(&self) -> Want {
        match self {
            Self::Probe(probe) => probe.want(),
            Self::Search(search) => search.want(),
            Self::Roots(roots) => roots.want(),
            Self::Users(users) => users.want(),
            Self::Unlink(unlink) => unlink.want(),
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        match self {
            Self::Probe(probe) => {
                probe.answered(answer.ok());
                Ok(())
            }
            Self::Search(search) => search.answered(answer),
            Self::Roots(roots) => roots.answered(answer),
            Self::Users(users) => users.answered(answer),
            Self::Unlink(unlink) => {
                unlink.answered(answer);
                Ok(())
            }
        }
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match self {
            Self::Probe(_) => LaneStep::Leave,
            Self::Search(search) => search.lane(context),
            Self::Roots(roots) => roots.lane(context),
            Self::Users(users) => users.lane(context),
            Self::Unlink(unlink) => unlink.lane(context),
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        match self {
            Self::Probe(_) => {}
            Self::Search(search) => search.read(values),
            Self::Roots(roots) => roots.read(values),
            Self::Users(users) => users.read(values),
            Self::Unlink(unlink) => unlink.read(values),
        }
    }

    pub fn written(&mut self, verdict: Verdict, answer: &Value) {
        match self {
            Self::Probe(_) => {}
            Self::Search(search) => search.written(verdict, answer),
            Self::Roots(roots) => roots.written(),
            Self::Users(users) => users.written(),
            Self::Unlink(unlink) => unlink.written(),
        }
    }

    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Probe(_) | Self::Roots(_) => None,
            Self::Search(search) => search.failure(),
            Self::Users(users) => users.failure(),
            Self::Unlink(unlink) => unlink.failure(),
        }
    }
}
