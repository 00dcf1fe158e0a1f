//! Rich text: what Markdown has of its looks, links, mentions and equations.

use std::borrow::Cow;

use crate::notion::{Annotations, Mention, MentionType, RichText, RichTextType};
use crate::render::text::address;

use super::Renderer;
use super::emphasis::Looks;
use super::run::{Kind, Run};

impl Renderer<'_> {
    /// A run for each item, as far as there is room: each may be called by a long title.
    pub(super) fn runs(&self, items: &[RichText]) -> Vec<Run> {
        let (mut runs, mut bytes) = (Vec::with_capacity(items.len()), 0);
        for item in items {
            let run = self.run_of(item);
            bytes += run.text.len() + run.link.as_ref().map_or(0, |url| url.as_str().len());
            runs.push(run);
            if bytes > self.markdown.room() {
                break;
            }
        }
        runs
    }

    fn run_of(&self, item: &RichText) -> Run {
        let annotations = item.annotations.get();
        let looks = annotations.map(|it| looks(it)).unwrap_or_default();
        let link = address(item).and_then(|url| self.page.link(url));
        let text = item.plain_text();
        let is_code = annotations.is_some_and(|it| it.code.is_true());
        let kind = if is_code { Kind::Code } else { Kind::Text };
        let run = match item.content.known() {
            Some(RichTextType::Mention(mention)) => {
                let text = text.unwrap_or_default();
                self.mention(mention.get().map(AsRef::as_ref), &text)
            }
            Some(RichTextType::Equation(equation)) => {
                let own = equation.get().and_then(|it| it.expression.as_str());
                let tex = own.map(Cow::from).or(text).unwrap_or_default();
                let run = Run::linked(&tex, link);
                let kind = Kind::Tex;
                return Run { kind, looks, ..run };
            }
            Some(RichTextType::Text(_)) | None => match text {
                Some(text) => Run::linked(&text, link),
                None => return Run::note("Unsupported text"),
            },
        };
        Run { kind, looks, ..run }
    }

    fn mention(&self, mention: Option<&Mention>, text: &str) -> Run {
        match mention.and_then(|mention| mention.content.known()) {
            Some(MentionType::Page(page) | MentionType::Database(page)) => {
                let id = page.get().and_then(|page| page.id.get());
                self.page_run(id, text)
            }
            Some(MentionType::LinkPreview(link)) => {
                let url = link.get().and_then(|link| link.url.as_str());
                self.mentioned_link(url, text)
            }
            Some(MentionType::LinkMention(link)) => {
                let url = link.get().and_then(|link| link.href.as_str());
                self.mentioned_link(url, text)
            }
            _ => Run::plain(text),
        }
    }

    fn mentioned_link(&self, url: Option<&str>, text: &str) -> Run {
        let url = url.and_then(|url| self.page.link(url));
        let text = match (&url, text) {
            (Some(url), "") => url.as_str(),
            _ => text,
        };
        Run::linked(text, url.clone())
    }
}

fn looks(annotations: &Annotations) -> Looks {
    Looks {
        bold: annotations.bold.is_true(),
        italic: annotations.italic.is_true(),
        strikethrough: annotations.strikethrough.is_true(),
    }
}
