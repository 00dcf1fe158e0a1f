//! Nested metadata as leaves under dotted paths, and back.
//!
//! Arrays and empty objects are leaves. A path begins with a dot, and so does each of its parts;
//! a dot, a backslash or a line break inside a part is escaped, so that no two objects share a path.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{Error, Json};

/// How deep metadata may be nested.
const MAX_DEPTH: usize = 100;

/// The leaves of an object, each with its path.
///
/// # Errors
/// [`Error::UnsupportedArgument`] for anything but an object, or one nested deeper than 100.
pub fn flatten(metadata: &RawValue) -> Result<Vec<(String, String)>, Error> {
    let mut leaves = Vec::new();
    if !is_object(metadata) {
        return Err(Error::unsupported("metadata", "it is not an object"));
    }
    descend(metadata, "", 0, &mut leaves)?;
    Ok(leaves)
}

/// The object that has these leaves.
///
/// # Errors
/// [`Error::MisshapedRecord`] where a leaf is no JSON.
pub fn unflatten<'a>(leaves: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Json, Error> {
    let mut root = Node::Object(BTreeMap::new());
    for (path, leaf) in leaves {
        let mut node = &mut root;
        for part in split(path.strip_prefix('.').unwrap_or(path)) {
            if let Node::Leaf(_) = node {
                *node = Node::Object(BTreeMap::new());
            }
            let Node::Object(children) = node else { break };
            node = children
                .entry(part)
                .or_insert_with(|| Node::Object(BTreeMap::new()));
        }
        *node = Node::Leaf(leaf);
    }
    let mut text = String::new();
    root.write(&mut text);
    RawValue::from_string(text)
        .map_err(|_| Error::MisshapedRecord("an entry holds a leaf that is no JSON".to_owned()))
}

/// A path as people write it, `a.b`, in the form that leaves have.
///
/// # Errors
/// [`Error::UnsupportedArgument`] for an empty one, or one that ends in a backslash.
pub(super) fn parse_path(path: &str) -> Result<String, Error> {
    let escapes = path
        .chars()
        .rev()
        .take_while(|letter| *letter == '\\')
        .count();
    if path.is_empty() || escapes % 2 == 1 {
        return Err(Error::unsupported(
            "path",
            "it is empty, or ends in the middle",
        ));
    }
    Ok(split(path)
        .iter()
        .map(|part| format!(".{}", escape(part)))
        .collect())
}

enum Node<'a> {
    Leaf(&'a str),
    Object(BTreeMap<String, Node<'a>>),
}

impl Node<'_> {
    fn write(&self, text: &mut String) {
        match self {
            Self::Leaf(leaf) => text.push_str(leaf),
            Self::Object(children) => {
                text.push('{');
                for (at, (name, child)) in children.iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    text.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    text.push(':');
                    child.write(text);
                }
                text.push('}');
            }
        }
    }
}

fn is_object(json: &RawValue) -> bool {
    json.get().starts_with('{')
}

fn descend(
    object: &RawValue,
    path: &str,
    depth: usize,
    leaves: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::unsupported(
            "metadata",
            "it is nested deeper than 100",
        ));
    }
    let children: BTreeMap<String, &RawValue> = serde_json::from_str(object.get())
        .map_err(|error| Error::unsupported("metadata", &error.to_string()))?;
    if children.is_empty() && depth > 0 {
        leaves.push((path.to_owned(), "{}".to_owned()));
    }
    for (name, child) in children {
        let path = format!("{path}.{}", escape(&name));
        if is_object(child) {
            descend(child, &path, depth + 1, leaves)?;
        } else {
            // Between the tokens of JSON a line break is as good as a space; inside a text none can stand.
            leaves.push((path, child.get().replace('\n', " ")));
        }
    }
    Ok(())
}

fn escape(part: &str) -> String {
    part.replace('\\', "\\\\")
        .replace('.', "\\.")
        .replace('\n', "\\n")
}

/// The parts between dots, unescaped.
fn split(path: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '.' => parts.push(std::mem::take(&mut part)),
            '\\' => part.extend(
                letters
                    .next()
                    .map(|next| if next == 'n' { '\n' } else { next }),
            ),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts
}
