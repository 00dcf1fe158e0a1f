//! Replies taken out of the stream that comes from Redis, and how much of them is kept.
//!
//! A reply over the limit is taken out of the stream without being kept, and an error stands in its
//! place: the connection, and whoever else waits on it, lose nothing by it.

use bytes::{Bytes, BytesMut};

use crate::frame::Framer;
use crate::resp::{Malformed, push_error_line};

/// How many bytes of replies may be kept for one request.
#[derive(Clone, Copy)]
pub struct Room {
    /// What it may take by itself.
    pub limit: usize,
    /// What all requests may take together.
    pub total: usize,
    /// What is free of that.
    pub free: usize,
}

impl Room {
    /// For what the gateway asks itself.
    pub const UNLIMITED: Self = Self {
        limit: usize::MAX,
        total: usize::MAX,
        free: usize::MAX,
    };
}

/// Takes the replies to one request out of the stream.
pub struct Collector {
    /// Those that have not begun yet.
    left: usize,
    current: Framer,
    /// Where the current reply begins.
    start: usize,
    /// What came before a reply that was not kept.
    kept: BytesMut,
    room: Room,
    /// What to say instead of the current reply, once there is no room for it.
    error: Option<String>,
}

impl Collector {
    /// For the next `replies` replies, at least one.
    pub fn new(replies: usize, room: Room) -> Self {
        Self {
            left: replies.saturating_sub(1),
            current: Framer::new(0),
            start: 0,
            kept: BytesMut::new(),
            room,
            error: None,
        }
    }

