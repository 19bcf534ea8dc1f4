//! A batch that the database refuses is run again, then its commands one by one: whoever is to blame answers
//! alone, the others do not notice.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use access::Actor;
use runtime::{Answer, Command, CommandError, Envelope, Runtime, Settings};

use crate::note::{self, create};
use crate::place::Place;

type Waiting = Pin<Box<dyn Future<Output = Result<Answer, CommandError>> + Send>>;

/// Does what waits for a database on a thread that may wait.
fn aside<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(what).join()).unwrap()
}

async fn office() -> (Place, Runtime) {
    let (place, runtime) = aside(|| {
        let place = Place::new();
        let readers = Arc::from(place.readers());
        let runtime = Runtime::start(place.lane(), readers, Settings::default()).unwrap();
        (place, runtime)
    });
    note::define(&runtime).await;
    (place, runtime)
}

/// Sends a command; the answer is to be awaited.
fn send(runtime: &Runtime, names: &[&str]) -> Waiting {
    let notes = names.iter().map(|name| create(name, None)).collect();
    let envelope = Envelope::new(Actor::system(), Command::ChangeRecords(notes));
    let runtime = runtime.clone();
    let mut waiting: Waiting = Box::pin(async move { runtime.submit(envelope).await });
    // The first poll sends it.
    assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    waiting
}

/// Sends commands, each of which enters notes, so that one batch has them all; answers which are done.
async fn together(place: &Place, runtime: &Runtime, commands: &[&[&str]]) -> Vec<bool> {
    let hold = aside(|| place.hold());
    let first = send(runtime, &["first"]);
    while runtime.statistics().waiting > 0 {
        std::thread::yield_now();
    }
    // The lane has the first and cannot begin; the others gather.
    let waiting: Vec<Waiting> = commands.iter().map(|names| send(runtime, names)).collect();
    aside(move || drop(hold));
    first.await.unwrap();
    let mut done = Vec::new();
    for one in waiting {
        done.push(one.await.is_ok());
    }
    done
}

#[tokio::test]
async fn of_a_batch_that_is_refused_twice_the_guilty_command_answers_alone() {
    for (commands, done, retries, names) in [
        (
            &[&["a"][..], &["bad"], &["b"]][..],
            &[true, false, true][..],
            4,
            &["a", "b", "first"][..],
        ),
        (&[&["a", "bad"], &["b", "c"]], &[false, true], 4, &["b", "c", "first"]),
        (&[&["bad"], &["bad"]], &[false, false], 6, &["first"]),
        (&[&["a"], &["b"]], &[true, true], 0, &["a", "b", "first"]),
    ] {
        let (place, runtime) = office().await;
        aside(|| place.refuse_note("bad"));
        assert_eq!(together(&place, &runtime, commands).await, done, "{commands:?}");
        assert_eq!(runtime.statistics().retries, retries, "{commands:?}");
        assert_eq!(note::names(&runtime).await, names, "{commands:?}");
        runtime.shutdown().await;
    }
}
