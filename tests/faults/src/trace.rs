//! The real binary under strace. The log comes through a named pipe, so that its end is known: it ends
//! when the last thread of the server has ended.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use served::{Folder, Server, binary};

/// What moves bytes to and from files and sockets, and what makes them durable.
const CALLS: &str = "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,\
                     pwritev,fdatasync,fsync";
/// A whole page of the database, and any request of ours.
const SHOWN_BYTES: &str = "8192";

/// A server whose system calls are logged.
#[derive(Debug)]
pub struct Trace {
    server: Server,
    log: JoinHandle<Vec<u8>>,
    // Dropped after the server that works in it.
    _folder: Folder,
}

/// Starts the server with the sample and more arguments under strace.
///
/// # Panics
/// Where strace is missing or may not trace, where the server does not start.
pub fn serve_traced(arguments: &[&str]) -> Trace {
    let folder = Folder::new();
    let pipe = folder.path().join("calls");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo can be run");
    assert!(made.success(), "the named pipe can be made");
    let mut strace = Command::new("strace");
    // Traced from a process beside it (-D), so that the server is the child that the test ends.
    strace.args(["-D", "-f", "-yy", "-q", "-s", SHOWN_BYTES, "-e", CALLS, "-e", "signal=none"]);
    strace.arg("-o").arg(&pipe).arg(binary());
    assert_can_trace();
    let log = std::thread::spawn(move || read_to_end(&pipe));
    let arguments: Vec<&str> = std::iter::once("--demo").chain(arguments.iter().copied()).collect();
    let server = Server::start_by(strace, &folder.path().join("data"), &arguments);
    Trace { server, log, _folder: folder }
}

impl Trace {
    /// The running server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Ends the server and answers the log of its calls.
    ///
    /// # Panics
    /// Where the log cannot be read.
    pub fn end(mut self) -> String {
        self.server.kill();
        let log = self.log.join().expect("the log is read to its end");
        String::from_utf8_lossy(&log).into_owned()
    }
}

fn read_to_end(pipe: &Path) -> Vec<u8> {
    let mut log = Vec::new();
    let mut pipe = std::fs::File::open(pipe).expect("the named pipe can be opened");
    pipe.read_to_end(&mut log).expect("the named pipe can be read");
    log
}

fn assert_can_trace() {
    let tried = Command::new("strace").args(["-q", "true"]).stderr(Stdio::null()).status();
    assert!(
        tried.is_ok_and(|status| status.success()),
        "strace cannot trace a process: install it (./test does), and allow ptrace where this runs"
    );
}
