//! The addresses that Notion publishes, those the sim serves and those it only knows of.
//! The method is part of an address: a wrong one is as unknown as a wrong path.

use http::{Method, Request};

use crate::api::answer::Refusal;

/// What a request asks for; ids as they were written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Endpoint {
    Search,
    Page {
        id: String,
    },
    PageProperty {
        id: String,
        property: String,
    },
    PageMarkdown {
        id: String,
    },
    Block {
        id: String,
    },
    BlockChildren {
        id: String,
    },
    Database {
        id: String,
    },
    DataSource {
        id: String,
    },
    Query {
        id: String,
    },
    Templates {
        id: String,
    },
    Users,
    Me,
    User {
        id: String,
    },
    Comments,
    Comment {
        id: String,
    },
    Views,
    View {
        id: String,
    },
    FileUploads,
    FileUpload {
        id: String,
    },
    CustomEmojis,
    AsyncTask {
        id: String,
    },
    /// Published, but not for an integration that may only read.
    Restricted,
}

impl Endpoint {
    /// The name that counters use.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Endpoint::Search => "search",
            Endpoint::Page { .. } => "pages",
            Endpoint::PageProperty { .. } => "pages.properties",
            Endpoint::PageMarkdown { .. } => "pages.markdown",
            Endpoint::Block { .. } => "blocks",
            Endpoint::BlockChildren { .. } => "blocks.children",
            Endpoint::Database { .. } => "databases",
            Endpoint::DataSource { .. } => "data_sources",
            Endpoint::Query { .. } => "data_sources.query",
            Endpoint::Templates { .. } => "data_sources.templates",
            Endpoint::Users => "users",
            Endpoint::Me => "users.me",
            Endpoint::User { .. } => "users.one",
            Endpoint::Comments => "comments",
            Endpoint::Comment { .. } => "comments.one",
            Endpoint::Views => "views",
            Endpoint::View { .. } => "views.one",
            Endpoint::FileUploads => "file_uploads",
            Endpoint::FileUpload { .. } => "file_uploads.one",
            Endpoint::CustomEmojis => "custom_emojis",
            Endpoint::AsyncTask { .. } => "async_tasks",
            Endpoint::Restricted => "restricted",
        }
    }

    /// Whether it tells of pages and what is in them, rather than of people and what they say.
    pub(crate) fn is_content(&self) -> bool {
        !matches!(
            self,
            Endpoint::Users
                | Endpoint::Me
                | Endpoint::User { .. }
                | Endpoint::Comments
                | Endpoint::Comment { .. }
        )
    }

    /// The query parameters and body members that the endpoint takes.
    pub(crate) fn takes(&self) -> (&'static [&'static str], &'static [&'static str]) {
        const PAGING: &[&str] = &["start_cursor", "page_size"];
        match self {
            Endpoint::Search => (
                &[],
                &["query", "filter", "sort", "start_cursor", "page_size"],
            ),
            Endpoint::Page { .. } => (&["filter_properties", "filter_properties[]"], &[]),
            Endpoint::PageMarkdown { .. } => (&["include_transcript", "markdown_version"], &[]),
            Endpoint::Query { .. } => (
                &["filter_properties", "filter_properties[]"],
                &[
                    "filter",
                    "sorts",
                    "start_cursor",
                    "page_size",
                    "result_type",
                    "in_trash",
                    "archived",
                    "is_archived",
                ],
            ),
            Endpoint::Templates { .. } | Endpoint::CustomEmojis => {
                (&["name", "start_cursor", "page_size"], &[])
            }
            Endpoint::BlockChildren { .. } | Endpoint::PageProperty { .. } | Endpoint::Users => {
                (PAGING, &[])
            }
            Endpoint::Comments => (&["block_id", "start_cursor", "page_size"], &[]),
            Endpoint::Views => (
                &["database_id", "data_source_id", "start_cursor", "page_size"],
                &[],
            ),
            Endpoint::FileUploads => (&["status", "start_cursor", "page_size"], &[]),
            _ => (&[], &[]),
        }
    }
}

/// A request's address, once it is known to be one of Notion's.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    resource: String,
}

