//! `guanxi doctor`: looks at settings, database and machine; each line is fine, a warning or a problem, with what to do.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_store::{Condition, Engine, inspect};

use crate::settings::{Set, Settings, Sms};

/// Difference of clocks from which a warning is given, in milliseconds.
const CLOCK_MS: i64 = 1_000;
/// Free space below which a problem, or a warning, is told, in MiB.
const SPACE_MIB: (u64, u64) = (100, 1_024);
/// Open files below which a warning is given.
const FILES: u64 = 4_096;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Ok,
    Warning,
    Problem,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Report {
    warnings: u32,
    problems: u32,
}

impl Report {
    fn line(&mut self, level: Level, subject: &str, text: impl std::fmt::Display) {
        let word = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        };
        self.warnings += u32::from(level == Level::Warning);
        self.problems += u32::from(level == Level::Problem);
        println!("{word:<8} {subject:<11} {text}");
    }
}

/// Looks at everything; the exit code is 1 where there is a problem.
pub(crate) fn run(settings: &Settings) -> ExitCode {
    let mut report = Report::default();
    show_settings(&mut report, settings);
    check_address(&mut report, settings);
    check_carrier(&mut report, settings);
    check_port(&mut report, "port", settings.listen.value);
    if let Some(address) = settings.metrics.value {
        check_port(&mut report, "metrics", address);
        if !address.ip().is_loopback() {
            report.line(
                Level::Warning,
                "metrics",
                format!("{address} is open to others; they need no password there"),
            );
        }
    }
    if settings.database.value.is_none() {
        check_folder(&mut report, &settings.data.value);
    }
    check_database(&mut report, settings);
    check_files(&mut report);
    println!("{} problems, {} warnings", report.problems, report.warnings);
    if report.problems == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn show_settings(report: &mut Report, settings: &Settings) {
    let file = settings
        .file
        .as_ref()
        .map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    report.line(Level::Ok, "settings", format!("file: {file}"));
    show(report, "listen", &settings.listen, ToString::to_string);
    show(report, "public_url", &settings.public_url, Clone::clone);
    match &settings.database.value {
        Some(url) => show(report, "database", &settings.database, |_| {
            without_password(url)
        }),
        None => show(report, "data", &settings.data, |path| {
            path.display().to_string()
        }),
    }
    show(report, "metrics", &settings.metrics, |address| {
        address.map_or_else(|| "none".into(), |address| address.to_string())
    });
    show(
        report,
        "trust_proxy",
        &settings.trust_proxy,
        ToString::to_string,
    );
    show(report, "demo", &settings.demo, ToString::to_string);
    show(
        report,
        "max_requests",
        &settings.max_requests,
        ToString::to_string,
    );
    show(
        report,
        "request_timeout_s",
        &settings.request_timeout_s,
        ToString::to_string,
    );
    show(
        report,
        "webhook_private",
        &settings.webhook_private,
        ToString::to_string,
    );
    show(report, "api_rate", &settings.api_rate, ToString::to_string);
    show(report, "log", &settings.log, Clone::clone);
    show(report, "log_format", &settings.log_format, |format| {
        format!("{format:?}").to_lowercase()
    });
}

fn show<T>(report: &mut Report, name: &str, set: &Set<T>, text: impl FnOnce(&T) -> String) {
    let text = text(&set.value);
    report.line(
        Level::Ok,
        "settings",
        format!("{name} = {text} ({})", set.source),
    );
}

/// The address with stars for the password.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "***".into();
    };
    let Some((user, place)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    match user.split_once(':') {
        Some((name, _)) => format!("{scheme}://{name}:***@{place}"),
        None => url.to_owned(),
    }
}

