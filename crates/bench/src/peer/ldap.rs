//! The little of LDAP that a search needs: an anonymous client that asks for entries whose fields contain a text.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
};

use anyhow::{Context as _, bail};

/// Hits that are asked for.
const LIMIT: u8 = 20;
// Tags of RFC 4511.
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const ENUMERATED: u8 = 0x0a;
const BOOLEAN: u8 = 0x01;
const SEARCH: u8 = 0x63;
const ENTRY: u8 = 0x64;
const DONE: u8 = 0x65;
const OR: u8 = 0xa1;
const SUBSTRINGS: u8 = 0xa4;
const ANY: u8 = 0x81;
/// Done, and done with more hits than were asked for.
const GOOD: [u8; 2] = [0, 4];

/// A connection; one question at a time.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A search as bytes, to be sent again and again.
pub(crate) fn question(base: &str, fields: &[&str], text: &str) -> Vec<u8> {
    let contains = |field: &&str| {
        let parts = value(SEQUENCE, &value(ANY, text.as_bytes()));
        value(
            SUBSTRINGS,
            &[value(OCTETS, field.as_bytes()), parts].concat(),
        )
    };
    let filters: Vec<Vec<u8>> = fields.iter().map(contains).collect();
    let filter = match filters.as_slice() {
        [one] => one.clone(),
        many => value(OR, &many.concat()),
    };
    let search = [
        value(OCTETS, base.as_bytes()),
        // The whole tree, aliases as they are, so many hits, any time, values too.
        value(ENUMERATED, &[2]),
        value(ENUMERATED, &[0]),
        value(INTEGER, &[LIMIT]),
        value(INTEGER, &[0]),
        value(BOOLEAN, &[0]),
        filter,
        value(SEQUENCE, &value(OCTETS, b"cn")),
    ]
    .concat();
    let message = [value(INTEGER, &[1]), value(SEARCH, &search)].concat();
    value(SEQUENCE, &message)
}

impl Client {
    /// Connects.
    pub(crate) fn connect(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Asks, and counts the hits.
    pub(crate) fn ask(&mut self, question: &[u8]) -> anyhow::Result<usize> {
        self.stream.write_all(question)?;
        let mut hits = 0;
        loop {
            let message = self.message()?;
            // Behind the number of the message stands what it is.
            let (_, rest) = read(&message).context("a message without a number")?;
            match rest.first() {
                Some(&ENTRY) => hits += 1,
                Some(&DONE) => {
                    let (body, _) = read(rest).context("an end without a body")?;
                    let code = body.get(2).copied().unwrap_or(u8::MAX);
                    if !GOOD.contains(&code) {
                        bail!("slapd refuses the search with {code}");
                    }
                    return Ok(hits);
                }
                _ => {}
            }
        }
    }

    /// The content of the next message.
    fn message(&mut self) -> anyhow::Result<Vec<u8>> {
        loop {
            if let Some((message, rest)) = read(&self.buffer) {
                let (message, left) = (message.to_vec(), rest.len());
                self.buffer.drain(..self.buffer.len() - left);
                return Ok(message);
            }
            let mut bytes = [0; 16 * 1024];
            let count = self.stream.read(&mut bytes)?;
            if count == 0 {
                bail!("slapd broke off");
            }
            self.buffer.extend_from_slice(&bytes[..count]);
        }
    }
}

/// A tag, a length and the content.
fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = content.len();
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        bytes.push(0x82);
        bytes.extend((length as u16).to_be_bytes());
    }
    bytes.extend_from_slice(content);
    bytes
}

/// The content of the value at the start, and what follows it; None while it is not whole.
fn read(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let short = usize::from(*bytes.get(1)?);
    let (length, start) = if short < 0x80 {
        (short, 2)
    } else {
        let end = 2 + (short & 0x7f);
        let length = bytes.get(2..end)?;
        let length = length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (length, end)
    };
    let content = bytes.get(start..start + length)?;
    Some((content, &bytes[start + length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_as_the_standard_writes_it() {
        let bytes = question("o=x", &["cn"], "ab");
        let expected = [
            0x30, 0x2b, 2, 1, 1, 0x63, 0x26, 4, 3, b'o', b'=', b'x', 10, 1, 2, 10, 1, 0, 2, 1, 20,
            2, 1, 0, 1, 1, 0, 0xa4, 10, 4, 2, b'c', b'n', 0x30, 4, 0x81, 2, b'a', b'b', 0x30, 4, 4,
            2, b'c', b'n',
        ];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_value_is_read_when_it_is_whole() {
        let long = value(OCTETS, &[7; 300]);
        assert_eq!(read(&long[..200]), None);
        assert_eq!(read(&long), Some((&[7; 300][..], &[][..])));
        assert_eq!(read(&[4, 1, 9, 5]), Some((&[9][..], &[5][..])));
    }
}
