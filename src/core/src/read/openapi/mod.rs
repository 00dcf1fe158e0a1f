//! The OpenAPI 3.1 document: every route with what it takes, who may ask for it, and all that it may answer.
//!
//! It is made where the feature `schema` is on, by `npm run generate`; the Worker serves the text that this made.
//!
//! | file | what it does |
//! |---|---|
//! | `paths` | the operations of each address |
//! | `parameters` | what they take |
//! | `operation` | how one is written |
//! | `bodies` | what answers hold that are put together from stored texts |

mod bodies;
mod operation;
mod parameters;
mod paths;

pub use bodies::{CommentList, EventList, PageList, SearchResults, Tree};

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{RecursiveTransform, RemoveRefSiblings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::notion::{Block, Comment, DataSource, Database, Page};

use operation::{component, json_body};

/// What is told of all routes.
const DESCRIPTION: &str = "A copy of a Notion workspace, served as page JSON.\n\n\
    Whatever goes wrong is told as problem details (RFC 9457). A method that an address does not take gets 405, with `Allow`; \
    a parameter that it does not know, or that is given twice, 400.\n\n\
    Where `ACCESS` is `public` reading needs no token, where it is `private` one of `READ_TOKENS`; \
    where it is `rule`, anyone reads what is public and one of `PREVIEW_TOKENS` opens all. A wrong token is 401.";

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let paths = paths::paths(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "notion-edge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "securitySchemes": security_schemes(),
            "parameters": parameters::parameters(),
            "headers": headers(),
            "responses": responses(&mut schemas),
            "schemas": schemas.taken(),
        },
    })
}

/// The schemas of types, each by a reference to its component.
struct Schemas(SchemaGenerator);

impl Schemas {
    fn new() -> Self {
        let mut settings = SchemaSettings::draft2020_12()
            .with_transform(RemoveRefSiblings::default())
            .with_transform(RecursiveTransform(without_what_only_types_need));
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        Self(settings.for_serialize().into_generator())
    }

    fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }

    /// All of them. Those of Notion's own objects without words: Notion describes its fields, and the Worker carries this text.
    fn taken(mut self) -> Map<String, Value> {
        let mut of_notion = Self::new();
        of_notion.of::<Block>();
        of_notion.of::<Comment>();
        of_notion.of::<Database>();
        of_notion.of::<DataSource>();
        of_notion.of::<Page>();
        let of_notion = of_notion.0.take_definitions(true);
        let mut all = self.0.take_definitions(true);
        for (name, schema) in &mut all {
            if of_notion.contains_key(name) {
                remove_words(schema);
            }
        }
        all
    }
}

/// A TypeScript type has fields that may come from elsewhere; a schema leaves open what else an object has.
fn without_what_only_types_need(schema: &mut Schema) {
    schema.remove("x-also");
}

/// A description is a text; what has a field of that name has a schema there.
fn remove_words(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            keys.retain(|key, value| key != "description" || !value.is_string());
            keys.values_mut().for_each(remove_words);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_words),
        _ => {}
    }
}

fn security_schemes() -> Value {
    let bearer = |description: &str| json!({ "type": "http", "scheme": "bearer", "description": description });
    json!({
        "readToken": bearer("One of `READ_TOKENS`."),
        "previewToken": bearer("One of `PREVIEW_TOKENS`; where `ACCESS` is `rule` it opens what is not public."),
        "adminToken": bearer("One of `ADMIN_TOKENS`."),
        "signature": {
            "type": "apiKey", "in": "header", "name": "X-Notion-Signature",
            "description": "`sha256=` and the HMAC of the body with one of `WEBHOOK_TOKENS`.",
        },
    })
}

/// The headers of answers; those that are required are there wherever an answer names them.
fn headers() -> Map<String, Value> {
    let headers = [
        ("Allow", true, "The methods that the address takes."),
        (
            "Cache-Control",
            true,
            "Who may keep the answer and for how long: nobody, where it needed a token.",
        ),
        (
            "Cache-Status",
            true,
            "Where the answer is from (RFC 9211); with a negative `ttl` the store does not answer, and this is what was remembered.",
        ),
        (
            "Cache-Tag",
            false,
            "What a cache may purge the answer by: the page, the pages that it shows, the lists that have it; `lists` for what is made of several pages. There where anyone may keep the answer.",
        ),
        (
            "Content-Range",
            true,
            "Which part of the file this is, and how long all of it is.",
        ),
        (
            "ETag",
            true,
            "Names this representation; tags are compared weakly.",
        ),
        (
            "Last-Modified",
            false,
            "When it was edited last, or the file copied.",
        ),
        ("Location", true, "Where it is."),
        (
            "Notion-Edge-Exported-At",
            true,
            "When it was copied from Notion.",
        ),
        (
            "Notion-Edge-Version",
            true,
            "The version of the page, which `v` takes; raised by each change.",
        ),
        ("Retry-After", true, "In how many seconds to try again."),
        (
            "Vary",
            false,
            "The headers of the request that decide on the answer.",
        ),
        ("WWW-Authenticate", true, "`Bearer`."),
    ];
    let written = headers.map(|(name, is_required, description)| {
        let schema = json!({ "type": "string" });
        let header = match is_required {
            true => json!({ "description": description, "required": true, "schema": schema }),
            false => json!({ "description": description, "schema": schema }),
        };
        (name.to_owned(), header)
    });
    written.into_iter().collect()
}

/// The answers that are the same wherever they are given.
fn responses(schemas: &mut Schemas) -> Value {
    let problem = schemas.of::<bodies::Problem>();
    let answer = |description: &str, header: Option<&str>| {
        let names = ["Cache-Control"].into_iter().chain(header);
        let headers: Map<String, Value> = names
            .map(|name| (name.to_owned(), component("headers", name)))
            .collect();
        let content = json!({ "application/problem+json": { "schema": problem } });
        json!({ "description": description, "headers": headers, "content": content })
    };
    let tag = json!({ "ETag": component("headers", "ETag"), "Cache-Control": component("headers", "Cache-Control") });
    json!({
        "Head": { "description": "The status and the headers of the same with GET." },
        "NotModified": { "description": "The reader has it already.", "headers": tag },
        "AnotherFile": answer("It is not the one that `If-Match` names.", None),
        "OutOfRange": answer("The file has no such part.", Some("Content-Range")),
        "BadRequest": answer("What the address or the body says is wrong; the detail names it.", None),
        "Unauthorized": answer("A token is missing or wrong.", Some("WWW-Authenticate")),
        "NotFound": answer("There is no such thing in the copy, or no such address.", None),
        "MethodNotAllowed": answer("The address does not take this method.", Some("Allow")),
        "Conflict": answer("It cannot be done as things stand.", None),
        "Gone": answer("The page has been deleted, less than 30 days ago.", None),
        "TooMuch": answer("It is asked rightly, of too much; the detail says what to do instead.", None),
        "TooOften": answer("Too many requests came from this address without a token; only where a limiter is bound.", Some("Retry-After")),
        "Failed": answer("The Worker is badly configured, or what is stored cannot be read: its operator must act.", None),
        "Away": answer("The store does not answer, or has not got the version yet; or the cache did not forget what it was to.", Some("Retry-After")),
    })
}
