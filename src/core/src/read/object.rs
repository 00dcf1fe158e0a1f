//! `GET /v1/databases/{id}`, `/v1/data-sources/{id}`, `/v1/users/{id}`, `/v1/blocks/{id}`: Notion's own JSON as it is stored,
//! in one command.

use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::Call;

use super::Problem;
use super::parameters::Parameters;

/// An object that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    kind: Kind,
    id: Id,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A database, which holds data sources.
    Database,
    /// A data source with its schema.
    DataSource,
    /// A user, without picture and e-mail address.
    User,
    /// A block without those inside it.
    Block,
}

impl Object {
    /// Reads the id; there are no parameters.
    ///
    /// # Errors
    /// 400 for what is no id, and for any parameter.
    pub fn parse(kind: Kind, id: &str, query: &[(String, String)]) -> Result<Self, Problem> {
        Parameters::read(query, &[])?;
        let id = id.parse();
        let id = id.map_err(|error| Problem::bad_request(format!("{error}")))?;
        Ok(Self { kind, id })
    }

    /// Reads the object.
    pub fn call(self, keys: &Keys) -> Call<()> {
        let key = match self.kind {
            Kind::Database => keys.database(self.id),
            Kind::DataSource => keys.data_source(self.id),
            Kind::User => keys.user(self.id),
            Kind::Block => keys.block(self.id),
        };
        Call::commands("object", vec![Command::new(["GET", key.as_str()])])
    }

    /// The object.
    ///
    /// # Errors
    /// 404 where it is not stored, with when it would be.
    pub fn body(self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        match replies {
            [Value::Text(json)] => Ok(json.clone().into_bytes()),
            [Value::Nil] => Err(self.missing()),
            _ => Err(Problem::away()),
        }
    }

    fn missing(self) -> Problem {
        let id = self.id;
        Problem::not_found(&match self.kind {
            Kind::Database => format!(
                "no database {id} has been exported; its data sources have ids of their own, for /v1/data-sources/{{id}}"
            ),
            Kind::DataSource => format!(
                "no data source {id} has been exported; its database has an id of its own, for /v1/databases/{{id}}"
            ),
            Kind::User => format!(
                "no user {id} has been exported; users are where OBJECT_TYPES has the word user"
            ),
            Kind::Block => format!(
                "no block {id} has been exported by itself; blocks are where OBJECT_TYPES has the word block or BLOCK_KEYS is true, \
                and a page's document always has those of the page"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Object};
    use crate::keys::Keys;
    use crate::redis::Value;
    use crate::store::Operation;

    const ID: &str = "2712e341754a41aea9ce4c0bb4b18c52";

    #[test]
    fn an_object_is_read_by_its_key_and_given_as_it_is_stored() {
        let keys = Keys::new("notion", ":", None);
        for (kind, name) in [
            (Kind::Database, "database"),
            (Kind::DataSource, "data_source"),
            (Kind::User, "user"),
            (Kind::Block, "block"),
        ] {
            let object = Object::parse(kind, ID, &[]).expect("an id");
            let commands = object.call(&keys).poll().commands;
            let words: Vec<_> = commands.iter().flat_map(|it| it.words()).collect();
            let key = format!("notion:{name}:2712e341-754a-41ae-a9ce-4c0bb4b18c52");
            assert_eq!(words, ["GET", &key]);
            let stored = "{ \"id\": 1.0 }";
            let body = object.body(&[Value::Text(stored.to_owned())]);
            assert_eq!(body.as_deref(), Ok(stored.as_bytes()));
            let missing = object.body(&[Value::Nil]).map_err(|it| it.answer().status);
            assert_eq!(missing, Err(404));
            let odd = object.body(&[]).map_err(|it| it.answer().status);
            assert_eq!(odd, Err(503));
        }
    }

    #[test]
    fn what_is_no_id_and_any_parameter_are_refused() {
        let parse = |id: &str, query: &[(&str, &str)]| {
            let query: Vec<_> = query
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let parsed = Object::parse(Kind::User, id, &query);
            parsed.map_err(|it| it.answer().status).err()
        };
        assert_eq!(parse("2712e341-754a-41ae-a9ce-4c0bb4b18c52", &[]), None);
        assert_eq!(parse("me", &[]), Some(400));
        assert_eq!(parse(ID, &[("fields", "name")]), Some(400));
    }
}
