//! What an export is to look at, and what someone has ordered.
//!
//! An order is a line of text, because scripts handle it and none of them reads JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::member::Member;
use crate::time::Timestamp;

/// What an export is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Everything is listed.
    #[serde(alias = "full")]
    All,
    /// Only what search shows as edited since the last export.
    Changes,
    /// One database or data source with what lies below it; the id is of either.
    Database(Id),
    /// One page with what lies below it.
    Page(Id),
}

/// A job without its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobName {
    /// Everything.
    #[default]
    All,
    /// What was edited since the last export.
    Changes,
    /// One database or data source, with what lies below it.
    Database,
    /// One page, with what lies below it.
    Page,
}

impl Job {
    /// The job of that name; nothing where it needs an id and has none, or has one and needs none.
    pub fn of(name: JobName, id: Option<Id>) -> Option<Self> {
        match (name, id) {
            (JobName::All, None) => Some(Self::All),
            (JobName::Changes, None) => Some(Self::Changes),
            (JobName::Database, Some(id)) => Some(Self::Database(id)),
            (JobName::Page, Some(id)) => Some(Self::Page(id)),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> JobName {
        match self {
            Self::All => JobName::All,
            Self::Changes => JobName::Changes,
            Self::Database(_) => JobName::Database,
            Self::Page(_) => JobName::Page,
        }
    }

    /// The page, database or data source that it is about.
    pub fn id(self) -> Option<Id> {
        match self {
            Self::All | Self::Changes => None,
            Self::Database(id) | Self::Page(id) => Some(id),
        }
    }

    /// Whether it goes before the others, with a frontier of its own, and fetches what looks current as well:
    /// someone waits for that page now.
    pub fn is_urgent(self) -> bool {
        self.id().is_some()
    }

    /// What its id may belong to.
    pub fn root(self) -> Vec<Member> {
        match self {
            Self::All | Self::Changes => Vec::new(),
            Self::Database(id) => vec![Member::Database(id), Member::DataSource(id)],
            Self::Page(id) => vec![Member::Page(id)],
        }
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Changes => "changes",
            Self::Database => "database",
            Self::Page => "page",
        })
    }
}

/// What someone has ordered, and no run has carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The number of the export.
    pub number: u64,
    /// What is to become of it.
    pub what: What,
    /// When that was asked for.
    pub requested_at: Timestamp,
}

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// To begin the export.
    Begin(Job),
    /// To end it.
    Cancel,
}

impl Order {
    /// Reads the lines that `order.lua` and `cancel.lua` write: number, job, id or `-`, instant in ms.
    /// A line that says something else is of another version, which will carry it out.
    pub fn list(lines: &str) -> Vec<Self> {
        lines.lines().filter_map(Self::parse).collect()
    }

    fn parse(line: &str) -> Option<Self> {
        let [number, job, id, at] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let id: Option<Id> = id.parse().ok();
        let what = match (job, id) {
            ("all", _) => What::Begin(Job::All),
            ("changes", _) => What::Begin(Job::Changes),
            ("database", Some(id)) => What::Begin(Job::Database(id)),
            ("page", Some(id)) => What::Begin(Job::Page(id)),
            ("cancel", _) => What::Cancel,
            _ => return None,
        };
        Some(Self {
            number: number.parse().ok()?,
            what,
            requested_at: Timestamp::from_millis(at.parse().ok()?),
        })
    }

    /// What is to be begun.
    pub fn job(&self) -> Option<Job> {
        match self.what {
            What::Begin(job) => Some(job),
            What::Cancel => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Order, What};
    use crate::time::Timestamp;

    #[test]
    fn orders_are_read_line_by_line_and_foreign_ones_left_alone() {
        let id = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
        let lines =
            format!("7 all - 1\n8 page {id} 2\n9 page x 3\n10 comments - 4\n7 cancel - 5\n");
        let page = Job::Page(id.parse().expect("a valid id"));
        let order = |number, what, at| Order {
            number,
            what,
            requested_at: Timestamp::from_millis(at),
        };
        let expected = [
            order(7, What::Begin(Job::All), 1),
            order(8, What::Begin(page), 2),
            order(7, What::Cancel, 5),
        ];
        assert_eq!(Order::list(&lines), expected);
    }
}
