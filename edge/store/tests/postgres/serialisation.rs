//! What the server refuses for the sake of order, as distributed ones do at any commit: the batch is run
//! again, its effect is there once, and it is answered once.

use crate::node::Node;
use crate::note;
use crate::place::Place;

/// Has the next `times` transactions that write a note fail with a code. What is drawn from a sequence stays
/// drawn when they are rolled back.
fn fail(place: &Place, code: &str, times: u64, when: &str) {
    let sql = format!(
        "DROP TRIGGER IF EXISTS fail ON record_note;
         DROP SEQUENCE IF EXISTS failed;
         CREATE SEQUENCE failed;
         CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('failed') <= {times} THEN
                 RAISE EXCEPTION 'once more' USING ERRCODE = '{code}';
             END IF;
             RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON record_note
         DEFERRABLE INITIALLY {when} FOR EACH ROW EXECUTE FUNCTION fail()"
    );
    place.client().batch_execute(&sql).unwrap();
}

fn aside<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(what).join()).unwrap()
}

#[tokio::test]
async fn a_transaction_that_cannot_be_put_in_order_is_run_again_and_answered_once() {
    let (place, node) = aside(|| {
        let place = Place::new();
        let node = Node::start(place.url());
        (place, node)
    });
    node.define_note().await;
    let mut expected = Vec::new();
    // Serialisation and deadlock, at the write and at the commit; twice is the end of the batch as a whole.
    for code in ["40001", "40P01"] {
        for when in ["IMMEDIATE", "DEFERRED"] {
            for times in 1..=3 {
                aside(|| fail(&place, code, times, when));
                let before = node.runtime.statistics().retries;
                let name = format!("{code} {when} {times}");
                let key = node.note(&name, None).await.unwrap();
                assert_eq!(node.runtime.statistics().retries - before, times, "{name}");
                assert_eq!(node.note(&name, None).await.unwrap(), key, "{name}: it is kept");
                expected.push(name);
            }
        }
    }
    expected.sort();
    assert_eq!(note::names(&node.runtime).await, expected);
    // Where it never ends, the caller is told so, and nothing is there.
    aside(|| fail(&place, "40001", 1_000, "DEFERRED"));
    let refused = node.note("never", None).await.unwrap_err().to_string();
    assert!(refused.contains("40001"), "{refused}");
    assert_eq!(note::names(&node.runtime).await, expected);
    node.runtime.shutdown().await;
}
