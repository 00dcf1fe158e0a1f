//! The bodies of answers that are put together from stored texts, and of requests, as types that only their schema is made of.
//! What has a type of its own, like a document, is described where that is.
#![expect(
    dead_code,
    reason = "these are described, not built: what they hold goes out as it is stored"
)]

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::{Document, Summary};
use crate::notion::{Comment, Icon};
use crate::status::Progress;

/// What went wrong, as RFC 9457 has it.
#[derive(JsonSchema, Serialize)]
pub struct Problem {
    /// There are no other types than this one; `status` and `title` tell problems apart.
    #[serde(rename = "type")]
    #[schemars(extend("const" = "about:blank"))]
    kind: String,
    /// The same for each problem of its kind.
    title: String,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What is wrong, and what can be done.
    detail: String,
}

/// A part of a list.
#[derive(JsonSchema, Serialize)]
pub struct PageList<'a> {
    /// The pages, in order.
    results: Vec<Summary<'a>>,
    /// What to give as `cursor` for the next part; null after the last one.
    next_cursor: Option<String>,
    /// How many pages the whole list has.
    total: u64,
}

/// Several pages at once.
#[derive(JsonSchema, Serialize)]
pub struct PageBatch {
    /// The pages that there are, in the order asked.
    results: Vec<PagePart>,
    /// The ids of which there is no page.
    missing: Vec<String>,
}

/// A page, or with `fields` a part of one.
pub struct PagePart;

impl JsonSchema for PagePart {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PagePart".into()
    }

    /// A document of which no field needs to be there.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Document::json_schema(generator);
        schema.remove("required");
        schema.insert(
            "description".to_owned(),
            "The fields of a page document that `fields` asks for.".into(),
        );
        schema.insert("minProperties".to_owned(), 1.into());
        schema
    }
}

impl Serialize for PagePart {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// What lies under what.
#[derive(JsonSchema, Serialize)]
pub struct Tree {
    /// What lies under nothing, or the root that is asked for; the oldest first.
    results: Vec<TreeNode>,
}

/// A page or database with what lies under it.
#[derive(JsonSchema, Serialize)]
pub struct TreeNode {
    /// Its id.
    id: String,
    /// What it is.
    object: TreeObject,
    /// Its title as plain text.
    title: String,
    /// The path of a page.
    path: Option<String>,
    /// What stands before the title.
    icon: Option<Icon>,
    /// Whether anything lies under it, given or not.
    has_children: bool,
    /// What lies under it, as far as it is asked for.
    children: Vec<TreeNode>,
}

/// What a node of the tree is.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TreeObject {
    Page,
    Database,
}

/// What a search found.
#[derive(JsonSchema, Serialize)]
pub struct SearchResults<'a> {
    /// Those with all the words in the title first, and the others; of each those edited last first.
    results: Vec<Summary<'a>>,
    /// How many pages have the words, given or not.
    total: u64,
}

/// The comments of a page.
#[derive(JsonSchema, Serialize)]
pub struct CommentList {
    /// As Notion lists them; those of threads that are still open.
    results: Vec<Comment>,
}

/// A part of the stream of events.
#[derive(JsonSchema, Serialize)]
pub struct EventList {
    /// The events, oldest first.
    results: Vec<ContentEvent>,
    /// What to give as `after` the next time.
    next: String,
    /// Whether events after `after` may be in the stream no more, or `after` is none of its events, as where the store was emptied,
    /// restored or replaced: read the pages again.
    missed: bool,
}

/// Something that happened.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
pub enum ContentEvent {
    Page(PageEvent),
    Export(ExportEvent),
}

/// Something that happened to a page.
#[derive(JsonSchema, Serialize)]
pub struct PageEvent {
    /// Its place in the stream.
    id: String,
    /// What.
    #[serde(rename = "type")]
    kind: PageEventType,
    /// When, in milliseconds since 1970.
    ts: i64,
    /// Which page.
    data: PageVersion,
}

