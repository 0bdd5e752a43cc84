//! Settings of the server. Each can be given as a flag, an environment variable or a line of the settings file; the first
//! of these that names it counts, else the default.

mod carrier;
mod file;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{ArgMatches, Args, ValueEnum, builder::BoolishValueParser, parser::ValueSource};
use guanxi_store::Options;
use guanxi_web::api::limit::{PER_MINUTE, RATE_MAX};
use serde::Deserialize;

pub(crate) use carrier::{Carried, Carrier, Sms};
use file::File;

/// Where settings come from and how the log is written; taken by every command.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Common {
    /// Settings file [default: guanxi.toml where it exists]
    #[arg(long, env = "GUANXI_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// What to log, for example `info` or `guanxi_app=debug,info`; RUST_LOG counts too [default: info]
    #[arg(long, env = "GUANXI_LOG", value_name = "FILTER", global = true)]
    log: Option<String>,
    /// How to write the log [default: text]
    #[arg(long, env = "GUANXI_LOG_FORMAT", value_name = "FORMAT", global = true)]
    log_format: Option<LogFormat>,
}

/// Where the data lies; taken by every command that needs it.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Place {
    /// Folder of the SQLite database [default: guanxi-data]
    #[arg(long, env = "GUANXI_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite, for example postgres://user:password@host/database
    #[arg(
        long,
        env = "GUANXI_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    database: Option<String>,
}

/// How the server is reached; taken by `serve` and `doctor`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Network {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "GUANXI_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Address under which browsers reach the server [default: http:// and the address it listens on]
    #[arg(long, env = "GUANXI_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Address for Prometheus metrics [default: none]
    #[arg(long, env = "GUANXI_METRICS", value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// A reverse proxy in front names the caller in X-Forwarded-For
    #[arg(long, env = "GUANXI_TRUST_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", value_parser = BoolishValueParser::new())]
    trust_proxy: Option<bool>,
    /// Fill an empty database with a company to try things with, and show one-time codes on the page
    #[arg(long, env = "GUANXI_DEMO", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", value_parser = BoolishValueParser::new())]
    demo: Option<bool>,
    /// Requests under way at most; more are told to come back [default: 1024]
    #[arg(long, env = "GUANXI_MAX_REQUESTS", value_name = "NUMBER")]
    max_requests: Option<usize>,
    /// Seconds that a request may take [default: 30]
    #[arg(long, env = "GUANXI_REQUEST_TIMEOUT_S", value_name = "SECONDS")]
    request_timeout_s: Option<u64>,
    /// Webhooks may go to private addresses and over plain http: for endpoints inside your own network
    #[arg(long, env = "GUANXI_WEBHOOK_PRIVATE", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", value_parser = BoolishValueParser::new())]
    webhook_private: Option<bool>,
    /// Requests that an access token may make in a minute [default: 600]
    #[arg(long, env = "GUANXI_API_RATE", value_name = "NUMBER")]
    api_rate: Option<u32>,
    #[command(flatten)]
    carrier: Carrier,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where a setting was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// On the command line.
    Flag,
    /// In the environment.
    Environment,
    /// In the settings file.
    File,
    /// Nowhere.
    Default,
}

/// A setting and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Set<T> {
    /// What counts.
    pub value: T,
    /// From where.
    pub source: Source,
}

/// All settings, as they count.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// Filter of the log.
    pub log: Set<String>,
    /// Form of the log.
    pub log_format: Set<LogFormat>,
    /// Folder of the SQLite database.
    pub data: Set<PathBuf>,
    /// PostgreSQL instead.
    pub database: Set<Option<String>>,
    /// Address to listen on.
    pub listen: Set<SocketAddr>,
    /// Address for browsers, without a slash at the end.
    pub public_url: Set<String>,
    /// Address of the metrics.
    pub metrics: Set<Option<SocketAddr>>,
    /// Whether a proxy names the caller.
    pub trust_proxy: Set<bool>,
    /// Whether to fill an empty database.
    pub demo: Set<bool>,
    /// Requests under way at most.
    pub max_requests: Set<usize>,
    /// Seconds that a request may take.
    pub request_timeout_s: Set<u64>,
    /// Whether webhooks may go to private addresses and over plain http.
    pub webhook_private: Set<bool>,
    /// Requests that an access token may make in a minute.
    pub api_rate: Set<u32>,
    /// What carries text messages.
    pub carrier: Carried,
}

/// Everything that flags and environment have said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    /// See [`Common`].
    pub common: Common,
    /// See [`Place`].
    pub place: Place,
    /// See [`Network`].
    pub network: Network,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// Tells flags from variables, which clap reads in one go.
struct Picker<'a>(&'a ArgMatches);

