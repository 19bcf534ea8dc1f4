//! That there really are turns: without this, one server could tell every story alone.

use scenarios::Sample;
use served::Client;

/// How many requests for the objects a server has answered.
fn answered(client: &Client) -> u64 {
    let text = client.get("/metrics").ok();
    let line = text.as_str().unwrap_or_default().lines().find(|line| {
        line.starts_with("rondo_http_requests_total{") && line.contains(r#"route="/api/objects""#)
    });
    let count = line.and_then(|line| line.rsplit_once(' ')).map_or("0", |(_, count)| count);
    count.parse().expect("a count is a number")
}

#[test]
fn each_request_goes_to_another_server_than_the_last() {
    let sample = Sample::start();
    let (sales, reader) = (sample.client("sales"), sample.client("reader"));
    for _ in 0..3 {
        sales.get("/api/objects").ok();
        reader.get("/api/objects").ok();
        sales.clone().get("/api/objects").ok();
        reader.get("/api/objects").ok();
    }
    let each =
        sample.servers().iter().map(|server| answered(&server.client("admin", "admin-demo")));
    assert_eq!(each.collect::<Vec<_>>(), [6, 6]);
}
