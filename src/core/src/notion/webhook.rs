//! What Notion sends to a webhook: the handshake, and events that say what changed but not how.
//!
//! Events come late, twice, out of order or not at all. Whether one is genuine is decided elsewhere.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Optional};
use super::object::Object;
use super::scalar::{RawId, Time};
use super::shape::{Fit, Shape};

/// An event.
pub type WebhookEvent = Object<WebhookEventFields>;

/// The fields of an event.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct WebhookEventFields {
    /// The same in each attempt to deliver it.
    pub id: Field<RawId>,
    /// When it happened.
    pub timestamp: Field<Time>,
    /// The workspace's id.
    pub workspace_id: Field<RawId>,
    /// The workspace's name.
    pub workspace_name: Optional<String>,
    /// The subscription's id.
    pub subscription_id: Field<RawId>,
    /// The connection's id.
    pub integration_id: Field<RawId>,
    /// Who did it.
    pub authors: Field<Vec<Object<EntityReference>>>,
    /// Who may see it; public connections only.
    pub accessible_by: Maybe<Vec<Object<EntityReference>>>,
    /// From 1 to 8.
    pub attempt_number: Field<Number>,
    /// The version of the API that the event is written in.
    pub api_version: Optional<String>,
    /// Such as "page.content_updated".
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// What it happened to. A view of a database elsewhere comes as a block.
    pub entity: Field<Object<EntityReference>>,
    /// What else is told.
    pub data: Field<Object<WebhookData>>,
}

/// An id, and what it is the id of.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct EntityReference {
    /// The id.
    pub id: Field<RawId>,
    /// Such as "page", "block", "database", "data_source", "person", "space" or "agent".
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// On parents: the data source of a row.
    pub data_source_id: Optional<RawId>,
}

/// What is told beside what it happened to; which fields there are follows from the event's type.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct WebhookData {
    /// Where the entity hangs.
    pub parent: Optional<Object<EntityReference>>,
    /// The page that was commented on.
    pub page_id: Optional<RawId>,
    /// The blocks that changed.
    pub updated_blocks: Optional<Vec<Object<EntityReference>>>,
    /// The properties that changed: of a page by id, of a schema with what was done.
    pub updated_properties: Optional<Vec<UpdatedProperty>>,
    /// The fields of a view that changed.
    pub updated_fields: Optional<Vec<String>>,
    /// What sort of view it is.
    pub view_type: Optional<String>,
    /// What became of an upload.
    pub file_import_result: Maybe<Value>,
}

/// A property that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum UpdatedProperty {
    /// On a page: the property's id, with its percent signs.
    Id(String),
    /// In a schema.
    Schema(Object<UpdatedSchemaProperty>),
    /// Something else.
    Unknown(Value),
}

impl Shape for UpdatedProperty {
    fn from_text(value: &str) -> Fit<Self> {
        Ok(Self::Id(value.to_owned()))
    }

    fn from_object<'de, A: serde::de::MapAccess<'de>>(object: A) -> Result<Fit<Self>, A::Error> {
        Ok(Object::from_object(object)?.map(Self::Schema))
    }

    fn from_misfit(value: Value) -> Fit<Self> {
        Ok(Self::Unknown(value))
    }
}

/// A property of a schema that changed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct UpdatedSchemaProperty {
    /// The property's id.
    pub id: Field<String>,
    /// What it is called.
    pub name: Field<String>,
    /// "created", "updated" or "deleted".
    pub action: Field<String>,
}

/// The handshake: a person pastes the token into Notion.
/// It comes without a signature, so anyone can send one.
pub type VerificationRequest = Object<VerificationRequestFields>;

/// The fields of a handshake.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VerificationRequestFields {
    /// The key of all signatures to come.
    pub verification_token: Field<String>,
}
