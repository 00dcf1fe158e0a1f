//! The answer to why: what is known of the page, and who gets it. `words` says it in plain words.

use serde::Serialize;

use crate::id::Id;
use crate::read::setup::{AccessKind, Setup};
use crate::time::Timestamp;

use super::known::{Known, Member};

/// Why a page is there for readers, or is not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Why {
    /// The id or the path that was asked for.
    pub asked: String,
    /// `page`, `database` or `data_source`; null where nothing of that id or path was ever met.
    pub object: Option<&'static str>,
    /// The id of that.
    pub id: Option<String>,
    /// Its title, where the store has one.
    pub title: Option<String>,
    /// The path that the page has on the site.
    pub path: Option<String>,
    /// Whether readers without a preview token get it.
    pub there: bool,
    /// Everyone who gets it.
    pub readable_by: Vec<WhyReader>,
    /// What decides that.
    pub reason: WhyReason,
    /// The same in plain words.
    pub detail: String,
    /// What to do about it; null where there is nothing to be done.
    pub remedy: Option<String>,
    /// When it becomes public by itself, where it is scheduled.
    pub public_at: Option<String>,
    /// The page that has the path which this one would have.
    pub holder: Option<WhyHolder>,
    /// That it waits to be fetched or built again; what readers get until then is older.
    pub waiting: Option<WhyWaiting>,
    /// The last failure to export it; what readers get is older.
    pub error: Option<WhyError>,
    /// The version that readers get.
    pub version: Option<i64>,
    /// When that was edited last, in Notion's time, whole minutes.
    pub last_edited_time: Option<String>,
    /// When it was copied from Notion.
    pub exported_at: Option<String>,
}

/// Who gets a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyReader {
    /// Whoever asks.
    Anyone,
    /// Who shows one of `READ_TOKENS`.
    ReadToken,
    /// Who shows one of `PREVIEW_TOKENS`.
    PreviewToken,
}

/// Why a page is there for readers, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyReason {
    /// It is there.
    Served,
    /// It is stored, and `PUBLISH_RULE` does not say that it is public.
    Draft,
    /// It is stored, and becomes public by itself.
    Scheduled,
    /// `ROOTS` and `EXCLUDE` leave it out.
    Excluded,
    /// It, or what it lies in, is in Notion's trash.
    Trashed,
    /// Notion was asked for it and does not show it.
    Gone,
    /// It was there, and was taken out because Notion does not show it any more.
    Removed,
    /// It is there, at another path than its title or slug says, because another page has that.
    SlugTaken,
    /// It is to be fetched.
    Waiting,
    /// Three attempts to fetch it came to no end; it is tried again an hour later.
    PutAside,
    /// It could not be exported.
    Error,
    /// Notion does not show it any more, and it stays until someone confirms that it goes, because too many pages would go.
    Held,
    /// Its `TTL` is over, and it is to be fetched again.
    Expired,
    /// It is there, at another path than the one that was asked for.
    Moved,
    /// Nothing of that id or path was ever met.
    Unknown,
}

/// A page that has the path which another one would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhyHolder {
    /// Its id.
    pub id: String,
    /// Its title, where it is known.
    pub title: Option<String>,
    /// The path.
    pub path: Option<String>,
}

/// That an object waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhyWaiting {
    /// Whether it is to be built again from the store, rather than fetched.
    pub is_rebuild: bool,
    /// Not before; null where that is as soon as everything else is fetched.
    pub due_at: Option<String>,
    /// How often it was begun since without an end.
    pub takes: u32,
}

/// A failure to export an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhyError {
    /// When; null where it is not among the last errors any more.
    pub at: Option<String>,
    /// What was wrong.
    pub message: String,
}

