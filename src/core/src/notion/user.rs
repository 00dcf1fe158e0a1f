//! Users: people, bots, agents, groups, and those of whom only the id is known.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::field::{Field, Maybe, Optional};
use super::object::{Empty, Object, Types};
use super::scalar::RawId;
use super::word::{Vocabulary, Word};

/// A user.
///
/// Without a type it is partial, `{object, id}`, as in `created_by`; or a group, which has no type either.
pub type User = Object<UserFields, UserType>;

/// What every user may have.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UserFields {
    /// "group" in a list of people that holds one.
    pub object: Field<Word<UserObject>>,
    /// The user's id.
    pub id: Field<RawId>,
    /// The user's display name.
    pub name: Maybe<String>,
    /// The user's picture, as a signed URL; never stored.
    pub avatar_url: Maybe<String>,
}

impl User {
    /// The user's type; of a group, which has none, that it is one.
    pub fn kind(&self) -> Option<&str> {
        let group = self.object.as_str().filter(|object| *object == "group");
        self.type_name().or(group)
    }
}

/// The words of a user's `object`.
pub enum UserObject {}

impl Vocabulary for UserObject {
    const WORDS: &'static [&'static str] = &["user", "group"];
}

/// What a user is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// A person.
    Person(Field<Box<Object<Person>>>),
    /// A connection.
    Bot(Field<Box<Object<Bot>>>),
    /// A custom agent.
    Agent(Field<Object<Empty>>),
}

impl Types for UserType {
    const NAME: &'static str = "User";
    const MAY_BE_PARTIAL: bool = true;
}

/// A person.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Person {
    /// Only where the connection may read addresses; stored only where the configuration asks.
    pub email: Maybe<String>,
}

/// A connection; empty where it is not the one that asks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Bot {
    /// Who installed it.
    pub owner: Optional<BotOwner>,
    /// The workspace's id.
    pub workspace_id: Optional<RawId>,
    /// The workspace's name.
    pub workspace_name: Maybe<String>,
    /// What the workspace's plan allows.
    pub workspace_limits: Optional<Object<WorkspaceLimits>>,
}

/// Who a connection belongs to.
pub type BotOwner = Object<Empty, BotOwnerType>;

/// What a connection belongs to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BotOwnerType {
    /// The workspace; the payload is `true`.
    Workspace(Field<bool>),
    /// A person.
    User(Field<Box<User>>),
}

impl Types for BotOwnerType {
    const NAME: &'static str = "BotOwner";
}

/// What a workspace's plan allows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct WorkspaceLimits {
    /// The largest file that can be uploaded.
    pub max_file_upload_size_in_bytes: Field<Number>,
}
