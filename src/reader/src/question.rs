//! A request for which only Redis is asked. `entry.js` awaits what Redis says: a future of Rust's in between would cost as much
//! as all that is decided here.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge::environment;
use notion_edge::fetch::{self, Received};
use notion_edge::redis::{self, Format};
use notion_edge_core::config::Config;
use notion_edge_core::failure::Failure;
use notion_edge_core::read::{
    Answer, Asked, AtLeast, Audience, Cache, PageAsk, PageReading, Problem, Reader, Request, Route,
    Served, Step,
};
use notion_edge_core::redis::Command;
use notion_edge_core::store::Operation;
use notion_edge_core::time::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::console_error;
use worker::js_sys::{Function, Uint8Array};

use crate::{http, routes};

thread_local! {
    /// Finished values only: a future that two requests wait for ends both of them.
    static READER: RefCell<Option<Reader<Uint8Array>>> = const { RefCell::new(None) };
}

/// Forgets all that is remembered.
pub fn forget() {
    READER.set(None);
}

/// A request that may be answered.
pub struct Asking {
    /// What of it counts, as it came.
    pub asked: String,
    /// The same, read.
    pub request: Request,
    pub config: Rc<Config>,
    /// Who asks.
    pub audience: Audience,
}

/// Where such a request is.
#[wasm_bindgen]
pub struct Question {
    asking: Asking,
    work: Work,
    deadline: Timestamp,
    /// What Redis was asked last.
    sent: Vec<Command>,
    /// How long that may take.
    timeout: Duration,
}

enum Work {
    Page(PageWork),
    Route(RouteWork),
}

/// What comes next.
enum Next {
    Ask(Vec<Command>, Format),
    Answer(Result<Given, Problem>),
}

/// What a reader gets: an answer, its body where that has never been in here, and when it was read, where it may be given again.
struct Given {
    answer: Answer,
    text: Option<Uint8Array>,
    read_at: Option<Timestamp>,
}

impl Question {
    /// Begins to answer by that route; `run` begins a run of the export, where one may follow.
    pub fn new(asking: Asking, route: Route, version: Option<i64>, run: Option<Function>) -> Self {
        let cache = asking.config.access.cache(asking.audience);
        let work = match route {
            Route::Page(ask) => Work::Page(PageWork {
                reading: PageReading::new(ask.clone(), asking.audience, &asking.request),
                ask,
                cache,
                is_resolving: false,
            }),
            route => Work::Route(RouteWork {
                address: format!("{:?} {}", asking.audience, asking.request.address()),
                route,
                version,
                cache,
                call: None,
                asked_at: Timestamp::default(),
                long: None,
                run,
            }),
        };
        let deadline = environment::now().plus(asking.config.read.timeout);
        Self {
            asking,
            work,
            deadline,
            sent: Vec::new(),
            timeout: Duration::ZERO,
        }
    }

    fn advance(&mut self) -> JsValue {
        let next = match &mut self.work {
            Work::Page(work) => work.next(&self.asking.config),
            Work::Route(work) => work.next(&self.asking),
        };
        match next {
            Next::Answer(given) => self.respond(given),
            Next::Ask(commands, format) => {
                self.timeout = self.deadline.since(environment::now());
                self.sent = commands;
                match redis::send(&self.asking.config, &self.sent, format, self.timeout) {
                    Ok(answering) => answering.into(),
                    Err(_) => self.respond(Err(Problem::away())),
                }
            }
        }
    }

    fn respond(&self, given: Result<Given, Problem>) -> JsValue {
        let Asking {
            request, config, ..
        } = &self.asking;
        let origins = &config.read.origins;
        match given {
            Ok(Given {
                answer,
                text,
                read_at,
            }) => {
                let answer = answer.shared_with(origins, request);
                if let Some(read_at) = read_at {
                    routes::keep(&self.asking, &answer, text.clone(), read_at);
                }
                http::respond(&answer, text).into()
            }
            Err(problem) => {
                http::respond(&problem.answer().shared_with(origins, request), None).into()
            }
        }
    }
}

#[wasm_bindgen]
impl Question {
    /// The response, or a promise of what [`Question::take`] is to be given.
    pub fn begin(&mut self) -> JsValue {
        self.advance()
    }

    /// Takes what that promise resolved to; gives the same as `begin`.
    pub fn take(&mut self, answered: JsValue) -> JsValue {
        let received = fetch::received(answered, self.timeout);
        let given = match &mut self.work {
            Work::Page(work) => work.take(&self.asking.config, &self.sent, received),
            Work::Route(work) => work.take(&self.asking, &self.sent, received),
        };
        match given {
            Some(given) => self.respond(given),
            None => self.advance(),
        }
    }
}

/// A page, from memory or with one look at Redis, two for a path.
struct PageWork {
    ask: PageAsk,
    reading: PageReading,
    cache: Cache,
    /// Whether the path is looked up; else the page itself is.
    is_resolving: bool,
}

impl PageWork {
    fn next(&mut self, config: &Config) -> Next {
        let (cache, now) = (self.cache, environment::now());
        let step = with_reader(config, |it| self.reading.poll(&config.keys, cache, now, it));
        match step {
            Step::Done(served) => Next::Answer(self.given(served)),
            Step::Resolve(commands) => {
                self.is_resolving = true;
                Next::Ask(commands, Format::Json)
            }
            Step::Look(command) => {
                self.is_resolving = false;
                Next::Ask(vec![command], Format::Resp2)
            }
        }
    }

