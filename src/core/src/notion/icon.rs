//! Icons of pages, databases, data sources and callouts.

use serde::{Deserialize, Serialize};

use super::field::{Field, Optional};
use super::file::{ExternalFile, HostedFile, UploadReference};
use super::object::{Empty, Object, Types};
use super::scalar::RawId;
use super::word::Color;

/// An icon.
pub type Icon = Object<Empty, IconType>;

/// What an icon is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IconType {
    /// One emoji, of one or more code points.
    Emoji(Field<String>),
    /// A picture somewhere else.
    External(Field<Object<ExternalFile>>),
    /// An uploaded picture.
    File(Field<Object<HostedFile>>),
    /// An upload that is not attached yet; only in requests.
    FileUpload(Field<Object<UploadReference>>),
    /// An emoji of the workspace.
    CustomEmoji(Field<Object<CustomEmoji>>),
    /// One of Notion's own icons.
    Icon(Field<Object<NativeIcon>>),
}

impl Types for IconType {
    const NAME: &'static str = "Icon";
}

/// An emoji of the workspace.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CustomEmoji {
    /// The emoji's id.
    pub id: Field<RawId>,
    /// The emoji's name, without colons.
    pub name: Optional<String>,
    /// Its picture.
    pub url: Optional<String>,
}

/// One of Notion's own icons.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NativeIcon {
    /// Names the picture.
    pub name: Field<String>,
    /// The colour it is drawn in.
    pub color: Optional<Color>,
}
