//! What readers may ask, and what they get: the commands that a route needs, and the answer from their replies.
//!
//! No route lists keys or scans; none asks Notion.

mod access;
mod address;
mod answer;
mod batch;
mod body;
mod cache;
mod comments;
mod confirm;
mod events;
mod exports;
mod file;
mod folding;
mod list;
mod memory;
mod metrics;
mod network;
mod object;
#[cfg(feature = "schema")]
pub mod openapi;
mod page;
mod parameters;
mod problem;
mod purge;
mod query;
mod reader;
mod ready;
mod request;
mod route;
mod search;
mod setup;
mod site;
mod tree;
mod version;
mod webhook;
mod whole;
mod why;

pub use access::Audience;
pub use answer::Answer;
pub use cache::Cache;
pub use events::{EVERY, Events, MOST, STREAM};
pub use file::{FileAccess, FileAsk};
pub use memory::FRESH;
pub use network::network;
pub use page::{Looked, PageAsk, PageReading, Served, Step};
pub use problem::Problem;
pub use reader::Reader;
pub use ready::Ready;
pub use request::Request;
pub use route::{Asked, Route};
pub use setup::{AccessKind, Setup};
pub use version::AtLeast;
pub use webhook::Webhook;
pub use why::{Why, WhyError, WhyHolder, WhyReader, WhyReason, WhyWaiting};
