//! Asks Notion who we are: to learn whether it answers at all, and whose token this is.
//!
//! When a request fails after all its retries and nothing else was answered meanwhile,
//! only this tells a fault of that object from an outage.

use crate::api::Request;
use crate::engine::connection::Connection;

use super::Want;

/// The question; whether Notion answers, any answer tells.
#[derive(Debug, Default)]
pub struct Probe {
    is_answered: bool,
    connection: Option<Connection>,
}

impl Probe {
    pub fn want(&self) -> Want {
        match self.is_answered {
            true => Want::End,
            false => Want::Notion(Request::me()),
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
