//! The payload of each block type: its fields, in Notion's order, and what they are when nothing is said.
//! The one place that knows block types; reading and rendering go by these fields.

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Field, File, Icon};
use crate::random::mix_bytes;
use crate::source::markup;
use crate::source::names::Names;

/// What a field is made from, and its default.
#[derive(Clone, Copy)]
enum Make {
    /// The block's main value, as rich text.
    MainText,
    /// Rich text, empty by default.
    Text,
    /// An icon or null.
    Icon,
    /// A file, from the main value.
    MainFile,
    /// The main value as it is.
    Main,
    /// A string.
    Or(&'static str),
    /// False unless given.
    False,
    /// Left out unless given.
    Optional,
}

use Make::{False, Main, MainFile, MainText, Optional, Or, Text};

fn table(kind: &str) -> Option<&'static [(&'static str, Make)]> {
    Some(match kind {
        "paragraph" => &[
            ("rich_text", MainText),
            ("icon", Make::Icon),
            ("color", Or("default")),
        ],
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => &[
            ("rich_text", MainText),
            ("is_toggleable", False),
            ("color", Or("default")),
        ],
        "bulleted_list_item" | "quote" | "toggle" => {
            &[("rich_text", MainText), ("color", Or("default"))]
        }
        "numbered_list_item" => &[
            ("rich_text", MainText),
            ("list_start_index", Optional),
            ("list_format", Optional),
            ("color", Or("default")),
        ],
        "to_do" => &[
            ("rich_text", MainText),
            ("checked", False),
            ("color", Or("default")),
        ],
        "callout" => &[
            ("rich_text", MainText),
            ("icon", Make::Icon),
            ("color", Or("default")),
        ],
        "code" => &[
            ("caption", Text),
            ("rich_text", MainText),
            ("language", Or("plain text")),
        ],
        "equation" => &[("expression", Main)],
        "divider" | "breadcrumb" | "column_list" | "tab" => &[],
        "column" => &[("width_ratio", Optional)],
        "table_of_contents" => &[("color", Or("default"))],
        "table" => &[
            ("table_width", Optional),
            ("has_column_header", False),
            ("has_row_header", False),
        ],
        "bookmark" | "embed" => &[("caption", Text), ("url", Main)],
        "link_preview" => &[("url", Main)],
        "image" | "video" | "pdf" | "audio" => &[("caption", Text), ("file", MainFile)],
        "file" => &[("caption", Text), ("file", MainFile), ("name", Optional)],
        "template" => &[("rich_text", MainText)],
        "unsupported" => &[("block_type", Main)],
        "meeting_notes" => &[
            ("title", MainText),
            ("status", Or("notes_ready")),
            ("calendar_event", Optional),
            ("recording", Optional),
        ],
        _ => return None,
    })
}

/// The fields of a block of this type.
pub(crate) fn build(
    kind: &str,
    main: Json,
    attributes: &[(String, Json)],
    page: Uuid,
    names: &Names,
) -> Result<Vec<(String, Field)>, String> {
    if let Some(fields) = reference(kind, &main, names)? {
        return Ok(fields);
    }
    let table = table(kind).ok_or_else(|| format!("`{kind}` is no block type"))?;
    let unknown = attributes
        .iter()
        .find(|(key, _)| key != "id" && !table.iter().any(|(name, _)| name == key));
    if let Some((key, _)) = unknown {
        return Err(format!("a {kind} has no `{key}`"));
    }
    let mut fields = Vec::new();
    for (name, make) in table {
        let given = attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone());
        let text = |value: Option<&Json>| {
            markup::parse(value.and_then(Json::as_str).unwrap_or_default(), names).map(Field::Text)
        };
        let field = match make {
            MainText if kind == "code" => {
                Field::Text(crate::model::plain(main.as_str().unwrap_or_default()))
            }
            MainText => text(Some(&main))?,
            Text => text(given.as_ref())?,
            Make::Icon => Field::Icon(
                given
                    .as_ref()
                    .and_then(Json::as_str)
                    .map(|icon| parse_icon(icon, page, names))
                    .transpose()?,
            ),
            MainFile => Field::File(parse_file(main.as_str().unwrap_or_default(), page)),
            Main => Field::Json(main.clone()),
            Or(default) => Field::Json(given.unwrap_or_else(|| Json::from(*default))),
            False => Field::Json(given.unwrap_or(Json::Bool(false))),
            Optional => match given {
                Some(given) => Field::Json(given),
                None => continue,
            },
        };
        fields.push(((*name).to_string(), field));
    }
    Ok(fields)
}

/// The two types whose payload is the id of something else.
fn reference(
    kind: &str,
    main: &Json,
    names: &Names,
) -> Result<Option<Vec<(String, Field)>>, String> {
    let fields = match (kind, main.as_str()) {
        ("synced_block", None) => vec![("synced_from", Json::Null)],
        ("synced_block", Some(id)) => vec![(
            "synced_from",
            object! { "type" => "block_id", "block_id" => id },
        )],
        ("link_to_page", Some(target)) => {
            let (key, id) = match target.strip_prefix("database:") {
                Some(name) => ("database_id", names.database(name)?),
                None => ("page_id", names.page(target)?),
            };
            vec![("type", Json::from(key)), (key, Json::from(id))]
        }
        _ => return Ok(None),
    };
    Ok(Some(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_string(), Field::Json(value)))
            .collect(),
    ))
}

/// `stored:name` is in Notion's storage, under an id that follows from its owner and name; anything else is an address.
pub(crate) fn parse_file(text: &str, owner: Uuid) -> File {
    match text.strip_prefix("stored:") {
        Some(name) => {
            let high = mix_bytes(owner.as_u128() as u64, name.as_bytes());
            File::Stored {
                id: Uuid::from_hashes(high, mix_bytes(high, b"file")),
                name: name.to_string(),
            }
        }
        None => File::External(text.to_string()),
    }
}

/// An emoji, `emoji:name`, `icon:name/colour`, or a file.
pub(crate) fn parse_icon(text: &str, owner: Uuid, names: &Names) -> Result<Icon, String> {
    if let Some(name) = text.strip_prefix("emoji:") {
        return Ok(Icon::CustomEmoji(names.emoji(name)?));
    }
    if let Some((name, color)) = text
        .strip_prefix("icon:")
        .and_then(|icon| icon.split_once('/'))
    {
        return Ok(Icon::Native {
            name: name.to_string(),
            color: color.to_string(),
        });
    }
    if text.contains(':') {
        return Ok(Icon::File(parse_file(text, owner)));
    }
    Ok(Icon::Emoji(text.to_string()))
}
