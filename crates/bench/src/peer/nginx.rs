//! nginx that only redirects.

use std::process::Command;

use tempfile::TempDir;

use crate::server::{Server, free_port};

/// Starts it with a worker for each core; None where it is not installed.
pub(crate) fn start() -> anyhow::Result<Option<(Server, TempDir)>> {
    let Some(program) = super::find("nginx") else {
        return Ok(None);
    };
    let (folder, port) = (tempfile::tempdir()?, free_port()?);
    let at = folder.path().display();
    let settings = format!(
        "daemon off; worker_processes auto; pid {at}/pid; error_log {at}/error.log;
         events {{ worker_connections 1024; }}
         http {{
             access_log off; keepalive_requests 1000000000;
             client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f;
             uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
             server {{ listen 127.0.0.1:{port}; location /redirect {{ return 302 /elsewhere; }} }}
         }}"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, settings)?;
    let mut command = Command::new(program);
    command.arg("-p").arg(folder.path()).arg("-c").arg(&file);
    Ok(Some((Server::other(command, port)?, folder)))
}
