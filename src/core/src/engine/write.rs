//! The engine's writes, as calls of the fenced scripts, and what the scripts answer.
//!
//! The keys and arguments stand here in the order that the head of each `.lua` file gives.

use crate::document::Committed;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Script, ScriptCall, Value};
use crate::time::Timestamp;

use super::state::Counts;
use crate::member::Member;

/// Something that changes the store.
#[derive(Clone, Debug)]
pub enum Write {
    /// Saves the state with an event.
    Mark { event: &'static str, data: String },
    /// Puts what a listing found into the frontier.
    Discover(Vec<Found>),
    /// Hands out work, except what is being worked on.
    Take { count: usize, active: Vec<Member> },
    /// Writes a page.
    CommitPage(Box<PageCommit>),
    /// Writes a database or data source.
    CommitObject(Box<ObjectCommit>),
    /// Ends the work on a member without a document, or puts it off.
    Settle {
        member: Member,
        version: Version,
        error: Option<String>,
        retry_at: Option<Timestamp>,
    },
    /// Writes one part of a large document.
    Stage { id: Id, offset: usize, part: String },
    /// Ends the run.
    Release {
        not_before: Option<Timestamp>,
        cut: Vec<Member>,
    },
}

/// An object that a listing found.
#[derive(Clone, Debug)]
pub struct Found {
    pub member: Member,
    /// The version that the listing shows, if it shows one.
    pub version: Option<String>,
    /// The object as listed, where that saves asking for it.
    pub json: Option<String>,
}

/// What the store will know of an object's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// It holds exactly this one.
    Known(String),
    /// It was edited so shortly before it was read that the minute may hide another edit.
    Uncertain,
    /// As before: Notion did not give it.
    Kept,
    /// As before: it was built again from what is stored, and Notion was not asked.
    Rebuilt,
}

/// A page to write.
#[derive(Clone, Debug)]
pub struct PageCommit {
    pub member: Member,
    pub version: Version,
    pub page: Committed,
    /// Pages and databases that its blocks hold.
    pub found: Vec<Member>,
    pub listed_by: Vec<String>,
    pub no_longer_listed_by: Vec<String>,
    pub mentions: Vec<Id>,
    pub no_longer_mentions: Vec<Id>,
    pub is_staged: bool,
    pub owner: Owner,
}

/// A database or data source to write.
#[derive(Clone, Debug)]
pub struct ObjectCommit {
    pub member: Member,
    pub version: Version,
    pub key: String,
    pub json: String,
    pub summary: String,
    pub ancestors: String,
    pub face: String,
    pub created: Timestamp,
    pub listed_by: Vec<String>,
    pub no_longer_listed_by: Vec<String>,
    pub found: Vec<Member>,
    pub owner: Owner,
}

/// The page whose blocks hold an object, as far as that decides where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The object says itself where it lies.
    NotNeeded,
    /// Not known yet.
    Unknown,
    /// This one.
    Page(Id),
}

/// What every write carries.
pub struct Header<'a> {
    pub keys: &'a Keys,
    pub run: &'a str,
    pub fencing: u64,
    pub sequence: u64,
    pub lease_until: Timestamp,
    pub state: String,
    pub export: u64,
    pub now: Timestamp,
}

/// What a fenced script says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Written.
    Done,
    /// It had been written before; the first answer was lost.
    Repeated,
    /// Another page has the path; nothing was written.
    PathTaken,
    /// Another run has the lease; nothing was written.
    Stale,
}

impl Verdict {
    /// The verdict, and the commands that the script cost.
    pub fn of(answer: &Value) -> Option<(Self, u64)> {
        let [verdict, cost, ..] = answer.items() else {
            return None;
        };
        let cost = u64::try_from(cost.integer()?).ok()?;
        match verdict.text()?.as_str() {
            "ok" => Some((Self::Done, cost)),
            "repeated" => Some((Self::Repeated, cost)),
            "taken" => Some((Self::PathTaken, cost)),
            "stale" => Some((Self::Stale, cost)),
            _ => None,
        }
    }
}

impl Owner {
    /// For an object whose parent is a block, or is not.
    pub fn of(is_under_a_block: bool, owner: Option<Id>) -> Self {
        match (is_under_a_block, owner) {
            (false, _) => Self::NotNeeded,
            (true, None) => Self::Unknown,
            (true, Some(id)) => Self::Page(id),
        }
    }

