//! A stream of typed events, trimmed as it grows. The exporter's own events are one.

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::Value;
use crate::time::Timestamp;

use super::{Call, Error, Json, Operation, Order, Step, check_limit, check_text, key, script};

/// About how many events a stream keeps.
pub const LENGTH: usize = 10_000;

/// One stream.
#[derive(Clone, Debug)]
pub struct Stream {
    name: String,
    key: String,
}

/// What happened, when; all but these two are optional.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// When it happened, in milliseconds.
    pub ts: Timestamp,
    /// Such as `page.created`.
    pub kind: String,
    /// The run that did it.
    pub run_id: Option<String>,
    /// The flow that the run is of.
    pub flow_name: Option<String>,
    /// The step of the flow.
    pub step_name: Option<String>,
    /// That step in that run.
    pub step_id: Option<String>,
    /// Which attempt at the step, from 1.
    pub attempt: Option<u32>,
    /// Whatever else there is to say.
    pub data: Option<Json>,
}

/// An event with its id in the stream.
#[derive(Clone, Debug)]
pub struct Stored {
    /// `{milliseconds}-{number}`, when it was appended by Redis's clock.
    pub id: String,
    /// What was appended; its `ts` is that of the id where it has none.
    pub event: Event,
}

/// Which part of a stream to read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Oldest first by default.
    pub order: Order,
    /// The earliest event: an id, or milliseconds. Inclusive.
    pub from: Option<String>,
    /// The latest event: an id, or milliseconds. Inclusive.
    pub to: Option<String>,
    /// The cursor of the part before, or the id of the event to go on behind.
    pub cursor: Option<String>,
    /// 1 to 1000; 100 by default.
    pub limit: usize,
    /// Only events of these types; all where there are none.
    pub types: Vec<String>,
}

/// A part of a stream.
#[derive(Clone, Debug)]
pub struct Part {
    /// The events in the order asked for.
    pub events: Vec<Stored>,
    /// Where to go on, even where there are no events: one call looks at 1,000 at most. None at the end.
    pub cursor: Option<String>,
    /// Whether events between the cursor that was given and these may have been cut off before they were read: the event
    /// of the cursor is gone. Never newest first.
    pub missed: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            order: Order::Oldest,
            from: None,
            to: None,
            cursor: None,
            limit: 100,
            types: Vec::new(),
        }
    }
}

impl Stream {
    /// The stream of that name.
    ///
    /// # Errors
    /// For an empty or too long name.
    pub fn new(keys: &Keys, name: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            key: key(keys, "stream", name)?,
        })
    }

    /// What the exporter tells: pages created, updated and deleted, exports started and completed.
    pub fn of_exporter(keys: &Keys) -> Self {
        Self {
            name: "events".to_owned(),
            key: keys.events(),
        }
    }

    /// Appends an event and gives its id. The stream is cut to about `length` events, in whole blocks: a few more may stay.
    /// One command.
    ///
    /// # Errors
    /// For an event without a type, a text that is empty or begins with a byte order mark, or a length of zero.
    pub fn append(&self, event: &Event, length: usize) -> Result<Call<String>, Error> {
        check_text(&event.kind, "type")?;
        let texts = [
            ("runId", &event.run_id),
            ("flowName", &event.flow_name),
            ("stepName", &event.step_name),
            ("stepId", &event.step_id),
        ];
        for (name, text) in texts {
            text.iter().try_for_each(|text| check_text(text, name))?;
        }
        if length == 0 {
            return Err(Error::unsupported("length", "it is zero"));
        }
        let mut words = ["XADD", &self.key, "MAXLEN", "~", &length.to_string(), "*"]
            .map(str::to_owned)
            .to_vec();
        let fields = [
            ("ts", Some(event.ts.millis().to_string())),
            ("type", Some(event.kind.clone())),
            ("attempt", event.attempt.map(|attempt| attempt.to_string())),
            (
                "data",
                event.data.as_deref().map(|data| data.get().to_owned()),
            ),
        ];
        let texts = texts.map(|(name, text)| (name, text.clone()));
        for (name, value) in fields.into_iter().chain(texts) {
            words.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        }
        Ok(Call::words(&self.name, words, |reply| {
            reply.text().ok_or_else(Error::unexpected)
        }))
    }

    /// A part of the stream. One command; where types are given, one script of up to eleven.
    ///
    /// # Errors
    /// For a limit out of range, or an end of the range or a cursor that is no id and no time.
    pub fn read(&self, reading: &Reading) -> Result<Read, Error> {
        check_limit(reading.limit)?;
        for place in [&reading.from, &reading.to, &reading.cursor]
            .into_iter()
            .flatten()
        {
            check_place(place)?;
        }
        let low = reading.from.clone().unwrap_or_else(|| "-".to_owned());
        let high = reading.to.clone().unwrap_or_else(|| "+".to_owned());
        let (mut first, last) = reading.order.ends(low, high);
        if let Some(cursor) = &reading.cursor {
            first = format!("({cursor}");
        }
        let cursor = reading.cursor.as_deref();
        let after = cursor.filter(|_| reading.order == Order::Oldest).map(place);
        if reading.types.is_empty() {
            // One more, and that of the cursor first, tells whether it is still there.
            if let (Some(cursor), Some(_)) = (cursor, after) {
                first = cursor.to_owned();
            }
            let limit = reading.limit + usize::from(after.is_some());
            let command = match reading.order {
                Order::Newest => "XREVRANGE",
                Order::Oldest => "XRANGE",
            };
            let limit = limit.to_string();
            let words = [command, &self.key, &first, &last, "COUNT", &limit];
            let words = words.map(str::to_owned).to_vec();
            let call = Call::words(&self.name, words, |reply| {
                Ok(Part {
                    events: events(reply)?,
                    cursor: None,
                    missed: false,
                })
            });
            return Ok(Read {
                call,
                range: Some(Range {
                    limit: reading.limit,
                    after,
                }),
            });
        }
        let mut args = vec![reading.order.word(), first, last, reading.limit.to_string()];
        args.extend(reading.types.iter().cloned());
        let keys = [self.key.clone()];
        let call = Call::script(&self.name, script::STREAM_READ, keys, args, part);
        Ok(Read { call, range: None })
    }

    /// Removes events, and says how many there were. One command.
    ///
    /// # Errors
    /// For no id, or one that is none.
    pub fn delete(&self, ids: &[&str]) -> Result<Call<u64>, Error> {
        if ids.is_empty() {
            return Err(Error::unsupported("ids", "there are none"));
        }
        ids.iter().try_for_each(|id| check_place(id))?;
        let words = ["XDEL", &self.key].into_iter().chain(ids.iter().copied());
        Ok(Call::words(
            &self.name,
            words.map(str::to_owned).collect(),
            |reply| {
                let count = reply.integer().and_then(|count| u64::try_from(count).ok());
                count.ok_or_else(Error::unexpected)
            },
        ))
    }
}

