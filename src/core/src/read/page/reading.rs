//! The way of a page from memory or Redis to the answer. The text goes past here: a shell holds it as it likes.

use std::time::Duration;

use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::read::cache::{Cache, Freshness};
use crate::read::memory::{FRESH, STALE};
use crate::read::reader::Reader;
use crate::read::request::Request;
use crate::read::{Answer, Audience, Problem};
use crate::redis::{Command, Script, ScriptCall, Value};
use crate::time::Timestamp;

use super::found::{Found, Kept, Looked, MAX_TAGS, Meta, misshapen, moved_tags};
use super::{By, Format, PageAsk};

/// How long a page that is gone is said to be gone; after that nothing is known of it.
const GONE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

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
    /// When it was read, where it was remembered and is fresh.
    pub read_at: Option<Timestamp>,
}

/// A page on its way to a reader.
#[derive(Clone, Debug)]
pub struct PageReading {
    ask: PageAsk,
    audience: Audience,
    known: Vec<String>,
    phase: Phase,
    /// When the store was asked last: its answer is as old as that, however long it takes.
    asked_at: Timestamp,
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
    /// Whether who asks may have known it under that name: to anyone a path that only a draft ever had is one that nobody has.
    was_known: bool,
    /// Whether the server wants the text of the script.
    by_source: bool,
    /// The hashes of versions whose text need not come; that of what is remembered, or where nothing ever is, those that the reader has.
    has: Vec<String>,
    /// Whether the text is to come whatever is remembered: it has made room for others meanwhile.
    is_whole: bool,
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
            asked_at: Timestamp::default(),
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
                By::Id(id) => self.look(*id, false, true),
                By::Path(path) => match reader.paths.get(path, now, FRESH) {
                    Some((id, _)) => self.look(id, true, true),
                    None => self.phase = Phase::Resolving(path.clone()),
                },
            }
        }
        self.asked_at = now;
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
        reader.heard(now, reply.as_ref().err());
        let id = reply.and_then(|reply| match reply.as_slice() {
            [slug, redirect] => Ok((id_of(slug)?, id_of(redirect)?)),
            _ => Err(misshapen()),
        });
        match id {
            Err(_) => Some(self.stale(cache, now, reader)),
            Ok((Some(id), former)) => {
                reader.paths.put(path.clone(), id, 0, self.asked_at);
                let was_known = self.audience == Audience::All || former == Some(id);
                self.look(id, false, was_known);
                None
            }
            Ok((None, Some(id))) => {
                self.look(id, false, true);
                None
            }
            Ok((None, None)) => {
                if self.audience == Audience::All {
                    return Some(Err(self.missing()));
                }
                // How long it takes must not tell whether a draft has the path.
                self.look(Id::NOBODY, false, false);
                None
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
        reader.heard(now, reply.as_ref().err());
        let (id, is_remembered, was_known) = (look.id, look.is_remembered, look.was_known);
        let found = reply.and_then(|looked| Found::of(id, looked));
        let key = self.key(id);
        let Ok(found) = found else {
            return Some(self.stale(cache, now, reader));
        };
        let (meta, text, is_same) = match found {
            Found::Page {
                meta,
                text,
                is_same,
            } => (meta, text, is_same),
            Found::Removed(at) => {
                for format in Format::ALL {
                    reader.pages.remove(&key_of(id, format, self.audience));
                }
                if let By::Path(path) = &self.ask.by {
                    reader.paths.remove(path);
                    if is_remembered {
                        self.phase = Phase::Resolving(path.clone());
                        return None;
                    }
                }
                let is_recent = was_known && at.is_some_and(|at| now.since(at) < GONE);
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
            let answer = Answer::moved(self.ask.address(&meta.path), moved_tags(id), cache);
            return Some(Ok(Served {
                answer,
                text: None,
                read_at: None,
            }));
        }
        if meta.version < self.ask.version {
            return Some(Err(Problem::not_yet(self.ask.version)));
        }
        let Some((text, bytes)) = text else {
            let kept = reader.pages.get(&key, now, STALE);
            return match kept.filter(|(kept, _)| is_same && kept.meta.hash == meta.hash) {
                Some((Kept { text, .. }, _)) => {
                    let served = self.served(&meta, Some(&text), cache, Freshness::now());
                    reader.pages.renew(&key, Kept { meta, text }, self.asked_at);
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
        reader
            .pages
            .put(key, Kept { meta, text }, bytes, self.asked_at);
        Some(Ok(served))
    }

    fn look(&mut self, id: Id, is_remembered: bool, was_known: bool) {
        self.phase = Phase::Looking(Look {
            id,
            is_remembered,
            was_known,
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
        let served = self.served(&kept.meta, Some(&kept.text), cache, freshness);
        Some(Served {
            read_at: (age == FRESH).then_some(read_at),
            ..served
        })
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
            read_at: None,
        }
    }

    fn missing(&self) -> Problem {
        Problem::not_found(&match &self.ask.by {
            By::Id(id) => format!("no page {id} has been exported"),
            By::Path(path) => format!("no page has the path {}", Problem::quoted(path)),
        })
    }
}

fn key_of(id: Id, format: Format, audience: Audience) -> String {
    format!("{id} {format:?} {audience:?}")
}

fn id_of(value: &Value) -> Result<Option<Id>, Failure> {
    match value {
        Value::Nil => Ok(None),
        Value::Text(text) => text.parse().map(Some).map_err(|_| misshapen()),
        Value::Integer(_) | Value::Array(_) => Err(misshapen()),
    }
}
