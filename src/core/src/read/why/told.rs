//! The answer to why: what is known, and in plain words what to do.

use serde::Serialize;

use crate::id::Id;
use crate::read::setup::{AccessKind, Setup};
use crate::time::Timestamp;

use super::known::{Known, Member};

/// How a page is shared.
const SHARE: &str = "share it with the connection, by ••• and Connections";

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

    /// What is the case, and what to do about it.
    fn words(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let (mut detail, remedy) = self.of_reason(known, setup);
        let is_held = self.reason == WhyReason::Held;
        if known.leaving.is_some() && self.exported_at.is_some() && !is_held {
            detail.push_str("; but Notion did not show it when it was asked last: it is asked again, and then it goes");
        }
        if let Some(error) = &self.error {
            detail.push_str("; the last attempt to export it failed: ");
            detail.push_str(&error.message);
        }
        if let Some(waiting) = &self.waiting {
            detail.push_str(&waiting.words(self.exported_at.is_some(), known));
        }
        (detail, remedy)
    }

    fn of_reason(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let path = self.path.as_deref().unwrap_or_default();
        let (detail, remedy): (&str, &str) = match self.reason {
            WhyReason::Served if self.readable_by.is_empty() => (
                "it is stored, and nobody may read it: ACCESS is private, and READ_TOKENS has no token",
                "set READ_TOKENS",
            ),
            WhyReason::Served => ("it is there", ""),
            WhyReason::Draft if self.object != Some("page") => (
                "no rule says which databases are public: by themselves they need one of PREVIEW_TOKENS, while their published pages are read by anyone",
                "",
            ),
            WhyReason::Draft => return self.draft(known, setup),
            WhyReason::Scheduled => {
                let at = self.public_at.as_deref().unwrap_or("its date");
                let detail = format!(
                    "it is scheduled: it becomes public at {at}, with the first tick after that"
                );
                return (
                    detail,
                    Some("change its date in Notion to have it sooner".to_owned()),
                );
            }
            WhyReason::Moved => {
                let detail = format!(
                    "it has another path now, {path}, and who asks for the former one is sent there"
                );
                return (detail, None);
            }
            WhyReason::SlugTaken => {
                let holder = self.holder.as_ref();
                let holder = holder.map(|it| it.title.as_deref().unwrap_or(&it.id));
                let holder: String = holder.unwrap_or_default().chars().take(100).collect();
                let detail = format!(
                    "it is there at {path}, because the page \"{holder}\" has the path that it would have"
                );
                let remedy = "give it a text property Slug in Notion; its slug stays when only its title changes";
                return (detail, Some(remedy.to_owned()));
            }
            WhyReason::Held => {
                let number = known.state.held.as_ref().map_or(0, |held| held.export);
                let detail = "it is still there, although Notion does not show it any more, because too many pages would go at once";
                let remedy = format!(
                    "look whether that is meant, and then confirm it with POST /v1/exports/{number}/confirm"
                );
                return (detail.to_owned(), Some(remedy));
            }
            WhyReason::Removed => {
                let at = known.gone.map(|at| at.to_string()).unwrap_or_default();
                let detail =
                    format!("it was taken out at {at}, because Notion did not show it any more");
                return (
                    detail,
                    Some(format!("if it was not deleted there, {SHARE} again")),
                );
            }
            WhyReason::Expired => (
                "its TTL is over, and Redis has taken it away: it is fetched again by the next runs",
                "look whether they come, and whether TTL is longer than RECONCILE_INTERVAL",
            ),
            WhyReason::Excluded => (
                "ROOTS and EXCLUDE leave it out",
                "take its id, or that of what it lies in, out of EXCLUDE, or put one of them into ROOTS",
            ),
            WhyReason::Trashed => (
                "it, or what it lies in, is in Notion's trash",
                "restore it there, and it comes back with the next export",
            ),
            WhyReason::Gone => {
                let detail = "Notion was asked for it and does not show it";
                return (
                    detail.to_owned(),
                    Some(format!("if it is not deleted, {SHARE}")),
                );
            }
            WhyReason::Waiting => ("it was met, and waits to be fetched", ""),
            WhyReason::PutAside => (
                "three attempts to fetch it came to no end",
                "it is tried again by itself, and at once when it is ordered with POST /v1/exports",
            ),
            WhyReason::Error => (
                "it could not be exported",
                "it is tried again by itself, and at once when it is ordered with POST /v1/exports",
            ),
            WhyReason::Unknown => {
                let detail = match known.state.full_since {
                    None => {
                        "it was not met so far, and the first export is not over: it may still come"
                    }
                    Some(_) => "it was never met",
                };
                let remedy = format!(
                    "{SHARE}, and look whether ROOTS leaves it out: what is shared comes with the next tick"
                );
                return (detail.to_owned(), Some(remedy));
            }
        };
        (
            detail.to_owned(),
            Some(remedy.to_owned()).filter(|it| !it.is_empty()),
        )
    }

    fn draft(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let is_judged = known
            .meta
            .as_ref()
            .is_some_and(|it| it.visibility.is_some());
        let rule = setup.and_then(|it| it.publish_rule.as_deref());
        let rule = rule.unwrap_or_default();
        if !is_judged {
            let detail = format!(
                "it was not looked at since PUBLISH_RULE is {rule}, and is not public until it was: the next runs do that"
            );
            return (detail, None);
        }
        let detail = format!(
            "it is a draft: neither the page nor what it lies in is public by PUBLISH_RULE, {rule}"
        );
        let remedy = "set its properties so in Notion, or read it with one of PREVIEW_TOKENS";
        (detail, Some(remedy.to_owned()))
    }
}

impl WhyWaiting {
    fn words(&self, is_stored: bool, known: &Known) -> String {
        let what = match (is_stored, self.is_rebuild) {
            (true, true) => "; it is to be built again from the store",
            (true, false) => "; it is to be read again",
            (false, _) => "; it is fetched",
        };
        let mut words = what.to_owned();
        match &self.due_at {
            Some(at) => words.push_str(&format!(" from {at} on")),
            None => words.push_str(" with the next runs"),
        }
        if self.takes > 0 {
            words.push_str(&format!(", begun {} times so far", self.takes));
        }
        if let Some(problem) = known
            .state
            .last_run
            .as_ref()
            .and_then(|run| run.problem.as_ref())
        {
            words.push_str("; the last run stopped: ");
            words.push_str(problem);
        }
        words
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
