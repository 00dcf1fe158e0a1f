//! What a site tells search engines and feed readers: `/sitemap.xml`, `/feed.xml`, `/atom.xml` and `/feed.json`.
//!
//! | file | what it does |
//! |---|---|
//! | `feed` | writes a sitemap or a feed from summaries |
//! | `content` | HTML of pages, fit for a feed |
//! | `exchange` | what Redis is asked |
//! | `xml` | text in XML |

mod content;
mod exchange;
mod feed;
mod xml;

use crate::id::Id;
use crate::keys::Keys;
use crate::percent::encoded;
use crate::redis::Value;
use crate::time::Timestamp;

use super::list::no_data_source;
use super::parameters::Parameters;
use super::request::Request;
use super::{Answer, Audience, Problem, batch, whole};

pub use exchange::Exchange;
use feed::{Feed, Format, sitemap, sitemap_index};

/// The most items of a feed.
pub(super) const MAX_LIMIT: usize = 100;

/// What to do where there are too many pages.
const INSTEAD: &str =
    "ask for the feed of one data source without date, which looks at its latest pages only";

/// How many addresses a part of a sitemap has. A sitemap may have 50,000 and 50 MB; what is looked at for one is bounded as well.
const SITEMAP_PART: usize = 2_500;

/// More parts than there can be pages for.
pub(super) const MOST_PARTS: usize = 50_000;

/// A sitemap or feed that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    what: What,
    /// Where the site is.
    site: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Sitemap {
        /// Which part of it, from 1; all of it, or where that is too much what parts it has.
        part: Option<usize>,
        /// Where it is itself.
        address: String,
    },
    Feed {
        format: Format,
        /// All pages, where there is none.
        source: Option<Id>,
        title: String,
        date: Option<String>,
        limit: usize,
        /// Whether items have what their pages hold.
        is_full: bool,
        address: String,
        /// Where files are served.
        base: String,
    },
}

impl Site {
    /// Reads `data_source_id`, `title`, `date` (a property with the date of each page), `limit` (100 at most, 20 by default)
    /// and `content` (`full` for what pages hold, `excerpt` by default) of a feed; `part` of a sitemap.
    ///
    /// # Errors
    /// 404 where `SITE_URL` does not say where the site is, 400 naming the parameter.
    pub fn parse(name: &str, request: &Request) -> Result<Self, Problem> {
        let query = &request.query;
        let format = match name {
            "feed.xml" => Some(Format::Rss),
            "atom.xml" => Some(Format::Atom),
            "feed.json" => Some(Format::Json),
            _ => None,
        };
        let names: &[&str] = match format {
            Some(_) => &["data_source_id", "title", "date", "limit", "content"],
            None => &["part"],
        };
        let parameters = Parameters::read(query, names)?;
        let site = request.site.clone().ok_or_else(|| {
            Problem::not_found(
                "where the site is that pages have their paths on is not known: set SITE_URL",
            )
        })?;
        let Some(format) = format else {
            let part = parameters.text("part");
            let part = part.map(|_| parameters.number("part", 1, 1..=MOST_PARTS));
            let what = What::Sitemap {
                part: part.transpose()?,
                address: format!("{}{}", request.base, request.path),
            };
            return Ok(Self { what, site });
        };
        let pairs = query
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let pairs: Vec<String> = pairs.collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        let (_, host) = site.split_once("://").unwrap_or(("", &site));
        let what = What::Feed {
            format,
            source: parameters.id("data_source_id")?,
            title: parameters.text("title").unwrap_or(host).to_owned(),
            date: parameters.text("date").map(str::to_owned),
            is_full: match parameters.text("content") {
                None | Some("excerpt") => false,
                Some("full") => true,
                Some(_) => {
                    let problem = "content is neither full nor excerpt".to_owned();
                    return Err(Problem::bad_request(problem));
                }
            },
            base: request.base.clone(),
            limit: parameters.number("limit", 20, 1..=MAX_LIMIT)?,
            address: format!("{}{}{mark}{}", request.base, request.path, pairs.join("&")),
        };
        Ok(Self { what, site })
    }