    /// Takes what has arrived in `buffer`, and gives the replies when they are complete.
    pub fn advance(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, Malformed> {
        loop {
            let end = self.current.advance(buffer)?;
            if self.error.is_none() {
                self.error = self.excess();
                if self.error.is_some() {
                    self.kept.unsplit(buffer.split_to(self.start));
                    self.current.cut(self.start);
                }
            }
            if self.error.is_some() {
                self.current.discard(buffer);
            }
            let Some(mut end) = end else {
                return Ok(None);
            };
            if let Some(error) = self.error.take() {
                let mut line = Vec::new();
                push_error_line(&mut line, &error);
                self.kept.extend_from_slice(&line);
                end = 0;
            }
            if self.left == 0 {
                let last = buffer.split_to(end);
                self.kept.unsplit(last);
                return Ok(Some(std::mem::take(&mut self.kept).freeze()));
            }
            self.left -= 1;
            self.start = end;
            self.current = Framer::new(end);
        }
    }

    /// How many bytes are known to be missing in `buffer`.
    pub fn missing(&self, buffer: &[u8]) -> usize {
        match self.error {
            None => self.current.reach().saturating_sub(buffer.len()),
            Some(_) => 0,
        }
    }

    /// Why the current reply can not be kept, if it can not.
    fn excess(&self) -> Option<String> {
        let Room { limit, total, free } = self.room;
        let size = self.kept.len() + self.current.reach();
        let ran = "what was asked has run";
        if size > limit {
            Some(format!(
                "ERR max reply size exceeded. Limit: {limit} bytes; {ran}"
            ))
        } else if size > free {
            Some(format!(
                "ERR max memory of replies exceeded. Limit: {total} bytes for all requests together; \
                 {ran}"
            ))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    /// What is collected of `stream` when it arrives in pieces, and what is left of it.
    fn collect(
        stream: &[u8],
        replies: usize,
        room: Room,
        piece: usize,
    ) -> Result<(Option<Bytes>, BytesMut), Malformed> {
        let mut collector = Collector::new(replies, room);
        let mut buffer = BytesMut::new();
        let mut pieces = stream.chunks(piece);
        for piece in pieces.by_ref() {
            buffer.extend_from_slice(piece);
            if let Some(replies) = collector.advance(&mut buffer)? {
                buffer.extend_from_slice(&pieces.collect::<Vec<_>>().concat());
                return Ok((Some(replies), buffer));
            }
        }
        Ok((None, buffer))
    }

    #[test]
    fn an_error_takes_the_place_of_what_is_too_large() {
        let room = Room {
            limit: 40,
            ..Room::UNLIMITED
        };
        let error = "-ERR max reply size exceeded. Limit: 40 bytes; what was asked has run\r\n";
        let long = "x".repeat(99);
        for large in [
            format!("$99\r\n{long}\r\n"),
            format!("+{long}\r\n"),
            format!("*1\r\n*2\r\n:1\r\n-{long}\r\n"),
            ":1234567890\r\n".repeat(9).replacen(':', "*8\r\n:", 1),
        ] {
            let stream = format!("{large}:1\r\n+next\r\n");
            for piece in [1, 2, 3, 7, 50, 1000] {
                let (collected, rest) = collect(stream.as_bytes(), 2, room, piece).unwrap();
                let collected = collected.unwrap();
                assert!(collected.starts_with(error.as_bytes()), "{collected:?}");
                assert!(rest.ends_with(b"+next\r\n"), "{rest:?}");
            }
        }
    }

    #[test]
    fn what_fits_beside_what_is_too_large_is_kept() {
        let room = Room {
            limit: 1000,
            total: 500,
            free: 20,
        };
        let stream = "$2\r\nok\r\n$30\r\n012345678901234567890123456789\r\n:7\r\n";
        let (collected, _) = collect(stream.as_bytes(), 3, room, 5).unwrap();
        let error = "-ERR max memory of replies exceeded. Limit: 500 bytes for all requests \
                     together; what was asked has run\r\n";
        let collected = collected.unwrap();
        let text = std::str::from_utf8(&collected).unwrap();
        assert!(text.starts_with(&format!("$2\r\nok\r\n{error}")), "{text}");
    }

    #[test]
    fn of_what_is_too_large_nothing_piles_up() {
        let room = Room {
            limit: 1000,
            ..Room::UNLIMITED
        };
        for (head, part) in [
            ("$100000000\r\n", "x".repeat(100)),
            ("*100000000\r\n", ":1\r\n".repeat(25)),
            ("-", "x".repeat(100)),
        ] {
            let mut collector = Collector::new(1, room);
            let mut buffer = BytesMut::from(head);
            for _ in 0..1000 {
                buffer.extend_from_slice(part.as_bytes());
                assert_eq!(collector.advance(&mut buffer), Ok(None));
                assert!(buffer.len() <= 1100, "{} of {head}", buffer.len());
            }
        }
    }

    fn reply() -> impl Strategy<Value = Vec<u8>> {
        let bulk = prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| {
            [format!("${}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat()
        });
        let leaf = prop_oneof![
            Just(b"+OK\r\n".to_vec()),
            Just(b"-WRONGTYPE no\r\n".to_vec()),
            Just(b"$-1\r\n".to_vec()),
            any::<i64>().prop_map(|n| format!(":{n}\r\n").into_bytes()),
            bulk,
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop::collection::vec(inner, 0..5).prop_map(|items| {
                [format!("*{}\r\n", items.len()).into_bytes(), items.concat()].concat()
            })
        })
    }

    proptest! {
        #[test]
        fn replies_are_collected_however_they_arrive(
            replies in prop::collection::vec(reply(), 1..4),
            piece in 1_usize..20,
        ) {
            let stream = replies.concat();
            let (collected, rest) = collect(&stream, replies.len(), Room::UNLIMITED, piece).unwrap();
            prop_assert_eq!(collected.unwrap(), stream);
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn under_any_limit_every_reply_or_its_error_arrives(
            replies in prop::collection::vec(reply(), 1..6),
            piece in 1_usize..20,
            limit in 0_usize..100,
        ) {
            let stream = [replies.concat(), b"+next\r\n".to_vec()].concat();
            let room = Room { limit, ..Room::UNLIMITED };
            let (collected, rest) = collect(&stream, replies.len(), room, piece).unwrap();
            prop_assert_eq!(rest, &b"+next\r\n"[..]);
            let mut collected = &collected.unwrap()[..];
            for reply in &replies {
                let (whole, error) = (collected.strip_prefix(&reply[..]), collected.starts_with(b"-ERR max"));
                prop_assert!(whole.is_some() || error);
                let end = collected.iter().position(|&byte| byte == b'\n').unwrap() + 1;
                collected = whole.unwrap_or(&collected[end..]);
            }
            prop_assert!(collected.is_empty());
        }

        #[test]
        fn no_bytes_make_the_collector_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            limit in 0_usize..100,
        ) {
            let _ = collect(&bytes, 2, Room { limit, ..Room::UNLIMITED }, 3);
        }
    }
}
