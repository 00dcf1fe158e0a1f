//! Any body of Notion's, told apart by its `object`, or by its keys where it has none.
//!
//! For places that do not know what to expect: the results of a search, a body out of a log, raw JSON inside of an object.
//! Who knows what he asked for reads that type.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::async_task::AsyncTask;
use super::block::{Block, BlockType};
use super::comment::Comment;
use super::content::knows;
use super::database::{DataSource, Database};
use super::error::ErrorBody;
use super::file::{FileObject, FileType};
use super::file_upload::FileUpload;
use super::icon::{CustomEmoji, Icon, IconType};
use super::list::{List, TemplateList};
use super::object::{Object, Types};
use super::page::{Page, PageMarkdown};
use super::parent::{Parent, ParentType};
use super::property::{PropertyType, PropertyValue};
use super::property_item::PropertyItem;
use super::property_schema::{PropertySchema, SchemaType};
use super::rich_text::{RichText, RichTextType};
use super::shape::{self, Fit, Shape};
use super::user::{User, UserType};
use super::view::{View, ViewQuery};
use super::webhook::{VerificationRequest, WebhookEvent};

/// A body of Notion's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// A page.
    Page(Box<Page>),
    /// A block.
    Block(Box<Block>),
    /// A database.
    Database(Box<Database>),
    /// A data source.
    DataSource(Box<DataSource>),
    /// A user or a group.
    User(Box<User>),
    /// A comment.
    Comment(Box<Comment>),
    /// An upload.
    FileUpload(Box<FileUpload>),
    /// A view.
    View(Box<View>),
    /// What asking a view gives.
    ViewQuery(Box<ViewQuery>),
    /// A task.
    AsyncTask(Box<AsyncTask>),
    /// A page's Markdown.
    PageMarkdown(Box<PageMarkdown>),
    /// What a property's endpoint gives.
    PropertyItem(Box<PropertyItem>),
    /// A list.
    List(Box<List<Self>>),
    /// An error.
    Error(Box<ErrorBody>),
    /// A list of templates.
    TemplateList(Box<TemplateList>),
    /// An event.
    WebhookEvent(Box<WebhookEvent>),
    /// The handshake of a webhook.
    VerificationRequest(Box<VerificationRequest>),
    /// An item of rich text.
    RichText(Box<RichText>),
    /// The value of a property.
    PropertyValue(Box<PropertyValue>),
    /// A property of a data source.
    PropertySchema(Box<PropertySchema>),
    /// A file.
    File(Box<FileObject>),
    /// An icon.
    Icon(Box<Icon>),
    /// A parent.
    Parent(Box<Parent>),
    /// An emoji of the workspace.
    CustomEmoji(Box<Object<CustomEmoji>>),
    /// Several of them.
    Array(Vec<Self>),
    /// Something else.
    Unknown(Value),
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fit = shape::read(from)?.into_fit();
        Ok(fit.unwrap_or_else(Self::Unknown))
    }
}

impl Shape for Body {
    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Fit<Self>, A::Error> {
        Ok(Vec::from_array(array)?.map(Self::Array))
    }

    /// Streams where `object` comes first, as Notion sends it.
    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Fit<Self>, A::Error> {
        let mut keys = Map::new();
        if let Some((key, value)) = object.next_entry::<String, Value>()? {
            if let Value::String(name) = &value
                && key == "object"
            {
                return by_object(name, object).map(Ok);
            }
            keys.insert(key, value);
        }
        while let Some((key, value)) = object.next_entry()? {
            keys.insert(key, value);
        }
        Self::from_keys(keys).map(Ok).map_err(A::Error::custom)
    }

    fn from_misfit(value: Value) -> Fit<Self> {
        Ok(Self::Unknown(value))
    }
}

impl Body {
    /// Tells apart an object that was read as raw JSON.
    ///
    /// # Errors
    /// Where the object is nested too deep to be read once more.
    pub fn from_keys(mut keys: Map<String, Value>) -> serde_json::Result<Self> {
        if let Some(Value::String(name)) = keys.get("object") {
            let name = name.clone();
            keys.remove("object");
            let text = serde_json::to_string(&keys)?;
            return serde_json::Deserializer::from_str(&text).deserialize_map(ByObject(&name));
        }
        let Some(read) = by_keys(&keys) else {
            return Ok(Self::Unknown(Value::Object(keys)));
        };
        read(&serde_json::to_string(&keys)?)
    }
}

