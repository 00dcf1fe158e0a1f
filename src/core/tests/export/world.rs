//! Notion and Redis as the engine meets them: a sim, a store, and a clock that only moves when told to.

use std::collections::BTreeMap;
use std::time::Duration;

use notion_edge_core::api::{Method, NOTION_VERSION, Operation, Request};
use notion_edge_core::config::Settings;
use notion_edge_core::engine::{Effect, Record, Reply, State};
use notion_edge_core::failure::Failure;
use notion_edge_core::keys::Keys;
use notion_edge_core::read::Audience;
use notion_edge_core::redis::{Command, Value};
use notion_edge_core::time::Timestamp;
use notion_sim::{Change, Options, Sim, Workspace, oracle};
use redis::Connection;
use serde_json::json;

use crate::server::Server;

/// 2026-11-20T12:00:00Z, later than anything in the sim's workspaces.
pub const NOON: i64 = 1_795_176_000_000;

/// The sim's connection.
const BOT: &str = "38c9ce7b-60a4-8100-a0be-0027a3a4b0c5";

/// Answers in place of the sim, where a test needs answers that no workspace would give.
pub type Script = Box<dyn FnMut(&Request) -> Result<Vec<u8>, Failure>>;

/// What becomes of the answer to a command, by its number, counted from none.
pub type Garble = Box<dyn FnMut(usize, &Command, Answered) -> Answered>;

/// The answer to one command.
pub type Answered = Result<Value, Failure>;

pub struct World {
    pub sim: Sim,
    pub script: Option<Script>,
    /// Whose token it is, where a script answers, or where it is another than the sim's; it is asked without being noted.
    /// Without it the script answers that too.
    pub bot: Option<&'static str>,
    /// Whether it notes what was asked, and the joint requests: of a million pages that would be gigabytes.
    pub keeps_notes: bool,
    /// When and what Notion was asked.
    pub asked: Vec<(Timestamp, String)>,
    pub connection: Connection,
    pub now: Timestamp,
    pub settings: Settings,
    /// How far ahead the clock is of the runs that begin.
    pub ahead: Duration,
    /// Whether everything takes no time at all: then what is done when does not depend on what else there is to do.
    pub is_instant: bool,
    /// How long Notion takes, beyond the usual.
    pub slowness: Duration,
    /// The token that requests to Notion carry.
    pub token: &'static str,
    /// Runs so far; names the next one.
    pub runs: u64,
    /// How many script calls changed the store.
    pub commits: u64,
    /// The most effects that were under way at once.
    pub busiest: usize,
    /// The same of each kind of request to Notion.
    pub busiest_with: BTreeMap<Operation, usize>,
    /// How many writes were answered as done before.
    pub repeated: usize,
    /// The requests to Redis of several commands: which effect of its run each was, and what the commands are called.
    pub joint_requests: Vec<(usize, Vec<String>)>,
    /// The longest request to Redis, in bytes of its words.
    pub longest_request: usize,
    /// The copies of files, by key: what they were sent as, and their bytes.
    pub copies: BTreeMap<String, (String, Vec<u8>)>,
    /// What was done with files, key by key.
    pub filed: Vec<String>,
    /// The status with which Notion's storage answers in place of giving a file.
    pub storage_status: Option<u16>,
    /// How much longer it takes than Notion.
    pub storage_takes: Duration,
    /// How much longer deleting copies takes.
    pub deleting_takes: Duration,
    /// How often deleting copies fails.
    pub failing_deletions: u32,
    /// Changes what Redis answered on its way, where a test needs that.
    pub garble: Option<Garble>,
    /// How many commands Redis was given.
    pub commands: usize,
    /// Whether Redis is as strict about the keys of scripts as Upstash.
    pub is_strict: bool,
    /// What those may read who ask the Worker.
    pub audience: Audience,
    /// Whether the Worker knows the token of Notion's webhook.
    pub has_webhook: bool,
    _server: Server,
}

impl World {
    pub fn new(workspace: Workspace, options: Options) -> Self {
        let server = Server::start();
        Self {
            sim: Sim::new(workspace, options),
            script: None,
            bot: Some(BOT),
            keeps_notes: true,
            asked: Vec::new(),
            connection: server.connect(),
            now: Timestamp::from_millis(NOON),
            settings: Settings {
                rate_limit: 100_000,
                ..Settings::default()
            },
            ahead: Duration::ZERO,
            is_instant: false,
            slowness: Duration::ZERO,
            token: "ntn_test",
            runs: 0,
            commits: 0,
            busiest: 0,
            repeated: 0,
            joint_requests: Vec::new(),
            busiest_with: BTreeMap::new(),
            longest_request: 0,
            copies: BTreeMap::new(),
            filed: Vec::new(),
            storage_status: None,
            storage_takes: Duration::ZERO,
            deleting_takes: Duration::ZERO,
            failing_deletions: 0,
            garble: None,
            commands: 0,
            is_strict: false,
            audience: Audience::All,
            has_webhook: true,
            _server: server,
        }
    }

    /// Begins again with an empty store and a fresh workspace.
    pub fn reset(&mut self, workspace: Workspace, options: Options) {
        redis::cmd("FLUSHALL").exec(&mut self.connection).unwrap();
        self.sim = Sim::new(workspace, options);
        self.now = Timestamp::from_millis(NOON);
        self.runs = 0;
        self.commits = 0;
        self.copies.clear();
        self.filed.clear();
    }

