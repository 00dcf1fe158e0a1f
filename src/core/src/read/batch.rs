//! `GET /v1/pages:batch`: several documents at once, by their ids.

use std::collections::HashSet;

use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Script, Value};
use crate::store::Call;

use super::page::Fields;
use super::parameters::Parameters;
use super::{Audience, Problem};

/// The most ids in one request.
pub(super) const MOST_IDS: usize = 50;

/// The most bytes of documents in one answer: an isolate holds them several times for a moment, and has 128 MB for all its readers.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Pages that are asked for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    ids: Vec<Id>,
    fields: Option<Fields>,
}

impl Batch {
    /// The pages that are asked for.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.ids.iter().copied()
    }

    /// Reads `ids`, separated by commas, and `fields`. An id that is named twice counts where it stands first.
    ///
    /// # Errors
    /// 400 for no ids or more than 50, and for what is none.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let parameters = Parameters::read(query, &["ids", "fields"])?;
        let text = parameters.text("ids").unwrap_or_default();
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let ids: Result<Vec<Id>, _> = names.map(str::parse).collect();
        let mut ids = ids.map_err(|error| Problem::bad_request(format!("ids: {error}")))?;
        if !(1..=MOST_IDS).contains(&ids.len()) {
            let problem = format!("ids are 1 to {MOST_IDS} ids of pages, separated by commas");
            return Err(Problem::bad_request(problem));
        }
        let mut known = HashSet::new();
        ids.retain(|id| known.insert(*id));
        let fields = parameters.text("fields").map(Fields::parse).transpose()?;
        Ok(Self { ids, fields })
    }

    /// Reads the documents, as [`call`] says.
    pub fn call(&self, keys: &Keys, audience: Audience) -> Call<()> {
        let of = |id| [keys.page(id), keys.meta(id), keys.public_page(id)];
        call(&self.ids, audience, of)
    }

    /// The answer: `{results, missing}`, the documents as they are stored and the ids of those that are not, both in the order asked.
    ///
    /// # Errors
    /// 422 where they are too large together, 500 for a document from which no fields can be taken.
    pub fn body(&self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let texts = texts(replies, Self::too_large)?;
        let size: usize = texts
            .iter()
            .map(|text| match text {
                Value::Text(text) => text.len() + 1,
                _ => 0,
            })
            .sum();
        let (mut body, mut missing) = (Vec::with_capacity(size + 32), Vec::new());
        body.extend_from_slice(br#"{"results":["#);
        let mut is_first = true;
        for (id, text) in self.ids.iter().zip(texts) {
            let Value::Text(text) = text else {
                missing.push(format!("\"{id}\""));
                continue;
            };
            if !std::mem::take(&mut is_first) {
                body.push(b',');
            }
            match &self.fields {
                None => body.extend_from_slice(text.as_bytes()),
                Some(fields) => {
                    let cut = fields.cut(text.as_bytes());
                    let unreadable = |_| Problem::unreadable(&format!("page {id}"));
                    body.extend_from_slice(&cut.map_err(unreadable)?);
                }
            }
        }
        body.extend_from_slice(format!(r#"],"missing":[{}]}}"#, missing.join(",")).as_bytes());
        Ok(body)
    }

    /// 422.
    pub fn too_large() -> Problem {
        Problem::too_much(format!(
            "these documents have more than {} MB together: ask for fewer at once",
            MOST_BYTES / 1024 / 1024
        ))
    }
}

/// Reads a text of each of these pages: a script with one command in it, and one more for each page where a rule says what is public.
/// `of` gives the keys of a page's text, of its meta, and of the same text as anyone may read it.
pub(super) fn call(ids: &[Id], audience: Audience, of: impl Fn(Id) -> [String; 3]) -> Call<()> {
    let (count, word) = match audience {
        Audience::All => (1, "all"),
        Audience::Public => (3, "public"),
    };
    let keys = ids.iter().flat_map(|id| of(*id).into_iter().take(count));
    let args = [MOST_BYTES.to_string(), word.to_owned()];
    Call::unread("pages", Script::BATCH, keys.collect::<Vec<_>>(), args)
}

/// The texts that the script gave, in the order asked.
///
/// # Errors
/// `too_large` where it gave none because they are.
pub(super) fn texts(replies: &[Value], too_large: fn() -> Problem) -> Result<&[Value], Problem> {
    let reply = match replies {
        [Value::Array(reply)] => reply.as_slice(),
        _ => return Err(Problem::away()),
    };
    match reply {
        [Value::Text(verdict), Value::Array(texts)] if verdict == "all" => Ok(texts),
        [Value::Text(verdict)] if verdict == "bytes" => Err(too_large()),
        _ => Err(Problem::away()),
    }
}

#[cfg(test)]
mod tests {
    use super::Batch;
    use crate::read::Request;
    use crate::redis::Value;

    const A: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
    const B: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c53";

    fn parse(query: &str) -> Result<Batch, u16> {
        Batch::parse(&Request::pairs(query)).map_err(|it| it.answer().status)
    }

    fn body(query: &str, texts: &[Value]) -> Result<String, u16> {
        let reply = [Value::Text("all".to_owned()), Value::Array(texts.to_vec())];
        let body = parse(query)?.body(&[Value::Array(reply.to_vec())]);
        let body = body.map_err(|it| it.answer().status)?;
        Ok(String::from_utf8(body).expect("utf-8"))
    }

    #[test]
    fn one_to_fifty_ids_are_taken_each_once() {
        for wrong in ["", "ids=", "ids=x", "ids=,", "id=a"] {
            assert_eq!(parse(wrong), Err(400), "{wrong}");
        }
        let many = |count: usize| format!("ids={}", vec![A; count].join(","));
        assert!(parse(&many(50)).is_ok());
        assert_eq!(parse(&many(51)), Err(400));
        let bare = A.replace('-', "").to_uppercase();
        assert_eq!(
            parse(&format!("ids={bare},{B},{A}")),
            parse(&format!("ids={A},%20{B}"))
        );
        assert_eq!(parse(&format!("ids={A}&fields=titel")), Err(400));
    }

    #[test]
    fn documents_go_out_as_they_are_stored_and_the_others_are_named() {
        let stored = |text: &str| Value::Text(text.to_owned());
        let query = format!("ids={A},{B}");
        let expected = format!(r#"{{"results":[{{ "n": 1.0 }}],"missing":["{A}"]}}"#);
        assert_eq!(
            body(&query, &[Value::Nil, stored(r#"{ "n": 1.0 }"#)]),
            Ok(expected)
        );
        let both = [
            stored(r#"{"id":1,"text":"t"}"#),
            stored(r#"{"id":2,"text":"t"}"#),
        ];
        let cut = r#"{"results":[{"id":1},{"id":2}],"missing":[]}"#.to_owned();
        assert_eq!(body(&format!("{query}&fields=id"), &both), Ok(cut));
        assert_eq!(
            body(&format!("{query}&fields=id"), &[stored("x")]),
            Err(500)
        );
    }

    #[test]
    fn too_many_bytes_are_told_and_another_reply_is_none() {
        let batch = parse(&format!("ids={A}")).expect("an id");
        let status = |replies: &[Value]| batch.body(replies).map_err(|it| it.answer().status).err();
        let too_large = Value::Array(vec![Value::Text("bytes".to_owned())]);
        assert_eq!(status(&[too_large]), Some(422));
        assert_eq!(status(&[Value::Array(Vec::new())]), Some(503));
        assert_eq!(status(&[]), Some(503));
    }
}
