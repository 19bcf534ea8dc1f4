//! A commit whose answer is lost has exactly one effect: the node finds out what became of it, and the
//! caller is told the truth. And a server that is restarted under load loses and doubles nothing.

use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::{Client, NoTls};
use tokio::sync::watch;

use crate::cluster;
use crate::node::Node;
use crate::place::Place;
use crate::proxy::{Cut, Proxy};

fn aside<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(what).join()).unwrap()
}

/// `host:port` in an address.
fn server_of(url: &str) -> &str {
    let (_, behind) = url.rsplit_once('@').unwrap();
    behind.split('/').next().unwrap()
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_has_exactly_one_effect() {
    let (_place, proxy, node) = aside(|| {
        let place = Place::new();
        let proxy = Proxy::start(server_of(place.url()).to_owned());
        let url = place.url().replace(server_of(place.url()), &proxy.address);
        let node = Node::start(&url);
        (place, proxy, node)
    });
    node.define_note().await;
    let mut expected = Vec::new();
    for round in 0..5 {
        for cut in [Cut::BeforeIt, Cut::RightAfterIt, Cut::BeforeTheAnswer] {
            let name = format!("{cut:?} {round}");
            proxy.arm(cut);
            let key = node.note(&name, None).await.unwrap();
            assert!(proxy.has_cut(), "{name}");
            assert_eq!(node.note(&name, None).await.unwrap(), key, "{name}: the answer is kept");
            expected.push(name);
        }
    }
    expected.sort();
    assert_eq!(node.names().await, expected);
    node.runtime.shutdown().await;
}

/// Restarts the server as a crash would.
fn crash(url: &str) {
    let mut client = Client::connect(url, NoTls).unwrap();
    let mut setting = |sql: &str| client.query_one(sql, &[]).unwrap().get::<_, String>(0);
    let folder = setting("SHOW data_directory");
    let programs = setting("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    let restart = format!("{programs}/pg_ctl");
    let arguments = ["--pgdata", &folder, "--mode", "immediate", "--wait", "restart"];
    // The server refuses to be run by root.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", &restart]);
        command
    } else {
        Command::new(restart)
    };
    // The new server would hold what it inherits open, so it inherits nothing.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let done = command.args(arguments).current_dir("/").status().unwrap();
    assert!(done.success());
}

/// Programs that enter notes side by side, and how many each of them enters.
const CLIENTS: usize = 8;
const NOTES: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_under_load_loses_no_answer_and_doubles_nothing() {
    let (url, node) = aside(|| {
        let url = cluster::start();
        let node = Node::start(&url);
        (url, Arc::new(node))
    });
    node.define_note().await;
    let answered = Arc::new(AtomicUsize::new(0));
    let (back, is_back) = watch::channel(false);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (node, answered, mut is_back) =
                (Arc::clone(&node), Arc::clone(&answered), is_back.clone());
            tokio::spawn(async move {
                for number in 0..NOTES {
                    let name = format!("{client:02} {number:02}");
                    while node.note(&name, None).await.is_err() {
                        // Tried again with the same key once the server is there.
                        is_back.wait_for(|back| *back).await.unwrap();
                    }
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < CLIENTS * NOTES / 4 {
        tokio::task::yield_now().await;
    }
    let address = url.clone();
    tokio::task::spawn_blocking(move || crash(&address)).await.unwrap();
    back.send(true).unwrap();
    for client in clients {
        client.await.unwrap();
    }
    let all = (0..CLIENTS)
        .flat_map(|client| (0..NOTES).map(move |number| format!("{client:02} {number:02}")));
    assert_eq!(node.names().await, all.collect::<Vec<_>>());
    node.runtime.shutdown().await;
}