    pub fn keys() -> Keys {
        Keys::new("notion", ":", None)
    }

    /// With a script in place of the sim.
    pub fn scripted(script: impl FnMut(&Request) -> Result<Vec<u8>, Failure> + 'static) -> Self {
        let mut world = Self::new(Workspace::generated(1, 1), Options::default());
        world.script = Some(Box::new(script));
        world
    }

    /// What the engine remembers.
    pub fn state(&mut self) -> State {
        let json: Option<String> = redis::cmd("HGET")
            .arg(&["notion:export:lease", "state"])
            .query(&mut self.connection)
            .unwrap();
        State::parse(&json.unwrap_or_default()).unwrap()
    }

    /// What the exporter knows of each object.
    pub fn records(&mut self) -> BTreeMap<String, Record> {
        let records: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:export:objects")
            .query(&mut self.connection)
            .unwrap();
        let parsed = records
            .into_iter()
            .map(|(member, text)| (member, Record::parse(&text).unwrap()));
        parsed.collect()
    }

    /// The last failure of each object.
    pub fn errors(&mut self) -> BTreeMap<String, String> {
        redis::cmd("HGETALL")
            .arg("notion:export:errors")
            .query(&mut self.connection)
            .unwrap()
    }

    /// Lets this many seconds pass.
    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }

    /// Adds a paragraph to every page, now.
    pub fn edit_every_page(&mut self, text: &str) {
        let pages: Vec<String> = oracle::pages(self.sim.workspace())
            .map(|page| page.id)
            .collect();
        for page in pages {
            let change = Change::AppendParagraph {
                parent: page.parse().unwrap(),
                text: text.to_owned(),
            };
            let now = self.now.millis();
            self.sim.workspace_mut().apply(change, now).unwrap();
        }
    }

    /// Performs an effect for real.
    pub fn perform(&mut self, effect: &Effect) -> Reply {
        match effect {
            Effect::Notion(request) => Reply::Notion(self.ask(request)),
            Effect::File(request) => Reply::File(self.file(request)),
            Effect::Redis(commands) => {
                let words = commands.iter().flat_map(Command::words);
                let bytes = words.map(|word| word.len() + 3).sum();
                self.longest_request = self.longest_request.max(bytes);
                let answers: Vec<_> = commands.iter().map(|command| self.run(command)).collect();
                Reply::Redis(Ok(answers))
            }
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Vec<u8>, Failure> {
        let is_the_sims = self.script.is_none() && self.bot == Some(BOT);
        if let (false, Some(bot), "/v1/users/me") = (is_the_sims, self.bot, request.path.as_str()) {
            let me = json!({ "object": "user", "id": bot, "type": "bot", "bot": {} });
            return Ok(me.to_string().into_bytes());
        }
        if self.keeps_notes {
            self.asked.push((self.now, request.path.clone()));
        }
        if let Some(script) = &mut self.script {
            return script(request);
        }
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        };
        let body = request
            .body
            .as_ref()
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        let sent = http::Request::builder()
            .method(method)
            .uri(&request.path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("notion-version", NOTION_VERSION)
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        let answer = self.sim.handle(&sent, self.now.millis());
        let retry_after = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok());
        match answer.status().as_u16() {
            200 => Ok(answer.body().clone()),
            status => Err(Failure::of_notion(status, retry_after, answer.body())),
        }
    }

    /// Performs one command.
    pub fn run(&mut self, command: &Command) -> Result<Value, Failure> {
        let mut answer = self.performed(command);
        if let Some(garble) = &mut self.garble {
            answer = garble(self.commands, command, answer);
        }
        self.commands += 1;
        let word = answer
            .as_ref()
            .ok()
            .and_then(|it| it.items().first()?.text());
        self.repeated += usize::from(word.as_deref() == Some("repeated"));
        answer
    }

    fn performed(&mut self, command: &Command) -> Result<Value, Failure> {
        let words = match self.is_strict {
            true => crate::strict::words(command).ok_or(Failure::NoScript)?,
            false => command.words().to_vec(),
        };
        let [name, args @ ..] = words.as_slice() else {
            panic!("an empty command")
        };
        self.commits += u64::from(name.starts_with("EVAL"));
        let reply = redis::cmd(name)
            .arg(args)
            .query::<redis::Value>(&mut self.connection);
        reply.map(value).map_err(|error| {
            let code = error.code().unwrap_or("ERR");
            Failure::of_redis(400, Some(&format!("{code} {error}")))
        })
    }
}

fn value(value: redis::Value) -> Value {
    match value {
        redis::Value::Nil => Value::Nil,
        redis::Value::Int(number) => Value::Integer(number),
        redis::Value::Okay => Value::Text("OK".to_owned()),
        redis::Value::SimpleString(text) => Value::Text(text),
        redis::Value::BulkString(bytes) => Value::Text(String::from_utf8(bytes).unwrap()),
        redis::Value::Array(items) => Value::Array(items.into_iter().map(self::value).collect()),
        other => panic!("RESP2 has no {other:?}"),
    }
}
