//! The operations of each address. A test beside the table of addresses compares the two.

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::notion::{Block, DataSource, Database, User};
use crate::read::Why;
use crate::report::{ExportReport, ExportReports};
use crate::status::Status;

use super::operation::{Operation, Who, component, json_body};
use super::{Schemas, bodies};

const BAD_REQUEST: (u16, &str) = (400, "BadRequest");
const NOT_FOUND: (u16, &str) = (404, "NotFound");
const CONFLICT: (u16, &str) = (409, "Conflict");
const TOO_MUCH: (u16, &str) = (422, "TooMuch");

const SITEMAP: &str = "application/xml";
const RSS: &str = "application/rss+xml";
const ATOM: &str = "application/atom+xml";
const JSON_FEED: &str = "application/feed+json";

/// Every path with its operations.
pub fn paths(schemas: &mut Schemas) -> Map<String, Value> {
    // A schema needs an id in parameters, wherever it is met first.
    schemas.of::<bodies::NotionId>();
    let mut paths = Map::new();
    pages(schemas, &mut paths);
    objects(schemas, &mut paths);
    files(schemas, &mut paths);
    site(&mut paths);
    state(schemas, &mut paths);
    exports(schemas, &mut paths);
    webhook(schemas, &mut paths);
    paths
}

/// A path that is read, with its parameters by the names of their components.
fn reads(paths: &mut Map<String, Value>, path: &str, parameters: &[&str], operation: Operation) {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| component("parameters", name))
        .collect();
    let [get, head] = operation.written();
    let mut item = json!({ "get": get, "head": head });
    if let Some(item) = item.as_object_mut().filter(|_| !parameters.is_empty()) {
        item.insert("parameters".to_owned(), parameters.into());
    }
    paths.insert(path.to_owned(), item);
}

/// Another method of a path.
fn also(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Operation) {
    let [value, _] = operation.written();
    if let Some(item) = paths.get_mut(path).and_then(Value::as_object_mut) {
        item.insert(method.to_owned(), value);
    }
}

fn pages(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let list = schemas.of::<bodies::PageList<'_>>();
    let operation = Operation::new("listPages", "Summaries of pages, newest first", Who::Reader)
        .described("A filter and an order look at up to 10,000 pages and 16 MB of summaries; beyond that the answer is 422. \
            A data source that is not stored has no list; who may read only what a rule says is public gets an empty one of it, as of one that is not public.")
        .keeps("A part of the list.", list)
        .fails(&[BAD_REQUEST, NOT_FOUND, TOO_MUCH]);
    let parameters = [
        "DataSourceId",
        "ParentId",
        "Filter",
        "Sorts",
        "ListLimit",
        "Cursor",
        "Version",
        "IfNoneMatch",
    ];
    reads(paths, "/v1/pages", &parameters, operation);

    let one = [schemas.of::<Document>(), schemas.of::<bodies::PagePart>()];
    let text = json!({ "schema": { "type": "string" } });
    let content = json!({
        "application/json": { "schema": { "anyOf": one } },
        "text/html": text,
        "text/markdown": text,
    });
    let headers = [
        "ETag",
        "Cache-Status",
        "Cache-Tag",
        "Last-Modified",
        "Notion-Edge-Exported-At",
        "Notion-Edge-Version",
        "Vary",
    ];
    let moved = ["Location", "Cache-Status", "Cache-Tag", "Vary"];
    let operation = Operation::new("getPage", "A page as JSON, HTML or Markdown", Who::Reader)
        .described(
            "JSON unless `Accept` or an extension asks for another; `fields` goes with JSON only.",
        )
        .gives(200, "The page.", &headers, content)
        .gives(308, "The page has another path now.", &moved, Value::Null)
        .fails(&[(304, "NotModified"), BAD_REQUEST, NOT_FOUND, (410, "Gone")]);
    let parameters = ["IdOrPath", "Fields", "Version", "IfNoneMatch"];
    reads(paths, "/v1/pages/{id_or_path}", &parameters, operation);

    let batch = schemas.of::<bodies::PageBatch>();
    let operation = Operation::new("getPages", "Several pages at once", Who::Reader)
        .described("Up to 8 MB together; beyond that the answer is 422.")
        .keeps("The pages that there are.", batch)
        .fails(&[BAD_REQUEST, TOO_MUCH]);
    let parameters = ["Ids", "Fields", "Version", "IfNoneMatch"];
    reads(paths, "/v1/pages:batch", &parameters, operation);

    let tree = schemas.of::<bodies::Tree>();
    let operation = Operation::new("getTree", "What lies under what", Who::Reader)
        .keeps("The tree.", tree)
        .fails(&[BAD_REQUEST, NOT_FOUND, TOO_MUCH]);
    let parameters = ["Root", "Depth", "Rows", "Version", "IfNoneMatch"];
    reads(paths, "/v1/tree", &parameters, operation);

    let found = schemas.of::<bodies::SearchResults<'_>>();
    let operation = Operation::new(
        "searchPages",
        "Pages by the words of title, headings and excerpt",
        Who::Reader,
    )
    .keeps("What was found.", found)
    .fails(&[BAD_REQUEST, TOO_MUCH]);
    let parameters = ["Words", "SearchLimit", "Version", "IfNoneMatch"];
    reads(paths, "/v1/search", &parameters, operation);
}