fn check_address(report: &mut Report, settings: &Settings) {
    let (url, listen) = (&settings.public_url.value, settings.listen.value);
    let host = url.split_once("://").map_or("", |(_, host)| host);
    let is_local = ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local));
    let is_https = url.starts_with("https://");
    if settings.demo.value && !listen.ip().is_loopback() {
        report.line(
            Level::Problem,
            "demo",
            "others can reach this demo and sign in as anybody: listen on 127.0.0.1",
        );
    }
    match (is_https, is_local) {
        (true, _) => report.line(Level::Ok, "address", format!("{url}: cookies travel by HTTPS only")),
        (false, true) => report.line(Level::Ok, "address", format!("{url}: for this machine only")),
        (false, false) => report.line(
            Level::Problem,
            "address",
            format!("{url} is not encrypted: put a reverse proxy with HTTPS in front and set public_url to https://…"),
        ),
    }
    if is_local && !listen.ip().is_loopback() {
        report.line(
            Level::Warning,
            "address",
            format!("the server listens on {listen} but calls itself {url}: set public_url to the address that people use"),
        );
    }
    if is_https && !settings.trust_proxy.value {
        report.line(
            Level::Warning,
            "proxy",
            "HTTPS ends at a proxy, but trust_proxy is off: the audit log will show the proxy's address for everybody",
        );
    }
}

fn check_carrier(report: &mut Report, settings: &Settings) {
    let set = &settings.carrier.sms;
    let url = settings.carrier.url.value.as_deref().unwrap_or_default();
    if let Some(fault) = settings.carrier.fault(settings.demo.value) {
        report.line(Level::Problem, "sms", fault);
        return;
    }
    let (level, text) = match set.value {
        None => (
            Level::Warning,
            "none is set up, so nobody can sign in anew: set sms = \"http\" and sms_url to hand one-time codes to a \
             carrier, or sms = \"log\" to read them in the log while you try things"
                .to_owned(),
        ),
        Some(Sms::Log) if settings.demo.value => (
            Level::Ok,
            format!("log ({}): the page shows the codes of a demo", set.source),
        ),
        Some(Sms::Log) => (
            Level::Warning,
            format!(
                "log ({}): whoever reads the log can sign in as anybody; set sms = \"http\" before others use the server",
                set.source
            ),
        ),
        Some(Sms::Http) if is_plain_elsewhere(url) => (
            Level::Warning,
            format!(
                "http ({}): one-time codes travel to sms_url unencrypted; use an https:// address",
                set.source
            ),
        ),
        Some(Sms::Http) => (Level::Ok, format!("http ({})", set.source)),
    };
    report.line(level, "sms", text);
}

fn is_plain_elsewhere(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|host| {
        !["localhost", "127.", "[::1]"]
            .iter()
            .any(|local| host.starts_with(local))
    })
}

fn check_port(report: &mut Report, subject: &str, address: SocketAddr) {
    match TcpListener::bind(address) {
        Ok(_) => report.line(Level::Ok, subject, format!("{address} is free")),
        Err(error) => report.line(
            Level::Problem,
            subject,
            format!("{address} cannot be used ({error}): stop what uses it, or choose another"),
        ),
    }
}

fn check_folder(report: &mut Report, folder: &Path) {
    if !folder.exists() {
        report.line(
            Level::Ok,
            "folder",
            format!("{} will be made at the first start", folder.display()),
        );
    }
    let Some(nearest) = folder
        .ancestors()
        .find(|path| path.exists())
        .or(Some(Path::new(".")))
    else {
        return;
    };
    let nearest = if nearest.as_os_str().is_empty() {
        Path::new(".")
    } else {
        nearest
    };
    let probe = nearest.join(format!(".guanxi-doctor-{}", std::process::id()));
    match std::fs::write(&probe, b"") {
        Ok(()) => {
            // Just written, so it can be removed; a left-over would be empty.
            let _ = std::fs::remove_file(&probe);
            report.line(
                Level::Ok,
                "folder",
                format!("{} can be written", nearest.display()),
            );
        }
        Err(error) => report.line(
            Level::Problem,
            "folder",
            format!(
                "{} cannot be written ({error}): give it to the user that runs the server",
                nearest.display()
            ),
        ),
    }
    match free_mib(nearest) {
        Some(free) if free < SPACE_MIB.0 => {
            report.line(
                Level::Problem,
                "disk",
                format!("{free} MiB are free: make room before the server stops writing"),
            );
        }
        Some(free) if free < SPACE_MIB.1 => {
            report.line(Level::Warning, "disk", format!("only {free} MiB are free"));
        }
        Some(free) => report.line(Level::Ok, "disk", format!("{free} MiB are free")),
        None => report.line(
            Level::Warning,
            "disk",
            "free space cannot be told here: `df` gives no answer",
        ),
    }
}