struct ByObject<'a>(&'a str);

impl<'de> Visitor<'de> for ByObject<'_> {
    type Value = Body;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, rest: A) -> Result<Body, A::Error> {
        by_object(self.0, rest)
    }
}

/// Reads the object whose `object` is `name` and whose other keys are yet to come.
fn by_object<'de, A: MapAccess<'de>>(name: &str, rest: A) -> Result<Body, A::Error> {
    Ok(match name {
        "page" => Body::Page(read(rest, name)?),
        "block" => Body::Block(read(rest, name)?),
        "database" => Body::Database(read(rest, name)?),
        "data_source" => Body::DataSource(read(rest, name)?),
        "user" | "group" => Body::User(read(rest, name)?),
        "comment" => Body::Comment(read(rest, name)?),
        "file_upload" => Body::FileUpload(read(rest, name)?),
        "view" => Body::View(read(rest, name)?),
        "view_query" => Body::ViewQuery(read(rest, name)?),
        "async_task" => Body::AsyncTask(read(rest, name)?),
        "page_markdown" => Body::PageMarkdown(read(rest, name)?),
        "property_item" => Body::PropertyItem(read(rest, name)?),
        "list" => Body::List(read(rest, name)?),
        "error" => Body::Error(read(rest, name)?),
        _ => {
            let mut keys = Map::deserialize(MapAccessDeserializer::new(rest))?;
            keys.insert("object".to_owned(), name.into());
            Body::Unknown(Value::Object(keys))
        }
    })
}

fn read<'de, T, Y, A>(rest: A, name: &str) -> Result<Box<Object<T, Y>>, A::Error>
where
    T: DeserializeOwned,
    Y: Types,
    A: MapAccess<'de>,
{
    Object::read(rest, Some(name)).map(Box::new)
}

type Read = fn(&str) -> serde_json::Result<Body>;

/// What an object without `object` is; the surest signs first.
fn by_keys(keys: &Map<String, Value>) -> Option<Read> {
    let has = |key: &str| keys.contains_key(key);
    // A type without its payload says nothing.
    let kind = keys.get("type").and_then(Value::as_str);
    let kind = kind.filter(|kind| has(kind));
    let is_one_of = |knows: fn(&str) -> bool| kind.is_some_and(knows);
    // Some types of blocks are named like those of parts of blocks, which have no id.
    let may_be_part = !has("id") || !is_one_of(knows::<BlockType>);
    let read: Read = if has("templates") {
        |json| from_str(json).map(Body::TemplateList)
    } else if has("verification_token") {
        |json| from_str(json).map(Body::VerificationRequest)
    } else if has("entity") && has("timestamp") {
        |json| from_str(json).map(Body::WebhookEvent)
    } else if has("avatar_url") || is_one_of(knows::<UserType>) {
        |json| from_str(json).map(Body::User)
    } else if has("has_children") {
        |json| from_str(json).map(Body::Block)
    } else if has("next_url") {
        |json| from_str(json).map(Body::PropertyItem)
    } else if has("properties") {
        |json| from_str(json).map(Body::Page)
    } else if is_one_of(knows::<ParentType>) {
        |json| from_str(json).map(Body::Parent)
    } else if has("plain_text") || may_be_part && is_one_of(knows::<RichTextType>) {
        |json| from_str(json).map(Body::RichText)
    } else if may_be_part && is_one_of(knows::<FileType>) {
        |json| from_str(json).map(Body::File)
    } else if may_be_part && is_one_of(knows::<IconType>) {
        |json| from_str(json).map(Body::Icon)
    } else if has("name") && has("id") && is_one_of(knows::<SchemaType>) {
        |json| from_str(json).map(Body::PropertySchema)
    } else if is_one_of(knows::<PropertyType>) {
        |json| from_str(json).map(Body::PropertyValue)
    } else if is_one_of(knows::<BlockType>) {
        |json| from_str(json).map(Body::Block)
    } else if has("id") && has("name") && has("url") {
        |json| from_str(json).map(Body::CustomEmoji)
    } else {
        return None;
    };
    Some(read)
}

fn from_str<T: DeserializeOwned>(json: &str) -> serde_json::Result<Box<T>> {
    serde_json::from_str(json).map(Box::new)
}
