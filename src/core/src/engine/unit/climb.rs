//! Whether an object is in scope: the way up from it, to the nearest object that is named or that the store can tell of.
//!
//! What is stored is in scope. What was found to lie outside has left word of that in its summary, with the scope
//! that this was found in. Where the store knows nothing, Notion is asked what lies above; nothing where it does not say.

use std::rc::Rc;

use serde::Deserialize;

use crate::api::Request;
use crate::document::Face;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::member::Member;
use crate::notion::{self, Content, Parent, ParentType};
use crate::redis::{Command, Value};
use crate::scope::Scope;

use super::Unreadable;

/// More than lie above each other in any workspace: what lies in a circle is out of scope.
const MOST_STEPS: u32 = 200;

/// The way up.
#[derive(Debug)]
pub struct Climb {
    scope: Rc<Scope>,
    at: At,
    steps: u32,
}

/// Where it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// It is known.
    Decided(bool),
    /// What the store knows of this is read.
    Reading(Member),
    /// Notion is asked what this lies in.
    Asking(Above),
}

/// What an object lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Above {
    /// A page, database or data source.
    Member(Member),
    /// A block.
    Block(Id),
    /// Nothing that the connection sees.
    Nothing,
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    parent: Option<Parent>,
}

impl Above {
    /// What something with that parent lies in; a block counts as the page that holds it, where that is known.
    pub fn of(parent: Option<&Parent>, owner: Option<Id>) -> Self {
        let Some(parent) = parent else {
            return Self::Nothing;
        };
        let Some(id) = parent.id().and_then(|id| id.as_str().parse().ok()) else {
            return Self::Nothing;
        };
        match &parent.content {
            Content::Known(ParentType::PageId(_)) => Self::Member(Member::Page(id)),
            Content::Known(ParentType::DatabaseId(_)) => Self::Member(Member::Database(id)),
            Content::Known(ParentType::DataSourceId(_)) => Self::Member(Member::DataSource(id)),
            Content::Known(ParentType::BlockId(_)) => match owner {
                Some(owner) => Self::Member(Member::Page(owner)),
                None => Self::Block(id),
            },
            _ => Self::Nothing,
        }
    }

    /// The request that tells what it lies in itself.
    pub fn question(self) -> Option<Request> {
        match self {
            Self::Member(Member::Page(id)) => Some(Request::page(id)),
            Self::Member(Member::Database(id)) => Some(Request::database(id)),
            Self::Member(Member::DataSource(id)) => Some(Request::data_source(id)),
            Self::Block(id) => Some(Request::block(id)),
            Self::Nothing => None,
        }
    }
}

impl Climb {
    /// From an object that lies in `above`.
    pub fn new(scope: Rc<Scope>, member: Member, above: Above) -> Self {
        let at = match scope.names(member.id()) {
            Some(is_in) => At::Decided(is_in),
            None => At::above(&scope, above),
        };
        Self {
            scope,
            at,
            steps: 0,
        }
    }

    /// Whether the object is in scope, once that is known.
    pub fn decided(&self) -> Option<bool> {
        match self.at {
            At::Decided(is_in) => Some(is_in),
            At::Reading(_) | At::Asking(_) => None,
        }
    }

    /// The question to Notion, if one is next.
    pub fn question(&self) -> Option<Request> {
        match self.at {
            At::Asking(above) => above.question(),
            At::Decided(_) | At::Reading(_) => None,
        }
    }

    /// The look into the store, if one is next.
    pub fn command(&self, keys: &Keys) -> Option<Command> {
        match self.at {
            At::Reading(member) => Some(Command::new([
                "HGET".to_owned(),
                keys.summaries(),
                member.to_string(),
            ])),
            At::Decided(_) | At::Asking(_) => None,
        }
    }

    /// Takes what the store knows.
    pub fn read(&mut self, values: &[Value]) {
        let At::Reading(member) = self.at else { return };
        let summary = values.first().and_then(Value::text);
        let face = summary.and_then(|summary| Face::parse(&summary));
        self.at = match face.and_then(|face| face.is_in_scope(&self.scope)) {
            Some(is_in) => At::Decided(is_in),
            None => At::Asking(Above::Member(member)),
        };
    }

    /// Takes what Notion says.
    ///
    /// # Errors
    /// What is wrong with a body that is no object.
    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        let above = match answer {
            Ok(body) => {
                let shown: Shown = notion::from_slice(body)
                    .map_err(|error| Unreadable(format!("not an object of Notion's: {error}")))?;
                Above::of(shown.parent.as_ref(), None)
            }
            Err(_) => Above::Nothing,
        };
        self.steps += 1;
        self.at = match self.steps > MOST_STEPS {
            true => At::Decided(false),
            false => At::above(&self.scope, above),
        };
        Ok(())
    }
}

impl At {
    fn above(scope: &Scope, above: Above) -> Self {
        match above {
            Above::Nothing => Self::Decided(scope.names_the_rest()),
            Above::Block(_) => Self::Asking(above),
            Above::Member(member) => match scope.names(member.id()) {
                Some(is_in) => Self::Decided(is_in),
                None => Self::Reading(member),
            },
        }
    }
}
