//! A write as the call of its fenced script.
//!
//! The keys and arguments stand here in the order that the head of each `.lua` file gives.

use crate::engine::expiry::Ttl;
use crate::engine::job::Job;
use crate::engine::unit::{Above, KEYS_AT_ONCE, REST};
use crate::id::Id;
use crate::keys::{Keys, StagedText};
use crate::member::Member;
use crate::redis::{Script, ScriptCall};
use crate::time::Timestamp;

use super::commit::{commit_object, commit_page};
use super::{
    Again, BlockChange, Departure, Found, Header, Leftover, Mark, Owner, Part, Removal, Retry,
    Settlement, StoredBlock, Sweeping, Version, Write,
};

/// How many of the known objects one script looks at, about: few enough not to hold up Redis.
const VERIFIED_AT_ONCE: u32 = 500;

/// How many objects that have expired one script notes.
const EXPIRED_AT_ONCE: usize = 500;

/// How many of the last exports the history keeps.
pub const KEPT_EXPORTS: usize = 20;

impl Write {
    /// The call that performs this write.
    pub fn call(&self, header: &Header<'_>) -> ScriptCall {
        let mut call = match self {
            Self::Mark(turning) => mark(header, turning),
            Self::Discover(found) => discover(header, found),
            Self::Take => ending(header, Script::TAKE, [], []),
            Self::Verify { cursor, again } => verify(header, cursor, *again),
            Self::Word(member) => call(
                Script::WORD,
                [header.keys.summaries()],
                [member.to_string(), header.scope.word(true)],
            ),
            Self::Sweep(sweeping) => sweep(header, sweeping),
            Self::Expire => expire(header),
            Self::CommitPage(commit) => commit_page(header, commit),
            Self::CommitObject(commit) => commit_object(header, commit),
            Self::Remove(removal) => remove(header, removal),
            Self::Settle(settlement) => settle(header, settlement),
            Self::Stage { text, part, half } => stage(header, *text, part, half.as_ref()),
            Self::Blocks(change) => {
                let keys = header.keys;
                let staged = change.written.first().map_or(change.page, |(id, _)| *id);
                let args = [
                    change.page.to_string(),
                    match change.is_rebuild {
                        true => "rebuilt".to_owned(),
                        false => "fetched".to_owned(),
                    },
                ];
                let mut call = call(
                    Script::BLOCKS,
                    [
                        keys.meta(change.page),
                        keys.stage(StagedText::Object(staged)),
                    ],
                    args,
                );
                append_blocks(&mut call, keys, change);
                call
            }
            Self::Users(change) => {
                let keys = header.keys;
                let written = change.written.iter().map(|(id, _)| *id);
                let ids = written.chain(change.gone.iter().copied());
                let pairs = change.written.iter();
                let pairs = pairs.flat_map(|(id, json)| [id.to_string(), json.clone()]);
                let counts = [change.export.to_string(), change.written.len().to_string()];
                let gone = change.gone.iter().map(Id::to_string);
                call(
                    Script::USERS,
                    std::iter::once(keys.users()).chain(ids.map(|id| keys.user(id))),
                    counts.into_iter().chain(pairs).chain(gone),
                )
            }
            Self::Linking(files) => unlink(header, "SADD", files),
            Self::Unlinked(files) => unlink(header, "SREM", files),
            Self::Release {
                not_before,
                paused_until,
                unused,
                cut,
            } => {
                let [not_before, paused_until] = [not_before, paused_until]
                    .map(|instant| instant.map_or(0, Timestamp::millis).to_string());
                let unused = unused.map(|number| number.to_string()).unwrap_or_default();
                let args = [not_before, paused_until, unused].into_iter();
                let args = args.chain(cut.iter().cloned());
                call(Script::RELEASE, [header.keys.objects()], args)
            }
        };
        if self.tells_ttl() {
            call.args.push(header.ttl.arg());
        }
        call.keys.insert(0, header.keys.lease());
        let after = header.after.map(|it| it.to_string()).unwrap_or_default();
        let first = [
            header.run.to_owned(),
            format!("{}>{after}<{}", header.sequence, header.done),
            header.lease_until.millis().to_string(),
        ];
        call.args
            .splice(0..0, first.into_iter().chain([header.state.clone()]));
        call
    }
}