/// Whether it is a place in a stream.
///
/// # Errors
/// For what is no id and no time.
pub(crate) fn check_place(place: &str) -> Result<(), Error> {
    let is_number = |text: &str| text.parse::<u64>().is_ok() && !text.starts_with('+');
    let (time, number) = place.split_once('-').unwrap_or((place, "0"));
    if is_number(time) && is_number(number) {
        return Ok(());
    }
    Err(Error::unsupported(
        "id",
        "it is neither an event's id nor milliseconds",
    ))
}

/// An id as the two numbers that it is compared by.
pub(crate) fn place(id: &str) -> (u64, u64) {
    let (millis, number) = id.split_once('-').unwrap_or((id, "0"));
    (
        millis.parse().unwrap_or_default(),
        number.parse().unwrap_or_default(),
    )
}

/// The reading of a part.
#[derive(Clone, Debug)]
pub struct Read {
    call: Call<Part>,
    /// What was asked for, unless a script says where to go on.
    range: Option<Range>,
}

#[derive(Clone, Copy, Debug)]
struct Range {
    limit: usize,
    /// The place whose event comes first, if it is still there.
    after: Option<(u64, u64)>,
}

impl Range {
    fn part(self, mut events: Vec<Stored>) -> Part {
        let mut missed = false;
        if let Some(after) = self.after
            && let Some(first) = events.first()
        {
            if place(&first.id) == after {
                events.remove(0);
            } else {
                missed = after != (0, 0);
            }
        }
        events.truncate(self.limit);
        let last = events.last().filter(|_| events.len() == self.limit);
        Part {
            cursor: last.map(|event| event.id.clone()),
            events,
            missed,
        }
    }
}

impl Operation for Read {
    type Output = Part;

    fn poll(&self) -> Step {
        self.call.poll()
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Part>, Error> {
        let part = self.call.apply(reply)?;
        Ok(part.map(|part| match self.range {
            Some(range) => range.part(part.events),
            None => part,
        }))
    }
}

fn part(reply: &Value) -> Result<Part, Error> {
    let [Value::Text(cursor), found, missed] = reply.items() else {
        return Err(Error::unexpected());
    };
    Ok(Part {
        events: events(found)?,
        cursor: Some(cursor.clone()).filter(|cursor| !cursor.is_empty()),
        missed: missed.integer() == Some(1),
    })
}

/// The entries of a range.
///
/// # Errors
/// For what is none.
pub(crate) fn events(reply: &Value) -> Result<Vec<Stored>, Error> {
    reply.items().iter().map(stored).collect()
}

fn stored(reply: &Value) -> Result<Stored, Error> {
    let [id, Value::Array(fields)] = reply.items() else {
        return Err(Error::unexpected());
    };
    let id = id.text().ok_or_else(Error::unexpected)?;
    // What another program wrote is left out rather than let it hide the events around it.
    let appended = id.split('-').next().and_then(whole).unwrap_or(0);
    let mut event = Event {
        ts: Timestamp::from_millis(appended),
        ..Event::default()
    };
    for pair in fields.chunks(2) {
        let [name, value] = pair else { continue };
        let value = value.text();
        match name.text().as_deref() {
            Some("ts") => {
                let millis = value.as_deref().and_then(whole);
                event.ts = millis.map_or(event.ts, Timestamp::from_millis);
            }
            Some("type") => event.kind = value.unwrap_or_default(),
            Some("runId") => event.run_id = value,
            Some("flowName") => event.flow_name = value,
            Some("stepName") => event.step_name = value,
            Some("stepId") => event.step_id = value,
            Some("attempt") => {
                let attempt = value.as_deref().and_then(whole);
                event.attempt = attempt.and_then(|attempt| u32::try_from(attempt).ok());
            }
            Some("data") => {
                event.data = value.and_then(|data| RawValue::from_string(data).ok());
            }
            _ => {}
        }
    }
    Ok(Stored { id, event })
}

/// An integer that is exact in every language.
fn whole(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok().filter(|_| !text.starts_with('+'))?;
    (number.unsigned_abs() < 1 << 53).then_some(number)
}
