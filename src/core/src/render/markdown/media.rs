//! Files and addresses.

use crate::notion::{FileObject, RichText};
use crate::render::file::address_of;
use crate::render::url::Url;

use super::Renderer;
use super::inline::{self, Place};
use super::run::{Run, joined};

/// How a file is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Image,
    /// A film or a sound. Elsewhere it often has no name, but a page around it.
    Played,
    Other,
}

impl Renderer<'_> {
    /// A file with its caption.
    pub(super) fn file(&mut self, file: &FileObject, media: Media) {
        let (address, is_hosted) = address_of(file);
        let url = address.and_then(Url::parse);
        let caption = file.caption.as_slice();
        match (media, &url) {
            (Media::Image, Some(url)) => self.picture(url, caption),
            (Media::Played, Some(url)) if !is_hosted => self.linked(Some(url.as_str()), caption),
            _ => self.link_with_caption(&self.page.file_name(file), url, caption),
        }
    }

    /// A picture with its caption for description. Nobody can follow a link in there: a caption that has one stands below as well.
    fn picture(&mut self, url: &Url, caption: &[RichText]) {
        let mut description = self.runs(caption);
        let caption = joined(description.clone(), Place::Paragraph);
        for run in &mut description {
            run.link = None;
        }
        self.markdown.block();
        self.markdown.push_str("![");
        self.markdown.begin_text();
        let description = joined(description, Place::Description);
        inline::write(&description, Place::Description, &mut self.markdown);
        self.markdown.push_str("](");
        self.markdown.push_str(&inline::destination(url));
        self.markdown.push(')');
        if caption.iter().any(|run| run.link.is_some()) {
            self.markdown.push('\\');
            self.markdown.next_line();
            inline::write(&caption, Place::Paragraph, &mut self.markdown);
        }
    }

    /// A bookmark, an embed or a preview.
    pub(super) fn linked(&mut self, address: Option<&str>, caption: &[RichText]) {
        let url = address.and_then(|address| self.page.link(address));
        let words = match (address, &url) {
            // As it is followed, so that it is written once.
            (Some(address), Some(url)) if self.page.words_for(address) == address => url.as_str(),
            (Some(address), _) => self.page.words_for(address),
            (None, _) => "",
        };
        let words = words.to_owned();
        self.link_with_caption(&words, url, caption);
    }

    fn link_with_caption(&mut self, text: &str, url: Option<Url>, caption: &[RichText]) {
        let mut runs = vec![Run::linked(text, url)];
        let caption = self.runs(caption);
        let has_caption = !joined(caption.clone(), Place::Paragraph).is_empty();
        if !text.is_empty() && has_caption {
            runs.push(Run::plain("\n"));
        }
        runs.extend(caption);
        self.paragraph_of(runs);
    }
}
