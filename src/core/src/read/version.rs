//! `v` on lists: the version of the store that an answer must have at least, as an event tells it. Who asks for what an event told
//! gets no list from before it.

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::{Error, Operation, Step};

use super::{Problem, Request, Route};

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
    /// The route of a request, and the version of the store that its answer must have at least. Pages have versions of their own.
    ///
    /// # Errors
    /// Those of [`Route::parse`], and 400 for a `v` that is none, is there twice, or where nothing is remembered.
    pub fn versioned(request: &Request) -> Result<(Self, Option<i64>), Problem> {
        let (rest, version) = take(request)?;
        let route = Self::parse(&rest)?;
        match version {
            Some(_) if !route.is_remembered() => {
                let problem = "v goes with pages and lists, what is asked for here is never old";
                Err(Problem::bad_request(problem.to_owned()))
            }
            version => Ok((route, version)),
        }
    }
}

fn take(request: &Request) -> Result<(Request, Option<i64>), Problem> {
    let mut version = None;
    let mut rest = request.clone();
    if request
        .path
        .trim_start_matches('/')
        .starts_with("v1/pages/")
    {
        return Ok((rest, None));
    }
    rest.query.retain(|(name, _)| name != "v");
    for (_, value) in request.query.iter().filter(|(name, _)| name == "v") {
        if version.replace(parse(value)?).is_some() {
            return Err(Problem::bad_request("v is given twice".to_owned()));
        }
    }
    Ok((rest, version))
}

/// An operation that reads what the store holds, and whether that is old. It costs a command more, in the same request.
#[derive(Clone, Debug)]
pub struct AtLeast<O> {
    operation: O,
    version: Option<i64>,
    key: String,
}

impl<O> AtLeast<O> {
    /// The same operation, where `version` is to be there; just that without one.
    pub fn new(operation: O, version: Option<i64>, keys: &Keys) -> Self {
        Self {
            operation,
            version,
            key: keys.version(),
        }
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
    use super::{AtLeast, take};
    use crate::keys::Keys;
    use crate::read::Request;
    use crate::redis::{Command, Value};
    use crate::store::{Call, Operation};

    fn request(path: &str, query: &str) -> Request {
        Request {
            path: path.to_owned(),
            query: Request::pairs(query),
            ..Request::default()
        }
    }

    #[test]
    fn a_version_is_taken_out_of_the_query_of_what_is_no_page() {
        let (rest, version) = take(&request("/v1/pages", "limit=2&v=7")).expect("a version");
        assert_eq!((rest.query.len(), version), (1, Some(7)));
        let (rest, version) = take(&request("/v1/pages/x", "v=7")).expect("a page");
        assert_eq!((rest.query.len(), version), (1, None));
        for wrong in ["v=-1", "v=x", "v=", "v=1&v=1"] {
            assert!(take(&request("/v1/tree", wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_store_that_is_older_than_that_says_so() {
        let keys = Keys::new("notion", ":", None);
        let status = |version: Option<i64>, stored: &str| {
            let call = Call::commands("x", vec![Command::new(["PING"])]);
            let mut asked = AtLeast::new(call, version, &keys);
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