    fn take(
        &mut self,
        config: &Config,
        sent: &[Command],
        received: Result<Received, String>,
    ) -> Option<Result<Given, Problem>> {
        let (cache, now) = (self.cache, environment::now());
        let reading = &mut self.reading;
        let served = match self.is_resolving {
            true => {
                let replies = redis::answers(sent, received);
                let replies = replies.and_then(|replies| replies.into_iter().collect());
                log(replies.as_ref().err());
                with_reader(config, |it| reading.resolved(cache, now, replies, it))
            }
            false => {
                let looked = redis::looked(received);
                log(looked.as_ref().err());
                with_reader(config, |it| reading.looked(cache, now, looked, it))
            }
        };
        Some(self.given(served?))
    }

    fn given(&self, served: Result<Served<Uint8Array>, Problem>) -> Result<Given, Problem> {
        let Served {
            answer,
            text,
            read_at,
        } = served?;
        let whole = text.as_ref().filter(|_| self.ask.is_cut());
        Ok(match whole.and_then(|text| self.ask.cut(&text.to_vec())) {
            None => Given {
                answer,
                text,
                read_at,
            },
            Some(body) => Given {
                answer: Answer {
                    body: body?,
                    ..answer
                },
                text: None,
                read_at,
            },
        })
    }
}

/// Any other route.
struct RouteWork {
    route: Route,
    version: Option<i64>,
    cache: Cache,
    /// What its answer is remembered by.
    address: String,
    /// What Redis is asked.
    call: Option<AtLeast<Asked>>,
    /// When that was.
    asked_at: Timestamp,
    /// When a long list was asked for that is on its way.
    long: Option<Timestamp>,
    run: Option<Function>,
}

impl RouteWork {
    fn next(&mut self, asking: &Asking) -> Next {
        let Asking {
            config, audience, ..
        } = asking;
        let now = environment::now();
        if self.call.is_none() && self.route.is_remembered() {
            match with_reader(config, |it| it.answer(&self.address, self.cache, now)) {
                Ok(None) => {}
                Ok(Some((answer, read_at))) => {
                    return Next::Answer(Ok(Given {
                        answer: answer.tagged(&asking.request),
                        text: None,
                        read_at,
                    }));
                }
                Err(problem) => return Next::Answer(Err(problem)),
            }
        }
        let begin = || {
            let call = self.route.call(&config.keys, *audience, now)?;
            Some(AtLeast::new(call, self.version, &config.keys, *audience))
        };
        let Some(call) = self.call.take().or_else(begin) else {
            return Next::Answer(Err(Problem::away()));
        };
        let commands = call.poll().commands;
        (self.call, self.asked_at) = (Some(call), now);
        Next::Ask(commands, Format::Json)
    }

    fn take(
        &mut self,
        asking: &Asking,
        sent: &[Command],
        received: Result<Received, String>,
    ) -> Option<Result<Given, Problem>> {
        let Some(call) = &mut self.call else {
            return Some(Err(Problem::away()));
        };
        let replies = redis::answers(sent, received);
        let replies = replies.and_then(|replies| replies.into_iter().collect());
        let (failure, now) = (replies.as_ref().err(), environment::now());
        with_reader(&asking.config, |it| it.heard(now, failure));
        if let Some(began) = self.long.take() {
            with_reader(&asking.config, |it| it.leave(began));
        }
        let answer = match call.apply(replies) {
            Ok(None) => {
                if call.is_long() {
                    match with_reader(&asking.config, |it| it.enter(now)) {
                        Ok(()) => self.long = Some(now),
                        Err(problem) => return Some(self.given(asking, Err(problem))),
                    }
                }
                return None;
            }
            Ok(Some(Ok(found))) => self.route.answer(asking.audience, Ok(found)),
            Ok(Some(Err(problem))) => Err(problem),
            Err(failure) => {
                console_error!("a reader got no answer from redis: {failure}");
                self.route.answer(asking.audience, Err(failure))
            }
        };
        Some(self.given(asking, answer))
    }

    fn given(&self, asking: &Asking, answer: Result<Answer, Problem>) -> Result<Given, Problem> {
        let answer = if self.route.is_remembered() {
            let (address, asked_at) = (&self.address, self.asked_at);
            let keep = |it: &mut Reader<_>| it.answered(address, self.cache, asked_at, answer);
            with_reader(&asking.config, keep)?.tagged(&asking.request)
        } else {
            answer?
        };
        if let Some(run) = &self.run
            && self.route.is_followed_by_a_run(&answer)
        {
            // It is handed to the platform, and throws nothing.
            let _ = run.call0(&JsValue::UNDEFINED);
        }
        Ok(Given {
            answer,
            text: None,
            read_at: None,
        })
    }
}

fn log(failure: Option<&Failure>) {
    if let Some(failure) = failure.filter(|it| !it.is_no_script()) {
        console_error!("a reader got no answer from redis: {failure}");
    }
}

fn with_reader<R>(config: &Config, act: impl FnOnce(&mut Reader<Uint8Array>) -> R) -> R {
    READER.with_borrow_mut(|reader| {
        act(reader.get_or_insert_with(|| Reader::new(config.read.memory)))
    })
}
