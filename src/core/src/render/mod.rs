//! What a reader sees of a page: its blocks as text of one kind.
//!
//! A pure function of the document and of what others are called; it asks nobody and stores nothing.
//!
//! | module | what it decides |
//! |---|---|
//! | [`html`] | elements and classes |
//! | [`markdown`] | CommonMark with GitHub's additions |
//! | `page` | the page around: where its links lead |
//! | `payload`, `list`, `file`, `text` | what blocks, lists, files and texts say, for every kind |
//! | `heading` | the headings of a page and their anchors |
//! | `target` | where a link inside of the workspace leads on the site |
//! | `url` | which addresses are let through |
//! | `frame` | which sites may be shown in a frame, and at which address |

mod file;
mod frame;
mod heading;
pub mod html;
mod list;
pub mod markdown;
mod page;
mod payload;
mod target;
mod text;
mod url;

pub use target::{Target, Targets};
