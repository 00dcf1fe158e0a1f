//! A part of a sorted set, with the text that a hash holds of each member: what indexes are read by, the exporter's too.
//! How it is found is `part.lua`.

use crate::redis::Value;

use super::{Error, Order, check_limit};

/// Which part of an index to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Newest first by default.
    pub order: Order,
    /// How many entries to pass over; not together with a cursor. As quick far down as at the top.
    pub offset: u64,
    /// The cursor of the part before: what comes and goes meanwhile neither repeats an entry nor skips one.
    pub cursor: Option<String>,
    /// 1 to 1000; 20 by default.
    pub limit: usize,
    /// The lowest score, inclusive.
    pub min: f64,
    /// The highest score, inclusive.
    pub max: f64,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            order: Order::Newest,
            offset: 0,
            cursor: None,
            limit: 20,
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
        }
    }
}

impl Reading {
    /// The arguments of the script.
    ///
    /// # Errors
    /// For a limit out of range, a cursor that is none, or both a cursor and an offset.
    pub(crate) fn args(&self) -> Result<Vec<String>, Error> {
        check_limit(self.limit)?;
        let (first, last) = self.order.ends(score_arg(self.min)?, score_arg(self.max)?);
        let mut args = vec![
            self.order.word(),
            first,
            last,
            self.offset.to_string(),
            self.limit.to_string(),
        ];
        if let Some(cursor) = &self.cursor {
            let (score, member) = cursor
                .split_once('~')
                .filter(|(score, member)| is_score(score) && !member.is_empty())
                .filter(|_| self.offset == 0)
                .ok_or_else(|| {
                    Error::unsupported("cursor", "it is none, or stands beside an offset")
                })?;
            args.extend([score.to_owned(), member.to_owned()]);
        }
        Ok(args)
    }
}

/// What a script found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Members in the order asked for, with their texts; those of which the hash holds nothing are left out.
    pub members: Vec<(String, String)>,
    /// Where to go on; none at the end.
    pub cursor: Option<String>,
    /// How many the whole range has, where the script counts them.
    pub total: Option<u64>,
}

impl Found {
    /// # Errors
    /// When the reply is none that the script gives.
    pub fn of(reply: &Value) -> Result<Self, Error> {
        let [Value::Array(members), Value::Array(texts), rest @ ..] = reply.items() else {
            return Err(Error::unexpected());
        };
        let members = members.iter().zip(texts);
        let total = rest.get(1).and_then(Value::integer);
        Ok(Self {
            members: members
                .filter_map(|(member, text)| Some((member.text()?, text.text()?)))
                .collect(),
            cursor: rest
                .first()
                .and_then(Value::text)
                .filter(|cursor| !cursor.is_empty()),
            total: total.and_then(|total| u64::try_from(total).ok()),
        })
    }
}

/// A score as Redis reads it.
pub(super) fn score_arg(score: f64) -> Result<String, Error> {
    if score.is_nan() {
        return Err(Error::unsupported("score", "it is no number"));
    }
    Ok(format!("{score:?}"))
}

/// A score as Redis writes it.
fn is_score(text: &str) -> bool {
    let is_spelled = |letter: char| letter.is_ascii_digit() || "+-.einf".contains(letter);
    text.chars().all(is_spelled) && text.parse::<f64>().is_ok_and(|score| !score.is_nan())
}
