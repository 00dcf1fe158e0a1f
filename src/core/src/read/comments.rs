//! `GET /v1/comments?page={id}`: the open comments of a page as they are stored, in one request.

use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::Call;

use super::Problem;
use super::parameters::Parameters;

/// The comments of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comments {
    page: Id,
}

impl Comments {
    /// Reads `page`.
    ///
    /// # Errors
    /// 400 where it is missing or no id, and for another parameter.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let page = Parameters::read(query, &["page"])?.id("page")?;
        let problem = "page is missing: the id of the page whose comments are asked for";
        let page = page.ok_or_else(|| Problem::bad_request(problem.to_owned()))?;
        Ok(Self { page })
    }

    /// Reads the comments, and whether there is such a page: two commands.
    pub fn call(self, keys: &Keys) -> Call<()> {
        let (comments, page) = (keys.comments(self.page), keys.page(self.page));
        let commands = [["GET", comments.as_str()], ["EXISTS", page.as_str()]];
        Call::commands("comments", commands.map(Command::new).to_vec())
    }

    /// The answer: `{results}`, as Notion lists them.
    ///
    /// # Errors
    /// 404 where the page is not stored.
    pub fn body(self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let results = match replies {
            [_, Value::Integer(0)] => {
                let id = self.page;
                return Err(Problem::not_found(&format!(
                    "no page {id} has been exported"
                )));
            }
            [Value::Nil, Value::Integer(1)] => "[]",
            [Value::Text(json), Value::Integer(1)] => json,
            _ => return Err(Problem::away()),
        };
        Ok(format!(r#"{{"results":{results}}}"#).into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::Comments;
    use crate::read::Request;
    use crate::redis::Value;

    fn parse(query: &str) -> Result<Comments, u16> {
        Comments::parse(&Request::pairs(query)).map_err(|it| it.answer().status)
    }

    #[test]
    fn a_page_without_comments_is_not_an_unknown_page() {
        let comments = parse("page=2712e341754a41aea9ce4c0bb4b18c52").expect("a page");
        let body = |comments_of_it: Value, is_stored: i64| {
            let body = comments.body(&[comments_of_it, Value::Integer(is_stored)]);
            body.map(|it| String::from_utf8(it).expect("utf-8"))
                .map_err(|it| it.answer().status)
        };
        assert_eq!(body(Value::Nil, 1), Ok(r#"{"results":[]}"#.to_owned()));
        assert_eq!(body(Value::Nil, 0), Err(404));
        let stored = Value::Text(r#"[{"object":"comment"}]"#.to_owned());
        let expected = r#"{"results":[{"object":"comment"}]}"#.to_owned();
        assert_eq!(body(stored, 1), Ok(expected));
        assert_eq!(body(Value::Integer(1), 1), Err(503));
    }

    #[test]
    fn the_page_must_be_named() {
        for query in ["", "page=", "page=x", "page_id=x"] {
            assert_eq!(parse(query).err(), Some(400), "{query}");
        }
    }
}
