//! The served binary: how soon it answers, how much memory it takes, how long a request takes that
//! comes alone.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use served::{Client, Folder, Server, binary};

use crate::Load;
use crate::disk::Syncs;
use crate::machine::resident_mb;
use crate::report::{Line, Section};
use crate::spread::Spread;

pub(crate) fn measure(load: Load) -> Result<Section> {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let (server, first_start) = start(&data, &["--demo"])?;
    let client = server.client("admin", "admin-demo");
    let order = order(&client);
    let mut syncs = Syncs::default();
    syncs.sample(folder.path(), load.syncs)?;
    let mut times = Vec::with_capacity(load.requests);
    for number in 0..load.requests {
        let body = order(number);
        let begun = Instant::now();
        let answer = client.post("/api/records/order", &body);
        times.push(begun.elapsed());
        ensure!(answer.status == 201, "order {number}: {} {}", answer.status, answer.body);
    }
    syncs.sample(folder.path(), load.syncs)?;
    drop(server);
    let (server, start) = start(&data, &[])?;
    let idle = resident_mb(server.id()).context("the kernel tells a process's memory")?;
    Ok(section(load, &Spread::new(times), &syncs.spread(), [first_start, start], idle))
}

fn section(
    load: Load,
    times: &Spread,
    syncs: &Spread,
    [first_start, start]: [Duration; 2],
    idle_mb: f64,
) -> Section {
    let (p50, p99) = (times.percentile_ms(50), times.percentile_ms(99));
    let (sync_p50, sync_p99) = (syncs.percentile_ms(50), syncs.percentile_ms(99));
    let lines = vec![
        Line::fact("fdatasync of 4 KB, p50 / p99", format!("{sync_p50:.2} / {sync_p99:.2} ms")),
        Line::judged(
            "create an order, p50 / p99",
            format!("{p50:.2} / {p99:.2} ms"),
            format!(
                "p99 below 10 ms, or below 3 x the p99 of fdatasync ({:.2} ms)",
                3.0 * sync_p99
            ),
            p99 < 10.0 || p99 < 3.0 * sync_p99,
        ),
        Line::judged(
            "start to the first answer of /health",
            format!("{:.2} s", start.as_secs_f64()),
            "below 1 s",
            start.as_secs_f64() < 1.0,
        ),
        Line::fact(
            "the same where the sample has to be loaded first",
            format!("{:.2} s", first_start.as_secs_f64()),
        ),
        Line::judged(
            "memory when idle, after that start",
            format!("{idle_mb:.0} MB"),
            "below 100 MB",
            idle_mb < 100.0,
        ),
    ];
    let how = format!(
        "{} orders created over HTTP, one after the other, each answered when its process has run \
         and its transaction is durable. The start is one on the data that these orders left.",
        load.requests
    );
    Section { title: "Requests", how, lines }
}

/// Starts the server; how long it took until `/health` was answered.
fn start(data: &std::path::Path, arguments: &[&str]) -> Result<(Server, Duration)> {
    let begun = Instant::now();
    let server = Server::start_by(Command::new(binary()), data, arguments);
    let answer = server.stranger().get("/health");
    ensure!(answer.status == 200, "/health: {} {}", answer.status, answer.body);
    Ok((server, begun.elapsed()))
}

/// Makes an account and some products; the answer makes the body of an order's request.
fn order(client: &Client) -> impl Fn(usize) -> Value {
    let amount = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let new = |object: &str, fields: Value| {
        let path = format!("/api/records/{object}");
        let made = client.post(&path, &json!({ "fields": fields })).ok();
        made.get("key").cloned().unwrap_or_default()
    };
    let account = new(
        "account",
        json!({ "name": "Bench", "email": "bench@example.com",
            "credit_limit": amount("1000000000.00") }),
    );
    let products: Vec<Value> = (0..20)
        .map(|number| {
            let sku = format!("BENCH-{number}");
            let fields = json!({ "sku": sku, "name": sku, "price": amount("19.90"),
                "on_hand": 1_000_000 });
            new("product", fields)
        })
        .collect();
    move |number| {
        let line = |step: usize| {
            let product = products.get((number + step) % products.len());
            json!({ "fields": { "product": product, "quantity": 1 + number % 5 } })
        };
        json!({
            "fields": { "account": account, "status": "submitted",
                "external_id": format!("BENCH-{number}") },
            "parts": { "lines": [line(0), line(7)] }
        })
    }
}
