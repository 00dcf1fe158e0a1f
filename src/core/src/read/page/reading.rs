//! The way of a page from memory or Redis to the answer. The text goes past here: a shell holds it as it likes.

use std::rc::Rc;
use std::time::Duration;

use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::read::cache::{Cache, Freshness};
use crate::read::memory::{FRESH, Health, Memory, STALE};
use crate::read::request::Request;
use crate::read::{Answer, Audience, Problem};
use crate::redis::{Command, Script, ScriptCall, Value};
use crate::time::Timestamp;

use super::{By, Format, PageAsk};

/// How long a page that is gone is said to be gone; after that nothing is known of it.
const GONE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The most pages shown by a page that are in its cache tags.
const MAX_TAGS: usize = 20;

/// What readers share in an isolate; `T` is a text as the shell holds it.
#[derive(Clone, Debug)]
pub struct Reader<T> {
    pages: Memory<Kept<T>>,
    paths: Memory<Id>,
    /// Answers of routes that are made of several keys, by their address.
    answers: Memory<Rc<Answer>>,
    health: Health,
}

/// A page as it was read.
#[derive(Clone, Debug)]
struct Kept<T> {
    meta: Meta,
    text: T,
}

/// What is known of a page beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Meta {
    id: Id,
    hash: String,
    path: String,
    version: i64,
    last_edited_time: String,
    exported_at: Timestamp,
    /// What it belongs to, for a cache that is purged by tags.
    tags: String,
}

/// What a script gave: its values but the text, and the text with its length in bytes.
#[derive(Clone, Debug)]
pub struct Looked<T> {
    /// All elements of the reply before the text; and after that `Nil`, where there is none.
    pub values: Vec<Value>,
    /// The text, where there is one.
    pub text: Option<(T, usize)>,
}

/// What a shell does next.
#[derive(Debug)]
pub enum Step<T> {
    /// Send these, and hand the replies to `resolved`.
    Resolve(Vec<Command>),
    /// Send this, and hand the reply to `looked`.
    Look(Command),
    /// Answer.
    Done(Result<Served<T>, Problem>),
}

/// An answer whose body the shell has.
#[derive(Debug)]
pub struct Served<T> {
    /// Status and headers.
    pub answer: Answer,
    /// The text that is its body, or that its body is cut from.
    pub text: Option<T>,
}

/// A page on its way to a reader.
#[derive(Clone, Debug)]
pub struct PageReading {
    ask: PageAsk,
    audience: Audience,
    known: Vec<String>,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Start,
    Resolving(String),
    Looking(Look),
}

#[derive(Clone, Debug)]
struct Look {
    id: Id,
    /// Whether the path led here by what was remembered, which may be over.
    is_remembered: bool,
    /// Whether the server wants the text of the script.
    by_source: bool,
    /// The hashes of versions whose text need not come; that of what is remembered, or where nothing ever is, those that the reader has.
    has: Vec<String>,
    /// Whether the text is to come whatever is remembered: it has made room for others meanwhile.
    is_whole: bool,
}

impl<T: Clone> Reader<T> {
    /// Remembers at most `capacity` bytes.
    pub fn new(capacity: usize) -> Self {
        let (paths, answers) = (capacity / 16, capacity / 4);
        Self {
            pages: Memory::new(capacity - paths - answers),
            paths: Memory::new(paths),
            answers: Memory::new(answers),
            health: Health::default(),
        }
    }

    /// The answer that is remembered for `address`, while it is fresh, or where the store is not to be asked for now.
    ///
    /// # Errors
    /// 503 where it is not to be asked, and nothing is remembered.
    pub fn answer(
        &mut self,
        address: &str,
        cache: Cache,
        now: Timestamp,
    ) -> Result<Option<Answer>, Problem> {
        let fresh = self.remembered_answer(address, cache, now, FRESH);
        let doubtful = self.health.is_doubtful(now);
        let answer = fresh.or_else(|| {
            let stale = doubtful.then(|| self.remembered_answer(address, cache, now, STALE));
            stale.flatten()
        });
        match answer {
            None if self.health.is_resting(now) => Err(Problem::away()),
            answer => Ok(answer),
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
                stale.ok_or(problem)
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
    ) -> Option<Answer> {
        let (answer, read_at) = self.answers.get(address, now, age)?;
        let mut answer = Answer::clone(&answer);
        answer.mark(
            cache,
            Freshness::remembered(now.since(read_at), age == STALE),
        );
        Some(answer)
    }
}

impl PageReading {
    /// Begins to answer `request`, which asks for that page.
    pub fn new(ask: PageAsk, audience: Audience, request: &Request) -> Self {
        let known = ask.known(request);
        Self {
            ask,
            audience,
            known,
            phase: Phase::Start,
        }
    }

