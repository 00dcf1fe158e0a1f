//! What a commit must know of the store first: what other objects are called, and what the last commit of this one left.
//!
//! It costs two commands in one request, and one more where blocks have keys of their own.

use std::collections::BTreeMap;

use crate::document::{Face, References};
use crate::engine::write::{Departure, Removal};
use crate::id::Id;
use crate::keys::Keys;
use crate::member::Member;
use crate::redis::{Command, Value};
use crate::scope::Scope;

use super::{BlockKeys, Context};

/// What is read, and what was.
#[derive(Debug)]
pub struct Reading {
    member: Member,
    parent: Option<Member>,
    /// What the object lies under: its parent, and the data source that it is a row of.
    above: Vec<Member>,
    /// Itself, that, and what it shows.
    subjects: Vec<Member>,
    is_in_trash: bool,
    is_under_trash: bool,
    /// The scope that what it lies under was found to lie outside of.
    left_out_of: Option<String>,
    former_mentions: Vec<Id>,
    former_lists: Vec<String>,
    former_blocks: Vec<Id>,
    /// The hash of the document that those are of; empty where they are of none, or not all of them.
    blocks_of: String,
}

impl Reading {
    /// For an object under `parent`, a row of `source`, which shows `targets`; nothing lies under itself.
    pub fn new(
        member: Member,
        parent: Option<Member>,
        source: Option<Id>,
        targets: Vec<Member>,
    ) -> Self {
        let parent = parent.filter(|parent| parent.id() != member.id());
        let above: Vec<Member> = parent
            .into_iter()
            .chain(source.map(Member::DataSource))
            .collect();
        // HMGET needs a field, and an object may show no other.
        let subjects = [member].into_iter().chain(above.iter().copied());
        Self {
            member,
            parent,
            subjects: subjects.chain(targets).collect(),
            above,
            is_in_trash: false,
            is_under_trash: false,
            left_out_of: None,
            former_mentions: Vec::new(),
            former_lists: Vec::new(),
            former_blocks: Vec::new(),
            blocks_of: String::new(),
        }
    }

    /// Has it read with other targets.
    pub fn show(&mut self, targets: Vec<Member>) {
        let subjects = [self.member].into_iter().chain(self.above.iter().copied());
        self.subjects = subjects.chain(targets).collect();
    }

    /// The commands that read it.
    pub fn commands(&self, context: &Context<'_>) -> Vec<Command> {
        let keys = context.keys;
        let summaries = ["HMGET".to_owned(), keys.summaries()];
        let meta = [
            "HMGET".to_owned(),
            keys.meta(self.member.id()),
            "path".to_owned(),
            "mentions".to_owned(),
            "parents".to_owned(),
            "blocks".to_owned(),
        ];
        let subjects = self.subjects.iter().map(Member::to_string);
        let mut commands = vec![
            Command::new(summaries.into_iter().chain(subjects)),
            Command::new(meta),
        ];
        if let (Member::Page(page), true) = (self.member, context.block_keys != BlockKeys::None) {
            commands.push(Command::new(["SMEMBERS".to_owned(), keys.blocks(page)]));
        }
        commands
    }

    /// Takes what was read.
    pub fn references(&mut self, values: &[Value]) -> References {
        let [summaries, meta, blocks @ ..] = values else {
            return References::default();
        };
        let faces = self.subjects.iter().zip(summaries.items());
        let mut faces: BTreeMap<Member, Face> = faces
            .filter_map(|(subject, json)| Some((*subject, Face::parse(&json.text()?)?)))
            .collect();
        self.is_in_trash = faces.get(&self.member).is_some_and(|face| face.in_trash);
        // A row lies in its data source, whatever becomes of the database: the data source goes with that, and takes the row along.
        let nearest = self.above.last().and_then(|member| faces.get(member));
        self.is_under_trash = nearest.is_some_and(|face| face.in_trash);
        self.left_out_of = nearest.and_then(|face| face.out_of_scope.clone());
        faces.retain(|_, face| face.is_shown());
        let field = |place: usize| {
            meta.items()
                .get(place)
                .and_then(Value::text)
                .unwrap_or_default()
        };
        self.former_mentions = field(1)
            .split(',')
            .filter_map(|id| id.parse().ok())
            .collect();
        self.former_lists = field(2).lines().map(str::to_owned).collect();
        self.blocks_of = field(3);
        let blocks = blocks.iter().flat_map(Value::items);
        self.former_blocks = blocks.filter_map(|id| id.text()?.parse().ok()).collect();
        References {
            faces,
            parent: self.parent,
            held_path: Some(field(0)).filter(|path| !path.is_empty()),
        }
    }

    /// The object itself, then what it lies under and what it shows.
    pub fn subjects(&self) -> &[Member] {
        &self.subjects
    }

    /// What the object lies under: its parent, and the data source that it is a row of.
    pub fn above(&self) -> &[Member] {
        &self.above
    }

    /// Whether the object itself was in the trash when it left the store: what lies under it goes for that until it has come back.
    pub fn is_in_trash(&self) -> bool {
        self.is_in_trash
    }

    /// Why the object is not to be written, by what it lies under: that was found to be out of that scope since the object
    /// was judged, or is in the trash, and the object so too, whatever Notion says of it.
    pub fn departure(&self, scope: Option<&Scope>) -> Option<Departure> {
        let is_named = |scope: &Scope| scope.names(self.member.id()) == Some(true);
        let is_left_out = scope.is_some_and(|scope| {
            self.left_out_of.as_deref() == Some(scope.fingerprint().as_str()) && !is_named(scope)
        });
        match is_left_out {
            true => Some(Departure::OutOfScope),
            false => self.is_under_trash.then_some(Departure::Trashed),
        }
    }

    /// Takes what was read, to take the object out of where it is.
    pub fn removal(&mut self, values: &[Value], departure: Departure) -> Removal {
        let path = self.references(values).held_path;
        let nearest = self.above.last().copied();
        Removal {
            member: self.member,
            departure,
            under: nearest.filter(|_| self.is_under_trash && departure == Departure::Trashed),
            path,
            listed_by: self.former_lists.clone(),
            mentions: self.former_mentions.clone(),
            blocks: self.former_blocks.clone(),
        }
    }

    /// The blocks that are stored one by one for the page.
    pub fn former_blocks(&self) -> &[Id] {
        &self.former_blocks
    }

    /// Whether those are the blocks of the document with that hash.
    pub fn has_blocks_of(&self, hash: &str) -> bool {
        self.blocks_of == hash
    }

    /// The objects that the stored version mentions.
    pub fn former_mentions(&self) -> &[Id] {
        &self.former_mentions
    }

    /// The sorted sets that list the stored version.
    pub fn former_lists(&self) -> &[String] {
        &self.former_lists
    }

    /// The sorted sets that list an object with this parent and data source,
    /// those for who may read only what is public among them where it is.
    pub fn lists(&self, keys: &Keys, data_source: Option<Id>, is_public: bool) -> Vec<String> {
        let parent = self.parent.map(Member::id);
        let children = parent.map(|id| keys.children(id));
        let rows = data_source.map(|id| keys.rows(id));
        let public_children = parent.map(|id| keys.public_children(id));
        let public_rows = data_source.map(|id| keys.public_rows(id));
        let public = public_children.into_iter().chain(public_rows);
        let own = children.into_iter().chain(rows);
        own.chain(public.filter(|_| is_public)).collect()
    }
}
