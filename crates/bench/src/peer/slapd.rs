//! A directory in slapd: the same people, with the indices that its manual gives for such searches.

use std::{
    fmt::Write as _,
    io::BufWriter,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use tempfile::TempDir;

use super::ldap;
use crate::{
    crowd,
    load::Run,
    server::{Server, free_port},
};

const BASE: &str = "dc=bench";
/// Fields that one search box looks into.
pub(crate) const ALL: [&str; 5] = ["cn", "uid", "title", "telephoneNumber", "employeeNumber"];

/// A running slapd.
#[derive(Debug)]
pub(crate) struct Slapd {
    server: Server,
    _folder: TempDir,
    /// How long the loading took.
    pub(crate) loaded_after: Duration,
}

impl Slapd {
    /// Loads so many people and starts it; None where it is not installed.
    pub(crate) fn load(members: usize) -> anyhow::Result<Option<Self>> {
        let (Some(program), Some(loader)) = (super::find("slapd"), super::find("slapadd")) else {
            return Ok(None);
        };
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let file = settings(folder.path())?;
        let started = Instant::now();
        let mut child = Command::new(loader)
            .arg("-q")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start slapadd")?;
        let entries = child.stdin.take().context("slapadd reads nothing")?;
        write_entries(BufWriter::new(entries), members)?;
        let status = child.wait()?;
        if !status.success() {
            bail!("slapadd failed: {status}");
        }
        let loaded_after = started.elapsed();
        let mut command = Command::new(program);
        // With a level of debugging it stays in the foreground, which is what is wanted; 0 prints nothing.
        command
            .args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}")])
            .arg("-f")
            .arg(&file);
        Ok(Some(Self {
            server: Server::other(command, port)?,
            _folder: folder,
            loaded_after,
        }))
    }

    /// Asks one question again and again over so many connections.
    pub(crate) fn ask(
        &self,
        fields: &[&str],
        text: &str,
        connections: usize,
        time: Duration,
    ) -> anyhow::Result<Run> {
        let (question, port) = (ldap::question(BASE, fields, text), self.server.port);
        super::crowd_of(connections, time, move |until| {
            let mut client = ldap::Client::connect(port)?;
            let mut latency = Histogram::new(3)?;
            while Instant::now() < until {
                let asked = Instant::now();
                client.ask(&question)?;
                latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
            }
            Ok(latency)
        })
    }
}

fn settings(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    let (file, at) = (folder.join("slapd.conf"), folder.display());
    let mut text = String::new();
    for name in ["core", "cosine", "inetorgperson"] {
        writeln!(text, "include /etc/ldap/schema/{name}.schema")?;
    }
    write!(
        text,
        "modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {at}/pid
argsfile {at}/arguments
threads 8
database mdb
suffix \"{BASE}\"
rootdn \"cn=admin,{BASE}\"
directory {at}/data
maxsize 8589934592
dbnosync
index objectClass eq
index cn,uid,title,telephoneNumber,employeeNumber eq,sub
"
    )?;
    std::fs::create_dir(folder.join("data"))?;
    std::fs::write(&file, text)?;
    Ok(file)
}

fn write_entries(mut to: impl std::io::Write, members: usize) -> anyhow::Result<()> {
    writeln!(
        to,
        "dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: bench\n"
    )?;
    for number in 0..members {
        let profile = crowd::profile(number);
        // Han characters are written in base64 by the standard, and taken as they are by slapadd.
        writeln!(
            to,
            "dn: uid={0},{BASE}\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {1}\nsn: {1}\ntitle: {2}\n\
             telephoneNumber: {3}\nemployeeNumber: {4}\n",
            profile.userid, profile.name, profile.position, profile.extension, profile.employee_no
        )?;
    }
    to.flush()?;
    Ok(())
}