impl Route {
    pub(crate) fn of<B>(request: &Request<B>) -> Result<Route, Refusal> {
        let path = request
            .uri()
            .path()
            .strip_prefix("/v1/")
            .ok_or_else(Refusal::invalid_url)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        let method = if request.method() == Method::HEAD {
            &Method::GET
        } else {
            request.method()
        };
        let endpoint = read(method, &segments)
            .or_else(|| write(method, &segments).then_some(Endpoint::Restricted))
            .ok_or_else(Refusal::invalid_url)?;
        Ok(Route {
            endpoint,
            resource: segments
                .first()
                .map(|first| (*first).to_string())
                .unwrap_or_default(),
        })
    }

    /// Whether versions before 2025-09-03 do not have this address at all.
    pub(crate) fn is_newer_than_2022(&self) -> bool {
        matches!(
            self.resource.as_str(),
            "data_sources" | "views" | "custom_emojis"
        )
    }
}

fn read(method: &Method, segments: &[&str]) -> Option<Endpoint> {
    let id = |id: &&str| (*id).to_string();
    let endpoint = match (method, segments) {
        (&Method::POST, ["search"]) => Endpoint::Search,
        (&Method::POST, ["data_sources", source, "query"]) => Endpoint::Query { id: id(source) },
        (&Method::GET, ["pages", page]) => Endpoint::Page { id: id(page) },
        (&Method::GET, ["pages", page, "properties", property]) => Endpoint::PageProperty {
            id: id(page),
            property: id(property),
        },
        (&Method::GET, ["pages", page, "markdown"]) => Endpoint::PageMarkdown { id: id(page) },
        (&Method::GET, ["blocks", block]) => Endpoint::Block { id: id(block) },
        (&Method::GET, ["blocks", block, "children"]) => Endpoint::BlockChildren { id: id(block) },
        (&Method::GET, ["databases", database]) => Endpoint::Database { id: id(database) },
        (&Method::GET, ["data_sources", source]) => Endpoint::DataSource { id: id(source) },
        (&Method::GET, ["data_sources", source, "templates"]) => {
            Endpoint::Templates { id: id(source) }
        }
        (&Method::GET, ["users"]) => Endpoint::Users,
        (&Method::GET, ["users", "me"]) => Endpoint::Me,
        (&Method::GET, ["users", user]) => Endpoint::User { id: id(user) },
        (&Method::GET, ["comments"]) => Endpoint::Comments,
        (&Method::GET, ["comments", comment]) => Endpoint::Comment { id: id(comment) },
        (&Method::GET, ["views"]) => Endpoint::Views,
        (&Method::GET, ["views", view]) => Endpoint::View { id: id(view) },
        (&Method::GET, ["file_uploads"]) => Endpoint::FileUploads,
        (&Method::GET, ["file_uploads", upload]) => Endpoint::FileUpload { id: id(upload) },
        (&Method::GET, ["custom_emojis"]) => Endpoint::CustomEmojis,
        (&Method::GET, ["async_tasks", task]) => Endpoint::AsyncTask { id: id(task) },
        _ => return None,
    };
    let is_whole = segments.iter().all(|segment| !segment.is_empty());
    is_whole.then_some(endpoint)
}

/// Whether this is one of the operations that a read-only integration has no use for.
fn write(method: &Method, segments: &[&str]) -> bool {
    matches!(
        (method.as_str(), segments),
        (
            "POST",
            ["pages" | "databases" | "data_sources" | "comments" | "file_uploads" | "views"]
        ) | (
            "PATCH",
            [
                "pages" | "blocks" | "databases" | "data_sources" | "comments" | "views",
                _
            ]
        ) | ("DELETE", ["blocks" | "comments" | "views", _])
            | (
                "POST",
                ["pages", _, "move"]
                    | ["blocks", "meeting_notes"]
                    | ["blocks", "meeting_notes", "query"]
                    | ["views", _, "queries"]
            )
            | (
                "PATCH",
                ["pages", _, "markdown"] | ["blocks", _, "children"]
            )
            | ("POST", ["file_uploads", _, "send" | "complete"])
            | ("GET" | "DELETE", ["views", _, "queries", _])
    )
}
