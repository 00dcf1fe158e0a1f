//! Asks Notion who we are: to learn whose token this is, or whether Notion answers at all.
//!
//! When a request fails after all its retries and nothing else was answered meanwhile,
//! only this tells a fault of that object from an outage.

use crate::api::Request;
use crate::engine::connection::Connection;

use super::Want;

/// The question.
#[derive(Debug)]
pub struct Probe {
    purpose: Purpose,
    is_answered: bool,
    connection: Option<Connection>,
}

/// What is to be learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whether Notion answers: any answer will do, and none is an outage.
    Outage,
    /// Whose token it is; an export goes on without that as well.
    Identity,
}

impl Probe {
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            is_answered: false,
            connection: None,
        }
    }

    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purpose == purpose
    }

    pub fn want(&self) -> Want {
        match self.is_answered {
            true => Want::End,
            false => Want::notion(Request::me()),
        }
    }

    pub fn answered(&mut self, body: Option<&[u8]>) {
        self.is_answered = true;
        self.connection = body.and_then(Connection::read);
    }

    /// Who we are, if that was the answer.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }
}