/// The owner of what lies under a block that the connection does not see.
pub const NOBODY: &str = "?";

impl Owner {
    pub fn arg(self) -> String {
        match self {
            Self::NotNeeded => "=".to_owned(),
            Self::Unknown => String::new(),
            Self::Page(id) => id.to_string(),
            Self::Told(id) => format!("+{id}"),
            Self::Nobody => NOBODY.to_owned(),
            Self::NotAnswered => "!".to_owned(),
        }
    }
}

impl Version {
    pub fn arg(&self) -> String {
        match self {
            Self::Known(version) => version.clone(),
            Self::Uncertain => String::new(),
            Self::Kept => "=".to_owned(),
            Self::Forgotten => "-".to_owned(),
            Self::Rebuilt => "~".to_owned(),
        }
    }
}

/// The call that takes the lease; it is the only one without a header.
pub fn acquire(
    keys: &Keys,
    run: &str,
    now: Timestamp,
    until: Timestamp,
    patience: Timestamp,
    has_rule: bool,
    is_tick: bool,
) -> ScriptCall {
    let times = [now, until, patience].map(|time| time.millis().to_string());
    let tick = if is_tick { "tick" } else { "" };
    let args = std::iter::once(run.to_owned())
        .chain(times)
        .chain([tick.to_owned()])
        .collect();
    ScriptCall {
        script: Script::ACQUIRE,
        keys: [keys.lease(), keys.frontier(), keys.urgent()]
            .into_iter()
            .chain(has_rule.then(|| keys.due()))
            .collect(),
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

/// What ends the work on a member, and hands out what is next.
pub fn ending(
    header: &Header<'_>,
    script: Script,
    keys: impl IntoIterator<Item = String>,
    args: impl IntoIterator<Item = String>,
) -> ScriptCall {
    let work = [
        header.keys.objects(),
        header.frontier(),
        header.keys.listed(),
        header.keys.errors(),
        header.keys.leaving(),
    ];
    let active: Vec<String> = header.active.iter().map(Member::to_string).collect();
    let numbers = [
        format!("{},{}", header.wanted.fetched, header.wanted.rebuilt),
        active.join(","),
        header.now.millis().to_string(),
    ];
    call(
        script,
        work.into_iter().chain(keys),
        numbers.into_iter().chain(args),
    )
}

fn mark(header: &Header<'_>, mark: &Mark) -> ScriptCall {
    let keys = header.keys;
    let leftover = match mark.leftover {
        Leftover::None => "",
        Leftover::Kept => "kept",
        Leftover::Dropped => "dropped",
    };
    let args = [
        header.now.millis().to_string(),
        header.run.to_owned(),
        mark.event.to_owned(),
        mark.data.clone(),
        mark.report.clone().unwrap_or_default(),
        KEPT_EXPORTS.to_string(),
        leftover.to_owned(),
    ];
    call(
        Script::MARK,
        [
            keys.events(),
            keys.history(),
            keys.frontier(),
            keys.urgent(),
        ],
        args.into_iter()
            .chain(mark.carried_out.iter().map(u64::to_string)),
    )
}

fn discover(header: &Header<'_>, found: &[Found]) -> ScriptCall {
    let mut keys = vec![
        header.keys.objects(),
        header.frontier(),
        header.keys.listed(),
        header.keys.expiry(),
    ];
    let mut args = vec![header.export.to_string(), header.now.millis().to_string()];
    // An export of everything sees each object; one for changes, which sees some at every tick, is to write nothing for that.
    let renews_before = header.ttl.renews_before(header.now);
    let renews_before = renews_before.filter(|_| header.job == Job::All);
    if renews_before.is_some() {
        let members = found.iter().map(|found| found.member);
        keys.extend(members.flat_map(|member| living(header, member)));
    }
    let renews_before = renews_before.map(|at| at.millis().to_string());
    args.extend([
        renews_before.unwrap_or_default(),
        header.way_to_live_on().to_owned(),
    ]);
    for found in found {
        args.push(found.member.to_string());
        let version = found.version.clone().filter(|_| !header.job.is_urgent());
        args.push(version.unwrap_or_default());
        args.push(found.json.clone().unwrap_or_default());
        let above = [found.above, found.beyond].map(|above| match above {
            Above::Member(member) => member.to_string(),
            Above::Block(_) | Above::Nothing => String::new(),
        });
        args.extend(above);
    }
    call(Script::DISCOVER, keys, args)
}

fn verify(header: &Header<'_>, cursor: &str, again: Again) -> ScriptCall {
    let keys = [header.keys.objects(), header.frontier()];
    let args = [
        header.export.to_string(),
        header.now.millis().to_string(),
        cursor.to_owned(),
        VERIFIED_AT_ONCE.to_string(),
        match again {
            Again::Unseen => "unseen".to_owned(),
            Again::Built => "built".to_owned(),
            Again::Read => "read".to_owned(),
        },
    ];
    call(Script::VERIFY, keys, args)
}

fn expire(header: &Header<'_>) -> ScriptCall {
    let keys = header.keys;
    let args = [
        header.now.millis().to_string(),
        header.run.to_owned(),
        EXPIRED_AT_ONCE.to_string(),
    ];
    let keys = [
        keys.objects(),
        keys.frontier(),
        keys.expiry(),
        keys.events(),
        keys.version(),
    ]
    .into_iter()
    .chain(
        [
            keys.public_summaries(),
            keys.public_version(),
            keys.public_events(),
        ]
        .into_iter()
        .filter(|_| header.has_rule),
    );
    call(Script::EXPIRE, keys, args)
}

/// What of an object expires, without the single blocks of a page.
fn living(header: &Header<'_>, member: Member) -> Vec<String> {
    let (keys, id) = (header.keys, member.id());
    let mut living = vec![
        keys.object(member),
        keys.comments(id),
        keys.html(id),
        keys.markdown(id),
    ];
    if header.has_rule {
        living.extend([
            keys.public_page(id),
            keys.public_html(id),
            keys.public_markdown(id),
        ]);
    }
    living
}

fn stage(header: &Header<'_>, text: StagedText, part: &Part, half: Option<&Member>) -> ScriptCall {
    let keys = header.keys;
    call(
        Script::STAGE,
        [keys.objects(), keys.stage(text), keys.listed()],
        [
            part.offset.to_string(),
            part.text.clone(),
            half.map(Member::to_string).unwrap_or_default(),
            part.offset.saturating_add(part.text.len()).to_string(),
        ],
    )
}

fn unlink(header: &Header<'_>, command: &str, files: &[String]) -> ScriptCall {
    call(
        Script::UNLINK,
        [header.keys.unlinked()],
        [command.to_owned()]
            .into_iter()
            .chain(files.iter().cloned()),
    )
}

fn sweep(header: &Header<'_>, sweeping: &Sweeping) -> ScriptCall {
    let keys = header.keys;
    let keys = [keys.objects(), keys.frontier()];
    let args = [
        header.now.millis().to_string(),
        sweeping.cursor.clone(),
        sweeping.batch_size.to_string(),
        sweeping.within.as_millis().to_string(),
        sweeping.apart.as_millis().to_string(),
    ];
    call(Script::SWEEP, keys, args)
}

fn settle(header: &Header<'_>, settlement: &Settlement) -> ScriptCall {
    let given_up = given_up(header, settlement);
    let (retry_at, mut takes) = match settlement.retry {
        Some(Retry::At(at)) => (at.millis().to_string(), "counted"),
        Some(Retry::Afresh(at)) => (at.millis().to_string(), "forgotten"),
        None if given_up => (header.now.plus(REST).millis().to_string(), "forgotten"),
        None => (String::new(), "forgotten"),
    };
    if settlement.is_unseen {
        takes = "unseen";
    }
    let renewed = settlement.living().filter(|_| header.ttl != Ttl::None);
    let mut keys = vec![header.keys.summaries()];
    if given_up {
        keys.push(header.keys.due());
    } else if let Some(member) = renewed {
        keys.push(header.keys.expiry());
        keys.extend(living(header, member));
    }
    let args = [
        settlement.member.clone(),
        settlement.version.arg(),
        settlement.error.clone().unwrap_or_default(),
        retry_at,
        takes.to_owned(),
        settlement
            .missing
            .map(|since| since.millis().to_string())
            .unwrap_or_default(),
        header.way_to_live_on().to_owned(),
    ];
    ending(header, Script::SETTLE, keys, args)
}

/// Whether a page could not be built again that may have to become public by that, or to be so no longer.
fn given_up(header: &Header<'_>, settlement: &Settlement) -> bool {
    let is_failed = settlement.version == Version::Rebuilt && settlement.error.is_some();
    let is_page = || matches!(settlement.member.parse(), Ok(Member::Page(_)));
    header.has_rule && is_failed && is_page()
}

/// Adds blocks behind everything else, as `blocks.lua` takes them off again.
pub fn append_blocks(call: &mut ScriptCall, keys: &Keys, change: &BlockChange) {
    let written = change.written.iter().map(|(id, _)| *id);
    let ids = written.chain(change.gone.iter().copied());
    call.keys
        .extend([keys.blocks(change.page), keys.block_pages()]);
    call.keys.extend(ids.map(|id| keys.block(id)));
    for (id, block) in &change.written {
        call.args.push(id.to_string());
        call.args.push(match block {
            StoredBlock::Json(json) => json.clone(),
            StoredBlock::Staged => String::new(),
        });
    }
    call.args.extend(change.gone.iter().map(Id::to_string));
    let counts = [change.written.len(), change.gone.len()];
    call.args.extend(counts.map(|count| count.to_string()));
}

fn remove(header: &Header<'_>, removal: &Removal) -> ScriptCall {
    let (keys, id) = (header.keys, removal.member.id());
    let below = match removal.member {
        Member::DataSource(_) => keys.rows(id),
        Member::Page(_) | Member::Database(_) => keys.children(id),
    };
    let mut all = vec![
        keys.object(removal.member),
        keys.meta(id),
        keys.summaries(),
        keys.pages(),
        keys.slugs(),
        keys.events(),
        keys.version(),
        keys.mentions(id),
        below,
        keys.comments(id),
        keys.html(id),
        keys.markdown(id),
        keys.expiry(),
        keys.files(),
        keys.unlinked(),
        keys.redirects(),
        keys.gone(),
        keys.public_pages(),
        keys.public_summaries(),
        keys.due(),
        keys.public_page(id),
        keys.public_html(id),
        keys.public_markdown(id),
        keys.public_version(),
        keys.public_events(),
    ];
    all.extend(removal.listed_by.iter().cloned());
    all.extend(removal.mentions.iter().map(|id| keys.mentions(*id)));
    let args = [
        removal.member.to_string(),
        header.run.to_owned(),
        id.to_string(),
        removal.path.clone().unwrap_or_default(),
        match removal.departure {
            Departure::Trashed | Departure::InTrashedBlock => r#"{"in_trash":true}"#.to_owned(),
            Departure::Gone => String::new(),
            Departure::OutOfScope => header.scope.word(false),
        },
        removal.listed_by.len().to_string(),
        header.export.to_string(),
        match removal.departure {
            Departure::Trashed | Departure::InTrashedBlock | Departure::Gone => {
                "counted".to_owned()
            }
            Departure::OutOfScope => "meant".to_owned(),
        },
        match removal.under {
            // Someone waits for what is below that.
            Some(under) if header.is_left_in(&under) && !header.job.is_urgent() => {
                under.to_string()
            }
            Some(_) => "-".to_owned(),
            None if removal.departure == Departure::InTrashedBlock => "-".to_owned(),
            None => String::new(),
        },
    ];
    let mut call = ending(header, Script::REMOVE, all, args);
    let change = BlockChange {
        page: id,
        written: Vec::new(),
        gone: removal.blocks.iter().take(KEYS_AT_ONCE).copied().collect(),
        is_rebuild: false,
    };
    if !change.gone.is_empty() {
        append_blocks(&mut call, keys, &change);
    }
    call.args.push(match removal.blocks.len() {
        0 => String::new(),
        1..=KEYS_AT_ONCE => "whole".to_owned(),
        _ => "partial".to_owned(),
    });
    call
}
