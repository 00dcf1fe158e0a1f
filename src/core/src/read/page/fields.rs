//! `fields`: which fields of a document are given.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::read::Problem;

/// The fields of a document, in its order.
pub(in crate::read) const ALL: [&str; 31] = [
    "schema",
    "object",
    "id",
    "title",
    "slug",
    "path",
    "lang",
    "parent",
    "data_source_id",
    "database_id",
    "ancestors",
    "icon",
    "cover",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "properties",
    "values",
    "blocks",
    "excerpt",
    "text",
    "toc",
    "words",
    "reading_minutes",
    "links",
    "files",
    "complete",
    "truncated",
    "unsupported_blocks",
    "errors",
];

/// Some of the fields of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// A bit for each of `ALL`.
    chosen: u64,
}

impl Fields {
    /// Reads names separated by commas: those that are given, or with a hyphen before each those that are left out.
    ///
    /// # Errors
    /// 400, with the names that there are.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let problem = |what: String| Problem::bad_request(format!("fields: {what}"));
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        let left_out = names.iter().filter(|name| name.starts_with('-')).count();
        if left_out != 0 && left_out != names.len() {
            let what = "either all have a hyphen before them, to be left out, or none has";
            return Err(problem(what.to_owned()));
        }
        let mut named = 0;
        for name in names {
            let bare = name.strip_prefix('-').unwrap_or(name);
            let place = ALL.iter().position(|field| *field == bare).ok_or_else(|| {
                problem(format!(
                    "{} is none of {}",
                    Problem::quoted(bare),
                    ALL.join(", ")
                ))
            })?;
            named |= 1 << place;
        }
        let all = (1 << ALL.len()) - 1;
        let chosen = if left_out == 0 { named } else { all & !named };
        Ok(Self { chosen })
    }

    fn has(&self, name: &str) -> bool {
        let place = ALL.iter().position(|field| *field == name);
        place.is_some_and(|place| self.chosen & (1 << place) != 0)
    }

    /// Tells them apart in a tag.
    pub fn tag(&self) -> String {
        format!("-{:x}", self.chosen)
    }

    /// The same as a parameter of a query.
    pub fn query(&self) -> String {
        let names: Vec<&str> = ALL.into_iter().filter(|name| self.has(name)).collect();
        format!("fields={}", names.join(","))
    }

    /// The document with these fields only; their values are copied as they are.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn cut(&self, document: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let document = str::from_utf8(document).map_err(serde_json::Error::custom)?;
        let mut reader = serde_json::Deserializer::from_str(document);
        let cut = reader.deserialize_map(Cut(self))?;
        reader.end()?;
        Ok(cut.into_bytes())
    }
}

struct Cut<'a>(&'a Fields);

impl<'de> Visitor<'de> for Cut<'_> {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut out = String::from("{");
        while let Some((name, value)) = map.next_entry::<&str, &RawValue>()? {
            if self.0.has(name) {
                if out.len() > 1 {
                    out.push(',');
                }
                // The name of a field has nothing in it to be escaped.
                out.extend(["\"", name, "\":", value.get()]);
            }
        }
        out.push('}');
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Fields};
    use crate::document::{Document, Source};

    fn cut(fields: &str, document: &str) -> Option<String> {
        let fields = Fields::parse(fields).ok()?;
        let cut = fields.cut(document.as_bytes()).ok()?;
        String::from_utf8(cut).ok()
    }

    #[test]
    fn fields_are_given_or_left_out() {
        let document = r#"{"id":"x","title":"a\"b" , "blocks":[{"id":1}],"text":"t"}"#;
        let given = Some(r#"{"id":"x","title":"a\"b"}"#.to_owned());
        assert_eq!(cut("title, id", document), given);
        assert_eq!(cut("-blocks,-text", document), given);
        assert_eq!(cut("toc", document), Some("{}".to_owned()));
        for wrong in ["", "titel", "title,-id", "-", "title,", "constructor"] {
            assert_eq!(cut(wrong, document), None, "{wrong:?}");
        }
        for broken in ["", "[]", "{", r#"{"id":"x"}}"#, r#"{"id":}"#] {
            assert_eq!(cut("id", broken), None, "{broken:?}");
        }
    }

    #[test]
    fn every_field_of_a_document_has_a_name() {
        let document = Document::build(Source {
            id: "2712e341754a41aea9ce4c0bb4b18c52".parse().expect("an id"),
            page: serde_json::from_str("{}").expect("a page"),
            blocks: Vec::new(),
            errors: Vec::new(),
            is_truncated: false,
        });
        let whole = serde_json::to_string(&document).expect("JSON");
        assert_eq!(cut(&ALL.join(","), &whole), Some(whole));
        let object: serde_json::Value = serde_json::to_value(&document).expect("JSON");
        assert_eq!(object.as_object().map(|it| it.len()), Some(ALL.len()));
    }

    #[test]
    fn a_choice_has_one_tag_however_it_is_written() {
        let tag = |text: &str| Fields::parse(text).map(|fields| fields.tag()).ok();
        assert_eq!(tag("id,title"), tag("title,id"));
        assert_ne!(tag("id"), tag("title"));
        let query = Fields::parse("title,id").map(|fields| fields.query()).ok();
        assert_eq!(query.as_deref(), Some("fields=id,title"));
    }
}
