//! Python with the modules that one would take there; a script of this crate prints figures as JSON.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;

/// Pictures of codes.
pub(crate) const QR: &str = include_str!("../../peers/qr.py");
/// Phone numbers.
pub(crate) const PHONE: &str = include_str!("../../peers/phone.py");
/// Import of a spreadsheet.
pub(crate) const IMPORT: &str = include_str!("../../peers/import.py");

/// An interpreter that has all modules.
#[derive(Debug)]
pub(crate) struct Python(PathBuf);

impl Python {
    /// The interpreter, if it is there with all modules.
    pub(crate) fn find(program: &Path) -> Option<Self> {
        let modules = "import openpyxl, phonenumbers, pypinyin, segno, psycopg";
        let is_there = Command::new(program)
            .args(["-c", modules])
            .output()
            .is_ok_and(|output| output.status.success());
        if !is_there {
            println!(
                "{} has not all modules and is left out: scripts/bench-peers",
                program.display()
            );
        }
        is_there.then(|| Self(program.to_owned()))
    }

    /// Runs a script to its end, and reads what it printed.
    pub(crate) fn run<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: &[&dyn AsRef<OsStr>],
    ) -> anyhow::Result<T> {
        let mut command = Command::new(&self.0);
        command.args(["-c", script]);
        for argument in arguments {
            command.arg(argument);
        }
        let output = command.output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("the script printed something else")
    }
}
