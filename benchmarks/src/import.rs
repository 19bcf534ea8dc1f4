//! The import of a CSV file of orders with the processes that they start, on both databases.

use std::fmt::Write as _;
use std::io::{Cursor, sink};

use access::Actor;
use anyhow::{Result, ensure};
use records::import::Mapping;
use runtime::ImportRequest;
use served::Folder;

use crate::Load;
use crate::cluster::Cluster;
use crate::disk::Syncs;
use crate::order_process::Clock;
use crate::report::{Line, Section};
use crate::workspace::{Workspace, names};

/// What the whole is to take at most, for 10,000 orders.
const LIMIT_S: f64 = 10.0;

pub(crate) fn measure(cluster: &Cluster, load: Load) -> Result<Section> {
    let (mut syncs, folder) = (Syncs::default(), Folder::new());
    syncs.sample(folder.path(), load.syncs)?;
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let sqlite = threads.block_on(async {
        import(&Workspace::open(folder.path(), load.spread).await?, load).await
    })?;
    let url = cluster.database("import")?;
    let postgres = threads.block_on(async {
        import(&Workspace::open_postgres(&url, 1, load.spread).await?, load).await
    })?;
    syncs.sample(folder.path(), load.syncs)?;
    let syncs = syncs.spread();
    let line = |name: &str, seconds: f64| {
        let limit = format!("below {LIMIT_S:.0} s");
        Line::judged(name, format!("{seconds:.1} s"), limit, seconds < LIMIT_S)
    };
    let how = format!(
        "A CSV file of {} orders with two lines each: read, checked, entered, every order with its \
         process, every batch durable.",
        load.orders
    );
    let lines = vec![
        Line::fact(
            "fdatasync of 4 KB, p50 / p99",
            format!("{:.2} / {:.2} ms", syncs.percentile_ms(50), syncs.percentile_ms(99)),
        ),
        line("on SQLite", sqlite),
        line("on PostgreSQL, one lane", postgres),
    ];
    Ok(Section { title: "Import", how, lines })
}

/// Imports so many orders; how long it took.
async fn import(workspace: &Workspace, load: Load) -> Result<f64> {
    let mut text = String::from("order_ref,account_ref,sku,quantity\n");
    for number in 0..load.orders {
        for (account, sku) in names(number, load.spread) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "IMPORT-{number},{account},{sku},{}", 1 + number % 5);
        }
    }
    let mapping = include_str!("../../crm/packs/orders/imports/order.json");
    let request = ImportRequest {
        actor: Actor::system(),
        object: "order".into(),
        mapping: Mapping::from_json(mapping)?,
    };
    let clock = Clock::start();
    let (mut source, mut refused) = (Cursor::new(text), sink());
    let imported =
        workspace.runtime.import(request, &mut source, &mut refused, &mut |_| {}).await?;
    let took = clock.stop();
    ensure!(imported.created == u64::try_from(load.orders)?, "{imported:?}");
    workspace.runtime.shutdown().await;
    Ok(took.wall.as_secs_f64())
}
