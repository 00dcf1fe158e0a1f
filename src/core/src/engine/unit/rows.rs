//! The rows of a data source, as far as they are listed: in windows of the time at which they were made, because Notion ends
//! a listing at 10,000 rows.

use std::time::Duration;

use crate::api::{Cursor, PAGE_SIZE, Request};
use crate::engine::answer::{Doubt, Trail};
use crate::engine::job::Job;
use crate::engine::listing::{Listed, MAX_RESTARTS, found_in, last_created};
use crate::engine::version::Builder;
use crate::engine::write::Found;
use crate::failure::Failure;
use crate::id::Id;
use crate::time::Timestamp;

use super::Unreadable;

/// Notion floors times to the minute.
const MINUTE: Duration = Duration::from_secs(60);

/// A query of many rows with rollups and formulas may take longer than Notion lets it: this many are asked for at once,
/// and fewer where so many never come.
const PAGE_SIZES: [u32; 3] = [PAGE_SIZE, 25, 5];

/// What a part shows, and what is missing before it, if anything is.
type Part = (Vec<Found>, Option<String>);

/// How far the rows have been listed.
#[derive(Debug, Default)]
pub struct Rows {
    pub cursor: Option<Cursor>,
    trail: Trail,
    doubt: Doubt,
    pub since: Option<Timestamp>,
    /// When the youngest of them was created.
    pub latest: Option<Timestamp>,
    restarts: u32,
    /// Which of the page sizes is asked for.
    size: usize,
    pub is_complete: bool,
}

impl Rows {
    /// The request for the next part of the rows of `source`.
    pub fn request(&self, source: Id) -> Request {
        let page_size = PAGE_SIZES.get(self.size).copied().unwrap_or(PAGE_SIZE);
        Request::rows(source, page_size, self.since, self.cursor.as_ref())
    }

    /// Asks for fewer rows at once, because so many do not come; whether that is possible.
    pub fn ask_for_fewer(&mut self) -> bool {
        let may_ask = self.size + 1 < PAGE_SIZES.len();
        self.size += usize::from(may_ask);
        may_ask
    }

    /// Begins the window anew, because its cursor leads nowhere; whether that was not done too often.
    pub fn begin_anew(&mut self) -> bool {
        let may_begin = self.restarts < MAX_RESTARTS;
        if may_begin {
            self.restarts += 1;
            self.cursor = None;
            self.trail = Trail::default();
        }
        may_begin
    }

    /// Takes a part of the rows of `source`; or what is wrong with the listing that it is a part of.
    ///
    /// # Errors
    /// What is wrong with a body that is none; nothing has changed then.
    pub fn list(
        &mut self,
        source: Id,
        body: &[u8],
        builder: &Builder,
    ) -> Result<Result<Part, Failure>, Unreadable> {
        let listed = Listed::parse(body).map_err(Unreadable)?;
        self.doubt.weigh(source, listed.above())?;
        if let Err(circular) = listed.follow(&mut self.trail) {
            return Ok(Err(circular));
        }
        let results = listed.results.iter();
        let found = results.filter_map(|raw| found_in(raw, Job::All, builder));
        let found = found.collect();
        self.latest = self.latest.max(last_created(&listed));
        let missing = match listed.next() {
            Some(next) => {
                self.cursor = Some(next.clone());
                None
            }
            None if listed.is_cut_short() => self.open_window(),
            None => {
                self.is_complete = true;
                None
            }
        };
        Ok(Ok((found, missing)))
    }

    /// Goes on where Notion ended the listing at its limit: with the rows created since the youngest that it gave.
    fn open_window(&mut self) -> Option<String> {
        let (since, latest) = (self.since, self.latest);
        if latest > since {
            *self = Self {
                since: latest,
                size: self.size,
                ..Self::default()
            };
            return None;
        }
        // Times are floored to the minute, and no filter tells the rows of one minute apart.
        let missing = match (since, latest) {
            (Some(since), Some(_)) => {
                format!("not all rows made in the minute of {since} are listed")
            }
            _ => "not all rows are listed: those that are show no time".to_owned(),
        };
        *self = Self {
            since: since.map(|since| since.plus(MINUTE)),
            is_complete: since.is_none() || latest.is_none(),
            size: self.size,
            ..Self::default()
        };
        Some(missing)
    }
}
