//! Commands as Upstash takes them, made fit for a Redis: scripts must say that they lock their keys, and touch no others.

use notion_edge_core::redis::{Command, Dialect};

/// Takes the place of `redis` in a script, and stops it at a key that is not among KEYS.
const GUARD: &str = "
local declared = {}
for _, key in ipairs(KEYS) do declared[key] = true end
local function check(command, ...)
  local given = select('#', ...)
  local touched = ({TIME = 0, RENAME = 2, DEL = given, MGET = given, MSET = given})[command] or 1
  for i = 1, touched, command == 'MSET' and 2 or 1 do
    local key = select(i, ...)
    if not declared[key] then error(command .. ' touches ' .. key .. ', which is not among KEYS') end
  end
end
local redis = setmetatable({
  call = function(...) check(...) return redis.call(...) end,
  pcall = function(...) check(...) return redis.pcall(...) end,
}, {__index = redis})
";

/// The words to send; none for a script by its digest, which no server knows that was sent only its guarded text.
pub fn words(command: &Command) -> Option<Vec<String>> {
    let mut words = command.words_for(Dialect::Upstash).into_owned();
    match words[0].as_str() {
        "EVALSHA" | "EVALSHA_RO" => None,
        name @ ("EVAL" | "EVAL_RO") => {
            let flags = if name == "EVAL" { "" } else { "no-writes," };
            let line = format!("#!lua flags={flags}allow-key-locking\n");
            let text = words[1]
                .strip_prefix(&line)
                .expect("a script says its flags");
            words[1] = format!("{GUARD}{text}");
            Some(words)
        }
        _ => Some(words),
    }
}