fn objects(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let objects = [
        (
            "/v1/databases/{id}",
            "getDatabase",
            "A database, as Notion gives it",
            schemas.of::<Database>(),
        ),
        (
            "/v1/data-sources/{id}",
            "getDataSource",
            "A data source with its schema, as Notion gives it",
            schemas.of::<DataSource>(),
        ),
        (
            "/v1/users/{id}",
            "getUser",
            "A user, where `OBJECT_TYPES` has them copied",
            schemas.of::<User>(),
        ),
        (
            "/v1/blocks/{id}",
            "getBlock",
            "A block without those inside it, where `OBJECT_TYPES` has them copied",
            schemas.of::<Block>(),
        ),
    ];
    for (path, id, summary, schema) in objects {
        let operation = Operation::new(id, summary, Who::Previewer)
            .keeps("The object.", schema)
            .fails(&[BAD_REQUEST, NOT_FOUND]);
        reads(paths, path, &["Id", "Version", "IfNoneMatch"], operation);
    }
    let comments = schemas.of::<bodies::CommentList>();
    let summary = "The open comments of a page, where `OBJECT_TYPES` has them copied";
    let operation = Operation::new("getComments", summary, Who::Previewer)
        .keeps("The comments.", comments)
        .fails(&[BAD_REQUEST, NOT_FOUND]);
    reads(
        paths,
        "/v1/comments",
        &["Page", "Version", "IfNoneMatch"],
        operation,
    );
}

fn files(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let bytes = json!({ "*/*": {} });
    let headers = ["ETag", "Last-Modified"];
    let part = ["ETag", "Last-Modified", "Content-Range"];
    let elsewhere = "Files are not copied, and Notion's address of it has not ended yet.";
    let absent = "There is no such file; a picture says so as a picture.";
    let problem = json!({
        "application/problem+json": { "schema": schemas.of::<bodies::Problem>() },
        "image/svg+xml": { "schema": { "type": "string" } },
    });
    let operation = Operation::new("getFile", "The bytes of a file", Who::Reader)
        .gives(200, "The file.", &headers, bytes.clone())
        .gives(206, "The part of it that `Range` asks for.", &part, bytes)
        .gives(302, elsewhere, &["Location", "Vary"], Value::Null)
        .gives(404, absent, &[], problem)
        .fails(&[
            (304, "NotModified"),
            (412, "AnotherFile"),
            (416, "OutOfRange"),
        ]);
    let parameters = ["FileKey", "Range", "IfRange", "IfNoneMatch"];
    reads(paths, "/v1/files/{key}", &parameters, operation);
}

/// Where `SITE_URL` does not say where the site is, none of these is there.
fn site(paths: &mut Map<String, Value>) {
    let feeds = [
        (
            "/sitemap.xml",
            "getSitemap",
            "The pages, for search engines",
            SITEMAP,
        ),
        ("/feed.xml", "getRssFeed", "The latest pages as RSS", RSS),
        ("/atom.xml", "getAtomFeed", "The latest pages as Atom", ATOM),
        (
            "/feed.json",
            "getJsonFeed",
            "The latest pages as JSON Feed",
            JSON_FEED,
        ),
    ];
    for (path, id, summary, media_type) in feeds {
        let schema = match media_type {
            JSON_FEED => json!({ "type": "object", "required": ["version", "title", "items"] }),
            _ => json!({ "type": "string" }),
        };
        let content = json!({ media_type: { "schema": schema } });
        let headers = ["ETag", "Cache-Status", "Cache-Tag", "Vary"];
        let operation = Operation::new(id, summary, Who::Reader)
            .gives(200, "What anyone may read.", &headers, content)
            .fails(&[(304, "NotModified"), BAD_REQUEST, NOT_FOUND, TOO_MUCH]);
        let parameters: &[&str] = match path {
            "/sitemap.xml" => &["SitemapPart", "Version", "IfNoneMatch"],
            _ => &[
                "FeedOf",
                "FeedTitle",
                "FeedDate",
                "FeedLimit",
                "FeedContent",
                "Version",
                "IfNoneMatch",
            ],
        };
        reads(paths, path, parameters, operation);
    }
}