    /// What Redis is asked: one request, and one more for a feed with what pages hold.
    pub fn exchange(&self, keys: &Keys, audience: Audience, now: Timestamp) -> Exchange {
        Exchange::new(self.clone(), keys, audience, now)
    }

    /// The data source that it is about, if it is about one.
    fn source(&self) -> Option<Id> {
        match self.what {
            What::Sitemap { .. } => None,
            What::Feed { source, .. } => source,
        }
    }

    /// Which of the pages it is about it looks at, by rank; all of them where there is none.
    fn slice(&self) -> Option<(i64, i64)> {
        match &self.what {
            What::Sitemap { part, .. } => {
                let last = i64::try_from((*part)? * SITEMAP_PART).ok()?;
                Some((last - SITEMAP_PART as i64, last - 1))
            }
            // The rows of a data source are listed by when they were made.
            What::Feed {
                source: Some(_),
                date: None,
                limit,
                ..
            } => i64::try_from(*limit).ok().map(|limit| (-limit, -1)),
            What::Feed { .. } => None,
        }
    }

    /// The pages whose HTML it needs, by the summaries.
    fn wanted(&self, replies: &[Value]) -> Vec<Id> {
        match (&self.what, whole::summaries(replies, INSTEAD)) {
            (
                What::Feed {
                    is_full: true,
                    date,
                    limit,
                    ..
                },
                Ok(summaries),
            ) => feed::latest(date.as_deref(), *limit, summaries),
            _ => Vec::new(),
        }
    }

    /// The answer.
    ///
    /// # Errors
    /// 404 for a part that there is not, or a data source that is not stored, 422 where there are too many pages, or they hold too much.
    pub fn answer(&self, replies: &[Value]) -> Result<Answer, Problem> {
        let (first, second) = replies.split_at(replies.len().min(1));
        if let What::Sitemap { part, address } = &self.what {
            return sitemap_of(&self.site, *part, address, first);
        }
        if let (Some(source), [reply]) = (self.source(), first)
            && whole::is_unknown(reply)
        {
            return Err(no_data_source(source));
        }
        let summaries = whole::summaries(first, INSTEAD)?;
        let (body, content_type) = match &self.what {
            What::Sitemap { .. } => return Err(Problem::away()),
            What::Feed {
                format,
                title,
                date,
                limit,
                address,
                base,
                ..
            } => {
                let feed = Feed {
                    title,
                    site: &self.site,
                    address,
                    files: base,
                    date: date.as_deref(),
                    contents: match second {
                        [] => &[],
                        second => batch::texts(second, too_long)?,
                    },
                };
                (
                    feed.write(*format, *limit, summaries),
                    format.content_type(),
                )
            }
        };
        Ok(Answer::text(content_type, body.into_bytes()))
    }

    /// 422 where the store does not give so much.
    pub fn too_many() -> Problem {
        whole::too_many(None, INSTEAD)
    }
}

/// A sitemap, or a part of one. Of more pages than it looks at it is the index of its parts.
fn sitemap_of(
    site: &str,
    part: Option<usize>,
    address: &str,
    replies: &[Value],
) -> Result<Answer, Problem> {
    let body = match (part, whole::too_many_of(replies)) {
        (None, Some(pages)) => {
            let pages = usize::try_from(pages).unwrap_or_default();
            sitemap_index(address, pages.div_ceil(SITEMAP_PART))
        }
        (part, _) => {
            let mut summaries = whole::summaries(replies, INSTEAD)?.peekable();
            match part {
                Some(part @ 2..) if summaries.peek().is_none() => {
                    let problem = format!("this sitemap has no part {part}");
                    return Err(Problem::not_found(&problem));
                }
                _ => sitemap(site, summaries),
            }
        }
    };
    let content_type = "application/xml; charset=utf-8";
    Ok(Answer::text(content_type, body.into_bytes()))
}

/// 422.
fn too_long() -> Problem {
    Problem::too_much(
        "these pages hold more than 8 MB together: ask for fewer by limit, or for content=excerpt"
            .to_owned(),
    )
}
