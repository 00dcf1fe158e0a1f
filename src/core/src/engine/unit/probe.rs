//! Asks Notion who we are, to learn whether it answers at all.
//!
//! When a request fails after all its retries and nothing else was answered meanwhile,
//! only this tells a fault of that object from an outage.

use crate::api::Request;

use super::Want;

/// The question; any answer will do.
#[derive(Debug, Default)]
pub struct Probe {
    is_answered: bool,
}

impl Probe {
    pub fn want(&self) -> Want {
        match self.is_answered {
            true => Want::End,
            false => Want::Notion(Request::me()),
        }
    }

    pub fn answered(&mut self) {
        self.is_answered = true;
    }
}
