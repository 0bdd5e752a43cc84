//! Settings of the carrier of text messages.

use anyhow::bail;
use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::{Picker, Set, file::File};

/// What carries text messages; taken by `serve` and `doctor`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Carrier {
    /// What carries one-time codes: `log` writes them to the log, `http` hands them to a carrier [default: none; log in a demo]
    #[arg(long, env = "GUANXI_SMS", value_name = "CARRIER")]
    pub(super) sms: Option<Sms>,
    /// Address of the carrier, to which each message is posted as JSON
    #[arg(
        long,
        env = "GUANXI_SMS_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(super) sms_url: Option<String>,
    /// Header that the carrier asks for, for example `Authorization: Bearer secret`
    #[arg(
        long,
        env = "GUANXI_SMS_HEADER",
        value_name = "HEADER",
        hide_env_values = true
    )]
    pub(super) sms_header: Option<String>,
}

/// Kinds of carriers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sms {
    /// Writes messages to the log.
    Log,
    /// Hands messages over by HTTP.
    Http,
}

/// The carrier, as the settings have it.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    /// Which kind, if any.
    pub sms: Set<Option<Sms>>,
    /// Its address.
    pub url: Set<Option<String>>,
    /// Name and value of the header that it asks for.
    pub header: Set<Option<(String, String)>>,
}

impl Carried {
    pub(super) fn resolve(
        picker: &Picker<'_>,
        given: Carrier,
        file: &File,
        is_demo: bool,
    ) -> anyhow::Result<Self> {
        let default = is_demo.then_some(Sms::Log);
        let sms = picker.pick("sms", given.sms.map(Some), file.sms.map(Some), default);
        let url = picker.maybe("sms_url", given.sms_url, file.sms_url.clone());
        let header = picker.maybe("sms_header", given.sms_header, file.sms_header.clone());
        let header = Set {
            source: header.source,
            value: header.value.as_deref().map(split).transpose()?,
        };
        Ok(Self { sms, url, header })
    }

    /// What keeps the server from using the carrier. Other commands do without one, and do not read its flags.
    pub(crate) fn fault(&self, is_demo: bool) -> Option<&'static str> {
        let is_http = self.sms.value == Some(Sms::Http);
        if is_http && is_demo {
            Some("a demo sends no messages to anybody: leave out sms = \"http\"")
        } else if is_http && !self.url.value.as_deref().is_some_and(is_address) {
            Some("sms = \"http\" needs sms_url, an address such as https://sms.example.com/send")
        } else if !is_http && (self.url.value.is_some() || self.header.value.is_some()) {
            Some("sms_url and sms_header count only with sms = \"http\"")
        } else {
            None
        }
    }
}

fn is_address(url: &str) -> bool {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains(' '))
}

/// Name and value of a header. The words of the error do not repeat it, for it holds a secret.
fn split(line: &str) -> anyhow::Result<(String, String)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    match line.split_once(':') {
        Some((name, value)) if is_name(name) && !value.trim().contains(char::is_control) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        _ => bail!("sms_header is no header such as `Authorization: Bearer secret`"),
    }
}
