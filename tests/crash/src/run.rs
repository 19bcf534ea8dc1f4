//! The run itself: clients submit orders side by side, a server is killed at a random moment, what was not
//! answered is sent again with the same key, and in the end the books must balance.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use served::{Client, Place, Server, binary};

use crate::{Draw, Ledger, check_books};

/// Programs that submit orders side by side.
const CLIENTS: u64 = 4;
/// Orders that each of them has answered, at most, before a server is killed.
const ORDERS_PER_ROUND: u64 = 40;

/// Submits order number `number`; whether an answer came.
fn submit(client: &Client, ledger: &Ledger, number: u64) -> bool {
    let key = format!("crash-{number}");
    let answer = client.send("POST", "/api/records/order", Some(&ledger.order(number)), Some(&key));
    answer.is_some_and(|answer| {
        assert!(answer.status == 201, "order {number}: {} {}", answer.status, answer.body);
        true
    })
}

/// When a server is killed: after so many answers, and then a little later, so that each phase of a batch has its turn, the sync
/// and the answers among them.
#[derive(Clone, Copy)]
struct Moment {
    answers: u64,
    pause: Duration,
}

impl Moment {
    /// Before the load is over, and within a few batches of an answer.
    fn draw(draw: &mut Draw) -> Self {
        let answers = 1 + draw.below(CLIENTS * ORDERS_PER_ROUND - 20);
        Self { answers, pause: Duration::from_micros(draw.below(3_000)) }
    }
}

/// One round: orders until the victim is killed. Answers which of them were not answered.
fn load_and_kill(
    servers: &mut [Server],
    victim: usize,
    ledger: &Ledger,
    next: &AtomicU64,
    moment: Moment,
) -> Vec<u64> {
    let clients: Vec<Client> = servers.iter().map(admin).collect();
    let answered = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CLIENTS)
            .zip(clients.iter().cycle())
            .map(|(_, client)| {
                let answered = &answered;
                scope.spawn(move || {
                    for _ in 0..ORDERS_PER_ROUND {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if !submit(client, ledger, number) {
                            return Some(number);
                        }
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    None
                })
            })
            .collect();
        while answered.load(Ordering::Relaxed) < moment.answers
            && workers.iter().any(|worker| !worker.is_finished())
        {
            std::thread::yield_now();
        }
        let since = Instant::now();
        while since.elapsed() < moment.pause {
            std::thread::yield_now();
        }
        if let Some(victim) = servers.get_mut(victim) {
            victim.kill();
        }
        workers.into_iter().filter_map(|worker| worker.join().expect("a client ends")).collect()
    })
}

fn admin(server: &Server) -> Client {
    server.client("admin", "admin-demo")
}

/// Kills one of `servers` servers in each of `rounds` rounds, by the choices of `draw`.
///
/// # Panics
/// Where anything is lost, doubled or stuck.
pub fn run(mut draw: Draw, rounds: u64, servers: u64) {
    let place = Place::new();
    let start = || Server::start_at(&place, &["--demo"]);
    let mut servers: Vec<Server> = (0..servers).map(|_| start()).collect();
    let ledger = Ledger::open(&admin(servers.first().expect("a server")));
    let (next, mut open) = (AtomicU64::new(0), Vec::new());
    for _ in 0..rounds {
        retry(&servers, &ledger, std::mem::take(&mut open));
        let victim = usize::try_from(draw.below(servers.len() as u64)).unwrap_or_default();
        let moment = Moment::draw(&mut draw);
        open = load_and_kill(&mut servers, victim, &ledger, &next, moment);
        if let Some(killed) = servers.get_mut(victim) {
            *killed = start();
        }
    }
    retry(&servers, &ledger, open);
    check_books(&admin(servers.first().expect("a server")), next.load(Ordering::Relaxed));
    let checked = Command::new(binary()).arg("check").args(place.options()).output();
    let checked = checked.expect("the program runs");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
}

/// Sends again what was not answered, with the same keys, to whichever server.
fn retry(servers: &[Server], ledger: &Ledger, numbers: Vec<u64>) {
    for (number, server) in numbers.into_iter().zip(servers.iter().cycle()) {
        assert!(submit(&admin(server), ledger, number), "a living server answers");
    }
}