    fn arg(self) -> String {
        match self {
            Self::NotNeeded => "=".to_owned(),
            Self::Unknown => String::new(),
            Self::Page(id) => id.to_string(),
        }
    }
}

impl Version {
    fn arg(&self) -> String {
        match self {
            Self::Known(version) => version.clone(),
            Self::Uncertain => String::new(),
            Self::Kept => "=".to_owned(),
            Self::Rebuilt => "~".to_owned(),
        }
    }
}

impl Write {
    /// Adds to the counts what this write brings.
    pub fn count(&self, counts: &mut Counts) {
        match self {
            Self::CommitPage(commit) if commit.version == Version::Rebuilt => counts.rebuilt += 1,
            Self::CommitPage(commit) => {
                counts.pages += 1;
                counts.blocks += commit.page.blocks;
            }
            Self::CommitObject(commit) if commit.version == Version::Rebuilt => counts.rebuilt += 1,
            Self::CommitObject(_) => counts.containers += 1,
            Self::Settle {
                version: Version::Known(_),
                error: None,
                ..
            } => counts.unchanged += 1,
            _ => {}
        }
    }

    /// The call that performs this write.
    pub fn call(&self, header: &Header<'_>) -> ScriptCall {
        let mut call = match self {
            Self::Mark { event, data } => call(
                Script::MARK,
                [header.keys.events()],
                [
                    header.now.millis().to_string(),
                    header.run.to_owned(),
                    (*event).to_owned(),
                    data.clone(),
                ],
            ),
            Self::Discover(found) => discover(header, found),
            Self::Take { count, active } => take(header, *count, active),
            Self::CommitPage(commit) => commit_page(header, commit),
            Self::CommitObject(commit) => commit_object(header, commit),
            Self::Settle {
                member,
                version,
                error,
                retry_at,
            } => {
                let retry_at = retry_at
                    .map(|at| at.millis().to_string())
                    .unwrap_or_default();
                let args = [
                    member.to_string(),
                    version.arg(),
                    error.clone().unwrap_or_default(),
                    retry_at,
                ];
                let keys = header.keys;
                let keys = [
                    keys.frontier(),
                    keys.rebuild(),
                    keys.takes(),
                    keys.listed(),
                    keys.known(),
                    keys.errors(),
                ];
                call(Script::SETTLE, keys, args)
            }
            Self::Stage { id, offset, part } => call(
                Script::STAGE,
                [header.keys.stage(header.fencing, *id)],
                [offset.to_string(), part.clone()],
            ),
            Self::Release { not_before, cut } => {
                let not_before = not_before.map_or(0, Timestamp::millis).to_string();
                let args = std::iter::once(not_before).chain(cut.iter().map(Member::to_string));
                call(Script::RELEASE, [header.keys.takes()], args)
            }
        };
        call.keys
            .splice(0..0, [header.keys.lease(), header.keys.state()]);
        let numbers = [
            header.fencing.to_string(),
            header.sequence.to_string(),
            header.lease_until.millis().to_string(),
        ];
        call.args
            .splice(0..0, numbers.into_iter().chain([header.state.clone()]));
        call
    }
}

/// The call that takes the lease; it is the only one without a header.
pub fn acquire(
    keys: &Keys,
    run: &str,
    now: Timestamp,
    until: Timestamp,
    patience: Timestamp,
) -> ScriptCall {
    let times = [now, until, patience].map(|time| time.millis().to_string());
    let args = std::iter::once(run.to_owned()).chain(times).collect();
    ScriptCall {
        script: Script::ACQUIRE,
        keys: vec![keys.lease(), keys.state()],
        args,
    }
}

fn call(
    script: Script,
    keys: impl IntoIterator<Item = String>,
    args: impl IntoIterator<Item = String>,
) -> ScriptCall {
    ScriptCall {
        script,
        keys: keys.into_iter().collect(),
        args: args.into_iter().collect(),
    }
}

fn discover(header: &Header<'_>, found: &[Found]) -> ScriptCall {
    let keys = [
        header.keys.frontier(),
        header.keys.listed(),
        header.keys.seen(),
        header.keys.known(),
    ];
    let mut args = vec![header.export.to_string(), header.now.millis().to_string()];
    for found in found {
        args.push(found.member.to_string());
        args.push(found.version.clone().unwrap_or_default());
        args.push(found.json.clone().unwrap_or_default());
    }
    call(Script::DISCOVER, keys, args)
}

