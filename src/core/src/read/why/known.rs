//! All that the store knows of an id, as `why.lua` gives it.

use crate::engine::{Record, State};
use crate::id::Id;
use crate::redis::Value;
use crate::store::Error;
use crate::time::Timestamp;

/// What each of the three kinds that an id may be of has in the reply.
const FIELDS: usize = 7;

/// What is known of an id.
#[derive(Clone, Debug)]
pub struct Known {
    pub meta: Option<Meta>,
    pub page: Member,
    pub database: Member,
    pub data_source: Member,
    /// Since when the page is on its way out.
    pub leaving: Option<Timestamp>,
    /// When the page was taken out.
    pub gone: Option<Timestamp>,
    /// When the page becomes public by itself.
    pub public_at: Option<Timestamp>,
    pub holder: Option<Holder>,
    pub state: State,
}

/// What is known of a page that is stored.
#[derive(Clone, Debug)]
pub struct Meta {
    pub path: String,
    pub version: i64,
    pub last_edited_time: String,
    pub exported_at: Option<Timestamp>,
    pub visibility: Option<String>,
}

/// What is known of the id as that of one kind of object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whether its text is there.
    pub is_there: bool,
    pub record: Option<Record>,
    pub error: Option<String>,
    pub summary: Option<serde_json::Value>,
    /// When it may be fetched, where it waits for that.
    pub due: Option<Timestamp>,
    /// Whether it waits to be built again.
    pub is_rebuild_due: bool,
}

/// The page that has the path which another one would have.
#[derive(Clone, Debug)]
pub struct Holder {
    pub id: Id,
    pub summary: Option<serde_json::Value>,
}

impl Known {
    /// Reads the reply.
    pub fn read(reply: &Value) -> Result<Self, Error> {
        let items = reply.items();
        let (Some(meta), Some(rest)) = (items.get(..5), items.get(5..)) else {
            return Err(Error::unexpected());
        };
        let mut members = rest.chunks_exact(FIELDS).map(Member::read);
        let mut member = || members.next().flatten().ok_or_else(Error::unexpected);
        let (page, database, data_source) = (member()?, member()?, member()?);
        let Some([leaving, gone, public_at, holder, summary, state, ..]) = rest.get(3 * FIELDS..)
        else {
            return Err(Error::unexpected());
        };
        let unreadable = |_| Error::MisshapedRecord("the state of the export".to_owned());
        let holder = holder.text().and_then(|id| id.parse().ok());
        Ok(Self {
            meta: Meta::read(meta),
            page,
            database,
            data_source,
            // Below zero stands what has gone.
            leaving: instant(leaving).filter(|at| at.millis() > 0),
            gone: instant(gone),
            public_at: instant(public_at),
            holder: holder.map(|id| Holder {
                id,
                summary: json(summary),
            }),
            state: State::parse(&state.text().unwrap_or_default()).map_err(unreadable)?,
        })
    }

    /// What the id is of, and what is known of that: what is stored goes first, then what was ever met.
    pub fn object(&self) -> Option<(&'static str, &Member)> {
        let all = [
            ("page", &self.page),
            ("database", &self.database),
            ("data_source", &self.data_source),
        ];
        let stored = all.iter().find(|(_, it)| it.is_there);
        let met = || all.iter().find(|(_, it)| it.is_met());
        stored.or_else(met).copied()
    }
}

impl Meta {
    fn read(fields: &[Value]) -> Option<Self> {
        let [path, version, edited, exported, visibility] = fields else {
            return None;
        };
        Some(Self {
            path: path.text()?,
            version: version.integer().unwrap_or_default(),
            last_edited_time: edited.text().unwrap_or_default(),
            exported_at: instant(exported),
            visibility: visibility.text(),
        })
    }
}

impl Member {
    fn read(fields: &[Value]) -> Option<Self> {
        let [there, record, error, summary, due, urgent, rebuild] = fields else {
            return None;
        };
        Some(Self {
            is_there: there.integer() == Some(1),
            record: record.text().and_then(|text| Record::parse(&text)),
            error: error.text(),
            summary: json(summary),
            due: instant(urgent).or(instant(due)),
            is_rebuild_due: rebuild.text().is_some(),
        })
    }

    /// Whether anything is known of it.
    fn is_met(&self) -> bool {
        self.record.is_some() || self.due.is_some() || self.summary.is_some()
    }

    /// Whether its summary says nothing but this word.
    pub fn has_word(&self, word: &str) -> bool {
        self.summary
            .as_ref()
            .is_some_and(|it| it.get(word).is_some())
    }

    /// Whether its record has that mark.
    pub fn has_mark(&self, mark: char) -> bool {
        self.record.as_ref().is_some_and(|it| it.has(mark))
    }

    /// What its record says that the store holds.
    pub fn version(&self) -> Option<&str> {
        self.record.as_ref().map(|it| it.version.as_str())
    }
}

/// A score or a field: milliseconds.
fn instant(value: &Value) -> Option<Timestamp> {
    let millis: f64 = value.text()?.parse().ok()?;
    Some(Timestamp::from_millis(millis as i64))
}

fn json(value: &Value) -> Option<serde_json::Value> {
    serde_json::from_str(&value.text()?).ok()
}
