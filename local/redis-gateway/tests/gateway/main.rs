//! The gateway as a process, in front of a real Redis, asked over HTTP.
//!
//! `protocol`, `scripts`, `format`, `stream`, `edges`, `limits` and `access` are what clients see,
//! `fuzz` what may come instead of clients, `outage` what happens when Redis fails them, `process`
//! what the person who starts it sees, `service` who deploys it, `tls` and `spawn` the Redis that it
//! finds or brings. Nothing here reaches into the gateway.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod access;
mod edges;
mod format;
mod fuzz;
mod limits;
mod outage;
mod process;
mod protocol;
mod scripts;
mod service;
mod spawn;
mod stream;
mod support;
mod tls;
