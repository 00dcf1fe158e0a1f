//! Whether the body of a 200 answers what was asked, and whether a listing gets on.
//!
//! A proxy, a cache or a fault of Notion's may give an error, the answer to another request, or a cursor that leads back.
//! Read as what was asked for, an object without any of its fields is an empty page, and takes the place of a good one.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Request};
use crate::failure::Failure;
use crate::id::Id;
use crate::notion::{self, List, Shape};

use super::unit::Unreadable;

/// So many parts in a row that show nothing are a listing without an end. Notion filters after it has counted: a few are none.
const MOST_EMPTY_PARTS: u32 = 20;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    object: Cow<'a, str>,
    #[serde(default, borrow)]
    id: Option<Cow<'a, str>>,
}

/// Whether that is the object that was asked for. Lists are looked at where they are read.
///
/// # Errors
/// What is wrong with it.
pub fn check(request: &Request, body: &[u8]) -> Result<(), Unreadable> {
    let Some((kind, id)) = request.wants() else {
        return Ok(());
    };
    let envelope: Envelope<'_> = serde_json::from_slice(body)
        .map_err(|error| Unreadable(format!("not a {kind} of Notion's: {error}")))?;
    if envelope.object != kind {
        return Err(Unreadable(format!("not a {kind} of Notion's")));
    }
    let given: Option<Id> = envelope.id.and_then(|id| id.parse().ok());
    match id.is_none() || given == id {
        true => Ok(()),
        false => Err(Unreadable(format!("not the {kind} that was asked for"))),
    }
}

/// Reads a part of a listing of what Notion calls `kind`.
///
/// # Errors
/// What is wrong with a body that is none.
pub fn list<T: DeserializeOwned + Shape>(body: &[u8], kind: &str) -> Result<List<T>, Unreadable> {
    let unreadable = |why: &str| Unreadable(format!("not a {kind} list of Notion's{why}"));
    let list: List<T> =
        notion::from_slice(body).map_err(|error| unreadable(&format!(": {error}")))?;
    let is_list = list.object.as_str() == Some("list")
        && list.kind.as_str().is_none_or(|given| given == kind);
    if !is_list || list.results.get().is_none() || list.has_more.get().is_none() {
        return Err(unreadable(""));
    }
    match list.has_more.is_true() && list.next().is_none() {
        true => Err(unreadable(": more is promised and no cursor given")),
        false => Ok(list),
    }
}

/// A number that tells it from others.
pub fn print_of(shown: &impl Serialize) -> Option<u64> {
    let json = serde_json::to_vec(shown).ok()?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&json);
    Some(hasher.finish())
}

/// What a part of a listing says that it lies in, where that is not what was asked about: it may be the answer to another
/// question. The same twice is Notion's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubt(Option<Id>);

impl Doubt {
    /// Takes what is told to be above in answer to a question about `asked`.
    ///
    /// # Errors
    /// That it is something else, and was not told before.
    pub fn weigh(&mut self, asked: Id, told: Option<Id>) -> Result<(), Unreadable> {
        let other = told.filter(|told| *told != asked);
        if other.is_none() || other == self.0 {
            return Ok(());
        }
        self.0 = other;
        let problem = "a list of what lies elsewhere than was asked";
        Err(Unreadable(problem.to_owned()))
    }
}

/// The way through a listing, as far as it takes to see that it goes in circles: the part that it is compared with
/// is a later one each time that it has gone twice as far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trail {
    mark: Option<Mark>,
    steps: u32,
    lap: u32,
    empty: u32,
}

/// What tells a part: the cursor that it names, and what it shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    next: Cursor,
    first: Option<u64>,
}

impl Trail {
    /// Goes on to the next part, behind one of so many results, the first of which is told from others by that number.
    ///
    /// # Errors
    /// [`Failure::Circular`] where there is no end to be seen.
    pub fn follow(
        &mut self,
        next: &Cursor,
        first: Option<u64>,
        count: usize,
    ) -> Result<(), Failure> {
        let is_met = self
            .mark
            .as_ref()
            .is_some_and(|mark| mark.next == *next || first.is_some() && mark.first == first);
        if is_met {
            let problem = "notion's cursors lead back to where they were";
            return Err(Failure::Circular(problem.to_owned()));
        }
        self.empty = match count {
            0 => self.empty.saturating_add(1),
            _ => 0,
        };
        if self.empty >= MOST_EMPTY_PARTS {
            let problem = format!("{MOST_EMPTY_PARTS} parts of the listing in a row are empty");
            return Err(Failure::Circular(problem));
        }
        if self.steps >= self.lap {
            let next = next.clone();
            self.mark = Some(Mark { next, first });
            (self.lap, self.steps) = (self.lap.saturating_mul(2).max(1), 0);
        }
        self.steps = self.steps.saturating_add(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_EMPTY_PARTS, Trail};
    use crate::api::Cursor;

    fn steps(cursor: impl Fn(u32) -> u32, count: usize) -> u32 {
        let mut trail = Trail::default();
        let step = |step: &u32| {
            let next = Cursor::of(Some(&cursor(*step).to_string()));
            next.is_some_and(|next| trail.follow(&next, None, count).is_err())
        };
        (0..5_000).find(step).unwrap_or(5_000)
    }

    #[test]
    fn a_circle_of_any_length_is_seen_before_it_was_gone_round_four_times() {
        for length in 1..50 {
            for before in [0, 1, 7, 100] {
                let seen = steps(
                    |step| {
                        if step < before {
                            1_000 + step
                        } else {
                            (step - before) % length
                        }
                    },
                    1,
                );
                assert!(seen <= 4 * (length + before), "{length} {before}: {seen}");
            }
        }
    }

    #[test]
    fn a_listing_that_gets_on_is_followed_to_its_end_and_one_without_results_is_not() {
        assert_eq!(steps(|step| step, 1), 5_000);
        assert_eq!(steps(|step| step, 0), MOST_EMPTY_PARTS - 1);
    }
}
