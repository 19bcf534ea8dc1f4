//! Durability itself: no success leaves before the disk has what it tells of. The same check finds
//! every answer of a server that does not sync.

use faults::{Call, Order, Orders, Shortfall, calls, check_answer, serve_traced};

/// Orders one after the other, then from several clients at once, so that batches have more than one.
const ALONE: u32 = 20;
const CLIENTS: u32 = 4;
const TOGETHER: u32 = 10;

fn run(arguments: &[&str]) -> (Vec<Call>, Vec<Order>) {
    let trace = serve_traced(arguments);
    let client = trace.server().client("admin", "admin-demo");
    let book = Orders::open(&client);
    let mut sent: Vec<Order> = (0..ALONE).map(|number| book.submit(&client, number)).collect();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|place| {
                let client = trace.server().client("admin", "admin-demo");
                let (book, first) = (&book, ALONE + place * TOGETHER);
                scope.spawn(move || {
                    let numbers = first..first + TOGETHER;
                    numbers.map(|number| book.submit(&client, number)).collect::<Vec<_>>()
                })
            })
            .collect();
        for client in clients {
            sent.extend(client.join().expect("a client ends"));
        }
    });
    (calls(&trace.end()), sent)
}

#[test]
fn no_success_leaves_before_its_write_is_synced() {
    let (calls, sent) = run(&[]);
    assert_eq!(sent.len(), (ALONE + CLIENTS * TOGETHER) as usize);
    for order in &sent {
        if let Err(shortfall) = check_answer(&calls, order) {
            panic!("{order:?}: {shortfall}");
        }
    }
}

#[test]
fn a_server_that_does_not_sync_is_found_out() {
    let (calls, sent) = run(&["--unsynced-for-tests"]);
    for order in &sent {
        let found = check_answer(&calls, order);
        assert!(matches!(found, Err(Shortfall::NotSynced { .. })), "{order:?}: {found:?}");
    }
}
