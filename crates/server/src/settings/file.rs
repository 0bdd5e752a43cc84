//! The settings file: TOML with one line for each setting, and a word of help where a key is mistyped.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::bail;
use serde::Deserialize;

use super::{LogFormat, Sms};

/// What the file says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub(super) log: Option<String>,
    pub(super) log_format: Option<LogFormat>,
    pub(super) data: Option<PathBuf>,
    pub(super) database: Option<String>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) public_url: Option<String>,
    pub(super) metrics: Option<SocketAddr>,
    pub(super) trust_proxy: Option<bool>,
    pub(super) demo: Option<bool>,
    pub(super) max_requests: Option<usize>,
    pub(super) request_timeout_s: Option<u64>,
    pub(super) webhook_private: Option<bool>,
    pub(super) api_rate: Option<u32>,
    pub(super) sms: Option<Sms>,
    pub(super) sms_url: Option<String>,
    pub(super) sms_header: Option<String>,
}

/// All keys; a test holds the list against [`File`].
const KEYS: [&str; 16] = [
    "log",
    "log_format",
    "data",
    "database",
    "listen",
    "public_url",
    "metrics",
    "trust_proxy",
    "demo",
    "max_requests",
    "request_timeout_s",
    "webhook_private",
    "api_rate",
    "sms",
    "sms_url",
    "sms_header",
];

/// Reads the text of the file.
pub(super) fn read(text: &str) -> anyhow::Result<File> {
    let table: toml::Table = toml::from_str(text)?;
    let unknown = table.keys().find(|key| !KEYS.contains(&key.as_str()));
    if let Some(key) = unknown {
        match nearest(key) {
            Some(right) => bail!("unknown key `{key}`; did you mean `{right}`?"),
            None => bail!("unknown key `{key}`; there are: {}", KEYS.join(", ")),
        }
    }
    Ok(toml::from_str(text)?)
}

/// The key that was probably meant.
fn nearest(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let far = |right: &str| distance(key.as_bytes(), right.as_bytes());
    let (right, far) = KEYS
        .into_iter()
        .map(|right| (right, far(right)))
        .min_by_key(|(_, far)| *far)?;
    (far <= right.len().div_ceil(3)).then_some(right)
}

/// How many letters have to be put in, taken out or replaced to make one word of another.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let text = r#"
            log = "debug"
            log_format = "json"
            data = "/var/lib/guanxi"
            database = "postgres://a@b/c"
            listen = "0.0.0.0:80"
            public_url = "https://contacts.example.com"
            metrics = "127.0.0.1:9090"
            trust_proxy = true
            demo = false
            max_requests = 10
            request_timeout_s = 5
            api_rate = 60
            webhook_private = true
            sms = "http"
            sms_url = "https://sms.example.com/send"
            sms_header = "Authorization: Bearer secret"
        "#;
        let table: toml::Table = toml::from_str(text).unwrap();
        assert_eq!(table.len(), KEYS.len());
        let file = format!("{:?}", read(text).unwrap());
        assert!(!file.contains("None"), "{file}");
    }

    #[test]
    fn a_mistyped_key_is_named_with_the_right_one() {
        let told = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            told("lissten = 1"),
            "unknown key `lissten`; did you mean `listen`?"
        );
        assert_eq!(
            told("public-url = 1"),
            "unknown key `public-url`; did you mean `public_url`?"
        );
        assert!(told("colour = 1").starts_with("unknown key `colour`; there are: log, "));
        assert!(told("listen = 80").contains("listen"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,120}", key in 0..KEYS.len(), value in "[0-9a-z\"\\[\\].:/=-]{0,30}") {
            drop(read(&text));
            drop(read(&format!("{} = {value}", KEYS[key])));
        }
    }
}
