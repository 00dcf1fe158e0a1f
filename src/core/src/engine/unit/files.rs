//! The files of one page that Notion hosts: copied after everything else of it was fetched, each unless there is a copy.
//! Where they are copied nowhere, their signed addresses are left for readers until they end.
//!
//! A page is committed with its files, so that no reader meets one without the other.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::config::FilePlace;
use crate::document::FileSource;
use crate::engine::asking::Question;
use crate::engine::version::Builder;
use crate::engine::write::Write;
use crate::failure::Failure;
use crate::file::{FileRecord, FileRequest};
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};

use super::{LaneStep, Unreadable};

/// How many addresses go to Redis at once: each has up to 2,000 bytes, and other objects are in the same request.
const TOLD_AT_ONCE: usize = 50;

/// How often a page is asked for once more because addresses of its files had ended: nobody reads for hours without a pause.
const MAX_TIMES_ANEW: u8 = 3;

/// The files of one page, as far as they are copied.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Files {
    /// Those that were copied for this page, by key.
    copied: BTreeMap<String, FileRecord>,
    /// How often copies that nothing showed had been deleted by then: these may have been among them since.
    #[serde(default)]
    unlinks: u64,
    /// How often the page was asked for once more, because addresses had ended.
    times_anew: u8,
    /// Those of which there was a copy.
    #[serde(skip)]
    known: BTreeMap<String, FileRecord>,
    /// Those that cannot be copied, and why.
    #[serde(default)]
    lost: BTreeMap<String, String>,
    #[serde(skip)]
    state: State,
    /// Where they are copied to.
    #[serde(skip)]
    place: FilePlace,
    /// Whether there are some of which there is no copy, left to another shell.
    #[serde(skip)]
    has_left: bool,
    /// Whether what is known of copies is of another place.
    #[serde(skip)]
    are_unknown: bool,
}

#[derive(Debug, Default)]
enum State {
    /// They are not asked about: nothing is fetched.
    #[default]
    Unwanted,
    /// Which there are is not known yet.
    Wanted,
    /// Where these are for now is written, one part after the other.
    Telling(VecDeque<FileSource>),
    /// Of which of them there are copies is read.
    Looking(Vec<FileSource>),
    /// That these are going to be copied is written.
    Noting(VecDeque<FileSource>),
    /// These are still to be copied.
    Copying(VecDeque<FileSource>),
}

impl Files {
    /// Has them copied, or where the place is elsewhere, has those noted of which there are copies; where there is none, has it told
    /// where they are for now.
    /// Where an earlier run left off, which are left is found out anew.
    pub fn want(&mut self, builder: &Builder) {
        self.state = State::Wanted;
        self.place = builder.files;
        self.are_unknown = builder.has_place_for_files_changed;
        if self.unlinks != builder.unlinks {
            self.copied.clear();
            self.unlinks = builder.unlinks;
        }
    }

    /// Whether there are some that only another shell can copy.
    pub fn has_left(&self) -> bool {
        self.has_left
    }

    /// What was copied is known, and not copied again where the fetching of the page begins anew.
    pub fn begun_anew(self) -> Self {
        Self {
            copied: self.copied,
            unlinks: self.unlinks,
            times_anew: self.times_anew.saturating_add(1),
            ..Self::default()
        }
    }

    /// The same for another version of the page, of which nothing else is there.
    pub fn of_another_version(self) -> Self {
        Self {
            copied: self.copied,
            unlinks: self.unlinks,
            ..Self::default()
        }
    }

    /// Whether the page may be asked for once more.
    pub fn may_begin_anew(&self) -> bool {
        self.times_anew < MAX_TIMES_ANEW
    }

    /// Whether it has yet to be told which there are.
    pub fn are_unsought(&self) -> bool {
        matches!(self.state, State::Wanted)
    }

    /// Notes which there are.
    pub fn found(&mut self, mut sources: Vec<FileSource>) {
        if self.place == FilePlace::None {
            sources.retain(|source| source.ends_at.is_some());
        }
        self.state = match (sources.is_empty(), self.place) {
            (true, _) => State::Copying(VecDeque::new()),
            (false, FilePlace::None) => State::Telling(sources.into()),
            (false, FilePlace::Here | FilePlace::Elsewhere) => State::Looking(sources),
        };
    }

    /// What is done in the lane before anything is copied: looking of which there are copies, and noting what is to be copied,
    /// so that a copy is found whose page does not come to its commit. `shown_by` is what shows them.
    pub fn lane(&self, keys: &Keys, shown_by: Id) -> Option<LaneStep> {
        match &self.state {
            State::Telling(sources) => {
                let tell = |FileSource { key, url, ends_at }: &FileSource| {
                    let set = [
                        "SET".to_owned(),
                        keys.signed(key),
                        format!("{shown_by}|{url}"),
                    ];
                    let until = ends_at.map(|at| ["PXAT".to_owned(), at.millis().to_string()]);
                    Command::new(set.into_iter().chain(until.into_iter().flatten()))
                };
                Some(LaneStep::Read(
                    sources.iter().take(TOLD_AT_ONCE).map(tell).collect(),
                ))
            }
            State::Looking(sources) => {
                let names = || sources.iter().map(|source| source.key.clone());
                let ask = |command: &str, key| {
                    Command::new([command.to_owned(), key].into_iter().chain(names()))
                };
                Some(LaneStep::Read(vec![
                    ask("HMGET", keys.files()),
                    ask("SMISMEMBER", keys.unlinked()),
                ]))
            }
            State::Noting(sources) => {
                let names = sources.iter().map(|source| source.key.clone());
                Some(LaneStep::Write(Write::Linking(names.collect())))
            }
            State::Unwanted | State::Wanted | State::Copying(_) => None,
        }
    }

