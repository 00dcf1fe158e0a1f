//! Over TCP or a socket, to one server or to the masters of a cluster.

use std::collections::BTreeMap;

use notion_edge_core::failure::Failure;
use notion_edge_core::redis::{Command, Value};
use redis::{Connection, RedisError};

use crate::shell::Shell;

/// Connections by address; a cluster says who has a key, and what has none goes there too: keys of one tag are together.
pub struct Tcp {
    current: String,
    connections: BTreeMap<String, Connection>,
}

impl Tcp {
    /// To the server at that address, as `redis://…` or `unix://…`.
    pub fn to(address: &str) -> Self {
        Self {
            current: address.to_owned(),
            connections: BTreeMap::new(),
        }
    }

    fn query(&mut self, command: &Command) -> Result<redis::Value, RedisError> {
        let connection = self
            .connections
            .entry(self.current.clone())
            .or_insert_with(|| connect(&self.current));
        let (name, args) = command.words().split_first().unwrap();
        redis::cmd(name).arg(args).query(connection)
    }
}

impl Shell for Tcp {
    fn send(&mut self, commands: &[Command]) -> Result<Vec<Value>, Failure> {
        let replies = commands.iter().map(|command| {
            let mut reply = self.query(command);
            if let Some((node, _)) = reply.as_ref().err().and_then(RedisError::redirect_node) {
                self.current = format!("redis://{node}");
                reply = self.query(command);
            }
            reply.map(value).map_err(failure)
        });
        replies.collect()
    }
}

fn connect(address: &str) -> Connection {
    redis::Client::open(address)
        .unwrap()
        .get_connection()
        .unwrap()
}

fn failure(error: RedisError) -> Failure {
    let code = error.code().unwrap_or("ERR");
    let detail = error.detail().unwrap_or_default();
    Failure::of_redis(400, Some(&format!("{code} {detail} {error}")))
}

fn value(value: redis::Value) -> Value {
    match value {
        redis::Value::Nil => Value::Nil,
        redis::Value::Int(number) => Value::Integer(number),
        redis::Value::BulkString(bytes) => Value::Text(String::from_utf8(bytes).unwrap()),
        redis::Value::SimpleString(text) => Value::Text(text),
        redis::Value::Okay => Value::Text("OK".to_owned()),
        redis::Value::Array(items) => Value::Array(items.into_iter().map(self::value).collect()),
        other => panic!("redis replied {other:?}"),
    }
}
