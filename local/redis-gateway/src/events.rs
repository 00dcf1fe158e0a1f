//! What Redis pushes to a subscriber, as server-sent events.
//!
//! An event is the parts of the push, joined by commas: `message,channel,text`. As everywhere in
//! text, what is not UTF-8 becomes U+FFFD.
//!
//! The standard gives each line of a text a `data` field of its own, and an EventSource joins them
//! again. The official client takes each field for an event of its own, unless no space follows the
//! colon, which the standard leaves to the sender. So only the first line gets the space: an
//! EventSource sees the whole text, the official client the first line (as it does at Upstash), and
//! no text can pose as another event to either.

use crate::auth::Access;
use crate::readonly::tells_keys;
use crate::resp::{Malformed, Token, Tokens};

/// Keeps proxies and clients from taking a quiet stream for a dead one. It is a comment.
pub const PING: &[u8] = b": ping\n\n";

/// Appends the next reply as an event, if it is one for someone with `access`.
pub fn push_event(
    text: &mut Vec<u8>,
    replies: &mut Tokens<'_>,
    access: Access,
) -> Result<(), Malformed> {
    let count = match replies.next()? {
        // The first reply to MONITOR.
        Token::Status(b"OK") => {
            push_data(text, "\"OK\"");
            return Ok(());
        }
        // The others.
        Token::Status(line) => {
            push_data(text, &String::from_utf8_lossy(line));
            return Ok(());
        }
        // Redis refuses to be asked whether it is alive. So it is.
        Token::Error(_) => return Ok(()),
        Token::Array(count) => count,
        _ => return Err(Malformed),
    };
    let parts = (0..count)
        .map(|_| match replies.next()? {
            Token::Bulk(part) => Ok(part.into()),
            Token::Integer(number) => Ok(number.to_string().into_bytes().into()),
            Token::Null => Ok(Default::default()),
            _ => Err(Malformed),
        })
        .collect::<Result<Vec<std::borrow::Cow<[u8]>>, _>>()?;
    let is_hidden = match &parts[..] {
        [kind, ..] if **kind == *b"pong" => true,
        [kind, channel, _] if **kind == *b"message" => is_hidden(channel, access),
        [kind, _, channel, _] if **kind == *b"pmessage" => is_hidden(channel, access),
        _ => false,
    };
    if !is_hidden {
        push_data(text, &String::from_utf8_lossy(&parts.join(&b',')));
    }
    Ok(())
}

fn is_hidden(channel: &[u8], access: Access) -> bool {
    access == Access::ReadOnly && tells_keys(channel)
}

fn push_data(text: &mut Vec<u8>, data: &str) {
    // A line ends with CR, LF or both.
    let data = data.replace("\r\n", "\n");
    let mut lines = data.split(['\r', '\n']);
    text.extend_from_slice(b"data: ");
    text.extend_from_slice(lines.next().unwrap_or_default().as_bytes());
    for line in lines {
        text.extend_from_slice(b"\ndata:");
        // One space after the colon does not count.
        if line.starts_with(' ') {
            text.push(b' ');
        }
        text.extend_from_slice(line.as_bytes());
    }
    text.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn event(reply: &[u8], access: Access) -> String {
        let mut text = Vec::new();
        push_event(&mut text, &mut Tokens::new(reply), access).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn message(channel: &str, text: &str) -> String {
        format!(
            "*3\r\n$7\r\nmessage\r\n${}\r\n{channel}\r\n${}\r\n{text}\r\n",
            channel.len(),
            text.len()
        )
    }

    #[test]
    fn a_push_is_its_parts_joined_by_commas() {
        for (push, wanted) in [
            (
                &b"*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n"[..],
                "data: subscribe,ch,1\n\n",
            ),
            (
                b"*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$4\r\na,\xff\"\r\n",
                "data: message,ch,a,\u{fffd}\"\n\n",
            ),
            (
                b"*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$2\r\nch\r\n$0\r\n\r\n",
                "data: pmessage,*,ch,\n\n",
            ),
            (
                b"*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n",
                "data: unsubscribe,,0\n\n",
            ),
            (b"+OK\r\n", "data: \"OK\"\n\n"),
            (
                b"+1.5 [0 unix:] \"GET\" \"k\"\r\n",
                "data: 1.5 [0 unix:] \"GET\" \"k\"\n\n",
            ),
            (b"*2\r\n$4\r\npong\r\n$0\r\n\r\n", ""),
            (b"-NOPERM no\r\n", ""),
        ] {
            assert_eq!(event(push, Access::Full), wanted);
        }
    }

    #[test]
    fn what_tells_the_names_of_keys_is_not_for_read_only_tokens() {
        let reply = message("__keyevent@0__:set", "secret");
        assert_eq!(event(reply.as_bytes(), Access::ReadOnly), "");
        assert!(event(reply.as_bytes(), Access::Full).contains("secret"));
        assert!(event(message("c", "m").as_bytes(), Access::ReadOnly).contains("message,c,m"));
    }

    #[test]
    fn a_text_of_several_lines_is_one_event_to_the_standard_and_to_the_official_client() {
        let reply = message("c", "one\n two\r\nmessage,c,forged\r\n\ndata: x\rend\n");
        let text = event(reply.as_bytes(), Access::Full);
        assert_eq!(
            text,
            "data: message,c,one\ndata:  two\ndata:message,c,forged\ndata:\ndata:data: x\ndata:end\n\
             data:\n\n"
        );
    }

    /// How the standard reads an event.
    fn dispatched(text: &str) -> Option<String> {
        let lines = text.strip_suffix("\n\n")?.split('\n');
        let data = lines.map(|line| {
            let data = line.strip_prefix("data:")?;
            Some(data.strip_prefix(' ').unwrap_or(data))
        });
        Some(data.collect::<Option<Vec<_>>>()?.join("\n"))
    }

    proptest! {
        #[test]
        fn an_event_source_reads_every_text(text in "[ a\n\r,:]{0,20}") {
            let read = dispatched(&event(message("c", &text).as_bytes(), Access::Full));
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(read, Some(format!("message,c,{lines}")));
        }
    }
}
