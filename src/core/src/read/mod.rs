//! What readers may ask, and what they get: the commands that a route needs, and the answer from their replies.
//!
//! No route lists keys or scans; none asks Notion.

mod access;
mod confirm;
mod exports;
mod list;
mod problem;
mod query;
mod route;

pub use problem::Problem;
pub use route::{Answer, Asked, Format, Route};
