//! What the readers of an isolate share: pages, paths and answers as they were read, and whether the store answers.

use std::rc::Rc;
use std::time::Duration;

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
}

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
        }
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

    /// Takes what became of the request for `address`: what is to be answered.
    ///
    /// # Errors
    /// The problem, where nothing older is remembered instead.
    pub fn answered(
        &mut self,
        address: &str,
        cache: Cache,
        now: Timestamp,
        answer: Result<Answer, Problem>,
    ) -> Result<Answer, Problem> {
        match answer {
            Err(problem) if problem.is_away() => {
                self.health.failed(now);
                let stale = self.remembered_answer(address, cache, now, STALE);
                stale.map(|(answer, _)| answer).ok_or(problem)
            }
            Err(problem) => Err(problem),
            Ok(mut answer) => {
                self.health.succeeded();
                let kept = Rc::new(answer.clone());
                self.answers
                    .put(address.to_owned(), kept, answer.body.len(), now);
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
