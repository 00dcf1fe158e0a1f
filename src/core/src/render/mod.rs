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
//! | `heading`, `linked` | the headings of a page and their anchors, and the other blocks that it links to |
//! | `target` | where a link inside of the workspace leads on the site |
//! | `byte_set` | how a text is searched for characters that are written in another way |
//! | `url` | which addresses are let through |
//! | `frame` | which sites may be shown in a frame, and at which address |

mod byte_set;
mod file;
mod frame;
mod heading;
pub mod html;
mod linked;
mod list;
pub mod markdown;
mod page;
mod payload;
mod target;
mod text;
mod url;

use target::Targets;

use crate::document::{Document, MAX_BYTES, References};
use crate::notion::{Content, PropertyType};

/// The blocks of a page, rendered.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// As HTML.
    pub html: String,
    /// As Markdown.
    pub markdown: String,
}

/// Writes the titles and texts of a document's properties as HTML beside them, once the document is resolved.
pub fn render_properties(document: &mut Document, references: &References) {
    let targets = Targets::of(document, references);
    let mut properties = std::mem::take(&mut document.properties);
    for value in properties.values_mut() {
        if let Content::Known(PropertyType::Title(text) | PropertyType::RichText(text)) =
            &value.content
        {
            value.html = html::render_text(text.as_slice(), document, &targets).into();
        }
    }
    document.properties = properties;
}

impl Rendered {
    /// Whether not all of the page is in here.
    pub(crate) fn is_cut(&self) -> bool {
        self.html.len().max(self.markdown.len()) > MAX_BYTES
    }

    /// Renders a document that is resolved; `references` is what it was resolved with.
    pub fn of(document: &Document, references: &References) -> Self {
        let targets = Targets::of(document, references);
        let mut rendered = Self {
            html: html::render(document, &targets),
            markdown: markdown::render(document, &targets),
        };
        // They are held for as long as the commit takes.
        rendered.html.shrink_to_fit();
        rendered.markdown.shrink_to_fit();
        rendered
    }
}