impl Why {
    /// Of a path that no page has or had.
    pub(super) fn of_no_page(asked: String) -> Self {
        Self {
            asked,
            object: None,
            id: None,
            title: None,
            path: None,
            there: false,
            readable_by: Vec::new(),
            reason: WhyReason::Unknown,
            detail: "no page has this path or had it".to_owned(),
            remedy: Some(
                "ask by the page's id or its address in Notion: its path may be another one"
                    .to_owned(),
            ),
            public_at: None,
            holder: None,
            waiting: None,
            error: None,
            version: None,
            last_edited_time: None,
            exported_at: None,
        }
    }

    pub(super) fn of(
        asked: String,
        id: Id,
        known: &Known,
        reason: WhyReason,
        setup: Option<&Setup>,
        now: Timestamp,
    ) -> Self {
        let time = |time: Timestamp| time.to_string();
        let (object, member) = known.object().unzip();
        let meta = known.meta.as_ref().filter(|_| object == Some("page"));
        let readable_by = setup.map(|it| readers(reason, it)).unwrap_or_default();
        let title = member.and_then(|member| text_of(&member.summary, "title"));
        let mut why = Self {
            asked,
            object,
            id: Some(id.to_string()),
            title,
            path: meta.map(|meta| meta.path.clone()),
            there: readable_by.iter().any(|it| *it != WhyReader::PreviewToken),
            readable_by,
            reason,
            detail: String::new(),
            remedy: None,
            public_at: known.public_at.map(time),
            holder: known.holder.as_ref().map(|holder| WhyHolder {
                id: holder.id.to_string(),
                title: text_of(&holder.summary, "title"),
                path: text_of(&holder.summary, "path"),
            }),
            waiting: member.and_then(|member| waiting(member, now)),
            error: object
                .zip(member)
                .and_then(|(object, member)| error(object, id, member, known)),
            version: meta.map(|meta| meta.version),
            last_edited_time: meta.map(|meta| meta.last_edited_time.clone()),
            exported_at: meta.and_then(|meta| meta.exported_at).map(time),
        };
        (why.detail, why.remedy) = why.words(known, setup);
        why
    }
}

/// Who gets what is as that reason says.
fn readers(reason: WhyReason, setup: &Setup) -> Vec<WhyReader> {
    let is_stored = match reason {
        WhyReason::Served | WhyReason::Moved | WhyReason::SlugTaken | WhyReason::Held => true,
        WhyReason::Draft | WhyReason::Scheduled => {
            return match setup.preview_tokens {
                0 => Vec::new(),
                _ => vec![WhyReader::PreviewToken],
            };
        }
        _ => false,
    };
    let all = [
        (WhyReader::Anyone, setup.access != AccessKind::Private),
        (WhyReader::ReadToken, setup.read_tokens > 0),
        (WhyReader::PreviewToken, setup.preview_tokens > 0),
    ];
    let all = all
        .into_iter()
        .filter(|(_, is_let_in)| *is_let_in && is_stored);
    all.map(|(reader, _)| reader).collect()
}

fn waiting(member: &Member, now: Timestamp) -> Option<WhyWaiting> {
    let is_rebuild = member.due.is_none();
    if is_rebuild && !member.is_rebuild_due {
        return None;
    }
    let record = member.record.as_ref();
    Some(WhyWaiting {
        is_rebuild,
        due_at: member
            .due
            .filter(|due| *due > now)
            .map(|due| due.to_string()),
        takes: record.map_or(0, |it| if is_rebuild { it.rebuilds } else { it.takes }),
    })
}

fn error(object: &str, id: Id, member: &Member, known: &Known) -> Option<WhyError> {
    let message = member.error.clone()?;
    let name = format!("{object}:{id}");
    let kept = known.state.errors.iter().find(|it| it.object == name);
    Some(WhyError {
        at: kept.map(|it| it.at.to_string()),
        message,
    })
}

fn text_of(summary: &Option<serde_json::Value>, field: &str) -> Option<String> {
    let text = summary.as_ref()?.get(field)?.as_str()?;
    Some(text.to_owned())
}