fn state(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let content = json!({
        "application/json": { "schema": schemas.of::<bodies::EventList>() },
        "text/event-stream": { "schema": { "type": "string" } },
    });
    let operation = Operation::new("getEvents", "What happened", Who::Reader)
        .described("Who keeps a copy of their own in step asks again with `next` as `after`; or sends `Accept: text/event-stream` and gets them as they happen.")
        .gives(200, "A part of the stream.", &[], content)
        .fails(&[BAD_REQUEST]);
    reads(
        paths,
        "/v1/events",
        &["After", "EventsLimit", "LastEventId"],
        operation,
    );

    let status = [schemas.of::<Status>(), schemas.of::<bodies::PublicStatus>()];
    let content = json_body(json!({ "anyOf": status }));
    let operation = Operation::new("getStatus", "How the export is doing", Who::Reader).gives(
        200,
        "The status.",
        &[],
        content,
    );
    reads(paths, "/v1/status", &[], operation);

    let why = json_body(schemas.of::<Why>());
    let summary = "Why a page is there for readers, or is not";
    let operation = Operation::new("getWhy", summary, Who::Admin)
        .described(
            "What is decided by the store alone; of what was never met it says how it could be.",
        )
        .gives(200, "What is known of it.", &[], why)
        .fails(&[BAD_REQUEST, NOT_FOUND]);
    reads(paths, "/v1/why/{id_or_path}", &["IdOrPath"], operation);

    let text = json!({ "text/plain": { "schema": { "type": "string" } } });
    let summary = "How the export is doing, for Prometheus";
    let operation = Operation::new("getMetrics", summary, Who::Admin).gives(
        200,
        "The metrics, in text format 0.0.4.",
        &[],
        text,
    );
    reads(paths, "/metrics", &[], operation);

    let healthy = json_body(schemas.of::<bodies::Healthy>());
    let summary = "That the Worker runs and is well configured";
    let operation = Operation::new("getHealth", summary, Who::Anyone).gives(
        200,
        "It does and is.",
        &[],
        healthy,
    );
    reads(paths, "/healthz", &[], operation);

    let itself = json_body(json!({ "type": "object", "required": ["openapi", "paths"] }));
    let operation = Operation::new("getOpenApi", "This document", Who::Anyone)
        .gives(200, "This document.", &["ETag"], itself)
        .fails(&[(304, "NotModified")]);
    reads(paths, "/openapi.json", &["IfNoneMatch"], operation);
}

fn exports(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let (one, all) = (schemas.of::<ExportReport>(), schemas.of::<ExportReports>());
    let report = || json_body(one.clone());
    let operation = Operation::new("listExports", "The last exports, newest first", Who::Admin)
        .gives(200, "The exports.", &[], json_body(all));
    reads(paths, "/v1/exports", &[], operation);
    let operation = Operation::new("orderExport", "Orders an export", Who::Admin)
        .described(
            "Without a body one of everything. Ten may wait, and the same one waits only once.",
        )
        .takes(schemas.of::<bodies::ExportOrder>())
        .gives(202, "It waits.", &["Location"], report())
        .fails(&[BAD_REQUEST, CONFLICT]);
    also(paths, "/v1/exports", "post", operation);

    let path = "/v1/exports/{number}";
    let operation = Operation::new("getExport", "How an export is doing", Who::Admin)
        .gives(200, "The export.", &[], report())
        .fails(&[BAD_REQUEST, NOT_FOUND]);
    reads(paths, path, &["ExportNumber"], operation);
    let operation = Operation::new(
        "cancelExport",
        "Cancels an export that was ordered",
        Who::Admin,
    )
    .described("What it wrote stays.")
    .gives(200, "It has ended.", &[], report())
    .gives(202, "It ends with the next run.", &["Location"], report())
    .fails(&[BAD_REQUEST, NOT_FOUND, CONFLICT]);
    also(paths, path, "delete", operation);

    let summary = "Lets the pages go that an export holds back";
    let confirmed = json_body(schemas.of::<bodies::Confirmed>());
    let operation = Operation::new("confirmExport", summary, Who::Admin)
        .gives(200, "They go.", &[], confirmed)
        .fails(&[BAD_REQUEST, NOT_FOUND]);
    let [post, _] = operation.written();
    let number = component("parameters", "ExportNumber");
    let item = json!({ "post": post, "parameters": [number] });
    paths.insert("/v1/exports/{number}/confirm".to_owned(), item);

    let purged = json_body(schemas.of::<bodies::Purged>());
    let summary = "Has the cache in front of the Worker forget answers";
    let operation = Operation::new("purge", summary, Who::Admin)
        .described("Those with one of `tags`, or without a body all of them. What exports change is purged without it.")
        .takes(schemas.of::<bodies::PurgeOrder>())
        .gives(200, "They are forgotten.", &[], purged)
        .fails(&[BAD_REQUEST]);
    let [post, _] = operation.written();
    paths.insert("/v1/purge".to_owned(), json!({ "post": post }));
}

fn webhook(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let state = json_body(schemas.of::<bodies::WebhookState>());
    let summary = "Whether Notion tells this Worker what changes";
    let operation = Operation::new("getWebhook", summary, Who::Admin)
        .described("Until `WEBHOOK_TOKENS` is set it has the verification token that Notion sent last, to be pasted into Notion.")
        .gives(200, "How it is set up.", &[], state);
    reads(paths, "/v1/webhook", &[], operation);
    let queued = json_body(schemas.of::<bodies::Queued>());
    let operation = Operation::new("deliverEvent", "Notion tells what changed", Who::Notion)
        .described("What the event names is fetched at once. The handshake, which alone comes without a signature, is kept for `getWebhook`.")
        .takes(json!({ "type": "object" }))
        .gives(200, "It is queued.", &[], queued)
        .fails(&[BAD_REQUEST, CONFLICT]);
    also(paths, "/v1/webhook", "post", operation);
}
