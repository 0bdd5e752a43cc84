//! Looking at a server while it sends a file: how much memory and processor time it takes.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use guanxi_testkit::process::Process;

use crate::log::Log;

/// Bytes between two looks at the memory.
const LOOK_EVERY: u64 = 2_000_000;

/// Memory that a process has taken for itself. What it maps of files is the system's, which takes it back at will.
pub(crate) fn memory_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

/// Processor time that a process has used, in hundredths of a second.
pub(crate) fn processor_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let rest = stat.rsplit(')').next().unwrap();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
    ticks(11) + ticks(12)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how much a process does can only be seen over a span of time"
)]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A file on its way.
pub(crate) struct Download(TcpStream);

/// What a file was, and what it took.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) bytes: u64,
    pub(crate) lines: i64,
    pub(crate) peak_kib: u64,
}

impl Download {
    /// Asks for a file as the owner; the answer ends with the connection.
    pub(crate) fn open(server: &Process, log: &Log, path: &str) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        let cookie = log.owner.cookie();
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n"
        )
        .unwrap();
        Self(stream)
    }

    /// Reads about so many bytes.
    pub(crate) fn read_some(&mut self, bytes: usize) {
        let mut buffer = vec![0; bytes];
        self.0.read_exact(&mut buffer).unwrap();
        assert!(buffer.starts_with(b"HTTP/1.0 200"), "the file begins");
    }

    /// Reads to the end and looks at the server's memory on the way.
    pub(crate) fn read_all(mut self, pid: u32) -> Taken {
        let mut buffer = vec![0; 1 << 16];
        let mut taken = Taken {
            bytes: 0,
            lines: 0,
            peak_kib: memory_kib(pid),
        };
        let (mut next_look, mut in_head) = (0, true);
        loop {
            let count = self.0.read(&mut buffer).unwrap();
            if count == 0 {
                return taken;
            }
            let mut part = &buffer[..count];
            if in_head {
                let head = part
                    .windows(4)
                    .position(|four| four == b"\r\n\r\n")
                    .unwrap();
                assert!(part.starts_with(b"HTTP/1.0 200"), "the file begins");
                part = &part[head + 4..];
                in_head = false;
            }
            taken.bytes += part.len() as u64;
            taken.lines += part.split(|byte| *byte == b'\n').count() as i64 - 1;
            if taken.bytes >= next_look {
                next_look = taken.bytes + LOOK_EVERY;
                taken.peak_kib = taken.peak_kib.max(memory_kib(pid));
            }
        }
    }
}