fn take(header: &Header<'_>, count: usize, active: &[Member]) -> ScriptCall {
    let keys = header.keys;
    let keys = [
        keys.frontier(),
        keys.rebuild(),
        keys.takes(),
        keys.listed(),
        keys.known(),
        keys.owners(),
    ];
    let numbers = [header.now.millis().to_string(), count.to_string()];
    call(
        Script::TAKE,
        keys,
        numbers
            .into_iter()
            .chain(active.iter().map(Member::to_string)),
    )
}

/// Keys 3 to 10 of both commits.
fn work_keys(keys: &Keys) -> [String; 8] {
    [
        keys.frontier(),
        keys.rebuild(),
        keys.takes(),
        keys.listed(),
        keys.known(),
        keys.errors(),
        keys.seen(),
        keys.owners(),
    ]
}

fn commit_page(header: &Header<'_>, commit: &PageCommit) -> ScriptCall {
    let (keys, page) = (header.keys, &commit.page);
    let id = page.id;
    let mut all = work_keys(keys).to_vec();
    all.extend([
        keys.page(id),
        keys.meta(id),
        keys.summaries(),
        keys.pages(),
        keys.slugs(),
        keys.redirects(),
    ]);
    all.extend([
        keys.events(),
        keys.version(),
        keys.stage(header.fencing, id),
        keys.mentions(id),
        keys.children(id),
    ]);
    all.extend(
        commit
            .listed_by
            .iter()
            .chain(&commit.no_longer_listed_by)
            .cloned(),
    );
    all.extend(
        commit
            .mentions
            .iter()
            .chain(&commit.no_longer_mentions)
            .map(|id| keys.mentions(*id)),
    );
    let document = if commit.is_staged {
        String::new()
    } else {
        page.json.clone()
    };
    let mut args = vec![
        commit.member.to_string(),
        commit.version.arg(),
        header.export.to_string(),
        header.now.millis().to_string(),
        header.run.to_owned(),
        id.to_string(),
        page.hash.clone(),
        page.path.clone(),
        page.face.clone(),
        page.ancestors.clone(),
        commit
            .mentions
            .iter()
            .map(Id::to_string)
            .collect::<Vec<_>>()
            .join(","),
        commit.listed_by.join("\n"),
        page.summary.clone(),
        page.last_edited.millis().to_string(),
        page.created.millis().to_string(),
        page.last_edited.to_string(),
        page.json.len().to_string(),
        document,
        commit.owner.arg(),
    ];
    let lists = [commit.listed_by.len(), commit.no_longer_listed_by.len()];
    let mentions = [commit.mentions.len(), commit.no_longer_mentions.len()];
    args.extend(
        lists
            .into_iter()
            .chain(mentions)
            .map(|count| count.to_string()),
    );
    args.extend(commit.found.iter().map(Member::to_string));
    call(Script::COMMIT_PAGE, all, args)
}

fn commit_object(header: &Header<'_>, commit: &ObjectCommit) -> ScriptCall {
    let (keys, id) = (header.keys, commit.member.id());
    let mut all = work_keys(keys).to_vec();
    all.extend([
        commit.key.clone(),
        keys.meta(id),
        keys.summaries(),
        keys.children(id),
        keys.mentions(id),
    ]);
    all.extend(
        commit
            .listed_by
            .iter()
            .chain(&commit.no_longer_listed_by)
            .cloned(),
    );
    let mut args = vec![
        commit.member.to_string(),
        commit.version.arg(),
        header.export.to_string(),
        header.now.millis().to_string(),
        String::new(),
        id.to_string(),
        commit.ancestors.clone(),
        commit.listed_by.join("\n"),
        commit.summary.clone(),
        commit.created.millis().to_string(),
        commit.json.clone(),
        commit.face.clone(),
        commit.owner.arg(),
        commit.listed_by.len().to_string(),
        commit.no_longer_listed_by.len().to_string(),
    ];
    args.extend(commit.found.iter().map(Member::to_string));
    call(Script::COMMIT_OBJECT, all, args)
}