/// Free space as the system's own tool tells it; the standard library cannot ask.
fn free_mib(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let free_kib: u64 = text
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()?;
    Some(free_kib / 1024)
}

fn check_database(report: &mut Report, settings: &Settings) {
    let options = settings.options();
    let engine = match options.database.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let (started, before_ms) = (Instant::now(), SystemClock.now_ms());
    match inspect(&options) {
        Ok(Some(condition)) => {
            let took_ms = started.elapsed().as_millis();
            report.line(
                Level::Ok,
                "database",
                format!("{engine} {} answers after {took_ms} ms", condition.version),
            );
            // The question was answered somewhere between the two readings of our own clock.
            let middle_ms = i64::midpoint(before_ms, SystemClock.now_ms());
            check_condition(report, engine, &condition, middle_ms);
        }
        Ok(None) => report.line(
            Level::Ok,
            "database",
            format!("{engine}: will be made at the first start"),
        ),
        Err(error) => report.line(
            Level::Problem,
            "database",
            format!("{engine}: {error}; check address, password and whether it runs"),
        ),
    }
}

fn check_condition(report: &mut Report, engine: &str, condition: &Condition, now_ms: i64) {
    for (name, value, is_right) in &condition.durability {
        if *is_right {
            report.line(Level::Ok, "durability", format!("{name} = {value}"));
        } else {
            let text = format!(
                "{name} = {value}: a power cut may lose what was confirmed; set it as {engine} has it by default"
            );
            report.line(Level::Problem, "durability", text);
        }
    }
    match &condition.pending {
        Ok(steps) if steps.is_empty() => {
            report.line(Level::Ok, "schema", "as this binary needs it");
        }
        Ok(steps) => report.line(
            Level::Warning,
            "schema",
            format!(
                "to come: {}; `guanxi migrate` or the next start applies it",
                steps.join(", ")
            ),
        ),
        Err(error) => report.line(
            Level::Problem,
            "schema",
            format!("{error}; use the binary that fits the database"),
        ),
    }
    if let Some(damage) = &condition.damage {
        report.line(
            Level::Problem,
            "database",
            format!("the file is damaged ({damage}): restore a backup"),
        );
    }
    if let Some(clock_ms) = condition.clock_ms {
        let apart_ms = (clock_ms - now_ms).abs();
        let level = if apart_ms < CLOCK_MS {
            Level::Ok
        } else {
            Level::Warning
        };
        let advice = if level == Level::Ok {
            ""
        } else {
            ": keep both machines on network time"
        };
        report.line(
            level,
            "clock",
            format!("{apart_ms} ms from the database's{advice}"),
        );
    }
}

/// How many files, and with them connections, the process may have open.
fn check_files(report: &mut Report) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3));
    match soft.and_then(|soft| soft.parse::<u64>().ok()) {
        Some(files) if files < FILES => report.line(
            Level::Warning,
            "files",
            format!("{files} files may be open: every page that waits for news needs one; raise it with `ulimit -n` or LimitNOFILE="),
        ),
        Some(files) => report.line(Level::Ok, "files", format!("{files} files may be open")),
        // Elsewhere than on Linux, or without a limit.
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(
            without_password("postgres://me:se@cret@db:5432/x"),
            "postgres://me:***@db:5432/x"
        );
        assert_eq!(without_password("postgres://me@db/x"), "postgres://me@db/x");
        assert_eq!(without_password("postgres://db/x"), "postgres://db/x");
    }
}
