//! One part of a listing, as Notion answers it, and what it leads to.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::api::Cursor;
use crate::failure::Failure;
use crate::id::Id;
use crate::notion::{Maybe, Parent};
use crate::time::Timestamp;

use super::answer::{Trail, print_of};
use super::job::Job;
use super::unit::Above;
use super::version::Builder;
use super::write::Found;
use crate::member::Member;

/// How often a listing may begin anew because its cursor died.
pub const MAX_RESTARTS: u32 = 5;

/// What Notion calls lists of anything but pages and data sources.
const OTHER_LISTS: [&str; 4] = ["block", "comment", "property_item", "user"];

/// A larger object is asked for again rather than kept in the frontier.
pub const MAX_LISTED_BYTES: usize = 16 * 1024;

/// A part of a listing; the results stay as they came until someone needs them.
#[derive(Debug, Deserialize)]
pub struct Listed<'a> {
    #[serde(borrow)]
    object: Cow<'a, str>,
    #[serde(borrow)]
    pub results: Vec<&'a RawValue>,
    #[serde(default, rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    has_more: bool,
    #[serde(default, rename = "next_cursor")]
    next: Option<Cursor>,
    #[serde(default)]
    request_status: Option<RequestStatus>,
}

#[derive(Debug, Deserialize)]
struct RequestStatus {
    #[serde(default, rename = "type")]
    status: String,
}

/// What a listing shows of an object: enough to know whether to fetch it.
#[derive(Debug, Deserialize)]
struct Shown {
    object: String,
    id: Id,
    #[serde(default)]
    last_edited_time: Maybe<String>,
    #[serde(default)]
    created_time: Maybe<String>,
    #[serde(default)]
    in_trash: Maybe<bool>,
    #[serde(default)]
    archived: Maybe<bool>,
    #[serde(default)]
    parent: Maybe<Parent>,
    #[serde(default)]
    database_parent: Maybe<Parent>,
}

impl<'a> Listed<'a> {
    /// Reads the body of a list.
    ///
    /// # Errors
    /// What is wrong with it, when it is not a list.
    pub fn parse(body: &'a [u8]) -> Result<Self, String> {
        let listed: Self = serde_json::from_slice(body)
            .map_err(|error| format!("not a list of Notion's: {error}"))?;
        let is_other = listed
            .kind
            .as_ref()
            .is_some_and(|kind| OTHER_LISTS.contains(&kind.as_ref()));
        if listed.object != "list" || is_other {
            return Err("not a list of Notion's pages and data sources".to_owned());
        }
        match listed.has_more && listed.next.is_none() {
            true => Err("not a list of Notion's: more is promised and no cursor given".to_owned()),
            false => Ok(listed),
        }
    }

    /// The cursor of the next part, if there is one.
    pub fn next(&self) -> Option<&Cursor> {
        self.next.as_ref().filter(|_| self.has_more)
    }

    /// The data source that the first of them lies in.
    pub fn above(&self) -> Option<Id> {
        let first = self.results.first()?;
        let shown: Shown = serde_json::from_str(first.get()).ok()?;
        match Above::of(shown.parent.get(), None) {
            Above::Member(Member::DataSource(id)) => Some(id),
            _ => None,
        }
    }

    /// Goes on along the trail.
    ///
    /// # Errors
    /// [`Failure::Circular`] where it goes in circles.
    pub fn follow(&self, trail: &mut Trail) -> Result<(), Failure> {
        let Some(next) = self.next() else {
            return Ok(());
        };
        let first = self.results.first();
        let first = first.and_then(|raw| serde_json::from_str::<Shown>(raw.get()).ok());
        let first = first.and_then(|shown| print_of(&shown.id));
        trail.follow(next, first, self.results.len())
    }

    /// Whether Notion ended the listing at its limit of 10,000 results.
    pub fn is_cut_short(&self) -> bool {
        self.request_status
            .as_ref()
            .is_some_and(|status| status.status == "incomplete")
    }
}

/// The object that an element of a listing is, unless it is in the trash.
///
/// An element that cannot be read leads to nothing: it is of a kind that this version does not know.
pub fn found_in(raw: &RawValue, job: Job, builder: &Builder) -> Option<Found> {
    let shown: Shown = serde_json::from_str(raw.get()).ok()?;
    if shown.in_trash.get().or(shown.archived.get()) == Some(&true) {
        return None;
    }
    let member = match shown.object.as_str() {
        "page" => Member::Page(shown.id),
        "data_source" => Member::DataSource(shown.id),
        "database" => Member::Database(shown.id),
        _ => return None,
    };
    // A partial object shows no time; it is asked for by its id.
    let edited = shown.last_edited_time.as_str();
    let version = edited.map(|edited| builder.version_of(edited));
    let is_kept = version.is_some() && raw.get().len() <= MAX_LISTED_BYTES;
    let json = is_kept.then(|| raw.get().to_owned());
    let (version, json) = match (member, job) {
        (Member::Page(_), _) | (Member::DataSource(_), Job::Changes) => (version, json),
        // A data source keeps its time when its rows change, so every other export lists them.
        (Member::DataSource(_), _) => (None, json),
        (Member::Database(_), _) => (None, None),
    };
    Some(Found {
        member,
        version,
        above: Above::of(shown.parent.get(), None),
        beyond: Above::of(shown.database_parent.get(), None),
        edited: shown.last_edited_time.as_str().and_then(Timestamp::parse),
        json,
    })
}

/// When the youngest element of a listing was created; the next window of a long listing begins there.
pub fn last_created(listed: &Listed<'_>) -> Option<Timestamp> {
    let created = listed.results.iter().filter_map(|raw| {
        let shown: Shown = serde_json::from_str(raw.get()).ok()?;
        Timestamp::parse(shown.created_time.as_str()?)
    });
    created.max()
}
