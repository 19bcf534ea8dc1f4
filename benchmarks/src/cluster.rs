//! A PostgreSQL cluster for the measurements, with its durability settings on, and what its processes use
//! of the processors.

use std::fs::{read_dir, read_to_string};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use postgres::{Client, NoTls};

/// A cluster that goes away with this process.
#[derive(Debug)]
pub(crate) struct Cluster {
    url: String,
    /// The process that all others of the server are children of.
    postmaster: u32,
}

impl Cluster {
    /// Starts one by the script of the store's tests.
    pub(crate) fn start() -> Result<Self> {
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../edge/store/tests/postgres/cluster.sh");
        let started = Command::new(script)
            .arg(std::process::id().to_string())
            .env_remove("NEXTEST_ENV")
            .output()
            .context("the script that starts a cluster cannot be run")?;
        let why = String::from_utf8_lossy(&started.stderr);
        ensure!(started.status.success(), "no PostgreSQL to measure: {why}");
        let said = String::from_utf8_lossy(&started.stdout);
        let url = said.lines().last().context("the script says where the cluster is")?.to_owned();
        let mut client = Client::connect(&url, NoTls)?;
        let backend = client.query_one("SELECT pg_backend_pid()", &[])?.get::<_, i32>(0);
        let backend =
            Process::read(u32::try_from(backend)?).context("the server is on this machine")?;
        Ok(Self { url, postmaster: backend.parent })
    }

    /// Makes an empty database and answers its address.
    pub(crate) fn database(&self, name: &str) -> Result<String> {
        let mut client = Client::connect(&self.url, NoTls)?;
        client.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let (server, _) = self.url.rsplit_once('/').context("the address names a database")?;
        Ok(format!("{server}/{name}"))
    }

    /// Removes a database that nobody uses any more.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        let mut client = Client::connect(&self.url, NoTls)?;
        Ok(client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))?)
    }

    /// Seconds of processor that the server has used so far, those of ended processes among them.
    pub(crate) fn processor_seconds(&self) -> f64 {
        let numbers = read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
        });
        let own = numbers.filter_map(Process::read).filter_map(|process| {
            let is_postmaster = process.id == self.postmaster;
            let is_child = process.parent == self.postmaster;
            let used = if is_postmaster { process.ticks + process.children } else { process.ticks };
            (is_postmaster || is_child).then_some(used)
        });
        own.sum::<f64>() / 100.0
    }

    /// The version and the settings that decide how durable a commit is.
    pub(crate) fn describe(&self) -> Result<String> {
        let mut client = Client::connect(&self.url, NoTls)?;
        let sql = "SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s',
                   current_setting('server_version'), current_setting('fsync'),
                   current_setting('synchronous_commit'))";
        Ok(client.query_one(sql, &[])?.get(0))
    }
}

/// A process as the kernel tells of it, in hundredths of seconds of processor.
struct Process {
    id: u32,
    parent: u32,
    ticks: f64,
    /// Of those of its children that have ended.
    children: f64,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let text = read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name in brackets may hold spaces; behind it stand the state, the parent, and from the
        // twelfth on user and system time, own and of ended children.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
        Some(Self {
            id,
            parent: fields.get(1)?.parse().ok()?,
            ticks: ticks(11)? + ticks(12)?,
            children: ticks(13)? + ticks(14)?,
        })
    }
}
