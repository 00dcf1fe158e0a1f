//! A Notion workspace in a box.
//!
//! [`Sim`] answers the requests of Notion's public API over a [`Workspace`], as strictly as Notion does: `handle(request, now) -> response`.
//! It does no I/O, has no clock, and leaves nothing to chance that does not follow from a seed; the server in `main.rs` is a thin shell around it.
//! [`oracle`] says what a complete export of a workspace must hold, without going through the API.
//!
//! | module | decides |
//! |---|---|
//! | `api` | requests: routes, validation, pagination, limits, faults, errors |
//! | `render` | objects as JSON, key by key |
//! | `workspace` | objects by id, who sees what, and [`Change`]s |
//! | `webhook` | what Notion tells of a change |
//! | `generated` | any number of pages, computed from an index |
//! | `demo`, `source` | the demo workspace, and the notation of its files |

mod api;
mod demo;
mod files;
mod generated;
mod id;
mod json;
mod model;
pub mod oracle;
mod random;
mod render;
mod source;
mod time;
mod webhook;
mod workspace;

pub use api::{Options, Requests, Sim};
pub use demo::{BLOG_DATA_SOURCE_ID, HOME_PAGE_ID};
pub use id::{NotAUuid, Uuid};
pub use json::Json;
pub use webhook::event;
pub use workspace::{Change, ChangeError, INTEGRATION_NAME, Workspace};
