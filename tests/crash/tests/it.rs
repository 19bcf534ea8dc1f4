//! `kill -9` at random moments under load. `CRASH_ROUNDS` sets how often, `CRASH_SEED` repeats a run.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crash::{Draw, Ledger, check_books};
use served::{Client, Folder, Server};

/// Programs that submit orders side by side.
const CLIENTS: u64 = 4;
/// Orders that each of them has answered, at most, before the server is killed.
const ORDERS_PER_ROUND: u64 = 40;

fn environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn submit(client: &Client, ledger: &Ledger, number: u64) -> bool {
    let key = format!("crash-{number}");
    let answer = client.send("POST", "/api/records/order", Some(&ledger.order(number)), Some(&key));
    answer.is_some_and(|answer| {
        assert!(answer.status == 201, "order {number}: {} {}", answer.status, answer.body);
        true
    })
}

#[test]
fn no_order_is_lost_or_doubled_by_kill_9() {
    let rounds = environment("CRASH_ROUNDS", 30);
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = environment("CRASH_SEED", clock);
    println!("CRASH_SEED={seed} CRASH_ROUNDS={rounds}");
    let (mut draw, folder) = (Draw::new(seed), Folder::new());
    let mut server = Server::start(folder.path(), &["--demo"]);
    let ledger = Ledger::open(&server.client("admin", "admin-demo"));
    let (next, mut open) = (AtomicU64::new(0), Vec::new());
    for _ in 0..rounds {
        let client = server.client("admin", "admin-demo");
        // What was not answered before the crash is sent again first, with the same key.
        for number in std::mem::take(&mut open) {
            assert!(submit(&client, &ledger, number), "a living server answers");
        }
        let (answered, limit) = (AtomicU64::new(0), 1 + draw.below(CLIENTS * ORDERS_PER_ROUND));
        let unanswered: Vec<Vec<u64>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    let client = client.clone();
                    let (next, answered, ledger) = (&next, &answered, &ledger);
                    scope.spawn(move || {
                        let mut unanswered = Vec::new();
                        for _ in 0..ORDERS_PER_ROUND {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            if submit(&client, ledger, number) {
                                answered.fetch_add(1, Ordering::Relaxed);
                            } else {
                                unanswered.push(number);
                                break;
                            }
                        }
                        unanswered
                    })
                })
                .collect();
            while answered.load(Ordering::Relaxed) < limit
                && workers.iter().any(|worker| !worker.is_finished())
            {
                std::thread::yield_now();
            }
            server.kill();
            workers.into_iter().map(|worker| worker.join().expect("a client ends")).collect()
        });
        open = unanswered.into_iter().flatten().collect();
        server = Server::start(folder.path(), &["--demo"]);
    }
    let client = server.client("admin", "admin-demo");
    for number in open {
        assert!(submit(&client, &ledger, number), "a living server answers");
    }
    check_books(&client, next.load(Ordering::Relaxed));
}
