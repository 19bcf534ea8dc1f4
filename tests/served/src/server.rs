//! The real binary as a process: started, asked where it listens, killed or stopped.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Client, Place, Turns};

/// A running `rondo serve`. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts the server on a data folder, with more arguments for `rondo serve`, and waits until it
    /// says where it listens.
    ///
    /// # Panics
    /// Where it does not start; what it said goes to the test's output.
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        Self::start_by(Command::new(binary()), data, arguments)
    }

    /// The same where the test's place says.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn start_at(place: &Place, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.arg("serve").args(place.options());
        Self::start_command(command, arguments)
    }

    /// Starts the server with these arguments for `rondo serve` and no others.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn start_with(arguments: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.arg("serve");
        Self::start_command(command, arguments)
    }

    /// The same by a command that ends in the binary's path: a program that runs the server in its
    /// own process.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn start_by(mut command: Command, data: &Path, arguments: &[&str]) -> Self {
        command.arg("serve").arg("--data").arg(data);
        Self::start_command(command, arguments)
    }

    fn start_command(mut command: Command, arguments: &[&str]) -> Self {
        let mut process = command
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server's process starts");
        let said = BufReader::new(process.stdout.take().expect("its output is piped"));
        let address = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("://").map(|(_, address)| address.to_owned()));
        let Some(address) = address else {
            let status = process.wait().expect("the process can be waited for");
            panic!("the server did not start: {status}");
        };
        let address = address.split('/').next().unwrap_or_default().to_owned();
        Self { process, address }
    }

    /// A client that signs in with HTTP Basic.
    pub fn client(&self, login: &str, password: &str) -> Client {
        Client::new(&self.address, Some((login, password)))
    }

    /// A client that speaks to these servers in turns, in the name of a user or of nobody. They share a
    /// database.
    pub fn client_of(servers: &[Self], turns: &Turns, basic: Option<(&str, &str)>) -> Client {
        Client::of(servers.iter().map(Self::address), turns, basic)
    }

    /// A client without any credentials.
    pub fn stranger(&self) -> Client {
        Client::new(&self.address, None)
    }

    /// Asks the process to stop, as an operating system does that shuts down, and waits until it has.
    ///
    /// # Panics
    /// Where it cannot be asked or waited for.
    pub fn stop(&mut self) -> std::process::ExitStatus {
        self.signal("TERM");
        self.process.wait().expect("the process can be waited for")
    }

    /// Sends the process a signal: `HUP`.
    ///
    /// # Panics
    /// Where that cannot be done.
    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("`kill` is there").success(), "no SIG{name} for {id}");
    }

    /// Where it listens: `127.0.0.1:8080`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The operating system's id of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends the process at once, as `kill -9` does.
    ///
    /// # Panics
    /// Where the process cannot be waited for.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        self.process.wait().expect("the process can be waited for");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The binary that was built beside this test: `target/PROFILE/rondo`, or what `RONDO_BINARY` names.
///
/// # Panics
/// Where there is none.
pub fn binary() -> PathBuf {
    let named = std::env::var_os("RONDO_BINARY").map(PathBuf::from);
    let binary = named.unwrap_or_else(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        let profile =
            test.parent().and_then(Path::parent).expect("tests stand in target/PROFILE/deps");
        profile.join("rondo")
    });
    assert!(
        binary.exists(),
        "`{}` is missing: build it with `cargo build -p rondo`, or run ./test",
        binary.display()
    );
    binary
}
