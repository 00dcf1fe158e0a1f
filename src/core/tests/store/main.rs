//! The store over a real Redis: the cases that every language passes, and what only many clients at once can show.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod conformance;
mod operations;
mod properties;
mod records;
#[path = "../export/server.rs"]
mod server;
mod shell;