impl Picker<'_> {
    fn pick<T>(&self, name: &str, given: Option<T>, in_file: Option<T>, default: T) -> Set<T> {
        if let Some(value) = given {
            let is_flag = self.0.value_source(name) == Some(ValueSource::CommandLine);
            let source = if is_flag {
                Source::Flag
            } else {
                Source::Environment
            };
            return Set { value, source };
        }
        match in_file {
            Some(value) => Set {
                value,
                source: Source::File,
            },
            None => Set {
                value: default,
                source: Source::Default,
            },
        }
    }

    fn maybe<T>(&self, name: &str, given: Option<T>, in_file: Option<T>) -> Set<Option<T>> {
        self.pick(name, given.map(Some), in_file.map(Some), None)
    }
}

impl Settings {
    /// Puts together what flags, environment and file say. `matches` are those of the command that took the flags.
    pub(crate) fn resolve(given: Given, matches: &ArgMatches) -> anyhow::Result<Self> {
        let Given {
            common,
            place,
            network,
        } = given;
        let (path, file) = read_file(common.config.as_deref())?;
        let picker = Picker(matches);
        let demo = picker.pick("demo", network.demo, file.demo, false);
        let carrier = Carried::resolve(&picker, network.carrier, &file, demo.value)?;
        let listen = picker.pick(
            "listen",
            network.listen,
            file.listen,
            SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        );
        let public_url = picker.pick(
            "public_url",
            network.public_url,
            file.public_url,
            own_url(listen.value),
        );
        let rust_log = std::env::var("RUST_LOG")
            .ok()
            .filter(|filter| !filter.is_empty());
        let mut settings = Self {
            file: path,
            log: picker.pick("log", common.log.or(rust_log), file.log, "info".into()),
            log_format: picker.pick(
                "log_format",
                common.log_format,
                file.log_format,
                LogFormat::Text,
            ),
            data: picker.pick("data", place.data, file.data, "guanxi-data".into()),
            database: picker.maybe("database", place.database, file.database),
            listen,
            public_url,
            metrics: picker.maybe("metrics", network.metrics, file.metrics),
            trust_proxy: picker.pick("trust_proxy", network.trust_proxy, file.trust_proxy, false),
            demo,
            webhook_private: picker.pick(
                "webhook_private",
                network.webhook_private,
                file.webhook_private,
                false,
            ),
            carrier,
            max_requests: picker.pick(
                "max_requests",
                network.max_requests,
                file.max_requests,
                1024,
            ),
            request_timeout_s: picker.pick(
                "request_timeout_s",
                network.request_timeout_s,
                file.request_timeout_s,
                30,
            ),
            api_rate: picker.pick("api_rate", network.api_rate, file.api_rate, PER_MINUTE),
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&mut self) -> anyhow::Result<()> {
        let url = &mut self.public_url.value;
        url.truncate(url.trim_end_matches('/').len());
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        if !host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' '])) {
            bail!("public_url `{url}` is no address such as https://contacts.example.com");
        }
        if let Some(url) = &self.database.value
            && !url.starts_with("postgres://")
            && !url.starts_with("postgresql://")
        {
            bail!(
                "database is no address such as postgres://user:password@host/database; SQLite takes data instead"
            );
        }
        if self.max_requests.value == 0 || self.request_timeout_s.value == 0 {
            bail!("max_requests and request_timeout_s are at least 1");
        }
        if !(1..=RATE_MAX).contains(&self.api_rate.value) {
            bail!("api_rate is from 1 to {RATE_MAX}");
        }
        Ok(())
    }

    /// How to open the store; the folder of a SQLite file is made where it is missing.
    pub(crate) fn store(&self) -> anyhow::Result<Options> {
        if self.database.value.is_none() {
            let folder = &self.data.value;
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the data folder {}", folder.display()))?;
        }
        Ok(self.options())
    }

    /// How to open the store, which may not be there yet.
    pub(crate) fn options(&self) -> Options {
        match &self.database.value {
            Some(url) => Options::postgres(url),
            None => Options::sqlite(self.data.value.join("guanxi.db")),
        }
    }
}

/// Address of a server that was told none; an address that means "all" becomes one that a browser can open.
fn own_url(listen: SocketAddr) -> String {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("http://localhost:{}", listen.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("http://localhost:{}", listen.port()),
        _ => format!("http://{listen}"),
    }
}

fn read_file(named: Option<&Path>) -> anyhow::Result<(Option<PathBuf>, File)> {
    let usual = Path::new("guanxi.toml");
    let path = match named {
        Some(path) => path,
        None if usual.exists() => usual,
        None => return Ok((None, File::default())),
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the settings file {}", path.display()))?;
    let file = file::read(&text).with_context(|| format!("settings file {}", path.display()))?;
    Ok((Some(path.to_owned()), file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_all_is_reached_by_name() {
        assert_eq!(
            own_url("0.0.0.0:80".parse().unwrap()),
            "http://localhost:80"
        );
        assert_eq!(own_url("[::]:80".parse().unwrap()), "http://localhost:80");
        assert_eq!(
            own_url("10.0.0.5:80".parse().unwrap()),
            "http://10.0.0.5:80"
        );
    }
}
