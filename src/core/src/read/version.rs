//! `v` on lists: the version of the store that an answer must have at least, as an event tells it. Who asks for what an event told
//! gets no list from before it.

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::{Error, Operation, Step};

use super::{Asked, Audience, Problem, Request, Route};

/// What is wrong with a `v`.
const PROBLEM: &str =
    "v is the number of a version, as an event or the header notion-edge-version tells it";

/// The version that `value` names.
///
/// # Errors
/// 400 for what is none.
pub fn parse(value: &str) -> Result<i64, Problem> {
    let version = value.parse().ok().filter(|version| *version >= 0);
    version.ok_or_else(|| Problem::bad_request(PROBLEM.to_owned()))
}

impl Route {
    /// The route of a request, and for what is made of several pages the version of the store that its answer must have at least.
    /// A page has a version of its own.
    ///
    /// # Errors
    /// Those of [`Route::parse`], and 400 for a `v` that is none, or is there twice.
    pub fn versioned(request: &Request) -> Result<(Self, Option<i64>), Problem> {
        let mut rest = request.clone();
        rest.query.retain(|(name, _)| name != "v");
        let route = match rest.query.len() < request.query.len() {
            true => Self::parse(&rest)?,
            false => return Ok((Self::parse(request)?, None)),
        };
        if !route.is_remembered() {
            return Ok((Self::parse(request)?, None));
        }
        let mut version = None;
        for (_, value) in request.query.iter().filter(|(name, _)| name == "v") {
            if version.replace(parse(value)?).is_some() {
                return Err(Problem::bad_request("v is given twice".to_owned()));
            }
        }
        Ok((route, version))
    }
}

/// An operation that reads what the store holds, and whether that is old. It costs a command more, in the same request.
#[derive(Clone, Debug)]
pub struct AtLeast<O> {
    operation: O,
    version: Option<i64>,
    key: String,
}

impl<O> AtLeast<O> {
    /// The same operation, where `version` is to be there for that audience; just that without one.
    pub fn new(operation: O, version: Option<i64>, keys: &Keys, audience: Audience) -> Self {
        Self {
            operation,
            version,
            key: match audience {
                Audience::All => keys.version(),
                Audience::Public => keys.public_version(),
            },
        }
    }
}

impl AtLeast<Asked> {
    /// Whether what is asked for next are the summaries of a long list.
    pub fn is_long(&self) -> bool {
        self.operation.is_long()
    }
}

impl<O: Operation> Operation for AtLeast<O> {
    /// What the operation gave, or 503 where the store is older than that.
    type Output = Result<O::Output, Problem>;

    fn poll(&self) -> Step {
        let mut step = self.operation.poll();
        if self.version.is_some() {
            // Before what is read, so that this is no older.
            step.commands.insert(0, Command::new(["GET", &self.key]));
        }
        step
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        let Some(version) = self.version else {
            return Ok(self.operation.apply(reply)?.map(Ok));
        };
        let reply = reply.map(|mut replies| {
            let rest = replies.split_off(replies.len().min(1));
            (replies.pop(), rest)
        });
        match reply {
            Ok((stored, rest)) => {
                let stored = stored.and_then(|it| it.integer()).unwrap_or_default();
                if stored < version {
                    return Ok(Some(Err(Problem::not_yet(version))));
                }
                Ok(self.operation.apply(Ok(rest))?.map(Ok))
            }
            Err(failure) => Ok(self.operation.apply(Err(failure))?.map(Ok)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AtLeast;
    use crate::keys::Keys;
    use crate::read::{Audience, Request, Route};
    use crate::redis::{Command, Value};
    use crate::store::{Call, Operation};

    fn request(path: &str, query: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            ..Request::default()
        }
    }

    #[test]
    fn a_version_goes_with_what_is_made_of_several_pages() {
        let version = |path: &str, query: &str| {
            let found = Route::versioned(&request(path, query));
            found
                .map(|(_, version)| version)
                .map_err(|problem| problem.answer().status)
        };
        assert_eq!(version("/v1/pages", "limit=2&v=7"), Ok(Some(7)));
        assert_eq!(version("/v1/pages", "limit=2"), Ok(None));
        assert_eq!(version("/v1/pages/x", "v=7"), Ok(None));
        assert_eq!(version("/v1/exports", "v=7"), Ok(None));
        assert_eq!(version("/v1/events", "v=7"), Err(400));
        for wrong in ["v=-1", "v=x", "v=", "v=1&v=1"] {
            assert_eq!(version("/v1/tree", wrong), Err(400), "{wrong}");
        }
    }

    #[test]
    fn a_store_that_is_older_than_that_says_so() {
        let keys = Keys::new("notion", ":", None);
        let status = |version: Option<i64>, stored: &str| {
            let call = Call::commands("x", vec![Command::new(["PING"])]);
            let mut asked = AtLeast::new(call, version, &keys, Audience::All);
            let count = asked.poll().commands.len();
            let text = |it: &str| Value::Text(it.to_owned());
            let mut replies = vec![text(stored), text("PONG")];
            replies.drain(..2 - count);
            let answer = asked.apply(Ok(replies)).expect("replies").expect("an end");
            (count, answer.map_err(|problem| problem.answer().status))
        };
        assert_eq!(status(Some(7), "6"), (2, Err(503)));
        assert_eq!(status(Some(7), "7"), (2, Ok(())));
        assert_eq!(status(None, "6"), (1, Ok(())));
    }
}