    /// What to do next.
    pub fn poll<T: Clone>(
        &mut self,
        keys: &Keys,
        cache: Cache,
        now: Timestamp,
        reader: &mut Reader<T>,
    ) -> Step<T> {
        if let Phase::Start = self.phase {
            match &self.ask.by {
                By::Id(id) => self.look(*id, false),
                By::Path(path) => match reader.paths.get(path, now, FRESH) {
                    Some((id, _)) => self.look(id, true),
                    None => self.phase = Phase::Resolving(path.clone()),
                },
            }
        }
        let (audience, format) = (self.audience, self.ask.format);
        if let Phase::Looking(look) = &mut self.phase {
            let kept = reader
                .pages
                .get(&key_of(look.id, format, audience), now, STALE);
            look.has = match (kept, reader.pages.is_used()) {
                _ if look.is_whole => Vec::new(),
                (Some((kept, _)), _) => vec![kept.meta.hash],
                (None, true) => Vec::new(),
                (None, false) => self.known.clone(),
            };
        }
        match &self.phase {
            Phase::Looking(look) => {
                if let Some(served) = self.remembered(look.id, FRESH, cache, now, reader) {
                    return Step::Done(Ok(served));
                }
                if reader.health.is_doubtful(now) {
                    if let Some(served) = self.remembered(look.id, STALE, cache, now, reader) {
                        return Step::Done(Ok(served));
                    }
                    if reader.health.is_resting(now) {
                        return Step::Done(Err(Problem::away()));
                    }
                }
                Step::Look(self.command(look, keys))
            }
            Phase::Resolving(_) if reader.health.is_resting(now) => {
                Step::Done(self.stale(cache, now, reader))
            }
            Phase::Resolving(path) => {
                let get = |key: String| Command::new(["HGET".to_owned(), key, path.clone()]);
                Step::Resolve(vec![get(keys.slugs()), get(keys.redirects())])
            }
            Phase::Start => Step::Done(Err(Problem::away())),
        }
    }

    /// Takes what the path leads to; the answer, where that is the end of it.
    pub fn resolved<T: Clone>(
        &mut self,
        cache: Cache,
        now: Timestamp,
        reply: Result<Vec<Value>, Failure>,
        reader: &mut Reader<T>,
    ) -> Option<Result<Served<T>, Problem>> {
        let Phase::Resolving(path) = &self.phase else {
            return Some(Err(Problem::away()));
        };
        let id = reply.and_then(|reply| match reply.as_slice() {
            [slug, redirect] => Ok((id_of(slug)?, id_of(redirect)?)),
            _ => Err(misshapen()),
        });
        match id {
            Err(_) => {
                reader.health.failed(now);
                Some(self.stale(cache, now, reader))
            }
            Ok((Some(id), _)) => {
                reader.health.succeeded();
                reader.paths.put(path.clone(), id, 0, now);
                self.look(id, false);
                None
            }
            Ok((None, Some(id))) => {
                reader.health.succeeded();
                self.look(id, false);
                None
            }
            Ok((None, None)) => {
                reader.health.succeeded();
                Some(Err(self.missing()))
            }
        }
    }

