//! A sitemap or a feed, made of summaries.
//!
//! Addresses in them are those of the site, `SITE_URL` and a page's path.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;

use crate::id::Id;
use crate::percent::encoded;
use crate::read::query::{Row, start};
use crate::redis::Value;
use crate::time::Timestamp;

use super::content::{Place, absolute};
use super::xml::{element, escaped};

/// What is looked at of a summary, beside the date.
#[derive(Deserialize)]
struct Page<'a> {
    id: &'a str,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    lang: Option<Cow<'a, str>>,
    last_edited_time: &'a str,
    #[serde(borrow)]
    excerpt: Cow<'a, str>,
}

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// RFC 4287.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// A feed, without its items.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Where the site is, without a slash at its end.
    pub site: &'a str,
    /// Where the feed itself is.
    pub address: &'a str,
    /// Where files are served, without a slash at its end.
    pub files: &'a str,
    /// The property that has the date of an item; its time of creation where there is none.
    pub date: Option<&'a str>,
    /// What the pages of its items hold, as HTML, in the order of the items; nothing where it is not wanted.
    pub contents: &'a [Value],
}

/// An item: its date, its page and what that holds, as HTML.
type Item<'a> = (Timestamp, Page<'a>, Option<&'a str>);

/// The sitemap of these pages by the protocol of sitemaps.org.
pub fn sitemap<'a>(site: &str, summaries: impl Iterator<Item = &'a str>) -> String {
    let mut out = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"#
    .to_owned();
    for page in summaries.filter_map(Page::parse) {
        let (at, edited) = (page.address(site), page.last_edited_time);
        out.push_str(&format!(
            "<url>{}{}</url>\n",
            element("loc", &at),
            element("lastmod", edited)
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// The index of a sitemap in so many parts.
pub fn sitemap_index(address: &str, parts: usize) -> String {
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"#;
    let part = |number| element("loc", &format!("{address}?part={number}"));
    let parts = (1..=parts).map(|number| format!("<sitemap>{}</sitemap>\n", part(number)));
    format!("{head}{}</sitemapindex>\n", parts.collect::<String>())
}

impl Format {
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

impl Feed<'_> {
    /// The feed with the latest `limit` of these pages as its items, the latest first.
    pub fn write<'a>(
        &self,
        format: Format,
        limit: usize,
        summaries: impl Iterator<Item = &'a str>,
    ) -> String {
        let items = sorted(self.date, limit, summaries).into_iter().enumerate();
        let content = |place: usize| match self.contents.get(place) {
            Some(Value::Text(html)) => Some(html.as_str()),
            _ => None,
        };
        let items: Vec<Item<'_>> = items
            .map(|(place, (date, page))| (date, page, content(place)))
            .collect();
        match format {
            Format::Rss => self.rss(&items),
            Format::Atom => self.atom(&items),
            Format::Json => self.json(&items),
        }
    }

    /// What it is for good, at whatever host of the Worker it is asked for: an address on the site.
    fn id(&self) -> String {
        let place = self.address.strip_prefix(self.files);
        format!("{}{}", self.site, place.unwrap_or(self.address))
    }

    fn rss(&self, items: &[Item<'_>]) -> String {
        let mut out = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
{}{}{}<atom:link href="{}" rel="self" type="application/rss+xml"/>
"#,
            element("title", self.title),
            element("link", &format!("{}/", self.site)),
            element("description", self.title),
            escaped(self.address),
        );
        for (date, page, html) in items {
            let address = page.address(self.site);
            let content = self.content(page, *html);
            let content = content.map(|html| element("content:encoded", &html));
            out.push_str(&format!(
                "<item>{}{}<guid isPermaLink=\"false\">urn:uuid:{}</guid>{}{}{}</item>\n",
                element("title", page.title()),
                element("link", &address),
                escaped(page.id),
                element("pubDate", &date.to_http()),
                element("description", &page.excerpt),
                content.unwrap_or_default(),
            ));
        }
        out.push_str("</channel></rss>\n");
        out
    }

    fn atom(&self, items: &[Item<'_>]) -> String {
        let edited = items.iter().map(|(_, page, _)| page.last_edited_time);
        let updated = edited.max().unwrap_or("1970-01-01T00:00:00.000Z");
        let mut out = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
{}{}{}<author>{}</author><link href="{}/"/><link rel="self" href="{}"/>
"#,
            element("title", self.title),
            element("id", &self.id()),
            element("updated", updated),
            element("name", self.title),
            escaped(self.site),
            escaped(self.address),
        );
        for (date, page, html) in items {
            let content = self.content(page, *html);
            let content =
                content.map(|html| format!("<content type=\"html\">{}</content>", escaped(&html)));
            let lang = page
                .lang
                .as_deref()
                .map(|it| format!(" xml:lang=\"{}\"", escaped(it)));
            out.push_str(&format!(
                "<entry{}>{}<id>urn:uuid:{}</id><link href=\"{}\"/>{}{}{}{}</entry>\n",
                lang.unwrap_or_default(),
                element("title", page.title()),
                escaped(page.id),
                escaped(&page.address(self.site)),
                element("published", &date.to_string()),
                element("updated", page.last_edited_time),
                element("summary", &page.excerpt),
                content.unwrap_or_default(),
            ));
        }
        out.push_str("</feed>\n");
        out
    }

    fn json(&self, items: &[Item<'_>]) -> String {
        let items: Vec<serde_json::Value> = items
            .iter()
            .map(|(date, page, html)| {
                let mut item = json!({
                    "id": format!("urn:uuid:{}", page.id), "url": page.address(self.site), "title": page.title(),
                    "date_published": date.to_string(), "date_modified": page.last_edited_time,
                });
                let texts = match self.content(page, *html) {
                    Some(html) => vec![("content_html", html.into()), ("summary", page.excerpt.clone())],
                    None => vec![("content_text", page.excerpt.clone())],
                };
                let lang = page.lang.clone().map(|lang| ("language", lang));
                for (name, text) in texts.into_iter().chain(lang) {
                    if let Some(item) = item.as_object_mut() {
                        item.insert(name.to_owned(), text.into());
                    }
                }
                item
            })
            .collect();
        json!({
            "version": "https://jsonfeed.org/version/1.1", "title": self.title, "home_page_url": format!("{}/", self.site),
            "feed_url": self.address, "items": items,
        })
        .to_string()
    }

    fn content(&self, page: &Page<'_>, html: Option<&str>) -> Option<String> {
        let place = Place {
            site: self.site,
            files: self.files,
            page: &page.address(self.site),
        };
        html.map(|html| absolute(html, place))
    }
}

/// The latest `limit` of these pages, the latest first, by the date that a property has or else their creation.
pub fn latest<'a>(
    date: Option<&str>,
    limit: usize,
    summaries: impl Iterator<Item = &'a str>,
) -> Vec<Id> {
    let items = sorted(date, limit, summaries).into_iter();
    // One that is none would shift those behind it.
    let ids: Option<Vec<Id>> = items.map(|(_, page)| page.id.parse().ok()).collect();
    ids.unwrap_or_default()
}

fn sorted<'a>(
    property: Option<&str>,
    limit: usize,
    summaries: impl Iterator<Item = &'a str>,
) -> Vec<(Timestamp, Page<'a>)> {
    let property: Vec<String> = property.map(str::to_owned).into_iter().collect();
    let dated = |summary| Some((date(summary, &property)?, Page::parse(summary)?));
    let mut items: Vec<(Timestamp, Page<'_>)> = summaries.filter_map(dated).collect();
    items.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.id.cmp(b.id)));
    items.truncate(limit);
    items
}

/// The date that a page has in that property, or else when it was made.
fn date(summary: &str, property: &[String]) -> Option<Timestamp> {
    let row = Row::parse(summary, property)?;
    let cell = row.cells.first().and_then(Option::as_ref);
    let date = cell.and_then(start).map(Timestamp::from_millis);
    let created = || Timestamp::parse(&row.created_time);
    Some(date.or_else(created).unwrap_or_default())
}

impl<'a> Page<'a> {
    fn parse(summary: &'a str) -> Option<Self> {
        serde_json::from_str(summary).ok()
    }

    fn address(&self, site: &str) -> String {
        let path: Vec<String> = self.path.split('/').map(encoded).collect();
        format!("{site}{}", path.join("/"))
    }

    /// An item must be called something.
    fn title(&self) -> &str {
        match self.title.is_empty() {
            true => &self.path,
            false => &self.title,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use serde_json::{Value, json};

    use crate::redis::Value::{Nil, Text};

    use super::{Feed, Format, sitemap};

    fn summary(id: &str, title: &str, path: &str, published: Value) -> String {
        json!({"object": "page", "id": id, "title": title, "path": path, "lang": "de", "excerpt": "a < b",
            "created_time": "2026-11-02T08:00:00.000Z", "last_edited_time": "2026-11-03T08:00:00.000Z",
            "values": {"Published": published}})
        .to_string()
    }

    fn date(start: &str) -> Value {
        json!({"start": start, "end": null, "time_zone": null})
    }

    #[test]
    fn a_sitemap_has_the_address_of_every_page() {
        let pages = [
            summary("1", "A", "/blog/über & so", Value::Null),
            "{}".to_owned(),
        ];
        let map = sitemap("https://x.example", pages.iter().map(String::as_str));
        assert!(
            map.contains("<loc>https://x.example/blog/%C3%BCber%20%26%20so</loc>"),
            "{map}"
        );
        assert!(map.contains("<lastmod>2026-11-03T08:00:00.000Z</lastmod>"));
        assert_eq!(map.matches("<url>").count(), 1);
    }

    #[test]
    fn the_latest_item_goes_first_in_every_format() {
        let pages = [
            summary("1", "Old & <b>", "/old", date("2026-01-01")),
            summary("2", "", "/new", date("2026-12-01T10:00:00.000+01:00")),
            summary("3", "Undated", "/undated", Value::Null),
        ];
        let feed = Feed {
            title: "Posts & more",
            site: "https://x.example",
            address: "https://content.example/feed.xml?data_source_id=1&date=Published",
            files: "https://content.example",
            date: Some("Published"),
            contents: &[],
        };
        let write = |format| feed.write(format, 3, pages.iter().map(String::as_str));
        let rss = write(Format::Rss);
        let place = |text: &str| rss.find(text).expect("an item");
        assert!(place("/new</link>") < place("/undated</link>"));
        assert!(place("/undated</link>") < place("/old</link>"));
        assert!(rss.contains("<title>Old &amp; &lt;b&gt;</title>"), "{rss}");
        assert!(rss.contains("<pubDate>Tue, 01 Dec 2026 09:00:00 GMT</pubDate>"));
        assert!(rss.contains("feed.xml?data_source_id=1&amp;date=Published"));
        assert!(!rss.contains("content:encoded>"), "{rss}");
        let atom = write(Format::Atom);
        assert!(atom.contains("<updated>2026-11-03T08:00:00.000Z</updated>"));
        assert!(atom.contains("<summary>a &lt; b</summary>"));
        let id = "<id>https://x.example/feed.xml?data_source_id=1&amp;date=Published</id>";
        assert!(atom.contains(id), "{atom}");
        assert!(atom.contains("rel=\"self\" href=\"https://content.example/feed.xml"));
        let json: Value = serde_json::from_str(&write(Format::Json)).expect("JSON");
        assert_eq!(json["items"][0]["url"], "https://x.example/new");
        assert_eq!(json["items"][0]["title"], "/new");
        assert_eq!(
            json["items"][2]["date_published"],
            "2026-01-01T00:00:00.000Z"
        );
    }
    #[test]
    fn items_have_what_their_pages_hold_where_that_is_asked_for() {
        let pages = [
            summary("1", "Old", "/old", date("2026-01-01")),
            summary("2", "New", "/new", date("2026-12-01")),
        ];
        // The first item has nothing stored, as one that was removed between the two requests.
        let contents = [Nil, Text("<p>a &amp; <a href=\"/b\">b</a></p>".to_owned())];
        let feed = Feed {
            title: "Posts",
            site: "https://x.example",
            address: "https://content.example/feed.xml?content=full",
            files: "https://content.example",
            date: Some("Published"),
            contents: &contents,
        };
        let write = |format| feed.write(format, 3, pages.iter().map(String::as_str));
        let html = "<p>a &amp; <a href=\"https://x.example/b\">b</a></p>";
        let escaped = "&lt;p&gt;a &amp;amp; &lt;a href=&quot;https://x.example/b&quot;&gt;b&lt;/a&gt;&lt;/p&gt;";
        let rss = write(Format::Rss);
        assert!(
            rss.contains(&format!("<content:encoded>{escaped}</content:encoded>")),
            "{rss}"
        );
        let atom = write(Format::Atom);
        assert!(
            atom.contains(&format!("<content type=\"html\">{escaped}</content>")),
            "{atom}"
        );
        assert_eq!(atom.matches("<content ").count(), 1);
        let json: Value = serde_json::from_str(&write(Format::Json)).expect("JSON");
        assert_eq!(json["items"][0]["content_text"], "a < b");
        assert_eq!(json["items"][1]["content_html"], html);
        assert_eq!(json["items"][1]["summary"], "a < b");
    }
}
