//! The little of XMPP that a contact request needs: register, sign in, subscribe, confirm.

use std::net::Ipv4Addr;

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const HOST: &str = "localhost";
const PASSWORD: &str = "secret";
/// What is kept of a stream while the end of a stanza has not come; more is nonsense.
const MOST: usize = 1 << 20;

/// An account that is signed in and present.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    buffer: String,
    /// Its address.
    pub(crate) address: String,
}

impl Client {
    /// Makes an account and signs in.
    pub(crate) async fn register(port: u16, name: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        let mut client = Self {
            stream,
            buffer: String::new(),
            address: format!("{name}@{HOST}"),
        };
        client.open().await?;
        client
            .send(&format!(
                "<iq type='set' id='make'><query xmlns='jabber:iq:register'>\
                 <username>{name}</username><password>{PASSWORD}</password></query></iq>"
            ))
            .await?;
        client.wait(&["make"], &["type='result'"]).await?;
        let proof = BASE64_STANDARD.encode(format!("\0{name}\0{PASSWORD}"));
        client
            .send(&format!(
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{proof}</auth>"
            ))
            .await?;
        client.wait(&["<success"], &[]).await?;
        client.open().await?;
        for (id, body) in [
            (
                "bind",
                "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind>",
            ),
            (
                "session",
                "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>",
            ),
        ] {
            client
                .send(&format!("<iq type='set' id='{id}'>{body}</iq>"))
                .await?;
            client.wait(&[id], &["type='result'"]).await?;
        }
        // Whoever has asked for the roster is told of its changes.
        client
            .send("<iq type='get' id='list'><query xmlns='jabber:iq:roster'/></iq><presence/>")
            .await?;
        client.wait(&["list"], &["type='result'"]).await?;
        Ok(client)
    }

    /// One asks, the other accepts, both know: each is in the other's roster, subscribed both ways.
    pub(crate) async fn befriend(&mut self, other: &mut Self) -> anyhow::Result<()> {
        let (me, you) = (self.address.clone(), other.address.clone());
        self.send(&format!("<presence to='{you}' type='subscribe'/>"))
            .await?;
        other
            .wait(&["<presence", &me], &["type='subscribe'"])
            .await?;
        other
            .send(&format!(
                "<presence to='{me}' type='subscribed'/><presence to='{me}' type='subscribe'/>"
            ))
            .await?;
        self.wait(&["<presence", &you], &["type='subscribe'"])
            .await?;
        self.send(&format!("<presence to='{you}' type='subscribed'/>"))
            .await?;
        other
            .wait(&["jabber:iq:roster", &me], &["subscription='both'"])
            .await?;
        self.wait(&["jabber:iq:roster", &you], &["subscription='both'"])
            .await
    }

    async fn open(&mut self) -> anyhow::Result<()> {
        self.buffer.clear();
        self.send(&format!(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
             to='{HOST}' version='1.0'>"
        ))
        .await?;
        self.wait(&["</stream:features>"], &[]).await
    }

    async fn send(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.stream.write_all(text.as_bytes()).await?)
    }

    /// Reads until a stanza has come that holds all these texts, and passes over those before it.
    async fn wait(&mut self, holds: &[&str], also: &[&str]) -> anyhow::Result<()> {
        loop {
            while let Some(end) = end_of_stanza(&self.buffer) {
                let stanza: String = self.buffer.drain(..end).collect();
                if stanza.contains("<stream:error") || stanza.contains("<failure") {
                    bail!("refused: {stanza}");
                }
                // Both kinds of quotation marks are in use.
                let stanza = stanza.replace('"', "'");
                if holds.iter().chain(also).all(|text| stanza.contains(text)) {
                    return Ok(());
                }
            }
            let mut bytes = [0; 8 * 1024];
            let count = self.stream.read(&mut bytes).await?;
            if count == 0 || self.buffer.len() > MOST {
                bail!("the server broke off while {holds:?} was awaited");
            }
            let text = std::str::from_utf8(&bytes[..count]).context("half a character")?;
            self.buffer.push_str(text);
        }
    }
}

/// Where the first whole stanza ends; the head of the stream counts as the start of the first.
fn end_of_stanza(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(open) = text[at..].find('<') {
        let start = at + open;
        let end = start + text[start..].find('>')? + 1;
        let tag = &text[start..end];
        at = end;
        if tag.starts_with("<?") || tag.starts_with("<stream:stream") {
            continue;
        }
        if tag.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if !tag.ends_with("/>") {
            depth += 1;
        }
        if depth == 0 {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stanza_ends_with_its_own_tag() {
        let text = "<?xml version='1.0'?><stream:stream to='x'><a><b/>t</a><c/>";
        let end = end_of_stanza(text).unwrap();
        assert_eq!(&text[end..], "<c/>");
        assert_eq!(end_of_stanza("<a><b/>"), None);
        assert_eq!(end_of_stanza("<a><b/></"), None);
        assert_eq!(end_of_stanza("<c/><a>"), Some(4));
    }
}
