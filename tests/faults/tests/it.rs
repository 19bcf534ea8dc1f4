//! Durability itself: no success leaves before the disk has what it tells of. The same check finds
//! every answer of a server that does not sync.

use faults::{Call, Shortfall, Write, Writer, calls, check_answer, serve_traced};

/// Writer one after the other, then from several clients at once, so that batches have more than one.
const ALONE: u32 = 20;
/// Changes of a record, and as many starts by the Camunda API.
const OTHER: u32 = 10;
const CLIENTS: u32 = 4;
const TOGETHER: u32 = 10;

fn run(arguments: &[&str]) -> (Vec<Call>, Vec<Write>) {
    let trace = serve_traced(arguments);
    let client = trace.server().client("admin", "admin-demo");
    let writer = Writer::open(&client);
    let mut sent: Vec<Write> = (0..ALONE).map(|number| writer.submit(&client, number)).collect();
    for number in 0..OTHER {
        sent.push(writer.change(&client, 1_000 + number));
        sent.push(writer.start(&client, 2_000 + number));
    }
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|place| {
                let client = trace.server().client("admin", "admin-demo");
                let (writer, first) = (&writer, ALONE + place * TOGETHER);
                scope.spawn(move || {
                    let numbers = first..first + TOGETHER;
                    numbers.map(|number| writer.submit(&client, number)).collect::<Vec<_>>()
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
    assert_eq!(sent.len(), (ALONE + 2 * OTHER + CLIENTS * TOGETHER) as usize);
    for write in &sent {
        if let Err(shortfall) = check_answer(&calls, write) {
            panic!("{write:?}: {shortfall}");
        }
    }
}

#[test]
fn a_server_that_does_not_sync_is_found_out() {
    let (calls, sent) = run(&["--unsynced-for-tests"]);
    for write in &sent {
        let found = check_answer(&calls, write);
        assert!(matches!(found, Err(Shortfall::NotSynced { .. })), "{write:?}: {found:?}");
    }
}
