//! Once more: a read that met a table of records which had just got other columns is read anew, by what is defined
//! now. A handler asks for the catalogue before its query sees the database, and on PostgreSQL a table changes even
//! under a snapshot; so the two may differ for a moment. What changes anything is tried again by its lane, never
//! here.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::problem::{Problem, REDEFINED};

/// How often a read is tried. Each try meets a change of its own, and changes are rare.
const TRIES: usize = 5;

/// Answers a read that was refused as outdated again, after what other nodes have defined is known.
pub(crate) async fn read_again(State(app): State<App>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let mut answer = next.clone().run(Request::from_parts(head.clone(), body)).await;
    for _ in 1..TRIES {
        if !is_outdated(&answer) || app.runtime().look().await.is_err() {
            break;
        }
        let again = Request::from_parts(head.clone(), Body::empty());
        answer = next.clone().run(again).await;
    }
    answer
}

fn is_outdated(answer: &Response) -> bool {
    answer.extensions().get::<Problem>().is_some_and(|problem| problem.code == REDEFINED)
}
