//! A shell for calls of the store: sends a command, and a script by its text where the server does not know it.

use notion_edge_core::failure::Failure;
use notion_edge_core::redis::{Command, Value};
use notion_edge_core::store::{Call, Error};
use redis::Connection;

/// Performs one operation.
pub fn perform<T>(connection: &mut Connection, call: &Call<T>) -> Result<T, Error> {
    let mut reply = send(connection, &call.command());
    if reply.as_ref().is_err_and(Failure::is_no_script) {
        reply = send(connection, &call.command_with_source());
    }
    call.answer(reply)
}

/// Sends one command.
pub fn send(connection: &mut Connection, command: &Command) -> Result<Value, Failure> {
    let (name, args) = command.words().split_first().unwrap();
    let reply = redis::cmd(name).arg(args).query::<redis::Value>(connection);
    reply.map(value).map_err(|error| {
        let code = error.code().unwrap_or("ERR");
        let detail = error.detail().unwrap_or_default();
        Failure::of_redis(400, Some(&format!("{code} {detail} {error}")))
    })
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
