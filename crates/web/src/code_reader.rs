//! Reads QR codes from pictures that members send: limits before anything is decoded, and work away from the threads of requests.

use std::io::Cursor;

use image::{ImageReader, Limits, imageops::FilterType};
use tokio::sync::Semaphore;

/// Most pixels of a picture; a photo of a good telephone has 50 million.
const PIXELS_MAX: u64 = 60_000_000;
/// Longest side of a picture.
const SIDE_MAX: u32 = 16_384;
/// Memory that decoding one picture may take, in bytes.
const MEMORY_MAX: u64 = 320 * 1024 * 1024;
/// Sides to which a picture is brought, in the order of trying: most codes are large in their picture.
const SIDES: [u32; 3] = [800, 1600, 3200];
/// Longest text that is shown.
const TEXT_MAX: usize = 3000;

/// Pictures that are read at once; more wait.
static ROOM: Semaphore = Semaphore::const_new(1);

/// Why a picture gave no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is no picture of a kind that is read here.
    NoPicture,
    /// It has more pixels than are read.
    TooLarge,
    /// It shows no code, or one that cannot be read.
    NoCode,
}

impl Unread {
    /// Stable code, for keys of texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPicture => "no_picture",
            Self::TooLarge => "too_large",
            Self::NoCode => "no_code",
        }
    }
}

/// Most codes of one picture.
pub const CODES_MAX: usize = 12;

/// Reads the codes of a picture on a thread of its own.
pub async fn read(picture: Vec<u8>) -> Result<Vec<String>, Unread> {
    let Ok(place) = ROOM.acquire().await else {
        return Err(Unread::NoCode);
    };
    // The work keeps the place, also when the client has gone. A picture that upsets the decoder shows no code.
    let read = tokio::task::spawn_blocking(move || {
        let _place = place;
        decode_all(&picture)
    });
    read.await.unwrap_or(Err(Unread::NoCode))
}

/// Reads the first code of a picture.
pub fn decode(picture: &[u8]) -> Result<String, Unread> {
    let mut texts = decode_all(picture)?;
    Ok(texts.swap_remove(0))
}

/// Reads the codes of a picture, each once, at least one.
pub fn decode_all(picture: &[u8]) -> Result<Vec<String>, Unread> {
    let reader = || {
        ImageReader::new(Cursor::new(picture))
            .with_guessed_format()
            .map_err(|_| Unread::NoPicture)
    };
    let (width, height) = reader()?.into_dimensions().map_err(|_| Unread::NoPicture)?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX || width.max(height) > SIDE_MAX {
        return Err(Unread::TooLarge);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = reader()?;
    reader.limits(limits);
    let grey = reader.decode().map_err(|_| Unread::NoPicture)?.into_luma8();
    let longest = width.max(height);
    let mut tried = 0;
    for side in SIDES {
        let side = side.min(longest);
        if side == tried {
            break;
        }
        tried = side;
        let texts = if side == longest {
            find(&grey)
        } else {
            let share = f64::from(side) / f64::from(longest);
            let scaled = |length: u32| ((f64::from(length) * share) as u32).max(1);
            let filter = FilterType::Triangle;
            find(&image::imageops::resize(
                &grey,
                scaled(width),
                scaled(height),
                filter,
            ))
        };
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    Err(Unread::NoCode)
}

fn find(grey: &image::GrayImage) -> Vec<String> {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let pixels = grey.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let mut texts: Vec<String> = Vec::new();
    for grid in prepared.detect_grids() {
        let text = grid.decode().map(|(_, text)| text).unwrap_or_default();
        let is_read = !text.is_empty() && text.len() <= TEXT_MAX;
        if is_read && !texts.contains(&text) && texts.len() < CODES_MAX {
            texts.push(text);
        }
    }
    texts
}

/// What a code says, as far as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A code of this installation: its token.
    Ours(String),
    /// An address elsewhere, with its host.
    Address { host: String, text: String },
    /// The name of a wireless network; its password is not shown.
    Wifi(String),
    /// A visiting card: name, and the lines of it.
    Card { name: String, text: String },
    /// Anything else.
    Text(String),
}

impl Said {
    /// Says what a text is. Only an address that begins exactly with the public one is ours.
    pub fn of(text: &str, public_url: &str) -> Self {
        let ours = text
            .strip_prefix(public_url.trim_end_matches('/'))
            .and_then(|rest| rest.strip_prefix("/q/"));
        if let Some(token) = ours
            && guanxi_model::qr_code::read_token(token).is_some()
        {
            return Self::Ours(token.to_ascii_lowercase());
        }
        let upper = text.get(..12).unwrap_or(text).to_ascii_uppercase();
        if upper.starts_with("HTTP://") || upper.starts_with("HTTPS://") {
            return Self::Address {
                host: host(text),
                text: text.to_owned(),
            };
        }
        if upper.starts_with("WIFI:") {
            return Self::Wifi(part(&text[5..], "S:").unwrap_or_default());
        }
        if upper.starts_with("BEGIN:VCARD") {
            let line = |name: &str| {
                text.lines()
                    .find_map(|line| line.trim().strip_prefix(name))
                    .unwrap_or_default()
                    .to_owned()
            };
            return Self::Card {
                name: line("FN:"),
                text: text.to_owned(),
            };
        }
        if upper.starts_with("MECARD:") {
            return Self::Card {
                name: part(&text[7..], "N:").unwrap_or_default(),
                text: text.to_owned(),
            };
        }
        Self::Text(text.to_owned())
    }

    /// Stable name, for keys of texts.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ours(_) => "ours",
            Self::Address { .. } => "address",
            Self::Wifi(_) => "wifi",
            Self::Card { .. } => "card",
            Self::Text(_) => "text",
        }
    }
}

