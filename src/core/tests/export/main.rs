//! The export engine over the sim and a real Redis, in virtual time.
//!
//! Three claims carry it: any budget gives the same store, a crash after any effect gives the same store,
//! and nothing is missed, by an oracle that does not go through the API.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod damage;
mod draw;
mod driver;
mod exact;
mod leaks;
mod memory;
mod oracle;
mod script;
mod server;
mod store;
mod strict;
mod why;
mod witness;
mod world;

mod blocks;
mod bodies;
mod bounds;
mod budget;
mod changes;
mod circles;
mod clock;
mod comments;
mod completeness;
mod copies;
mod cost;
mod crash;
mod eta;
mod failover;
mod faults;
mod files;
mod jobs;
mod large;
mod mixed;
mod nested;
mod odd;
mod options;
mod pace;
mod paths;
mod progress;
mod properties;
mod publish;
mod queries;
mod reading;
mod rebuild;
mod refused;
mod removal;
mod rendered;
mod replies;
mod routes;
mod scale;
mod scope;
mod search;
mod serving;
mod story;
mod sweep;
mod synced;
mod told;
mod trash;
mod ttl;
mod twin_story;
mod twins;
mod users;
mod watched;
mod webhook;
mod whole;
