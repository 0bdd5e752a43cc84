//! Chat servers that keep contacts: ejabberd and prosody, each with the storage that it is shipped with.

use std::{path::PathBuf, process::Command, sync::Arc, time::Instant};

use hdrhistogram::Histogram;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::xmpp::Client;
use crate::{
    load::Run,
    server::{Server, free_port},
};

/// Accounts of each client; every two of them can become contacts once.
const ACCOUNTS: usize = 16;

/// A chat server with accounts that are signed in.
#[derive(Debug)]
pub(crate) struct Chat {
    /// Its name.
    pub(crate) name: &'static str,
    _server: Server,
    _folder: TempDir,
    runtime: tokio::runtime::Runtime,
    clients: Vec<Arc<Mutex<Own>>>,
}

/// What one client has: his accounts, and the next two that are no contacts yet.
#[derive(Debug)]
struct Own {
    accounts: Vec<Client>,
    next: (usize, usize),
}

impl Chat {
    /// Those that are installed, each with so many clients.
    pub(crate) fn all(clients: usize) -> anyhow::Result<Vec<Self>> {
        let mut all = Vec::new();
        for start in [ejabberd, prosody] {
            if let Some((name, server, folder)) = start()? {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?;
                let clients = runtime.block_on(register(server.port, clients))?;
                all.push(Self {
                    name,
                    _server: server,
                    _folder: folder,
                    runtime,
                    clients,
                });
            }
        }
        Ok(all)
    }

    /// All clients make contacts until the time is over, or until all are contacts.
    pub(crate) fn befriend(&self, time: std::time::Duration) -> anyhow::Result<Run> {
        self.runtime.block_on(async {
            let started = Instant::now();
            let until = started + time;
            let tasks: Vec<_> = self
                .clients
                .iter()
                .map(|own| tokio::spawn(drive(Arc::clone(own), until)))
                .collect();
            let mut latency = Histogram::new(3)?;
            for task in tasks {
                latency.add(task.await??)?;
            }
            Ok(Run {
                per_second: latency.len() as f64 / started.elapsed().as_secs_f64(),
                latency,
            })
        })
    }
}

async fn drive(own: Arc<Mutex<Own>>, until: Instant) -> anyhow::Result<Histogram<u64>> {
    let mut own = own.lock().await;
    let mut latency = Histogram::new(3)?;
    while Instant::now() < until {
        let (one, other) = own.next;
        if other == ACCOUNTS {
            break;
        }
        own.next = if one + 1 < other {
            (one + 1, other)
        } else {
            (0, other + 1)
        };
        let asked = Instant::now();
        let (before, after) = own.accounts.split_at_mut(other);
        before[one].befriend(&mut after[0]).await?;
        latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
    }
    Ok(latency)
}

async fn register(port: u16, clients: usize) -> anyhow::Result<Vec<Arc<Mutex<Own>>>> {
    let mut all = Vec::new();
    for client in 0..clients {
        let mut accounts = Vec::new();
        for account in 0..ACCOUNTS {
            accounts.push(Client::register(port, &format!("u{client}x{account}z")).await?);
        }
        all.push(Arc::new(Mutex::new(Own {
            accounts,
            next: (0, 1),
        })));
    }
    Ok(all)
}

type Started = Option<(&'static str, Server, TempDir)>;

fn ejabberd() -> anyhow::Result<Started> {
    let (Some(program), Some(library)) = (super::find("erl"), library()) else {
        return Ok(None);
    };
    let (folder, port) = (tempfile::tempdir()?, free_port()?);
    let settings = format!(
        "hosts: [localhost]
loglevel: error
listen:
  - port: {port}
    ip: 127.0.0.1
    module: ejabberd_c2s
    shaper: none
    access: all
registration_timeout: infinity
modules:
  mod_roster: {{}}
  mod_register:
    ip_access: all
    access: all
    access_from: all
"
    );
    let file = folder.path().join("ejabberd.yml");
    std::fs::write(&file, settings)?;
    let mut command = Command::new(program);
    command
        .args(["+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir"])
        .arg(format!("\"{}\"", folder.path().join("data").display()))
        .args(["-s", "ejabberd"])
        .env("ERL_LIBS", library)
        .env("EJABBERD_CONFIG_PATH", &file)
        .env("EJABBERD_LOG_PATH", folder.path().join("log"))
        .env("HOME", folder.path());
    Ok(Some(("ejabberd", Server::other(command, port)?, folder)))
}

/// Folder of Erlang's libraries that ejabberd is among.
fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    folders.flatten().map(|entry| entry.path()).find(|folder| {
        std::fs::read_dir(folder).is_ok_and(|mut entries| {
            entries.any(|entry| {
                entry
                    .is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("ejabberd-"))
            })
        })
    })
}

fn prosody() -> anyhow::Result<Started> {
    let Some(program) = super::find("prosody") else {
        return Ok(None);
    };
    let (folder, port) = (tempfile::tempdir()?, free_port()?);
    let at = folder.path().display();
    let settings = format!(
        "run_as_root = true
pidfile = \"{at}/pid\"
data_path = \"{at}\"
certificates = \"{at}\"
interfaces = {{ \"127.0.0.1\" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
modules_enabled = {{ \"roster\"; \"saslauth\"; \"register\" }}
modules_disabled = {{ \"s2s\"; \"limits\"; \"tls\" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
allow_registration = true
log = {{ error = \"{at}/log\" }}
VirtualHost \"localhost\"
"
    );
    let file = folder.path().join("prosody.cfg.lua");
    std::fs::write(&file, settings)?;
    let mut command = Command::new(program);
    command.arg("-F").arg("--config").arg(&file);
    Ok(Some(("prosody", Server::other(command, port)?, folder)))
}