/// Host of an address: what stands behind a sign-in name, which is there to deceive, and before port and path.
fn host(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let bare = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    bare.to_lowercase()
}

/// A field of the form `S:name;`, in which a backslash stands before a character that is meant.
fn part(fields: &str, name: &str) -> Option<String> {
    let mut parts = vec![String::new()];
    let mut is_meant = false;
    for c in fields.chars() {
        let last = parts.last_mut()?;
        match c {
            '\\' if !is_meant => {
                is_meant = true;
                continue;
            }
            ';' if !is_meant => parts.push(String::new()),
            c => last.push(c),
        }
        is_meant = false;
    }
    parts
        .into_iter()
        .find_map(|part| part.strip_prefix(name).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://guanxi.example";

    #[test]
    fn only_an_exact_address_with_a_token_is_ours() {
        let token = "abcdefghijklmnopqrstuvwx";
        let ours = format!("{HERE}/q/{token}");
        assert_eq!(Said::of(&ours, HERE), Said::Ours(token.into()));
        assert_eq!(Said::of(&ours, "https://guanxi.example/").kind(), "ours");
        for other in [
            format!("https://guanxi.example.evil.test/q/{token}"),
            format!("https://guanxi.example@evil.test/q/{token}"),
            format!("{HERE}/q/{token}/../../sign-out"),
            format!("{HERE}/q/short"),
        ] {
            assert_eq!(Said::of(&other, HERE).kind(), "address", "{other}");
        }
    }

    #[test]
    fn a_foreign_code_says_what_it_is() {
        let address = Said::of("HTTPS://user:pw@Evil.Test:8443/a?b=@c", HERE);
        let Said::Address { host, .. } = address else {
            panic!("an address")
        };
        assert_eq!(host, "evil.test");
        assert_eq!(
            Said::of(r"WIFI:T:WPA;S:Guest\;Net;P:secret;;", HERE),
            Said::Wifi("Guest;Net".into())
        );
        let card = Said::of("BEGIN:VCARD\r\nFN:林知夏\r\nEND:VCARD", HERE);
        assert!(matches!(card, Said::Card { name, .. } if name == "林知夏"));
        assert_eq!(
            Said::of("javascript:alert(1)", HERE).kind(),
            "text",
            "nothing that a click could run"
        );
        assert_eq!(Said::of("你好世界，你好世界", HERE).kind(), "text");
    }

    #[test]
    fn what_is_no_picture_is_said_so() {
        assert_eq!(decode(b"no picture"), Err(Unread::NoPicture));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n"), Err(Unread::NoPicture));
    }
}