    /// Takes what was read: those of which there is no copy are to be copied.
    pub fn looked(&mut self, values: &[Value]) {
        let former = std::mem::replace(&mut self.state, State::Copying(VecDeque::new()));
        let sources = match former {
            State::Looking(sources) => sources,
            State::Telling(mut sources) => {
                drop(sources.drain(..TOLD_AT_ONCE.min(sources.len())));
                if !sources.is_empty() {
                    self.state = State::Telling(sources);
                }
                return;
            }
            _ => return,
        };
        let items = |place: usize| {
            values
                .get(place)
                .map(Value::items)
                .unwrap_or_default()
                .iter()
        };
        let (mut records, mut noted) = (items(0), items(1));
        let mut missing = VecDeque::new();
        for source in sources {
            let text = records.next().and_then(Value::text);
            let is_noted = noted.next().and_then(Value::integer) == Some(1);
            // Behind the pages that show it.
            let record = text.as_deref().filter(|_| !self.are_unknown);
            let record = record.and_then(|text| text.split_once('|'));
            if let Some(record) = record.and_then(|(_, record)| record.parse().ok()) {
                self.lost.remove(&source.key);
                self.known.insert(source.key, record);
            } else if self.lost.contains_key(&source.key) {
                // An earlier run has tried.
            } else if !(is_noted && self.copied.contains_key(&source.key)) {
                // What an earlier run copied may be deleted since.
                self.copied.remove(&source.key);
                missing.push_back(source);
            }
        }
        self.state = if self.place == FilePlace::Elsewhere {
            self.has_left = !missing.is_empty();
            State::Copying(VecDeque::new())
        } else if missing.is_empty() {
            State::Copying(missing)
        } else {
            State::Noting(missing)
        };
    }

    /// Notes that what is to be copied is written.
    pub fn noted(&mut self) {
        self.state = match std::mem::take(&mut self.state) {
            State::Noting(sources) => State::Copying(sources),
            other => other,
        };
    }

    /// What is to be copied next.
    pub fn next(&self) -> Option<Question> {
        let State::Copying(sources) = &self.state else {
            return None;
        };
        let source = sources.front()?;
        Some(Question::File(FileRequest::Copy {
            key: source.key.clone(),
            url: source.url.clone(),
            timeout_ms: 0,
        }))
    }

    /// Takes what is known of the copy.
    ///
    /// # Errors
    /// What is wrong with it; it is copied again.
    pub fn take(&mut self, record: &[u8]) -> Result<(), Unreadable> {
        let text = std::str::from_utf8(record).unwrap_or_default();
        let record = text
            .parse()
            .map_err(|error| Unreadable(format!("its copy: {error}")))?;
        if let Some(source) = self.drop_first() {
            self.copied.insert(source.key, record);
        }
        Ok(())
    }

    /// Goes on without the one that cannot be copied.
    pub fn lose(&mut self, failure: &Failure) {
        if let Some(source) = self.drop_first() {
            // What a document says is read by everyone: what a shell says may name its surroundings.
            let problem = match failure {
                Failure::Rejected { .. } => failure.to_string(),
                _ => "it cannot be read, or not be stored".to_owned(),
            };
            self.lost.insert(source.key, problem);
        }
    }

    /// How many are copied, or cannot be.
    pub fn done(&self) -> usize {
        self.copied.len() + self.lost.len()
    }

    /// What is known of the file's bytes.
    pub fn record(&self, key: &str) -> Option<&FileRecord> {
        self.copied.get(key).or_else(|| self.known.get(key))
    }

    /// Why files of the page cannot be copied.
    pub fn lost(&self) -> impl Iterator<Item = (&String, &String)> {
        self.lost.iter()
    }

    /// What the commit notes of those of `keys` that there are copies of, each in a line: its key and its record.
    /// Nothing where there is no place for copies.
    pub fn lines<'a>(&self, keys: impl Iterator<Item = &'a String>) -> Option<String> {
        if self.place == FilePlace::None {
            return None;
        }
        let lines = keys.filter_map(|key| Some(format!("{key} {}", self.record(key)?)));
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    fn drop_first(&mut self) -> Option<FileSource> {
        match &mut self.state {
            State::Copying(sources) => sources.pop_front(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Files, State};
    use crate::config::{FilePlace, Settings};
    use crate::document::FileSource;
    use crate::engine::version::Builder;
    use crate::redis::Value;

    #[test]
    fn what_was_copied_before_a_deletion_is_copied_again_though_it_was_noted_since() {
        let key = "d824686b5d69ad8c53b3-a.svg".to_owned();
        let mut builder = Builder::new(&Settings::default());
        builder.files = FilePlace::Here;
        let text = format!(r#"{{"copied":{{"{key}":"3 - - image/svg+xml"}},"times_anew":0}}"#);
        for (unlinks, is_copied) in [(0, true), (1, false)] {
            builder.unlinks = unlinks;
            let mut files: Files = serde_json::from_str(&text).expect("what an earlier run saved");
            files.want(&builder);
            files.found(vec![FileSource {
                key: key.clone(),
                url: String::new(),
                ends_at: None,
            }]);
            let no_page_shows_it = Value::Array(vec![Value::Nil]);
            let it_is_noted = Value::Array(vec![Value::Integer(1)]);
            files.looked(&[no_page_shows_it, it_is_noted]);
            let is_left = matches!(&files.state, State::Copying(sources) if sources.is_empty());
            assert_eq!(is_left, is_copied, "{unlinks}");
        }
    }
}
