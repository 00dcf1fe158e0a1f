//! What the readers of an isolate share: pages, paths and answers as they were read, and whether the store answers.

use std::rc::Rc;
use std::time::Duration;

use crate::failure::Failure;
use crate::id::Id;
use crate::time::Timestamp;

use super::cache::{Cache, Freshness};
use super::memory::{FRESH, Health, Memory, STALE};
use super::page::Kept;
use super::{Answer, Problem};

/// What readers share in an isolate; `T` is a text as the shell holds it.
#[derive(Clone, Debug)]
pub struct Reader<T> {
    pub(super) pages: Memory<Kept<T>>,
    pub(super) paths: Memory<Id>,
    /// Answers of routes that are made of several keys, by their address.
    answers: Memory<Rc<Answer>>,
    pub(super) health: Health,
    /// When those long lists were asked for that are on their way.
    long: Vec<Timestamp>,
}

/// How many long lists are on their way at once. Each has 16 MB, which are in memory three times while an answer is made of them,
/// and an isolate has 128 MB.
const MOST_LONG: usize = 4;

/// After that one is not on its way any more: a request that was cut off says nothing.
const LONGEST: Duration = Duration::from_secs(10);

impl<T: Clone> Reader<T> {
    /// Of `capacity` bytes for all that is remembered it takes three quarters; the rest is for [`Ready`](crate::read::Ready).
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity / 4 * 3;
        let (paths, answers) = (capacity / 16, capacity / 4);
        Self {
            pages: Memory::new(capacity - paths - answers),
            paths: Memory::new(paths),
            answers: Memory::new(answers),
            health: Health::default(),
            long: Vec::new(),
        }
    }

    /// Begins to read a long list.
    ///
    /// # Errors
    /// 503 where as many as there is room for are being read.
    pub fn enter(&mut self, now: Timestamp) -> Result<(), Problem> {
        self.long.retain(|began| now.since(*began) < LONGEST);
        if self.long.len() >= MOST_LONG {
            return Err(Problem::busy());
        }
        self.long.push(now);
        Ok(())
    }

    /// The long list that began to be read at `began` is here, or will not come.
    pub fn leave(&mut self, began: Timestamp) {
        let place = self.long.iter().position(|it| *it == began);
        place.map(|place| self.long.swap_remove(place));
    }

    /// The answer that is remembered for `address`, while it is fresh, and when it was read; or what there is where the store is not to
    /// be asked for now.
    ///
    /// # Errors
    /// 503 where it is not to be asked, and nothing is remembered.
    pub fn answer(
        &mut self,
        address: &str,
        cache: Cache,
        now: Timestamp,
    ) -> Result<Option<(Answer, Option<Timestamp>)>, Problem> {
        if let Some((answer, read_at)) = self.remembered_answer(address, cache, now, FRESH) {
            return Ok(Some((answer, Some(read_at))));
        }
        let doubtful = self.health.is_doubtful(now);
        let stale = doubtful.then(|| self.remembered_answer(address, cache, now, STALE));
        match stale.flatten() {
            None if self.health.is_resting(now) => Err(Problem::away()),
            stale => Ok(stale.map(|(answer, _)| (answer, None))),
        }
    }

    /// Takes what came of a request to the store: whether it is to be asked for now depends on that.
    pub fn heard(&mut self, now: Timestamp, failure: Option<&Failure>) {
        self.health.heard(now, failure);
    }

    /// Takes what became of the request for `address`, for which the store was asked at `asked_at`: what is to be answered.
    ///
    /// # Errors
    /// The problem, where nothing older is remembered instead.
    pub fn answered(
        &mut self,
        address: &str,
        cache: Cache,
        asked_at: Timestamp,
        answer: Result<Answer, Problem>,
    ) -> Result<Answer, Problem> {
        match answer {
            Err(problem) if problem.is_away() => {
                let stale = self.remembered_answer(address, cache, asked_at, STALE);
                stale.map(|(answer, _)| answer).ok_or(problem)
            }
            Err(problem) => {
                // What is gone is not to come back where the store fails.
                self.answers.remove(address);
                Err(problem)
            }
            Ok(mut answer) => {
                let kept = Rc::new(answer.clone());
                self.answers
                    .put(address.to_owned(), kept, answer.body.len(), asked_at);
                answer.mark(cache, Freshness::now());
                Ok(answer)
            }
        }
    }

    fn remembered_answer(
        &mut self,
        address: &str,
        cache: Cache,
        now: Timestamp,
        age: Duration,
    ) -> Option<(Answer, Timestamp)> {
        let (answer, read_at) = self.answers.get(address, now, age)?;
        let mut answer = Answer::clone(&answer);
        answer.mark(
            cache,
            Freshness::remembered(now.since(read_at), age == STALE),
        );
        Some((answer, read_at))
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::read::cache::Cache;
    use crate::read::{Answer, Problem};
    use crate::time::Timestamp;

    const CACHE: Cache = Cache {
        is_public: true,
        varies: false,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn answered(
        reader: &mut Reader<()>,
        seconds: i64,
        answer: Result<Answer, Problem>,
    ) -> Result<u16, u16> {
        let answer = reader.answered("/v1/tree", CACHE, at(seconds), answer);
        let status = answer.map(|answer| answer.status);
        status.map_err(|problem| problem.answer().status)
    }

    #[test]
    fn what_is_gone_does_not_come_back_where_the_store_fails() {
        let mut reader = Reader::new(1 << 20);
        let good = || Ok(Answer::json(b"{}".to_vec()));
        assert_eq!(answered(&mut reader, 0, good()), Ok(200));
        assert_eq!(answered(&mut reader, 10, Err(Problem::away())), Ok(200));
        let gone = Err(Problem::not_found("x"));
        assert_eq!(answered(&mut reader, 20, gone), Err(404));
        assert_eq!(answered(&mut reader, 30, Err(Problem::away())), Err(503));
    }

    #[test]
    fn four_long_lists_are_read_at_once_and_one_that_never_comes_is_forgotten() {
        let mut reader = Reader::<()>::new(1 << 20);
        let enter = |reader: &mut Reader<()>, seconds| {
            let entered = reader.enter(at(seconds));
            entered.map_err(|problem| problem.answer().status)
        };
        for second in 0..4 {
            assert_eq!(enter(&mut reader, second), Ok(()));
        }
        assert_eq!(enter(&mut reader, 4), Err(503));
        reader.leave(at(2));
        assert_eq!(enter(&mut reader, 5), Ok(()));
        assert_eq!(enter(&mut reader, 9), Err(503));
        assert_eq!(enter(&mut reader, 10), Ok(()), "the first was cut off");
        assert_eq!(enter(&mut reader, 10), Err(503));
        let good = || Ok(Answer::json(b"{}".to_vec()));
        assert_eq!(answered(&mut reader, 10, good()), Ok(200));
        let busy = Err(Problem::busy());
        assert_eq!(answered(&mut reader, 20, busy), Ok(200), "what there is");
    }

    #[test]
    fn what_makes_no_sense_under_one_address_takes_no_other_away() {
        let mut reader = Reader::new(1 << 20);
        for _ in 0..9 {
            reader.heard(at(0), None);
            assert_eq!(answered(&mut reader, 0, Err(Problem::away())), Err(503));
        }
        let found = reader.answer("/v1/pages", CACHE, at(0));
        assert_eq!(found, Ok(None), "the store is asked");
    }
}