    /// Takes what the script gave; the answer, where that is the end of it.
    pub fn looked<T: Clone>(
        &mut self,
        cache: Cache,
        now: Timestamp,
        reply: Result<Looked<T>, Failure>,
        reader: &mut Reader<T>,
    ) -> Option<Result<Served<T>, Problem>> {
        let Phase::Looking(look) = &mut self.phase else {
            return Some(Err(Problem::away()));
        };
        if matches!(reply, Err(Failure::NoScript)) && !look.by_source {
            look.by_source = true;
            return None;
        }
        let (id, is_remembered) = (look.id, look.is_remembered);
        let found = reply.and_then(|looked| Found::of(id, looked));
        let key = self.key(id);
        let Ok(found) = found else {
            reader.health.failed(now);
            return Some(self.stale(cache, now, reader));
        };
        reader.health.succeeded();
        let (meta, text, is_same) = match found {
            Found::Page {
                meta,
                text,
                is_same,
            } => (meta, text, is_same),
            Found::Removed(at) => {
                reader.pages.remove(&key);
                let is_recent = at.is_some_and(|at| now.since(at) < GONE);
                return Some(Err(match is_recent {
                    true => Problem::gone("this page has been deleted"),
                    false => self.missing(),
                }));
            }
        };
        if let By::Path(path) = &self.ask.by
            && *path != meta.path
        {
            if is_remembered {
                reader.paths.remove(path);
                self.phase = Phase::Resolving(path.clone());
                return None;
            }
            let answer = Answer::moved(self.ask.address(&meta.path), cache);
            return Some(Ok(Served { answer, text: None }));
        }
        if meta.version < self.ask.version {
            return Some(Err(Problem::not_yet(self.ask.version)));
        }
        let Some((text, bytes)) = text else {
            let kept = reader.pages.get(&key, now, STALE);
            return match kept.filter(|(kept, _)| is_same && kept.meta.hash == meta.hash) {
                Some((Kept { text, .. }, _)) => {
                    let served = self.served(&meta, Some(&text), cache, Freshness::now());
                    reader.pages.renew(&key, Kept { meta, text }, now);
                    Some(Ok(served))
                }
                None if is_same && self.has(&meta) => {
                    Some(Ok(self.served::<T>(&meta, None, cache, Freshness::now())))
                }
                None if is_same => {
                    if let Phase::Looking(look) = &mut self.phase {
                        look.is_whole = true;
                    }
                    None
                }
                // It has expired, and is to be fetched again.
                None => Some(Err(self.missing())),
            };
        };
        let served = self.served(&meta, Some(&text), cache, Freshness::now());
        reader.pages.put(key, Kept { meta, text }, bytes, now);
        Some(Ok(served))
    }

    fn look(&mut self, id: Id, is_remembered: bool) {
        self.phase = Phase::Looking(Look {
            id,
            is_remembered,
            by_source: false,
            has: Vec::new(),
            is_whole: false,
        });
    }

    fn command(&self, look: &Look, keys: &Keys) -> Command {
        let id = look.id;
        let text = match self.ask.format {
            Format::Json => keys.page(id),
            Format::Html => keys.html(id),
            Format::Markdown => keys.markdown(id),
        };
        let mut args = vec![id.to_string(), MAX_TAGS.to_string()];
        args.extend(look.has.iter().cloned());
        let public = match self.ask.format {
            Format::Json => keys.public_page(id),
            Format::Html => keys.public_html(id),
            Format::Markdown => keys.public_markdown(id),
        };
        let mut keys = vec![keys.meta(id), text, keys.gone()];
        keys.extend((self.audience == Audience::Public).then_some(public));
        let call = ScriptCall {
            script: Script::PAGE,
            keys,
            args,
        };
        match look.by_source {
            true => Command::by_source(&call),
            false => Command::by_digest(&call),
        }
    }

    /// Its key in memory.
    fn key(&self, id: Id) -> String {
        key_of(id, self.ask.format, self.audience)
    }

    /// The answer with what was read at most `age` ago.
    fn remembered<T: Clone>(
        &self,
        id: Id,
        age: Duration,
        cache: Cache,
        now: Timestamp,
        reader: &mut Reader<T>,
    ) -> Option<Served<T>> {
        let (kept, read_at) = reader.pages.get(&self.key(id), now, age)?;
        let is_at = match &self.ask.by {
            By::Id(_) => true,
            By::Path(path) => *path == kept.meta.path,
        };
        if !is_at || kept.meta.version < self.ask.version {
            return None;
        }
        let freshness = Freshness::remembered(now.since(read_at), age == STALE);
        Some(self.served(&kept.meta, Some(&kept.text), cache, freshness))
    }

    /// What is left where the store does not answer.
    fn stale<T: Clone>(
        &self,
        cache: Cache,
        now: Timestamp,
        reader: &mut Reader<T>,
    ) -> Result<Served<T>, Problem> {
        let id = match (&self.phase, &self.ask.by) {
            (Phase::Looking(look), _) => Some(look.id),
            (_, By::Id(id)) => Some(*id),
            (_, By::Path(path)) => reader.paths.get(path, now, STALE).map(|(id, _)| id),
        };
        let served = id.and_then(|id| self.remembered(id, STALE, cache, now, reader));
        served.ok_or_else(Problem::away)
    }