/// What happens to a page.
#[derive(JsonSchema, Serialize)]
pub enum PageEventType {
    /// It is there; with a publish rule, also that it became public.
    #[serde(rename = "page.created")]
    Created,
    /// It has changed.
    #[serde(rename = "page.updated")]
    Updated,
    /// It is gone; with a publish rule, also that it is public no longer.
    #[serde(rename = "page.deleted")]
    Deleted,
    /// `TTL` has ended it.
    #[serde(rename = "page.expired")]
    Expired,
}

/// A page in one of its versions.
#[derive(JsonSchema, Serialize)]
pub struct PageVersion {
    /// The page's id.
    id: String,
    /// What reads of it name as `v`, so that they get none from before the event.
    version: i64,
}

/// Something that happened to an export.
#[derive(JsonSchema, Serialize)]
pub struct ExportEvent {
    /// Its place in the stream.
    id: String,
    /// What.
    #[serde(rename = "type")]
    kind: ExportEventType,
    /// When, in milliseconds since 1970.
    ts: i64,
    /// What there is to tell, by names.
    data: Map<String, Value>,
}

/// What happens to an export.
#[derive(JsonSchema, Serialize)]
pub enum ExportEventType {
    /// It begins.
    #[serde(rename = "export.started")]
    Started,
    /// It goes on: how far it is.
    #[serde(rename = "export.progress")]
    Progress,
    /// It is over.
    #[serde(rename = "export.completed")]
    Completed,
    /// Someone ended it.
    #[serde(rename = "export.cancelled")]
    Cancelled,
    /// It could not go on.
    #[serde(rename = "export.failed")]
    Failed,
}

/// What anyone is told of the export where `ACCESS` is `rule`.
#[derive(JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PublicStatus {
    /// Where the export stands.
    state: Progress,
}

/// The Worker runs and is well configured.
#[derive(JsonSchema, Serialize)]
pub struct Healthy {
    /// Always "ok".
    #[schemars(extend("const" = "ok"))]
    status: String,
}

/// What an export is to look at.
#[derive(JsonSchema, Serialize)]
#[serde(tag = "job", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExportOrder {
    /// Everything.
    All,
    /// What was edited since the last export.
    Changes,
    /// A database, by its own id or that of a data source.
    Database { id: NotionId },
    /// A page with what lies below it.
    Page { id: NotionId },
}

/// Pages may go.
#[derive(JsonSchema, Serialize)]
pub struct Confirmed {
    /// How many pages go.
    confirmed: u64,
}

/// What a cache is to forget.
#[derive(JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeOrder {
    /// Tags of answers, as their header `Cache-Tag` has them.
    #[schemars(
        length(min = 1, max = 100),
        inner(length(min = 1, max = 1024), regex(pattern = r"^[!-+\--~]+$"))
    )]
    tags: Vec<String>,
}

/// What a cache has forgotten.
#[derive(JsonSchema, Serialize)]
pub struct Purged {
    /// The tags, or all.
    purged: What,
    /// Whether there is a cache in front of the Worker.
    cache: bool,
}

/// How the webhook is set up.
#[derive(JsonSchema, Serialize)]
pub struct WebhookState {
    /// Whether `WEBHOOK_TOKENS` is set: only then events are taken.
    is_set: bool,
    /// The token that Notion sent last, until then.
    verification_token: Option<String>,
    /// When that came.
    received_at: Option<String>,
    /// When Notion last told of a change.
    last_event_at: Option<String>,
}

/// What is to be fetched for an event.
#[derive(JsonSchema, Serialize)]
pub struct Queued {
    /// How many objects: none for the handshake, an event that was told before, and one about what is not copied.
    queued: u64,
}

/// Tags, or everything.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
pub enum What {
    /// Always "everything".
    Everything(String),
    /// The tags.
    Tags(Vec<String>),
}

/// An id as readers may write it.
#[derive(Serialize)]
pub struct NotionId(String);

impl JsonSchema for NotionId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An id of Notion's, with or without hyphens.",
            "type": "string",
            "pattern": "^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        })
    }
}
