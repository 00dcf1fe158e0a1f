//! Files, addresses and icons.
//!
//! A PDF is a link: a frame that may not run scripts shows none, and one that may could be anything.

use crate::notion::{Field, FileObject, Icon, IconType, Promise, RichText, plain_text};
use crate::render::file::{address_of, last_part};
use crate::render::frame::Frame;
use crate::render::payload::name;
use crate::render::url::Url;

use super::writer::Attribute;
use super::{Renderer, color_class};

/// What a frame may do: run on its own site, be seen whole, and open what the reader asks for.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-presentation allow-popups allow-popups-to-escape-sandbox";

/// What a film or a sound somewhere else ends in; anything else is a page around it.
const PLAYED: [&str; 13] = [
    "mp4", "m4v", "mov", "webm", "ogv", "mp3", "m4a", "wav", "ogg", "oga", "opus", "flac", "aac",
];

/// How a file is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Image,
    Video,
    Audio,
    Pdf,
    File,
}

impl Media {
    const fn class(self) -> &'static str {
        match self {
            Self::Image => "ne-image",
            Self::Video => "ne-video",
            Self::Audio => "ne-audio",
            Self::Pdf => "ne-pdf",
            Self::File => "ne-file",
        }
    }
}

impl Renderer<'_> {
    /// A file with its caption.
    pub(super) fn file(&mut self, file: &FileObject, media: Media) {
        let (address, is_hosted) = address_of(file);
        let url = address.and_then(Url::parse);
        let caption = file.caption.as_slice();
        self.html.start("figure").class(media.class(), None);
        match (media, &url) {
            (Media::Image, Some(url)) => {
                let image = self.html.empty("img").src(url);
                let image = image.attribute(Attribute::Alt, &plain_text(caption));
                let image = image.dimensions(self.page.dimensions(file));
                drop(image.fixed("loading", "lazy").fixed("decoding", "async"));
            }
            (Media::Video | Media::Audio, Some(url)) => {
                if !self.frame(url, caption) {
                    match is_hosted || is_played(url) {
                        true => self.player(media, url, file),
                        false => self.address(Some(url), address.unwrap_or_default()),
                    }
                }
            }
            (_, url) => self.address(url.as_ref(), &self.page.file_name(file)),
        }
        self.caption(caption);
        self.html.end();
    }

    /// Called by its caption, or else by its name.
    fn player(&mut self, media: Media, url: &Url, file: &FileObject) {
        let caption = plain_text(file.caption.as_slice());
        let label = match caption.trim() {
            "" => self.page.file_name(file),
            caption => caption.to_owned(),
        };
        let element = if media == Media::Video {
            "video"
        } else {
            "audio"
        };
        let player = self.html.start(element).src(url);
        let player = player.fixed("controls", "").fixed("preload", "metadata");
        drop(player.attribute(Attribute::AriaLabel, &label));
        self.html.end();
    }

    /// A bookmark, an embed or a preview: a frame where the site is on the list, else a link.
    pub(super) fn linked(
        &mut self,
        class: &'static str,
        address: Option<&str>,
        caption: &[RichText],
    ) {
        let url = address.and_then(|address| self.page.link(address));
        let is_embed = class == "ne-embed";
        self.html.start("figure").class(class, None);
        let is_framed = match &url {
            Some(url) if is_embed => self.frame(url, caption),
            _ => false,
        };
        if !is_framed {
            let words = address.map(|address| self.page.words_for(address).to_owned());
            self.address(url.as_ref(), &words.unwrap_or_default());
        }
        self.caption(caption);
        self.html.end();
    }

    /// Whether there is a frame for that address, and it was written.
    fn frame(&mut self, url: &Url, caption: &[RichText]) -> bool {
        let Some(frame) = Frame::of(url) else {
            return false;
        };
        let caption = plain_text(caption);
        let title = match caption.trim() {
            "" => frame.site,
            caption => caption,
        };
        let tag = self.html.start("iframe").src(&frame.url);
        let tag = tag.attribute(Attribute::Title, title);
        let tag = tag.fixed("loading", "lazy").fixed("sandbox", SANDBOX);
        let tag = tag.fixed("referrerpolicy", "strict-origin-when-cross-origin");
        drop(tag.fixed("allowfullscreen", ""));
        self.html.end();
        true
    }

    /// A text that leads to an address, where that may be followed.
    fn address(&mut self, url: Option<&Url>, text: &str) {
        match url {
            Some(url) => drop(self.html.start("a").class("ne-url", None).href(url)),
            None => drop(self.html.start("span").class("ne-url", None)),
        }
        self.html.text(text);
        self.html.end();
    }

    /// What stands below, where there is anything.
    pub(super) fn caption(&mut self, caption: &[RichText]) {
        if !caption.is_empty() {
            self.html.start("figcaption");
            self.rich_text(caption);
            self.html.end();
        }
    }

    /// An icon: it stands beside text that says the same, so nobody needs to hear of it.
    pub(super) fn icon<P: Promise>(&mut self, icon: &Field<Icon, P>) {
        let Some(icon) = icon.get().and_then(|icon| icon.content.known()) else {
            return;
        };
        let image = match icon {
            IconType::Emoji(emoji) => {
                return self.mark(None, None, emoji.as_str().unwrap_or_default());
            }
            IconType::Icon(icon) => {
                let icon = icon.get();
                let color = icon.and_then(|icon| color_class(&icon.color));
                return self.mark(icon.and_then(|icon| icon.name.as_str()), color, "");
            }
            IconType::External(file) => file.get().map(|file| &file.url),
            IconType::File(file) => file.get().map(|file| &file.url),
            IconType::CustomEmoji(emoji) => {
                let url = emoji.get().and_then(|emoji| emoji.url.as_str());
                return self.icon_image(url);
            }
            IconType::FileUpload(_) => None,
        };
        self.icon_image(image.and_then(Field::as_str));
    }

    fn icon_image(&mut self, url: Option<&str>) {
        match url.and_then(Url::parse) {
            Some(url) => {
                let image = self.html.empty("img").class("ne-icon", None).src(&url);
                drop(image.fixed("alt", ""));
            }
            None => self.mark(None, None, ""),
        }
    }

    /// An icon that is no picture.
    fn mark(&mut self, icon: Option<&str>, color: Option<String>, text: &str) {
        let span = self.html.start("span").class("ne-icon", color.as_deref());
        let span = span.maybe(Attribute::DataIcon, icon.and_then(name));
        drop(span.fixed("aria-hidden", "true"));
        self.html.text(text);
        self.html.end();
    }
}

fn is_played(url: &Url) -> bool {
    let name = last_part(url.as_str());
    let end = name.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| PLAYED.iter().any(|played| end.eq_ignore_ascii_case(played)))
}