    fn has(&self, meta: &Meta) -> bool {
        self.known
            .iter()
            .any(|hash| hash == "*" || *hash == meta.hash)
    }

    fn served<T: Clone>(
        &self,
        meta: &Meta,
        text: Option<&T>,
        cache: Cache,
        freshness: Freshness,
    ) -> Served<T> {
        let is_known = self.has(meta);
        let mut answer = Answer::of(self.ask.format, Vec::new(), cache.control(freshness));
        if is_known {
            answer.status = 304;
            answer.headers.retain(|(name, _)| *name != "content-type");
        }
        answer.headers.extend([
            ("etag", format!("W/\"{}{}\"", meta.hash, self.ask.suffix())),
            ("cache-status", freshness.status()),
            ("notion-edge-version", meta.version.to_string()),
            ("notion-edge-exported-at", meta.exported_at.to_string()),
        ]);
        if let Some(edited) = Timestamp::parse(&meta.last_edited_time) {
            answer.headers.push(("last-modified", edited.to_http()));
        }
        if self.ask.extension.is_empty() {
            answer.vary("accept");
        }
        if cache.varies {
            answer.vary("authorization");
        }
        if cache.is_public {
            answer.headers.push(("cache-tag", meta.tags.clone()));
        }
        Served {
            answer,
            text: text.filter(|_| !is_known).cloned(),
        }
    }

    fn missing(&self) -> Problem {
        Problem::not_found(&match &self.ask.by {
            By::Id(id) => format!("no page {id} has been exported"),
            By::Path(path) => format!("no page has the path {}", Problem::quoted(path)),
        })
    }
}

/// What the script found.
enum Found<T> {
    Page {
        meta: Meta,
        /// The text with its length, where there is one.
        text: Option<(T, usize)>,
        /// Whether there is none because it is one of those that need not come.
        is_same: bool,
    },
    /// No such page; when it was removed, if that is known.
    Removed(Option<Timestamp>),
}

impl<T> Found<T> {
    fn of(id: Id, looked: Looked<T>) -> Result<Self, Failure> {
        let [
            hash,
            path,
            version,
            edited,
            exported,
            lists,
            shown,
            removed,
            same,
            ..,
        ] = looked.values.as_slice()
        else {
            return Err(misshapen());
        };
        let millis = |value: &Value| value.integer().map(Timestamp::from_millis);
        let Some(hash) = hash.text() else {
            return Ok(Self::Removed(
                removed
                    .text()
                    .and_then(|it| it.parse::<f64>().ok())
                    .map(|it| Timestamp::from_millis(it as i64)),
            ));
        };
        let meta = Meta {
            id,
            hash,
            path: path.text().ok_or_else(misshapen)?,
            version: version.integer().ok_or_else(misshapen)?,
            last_edited_time: edited.text().unwrap_or_default(),
            exported_at: millis(exported).ok_or_else(misshapen)?,
            tags: tags(
                id,
                &lists.text().unwrap_or_default(),
                &shown.text().unwrap_or_default(),
            ),
        };
        Ok(Self::Page {
            meta,
            text: looked.text,
            is_same: same.text().as_deref() == Some("same"),
        })
    }
}

fn key_of(id: Id, format: Format, audience: Audience) -> String {
    format!("{id} {format:?} {audience:?}")
}

/// The page's own tag, those of the lists that have it, and those of the pages that it shows, separated by commas.
fn tags(id: Id, lists: &str, shown: &str) -> String {
    // A list's key ends with the id of what it belongs to.
    let lists = lists
        .lines()
        .filter_map(|key| key.get(key.len().checked_sub(36)?..)?.parse().ok());
    let shown = shown.split(',').filter_map(|id| id.parse::<Id>().ok());
    let lists = lists.map(|id: Id| format!("list-{id}"));
    let pages = [id].into_iter().chain(shown).map(|id| format!("page-{id}"));
    let mut tags: Vec<String> = Vec::new();
    for tag in pages.chain(lists) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(",")
}

fn id_of(value: &Value) -> Result<Option<Id>, Failure> {
    match value {
        Value::Nil => Ok(None),
        Value::Text(text) => text.parse().map(Some).map_err(|_| misshapen()),
        Value::Integer(_) | Value::Array(_) => Err(misshapen()),
    }
}

fn misshapen() -> Failure {
    Failure::Transient("redis gave a reply that its script does not give".to_owned())
}
