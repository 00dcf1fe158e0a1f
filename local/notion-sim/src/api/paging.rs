//! Lists: one page of results, and where the next one starts.
//! For lists that are short enough to be made whole; searches and queries have cursors of their own in `cursor`.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::failed;
use crate::id::Uuid;
use crate::json::{Json, object};

/// One page of a list.
pub(crate) struct Listed {
    pub(crate) results: Vec<Json>,
    pub(crate) next_cursor: Option<String>,
}

impl Listed {
    /// The envelope of most lists.
    pub(crate) fn of(self, kind: &str) -> Json {
        self.with(kind, Json::Object(Vec::new()))
    }

    /// The envelope of a list that says something about itself.
    pub(crate) fn with(self, kind: &str, about: Json) -> Json {
        object! {
            "object" => "list",
            "results" => Json::Array(self.results),
            "next_cursor" => self.next_cursor.as_deref(),
            "has_more" => self.next_cursor.is_some(),
            "type" => kind,
            kind => about,
        }
    }
}

impl Call<'_> {
    /// How many results the answer has room for.
    pub(crate) fn room(&self, least: u64) -> Result<usize, Refusal> {
        Ok(self
            .arguments
            .page_size(least)?
            .min(self.render.options.page_size_limit.max(1) as usize))
    }

    /// A page of `ids`, of which the cursor is the id of the first one that is not yet shown.
    pub(crate) fn page_of(
        &self,
        ids: &[Uuid],
        room: usize,
        render: impl Fn(Uuid) -> Option<Json>,
    ) -> Result<Listed, Refusal> {
        let start = match self.arguments.start_cursor()? {
            None => 0,
            Some(cursor) => {
                let id: Uuid = cursor
                    .parse()
                    .map_err(|_| Refusal::invalid_cursor(cursor))?;
                ids.iter()
                    .position(|other| *other == id)
                    .ok_or_else(|| Refusal::invalid_cursor(cursor))?
            }
        };
        let rest = ids.get(start..).unwrap_or_default();
        Ok(Listed {
            results: rest
                .iter()
                .take(room)
                .filter_map(|id| render(*id))
                .collect(),
            next_cursor: rest.get(room).map(Uuid::to_string),
        })
    }

    /// A cursor that Notion checks for its form before anything else.
    pub(crate) fn check_uuid_cursor(&self) -> Result<(), Refusal> {
        match self.arguments.start_cursor()? {
            Some(cursor) if cursor.parse::<Uuid>().is_err() => Err(failed(
                "query",
                "start_cursor",
                "a valid uuid or `undefined`",
                &Json::from(cursor),
            )),
            _ => Ok(()),
        }
    }
}
