//! `GET /v1/pages/{id or path}`: a page as JSON, HTML or Markdown.
//!
//! | file | what it does |
//! |---|---|
//! | `fields` | leaves out fields of a document |
//! | `reading` | the way from memory or Redis to the answer |
//! | `found` | what Redis gives on it |
//! | `exchange` | the same for a shell that remembers nothing |

mod exchange;
mod fields;
mod found;
mod reading;

use crate::id::Id;
use crate::percent::encoded;

use super::parameters::Parameters;
use super::request::Request;
use super::{Problem, version};

pub use exchange::PageExchange;
#[cfg(feature = "schema")]
pub(super) use fields::ALL as FIELDS;
pub(super) use fields::Fields;
pub(super) use found::Kept;
pub use found::Looked;
pub use reading::{PageReading, Served, Step};

/// The longest path that is looked up, in bytes.
pub(super) const MAX_PATH: usize = 2_000;

/// A page that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAsk {
    by: By,
    format: Format,
    /// How the format is named in the address, where it is.
    extension: &'static str,
    fields: Option<Fields>,
    /// The version that the answer must have at least.
    version: i64,
}

/// How a page is named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Id(Id),
    /// Its path on the site, with a slash before it.
    Path(String),
}

/// What of a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The document.
    Json,
    /// The blocks as HTML, without `html`, `head` and `body`.
    Html,
    /// The blocks as Markdown.
    Markdown,
}

impl PageAsk {
    /// Reads what stands behind `/v1/pages/`, `fields` and `v`; the format is that of the extension, or else what the reader prefers.
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(names: &[&str], request: &Request) -> Result<Self, Problem> {
        let (last, before) = names.split_last().unwrap_or((&"", &[]));
        let (last, extension) = Format::split(last);
        let format = match Format::of_extension(extension) {
            Some(format) => format,
            None => Format::preferred(request),
        };
        let by = match last.parse() {
            Ok(id) if before.is_empty() => By::Id(id),
            _ if names.iter().map(|name| name.len() + 1).sum::<usize>() > MAX_PATH => {
                return Err(Problem::not_found("no page has a path of that length"));
            }
            _ => By::Path(
                before
                    .iter()
                    .chain(&[last])
                    .map(|name| format!("/{name}"))
                    .collect(),
            ),
        };
        let parameters = Parameters::read(&request.query, &["fields", "v"])?;
        let fields = parameters.text("fields");
        if fields.is_some() && format != Format::Json {
            let problem = "fields leaves out fields of JSON, not of HTML or Markdown";
            return Err(Problem::bad_request(problem.to_owned()));
        }
        let version = parameters.text("v").map(version::parse).transpose()?;
        Ok(Self {
            by,
            format,
            extension,
            fields: fields.map(Fields::parse).transpose()?,
            version: version.unwrap_or_default(),
        })
    }

    /// Whether fields are left out.
    pub fn is_cut(&self) -> bool {
        self.fields.is_some()
    }

    /// The document with only the fields that are asked for; nothing where that is all of it.
    ///
    /// # Errors
    /// 500 where it is no document.
    pub fn cut(&self, document: &[u8]) -> Option<Result<Vec<u8>, Problem>> {
        let fields = self.fields.as_ref()?;
        let cut = fields.cut(document);
        Some(cut.map_err(|_| Problem::unreadable("this page")))
    }

    /// Behind the hash in a tag: one content has a tag for each representation.
    fn suffix(&self) -> String {
        let fields = self.fields.as_ref().map(Fields::tag).unwrap_or_default();
        let format = match self.format {
            Format::Json => "",
            Format::Html => "-html",
            Format::Markdown => "-md",
        };
        format!("{format}{fields}")
    }

    /// The hashes that the reader has of this representation.
    fn known(&self, request: &Request) -> Vec<String> {
        let suffix = self.suffix();
        let hashes = request.known_tags().filter_map(|tag| match tag {
            "*" => Some(tag),
            _ => tag
                .strip_suffix(suffix.as_str())
                .filter(|hash| !hash.contains('-')),
        });
        let hashes = hashes.filter(|hash| !hash.is_empty()).map(str::to_owned);
        hashes.take(20).collect()
    }

    /// Where the same representation of the page at `path` is, no older than this one is to be.
    fn address(&self, path: &str) -> String {
        let path: Vec<String> = path.split('/').map(encoded).collect();
        let fields = self.fields.as_ref().map(Fields::query);
        let version = (self.version > 0).then(|| format!("v={}", self.version));
        let query: Vec<String> = fields.into_iter().chain(version).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let (path, extension) = (path.join("/"), self.extension);
        format!("/v1/pages{path}{extension}{mark}{}", query.join("&"))
    }
}

impl Format {
    /// Each of them.
    const ALL: [Self; 3] = [Self::Json, Self::Html, Self::Markdown];

    const EXTENSIONS: [(&str, Self); 3] = [
        (".json", Self::Json),
        (".html", Self::Html),
        (".md", Self::Markdown),
    ];

    fn split(name: &str) -> (&str, &'static str) {
        let mut extensions = Self::EXTENSIONS.into_iter();
        let found =
            extensions.find_map(|(extension, _)| Some((name.strip_suffix(extension)?, extension)));
        found.unwrap_or((name, ""))
    }

    fn of_extension(extension: &str) -> Option<Self> {
        let mut extensions = Self::EXTENSIONS.into_iter();
        extensions.find_map(|(it, format)| (it == extension).then_some(format))
    }

    fn preferred(request: &Request) -> Self {
        match request.prefers(&["application/json", "text/html", "text/markdown"]) {
            Some("text/html") => Self::Html,
            Some("text/markdown") => Self::Markdown,
            _ => Self::Json,
        }
    }

    /// Its media type.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}
